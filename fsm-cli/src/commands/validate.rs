//! `fsmc validate`: finds what is wrong with machines.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use fsm_core::diagnostic::Severity;

use super::Outcome;
use crate::failure::{Failure, io_message};
use crate::files::{self, Overlay};
use crate::fixes::{self, Mended};
use crate::input::STDIN;
use crate::levels::{ConfigFlags, LevelFlags, Leveling};
use crate::render::{Extras, Format};
use crate::report::{self, Report};
use crate::terminal;
use crate::work::Workers;
use crate::{baseline, difference};

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

    /// The file for what is told; `-` is the standard output
    #[arg(short, long, default_value = "-", value_name = "FILE")]
    output: PathBuf,

    /// Apply fixes and write the files: those that are safe, or also those that may be meant otherwise. The standard
    /// input goes to the standard output
    #[arg(long, value_enum, value_name = "WHICH", num_args = 0..=1, require_equals = true, default_missing_value = "safe")]
    fix: Option<Which>,

    /// With --fix: write nothing, and show what would change
    #[arg(long, requires = "fix")]
    diff: bool,

    /// Tell only what this file does not hold
    #[arg(long, value_name = "FILE", conflicts_with = "write_baseline")]
    baseline: Option<PathBuf>,

    /// Write what is found to this file, for --baseline
    #[arg(long, value_name = "FILE")]
    write_baseline: Option<PathBuf>,

    #[command(flatten)]
    levels: LevelFlags,

    #[command(flatten)]
    config: ConfigFlags,

    #[command(flatten)]
    workers: Workers,
}

/// Which fixes are applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Which {
    /// Those after which the machine does what it did
    Safe,
    /// All, such as another name that was probably meant
    Maybe,
}

const EXAMPLES: &str = "\
Examples:
  fsmc validate                          all machines below the current directory
  fsmc validate session.fsm src/lib.rs   two files
  fsmc validate - < session.fsm          the standard input
  fsmc validate --deny warnings          for continuous integration
  fsmc validate --fix --diff             what can be mended without thinking
  fsmc validate -A unused -D cycles      levels for groups of findings; docs/levels.md tells more

Exit status:
  0  no errors; there may be warnings
  1  errors
  2  wrong usage, or something could not be read";

/// Runs the command.
pub(super) fn run(arguments: &Arguments) -> Result<Outcome, Failure> {
    let leveling = Leveling::new(arguments.levels.clone(), arguments.config.clone());
    let mut report = match arguments.fix {
        Some(which) => fix(arguments, &leveling, which)?,
        None => report::leveled(&arguments.paths, Overlay::default(), leveling, &arguments.workers),
    };
    if let Some(path) = &arguments.write_baseline {
        let count = baseline::write(path, &report)?;
        let findings = if count == 1 { "finding" } else { "findings" };
        terminal::tell(&format!("{count} {findings} written to {}\n", files::shown(path)));
    }
    if let Some(path) = arguments.baseline.as_ref().or(arguments.write_baseline.as_ref()) {
        terminal::report_warnings(&baseline::apply(path, &mut report)?);
    }
    let text = arguments.format.render(&report, Extras { facts: arguments.verbose, table: arguments.table });
    tell(&text, arguments)?;
    terminal::report_failures(&report.failures);
    let outcome = if !report.failures.is_empty() {
        Outcome::Incomplete
    } else if report.count(Severity::Error) > 0 {
        Outcome::Findings
    } else {
        Outcome::Good
    };
    // The process ends: to free a large machine piece by piece would only take time.
    std::mem::forget(report);
    Ok(outcome)
}

/// Applies fixes, and gives what is found then.
fn fix(arguments: &Arguments, leveling: &Leveling, which: Which) -> Result<Report, Failure> {
    let fixed = fixes::apply(&arguments.paths, leveling, &arguments.workers, which == Which::Maybe);
    for (name, Mended { old, new }) in &fixed.mended {
        if arguments.diff {
            terminal::print_exactly(&difference::unified(name, old, new))?;
        } else if name == STDIN {
            terminal::print_exactly(new)?;
        } else {
            std::fs::write(name, new).map_err(|error| Failure::of(Path::new(name), io_message(&error)))?;
        }
    }
    let word = if fixed.applied == 1 { "fix" } else { "fixes" };
    let done = if arguments.diff { "can be applied" } else { "applied" };
    terminal::tell(&format!("{} {word} {done}\n", fixed.applied));
    Ok(fixed.report)
}

fn tell(text: &str, arguments: &Arguments) -> Result<(), Failure> {
    // Where texts or differences are on the standard output, findings are not.
    let is_taken =
        arguments.diff || arguments.fix.is_some() && arguments.paths.iter().any(|path| path.as_os_str() == "-");
    let output = &arguments.output;
    if output.as_os_str() != "-" {
        let plain = anstream::adapter::strip_str(text).to_string();
        return std::fs::write(output, plain).map_err(|error| Failure::of(output, io_message(&error)));
    }
    if is_taken {
        terminal::tell(text);
        return Ok(());
    }
    if arguments.format.is_exact() { terminal::print_exactly(text) } else { terminal::print(text) }
}
