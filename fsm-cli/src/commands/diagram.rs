//! `fsmc diagram`: draws machines and systems.
//!
//! What is known is drawn: findings go to the standard error, and only a text in which nothing can be made out is not
//! drawn.

mod classes;
mod format;
mod sequences;
mod shown;
mod subjects;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::Outcome;
use crate::cargo;
use crate::failure::{Failure, io_message};
use crate::files::Overlay;
use crate::render::human_findings;
use crate::report::{self, Report};
use crate::terminal;
use format::Format;
use shown::Shown;
use subjects::{Subject, Subjects};

/// Draw the diagram of a state machine or of a system
///
/// Prints the diagram of the machine in a file, or writes it with `--output`. A document of a drawing program holds one
/// diagram: of several machines one is chosen by `--machine`, or all are written into a directory. What is wrong with
/// a machine is told, and the rest of it is drawn.
///
/// A system is drawn on the four levels of the C4 model, and as the flow of events between its parts. A file with a
/// system and no machine is drawn as the context of the system, unless `--kind` says otherwise.
///
/// A scenario is run, and what happens is drawn as a sequence of messages: up to where it fails, if it does.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// A file or a directory with machines or systems; `-` is the standard input
    #[arg(value_name = "PATH")]
    path: PathBuf,

    /// Draw the system that a Cargo workspace is; PATH is its `Cargo.toml`, or the directory of it
    #[arg(long)]
    from_cargo: bool,

    /// What the diagram shows
    #[arg(short, long, value_enum)]
    kind: Option<Kind>,

    /// The machine to draw
    #[arg(short, long, value_name = "NAME")]
    machine: Option<String>,

    /// The system to draw
    #[arg(short, long, value_name = "NAME")]
    system: Option<String>,

    /// The container whose components, or the part whose code is drawn
    #[arg(short, long, value_name = "NAME")]
    part: Option<String>,

    /// The scenario to run and to draw, by its title
    #[arg(long, value_name = "TITLE")]
    scenario: Option<String>,

    /// How the diagram is written; without it, as the name of the output says, or else as Mermaid
    #[arg(short, long, value_enum)]
    format: Option<Format>,

    /// How Mermaid is told about the levels of a system
    #[arg(long, value_enum)]
    notation: Option<Notation>,

    #[command(flatten)]
    shown: Shown,

    /// Write into this file, or into this directory, one file for each diagram
    #[arg(short, long, value_name = "FILE|DIRECTORY")]
    output: Option<PathBuf>,

    /// Write nothing; exit with 1 if a file is not what would be written
    #[arg(long, requires = "output")]
    check: bool,
}

/// What a diagram shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Kind {
    /// The states of a machine
    State,
    /// A system among those who use it and what it uses: C4, level 1
    Context,
    /// The containers of a system: C4, level 2
    Container,
    /// The components of a container: C4, level 3
    Component,
    /// The states of the machines that run in a system: C4, level 4
    Code,
    /// Which part of a system sends which events to which other
    Events,
    /// What happens in the scenarios of a machine: who sends what to whom, in order
    Sequence,
    /// The types that are generated from a machine
    Class,
}

/// What Mermaid offers for C4 diagrams.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Notation {
    /// A flow chart, laid out in layers
    Flowchart,
    /// Mermaid's own C4 syntax, laid out in rows
    C4,
}

const EXAMPLES: &str = "\
Examples:
  fsmc diagram session.fsm                          the diagram of the one machine in it
  fsmc diagram src/lib.rs --machine Session         of one of several
  fsmc diagram machines -o docs/diagrams/           all of a directory, as Session.mmd and so on
  fsmc diagram machines -o docs/diagrams/ --check   for continuous integration
  fsmc diagram session.fsm -o session.svg           as a picture
  fsmc diagram session.fsm --only Active --depth 2  one state and what is around it, without what is deep inside
  fsmc diagram session.fsm --coverage               what its scenarios reach
  fsmc diagram shop.fsm --kind container            the containers of a system
  fsmc diagram shop.fsm --kind component --part Web the components of one of them
  fsmc diagram shop.fsm --kind sequence -o docs/    what happens in its scenarios
  fsmc diagram --from-cargo . --kind container      the containers of the workspace in this directory

Exit status:
  0  drawn
  1  nothing could be made out, a scenario failed, or, with --check, a file is not up to date
  2  wrong usage, or something could not be read or written";

/// Runs the command.
pub(super) fn run(arguments: &Arguments) -> Result<Outcome, Failure> {
    let report = arguments.read()?;
    terminal::tell(&human_findings(&report));
    terminal::report_failures(&report.failures);
    let is_empty = report.machines().next().is_none() && report.systems().next().is_none();
    if is_empty && !report.findings.is_empty() {
        return Ok(Outcome::Findings);
    }
    if !report.failures.is_empty() {
        return Ok(Outcome::Incomplete);
    }
    let options = arguments.shown.options();
    let subjects = arguments.subjects(&report, &options)?;
    let drawn = if subjects.failures.is_empty() { Outcome::Good } else { Outcome::Findings };
    let Some(output) = &arguments.output else {
        let subject = subjects.only("the standard output takes")?;
        terminal::print_bytes(&arguments.written(subject)?)?;
        terminal::report_failures(&subjects.failures);
        return Ok(drawn);
    };
    let drawings = drawings(&subjects, output, arguments)?;
    terminal::report_failures(&subjects.failures);
    let written = if arguments.check { check(&drawings) } else { write(&drawings)? };
    Ok(if written == Outcome::Good { drawn } else { written })
}

