//! `fsmc`: checks, draws and explains state machines written in the fsm language.
//!
//! The command line is in [`cli`], one file for each command in [`commands`]. A command reads its [`input`] into
//! [`texts`], lets `fsm-core` analyse it into a [`report`], and [`render`]s that.

mod baseline;
mod cargo;
mod cli;
mod commands;
mod difference;
mod document;
mod embed;
mod failure;
mod files;
mod fixes;
mod identity;
mod importer;
mod input;
mod levels;
mod mdbook;
mod printable;
mod render;
mod report;
mod rust_source;
mod scenarios;
mod simulate;
mod site;
mod terminal;
mod texts;
mod work;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::run()
}
