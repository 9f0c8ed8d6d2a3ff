//! What a transition raises, and how many raised events can wait at once.

use super::Generator;
use super::entries::Entered;
use super::occurrences::Occurrence;
use crate::lists::CollectVec;
use crate::model::{Action, ActionKind, Id, Machine, State, Tail, Target, Trigger};

/// How many events are raised by what an occurrence leads to; `None` for what is being looked at.
type Known = Vec<(Occurrence, Option<usize>)>;

impl<'m> Generator<'m> {
    /// For how many raised events there is room: for as many as may wait, and no more than can be raised.
    pub(super) fn queue_capacity(&self) -> u128 {
        let bound = self.machine.queue_capacity();
        let capacity = self.most_raised().map_or(bound, |most| most.clamp(1, bound));
        u128::try_from(capacity).unwrap_or(u128::MAX)
    }

    /// The most events that one macrostep can raise; `None` where there is no bound, for an event can raise itself, directly
    /// or through others, or eventless transitions raise some.
    fn most_raised(&self) -> Option<usize> {
        if matches!(self.starting_tasks(), Some((_, true))) {
            return None;
        }
        let mut known = Vec::new();
        let at_start = self.following(&self.raised_by(&self.effects_of_start()), &mut known)?;
        let is_eventless = |trigger: &Trigger| matches!(trigger, Trigger::Always);
        if self.raised_where(&is_eventless, &mut known)? > 0 {
            return None;
        }
        self.raised_where(&|trigger| !is_eventless(trigger), &mut known).map(|most| most.max(at_start))
    }

    /// How many events a microstep can raise in all, by reactions to some triggers. In different regions transitions are
    /// taken together.
    fn raised_where(&self, wanted: &dyn Fn(&Trigger) -> bool, known: &mut Known) -> Option<usize> {
        // By the places of the states that are the roots of regions.
        let mut most = vec![0; self.machine.states.len()];
        for (source, trigger, tail) in self.all_tails() {
            if !wanted(trigger) {
                continue;
            }
            let region = if self.is_parallel() { self.region_of(source) } else { Machine::root() };
            for leaf in self.leaves_in(source) {
                let raised = self.following(&self.raised_by(&self.effects_of(leaf, source, tail)), known)?;
                most[region.index()] = raised.max(most[region.index()]);
            }
        }
        let mut sum = 0_usize;
        for of_region in most {
            sum = sum.saturating_add(of_region);
        }
        Some(sum)
    }

    /// How many events are raised in all, once these have been.
    fn following(&self, raised: &[Occurrence], known: &mut Known) -> Option<usize> {
        let mut sum = 0_usize;
        for &event in raised {
            let more = if let Some((_, more)) = known.iter().find(|(of, _)| *of == event) {
                (*more)?
            } else {
                let place = known.len();
                known.push((event, None));
                let most = self.raised_where(&|trigger| self.reacts(trigger, event), known)?;
                known[place].1 = Some(most);
                most
            };
            sum = sum.saturating_add(1).saturating_add(more);
        }
        Some(sum)
    }

    /// The tails of all branches, and of the limits that count them, with the states that react and what they react to.
    fn all_tails(&self) -> Vec<(Id<State>, &'m Trigger, &'m Tail)> {
        let mut tails = Vec::new();
        for reaction in &self.machine.reactions {
            for branch in &reaction.branches {
                tails.push((reaction.source, &reaction.trigger, &branch.tail));
                if let Some(tail) = self.machine.tail_beyond(branch) {
                    tails.push((reaction.source, &reaction.trigger, tail));
                }
            }
        }
        tails
    }

    /// All that a transition does and enters where `leaf` is the innermost state, or one of them: for a history, by all its
    /// ways. Which states of other regions are left is not known: it may be any.
    pub(super) fn effects_of(&self, leaf: Id<State>, source: Id<State>, tail: &'m Tail) -> Effects<'m> {
        let mut effects = Effects::default();
        effects.add(&tail.actions);
        if let (Some(target), Some(domain)) = (&tail.target, self.machine.domain(source, tail)) {
            effects.arrows.push(target);
            let leave = |state: Id<State>| effects.add(&self.machine.states[state].exit);
            if self.is_parallel() {
                let inside = |&state: &Id<State>| self.machine.is_descendant(state, domain);
                self.machine.states.ids().filter(inside).for_each(leave);
            } else {
                self.machine.lineage(leaf).take_while(|&state| state != domain).for_each(leave);
            }
            effects.enter(self.machine, &self.entered(domain, target));
        }
        effects
    }

    /// All that the start of the machine does and enters.
    pub(super) fn effects_of_start(&self) -> Effects<'m> {
        let mut effects = Effects::default();
        let steps = self.entered_at_start().into_iter().map(Entered::State).collect_vec();
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
        let mut failures = 0;
        for target in &effects.arrows {
            if self.arguments_can_fail(target) {
                failures += target.arguments().len();
            }
        }
        for &entered in &effects.entered {
            if self.arming_can_fail(entered) {
                failures += self.timers_of(entered).len();
            }
            raised.extend(self.ended_by(entered).map(Occurrence::Done));
        }
        if self.reacts_to_errors() {
            raised.resize(raised.len() + failures, Occurrence::Error);
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
                Entered::Initial(initial) => {
                    self.arrows.push(&initial.target);
                    self.add(&initial.actions);
                }
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
