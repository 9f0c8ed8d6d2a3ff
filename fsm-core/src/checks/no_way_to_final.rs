//! States from which the end of the machine cannot be reached.

use super::dead_end::is_dead_end;
use super::{Context, finding};
use crate::diagnostic::{Diagnostics, Rule, Severity};
use crate::model::{Id, Machine, State, StateKind};

pub(super) fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    let machine = context.machine;
    let ends = ends(context);
    if ends.is_empty() {
        return;
    }
    let reaching = context.graph.leading_to(ends);
    let lost: Vec<Id<State>> = machine
        .states
        .ids()
        .filter(|&id| machine.is_leaf(id) && context.graph.is_active(id) && !reaching.contains(&id))
        .filter(|&id| !is_dead_end(context, id))
        .collect();
    let Some((&first, rest)) = lost.split_first() else { return };
    let name = machine.qualified_name(first);
    let also = match rest.len() {
        0 => String::new(),
        1 => format!(", nor from `{}`", machine.qualified_name(rest[0])),
        others => format!(", nor from {others} others"),
    };
    let mut found = finding(
        &RULE,
        machine.state(first).name.span,
        format!("no final state of `{}` can be reached from `{name}`{also}", machine.name.text),
    );
    for &other in rest.iter().take(8) {
        found = found.and(machine.state(other).name.span, "nor from here");
    }
    diagnostics
        .push(found.help("write a transition that leads on to a final state, or mark where this ends as `final`"));
}

/// The reachable states that end the machine.
pub(super) fn ends(context: &Context<'_>) -> Vec<Id<State>> {
    let machine = context.machine;
    let children = machine.states[Machine::root()].children.iter().copied();
    children.filter(|&id| machine.states[id].kind == StateKind::Final && context.graph.is_active(id)).collect()
}

pub(super) static RULE: Rule = Rule {
    code: "FSM403",
    name: "no-way-to-final",
    severity: Severity::Error,
    summary: "states from which no final state of the machine can be reached",
    explanation: "A machine with a final state is meant to end. From some of its states it cannot: they lead only to each other. \
                  Such a trap is usually a missing transition.",
    example: "machine Job {\n    event Finish;\n    event Fail;\n    event Retry;\n    initial state Working { on Finish -> Done; on Fail -> Waiting; }\n    state Waiting { on Retry -> Asking; }\n    #[allow(FSM701, reason = \"people ask as often as they like\")]\n    state Asking { on Retry -> Waiting; }\n    final state Done;\n}\n",
    instead: "machine Job {\n    event Finish;\n    event Fail;\n    event Retry;\n    limit retries <= 3 else -> Done;\n    initial state Working { on Finish -> Done; on Fail -> Waiting; }\n    state Waiting { on Retry -> Working counts retries; }\n    final state Done;\n}\n",
};
