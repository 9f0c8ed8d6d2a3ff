//! Systems: parts, their levels, their relations, and the wiring of the machines that run in them.
//!
//! A system runs machines of its own file and of the files that it imports. Of the imported ones only those are built
//! that a system names.

use super::declarations::{Scope, interval_of, resolve_type};
use super::expressions::{Environment, TYPE_MISMATCH, same_kind};
use super::names::{Namespace, StateNames, UNKNOWN_EVENT, UNKNOWN_FIELD, UNKNOWN_OUTPUT, duplicate, names_of, unknown};
use super::scenarios::SENT_FROM_OUTSIDE;
use super::{Builder, constants, reactions, states};
use crate::diagnostic::{Diagnostic, Rule, Severity};
use crate::lists::CollectVec;
use crate::model::{
    Arena, BaseType, Event, Expr, Field, Flow, FlowValue, Id, Interval, Machine, MachineId, Name, Notes, Output, Part,
    PartKind, Program, Relation, Runs, StateKind, System, Taken, Type,
};
use crate::source::Span;
use crate::syntax::{ast, literal};

/// Builds the systems of the root file, the first of `files`.
pub(super) fn build(builder: &mut Builder<'_>, files: &[ast::File]) {
    let Some((root, imported)) = files.split_first() else { return };
    let systems =
        || root.items.iter().filter_map(|item| if let ast::Item::System(it) = item { Some(it) } else { None });
    if systems().next().is_none() {
        return;
    }
    let machines = machines(builder, systems(), imported);
    let mut names = Namespace::new("system");
    for syntax in systems() {
        names.declare(builder, syntax.name, ());
        let system = Systems::declare(builder, &machines, syntax).wired(builder, syntax);
        builder.program.systems.push(system);
    }
}

/// The machines that the systems can run: those of the root file, then those of imported files that a system names.
fn machines<'a, 's>(
    builder: &mut Builder<'a>,
    systems: impl Iterator<Item = &'s ast::System>,
    imported: &[ast::File],
) -> Namespace<'a, MachineId> {
    let mut machines = Namespace::new("machine");
    let own = builder.program.machines.iter().map(|machine| machine.name.span).collect_vec();
    for (index, span) in own.into_iter().enumerate() {
        machines.declare_again(builder, ast::Name { span }, MachineId::Own(index));
    }
    let mut wanted = Vec::new();
    for system in systems {
        named_machines(&system.body, &mut wanted);
    }
    let wanted = wanted.into_iter().map(|name| builder.text(name)).collect_vec();
    for item in imported.iter().flat_map(|file| &file.items) {
        let ast::Item::Machine(syntax) = item else { continue };
        let text = builder.text(syntax.name);
        if wanted.contains(&text) && machines.get(text).is_none() {
            // What it allows is asked where it is checked: in its own file.
            let levels = builder.program.levels.len();
            let machine = builder.build_machine(syntax);
            builder.program.levels.truncate(levels);
            let id = MachineId::Imported(builder.program.imported.len());
            builder.program.imported.push(machine);
            machines.declare_again(builder, syntax.name, id);
        }
    }
    machines
}

/// The machines that parts run. Nesting is bounded by the parser.
fn named_machines(body: &[ast::SystemMember], names: &mut Vec<ast::Name>) {
    for member in body {
        if let ast::SystemMember::Part(part) = member {
            names.extend(part.runs.as_ref().map(|runs| runs.machine));
            named_machines(&part.body, names);
        }
    }
}

/// A system that is being built, and the names of its parts.
struct Systems<'a, 'm> {
    system: System,
    parts: Namespace<'a, Id<Part>>,
    machines: &'m Namespace<'a, MachineId>,
}

