//! What a transition raises, and how many raised events can wait at once.

use std::collections::BTreeMap;

use super::Generator;
use crate::model::{Action, ActionKind, Event, Id, Machine, State, StateKind, Tail, TargetKind, Trigger};

/// What waits in the queue.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Raised {
    Event(Id<Event>),
    Done(Id<State>),
}

/// Beyond this nothing is gained: each event that waits would be a microstep.
const MOST: usize = 1000;

/// Room for machines whose events raise each other in circles, or that raise while they take eventless transitions.
const UNBOUNDED: usize = 32;

impl Generator<'_> {
    /// How many raised events can wait at once. Exact from above where no event can raise itself, directly or through
    /// others; else an estimate, beyond which the machine stops by livelock.
    pub(super) fn queue_capacity(&self) -> u128 {
        let raises = self
            .machine
            .all_actions()
            .into_iter()
            .filter(|action| matches!(action.kind, ActionKind::Raise { .. }))
            .count();
        let estimate = (4 * (raises + self.done_states().len())).max(UNBOUNDED);
        let capacity = self.most_raised().unwrap_or(estimate).clamp(1, MOST);
        u128::try_from(capacity).unwrap_or(u128::MAX)
    }

    /// The most events that one macrostep can raise; `None` where there is no bound.
    fn most_raised(&self) -> Option<usize> {
        let mut known = BTreeMap::new();
        let mut most =
            self.following(&self.raised_by_entering(&self.machine.default_completion(Machine::root())), &mut known)?;
        for (source, trigger, tail) in self.all_tails() {
            for leaf in self.leaves_in(source) {
                let raised = self.raised_by(leaf, source, tail);
                if matches!(trigger, Trigger::Always) && !raised.is_empty() {
                    return None;
                }
                most = most.max(self.following(&raised, &mut known)?);
            }
        }
        Some(most)
    }

    /// How many events are raised in all, once these have been. `known` holds `None` for what is being looked at.
    fn following(&self, raised: &[Raised], known: &mut BTreeMap<Raised, Option<usize>>) -> Option<usize> {
        let mut sum = 0_usize;
        for &event in raised {
            let more = if let Some(more) = known.get(&event) {
                (*more)?
            } else {
                known.insert(event, None);
                let mut most = 0;
                for (source, trigger, tail) in self.all_tails() {
                    if !self.reacts(trigger, event) {
                        continue;
                    }
                    for leaf in self.leaves_in(source) {
                        most = most.max(self.following(&self.raised_by(leaf, source, tail), known)?);
                    }
                }
                known.insert(event, Some(most));
                most
            };
            sum = sum.saturating_add(1).saturating_add(more);
        }
        Some(sum)
    }

    /// The tails of all branches, and of the limits that count them, with the states that react and what they react to.
    fn all_tails(&self) -> impl Iterator<Item = (Id<State>, &Trigger, &Tail)> {
        let machine = self.machine;
        machine.reactions.iter().flat_map(move |reaction| {
            reaction.branches.iter().flat_map(move |branch| {
                let limited = branch.tail.counts.map(|limit| &machine.limits[limit].tail);
                std::iter::once(&branch.tail).chain(limited).map(move |tail| (reaction.source, &reaction.trigger, tail))
            })
        })
    }

    /// What a transition raises by all that it does.
    pub(super) fn raised_by(&self, leaf: Id<State>, source: Id<State>, tail: &Tail) -> Vec<Raised> {
        let (exited, entered) = self.left_and_entered(leaf, source, tail);
        let mut raised = raised_in(&tail.actions);
        raised.extend(exited.into_iter().flat_map(|state| raised_in(&self.machine.states[state].exit)));
        raised.extend(self.raised_by_entering(&entered));
        raised
    }

    /// What entering these states raises.
    pub(super) fn raised_by_entering(&self, entered: &[Id<State>]) -> Vec<Raised> {
        let mut raised = Vec::new();
        for &id in entered {
            let state = &self.machine.states[id];
            raised.extend(raised_in(&state.entry));
            let ended = state.parent.filter(|_| state.kind == StateKind::Final);
            raised.extend(ended.filter(|&composite| self.reacts_to_done(composite)).map(Raised::Done));
        }
        raised
    }

    /// What a transition leaves, and what it enters: for a history, all that it may enter.
    pub(super) fn left_and_entered(
        &self,
        leaf: Id<State>,
        source: Id<State>,
        tail: &Tail,
    ) -> (Vec<Id<State>>, Vec<Id<State>>) {
        let (Some(target), Some(domain)) = (&tail.target, self.machine.domain(source, tail)) else {
            return (Vec::new(), Vec::new());
        };
        let left = self.machine.lineage(leaf).take_while(|&state| state != domain).collect();
        let mut entered = Vec::new();
        for state in target.states() {
            entered.extend(self.machine.path_from(domain, state));
            entered.pop();
            if matches!(target.kind, TargetKind::History { .. }) {
                let inside = |&inner: &Id<State>| self.machine.lineage(inner).any(|outer| outer == state);
                entered.extend(self.machine.states.ids().filter(inside));
            } else {
                entered.extend(self.machine.default_completion(state));
            }
        }
        (left, entered)
    }

    fn reacts(&self, trigger: &Trigger, event: Raised) -> bool {
        match event {
            Raised::Event(event) => {
                trigger.names(event) || matches!(trigger, Trigger::Any) && !self.machine.events[event].internal
            }
            Raised::Done(composite) => matches!(trigger, Trigger::Done(of) if *of == composite),
        }
    }
}

fn raised_in(actions: &[Action]) -> Vec<Raised> {
    let raised = actions.iter().filter_map(|action| match action.kind {
        ActionKind::Raise { event, .. } => Some(Raised::Event(event)),
        _ => None,
    });
    raised.collect()
}
