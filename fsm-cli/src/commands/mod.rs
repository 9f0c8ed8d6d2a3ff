//! The commands, one file each. A new one is a file here, a variant of [`Command`] and its line in [`Command::run`].

pub(crate) mod diagram;
mod doc;
mod embed;
mod explain;
mod generate;
mod import;
mod mdbook;
mod simulate;
mod test;
mod validate;

use clap::Subcommand;

use crate::failure::Failure;

/// What `fsmc` can be told to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Validate(validate::Arguments),
    Test(test::Arguments),
    Diagram(diagram::Arguments),
    Doc(doc::Arguments),
    Embed(embed::Arguments),
    Simulate(simulate::Arguments),
    Generate(generate::Arguments),
    Explain(explain::Arguments),
    Import(import::Arguments),
    Mdbook(mdbook::Arguments),
}

/// How a command ended that could do its work; what is graver is greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Outcome {
    /// All is well.
    Good,
    /// Something was found that the user has to act on.
    Findings,
    /// Something could not be read; it has been reported.
    Incomplete,
}

impl Outcome {
    /// How both together ended.
    fn and(self, other: Outcome) -> Outcome {
        self.max(other)
    }
}

impl Command {
    /// Does what it says.
    pub(crate) fn run(self) -> Result<Outcome, Failure> {
        match self {
            Command::Validate(arguments) => validate::run(&arguments),
            Command::Test(arguments) => test::run(&arguments),
            Command::Diagram(arguments) => diagram::run(&arguments),
            Command::Doc(arguments) => doc::run(&arguments),
            Command::Embed(arguments) => embed::run(&arguments),
            Command::Simulate(arguments) => simulate::run(&arguments),
            Command::Generate(arguments) => generate::run(&arguments),
            Command::Explain(arguments) => explain::run(&arguments),
            Command::Import(arguments) => import::run(&arguments),
            Command::Mdbook(arguments) => mdbook::run(&arguments),
        }
    }
}
