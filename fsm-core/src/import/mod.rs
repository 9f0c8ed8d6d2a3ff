//! Importers: definitions in other notations, written anew in the language.
//!
//! An importer is a function from the bytes of a file to an [`Import`]: the text of a machine, and where each of its lines
//! comes from. The text goes through the same front end as any other, so nothing is known of a machine that does not stand
//! in it. A new importer is a module here, with its line in `RULES`.
//!
//! [`cargo`] makes systems of what is known of a Cargo workspace.

pub mod cargo;
mod scxml;

use crate::diagnostic::{Diagnostics, Rule};
use crate::source::{FileId, Sources, Span};

pub use scxml::scxml;

/// The rules of all importers.
pub(crate) static RULES: &[&[&Rule]] = &[scxml::RULES];

/// What an importer makes of a file.
#[derive(Debug)]
pub struct Import {
    /// The file that was imported.
    pub file: FileId,
    /// The text of the machine; empty if the file cannot be imported.
    pub text: String,
    /// Why it cannot be, or what to know of the text.
    pub diagnostics: Diagnostics,
    /// For each line of the text, the offset where it begins and the place that it comes from.
    origins: Vec<(usize, Span)>,
}

impl Import {
    /// Nothing imported yet.
    fn nothing(file: FileId) -> Self {
        Import { file, text: String::new(), diagnostics: Diagnostics::new(), origins: Vec::new() }
    }

    /// The place that a byte of the text comes from.
    #[must_use]
    pub fn origin(&self, offset: usize) -> Option<Span> {
        let behind = self.origins.partition_point(|&(start, _)| start <= offset);
        self.origins.get(behind.checked_sub(1)?).map(|&(_, span)| span)
    }

    /// Adds the text to the sources, under a name.
    pub fn add_text(&self, sources: &mut Sources, name: &str) -> FileId {
        sources.add(name, self.text.clone())
    }

    /// Lets findings in the text, which is the file `text`, also show what they come from.
    pub fn traced(&self, text: FileId, findings: Diagnostics) -> Diagnostics {
        let mut traced = Diagnostics::new();
        for finding in findings {
            let origin = self.origin(finding.primary.span.range().start).filter(|_| finding.primary.span.file == text);
            traced.push(match origin {
                Some(span) => finding.and(span, "imported from here"),
                None => finding,
            });
        }
        traced
    }
}
