//! `fsmc import`: writes definitions of other notations anew.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use fsm_core::diagnostic::Diagnostics;
use fsm_core::import::{self, Import};
use fsm_core::source::Sources;
use fsm_core::{NoImports, analyze};

use super::Outcome;
use crate::failure::{Failure, io_message};
use crate::files;
use crate::render::human_findings;
use crate::report::Report;
use crate::terminal;
use crate::texts::Texts;

/// Write a state machine of another notation in the fsm language
///
/// Prints the text, or writes it with `--output`. What cannot be imported is told at its place in the document, and
/// nothing is written.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// The document; `-` is the standard input
    #[arg(value_name = "FILE")]
    path: PathBuf,

    /// The notation of the document
    #[arg(long, value_enum, default_value_t = Notation::Scxml, value_name = "NOTATION")]
    from: Notation,

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
}

const EXAMPLES: &str = "\
Examples:
  fsmc import microwave.scxml                          print the machine in the fsm language
  fsmc import microwave.scxml -o microwave.fsm         write it into a file
  fsmc import microwave.scxml -o microwave.fsm --check for continuous integration

Exit status:
  0  imported
  1  the document cannot be imported, or, with --check, the file is not up to date
  2  wrong usage, or something could not be read or written";

/// Runs the command.
pub(super) fn run(arguments: &Arguments) -> Result<Outcome, Failure> {
    let bytes = read(&arguments.path)?;
    let mut texts = Texts::default();
    let import = arguments.from.import(&mut texts.sources, &arguments.path, &bytes);
    let findings = findings(&import, &mut texts.sources, arguments.output.as_deref());
    let is_sound = !findings.has_errors();
    let report = Report {
        texts,
        files: BTreeSet::new(),
        programs: Vec::new(),
        erroneous: BTreeSet::new(),
        findings: findings.into_sorted(),
        failures: Vec::new(),
    };
    terminal::tell(&human_findings(&report));
    if !is_sound {
        return Ok(Outcome::Findings);
    }
    match &arguments.output {
        None => terminal::print_exactly(&import.text).map(|()| Outcome::Good),
        Some(output) if arguments.check => Ok(check(output, &import.text)),
        Some(output) => write(output, &import.text).map(|()| Outcome::Good),
    }
}

impl Notation {
    fn import(self, sources: &mut Sources, path: &Path, bytes: &[u8]) -> Import {
        let name = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        let shown = if is_stdin(path) { "<stdin>".to_owned() } else { files::shown(path) };
        match self {
            Notation::Scxml => import::scxml(sources, &shown, &name, bytes),
        }
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
