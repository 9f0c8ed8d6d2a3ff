//! Saving and restoring: all that a machine is between two macrosteps, as plain data.
//!
//! What comes back may have been changed in between, so nothing of it is believed: a restored machine is one that could
//! have become what it is.

use std::collections::{BTreeMap, BTreeSet};

use super::macrostep::Execution;
use super::{ActiveRun, Happening, Host, Interpreter, Occurrence, PendingTimer, RunId, Scheduled, Stimulus, Value};
use crate::fingerprint::{Part, fingerprint_of};
use crate::model::{
    ActionKind, BaseType, Event, Field, Id, Limit, MOST_DEFERRED, Machine, OnRestore, Program, Reaction, State,
    StateKind, Trigger, Type, Variable, VariableScope,
};
use crate::source::Sources;

/// The fingerprints of the parts of a definition, in the order of [`Part::ALL`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Definition([u64; Part::ALL.len()]);

impl Definition {
    /// The definition of a machine.
    #[must_use]
    pub fn of(program: &Program, machine: &Machine, sources: &Sources) -> Self {
        Definition(Part::ALL.map(|part| fingerprint_of(part, program, machine, sources)))
    }

    /// The parts in which two definitions differ.
    #[must_use]
    pub fn differences(&self, other: &Definition) -> Vec<Part> {
        let both = Part::ALL.into_iter().zip(self.0.iter().zip(other.0));
        both.filter(|(_, (one, other))| **one != *other).map(|(part, _)| part).collect()
    }
}

/// What a machine is between two macrosteps.
#[derive(Debug, Clone, PartialEq)]
pub struct Snapshot {
    /// Its definition.
    pub definition: Definition,
    /// The logical time, in nanoseconds since the start.
    pub now: u64,
    /// All active states.
    pub configuration: BTreeSet<Id<State>>,
    /// The values of params and variables, by index.
    pub values: Vec<Option<Value>>,
    /// The counts of limits, by index.
    pub counts: Vec<u64>,
    /// What histories have recorded, of states, and whether deep.
    pub history: BTreeMap<(Id<State>, bool), Vec<Id<State>>>,
    /// The deferred events.
    pub deferred: Vec<Occurrence>,
    /// Those of them that are still to be looked at.
    pub recall: std::ops::Range<usize>,
    /// Whether the configuration has changed since they were.
    pub changed: bool,
    /// The armed timers.
    pub timers: Vec<PendingTimer>,
    /// The delayed raises.
    pub scheduled: Vec<Scheduled>,
    /// The number of the next one.
    pub next_scheduled: u64,
    /// The tasks under way.
    pub runs: Vec<ActiveRun>,
    /// The number of the next run.
    pub next_run: u64,
}

/// Why a machine was not restored.
///
/// But for the first two, the snapshot is none that the machine could have given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RestoreError {
    /// The snapshot is of another definition, which differs in these parts.
    Definition(Vec<Part>),
    /// The machine was saved later than it is to be restored.
    Past,
    /// The states cannot be active together.
    Configuration,
    /// There is a context without its state, or a state without its context.
    Context(Id<State>),
    /// A value is none of its variable.
    OutOfRange(Id<Variable>),
    /// More was counted than the limit allows.
    Limit(Id<Limit>),
    /// A history says what cannot have been active in its state.
    History(Id<State>),
    /// A timer is armed that cannot be.
    Timer(Id<Reaction>),
    /// An event waits that is not raised for later.
    Delayed(Id<Event>),
    /// An event waits that is not deferred.
    Deferred(Id<Event>),
    /// A task runs that cannot be under way.
    Run(RunId),
}

impl<'p> Interpreter<'p> {
    /// All that the machine is, to be saved, with the definition of the machine.
    #[must_use]
    pub fn snapshot(&self, definition: Definition) -> Snapshot {
        Snapshot {
            definition,
            now: self.now,
            configuration: self.configuration.clone(),
            values: self.values.clone(),
            counts: self.counts.clone(),
            history: self.history.clone(),
            deferred: self.deferred.clone(),
            recall: self.recall.clone(),
            changed: self.changed,
            timers: self.timers.clone(),
            scheduled: self.scheduled.clone(),
            next_scheduled: self.next_scheduled,
            runs: self.runs.clone(),
            next_run: self.next_run,
        }
    }

