//! `fsmc validate`: finds what is wrong with machines.

use std::path::PathBuf;

use clap::Args;

use super::Outcome;
use crate::failure::Failure;
use crate::render::{Extras, Format};
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

    /// Tell what is known of each machine, too: its size, and which cycles its limits bound
    #[arg(short, long)]
    verbose: bool,

    /// Tell what every event does in every state, too: handled, inherited, deferred, ignored or refused, and when
    #[arg(long)]
    table: bool,
}

const EXAMPLES: &str = "\
Examples:
  fsmc validate                          all machines below the current directory
  fsmc validate session.fsm src/lib.rs   two files
  fsmc validate - < session.fsm          the standard input

Exit status:
  0  nothing was found
  1  findings, errors or warnings
  2  wrong usage, or something could not be read";

/// Runs the command.
pub(super) fn run(arguments: &Arguments) -> Result<Outcome, Failure> {
    let report = report::of(&arguments.paths);
    let text = arguments.format.render(&report, Extras { facts: arguments.verbose, table: arguments.table });
    match arguments.format {
        Format::Human | Format::Short => terminal::print(&text)?,
        Format::Json => terminal::print_exactly(&text)?,
    }
    terminal::report_failures(&report.failures);
    Ok(if !report.failures.is_empty() {
        Outcome::Incomplete
    } else if !report.findings.is_empty() {
        Outcome::Findings
    } else {
        Outcome::Good
    })
}
