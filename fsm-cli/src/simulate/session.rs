//! A simulation: a machine, what its host answers, and the way back.
//!
//! Every step is taken on a clone of the machine, so that what the user gives up while it runs, or takes back later,
//! leaves no trace. Answers of the host are not taken back: they are the user's, not the machine's.

use std::collections::{BTreeMap, VecDeque};

use fsm_core::interpreter::{
    ActiveRun, Interpreter, Macrostep, Occurrence, Refusal, RunId, StartError, Value, duration,
};
use fsm_core::model::{Event, Field, Id, Output, State, Task, Variable, VariableScope};

use super::command::{EventName, HostAnswer, TaskEnd, Written};
use super::definition::{Definition, meant};
use super::host::{self, Answers, Asked, Reply, StepHost};
use super::records::{Call, Done, EventRecord, Step};
use super::{offers, trace, value};
use crate::failure::Failure;
use crate::printable::escaped;

/// How many steps can be taken back.
const MOST_UNDONE: usize = 10_000;

/// The most deadlines that are met in one go: a machine with `every 1ns` would keep everybody waiting.
const MOST_DEADLINES: usize = 10_000;

/// A running simulation.
#[derive(Debug)]
pub(crate) struct Session<'p> {
    /// What runs.
    pub(crate) definition: Definition<'p>,
    /// What host functions answer.
    pub(crate) answers: Answers,
    /// Whether there is a user who can be asked.
    asks: bool,
    /// The values with which the machine was started.
    pub(crate) given: Vec<(Id<Variable>, Value)>,
    /// The start.
    started: Taken,
    /// Where the machine stands.
    now: Moment<'p>,
    /// What was done since, in order, each with where the machine stood before.
    past: VecDeque<(Moment<'p>, Taken)>,
    /// Whether the past reaches back to the start.
    is_whole: bool,
}

/// The machine at one moment.
#[derive(Debug, Clone)]
struct Moment<'p> {
    interpreter: Interpreter<'p>,
    /// The arguments of the tasks that were started.
    arguments: BTreeMap<RunId, Vec<Value>>,
}

/// A step that was taken.
#[derive(Debug)]
pub(crate) struct Taken {
    /// What was done to the machine.
    pub(crate) deed: Deed,
    /// What it did.
    pub(crate) done: Done,
    /// What was asked of the host.
    pub(crate) asked: Vec<Asked>,
    /// What it emitted.
    pub(crate) emitted: Vec<(Id<Output>, Vec<Value>)>,
    /// The innermost active states afterwards.
    pub(crate) innermost: Vec<Id<State>>,
}

/// What can be done to a machine.
#[derive(Debug, Clone)]
pub(crate) enum Deed {
    /// It was started.
    Start,
    /// It was given an event.
    Send(Occurrence),
    /// Time passed: nanoseconds.
    Wait(u64),
    /// A task ended.
    Finish(Id<Task>, Reply),
}

/// How a machine ran by itself.
#[derive(Debug)]
pub(crate) struct Ran {
    /// Why it came to an end.
    pub(crate) end: End,
    /// How many deadlines were met.
    pub(crate) steps: usize,
    /// The macrosteps in which something went wrong.
    pub(crate) faults: Vec<Step>,
    /// What it asked of the host.
    pub(crate) calls: Vec<Call>,
    /// What it emitted.
    pub(crate) outputs: Vec<EventRecord>,
}

/// Why a machine that ran by itself came to an end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// It has ended.
    Terminated,
    /// Nothing is due any more.
    Idle,
    /// The time was reached that it was to reach.
    Until,
    /// As many deadlines were met as may be.
    MaxSteps,
    /// A step came to no end.
    Livelock,
}

impl<'p> Session<'p> {
    /// Starts a machine; `asks` says whether there is a user who can be asked what the host answers.
    pub(crate) fn start(
        definition: Definition<'p>,
        given: Vec<(Id<Variable>, Value)>,
        mut answers: Answers,
        asks: bool,
    ) -> Result<Self, Failure> {
        let mut host = StepHost::new(definition, &mut answers, asks);
        let (mut interpreter, first) = Interpreter::start(definition.sources, definition.machine, &given, &mut host)
            .map_err(|error| not_started(&definition, &error))?;
        let mut macrosteps = vec![first];
        macrosteps.extend(meet(&mut interpreter, 0, &mut host));
        let done = done(&definition, &Deed::Start, &[], &interpreter, &macrosteps, &host);
        let (asked, emitted) = (host.asked, host.emitted);
        let arguments = host.started.into_iter().collect();
        let innermost = interpreter.innermost().collect();
        let started = Taken { deed: Deed::Start, done, asked, emitted, innermost };
        let now = Moment { interpreter, arguments };
        Ok(Session { definition, answers, asks, given, started, now, past: VecDeque::new(), is_whole: true })
    }