impl<'a, 'm> Systems<'a, 'm> {
    /// Declares all parts.
    fn declare(builder: &mut Builder<'a>, machines: &'m Namespace<'a, MachineId>, syntax: &ast::System) -> Self {
        let notes = builder.notes(&syntax.preamble, syntax.label);
        let name = builder.name(syntax.name);
        let system = System {
            name: name.clone(),
            span: syntax.preamble.covers,
            parts: Arena::default(),
            relations: Vec::new(),
            flows: Vec::new(),
        };
        let mut systems = Systems { system, parts: Namespace::new("part"), machines };
        let kind = PartKind::System;
        let head = syntax.head;
        let root = Part { name, notes, head, kind, parent: None, technology: None, port: None, runs: None };
        let root = systems.system.parts.push(root);
        systems.parts.declare(builder, syntax.name, root);
        systems.declare_inside(builder, root, &syntax.body);
        systems
    }

    /// What stands in the body of a part. Nesting is bounded by the parser.
    fn declare_inside(&mut self, builder: &mut Builder<'a>, parent: Id<Part>, body: &[ast::SystemMember]) {
        let (mut made, mut listens) = (None, None);
        for member in body {
            match member {
                ast::SystemMember::Part(part) => self.declare_part(builder, parent, part),
                ast::SystemMember::Technology(item) => {
                    if self.may_have(builder, parent, "technology", item.span, &mut made) {
                        let text = literal::unescape(builder.sources.text(item.text.span));
                        self.system.parts[parent].technology = Some(text);
                    }
                }
                ast::SystemMember::Port(item) => {
                    if self.may_have(builder, parent, "port", item.span, &mut listens) {
                        self.system.parts[parent].port = port_number(builder, item.number);
                    }
                }
                ast::SystemMember::Relation(_) | ast::SystemMember::Wiring(_) => {}
            }
        }
    }

    /// Whether a part may have a technology, or a port, and has none yet.
    fn may_have(
        &self,
        builder: &mut Builder<'a>,
        part: Id<Part>,
        what: &str,
        span: Span,
        first: &mut Option<Span>,
    ) -> bool {
        let part = &self.system.parts[part];
        if matches!(part.kind, PartKind::Person | PartKind::System) {
            let (kind, name) = (part.kind.word(), &part.name.text);
            builder.report(
                Diagnostic::new(&MISPLACED_DETAIL, span, format!("the {kind} `{name}` cannot have a {what}"))
                    .help(format!("a {what} belongs to a container, a component, a store or an external system")),
            );
            return false;
        }
        if let Some(first) = *first {
            builder.report(duplicate(what, builder.sources.text(span).trim_end_matches(';'), span, first));
            return false;
        }
        *first = Some(span);
        true
    }

    fn declare_part(&mut self, builder: &mut Builder<'a>, parent: Id<Part>, syntax: &ast::Part) {
        let kind = kind(syntax.kind);
        self.check_level(builder, parent, kind, syntax);
        let notes = builder.notes(&syntax.preamble, syntax.label);
        let name = builder.name(syntax.name);
        let runs = syntax.runs.as_ref().and_then(|runs| self.runs(builder, kind, syntax, runs));
        let head = syntax.head;
        let part = Part { name, notes, head, kind, parent: Some(parent), technology: None, port: None, runs };
        let id = self.system.parts.push(part);
        self.parts.declare(builder, syntax.name, id);
        self.declare_inside(builder, id, &syntax.body);
    }

    fn check_level(&self, builder: &mut Builder<'a>, parent: Id<Part>, kind: PartKind, syntax: &ast::Part) {
        let holder = &self.system.parts[parent];
        let fits = match holder.kind {
            PartKind::System => kind != PartKind::Component,
            PartKind::Container => matches!(kind, PartKind::Component | PartKind::Store),
            _ => false,
        };
        if fits {
            return;
        }
        let (text, outer, around) = (builder.text(syntax.name), holder.kind.word(), &holder.name.text);
        let help = match kind {
            PartKind::Component => "a component lies in a container",
            PartKind::Store => "a store lies in the system or in a container",
            PartKind::Container => "a container lies in the system, beside the others",
            PartKind::Person | PartKind::External | PartKind::ExternalStore | PartKind::System => {
                "what is outside of the system is declared at the level of the system"
            }
        };
        let message = format!("the {} `{text}` cannot lie in the {outer} `{around}`", kind.word());
        builder.report(Diagnostic::new(&MIXED_LEVELS, syntax.head, message).help(help));
    }

