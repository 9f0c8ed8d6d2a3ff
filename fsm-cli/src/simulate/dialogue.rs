//! A simulation in a terminal: lines in, texts for people out.

use std::fmt::Write as _;

use fsm_core::interpreter::{Value, duration};
use fsm_core::model::{Field, Id, Interval, Machine, Type, Variable, VariableScope};

use super::command::{Command, HostAnswer};
use super::definition::{Definition, Function};
use super::records::Done;
use super::session::{Deed, Session};
use super::{console, host, human, line, saved, trace, value};
use crate::commands::Outcome;
use crate::failure::Failure;
use crate::printable::escaped;
use crate::terminal::{self, paint};

/// What a scenario is called whose name is not given.
const UNNAMED: &str = "as simulated";

/// Talks with the user until there is nothing more to say.
pub(crate) fn run(mut session: Session<'_>) -> Result<Outcome, Failure> {
    let mut outcome = outcome(session.last());
    terminal::print(&human::done(session.last()))?;
    terminal::print(&shown(&session))?;
    terminal::print("\n`help` lists the commands; an event is sent by its name or its number\n")?;
    loop {
        let heading = paint::HEADING;
        let Some(line) = console::asked(&format!("{heading}>{heading:#} "))? else { return Ok(outcome) };
        let command = match line::read(&line) {
            Ok(Some(Command::Quit)) => return Ok(outcome),
            Ok(Some(command)) => command,
            Ok(None) => continue,
            Err(failure) => {
                terminal::print(&human::failure(&failure))?;
                continue;
            }
        };
        match perform(&mut session, &command) {
            Ok(text) => terminal::print(&text)?,
            Err(failure) => terminal::print(&human::failure(&failure))?,
        }
        if self::outcome(session.last()) == Outcome::Findings {
            outcome = Outcome::Findings;
        }
    }
}

/// How a simulation ends in which this was done.
fn outcome(done: &Done) -> Outcome {
    if trace::is_fault(done.answer) { Outcome::Findings } else { Outcome::Good }
}

/// Does what the user says, and tells what came of it.
fn perform(session: &mut Session<'_>, command: &Command) -> Result<String, Failure> {
    let done = match command {
        Command::Send { event, fields } => {
            let event = session.event(event)?;
            let fields = session.fields(event, fields, |field| ask_for(&session.definition, field))?;
            session.send(event, fields)?
        }
        Command::Wait(nanoseconds) => session.wait(*nanoseconds)?,
        Command::Next => session.next()?,
        Command::Finish { task, result } => session.finish(task, result)?,
        Command::Undo(steps) => {
            let undone: Vec<_> = session.undo(*steps)?.iter().map(|deed| described(session, deed)).collect();
            return Ok(format!("took back {}\n{}", undone.join(", "), shown(session)));
        }
        Command::State => return Ok(shown(session)),
        Command::Answer(answers) => return answer(session, answers),
        Command::Trace => return history(session),
        Command::Save { file, name } => return save(session, file.as_deref(), name.as_deref().unwrap_or(UNNAMED)),
        Command::Help(word) => return Ok(human::help(word.as_deref())),
        Command::Quit => return Ok(String::new()),
    };
    let text = human::done(done);
    // Where nothing changed, nothing is to be shown.
    let standing = if trace::is_refusal(done.answer) { String::new() } else { shown(session) };
    Ok(text + &standing)
}

/// Where the machine stands, with some space before it.
fn shown(session: &Session<'_>) -> String {
    format!("\n{}", human::standing(&session.standing()))
}

/// Asks for a field that was not given.
fn ask_for(definition: &Definition<'_>, field: &Field) -> Result<Value, Failure> {
    let value = ask(definition, &field.name.text, field.ty, None)?;
    value.ok_or_else(|| Failure::new("cancelled: nothing was sent"))
}

