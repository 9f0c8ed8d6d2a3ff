//! Places in a text that an edit takes out, with what stands around them and would be left over.

use crate::source::{Sources, Span};

/// What to take out so that a whole declaration is gone: with its lines where nothing else stands on them, else with the
/// blanks behind it.
#[must_use]
pub fn removed(sources: &Sources, span: Span) -> Span {
    let text = sources.file(span.file).text();
    let (before, after) = (&text[..span.range().start], &text[span.range().end..]);
    let blank = |c: char| c == ' ' || c == '\t';
    let indent = before.len() - before.trim_end_matches(blank).len();
    let behind = after.len() - after.trim_start_matches(blank).len();
    let (begins, rest) = (&before[..before.len() - indent], &after[behind..]);
    let ending = ["\r\n", "\n"].into_iter().find(|ending| rest.starts_with(ending)).map_or(0, str::len);
    let starts_line = begins.is_empty() || begins.ends_with('\n');
    if starts_line && (ending > 0 || rest.is_empty()) {
        return Span::new(span.file, begins.len()..span.range().end + behind + ending);
    }
    if ending > 0 || rest.is_empty() {
        return Span::new(span.file, begins.len()..span.range().end);
    }
    Span::new(span.file, span.range().start..span.range().end + behind)
}

/// What to take out so that an element of a list is gone, with the comma behind it or else the one before it. `None`
/// where neither is next to it: something else stands between them, such as a comment.
#[must_use]
pub fn removed_from_list(sources: &Sources, span: Span) -> Option<Span> {
    let text = sources.file(span.file).text();
    let (before, after) = (&text[..span.range().start], &text[span.range().end..]);
    let rest = after.trim_start();
    if let Some(behind) = rest.strip_prefix(',') {
        let end = text.len() - behind.trim_start_matches([' ', '\t']).len();
        return Some(removed_up_to(sources, span, end));
    }
    let begins = before.trim_end().strip_suffix(',')?;
    Some(Span::new(span.file, begins.len()..span.range().end))
}

/// The span up to `end`, with its line where nothing else stands on it.
fn removed_up_to(sources: &Sources, span: Span, end: usize) -> Span {
    removed(sources, Span::new(span.file, span.range().start..end))
}

#[cfg(test)]
mod tests {
    use super::{removed, removed_from_list};
    use crate::source::{Sources, Span};

    /// The text without the word and what goes with it.
    fn without(text: &str, word: &str, in_list: bool) -> Option<String> {
        let mut sources = Sources::new();
        let file = sources.add("a.fsm", text);
        let at = text.find(word).unwrap();
        let span = Span::new(file, at..at + word.len());
        let span = if in_list { removed_from_list(&sources, span)? } else { removed(&sources, span) };
        Some(format!("{}{}", &text[..span.range().start], &text[span.range().end..]))
    }

    #[test]
    fn a_declaration_goes_with_its_line() {
        for (text, left) in [
            ("a;\n    X;\nb;\n", "a;\nb;\n"),
            ("a;\r\n\tX;\r\nb;", "a;\r\nb;"),
            ("X;", ""),
            ("a; X; b;", "a; b;"),
            ("a; X;\nb;", "a;\nb;"),
            ("X; // why\nb;", "// why\nb;"),
        ] {
            assert_eq!(without(text, "X;", false).unwrap(), left, "{text:?}");
        }
    }

    #[test]
    fn an_element_goes_with_one_comma() {
        for (text, left) in [
            ("(X, b)", Some("(b)")),
            ("(a, X)", Some("(a)")),
            ("(a, X, b)", Some("(a, b)")),
            ("(\n    a,\n    X,\n    b,\n)", Some("(\n    a,\n    b,\n)")),
            ("(a /* , */ X)", None),
        ] {
            assert_eq!(without(text, "X", true).as_deref(), left, "{text:?}");
        }
    }
}