    fn runs(&self, builder: &mut Builder<'a>, kind: PartKind, syntax: &ast::Part, runs: &ast::Runs) -> Option<Runs> {
        if !matches!(kind, PartKind::Container | PartKind::Component) {
            let (word, text) = (kind.word(), builder.text(syntax.name));
            builder.report(
                Diagnostic::new(
                    &MISPLACED_DETAIL,
                    runs.machine.span,
                    format!("the {word} `{text}` cannot run a machine"),
                )
                .help("machines run in containers and components of the system"),
            );
            return None;
        }
        let text = builder.text(runs.machine);
        let Some(machine) = self.machines.get(text) else {
            let mut finding = unknown(&UNKNOWN_MACHINE, "machine", text, runs.machine.span, self.machines.names());
            "not a machine of this file, or of one that it imports".clone_into(&mut finding.primary.text);
            builder.report(finding);
            return None;
        };
        let per = runs.per.as_ref().and_then(|per| {
            let own = type_of_machine(&builder.program, machine, builder.text(per.name));
            own.or_else(|| resolve_type(builder, per))
        });
        Some(Runs { machine, per, span: runs.machine.span })
    }

    /// Adds relations and flows, for which all parts must be known.
    fn wired(mut self, builder: &mut Builder<'a>, syntax: &ast::System) -> System {
        self.wire(builder, &syntax.body);
        self.system
    }

    fn wire(&mut self, builder: &mut Builder<'a>, body: &[ast::SystemMember]) {
        for member in body {
            match member {
                ast::SystemMember::Part(part) => self.wire(builder, &part.body),
                ast::SystemMember::Relation(relation) => {
                    let relation = self.relation(builder, relation);
                    self.system.relations.extend(relation);
                }
                ast::SystemMember::Wiring(wiring) => {
                    self.wiring(builder, wiring);
                }
                ast::SystemMember::Technology(_) | ast::SystemMember::Port(_) => {}
            }
        }
    }

    fn part(&self, builder: &mut Builder<'a>, name: ast::Name) -> Option<Id<Part>> {
        let text = builder.text(name);
        let found = self.parts.get(text);
        if found.is_none() {
            let mut finding = unknown(&UNKNOWN_PART, "part", text, name.span, self.parts.names());
            "not a part of this system".clone_into(&mut finding.primary.text);
            builder.report(finding);
        }
        found
    }

    fn relation(&self, builder: &mut Builder<'a>, syntax: &ast::Relation) -> Option<Relation> {
        // A relation has neither label nor docs of its own to show, but its attributes count.
        let _ = builder.notes(&syntax.preamble, None);
        let (from, to) = (self.part(builder, syntax.from), self.part(builder, syntax.to));
        let (from, to) = (from?, to?);
        self.check_ends(builder, from, to, syntax.span)?;
        let text = |text: Option<ast::StringLiteral>| {
            let text = text.map(|text| literal::unescape(builder.sources.text(text.span)))?;
            (!text.trim().is_empty()).then_some(text)
        };
        let (label, protocol) = (text(syntax.label), text(syntax.protocol));
        Some(Relation { from, to, label, protocol, span: syntax.span })
    }

    /// A part has no relation with what holds it, nor with itself: at no level are both to be seen.
    fn check_ends(&self, builder: &mut Builder<'a>, from: Id<Part>, to: Id<Part>, span: Span) -> Option<()> {
        let lies_in = |inner: Id<Part>, outer: Id<Part>| {
            let outside = self.system.parts[inner].kind.is_outside();
            self.system.lineage(inner).any(|part| part == outer) && !(outside && outer == System::root())
        };
        if !lies_in(from, to) && !lies_in(to, from) {
            return Some(());
        }
        let name = |part: Id<Part>| &self.system.parts[part].name.text;
        let message = match from == to {
            true => format!("`{}` is related to itself", name(from)),
            false if lies_in(from, to) => format!("`{}` lies in `{}`", name(from), name(to)),
            false => format!("`{}` lies in `{}`", name(to), name(from)),
        };
        builder.report(
            Diagnostic::new(&MIXED_LEVELS, span, message)
                .says("no diagram shows both ends side by side")
                .help("relate parts that do not hold each other"),
        );
        None
    }

