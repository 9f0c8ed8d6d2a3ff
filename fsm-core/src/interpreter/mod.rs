//! Runs a machine: its model, directly, microstep by microstep, on a clock that only the caller moves.
//!
//! This is the definition of what a machine does, written to be read beside `docs/language.md` and the algorithm of the
//! W3C SCXML recommendation (Appendix D). Speed is not its aim: generated code is fast, and agrees with it.
//!
//! | step | file | SCXML, Appendix D |
//! |---|---|---|
//! | what takes an event | `selection.rs` | `selectTransitions`, `removeConflictingTransitions` |
//! | leave, do, enter | `microstep.rs` | `microstep`, `exitStates`, `enterStates` |
//! | what is entered | [`crate::model::EntrySet`] | `computeEntrySet` |
//! | run to completion | `macrostep.rs` | `mainEventLoop` |
//! | actions | `actions.rs` | |
//! | values | `evaluate.rs` | |
//! | timers, delayed raises, tasks | `pending.rs` | |
//! | saving and restoring | `snapshot.rs` | |
//!
//! The interpreter does nothing by itself: events and the passing of time come in by its methods, effects go out through
//! the [`Host`], and what happened is told by the [`Macrostep`] that every method answers with. It can be cloned at any
//! time, and the clone goes on as the original would.

mod actions;
mod evaluate;
mod host;
mod macrostep;
mod microstep;
mod pending;
mod selection;
mod snapshot;
mod trace;
mod value;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fmt;

pub use host::{Host, NoHost};
pub use pending::{Deadline, PendingTimer, Scheduled};
pub use snapshot::{Definition, RestoreError, Snapshot};
pub use trace::{Described, Happening};
pub use value::{Value, duration};

use crate::model::{
    Event, Id, Limit, Machine, Reaction, Recorded, State, StateKind, Target, Task, Variable, VariableScope,
};
use crate::source::{Sources, Span};

/// An event with the values of its fields, in the order of the declaration.
#[derive(Debug, Clone, PartialEq)]
pub struct Occurrence {
    /// The event.
    pub event: Id<Event>,
    /// The values of its fields.
    pub fields: Vec<Value>,
}

/// What failed, and how.
#[derive(Debug, Clone, PartialEq)]
pub struct Failure {
    /// Where the action stands, or the value at the arrow.
    pub span: Span,
    /// The action as it is written; for a task its name.
    pub origin: String,
    /// How it failed: lower case, no final period.
    pub message: String,
}

/// One run of a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct RunId(pub u64);

impl fmt::Display for RunId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "run {}", self.0)
    }
}

/// What a macrostep is about.
#[derive(Debug, Clone, PartialEq)]
pub enum Stimulus {
    /// An event, from outside or from within.
    Event(Occurrence),
    /// The end of a composite or parallel state.
    Done(Id<State>),
    /// A failure.
    Error(Failure),
    /// A timer that is due.
    Timer(Id<Reaction>),
    /// The result of a task.
    TaskDone {
        /// The state that started it.
        state: Id<State>,
        /// Which of the state's tasks.
        index: usize,
        /// Its result, where it has one.
        value: Value,
    },
    /// The failure of a task.
    TaskFailed {
        /// The state that started it.
        state: Id<State>,
        /// Which of the state's tasks.
        index: usize,
        /// How it failed.
        message: String,
    },
    /// Nothing: the machine starts, or takes an eventless transition.
    Nothing,
}

/// One run to completion.
#[derive(Debug, Clone, PartialEq)]
pub struct Macrostep {
    /// The logical time, in nanoseconds since the start.
    pub at: u64,
    /// What it is about.
    pub stimulus: Stimulus,
    /// What became of it.
    pub answer: Result<Answer, Refusal>,
    /// All that happened, in order.
    pub trace: Vec<Happening>,
}

/// What became of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// A transition was taken.
    Taken,
    /// It was kept until the configuration changes.
    Deferred,
    /// It deliberately did nothing.
    Ignored,
}

