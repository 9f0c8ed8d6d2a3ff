//! Findings as errors and warnings of the compiler.

use fsm_core::codegen::messages;
use fsm_core::diagnostic::{Diagnostic, Diagnostics, Severity};
use fsm_core::plain;
use fsm_core::source::{FileId, Sources};
use fsm_core::syntax::Origin;
use proc_macro2::{Span, TokenStream};

/// One compile error or warning for each finding, at the user's tokens where the text came from tokens.
pub(crate) fn all(sources: &Sources, root: FileId, origin: Option<&Origin>, diagnostics: Diagnostics) -> TokenStream {
    let render = |finding: Diagnostic| {
        let span = finding.primary.span;
        let tokens = origin.filter(|_| span.file == root);
        let (first, last) = tokens.map_or((Span::call_site(), Span::call_site()), |origin| origin.spans(span.range()));
        let message = match tokens {
            Some(_) => plain::without_place(sources, &finding),
            None => plain::with_place(sources, &finding),
        };
        match finding.severity() {
            Severity::Error => messages::error(first, last, &message),
            Severity::Warning => messages::warning(finding.code(), first, &message),
        }
    };
    diagnostics.into_sorted().into_iter().map(render).collect()
}

/// A compile error at the whole of a macro's input.
pub(crate) fn at(input: &TokenStream, message: &str) -> TokenStream {
    let span = input.clone().into_iter().next().map_or_else(Span::call_site, |tree| tree.span());
    messages::error(span, span, message)
}
