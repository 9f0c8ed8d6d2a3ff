//! `fsmc simulate`: runs a machine, under the eyes of the user, of a script, or by itself.

use std::io::{self, IsTerminal};
use std::path::PathBuf;

use clap::Args;

use super::Outcome;
use crate::failure::Failure;
use crate::simulate::command::Written;
use crate::simulate::{self, Language, Mode, Options, line};

/// Run a state machine and look at what it does
///
/// In a terminal, events are typed line by line, and what the host would answer is asked for; `help` there tells more.
/// With `--json`, or where the standard input is no terminal, each line is a command as JSON, and each answer is one, too.
/// With `--headless` the machine is started, virtual time runs until nothing is pending, and the end is printed as JSON.
///
/// Time is virtual: it passes when it is told to. Host functions that nothing is known of are guards that do not hold,
/// and actions that succeed.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// A file with a machine; `-` is the standard input, with `--headless`
    #[arg(value_name = "FILE")]
    file: PathBuf,

    /// The machine to run, where there are several
    #[arg(short, long, value_name = "NAME")]
    machine: Option<String>,

    /// What the file is written in; by default its name tells
    #[arg(long, value_enum, value_name = "LANGUAGE")]
    language: Option<Language>,

    /// Run until nothing is pending, and print where the machine stands then
    #[arg(long, conflicts_with_all = ["json", "interactive"])]
    headless: bool,

    /// Read commands as JSON, also in a terminal
    #[arg(long)]
    json: bool,

    /// Talk as in a terminal, also where the standard input is none
    #[arg(long, conflicts_with = "json")]
    interactive: bool,

    /// The value of a param
    #[arg(long = "param", value_name = "NAME=VALUE", value_parser = pair)]
    params: Vec<(String, Written)>,

    /// The initial value of a variable of the machine's context
    #[arg(long = "set", value_name = "NAME=VALUE", value_parser = pair)]
    variables: Vec<(String, Written)>,

    /// What a host function answers: a value, or `fails`
    #[arg(long = "answer", value_name = "NAME=VALUE", value_parser = pair)]
    answers: Vec<(String, Written)>,

    /// With --headless: how much virtual time passes at most
    #[arg(long, value_name = "DURATION", requires = "headless", value_parser = duration)]
    until: Option<u64>,

    /// With --headless: after how many deadlines to stop
    #[arg(long, value_name = "NUMBER", requires = "headless", default_value_t = 100_000)]
    max_steps: usize,
}

const EXAMPLES: &str = "\
Examples:
  fsmc simulate door.fsm                              talk with the machine
  fsmc simulate door.fsm --answer correct=true        a guard of the host holds
  fsmc simulate --headless door.fsm                   where it stands when nothing is pending
  echo '{\"send\":\"Close\"}' | fsmc simulate door.fsm    for scripts; docs/json.md describes it

Exit status:
  0  it ran
  1  an action failed, or a step came to no end
  2  wrong usage, or something could not be read or has errors";

/// Runs the command.
pub(super) fn run(arguments: &Arguments) -> Result<Outcome, Failure> {
    let mode = if arguments.headless {
        Mode::Headless { until: arguments.until.unwrap_or(u64::MAX), max_steps: arguments.max_steps }
    } else if arguments.interactive || (!arguments.json && io::stdin().is_terminal()) {
        Mode::Dialogue
    } else {
        Mode::Script
    };
    let options = Options {
        file: &arguments.file,
        language: arguments.language.unwrap_or_else(|| Language::of(&arguments.file)),
        machine: arguments.machine.as_deref(),
        params: &arguments.params,
        variables: &arguments.variables,
        answers: &arguments.answers,
    };
    simulate::run(&options, mode)
}

fn pair(text: &str) -> Result<(String, Written), String> {
    line::pair(text).map_err(|failure| failure.line())
}

fn duration(text: &str) -> Result<u64, String> {
    line::duration(text).map_err(|failure| failure.help.unwrap_or(failure.message))
}
