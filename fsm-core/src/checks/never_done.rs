//! `on done` of a composite whose end is never reached.

use super::{Context, finding};
use crate::diagnostic::{Diagnostics, Rule, Severity};
use crate::model::{StateKind, Trigger};

pub(super) fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    let machine = context.machine;
    for (id, reaction) in machine.reactions.enumerate() {
        let Trigger::Done(of) = reaction.trigger else { continue };
        let graph = &context.graph;
        if !graph.is_active(reaction.source) || graph.is_asked(id, None) {
            continue;
        }
        let has_final = machine.states[of].children.iter().any(|&child| machine.states[child].kind == StateKind::Final);
        let name = machine.qualified_name(of);
        let why = if has_final { "its final state is never entered" } else { "it has no final state" };
        diagnostics.push(
            finding(&RULE, reaction.trigger_span, format!("`{name}` is never done: {why}"))
                .help(format!("lead a transition inside `{name}` to a `final state` of it, or remove the reaction")),
        );
    }
}

pub(super) static RULE: Rule = Rule {
    code: "FSM405",
    name: "never-finished",
    severity: Severity::Error,
    summary: "`on done` of a composite whose final state is never reached",
    explanation: "`on done` is taken when the final child of the composite is entered. Without a final child that can be entered \
                  it is never taken.",
    example: "machine Job {\n    event Step;\n    event Stop;\n    initial state Working {\n        initial state First { on Step -> Second; }\n        state Second { on Step -> First; }\n        on done -> Idle;\n        on Stop -> Idle;\n    }\n    state Idle { on Step -> Working; }\n}\n",
    instead: "machine Job {\n    event Step;\n    initial state Working {\n        initial state First { on Step -> Last; }\n        final state Last;\n        on done -> Idle;\n    }\n    state Idle { on Step -> Working; }\n}\n",
};
