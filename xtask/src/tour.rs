//! The main job on a real definition: the recursive workflow is checked, drawn and run.

use std::path::Path;
use std::process::Command;

const DEFINITION: &str = "examples/machines/recursive_workflow.fsm";

/// Runs the commands that a user would run.
pub(crate) fn run(root: &Path) -> Result<(), String> {
    let fsmc = ["run", "--quiet", "--package", "fsm-cli", "--"];
    step(root, "fsmc validate --verbose", &fsmc, &["validate", "--verbose", DEFINITION])?;
    step(root, "fsmc diagram", &fsmc, &["diagram", DEFINITION])?;
    let program = ["run", "--quiet", "--package", "fsm-examples", "--bin", "recursive_workflow"];
    step(root, "the program that drives it", &program, &[])
}

fn step(root: &Path, title: &str, cargo: &[&str], arguments: &[&str]) -> Result<(), String> {
    println!("\n── {title} ──\n");
    let status = Command::new(env!("CARGO"))
        .args(cargo)
        .args(arguments)
        .current_dir(root)
        .status()
        .map_err(|error| error.to_string())?;
    if status.success() { Ok(()) } else { Err(format!("{title}: {status}")) }
}
