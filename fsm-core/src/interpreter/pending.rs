//! What happens later: timers of states, delayed raises, tasks.

use super::macrostep::Execution;
use super::{
    ActiveRun, Answer, Failure, Happening, Host, Interpreter, Macrostep, Occurrence, Refusal, RunId, Stimulus, Value,
};
use crate::model::{Event, Id, Reaction, Run, State, Trigger};

/// How many deadlines may be met at one instant: more is a machine that never lets time pass.
const DEADLINES_AT_ONE_INSTANT: u32 = 1_000;

/// An armed `after` or `every`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PendingTimer {
    /// The reaction.
    pub timer: Id<Reaction>,
    /// When it is due, in nanoseconds since the start.
    pub deadline: u64,
    /// For `every`, how much later it is due again, in nanoseconds.
    pub period: Option<u64>,
}

/// An event that was raised for later.
#[derive(Debug, Clone, PartialEq)]
pub struct Scheduled {
    /// The event.
    pub event: Occurrence,
    /// When it is due, in nanoseconds since the start.
    pub deadline: u64,
    /// Which of all delayed raises it is: those that are due together come in this order.
    pub number: u64,
}

/// What is due next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deadline {
    /// A timer of a state.
    Timer(Id<Reaction>),
    /// The delayed raise with this number.
    Scheduled(u64),
}

