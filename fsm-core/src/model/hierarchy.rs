//! Who contains whom, and what a transition leaves and enters.
//!
//! These are the structural definitions of the W3C SCXML recommendation, Appendix D, on which the validator, the
//! diagrams and the generated code all agree.

use super::{
    Action, Entry, EntrySet, Event, Id, Machine, NothingRecorded, Reaction, State, StateKind, Tail, Target, TargetKind,
    Trigger,
};
use crate::lists::CollectVec;

/// What a transition does to its source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TransitionKind {
    /// No target: nothing is left and nothing is entered.
    Internal,
    /// The target lies inside the source, which is not left.
    Local,
    /// The source is left.
    External,
}

/// States from the inside out.
#[derive(Debug, Clone)]
pub struct Lineage<'m> {
    machine: &'m Machine,
    next: Option<Id<State>>,
}

impl Iterator for Lineage<'_> {
    type Item = Id<State>;

    fn next(&mut self) -> Option<Id<State>> {
        let state = self.next?;
        self.next = self.machine.states[state].parent;
        Some(state)
    }
}

impl Machine {
    /// The state with this id.
    #[must_use]
    pub fn state(&self, id: Id<State>) -> &State {
        &self.states[id]
    }

    /// The states around `state`, the innermost first; the root comes last.
    #[must_use]
    pub fn ancestors(&self, state: Id<State>) -> Lineage<'_> {
        Lineage { machine: self, next: self.states[state].parent }
    }

    /// `state` and the states around it, the innermost first.
    #[must_use]
    pub fn lineage(&self, state: Id<State>) -> Lineage<'_> {
        Lineage { machine: self, next: Some(state) }
    }

    /// Whether `inner` lies inside `outer`; a state does not lie inside itself.
    #[must_use]
    pub fn is_descendant(&self, inner: Id<State>, outer: Id<State>) -> bool {
        self.ancestors(inner).any(|ancestor| ancestor == outer)
    }

    /// Whether the state has no children: it can be the innermost active one.
    #[must_use]
    pub fn is_leaf(&self, state: Id<State>) -> bool {
        self.states[state].children.is_empty()
    }

    /// The child that is entered when a composite state is.
    #[must_use]
    pub fn initial(&self, state: Id<State>) -> Option<Id<State>> {
        match self.states[state].kind {
            StateKind::Composite { initial } => initial,
            StateKind::Atomic | StateKind::Parallel | StateKind::Final => None,
        }
    }

    /// The states that become active when `state` is entered with nothing said about what is inside it: the state
    /// itself first, then its initial child or all its regions, and so on inwards, in document order.
    #[must_use]
    pub fn default_completion(&self, state: Id<State>) -> Vec<Id<State>> {
        let mut set = EntrySet::default();
        set.add_default(self, state);
        set.states().to_vec()
    }

    /// The states that a transition from `source` enters when no history was recorded, in document order.
    #[must_use]
    pub fn entered(&self, source: Id<State>, tail: &Tail) -> Vec<Id<State>> {
        let (Some(target), Some(domain)) = (&tail.target, self.domain(source, tail)) else { return Vec::new() };
        let mut set = EntrySet::default();
        set.add(self, domain, target, &NothingRecorded);
        set.states().to_vec()
    }

    /// What a transition from `source` does to it.
    #[must_use]
    pub fn transition_kind(&self, source: Id<State>, tail: &Tail) -> TransitionKind {
        let Some(target) = &tail.target else {
            return TransitionKind::Internal;
        };
        let inside = target.states().all(|state| self.is_descendant(state, source) || target.is_history_of(source));
        // The root is never left: a transition of the machine itself goes to one of its states.
        let root = source == Machine::root();
        if root || (inside && !tail.reenter && self.states[source].kind != StateKind::Parallel) {
            TransitionKind::Local
        } else {
            TransitionKind::External
        }
    }

    /// The transition's domain: the state inside which everything that is left and entered lies. `None` for an
    /// internal transition, which has none.
    #[must_use]
    pub fn domain(&self, source: Id<State>, tail: &Tail) -> Option<Id<State>> {
        let target = tail.target.as_ref()?;
        Some(match self.transition_kind(source, tail) {
            TransitionKind::Internal => return None,
            TransitionKind::Local => source,
            TransitionKind::External => {
                let around = |outer: Id<State>| {
                    let mut states = target.states();
                    states.all(|state| self.is_descendant(state, outer) || target.is_history_of(outer))
                };
                let mut ancestors = self.ancestors(source);
                ancestors
                    .find(|&outer| self.states[outer].kind != StateKind::Parallel && around(outer))
                    .unwrap_or_else(Machine::root)
            }
        })
    }

    /// The states on the way from `domain` (not included) down to `state` (included), the outermost first.
    #[must_use]
    pub fn path_from(&self, domain: Id<State>, state: Id<State>) -> Vec<Id<State>> {
        let mut path = self.lineage(state).take_while(|&step| step != domain).collect_vec();
        path.reverse();
        path
    }

    /// The reactions that an event meets when `state` is the innermost active state of its region: of the state
    /// itself first, then outwards, and in document order within a state, each state's `on *` last.
    #[must_use]
    pub fn candidates(&self, state: Id<State>, event: Id<Event>) -> Vec<Id<Reaction>> {
        let mut found = Vec::new();
        for step in self.lineage(state) {
            let mut any = Vec::new();
            for &id in &self.states[step].reactions {
                let trigger = &self.reactions[id].trigger;
                if trigger.names(event) {
                    found.push(id);
                } else if matches!(trigger, Trigger::Any) && !self.events[event].internal {
                    any.push(id);
                }
            }
            found.extend(any);
        }
        found
    }

    /// The name of a state for people: `Active.Fresh` inside the machine, or the machine's own name.
    #[must_use]
    pub fn qualified_name(&self, state: Id<State>) -> String {
        let mut names = self
            .lineage(state)
            .take_while(|&step| step != Machine::root())
            .map(|step| self.states[step].name.text.as_str())
            .collect_vec();
        names.reverse();
        if names.is_empty() { self.name.text.clone() } else { names.join(".") }
    }
}

