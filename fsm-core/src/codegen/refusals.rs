//! What cannot be generated: refused at its place, before any code is.

use super::intervals::interval;
use super::names::is_reserved;
use crate::diagnostic::{Diagnostic, Diagnostics, Rule, Severity};
use crate::lists::CollectVec;
use crate::model::{Enum, Generic, GenericKind, Machine, Name, Program, VariableScope};
use crate::source::{Sources, Span};

/// The rules of the generator.
#[cfg(feature = "checks")]
pub(crate) static RULES: &[&Rule] = &[&RESERVED_NAME, &ARITHMETIC_TOO_WIDE];

pub(super) fn check(program: &Program, sources: &Sources, diagnostics: &mut Diagnostics) {
    check_types(program, sources, diagnostics);
    for machine in &program.machines {
        check_arithmetic(machine, diagnostics);
        check_names(program, machine, diagnostics);
    }
}

fn check_arithmetic(machine: &Machine, diagnostics: &mut Diagnostics) {
    for expr in machine.all_expressions() {
        expr.walk(&mut |part| {
            // It is said of the smallest part that is too wide, not of all that contain it.
            let mut too_wide = 0;
            part.walk(&mut |inner| too_wide += usize::from(interval(machine, inner).is_err()));
            if too_wide == 1 && interval(machine, part).is_err() {
                diagnostics.push(
                    Diagnostic::new(&ARITHMETIC_TOO_WIDE, part.span, "this can grow beyond 127 bits")
                        .help("give the variables ranges, or use fewer multiplications"),
                );
            }
        });
    }
}

/// Types that would have the same name: of machines, of enums, and of what is generated for machines.
fn check_types(program: &Program, sources: &Sources, diagnostics: &mut Diagnostics) {
    let mut types: Vec<(String, Span, String)> = Vec::new();
    for declared in program.own_enums() {
        let machine = declared.machine.as_deref().unwrap_or("");
        let what = format!("the enum `{}`", declared.name.text);
        types.push((format!("{machine}{}", declared.name.text), declared.name.span, what));
    }
    for machine in &program.machines {
        let name = &machine.name.text;
        let mut of_machine = vec!["", "State", "Event", "EventKind", "Error", "Host", "Internal", "Transition"];
        of_machine.extend((!machine.outputs.is_empty()).then_some("Output"));
        of_machine.extend(
            machine.variables.iter().any(|variable| variable.scope == VariableScope::Param).then_some("Params"),
        );
        of_machine.extend((!machine.states[Machine::root()].context.is_empty()).then_some("Context"));
        if machine.snapshot {
            of_machine.extend(["Pending", "Snapshot"]);
        }
        for suffix in of_machine {
            let what = if suffix.is_empty() {
                format!("the machine `{name}`")
            } else {
                format!("a type of the machine `{name}`")
            };
            types.push((format!("{name}{suffix}"), machine.name.span, what));
        }
        for state in machine.states.iter().skip(1).filter(|state| !state.context.is_empty()) {
            let what = format!("the context of the state `{}`", state.name.text);
            types.push((format!("{name}{}Context", state.name.text), state.name.span, what));
        }
    }
    for Generic { name, .. } in program.machines.iter().flat_map(|machine| &machine.generics) {
        if let Some((_, first, what)) = types.iter().find(|(other, ..)| *other == name.text) {
            let message = format!("the generic parameter `{}` would hide a type of that name", name.text);
            let found = Diagnostic::new(&RESERVED_NAME, name.span, message).and(*first, what.clone());
            diagnostics.push(found.help("choose another name for the parameter"));
        }
    }
    for (index, (name, span, what)) in types.iter().enumerate() {
        let earlier = types[..index].iter().find(|(other, ..)| other == name);
        if let Some((_, first, other)) = earlier {
            diagnostics.push(
                Diagnostic::new(&RESERVED_NAME, *span, format!("two types would be called `{name}`"))
                    .says(what.clone())
                    .and(*first, other.clone())
                    .help("the types of a machine begin with its name; choose another name for one of the two"),
            );
        }
    }
    let mut named: Vec<(&Name, &str)> = Vec::new();
    for Enum { name, .. } in program.own_enums().filter(|declared| declared.machine.is_none()) {
        named.push((name, &name.text));
    }
    for declared in &program.extern_types {
        named.push((&declared.name, sources.text(declared.path).trim()));
    }
    for (name, text) in named {
        let Some((_, meaning)) = OWN_GENERICS.into_iter().find(|&(own, _)| own == text) else { continue };
        let message = format!("the type `{text}` is the {meaning} in generated code");
        let is_generic = program.machines.iter().any(|machine| machine.generics.iter().any(|of| of.name == *name));
        let help = if is_generic {
            "choose another name for the parameter".to_owned()
        } else {
            format!("choose another name, or write the type with its path: `crate::{text}`")
        };
        diagnostics.push(Diagnostic::new(&RESERVED_NAME, name.span, message).help(help));
    }
}

/// The generic parameters that generated code has of its own, and what they stand for.
const OWN_GENERICS: [(&str, &str); 2] = [("H", "host"), ("O", "observer")];