/// Why an event was not taken, or what went wrong when it was.
#[derive(Debug, Clone, PartialEq)]
pub enum Refusal {
    /// No reaction of an active state names the event.
    NoTransition,
    /// Reactions do, and no guard held.
    GuardsRefused {
        /// The guards, in the order in which they were asked.
        guards: Vec<Span>,
    },
    /// A transition would exceed its limit, which does nothing instead.
    LimitReached {
        /// The limit.
        limit: Id<Limit>,
        /// How much it has counted.
        count: u64,
    },
    /// As many of the event are deferred as may be.
    DeferredFull,
    /// The machine has ended.
    Terminated,
    /// The macrostep took too many microsteps, or too many timers were due at one instant.
    Livelock,
    /// An action failed, and no `on error` took that; the transition was completed.
    ActionFailed(Failure),
    /// An event or a deadline that lies before what the clock already shows.
    Past,
}

/// Why a machine cannot be started.
#[derive(Debug, Clone, PartialEq)]
pub enum StartError {
    /// A param or variable of the machine without an initial value was given none.
    Missing(Id<Variable>),
    /// The value is not one of the type, or lies outside of the range.
    OutOfRange(Id<Variable>),
}

/// A running machine.
#[derive(Debug, Clone)]
pub struct Interpreter<'p> {
    sources: &'p Sources,
    machine: &'p Machine,
    now: u64,
    terminated: bool,
    /// All active states; ids are in document order.
    configuration: BTreeSet<Id<State>>,
    /// The values of params and variables, by index; `None` outside of the state that has the variable.
    values: Vec<Option<Value>>,
    /// The counts of limits, by index.
    counts: Vec<u64>,
    /// The histories that transitions enter, and whether deep.
    histories: BTreeSet<(Id<State>, bool)>,
    /// What they have recorded.
    history: BTreeMap<(Id<State>, bool), Vec<Id<State>>>,
    /// Whether a history may lead back to a state, by index: then its context outlives it.
    kept: Vec<bool>,
    /// What waits within the macrostep.
    queue: VecDeque<Stimulus>,
    /// How much of it can wait, of what anything takes.
    queue_capacity: usize,
    /// Whether more was to wait.
    overflow: bool,
    deferred: Vec<Occurrence>,
    /// Whether a state was left or entered since deferred events were last recalled.
    changed: bool,
    /// The deferred events that were there then and have not been looked at since.
    recall: std::ops::Range<usize>,
    timers: Vec<PendingTimer>,
    scheduled: Vec<Scheduled>,
    /// The next number of a delayed raise.
    next_scheduled: u64,
    /// How many delayed raises can wait.
    delayed_capacity: usize,
    runs: Vec<ActiveRun>,
    /// The states whose tasks are still to be started.
    to_start: BTreeSet<Id<State>>,
    next_run: u64,
}

/// A task that was started and has not ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActiveRun {
    /// The run.
    pub run: RunId,
    /// The state that started it.
    pub state: Id<State>,
    /// Which of the state's tasks.
    pub index: usize,
    /// The task.
    pub task: Id<Task>,
}

impl<'p> Interpreter<'p> {
    /// Starts a machine: gives its params and its own variables their values, and enters its initial states.
    ///
    /// `machine` is one of a program that was built from `sources` without errors.
    ///
    /// # Errors
    ///
    /// [`StartError`] if a value is missing or does not fit.
    pub fn start(
        sources: &'p Sources,
        machine: &'p Machine,
        given: &[(Id<Variable>, Value)],
        host: &mut dyn Host,
    ) -> Result<(Self, Macrostep), StartError> {
        let mut interpreter = Interpreter::new(sources, machine);
        interpreter.set_up(given)?;
        let first = interpreter.enter_machine(host);
        Ok((interpreter, first))
    }

