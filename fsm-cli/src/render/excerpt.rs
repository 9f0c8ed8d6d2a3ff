//! The part of a file that is shown with a finding, as a source for miette.
//!
//! An excerpt holds the lines that carry labels and their neighbours, and nothing else: so a finding costs what is shown
//! of it, however large its file is. Every character in it can be shown; where one had to be escaped, or a long line cut,
//! the labels have moved with the text, and lines and columns are still those of the file.

use std::collections::BTreeMap;
use std::ops::Range;

use fsm_core::source::SourceFile;
use miette::{LabeledSpan, MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};

use crate::printable::{escaped, push_escaped};
use crate::texts::position;

/// Lines around a labelled one.
pub(super) const CONTEXT: usize = 1;
/// The most lines that one label can cover; a longer one is shown at its first line.
const MOST_LINES: usize = 8;
/// The most characters of a line that are shown.
const MOST_CHARACTERS: usize = 160;
/// How many of them may stand before the first label.
const LEAD: usize = 40;

/// A place to mark, and what to say of it.
#[derive(Debug, Clone)]
pub(super) struct Mark {
    pub(super) range: Range<usize>,
    pub(super) text: String,
    pub(super) is_primary: bool,
}

/// Lines of a file, and the labels on them.
#[derive(Debug)]
pub(super) struct Excerpt {
    name: String,
    text: String,
    lines: Vec<Line>,
    labels: Vec<LabeledSpan>,
    /// The columns in the file, from 0, of the places in `text` where labels begin.
    columns: BTreeMap<usize, usize>,
}

/// A line of an [`Excerpt`].
#[derive(Debug)]
struct Line {
    /// Its number in the file, from 0.
    number: usize,
    /// Where it is in the text of the excerpt, line feed included.
    range: Range<usize>,
}

impl Excerpt {
    /// What of `file` is shown to see the `marks`.
    pub(super) fn new(file: &SourceFile, marks: &[Mark]) -> Self {
        let marks: Vec<Mark> = marks.iter().map(|mark| shortened(file.text(), mark)).collect();
        let mut excerpt = Excerpt {
            name: file.name().to_owned(),
            text: String::new(),
            lines: Vec::new(),
            labels: Vec::new(),
            columns: BTreeMap::new(),
        };
        let mut moved =
            Moved(marks.iter().flat_map(|mark| [mark.range.start, mark.range.end]).map(|at| (at, 0)).collect());
        let anchor = marks.iter().find(|mark| mark.is_primary).map_or(0, |mark| mark.range.start);
        for start in shown_lines(file.text(), &marks) {
            excerpt.push_line(file, start, anchor, &mut moved);
        }
        for mark in marks {
            let (start, end) = (moved.get(mark.range.start), moved.get(mark.range.end));
            excerpt.columns.insert(start, position(file, mark.range.start).column - 1);
            let span = SourceSpan::new(start.into(), end.saturating_sub(start));
            let text = (!mark.text.is_empty()).then(|| escaped(&mark.text).into_owned());
            excerpt.labels.push(if mark.is_primary {
                LabeledSpan::new_primary_with_span(text, span)
            } else {
                LabeledSpan::new_with_span(text, span)
            });
        }
        excerpt
    }

    /// The labels, in the places where they are in the excerpt.
    pub(super) fn labels(&self) -> impl Iterator<Item = LabeledSpan> {
        self.labels.iter().cloned()
    }

    /// Adds the line that begins at an offset of the file; `anchor` is the place that matters most.
    fn push_line(&mut self, file: &SourceFile, offset: usize, anchor: usize, moved: &mut Moved) {
        let line = line_at(file.text(), offset);
        let window = window(line, moved.within(line, offset, anchor));
        let start = self.text.len();
        moved.set(offset..offset + window.start, start);
        if window.start > 0 {
            self.text.push('…');
        }
        for (at, character) in line[window.clone()].char_indices() {
            let at = offset + window.start + at;
            moved.set(at..at + 1, self.text.len());
            match character {
                // A byte order mark is no part of the first line.
                '\u{feff}' if at == 0 => {}
                '\t' => self.text.push('\t'),
                _ => push_escaped(&mut self.text, character),
            }
        }
        // The one or two characters of a line ending are one place behind the line.
        moved.set(offset + window.end..offset + line.len() + 2, self.text.len());
        if window.end < line.len() {
            self.text.push('…');
        }
        self.text.push('\n');
        let number = file.position(offset).line - 1;
        self.lines.push(Line { number, range: start..self.text.len() });
    }

    /// The index of the line in which an offset of the excerpt lies.
    fn line_of(&self, offset: usize) -> usize {
        self.lines.partition_point(|line| line.range.end <= offset).min(self.lines.len().saturating_sub(1))
    }

