//! What a microstep leaves, records and enters, computed a second time: the algorithm of the W3C SCXML recommendation,
//! Appendix D, written down as it stands there, with nothing of the model used but parents, children and kinds.
//!
//! Where the language differs from SCXML it is said at the place.

use std::collections::{BTreeMap, BTreeSet};

use fsm_core::model::{Entry, Id, Machine, State, StateKind, Tail, Target, TargetKind};

/// A set of states.
pub type States = BTreeSet<Id<State>>;

/// The states of a machine, and what its histories have recorded.
#[derive(Debug, Clone)]
pub struct Oracle<'m> {
    machine: &'m Machine,
    /// What was active inside each state that was left: its child states, and the innermost ones.
    recorded: BTreeMap<(Id<State>, bool), States>,
}

/// Where a transition goes: SCXML's history states are targets here, not states.
#[derive(Clone, Copy)]
enum Goal<'m> {
    State(Id<State>),
    History { deep: bool, state: Id<State>, default: &'m [Entry] },
}

impl<'m> Oracle<'m> {
    /// Nothing was left yet.
    #[must_use]
    pub fn new(machine: &'m Machine) -> Self {
        Oracle { machine, recorded: BTreeMap::new() }
    }

    fn parent(&self, state: Id<State>) -> Option<Id<State>> {
        self.machine.states[state].parent
    }