    fn wiring(&mut self, builder: &mut Builder<'a>, syntax: &ast::Wiring) -> Option<()> {
        let _ = builder.notes(&syntax.preamble, None);
        let sources = self.sources(builder, syntax);
        let takers = syntax.takers.iter().map(|&taker| (taker, self.part(builder, taker))).collect_vec();
        let sources = sources?;
        for (name, taker) in takers {
            let Some(to) = taker else { continue };
            for &(from, output) in &sources {
                // Whoever takes what every part emits does not take its own.
                if from == to && matches!(syntax.source, ast::WiringSource::Any(_)) {
                    continue;
                }
                if let Some(taken) = self.taken(builder, syntax, (from, output), (name, to)) {
                    self.system.flows.push(Flow { from, output, to, taken, span: syntax.span });
                }
            }
        }
        Some(())
    }

    /// The parts that emit the output of a wiring.
    fn sources(&self, builder: &mut Builder<'a>, syntax: &ast::Wiring) -> Option<Vec<(Id<Part>, Id<Output>)>> {
        let text = builder.text(syntax.output);
        let output_of = |builder: &Builder<'a>, part: Id<Part>| {
            let machine = builder.program.machine_of(&self.system.parts[part])?;
            machine.outputs.enumerate().find(|(_, output)| output.name.text == text).map(|(id, _)| id)
        };
        match syntax.source {
            ast::WiringSource::Part(name) => {
                let part = self.part(builder, name)?;
                let machine = self.machine(builder, part, name, "emits")?;
                let outputs = machine.outputs.iter().map(|output| output.name.text.clone()).collect_vec();
                let machine = machine.name.text.clone();
                let found = output_of(builder, part);
                if found.is_none() {
                    let names = outputs.iter().map(String::as_str).collect_vec();
                    let mut finding = unknown(&UNKNOWN_OUTPUT, "output", text, syntax.output.span, names);
                    finding.primary.text = format!("not an output of the machine `{machine}`");
                    builder.report(finding);
                }
                found.map(|output| vec![(part, output)])
            }
            ast::WiringSource::Any(_) => {
                let parts = self.system.parts.ids();
                let found =
                    parts.filter_map(|part| output_of(builder, part).map(|output| (part, output))).collect_vec();
                if found.is_empty() {
                    let message = format!("no machine of this system has an output `{text}`");
                    builder.report(
                        Diagnostic::new(&UNKNOWN_OUTPUT, syntax.output.span, message)
                            .help("declare the output in a machine that a part runs, or check the spelling"),
                    );
                    return None;
                }
                Some(found)
            }
        }
    }

    /// The machine that a part runs, or a report that it runs none.
    fn machine<'b>(
        &self,
        builder: &'b mut Builder<'a>,
        part: Id<Part>,
        name: ast::Name,
        verb: &str,
    ) -> Option<&'b Machine> {
        let declared = &self.system.parts[part];
        if builder.program.machine_of(declared).is_none() {
            let text = builder.text(name);
            builder.report(
                Diagnostic::new(&NO_MACHINE, name.span, format!("`{text}` runs no machine that {verb} anything"))
                    .and(declared.head, "declared here")
                    .help(format!("say which: `{} {text} runs Machine;`", declared.kind.word())),
            );
            return None;
        }
        builder.program.machine_of(declared)
    }

    /// As what an output is taken. The outer `None` stands for a report, the inner one for a part without a machine.
    #[expect(clippy::option_option, reason = "one says that something is wrong, the other is a meaning")]
    fn taken(
        &self,
        builder: &mut Builder<'a>,
        syntax: &ast::Wiring,
        (from, output): (Id<Part>, Id<Output>),
        (name, to): (ast::Name, Id<Part>),
    ) -> Option<Option<Taken>> {
        let taker = &self.system.parts[to];
        let knows_no_events = taker.kind.is_outside() || taker.kind == PartKind::Store;
        if knows_no_events && syntax.event.is_none() {
            return Some(None);
        }
        let machine = self.machine(builder, to, name, "takes")?;
        let event_name = syntax.event.as_ref().map_or(syntax.output, |taken| taken.event);
        let events: Vec<(String, Id<Event>)> =
            machine.events.enumerate().map(|(id, event)| (event.name.text.clone(), id)).collect_vec();
        let machine_name = machine.name.text.clone();
        let text = builder.text(event_name);
        let Some(&(_, id)) = events.iter().find(|(name, _)| name == text) else {
            let names = events.iter().map(|(name, _)| name.as_str()).collect_vec();
            let mut finding = unknown(&UNKNOWN_EVENT, "event", text, event_name.span, names);
            finding.primary.text =
                format!("not an event of the machine `{machine_name}`, which `{}` runs", taker.name.text);
            if syntax.event.is_none() {
                // What stands here is the name of the output.
                finding.fix = None;
            }
            if syntax.event.is_none() && finding.help.as_ref().is_some_and(|help| !help.starts_with("did you mean")) {
                finding.help = Some(format!("say as which event it is taken: `to {} as Event`", taker.name.text));
            }
            builder.report(finding);
            return None;
        };
        let event = builder.program.machine_of(taker)?.events[id].clone();
        if event.internal {
            builder.report(
                Diagnostic::new(&SENT_FROM_OUTSIDE, event_name.span, format!("`{text}` does not come from outside"))
                    .and(event.name.span, "declared as `internal`")
                    .help("take it as an event that is not internal"),
            );
            return None;
        }
        let output = builder.program.machine_of(&self.system.parts[from])?.outputs[output].clone();
        let given = syntax.event.as_ref().map_or(&[][..], |taken| taken.fields.as_slice());
        let fields = fields(builder, event_name, &output, &event, given)?;
        Some(Some(Taken { event: id, fields }))
    }
}

