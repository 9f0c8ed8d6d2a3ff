//! What a terminal may be shown of a text.
//!
//! Control characters move the cursor and change the screen; bidirectional and other invisible characters make a text
//! look like another one. None of them ever reaches a terminal as itself: they are written as Rust would escape them.

use std::borrow::Cow;

/// Whether a character shows itself, and only itself.
pub(crate) fn is_printable(character: char) -> bool {
    matches!(character, ' '..='~') || (!character.is_ascii() && is_printable_in_a_string(character))
}

/// What `str`'s `Debug` leaves as it is. It escapes every character without a shape of its own: controls, formats,
/// separators, private and unassigned ones. A combining mark it leaves where there is a letter before it.
fn is_printable_in_a_string(character: char) -> bool {
    let after_a_letter: String = ['a', character].iter().collect();
    after_a_letter.escape_debug().nth(1) == Some(character)
}

/// A character as it is shown: itself or its escape, such as `\n` or `\u{202e}`.
pub(crate) fn push_escaped(text: &mut String, character: char) {
    if is_printable(character) {
        text.push(character);
    } else {
        text.extend(character.escape_debug());
    }
}

/// A text as it is shown on one line.
pub(crate) fn escaped(text: &str) -> Cow<'_, str> {
    if text.chars().all(is_printable) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    text.chars().for_each(|character| push_escaped(&mut shown, character));
    Cow::Owned(shown)
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn letters_of_all_scripts_and_their_marks_are_shown() {
        for text in ["a \"quoted\" \\ 'word'", "Grüße", "e\u{301}tat", "状態", "حالة", "🦀", "नमस्ते"]
        {
            assert_eq!(escaped(text), text);
        }
    }

    #[test]
    fn what_moves_the_cursor_or_hides_is_escaped() {
        for (text, shown) in [
            ("\u{1b}[31mred", "\\u{1b}[31mred"),
            ("a\rb\nc\td\0", "a\\rb\\nc\\td\\0"),
            ("\u{202e}evil\u{2066}", "\\u{202e}evil\\u{2066}"),
            ("zero\u{200b}width\u{feff}", "zero\\u{200b}width\\u{feff}"),
            ("\u{9b}31m\u{7f}", "\\u{9b}31m\\u{7f}"),
            ("a\u{a0}b\u{2028}c", "a\\u{a0}b\\u{2028}c"),
        ] {
            assert_eq!(escaped(text), shown);
        }
    }
}
