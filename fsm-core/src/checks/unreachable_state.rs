//! States that no run can enter.

use super::{Context, finding};
use crate::diagnostic::{Diagnostics, Rule, Severity};
use crate::model::Machine;

pub(super) fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    let machine = context.machine;
    for (id, state) in machine.states.enumerate().skip(1) {
        let outermost = state.parent.is_none_or(|parent| context.graph.is_active(parent) || parent == Machine::root());
        if context.graph.is_active(id) || !outermost {
            continue;
        }
        let name = machine.qualified_name(id);
        diagnostics.push(
            finding(&RULE, state.name.span, format!("no run can enter `{name}`"))
                .says("never entered")
                .help(format!("lead a transition to it, `-> {name}`, or remove it")),
        );
    }
}

pub(super) static RULE: Rule = Rule {
    code: "FSM401",
    name: "unreachable-state",
    severity: Severity::Error,
    summary: "a state that no run can enter",
    explanation: "A state is entered by a transition to it or into it, as the initial child of what is entered, or as a region. \
                  Transitions count only where they can be taken themselves: two states that lead only to each other are \
                  both unreachable, and so is what only a branch that is never taken leads to. Guards may have any value.",
    example: "machine Lamp {\n    event Flip;\n    initial state Off { on Flip -> On; }\n    state On { on Flip -> Off; }\n    state Dimmed { on Flip -> Broken; }\n    state Broken { on Flip -> Dimmed; }\n}\n",
    instead: "machine Lamp {\n    event Flip;\n    event Dim;\n    initial state Off { on Flip -> On; }\n    state On { on Flip -> Off; on Dim -> Dimmed; }\n    state Dimmed { on Flip -> Off; }\n}\n",
};
