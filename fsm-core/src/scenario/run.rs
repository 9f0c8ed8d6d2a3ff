//! Runs the statements of a scenario, in order, up to the first thing that is not as it was expected.

use std::collections::VecDeque;

use super::host::{Answers, End, Given, fit};
use super::record::{Cause, Entry, Record};
use super::report;
use super::rules::{ENDLESS_SCENARIO, UNEXPECTED_ANSWER};
use super::{Coverage, Failure, Outcome, Situation, Step};
use crate::diagnostic::Diagnostic;
use crate::interpreter::{self, Happening, Interpreter, Macrostep, Occurrence, Refusal, RunId, StartError, Value};
use crate::model::{
    Answer, AnswerKind, BaseType, Expectation, Expr, Field, HostFunction, Id, IntType, Machine, Pattern, Program,
    Scenario, ScenarioStatement, ScenarioStatementKind, Task, Type, Variable,
};
use crate::source::{Sources, Span};

/// How much a scenario may do: each statement counts, and all that happens to the machine.
const MOST: usize = 500_000;

/// How many of the last steps a failure tells.
const TOLD_STEPS: usize = 5;

/// Runs a scenario of `machine`, which is one of `program`, built from `sources` without errors.
#[must_use]
pub fn run(program: &Program, machine: &Machine, scenario: &Scenario, sources: &Sources) -> Outcome {
    let mut runner = Runner::new(program, machine, sources);
    runner.run(scenario)
}

/// Runs a scenario as [`run`] does, and records all that happens.
#[must_use]
pub fn record(program: &Program, machine: &Machine, scenario: &Scenario, sources: &Sources) -> (Outcome, Vec<Entry>) {
    let mut runner = Runner { record: Record::On(Vec::new()), ..Runner::new(program, machine, sources) };
    let outcome = runner.run(scenario);
    (outcome, runner.record.into_entries())
}

/// What is not as it was expected.
pub(super) type Unmet = Box<Diagnostic>;

/// A running scenario.
pub(super) struct Runner<'p> {
    pub(super) program: &'p Program,
    pub(super) sources: &'p Sources,
    pub(super) machine: &'p Machine,
    /// The machine; not entered yet if it has not started.
    pub(super) interpreter: Interpreter<'p>,
    started: bool,
    answers: Answers,
    pub(super) last: LastStep,
    /// What the last step reported as an error, until the scenario says that it is expected.
    unexpected: Option<Diagnostic>,
    /// How much has been done.
    spent: usize,
    steps: VecDeque<Step>,
    coverage: Coverage,
    record: Record,
}

/// What the last `send`, `wait` or `complete` (or the start) did.
#[derive(Default)]
pub(super) struct LastStep {
    /// How it was answered; `None` if nothing answered.
    pub(super) answer: Option<AnswerKind>,
    /// All that happened, in order.
    pub(super) happenings: Vec<Happening>,
}

impl<'p> Runner<'p> {
    fn new(program: &'p Program, machine: &'p Machine, sources: &'p Sources) -> Self {
        Runner {
            program,
            sources,
            machine,
            interpreter: Interpreter::new(sources, machine),
            started: false,
            answers: Answers::default(),
            last: LastStep::default(),
            unexpected: None,
            spent: 0,
            steps: VecDeque::new(),
            coverage: Coverage::default(),
            record: Record::Off,
        }
    }
}