fn kind(kind: ast::PartKind) -> PartKind {
    match kind {
        ast::PartKind::Person => PartKind::Person,
        ast::PartKind::External => PartKind::External,
        ast::PartKind::ExternalStore => PartKind::ExternalStore,
        ast::PartKind::Store => PartKind::Store,
        ast::PartKind::Container => PartKind::Container,
        ast::PartKind::Component => PartKind::Component,
    }
}

/// A type that a machine declares for itself: `runs Session per UserId` may name it.
fn type_of_machine(program: &Program, machine: MachineId, name: &str) -> Option<Type> {
    let whole = program.machine(machine)?.span;
    let is_it = |declared: &Name| {
        let span = declared.span;
        declared.text == name && span.file == whole.file && whole.start <= span.start && span.end <= whole.end
    };
    let enums = program.enums.enumerate().find(|(_, declared)| is_it(&declared.name));
    let externs = program.extern_types.enumerate().find(|(_, declared)| is_it(&declared.name));
    let base = enums.map(|(id, _)| BaseType::Enum(id)).or(externs.map(|(id, _)| BaseType::Extern(id)))?;
    Some(Type::Plain(base))
}

fn port_number(builder: &mut Builder<'_>, span: Span) -> Option<u16> {
    let number = literal::integer(builder.sources.text(span)).and_then(|number| u16::try_from(number).ok());
    if number.is_none() {
        builder.report(
            Diagnostic::new(&constants::OUT_OF_RANGE, span, "this is no port")
                .help("ports are numbers from 0 to 65535"),
        );
    }
    number
}

