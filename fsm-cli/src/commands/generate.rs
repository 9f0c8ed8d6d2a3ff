//! `fsmc generate`: writes the Rust code of machines as a file.
//!
//! The code is what `fsm!` and `fsm_file!` give. It is laid out by rustfmt, in the style of the project that it is
//! written into, where there is a rustfmt; so whether a file is up to date does not depend on its layout.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use clap::Args;
use fsm_core::codegen::file::{self, Unreadable};
use fsm_core::diagnostic::{Diagnostics, Severity};
use fsm_core::model::Program;
use fsm_core::suggest;

use super::Outcome;
use crate::failure::{Failure, io_message};
use crate::files;
use crate::printable::{escaped, is_printable};
use crate::render::human_findings;
use crate::report::{self, Report};
use crate::terminal;

/// Write the Rust code of state machines
///
/// Writes what `fsm!` and `fsm_file!` give, as a file to read, keep and compile without a macro: of all machines of a
/// file, or of one. A machine with errors has no code.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// A file with machines; `-` is the standard input
    #[arg(value_name = "FILE")]
    path: PathBuf,

    /// The machine to generate, of several
    #[arg(short, long, value_name = "NAME")]
    machine: Option<String>,

    /// Write into this file; `-` is the standard output
    #[arg(short, long, default_value = "-", value_name = "FILE")]
    output: PathBuf,

    /// Write nothing; exit with 1 if the file is not what would be written, but for its layout
    #[arg(long)]
    check: bool,
}

const EXAMPLES: &str = "\
Examples:
  fsmc generate session.fsm                            to read it
  fsmc generate session.fsm -o src/session.rs          to keep it
  fsmc generate session.fsm -o src/session.rs --check  for continuous integration

The code needs the crate `fsm-runtime`. A file that fsmc has not generated is never overwritten.

Exit status:
  0  generated
  1  findings, or, with --check, the file is not up to date
  2  wrong usage, or something could not be read or written";

/// Runs the command.
pub(super) fn run(arguments: &Arguments) -> Result<Outcome, Failure> {
    let is_stdout = arguments.output.as_os_str() == "-";
    if arguments.check && is_stdout {
        return Err(Failure::new("there is no file to check").help("name it by `--output FILE`"));
    }
    if arguments.path.is_dir() {
        return Err(Failure::of(&arguments.path, "is a directory").help("name one file"));
    }
    let mut report = report::of(std::slice::from_ref(&arguments.path));
    let Some(program) = chosen(&report, arguments)? else {
        tell(&report);
        return Ok(if report.failures.is_empty() { Outcome::Findings } else { Outcome::Incomplete });
    };
    let code = generate(&mut report, &program, &arguments.path)?;
    tell(&report);
    if report.count(Severity::Error) > 0 {
        return Ok(Outcome::Findings);
    }
    if arguments.check {
        return check(&code, &arguments.output);
    }
    let laid_out = formatted(&code, &arguments.output).unwrap_or(code);
    if is_stdout {
        terminal::print_exactly(&shown(&laid_out)?)?;
    } else {
        write(&laid_out, &arguments.output)?;
    }
    Ok(Outcome::Good)
}

/// The code as a terminal may be shown it: with escapes in comments. In code an escape could mean something else, so there
/// such a character is refused.
fn shown(code: &str) -> Result<String, Failure> {
    let is_shown = |letter: char| matches!(letter, '\n' | '\t') || is_printable(letter);
    let mut shown = String::with_capacity(code.len());
    for line in code.split_inclusive('\n') {
        if line.chars().all(is_shown) {
            shown.push_str(line);
        } else if line.trim_start().starts_with("//") {
            shown.push_str(&escaped(line.trim_end_matches('\n')));
            shown.push('\n');
        } else {
            return Err(Failure::new("the code holds characters that a terminal must not be shown")
                .help("write it to a file: `--output FILE`"));
        }
    }
    Ok(shown)
}

fn tell(report: &Report) {
    terminal::tell(&human_findings(report));
    terminal::report_failures(&report.failures);
}

