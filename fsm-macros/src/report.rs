//! Findings as errors and warnings of the compiler.
//!
//! A macro cannot warn on stable Rust. But the compiler warns of the use of what is deprecated, at the place of the use and
//! with the words of the deprecation: so a warning is a constant, deprecated with its words and used at the user's token.

use fsm_core::diagnostic::{Diagnostic, Diagnostics, Severity};
use fsm_core::plain;
use fsm_core::source::{FileId, Sources};
use fsm_core::syntax::Origin;
use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};

/// One compile error or warning for each finding, at the user's tokens where the text came from tokens.
pub(crate) fn all(sources: &Sources, root: FileId, origin: Option<&Origin>, diagnostics: Diagnostics) -> TokenStream {
    let render = |finding: Diagnostic| {
        let span = finding.primary.span;
        let tokens = origin.filter(|_| span.file == root);
        let message = match tokens {
            Some(_) => plain::without_place(sources, &finding),
            None => plain::with_place(sources, &finding),
        };
        match (finding.severity(), tokens) {
            (Severity::Error, Some(origin)) => origin.compile_error(span.range(), &message),
            (Severity::Error, None) => quote!(::core::compile_error! { #message }),
            (Severity::Warning, Some(origin)) => warning(finding.code(), origin.spans(span.range()).0, &message),
            (Severity::Warning, None) => warning(finding.code(), Span::call_site(), &message),
        }
    };
    diagnostics.into_sorted().into_iter().map(render).collect()
}

/// A warning at a token. What it is called is seen in it. The span is the user's own: of what a derive has made, the
/// compiler would not say that it is deprecated.
fn warning(code: &str, span: Span, message: &str) -> TokenStream {
    let name = Ident::new(code, span);
    quote! {
        const _: () = {
            #[deprecated(note = #message)]
            const #name: () = ();
            #name
        };
    }
}

/// A compile error at the whole of a macro's input.
pub(crate) fn at(input: &TokenStream, message: &str) -> TokenStream {
    let span = input.clone().into_iter().next().map_or_else(Span::call_site, |tree| tree.span());
    quote_spanned!(span=> ::core::compile_error! { #message })
}
