//! States that are not left any more once limits are reached that do nothing instead.

use std::collections::BTreeSet;

use super::cycle::{counted_by, limits_reset_by};
use super::dead_end::can_come_to_rest;
use super::{Context, finding};
use crate::diagnostic::{Diagnostics, Rule, Severity};
use crate::model::{Action, ActionKind, Id, Limit, State};

pub(super) fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    let machine = context.machine;
    if machine.limits.iter().all(|limit| limit.tail.is_some()) {
        return;
    }
    for id in machine.states.ids().skip(1).filter(|&id| can_come_to_rest(context, id)) {
        let limits = refusing_limits(context, id);
        let Some((&first, rest)) = limits.split_first() else { continue };
        let name_of = |limit: Id<Limit>| format!("`{}`", machine.limits[limit].name.text);
        let names: Vec<_> = limits.iter().map(|&limit| name_of(limit)).collect();
        let (state, name) = (machine.state(id), machine.qualified_name(id));
        let (names, are) = (names.join(" and "), if rest.is_empty() { "is" } else { "are" });
        diagnostics.push(
            finding(&RULE, state.name.span, format!("`{name}` is not left any more once {names} {are} reached"))
                .says("every way out of here is counted")
                .and(machine.limits[first].name.span, "beyond it transitions are refused")
                .help(format!(
                    "write what happens then, `else -> Target` behind the bound of {}, or a transition out of `{name}` \
                     that is not counted",
                    name_of(first)
                )),
        );
    }
}

/// The limits that count all transitions out of a state, do nothing instead, and are not reset while it is active; none
/// where there is another way.
fn refusing_limits(context: &Context<'_>, id: Id<State>) -> Vec<Id<Limit>> {
    let (machine, edges) = (context.machine, context.graph.edges_from(id));
    let refusing = |limit: &Id<Limit>| machine.limits[*limit].tail.is_none() && machine.limits[*limit].state != id;
    let counted: Option<BTreeSet<_>> =
        edges.iter().filter(|edge| edge.to != id).map(|edge| counted_by(machine, edge).filter(refusing)).collect();
    let Some(limits) = counted else { return Vec::new() };
    let reset_inside = resets_of(context, id).any(|limit| limits.contains(&limit));
    let around = edges.iter().filter(|edge| edge.to == id).flat_map(|edge| limits_reset_by(machine, edge));
    if reset_inside || around.into_iter().any(|limit| limits.contains(&limit)) {
        return Vec::new();
    }
    limits.into_iter().collect()
}

/// The limits that some reaction resets while a state is active.
fn resets_of(context: &Context<'_>, id: Id<State>) -> impl Iterator<Item = Id<Limit>> {
    let machine = context.machine;
    let reactions = machine.lineage(id).flat_map(|outer| &machine.states[outer].reactions);
    let branches = reactions.flat_map(|&reaction| &machine.reactions[reaction].branches);
    let tails = branches.flat_map(|branch| std::iter::once(&branch.tail).chain(machine.tail_beyond(branch)));
    let mut actions: Vec<&Action> = Vec::new();
    tails.flat_map(|tail| &tail.actions).for_each(|action| action.flatten(&mut actions));
    actions.into_iter().filter_map(|action| match action.kind {
        ActionKind::ResetLimit(limit) => Some(limit),
        _ => None,
    })
}

pub(super) static RULE: Rule = Rule {
    code: "FSM408",
    name: "dead-end-at-limit",
    severity: Severity::Warning,
    summary: "a state that is not left any more once a limit is reached",
    explanation: "Every transition out of the state is counted by a limit without `else`, which refuses what would exceed it. Once \
                  it is reached, nothing leads out of the state any more, and it is not final. Either the limit leads elsewhere, or \
                  there is a way out that it does not count.",
    example: "machine Job {\n    event Fail;\n    event Retry;\n    limit retries <= 3;\n    initial state Working { on Fail -> Waiting; }\n    state Waiting { on Retry -> Working counts retries; }\n}\n",
    instead: "machine Job {\n    event Fail;\n    event Retry;\n    event Stop;\n    limit retries <= 3;\n    initial state Working { on Fail -> Waiting; }\n    state Waiting { on Retry -> Working counts retries; on Stop -> Stopped; }\n    final state Stopped;\n}\n",
};
