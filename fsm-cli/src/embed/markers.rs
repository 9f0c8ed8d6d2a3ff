//! Finds the markers in a document.
//!
//! The document is read as Markdown, so that a marker that is shown as an example, in a block of code, is none.

use std::ops::Range;

use pulldown_cmark::{Event, Options, Parser, Tag};

use super::Word;

/// A pair of markers.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Marked {
    /// The words behind `fsm:` of the first, and where they stand.
    pub(super) words: Vec<Word>,
    /// The first marker.
    pub(super) line: Range<usize>,
    /// What stands between them: whole lines.
    pub(super) body: Range<usize>,
    /// What stands before both on their lines.
    pub(super) prefix: String,
    /// How lines end.
    pub(super) ending: &'static str,
}

/// Something wrong: where, what, and what to write instead.
pub(super) type Wrong = (usize, String, &'static str);

/// How a block is written.
const FORM: &str = "a block is `<!-- fsm: diagram door.fsm -->` and `<!-- fsm: end -->`, each on a line of its own";

/// A marker.
struct Marker {
    range: Range<usize>,
    /// The words behind `fsm:`.
    words: Vec<Word>,
}

/// All pairs of markers in a document, and what is wrong with markers.
pub(super) fn find(text: &str) -> (Vec<Marked>, Vec<Wrong>) {
    let (mut found, mut wrong) = (Vec::new(), Vec::new());
    let mut open: Option<Marker> = None;
    for range in comments(text) {
        let Some(words) = words(text, &range) else { continue };
        let is_end = matches!(words.as_slice(), [(_, word)] if word == "end");
        match (open.take(), is_end) {
            (None, false) => open = Some(Marker { range, words }),
            (Some(first), true) => match pair(text, first, &range) {
                Ok(marked) => found.push(marked),
                Err(problem) => wrong.push(problem),
            },
            (Some(first), false) => {
                wrong.push(unended(&first));
                open = Some(Marker { range, words });
            }
            (None, true) => wrong.push((range.start, "this ends a block that was not begun".to_owned(), FORM)),
        }
    }
    wrong.extend(open.iter().map(unended));
    wrong.sort_unstable();
    (found, wrong)
}

fn unended(marker: &Marker) -> Wrong {
    (marker.range.start, "this block has no end".to_owned(), "write `<!-- fsm: end -->` on a line behind it")
}

/// The comments of a document, in order.
fn comments(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for (event, range) in Parser::new_ext(text, Options::ENABLE_TABLES | Options::ENABLE_FOOTNOTES).into_offset_iter() {
        if matches!(event, Event::Start(Tag::HtmlBlock) | Event::InlineHtml(_)) {
            let mut at = range.start;
            while let Some(start) = text[at..range.end].find("<!--").map(|start| at + start) {
                let Some(end) = text[start..range.end].find("-->").map(|end| start + end + 3) else { break };
                found.push(start..end);
                at = end;
            }
        }
    }
    found
}

/// The words of a marker; `None` if the comment is none.
fn words(text: &str, range: &Range<usize>) -> Option<Vec<Word>> {
    let inside = text[range.clone()].strip_prefix("<!--")?.strip_suffix("-->")?;
    let rest = inside.trim_start().strip_prefix("fsm:")?;
    Some(split(rest, range.end - 3 - rest.len()))
}

/// Splits words as a shell does; `base` is where the text begins. Quotes that are not closed end with the text.
pub(crate) fn split(text: &str, base: usize) -> Vec<Word> {
    let mut words = Vec::new();
    let mut letters = text.char_indices().peekable();
    while let Some(&(start, letter)) = letters.peek() {
        if letter.is_whitespace() {
            letters.next();
            continue;
        }
        let (mut word, mut quote, mut end) = (String::new(), None, start);
        while let Some(&(at, letter)) = letters.peek() {
            match quote {
                None if letter.is_whitespace() => break,
                None if letter == '"' || letter == '\'' => quote = Some(letter),
                Some(open) if open == letter => quote = None,
                _ => word.push(letter),
            }
            end = at + letter.len_utf8();
            letters.next();
        }
        words.push((base + start..base + end, word));
    }
    words
}

/// Two markers that belong together.
fn pair(text: &str, first: Marker, last: &Range<usize>) -> Result<Marked, Wrong> {
    let prefix = prefix(text, first.range.start)?;
    let last_prefix = self::prefix(text, last.start)?;
    let behind = text[first.range.end..].split_inclusive('\n').next().unwrap_or_default();
    if !behind.trim().is_empty() || !behind.ends_with('\n') {
        return Err((first.range.start, "something stands behind this marker".to_owned(), FORM));
    }
    let body = first.range.end + behind.len()..last.start - last_prefix.len();
    let ending = if behind.ends_with("\r\n") { "\r\n" } else { "\n" };
    Ok(Marked { words: first.words, line: first.range, body, prefix: prefix.to_owned(), ending })
}

/// What stands before a marker on its line: a margin, perhaps that of a quotation.
fn prefix(text: &str, at: usize) -> Result<&str, Wrong> {
    let start = text[..at].rfind('\n').map_or(0, |end| end + 1);
    let prefix = text[start..at].trim_start_matches('\u{feff}');
    if prefix.chars().all(|letter| matches!(letter, ' ' | '\t' | '>')) {
        Ok(prefix)
    } else {
        Err((at, "this marker stands behind something else".to_owned(), FORM))
    }
}

#[cfg(test)]
mod tests {
    use super::{find, split};

    /// The words and the bodies of all blocks, and the messages.
    fn found(text: &str) -> (Vec<(String, &str)>, Vec<String>) {
        let (found, wrong) = find(text);
        let words = |words: &[super::Word]| words.iter().map(|(_, word)| word.as_str()).collect::<Vec<_>>().join("·");
        let found = found.iter().map(|marked| (words(&marked.words), &text[marked.body.clone()])).collect();
        (found, wrong.into_iter().map(|(at, message, _)| format!("{at}: {message}")).collect())
    }

    #[test]
    fn blocks_are_found_wherever_markdown_has_comments() {
        let text = "a\n<!-- fsm: diagram x -->\nold\n<!-- fsm: end -->\n* b\n\n  <!--fsm: y\n  --z 'a b' -->\n  <!-- fsm: end -->\n> <!-- fsm: q -->\n> <!-- fsm: end -->";
        let (blocks, wrong) = found(text);
        assert_eq!(blocks, [("diagram·x".to_owned(), "old\n"), ("y·--z·a b".to_owned(), ""), ("q".to_owned(), "")]);
        assert_eq!(wrong, [""; 0]);
    }

    #[test]
    fn examples_are_no_markers() {
        let text = "```html\n<!-- fsm: diagram x -->\n```\n`<!-- fsm: end -->`\n\n    <!-- fsm: end -->\n<!-- other: fsm: -->\n";
        assert_eq!(found(text), (Vec::new(), Vec::new()));
    }

    #[test]
    fn wrong_markers_are_told_of() {
        for (text, message) in [
            ("<!-- fsm: a -->\n", "0: this block has no end"),
            ("<!-- fsm: a -->\n<!-- fsm: b -->\n<!-- fsm: end -->\n", "0: this block has no end"),
            ("x\n\n<!-- fsm: end -->\n", "3: this ends a block that was not begun"),
            ("x <!-- fsm: a -->\n<!-- fsm: end -->\n", "2: this marker stands behind something else"),
            ("<!-- fsm: a --> x\n<!-- fsm: end -->\n", "0: something stands behind this marker"),
            ("<!-- fsm: a --><!-- fsm: end -->\n", "15: this marker stands behind something else"),
        ] {
            assert_eq!(found(text).1, [message], "{text}");
        }
    }

    #[test]
    fn words_are_split_as_a_shell_does() {
        let words: Vec<_> =
            split(" a 'b c' d\"e f\"g '' 'x", 0).into_iter().map(|(range, word)| (range.start, word)).collect();
        let expected = [(1, "a"), (3, "b c"), (9, "de fg"), (17, ""), (20, "x")];
        assert_eq!(words, expected.map(|(at, word)| (at, word.to_owned())));
    }
}
