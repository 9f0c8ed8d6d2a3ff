//! How one text becomes another, in the unified format of `diff -u`.

use std::fmt::Write as _;
use std::ops::Range;

use crate::printable::push_escaped;

/// Lines around a change.
const CONTEXT: usize = 3;
/// How many changed lines one change can have before the rest of both texts counts as changed.
const MOST_CHANGED: usize = 1_000;

/// A line of a difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Line<'t> {
    sign: char,
    text: &'t str,
}

/// The difference of two texts, both called `name`; empty where they are equal. It can be shown in any terminal.
pub(crate) fn unified(name: &str, old: &str, new: &str) -> String {
    let lines = changes(&split(old), &split(new));
    let hunks = hunks(&lines);
    if hunks.is_empty() {
        return String::new();
    }
    let mut text = format!("--- {name}\n+++ {name}\n");
    for hunk in hunks {
        push_hunk(&mut text, &lines, hunk);
    }
    text
}

fn split(text: &str) -> Vec<&str> {
    text.split_inclusive('\n').collect()
}

/// All lines of both texts. After a change, both go on at the nearest line that they share.
fn changes<'t>(old: &[&'t str], new: &[&'t str]) -> Vec<Line<'t>> {
    let (mut at, mut of) = (0, 0);
    let mut lines = Vec::new();
    while at < old.len() || of < new.len() {
        let shared = |removed: usize, added: usize| match (old.get(at + removed), new.get(of + added)) {
            (Some(old), Some(new)) => old == new,
            (None, None) => at + removed == old.len() && of + added == new.len(),
            _ => false,
        };
        let nearest = (0..=MOST_CHANGED).find_map(|changed| {
            (0..=changed).find(|&added| shared(changed - added, added)).map(|added| (changed - added, added))
        });
        let (removed, added) = nearest.unwrap_or((old.len() - at, new.len() - of));
        lines.extend(old[at..at + removed].iter().map(|text| Line { sign: '-', text }));
        lines.extend(new[of..of + added].iter().map(|text| Line { sign: '+', text }));
        (at, of) = (at + removed, of + added);
        if let Some(text) = old.get(at) {
            lines.push(Line { sign: ' ', text });
            (at, of) = (at + 1, of + 1);
        }
    }
    lines
}

/// The ranges of lines that are shown: changes that are near each other together.
fn hunks(lines: &[Line<'_>]) -> Vec<Range<usize>> {
    let mut hunks: Vec<Range<usize>> = Vec::new();
    for (at, _) in lines.iter().enumerate().filter(|(_, line)| line.sign != ' ') {
        let (start, end) = (at.saturating_sub(CONTEXT), (at + 1 + CONTEXT).min(lines.len()));
        match hunks.last_mut() {
            Some(last) if start <= last.end => last.end = end,
            _ => hunks.push(start..end),
        }
    }
    hunks
}

fn push_hunk(text: &mut String, lines: &[Line<'_>], hunk: Range<usize>) {
    let count = |lines: &[Line<'_>], other: char| lines.iter().filter(|line| line.sign != other).count();
    let range = |other: char| {
        let (before, inside) = (count(&lines[..hunk.start], other), count(&lines[hunk.clone()], other));
        // Of no lines, the one before is named.
        format!("{},{inside}", before + usize::from(inside > 0))
    };
    let _ = writeln!(text, "@@ -{} +{} @@", range('+'), range('-'));
    for line in &lines[hunk.clone()] {
        text.push(line.sign);
        let whole = line.text.strip_suffix('\n');
        for character in whole.unwrap_or(line.text).chars() {
            match character {
                '\t' => text.push('\t'),
                _ => push_escaped(text, character),
            }
        }
        text.push('\n');
        if whole.is_none() {
            text.push_str("\\ No newline at end of file\n");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::unified;

    #[test]
    fn equal_texts_do_not_differ() {
        assert_eq!(unified("a", "x\ny\n", "x\ny\n"), "");
    }

    #[test]
    fn changes_are_shown_with_the_lines_around_them() {
        let old: String = "1 2 3 4 5 6 7 8 9 10 11 12 ".replace(' ', "\n");
        let new = old.replace("3\n", "").replace("11\n", "eleven\nand a half\n").replace("12\n", "12");
        assert_eq!(
            unified("a.fsm", &old, &new),
            "--- a.fsm\n+++ a.fsm\n@@ -1,6 +1,5 @@\n 1\n 2\n-3\n 4\n 5\n 6\n@@ -8,5 +7,6 @@\n 8\n 9\n 10\n-11\n-12\n+eleven\n+and a half\n+12\n\\ No newline at end of file\n"
        );
    }

    #[test]
    fn texts_come_and_go() {
        assert_eq!(unified("a", "", "x\n"), "--- a\n+++ a\n@@ -0,0 +1,1 @@\n+x\n");
        assert_eq!(unified("a", "x\n\u{1b}\n", ""), "--- a\n+++ a\n@@ -1,2 +0,0 @@\n-x\n-\\u{1b}\n");
    }
}
