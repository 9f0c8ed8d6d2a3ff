//! The graph of a machine: its innermost states, and every transition that can lead from one to another.
//!
//! For a machine without parallel states the graph is exact but for the values of guards: a reaction of a composite
//! leads out of each innermost state inside it, unless a state further in takes the event without a guard. In parallel
//! states an innermost state can also be left by a transition of another region; such edges are added, so that no state
//! is said to lack a way out that it has.

use std::collections::BTreeSet;

use super::components::Edges;
use crate::model::{
    Branch, Condition, Event, ExprKind, Id, Machine, Reaction, State, StateKind, Tail, Target, TargetKind, Trigger,
};

/// A transition between two innermost states.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Edge {
    pub(super) from: Id<State>,
    pub(super) to: Id<State>,
    pub(super) by: By,
}

/// What an [`Edge`] is a part of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct By {
    pub(super) reaction: Id<Reaction>,
    pub(super) branch: usize,
    /// Whether it is what the branch's limit does in its place.
    pub(super) instead: bool,
}

/// The graph of one machine.
#[derive(Debug)]
pub(super) struct StateGraph {
    /// All edges between reachable states, by source in document order. Internal transitions have none.
    pub(super) edges: Vec<Edge>,
    /// Whether a state can be active, by its index.
    active: Vec<bool>,
    /// The reactions that some reachable state asks, with the event where there is one.
    asked: BTreeSet<(Id<Reaction>, Option<Id<Event>>)>,
    /// Where the edges of a state begin in `edges`, by its index.
    first: Vec<usize>,
}

impl StateGraph {
    pub(super) fn new(machine: &Machine) -> Self {
        let count = machine.states.len();
        let mut graph =
            StateGraph { edges: Vec::new(), active: vec![false; count], asked: BTreeSet::new(), first: Vec::new() };
        graph.explore(machine);
        graph.add_history(machine);
        graph.add_exits_of_regions(machine);
        graph.edges.sort_by_key(|edge| (edge.from, edge.by, edge.to));
        graph.edges.dedup();
        graph.first = (0..=count).map(|state| graph.edges.partition_point(|edge| edge.from.index() < state)).collect();
        graph
    }

    /// Whether the state can be active.
    pub(super) fn is_active(&self, state: Id<State>) -> bool {
        self.active[state.index()]
    }

    /// Whether some reachable state asks the reaction about the event.
    pub(super) fn is_asked(&self, reaction: Id<Reaction>, event: Option<Id<Event>>) -> bool {
        self.asked.contains(&(reaction, event))
    }

    /// How many states there are, whether they can be active or not.
    pub(super) fn count(&self) -> usize {
        self.active.len()
    }

    /// The edges that lead out of a state.
    pub(super) fn edges_from(&self, state: Id<State>) -> &[Edge] {
        &self.edges[self.first[state.index()]..self.first[state.index() + 1]]
    }

    /// Enters the machine, and follows every transition that can be taken from what was entered.
    fn explore(&mut self, machine: &Machine) {
        let mut pending = self.enter(machine, &machine.default_completion(Machine::root()));
        while let Some(leaf) = pending.pop() {
            for (reaction, branch) in self.reactions_of(machine, leaf) {
                let source = machine.reactions[reaction].source;
                for (tail, instead) in tails(machine, branch.1) {
                    let by = By { reaction, branch: branch.0, instead };
                    for to in entered_leaves(machine, source, tail) {
                        self.edges.push(Edge { from: leaf, to, by });
                    }
                    pending.extend(self.enter_target(machine, source, tail));
                }
            }
        }
    }

    /// Marks states as active, and gives the innermost ones that were not yet.
    fn enter(&mut self, machine: &Machine, entered: &[Id<State>]) -> Vec<Id<State>> {
        let mut new = Vec::new();
        for &state in entered {
            for outer in machine.lineage(state) {
                let known = std::mem::replace(&mut self.active[outer.index()], true);
                if !known && machine.is_leaf(outer) {
                    new.push(outer);
                }
                if known && outer != state {
                    break;
                }
            }
        }
        new
    }

