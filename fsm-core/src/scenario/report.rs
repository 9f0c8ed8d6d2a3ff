//! What is said of a scenario that failed.

use std::collections::BTreeSet;

use super::Step;
use super::rules::{FAILED_EXPECTATION, UNEXPECTED_ANSWER};
use super::run::{Runner, called};
use crate::diagnostic::Diagnostic;
use crate::interpreter::{Happening, Macrostep, Refusal, Value};
use crate::model::{
    AnswerKind, BinaryOperator, Expectation, Expr, ExprKind, HostFunction, Id, Task, Variable, VariableScope,
};
use crate::source::Span;
use crate::syntax::literal::UNITS;
use crate::syntax::phrase;

/// How many things of one step are told.
const TOLD: usize = 12;

/// How many values are told of a condition.
const VALUES: usize = 6;

/// An expectation that is not met.
pub(super) fn unmet(runner: &mut Runner<'_>, expectation: &Expectation, negated: bool, span: Span) -> Diagnostic {
    let not = if negated { "" } else { "not " };
    match expectation {
        Expectation::Holds(condition) => {
            let culprit = culprit(runner, condition);
            let text = text(runner, culprit.span);
            let finding = Diagnostic::new(&FAILED_EXPECTATION, culprit.span, format!("`{text}` does not hold"));
            finding.says(values(runner, culprit).join(", "))
        }
        Expectation::Emitted { output, .. } => {
            let what = output.map_or("an output", |output| &runner.machine.outputs[output].name.text);
            let what = if output.is_some() { format!("`{what}`") } else { what.to_owned() };
            let expected = expected(runner, span, "emitted");
            let finding = Diagnostic::new(
                &FAILED_EXPECTATION,
                span,
                match (negated, output) {
                    (false, Some(_)) => format!("{expected} was not emitted"),
                    (false, None) => "nothing was emitted".to_owned(),
                    (true, _) => format!("{what} was emitted"),
                },
            );
            let emitted = happened(runner, |happening| matches!(happening, Happening::Emitted { .. }));
            finding.says(among(&emitted, "nothing was emitted in the last step"))
        }
        Expectation::Called(wanted) => {
            let expected = expected(runner, span, "called");
            let name = wanted.as_ref().map(|wanted| format!("`{}`", host_name(runner, wanted.function)));
            let finding = Diagnostic::new(
                &FAILED_EXPECTATION,
                span,
                match (negated, name) {
                    (false, Some(_)) => format!("{expected} was not called"),
                    (false, None) => "no action was called and no task started".to_owned(),
                    (true, name) => format!("{} was called", name.as_deref().unwrap_or("an action or a task")),
                },
            );
            let calls = happened(runner, |happening| called(happening).is_some());
            finding.says(among(&calls, "nothing was called in the last step"))
        }
        Expectation::Answered(kind) => {
            let found = runner.last.answer.map_or("nothing answered", outcome);
            Diagnostic::new(&FAILED_EXPECTATION, span, format!("the last step was {not}{}", kind.word()))
                .says(if negated { format!("{found}, and is not to be") } else { found.to_owned() })
        }
    }
}

/// What is expected, as it is written.
fn expected(runner: &Runner<'_>, span: Span, keyword: &str) -> String {
    let whole = text(runner, span);
    let expected = whole.split_once(keyword).map_or("", |(_, expected)| expected);
    format!("`{}`", expected.trim_end_matches(';').trim())
}

fn outcome(kind: AnswerKind) -> &'static str {
    match kind {
        AnswerKind::Taken => "it was taken",
        AnswerKind::Ignored => "it was ignored",
        AnswerKind::Deferred => "it was deferred",
        AnswerKind::Refused => "it was refused",
        AnswerKind::Failed => "an action of it failed",
    }
}

/// The descriptions of what happened in the last step and is of interest.
fn happened(runner: &Runner<'_>, is_wanted: impl Fn(&Happening) -> bool) -> Vec<String> {
    let wanted = runner.last.happenings.iter().filter(|happening| is_wanted(happening));
    wanted.map(|happening| describe(runner, happening)).collect()
}

fn among(found: &[String], none: &str) -> String {
    match found {
        [] => none.to_owned(),
        found => {
            let shown: Vec<_> = found.iter().take(VALUES).map(String::as_str).collect();
            let more = if found.len() > VALUES { ", …" } else { "" };
            format!("what was done: {}{more}", shown.join(", "))
        }
    }
}

