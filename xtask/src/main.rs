//! Regenerates what is checked in. `cargo run -p xtask -- TASK`, and `--check` to fail instead of writing.
//!
//! | task | writes |
//! |---|---|
//! | `grammar` | `fsm-core/src/syntax/grammar.rs` from `fsm.pest` |
//! | `checks` | `docs/checks.md` from the rules' own documentation |
//!
//! `tour` writes nothing: it checks, draws and runs an example.

mod checks;
mod grammar;
mod tour;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{env, fs};

/// A task: where it writes, and what it writes there.
type Task = (&'static str, &'static str, fn(&Path) -> Result<String, String>);

const TASKS: &[Task] =
    &[("grammar", "fsm-core/src/syntax/grammar.rs", grammar::generate), ("checks", "docs/checks.md", checks::generate)];

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    if arguments.first().is_some_and(|argument| argument == "tour") {
        return match tour::run(&root()) {
            Ok(()) => ExitCode::SUCCESS,
            Err(message) => {
                eprintln!("{message}");
                ExitCode::FAILURE
            }
        };
    }
    let check = arguments.iter().any(|argument| argument == "--check");
    let names: Vec<_> = arguments.iter().filter(|argument| !argument.starts_with("--")).collect();
    let wanted = |task: &&Task| names.is_empty() || names.iter().any(|name| *name == task.0);
    let tasks: Vec<_> = TASKS.iter().filter(wanted).collect();
    if tasks.is_empty() {
        eprintln!("no such task; there are: grammar, checks, tour");
        return ExitCode::from(2);
    }
    let mut failed = false;
    for task in tasks {
        if let Err(message) = run(task, check) {
            eprintln!("{}: {message}", task.0);
            failed = true;
        }
    }
    ExitCode::from(u8::from(failed))
}

fn run(&(name, path, generate): &Task, check: bool) -> Result<(), String> {
    let root = root();
    let text = generate(&root)?;
    let path = root.join(path);
    if !check {
        return fs::write(&path, text).map_err(|error| error.to_string());
    }
    match fs::read_to_string(&path) {
        Ok(found) if found == text => Ok(()),
        Ok(_) => Err(format!("{} is stale; run `cargo run -p xtask -- {name}`", path.display())),
        Err(error) => Err(format!("{}: {error}", path.display())),
    }
}

/// The root of the workspace.
fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_owned()
}

#[cfg(test)]
mod tests {
    #[test]
    fn what_is_checked_in_is_fresh() {
        for task in super::TASKS {
            super::run(task, true).unwrap();
        }
    }
}