    fn enter_target(&mut self, machine: &Machine, source: Id<State>, tail: &Tail) -> Vec<Id<State>> {
        let states = machine.entered(source, tail);
        self.enter(machine, &states)
    }

    /// The branches that an innermost state can take, outwards, with what hides them left out.
    fn reactions_of<'m>(&mut self, machine: &'m Machine, leaf: Id<State>) -> Vec<(Id<Reaction>, (usize, &'m Branch))> {
        let mut found = Vec::new();
        let state = &machine.states[leaf];
        if state.kind == StateKind::Final && state.parent == Some(Machine::root()) {
            // The machine has ended.
            return found;
        }
        // What is taken without a guard is taken before anything further out.
        let mut closed_events = BTreeSet::new();
        let (mut closed_any, mut closed_always) = (false, false);
        for state in machine.lineage(leaf) {
            let reactions = &machine.states[state].reactions;
            let is_any = |id: &&Id<Reaction>| matches!(machine.reactions[**id].trigger, Trigger::Any);
            let ordered = reactions.iter().filter(|id| !is_any(id)).chain(reactions.iter().filter(is_any));
            for &id in ordered {
                let reaction = &machine.reactions[id];
                let asks = match &reaction.trigger {
                    Trigger::Events(uses) | Trigger::Ignore(uses) => {
                        let mut asks = false;
                        for of in uses {
                            let hidden =
                                closed_events.contains(&of.event) || closed_any && !machine.events[of.event].internal;
                            if hidden {
                                continue;
                            }
                            asks = true;
                            self.asked.insert((id, Some(of.event)));
                            if matches!(reaction.trigger, Trigger::Ignore(_)) || closes(&reaction.branches) {
                                closed_events.insert(of.event);
                            }
                        }
                        asks
                    }
                    Trigger::Defer(_) => false,
                    Trigger::Any => !close(&mut closed_any, &reaction.branches),
                    Trigger::Always => !close(&mut closed_always, &reaction.branches),
                    Trigger::Done(of) => is_done(machine, leaf, *of),
                    Trigger::Error
                    | Trigger::After(_)
                    | Trigger::Every(_)
                    | Trigger::TaskDone(_)
                    | Trigger::TaskFailed(_) => true,
                };
                if !asks {
                    continue;
                }
                self.asked.insert((id, None));
                for (index, branch) in usable_branches(&reaction.branches) {
                    found.push((id, (index, branch)));
                }
            }
        }
        found
    }

    /// A history leads back to everything reachable inside its composite.
    fn add_history(&mut self, machine: &Machine) {
        let mut edges = Vec::new();
        for edge in &self.edges {
            let Some(state) = history_of(machine, edge.by) else { continue };
            let inside = machine.states.ids().filter(|&leaf| {
                machine.is_leaf(leaf)
                    && machine.states[leaf].kind != StateKind::Final
                    && self.is_active(leaf)
                    && machine.is_descendant(leaf, state)
            });
            edges.extend(inside.map(|to| Edge { to, ..*edge }));
        }
        self.edges.extend(edges);
    }

    /// What leaves a parallel state leaves all its regions.
    fn add_exits_of_regions(&mut self, machine: &Machine) {
        if machine.states.iter().all(|state| state.kind != StateKind::Parallel) {
            return;
        }
        let mut edges = Vec::new();
        let leaves: Vec<_> = machine.states.ids().filter(|&id| machine.is_leaf(id) && self.is_active(id)).collect();
        for edge in &self.edges {
            let reaction = &machine.reactions[edge.by.reaction];
            let tail = tail_of(machine, edge.by);
            let Some(domain) = machine.domain(reaction.source, tail) else { continue };
            for &other in &leaves {
                let orthogonal = other != edge.from
                    && machine.is_descendant(other, domain)
                    && are_orthogonal(machine, other, edge.from);
                if orthogonal {
                    edges.push(Edge { from: other, ..*edge });
                }
            }
        }
        self.edges.extend(edges);
    }

    /// The strongly connected components of the edges that `keep` keeps, those that contain a cycle, each in document
    /// order.
    pub(super) fn cyclic_components(&self, keep: impl Fn(&Edge) -> bool) -> Vec<Vec<Id<State>>> {
        let kept = self.edges.iter().filter(|edge| keep(edge)).map(|edge| (edge.from.index(), edge.to.index()));
        let components = Edges::new(self.count(), kept).cyclic_components();
        let states = |nodes: Vec<u32>| nodes.into_iter().map(|node| Id::new(node as usize)).collect();
        components.into_iter().map(states).collect()
    }
}

