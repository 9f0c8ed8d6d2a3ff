//! What takes an event: `selectTransitions` and `removeConflictingTransitions` of SCXML's Appendix D.
//!
//! From each innermost active state outwards, within a state in document order, the first reaction that names the event
//! and is enabled. All guards see the same, unchanged context.

use std::collections::{BTreeMap, BTreeSet};

use super::evaluate::Evaluator;
use super::macrostep::Execution;
use super::{Happening, Stimulus, Value};
use crate::model::{Branch, Condition, Id, Limit, Reaction, State, Tail, Trigger};
use crate::source::Span;

/// How many deferred events of one kind may wait, where nothing is said.
const DEFERRED_BY_DEFAULT: usize = 8;

/// What the active states make of a stimulus.
#[derive(Default)]
pub(super) struct Selection<'p> {
    /// The transitions to take together. No two of them leave the same state.
    pub(super) transitions: Vec<Enabled<'p>>,
    /// Some region defers the event, and so many may wait.
    pub(super) defers: Option<usize>,
    /// Some region ignores the event.
    pub(super) ignores: bool,
    /// A limit that does nothing instead does not allow the transition of some region.
    pub(super) exceeded: Option<Id<Limit>>,
    /// Some reaction names the event, and no guard of it held: the guards.
    pub(super) refused: Option<Vec<Span>>,
}

/// An enabled transition.
#[derive(Clone)]
pub(super) struct Enabled<'p> {
    pub(super) reaction: Id<Reaction>,
    pub(super) branch: usize,
    pub(super) source: Id<State>,
    /// What it does: the branch's own tail, or its limit's.
    pub(super) tail: &'p Tail,
    /// Whether the limit's tail takes the place of the branch's.
    pub(super) instead: bool,
}

/// What one innermost state makes of a stimulus.
#[derive(Clone)]
enum Verdict<'p> {
    Transition(Enabled<'p>),
    /// The transition would exceed a limit that does nothing instead.
    Exceeds(Id<Limit>),
    Defers(usize),
    Ignores,
    None,
}

