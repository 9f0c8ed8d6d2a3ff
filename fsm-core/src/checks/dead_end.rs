//! States that, once entered, are never left, and are not final.

use super::{Context, finding};
use crate::diagnostic::{Applicability, Diagnostics, Rule, Severity};
use crate::model::{Id, Machine, State, StateKind};

pub(super) fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    let machine = context.machine;
    // A machine of one state has nowhere to go, and is not meant to.
    let leaves = machine.states.ids().skip(1).filter(|&id| machine.is_leaf(id)).count();
    if leaves < 2 || machine.states.iter().any(|state| state.kind == StateKind::Parallel && state.parent.is_none()) {
        return;
    }
    for id in machine.states.ids().skip(1) {
        if is_dead_end(context, id) {
            let (state, name) = (machine.state(id), machine.qualified_name(id));
            let final_state = format!("final state {}", state.name.text);
            let help = format!("write a transition out of it, or `{final_state}` if it is an end");
            diagnostics.push(
                finding(&RULE, state.name.span, format!("`{name}` is never left, and is not final"))
                    .says("no event leads out of here")
                    .help(help)
                    .fix(Applicability::Maybe, format!("write `{final_state}`"), state.head.head(), "final "),
            );
        }
    }
}

/// Whether a state can be entered and not be left.
pub(super) fn is_dead_end(context: &Context<'_>, id: Id<State>) -> bool {
    can_come_to_rest(context, id) && context.graph.edges_from(id).iter().all(|edge| edge.to == id)
}

/// Whether the whole machine rests while a state that is not final is not left.
pub(super) fn can_come_to_rest(context: &Context<'_>, id: Id<State>) -> bool {
    let machine = context.machine;
    // A region that only waits for the others is no end of anything.
    let in_region = machine.ancestors(id).any(|outer| machine.states[outer].kind == StateKind::Parallel);
    machine.is_leaf(id)
        && id != Machine::root()
        && machine.states[id].kind != StateKind::Final
        && context.graph.is_active(id)
        && !in_region
}

pub(super) static RULE: Rule = Rule {
    code: "FSM402",
    name: "dead-end",
    severity: Severity::Error,
    summary: "a state that is never left and is not final",
    explanation: "Nothing that can happen leads out of the state: no transition of its own, and none of the states around it. \
                  Where that is the end of the work, the state is `final`: then the machine says that it has ended, and \
                  diagrams show it. Otherwise a transition is missing.",
    example: "machine Lamp {\n    event Flip;\n    event Burn;\n    initial state Off { on Flip -> On; }\n    state On { on Flip -> Off; on Burn -> Broken; }\n    state Broken { ignore Flip; }\n}\n",
    instead: "machine Lamp {\n    event Flip;\n    event Burn;\n    initial state Off { on Flip -> On; }\n    #[allow(FSM701, reason = \"a lamp is switched as often as it is\")]\n    state On { on Flip -> Off; on Burn -> Broken; }\n    final state Broken;\n}\n",
};