    /// The machine as it stands.
    pub(crate) fn interpreter(&self) -> &Interpreter<'p> {
        &self.now.interpreter
    }

    /// What a running task was given.
    pub(crate) fn arguments(&self, run: RunId) -> &[Value] {
        self.now.arguments.get(&run).map_or(&[], Vec::as_slice)
    }

    /// All that was done, the start first; `None` if it is not known any more.
    pub(crate) fn history(&self) -> Option<impl Iterator<Item = &Taken>> {
        let steps = self.past.iter().map(|(_, taken)| taken);
        self.is_whole.then(|| std::iter::once(&self.started).chain(steps))
    }

    /// What was done last.
    pub(crate) fn last(&self) -> &Done {
        self.past.back().map_or(&self.started.done, |(_, taken)| &taken.done)
    }

    /// The event of a `send`, by its name or by its number in the list of what is offered.
    pub(crate) fn event(&self, name: &EventName) -> Result<Id<Event>, Failure> {
        match name {
            EventName::Name(name) => self.definition.event_named(name),
            EventName::Number(number) => {
                let offered = offers::offered(self);
                let event = number.checked_sub(1).and_then(|index| offered.get(index));
                event.copied().ok_or_else(|| {
                    let help = match offered.len() {
                        0 => "nothing reacts to any event now".to_owned(),
                        1 => "there is only 1".to_owned(),
                        last => format!("they go from 1 to {last}"),
                    };
                    Failure::new(format!("no event has the number {number}")).help(help)
                })
            }
        }
    }

    /// The values of an event's fields, in the order of the declaration; `missing` is asked for those not given.
    pub(crate) fn fields(
        &self,
        event: Id<Event>,
        given: &[(String, Written)],
        mut missing: impl FnMut(&Field) -> Result<Value, Failure>,
    ) -> Result<Vec<Value>, Failure> {
        let (definition, declared) = (&self.definition, &self.definition.machine.events[event].fields);
        for (index, (name, _)) in given.iter().enumerate() {
            let whole = || format!("its fields are {}", definition.fields(declared));
            if !declared.iter().any(|field| field.name.text == *name) {
                let names = declared.iter().map(|field| field.name.text.as_str());
                let none = || if declared.is_empty() { "it has none".to_owned() } else { whole() };
                let message = format!("`{}` has no field `{}`", definition.event(event), escaped(name));
                return Err(Failure::new(message).help(meant(name, names, none)));
            }
            if given.iter().take(index).any(|(other, _)| other == name) {
                return Err(Failure::new(format!("`{}` is given twice", escaped(name))).help(whole()));
            }
        }
        let value = |field: &Field| match given.iter().find(|(name, _)| *name == field.name.text) {
            Some((name, written)) => value::read(definition, written, field.ty, None)
                .map_err(|(what, help)| Failure::new(format!("`{name}`: {what}")).help(help)),
            None => missing(field),
        };
        declared.iter().map(value).collect()
    }

    /// Gives the machine an event.
    pub(crate) fn send(&mut self, event: Id<Event>, fields: Vec<Value>) -> Result<&Done, Failure> {
        let occurrence = Occurrence { event, fields };
        self.take(Deed::Send(occurrence.clone()), |interpreter, host| vec![interpreter.handle(occurrence, host)])
    }

    /// Lets time pass.
    pub(crate) fn wait(&mut self, nanoseconds: u64) -> Result<&Done, Failure> {
        let until = self.interpreter().now().checked_add(nanoseconds).ok_or_else(|| {
            Failure::new("time cannot go on so far")
                .help("a machine runs for at most 2⁶⁴ − 1 nanoseconds: some 584 years")
        })?;
        let before = self.interpreter().now();
        self.take(Deed::Wait(nanoseconds), |interpreter, host| advance(interpreter, until, host))?;
        // It may have stopped on the way.
        let passed = self.interpreter().now() - before;
        if let Some((_, taken)) = self.past.back_mut() {
            taken.deed = Deed::Wait(passed);
            if passed < nanoseconds && taken.done.answer == "waited" {
                let passed = duration(passed.into());
                taken.done.message =
                    format!("stopped after {passed}: {MOST_DEADLINES} deadlines were met, and more are to come");
            }
        }
        Ok(self.last())
    }

    /// Lets time pass until the next deadline.
    pub(crate) fn next(&mut self) -> Result<&Done, Failure> {
        let Some(deadline) = self.interpreter().next_deadline() else {
            let tasks = if self.interpreter().runs().is_empty() { "" } else { "; `finish` ends a task" };
            let help = format!("no timer is armed and no raise is delayed{tasks}");
            return Err(Failure::new("there is no deadline").help(help));
        };
        let wait = deadline.saturating_sub(self.interpreter().now());
        self.take(Deed::Wait(wait), |interpreter, host| meet(interpreter, deadline, host))
    }

    /// Ends a running task.
    pub(crate) fn finish(&mut self, task: &str, end: &TaskEnd) -> Result<&Done, Failure> {
        let run = self.running(task)?;
        let declared = &self.definition.machine.tasks[run.task];
        let reply = match (end, declared.result) {
            (TaskEnd::Fails(_), _) if declared.fails.is_none() => {
                let help = "a task that can is declared with `fails`";
                return Err(Failure::new(format!("`{task}` cannot fail")).help(help));
            }
            (TaskEnd::Fails(message), _) => Err(message.clone()),
            (TaskEnd::Value(None), None) => Ok(None),
            (TaskEnd::Value(None), Some(ty)) => {
                let help = format!("write `finish {task} VALUE`: {}", value::form(&self.definition, ty));
                return Err(
                    Failure::new(format!("`{task}` gives a {}", self.definition.program.type_name(ty))).help(help)
                );
            }
            (TaskEnd::Value(Some(_)), None) => {
                return Err(Failure::new(format!("`{task}` gives no value")).help(format!("write `finish {task}`")));
            }
            (TaskEnd::Value(Some(written)), Some(ty)) => value::read(&self.definition, written, ty, None)
                .map(|value| Ok(Some(value)))
                .map_err(|(what, help)| Failure::new(what).help(help))?,
        };
        let deed = Deed::Finish(run.task, reply.clone());
        self.take(deed, |interpreter, host| vec![interpreter.finish(run.run, reply, host)])
    }

    /// The first run of a task.
    fn running(&self, task: &str) -> Result<ActiveRun, Failure> {
        let tasks = &self.definition.machine.tasks;
        let runs = self.interpreter().runs();
        if let Some(run) = runs.iter().find(|run| tasks[run.task].name.text == task) {
            return Ok(run.clone());
        }
        let names: Vec<_> = runs.iter().map(|run| tasks[run.task].name.text.as_str()).collect();
        let all = || match names.join("`, `") {
            names if names.is_empty() => "no task is running".to_owned(),
            names => format!("running are `{names}`"),
        };
        let is_declared = tasks.iter().any(|declared| declared.name.text == task);
        let message = if is_declared { "is not running" } else { "is no task" };
        let help = if is_declared { all() } else { meant(task, names.iter().copied(), all) };
        Err(Failure::new(format!("`{}` {message}", escaped(task))).help(help))
    }

    /// Says how a host function answers from now on.
    pub(crate) fn answer(&mut self, name: &str, answer: &HostAnswer) -> Result<(), Failure> {
        host::say(&self.definition, &mut self.answers, name, answer)
    }

    /// Runs by itself: meets deadlines up to a time, until so many were met. Nothing of it can be taken back.
    pub(crate) fn run(&mut self, until: u64, max_steps: usize) -> Ran {
        let mut host = StepHost::new(self.definition, &mut self.answers, self.asks);
        let interpreter = &mut self.now.interpreter;
        let (mut steps, mut faults) = (0, Vec::new());
        let end = loop {
            if interpreter.is_terminated() {
                break End::Terminated;
            }
            let Some(deadline) = interpreter.next_deadline() else { break End::Idle };
            if deadline > until {
                // Nothing is due until then, so nothing happens.
                let _ = interpreter.advance_to(until, &mut host);
                break End::Until;
            }
            if steps >= max_steps {
                break End::MaxSteps;
            }
            let begun_in: Vec<_> = interpreter.innermost().collect();
            let macrosteps = meet(interpreter, deadline, &mut host);
            steps += macrosteps.len();
            let is_livelock = macrosteps.last().is_none_or(is_livelock);
            let told = |step: &Macrostep| trace::step(&self.definition, interpreter, &begun_in, step);
            faults.extend(macrosteps.iter().filter(|step| step.answer.is_err()).map(told));
            if is_livelock {
                break End::Livelock;
            }
        };
        let (calls, outputs) = (host.calls(), host.outputs());
        self.now.arguments.extend(host.started);
        Ran { end, steps, faults, calls, outputs }
    }

    /// Takes steps back, and tells which, the last one first.
    pub(crate) fn undo(&mut self, steps: usize) -> Result<Vec<Deed>, Failure> {
        if steps > self.past.len() {
            let help = match self.past.len() {
                0 => "nothing was done yet".to_owned(),
                1 => "only 1 step was taken".to_owned(),
                taken => format!("there are {taken} steps to take back"),
            };
            return Err(Failure::new(format!("cannot take {steps} back")).help(help));
        }
        let mut undone = Vec::new();
        for (moment, taken) in (0..steps).map_while(|_| self.past.pop_back()).collect::<Vec<_>>() {
            self.now = moment;
            undone.push(taken.deed);
        }
        Ok(undone)
    }

    /// Takes a step on a clone, which becomes the machine unless the user, when asked something, wants it not to be.
    fn take(
        &mut self,
        deed: Deed,
        step: impl FnOnce(&mut Interpreter<'p>, &mut StepHost<'_, 'p>) -> Vec<Macrostep>,
    ) -> Result<&Done, Failure> {
        let mut next = self.now.clone();
        let mut host = StepHost::new(self.definition, &mut self.answers, self.asks);
        let mut macrosteps = step(&mut next.interpreter, &mut host);
        // What a step leaves to be done at once belongs to it, unless it came to no end.
        if !macrosteps.last().is_some_and(is_livelock) {
            macrosteps.extend(meet(&mut next.interpreter, 0, &mut host));
        }
        if host.is_abandoned {
            return Err(Failure::new("cancelled: nothing has happened"));
        }
        let begun_in: Vec<_> = self.now.interpreter.innermost().collect();
        let done = done(&self.definition, &deed, &begun_in, &next.interpreter, &macrosteps, &host);
        let (asked, emitted) = (host.asked, host.emitted);
        next.arguments.extend(host.started);
        next.arguments.retain(|run, _| next.interpreter.runs().iter().any(|active| active.run == *run));
        let innermost = next.interpreter.innermost().collect();
        let before = std::mem::replace(&mut self.now, next);
        self.past.push_back((before, Taken { deed, done, asked, emitted, innermost }));
        if self.past.len() > MOST_UNDONE {
            self.past.pop_front();
            self.is_whole = false;
        }
        Ok(self.last())
    }
}

