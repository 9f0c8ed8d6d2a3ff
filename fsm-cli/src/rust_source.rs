//! Finds the state machines in a Rust file: `fsm! { … }` and `fsm_file!("…")`, wherever rustc would expand them.
//!
//! The file is read as tokens, not as a syntax tree. So the rest of it may be broken, as it is while it is being edited,
//! and no nesting, however deep, can exhaust the stack. The bodies of other macros are passed over: what stands in
//! `macro_rules!` or `quote!` is a template and not a machine.

use std::ops::Range;

use fsm_core::syntax::literal;
use proc_macro2::{Delimiter, Group, TokenStream, TokenTree, token_stream};

/// A use of one of the macros.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Invocation {
    /// `fsm! { … }`: the range of the text between the delimiters.
    Inline(Range<usize>),
    /// `fsm_file!("path")`: the path, and the range of the literal.
    File(String, Range<usize>),
}

/// The offset at which a text cannot be read as Rust tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NotRust(pub(crate) usize);

/// Whether it can be worth the time to look for machines in a text.
pub(crate) fn may_contain_machines(text: &[u8]) -> bool {
    [b"fsm!".as_slice(), b"fsm_file!"].iter().any(|name| text.windows(name.len()).any(|window| window == *name))
}

/// All uses of the macros in the order of the text.
pub(crate) fn invocations(text: &str) -> Result<Vec<Invocation>, NotRust> {
    let tokens: TokenStream =
        blank_head(text).parse().map_err(|error: proc_macro2::LexError| NotRust(error.span().byte_range().start))?;
    let mut found = Vec::new();
    let mut open = vec![tokens.into_iter()];
    while let Some(trees) = open.last_mut() {
        match next_group(trees) {
            Some((None, group)) => open.push(group.stream().into_iter()),
            Some((Some(name), group)) if name == "fsm" => found.push(Invocation::Inline(inside(&group))),
            Some((Some(name), group)) if name == "fsm_file" => found.extend(file(&group)),
            Some(_) => {}
            None => {
                open.pop();
            }
        }
    }
    Ok(found)
}

/// The next group of a stream, with the name of the macro if it is the body of one.
fn next_group(trees: &mut token_stream::IntoIter) -> Option<(Option<String>, Group)> {
    // The name of the macro whose `!` was the last token, or `macro_rules` and then the name of the macro it defines.
    let mut macro_name: Option<String> = None;
    let mut word: Option<String> = None;
    for tree in trees {
        match tree {
            TokenTree::Group(group) if group.delimiter() != Delimiter::None => return Some((macro_name, group)),
            TokenTree::Punct(punct) if punct.as_char() == '!' => macro_name = word.take().filter(|name| is_name(name)),
            TokenTree::Ident(_) if macro_name.as_deref() == Some("macro_rules") => {}
            TokenTree::Ident(ident) => {
                macro_name = None;
                word = Some(ident.to_string());
            }
            TokenTree::Group(_) | TokenTree::Punct(_) | TokenTree::Literal(_) => {
                macro_name = None;
                word = None;
            }
        }
    }
    None
}

/// Whether a word before a `!` can be the name of a macro: behind these keywords the `!` negates an expression.
fn is_name(word: &str) -> bool {
    !matches!(word, "if" | "while" | "match" | "return" | "break" | "in" | "else" | "move" | "mut" | "as" | "let")
}

/// The range between the delimiters of a group.
fn inside(group: &Group) -> Range<usize> {
    group.span_open().byte_range().end..group.span_close().byte_range().start
}

/// The path in `fsm_file!("path")`. Anything else is refused by the macro itself.
fn file(body: &Group) -> Option<Invocation> {
    let mut trees = body.stream().into_iter();
    match (trees.next()?, trees.next()) {
        (TokenTree::Literal(path), None) if path.to_string().ends_with(['"', '#']) => {
            Some(Invocation::File(literal::unescape(&path.to_string()), path.span().byte_range()))
        }
        _ => None,
    }
}

/// Blanks what may stand before the first token, a byte order mark and a `#!` line, so that all offsets stay right.
pub(crate) fn blank_head(text: &str) -> String {
    let marked = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let rest = &text[marked..];
    let is_shebang = rest.starts_with("#!") && !rest[2..].trim_start().starts_with('[');
    let shebang = if is_shebang { rest.find('\n').unwrap_or(rest.len()) } else { 0 };
    let mut blanked = " ".repeat(marked + shebang);
    blanked.push_str(&rest[shebang..]);
    blanked
}

#[cfg(test)]
mod tests {
    use super::{Invocation, NotRust, invocations};

    /// What stands between the delimiters of every `fsm!`, and the paths of every `fsm_file!`.
    fn found(text: &str) -> Vec<String> {
        let shown = |invocation| match invocation {
            Invocation::Inline(range) => text[range].to_owned(),
            Invocation::File(path, range) => format!("{path} in {}", &text[range]),
        };
        invocations(text).unwrap().into_iter().map(shown).collect()
    }

    #[test]
    fn finds_machines_wherever_items_stand() {
        let text = "use fsm::fsm;\nfsm! { A }\nmod inner { ::fsm_runtime::fsm!( B ); fn f() { loop { fsm_runtime::fsm![C]; } } }\n\
                    impl X { fn g() { if !true { fsm! {D} } } }\nfsm_file!(\"m/x.fsm\"); fsm_file!(r#\"y\"#);";
        assert_eq!(found(text), [" A ", " B ", "C", "D", "m/x.fsm in \"m/x.fsm\"", "y in r#\"y\"#"]);
    }

    #[test]
    fn passes_over_text_templates_and_other_macros() {
        let text = "// fsm! { A }\n/// fsm! { B }\nconst S: &str = \"fsm! { C }\";\nmacro_rules! m { () => { fsm! { $x } } }\n\
                    fn f() { quote! { fsm! { #x } }; my_fsm! { D }; fsm::x! { E }; fsm { F }; a != fsm; }\nfsm_file!(concat!(\"a\"));";
        assert_eq!(found(text), [""; 0]);
    }

    #[test]
    fn offsets_are_right_behind_everything_that_shifts_them() {
        for head in ["\u{feff}", "\u{feff}#!/usr/bin/env rust\r\n", "#!shebang\n", "/* äöü 状態 */", "\r\n\r\n"] {
            assert_eq!(found(&format!("{head}fsm! {{ machine Ä {{}} }}")), [" machine Ä {} "]);
        }
        assert_eq!(found("#![allow(x)]\nfsm!{ A }"), [" A "]);
    }

    #[test]
    fn says_where_a_text_stops_being_rust() {
        assert_eq!(invocations("fn f() { } }"), Err(NotRust(11)));
        assert_eq!(invocations("é \u{0}"), Err(NotRust(3)));
    }

    #[test]
    fn no_nesting_exhausts_the_stack() {
        let depth = 200_000;
        let text = format!("{}fsm!{{A}}{}", "(".repeat(depth), ")".repeat(depth));
        assert_eq!(found(&text), ["A"]);
    }

    #[test]
    fn a_file_may_be_broken_elsewhere() {
        assert_eq!(found("fn f() { let = ; }\nfsm! { A }"), [" A "]);
    }
}
