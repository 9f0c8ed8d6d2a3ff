//! Source texts and places in them.
//!
//! Everything behind the parser speaks of source text by [`Span`]: a file and a byte range. Only this module turns a
//! span back into text or into a line and a column.

use crate::lists::CollectVec;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

/// The largest source file that is accepted, in bytes. A [`Span`] holds 32-bit offsets.
pub const MAX_FILE_BYTES: usize = 256 << 20;

/// A file of a [`Sources`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(u32);

/// A byte range of one file; `start <= end`, both on character boundaries.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The file the range is in.
    pub file: FileId,
    /// Offset of the first byte.
    pub start: u32,
    /// Offset behind the last byte.
    pub end: u32,
}

impl Span {
    /// The span of `range` in `file`.
    ///
    /// Offsets beyond [`MAX_FILE_BYTES`] cannot occur: no such file is accepted.
    #[must_use]
    pub fn new(file: FileId, range: Range<usize>) -> Self {
        let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        Span { file, start: offset(range.start), end: offset(range.end) }
    }

    /// The span as a range of bytes.
    #[must_use]
    pub fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    /// The smallest span that covers `self` and `other`, which must be of the same file.
    #[must_use]
    pub fn to(self, other: Span) -> Span {
        Span { file: self.file, start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// The empty span where `self` begins.
    #[must_use]
    pub fn head(self) -> Span {
        Span { end: self.start, ..self }
    }
}

impl fmt::Debug for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}..{}", self.file.0, self.start, self.end)
    }
}

/// A line and a column, both counted from one; the column counts characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
}

/// One source text under the name by which messages speak of it.
#[derive(Debug, Clone)]
pub struct SourceFile {
    name: String,
    text: String,
    line_starts: Vec<usize>,
}

impl SourceFile {
    /// The name shown in messages: a path, or `<stdin>`.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The whole text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Line and column of a byte offset. An offset behind the end is the end.
    #[must_use]
    pub fn position(&self, offset: usize) -> Position {
        let offset = offset.min(self.text.len());
        let line = self.line_starts.partition_point(|&start| start <= offset);
        let start = self.line_starts[line - 1];
        let column = self.text.get(start..offset).map_or(0, |before| before.chars().count());
        Position { line, column: column + 1 }
    }

    /// The text of a line, counted from one, without its line ending; empty behind the last line.
    #[must_use]
    pub fn line(&self, line: usize) -> &str {
        let Some(&start) = line.checked_sub(1).and_then(|index| self.line_starts.get(index)) else {
            return "";
        };
        let end = self.line_starts.get(line).copied().unwrap_or(self.text.len());
        self.text[start..end].trim_end_matches(['\n', '\r'])
    }
}

/// All texts that one run looks at: the root files and what they import.
///
/// Several parts of the work can go on at the same time, each on a [part](Sources::part) of the texts, and be put together
/// again: an id means the same file in all parts, and the ids are the same whatever is done first.
#[derive(Debug, Clone)]
pub struct Sources {
    /// In the order of their ids.
    files: Vec<(FileId, Arc<SourceFile>)>,
    /// The ids of files to come.
    free: Range<u32>,
}

impl Default for Sources {
    fn default() -> Self {
        Sources { files: Vec::new(), free: 0..u32::MAX }
    }
}

impl Sources {
    /// No files yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a text and gives the id that spans refer to it by.
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<String>) -> FileId {
        let text = text.into();
        let line_starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect_vec();
        let id = FileId(self.free.start);
        self.free.start = self.free.start.saturating_add(1);
        self.insert(id, Arc::new(SourceFile { name: name.into(), text, line_starts }));
        id
    }

    fn insert(&mut self, id: FileId, file: Arc<SourceFile>) {
        match self.place(id) {
            Ok(place) => self.files[place].1 = file,
            Err(place) => self.files.insert(place, (id, file)),
        }
    }

    fn place(&self, id: FileId) -> Result<usize, usize> {
        self.files.binary_search_by_key(&id, |&(of, _)| of)
    }

    /// Whether no more files can be told apart.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.free.is_empty()
    }

    /// One of the parts for `count` pieces of work: it has only this file, and adds files under ids of its own.
    #[must_use]
    pub fn part(&self, file: FileId, (index, count): (u32, u32)) -> Sources {
        let share = (self.free.end - self.free.start) / count.max(1);
        let start = self.free.start + share * index.min(count.saturating_sub(1));
        let mut part = Sources { files: Vec::new(), free: start..start + share };
        if let Ok(place) = self.place(file) {
            part.files.push(self.files[place].clone());
        }
        part
    }

    /// Takes in the files of a part. Parts come back in the order of their indices.
    pub fn join(&mut self, part: Sources) {
        self.free.start = self.free.start.max(part.free.start);
        for (id, file) in part.files {
            self.insert(id, file);
        }
    }

    /// The file behind an id of this set.
    #[must_use]
    pub fn file(&self, id: FileId) -> &SourceFile {
        let place = self.place(id).unwrap_or_else(|place| place);
        &self.files[place].1
    }

    /// The text under a span.
    #[must_use]
    pub fn text(&self, span: Span) -> &str {
        &self.file(span.file).text[span.range()]
    }

    /// All files in the order they were added.
    pub fn files(&self) -> impl Iterator<Item = (FileId, &SourceFile)> {
        self.files.iter().map(|(id, file)| (*id, &**file))
    }
}