/// Where the fields of `event` come from: what is written, else the field of the output with the same name.
fn fields(
    builder: &mut Builder<'_>,
    owner: ast::Name,
    output: &Output,
    event: &Event,
    given: &[ast::Argument],
) -> Option<Vec<FlowValue>> {
    reactions::check_field_names(builder, owner, &event.fields, given);
    let mut values = Vec::new();
    let mut missing = Vec::new();
    for field in &event.fields {
        let argument = given.iter().find(|argument| builder.text(argument.name) == field.name.text);
        let of_that_name = output.fields.iter().position(|from| from.name.text == field.name.text);
        match (argument, of_that_name) {
            (Some(argument), _) => values.push(value(builder, output, field, &argument.value)),
            (None, Some(index)) => values.push(passed_on(builder, output, index, field, owner.span)),
            (None, None) => missing.push(field),
        }
    }
    reactions::require_fields(builder, owner, &missing)?;
    values.into_iter().collect()
}

/// A value that is written for `field`: a field of the output, or a constant.
fn value(builder: &mut Builder<'_>, output: &Output, field: &Field, syntax: &ast::Expr) -> Option<FlowValue> {
    let ast::ExprKind::Field { base, field: from } = &syntax.kind else {
        return constant(builder, output, field, syntax).map(FlowValue::Constant);
    };
    let (base_text, text) = (builder.text(*base), builder.text(*from));
    if base_text != "output" {
        builder.report(
            Diagnostic::new(&UNKNOWN_FIELD, base.span, format!("`{base_text}` has no fields"))
                .help(format!("what is taken is called `output`: `output.{text}`")),
        );
        return None;
    }
    let Some(index) = output.fields.iter().position(|from| from.name.text == text) else {
        let mut finding = unknown(&UNKNOWN_FIELD, "field", text, from.span, names_of(&output.fields));
        finding.message = format!("the output `{}` has no field `{text}`", output.name.text);
        builder.report(finding.says("not a field of the output").and(output.name.span, "the output"));
        return None;
    };
    passed_on(builder, output, index, field, syntax.span)
}

/// A constant: nothing of any machine is to be seen where machines are wired.
fn constant(builder: &mut Builder<'_>, output: &Output, field: &Field, syntax: &ast::Expr) -> Option<Expr> {
    let nothing = states::empty(output.name.clone(), Notes::default(), syntax.span, syntax.span, StateKind::Atomic);
    let scope = Scope::new(nothing, StateNames::default());
    let environment = Environment::constant(Machine::root());
    scope.value(builder, &environment, syntax, field.ty, interval_of(field.ty))
}

/// A field of an output as the value of a field of an event, whose type must have a place for all its values.
fn passed_on(builder: &mut Builder<'_>, output: &Output, index: usize, field: &Field, span: Span) -> Option<FlowValue> {
    let from = output.fields.get(index)?;
    let (found, wanted) = (plain(from.ty), plain(field.ty));
    let of_one_kind = same_kind(Type::Plain(found), Type::Plain(wanted));
    let keeps_none = matches!(field.ty, Type::Optional(_)) || matches!(from.ty, Type::Plain(_));
    if of_one_kind && keeps_none && interval(found).within(interval(wanted)) {
        return Some(FlowValue::Field(index));
    }
    let (found, wanted) = (builder.program.type_name(from.ty), builder.program.type_name(field.ty));
    let (name, of) = (&field.name.text, &from.name.text);
    let message = format!("`{name}` is a `{wanted}`, and `output.{of}` is a `{found}`");
    builder.report(
        Diagnostic::new(&TYPE_MISMATCH, span, message)
            .and(from.name.span, "the field of the output")
            .and(field.name.span, "the field of the event")
            .help("give both the same type, or write another value for the field"),
    );
    None
}

fn plain(ty: Type) -> BaseType {
    match ty {
        Type::Plain(base) | Type::Optional(base) => base,
    }
}

/// The values of a number; of anything else there is nothing to compare.
fn interval(base: BaseType) -> Interval {
    interval_of(Type::Plain(base)).unwrap_or(Interval { low: 0, high: 0 })
}

