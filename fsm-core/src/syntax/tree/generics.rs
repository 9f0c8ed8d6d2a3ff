//! The generic parameters of a machine: `<'a, T: Clone, const N: usize>`.
//!
//! What stands behind a colon is for rustc to read. Only its end is found here, in one pass over the text.

use super::{Node, Reader};
use crate::diagnostic::Diagnostic;
use crate::source::Span;
use crate::syntax::ast::{Generic, GenericKind, Name};
use crate::syntax::rules::INVALID_GENERICS;

/// What generic parameters look like.
const FORM: &str = "write lifetimes, types and constants as in Rust: `<'a, T: Clone, const N: usize>`";

impl<'t> Reader<'t, '_> {
    pub(super) fn generics(&mut self, node: &Node<'t>) -> Vec<Generic> {
        let (span, text) = (self.span(node), node.as_str().trim_end());
        let (parts, end) = parts(text);
        let rest = text.get(end..).unwrap_or_default();
        if end == 0 {
            let found = Diagnostic::new(&INVALID_GENERICS, span, "these generic parameters do not end");
            self.diagnostics.push(found.help(FORM));
        } else if !rest.is_empty() {
            let message = "nothing but a label stands behind the generic parameters of a machine";
            let found = Diagnostic::new(&INVALID_GENERICS, at(span, end, rest), message);
            self.diagnostics.push(found.help("what is asked of a parameter stands behind its colon: `<T: Clone>`"));
        }
        let mut generics = Vec::new();
        for (start, part) in parts {
            let (place, part) = (at(span, start, part), part.trim());
            let mut report = |place: Span, message: String| {
                self.diagnostics.push(Diagnostic::new(&INVALID_GENERICS, place, message).help(FORM));
            };
            let declared = default_of(part).map_or(part, |equals| {
                let default = at(place, equals, &part[equals..]);
                report(default, "generic parameters of machines have no defaults".to_owned());
                part[..equals].trim_end()
            });
            match generic(at(place, 0, declared), declared) {
                Ok(generic) => generics.push(generic),
                Err(message) => report(place, message),
            }
        }
        generics
    }
}

/// The place of a part of a text, without the white space around it.
fn at(whole: Span, start: usize, part: &str) -> Span {
    let start = whole.range().start + start + (part.len() - part.trim_start().len());
    Span::new(whole.file, start..start + part.trim().len())
}

/// What stands between the commas of the angle brackets that a text begins with, and where; and where the brackets end, which
/// is nowhere (0) if they are not closed.
fn parts(text: &str) -> (Vec<(usize, &str)>, usize) {
    let (mut parts, mut start, mut depth, mut before) = (Vec::new(), 1, 0_usize, ' ');
    for (offset, letter) in text.char_indices() {
        match letter {
            '<' | '(' | '[' => depth += 1,
            ')' | ']' => depth = depth.saturating_sub(1),
            '>' if before != '-' => depth = depth.saturating_sub(1),
            _ => {}
        }
        let is_end = depth == 0;
        if is_end || letter == ',' && depth == 1 {
            let part = text.get(start..offset).unwrap_or_default();
            // The last comma may stand before nothing.
            if !(is_end && part.trim().is_empty() && !parts.is_empty()) {
                parts.push((start, part));
            }
            start = offset + 1;
        }
        if is_end {
            return (parts, start);
        }
        before = letter;
    }
    parts.push((start, text.get(start..).unwrap_or_default()));
    (parts, 0)
}

/// Where the `=` of a default stands: outside of all brackets.
fn default_of(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    text.char_indices().find_map(|(offset, letter)| {
        match letter {
            '<' | '(' | '[' => depth += 1,
            '>' | ')' | ']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        (letter == '=' && depth == 0).then_some(offset)
    })
}

/// One parameter, whose text stands at `place`.
fn generic(place: Span, text: &str) -> Result<Generic, String> {
    let (head, bounds) = text.split_once(':').map_or((text, None), |(head, bounds)| (head.trim_end(), Some(bounds)));
    let constant = head.strip_prefix("const").filter(|name| name.starts_with(char::is_whitespace));
    let (kind, name) = match constant {
        Some(name) => (GenericKind::Const, name.trim_start()),
        None if head.starts_with('\'') => (GenericKind::Lifetime, head),
        None => (GenericKind::Type, head),
    };
    let bare = name.strip_prefix('\'').unwrap_or(name);
    let is_name = bare.starts_with(|first| first == '_' || pest::unicode::XID_START(first))
        && bare.chars().all(pest::unicode::XID_CONTINUE);
    if text.is_empty() {
        return Err("a generic parameter is missing here".to_owned());
    }
    if !is_name {
        return Err(format!("`{head}` is no generic parameter"));
    }
    if matches!(name, "_" | "Self" | "'_" | "'static") {
        return Err(format!("`{name}` means something else in Rust"));
    }
    let bounds = bounds.filter(|bounds| !bounds.trim().is_empty());
    let bounds = bounds.map(|bounds| at(place, text.len() - bounds.len(), bounds));
    if kind == GenericKind::Const && bounds.is_none() {
        return Err(format!("the constant `{name}` has no type"));
    }
    Ok(Generic { kind, name: Name { span: at(place, head.len() - name.len(), name) }, bounds })
}

#[cfg(test)]
mod tests {
    use super::{default_of, parts};

    #[test]
    fn commas_in_brackets_part_nothing() {
        let texts = |text| parts(text).0.into_iter().map(|(_, part)| part.trim()).collect::<Vec<_>>();
        assert_eq!(
            texts("<'a, T: Fn(u8, u8) -> Vec<(u8, T)> + 'a, const N: usize,>"),
            ["'a", "T: Fn(u8, u8) -> Vec<(u8, T)> + 'a", "const N: usize"]
        );
        assert_eq!(texts("<>"), [""]);
        assert_eq!(texts("<T, , U>"), ["T", "", "U"]);
        for (text, end) in [("<T> where T: Clone", 3), ("<T>>", 3), ("<T", 0), ("<T: Vec<u8>", 0), ("<", 0)] {
            assert_eq!(parts(text).1, end, "{text}");
        }
    }

    #[test]
    fn associated_types_are_no_defaults() {
        assert_eq!((default_of("T = u8"), default_of("T: Clone = Vec<u8>")), (Some(2), Some(9)));
        assert_eq!(default_of("T: Iterator<Item = u8>"), None);
    }
}
