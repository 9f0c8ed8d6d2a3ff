//! Plays a script on the interpreter.

use fsm_core::Analysis;
use fsm_core::interpreter::{self, Host, Interpreter, Macrostep, Occurrence, RunId};
use fsm_core::model::{Enum, Event, Guard, HostAction, Id, Machine, Program, Task, Variable};
use fsm_core::source::Sources;

use super::Case;
use super::answers::Answers;
use super::script::{Step, Value};
use super::watch::is_stalled;
use crate::analyzed;

/// The program of a case.
#[derive(Debug)]
pub struct Loaded {
    sources: Sources,
    program: Program,
}

impl Loaded {
    /// The program, if the text has no errors.
    ///
    /// # Errors
    ///
    /// The first error.
    pub fn of(case: &Case) -> Result<Self, String> {
        let (sources, Analysis { program, diagnostics }) = analyzed("random.fsm", &case.machine.to_string());
        if diagnostics.has_errors() {
            let first = diagnostics.into_sorted().into_iter().next();
            return Err(first.map_or_else(String::new, |finding| format!("{} {}", finding.code(), finding.message)));
        }
        Ok(Loaded { sources, program })
    }

    /// The machine.
    #[must_use]
    pub fn machine(&self) -> Option<&Machine> {
        self.program.machines.first()
    }

    /// A macrostep in words, for the message of a failure.
    #[must_use]
    pub fn describe(&self, step: &Macrostep) -> String {
        let Some(machine) = self.machine() else { return String::new() };
        let lines = step.trace.iter().map(|one| one.describe(&self.program, &self.sources, machine).to_string());
        let lines: Vec<_> = lines.map(|line| format!("\n    {line}")).collect();
        format!("at {} ns: {:?}: {:?}{}", step.at, step.stimulus, step.answer, lines.concat())
    }

    /// A value as the interpreter has it.
    fn value(&self, value: &Value) -> interpreter::Value {
        match value {
            Value::Bool(value) => interpreter::Value::Bool(*value),
            Value::Int(value) => interpreter::Value::Int(*value),
            Value::Duration(value) => interpreter::Value::Duration(i128::from(*value)),
            Value::Str(value) => interpreter::Value::Text(value.clone()),
            Value::Float(value) => interpreter::Value::Float(*value),
            Value::Variant(number, variant) => {
                let name = format!("E{number}");
                let found = self.program.enums.enumerate().find(|(_, declared)| declared.name.text == name);
                interpreter::Value::Variant(found.map_or(Id::<Enum>::new(*number), |(id, _)| id), *variant)
            }
            Value::None => interpreter::Value::None,
            Value::Some(value) => self.value(value),
        }
    }
}

/// The host: the [`Answers`], for functions by their ids.
#[derive(Clone)]
struct Asked<'p> {
    answers: Answers<'p>,
    loaded: &'p Loaded,
    machine: &'p Machine,
}

impl Host for Asked<'_> {
    fn guard(&mut self, guard: Id<Guard>, arguments: &[interpreter::Value]) -> bool {
        let arguments: Vec<_> = arguments.iter().map(|value| value.display(&self.loaded.program).to_string()).collect();
        self.answers.guard(&self.machine.guards[guard].name.text, &arguments)
    }

    fn action(
        &mut self,
        action: Id<HostAction>,
        _: &[interpreter::Value],
    ) -> Result<Option<interpreter::Value>, String> {
        let result = self.answers.action(&self.machine.actions[action].name.text)?;
        Ok(result.map(|value| self.loaded.value(&value)))
    }
}

/// A machine with its host.
#[derive(Clone)]
pub struct Player<'p> {
    /// The machine.
    pub interpreter: Interpreter<'p>,
    host: Asked<'p>,
    /// A run that has ended.
    ended: Option<RunId>,
}

