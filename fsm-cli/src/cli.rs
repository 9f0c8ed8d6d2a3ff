//! The command line.

use std::process::ExitCode;

use clap::{ColorChoice, Parser};

use crate::commands::{Command, Outcome};
use crate::printable::escaped;
use crate::terminal;

/// Check, draw, run, generate and explain state machines written in the fsm language
///
/// Machines stand in `.fsm` files or in Rust code, in `fsm! { … }`: both are the same language.
#[derive(Debug, Parser)]
#[command(name = "fsmc", version, after_help = EXAMPLES, subcommand_required = true, arg_required_else_help = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,

    /// When to colour the output
    #[arg(long, global = true, value_enum, default_value_t = ColorChoice::Auto, value_name = "WHEN", display_order = 900)]
    color: ColorChoice,
}

const EXAMPLES: &str = "\
Examples:
  fsmc validate                 check all machines below the current directory
  fsmc test                     run their scenarios
  fsmc diagram session.fsm      draw a machine as a Mermaid diagram
  fsmc simulate session.fsm     run a machine and look at what it does
  fsmc generate session.fsm     the Rust code of a machine
  fsmc explain FSM301           what a finding means, with an example

The environment variable NO_COLOR turns colours off, as --color never does.";

/// Runs the command line of this process.
pub(crate) fn run() -> ExitCode {
    let cli = parse();
    choose_colors(cli.color);
    match cli.command.run() {
        Ok(Outcome::Good) => ExitCode::SUCCESS,
        Ok(Outcome::Findings) => ExitCode::from(1),
        Ok(Outcome::Incomplete) => ExitCode::from(2),
        Err(failure) => {
            terminal::report_failures(&[failure]);
            ExitCode::from(2)
        }
    }
}

/// The command line; wrong usage ends the process. clap repeats arguments as they are, so what is told of a wrong command
/// line is told of its escaped form.
fn parse() -> Cli {
    Cli::try_parse().unwrap_or_else(|error| {
        let arguments = std::env::args_os().map(|argument| escaped(&argument.to_string_lossy()).into_owned());
        Cli::try_parse_from(arguments).err().unwrap_or(error).exit()
    })
}

/// Decides for all streams whether colours are wanted; left to `auto`, each stream decides for itself.
fn choose_colors(choice: ColorChoice) {
    let choice = match choice {
        ColorChoice::Auto => anstream::ColorChoice::Auto,
        ColorChoice::Always => anstream::ColorChoice::Always,
        ColorChoice::Never => anstream::ColorChoice::Never,
    };
    choice.write_global();
}
