//! Lines of text that are being written: indented, and broken where they are too long.

use std::fmt::Write as _;

/// The text of a diagram.
#[derive(Default)]
pub(super) struct Lines {
    text: String,
    depth: usize,
}

impl Lines {
    /// Adds a line.
    pub(super) fn line(&mut self, line: impl AsRef<str>) {
        let _ = writeln!(self.text, "{:1$}{line}", "", self.depth * 4, line = line.as_ref());
    }

    /// What follows stands further in.
    pub(super) fn indent(&mut self) {
        self.depth += 1;
    }

    /// What follows stands less far in.
    pub(super) fn dedent(&mut self) {
        self.depth = self.depth.saturating_sub(1);
    }

    /// All lines.
    pub(super) fn finish(self) -> String {
        self.text
    }
}

/// A text in lines of at most `width` characters, broken at spaces: where the fewest brackets are open, and late rather than
/// early. What has no space stays together.
pub(super) fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut rest = text.trim();
    while let Some(at) = break_of(rest, width) {
        lines.push(rest[..at].trim_end().to_owned());
        rest = rest[at..].trim_start();
    }
    lines.push(rest.to_owned());
    lines
}

/// Where the first line of a text ends; `None` if all of it fits, or has nowhere to be broken.
fn break_of(text: &str, width: usize) -> Option<usize> {
    let (mut open, mut best, mut first) = (0_usize, None, None);
    for (column, (at, letter)) in text.char_indices().enumerate() {
        match letter {
            '(' | '[' | '{' => open += 1,
            ')' | ']' | '}' => open = open.saturating_sub(1),
            // In the first third, a line would be too short.
            ' ' if column <= width => {
                let is_short = column < width / 3;
                if best.is_none_or(|(known, _)| (is_short, open) <= known) {
                    best = Some(((is_short, open), at));
                }
            }
            ' ' => first = first.or(Some(at)),
            _ => {}
        }
        if column >= width && (best.is_some() || first.is_some()) {
            return best.map(|(_, at)| at).or(first);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::wrapped;

    #[test]
    fn long_texts_are_broken_behind_spaces() {
        assert_eq!(wrapped("a bb ccc", 4), ["a bb", "ccc"]);
        assert_eq!(wrapped("a longword b", 4), ["a", "longword", "b"]);
        assert_eq!(wrapped("entry / x = 1, emit Changed { by: x }", 30), ["entry / x = 1, emit Changed", "{ by: x }"]);
        assert_eq!(wrapped("go(one, two, three) / stop", 20), ["go(one, two, three)", "/ stop"]);
        assert_eq!(wrapped("", 4), [""]);
        assert_eq!(wrapped("as wide", 7), ["as wide"]);
    }
}
