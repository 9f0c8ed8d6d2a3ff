//! `fsm!` and `fsm_file!`: state machines in Rust code.
//!
//! Both give the same code for the same text. What is wrong with the text is a compile error: at the user's own token in
//! `fsm!`, and with file, line and column in `fsm_file!`.

mod files;
mod report;

use std::path::{Path, PathBuf};

use fsm_core::codegen::{self, Places};
use fsm_core::source::{FileId, Sources, Span};
use fsm_core::syntax::{Origin, literal};
use fsm_core::{Analysis, analyze};
use proc_macro2::{Literal, TokenStream, TokenTree};
use quote::quote;

use files::Files;

/// Declares state machines where it stands.
///
/// The text is that of a `.fsm` file. For `machine Session` it gives, beside the machine `Session<H>`, the types
/// `SessionState`, `SessionEvent`, `SessionEventKind` and `SessionError`, the trait `SessionHost`, and where the
/// definition has them `SessionOutput`, `SessionContext` and `SessionParams`. The code names `::fsm_runtime`.
#[proc_macro]
pub fn fsm(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    let directory = proc_macro::Span::call_site().local_file().and_then(|file| file.parent().map(Path::to_owned));
    let origin = Origin::from_tokens(input.into());
    let mut sources = Sources::new();
    let root = sources.add("fsm!", origin.text());
    let directory = directory.unwrap_or_else(files::manifest_directory);
    expand(&mut sources, root, &origin, Files::new(directory, None)).into()
}

/// Declares the state machines of a `.fsm` file, named relative to the directory of `Cargo.toml`.
///
/// It gives what [`fsm!`] gives for the text of the file. A change of the file, or of one that it imports, compiles the
/// crate again.
#[proc_macro]
pub fn fsm_file(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    let input = TokenStream::from(input);
    let Some(path) = file_name(input.clone()) else {
        return report::at(&input, "fsm_file! takes the path of a file: `fsm_file!(\"machines/door.fsm\")`").into();
    };
    let path = files::manifest_directory().join(path);
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) => return report::at(&input, &format!("cannot read {}: {error}", path.display())).into(),
    };
    let mut sources = Sources::new();
    let name = files::shown(&path);
    let root = sources.add(name, text);
    let origin = Origin::from_text("");
    let directory = path.parent().map_or_else(PathBuf::new, Path::to_owned);
    expand(&mut sources, root, &origin, Files::new(directory, Some(path))).into()
}

fn file_name(input: TokenStream) -> Option<String> {
    let mut trees = input.into_iter();
    match (trees.next()?, trees.next()) {
        (TokenTree::Literal(text), None) => Some(literal::unescape(&text.to_string())).filter(|_| is_string(&text)),
        _ => None,
    }
}

fn is_string(literal: &Literal) -> bool {
    literal.to_string().ends_with(['"', '#'])
}

/// From a text to its code: parse, resolve, generate; or what is wrong with it.
fn expand(sources: &mut Sources, root: FileId, origin: &Origin, mut files: Files) -> TokenStream {
    let Analysis { program, mut diagnostics } = analyze(sources, root, &mut files);
    let mut code = files.tracked();
    if !diagnostics.has_errors() {
        let places = Tokens { sources, root, origin };
        code.extend(codegen::rust(&program, sources, &places, &mut diagnostics));
    }
    let origin = (!origin.text().is_empty()).then_some(origin);
    code.extend(report::all(sources, root, origin, diagnostics));
    code
}

/// The user's tokens behind the places of a text.
struct Tokens<'a> {
    sources: &'a Sources,
    root: FileId,
    origin: &'a Origin,
}

impl Places for Tokens<'_> {
    fn span(&self, span: Span) -> proc_macro2::Span {
        if span.file == self.root { self.origin.spans(span.range()).0 } else { proc_macro2::Span::call_site() }
    }

    fn tokens(&self, span: Span) -> TokenStream {
        if span.file == self.root && !self.origin.text().is_empty() {
            return self.origin.tokens(span.range());
        }
        // The scan has refused what Rust's lexer would.
        self.sources.text(span).parse().unwrap_or_else(|_| quote!())
    }
}
