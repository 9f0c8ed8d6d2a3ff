//! The values of literals, names and doc lines.

use std::iter::Peekable;
use std::ops::Range;
use std::str::CharIndices;

use super::lexical::lone_return;

/// The value of an integer: decimal, `0x`, `0b` or `0o`, with `_` between the digits. `None` beyond 127 bits.
#[must_use]
pub fn integer(text: &str) -> Option<i128> {
    let (radix, digits) = match text.get(..2) {
        Some("0x") => (16, &text[2..]),
        Some("0b") => (2, &text[2..]),
        Some("0o") => (8, &text[2..]),
        _ => (10, text),
    };
    i128::from_str_radix(&digits.replace('_', ""), radix).ok()
}

/// The units of durations in nanoseconds, the largest first.
pub const UNITS: [(&str, u64); 7] = [
    ("d", 86_400_000_000_000),
    ("h", 3_600_000_000_000),
    ("min", 60_000_000_000),
    ("s", 1_000_000_000),
    ("ms", 1_000_000),
    ("us", 1_000),
    ("ns", 1),
];

/// The value of a duration in nanoseconds: `30s`, `1_500ms`. `None` beyond 64 bits.
#[must_use]
pub fn duration(text: &str) -> Option<u64> {
    let unit = text.trim_start_matches(|digit: char| digit.is_ascii_digit() || digit == '_');
    let (_, size) = UNITS.iter().find(|(name, _)| *name == unit)?;
    let digits = text[..text.len() - unit.len()].replace('_', "");
    digits.parse::<u64>().ok()?.checked_mul(*size)
}

/// The value of a floating-point number.
#[must_use]
pub fn float(text: &str) -> Option<f64> {
    text.replace('_', "").parse().ok()
}

/// The text of a `///` line: without the slashes and one space behind them.
#[must_use]
pub fn doc_line(line: &str) -> &str {
    let text = line.strip_prefix("///").unwrap_or(line);
    text.strip_prefix(' ').unwrap_or(text).trim_end()
}

/// The value of a string literal, quotes included. Escapes that [`check_string`] refuses are left out.
#[must_use]
pub fn unescape(literal: &str) -> String {
    if let Some(raw) = literal.strip_prefix('r') {
        let body = raw.trim_matches('#');
        return body.get(1..body.len().saturating_sub(1)).unwrap_or("").replace("\r\n", "\n");
    }
    let mut value = String::new();
    let _ = read_string(literal, &mut value);
    value
}

/// Checks the escapes of a string literal that is not raw, quotes included.
///
/// # Errors
///
/// The first faulty part, and what is wrong with it.
pub fn check_string(literal: &str) -> Result<(), (Range<usize>, &'static str)> {
    read_string(literal, &mut String::new())
}

fn read_string(literal: &str, value: &mut String) -> Result<(), (Range<usize>, &'static str)> {
    if let Some(at) = lone_return(literal) {
        return Err((at..at + 1, "a lone carriage return in a string"));
    }
    let body = literal.get(1..literal.len().saturating_sub(1)).unwrap_or("");
    let mut letters = body.char_indices().peekable();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '\\' => {
                let escaped = escape(&mut letters);
                let end = letters.peek().map_or(body.len(), |&(end, _)| end);
                // Offsets are those in the literal: one more than in its body.
                value.extend(escaped.map_err(|why| (at + 1..end + 1, why))?);
            }
            '\r' => {}
            _ => value.push(letter),
        }
    }
    Ok(())
}

/// The character behind a backslash; `None` for an escaped line ending.
fn escape(letters: &mut Peekable<CharIndices<'_>>) -> Result<Option<char>, &'static str> {
    let Some((_, letter)) = letters.next() else { return Err("an escape without a character") };
    Ok(Some(match letter {
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        '0' => '\0',
        '\\' | '"' | '\'' => letter,
        'x' => {
            let digits: String = letters.by_ref().take(2).map(|(_, digit)| digit).collect();
            let code = u8::from_str_radix(&digits, 16).ok().filter(|code| code.is_ascii() && !digits.starts_with('+'));
            char::from(code.ok_or("`\\x` needs two hexadecimal digits, at most `7f`")?)
        }
        'u' => unicode_escape(letters).ok_or("`\\u` needs a character's code in braces: `\\u{1f980}`")?,
        '\n' => {
            while letters.next_if(|(_, space)| space.is_ascii_whitespace()).is_some() {}
            return Ok(None);
        }
        '\r' => {
            return Ok(None).inspect(|_| while letters.next_if(|(_, space)| space.is_ascii_whitespace()).is_some() {});
        }
        _ => return Err("there is no such escape"),
    }))
}

fn unicode_escape(letters: &mut Peekable<CharIndices<'_>>) -> Option<char> {
    letters.next_if(|&(_, open)| open == '{')?;
    let mut code = 0_u32;
    let mut count = 0;
    loop {
        let (_, letter) = letters.next()?;
        match letter {
            '}' => break,
            '_' if count > 0 => {}
            _ => {
                code = code * 16 + letter.to_digit(16)?;
                count += 1;
            }
        }
        if count > 6 {
            return None;
        }
    }
    (count > 0).then(|| char::from_u32(code)).flatten()
}

#[cfg(test)]
mod tests {
    use super::{check_string, doc_line, duration, float, integer, unescape};

    #[test]
    fn integers() {
        assert_eq!(integer("1_000"), Some(1000));
        assert_eq!(integer("0xff"), Some(255));
        assert_eq!(integer("0b1_01"), Some(5));
        assert_eq!(integer("0o17"), Some(15));
        assert_eq!(integer("170141183460469231731687303715884105728"), None);
    }

    #[test]
    fn durations() {
        assert_eq!(duration("7ns"), Some(7));
        assert_eq!(duration("1_500ms"), Some(1_500_000_000));
        assert_eq!(duration("2min"), Some(120_000_000_000));
        assert_eq!(duration("7d"), Some(7 * 86_400 * 1_000_000_000));
        assert_eq!(duration("213504d"), None);
    }

    #[test]
    fn floats() {
        assert_eq!(float("1_0.5e1"), Some(105.0));
    }

    #[test]
    fn strings() {
        assert_eq!(unescape(r#""a\"b\\\n\x41\u{1f9_80}""#), "a\"b\\\nA\u{1f980}");
        assert_eq!(unescape("\"a\\\n   b\""), "ab");
        assert_eq!(unescape(r##"r#"a\"b"#"##), "a\\\"b");
        assert_eq!(unescape("\"\""), "");
        assert!(check_string(r#""\q""#).is_err());
        assert!(check_string(r#""\x80""#).is_err());
        assert!(check_string(r#""\u{110000}""#).is_err());
        assert!(check_string(r#""\u{}""#).is_err());
        assert!(check_string("\"a\rb\"").is_err());
    }

    #[test]
    fn doc_lines() {
        assert_eq!(doc_line("/// A lamp. "), "A lamp.");
        assert_eq!(doc_line("///"), "");
        assert_eq!(doc_line("///   indented"), "  indented");
    }
}
