//! Texts of sequences: values as they are written in the language, long ones cut short, and lines of a readable length.

use std::fmt::Write as _;

use crate::interpreter::{Occurrence, Value};
use crate::model::{Event, Field, Notes, Output, Program};

/// The longest text of one message, in characters.
const LONGEST: usize = 300;

/// The longest line, in characters.
const WIDTH: usize = 44;

/// `Enter { code: 1234 }`
pub(super) fn event(program: &Program, declared: &Event, occurrence: &Occurrence) -> String {
    let name = shown(&declared.name.text, &declared.notes);
    format!("{name}{}", fields(program, &declared.fields, &occurrence.fields))
}

/// `Opened { by: "Ann" }`
pub(super) fn output(program: &Program, declared: &Output, values: &[Value]) -> String {
    format!("{}{}", shown(&declared.name.text, &declared.notes), fields(program, &declared.fields, values))
}

/// `(4711, "Ann")`
pub(super) fn arguments(program: &Program, values: &[Value]) -> String {
    let values: Vec<_> = values.iter().map(|value| value.display(program).to_string()).collect();
    format!("({})", values.join(", "))
}

/// The label, where there is one, else the name.
pub(super) fn shown<'a>(name: &'a str, notes: &'a Notes) -> &'a str {
    notes.label.as_deref().unwrap_or(name)
}

fn fields(program: &Program, declared: &[Field], values: &[Value]) -> String {
    let pairs = declared.iter().zip(values);
    let fields: Vec<_> =
        pairs.map(|(field, value)| format!("{}: {}", field.name.text, value.display(program))).collect();
    if fields.is_empty() { String::new() } else { format!(" {{ {} }}", fields.join(", ")) }
}

/// A text in lines. It is cut short where it is very long, and says so.
pub(super) fn lines(text: &str) -> Vec<String> {
    let length = text.chars().count();
    let mut kept: String = text.chars().take(LONGEST).collect();
    if length > LONGEST {
        let _ = write!(kept, "… and {} more characters", length - LONGEST);
    }
    wrapped(&kept)
}

/// A text in lines that are broken between words, and within words only where one is longer than a line.
fn wrapped(text: &str) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut length = 0;
    for word in text.split_whitespace() {
        let mut letters: Vec<char> = word.chars().collect();
        if length > 0 && length + 1 + letters.len() > WIDTH {
            lines.push(std::mem::take(&mut line));
            length = 0;
        }
        while letters.len() > WIDTH {
            let rest = letters.split_off(WIDTH);
            lines.push(letters.into_iter().collect());
            letters = rest;
        }
        if length > 0 {
            line.push(' ');
            length += 1;
        }
        length += letters.len();
        line.extend(letters);
    }
    if length > 0 || lines.is_empty() {
        lines.push(line);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::lines;

    #[test]
    fn lines_end_between_words_where_they_can() {
        assert_eq!(lines("short"), ["short"]);
        assert_eq!(lines(""), [""]);
        let words = "word ".repeat(20);
        assert!(lines(&words).iter().all(|line| line.len() <= 44 && line.starts_with("word")));
        assert_eq!(lines(&words).join(" "), words.trim());
        assert_eq!(lines(&"x".repeat(100)).concat(), "x".repeat(100));
        assert_eq!(lines(&format!("a {}", "x".repeat(50))), ["a".to_owned(), "x".repeat(44), "x".repeat(6)]);
    }

    #[test]
    fn very_long_texts_are_cut_short_and_say_so() {
        let text = lines(&"x".repeat(10_000)).join(" ");
        assert!(text.ends_with("… and 9700 more characters"), "{text}");
    }
}
