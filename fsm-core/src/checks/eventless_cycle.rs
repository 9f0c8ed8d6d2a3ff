//! Cycles that a machine runs through by itself, within one event.

use std::collections::{BTreeMap, BTreeSet};

use super::cycle::{counted_by, describe, shortest_through};
use super::graph::{Edge, is_unconditional};
use super::{Context, finding};
use crate::diagnostic::{Diagnostic, Diagnostics, Rule, Severity};
use crate::model::{
    Action, ActionKind, Branch, Condition, Event, Expr, ExprKind, Id, Machine, Place, Reaction, Trigger, Variable,
};
use crate::solver::Verdict;

pub(super) static RULES: &[&Rule] = &[&CERTAIN, &POSSIBLE];

/// So many cycles of one component are looked at.
const MOST_CYCLES: usize = 100;

pub(super) fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    check_internal(context, diagnostics);
    check_transitions(context, diagnostics);
    check_raised(context, diagnostics);
}

/// `always` without a target: nothing changes but what its actions change.
fn check_internal(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    for (_, reaction, branch) in eventless(context) {
        if branch.tail.target.is_some() || branch.tail.counts.is_some() {
            continue;
        }
        if is_unconditional(branch) {
            diagnostics.push(
                finding(&CERTAIN, reaction.span, "this is taken again and again, without end".to_owned())
                    .help("write where it leads, `-> Target`, or a guard that its actions make false"),
            );
        } else if !makes_progress(&[branch], &[]) {
            diagnostics.push(
                finding(&POSSIBLE, reaction.span, "once its guard holds, this is taken without end".to_owned())
                    .help("write where it leads, `-> Target`, or change in its actions what the guard asks"),
            );
        }
    }
}

fn eventless<'c>(context: &'c Context<'_>) -> impl Iterator<Item = (Id<Reaction>, &'c Reaction, &'c Branch)> {
    let always = |(_, reaction): &(Id<Reaction>, &Reaction)| matches!(reaction.trigger, Trigger::Always);
    let reactions = context.machine.reactions.enumerate().filter(always);
    reactions.flat_map(|(id, reaction)| reaction.branches.iter().map(move |branch| (id, reaction, branch)))
}

/// Cycles of eventless transitions between states: of each component the first that can go on.
fn check_transitions(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    let (machine, graph) = (context.machine, &context.graph);
    let without_event = |edge: &Edge| {
        matches!(machine.reactions[edge.by.reaction].trigger, Trigger::Always) && counted_by(machine, edge).is_none()
    };
    for component in graph.cyclic_components(without_event) {
        let is_inside = |edge: &Edge| without_event(edge) && component.binary_search(&edge.to).is_ok();
        let edges = component.iter().flat_map(|&state| graph.edges_from(state)).filter(|edge| is_inside(edge));
        let mut cycles = edges.take(MOST_CYCLES).filter_map(|edge| shortest_through(graph, edge, is_inside));
        if let Some(finding) = cycles.find_map(|cycle| judge(context, &cycle)) {
            diagnostics.push(finding);
        }
    }
}

/// What is to be said of a cycle of eventless transitions.
fn judge(context: &Context<'_>, cycle: &[Edge]) -> Option<Diagnostic> {
    let machine = context.machine;
    let first = cycle.first()?;
    let span = machine.reactions[first.by.reaction].span;
    let path = describe(machine, context.sources, cycle);
    let branches: Vec<_> = cycle.iter().map(|edge| branch_of(machine, edge)).collect();
    if branches.iter().all(|branch| is_unconditional(branch)) {
        return Some(
            finding(&CERTAIN, span, format!("`{path}` runs without end, and without any event"))
                .help("wait for an event on the way: `on Event` in place of `always`"),
        );
    }
    if makes_progress(&branches, &hooks_on(machine, cycle)) {
        return None;
    }
    // Nothing changes on the way, so all guards see the same.
    let guards: Vec<_> = branches.iter().filter_map(|branch| guard_of(branch)).map(|guard| (guard, true)).collect();
    let never = matches!(context.solver.decide(first.from, &guards), Verdict::Never);
    (!never).then(|| {
        finding(&POSSIBLE, span, format!("`{path}` runs without end while its guards hold"))
            .help("count one of its transitions by a limit, or change on the way what the guards ask")
    })
}

fn branch_of<'m>(machine: &'m Machine, edge: &Edge) -> &'m Branch {
    &machine.reactions[edge.by.reaction].branches[edge.by.branch]
}

fn guard_of(branch: &Branch) -> Option<&Expr> {
    match &branch.condition {
        Condition::Guard(guard) => Some(guard),
        Condition::None | Condition::Else | Condition::Unknown => None,
    }
}

/// The exit and entry actions that may be done on the way.
fn hooks_on<'m>(machine: &'m Machine, cycle: &[Edge]) -> Vec<&'m Action> {
    let mut hooks = Vec::new();
    for edge in cycle {
        let left = machine.lineage(edge.from).flat_map(|state| &machine.states[state].exit);
        let entered = machine.entered(machine.reactions[edge.by.reaction].source, &branch_of(machine, edge).tail);
        let entered = entered.into_iter().flat_map(|state| {
            let initial = machine.states[state].initial.iter().flat_map(|initial| &initial.actions);
            machine.states[state].entry.iter().chain(initial)
        });
        left.chain(entered).for_each(|action| action.flatten(&mut hooks));
    }
    hooks
}

