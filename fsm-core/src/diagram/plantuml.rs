//! What is safe to write in PlantUML's diagrams.
//!
//! Text is marked up (Creole), in part HTML, and preprocessed. So every character that may mean something is written as
//! `<U+NNNN>`, which PlantUML reads last; what needs none of this stays as it was written.

use std::fmt::Write as _;

/// A text on one line in which nothing has a meaning for PlantUML.
pub(super) fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    let mut before = ' ';
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        let after = letters.peek().copied().unwrap_or(' ');
        if is_plain(before, letter, after) {
            escaped.push(letter);
        } else if letter.is_control() || matches!(letter, '\u{2028}' | '\u{2029}') {
            escaped.push(' ');
        } else {
            let _ = write!(escaped, "<U+{:04X}>", u32::from(letter));
        }
        before = letter;
    }
    escaped
}

/// Whether a character stands for itself, next to these.
fn is_plain(before: char, letter: char, after: char) -> bool {
    let within = |is: fn(char) -> bool| is(before) && is(after);
    match letter {
        ' ' | '(' | ')' | ',' => true,
        '[' | ']' => before != letter && after != letter,
        '/' => within(|beside| beside == ' '),
        '=' => within(|beside| matches!(beside, ' ' | '+' | '<' | '>')),
        '.' | '_' | '-' => within(|beside| beside.is_ascii_alphanumeric()),
        _ => letter.is_alphanumeric(),
    }
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn plain_words_stay_and_the_rest_is_escaped() {
        assert_eq!(escaped("Login [ok] / greet(x), n = 1"), "Login [ok] / greet(x), n = 1");
        assert_eq!(escaped("**b** //i//"), "<U+002A><U+002A>b<U+002A><U+002A> <U+002F><U+002F>i<U+002F><U+002F>");
        assert_eq!(
            escaped("[[http://x]]\n!include"),
            "<U+005B><U+005B>http<U+003A><U+002F><U+002F>x<U+005D><U+005D> <U+0021>include"
        );
        assert_eq!(escaped("Größe 日本 a.b x_y"), "Größe 日本 a.b x_y");
    }
}