    /// The machine of `program` that has this `definition`, as it was saved, to go on at `now`: what is said of its timers is done, and tasks that were under way
    /// are started again, which is told in order. Nothing else is done: what became due in between is met by
    /// [`advance_to`](Self::advance_to).
    ///
    /// # Errors
    ///
    /// [`RestoreError`] if the snapshot is of another definition, or none that the machine could have given.
    pub fn restore(
        program: &Program,
        sources: &'p Sources,
        machine: &'p Machine,
        definition: Definition,
        snapshot: Snapshot,
        now: u64,
        host: &mut dyn Host,
    ) -> Result<(Self, Vec<Happening>), RestoreError> {
        let differences = snapshot.definition.differences(&definition);
        if !differences.is_empty() {
            return Err(RestoreError::Definition(differences));
        }
        if now < snapshot.now {
            return Err(RestoreError::Past);
        }
        let mut interpreter = Interpreter {
            now: snapshot.now,
            configuration: snapshot.configuration,
            values: snapshot.values,
            counts: snapshot.counts,
            history: snapshot.history,
            deferred: snapshot.deferred,
            recall: snapshot.recall,
            changed: snapshot.changed,
            timers: snapshot.timers,
            scheduled: snapshot.scheduled,
            next_scheduled: snapshot.next_scheduled,
            delayed_capacity: machine.delayed_capacity(),
            runs: snapshot.runs,
            next_run: snapshot.next_run,
            ..Interpreter::new(sources, machine)
        };
        Check { program, machine, interpreter: &interpreter }.all()?;
        interpreter.terminated = interpreter.is_done(Machine::root());
        let mut execution = Execution::new(&mut interpreter, host);
        execution.check_limits()?;
        execution.resume_timers(now);
        execution.restart_runs();
        let trace = execution.trace;
        Ok((interpreter, trace))
    }
}

impl Execution<'_, '_> {
    /// A count beyond its limit would never have been reached.
    fn check_limits(&mut self) -> Result<(), RestoreError> {
        for (id, limit) in self.interpreter.machine.limits.enumerate() {
            let count = i128::from(self.interpreter.counts[id.index()]);
            let bound = self.evaluator(&Stimulus::Nothing).value(&limit.bound);
            let is_within =
                matches!(bound, Ok(Value::Int(bound)) if if limit.inclusive { count <= bound } else { count < bound });
            if count > 0 && !is_within {
                return Err(RestoreError::Limit(id));
            }
        }
        Ok(())
    }

    /// Does what is said of the timers. One whose delay has no place any more keeps what was left of it.
    fn resume_timers(&mut self, now: u64) {
        let machine = self.interpreter.machine;
        let passed = now - self.interpreter.now;
        for index in 0..self.interpreter.timers.len() {
            let PendingTimer { timer, deadline, period } = self.interpreter.timers[index];
            let restarted = match machine.reactions[timer].on_restore {
                OnRestore::Fire => continue,
                OnRestore::Remaining => None,
                OnRestore::Restart => self.delay_now(timer),
            };
            let (deadline, period) = match restarted {
                Some(delay) => (now.saturating_add(delay), period.map(|_| delay)),
                None => (deadline.saturating_add(passed), period),
            };
            self.interpreter.timers[index] = PendingTimer { timer, deadline, period };
            self.trace.push(Happening::TimerSet { timer, deadline });
        }
    }

    /// The delay of a timer, if it has a place.
    fn delay_now(&mut self, timer: Id<Reaction>) -> Option<u64> {
        let machine = self.interpreter.machine;
        let (Trigger::After(delay) | Trigger::Every(delay)) = &machine.reactions[timer].trigger else { return None };
        let repeats = matches!(machine.reactions[timer].trigger, Trigger::Every(_));
        let Ok(Value::Duration(delay)) = self.evaluator(&Stimulus::Nothing).value(delay) else { return None };
        u64::try_from(delay).ok().filter(|&delay| delay > 0 || !repeats)
    }

    /// Starts the tasks that were under way again, under their numbers. What cannot be started fails in the next macrostep.
    fn restart_runs(&mut self) {
        let machine = self.interpreter.machine;
        let mut runs = std::mem::take(&mut self.interpreter.runs);
        runs.sort_by_key(|active| (active.state, active.index));
        for active in runs {
            let run = &machine.states[active.state].runs[active.index];
            let Some(arguments) = self.arguments(run) else {
                if let Some(failure) = self.task_failure(active.state, active.index, super::actions::OUT_OF_RANGE) {
                    self.report(failure);
                }
                continue;
            };
            self.host.start(active.run, active.task, &arguments);
            self.trace.push(Happening::Started { run: active.run, task: active.task, arguments });
            self.interpreter.runs.push(active);
        }
    }
}

