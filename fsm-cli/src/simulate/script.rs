//! A simulation for scripts: a JSON object for each line, in and out.

use serde::Serialize;

use super::command::Command;
use super::records::{AnswerRecord, Done, Named, Standing};
use super::session::Session;
use super::{console, protocol, saved, trace};
use crate::commands::Outcome;
use crate::failure::Failure;
use crate::render::json_line;
use crate::terminal;

/// The version of the form. Additions do not change it.
const VERSION: u32 = 1;

/// The answer to one line.
#[derive(Serialize)]
struct Reply<'a> {
    version: u32,
    /// Whether the line was understood and done.
    ok: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<&'a str>,
    /// What was done to the machine, if anything was.
    #[serde(flatten)]
    done: Option<&'a Done>,
    #[serde(skip_serializing_if = "Option::is_none")]
    scenario: Option<String>,
    answers: Named<AnswerRecord>,
    #[serde(flatten)]
    standing: Standing,
}

/// Answers every line of the standard input.
pub(crate) fn run(mut session: Session<'_>) -> Result<Outcome, Failure> {
    let mut outcome = Outcome::Good;
    let mut worst = |other: Outcome| {
        if outcome != Outcome::Incomplete && other != Outcome::Good {
            outcome = other;
        }
    };
    worst(reply(&session, Ok(Performed::Done))?);
    while let Some(line) = console::line()? {
        match protocol::read(&line) {
            Ok(None) => {}
            Ok(Some(Command::Quit)) => break,
            Ok(Some(command)) => {
                let performed = perform(&mut session, &command);
                worst(reply(&session, performed)?);
            }
            Err(failure) => worst(reply(&session, Err(failure))?),
        }
    }
    Ok(outcome)
}

/// What a command did.
enum Performed {
    /// The machine did something.
    Done,
    /// The machine did nothing.
    Nothing,
    /// This was asked for.
    Scenario(String),
}

fn perform(session: &mut Session<'_>, command: &Command) -> Result<Performed, Failure> {
    match command {
        Command::Send { event, fields } => {
            let event = session.event(event)?;
            let fields = session.fields(event, fields, |field| {
                let wanted = &session.definition.machine.events[event].fields;
                let message = format!("`{}` needs `{}`", session.definition.event(event), field.name.text);
                Err(Failure::new(message).help(format!("its fields are {}", session.definition.fields(wanted))))
            })?;
            session.send(event, fields)?;
        }
        Command::Wait(nanoseconds) => drop(session.wait(*nanoseconds)?),
        Command::Next => drop(session.next()?),
        Command::Finish { task, result } => drop(session.finish(task, result)?),
        Command::Undo(steps) => {
            session.undo(*steps)?;
            return Ok(Performed::Nothing);
        }
        Command::Answer(answers) => {
            answers.iter().try_for_each(|(name, answer)| session.answer(name, answer))?;
            return Ok(Performed::Nothing);
        }
        Command::Save { file: None, name } => {
            let name = name.as_deref().unwrap_or("as simulated");
            let forgotten = || Failure::new("too much was done: how it began is forgotten");
            return saved::scenario(session, name).map(Performed::Scenario).ok_or_else(forgotten);
        }
        Command::Save { file: Some(_), .. } | Command::Trace | Command::Help(_) => {
            return Err(Failure::new("this is for terminals only").help("docs/json.md describes the commands"));
        }
        Command::State | Command::Quit => return Ok(Performed::Nothing),
    }
    Ok(Performed::Done)
}

/// Prints the answer to a line, and says what it means for the end.
fn reply(session: &Session<'_>, performed: Result<Performed, Failure>) -> Result<Outcome, Failure> {
    let (performed, failure) = match performed {
        Ok(performed) => (Some(performed), None),
        Err(failure) => (None, Some(failure)),
    };
    let done = matches!(performed, Some(Performed::Done)).then(|| session.last());
    let reply = Reply {
        version: VERSION,
        ok: failure.is_none(),
        error: failure.as_ref().map(|failure| failure.message.as_str()),
        help: failure.as_ref().and_then(|failure| failure.help.as_deref()),
        done,
        scenario: match performed {
            Some(Performed::Scenario(text)) => Some(text),
            _ => None,
        },
        answers: session.answers(),
        standing: session.standing(),
    };
    terminal::print_exactly(&json_line(&reply))?;
    Ok(match (failure, done) {
        (Some(_), _) => Outcome::Incomplete,
        (None, Some(done)) if trace::is_fault(done.answer) => Outcome::Findings,
        _ => Outcome::Good,
    })
}
