//! What a transition raises, and how many raised events can wait at once.

use std::collections::BTreeMap;

use super::Generator;
use super::effects::arguments_of;
use super::entries::Entered;
use super::occurrences::Occurrence;
use crate::model::{Action, ActionKind, Id, Machine, State, Tail, Target, Trigger};

/// Beyond this nothing is gained: each event that waits would be a microstep.
const MOST: usize = 1000;

/// Room for machines whose events raise each other in circles, or that raise while they take eventless transitions.
const UNBOUNDED: usize = 32;

impl<'m> Generator<'m> {
    /// How many raised events can wait at once. Exact from above where no event can raise itself, directly or through
    /// others; else an estimate, beyond which the machine stops by livelock.
    pub(super) fn queue_capacity(&self) -> u128 {
        let raises = self
            .machine
            .all_actions()
            .into_iter()
            .filter(|action| matches!(action.kind, ActionKind::Raise { .. }))
            .count();
        let estimate = (4 * (raises + self.occurrences().len())).max(UNBOUNDED);
        let capacity = self.most_raised().unwrap_or(estimate).clamp(1, MOST);
        u128::try_from(capacity).unwrap_or(u128::MAX)
    }

    /// The most events that one macrostep can raise; `None` where there is no bound.
    fn most_raised(&self) -> Option<usize> {
        if matches!(self.starting_tasks(), Some((_, true))) {
            return None;
        }
        let mut known = BTreeMap::new();
        let mut most = self.following(&self.raised_by(&self.effects_of_start()), &mut known)?;
        for (source, trigger, tail) in self.all_tails() {
            for leaf in self.leaves_in(source) {
                let raised = self.raised_by(&self.effects_of(leaf, source, tail));
                if matches!(trigger, Trigger::Always) && !raised.is_empty() {
                    return None;
                }
                most = most.max(self.following(&raised, &mut known)?);
            }
        }
        Some(most)
    }

    /// How many events are raised in all, once these have been. `known` holds `None` for what is being looked at.
    fn following(&self, raised: &[Occurrence], known: &mut BTreeMap<Occurrence, Option<usize>>) -> Option<usize> {
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
                        most = most.max(self.following(&self.raised_by(&self.effects_of(leaf, source, tail)), known)?);
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
    fn all_tails(&self) -> impl Iterator<Item = (Id<State>, &'m Trigger, &'m Tail)> {
        let machine = self.machine;
        machine.reactions.iter().flat_map(move |reaction| {
            reaction.branches.iter().flat_map(move |branch| {
                let limited = machine.tail_beyond(branch);
                std::iter::once(&branch.tail).chain(limited).map(move |tail| (reaction.source, &reaction.trigger, tail))
            })
        })
    }

    /// All that a transition does and enters where `leaf` is the innermost state: for a history, by all its ways.
    pub(super) fn effects_of(&self, leaf: Id<State>, source: Id<State>, tail: &'m Tail) -> Effects<'m> {
        let mut effects = Effects::default();
        effects.add(&tail.actions);
        if let (Some(target), Some(domain)) = (&tail.target, self.machine.domain(source, tail)) {
            effects.arrows.push(target);
            let left = self.machine.lineage(leaf).take_while(|&state| state != domain);
            left.for_each(|state| effects.add(&self.machine.states[state].exit));
            effects.enter(self.machine, &self.entered(domain, target));
        }
        effects
    }

    /// All that the start of the machine does and enters.
    pub(super) fn effects_of_start(&self) -> Effects<'m> {
        let mut effects = Effects::default();
        let steps: Vec<_> = self.entered_at_start().into_iter().map(Entered::State).collect();
        effects.enter(self.machine, &steps);
        effects
    }

    /// What is raised.
    pub(super) fn raised_by(&self, effects: &Effects<'_>) -> Vec<Occurrence> {
        let mut raised = Vec::new();
        for action in &effects.actions {
            if let ActionKind::Raise { event, delay: None, .. } = action.kind {
                raised.push(Occurrence::Event(event));
            }
            if self.reacts_to_errors() && self.can_fail(action) {
                raised.push(Occurrence::Error);
            }
        }
        let fails = |target: &&&Target| self.reacts_to_errors() && self.arguments_can_fail(target);
        let arguments = effects.arrows.iter().filter(fails).flat_map(|target| arguments_of(target));
        raised.extend(arguments.map(|_| Occurrence::Error));
        for &entered in &effects.entered {
            if self.reacts_to_errors() && self.arming_can_fail(entered) {
                raised.extend(self.timers_of(entered).into_iter().map(|_| Occurrence::Error));
            }
            raised.extend(self.ended_by(entered).map(Occurrence::Done));
        }
        raised
    }

    fn reacts(&self, trigger: &Trigger, occurrence: Occurrence) -> bool {
        match occurrence {
            Occurrence::Event(event) => {
                trigger.names(event) || matches!(trigger, Trigger::Any) && !self.machine.events[event].internal
            }
            Occurrence::Done(composite) => matches!(trigger, Trigger::Done(of) if *of == composite),
            Occurrence::Error => matches!(trigger, Trigger::Error),
            // These do not wait in the queue.
            Occurrence::Timer(_) | Occurrence::TaskDone(..) | Occurrence::TaskFailed(..) => false,
        }
    }
}

/// All actions that are done on some way, and all states that are entered.
#[derive(Default)]
pub(super) struct Effects<'m> {
    pub(super) actions: Vec<&'m Action>,
    /// What may give values that fail.
    pub(super) arrows: Vec<&'m Target>,
    pub(super) entered: Vec<Id<State>>,
}

impl<'m> Effects<'m> {
    fn add(&mut self, actions: &'m [Action]) {
        for action in actions {
            action.flatten(&mut self.actions);
        }
    }

    fn enter(&mut self, machine: &'m Machine, entered: &[Entered<'m>]) {
        for entered in entered {
            match entered {
                Entered::State(step) => {
                    self.entered.push(step.state);
                    self.add(&machine.states[step.state].entry);
                    self.arrows.extend(step.initial.map(|initial| &initial.target));
                    step.defaults().for_each(|actions| self.add(actions));
                }
                Entered::Doing(actions) => self.add(actions),
                Entered::Choice(choice) => {
                    choice.recorded.iter().for_each(|(_, entered)| self.enter(machine, entered));
                    self.enter(machine, &choice.otherwise);
                }
            }
        }
    }

    /// The states that are entered.
    pub(super) fn reached(&self) -> Vec<Id<State>> {
        self.entered.clone()
    }
}
