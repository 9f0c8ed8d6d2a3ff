//! Limits that are set back before they are reached.

use std::collections::BTreeSet;

use super::cycle::{components_of, counted_by, limits_surely_reset_by, within};
use super::graph::Edge;
use super::{Context, finding};
use crate::diagnostic::{Diagnostics, Rule, Severity};
use crate::model::{Expr, ExprKind, Id, Limit};

pub(super) fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    let machine = context.machine;
    if machine.limits.is_empty() {
        return;
    }
    let on_cycles = components_of(&context.graph, &vec![true; context.graph.edges.len()]);
    for (id, limit) in machine.limits.enumerate() {
        let Some(bound) = literal(&limit.bound) else { continue };
        let most = if limit.inclusive { bound } else { bound - 1 };
        // A limit that counts on no cycle at all is another finding.
        let is_on_cycle = |edge: &Edge| counted_by(machine, edge) == Some(id) && within(&on_cycles, edge).is_some();
        let Some(counted) = counted_between_resets(context, id).filter(|&counted| counted <= most) else { continue };
        if context.graph.edges.iter().any(is_on_cycle) {
            let name = &limit.name.text;
            diagnostics.push(
                finding(&RULE, limit.name.span, format!("`{name}` is never exceeded: it is zero again on every cycle"))
                    .says(format!("counts to {counted} at most"))
                    .help(
                        "declare it further out, where no cycle enters its state, or leave out the `reset` on the way",
                    ),
            );
        }
    }
}

/// How many of the transitions that a limit counts can be taken before it is set to zero; `None` where there is no end.
fn counted_between_resets(context: &Context<'_>, limit: Id<Limit>) -> Option<i128> {
    let (machine, graph) = (context.machine, &context.graph);
    let mut branches = machine.reactions.iter().flat_map(|reaction| &reaction.branches);
    if branches.any(|branch| branch.tail.counts == Some(limit) && branch.tail.target.is_none()) {
        return None;
    }
    let kept: Vec<_> = graph.edges.iter().map(|edge| !limits_surely_reset_by(machine, edge).contains(&limit)).collect();
    let without_reset = components_of(graph, &kept);
    let counted = graph.edges.iter().zip(&kept).filter(|(edge, _)| counted_by(machine, edge) == Some(limit));
    let mut sources = BTreeSet::new();
    for (edge, &is_kept) in counted {
        if is_kept && within(&without_reset, edge).is_some() {
            return None;
        }
        sources.insert((edge.by, edge.from));
    }
    i128::try_from(sources.len()).ok()
}

fn literal(bound: &Expr) -> Option<i128> {
    match bound.kind {
        ExprKind::Int(value) => Some(value),
        _ => None,
    }
}

pub(super) static RULE: Rule = Rule {
    code: "FSM706",
    name: "generous-limit",
    severity: Severity::Warning,
    summary: "a limit that is set to zero on every cycle before it can be exceeded",
    explanation: "A limit is zero again when the state that declares it is entered, and by `reset`. Where every cycle through what it \
                  counts does so, its count never passes the bound: the limit bounds nothing, and what it does instead never happens.",
    example: "machine Job {\n    event Fail;\n    event Retry;\n    initial state Working {\n        limit retries <= 3 else -> Lost;\n        on Fail -> Waiting counts retries;\n    }\n    state Waiting { on Retry -> Working; }\n    state Lost { on Retry -> Working; }\n}\n",
    instead: "machine Job {\n    event Fail;\n    event Retry;\n    limit retries <= 3 else -> Lost;\n    initial state Working {\n        on Fail -> Waiting counts retries;\n    }\n    state Waiting { on Retry -> Working; }\n    state Lost { on Retry -> Working; }\n}\n",
};