/// What a step did that left the machine as `after`.
fn done(
    definition: &Definition<'_>,
    deed: &Deed,
    begun_in: &[Id<State>],
    after: &Interpreter<'_>,
    macrosteps: &[Macrostep],
    host: &StepHost<'_, '_>,
) -> Done {
    let steps: Vec<Step> = macrosteps.iter().map(|step| trace::step(definition, after, begun_in, step)).collect();
    let fault = steps.iter().find(|step| trace::is_fault(step.answer));
    let first = steps.first().filter(|_| !matches!(deed, Deed::Wait(_)));
    let (answer, message) = match fault.or(first) {
        Some(step) => (step.answer, step.message.clone()),
        None => ("waited", format!("it is {} now", duration(after.now().into()))),
    };
    Done { answer, message, steps, outputs: host.outputs(), calls: host.calls() }
}

/// Meets the deadlines up to a time, within reason.
fn advance<'p>(interpreter: &mut Interpreter<'p>, until: u64, host: &mut StepHost<'_, 'p>) -> Vec<Macrostep> {
    let mut steps = Vec::new();
    while let Some(deadline) = interpreter.next_deadline().filter(|&deadline| deadline <= until) {
        steps.extend(meet(interpreter, deadline, host));
        if steps.last().is_none_or(is_livelock) || host.is_abandoned || steps.len() >= MOST_DEADLINES {
            return steps;
        }
    }
    // Nothing is due on the way any more.
    steps.extend(interpreter.advance_to(until, host).unwrap_or_default());
    steps
}

