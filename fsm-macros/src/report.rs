//! Findings as compile errors.

use std::fmt::Write as _;

use fsm_core::diagnostic::{Diagnostic, Diagnostics, Severity};
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
            origin.compile_error(span.range(), &message(sources, &finding, true))
        } else {
            let message = format!("{}\n{}", message(sources, &finding, false), excerpt(sources, &finding));
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

/// What is wrong, where else to look, and what to write instead.
fn message(sources: &Sources, finding: &Diagnostic, is_inline: bool) -> String {
    let mut text = format!("{} [{}]", finding.message, finding.code());
    for label in &finding.secondary {
        let file = sources.file(label.span.file);
        let position = file.position(label.span.range().start);
        let words = &label.text;
        if is_inline {
            // The line numbers of a macro's text are not those of the user's file: the text itself says more.
            let line = file.line(position.line).trim();
            let _ = write!(text, "\nnote: {words}: `{line}`");
        } else {
            let _ = write!(text, "\nnote: {words}: {}:{}:{}", file.name(), position.line, position.column);
        }
    }
    if let Some(help) = &finding.help {
        let _ = write!(text, "\nhelp: {help}");
    }
    text
}

/// The line of a file, with the place marked.
fn excerpt(sources: &Sources, finding: &Diagnostic) -> String {
    let span = finding.primary.span;
    let file = sources.file(span.file);
    let position = file.position(span.range().start);
    let line = file.line(position.line);
    let marked = sources.text(span).lines().next().map_or(1, |text| text.chars().count().max(1));
    let number = position.line.to_string();
    let margin = " ".repeat(number.len());
    let before: String = line.chars().take(position.column - 1).map(|c| if c == '\t' { '\t' } else { ' ' }).collect();
    let marks = "^".repeat(marked);
    format!(
        "{margin}--> {}:{}:{}\n{margin} |\n{number} | {line}\n{margin} | {before}{marks}",
        file.name(),
        position.line,
        position.column
    )
}
