//! `fsmc mdbook`: a preprocessor for mdBook.

use std::io;

use clap::{Args, Subcommand};
use serde_json::Value;

use super::Outcome;
use crate::failure::Failure;
use crate::mdbook;
use crate::terminal;

/// Draw the machines in a book: a preprocessor for mdBook
///
/// mdBook runs it by itself: it gives the book on the standard input, as JSON, and takes it from the standard output.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    question: Option<Question>,
}

/// What mdBook asks before.
#[derive(Debug, Subcommand)]
enum Question {
    /// Whether books for this renderer are taken: all are
    Supports {
        /// The renderer
        renderer: String,
    },
}

const EXAMPLES: &str = "\
In book.toml:
  [preprocessor.fsm]
  command = \"fsmc mdbook\"

In a chapter:
  ```fsm,diagram                       a definition, and below it its diagram
  {{#fsm door.fsm}}                    the same of a file beside the chapter
  {{#fsm transitions door.fsm}}        what `fsmc embed` knows, too
  \\{{#fsm door.fsm}}                   shown as it is

Exit status:
  0  the book is on the standard output
  1  something in a chapter cannot be drawn
  2  wrong usage, or the standard input is no book";

/// Runs the command.
pub(super) fn run(arguments: &Arguments) -> Result<Outcome, Failure> {
    if let Some(Question::Supports { .. }) = arguments.question {
        return Ok(Outcome::Good);
    }
    let not_a_book = |why: String| {
        Failure::new(format!("the standard input is no book: {why}"))
            .help("mdBook runs this command, as `command` of a preprocessor in book.toml")
    };
    let (context, book): (Value, Value) =
        serde_json::from_reader(io::stdin().lock()).map_err(|error| not_a_book(error.to_string()))?;
    let (book, failures) = mdbook::processed(&context, book);
    terminal::report_failures(&failures);
    if !failures.is_empty() {
        return Ok(Outcome::Findings);
    }
    terminal::print_exactly(&book.to_string())?;
    Ok(Outcome::Good)
}
