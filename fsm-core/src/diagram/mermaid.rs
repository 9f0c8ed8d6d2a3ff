//! What is safe to write in Mermaid's diagrams.
//!
//! Many characters and words have a meaning for Mermaid in places where text is expected, and which of them has changed
//! from version to version. So names and labels are written with every other character as `#NN;`, and identifiers never
//! are words that Mermaid knows. What is safe was measured with the versions that the browser test draws with. What
//! needs none of this stays as it was written, for those who read the text. Two texts cannot be shown at all: `¶ß` and
//! `ﬂ°`, of which Mermaid makes its own placeholders.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::Theme;

/// The lines between `---` that choose a theme of Mermaid.
pub(super) fn theme(theme: Option<Theme>) -> Vec<String> {
    let name = match theme {
        Some(Theme::Dark) => "dark",
        Some(Theme::Light) => "default",
        None => return Vec::new(),
    };
    vec!["config:".to_owned(), format!("  theme: {name}")]
}

/// An identifier for each name: the name itself, where nobody takes it for anything else.
pub(super) fn unique_identifiers(
    names: impl Iterator<Item = String>,
    prefix: &str,
    is_reserved: impl Fn(&str) -> bool,
) -> Vec<String> {
    let mut taken = BTreeSet::new();
    let mut ids = Vec::new();
    for name in names {
        let mut text: String = name
            .chars()
            .map(|letter| {
                if letter.is_ascii_alphanumeric() || letter == '_' {
                    letter.to_string()
                } else {
                    format!("u{:x}", u32::from(letter))
                }
            })
            .collect();
        if is_reserved(&text) {
            text.insert_str(0, prefix);
        }
        let mut unique = text.clone();
        let mut number = 2;
        while !taken.insert(unique.clone()) {
            unique = format!("{text}_{number}");
            number += 1;
        }
        ids.push(unique);
    }
    ids
}

/// Whether Mermaid, or the page that it draws into, takes the word for something else; or whether an identifier of ours
/// might be the same.
pub(super) fn is_reserved(id: &str) -> bool {
    const WORDS: &[&str] = &[
        "accdescr",
        "acctitle",
        "as",
        "class",
        "classdef",
        "click",
        "constructor",
        "default",
        "direction",
        "end",
        "fork",
        "hasownproperty",
        "hide",
        "href",
        "isprototypeof",
        "join",
        "note",
        "propertyisenumerable",
        "root",
        "scale",
        "state",
        "statediagram",
        "style",
        "subgraph",
        "tolocalestring",
        "tostring",
        "valueof",
    ];
    let lower = id.to_ascii_lowercase();
    let ours = lower.ends_with("_any") || lower.ends_with("_history") || lower.starts_with("state_");
    // What Mermaid calls the two `[*]` of a state.
    let theirs = lower.ends_with("_start") || lower.ends_with("_end");
    let starts = ["default", "click", "href", "class", "style", "note", "state", "end", "__", "_"];
    WORDS.contains(&lower.as_str())
        || starts.iter().any(|word| lower.starts_with(word))
        || ours
        || theirs
        || !lower.starts_with(|letter: char| letter.is_ascii_alphabetic())
}

/// A text in which nothing has a meaning for Mermaid.
///
/// Letters, digits, spaces and a few signs stand for themselves; every other character is written as `#NN;`, its decimal
/// code. Words that Mermaid looks for in the middle of text are broken by encoding their first letter.
pub(super) fn encode(text: &str) -> String {
    let mut encoded = String::new();
    let mut before = ' ';
    for (at, letter) in text.char_indices() {
        let rest = &text[at..];
        let word = begins_with(rest, "direction")
            || begins_with(rest, "end") && begins_with(rest["end".len()..].trim_start(), "note");
        let after = rest.chars().nth(1).unwrap_or(' ');
        if is_plain(before, letter, after, text[..at].trim_start()) && !word {
            encoded.push(letter);
        } else if letter.is_control() || letter == '\u{2028}' || letter == '\u{2029}' {
            encoded.push(' ');
        } else {
            let _ = write!(encoded, "#{};", u32::from(letter));
        }
        before = letter;
    }
    encoded
}

/// Whether a character stands for itself, next to these and behind that text. At the start of a text signs may make it
/// a list, a heading or a quotation; within a word `_` and `-` mean nothing.
fn is_plain(before: char, letter: char, after: char, text: &str) -> bool {
    match letter {
        ' ' => true,
        '(' | ')' | '[' | ']' | '{' | '}' | '/' | ',' | '=' | '!' | '?' | '+' | '>' => !text.is_empty(),
        '.' => !text.chars().all(|digit| digit.is_ascii_digit()),
        '_' | '-' => before.is_ascii_alphanumeric() && after.is_ascii_alphanumeric(),
        _ => letter.is_ascii_digit() || letter.is_alphabetic(),
    }
}

/// Whether a text begins with an ASCII word, in whatever case.
fn begins_with(text: &str, word: &str) -> bool {
    text.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::{encode, is_reserved};

    #[test]
    fn plain_words_stay_and_the_rest_is_encoded() {
        assert_eq!(encode("Login [ok] / greet(x)"), "Login [ok] / greet(x)");
        assert_eq!(encode("a:b; %% c#d"), "a#58;b#59; #37;#37; c#35;d");
        assert_eq!(encode("x_y \"z\" <b>"), "x_y #34;z#34; #60;b>");
        assert_eq!(encode("_a_b_ -c-d- --"), "#95;a_b#95; #45;c-d#45; #45;#45;");
        assert_eq!(encode("Größe { 日本 } →"), "Größe { 日本 } #8594;");
        assert_eq!(encode(" + 1. a"), " #43; 1. a");
        assert_eq!(encode(" 1. a"), " 1#46; a");
        assert_eq!(encode("go direction LR"), "go #100;irection LR");
        assert_eq!(encode("send, End  Note, end"), "send, #69;nd  Note, end");
        assert_eq!(encode("1. a"), "1#46; a");
        assert_eq!(encode("two\nlines"), "two lines");
    }

    #[test]
    fn words_of_mermaid_are_no_identifiers() {
        for word in ["end", "State", "default", "root", "clicked", "A_any", "A_start", "toString", "1st", "_x"] {
            assert!(is_reserved(word), "{word}");
        }
        assert!(!is_reserved("Active"));
    }
}
