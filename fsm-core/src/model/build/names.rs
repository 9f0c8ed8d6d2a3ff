//! Declaring names once, and finding them again.

use std::collections::BTreeMap;

use super::Builder;
use crate::diagnostic::{Diagnostic, Rule, Severity};
use crate::lists::CollectVec;
use crate::model::{Field, Id, Machine, State};
use crate::source::Span;
use crate::suggest::closest;
use crate::syntax::ast;

/// The names of one kind in one scope, each declared once.
#[derive(Clone)]
pub(super) struct Namespace<'a, T> {
    /// What is declared, for messages: "event".
    kind: &'static str,
    /// Where in `declared` a name is. Each type of map is compiled anew: this one is that of all names everywhere.
    names: BTreeMap<&'a str, usize>,
    declared: Vec<(T, Span)>,
}

impl<'a, T: Copy> Namespace<'a, T> {
    pub(super) fn new(kind: &'static str) -> Self {
        Namespace { kind, names: BTreeMap::new(), declared: Vec::new() }
    }

    /// Declares a name. A second declaration is reported, and `false` comes back: the first one counts.
    pub(super) fn declare(&mut self, builder: &mut Builder<'a>, name: ast::Name, value: T) -> bool {
        let text = builder.text(name);
        if let Some(first) = self.place(text) {
            builder.report(duplicate(self.kind, text, name.span, first));
            return false;
        }
        self.add(text, value, name.span);
        true
    }

    /// Declares a name whose uniqueness has been looked at already; the first one counts.
    pub(super) fn declare_again(&mut self, builder: &Builder<'a>, name: ast::Name, value: T) {
        let text = builder.text(name);
        if !self.names.contains_key(text) {
            self.add(text, value, name.span);
        }
    }

    /// Adds a name that is not declared yet.
    pub(super) fn add(&mut self, text: &'a str, value: T, span: Span) {
        self.names.insert(text, self.declared.len());
        self.declared.push((value, span));
    }

    pub(super) fn get(&self, text: &str) -> Option<T> {
        self.names.get(text).map(|&place| self.declared[place].0)
    }

    /// Where a name is declared.
    pub(super) fn place(&self, text: &str) -> Option<Span> {
        self.names.get(text).map(|&place| self.declared[place].1)
    }

    pub(super) fn names(&self) -> Vec<&'a str> {
        self.names.keys().copied().collect_vec()
    }

    /// Finds what `name` means, or reports it by `rule`.
    pub(super) fn find(&self, builder: &mut Builder<'a>, name: ast::Name, rule: &'static Rule) -> Option<T> {
        let text = builder.text(name);
        let found = self.get(text);
        if found.is_none() {
            builder.report(unknown(rule, self.kind, text, name.span, self.names()));
        }
        found
    }
}

/// The finding for a name that is declared twice.
pub(super) fn duplicate(kind: &str, text: &str, span: Span, first: Span) -> Diagnostic {
    Diagnostic::new(&DUPLICATE_NAME, span, format!("the {kind} `{text}` is declared twice"))
        .says("declared again here")
        .and(first, "first declared here")
        .help(format!("give one of the two another name, or remove it: {} {kind} has one declaration", article(kind)))
}

fn article(kind: &str) -> &'static str {
    if kind.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" }
}

/// The finding for a name that is declared nowhere, with the closest one that is.
pub(super) fn unknown(
    rule: &'static Rule,
    kind: &str,
    text: &str,
    span: Span,
    mut candidates: Vec<&str>,
) -> Diagnostic {
    let article = article(kind);
    let suggestion = closest(text, candidates.iter().copied());
    let diagnostic = Diagnostic::new(rule, span, format!("there is no {kind} `{text}`"));
    if let Some(suggestion) = suggestion {
        return diagnostic
            .says(format!("not {article} {kind} of this machine"))
            .help(format!("did you mean `{suggestion}`?"))
            .replace_by(suggestion);
    }
    candidates.sort_unstable();
    let help = match candidates.as_slice() {
        [] => format!("declare it, or check the spelling: no {kind} is declared here"),
        known if known.len() <= 8 => {
            let known: Vec<_> = known.iter().map(|name| format!("`{name}`")).collect_vec();
            format!("declare it, or use {article} {kind} that is declared: {}", known.join(", "))
        }
        _ => format!("declare the {kind}, or check the spelling"),
    };
    diagnostic.says(format!("not {article} {kind} of this machine")).help(help)
}