impl Runner<'_> {
    fn run(&mut self, scenario: &Scenario) -> Outcome {
        let ended = self.statements(&scenario.statements).and_then(|()| self.end(scenario.name.span));
        let failure = ended.err().map(|finding| self.failure(*finding));
        Outcome { failure, coverage: std::mem::take(&mut self.coverage) }
    }

    fn statements(&mut self, statements: &[ScenarioStatement]) -> Result<(), Unmet> {
        statements.iter().try_for_each(|statement| self.statement(statement))
    }

    fn statement(&mut self, statement: &ScenarioStatement) -> Result<(), Unmet> {
        let span = statement.span;
        self.spend(1, span)?;
        let starts = matches!(statement.kind, ScenarioStatementKind::Given { .. } | ScenarioStatementKind::Start(_));
        if !self.started && !starts {
            self.start(&[], span)?;
        }
        match &statement.kind {
            ScenarioStatementKind::Start(values) => self.start(values, span),
            ScenarioStatementKind::Given { function, arguments, answer } => {
                self.give(*function, arguments.as_deref(), answer)
            }
            ScenarioStatementKind::Send { event, fields } => {
                let declared = &self.machine.events[*event].fields;
                let fields = self.given_values(declared, fields)?;
                self.begin_step()?;
                let step = self.interpreter.handle(Occurrence { event: *event, fields }, &mut self.answers);
                self.last.answer = Some(answer_kind(&step));
                if let Err(refusal) = &step.answer {
                    self.unexpected = Some(report::refused(self, span, refusal));
                }
                self.keep(Cause::Sent, step, span)?;
                self.settle(span)
            }
            ScenarioStatementKind::Wait(duration) => self.wait(duration, span),
            ScenarioStatementKind::Complete { task, answer } => self.complete(*task, answer, span),
            ScenarioStatementKind::Repeat { count, statements } => {
                let Value::Int(count) = self.value(count, Type::Plain(BaseType::Int(IntType::U32)))? else {
                    return Ok(());
                };
                self.repeat(count, statements, span)
            }
            ScenarioStatementKind::Expect { negated, expectation } => {
                let met = self.is_met(expectation)?;
                if met == *negated {
                    let finding = report::unmet(self, expectation, *negated, span);
                    return Err(Box::new(match &self.unexpected {
                        Some(cause) => finding.help(format!("before that, {}", cause.message)),
                        None => finding,
                    }));
                }
                let is_error = matches!(expectation, Expectation::Answered(AnswerKind::Refused | AnswerKind::Failed));
                if is_error && !negated {
                    self.unexpected = None;
                }
                Ok(())
            }
        }
    }

    fn repeat(&mut self, count: i128, statements: &[ScenarioStatement], span: Span) -> Result<(), Unmet> {
        let before = self.record.begin();
        let mut rounds = Vec::new();
        let ended = (0..count).try_for_each(|_| {
            let ended = self.spend(1, span).and_then(|()| self.statements(statements));
            rounds.extend(self.record.end_round());
            ended
        });
        self.record.end(before, |_| Entry::Repeated(rounds));
        ended
    }

    /// Bounds what a scenario may cost.
    fn spend(&mut self, amount: usize, span: Span) -> Result<(), Unmet> {
        self.spent += amount;
        if self.spent <= MOST {
            return Ok(());
        }
        let finding = Diagnostic::new(&ENDLESS_SCENARIO, span, format!("more than {MOST} things happen"));
        Err(Box::new(finding.says("here it was stopped").help("repeat less often, or wait for a shorter time")))
    }

    /// Refuses to go on where an error was reported that the scenario does not expect.
    fn accept(&mut self) -> Result<(), Unmet> {
        self.unexpected.take().map_or(Ok(()), |finding| Err(Box::new(finding)))
    }

    /// A scenario that is over has started its machine, and expects all errors of its last step.
    fn end(&mut self, span: Span) -> Result<(), Unmet> {
        if !self.started {
            self.start(&[], span)?;
        }
        self.accept()
    }

    /// What follows is looked at by `expect emitted` and its like, what was before no more.
    fn begin_step(&mut self) -> Result<(), Unmet> {
        self.accept()?;
        self.last = LastStep::default();
        Ok(())
    }

    fn start(&mut self, values: &[(Id<Variable>, Expr)], span: Span) -> Result<(), Unmet> {
        let mut given = Vec::with_capacity(values.len());
        for (id, value) in values {
            given.push((*id, self.value(value, self.machine.variables[*id].ty)?));
        }
        self.begin_step()?;
        let started = Interpreter::start(self.sources, self.machine, &given, &mut self.answers);
        let (interpreter, step) = started.map_err(|error| Box::new(self.cannot_start(&error, values, span)))?;
        self.interpreter = interpreter;
        self.started = true;
        // Nothing was sent, so there is no answer but that the start went wrong.
        let cause = Cause::Started(given);
        if step.answer.is_err() {
            self.follow(cause, step, span)?;
        } else {
            self.keep(cause, step, span)?;
        }
        self.settle(span)
    }

    fn cannot_start(&self, error: &StartError, values: &[(Id<Variable>, Expr)], span: Span) -> Diagnostic {
        let (StartError::Missing(id) | StartError::OutOfRange(id)) = *error;
        let variable = &self.machine.variables[id];
        let name = &variable.name.text;
        match error {
            StartError::Missing(_) => {
                let message = format!("the machine cannot start: `{name}` is given no value");
                let help = format!("give it one at the beginning of the scenario: `start with {{ {name}: … }};`");
                Diagnostic::new(&UNEXPECTED_ANSWER, span, message)
                    .and(variable.name.span, "declared here, without an initial value")
                    .help(help)
            }
            StartError::OutOfRange(_) => {
                let place = values.iter().find(|(of, _)| *of == id).map_or(span, |(_, value)| value.span);
                let message = format!("the machine cannot start: `{name}` lies outside of its range");
                Diagnostic::new(&UNEXPECTED_ANSWER, place, message)
                    .and(variable.name.span, "the range is declared here")
            }
        }
    }

    fn give(&mut self, function: HostFunction, arguments: Option<&[Pattern]>, answer: &Answer) -> Result<(), Unmet> {
        let arguments = arguments.map(|patterns| self.wanted(patterns)).transpose()?;
        let result = match function {
            HostFunction::Guard(_) => Some(Type::Plain(BaseType::Bool)),
            HostFunction::Action(id) => self.machine.actions[id].result,
            HostFunction::Task(id) => self.machine.tasks[id].result,
        };
        let answer = self.answer(answer, result)?;
        self.answers.add(Given { function, arguments, answer });
        Ok(())
    }

    fn answer(&mut self, answer: &Answer, result: Option<Type>) -> Result<End, Unmet> {
        Ok(match (answer, result) {
            (Answer::Done, _) | (Answer::Value(_), None) => Ok(None),
            (Answer::Value(value), Some(ty)) => Ok(Some(self.value(value, ty)?)),
            (Answer::Fails(message), _) => Err(message.clone().unwrap_or_else(|| "it failed".to_owned())),
        })
    }

    fn wait(&mut self, duration: &Expr, span: Span) -> Result<(), Unmet> {
        let duration = self.value(duration, Type::Plain(BaseType::Duration))?;
        let Value::Duration(duration) = duration else { return Ok(()) };
        self.begin_step()?;
        let duration = u64::try_from(duration.max(0)).unwrap_or(u64::MAX);
        let until = self.interpreter.now().saturating_add(duration);
        let before = self.record.begin();
        let ended = self.let_time_pass(until, span);
        let now = self.interpreter.now();
        self.record.end(before, |entries| Entry::Waited { entries, until: now });
        ended
    }

    /// Lets time pass, one deadline after the other: a task that one of them starts may end before the next. It stops
    /// early at a livelock.
    fn let_time_pass(&mut self, until: u64, span: Span) -> Result<(), Unmet> {
        while let Some(step) = self.interpreter.meet_next(until, &mut self.answers) {
            let is_stopped = step.answer == Err(Refusal::Livelock);
            self.follow(Cause::Due, step, span)?;
            if is_stopped {
                return Ok(());
            }
            self.end_tasks(span)?;
        }
        // Nothing is due until then, and it does not lie before what the clock shows.
        let _ = self.interpreter.advance_to(until, &mut self.answers);
        Ok(())
    }

    /// What happens at this instant still: tasks that end at once, and what is due now.
    fn settle(&mut self, span: Span) -> Result<(), Unmet> {
        self.end_tasks(span)?;
        self.let_time_pass(self.interpreter.now(), span)
    }

    fn end_tasks(&mut self, span: Span) -> Result<(), Unmet> {
        while let Some((run, end)) = self.answers.next_ended() {
            self.end_task(run, end, span)?;
        }
        Ok(())
    }

    fn end_task(&mut self, run: RunId, end: End, span: Span) -> Result<(), Unmet> {
        let step = self.interpreter.finish(run, end, &mut self.answers);
        self.follow(Cause::TaskEnded, step, span)
    }

    fn complete(&mut self, task: Id<Task>, answer: &Answer, span: Span) -> Result<(), Unmet> {
        let end = self.answer(answer, self.machine.tasks[task].result)?;
        let Some(run) = self.interpreter.runs().iter().find(|run| run.task == task).map(|run| run.run) else {
            return Err(Box::new(report::not_running(self, task, span)));
        };
        self.begin_step()?;
        self.end_task(run, end, span)?;
        self.settle(span)
    }

    /// A macrostep that no event from outside has caused. That nothing takes it is no error.
    fn follow(&mut self, cause: Cause, step: Macrostep, span: Span) -> Result<(), Unmet> {
        if let Err(refusal @ (Refusal::Livelock | Refusal::ActionFailed(_))) = &step.answer {
            self.last.answer = Some(AnswerKind::Failed);
            let finding = report::refused(self, span, refusal);
            self.unexpected.get_or_insert(finding);
        } else if self.last.answer.is_none() && step.answer.is_ok() {
            self.last.answer = Some(answer_kind(&step));
        }
        self.keep(cause, step, span)
    }

    /// Keeps what happened.
    fn keep(&mut self, cause: Cause, step: Macrostep, span: Span) -> Result<(), Unmet> {
        self.spend(1 + step.trace.len(), span)?;
        for happening in &step.trace {
            match *happening {
                Happening::Entered(state) => {
                    self.coverage.entered.insert(state);
                }
                Happening::Took { reaction, branch, instead } => self.cover(reaction, branch, instead),
                Happening::Exceeded { limit, .. } => drop(self.coverage.exceeded.insert(limit)),
                _ => {}
            }
        }
        if self.steps.len() == TOLD_STEPS {
            self.steps.pop_front();
        }
        let told = report::step(self, &step);
        self.steps.push_back(told);
        self.record.add(cause, &step);
        self.last.happenings.extend(step.trace);
        Ok(())
    }

    fn cover(&mut self, id: Id<crate::model::Reaction>, branch: usize, instead: bool) {
        if !instead {
            self.coverage.taken.insert((id, branch));
            return;
        }
        let branch = self.machine.reactions[id].branches.get(branch);
        self.coverage.exceeded.extend(branch.and_then(|branch| branch.tail.counts));
    }

    fn is_met(&mut self, expectation: &Expectation) -> Result<bool, Unmet> {
        Ok(match expectation {
            // A condition that uses what does not exist now does not hold.
            Expectation::Holds(condition) => self.evaluate(condition) == Some(Value::Bool(true)),
            Expectation::Answered(kind) => self.last.answer == Some(*kind),
            Expectation::Emitted { output, fields } => {
                let wanted = self.wanted(fields)?;
                self.last.happenings.iter().any(|happening| match happening {
                    Happening::Emitted { output: found, fields } => {
                        output.is_none_or(|output| output == *found && fit(&wanted, fields))
                    }
                    _ => false,
                })
            }
            Expectation::Called(None) => self.last.happenings.iter().any(|happening| called(happening).is_some()),
            Expectation::Called(Some(wanted)) => {
                let arguments = wanted.arguments.as_deref().map(|patterns| self.wanted(patterns)).transpose()?;
                self.last.happenings.iter().filter_map(called).any(|(function, found)| {
                    function == wanted.function && arguments.as_deref().is_none_or(|wanted| fit(wanted, found))
                })
            }
        })
    }

    /// What an expression is worth now; `None` where it uses what does not exist now.
    pub(super) fn evaluate(&mut self, expr: &Expr) -> Option<Value> {
        self.interpreter.evaluate(expr, &mut self.answers)
    }

    /// The value of an expression for what is of this type.
    fn value(&mut self, expr: &Expr, ty: Type) -> Result<Value, Unmet> {
        match self.evaluate(expr) {
            Some(value) if value.fits(ty, None) => Ok(value),
            value => Err(Box::new(report::no_value(self, expr, value.as_ref()))),
        }
    }

    /// The values of the fields of an event. What is left to the scenario is the least value of its type.
    fn given_values(&mut self, declared: &[Field], patterns: &[Pattern]) -> Result<Vec<Value>, Unmet> {
        let values = declared.iter().zip(patterns).map(|(field, pattern)| match pattern {
            Pattern::Any => Ok(Value::least(field.ty)),
            Pattern::Value(value) => self.value(value, field.ty),
        });
        values.collect()
    }

    /// The values that are looked for; `None` stands for any.
    fn wanted(&mut self, patterns: &[Pattern]) -> Result<Vec<Option<Value>>, Unmet> {
        let values = patterns.iter().map(|pattern| match pattern {
            Pattern::Any => Ok(None),
            Pattern::Value(value) => match self.evaluate(value) {
                Some(value) => Ok(Some(value)),
                None => Err(Box::new(report::no_value(self, value, None))),
            },
        });
        values.collect()
    }

    fn failure(&self, finding: Diagnostic) -> Failure {
        let situation = self.started.then(|| self.situation());
        Failure { finding, situation, trace: self.steps.iter().cloned().collect() }
    }

    fn situation(&self) -> Situation {
        let machine = self.machine;
        let value = |(id, variable): (Id<Variable>, &Variable)| {
            let value = self.interpreter.value(id)?;
            Some((variable.name.text.clone(), value.display(self.program).to_string()))
        };
        Situation {
            time: report::time(self.interpreter.now()),
            active: self.interpreter.innermost().map(|state| machine.qualified_name(state)).collect(),
            terminated: self.interpreter.is_terminated(),
            variables: machine.variables.enumerate().filter_map(value).collect(),
        }
    }
}

/// The call that a happening is, if it is one.
pub(super) fn called(happening: &Happening) -> Option<(HostFunction, &[Value])> {
    match happening {
        Happening::Called { action, arguments, .. } => Some((HostFunction::Action(*action), arguments)),
        Happening::Started { task, arguments, .. } => Some((HostFunction::Task(*task), arguments)),
        _ => None,
    }
}

fn answer_kind(step: &Macrostep) -> AnswerKind {
    match &step.answer {
        Ok(interpreter::Answer::Taken) => AnswerKind::Taken,
        Ok(interpreter::Answer::Deferred) => AnswerKind::Deferred,
        Ok(interpreter::Answer::Ignored) => AnswerKind::Ignored,
        Err(Refusal::ActionFailed(_) | Refusal::Livelock) => AnswerKind::Failed,
        Err(
            Refusal::NoTransition
            | Refusal::GuardsRefused { .. }
            | Refusal::LimitReached { .. }
            | Refusal::DeferredFull
            | Refusal::Terminated
            | Refusal::Past,
        ) => AnswerKind::Refused,
    }
}
