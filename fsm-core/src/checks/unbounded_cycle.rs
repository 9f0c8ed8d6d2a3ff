//! Cycles that no limit bounds, in a machine that is meant to end.

use super::cycle::{counted_by, describe, shortest_through, unbounded_edges};
use super::graph::Edge;
use super::no_way_to_final::ends;
use super::{Context, finding};
use crate::diagnostic::{Diagnostics, Rule, Severity};
use crate::model::{Id, State};
use crate::source::Span;

/// In larger components the shortest cycle is looked for through the first state only.
const MOST_STATES: usize = 256;

pub(super) fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    if ends(context).is_empty() {
        return;
    }
    let (machine, graph) = (context.machine, &context.graph);
    let bounded = unbounded_edges(machine, graph, |_| true);
    let is_unbounded = |edge: &Edge| {
        let key = |edge: &Edge| (edge.from, edge.by, edge.to);
        graph.edges.binary_search_by_key(&key(edge), key).is_ok_and(|at| bounded[at])
    };
    // What the text allows is left out before cycles are looked for, so that the rest of a component is still seen. An
    // allow counts as used only if a cycle passes what it covers.
    let cyclic = graph.cyclic_components(is_unbounded);
    let on_cycle = |edge: &Edge| {
        cyclic.iter().any(|states| states.binary_search(&edge.from).is_ok() && states.binary_search(&edge.to).is_ok())
    };
    let keep = |edge: &Edge| is_unbounded(edge) && !(on_cycle(edge) && context.is_allowed(&RULE, place(context, edge)));
    for component in graph.cyclic_components(keep) {
        let Some(cycle) = shortest_cycle(context, &component, keep) else { continue };
        let Some(closing) = cycle.last() else { continue };
        let path = describe(machine, context.sources, &cycle);
        let mut found = finding(&RULE, place(context, closing), format!("nothing bounds the cycle `{path}`"));
        for edge in &cycle[..cycle.len() - 1] {
            let span = place(context, edge);
            if span != found.primary.span && found.secondary.iter().all(|label| label.span != span) {
                found = found.and(span, "part of the cycle");
            }
        }
        let hint = if cycle.iter().any(|edge| counted_by(machine, edge).is_some()) {
            "its limit is reset on the way; declare the limit further out, or count another transition"
        } else {
            "count one of its transitions: `limit rounds <= 9 else -> Failed;` and `-> Target counts rounds`; \
             or say why it ends: `#[allow(FSM701, reason = \"…\")]`"
        };
        diagnostics.push(found.help(hint));
    }
}

/// Where an edge is written: the branch, or the trigger where the reaction has one branch.
fn place(context: &Context<'_>, edge: &Edge) -> Span {
    let reaction = &context.machine.reactions[edge.by.reaction];
    if reaction.branches.len() == 1 { reaction.span } else { reaction.branches[edge.by.branch].span }
}

/// A shortest cycle of a component, turned so that it ends where it goes back up in the text.
fn shortest_cycle(context: &Context<'_>, component: &[Id<State>], keep: impl Fn(&Edge) -> bool) -> Option<Vec<Edge>> {
    let inside = |edge: &Edge| keep(edge) && component.binary_search(&edge.to).is_ok();
    let starts = if component.len() > MOST_STATES { &component[..1] } else { component };
    let edges = starts.iter().flat_map(|&state| context.graph.edges_from(state)).filter(|edge| inside(edge));
    let cycles = edges.filter_map(|edge| shortest_through(&context.graph, edge, inside));
    let mut cycle = cycles.min_by_key(Vec::len)?;
    let first = cycle.iter().map(|edge| edge.from).min()?;
    let at = cycle.iter().position(|edge| edge.from == first)?;
    cycle.rotate_left(at);
    Some(cycle)
}

pub(super) static RULE: Rule = Rule {
    code: "FSM701",
    name: "unbounded-cycle",
    severity: Severity::Error,
    summary: "a cycle that no limit bounds, in a machine that is meant to end",
    explanation: "A machine with a final state is meant to end. A cycle of transitions can keep it from that for ever, unless one \
                  of them counts a `limit`. A limit does not bound a cycle that resets it: by `reset`, or by entering the state \
                  that declares it. Where something outside of the machine sees to the end, say so by \
                  `#[allow(FSM701, reason = \"…\")]` before a transition of the cycle.",
    example: "machine Job {\n    event Finish;\n    event Fail;\n    event Retry;\n    initial state Working { on Finish -> Done; on Fail -> Waiting; }\n    state Waiting { on Retry -> Working; }\n    final state Done;\n}\n",
    instead: "machine Job {\n    event Finish;\n    event Fail;\n    event Retry;\n    limit retries <= 3 else -> Done;\n    initial state Working { on Finish -> Done; on Fail -> Waiting; }\n    state Waiting { on Retry -> Working counts retries; }\n    final state Done;\n}\n",
};
