//! Running a machine on a virtual clock, under the eyes of a user, of a script, or by itself.
//!
//! ```text
//! line ──┐             ┌─ dialogue ─ human ─▶ terminal
//!        ├─ command ─▶ session ─ records
//! protocol ┘           └─ script, headless ─▶ JSON
//! ```
//!
//! A [`session::Session`] knows nothing of where commands come from and where answers go to.

pub(crate) mod command;
mod console;
mod definition;
mod dialogue;
mod headless;
mod host;
mod human;
mod input;
pub(crate) mod line;
mod offers;
mod protocol;
mod records;
mod saved;
mod script;
mod session;
mod standing;
mod trace;
mod value;

use std::path::Path;

use fsm_core::interpreter::Value;
use fsm_core::model::{Id, Machine, Program, Variable, VariableScope};
use fsm_core::suggest;

use self::command::{HostAnswer, Written};
use self::definition::{Definition, meant};
use self::host::Answers;
pub(crate) use self::input::Language;
use self::session::Session;
use crate::commands::Outcome;
use crate::failure::Failure;
use crate::printable::escaped;
use crate::render::human_findings;
use crate::report::Report;
use crate::terminal;

/// What is to be simulated, and how it starts.
#[derive(Debug)]
pub(crate) struct Options<'a> {
    /// The file.
    pub(crate) file: &'a Path,
    /// What it is written in.
    pub(crate) language: Language,
    /// The machine, where there are several.
    pub(crate) machine: Option<&'a str>,
    /// The values of params.
    pub(crate) params: &'a [(String, Written)],
    /// The values of variables of the machine.
    pub(crate) variables: &'a [(String, Written)],
    /// What host functions answer.
    pub(crate) answers: &'a [(String, Written)],
}

/// Who looks on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// A user, line by line.
    Dialogue,
    /// A script, in JSON.
    Script,
    /// Nobody: virtual time runs until `until`, or for so many deadlines.
    Headless {
        /// The last time that is reached, in nanoseconds since the start.
        until: u64,
        /// After how many deadlines it stops.
        max_steps: usize,
    },
}

/// Simulates a machine.
pub(crate) fn run(options: &Options<'_>, mode: Mode) -> Result<Outcome, Failure> {
    if options.file.as_os_str() == "-" && !matches!(mode, Mode::Headless { .. }) {
        return Err(Failure::new("the standard input cannot be both the machine and the commands")
            .help("give the machine as a file, or let it run by `--headless`"));
    }
    let report = options.language.read(options.file)?;
    if !report.findings.is_empty() || !report.failures.is_empty() {
        terminal::tell(&human_findings(&report));
        terminal::report_failures(&report.failures);
        return Ok(Outcome::Incomplete);
    }
    let (program, machine) = chosen(&report, options)?;
    let definition =
        Definition { program, machine, sources: &report.texts.sources, imported: options.language == Language::Scxml };
    let session = start(definition, options, mode)?;
    match mode {
        Mode::Dialogue => dialogue::run(session),
        Mode::Script => script::run(session),
        Mode::Headless { until, max_steps } => headless::run(session, until, max_steps),
    }
}

/// The machine that is meant, with the program that it belongs to.
fn chosen<'r>(report: &'r Report, options: &Options<'_>) -> Result<(&'r Program, &'r Machine), Failure> {
    let machines = report.programs.iter().flat_map(|program| program.machines.iter().map(move |one| (program, one)));
    let all: Vec<_> = machines.collect();
    let listed = || all.iter().map(|(_, one)| format!("`{}`", one.name.text)).collect::<Vec<_>>().join(", ");
    let path = options.file;
    match (options.machine, &all[..]) {
        (_, []) => Err(Failure::of(path, "there is no machine in it")),
        (None, [one]) => Ok(*one),
        (None, several) => {
            let message = format!("there are {} machines in it: {}", several.len(), listed());
            Err(Failure::of(path, message).help("choose one by `--machine NAME`"))
        }
        (Some(name), several) => several.iter().find(|(_, one)| one.name.text == name).copied().ok_or_else(|| {
            let names = several.iter().map(|(_, one)| one.name.text.as_str());
            let meant = suggest::closest(name, names).map(|meant| format!("did you mean `{meant}`?"));
            Failure::of(path, format!("there is no machine `{}` in it", escaped(name)))
                .help(meant.unwrap_or_else(|| format!("there is {}", listed())))
        }),
    }
}

fn start<'p>(definition: Definition<'p>, options: &Options<'_>, mode: Mode) -> Result<Session<'p>, Failure> {
    let mut given = initial(definition, options.params, true)?;
    given.extend(initial(definition, options.variables, false)?);
    let mut answers = Answers::new();
    for (name, written) in options.answers {
        let answer = line::host_answer(written.clone());
        if answer == HostAnswer::Forgotten {
            continue;
        }
        host::say(&definition, &mut answers, name, &answer)?;
    }
    if mode == Mode::Dialogue {
        dialogue::ask_for_missing(&definition, &mut given)?;
    }
    Session::start(definition, given, answers, mode == Mode::Dialogue)
}

/// The values that are given to params, or to the machine's own variables, when it is started.
fn initial(
    definition: Definition<'_>,
    given: &[(String, Written)],
    params: bool,
) -> Result<Vec<(Id<Variable>, Value)>, Failure> {
    let wanted = if params { VariableScope::Param } else { VariableScope::Context(Machine::root()) };
    let (word, option) = if params { ("param", "--param") } else { ("variable", "--set") };
    let variables = definition.machine.variables.enumerate().filter(|(_, variable)| variable.scope == wanted);
    let variables: Vec<_> = variables.collect();
    let names: Vec<_> = variables.iter().map(|(_, variable)| variable.name.text.as_str()).collect();
    let value = |(name, written): &(String, Written)| {
        let found = variables.iter().find(|(_, variable)| variable.name.text == *name);
        let (id, variable) =
            found.ok_or_else(|| {
                let all = || {
                    if names.is_empty() { "it has none".to_owned() } else { format!("it has `{}`", names.join("`, `")) }
                };
                Failure::new(format!("`{}` has no {word} `{}`", definition.machine.name.text, escaped(name)))
                    .help(meant(name, names.iter().copied(), all))
            })?;
        let value = value::read(&definition, written, variable.ty, variable.interval)
            .map_err(|(what, help)| Failure::new(format!("{option} {name}: {what}")).help(help))?;
        Ok((*id, value))
    };
    given.iter().map(value).collect()
}