/// Events that raise each other in a circle.
fn check_raised(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    let machine = context.machine;
    let mut follows: BTreeMap<Id<Event>, BTreeSet<Id<Event>>> = BTreeMap::new();
    for reaction in &machine.reactions {
        let Trigger::Events(uses) = &reaction.trigger else { continue };
        for branch in reaction.branches.iter().filter(|branch| branch.tail.counts.is_none()) {
            let hooks = machine.entered(reaction.source, &branch.tail);
            let hooks = hooks.iter().flat_map(|&state| &machine.states[state].entry);
            let mut actions = Vec::new();
            branch.tail.actions.iter().chain(hooks).for_each(|action| action.flatten(&mut actions));
            let raised: Vec<_> = actions.into_iter().filter_map(raised).collect();
            for of in uses {
                follows.entry(of.event).or_default().extend(raised.iter().copied());
            }
            let itself = uses.iter().find(|of| raised.contains(&of.event));
            if let Some(of) = itself.filter(|_| branch.tail.target.is_none() && is_unconditional(branch)) {
                let name = &machine.events[of.event].name.text;
                diagnostics.push(
                    finding(&CERTAIN, branch.span, format!("`{name}` raises itself without end"))
                        .help("raise it under a guard, or count the transition by a limit"),
                );
                follows.remove(&of.event);
            }
        }
    }
    // Events that raise nothing, or only what ends, are set aside until only circles are left.
    loop {
        let open: BTreeSet<_> =
            follows.iter().filter(|(_, raised)| !raised.is_empty()).map(|(&event, _)| event).collect();
        let before: usize = follows.values().map(BTreeSet::len).sum();
        for raised in follows.values_mut() {
            raised.retain(|event| open.contains(event));
        }
        if follows.values().map(BTreeSet::len).sum::<usize>() == before {
            break;
        }
    }
    if let Some((&event, _)) = follows.iter().find(|(event, raised)| !raised.is_empty() && reaches(&follows, **event)) {
        let declared = &machine.events[event];
        diagnostics.push(
            finding(&POSSIBLE, declared.name.span, format!("`{}` can raise itself, without end", declared.name.text))
                .help("count one of the transitions on the way by a limit, or wait for an event from outside"),
        );
    }
}

/// Whether an event can be raised by what it raises.
fn reaches(follows: &BTreeMap<Id<Event>, BTreeSet<Id<Event>>>, event: Id<Event>) -> bool {
    let mut known = BTreeSet::new();
    let mut pending = vec![event];
    while let Some(next) = pending.pop() {
        for &raised in follows.get(&next).into_iter().flatten() {
            if raised == event {
                return true;
            }
            if known.insert(raised) {
                pending.push(raised);
            }
        }
    }
    false
}

fn raised(action: &Action) -> Option<Id<Event>> {
    match action.kind {
        ActionKind::Raise { event, delay: None, .. } => Some(event),
        _ => None,
    }
}

/// Whether the actions on the way change what one of the guards asks. That does not prove an end; that nothing changes
/// proves that there is none.
fn makes_progress(branches: &[&Branch], hooks: &[&Action]) -> bool {
    let of_branches = branches.iter().flat_map(|branch| &branch.tail.actions);
    let changed: BTreeSet<Id<Variable>> =
        of_branches.chain(hooks.iter().copied()).flat_map(Action::changed_variables).collect();
    let asks_changed = |guard: &Expr| {
        let mut asks = false;
        guard.walk(&mut |part| match &part.kind {
            ExprKind::Variable(id) | ExprKind::Narrowed(Place::Variable(id)) => asks |= changed.contains(id),
            // The host, a limit or another state may change between two steps.
            ExprKind::Guard(..) | ExprKind::Limit(_) | ExprKind::In(_) => asks = true,
            _ => {}
        });
        asks
    };
    branches.iter().filter_map(|branch| guard_of(branch)).any(asks_changed)
}

static CERTAIN: Rule = Rule {
    code: "FSM702",
    name: "endless-step",
    severity: Severity::Error,
    summary: "eventless transitions or raised events that go on without end",
    explanation: "Eventless transitions and raised events are taken before the next event from outside. In a cycle of them \
                  without guards the machine never gets to that event: at run time it stops with a livelock error.",
    example: "machine Lamp {\n    event Flip;\n    initial state Off { on Flip -> On; }\n    state On { always -> Dimmed; }\n    state Dimmed { always -> On; on Flip -> Off; }\n}\n",
    instead: "machine Lamp {\n    event Flip;\n    initial state Off { on Flip -> On; }\n    state On { always -> Dimmed; }\n    state Dimmed { on Flip -> Off; }\n}\n",
};

static POSSIBLE: Rule = Rule {
    code: "FSM703",
    name: "possible-livelock",
    severity: Severity::Warning,
    summary: "eventless transitions or raised events that may go on without end",
    explanation: "The guards of an eventless cycle are asked again and again, and nothing on the way changes what they ask. If they \
                  hold once, they hold for ever, and the machine stops with a livelock error.",
    example: "machine Lamp {\n    context { bright: bool = true }\n    event Flip;\n    initial state Off { on Flip -> On / bright = !bright; }\n    state On { always [bright] -> Dimmed; on Flip -> Off; }\n    state Dimmed { always [bright] -> On; on Flip -> Off; }\n}\n",
    instead: "machine Lamp {\n    context { bright: bool = true }\n    event Flip;\n    initial state Off { on Flip -> On / bright = !bright; }\n    state On { always [bright] -> Dimmed; on Flip -> Off; }\n    state Dimmed { always [bright] -> On / bright = false; on Flip -> Off; }\n}\n",
};
