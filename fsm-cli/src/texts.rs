//! The texts of a run, and where places in them lie in the user's files.
//!
//! A machine in a `.rs` file is analysed as the text between the braces of its `fsm!`, and shown where it stands in that
//! file. So what is analysed ([`Texts::sources`]) and what is shown are two sets of texts, and only [`Texts::place`] leads
//! from one to the other.

use std::collections::BTreeMap;
use std::ops::Range;

use fsm_core::source::{FileId, Position, SourceFile, Sources, Span};

/// The texts of a run.
#[derive(Debug, Default)]
pub(crate) struct Texts {
    /// What is analysed.
    pub(crate) sources: Sources,
    /// The files out of which parts are analysed.
    wholes: Sources,
    /// The parts: the whole that each is cut out of, and the offset where it begins.
    parts: BTreeMap<FileId, (FileId, usize)>,
}

/// A range of a file as the user knows it.
#[derive(Debug, Clone)]
pub(crate) struct Place<'a> {
    /// The file.
    pub(crate) file: &'a SourceFile,
    /// The bytes.
    pub(crate) range: Range<usize>,
}

impl Texts {
    /// Adds a file that is analysed as a whole.
    pub(crate) fn add(&mut self, name: &str, text: String) -> FileId {
        self.sources.add(name, text)
    }

    /// Adds a file out of which only parts are analysed.
    pub(crate) fn add_whole(&mut self, name: &str, text: String) -> Whole {
        Whole(self.wholes.add(name, text))
    }

    /// Adds a part of a file. Its name is the file's.
    pub(crate) fn add_part(&mut self, whole: &Whole, range: Range<usize>) -> FileId {
        let file = self.wholes.file(whole.0);
        let text = file.text().get(range.clone()).unwrap_or_default();
        let part = self.sources.add(file.name(), text);
        self.parts.insert(part, (whole.0, range.start));
        part
    }

    /// All files, as the user knows them.
    pub(crate) fn files(&self) -> impl Iterator<Item = &SourceFile> {
        let own = self.sources.files().filter(|(id, _)| !self.parts.contains_key(id));
        own.chain(self.wholes.files()).map(|(_, file)| file)
    }

    /// A file out of which only parts are analysed.
    pub(crate) fn whole(&self, whole: &Whole) -> &SourceFile {
        self.wholes.file(whole.0)
    }

    /// Where a span lies in the user's files.
    pub(crate) fn place(&self, span: Span) -> Place<'_> {
        let range = span.range();
        match self.parts.get(&span.file) {
            Some(&(whole, base)) => {
                Place { file: self.wholes.file(whole), range: range.start + base..range.end + base }
            }
            None => Place { file: self.sources.file(span.file), range },
        }
    }
}

/// A file out of which parts are analysed.
#[derive(Debug)]
pub(crate) struct Whole(FileId);

impl Place<'_> {
    /// Line and column of the first character.
    pub(crate) fn start(&self) -> Position {
        position(self.file, self.range.start)
    }

    /// Line and column behind the last character.
    pub(crate) fn end(&self) -> Position {
        position(self.file, self.range.end)
    }
}

/// Line and column of an offset as editors count them: a byte order mark is no character.
pub(crate) fn position(file: &SourceFile, offset: usize) -> Position {
    let Position { line, column } = file.position(offset);
    let is_behind_mark = line == 1 && column > 1 && file.text().starts_with('\u{feff}');
    Position { line, column: column - usize::from(is_behind_mark) }
}

#[cfg(test)]
mod tests {
    use fsm_core::source::{Position, Span};

    use super::Texts;

    #[test]
    fn a_place_in_a_part_is_a_place_in_the_whole() {
        let mut texts = Texts::default();
        let text = "/* é */ fsm! {\n  machine A {}\n}";
        let whole = texts.add_whole("a.rs", text.to_owned());
        let part = texts.add_part(&whole, 15..text.len() - 1);
        let at = texts.sources.file(part).text().find("machine").unwrap();
        let place = texts.place(Span::new(part, at..at + 7));
        assert_eq!(place.file.name(), "a.rs");
        assert_eq!(&text[place.range.clone()], "machine");
        assert_eq!(place.start(), Position { line: 2, column: 3 });
        assert_eq!(place.end(), Position { line: 2, column: 10 });
    }
}
