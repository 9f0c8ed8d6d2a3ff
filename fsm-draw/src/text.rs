//! Texts in blocks: cleaned of what is no text, wrapped, measured.

/// What a text is for, which its size and weight tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Font {
    /// The title of the picture.
    Heading,
    /// The name of a node.
    Title,
    /// What stands under the name.
    Detail,
    /// What is written on an edge.
    Label,
}

/// How large texts are, and the room around what is drawn: in pixels or in cells.
pub trait Metrics {
    /// The width of a text on one line.
    fn width(&self, text: &str, font: Font) -> i32;
    /// The height of a line.
    fn line_height(&self, font: Font) -> i32;
    /// The width beyond which lines are wrapped.
    fn wrap_width(&self, font: Font) -> i32;
    /// The room around what is drawn.
    fn spacing(&self) -> &Spacing;
}

/// The room around what is drawn. Pairs are horizontal, then vertical.
#[derive(Debug, Clone)]
pub struct Spacing {
    /// Between neighbouring boxes.
    pub boxes: (i32, i32),
    /// Between parallel lines.
    pub lines: (i32, i32),
    /// Between a line and what is written on it.
    pub label: (i32, i32),
    /// For an arrowhead, between a box and the first bend.
    pub arrow: (i32, i32),
    /// What a line itself takes: nothing in pixels, a cell in cells.
    pub stroke: i32,
    /// Between a border and the text in it.
    pub padding: (i32, i32),
    /// Between a border and the boxes in it.
    pub inset: (i32, i32),
    /// How far an arrow from a box to itself stands out.
    pub bow: (i32, i32),
    /// The size of a dot.
    pub dot: (i32, i32),
    /// The size of a circle with a letter, and the least size of a diamond.
    pub sign: (i32, i32),
    /// The least size of a box.
    pub least: (i32, i32),
    /// The height that a rule between compartments takes.
    pub rule: i32,
    /// The height of a person's head.
    pub head: i32,
    /// The height of the upper end of a cylinder.
    pub cap: i32,
    /// Around the whole picture.
    pub margin: (i32, i32),
}

/// Lines of text, one below the other.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Block {
    /// The lines, none wider than the block.
    pub lines: Vec<String>,
    /// The width of the widest line.
    pub width: i32,
    /// The height of all lines.
    pub height: i32,
}

impl Block {
    /// Wraps texts.
    pub(crate) fn wrapped(texts: &[String], font: Font, metrics: &dyn Metrics) -> Block {
        let limit = metrics.wrap_width(font);
        let mut lines = Vec::new();
        for text in texts {
            wrap(&clean(text), limit, |text| metrics.width(text, font), &mut lines);
        }
        let width = lines.iter().map(|line| metrics.width(line, font)).max().unwrap_or(0);
        let count = i32::try_from(lines.len()).unwrap_or(i32::MAX);
        Block { lines, width, height: metrics.line_height(font).saturating_mul(count) }
    }

    /// Whether there is nothing to read.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }
}

/// The text without control characters and without what is no character of XML.
pub(crate) fn clean(text: &str) -> String {
    text.chars()
        .map(|char| if char.is_control() || matches!(char, '\u{fffe}' | '\u{ffff}') { ' ' } else { char })
        .collect()
}

/// Breaks a text between words, and inside a word where the word alone is too wide.
fn wrap(text: &str, limit: i32, measure: impl Fn(&str) -> i32, lines: &mut Vec<String>) {
    let mut line = String::new();
    for word in text.split_whitespace() {
        let joined = if line.is_empty() { word.to_owned() } else { format!("{line} {word}") };
        if measure(&joined) <= limit {
            line = joined;
            continue;
        }
        if !line.is_empty() {
            lines.push(std::mem::take(&mut line));
        }
        line = broken(word, limit, &measure, lines);
    }
    if !line.is_empty() {
        lines.push(line);
    }
}

/// Breaks a word that is too wide, and returns what is left for the last line.
///
/// Prefers places behind a sign, as in `some::long.path`, and never leaves a mark without the letter that it stands on.
fn broken(word: &str, limit: i32, measure: &impl Fn(&str) -> i32, lines: &mut Vec<String>) -> String {
    let mut rest = word;
    while measure(rest) > limit {
        let mut fits = 0;
        let mut neat = 0;
        let mut width = 0;
        for (at, char) in rest.char_indices() {
            let own = measure(char.encode_utf8(&mut [0; 4]));
            if width + own > limit && own > 0 && fits > 0 {
                break;
            }
            width += own;
            fits = at + char.len_utf8();
            if matches!(char, ':' | '.' | '_' | '-' | '/' | ',' | ';' | ')' | '(' | '|' | '&') {
                neat = fits;
            }
        }
        let end = if neat * 2 > fits { neat } else { fits };
        if end >= rest.len() {
            break;
        }
        lines.push(rest[..end].to_owned());
        rest = &rest[end..];
    }
    rest.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrapped(text: &str, limit: i32) -> Vec<String> {
        let mut lines = Vec::new();
        wrap(&clean(text), limit, |text| i32::try_from(text.chars().count()).unwrap(), &mut lines);
        lines
    }

    #[test]
    fn lines_are_broken_between_words() {
        assert_eq!(wrapped("one two  three", 8), ["one two", "three"]);
        assert_eq!(wrapped("  ", 8), Vec::<String>::new());
    }

    #[test]
    fn a_wide_word_is_broken_behind_a_sign_if_there_is_one() {
        assert_eq!(wrapped("a fsm_core::diagram", 12), ["a", "fsm_core::", "diagram"]);
        assert_eq!(wrapped("abcdefgh", 3), ["abc", "def", "gh"]);
        assert_eq!(wrapped("ab", 0), ["a", "b"]);
    }

    #[test]
    fn control_characters_are_spaces() {
        assert_eq!(wrapped("a\nb\u{7}c", 20), ["a b c"]);
    }
}
