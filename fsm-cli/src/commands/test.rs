//! `fsmc test`: runs the scenarios that stand in machines.

use std::path::PathBuf;

use clap::Args;

use super::Outcome;
use crate::failure::Failure;
use crate::printable::escaped;
use crate::render::human_findings;
use crate::render::scenarios::Format;
use crate::report;
use crate::scenarios::{self, Tests};
use crate::terminal;

/// Run the scenarios of state machines
///
/// A `scenario` is part of a machine's text: what happens to the machine, and what is expected of it. It runs on a
/// virtual clock, so waiting takes no time, and answers in the place of the host. It fails at the first expectation
/// that is not met, and at an answer that it does not expect.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// Files and directories; `-` is the standard input
    #[arg(value_name = "PATH", default_value = ".")]
    paths: Vec<PathBuf>,

    /// Run only the scenarios in whose `Machine: title` this stands
    #[arg(long, value_name = "NAME")]
    filter: Option<String>,

    /// How the results are told
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,

    /// Tell which states were never entered and which transitions never taken
    #[arg(long)]
    coverage: bool,
}

const EXAMPLES: &str = "\
Examples:
  fsmc test                                   all scenarios below the current directory
  fsmc test session.fsm --coverage            of one file, and what they leave out
  fsmc test --filter 'Door: three wrong'      some of them
  fsmc test --format junit > scenarios.xml    for continuous integration

Exit status:
  0  all scenarios passed
  1  a scenario failed
  2  wrong usage, or a machine could not be read or has errors";

/// Runs the command.
pub(super) fn run(arguments: &Arguments) -> Result<Outcome, Failure> {
    let report = report::unchecked(&arguments.paths);
    let tests = scenarios::run(&report, arguments.filter.as_deref());
    if arguments.format != Format::Json {
        terminal::tell(&human_findings(&report));
    }
    let text = arguments.format.render(&tests, arguments.coverage);
    match arguments.format {
        Format::Human => terminal::print(&text)?,
        Format::Json | Format::Junit => terminal::print_exactly(&text)?,
    }
    terminal::report_failures(&report.failures);
    refuse_idle_filter(&tests, arguments.filter.as_deref())?;
    Ok(if !report.failures.is_empty() || !report.erroneous.is_empty() {
        Outcome::Incomplete
    } else if tests.failed() > 0 {
        Outcome::Findings
    } else {
        Outcome::Good
    })
}

/// A filter that lets nothing through is misspelt more often than it is meant.
fn refuse_idle_filter(tests: &Tests<'_>, filter: Option<&str>) -> Result<(), Failure> {
    match filter {
        Some(filter) if tests.results.is_empty() && tests.skipped > 0 => {
            let message = format!("`{}` stands in none of the scenarios", escaped(filter));
            Err(Failure::new(message).help("the text is looked for in `Machine: title`, letter by letter"))
        }
        _ => Ok(()),
    }
}
