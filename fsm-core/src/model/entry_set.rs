//! What a microstep enters: `computeEntrySet` of the W3C SCXML recommendation, Appendix D.
//!
//! Ids of states are in document order, and a state comes before what is inside it: so the set in its order is the order
//! of entry, outermost first.

use super::{Action, Id, IdSet, Machine, State, StateKind, Target, TargetKind};
use crate::lists::CollectVec;

/// What the histories of a machine have recorded.
pub trait Recorded {
    /// What was active inside `state` when it was last left: its child, or for `deep` all innermost states. For a
    /// parallel state the children are its regions. Empty where nothing was recorded.
    fn recorded(&self, state: Id<State>, deep: bool) -> Vec<Id<State>>;
}

/// The histories of a machine that has not left any state yet.
#[derive(Debug, Clone, Copy)]
pub struct NothingRecorded;

impl Recorded for NothingRecorded {
    fn recorded(&self, _: Id<State>, _: bool) -> Vec<Id<State>> {
        Vec::new()
    }
}

/// The states that a microstep enters.
#[derive(Debug, Clone, Default)]
pub struct EntrySet<'m> {
    states: IdSet<State>,
    by_default: IdSet<State>,
    restored: IdSet<State>,
    /// In document order of the states.
    history: Vec<(Id<State>, &'m [Action])>,
}

impl<'m> EntrySet<'m> {
    /// The states in the order in which they are entered.
    #[must_use]
    pub fn states(&self) -> &[Id<State>] {
        self.states.ids()
    }

    /// Whether the initial transition of this composite is taken.
    #[must_use]
    pub fn is_by_default(&self, state: Id<State>) -> bool {
        self.by_default.contains(state)
    }

    /// The composites whose initial transitions are taken.
    #[must_use]
    pub fn by_default(&self) -> &[Id<State>] {
        self.by_default.ids()
    }

    /// Those of them that are not left and entered: the transition stays inside.
    pub fn by_default_inside(&self) -> impl Iterator<Item = Id<State>> + '_ {
        self.by_default().iter().copied().filter(|&state| !self.states.contains(state))
    }

    /// Whether the state lies inside one whose recorded history is entered: then its context is what it was.
    #[must_use]
    pub fn is_restored(&self, machine: &Machine, state: Id<State>) -> bool {
        machine.ancestors(state).any(|outer| self.restored.contains(outer))
    }

    /// What is done when this state is entered by a history that has recorded nothing.
    pub fn history_actions(&self, state: Id<State>) -> impl Iterator<Item = &'m [Action]> + '_ {
        self.history.iter().filter(move |&&(of, _)| of == state).map(|&(_, actions)| actions)
    }

    /// The same of histories whose states are not left and entered: the transition stays inside.
    pub fn history_actions_inside(&self) -> impl Iterator<Item = &'m [Action]> + '_ {
        self.history.iter().filter(|&&(state, _)| !self.states.contains(state)).map(|&(_, actions)| actions)
    }

    /// Adds what a transition to `target` enters inside its `domain`: first what is inside of the targets, then what is
    /// around them, with the other regions of parallel states on the way.
    pub fn add(&mut self, machine: &'m Machine, domain: Id<State>, target: &'m Target, recorded: &dyn Recorded) {
        let reached: Vec<Id<State>> = match &target.kind {
            TargetKind::State(entry) => vec![entry.state],
            TargetKind::Fork(entries) => entries.iter().map(|entry| entry.state).collect_vec(),
            TargetKind::History { deep, state, default, actions } => {
                let last = recorded.recorded(*state, *deep);
                if last.is_empty() {
                    let place = self.history.partition_point(|(known, _)| known <= state);
                    self.history.insert(place, (*state, actions));
                    if default.is_empty() {
                        vec![*state]
                    } else {
                        default.iter().map(|entry| entry.state).collect_vec()
                    }
                } else {
                    self.restored.insert(*state);
                    last
                }
            }
        };
        for &state in &reached {
            // A history without default, inside whose state the transition stays.
            if state == domain {
                self.add_inside(machine, state, recorded);
            } else {
                self.add_descendants(machine, state, recorded);
            }
        }
        for state in reached.into_iter().filter(|&state| state != domain) {
            self.add_ancestors(machine, state, domain, recorded);
        }
        // Only the machine itself is a domain with regions: it is never left, all of them are.
        if machine.states[domain].kind == StateKind::Parallel {
            self.add_regions(machine, domain, recorded);
        }
    }

    /// Adds a state with what is entered inside it by default, where no history was recorded.
    pub fn add_default(&mut self, machine: &'m Machine, state: Id<State>) {
        self.add_descendants(machine, state, &NothingRecorded);
    }

    /// Adds a state with what is entered inside it by default.
    fn add_descendants(&mut self, machine: &'m Machine, state: Id<State>, recorded: &dyn Recorded) {
        self.states.insert(state);
        self.add_inside(machine, state, recorded);
    }

    /// Adds what is entered inside a state by default.
    fn add_inside(&mut self, machine: &'m Machine, state: Id<State>, recorded: &dyn Recorded) {
        match machine.states[state].kind {
            StateKind::Composite { initial } => {
                if let Some(transition) = &machine.states[state].initial {
                    self.by_default.insert(state);
                    self.add(machine, state, &transition.target, recorded);
                } else if let Some(child) = initial {
                    self.add_descendants(machine, child, recorded);
                }
            }
            StateKind::Parallel => self.add_regions(machine, state, recorded),
            StateKind::Atomic | StateKind::Final => {}
        }
    }

    /// Adds the states around `state`, up to `domain`, which is not entered.
    fn add_ancestors(&mut self, machine: &'m Machine, state: Id<State>, domain: Id<State>, recorded: &dyn Recorded) {
        for outer in machine.ancestors(state).take_while(|&outer| outer != domain) {
            self.states.insert(outer);
            if machine.states[outer].kind == StateKind::Parallel {
                self.add_regions(machine, outer, recorded);
            }
        }
    }

    /// Adds the regions of a parallel state into which nothing leads yet.
    fn add_regions(&mut self, machine: &'m Machine, parallel: Id<State>, recorded: &dyn Recorded) {
        for &region in &machine.states[parallel].children {
            if !self.states().iter().any(|&state| machine.lineage(state).any(|outer| outer == region)) {
                self.add_descendants(machine, region, recorded);
            }
        }
    }
}
