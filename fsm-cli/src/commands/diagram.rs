//! `fsmc diagram`: draws machines.
//!
//! A machine is drawn as far as it is known: findings go to the standard error, and only a text in which no machine can
//! be made out is not drawn.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use fsm_core::diagram::{Direction, Options, mermaid};
use fsm_core::model::Machine;
use fsm_core::source::Sources;
use fsm_core::suggest;

use super::Outcome;
use crate::failure::{Failure, io_message};
use crate::printable::escaped;
use crate::render::human_findings;
use crate::report::{self, Report};
use crate::terminal;

/// Draw the diagram of a state machine
///
/// Prints the diagram of the machine in a file, or writes it with `--output`. A document of a drawing program holds one
/// diagram: of several machines one is chosen by `--machine`, or all are written into a directory. What is wrong with
/// a machine is told, and the rest of it is drawn.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// A file or a directory with machines; `-` is the standard input
    #[arg(value_name = "PATH")]
    path: PathBuf,

    /// The machine to draw
    #[arg(short, long, value_name = "NAME")]
    machine: Option<String>,

    /// The language of the diagram
    #[arg(long, value_enum, default_value_t = Format::Mermaid)]
    format: Format,

    /// Where the drawing runs to
    #[arg(long, value_enum, default_value_t = Towards::Down, value_name = "WHERE")]
    direction: Towards,

    /// Leave doc comments out
    #[arg(long)]
    no_notes: bool,

    /// Write into this file, or into this directory, one file for each machine
    #[arg(short, long, value_name = "FILE|DIRECTORY")]
    output: Option<PathBuf>,

    /// Write nothing; exit with 1 if a file is not what would be written
    #[arg(long, requires = "output")]
    check: bool,
}

/// A language of diagrams.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Mermaid, which GitHub, GitLab and many editors draw
    Mermaid,
}

/// A [`Direction`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Towards {
    /// From top to bottom
    Down,
    /// From left to right
    Right,
}

const EXAMPLES: &str = "\
Examples:
  fsmc diagram session.fsm                          the diagram of the one machine in it
  fsmc diagram src/lib.rs --machine Session         of one of several
  fsmc diagram machines -o docs/diagrams/           all of a directory, as Session.mmd and so on
  fsmc diagram machines -o docs/diagrams/ --check   for continuous integration

Exit status:
  0  drawn
  1  no machine could be made out, or, with --check, a file is not up to date
  2  wrong usage, or something could not be read or written";

/// Runs the command.
pub(super) fn run(arguments: &Arguments) -> Result<Outcome, Failure> {
    let report = report::of(std::slice::from_ref(&arguments.path));
    terminal::tell(&human_findings(&report));
    terminal::report_failures(&report.failures);
    if report.machines().next().is_none() && !report.findings.is_empty() {
        return Ok(Outcome::Findings);
    }
    if !report.failures.is_empty() {
        return Ok(Outcome::Incomplete);
    }
    let machines = chosen(&report, arguments)?;
    let sources = &report.texts.sources;
    let Some(output) = &arguments.output else {
        terminal::print_exactly(&arguments.draw(only(&machines, "the standard output takes")?, sources))?;
        return Ok(Outcome::Good);
    };
    let drawings = drawings(&machines, output, arguments, sources)?;
    if arguments.check { Ok(check(&drawings)) } else { write(&drawings) }
}

impl Arguments {
    fn draw(&self, machine: &Machine, sources: &Sources) -> String {
        let direction = match self.direction {
            Towards::Down => Direction::Down,
            Towards::Right => Direction::Right,
        };
        let options = Options { notes: !self.no_notes, direction };
        match self.format {
            Format::Mermaid => mermaid::state_diagram(machine, sources, &options),
        }
    }
}

impl Format {
    /// How files of this format end.
    fn extension(self) -> &'static str {
        match self {
            Format::Mermaid => "mmd",
        }
    }
}