/// The part of a condition that keeps it from holding: of parts joined by `&&` the first that does not hold.
fn culprit<'e>(runner: &mut Runner<'_>, condition: &'e Expr) -> &'e Expr {
    let mut part = condition;
    while let ExprKind::Binary(BinaryOperator::And, left, right) = &part.kind {
        part = if runner.evaluate(left) == Some(Value::Bool(true)) { right } else { left };
    }
    part
}

/// What a condition refers to, and what that is now.
fn values(runner: &mut Runner<'_>, condition: &Expr) -> Vec<String> {
    if text(runner, condition.span) == "terminated" {
        return vec!["the machine has not terminated".to_owned()];
    }
    let mut parts = Vec::new();
    condition.walk(&mut |part| parts.push(part));
    let mut told = BTreeSet::new();
    let mut values = Vec::new();
    for part in parts {
        let Some(value) = value(runner, part) else { continue };
        if told.insert(value.clone()) && values.len() < VALUES {
            values.push(value);
        }
    }
    values
}

/// `` `tries` is 3``, for a part that refers to something.
fn value(runner: &mut Runner<'_>, part: &Expr) -> Option<String> {
    match &part.kind {
        ExprKind::In(state) => {
            let not = if runner.interpreter.is_active(*state) { "" } else { "not " };
            Some(format!("`{}` is {not}active", runner.machine.qualified_name(*state)))
        }
        ExprKind::Variable(id) | ExprKind::Narrowed(crate::model::Place::Variable(id)) => {
            let name = &runner.machine.variables[*id].name.text;
            Some(match runner.interpreter.value(*id) {
                Some(value) => format!("`{name}` is {}", value.display(runner.program)),
                None => missing(runner, *id),
            })
        }
        ExprKind::Limit(id) => {
            Some(format!("`{}` is {}", runner.machine.limits[*id].name.text, runner.interpreter.count(*id)))
        }
        ExprKind::Guard(..) => {
            let value = runner.evaluate(part)?;
            Some(format!("`{}` is {}", text(runner, part.span), value.display(runner.program)))
        }
        _ => None,
    }
}

/// Why a variable has no value.
fn missing(runner: &Runner<'_>, id: Id<Variable>) -> String {
    let variable = &runner.machine.variables[id];
    match variable.scope {
        VariableScope::Context(state) if !runner.interpreter.is_active(state) => {
            format!(
                "`{}` has no value, since `{}` is not active",
                variable.name.text,
                runner.machine.qualified_name(state)
            )
        }
        _ => format!("`{}` has no value yet", variable.name.text),
    }
}

/// An expression that has no value for what it is for.
pub(super) fn no_value(runner: &mut Runner<'_>, expr: &Expr, found: Option<&Value>) -> Diagnostic {
    let text = text(runner, expr.span);
    if let Some(value) = found {
        let message = format!("`{text}` is {}, which has no place here", value.display(runner.program));
        Diagnostic::new(&FAILED_EXPECTATION, expr.span, message).says("outside of what the type holds")
    } else {
        let values = values(runner, expr).join(", ");
        Diagnostic::new(&FAILED_EXPECTATION, expr.span, format!("`{text}` has no value now")).says(values)
    }
}

/// A task that is to end and does not run.
pub(super) fn not_running(runner: &Runner<'_>, task: Id<Task>, span: Span) -> Diagnostic {
    let name = &runner.machine.tasks[task].name.text;
    let runs = runner.interpreter.runs().iter();
    let running: Vec<_> = runs.map(|run| format!("`{}`", runner.machine.tasks[run.task].name.text)).collect();
    let running =
        if running.is_empty() { "no task is running".to_owned() } else { format!("running: {}", running.join(", ")) };
    Diagnostic::new(&FAILED_EXPECTATION, span, format!("the task `{name}` is not running")).says(running).help(format!(
        "a task runs while its state is active; with `given {name} …` it ends by itself, without it by `complete {name} …`"
    ))
}

