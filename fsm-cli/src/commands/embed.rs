//! `fsmc embed`: writes what documents show of definitions.

use std::path::{Path, PathBuf};

use clap::Args;

use super::Outcome;
use crate::embed::snippet::{Picture, Shelf};
use crate::embed::{self, Document};
use crate::failure::{Failure, io_message};
use crate::files;
use crate::terminal;

/// Write diagrams, tables and definitions into Markdown, between markers
///
/// What stands between two markers is written anew from the definition that the first one names, relative to the
/// document; nothing else in the file is changed. A marker is a comment on a line of its own.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// The documents
    #[arg(value_name = "FILE", required = true)]
    paths: Vec<PathBuf>,

    /// Write nothing; show what would change, and exit with 1 if anything would
    #[arg(long)]
    check: bool,
}

const EXAMPLES: &str = "\
A block:
  <!-- fsm: diagram machines/door.fsm --machine Door -->
  <!-- fsm: end -->

What can stand in the place of `diagram`, which takes the options of `fsmc diagram`:
  overview      what the machine is for, and how large it is
  states        its states        transitions   its transition table
  matrix        what every event does in every state
  timers        its timers        limits        its limits
  interface     its events and outputs
  data          its variables and types
  host          what it asks of its host
  scenarios     its scenarios, and how they end
  findings      what the checks find
  api           the Rust items that are generated
  definition    its text, or with `--state NAME` that of a state
These take `--machine NAME` where a file has several machines, and `--level N` for the level of headings.

Examples:
  fsmc embed README.md docs/*.md
  fsmc embed README.md --check       for continuous integration

A diagram with `-o door.svg` is a picture in a file beside the document, which the block shows.

Exit status:
  0  written
  1  with --check, a block is not up to date
  2  wrong usage, a wrong marker, or something could not be read or written";

/// Runs the command.
pub(super) fn run(arguments: &Arguments) -> Result<Outcome, Failure> {
    let mut shelf = Shelf::default();
    let mut outcome = Outcome::Good;
    for path in &arguments.paths {
        outcome = outcome.and(match one(path, &mut shelf) {
            Ok(document) => finish(&document, path, arguments.check)?,
            Err(failure) => {
                terminal::report_failures(&[failure]);
                Outcome::Incomplete
            }
        });
    }
    Ok(outcome)
}

fn one(path: &Path, shelf: &mut Shelf) -> Result<Document, Failure> {
    let text = files::read_text(path).map_err(|message| Failure::of(path, message))?;
    Ok(embed::document(&path.display().to_string(), path, text, shelf))
}

/// Writes a document, or tells how it would change.
fn finish(document: &Document, path: &Path, check: bool) -> Result<Outcome, Failure> {
    terminal::report_failures(&document.failures);
    if !document.failures.is_empty() {
        return Ok(Outcome::Incomplete);
    }
    if document.blocks.is_empty() {
        let warning =
            Failure::new("there is no block in it").help("a block begins with `<!-- fsm: diagram door.fsm -->`");
        terminal::report_warnings(&[Failure { place: Some(document.name.clone()), ..warning }]);
    }
    let is_stale = |picture: &Picture| std::fs::read(&picture.path).ok().as_ref() != Some(&picture.content);
    let pictures: Vec<_> = document.pictures.iter().filter(|(_, picture)| is_stale(picture)).collect();
    if check {
        return tell(document, &pictures);
    }
    for (_, Picture { path, content }) in pictures {
        write(path, content)?;
    }
    if document.new != document.old {
        write(path, document.new.as_bytes())?;
    }
    Ok(Outcome::Good)
}

fn write(path: &Path, content: &[u8]) -> Result<(), Failure> {
    std::fs::write(path, content).map_err(|error| Failure::of(path, io_message(&error)))
}

/// Tells what would be written.
fn tell(document: &Document, pictures: &[&(String, Picture)]) -> Result<Outcome, Failure> {
    let wrong = |place: &String, message: String| {
        let failure = Failure::new(message).help("the same command without `--check` writes it");
        terminal::report_failures(&[Failure { place: Some(place.clone()), ..failure }]);
    };
    let blocks: Vec<_> = document.blocks.iter().filter(|block| !block.difference.is_empty()).collect();
    for block in &blocks {
        wrong(&block.place, "this block is not up to date".to_owned());
        terminal::print_exactly(&block.difference)?;
    }
    for (place, picture) in pictures {
        wrong(place, format!("its picture, {}, is not up to date", picture.path.display()));
    }
    Ok(if blocks.is_empty() && pictures.is_empty() { Outcome::Good } else { Outcome::Findings })
}
