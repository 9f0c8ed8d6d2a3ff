//! `fsmc doc`: a site about machines and systems.

use std::path::{Path, PathBuf};

use clap::Args;

use super::Outcome;
use crate::document::Matter;
use crate::failure::Failure;
use crate::files;
use crate::report;
use crate::site::pages::Site;
use crate::site::write::{self, Changes};
use crate::site::{File, Format};
use crate::terminal;

/// Write a site about state machines and systems
///
/// Each machine has a page: its diagram, its states and transitions, what every event does in every state, its
/// scenarios with their verdicts, what the checks find, and the Rust items that are generated. Each system has a page
/// with its levels, whose parts lead to the machines. The site can be read from a disk, and asks the network for nothing.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// Files and directories
    #[arg(value_name = "PATH", default_value = ".")]
    paths: Vec<PathBuf>,

    /// The directory of the site; what else lies in it stays
    #[arg(short, long, value_name = "DIRECTORY")]
    output: PathBuf,

    /// What is written
    #[arg(short, long, value_enum, default_value_t = Format::Html)]
    format: Format,

    /// What the site is called
    #[arg(long, default_value = "State machines")]
    title: String,

    /// Write nothing; exit with 1 if a file is not what would be written
    #[arg(long)]
    check: bool,
}

const EXAMPLES: &str = "\
Examples:
  fsmc doc -o target/fsm                          all machines below the current directory
  fsmc doc machines -o docs/machines -f markdown  as Markdown, to be kept
  fsmc doc machines -o docs/machines -f markdown --check

Only files that have changed are written. A file that fsmc has not written is neither replaced nor removed.

Exit status:
  0  written
  1  with --check, a file is not up to date
  2  wrong usage, or something could not be read or written";

/// Runs the command.
pub(super) fn run(arguments: &Arguments) -> Result<Outcome, Failure> {
    let report = report::of(&arguments.paths);
    terminal::report_failures(&report.failures);
    if report.machines().next().is_none() && report.systems().next().is_none() {
        let failure = Failure::new("there is no machine and no system to write about");
        return if report.failures.is_empty() { Err(failure) } else { Ok(Outcome::Incomplete) };
    }
    let base = files::project_root(arguments.paths.first().map_or(Path::new("."), PathBuf::as_path));
    let matter = Matter::of(&report, &base);
    let files = arguments.format.files(&Site::new(arguments.title.clone(), &matter));
    let changes = write::changes(&arguments.output, &files)?;
    let outcome = if report.failures.is_empty() { Outcome::Good } else { Outcome::Incomplete };
    if arguments.check {
        return Ok(outcome.and(check(&arguments.output, &changes)));
    }
    write::apply(&arguments.output, &files, &changes)?;
    terminal::tell(&summary(&arguments.output, &files, &changes));
    Ok(outcome)
}

/// Tells which files are not what would be written.
fn check(directory: &Path, changes: &Changes) -> Outcome {
    let written = changes.written.iter().map(|(path, why)| (path, *why));
    let removed = changes.removed.iter().map(|path| (path, "is of a site that was"));
    let failures: Vec<_> = written
        .chain(removed)
        .map(|(path, why)| {
            Failure::of(&directory.join(path), why).help("the same command without `--check` writes the site")
        })
        .collect();
    terminal::report_failures(&failures);
    if failures.is_empty() { Outcome::Good } else { Outcome::Findings }
}

/// `31 files in target/fsm: 3 written, 28 unchanged`
fn summary(directory: &Path, files: &[File], changes: &Changes) -> String {
    let counted =
        [(changes.written.len(), "written"), (changes.unchanged, "unchanged"), (changes.removed.len(), "removed")];
    let counted = counted.into_iter().filter(|(number, _)| *number > 0);
    let counted: Vec<_> = counted.map(|(number, word)| format!("{number} {word}")).collect();
    format!("{} files in {}: {}\n", files.len(), files::shown(directory), counted.join(", "))
}
