//! Run to completion: the loop of SCXML's Appendix D, with the deferral of UML.

use std::ops::ControlFlow;

use super::selection::Selection;
use super::{Answer, Failure, Happening, Host, Interpreter, Macrostep, Refusal, Stimulus};
use crate::model::{EntrySet, MOST_DEFERRED, Machine};

/// The most steps that one event may cause: eventless transitions, and events from within that are looked at.
const MICROSTEPS: u32 = 1_000;

/// One macrostep while it runs.
pub(super) struct Execution<'e, 'p> {
    pub(super) interpreter: &'e mut Interpreter<'p>,
    pub(super) host: &'e mut dyn Host,
    pub(super) trace: Vec<Happening>,
    /// The first failure that no `on error` took.
    failure: Option<Failure>,
}

/// Why there is no further step.
enum End {
    /// Nothing is left.
    Settled,
    /// More was to wait in the queue than can.
    Overflow,
}

/// What became of one stimulus.
enum Outcome {
    Taken,
    Deferred,
    Ignored,
    Refused(Refusal),
}

impl Interpreter<'_> {
    /// The first macrostep: all states are entered that are by default.
    pub(super) fn enter_machine(&mut self, host: &mut dyn Host) -> Macrostep {
        let mut entered = EntrySet::default();
        entered.add_default(self.machine, Machine::root());
        let mut execution = Execution::new(self, host);
        execution.enter_states(&entered, Vec::new(), &Stimulus::Nothing);
        let answer = execution.settle();
        execution.into_macrostep(Stimulus::Nothing, answer)
    }

    /// One macrostep: takes a stimulus, and then all that follows from it. Nobody is told of one from within that no
    /// state takes, but by the trace.
    pub(super) fn run(&mut self, stimulus: Stimulus, is_from_within: bool, host: &mut dyn Host) -> Macrostep {
        let is_terminated = self.terminated;
        let mut execution = Execution::new(self, host);
        let answer = if is_terminated { Err(Refusal::Terminated) } else { execution.answer(&stimulus) };
        let answer = match answer {
            Err(
                Refusal::NoTransition
                | Refusal::GuardsRefused { .. }
                | Refusal::LimitReached { .. }
                | Refusal::DeferredFull,
            ) if is_from_within => {
                execution.trace.push(Happening::Dropped(stimulus.clone()));
                Ok(Answer::Ignored)
            }
            answer => answer,
        };
        execution.into_macrostep(stimulus, answer)
    }
}

impl<'e, 'p> Execution<'e, 'p> {
    pub(super) fn new(interpreter: &'e mut Interpreter<'p>, host: &'e mut dyn Host) -> Self {
        Execution { interpreter, host, trace: Vec::new(), failure: None }
    }

    fn into_macrostep(self, stimulus: Stimulus, answer: Result<Answer, Refusal>) -> Macrostep {
        Macrostep { at: self.interpreter.now, stimulus, answer, trace: self.trace }
    }

    fn answer(&mut self, stimulus: &Stimulus) -> Result<Answer, Refusal> {
        match self.take(stimulus) {
            Outcome::Taken => self.settle(),
            Outcome::Deferred => Ok(Answer::Deferred),
            Outcome::Ignored => Ok(Answer::Ignored),
            Outcome::Refused(refusal) => match stimulus {
                Stimulus::TaskFailed { state, index, message } => {
                    if let Some(failure) = self.task_failure(*state, *index, message) {
                        self.report(failure);
                    }
                    self.settle()
                }
                _ => Err(refusal),
            },
        }
    }

    /// Takes one stimulus by the transitions that it enables, or keeps it.
    fn take(&mut self, stimulus: &Stimulus) -> Outcome {
        let Selection { transitions, defers, ignores, exceeded, refused } = self.select(stimulus);
        if !transitions.is_empty() {
            self.microstep(&transitions, stimulus);
            return Outcome::Taken;
        }
        match (stimulus, defers, exceeded) {
            (Stimulus::Event(occurrence), Some(most), _) => {
                let waiting = self.interpreter.deferred.iter().filter(|other| other.event == occurrence.event).count();
                if waiting >= most || self.interpreter.deferred.len() >= MOST_DEFERRED {
                    return Outcome::Refused(Refusal::DeferredFull);
                }
                self.trace.push(Happening::Deferred(occurrence.clone()));
                self.interpreter.deferred.push(occurrence.clone());
                Outcome::Deferred
            }
            (.., Some(limit)) => {
                Outcome::Refused(Refusal::LimitReached { limit, count: self.interpreter.count(limit) })
            }
            _ if ignores => Outcome::Ignored,
            _ => Outcome::Refused(match refused {
                Some(guards) => Refusal::GuardsRefused { guards },
                None => Refusal::NoTransition,
            }),
        }
    }

