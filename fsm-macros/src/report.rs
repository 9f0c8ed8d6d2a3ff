//! Findings as compile errors.

use fsm_core::diagnostic::{Diagnostic, Diagnostics, Severity};
use fsm_core::plain;
use fsm_core::source::{FileId, Sources};
use fsm_core::syntax::Origin;
use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};

/// One compile error for each error, at the user's tokens where the text came from tokens.
pub(crate) fn all(sources: &Sources, root: FileId, origin: Option<&Origin>, diagnostics: Diagnostics) -> TokenStream {
    let errors = diagnostics.into_sorted().into_iter().filter(|finding| finding.severity() == Severity::Error);
    let render = |finding: Diagnostic| {
        let span = finding.primary.span;
        if let Some(origin) = origin.filter(|_| span.file == root) {
            origin.compile_error(span.range(), &plain::without_place(sources, &finding))
        } else {
            let message = plain::with_place(sources, &finding);
            quote!(::core::compile_error! { #message })
        }
    };
    errors.map(render).collect()
}

/// A compile error at the whole of a macro's input.
pub(crate) fn at(input: &TokenStream, message: &str) -> TokenStream {
    let span = input.clone().into_iter().next().map_or_else(Span::call_site, |tree| tree.span());
    quote_spanned!(span=> ::core::compile_error! { #message })
}