impl Trigger {
    /// Whether the trigger names this event, to react to it, to defer it or to ignore it.
    #[must_use]
    pub fn names(&self, event: Id<Event>) -> bool {
        match self {
            Trigger::Events(uses) | Trigger::Ignore(uses) => uses.iter().any(|of| of.event == event),
            Trigger::Defer(deferrals) => deferrals.iter().any(|of| of.event.event == event),
            Trigger::Any
            | Trigger::Done(_)
            | Trigger::Error
            | Trigger::Always
            | Trigger::After(_)
            | Trigger::Every(_)
            | Trigger::TaskDone(_)
            | Trigger::TaskFailed(_) => false,
        }
    }
}

impl Target {
    /// The states that are named as targets. For history it is the composite state itself.
    pub fn states(&self) -> impl Iterator<Item = Id<State>> + '_ {
        let (entries, history): (&[Entry], _) = match &self.kind {
            TargetKind::State(entry) => (std::slice::from_ref(entry), None),
            TargetKind::Fork(entries) => (entries, None),
            TargetKind::History { state, .. } => (&[], Some(*state)),
        };
        entries.iter().map(|entry| entry.state).chain(history)
    }

    /// The state whose history is the target, and whether it is a deep one.
    #[must_use]
    pub fn history(&self) -> Option<(Id<State>, bool)> {
        match self.kind {
            TargetKind::History { state, deep, .. } => Some((state, deep)),
            TargetKind::State(_) | TargetKind::Fork(_) => None,
        }
    }

    /// Whether the target is a history of this state. A history lies inside of its state.
    #[must_use]
    pub fn is_history_of(&self, of: Id<State>) -> bool {
        matches!(self.kind, TargetKind::History { state, .. } if state == of)
    }

    /// The entries that are written, those of a history's default among them.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        match &self.kind {
            TargetKind::State(entry) => std::slice::from_ref(entry),
            TargetKind::Fork(entries) | TargetKind::History { default: entries, .. } => entries,
        }
    }

    /// What is done when the target is a history and nothing was recorded.
    #[must_use]
    pub fn default_actions(&self) -> &[Action] {
        match &self.kind {
            TargetKind::History { actions, .. } => actions,
            TargetKind::State(_) | TargetKind::Fork(_) => &[],
        }
    }
}
