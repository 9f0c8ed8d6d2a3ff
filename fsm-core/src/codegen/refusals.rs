//! What cannot be generated: refused at its place, before any code is.

use super::expressions::interval;
use super::names::is_reserved;
use crate::diagnostic::{Diagnostic, Diagnostics, Rule, Severity};
use crate::model::{
    Action, ActionKind, Condition, Expr, Machine, Name, Program, Reaction, StateKind, Tail, TargetKind, Trigger,
};
use crate::source::Span;

/// The rules of the generator.
pub(crate) static RULES: &[&Rule] = &[&NOT_GENERATED, &RESERVED_NAME, &ARITHMETIC_TOO_WIDE];

pub(super) fn check(program: &Program, diagnostics: &mut Diagnostics) {
    for machine in &program.machines {
        check_constructs(machine, diagnostics);
        check_names(program, machine, diagnostics);
    }
}

fn check_constructs(machine: &Machine, diagnostics: &mut Diagnostics) {
    let mut refuse = |span: Span, what: &str| {
        diagnostics.push(
            Diagnostic::new(&NOT_GENERATED, span, format!("no code can be generated for {what} yet")).help(
                "`fsmc validate` and `fsmc diagram` know the construct; to run the machine, express it by events",
            ),
        );
    };
    for state in &machine.states {
        if state.kind == StateKind::Parallel {
            refuse(state.head, "parallel states");
        }
        state.runs.iter().for_each(|run| refuse(run.span, "tasks"));
    }
    for action in &machine.actions {
        if let Some(span) = action.fails {
            refuse(span, "actions that fail");
        }
    }
    for task in &machine.tasks {
        refuse(task.name.span, "tasks");
    }
    for reaction in &machine.reactions {
        let what = match &reaction.trigger {
            Trigger::After(_) | Trigger::Every(_) => "timers",
            Trigger::Defer(_) => "deferred events",
            Trigger::Error => "`on error`",
            Trigger::Events(_)
            | Trigger::Any
            | Trigger::Done
            | Trigger::Always
            | Trigger::Ignore(_)
            | Trigger::TaskDone(_)
            | Trigger::TaskFailed(_) => continue,
        };
        refuse(reaction.trigger_span, what);
    }
    for tail in tails(machine) {
        if let Some(target) = &tail.target
            && matches!(target.kind, TargetKind::Fork(_))
        {
            refuse(target.span, "forks");
        }
    }
    for action in actions(machine) {
        match &action.kind {
            ActionKind::Call { result: Some(_), .. } => refuse(action.span, "results of actions"),
            ActionKind::Restart(_) => refuse(action.span, "`restart`"),
            _ => {}
        }
    }
    for expr in expressions(machine) {
        expr.walk(&mut |part| {
            if interval(machine, part).is_err() {
                diagnostics.push(
                    Diagnostic::new(&ARITHMETIC_TOO_WIDE, part.span, "this can grow beyond 127 bits")
                        .help("give the variables ranges, or use fewer multiplications"),
                );
            }
        });
    }
}