/// Compares a machine with what could have become of it.
struct Check<'c, 'p> {
    program: &'c Program,
    machine: &'p Machine,
    interpreter: &'c Interpreter<'p>,
}

impl Check<'_, '_> {
    fn all(&self) -> Result<(), RestoreError> {
        let Interpreter { configuration, .. } = self.interpreter;
        if !configuration.contains(&Machine::root()) || !self.is_configuration(Machine::root(), configuration) {
            return Err(RestoreError::Configuration);
        }
        self.values()?;
        self.histories()?;
        self.timers()?;
        self.events()?;
        self.runs()
    }

    /// Whether states can be active together, `outer` being the outermost of them.
    fn is_configuration(&self, outer: Id<State>, states: &BTreeSet<Id<State>>) -> bool {
        states.iter().all(|&id| {
            if id.index() >= self.machine.states.len() {
                return false;
            }
            let State { kind, parent, children, .. } = &self.machine.states[id];
            let active = children.iter().filter(|child| states.contains(child)).count();
            let is_held = id == outer || parent.is_some_and(|parent| states.contains(&parent));
            is_held
                && match kind {
                    StateKind::Composite { .. } => active == 1,
                    StateKind::Parallel => active == children.len(),
                    StateKind::Atomic | StateKind::Final => true,
                }
        })
    }

    fn is_active(&self, state: Id<State>) -> bool {
        self.interpreter.is_active(state)
    }

    /// Whether the machine has ended, and so nothing waits.
    fn has_ended(&self) -> bool {
        self.interpreter.is_done(Machine::root())
    }

    fn values(&self) -> Result<(), RestoreError> {
        let Interpreter { values, counts, .. } = self.interpreter;
        if values.len() != self.machine.variables.len() || counts.len() != self.machine.limits.len() {
            return Err(RestoreError::Configuration);
        }
        for ((id, variable), value) in self.machine.variables.enumerate().zip(values) {
            let is_whole = match value {
                Some(value) => self.fits(value, variable.ty) && value.fits(variable.ty, variable.interval),
                None => matches!(variable.scope, VariableScope::Context(state) if state != Machine::root()),
            };
            if !is_whole {
                return Err(RestoreError::OutOfRange(id));
            }
        }
        for (id, state) in self.machine.states.enumerate().skip(1).filter(|(_, state)| !state.context.is_empty()) {
            let there = state.context.iter().filter(|variable| values[variable.index()].is_some()).count();
            let is_possible = match (there, self.is_active(id)) {
                (0, true) => state.context.iter().any(|&variable| self.may_lack(variable)),
                (0, false) => true,
                (there, is_active) => there == state.context.len() && (is_active || self.interpreter.kept[id.index()]),
            };
            if !is_possible {
                return Err(RestoreError::Context(id));
            }
        }
        Ok(())
    }

    /// Whether nothing stands for a value of the variable that failed at the arrow.
    fn may_lack(&self, id: Id<Variable>) -> bool {
        let variable = &self.machine.variables[id];
        variable.default.is_none() && matches!(variable.ty, Type::Plain(BaseType::Extern(_)))
    }

    /// Whether a value is one of its type, as far as the program tells.
    fn fits(&self, value: &Value, ty: Type) -> bool {
        let is_known = match value {
            Value::Variant(of, index) => {
                of.index() < self.program.enums.len() && *index < self.program.enums[*of].variants.len()
            }
            _ => true,
        };
        is_known && value.fits(ty, None)
    }

    fn histories(&self) -> Result<(), RestoreError> {
        for (&(state, deep), recorded) in &self.interpreter.history {
            if !self.interpreter.histories.contains(&(state, deep)) || !self.is_recordable(state, deep, recorded) {
                return Err(RestoreError::History(state));
            }
        }
        Ok(())
    }

