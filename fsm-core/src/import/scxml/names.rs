//! Identifiers of the language for the names of a document.

use std::collections::{BTreeMap, BTreeSet};

/// Words that an identifier must not be: those of Rust, and those that mean something where a variable may stand.
const RESERVED: &[&str] = &[
    "Self", "abstract", "after", "as", "async", "await", "become", "box", "break", "cancel", "const", "context",
    "continue", "crate", "do", "dyn", "else", "emit", "enum", "event", "extern", "false", "final", "fn", "for", "gen",
    "if", "impl", "in", "let", "loop", "macro", "match", "max", "min", "mod", "move", "mut", "none", "override",
    "priv", "pub", "raise", "ref", "reset", "restart", "return", "self", "some", "static", "struct", "super", "trait",
    "true", "try", "type", "typeof", "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

/// The identifiers of one kind of thing: no two are the same.
#[derive(Debug, Default)]
pub(super) struct Names {
    given: BTreeSet<String>,
    /// The number from which on a name may be free.
    next: BTreeMap<String, usize>,
}

impl Names {
    /// An identifier that is like `wanted` and not given yet.
    pub(super) fn unique(&mut self, wanted: &str) -> String {
        let wanted = if RESERVED.contains(&wanted) { format!("{wanted}_") } else { wanted.to_owned() };
        if self.given.insert(wanted.clone()) {
            return wanted;
        }
        let next = self.next.entry(wanted.clone()).or_insert(2);
        loop {
            let name = format!("{wanted}{next}");
            *next += 1;
            if self.given.insert(name.clone()) {
                return name;
            }
        }
    }
}

/// The words of a name: what stands between signs that no identifier has.
fn words(name: &str) -> impl Iterator<Item = &str> {
    name.split(|letter: char| !letter.is_ascii_alphanumeric()).filter(|word| !word.is_empty())
}

/// A name of a state, an event or a type: `error.execution` becomes `ErrorExecution`.
pub(super) fn pascal(name: &str, otherwise: &str) -> String {
    let mut text = String::new();
    for word in words(name) {
        // Digits that would run together stay apart: `s1.1` is not `s11`.
        if text.ends_with(|letter: char| letter.is_ascii_digit())
            && word.starts_with(|letter: char| letter.is_ascii_digit())
        {
            text.push('_');
        }
        let (first, rest) = word.split_at(1);
        text.push_str(&first.to_ascii_uppercase());
        text.push_str(rest);
    }
    beginning_with_a_letter(text, otherwise)
}

/// A name of a variable or a field: `aParam` becomes `a_param`.
pub(super) fn snake(name: &str, otherwise: &str) -> String {
    let mut text = String::new();
    for word in words(name) {
        if !text.is_empty() {
            text.push('_');
        }
        let mut before = '_';
        for letter in word.chars() {
            if letter.is_ascii_uppercase() && (before.is_ascii_lowercase() || before.is_ascii_digit()) {
                text.push('_');
            }
            text.push(letter.to_ascii_lowercase());
            before = letter;
        }
    }
    beginning_with_a_letter(text, &otherwise.to_lowercase())
}

fn beginning_with_a_letter(text: String, otherwise: &str) -> String {
    match text.chars().next() {
        None => otherwise.to_owned(),
        Some(first) if first.is_ascii_alphabetic() => text,
        Some(_) => format!("{otherwise}{text}"),
    }
}

/// A text as a literal of the language.
pub(super) fn quoted(text: &str) -> String {
    let mut literal = String::from("\"");
    for letter in text.chars() {
        match letter {
            '\'' => literal.push('\''),
            _ if letter.is_ascii() => literal.extend(letter.escape_debug()),
            _ if letter.is_alphanumeric() => literal.push(letter),
            _ => literal.extend(letter.escape_unicode()),
        }
    }
    literal.push('"');
    literal
}

/// A label for a name, if it is not the identifier itself: ` "s0"`.
pub(super) fn label(name: &str, identifier: &str) -> String {
    if name == identifier { String::new() } else { format!(" {}", quoted(name)) }
}

#[cfg(test)]
mod tests {
    use super::{Names, pascal, quoted, snake};

    #[test]
    fn names_become_identifiers() {
        assert_eq!(pascal("error.execution", "Event"), "ErrorExecution");
        assert_eq!(pascal("s1.1", "State"), "S1_1");
        assert_eq!(pascal("1", "State"), "State1");
        assert_eq!(pascal("!", "State"), "State");
        assert_eq!(snake("aParam", "value"), "a_param");
        assert_eq!(snake("i_ID_LEFT", "value"), "i_id_left");
        assert_eq!(snake("Var1", "value"), "var1");
    }

    #[test]
    fn identifiers_are_given_once_and_are_no_keywords() {
        let mut names = Names::default();
        assert_eq!([names.unique("a"), names.unique("a"), names.unique("type")], ["a", "a2", "type_"]);
    }

    #[test]
    fn quotes_and_control_characters_are_escaped() {
        assert_eq!(quoted("a\"b\\\n'é\u{202e}"), "\"a\\\"b\\\\\\n'é\\u{202e}\"");
    }
}