/// Asks for the values that a machine needs to start and that neither its text nor the user has given.
pub(crate) fn ask_for_missing(
    definition: &Definition<'_>,
    given: &mut Vec<(Id<Variable>, Value)>,
) -> Result<(), Failure> {
    let root = VariableScope::Context(Machine::root());
    for (id, variable) in definition.machine.variables.enumerate() {
        let is_wanted = [VariableScope::Param, root].contains(&variable.scope) && variable.default.is_none();
        if is_wanted && given.iter().all(|(known, _)| *known != id) {
            let value = ask(definition, &variable.name.text, variable.ty, variable.interval)?;
            given.extend(value.map(|value| (id, value)));
        }
    }
    Ok(())
}

/// Asks for a value until there is one; `None` if the user gives up or is gone.
fn ask(
    definition: &Definition<'_>,
    name: &str,
    ty: Type,
    interval: Option<Interval>,
) -> Result<Option<Value>, Failure> {
    let help = paint::HELP;
    let prompt = format!("  {help}{name}: {}{help:#} = ", definition.program.type_name(ty));
    loop {
        let line = console::asked(&prompt)?.filter(|line| line.trim() != "cancel");
        let Some(line) = line else { return Ok(None) };
        match value::read(definition, &line::written(line.trim()), ty, interval) {
            Ok(value) => return Ok(Some(value)),
            Err((_, form)) => terminal::print(&format!("  say {form}; `cancel` gives up\n"))?,
        }
    }
}

/// Takes what host functions answer, and lists it.
fn answer(session: &mut Session<'_>, answers: &[(String, HostAnswer)]) -> Result<String, Failure> {
    for (name, answer) in answers {
        session.answer(name, answer)?;
    }
    let definition = &session.definition;
    let mut text = String::new();
    for function in definition.functions() {
        let name = definition.function(function);
        let says = match session.answers.get(&function) {
            None => "is asked for".to_owned(),
            Some(Ok(None)) => "succeeds".to_owned(),
            Some(Ok(Some(value))) => match function {
                Function::Guard(_) if *value == Value::Bool(true) => "holds".to_owned(),
                Function::Guard(_) => "does not hold".to_owned(),
                Function::Action(_) => format!("gives {}", value::shown(definition, value)),
            },
            Some(Err(message)) => format!("fails: {}", escaped(message)),
        };
        let _ = writeln!(text, "  {name} {says}");
    }
    Ok(if text.is_empty() { "  the machine asks the host for nothing\n".to_owned() } else { text })
}

/// All that was done so far.
fn history(session: &Session<'_>) -> Result<String, Failure> {
    let heading = paint::HEADING;
    let mut text = String::new();
    for taken in session.history().ok_or_else(|| forgotten(session))? {
        let deed = described(session, &taken.deed);
        let _ = writeln!(text, "{heading}{deed}{heading:#}");
        text.push_str(&human::done(&taken.done));
    }
    Ok(text)
}

/// What was done, in the words of a command.
fn described(session: &Session<'_>, deed: &Deed) -> String {
    let definition = &session.definition;
    match deed {
        Deed::Start => "start".to_owned(),
        Deed::Send(occurrence) => {
            let declared = &definition.machine.events[occurrence.event];
            let name = definition.event(occurrence.event);
            human::event(&host::event_record(definition, name, &declared.fields, &occurrence.fields))
        }
        Deed::Wait(nanoseconds) => format!("wait {}", duration((*nanoseconds).into())),
        Deed::Finish(task, _) => format!("finish {}", definition.machine.tasks[*task].name.text),
    }
}

fn forgotten(session: &Session<'_>) -> Failure {
    let name = &session.definition.machine.name.text;
    Failure::new(format!("too much was done to `{name}`: how it began is forgotten"))
}

fn save(session: &Session<'_>, file: Option<&str>, name: &str) -> Result<String, Failure> {
    let scenario = saved::scenario(session, name).ok_or_else(|| forgotten(session))?;
    let Some(file) = file else { return Ok(human::scenario(&scenario)) };
    saved::write(file.as_ref(), &scenario)?;
    let machine = &session.definition.machine.name.text;
    Ok(format!("wrote {}; it belongs inside of `machine {machine} {{ … }}`\n", escaped(file)))
}