/// Names that Rust takes in no form.
fn check_names(program: &Program, machine: &Machine, diagnostics: &mut Diagnostics) {
    let fields = |fields: &[crate::model::Field]| fields.iter().map(|field| field.name.clone()).collect::<Vec<_>>();
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
    for declared in &program.enums {
        names.push(declared.name.clone());
        names.extend(declared.variants.iter().map(|variant| variant.name.clone()));
    }
    for name in names {
        if is_reserved(&name.text) {
            diagnostics.push(
                Diagnostic::new(&RESERVED_NAME, name.span, format!("`{}` cannot be a name in Rust", name.text))
                    .help("choose another name"),
            );
        }
    }
    // Inside an expression the context of a state is known by the name of its field.
    for field in machine.events.iter().flat_map(|event| &event.fields) {
        let context = field.name.text.strip_suffix("_context");
        if let Some(state) = machine.states.iter().find(|state| context == Some(&super::names::snake(&state.name.text)))
            && !state.context.is_empty()
        {
            diagnostics.push(
                Diagnostic::new(
                    &RESERVED_NAME,
                    field.name.span,
                    format!("`{}` is the context of a state", field.name.text),
                )
                .and(state.name.span, "the state")
                .help("choose another name for the field"),
            );
        }
    }
    // The generated trait has one method for each host function, and `emit`.
    let host = machine.guards.iter().filter(|guard| guard.body.is_none()).map(|guard| &guard.name);
    let mut methods: Vec<(String, &Name)> = Vec::new();
    for name in host.chain(machine.actions.iter().map(|action| &action.name)) {
        let method = super::names::snake(&name.text);
        if method == "emit" {
            diagnostics.push(
                Diagnostic::new(&RESERVED_NAME, name.span, "a host function cannot be called `emit`")
                    .help("`emit` is how outputs reach the host; choose another name"),
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

/// All tails of a machine: of its branches and of its limits.
pub(super) fn tails(machine: &Machine) -> impl Iterator<Item = &Tail> {
    let of_branches = machine.reactions.iter().flat_map(|reaction| &reaction.branches).map(|branch| &branch.tail);
    of_branches.chain(machine.limits.iter().map(|limit| &limit.tail))
}

/// All actions of a machine.
pub(super) fn actions(machine: &Machine) -> impl Iterator<Item = &Action> {
    let of_states = machine.states.iter().flat_map(|state| state.entry.iter().chain(&state.exit));
    of_states.chain(tails(machine).flat_map(|tail| &tail.actions))
}

/// All expressions of a machine.
fn expressions(machine: &Machine) -> Vec<&Expr> {
    let mut found: Vec<&Expr> = machine.guards.iter().filter_map(|guard| guard.body.as_ref()).collect();
    found.extend(machine.variables.iter().filter_map(|variable| variable.default.as_ref()));
    found.extend(machine.limits.iter().map(|limit| &limit.bound));
    found.extend(machine.reactions.iter().flat_map(expressions_of));
    for limit in &machine.limits {
        expressions_in_tail(&limit.tail, &mut found);
    }
    let hooks = machine.states.iter().flat_map(|state| state.entry.iter().chain(&state.exit));
    hooks.for_each(|action| expressions_in_action(action, &mut found));
    found
}

/// All expressions of a reaction.
pub(super) fn expressions_of(reaction: &Reaction) -> Vec<&Expr> {
    let mut found = Vec::new();
    for branch in &reaction.branches {
        if let Condition::Guard(guard) = &branch.condition {
            found.push(guard);
        }
        expressions_in_tail(&branch.tail, &mut found);
    }
    found
}

fn expressions_in_tail<'m>(tail: &'m Tail, found: &mut Vec<&'m Expr>) {
    let entries = match tail.target.as_ref().map(|target| &target.kind) {
        Some(TargetKind::State(entry) | TargetKind::History { default: Some(entry), .. }) => {
            std::slice::from_ref(entry)
        }
        Some(TargetKind::Fork(entries)) => entries,
        Some(TargetKind::History { default: None, .. }) | None => &[],
    };
    found.extend(entries.iter().flat_map(|entry| &entry.arguments).map(|(_, value)| value));
    tail.actions.iter().for_each(|action| expressions_in_action(action, found));
}

fn expressions_in_action<'m>(action: &'m Action, found: &mut Vec<&'m Expr>) {
    match &action.kind {
        ActionKind::Call { arguments: values, .. }
        | ActionKind::Emit { fields: values, .. }
        | ActionKind::Raise { fields: values, .. } => found.extend(values),
        ActionKind::Assign { value, .. } => found.push(value),
        ActionKind::ResetLimit(_) | ActionKind::ResetVariables(_) | ActionKind::Restart(_) => {}
    }
}

pub(crate) static NOT_GENERATED: Rule = Rule {
    code: "FSM901",
    name: "not-generated",
    severity: Severity::Error,
    summary: "a construct that no code can be generated for yet",
    explanation: "Parallel states, forks, timers, deferred events, tasks, failing actions and results of actions are parsed, \
                  checked and drawn. The code generator does not know them yet, and refuses them rather than leave them out.",
    example: "machine Lamp {\n    event Flip;\n    initial state Off { on Flip -> On; }\n    state On { after 5min -> Off; }\n}\n",
    instead: "machine Lamp {\n    event Flip;\n    event FiveMinutesPassed;\n    initial state Off { on Flip -> On; }\n    state On { on FiveMinutesPassed -> Off; }\n}\n",
};

pub(crate) static RESERVED_NAME: Rule = Rule {
    code: "FSM902",
    name: "reserved-name",
    severity: Severity::Error,
    summary: "a name that generated code cannot use",
    explanation: "Names become names of Rust. `self`, `Self`, `super` and `crate` cannot; other keywords of Rust can, as raw \
                  identifiers. The host's functions become methods of one trait, beside `emit`.",
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
