//! What reactions ask, as formulas of the solver.

use crate::model::{Branch, Condition, Event, Id, Machine, Reaction, State, Trigger};
use crate::solver::{Formula, Problem};
use crate::source::Span;

/// What several reactions can react to at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Stimulus {
    Event(Id<Event>),
    Always,
    Done(Id<State>),
    Error,
    TaskDone(usize),
    TaskFailed(usize),
}

impl Stimulus {
    /// As it is written.
    pub(super) fn name(self, machine: &Machine) -> String {
        match self {
            Stimulus::Event(event) => machine.events[event].name.text.clone(),
            Stimulus::Always => "always".to_owned(),
            Stimulus::Done(_) => "done".to_owned(),
            Stimulus::Error => "error".to_owned(),
            Stimulus::TaskDone(_) => "ok".to_owned(),
            Stimulus::TaskFailed(_) => "err".to_owned(),
        }
    }
}

/// What a reaction names, each where it is named. Every timer is a stimulus of its own, which nothing else hears.
pub(super) fn stimuli(reaction: &Reaction) -> Vec<(Stimulus, Span)> {
    let only = |stimulus| vec![(stimulus, reaction.trigger_span)];
    match &reaction.trigger {
        Trigger::Events(uses) | Trigger::Ignore(uses) => {
            uses.iter().map(|of| (Stimulus::Event(of.event), of.span)).collect()
        }
        Trigger::Defer(deferrals) => {
            deferrals.iter().map(|of| (Stimulus::Event(of.event.event), of.event.span)).collect()
        }
        Trigger::Always => only(Stimulus::Always),
        Trigger::Done(of) => only(Stimulus::Done(*of)),
        Trigger::Error => only(Stimulus::Error),
        Trigger::TaskDone(index) => only(Stimulus::TaskDone(*index)),
        Trigger::TaskFailed(index) => only(Stimulus::TaskFailed(*index)),
        Trigger::Any | Trigger::After(_) | Trigger::Every(_) => Vec::new(),
    }
}

/// That the guard of a branch holds, whatever was asked before it.
pub(super) fn guard(problem: &mut Problem<'_>, branch: &Branch) -> Formula {
    match &branch.condition {
        Condition::None | Condition::Else => Formula::TRUE,
        Condition::Guard(guard) => problem.holds(guard),
        Condition::Unknown => problem.anything(),
    }
}

/// That a reaction takes what it names, by one of its branches or by ignoring or deferring it.
pub(super) fn takes(problem: &mut Problem<'_>, reaction: &Reaction) -> Formula {
    if let Trigger::Ignore(_) | Trigger::Defer(_) = reaction.trigger {
        return Formula::TRUE;
    }
    let guards: Vec<Formula> = reaction.branches.iter().map(|branch| guard(problem, branch)).collect();
    problem.any(guards)
}

/// That a reaction takes what it names by this branch.
pub(super) fn takes_by(problem: &mut Problem<'_>, reaction: &Reaction, branch: usize) -> Formula {
    let mut parts = Vec::new();
    for (index, earlier) in reaction.branches.iter().enumerate().take(branch + 1) {
        let holds = guard(problem, earlier);
        parts.push(if index == branch { holds } else { !holds });
    }
    problem.all(parts)
}