impl<'p> Execution<'_, 'p> {
    /// What the active states make of a stimulus.
    pub(super) fn select(&mut self, stimulus: &Stimulus) -> Selection<'p> {
        let mut selection = Selection::default();
        let mut asked = Asked::default();
        for leaf in self.interpreter.innermost().collect::<Vec<_>>() {
            match self.first_enabled(leaf, stimulus, &mut asked) {
                Verdict::Transition(enabled) => {
                    if selection.transitions.iter().all(|other| other.reaction != enabled.reaction) {
                        selection.transitions.push(enabled);
                    }
                }
                Verdict::Exceeds(limit) => drop(selection.exceeded.get_or_insert(limit)),
                Verdict::Defers(most) => selection.defers = selection.defers.max(Some(most)),
                Verdict::Ignores => selection.ignores = true,
                Verdict::None => {}
            }
        }
        selection.transitions = self.without_conflicts(selection.transitions);
        selection.refused = (!asked.refused.is_empty()).then_some(asked.guards);
        selection
    }

    /// The first enabled reaction from `leaf` outwards.
    fn first_enabled(&mut self, leaf: Id<State>, stimulus: &Stimulus, asked: &mut Asked<'p>) -> Verdict<'p> {
        let machine = self.interpreter.machine;
        for source in machine.lineage(leaf) {
            let of_state = &machine.states[source].reactions;
            // `on *` stands for what no other reaction of the state takes.
            let is_any = |id: &&Id<Reaction>| matches!(machine.reactions[**id].trigger, Trigger::Any);
            for &id in of_state.iter().filter(|id| !is_any(id)).chain(of_state.iter().filter(is_any)) {
                let reaction = &machine.reactions[id];
                if !self.names(id, reaction, stimulus) {
                    continue;
                }
                match &reaction.trigger {
                    Trigger::Ignore(_) => return Verdict::Ignores,
                    Trigger::Defer(_) => return Verdict::Defers(self.most_deferred(reaction, stimulus)),
                    _ => {}
                }
                let verdict = match asked.known.get(&id) {
                    Some(known) => known.clone(),
                    None => self.enabled(id, reaction, stimulus, asked),
                };
                asked.known.insert(id, verdict.clone());
                if !matches!(verdict, Verdict::None) {
                    return verdict;
                }
            }
        }
        Verdict::None
    }

    /// Whether a reaction is to the stimulus, its guards aside.
    fn names(&self, id: Id<Reaction>, reaction: &Reaction, stimulus: &Stimulus) -> bool {
        let trigger = &reaction.trigger;
        match stimulus {
            Stimulus::Event(occurrence) => {
                let is_external = !self.interpreter.machine.events[occurrence.event].internal;
                trigger.names(occurrence.event) || is_external && matches!(trigger, Trigger::Any)
            }
            Stimulus::Done(state) => matches!(trigger, Trigger::Done(of) if of == state),
            Stimulus::Error(_) => matches!(trigger, Trigger::Error),
            Stimulus::Timer(timer) => id == *timer,
            Stimulus::TaskDone { state, index, .. } => {
                reaction.source == *state && matches!(trigger, Trigger::TaskDone(of) if of == index)
            }
            Stimulus::TaskFailed { state, index, .. } => {
                reaction.source == *state && matches!(trigger, Trigger::TaskFailed(of) if of == index)
            }
            Stimulus::Nothing => matches!(trigger, Trigger::Always),
        }
    }

    /// The first branch whose guard holds, with what its limit makes of it.
    fn enabled(
        &mut self,
        id: Id<Reaction>,
        reaction: &'p Reaction,
        stimulus: &Stimulus,
        asked: &mut Asked<'p>,
    ) -> Verdict<'p> {
        for (index, branch) in reaction.branches.iter().enumerate() {
            if self.is_open(branch, stimulus, asked) {
                return self.counted(id, reaction, index, branch, &mut asked.claimed);
            }
        }
        // A completion or an eventless transition that is not taken is no news.
        if !matches!(stimulus, Stimulus::Nothing) {
            self.trace.push(Happening::Refused(id));
        }
        asked.refused.insert(id);
        Verdict::None
    }

    fn is_open(&mut self, branch: &Branch, stimulus: &Stimulus, asked: &mut Asked<'p>) -> bool {
        match &branch.condition {
            Condition::None | Condition::Else => true,
            Condition::Unknown => false,
            Condition::Guard(guard) => {
                asked.guards.push(guard.span);
                self.evaluator(stimulus).holds(guard)
            }
        }
    }

    /// A counted transition is taken while the count after it satisfies the bound; else the limit's own tail is, or, where
    /// it has none, nothing. What transitions of other regions have claimed in the same selection counts.
    fn counted(
        &mut self,
        reaction: Id<Reaction>,
        declared: &'p Reaction,
        index: usize,
        branch: &'p Branch,
        claimed: &mut BTreeMap<Id<Limit>, u64>,
    ) -> Verdict<'p> {
        let enabled = Enabled { reaction, branch: index, source: declared.source, tail: &branch.tail, instead: false };
        let Some(id) = branch.tail.counts else { return Verdict::Transition(enabled) };
        let limit = &self.interpreter.machine.limits[id];
        let claims = claimed.entry(id).or_default();
        let count = i128::from(self.interpreter.counts[id.index()]) + i128::from(*claims) + 1;
        let bound = self.evaluator(&Stimulus::Nothing).value(&limit.bound);
        let is_allowed =
            matches!(bound, Ok(Value::Int(bound)) if if limit.inclusive { count <= bound } else { count < bound });
        if is_allowed {
            *claims += 1;
            return Verdict::Transition(enabled);
        }
        if let Some(tail) = &limit.tail {
            return Verdict::Transition(Enabled { tail, instead: true, ..enabled });
        }
        self.trace.push(Happening::Exceeded { reaction, branch: index, limit: id });
        Verdict::Exceeds(id)
    }

    /// Of two transitions that would leave the same state, the one whose source lies further in is taken, else the one
    /// that was selected first. Internal transitions leave nothing and are never in conflict.
    fn without_conflicts(&mut self, enabled: Vec<Enabled<'p>>) -> Vec<Enabled<'p>> {
        let mut taken: Vec<Enabled<'p>> = Vec::new();
        for candidate in enabled {
            let exits = self.exit_set(&candidate);
            let conflicting: Vec<usize> = taken
                .iter()
                .enumerate()
                .filter(|(_, other)| !self.exit_set(other).is_disjoint(&exits))
                .map(|(index, _)| index)
                .collect();
            let machine = self.interpreter.machine;
            let wins = conflicting.iter().all(|&index| machine.is_descendant(candidate.source, taken[index].source));
            if !wins {
                self.trace.push(Happening::Preempted(candidate.reaction));
                continue;
            }
            for index in conflicting.into_iter().rev() {
                let preempted = taken.remove(index);
                self.trace.push(Happening::Preempted(preempted.reaction));
            }
            taken.push(candidate);
        }
        taken
    }

    /// The active states inside a transition's domain.
    pub(super) fn exit_set(&self, enabled: &Enabled<'_>) -> BTreeSet<Id<State>> {
        let machine = self.interpreter.machine;
        let Some(domain) = machine.domain(enabled.source, enabled.tail) else { return BTreeSet::new() };
        self.interpreter.configuration().filter(|&state| machine.is_descendant(state, domain)).collect()
    }

    fn most_deferred(&mut self, reaction: &Reaction, stimulus: &Stimulus) -> usize {
        let (Trigger::Defer(deferrals), Stimulus::Event(occurrence)) = (&reaction.trigger, stimulus) else { return 0 };
        let deferral = deferrals.iter().find(|deferral| deferral.event.event == occurrence.event);
        let Some(most) = deferral.and_then(|deferral| deferral.max.as_ref()) else { return DEFERRED_BY_DEFAULT };
        match self.evaluator(&Stimulus::Nothing).value(most) {
            Ok(Value::Int(most)) => usize::try_from(most).unwrap_or(0),
            _ => 0,
        }
    }

    pub(super) fn evaluator<'s>(&'s mut self, stimulus: &'s Stimulus) -> Evaluator<'s, 'p> {
        Evaluator { interpreter: self.interpreter, stimulus, host: self.host, trace: &mut self.trace }
    }
}

/// What was asked in one selection: a reaction of a state around several regions is asked once.
#[derive(Default)]
struct Asked<'p> {
    known: BTreeMap<Id<Reaction>, Verdict<'p>>,
    refused: BTreeSet<Id<Reaction>>,
    guards: Vec<Span>,
    claimed: BTreeMap<Id<Limit>, u64>,
}