    /// Takes what follows, until nothing is left: eventless transitions first, then what waits in the queue, then what was
    /// deferred and may be taken now. Tasks are started at the end.
    fn settle(&mut self) -> Result<Answer, Refusal> {
        for _ in 0..MICROSTEPS {
            if self.interpreter.terminated {
                return self.end();
            }
            match self.step() {
                ControlFlow::Continue(()) => {}
                ControlFlow::Break(End::Settled) => return self.end(),
                ControlFlow::Break(End::Overflow) => break,
            }
        }
        if self.interpreter.terminated {
            return self.end();
        }
        self.trace.push(Happening::Livelock);
        self.start_tasks();
        // What waits is dropped, also what failed just now: nothing of it may reach the next macrostep.
        self.interpreter.queue.clear();
        self.interpreter.overflow = false;
        Err(Refusal::Livelock)
    }

    /// One step of [`settle`](Self::settle).
    fn step(&mut self) -> ControlFlow<End> {
        let eventless = self.select(&Stimulus::Nothing).transitions;
        if !eventless.is_empty() {
            self.microstep(&eventless, &Stimulus::Nothing);
            return ControlFlow::Continue(());
        }
        if self.interpreter.overflow {
            return ControlFlow::Break(End::Overflow);
        }
        // What nothing in the machine takes is no step.
        while let Some(stimulus) = self.interpreter.queue.pop_front() {
            let is_step = self.is_awaited(&stimulus);
            self.dequeue(stimulus);
            if is_step {
                return ControlFlow::Continue(());
            }
        }
        if self.recall() {
            return ControlFlow::Continue(());
        }
        // Arguments of a task may fail, which is one more thing to settle.
        self.start_tasks();
        if self.interpreter.queue.is_empty() { ControlFlow::Break(End::Settled) } else { ControlFlow::Continue(()) }
    }

    /// Puts something that comes from within behind what waits, unless as much waits as can.
    pub(super) fn enqueue(&mut self, stimulus: Stimulus) {
        if self.is_full() && self.is_awaited(&stimulus) {
            self.interpreter.overflow = true;
        } else {
            self.interpreter.queue.push_back(stimulus);
        }
    }

    /// Whether as much waits in the queue as can.
    fn is_full(&self) -> bool {
        let Interpreter { queue, queue_capacity, .. } = &*self.interpreter;
        let waiting = || queue.iter().filter(|stimulus| self.is_awaited(stimulus)).count();
        queue.len() >= *queue_capacity && waiting() >= *queue_capacity
    }

    /// Whether the machine takes such a thing from within in any state. Events always count.
    fn is_awaited(&self, stimulus: &Stimulus) -> bool {
        match stimulus {
            Stimulus::Done(state) => self.interpreter.machine.takes_end(*state),
            Stimulus::Error(_) => self.interpreter.machine.takes_failures(),
            _ => true,
        }
    }

    /// Looks at what was next in the queue.
    fn dequeue(&mut self, stimulus: Stimulus) {
        self.trace.push(Happening::Dequeued(stimulus.clone()));
        if let Outcome::Refused(_) = self.take(&stimulus) {
            self.trace.push(Happening::Dropped(stimulus.clone()));
            self.miss(stimulus);
        }
    }

    /// Looks at deferred events again, from the first one if the configuration has changed. `true` if one has left. What
    /// was deferred since the change is not among them.
    fn recall(&mut self) -> bool {
        if std::mem::take(&mut self.interpreter.changed) {
            self.interpreter.recall = 0..self.interpreter.deferred.len();
        }
        while let Some(index) = self.interpreter.recall.next() {
            let Some(occurrence) = self.interpreter.deferred.get(index).cloned() else { return false };
            let stimulus = Stimulus::Event(occurrence.clone());
            let selection = self.select(&stimulus);
            if selection.transitions.is_empty() && selection.defers.is_some() {
                continue;
            }
            self.interpreter.deferred.remove(index);
            self.interpreter.recall = index..self.interpreter.recall.end - 1;
            self.trace.push(Happening::Recalled(occurrence));
            if !selection.transitions.is_empty() {
                self.microstep(&selection.transitions, &stimulus);
            } else if selection.exceeded.is_some() || !selection.ignores {
                self.trace.push(Happening::Dropped(stimulus));
            }
            return true;
        }
        false
    }

    /// A failure that no `on error` takes is what the macrostep answers, if it is the first.
    fn miss(&mut self, stimulus: Stimulus) {
        if let Stimulus::Error(failure) = stimulus {
            self.failure.get_or_insert(failure);
        }
    }

    fn end(&mut self) -> Result<Answer, Refusal> {
        if self.interpreter.terminated {
            for stimulus in std::mem::take(&mut self.interpreter.queue) {
                self.miss(stimulus);
            }
            self.drop_pending();
        }
        match self.failure.take() {
            Some(failure) => Err(Refusal::ActionFailed(failure)),
            None => Ok(Answer::Taken),
        }
    }
}
