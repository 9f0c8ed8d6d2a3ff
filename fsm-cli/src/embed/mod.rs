//! Texts that stand between markers in a document, written from definitions.
//!
//! A marker is an HTML comment on a line of its own, which Markdown does not show:
//!
//! ```text
//! <!-- fsm: diagram door.fsm --machine Door -->
//! <!-- fsm: end -->
//! ```
//!
//! [`markers`] finds them, [`snippet`] says what is written between two of them. What stands outside stays as it is, byte
//! for byte.

mod markers;
pub(crate) mod snippet;

use std::ops::Range;
use std::path::Path;

use fsm_core::source::{FileId, Sources};

use crate::difference;
use crate::failure::Failure;
use crate::texts;
use markers::Marked;
pub(crate) use markers::split;
use snippet::{Picture, Shelf, Snippet};

/// A document, and what would stand in it.
pub(crate) struct Document {
    /// The name by which messages speak of it.
    pub(crate) name: String,
    /// What stands in the file.
    pub(crate) old: String,
    /// What is to stand there.
    pub(crate) new: String,
    /// What its blocks are, in order.
    pub(crate) blocks: Vec<Block>,
    /// The pictures that it shows, each with the place of its block.
    pub(crate) pictures: Vec<(String, Picture)>,
    /// What is wrong with it. Then nothing is to be written.
    pub(crate) failures: Vec<Failure>,
}

/// A block of a document.
pub(crate) struct Block {
    /// Where its marker stands: `README.md:3:1`.
    pub(crate) place: String,
    /// How what stands there differs from what is to; empty if it does not.
    pub(crate) difference: String,
}

/// Writes a document anew. Paths in it are relative to its directory.
pub(crate) fn document(name: &str, path: &Path, old: String, shelf: &mut Shelf) -> Document {
    let directory = path.parent().unwrap_or(Path::new(""));
    let mut document = Document {
        name: name.to_owned(),
        new: String::new(),
        blocks: Vec::new(),
        pictures: Vec::new(),
        failures: Vec::new(),
        old,
    };
    let (marked, wrong) = markers::find(&document.old);
    let places = Places::new(name, &document.old);
    let mut failures: Vec<_> =
        wrong.into_iter().map(|(at, message, help)| (at, places.failure(at, &message, help))).collect();
    let mut end = 0;
    for Marked { words, line, body, prefix, ending } in marked {
        match snippet::write(&words, directory, shelf) {
            Ok(Snippet { text, picture }) => {
                let written = between(&text, &prefix, ending);
                let place = places.place(line.start);
                document.pictures.extend(picture.map(|picture| (place.clone(), picture)));
                let difference = difference::unified(&place, &document.old[body.clone()], &written);
                document.blocks.push(Block { place, difference });
                document.new.push_str(&document.old[end..body.start]);
                document.new.push_str(&written);
                end = body.end;
            }
            Err(all) => failures.extend(all.into_iter().map(|wrong| {
                let at = wrong.word.and_then(|word| words.get(word)).map_or(line.start, |(range, _)| range.start);
                (at, Failure { place: Some(places.place(at)), ..wrong.failure })
            })),
        }
    }
    failures.sort_by_key(|(at, _)| *at);
    document.failures = failures.into_iter().map(|(_, failure)| failure).collect();
    document.new.push_str(&document.old[end..]);
    document
}

/// A text as it stands between two markers: with an empty line around it, behind what stands before the markers.
fn between(text: &str, prefix: &str, ending: &str) -> String {
    let lines = std::iter::once("").chain(text.lines()).chain([""]);
    lines.fold(String::new(), |all, line| {
        let line = if line.is_empty() { prefix.trim_end().to_owned() } else { format!("{prefix}{line}") };
        all + &line + ending
    })
}

/// Where places in a document are, in lines and columns.
pub(crate) struct Places {
    sources: Sources,
    file: FileId,
}

impl Places {
    pub(crate) fn new(name: &str, text: &str) -> Self {
        let mut sources = Sources::new();
        let file = sources.add(name, text);
        Places { sources, file }
    }

    pub(crate) fn place(&self, offset: usize) -> String {
        let file = self.sources.file(self.file);
        let position = texts::position(file, offset);
        format!("{}:{}:{}", file.name(), position.line, position.column)
    }

    fn failure(&self, at: usize, message: &str, help: &str) -> Failure {
        Failure { place: Some(self.place(at)), message: message.to_owned(), help: Some(help.to_owned()) }
    }
}

/// A word and where it stands.
pub(crate) type Word = (Range<usize>, String);
