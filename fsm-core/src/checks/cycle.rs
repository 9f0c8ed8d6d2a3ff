//! Cycles of the state graph, and which limit bounds which of them.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fmt::Write as _;

use super::graph::{By, Edge, StateGraph, tail_of};
use crate::model::{Action, ActionKind, Event, Id, Limit, Machine, Program, State, StateKind, Target, Trigger};
use crate::source::Sources;
use crate::syntax::phrase;

/// A limit, and a shortest cycle that it bounds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BoundedCycle {
    /// The name of the machine.
    pub machine: String,
    /// The name of the limit.
    pub limit: String,
    /// The cycle: `Code -Fail-> Solve -Next-> Code`.
    pub cycle: String,
}

/// For every transition that a limit counts, a shortest cycle through it that does not reset the limit.
#[must_use]
pub fn bounded_cycles(program: &Program, sources: &Sources) -> Vec<BoundedCycle> {
    let mut found = Vec::new();
    for machine in &program.machines {
        let graph = StateGraph::new(machine);
        // A transition of a composite leads out of many states: the shortest cycle of all of them is shown.
        let mut shortest: BTreeMap<(Id<Limit>, By), Vec<Edge>> = BTreeMap::new();
        for edge in &graph.edges {
            let Some(limit) = counted_by(machine, edge) else { continue };
            let is_reset_by = |edge: &Edge| limits_reset_by(machine, edge).contains(&limit);
            if is_reset_by(edge) {
                continue;
            }
            let Some(cycle) = shortest_through(&graph, edge, |edge| !is_reset_by(edge)) else { continue };
            let known = shortest.entry((limit, edge.by)).or_insert_with(|| cycle.clone());
            if cycle.len() < known.len() {
                *known = cycle;
            }
        }
        found.extend(shortest.into_iter().map(|((limit, _), cycle)| BoundedCycle {
            machine: machine.name.text.clone(),
            limit: machine.limits[limit].name.text.clone(),
            cycle: describe(machine, sources, &cycle),
        }));
    }
    found
}

/// The limit that counts an edge.
pub(super) fn counted_by(machine: &Machine, edge: &Edge) -> Option<Id<Limit>> {
    let branch = &machine.reactions[edge.by.reaction].branches[edge.by.branch];
    branch.tail.counts.filter(|_| !edge.by.instead)
}

/// The edges that are left when those are removed that a limit bounds, or that nothing on a cycle with them raises.
///
/// A counted transition is bounded unless the limit can be reset on a cycle with it: by `reset`, or by entering the
/// state that declares the limit. A transition that only internal events take is bounded by how many of them wait, unless
/// one of them can be raised on a cycle with it.
pub(super) fn unbounded_edges(machine: &Machine, graph: &StateGraph, keep: impl Fn(&Edge) -> bool) -> Vec<bool> {
    let mut kept: Vec<bool> = graph.edges.iter().map(&keep).collect();
    // Beside a state in parallel, another region can raise what takes its transitions.
    let is_alone = machine.states.iter().all(|state| state.kind != StateKind::Parallel);
    loop {
        let components = components_of(graph, &kept);
        let mut resets: BTreeSet<(Id<Limit>, usize)> = BTreeSet::new();
        for (edge, _) in graph.edges.iter().zip(&kept).filter(|(_, kept)| **kept) {
            if let Some(component) = within(&components, edge) {
                resets.extend(limits_reset_by(machine, edge).into_iter().map(|limit| (limit, component)));
            }
        }
        let raised = raised_within(machine, &components);
        let mut changed = false;
        for (edge, kept) in graph.edges.iter().zip(&mut kept).filter(|(_, kept)| **kept) {
            let component = within(&components, edge);
            let can_be_reset = |limit| component.is_some_and(|component| resets.contains(&(limit, component)));
            let can_be_raised = |event| component.is_some_and(|component| raised.contains(&(event, component)));
            let is_counted = counted_by(machine, edge).is_some_and(|limit| !can_be_reset(limit));
            let is_dry = is_alone && only_internal(machine, edge).is_some_and(|mut events| !events.any(can_be_raised));
            if is_counted || is_dry {
                *kept = false;
                changed = true;
            }
        }
        if !changed {
            return kept;
        }
    }
}

/// The internal events that take an edge, if nothing else does.
fn only_internal<'m>(machine: &'m Machine, edge: &Edge) -> Option<impl Iterator<Item = Id<Event>> + use<'m>> {
    let Trigger::Events(uses) = &machine.reactions[edge.by.reaction].trigger else { return None };
    let is_internal = uses.iter().all(|of| machine.events[of.event].internal);
    is_internal.then(|| uses.iter().map(|of| of.event))
}

/// The events that may be raised while the machine is in a component, each with its number.
fn raised_within(machine: &Machine, components: &BTreeMap<Id<State>, usize>) -> BTreeSet<(Id<Event>, usize)> {
    let mut raised = BTreeSet::new();
    if machine.events.iter().all(|event| !event.internal) {
        return raised;
    }
    for (&leaf, &component) in components {
        let mut actions = Vec::new();
        for state in machine.lineage(leaf).map(|state| &machine.states[state]) {
            let initial = state.initial.iter();
            let of_initial = initial.flat_map(|initial| initial.actions.iter().chain(initial.target.default_actions()));
            let tails = state.reactions.iter().flat_map(|&id| &machine.reactions[id].branches).flat_map(|branch| {
                std::iter::once(&branch.tail)
                    .chain(branch.tail.counts.and_then(|limit| machine.limits[limit].tail.as_ref()))
            });
            let of_tails =
                tails.flat_map(|tail| tail.actions.iter().chain(tail.target.iter().flat_map(Target::default_actions)));
            let hooks = state.entry.iter().chain(&state.exit);
            hooks.chain(of_initial).chain(of_tails).for_each(|action| action.flatten(&mut actions));
        }
        raised.extend(actions.iter().filter_map(|action| match action.kind {
            ActionKind::Raise { event, .. } => Some((event, component)),
            _ => None,
        }));
    }
    raised
}

