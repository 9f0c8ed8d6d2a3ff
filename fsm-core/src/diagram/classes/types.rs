//! Types and parameters as people write them: without the paths of the standard library and of the runtime.

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};
use quote::ToTokens;

/// Tokens as a text with spaces where people put them.
pub(super) fn text(tokens: &impl ToTokens) -> String {
    let mut text = String::new();
    write(tokens.to_token_stream(), &mut text);
    for root in ["::core::", "::fsm_runtime::"] {
        shorten(&mut text, root);
    }
    text.trim().to_owned()
}

fn write(tokens: TokenStream, text: &mut String) {
    // Whether the last token was punctuation that its follower belongs to.
    let mut joint = false;
    for tree in tokens {
        match tree {
            TokenTree::Ident(ident) => {
                if text.ends_with(|last: char| last.is_alphanumeric() || last == '_') {
                    text.push(' ');
                }
                text.push_str(&ident.to_string());
                joint = false;
            }
            TokenTree::Literal(literal) => text.push_str(&literal.to_string()),
            TokenTree::Punct(punct) => {
                let sign = punct.as_char();
                let is_spaced = matches!(sign, '=' | '+') || sign == '-' && punct.spacing() == Spacing::Joint;
                if is_spaced && !joint {
                    text.push(' ');
                }
                text.push(sign);
                let ends_arrow = sign == '>' && joint && text.ends_with("->");
                joint = punct.spacing() == Spacing::Joint;
                let is_single_colon = sign == ':' && !joint && !text.ends_with("::");
                if matches!(sign, ',' | ';') || is_single_colon || ends_arrow || is_spaced && !joint {
                    text.push(' ');
                }
            }
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    Delimiter::Parenthesis => ("(", ")"),
                    Delimiter::Bracket => ("[", "]"),
                    Delimiter::Brace => (" { ", " }"),
                    Delimiter::None => ("", ""),
                };
                text.push_str(open);
                write(group.stream(), text);
                text.push_str(close);
                joint = false;
            }
        }
    }
}

/// Leaves of all paths that begin so only the last word.
fn shorten(text: &mut String, root: &str) {
    while let Some(start) = text.find(root) {
        let rest = &text[start..];
        let end = rest.find(|letter: char| !(letter.is_alphanumeric() || matches!(letter, '_' | ':')));
        let path = &rest[..end.unwrap_or(rest.len())];
        let last = path.rfind("::").map_or(0, |at| at + "::".len());
        text.replace_range(start..start + last, "");
    }
}

#[cfg(test)]
mod tests {
    use proc_macro2::TokenStream;

    use super::text;

    #[test]
    fn types_are_written_as_people_write_them() {
        for (tokens, expected) in [
            ("::core::option::Option<::fsm_runtime::Text>", "Option<Text>"),
            (
                "::core::result::Result<(), ::fsm_runtime::Error<DoorState, DoorEventKind>>",
                "Result<(), Error<DoorState, DoorEventKind>>",
            ),
            ("&'a mut dyn Fn(u8) -> crate::ids::UserId", "&'a mut dyn Fn(u8) -> crate::ids::UserId"),
            ("[u8; 4]", "[u8; 4]"),
            ("H: DoorHost + ?Sized", "H: DoorHost + ?Sized"),
            ("::std::vec::Vec<(u8, ::core::time::Duration)>", "::std::vec::Vec<(u8, Duration)>"),
        ] {
            assert_eq!(text(&tokens.parse::<TokenStream>().unwrap()), expected);
        }
    }
}
