//! What a macro says to the compiler beside the code of machines.
//!
//! A macro cannot warn on stable Rust. But the compiler warns of the use of what is deprecated, at the place of the use and
//! with the words of the deprecation: so a warning is a constant, deprecated with its words and used at the user's token.

use proc_macro2::{Delimiter, Group, Ident, Literal, Span, TokenStream, TokenTree};

/// `compile_error!` from one token to another.
#[must_use]
pub fn error(first: Span, last: Span, message: &str) -> TokenStream {
    let mut message = Literal::string(message);
    message.set_span(last);
    let mut body = Group::new(Delimiter::Brace, TokenTree::from(message).into());
    body.set_span(last);
    let mut tokens = TokenStream::new();
    for mut tree in quote!(::core::compile_error!) {
        tree.set_span(first);
        tokens.extend([tree]);
    }
    tokens.extend([TokenTree::from(body)]);
    tokens
}

/// A warning at a token. What it is called is seen in it. The span is the user's own: of what a derive has made, the
/// compiler would not say that it is deprecated.
#[must_use]
pub fn warning(code: &str, span: Span, message: &str) -> TokenStream {
    let name = Ident::new(code, span);
    quote! {
        const _: () = {
            #[deprecated(note = #message)]
            const #name: () = ();
            #name
        };
    }
}

/// Code that makes the compiler expand a macro again when one of the files changes.
#[must_use]
pub fn tracked(paths: &[String]) -> TokenStream {
    quote!(#(const _: &[u8] = ::core::include_bytes!(#paths);)*)
}