    /// A machine that has not started: nothing is active, and nothing has a value.
    pub(crate) fn new(sources: &'p Sources, machine: &'p Machine) -> Self {
        let histories: BTreeSet<_> = machine.targets().into_iter().filter_map(Target::history).collect();
        let has_history = |state: Id<State>| histories.contains(&(state, false)) || histories.contains(&(state, true));
        Interpreter {
            sources,
            machine,
            now: 0,
            terminated: false,
            configuration: BTreeSet::new(),
            values: vec![None; machine.variables.len()],
            counts: vec![0; machine.limits.len()],
            kept: machine.states.ids().map(|state| machine.ancestors(state).any(has_history)).collect(),
            histories,
            history: BTreeMap::new(),
            queue: VecDeque::new(),
            queue_capacity: machine.queue_capacity(),
            overflow: false,
            deferred: Vec::new(),
            changed: false,
            recall: 0..0,
            timers: Vec::new(),
            scheduled: Vec::new(),
            next_scheduled: 0,
            delayed_capacity: machine.delayed_capacity(),
            runs: Vec::new(),
            to_start: BTreeSet::new(),
            next_run: 0,
        }
    }

    fn set_up(&mut self, given: &[(Id<Variable>, Value)]) -> Result<(), StartError> {
        let root = VariableScope::Context(Machine::root());
        for (id, variable) in self.machine.variables.enumerate() {
            if variable.scope != VariableScope::Param && variable.scope != root {
                continue;
            }
            let value = match given.iter().find(|(of, _)| *of == id) {
                Some((_, value)) => value.clone(),
                None => self.initial_value(id).ok_or(StartError::Missing(id))?,
            };
            if !value.fits(variable.ty, variable.interval) {
                return Err(StartError::OutOfRange(id));
            }
            self.values[id.index()] = Some(value);
        }
        Ok(())
    }

    /// The machine that runs.
    #[must_use]
    pub fn machine(&self) -> &'p Machine {
        self.machine
    }

    /// The logical time, in nanoseconds since the start.
    #[must_use]
    pub fn now(&self) -> u64 {
        self.now
    }

    /// Whether the machine has ended.
    #[must_use]
    pub fn is_terminated(&self) -> bool {
        self.terminated
    }

    /// All active states in document order, the machine itself first.
    pub fn configuration(&self) -> impl Iterator<Item = Id<State>> + '_ {
        self.configuration.iter().copied()
    }

    /// The innermost active states in document order: without parallel states, one.
    pub fn innermost(&self) -> impl Iterator<Item = Id<State>> + '_ {
        self.configuration().filter(|&state| self.machine.is_leaf(state))
    }

    /// Whether a state is active.
    #[must_use]
    pub fn is_active(&self, state: Id<State>) -> bool {
        self.configuration.contains(&state)
    }

    /// The value of a param or of a variable; `None` while the state that has the variable is not active.
    #[must_use]
    pub fn value(&self, variable: Id<Variable>) -> Option<&Value> {
        let active = match self.machine.variables[variable].scope {
            VariableScope::Param => true,
            VariableScope::Context(state) => self.is_active(state),
        };
        self.values[variable.index()].as_ref().filter(|_| active)
    }

    /// How often the transitions were taken that a limit counts.
    #[must_use]
    pub fn count(&self, limit: Id<Limit>) -> u64 {
        self.counts[limit.index()]
    }

    /// The events that wait for a change of configuration, in the order in which they came.
    #[must_use]
    pub fn deferred(&self) -> &[Occurrence] {
        &self.deferred
    }

    /// The tasks that were started and have not ended.
    #[must_use]
    pub fn runs(&self) -> &[ActiveRun] {
        &self.runs
    }

    /// Whether a state is done: its final child is active, or for a parallel state all its regions are done.
    #[must_use]
    pub fn is_done(&self, state: Id<State>) -> bool {
        let children = &self.machine.states[state].children;
        match self.machine.states[state].kind {
            StateKind::Composite { .. } => children
                .iter()
                .any(|&child| self.machine.states[child].kind == StateKind::Final && self.is_active(child)),
            StateKind::Parallel => children.iter().all(|&region| self.is_done(region)),
            StateKind::Atomic | StateKind::Final => false,
        }
    }
}

impl Recorded for Interpreter<'_> {
    fn recorded(&self, state: Id<State>, deep: bool) -> Vec<Id<State>> {
        self.history.get(&(state, deep)).cloned().unwrap_or_default()
    }
}