/// The cyclic component that each state lies in, of the kept edges.
pub(super) fn components_of(graph: &StateGraph, kept: &[bool]) -> BTreeMap<Id<State>, usize> {
    // Edges are sorted and unique, so an edge is found by itself.
    let is_kept = |edge: &Edge| {
        let at = graph.edges.binary_search_by_key(&(edge.from, edge.by, edge.to), |edge| (edge.from, edge.by, edge.to));
        at.is_ok_and(|at| kept[at])
    };
    let components = graph.cyclic_components(is_kept);
    let numbered = components.into_iter().enumerate();
    numbered.flat_map(|(number, states)| states.into_iter().map(move |state| (state, number))).collect()
}

/// The component that an edge lies in.
pub(super) fn within(components: &BTreeMap<Id<State>, usize>, edge: &Edge) -> Option<usize> {
    let from = components.get(&edge.from)?;
    (components.get(&edge.to)? == from).then_some(*from)
}

/// The limits that a transition may set back to zero.
pub(super) fn limits_reset_by(machine: &Machine, edge: &Edge) -> Vec<Id<Limit>> {
    let tail = tail_of(machine, edge.by);
    let states = entered_by(machine, edge);
    let initial = |state: Id<State>| machine.states[state].initial.as_ref();
    let entries = states.iter().flat_map(|&state| {
        let initial = initial(state).into_iter();
        let of_initial = initial.flat_map(|initial| initial.actions.iter().chain(initial.target.default_actions()));
        machine.states[state].entry.iter().chain(of_initial)
    });
    // What is left depends on the state: any exit on the way out may reset.
    let exits = machine.lineage(edge.from).flat_map(|state| &machine.states[state].exit);
    let of_history = tail.target.iter().flat_map(Target::default_actions);
    let mut actions = Vec::new();
    tail.actions.iter().chain(of_history).chain(entries).chain(exits).for_each(|action| action.flatten(&mut actions));
    explicit_resets(actions).chain(resets_by_entry(machine, &states)).collect()
}

/// The limits that a transition sets back to zero, whatever holds.
pub(super) fn limits_surely_reset_by(machine: &Machine, edge: &Edge) -> Vec<Id<Limit>> {
    let tail = tail_of(machine, edge.by);
    // What a history enters is not known.
    let is_history = tail.target.as_ref().is_some_and(|target| target.history().is_some());
    let states = if is_history { Vec::new() } else { entered_by(machine, edge) };
    let entries = states.iter().flat_map(|&state| &machine.states[state].entry);
    explicit_resets(tail.actions.iter().chain(entries)).chain(resets_by_entry(machine, &states)).collect()
}

fn entered_by(machine: &Machine, edge: &Edge) -> Vec<Id<State>> {
    machine.entered(machine.reactions[edge.by.reaction].source, tail_of(machine, edge.by))
}

fn explicit_resets<'m>(actions: impl IntoIterator<Item = &'m Action>) -> impl Iterator<Item = Id<Limit>> {
    actions.into_iter().filter_map(|action| match action.kind {
        ActionKind::ResetLimit(limit) => Some(limit),
        _ => None,
    })
}

/// The limits that the states declare.
fn resets_by_entry(machine: &Machine, entered: &[Id<State>]) -> impl Iterator<Item = Id<Limit>> {
    machine.limits.enumerate().filter(|(_, limit)| entered.contains(&limit.state)).map(|(id, _)| id)
}

/// A shortest cycle through an edge, which comes first.
pub(super) fn shortest_through(graph: &StateGraph, edge: &Edge, keep: impl Fn(&Edge) -> bool) -> Option<Vec<Edge>> {
    if edge.from == edge.to {
        return Some(vec![*edge]);
    }
    let mut cycle = vec![*edge];
    cycle.extend(shortest_path(graph, edge.to, edge.from, keep)?);
    Some(cycle)
}

/// A shortest way from one state to another, by breadth-first search.
pub(super) fn shortest_path(
    graph: &StateGraph,
    from: Id<State>,
    to: Id<State>,
    keep: impl Fn(&Edge) -> bool,
) -> Option<Vec<Edge>> {
    let mut came_by: BTreeMap<Id<State>, Edge> = BTreeMap::new();
    let mut pending = VecDeque::from([from]);
    while let Some(state) = pending.pop_front() {
        for edge in graph.edges_from(state).iter().filter(|edge| keep(edge)) {
            if edge.to == from || came_by.contains_key(&edge.to) {
                continue;
            }
            came_by.insert(edge.to, *edge);
            if edge.to == to {
                let mut path = vec![*edge];
                while let Some(first) = path.last().filter(|first| first.from != from) {
                    path.push(*came_by.get(&first.from)?);
                }
                path.reverse();
                return Some(path);
            }
            pending.push_back(edge.to);
        }
    }
    None
}

/// A run in words: `A -Retry-> B -Fail-> A`.
pub(super) fn describe(machine: &Machine, sources: &Sources, path: &[Edge]) -> String {
    let Some(first) = path.first() else { return String::new() };
    let mut text = machine.qualified_name(first.from);
    for edge in path {
        let words = phrase(sources, machine.reactions[edge.by.reaction].trigger_span);
        let label = words.strip_prefix("on ").unwrap_or(&words);
        let _ = write!(text, " -{label}-> {}", machine.qualified_name(edge.to));
    }
    text
}