/// The program with the machines to generate; none if what is wrong has been found already.
fn chosen(report: &Report, arguments: &Arguments) -> Result<Option<Program>, Failure> {
    let fail = |message: String| Failure::of(&arguments.path, message);
    if report.count(Severity::Error) > 0 || !report.failures.is_empty() {
        return Ok(None);
    }
    let names: Vec<_> = report.machines().map(|machine| machine.name.text.as_str()).collect();
    let Some(wanted) = &arguments.machine else {
        let mut programs = report.programs.iter().filter(|program| !program.machines.is_empty());
        let program = programs.next().ok_or_else(|| fail("there is no machine in it".to_owned()))?;
        if programs.next().is_some() {
            return Err(fail("there are several `fsm!` in it".to_owned()).help("choose one by `--machine NAME`"));
        }
        return Ok(Some(program.clone()));
    };
    let has = |program: &&Program| program.machines.iter().any(|machine| machine.name.text == *wanted);
    let Some(program) = report.programs.iter().find(has) else {
        let meant = suggest::closest(wanted, names.iter().copied());
        let help = meant
            .map_or_else(|| format!("there is `{}`", names.join("`, `")), |meant| format!("did you mean `{meant}`?"));
        return Err(fail(format!("there is no machine `{}` in it", escaped(wanted))).help(help));
    };
    let mut program = program.clone();
    program.machines.retain(|machine| machine.name.text == *wanted);
    Ok(Some(program))
}

/// The code, or nothing and a finding in the report.
fn generate(report: &mut Report, program: &Program, path: &Path) -> Result<String, Failure> {
    let mut diagnostics = Diagnostics::new();
    let code = file::rust_file(program, &report.texts.sources, &source_name(path), &mut diagnostics);
    report.add_findings(diagnostics);
    code.map_err(|Unreadable { what, reason }| Failure::of(path, format!("{what} cannot be read as Rust: {reason}")))
}

/// The name of a definition in the header of its code: the same from every directory.
fn source_name(path: &Path) -> String {
    if path.as_os_str() == "-" {
        return "the standard input".to_owned();
    }
    let (root, path) = (files::project_root(path), files::canonical(path));
    let parts = path.strip_prefix(&root).unwrap_or(&path).components();
    parts.map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
}

/// The code as rustfmt lays it out where it is to stand; nothing without a rustfmt.
fn formatted(code: &str, output: &Path) -> Option<String> {
    let directory = output.parent().filter(|directory| directory.is_dir()).unwrap_or(Path::new("."));
    let mut rustfmt = Command::new("rustfmt")
        .args(["--edition", "2024", "--emit", "stdout", "--quiet"])
        .current_dir(directory)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    let mut input = rustfmt.stdin.take()?;
    let output = std::thread::scope(|scope| {
        scope.spawn(move || input.write_all(code.as_bytes()));
        rustfmt.wait_with_output()
    });
    let output = output.ok().filter(|output| output.status.success())?;
    String::from_utf8(output.stdout).ok().filter(|text| file::is_generated(text))
}

/// Writes the file, unless it says the same already or is somebody's own.
fn write(code: &str, output: &Path) -> Result<(), Failure> {
    if let Ok(old) = std::fs::read(output) {
        let old = String::from_utf8_lossy(&old);
        if old == code {
            return Ok(());
        }
        if !old.is_empty() && !file::is_generated(&old) {
            return Err(
                Failure::of(output, "was not generated by fsmc").help("remove it first, or choose another file")
            );
        }
    }
    let directory = output.parent().filter(|directory| !directory.as_os_str().is_empty());
    directory
        .map_or(Ok(()), std::fs::create_dir_all)
        .and_then(|()| std::fs::write(output, code))
        .map_err(|error| Failure::of(output, io_message(&error)))
}

/// Tells whether and where a file differs from what would be written.
fn check(code: &str, output: &Path) -> Result<Outcome, Failure> {
    let stale = |message: &str| {
        let failure = Failure::of(output, message).help("the same command without `--check` writes it");
        terminal::report_failures(&[failure]);
        Ok(Outcome::Findings)
    };
    if !output.exists() {
        return stale("does not exist");
    }
    let old = files::read_text(output).map_err(|message| Failure::of(output, message))?;
    if !file::is_generated(&old) {
        return stale("was not generated by fsmc");
    }
    let wanted = file::layout(code).map_err(|reason| Failure::of(output, reason))?;
    match file::layout(&old) {
        Err(reason) => stale(&format!("cannot be read as Rust: {reason}")),
        Ok(found) if found == wanted => Ok(Outcome::Good),
        Ok(found) => stale(&format!("is not up to date: {}", difference(&found, &wanted))),
    }
}

/// The first line in which two texts differ.
fn difference(found: &str, wanted: &str) -> String {
    let lines = |text| str::lines(text).map(Some).chain(std::iter::repeat(None));
    let first = lines(found).zip(lines(wanted)).find(|(found, wanted)| found != wanted || found.is_none());
    match first {
        Some((Some(found), Some(wanted))) => format!("`{}` should be `{}`", found.trim(), wanted.trim()),
        Some((Some(found), None)) => format!("`{}` is too much", found.trim()),
        Some((None, Some(wanted))) => format!("`{}` is missing", wanted.trim()),
        _ => "its end differs".to_owned(),
    }
}