/// The machines to draw: at least one.
fn chosen<'a>(report: &'a Report, arguments: &Arguments) -> Result<Vec<&'a Machine>, Failure> {
    let all: Vec<_> = report.machines().collect();
    if all.is_empty() {
        return Err(Failure::of(&arguments.path, "there is no machine in it"));
    }
    let Some(name) = &arguments.machine else { return Ok(all) };
    let chosen: Vec<_> = all.iter().copied().filter(|machine| machine.name.text == *name).collect();
    if chosen.is_empty() {
        let names = all.iter().map(|machine| machine.name.text.as_str());
        let meant = suggest::closest(name, names).map(|meant| format!("did you mean `{meant}`?"));
        let help = meant.unwrap_or_else(|| format!("there is {}", listed(&all)));
        return Err(Failure::of(&arguments.path, format!("there is no machine `{}` in it", escaped(name))).help(help));
    }
    Ok(chosen)
}

/// The one machine, where there can be only one.
fn only<'a>(machines: &[&'a Machine], taker: &str) -> Result<&'a Machine, Failure> {
    match machines {
        [machine] => Ok(machine),
        _ => Err(Failure::new(format!(
            "{taker} one diagram, and there are {} machines: {}",
            machines.len(),
            listed(machines)
        ))
        .help("choose one by `--machine NAME`, or write all into a directory by `--output DIRECTORY/`")),
    }
}

fn listed(machines: &[&Machine]) -> String {
    let names: Vec<_> = machines.iter().map(|machine| format!("`{}`", machine.name.text)).collect();
    names.join(", ")
}

/// A diagram and the file for it.
struct Drawing {
    path: PathBuf,
    text: String,
}

/// What is to be written under `output`.
fn drawings(
    machines: &[&Machine],
    output: &Path,
    arguments: &Arguments,
    sources: &Sources,
) -> Result<Vec<Drawing>, Failure> {
    if !is_directory(output) {
        let machine = only(machines, "a file takes")?;
        return Ok(vec![Drawing { path: output.to_owned(), text: arguments.draw(machine, sources) }]);
    }
    let mut names = BTreeSet::new();
    let mut drawings = Vec::new();
    for machine in machines {
        let name = &machine.name.text;
        if !names.insert(name) {
            let message = format!("there are several machines `{name}`, and only one can be written as `{name}.mmd`");
            return Err(Failure::new(message).help("draw their files one by one"));
        }
        let path = output.join(name).with_extension(arguments.format.extension());
        drawings.push(Drawing { path, text: arguments.draw(machine, sources) });
    }
    Ok(drawings)
}

/// Whether a path is meant as a directory: it is one, or ends as one.
fn is_directory(path: &Path) -> bool {
    path.is_dir() || path.as_os_str().to_string_lossy().ends_with(std::path::is_separator)
}

/// Writes what has changed.
fn write(drawings: &[Drawing]) -> Result<Outcome, Failure> {
    for drawing in drawings.iter().filter(|drawing| !drawing.is_up_to_date()) {
        let directory = drawing.path.parent().filter(|directory| !directory.as_os_str().is_empty());
        directory
            .map_or(Ok(()), std::fs::create_dir_all)
            .and_then(|()| std::fs::write(&drawing.path, &drawing.text))
            .map_err(|error| Failure::of(&drawing.path, io_message(&error)))?;
    }
    Ok(Outcome::Good)
}

/// Tells which files are not what would be written.
fn check(drawings: &[Drawing]) -> Outcome {
    let mut outcome = Outcome::Good;
    for drawing in drawings.iter().filter(|drawing| !drawing.is_up_to_date()) {
        let message = if drawing.path.exists() { "is not up to date" } else { "does not exist" };
        let failure = Failure::of(&drawing.path, message).help("the same command without `--check` writes it");
        terminal::report_failures(&[failure]);
        outcome = Outcome::Findings;
    }
    outcome
}

impl Drawing {
    fn is_up_to_date(&self) -> bool {
        std::fs::read(&self.path).is_ok_and(|content| content == self.text.as_bytes())
    }
}