    /// Whether two lines of the excerpt follow each other in the file, too.
    fn are_neighbours(&self, index: usize, next: usize) -> bool {
        match (self.lines.get(index), self.lines.get(next)) {
            (Some(line), Some(next)) => line.number + 1 == next.number,
            _ => false,
        }
    }
}

impl SourceCode for Excerpt {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        context_lines_before: usize,
        context_lines_after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let (start, end) = (span.offset(), span.offset() + span.len());
        let (mut first, mut last) = (self.line_of(start), self.line_of(end.max(start + 1) - 1));
        for _ in 0..context_lines_before {
            first -= usize::from(first > 0 && self.are_neighbours(first - 1, first));
        }
        for _ in 0..context_lines_after {
            last += usize::from(self.are_neighbours(last, last + 1));
        }
        let (Some(first_line), Some(last_line)) = (self.lines.get(first), self.lines.get(last)) else {
            return Err(MietteError::OutOfBounds);
        };
        let range = first_line.range.start..last_line.range.end;
        let column = if context_lines_before == 0 { self.columns.get(&start).copied() } else { None };
        Ok(Box::new(MietteSpanContents::new_named(
            self.name.clone(),
            &self.text.as_bytes()[range.clone()],
            SourceSpan::new(range.start.into(), range.len()),
            first_line.number,
            column.unwrap_or(0),
            last - first + 1,
        )))
    }
}

/// Offsets of a file, and where they come to lie in an excerpt.
struct Moved(BTreeMap<usize, usize>);

impl Moved {
    fn set(&mut self, range: Range<usize>, to: usize) {
        self.0.range_mut(range).for_each(|(_, place)| *place = to);
    }

    fn get(&self, at: usize) -> usize {
        self.0.get(&at).copied().unwrap_or_default()
    }

    /// What the window on the line at `offset` should show, as offsets in the line: from the first to the last that is
    /// asked for, or from the `anchor` on if these are too far apart.
    fn within(&self, line: &str, offset: usize, anchor: usize) -> Option<(usize, usize)> {
        let mut asked = self.0.range(offset..=offset + line.len()).map(|(&at, _)| at);
        let first = asked.next()?;
        let last = asked.next_back().unwrap_or(first);
        let is_wide = last - first > MOST_CHARACTERS - LEAD;
        let from = if is_wide && (first..=last).contains(&anchor) { anchor } else { first };
        Some((from - offset, last - offset))
    }
}

/// The part of a line that is shown. It costs the same however long the line is.
fn window(line: &str, asked: Option<(usize, usize)>) -> Range<usize> {
    if line.len() <= MOST_CHARACTERS {
        return 0..line.len();
    }
    let back = |from: usize, characters: usize| {
        line.get(..from).and_then(|before| before.char_indices().nth_back(characters - 1)).map_or(0, |(at, _)| at)
    };
    let from = asked.map_or(0, |(from, last)| if last < MOST_CHARACTERS { 0 } else { from });
    let start = back(from, LEAD);
    match line.get(start..).and_then(|rest| rest.char_indices().nth(MOST_CHARACTERS)) {
        Some((length, _)) => start..start + length,
        None => back(line.len(), MOST_CHARACTERS)..line.len(),
    }
}

/// The offsets at which the lines begin that carry marks, and the lines around them.
fn shown_lines(text: &str, marks: &[Mark]) -> Vec<usize> {
    let mut shown = Vec::new();
    for mark in marks {
        let mut start = line_start(text, mark.range.start);
        let last = line_start(text, mark.range.end.max(mark.range.start + 1) - 1);
        for _ in 0..CONTEXT {
            start = line_start(text, start.saturating_sub(1));
        }
        let mut after = 0;
        loop {
            shown.push(start);
            after += usize::from(start >= last);
            match next_line(text, start) {
                // What follows the last line feed is a line only if something is said of it.
                Some(next) if start < last || (after <= CONTEXT && next < text.len()) => start = next,
                _ => break,
            }
        }
    }
    shown.sort_unstable();
    shown.dedup();
    shown
}

/// The mark within the text, and at its first line only if it covers too many.
fn shortened(text: &str, mark: &Mark) -> Mark {
    let start = text.floor_char_boundary(mark.range.start);
    let mut end = text.floor_char_boundary(mark.range.end).max(start);
    if text[start..end].matches('\n').count() >= MOST_LINES {
        end = start + line_at(text, start).len();
    }
    Mark { range: start..end, ..mark.clone() }
}

/// Where the line of an offset begins.
fn line_start(text: &str, offset: usize) -> usize {
    let before = text.as_bytes().get(..offset).unwrap_or(text.as_bytes());
    before.iter().rposition(|&byte| byte == b'\n').map_or(0, |at| at + 1)
}