/// Meets the deadlines of one instant. One that lies in the past was set by a delay of zero, and is due now.
fn meet<'p>(interpreter: &mut Interpreter<'p>, deadline: u64, host: &mut StepHost<'_, 'p>) -> Vec<Macrostep> {
    host.begin();
    interpreter.advance_to(deadline.max(interpreter.now()), host).unwrap_or_default()
}

/// Whether a macrostep was stopped, or the time stood still.
fn is_livelock(macrostep: &Macrostep) -> bool {
    macrostep.answer == Err(Refusal::Livelock)
}

/// Why a machine cannot be started, and what to write.
fn not_started(definition: &Definition<'_>, error: &StartError) -> Failure {
    let (StartError::Missing(id) | StartError::OutOfRange(id)) = *error;
    let variable = &definition.machine.variables[id];
    let name = &variable.name.text;
    let (what, option) = match variable.scope {
        VariableScope::Param => ("param", "param"),
        VariableScope::Context(_) => ("variable", "set"),
    };
    match error {
        StartError::Missing(_) => Failure::new(format!("the {what} `{name}` has no initial value"))
            .help(format!("give it one by `--{option} {name}=VALUE`: {}", value::form(definition, variable.ty))),
        StartError::OutOfRange(_) => {
            Failure::new(format!("the value of the {what} `{name}` lies outside of its range"))
                .help(format!("give it another by `--{option} {name}=VALUE`"))
        }
    }
}