/// The names of fields or parameters.
pub(super) fn names_of(fields: &[Field]) -> Vec<&str> {
    fields.iter().map(|field| field.name.text.as_str()).collect_vec()
}

/// The states of a machine by name.
#[derive(Default)]
pub(super) struct StateNames<'a> {
    /// Where in `states` those of a name are.
    names: BTreeMap<&'a str, usize>,
    states: Vec<Vec<Id<State>>>,
}

impl<'a> StateNames<'a> {
    /// Of all states but the machine itself, in document order.
    pub(super) fn new(names: &[&'a str]) -> Self {
        let mut of = StateNames::default();
        for (index, &name) in names.iter().enumerate() {
            let place = *of.names.entry(name).or_insert(of.states.len());
            if place == of.states.len() {
                of.states.push(Vec::new());
            }
            of.states[place].push(Id::new(index + 1));
        }
        of
    }

    /// Whether any state has this name.
    pub(super) fn is_declared(&self, text: &str) -> bool {
        self.names.contains_key(text)
    }

    /// Finds the state that `path` means where it is written inside `scope`.
    ///
    /// The first name is looked up from `scope` outwards: at each enclosing state, a child of that name is it, else the
    /// only descendant of that name; several are ambiguous. The other names go down from child to child.
    pub(super) fn find(
        &self,
        builder: &mut Builder<'a>,
        machine: &Machine,
        scope: Id<State>,
        path: &ast::Path,
    ) -> Option<Id<State>> {
        let (&first, rest) = path.segments.split_first()?;
        let mut state = self.find_first(builder, machine, scope, first)?;
        for &segment in rest {
            let text = builder.text(segment);
            let child = |&child: &Id<State>| machine.states[child].name.text == text;
            let Some(found) = machine.states[state].children.iter().copied().find(child) else {
                let children = machine.states[state].children.iter();
                let names = children.map(|&child| machine.states[child].name.text.as_str()).collect_vec();
                let outer = machine.qualified_name(state);
                let mut finding = unknown(&UNKNOWN_STATE, "state", text, segment.span, names);
                finding.message = format!("there is no state `{text}` in `{outer}`");
                finding.primary.text = format!("not a child of `{outer}`");
                builder.report(finding);
                return None;
            };
            state = found;
        }
        Some(state)
    }

    fn find_first(
        &self,
        builder: &mut Builder<'a>,
        machine: &Machine,
        scope: Id<State>,
        name: ast::Name,
    ) -> Option<Id<State>> {
        let text = builder.text(name);
        let candidates = self.names.get(text).map_or(&[][..], |&place| &self.states[place]);
        if let &[only] = candidates {
            return Some(only);
        }
        for outer in machine.lineage(scope) {
            let inside = candidates.iter().copied().filter(|&state| machine.is_descendant(state, outer)).collect_vec();
            let child = inside.iter().copied().find(|&state| machine.states[state].parent == Some(outer));
            match (child, inside.as_slice()) {
                (Some(child), _) => return Some(child),
                (None, []) => {}
                (None, &[only]) => return Some(only),
                (None, several) => {
                    let mut finding = Diagnostic::new(
                        &AMBIGUOUS_NAME,
                        name.span,
                        format!("`{text}` can be any of {} states", several.len()),
                    );
                    for &state in several {
                        finding = finding.and(machine.states[state].name.span, machine.qualified_name(state));
                    }
                    let example = machine.qualified_name(several[0]);
                    builder.report(finding.help(format!("write the state around it too: `{example}`")));
                    return None;
                }
            }
        }
        let names = self.names.keys().copied().collect_vec();
        let mut finding = unknown(&UNKNOWN_STATE, "state", text, name.span, names);
        if text == machine.name.text {
            finding.help = Some("the machine itself is not a target; name one of its states".to_owned());
            finding.fix = None;
        }
        builder.report(finding);
        None
    }
}

macro_rules! unknown_rule {
    ($name:ident, $code:literal, $slug:literal, $kind:literal, $explanation:literal, $example:literal, $instead:literal) => {
        #[doc = concat!("A name that is no ", $kind, ".")]
        pub(crate) static $name: Rule = Rule {
            code: $code,
            name: $slug,
            severity: Severity::Error,
            summary: concat!("a name that is no ", $kind),
            explanation: $explanation,
            example: $example,
            instead: $instead,
        };
    };
}

/// A name that is declared twice.
pub(crate) static DUPLICATE_NAME: Rule = Rule {
    code: "FSM102",
    name: "duplicate-name",
    severity: Severity::Error,
    summary: "a name that is declared twice",
    explanation: "Names are unique among siblings: the children of one state, the events of a machine, the fields of one \
                  payload. With two declarations nobody can tell which of them a use means. States in different \
                  composites may share a name.",
    example: "machine Lamp {\n    event Flip;\n    initial state Off { on Flip -> On; }\n    state On { on Flip -> Off; }\n    state On { on Flip -> Off; }\n}\n",
    instead: "machine Lamp {\n    event Flip;\n    initial state Off { on Flip -> On; }\n    state On { on Flip -> Off; }\n}\n",
};

unknown_rule!(
    UNKNOWN_STATE,
    "FSM103",
    "unknown-state",
    "state",
    "Every target, history and `in` names a declared state. A name is looked up from the place of its use outwards; \
     `Outer.Inner` names a child of `Outer`.",
    "machine Lamp {\n    event Flip;\n    initial state Off { on Flip -> Onn; }\n    state On { on Flip -> Off; }\n    always [in Off] -> On;\n}\n",
    "machine Lamp {\n    event Flip;\n    initial state Off { on Flip -> On; }\n    state On { on Flip -> Off; }\n}\n"
);
unknown_rule!(
    UNKNOWN_EVENT,
    "FSM104",
    "unknown-event",
    "event",
    "An event is declared with its payload before a state can react to it: the declaration is what the generated type is \
     made of.",
    "machine Lamp {\n    event Flip;\n    initial state Off { on Flip -> On; on Flop -> On; }\n    state On { on Flip -> Off; }\n}\n",
    "machine Lamp {\n    event Flip;\n    initial state Off { on Flip -> On; }\n    state On { on Flip -> Off; }\n}\n"
);
unknown_rule!(
    UNKNOWN_OUTPUT,
    "FSM105",
    "unknown-output",
    "output",
    "What a machine emits is declared with its payload, as its events are.",
    "machine Lamp {\n    event Flip;\n    initial state Off { on Flip -> On; }\n    state On { entry / emit Shines; on Flip -> Off; }\n}\n",
    "machine Lamp {\n    event Flip;\n    output Shines;\n    initial state Off { on Flip -> On; }\n    state On { entry / emit Shines; on Flip -> Off; }\n}\n"
);
unknown_rule!(
    UNKNOWN_ACTION,
    "FSM106",
    "unknown-action",
    "action",
    "A call behind `/` names a declared action. The declaration gives the signature of the host function that the program \
     implements.",
    "machine Lamp {\n    event Flip;\n    initial state Off { on Flip -> On / click(); }\n    state On { on Flip -> Off; }\n}\n",
    "machine Lamp {\n    event Flip;\n    action click();\n    initial state Off { on Flip -> On / click(); }\n    state On { on Flip -> Off; }\n}\n"
);
unknown_rule!(
    UNKNOWN_NAME,
    "FSM107",
    "unknown-name",
    "value",
    "A name in an expression is a variable of a context around it, a param, a guard or a limit; inside a guard's body also \
     one of its parameters. The context of a state can be read and written only inside that state.",
    "machine Door {\n    context { opened: u8 = 0 }\n    event Open;\n    initial state Shut { on Open [openned < 3] / opened += 1; }\n}\n",
    "machine Door {\n    context { opened: u8 = 0 }\n    event Open;\n    initial state Shut { on Open [opened < 3] / opened += 1; }\n}\n"
);
unknown_rule!(
    UNKNOWN_TYPE,
    "FSM108",
    "unknown-type",
    "type",
    "Types are `bool`, `u8` to `u64`, `i8` to `i64`, `f64`, `str`, `duration`, and the enums and extern types that the \
     machine or the file declares. A Rust type is made known by `extern type`.",
    "machine Door {\n    event Open { by: UserId };\n    initial state Shut { ignore Open; }\n}\n",
    "machine Door {\n    extern type UserId = u64;\n    event Open { by: UserId };\n    initial state Shut { ignore Open; }\n}\n"
);
unknown_rule!(
    UNKNOWN_LIMIT,
    "FSM109",
    "unknown-limit",
    "limit",
    "`counts` names the limit that bounds how often a transition may be taken.",
    "machine Job {\n    event Fail;\n    event Finish;\n    limit retries <= 3 else -> Done;\n    initial state Working { on Fail -> Working counts retry; on Fail -> Working counts retries; on Finish -> Done; }\n    final state Done;\n}\n",
    "machine Job {\n    event Fail;\n    event Finish;\n    limit retries <= 3 else -> Done;\n    initial state Working { on Fail -> Working counts retries; on Finish -> Done; }\n    final state Done;\n}\n"
);
unknown_rule!(
    UNKNOWN_FIELD,
    "FSM110",
    "unknown-field",
    "field",
    "`event.x` reads a field that every event of the reaction has, with the same type; `emit`, `raise` and the values at an \
     arrow name fields of what they fill.",
    "machine Door {\n    event Open { force: u8 };\n    initial state Shut { on Open [event.forse > 3] -> Ajar; on Open [event.force > 3] -> Ajar; }\n    state Ajar { on Open -> Shut; }\n}\n",
    "machine Door {\n    event Open { force: u8 };\n    initial state Shut { on Open [event.force > 3] -> Ajar; }\n    state Ajar { on Open -> Shut; }\n}\n"
);
unknown_rule!(
    UNKNOWN_VARIANT,
    "FSM111",
    "unknown-variant",
    "value of the enum",
    "`Cause::Crash` names a value that the enum `Cause` declares.",
    "enum Cause { Crash, Timeout }\nmachine Job {\n    event Fail { cause: Cause };\n    initial state Working { on Fail [event.cause == Cause::Crush] -> Failed; on Fail [event.cause == Cause::Crash] -> Failed; }\n    final state Failed;\n}\n",
    "enum Cause { Crash, Timeout }\nmachine Job {\n    event Fail { cause: Cause };\n    initial state Working { on Fail [event.cause == Cause::Crash] -> Failed; }\n    final state Failed;\n}\n"
);
unknown_rule!(
    UNKNOWN_TASK,
    "FSM112",
    "unknown-task",
    "task",
    "`run` names a declared task.",
    "machine Job {\n    task build() -> u32;\n    initial state Working { run build() { ok -> Built; } run biuld() { ok -> Built; } }\n    final state Built;\n}\n",
    "machine Job {\n    task build() -> u32;\n    initial state Working { run build() { ok -> Built; } }\n    final state Built;\n}\n"
);

/// A name that can mean several things.
pub(crate) static AMBIGUOUS_NAME: Rule = Rule {
    code: "FSM113",
    name: "ambiguous-name",
    severity: Severity::Error,
    summary: "a name that can mean several things",
    explanation: "A name of a state is looked up from the place of its use outwards. Where several states of that name are \
                  found at the same level, the state around it has to be written too: `Outer.Inner`. A name in an \
                  expression may likewise be a variable and a guard at once.",
    example: "machine Gate {\n    event Go;\n    event Halt;\n    initial state Idle { on Go -> Waiting; on Halt -> Right; }\n    state Left { initial state Waiting { on Go -> Idle; } }\n    state Right { initial state Waiting { on Go -> Left; } }\n}\n",
    instead: "machine Gate {\n    event Go;\n    event Halt;\n    initial state Idle { on Go -> Left.Waiting; on Halt -> Right; }\n    state Left { initial state Waiting { on Go -> Idle; } }\n    state Right { initial state Waiting { on Go -> Left; } }\n}\n",
};