/// Where the line after the one at `offset` begins, if there is one.
fn next_line(text: &str, offset: usize) -> Option<usize> {
    text.as_bytes().iter().skip(offset).position(|&byte| byte == b'\n').map(|at| offset + at + 1)
}

/// The rest of the line from an offset on, without its ending.
fn line_at(text: &str, offset: usize) -> &str {
    let rest = text.get(offset..).unwrap_or_default();
    let line = rest.split('\n').next().unwrap_or_default();
    line.strip_suffix('\r').unwrap_or(line)
}

#[cfg(test)]
mod tests {
    use fsm_core::source::Sources;
    use miette::{SourceCode as _, SourceSpan};

    use super::{Excerpt, Mark, window};

    fn excerpt(text: &str, marked: &[&str]) -> Excerpt {
        let mut sources = Sources::new();
        let file = sources.add("a.fsm", text);
        let mark = |word: &&str| {
            let at = text.find(word).unwrap();
            Mark { range: at..at + word.len(), text: String::new(), is_primary: true }
        };
        Excerpt::new(sources.file(file), &marked.iter().map(mark).collect::<Vec<_>>())
    }

    /// The text under each label.
    fn labelled(excerpt: &Excerpt) -> Vec<&str> {
        excerpt.labels.iter().map(|label| &excerpt.text[label.offset()..label.offset() + label.len()]).collect()
    }

    #[test]
    fn holds_the_labelled_lines_and_their_neighbours() {
        let excerpt = excerpt("one\ntwo\nthree\nfour\nfive\nsix\nseven", &["two", "six"]);
        assert_eq!(excerpt.text, "one\ntwo\nthree\nfive\nsix\nseven\n");
        assert_eq!(labelled(&excerpt), ["two", "six"]);
        let six = SourceSpan::new(19.into(), 3);
        let contents = excerpt.read_span(&six, 1, 1).unwrap();
        assert_eq!(contents.data(), b"five\nsix\nseven\n");
        assert_eq!((contents.line(), contents.line_count()), (4, 3));
    }

    #[test]
    fn labels_move_with_escapes_and_columns_do_not() {
        let excerpt = excerpt("x\r\n\u{202e}ab\u{7}c\r\n", &["b\u{7}c"]);
        assert_eq!(excerpt.text, "x\n\\u{202e}ab\\u{7}c\n");
        assert_eq!(labelled(&excerpt), ["b\\u{7}c"]);
        let label = &excerpt.labels[0];
        let contents = excerpt.read_span(label.inner(), 0, 0).unwrap();
        assert_eq!((contents.line(), contents.column()), (1, 2));
    }

    #[test]
    fn long_lines_are_cut_around_their_labels() {
        let text = format!("{}NEEDLE{}", "a".repeat(5_000), "b".repeat(5_000));
        let excerpt = excerpt(&text, &["NEEDLE"]);
        assert_eq!(labelled(&excerpt), ["NEEDLE"]);
        assert_eq!(excerpt.text.chars().count(), 160 + 3);
        assert_eq!(excerpt.columns.values().copied().collect::<Vec<_>>(), [5_000]);
    }

    #[test]
    fn a_window_never_leaves_its_line() {
        let long = "a".repeat(1_000);
        assert_eq!(window("short", None), 0..5);
        assert_eq!(window(&long, None), 0..160);
        assert_eq!(window(&long, Some((100, 120))), 0..160);
        assert_eq!(window(&long, Some((500, 510))), 460..620);
        assert_eq!(window(&long, Some((999, 1_000))), 840..1_000);
        let wide = "状".repeat(100);
        assert_eq!(window(&wide, Some((270, 273))), 0..300);
        assert_eq!(window(&wide.repeat(4), Some((600, 603))), 480..960);
    }

    #[test]
    fn long_labels_are_shown_at_their_first_line() {
        let text = format!("start {{\n{}}}\n", "    line\n".repeat(100));
        let excerpt = excerpt(&text, &[text.trim_end()]);
        assert_eq!(labelled(&excerpt), ["start {"]);
        assert_eq!(excerpt.lines.len(), 2);
    }

    #[test]
    fn places_at_the_end_of_a_text_can_be_marked() {
        for text in ["", "\n", "a", "a\n", "a\r\n"] {
            let mut sources = Sources::new();
            let file = sources.add("a.fsm", text);
            let mark = Mark { range: text.len()..text.len(), text: "here".to_owned(), is_primary: true };
            let excerpt = Excerpt::new(sources.file(file), &[mark]);
            let label = &excerpt.labels[0];
            assert!(label.offset() < excerpt.text.len(), "{text:?}: {excerpt:?}");
            assert!(excerpt.read_span(label.inner(), 1, 1).is_ok());
        }
    }
}
