//! Histories of states that are never left.

use std::collections::BTreeSet;

use super::graph::{Edge, tail_of};
use super::{Context, finding};
use crate::diagnostic::{Diagnostics, Rule, Severity};
use crate::model::{Id, State};

pub(super) fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    let machine = context.machine;
    let histories: Vec<_> =
        machine.targets().into_iter().filter_map(|target| target.history().map(|(state, _)| (target, state))).collect();
    if histories.is_empty() {
        return;
    }
    let left = left_states(context);
    for (target, state) in histories {
        if !context.graph.is_active(state) || left.contains(&state) {
            continue;
        }
        let name = machine.qualified_name(state);
        diagnostics.push(
            finding(&RULE, target.span, format!("the history of `{name}` is never recorded"))
                .says(format!("always enters `{name}` as it is by default"))
                .help(format!(
                    "a history is recorded when its state is left: write a transition out of `{name}`, or `-> {name}`"
                )),
        );
    }
}

/// All states that some transition leaves.
fn left_states(context: &Context<'_>) -> BTreeSet<Id<State>> {
    let machine = context.machine;
    let left_by = |edge: &Edge| {
        let source = machine.reactions[edge.by.reaction].source;
        let domain = machine.domain(source, tail_of(machine, edge.by));
        domain.map(|domain| machine.lineage(edge.from).take_while(move |&state| state != domain))
    };
    context.graph.edges.iter().filter_map(left_by).flatten().collect()
}

pub(super) static RULE: Rule = Rule {
    code: "FSM404",
    name: "vacuous-history",
    severity: Severity::Warning,
    summary: "a history of a state that no transition leaves",
    explanation: "A history enters what was active when its state was last left. Where no transition leaves the state, nothing is \
                  ever recorded, and the history is a detour to the default.",
    example: "machine Player {\n    event Play;\n    event Next;\n    initial state Off { on Play -> history(On); }\n    state On {\n        initial state First { on Next -> Second; }\n        state Second { on Next -> First; }\n    }\n}\n",
    instead: "machine Player {\n    event Play;\n    event Next;\n    event Stop;\n    initial state Off { on Play -> history(On); }\n    state On {\n        initial state First { on Next -> Second; }\n        state Second { on Next -> First; }\n        on Stop -> Off;\n    }\n}\n",
};