impl Arguments {
    /// What is to be drawn, and what is to be said of it. Of a workspace nothing is said: its text is not the user's.
    fn read(&self) -> Result<Report, Failure> {
        if !self.from_cargo {
            return Ok(report::of(std::slice::from_ref(&self.path)));
        }
        let place = cargo::place(&self.path);
        let mut overlay = Overlay::default();
        overlay.put(&place, cargo::system(&self.path, &place)?);
        Ok(report::unchecked_over(&[place], overlay))
    }

    /// All diagrams of the kind that is asked for.
    pub(crate) fn all(&self, report: &Report) -> Result<Vec<Vec<u8>>, Failure> {
        let options = self.shown.options();
        self.subjects(report, &options)?.list.iter().map(|subject| self.written(subject)).collect()
    }

    /// The one diagram that is asked for, and the name of what it shows.
    pub(crate) fn only(&self, report: &Report) -> Result<(String, Vec<u8>), Failure> {
        let options = self.shown.options();
        let subjects = self.subjects(report, &options)?;
        let subject = subjects.only("a document takes")?;
        Ok((subject.name.clone(), self.written(subject)?))
    }

    /// The file for the diagram, if one is named: where a document shows a diagram, there is one.
    pub(crate) fn output(&self) -> Result<Option<&Path>, Failure> {
        if self.check {
            let failure = Failure::new("`--check` has no meaning here");
            return Err(failure.help("`fsmc embed --check` checks pictures, too"));
        }
        match self.output.as_deref() {
            Some(output) if output.to_string_lossy().ends_with(std::path::is_separator) => {
                let failure = Failure::new("a document shows a file, and this is a directory");
                Err(failure.help("name a file: `-o door.svg`"))
            }
            output => Ok(output),
        }
    }

    /// The same, with a path that is relative to this directory.
    pub(crate) fn seen_from(self, directory: &Path) -> Self {
        Arguments { path: directory.join(&self.path), ..self }
    }

    /// The file or directory with what is drawn.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The language of the diagram, as Markdown calls it.
    pub(crate) fn language(&self) -> &'static str {
        self.format().language()
    }

    /// A file whose name says a format that there is not is no file of Mermaid.
    fn refuse_unknown_name(&self) -> Result<(), Failure> {
        let file = self.output.as_deref().filter(|path| self.format.is_none() && !is_directory(path));
        match file {
            Some(path) if path.extension().is_some() && Format::of(path).is_none() => {
                let failure = Failure::of(path, "its name says no format of diagrams");
                Err(failure.help("choose one by `--format`, or a name that ends as `.svg`, `.png`, `.mmd` or `.puml`"))
            }
            _ => Ok(()),
        }
    }

    /// The format that was chosen, or that the name of the output says.
    fn format(&self) -> Format {
        self.format.or_else(|| Format::of(self.output.as_deref()?)).unwrap_or(Format::Mermaid)
    }

    fn written(&self, subject: &Subject<'_>) -> Result<Vec<u8>, Failure> {
        self.refuse_unknown_name()?;
        self.format().write(&subject.diagram, self.shown.options().theme, self.notation.unwrap_or(Notation::Flowchart))
    }
}

/// A diagram and the file for it.
struct Drawing {
    path: PathBuf,
    content: Vec<u8>,
}

/// What is to be written under `output`.
fn drawings(subjects: &Subjects<'_>, output: &Path, arguments: &Arguments) -> Result<Vec<Drawing>, Failure> {
    if !is_directory(output) {
        let content = arguments.written(subjects.only("a file takes")?)?;
        return Ok(vec![Drawing { path: output.to_owned(), content }]);
    }
    let mut names = BTreeSet::new();
    let mut drawings = Vec::new();
    let extension = arguments.format().extension();
    for subject in &subjects.list {
        let Subject { name, file, .. } = subject;
        if !names.insert(file) {
            let noun = subjects.noun;
            let message =
                format!("there are several {noun}s `{name}`, and only one can be written as `{file}.{extension}`");
            return Err(Failure::new(message).help("draw their files one by one"));
        }
        // A name is appended to, since what follows a dot in it is part of the name.
        let path = output.join(format!("{file}.{extension}"));
        drawings.push(Drawing { path, content: arguments.written(subject)? });
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
            .and_then(|()| std::fs::write(&drawing.path, &drawing.content))
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
        std::fs::read(&self.path).is_ok_and(|content| content == self.content)
    }
}
