//! A simulation that nobody looks at: virtual time runs until nothing is pending, and the end is told as JSON.

use fsm_core::interpreter::duration;
use serde::Serialize;

use super::records::{Call, EventRecord, Standing, Step};
use super::session::{End, Session};
use super::trace;
use crate::commands::Outcome;
use crate::failure::Failure;
use crate::render::json_text;
use crate::terminal;

/// The version of the form. Additions do not change it.
const VERSION: u32 = 1;

#[derive(Serialize)]
struct Document {
    version: u32,
    ended: &'static str,
    message: String,
    steps: usize,
    failures: Vec<Fault>,
    outputs: Vec<EventRecord>,
    calls: Vec<Call>,
    #[serde(flatten)]
    standing: Standing,
}

/// A macrostep in which something went wrong.
#[derive(Serialize)]
struct Fault {
    at: String,
    cause: String,
    answer: &'static str,
    message: String,
}

impl Fault {
    fn of(step: Step) -> Self {
        let Step { at, cause, answer, message, .. } = step;
        Fault { at, cause, answer, message }
    }
}

/// Runs until `until`, or until `max_steps` deadlines were met.
pub(crate) fn run(mut session: Session<'_>, until: u64, max_steps: usize) -> Result<Outcome, Failure> {
    let start = session.last().clone();
    let ran = session.run(until, max_steps);
    let faults = start.steps.into_iter().chain(ran.faults).filter(|step| trace::is_fault(step.answer));
    let failures: Vec<_> = faults.map(Fault::of).collect();
    let standing = session.standing();
    let document = Document {
        version: VERSION,
        ended: ended(ran.end),
        message: message(&session, ran.end, until, ran.steps),
        steps: ran.steps,
        outputs: start.outputs.into_iter().chain(ran.outputs).collect(),
        calls: start.calls.into_iter().chain(ran.calls).collect(),
        standing,
        failures,
    };
    terminal::print_exactly(&json_text(&document))?;
    Ok(if document.failures.is_empty() { Outcome::Good } else { Outcome::Findings })
}

/// Why it came to its end, in one word.
fn ended(end: End) -> &'static str {
    match end {
        End::Terminated => "terminated",
        End::Idle => "idle",
        End::Until => "until",
        End::MaxSteps => "max_steps",
        End::Livelock => "livelock",
    }
}

/// The same in words.
fn message(session: &Session<'_>, end: End, until: u64, steps: usize) -> String {
    let interpreter = session.interpreter();
    match end {
        End::Terminated => "the machine has ended".to_owned(),
        End::Idle => match interpreter.runs().len() {
            0 => "nothing is pending: only an event could change anything".to_owned(),
            1 => "nothing is pending but the end of a task".to_owned(),
            tasks => format!("nothing is pending but the ends of {tasks} tasks"),
        },
        End::Until => format!("stopped at {}: more is pending", duration(until.into())),
        End::MaxSteps => format!("stopped after {steps} deadlines: more is pending, and it may never end"),
        End::Livelock => "stopped: a step came to no end".to_owned(),
    }
}
