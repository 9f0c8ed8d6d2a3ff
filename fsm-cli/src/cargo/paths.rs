//! The paths in tokens: what a module uses of its crate, and of others.

use std::collections::BTreeSet;

use fsm_core::import::cargo::Use;
use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// Adds what the tokens of a module use. `depth` says how many modules are around them, so that `super` has a meaning.
pub(super) fn add(tokens: TokenStream, depth: usize, uses: &mut BTreeSet<Use>) {
    let mut open = vec![tokens];
    while let Some(tokens) = open.pop() {
        let trees: Vec<_> = tokens.into_iter().collect();
        let mut at = 0;
        while at < trees.len() {
            match &trees[at] {
                TokenTree::Ident(first) => {
                    let mut path = vec![first.to_string()];
                    at += 1;
                    while is_path_sign(&trees, at) {
                        at += 2;
                        match trees.get(at) {
                            Some(TokenTree::Ident(next)) => {
                                path.push(next.to_string());
                                at += 1;
                            }
                            Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace => {
                                for name in first_words(group.stream()) {
                                    let path = path.iter().cloned().chain([name]).collect::<Vec<_>>();
                                    uses.extend(of_path(&path, depth));
                                }
                                // What stands in it goes on from this path.
                                at += 1;
                                break;
                            }
                            _ => break,
                        }
                    }
                    uses.extend(of_path(&path, depth));
                }
                TokenTree::Group(group) => {
                    open.push(group.stream());
                    at += 1;
                }
                TokenTree::Punct(_) | TokenTree::Literal(_) => at += 1,
            }
        }
    }
}

/// Whether `::` stands here.
fn is_path_sign(trees: &[TokenTree], at: usize) -> bool {
    let is_colon = |at: usize| matches!(trees.get(at), Some(TokenTree::Punct(sign)) if sign.as_char() == ':');
    is_colon(at) && is_colon(at + 1)
}

/// The first words of what stands between commas.
fn first_words(tokens: TokenStream) -> Vec<String> {
    let mut words = Vec::new();
    let mut is_first = true;
    for tree in tokens {
        match tree {
            TokenTree::Ident(word) if is_first => {
                words.push(word.to_string());
                is_first = false;
            }
            TokenTree::Punct(sign) if sign.as_char() == ',' => is_first = true,
            _ => is_first = false,
        }
    }
    words
}

/// What a path uses, if it is known whose it is.
fn of_path(path: &[String], depth: usize) -> Option<Use> {
    let ups = path.iter().take_while(|word| *word == "super").count();
    let used = |of: &str, name: &str| Some(Use { of: of.to_owned(), name: name.to_owned() });
    match path {
        [first, name, ..] if first == "crate" => used("crate", name),
        [first, name, ..] if first == "self" && depth == 0 => used("crate", name),
        [first, ..] if first == "self" || first == "Self" => None,
        _ if ups > 0 => path.get(ups).filter(|_| ups == depth).and_then(|name| used("crate", name)),
        [first, name, ..] => used(first, name),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::add;

    fn found(text: &str, depth: usize) -> Vec<String> {
        let mut uses = BTreeSet::new();
        add(text.parse().unwrap(), depth, &mut uses);
        uses.into_iter().map(|used| format!("{}::{}", used.of, used.name)).collect()
    }

    #[test]
    fn paths_are_found_wherever_they_stand() {
        let text = "use crate::{a, b::c}; use sqlx::Pool; fn f(x: crate::d::E) { super::g(); let y = ::serde_json::to_string(&x); }";
        assert_eq!(
            found(text, 1),
            ["crate::a", "crate::b", "crate::d", "crate::g", "serde_json::to_string", "sqlx::Pool"]
        );
        assert_eq!(found("use super::super::a; use super::b; self::c::d();", 2), ["crate::a"]);
        assert_eq!(found("a.b; c < d; Self::e(); // crate::f", 1), [""; 0]);
    }
}
