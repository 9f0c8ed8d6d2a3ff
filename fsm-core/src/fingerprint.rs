//! Definitions told apart by a number.
//!
//! A fingerprint is that of the tokens of a machine and of the types that it can name. Comments, documentation and white
//! space are no part of it, so it is the same whether a text came from a file or from the tokens of a macro, and it
//! never changes from one build to the next.

use proc_macro2::{TokenStream, TokenTree};

use crate::model::{Enum, ExternType, Machine, Program};
use crate::source::{Sources, Span};

/// The fingerprint of a machine of `program`.
#[must_use]
pub fn fingerprint(program: &Program, machine: &Machine, sources: &Sources) -> u64 {
    let mut hasher = Hasher::new();
    hasher.tokens(sources.text(machine.span));
    for Enum { name, variants, machine: owner, .. } in &program.enums {
        if owner.is_none() {
            hasher.word(&name.text);
            for variant in variants {
                hasher.word(&variant.name.text);
            }
        }
    }
    for ExternType { name, path, .. } in &program.extern_types {
        if !contains(machine.span, *path) {
            hasher.word(&name.text);
            hasher.tokens(sources.text(*path));
        }
    }
    hasher.state
}

fn contains(outer: Span, inner: Span) -> bool {
    outer.file == inner.file && outer.start <= inner.start && inner.end <= outer.end
}

/// FNV-1a with 64 bits.
///
/// Source: Fowler, Noll, Vo and Eastlake, RFC 9923.
struct Hasher {
    state: u64,
}

impl Hasher {
    fn new() -> Self {
        Hasher { state: 0xcbf2_9ce4_8422_2325 }
    }

    fn byte(&mut self, byte: u8) {
        self.state = (self.state ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }

    /// A word, and that it ends.
    fn word(&mut self, word: &str) {
        word.bytes().for_each(|byte| self.byte(byte));
        self.byte(0);
    }

    /// The tokens of a text. A text that was parsed is a valid token stream.
    fn tokens(&mut self, text: &str) {
        let tokens: TokenStream = text.parse().unwrap_or_default();
        let mut open = vec![(tokens.into_iter(), ')')];
        while let Some((trees, close)) = open.last_mut() {
            match trees.next() {
                Some(TokenTree::Group(group)) if is_doc(&group.stream()) => {}
                Some(TokenTree::Group(group)) => {
                    let (bracket, close) = match group.delimiter() {
                        proc_macro2::Delimiter::Brace => ("{", '}'),
                        proc_macro2::Delimiter::Bracket => ("[", ']'),
                        _ => ("(", ')'),
                    };
                    self.word(bracket);
                    open.push((group.stream().into_iter(), close));
                }
                // The `#` of an attribute says no more than its brackets.
                Some(TokenTree::Punct(hash)) if hash.as_char() == '#' => {}
                Some(tree) => self.word(&tree.to_string()),
                None => {
                    let close = *close;
                    self.word(close.encode_utf8(&mut [0; 4]));
                    open.pop();
                }
            }
        }
    }
}

/// Whether an attribute is a doc comment.
fn is_doc(attribute: &TokenStream) -> bool {
    matches!(attribute.clone().into_iter().next(), Some(TokenTree::Ident(name)) if name == "doc")
}

#[cfg(test)]
mod tests {
    use super::fingerprint;
    use crate::source::Sources;
    use crate::{NoImports, analyze};

    fn of(text: &str) -> u64 {
        let mut sources = Sources::new();
        let root = sources.add("test", text);
        let program = analyze(&mut sources, root, &mut NoImports).program;
        fingerprint(&program, &program.machines[0], &sources)
    }

    const LAMP: &str = "enum Color { Red, Blue } machine Lamp { event Go; initial state Off { on Go -> Off; } }";

    #[test]
    fn layout_and_documentation_are_no_part_of_it() {
        assert_eq!(of(LAMP), 0xacee_ac3d_0710_3162, "it stays what it was in every version");
        assert_eq!(of(&LAMP.replace(' ', " /* here */\n  ").replace("- >", "->")), of(LAMP));
        assert_eq!(of(&LAMP.replace("initial", "\n/// Where it begins.\ninitial")), of(LAMP));
        assert_eq!(of(&format!("{LAMP} machine Other {{ initial state Off; }}")), of(LAMP));
    }

    #[test]
    fn everything_else_is() {
        for (from, to) in [
            ("Off", "On"),
            ("Red", "Green"),
            ("-> Off", "-> Off / reset context"),
            ("Off;", "Off reenter;"),
            ("event", "internal event"),
        ] {
            assert_ne!(of(&LAMP.replace(from, to)), of(LAMP), "{from} as {to}");
        }
    }
}