/// An error that the scenario does not expect.
pub(super) fn refused(runner: &Runner<'_>, span: Span, refusal: &Refusal) -> Diagnostic {
    let step = text(runner, span);
    let step = step.trim_end_matches(';');
    let states: Vec<_> =
        runner.interpreter.innermost().map(|id| format!("`{}`", runner.machine.qualified_name(id))).collect();
    let states = states.join(" and ");
    let finding = |message: String| Diagnostic::new(&UNEXPECTED_ANSWER, span, message);
    let is_refused = |why: String| {
        finding(format!("`{step}` is refused")).says(why).help("if that is meant, write `expect refused;` behind it")
    };
    match refusal {
        Refusal::NoTransition => is_refused(format!("no reaction to it in {states}")),
        Refusal::GuardsRefused { guards } => {
            let guards: Vec<_> = guards.iter().map(|&guard| format!("`{}`", text(runner, guard))).collect();
            is_refused(format!("in {states} no guard holds: {}", guards.join(", ")))
        }
        Refusal::LimitReached { limit, count } => {
            let limit = &runner.machine.limits[*limit].name.text;
            is_refused(format!("in {states} `{limit}` has reached {count}"))
        }
        Refusal::DeferredFull => is_refused(format!("in {states} no more of it can be deferred")),
        Refusal::Terminated => is_refused("the machine has terminated".to_owned()),
        Refusal::Past => is_refused("it lies in the past".to_owned()),
        Refusal::Livelock => finding(format!("`{step}` does not end"))
            .says("the machine takes one step after the other, without any time passing")
            .help("`fsmc validate` finds most causes"),
        Refusal::ActionFailed(failure) => finding(format!("`{}` failed: {}", failure.origin, failure.message))
            .says("here it was done")
            .and(failure.span, "this failed")
            .help("if that is meant, write `expect failed;` behind it, or handle it by `on error`"),
    }
}

/// A macrostep in words.
pub(super) fn step(runner: &Runner<'_>, step: &Macrostep) -> Step {
    let told = step.trace.iter().filter(|happening| is_told(happening));
    let mut effects: Vec<_> = told.map(|happening| describe(runner, happening)).collect();
    if effects.len() > TOLD {
        let more = effects.len() - TOLD;
        effects.truncate(TOLD);
        effects.push(format!("and {more} more"));
    }
    let cause = step.stimulus.describe(runner.program, runner.sources, runner.machine);
    Step {
        time: time(step.at),
        cause: if cause.is_empty() { "start".to_owned() } else { cause },
        answer: step.answer_in_words().to_owned(),
        effects,
    }
}

/// A time since the start, as people say it: `14min 59s`.
pub(crate) fn time(nanoseconds: u64) -> String {
    let mut rest = nanoseconds;
    let mut parts = Vec::new();
    for (unit, size) in UNITS {
        if rest >= size {
            parts.push(format!("{}{unit}", rest / size));
            rest %= size;
        }
    }
    if parts.is_empty() { "0s".to_owned() } else { parts.join(" ") }
}

/// Whether somebody who reads a test wants to know of it.
fn is_told(happening: &Happening) -> bool {
    !matches!(
        happening,
        Happening::Refused(_)
            | Happening::Exceeded { .. }
            | Happening::Preempted(_)
            | Happening::Recorded { .. }
            | Happening::TimerSet { .. }
            | Happening::TimerCancelled(_)
            | Happening::Dequeued(_)
    )
}

fn describe(runner: &Runner<'_>, happening: &Happening) -> String {
    happening.describe(runner.program, runner.sources, runner.machine).to_string()
}

fn host_name<'r>(runner: &'r Runner<'_>, function: HostFunction) -> &'r str {
    match function {
        HostFunction::Guard(id) => &runner.machine.guards[id].name.text,
        HostFunction::Action(id) => &runner.machine.actions[id].name.text,
        HostFunction::Task(id) => &runner.machine.tasks[id].name.text,
    }
}

/// A text of the definition on one line.
fn text(runner: &Runner<'_>, span: Span) -> String {
    phrase(runner.sources, span)
}

#[cfg(test)]
mod tests {
    use super::time;

    #[test]
    fn a_time_is_told_in_all_units_that_it_needs() {
        for (nanoseconds, told) in [
            (0, "0s"),
            (899_001_000_000, "14min 59s 1ms"),
            (86_400_000_000_001, "1d 1ns"),
            (u64::MAX, "213503d 23h 34min 33s 709ms 551us 615ns"),
        ] {
            assert_eq!(time(nanoseconds), told);
        }
    }
}
