//! `fsmc import`: writes definitions of other notations anew.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use fsm_core::diagnostic::{Diagnostics, Severity};
use fsm_core::import::{self, Import};
use fsm_core::source::Sources;
use fsm_core::{NoImports, analyze};

use super::Outcome;
use crate::cargo;
use crate::failure::{Failure, io_message};
use crate::files::{self, Overlay};
use crate::render::human_findings;
use crate::report::{self, Report};
use crate::terminal;
use crate::texts::Texts;

/// Write a state machine of another notation, or a Cargo workspace, in the fsm language
///
/// Prints the text, or writes it with `--output`. What cannot be imported is told at its place in the document, and
/// nothing is written.
///
/// Of a Cargo workspace a system is made: what can be run as containers, modules and libraries as components, databases,
/// brokers and services as its crates tell them. Nothing is built and nothing is fetched.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// The document, or a directory with a `Cargo.toml`; `-` is the standard input
    #[arg(value_name = "PATH")]
    path: PathBuf,

    /// The notation of the document; without it, as the path says
    #[arg(long, value_enum, value_name = "NOTATION")]
    from: Option<Notation>,

    /// Write into this file
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,

    /// Write nothing; exit with 1 if the file is not what would be written
    #[arg(long, requires = "output")]
    check: bool,
}

/// A notation that is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Notation {
    /// SCXML, of the W3C; docs/scxml.md says what of it
    Scxml,
    /// A Cargo workspace, by its manifest
    Cargo,
}

const EXAMPLES: &str = "\
Examples:
  fsmc import microwave.scxml                          print the machine in the fsm language
  fsmc import microwave.scxml -o microwave.fsm         write it into a file
  fsmc import microwave.scxml -o microwave.fsm --check for continuous integration
  fsmc import Cargo.toml -o system.fsm                 the workspace as a system, to be edited and kept

Exit status:
  0  imported
  1  the document cannot be imported, or, with --check, the file is not up to date
  2  wrong usage, or something could not be read or written";

/// Runs the command.
pub(super) fn run(arguments: &Arguments) -> Result<Outcome, Failure> {
    let is_workspace = cargo::is_workspace(&arguments.path);
    let notation = arguments.from.unwrap_or(if is_workspace { Notation::Cargo } else { Notation::Scxml });
    let (report, text) = match notation {
        Notation::Scxml => scxml(arguments)?,
        Notation::Cargo => workspace(arguments)?,
    };
    terminal::tell(&human_findings(&report));
    if report.findings.iter().any(|finding| finding.severity() == Severity::Error) {
        return Ok(Outcome::Findings);
    }
    match &arguments.output {
        None => terminal::print_exactly(&text).map(|()| Outcome::Good),
        Some(output) if arguments.check => Ok(check(output, &text)),
        Some(output) => write(output, &text).map(|()| Outcome::Good),
    }
}

fn scxml(arguments: &Arguments) -> Result<(Report, String), Failure> {
    let path = &arguments.path;
    let bytes = read(path)?;
    let mut texts = Texts::default();
    let name = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let shown = if is_stdin(path) { "<stdin>".to_owned() } else { files::shown(path) };
    let import = import::scxml(&mut texts.sources, &shown, &name, &bytes);
    let findings = findings(&import, &mut texts.sources, arguments.output.as_deref());
    let report = Report {
        texts,
        files: BTreeSet::new(),
        programs: Vec::new(),
        erroneous: BTreeSet::new(),
        findings: findings.into_sorted(),
        failures: Vec::new(),
    };
    Ok((report, import.text))
}

/// A workspace as a system. Its text is looked at beside the manifest: the directory of the output may not be there yet.
fn workspace(arguments: &Arguments) -> Result<(Report, String), Failure> {
    let beside = cargo::place(&arguments.path);
    let text = cargo::system(&arguments.path, &beside)?;
    let mut overlay = Overlay::default();
    overlay.put(&beside, text.clone());
    let report = report::unchecked_over(&[beside], overlay);
    match &arguments.output {
        Some(output) => Ok((report, cargo::system(&arguments.path, output)?)),
        None => Ok((report, text)),
    }
}

fn is_stdin(path: &Path) -> bool {
    path.as_os_str() == "-"
}

fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    let bytes = if is_stdin(path) { files::read_bounded(io::stdin().lock()) } else { files::read_bytes(path) };
    bytes.map_err(|message| Failure::of(path, message))
}

/// What the importer found, and what the front end finds in its text.
fn findings(import: &Import, sources: &mut Sources, output: Option<&Path>) -> Diagnostics {
    let mut findings = import.diagnostics.clone();
    if !findings.has_errors() {
        let name = output.map_or("<imported>".to_owned(), files::shown);
        let text = import.add_text(sources, &name);
        let analysis = analyze(sources, text, &mut NoImports);
        findings.append(import.traced(text, analysis.diagnostics));
    }
    findings
}

fn is_up_to_date(path: &Path, text: &str) -> bool {
    std::fs::read(path).is_ok_and(|content| content == text.as_bytes())
}

fn check(path: &Path, text: &str) -> Outcome {
    if is_up_to_date(path, text) {
        return Outcome::Good;
    }
    let message = if path.exists() { "is not up to date" } else { "does not exist" };
    let failure = Failure::of(path, message).help("the same command without `--check` writes it");
    terminal::report_failures(&[failure]);
    Outcome::Findings
}

/// Writes the file, unless it is up to date.
fn write(path: &Path, text: &str) -> Result<(), Failure> {
    if is_up_to_date(path, text) {
        return Ok(());
    }
    let directory = path.parent().filter(|directory| !directory.as_os_str().is_empty());
    directory
        .map_or(Ok(()), std::fs::create_dir_all)
        .and_then(|()| std::fs::write(path, text))
        .map_err(|error| Failure::of(path, io_message(&error)))
}