/// A part, or a relation, that belongs to two levels at once.
pub(crate) static MIXED_LEVELS: Rule = Rule {
    code: "FSM351",
    name: "mixed-levels",
    severity: Severity::Error,
    summary: "a part or a relation that mixes the levels of a system",
    explanation: "A system consists of containers and stores, a container of components and stores; persons and external \
                  systems are outside of all. Each diagram shows one level: a component directly in the system, or a \
                  relation of a part with what holds it, would belong to none.",
    example: "system Shop {\n    person Buyer;\n    component Basket { technology \"Rust\"; }\n    Buyer -> Basket \"fills\";\n}\n",
    instead: "system Shop {\n    person Buyer;\n    container Web {\n        technology \"Rust\";\n        component Basket;\n    }\n    Buyer -> Basket \"fills\";\n}\n",
};

/// A name that is no part.
pub(crate) static UNKNOWN_PART: Rule = Rule {
    code: "FSM352",
    name: "unknown-part",
    severity: Severity::Error,
    summary: "a name that is no part of the system",
    explanation: "Relations and wirings are between parts of the system, the system itself, persons and external systems. \
                  Names of parts are unique in a system, so they are written without what holds them.",
    example: "system Shop {\n    person Buyer;\n    container Web { technology \"Rust\"; }\n    Buyer -> Web \"buys at\";\n    Buyer -> Webb \"sells at\";\n}\n",
    instead: "system Shop {\n    person Buyer;\n    container Web { technology \"Rust\"; }\n    Buyer -> Web \"buys at\";\n}\n",
};

/// A name that is no machine.
pub(crate) static UNKNOWN_MACHINE: Rule = Rule {
    code: "FSM353",
    name: "unknown-machine",
    severity: Severity::Error,
    summary: "a name that is no machine",
    explanation: "`runs` names a machine of the same file, or of a file that it imports.",
    example: "machine Lamp {\n    event Flip;\n    initial state Off { on Flip -> On; }\n    state On { on Flip -> Off; }\n}\nsystem House {\n    person Guest;\n    container Hall runs Lam { technology \"230 V\"; }\n    Guest -> Hall \"enters\";\n}\n",
    instead: "machine Lamp {\n    event Flip;\n    initial state Off { on Flip -> On; }\n    state On { on Flip -> Off; }\n}\nsystem House {\n    person Guest;\n    container Hall runs Lamp { technology \"230 V\"; }\n    Guest -> Hall \"enters\";\n}\n",
};

/// A wiring with an end at which no machine runs.
pub(crate) static NO_MACHINE: Rule = Rule {
    code: "FSM354",
    name: "no-machine",
    severity: Severity::Error,
    summary: "a part that emits or takes events and runs no machine",
    explanation: "Outputs and events are declared by machines: a part of the system that runs none has neither. Persons, \
                  external systems and stores take an output as it is, without `as`.",
    example: "machine Lamp {\n    event Flip;\n    output Lit;\n    initial state Off { on Flip -> On / emit Lit; }\n    state On { on Flip -> Off; }\n}\nsystem House {\n    container Hall runs Lamp { technology \"230 V\"; }\n    container Bill { technology \"paper\"; }\n    Hall emits Lit to Bill;\n}\n",
    instead: "machine Lamp {\n    event Flip;\n    output Lit;\n    initial state Off { on Flip -> On / emit Lit; }\n    state On { on Flip -> Off; }\n}\nsystem House {\n    container Hall runs Lamp { technology \"230 V\"; }\n    store Bill { technology \"paper\"; }\n    Hall emits Lit to Bill;\n}\n",
};

/// A technology, a port or a machine where it means nothing.
pub(crate) static MISPLACED_DETAIL: Rule = Rule {
    code: "FSM355",
    name: "misplaced-detail",
    severity: Severity::Error,
    summary: "a technology, a port or a machine of a part that cannot have one",
    explanation: "Persons are made with nothing and listen nowhere, and what a system is made with is told of its containers. \
                  Machines run in containers and components: those of others are not ours to declare.",
    example: "system Shop {\n    person Buyer { port 80; }\n    container Web { technology \"Rust\"; }\n    Buyer -> Web \"buys at\";\n}\n",
    instead: "system Shop {\n    person Buyer;\n    container Web { technology \"Rust\"; port 80; }\n    Buyer -> Web \"buys at\";\n}\n",
};
