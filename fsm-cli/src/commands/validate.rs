//! `fsmc validate`: finds what is wrong with machines.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use fsm_core::diagnostic::Severity;

use super::Outcome;
use crate::failure::Failure;
use crate::render::Format;
use crate::report;
use crate::terminal;

/// Check state machines, and say what is wrong with them
///
/// Looks at `.fsm` files, and at the `fsm!` and `fsm_file!` in `.rs` files. In a directory all such files are looked
/// at, except those that git ignores and hidden ones.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// Files and directories; `-` is the standard input
    #[arg(value_name = "PATH", default_value = ".")]
    paths: Vec<PathBuf>,

    /// How findings are told
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,

    /// Treat findings of this level as errors: exit with 1
    #[arg(long, value_enum, value_name = "LEVEL")]
    deny: Option<Deny>,

    /// Tell what is known of each machine, too: its size, and which cycles its limits bound
    #[arg(short, long)]
    verbose: bool,
}

/// What can be denied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Deny {
    /// Warnings, too
    Warnings,
}

const EXAMPLES: &str = "\
Examples:
  fsmc validate                          all machines below the current directory
  fsmc validate session.fsm src/lib.rs   two files
  fsmc validate - < session.fsm          the standard input
  fsmc validate --deny warnings          for continuous integration

Exit status:
  0  no errors, and no warnings if they are denied
  1  findings
  2  wrong usage, or something could not be read";

/// Runs the command.
pub(super) fn run(arguments: &Arguments) -> Result<Outcome, Failure> {
    let report = report::of(&arguments.paths);
    let text = arguments.format.render(&report, arguments.verbose);
    match arguments.format {
        Format::Human | Format::Short => terminal::print(&text)?,
        Format::Json => terminal::print_exactly(&text)?,
    }
    terminal::report_failures(&report.failures);
    let is_denied = |severity| match severity {
        Severity::Error => true,
        Severity::Warning => arguments.deny == Some(Deny::Warnings),
    };
    Ok(if !report.failures.is_empty() {
        Outcome::Incomplete
    } else if report.findings.iter().any(|finding| is_denied(finding.severity())) {
        Outcome::Findings
    } else {
        Outcome::Good
    })
}