/// Whether something was closed already; afterwards it is, if these branches close it.
fn close(closed: &mut bool, branches: &[Branch]) -> bool {
    std::mem::replace(closed, *closed || closes(branches))
}

/// Whether a reaction with these branches is certainly taken.
fn closes(branches: &[Branch]) -> bool {
    branches.iter().any(is_unconditional)
}

/// Whether a branch is taken whenever it is asked.
pub(super) fn is_unconditional(branch: &Branch) -> bool {
    match &branch.condition {
        Condition::None | Condition::Else => true,
        Condition::Guard(guard) => matches!(guard.kind, ExprKind::Bool(true)),
        Condition::Unknown => false,
    }
}

/// Whether a branch is never taken.
pub(super) fn is_impossible(branch: &Branch) -> bool {
    matches!(&branch.condition, Condition::Guard(guard) if matches!(guard.kind, ExprKind::Bool(false)))
}

/// The branches that can be taken: none behind one that always is.
fn usable_branches(branches: &[Branch]) -> impl Iterator<Item = (usize, &Branch)> {
    let last = branches.iter().position(is_unconditional).map_or(branches.len(), |at| at + 1);
    branches[..last].iter().enumerate().filter(|(_, branch)| !is_impossible(branch))
}

/// What a branch does, and what its limit does in its place.
fn tails<'m>(machine: &'m Machine, branch: &'m Branch) -> impl Iterator<Item = (&'m Tail, bool)> {
    let instead = machine.tail_beyond(branch).map(|tail| (tail, true));
    std::iter::once((&branch.tail, false)).chain(instead)
}

/// What an edge is made by.
pub(super) fn tail_of(machine: &Machine, by: By) -> &Tail {
    let branch = &machine.reactions[by.reaction].branches[by.branch];
    machine.tail_beyond(branch).filter(|_| by.instead).unwrap_or(&branch.tail)
}

fn history_of(machine: &Machine, by: By) -> Option<Id<State>> {
    match &tail_of(machine, by).target {
        Some(Target { kind: TargetKind::History { state, .. }, .. }) => Some(*state),
        _ => None,
    }
}

fn entered_leaves(machine: &Machine, source: Id<State>, tail: &Tail) -> Vec<Id<State>> {
    machine.entered(source, tail).into_iter().filter(|&state| machine.is_leaf(state)).collect()
}

/// Whether reaching `leaf` can end `composite`.
fn is_done(machine: &Machine, leaf: Id<State>, composite: Id<State>) -> bool {
    if machine.states[leaf].kind != StateKind::Final {
        return false;
    }
    let parallel = machine.states[composite].kind == StateKind::Parallel;
    machine.states[leaf].parent == Some(composite) || parallel && machine.is_descendant(leaf, composite)
}

/// Whether two states lie in different regions of one parallel state.
fn are_orthogonal(machine: &Machine, a: Id<State>, b: Id<State>) -> bool {
    let common = machine.lineage(a).find(|&outer| machine.lineage(b).any(|other| other == outer));
    common.is_some_and(|common| machine.states[common].kind == StateKind::Parallel)
}