    fn children(&self, state: Id<State>) -> &'m [Id<State>] {
        &self.machine.states[state].children
    }

    fn is_parallel(&self, state: Id<State>) -> bool {
        self.machine.states[state].kind == StateKind::Parallel
    }

    fn is_final(&self, state: Id<State>) -> bool {
        self.machine.states[state].kind == StateKind::Final
    }

    /// `getProperAncestors(state1, null)`, innermost first.
    fn ancestors(&self, state: Id<State>) -> Vec<Id<State>> {
        let mut ancestors = Vec::new();
        let mut next = self.parent(state);
        while let Some(ancestor) = next {
            ancestors.push(ancestor);
            next = self.parent(ancestor);
        }
        ancestors
    }

    /// `isDescendant`
    fn is_descendant(&self, inner: Id<State>, outer: Id<State>) -> bool {
        self.ancestors(inner).contains(&outer)
    }

    /// `getTransitionDomain`. A transition is internal in the sense of SCXML when it leads into its source, unless it
    /// says `reenter`; the one of the machine itself always is, and so the machine is never left. A history lies inside
    /// of its state, wherever it leads.
    #[must_use]
    pub fn domain(&self, source: Id<State>, tail: &Tail) -> Option<Id<State>> {
        // What is around each of the targets.
        let around: Vec<Vec<Id<State>>> = match &tail.target.as_ref()?.kind {
            TargetKind::State(entry) => vec![self.ancestors(entry.state)],
            TargetKind::Fork(entries) => entries.iter().map(|entry| self.ancestors(entry.state)).collect(),
            TargetKind::History { state, .. } => vec![[vec![*state], self.ancestors(*state)].concat()],
        };
        let leads_into =
            |outer: &Id<State>| !self.is_parallel(*outer) && around.iter().all(|around| around.contains(outer));
        if source == Machine::root() || !tail.reenter && leads_into(&source) {
            return Some(source);
        }
        // `findLCCA`
        Some(self.ancestors(source).into_iter().find(leads_into).unwrap_or_else(Machine::root))
    }

    /// `computeExitSet` of one transition.
    #[must_use]
    pub fn exit_set(&self, configuration: &States, source: Id<State>, tail: &Tail) -> States {
        let Some(domain) = self.domain(source, tail) else { return States::new() };
        configuration.iter().copied().filter(|&state| self.is_descendant(state, domain)).collect()
    }

    /// Records the histories of the states that are left, as `exitStates` does, and gives what was recorded for a state,
    /// for its children or for the innermost states inside. A single final state is recorded as nothing.
    pub fn record(&mut self, configuration: &States, exited: &States) {
        for &state in exited {
            for deep in [false, true] {
                let is_recorded = |&inner: &Id<State>| {
                    if deep {
                        self.children(inner).is_empty() && self.is_descendant(inner, state)
                    } else {
                        self.parent(inner) == Some(state)
                    }
                };
                let active: States = configuration.iter().copied().filter(is_recorded).collect();
                let has_ended = active.len() == 1 && active.iter().all(|&inner| self.is_final(inner));
                self.recorded.insert((state, deep), if has_ended { States::new() } else { active });
            }
        }
    }

    /// What was recorded for a state when it was last left.
    #[must_use]
    pub fn recorded(&self, state: Id<State>, deep: bool) -> States {
        self.recorded.get(&(state, deep)).cloned().unwrap_or_default()
    }

    /// `computeEntrySet`
    #[must_use]
    pub fn entry_set(&self, transitions: &[(Id<State>, &'m Tail)]) -> States {
        let mut entered = States::new();
        for &(source, tail) in transitions {
            let (Some(target), Some(domain)) = (&tail.target, self.domain(source, tail)) else { continue };
            self.add_target(target, domain, &mut entered);
        }
        entered
    }

    /// What is entered when the machine starts.
    #[must_use]
    pub fn start_set(&self) -> States {
        let mut entered = States::new();
        self.add_descendants(Goal::State(Machine::root()), &mut entered);
        entered
    }

    fn goals(target: &'m Target) -> Vec<Goal<'m>> {
        match &target.kind {
            TargetKind::State(entry) => vec![Goal::State(entry.state)],
            TargetKind::Fork(entries) => entries.iter().map(|entry| Goal::State(entry.state)).collect(),
            TargetKind::History { deep, state, default, .. } => {
                vec![Goal::History { deep: *deep, state: *state, default }]
            }
        }
    }

    fn add_target(&self, target: &'m Target, domain: Id<State>, entered: &mut States) {
        let goals = Self::goals(target);
        for goal in &goals {
            self.add_descendants(*goal, entered);
        }
        for goal in goals {
            for state in self.effective(goal) {
                self.add_ancestors(state, domain, entered);
            }
        }
        // In SCXML a parallel state is never at the outside, so what is left there is entered again with all its regions.
        if self.is_parallel(domain) {
            self.add_regions(domain, entered);
        }
    }

    /// `getEffectiveTargetStates`. A history without a default leads to what is entered inside its state by default.
    fn effective(&self, goal: Goal<'m>) -> Vec<Id<State>> {
        match goal {
            Goal::State(state) => vec![state],
            Goal::History { deep, state, default } => {
                let recorded = self.recorded(state, deep);
                if !recorded.is_empty() {
                    recorded.into_iter().collect()
                } else if default.is_empty() {
                    self.default_targets(state)
                } else {
                    default.iter().map(|entry| entry.state).collect()
                }
            }
        }
    }

    /// Where a state leads that is entered by default.
    fn default_targets(&self, state: Id<State>) -> Vec<Id<State>> {
        match (self.machine.states[state].kind, &self.machine.states[state].initial) {
            (StateKind::Composite { .. }, Some(transition)) => {
                let goals = Self::goals(&transition.target);
                goals.into_iter().flat_map(|goal| self.effective(goal)).collect()
            }
            (StateKind::Composite { initial }, None) => initial.into_iter().collect(),
            (StateKind::Parallel, _) => self.children(state).to_vec(),
            (StateKind::Atomic | StateKind::Final, _) => Vec::new(),
        }
    }

    /// `addDescendantStatesToEnter`
    fn add_descendants(&self, goal: Goal<'m>, entered: &mut States) {
        let state = match goal {
            Goal::State(state) => state,
            Goal::History { state: of, .. } => {
                let states = self.effective(goal);
                for &state in &states {
                    self.add_descendants(Goal::State(state), entered);
                }
                for state in states {
                    self.add_ancestors(state, of, entered);
                }
                return;
            }
        };
        entered.insert(state);
        match self.machine.states[state].kind {
            StateKind::Composite { initial } => match (&self.machine.states[state].initial, initial) {
                (Some(transition), _) => self.add_target(&transition.target, state, entered),
                (None, Some(child)) => self.add_descendants(Goal::State(child), entered),
                (None, None) => {}
            },
            StateKind::Parallel => self.add_regions(state, entered),
            StateKind::Atomic | StateKind::Final => {}
        }
    }

    /// `addAncestorStatesToEnter`
    fn add_ancestors(&self, state: Id<State>, domain: Id<State>, entered: &mut States) {
        for ancestor in self.ancestors(state).into_iter().take_while(|&ancestor| ancestor != domain) {
            entered.insert(ancestor);
            if self.is_parallel(ancestor) {
                self.add_regions(ancestor, entered);
            }
        }
    }

    fn add_regions(&self, parallel: Id<State>, entered: &mut States) {
        for &region in self.children(parallel) {
            if !entered.iter().any(|&state| state == region || self.is_descendant(state, region)) {
                self.add_descendants(Goal::State(region), entered);
            }
        }
    }

    /// `isInFinalState`
    #[must_use]
    pub fn is_done(&self, configuration: &States, state: Id<State>) -> bool {
        match self.machine.states[state].kind {
            StateKind::Composite { .. } => {
                self.children(state).iter().any(|&child| self.is_final(child) && configuration.contains(&child))
            }
            StateKind::Parallel => self.children(state).iter().all(|&region| self.is_done(configuration, region)),
            StateKind::Atomic | StateKind::Final => false,
        }
    }

    /// What is wrong with a configuration: the machine is not active, a state is without the one around it, a composite
    /// has not exactly one active child, or a parallel state not all of its regions.
    #[must_use]
    pub fn illegal(&self, configuration: &States) -> Option<String> {
        let name = |state: Id<State>| self.machine.qualified_name(state);
        if !configuration.contains(&Machine::root()) {
            return Some("the machine itself is not active".to_owned());
        }
        for &state in configuration {
            if let Some(parent) = self.parent(state).filter(|parent| !configuration.contains(parent)) {
                return Some(format!("`{}` is active without `{}`", name(state), name(parent)));
            }
            let children = self.children(state);
            let active = children.iter().filter(|child| configuration.contains(child)).count();
            let wanted = match self.machine.states[state].kind {
                StateKind::Composite { .. } => 1,
                StateKind::Parallel => children.len(),
                StateKind::Atomic | StateKind::Final => 0,
            };
            if active != wanted {
                return Some(format!("`{}` has {active} active children, not {wanted}", name(state)));
            }
        }
        None
    }
}