impl Interpreter<'_> {
    /// The armed timers, in document order.
    #[must_use]
    pub fn timers(&self) -> &[PendingTimer] {
        &self.timers
    }

    /// The delayed raises, in the order in which they were raised.
    #[must_use]
    pub fn scheduled(&self) -> &[Scheduled] {
        &self.scheduled
    }

    /// When something is due next, in nanoseconds since the start.
    #[must_use]
    pub fn next_deadline(&self) -> Option<u64> {
        self.next().map(|(deadline, _)| deadline)
    }

    /// What is due next: in order of time; at one instant timers of states before delayed raises, of timers those
    /// further in first and then in document order, of delayed raises those raised first.
    #[must_use]
    pub fn next(&self) -> Option<(u64, Deadline)> {
        let depth = |timer: Id<Reaction>| self.machine.ancestors(self.machine.reactions[timer].source).count();
        let first = self.timers.iter().min_by_key(|of| (of.deadline, usize::MAX - depth(of.timer), of.timer));
        let timer = first.map(|of| (of.deadline, Deadline::Timer(of.timer)));
        let first = self.scheduled.iter().min_by_key(|of| (of.deadline, of.number));
        let scheduled = first.map(|of| (of.deadline, Deadline::Scheduled(of.number)));
        match (timer, scheduled) {
            (Some(timer), Some(scheduled)) => Some(if scheduled.0 < timer.0 { scheduled } else { timer }),
            (timer, scheduled) => timer.or(scheduled),
        }
    }

    /// Meets the next deadline, if it is not later than `until`: one macrostep, at the time of the deadline itself.
    pub fn meet_next(&mut self, until: u64, host: &mut dyn Host) -> Option<Macrostep> {
        let (deadline, due) = self.next().filter(|&(deadline, _)| deadline <= until)?;
        self.now = deadline.max(self.now);
        let stimulus = self.take_due(due)?;
        Some(self.run(stimulus, true, host))
    }

    /// A machine that would go on for ever without any time passing. What is due stays due.
    fn stalled(&self) -> Macrostep {
        let trace = vec![Happening::Livelock];
        Macrostep { at: self.now, stimulus: Stimulus::Nothing, answer: Err(Refusal::Livelock), trace }
    }

    fn take_due(&mut self, due: Deadline) -> Option<Stimulus> {
        match due {
            Deadline::Timer(timer) => {
                let index = self.timers.iter().position(|of| of.timer == timer)?;
                // The next deadline follows from the last, so that nothing drifts.
                match self.timers[index].period {
                    Some(period) => self.timers[index].deadline = self.timers[index].deadline.saturating_add(period),
                    None => drop(self.timers.remove(index)),
                }
                Some(Stimulus::Timer(timer))
            }
            Deadline::Scheduled(number) => {
                let index = self.scheduled.iter().position(|of| of.number == number)?;
                Some(Stimulus::Event(self.scheduled.remove(index).event))
            }
        }
    }

    /// Lets time pass until `now`: meets every deadline up to it, in order. It stops early at a livelock: of a macrostep,
    /// or because too many deadlines come at one instant.
    ///
    /// # Errors
    ///
    /// [`Refusal::Past`] if the clock already shows a later time.
    pub fn advance_to(&mut self, now: u64, host: &mut dyn Host) -> Result<Vec<Macrostep>, Refusal> {
        if now < self.now {
            return Err(Refusal::Past);
        }
        let mut steps: Vec<Macrostep> = Vec::new();
        let mut at_one_instant = 0;
        while let Some(step) = self.meet_next(now, host) {
            let is_same_instant = steps.last().is_some_and(|last| last.at == step.at);
            at_one_instant = if is_same_instant { at_one_instant + 1 } else { 1 };
            let is_livelock = step.answer == Err(Refusal::Livelock);
            steps.push(step);
            if is_livelock {
                return Ok(steps);
            }
            if at_one_instant == DEADLINES_AT_ONE_INSTANT && self.next_deadline().is_some_and(|next| next <= self.now) {
                steps.push(self.stalled());
                return Ok(steps);
            }
        }
        self.now = now;
        Ok(steps)
    }

    /// Lets time pass until `now`, and then takes an event.
    ///
    /// # Errors
    ///
    /// [`Refusal::Past`] if the clock already shows a later time.
    pub fn handle_at(&mut self, now: u64, event: Occurrence, host: &mut dyn Host) -> Result<Vec<Macrostep>, Refusal> {
        let mut steps = self.advance_to(now, host)?;
        steps.push(self.handle(event, host));
        Ok(steps)
    }

    /// Takes an event at the time that the clock shows.
    pub fn handle(&mut self, event: Occurrence, host: &mut dyn Host) -> Macrostep {
        self.run(Stimulus::Event(event), false, host)
    }

    /// Tells of the end of a task: its result, where it has one, or how it failed. `Ok(None)` stands for the least value
    /// of the type. An end that comes when the state was left is stale, and does nothing.
    pub fn finish(&mut self, run: RunId, result: Result<Option<Value>, String>, host: &mut dyn Host) -> Macrostep {
        let Some(index) = self.runs.iter().position(|active| active.run == run) else {
            let trace = vec![Happening::Stale(run)];
            return Macrostep { at: self.now, stimulus: Stimulus::Nothing, answer: Ok(Answer::Ignored), trace };
        };
        let ActiveRun { state, index, task, .. } = self.runs.remove(index);
        let ty = self.machine.tasks[task].result;
        let stimulus = match result {
            Ok(value) => {
                let value = value.or_else(|| ty.map(Value::least)).unwrap_or(Value::None);
                Stimulus::TaskDone { state, index, value }
            }
            Err(message) => Stimulus::TaskFailed { state, index, message },
        };
        self.run(stimulus, true, host)
    }
}

impl Execution<'_, '_> {
    /// The time that a delay from now leads to; `None` if it cannot be reached.
    pub(super) fn deadline(&self, delay: &Value) -> Option<u64> {
        let Value::Duration(delay) = delay else { return None };
        u64::try_from(*delay).ok().and_then(|delay| self.interpreter.now.checked_add(delay))
    }

    pub(super) fn schedule(&mut self, event: Occurrence, deadline: u64) {
        let number = self.interpreter.next_scheduled;
        self.interpreter.next_scheduled += 1;
        self.trace.push(Happening::Scheduled { event: event.clone(), deadline });
        self.interpreter.scheduled.push(Scheduled { event, deadline, number });
    }

    pub(super) fn cancel_scheduled(&mut self, event: Id<Event>) {
        self.interpreter.scheduled.retain(|scheduled| scheduled.event.event != event);
        self.trace.push(Happening::Cancelled(event));
    }

