//! Limits that count transitions on no cycle.

use std::collections::BTreeSet;

use super::cycle::{components_of, counted_by, within};
use super::{Context, finding};
use crate::diagnostic::{Diagnostics, Rule, Severity};

pub(super) fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    let machine = context.machine;
    let (mut counting, mut bounding) = (BTreeSet::new(), BTreeSet::new());
    for branch in machine.reactions.iter().flat_map(|reaction| &reaction.branches) {
        // An internal transition can be taken again and again without a cycle of states.
        if let Some(limit) = branch.tail.counts {
            counting.insert(limit);
            if branch.tail.target.is_none() {
                bounding.insert(limit);
            }
        }
    }
    if counting.is_empty() {
        return;
    }
    let cycles = components_of(&context.graph, &vec![true; context.graph.edges.len()]);
    let on_cycles = context.graph.edges.iter().filter(|edge| within(&cycles, edge).is_some());
    bounding.extend(on_cycles.filter_map(|edge| counted_by(machine, edge)));
    for &id in counting.difference(&bounding) {
        let limit = &machine.limits[id];
        diagnostics.push(
            finding(
                &RULE,
                limit.name.span,
                format!("`{}` bounds nothing: what it counts lies on no cycle", limit.name.text),
            )
            .help("count a transition of the cycle that is to be bounded, or remove the limit"),
        );
    }
}

pub(super) static RULE: Rule = Rule {
    code: "FSM705",
    name: "idle-limit",
    severity: Severity::Warning,
    summary: "a limit that counts transitions on no cycle",
    explanation: "A transition that lies on no cycle is taken at most once, so counting it bounds nothing.",
    example: "machine Job {\n    event Fail;\n    event Finish;\n    limit retries <= 3 else -> Done;\n    initial state Working { on Finish -> Done; on Fail -> Failed counts retries; }\n    state Failed { on Finish -> Done; }\n    final state Done;\n}\n",
    instead: "machine Job {\n    event Fail;\n    event Finish;\n    limit retries <= 3 else -> Done;\n    initial state Working { on Finish -> Done; on Fail -> Working counts retries; }\n    final state Done;\n}\n",
};