impl<'p> Player<'p> {
    /// Starts the machine of a case.
    ///
    /// # Errors
    ///
    /// Why it cannot be started.
    pub fn start(case: &'p Case, loaded: &'p Loaded) -> Result<(Self, Macrostep), String> {
        let machine = loaded.machine().ok_or("there is no machine")?;
        let id = |name: &str| {
            let found = machine.variables.enumerate().find(|(_, variable)| variable.name.text == name);
            found.map(|(id, _): (Id<Variable>, _)| id)
        };
        let given = case.script.start.iter().filter_map(|(name, value)| Some((id(name)?, loaded.value(value))));
        let given: Vec<_> = given.collect();
        let mut host = Asked { answers: Answers::new(&case.machine, case.script.host), loaded, machine };
        let (interpreter, first) =
            Interpreter::start(&loaded.sources, machine, &given, &mut host).map_err(|error| format!("{error:?}"))?;
        Ok((Player { interpreter, host, ended: None }, first))
    }

    /// Plays one step of the script, and shows each macrostep, with whether it was a deadline that was met. What names
    /// something that the machine does not have is passed over. Ends early where nothing would ever end: after a
    /// livelock of time, and when `patience` is exhausted, which every line of a trace takes one of.
    ///
    /// # Errors
    ///
    /// What `watch` says.
    pub fn play(
        &mut self,
        step: &Step,
        patience: &mut usize,
        mut watch: impl FnMut(&Self, Macrostep, bool) -> Result<(), String>,
    ) -> Result<(), String> {
        if *patience == 0 {
            return Ok(());
        }
        self.host.answers.next_step();
        let now = self.interpreter.now();
        let until = if let Step::Wait(time) = step { now.saturating_add(*time) } else { now };
        if let Some(begun) = self.begin(step) {
            *patience = patience.saturating_sub(begun.trace.len() + 1);
            watch(self, begun, false)?;
        }
        while *patience > 0 {
            let Some(met) = self.interpreter.meet_next(until, &mut self.host) else {
                // Nothing more is due: only the clock moves.
                self.interpreter.advance_to(until, &mut self.host).map_err(|refusal| format!("{refusal:?}"))?;
                break;
            };
            *patience = patience.saturating_sub(met.trace.len() + 1);
            let stalled = is_stalled(&met);
            watch(self, met, true)?;
            if stalled {
                break;
            }
        }
        Ok(())
    }

    /// The event that a step sends, or the result that it brings.
    fn begin(&mut self, step: &Step) -> Option<Macrostep> {
        match step {
            Step::Wait(_) => None,
            Step::Send(event, fields) => self.send(event, fields),
            Step::Finish { which, success, result } => self.finish(*which, *success, *result),
            Step::Stale => self.ended.map(|run| self.interpreter.finish(run, Ok(None), &mut self.host)),
        }
    }

    /// What the machine would make of an event that comes now.
    #[must_use]
    pub fn would(&self, event: &Occurrence) -> Macrostep {
        let mut copy = self.clone();
        copy.interpreter.handle(event.clone(), &mut copy.host)
    }

    fn send(&mut self, event: &str, fields: &[(String, Value)]) -> Option<Macrostep> {
        let machine = self.host.machine;
        let (event, declared): (Id<Event>, _) =
            machine.events.enumerate().find(|(_, declared)| declared.name.text == event)?;
        let value =
            |name: &str| fields.iter().find(|(of, _)| of == name).map(|(_, value)| self.host.loaded.value(value));
        let fields: Option<Vec<_>> = declared.fields.iter().map(|field| value(&field.name.text)).collect();
        Some(self.interpreter.handle(Occurrence { event, fields: fields? }, &mut self.host))
    }

    fn finish(&mut self, which: u64, success: bool, result: u64) -> Option<Macrostep> {
        let runs = self.interpreter.runs();
        let count = u64::try_from(runs.len()).ok().filter(|&count| count > 0)?;
        let ended = runs.get(usize::try_from(which % count).ok()?)?;
        let (run, task): (RunId, Id<Task>) = (ended.run, ended.task);
        self.ended = Some(run);
        let name = &self.host.machine.tasks[task].name.text;
        let result = self.host.answers.task(name, result, !success);
        let result = result.map(|value| value.map(|value| self.host.loaded.value(&value)));
        Some(self.interpreter.finish(run, result, &mut self.host))
    }
}