    /// Whether a history can say this. A single final state counts as nothing.
    fn is_recordable(&self, state: Id<State>, deep: bool, recorded: &[Id<State>]) -> bool {
        let machine = self.machine;
        let is_inside =
            |&inner: &Id<State>| inner.index() < machine.states.len() && machine.is_descendant(inner, state);
        if recorded.is_empty() {
            return true;
        }
        if !recorded.iter().all(is_inside)
            || matches!(recorded, [only] if machine.states[*only].kind == StateKind::Final)
        {
            return false;
        }
        if deep {
            let closed: BTreeSet<_> = recorded
                .iter()
                .flat_map(|&leaf| machine.lineage(leaf).take_while(|&around| around != state))
                .chain([state])
                .collect();
            return recorded.iter().all(|&leaf| machine.is_leaf(leaf)) && self.is_configuration(state, &closed);
        }
        let is_child = recorded.iter().all(|&child| machine.states[child].parent == Some(state));
        let count =
            if machine.states[state].kind == StateKind::Parallel { machine.states[state].children.len() } else { 1 };
        is_child && recorded.len() == count
    }

    fn timers(&self) -> Result<(), RestoreError> {
        let timers = &self.interpreter.timers;
        for (index, &PendingTimer { timer, period, .. }) in timers.iter().enumerate() {
            let is_possible = timer.index() < self.machine.reactions.len()
                && timers[..index].iter().all(|earlier| earlier.timer < timer)
                && self.is_active(self.machine.reactions[timer].source)
                && !self.has_ended()
                && match self.machine.reactions[timer].trigger {
                    Trigger::After(_) => period.is_none(),
                    Trigger::Every(_) => period.is_some_and(|period| period > 0),
                    _ => false,
                };
            if !is_possible {
                return Err(RestoreError::Timer(timer));
            }
        }
        Ok(())
    }

    fn events(&self) -> Result<(), RestoreError> {
        let Interpreter { scheduled, deferred, recall, next_scheduled, delayed_capacity, .. } = self.interpreter;
        for (index, Scheduled { event, number, .. }) in scheduled.iter().enumerate() {
            let is_own = scheduled[..index].iter().all(|earlier| earlier.number < *number) && number < next_scheduled;
            let is_own = is_own && index < *delayed_capacity;
            if !is_own || self.has_ended() || !self.is_occurrence(event) || !self.is_delayed(event.event) {
                return Err(RestoreError::Delayed(event.event));
            }
        }
        for (index, event) in deferred.iter().enumerate() {
            let is_unknown_place = recall.start < recall.end && recall.end > deferred.len();
            let is_too_many = index >= MOST_DEFERRED;
            if is_too_many
                || is_unknown_place
                || self.has_ended()
                || !self.is_occurrence(event)
                || !self.is_deferred(event.event)
            {
                return Err(RestoreError::Deferred(event.event));
            }
        }
        Ok(())
    }

    fn is_occurrence(&self, occurrence: &Occurrence) -> bool {
        let Occurrence { event, fields } = occurrence;
        let fit = |declared: &[Field]| {
            let both = declared.iter().zip(fields);
            declared.len() == fields.len() && both.clone().all(|(field, value)| self.fits(value, field.ty))
        };
        event.index() < self.machine.events.len() && fit(&self.machine.events[*event].fields)
    }

    fn is_delayed(&self, event: Id<Event>) -> bool {
        let raises = |kind: &ActionKind| matches!(kind, ActionKind::Raise { event: raised, delay: Some(_), .. } if *raised == event);
        self.machine.all_actions().iter().any(|action| raises(&action.kind))
    }

    fn is_deferred(&self, event: Id<Event>) -> bool {
        self.machine.reactions.iter().any(|reaction| {
            matches!(&reaction.trigger, Trigger::Defer(deferrals) if deferrals.iter().any(|of| of.event.event == event))
        })
    }

    fn runs(&self) -> Result<(), RestoreError> {
        let runs = &self.interpreter.runs;
        for (index, active) in runs.iter().enumerate() {
            let is_same = |other: &ActiveRun| {
                other.run == active.run || (other.state, other.index) == (active.state, active.index)
            };
            let is_possible = self.is_active(active.state)
                && !self.has_ended()
                && active.run.0 < self.interpreter.next_run
                && !runs[..index].iter().any(is_same)
                && self.machine.states[active.state].runs.get(active.index).is_some_and(|run| run.task == active.task);
            if !is_possible {
                return Err(RestoreError::Run(active.run));
            }
        }
        Ok(())
    }
}