    /// Arms the timers of a state, in document order, and drops those that are armed already. A delay is evaluated now; one
    /// that has no place fails.
    pub(super) fn arm_timers(&mut self, state: Id<State>) {
        self.cancel_timers_of(state);
        let machine = self.interpreter.machine;
        for &timer in &machine.states[state].reactions {
            let (delay, repeats) = match &machine.reactions[timer].trigger {
                Trigger::After(delay) => (delay, false),
                Trigger::Every(delay) => (delay, true),
                _ => continue,
            };
            let value = self.evaluator(&Stimulus::Nothing).value(delay);
            let period = value.ok().filter(|value| !repeats || *value != Value::Duration(0));
            let Some((deadline, period)) = period.and_then(|value| Some((self.deadline(&value)?, value))) else {
                self.fail(delay.span, super::actions::OUT_OF_RANGE);
                continue;
            };
            let period = match period {
                Value::Duration(period) if repeats => u64::try_from(period).ok(),
                _ => None,
            };
            self.trace.push(Happening::TimerSet { timer, deadline });
            self.interpreter.timers.push(PendingTimer { timer, deadline, period });
            self.interpreter.timers.sort_by_key(|pending| pending.timer);
        }
    }

    /// Drops the timers of a state.
    pub(super) fn cancel_timers_of(&mut self, state: Id<State>) {
        let machine = self.interpreter.machine;
        let of_state = |pending: &PendingTimer| machine.reactions[pending.timer].source == state;
        let cancelled = self.interpreter.timers.iter().filter(|pending| of_state(pending));
        self.trace.extend(cancelled.map(|pending| Happening::TimerCancelled(pending.timer)));
        self.interpreter.timers.retain(|pending| !of_state(pending));
    }

    /// Drops all that a state that is left was waiting for.
    pub(super) fn cancel_pending_of(&mut self, state: Id<State>) {
        self.cancel_timers_of(state);
        self.interpreter.to_start.remove(&state);
        self.cancel_runs(|active| active.state == state);
    }

    fn cancel_runs(&mut self, is_cancelled: impl Fn(&ActiveRun) -> bool) {
        let (cancelled, left): (Vec<_>, Vec<_>) =
            self.interpreter.runs.drain(..).partition(|active| is_cancelled(active));
        self.interpreter.runs = left;
        for active in cancelled {
            self.trace.push(Happening::TaskCancelled(active.run));
            self.host.cancel(active.run);
        }
    }

    /// Starts the tasks of states that were entered and are still active, in document order. Arguments that have no
    /// place make the task fail before it begins.
    pub(super) fn start_tasks(&mut self) {
        let machine = self.interpreter.machine;
        for state in std::mem::take(&mut self.interpreter.to_start) {
            for (index, run) in machine.states[state].runs.iter().enumerate() {
                let Some(arguments) = self.arguments(run) else {
                    if let Some(failure) = self.task_failure(state, index, super::actions::OUT_OF_RANGE) {
                        self.report(failure);
                    }
                    continue;
                };
                let id = RunId(self.interpreter.next_run);
                self.interpreter.next_run += 1;
                self.interpreter.runs.push(ActiveRun { run: id, state, index, task: run.task });
                self.host.start(id, run.task, &arguments);
                self.trace.push(Happening::Started { run: id, task: run.task, arguments });
            }
        }
    }

    /// The arguments of a task, if all of them have a place.
    pub(super) fn arguments(&mut self, run: &Run) -> Option<Vec<Value>> {
        let parameters = &self.interpreter.machine.tasks[run.task].parameters;
        let values = parameters.iter().zip(&run.arguments).map(|(parameter, argument)| {
            let value = self.evaluator(&Stimulus::Nothing).value(argument);
            value.ok().filter(|value| value.fits(parameter.ty, None))
        });
        values.collect()
    }

    /// The machine has ended: nothing is waited for any more.
    pub(super) fn drop_pending(&mut self) {
        self.interpreter.timers.clear();
        self.interpreter.scheduled.clear();
        self.interpreter.deferred.clear();
        self.interpreter.to_start.clear();
        self.cancel_runs(|_| true);
    }

    /// The failure of a task that cannot be started, or that no `err` takes.
    pub(super) fn task_failure(&self, state: Id<State>, index: usize, message: &str) -> Option<Failure> {
        let machine = self.interpreter.machine;
        let run = machine.states[state].runs.get(index)?;
        let origin = machine.tasks[run.task].name.text.clone();
        Some(Failure { span: run.span, origin, message: message.to_owned() })
    }
}