/// Names that Rust takes in no form.
fn check_names(program: &Program, machine: &Machine, diagnostics: &mut Diagnostics) {
    let fields = |fields: &[crate::model::Field]| fields.iter().map(|field| field.name.clone()).collect_vec();
    let mut names: Vec<Name> = vec![machine.name.clone()];
    names.extend(machine.states.iter().map(|state| state.name.clone()));
    names.extend(machine.variables.iter().map(|variable| variable.name.clone()));
    for event in &machine.events {
        names.push(event.name.clone());
        names.extend(fields(&event.fields));
    }
    for output in &machine.outputs {
        names.push(output.name.clone());
        names.extend(fields(&output.fields));
    }
    for guard in &machine.guards {
        names.push(guard.name.clone());
        names.extend(fields(&guard.parameters));
    }
    for action in &machine.actions {
        names.push(action.name.clone());
        names.extend(fields(&action.parameters));
    }
    for task in &machine.tasks {
        names.extend(fields(&task.parameters));
    }
    for declared in program.own_enums() {
        names.push(declared.name.clone());
        names.extend(declared.variants.iter().map(|variant| variant.name.clone()));
    }
    let constants = machine.generics.iter().filter(|generic| generic.kind == GenericKind::Const);
    for Generic { name: constant, .. } in constants {
        // A pattern that would bind a local variable compares with the constant.
        let bound = names.iter().find(|name| name.text == constant.text).map(|name| name.span);
        if bound.is_some() || ["None", "Some", "Ok", "Err"].contains(&constant.text.as_str()) {
            let message = format!("the constant `{}` would hide what has its name in generated code", constant.text);
            let mut found = Diagnostic::new(&RESERVED_NAME, constant.span, message);
            if let Some(bound) = bound {
                found = found.and(bound, "this has its name");
            }
            diagnostics.push(found.help("choose another name for the parameter"));
        }
    }
    for name in names {
        if is_reserved(&name.text) {
            diagnostics.push(
                Diagnostic::new(&RESERVED_NAME, name.span, format!("`{}` cannot be a name in Rust", name.text))
                    .help("choose another name"),
            );
        }
    }
    // The generated trait has one method for each host function, `emit` and `observe`.
    let host = machine.guards.iter().filter(|guard| guard.body.is_none()).map(|guard| &guard.name);
    let mut methods: Vec<(String, &Name)> = Vec::new();
    let mut wanted: Vec<(&str, &Name)> = host.map(|name| ("", name)).collect_vec();
    machine.actions.iter().for_each(|action| wanted.push(("", &action.name)));
    machine.tasks.iter().for_each(|task| wanted.push(("start_", &task.name)));
    machine.tasks.iter().for_each(|task| wanted.push(("cancel_", &task.name)));
    for (prefix, name) in wanted {
        let method = format!("{prefix}{}", super::names::snake(&name.text));
        let reserved = [
            ("emit", "`emit` is how outputs reach the host; choose another name"),
            ("observe", "`observe` is how the host is told what happens; choose another name"),
        ];
        if let Some((_, help)) = reserved.into_iter().find(|(reserved, _)| *reserved == method) {
            diagnostics.push(
                Diagnostic::new(&RESERVED_NAME, name.span, format!("a host function cannot be called `{method}`"))
                    .help(help),
            );
        }
        if let Some((_, first)) = methods.iter().find(|(other, _)| *other == method) {
            diagnostics.push(
                Diagnostic::new(&RESERVED_NAME, name.span, format!("two host functions would be called `{method}`"))
                    .and(first.span, "the other one")
                    .help("guards and actions become methods of one trait; give one of them another name"),
            );
        }
        methods.push((method, name));
    }
}

pub(crate) static RESERVED_NAME: Rule = Rule {
    code: "FSM902",
    name: "reserved-name",
    severity: Severity::Error,
    summary: "a name that generated code cannot use",
    explanation: "Names become names of Rust. `self`, `Self`, `super` and `crate` cannot; other keywords of Rust can, as raw \
                  identifiers. The host's functions become methods of one trait, beside `emit` and `observe`. The types of a \
                  machine begin with its name, and neither an enum nor a generic parameter may have the \
                  name of one of them. Generic parameters called `H` and `O` are those of generated code.",
    example: "machine Lamp {\n    event Flip { crate: u8 };\n    initial state Off { on Flip [event.crate > 1] -> On; }\n    state On { on Flip -> Off; }\n}\n",
    instead: "machine Lamp {\n    event Flip { type: u8 };\n    initial state Off { on Flip [event.type > 1] -> On; }\n    state On { on Flip -> Off; }\n}\n",
};

pub(crate) static ARITHMETIC_TOO_WIDE: Rule = Rule {
    code: "FSM903",
    name: "arithmetic-too-wide",
    severity: Severity::Error,
    summary: "arithmetic whose result may need more than 127 bits",
    explanation: "Guards compute with unbounded integers, which generated code computes in 64 or 128 bits, as the ranges of the \
                  variables ask. Beyond that it would be wrong, so it is refused.",
    example: "machine Sum {\n    context { a: u64 = 2, b: u64 = 3 }\n    event Go;\n    initial state Idle { on Go [a * b * a > 7] / a = 1, b = 1; }\n}\n",
    instead: "machine Sum {\n    context { a: u64 in 0..=9999 = 2, b: u64 in 0..=9999 = 3 }\n    event Go;\n    initial state Idle { on Go [a * b * a > 7] / a = 1, b = 1; }\n}\n",
};
