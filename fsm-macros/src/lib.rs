//! `fsm!`, `fsm_file!` and `#[derive(Fsm)]`: state machines in Rust code.
//!
//! All give the same code for the same text. What is wrong with the text is a compile error: at the user's own token in
//! `fsm!` and in attributes, and with file, line and column in `fsm_file!`.

#[cfg(feature = "checks")]
mod check;
#[cfg(feature = "derive")]
mod derive;
mod files;
mod report;

use std::ops::Range;

use fsm_core::codegen::{self, OwnStates, Places, Wishes};
use fsm_core::diagnostic::Diagnostics;
use fsm_core::model::Program;
use fsm_core::source::{FileId, Position, Sources, Span};
use fsm_core::syntax::{Origin, literal};
use fsm_core::{Analysis, analyze};
use proc_macro2::{Literal, TokenStream, TokenTree};

use files::Files;

/// Declares state machines where it stands.
///
/// The text is that of a `.fsm` file. For `machine Session` it gives, beside the machine `Session<H>`, the types
/// `SessionState`, `SessionEvent`, `SessionEventKind` and `SessionError`, the trait `SessionHost`, and where the
/// definition has them `SessionOutput`, `SessionContext` and `SessionParams`. The code names `::fsm_runtime`.
#[proc_macro]
pub fn fsm(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    expand_tokens(input.into(), &generate).into()
}

/// Makes a machine of an enum: its variants are the states, and in `#[fsm(…)]` stand the members of the language.
///
/// Before the members of the enum's own attribute may stand `machine Name "label";`, and before those of a variant
/// `initial`, `final` or `parallel`, `within Other` and a label, in this order, with a `;` behind them. Without `machine`,
/// the machine of `enum DoorState` is `Door`. It gives what [`fsm!`] gives, but for the type of the states, which is the
/// enum itself; so that must be `Clone`, `Copy`, `Debug`, `PartialEq` and `Eq`, and its visibility is that of all items.
///
/// ```ignore
/// #[derive(fsm_runtime::Fsm, Debug, Clone, Copy, PartialEq, Eq)]
/// #[fsm(event Coin; event Push;)]
/// enum TurnstileState {
///     #[fsm(initial; on Coin -> Unlocked;)]
///     Locked,
///     #[fsm(on Push -> Locked;)]
///     Unlocked,
/// }
/// ```
#[cfg(feature = "derive")]
#[proc_macro_derive(Fsm, attributes(fsm))]
pub fn derive_fsm(item: proc_macro::TokenStream) -> proc_macro::TokenStream {
    match derive::machine(item.into()) {
        Ok(derived) => expand_tokens(derived.machine.clone(), &|text, diagnostics| derived.generate(text, diagnostics)),
        Err(error) => error.into_compile_error(),
    }
    .into()
}

/// What messages call a text that came from tokens.
const TOKENS: &str = "fsm!";

/// The code for the tokens of a macro.
fn expand_tokens(tokens: TokenStream, generate: &Generate<'_>) -> TokenStream {
    // Where the compiler does not tell the file, imports are relative to that of the crate.
    let file = proc_macro::Span::call_site().local_file().unwrap_or_else(|| files::manifest_directory().join("lib.rs"));
    let origin = Origin::from_tokens(tokens, extent);
    let mut sources = Sources::new();
    let root = sources.add(TOKENS, origin.text());
    expand(&mut sources, root, &origin, Files::around(file), generate)
}

/// Where a token stands in the user's source.
fn extent(span: proc_macro2::Span) -> Range<Position> {
    let position = |span: proc_macro::Span| Position { line: span.line(), column: span.column() };
    let span = span.unwrap();
    position(span.start())..position(span.end())
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
    let written = path;
    let path = files::manifest_directory().join(&written);
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) => {
            let message = format!("cannot read {written}, looked for beside Cargo.toml: {error}");
            return report::at(&input, &message).into();
        }
    };
    let mut sources = Sources::new();
    let name = files::shown(&path);
    let root = sources.add(name, text);
    let origin = Origin::from_text("");
    expand(&mut sources, root, &origin, Files::of(path), &generate).into()
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

/// What a text without errors means, and where its parts stand.
struct Meaning<'a> {
    program: &'a Program,
    sources: &'a Sources,
    places: &'a Tokens<'a>,
}

/// The last step of an expansion: code, or what cannot be generated.
type Generate<'a> = dyn Fn(&Meaning<'_>, &mut Diagnostics) -> TokenStream + 'a;

fn generate(meaning: &Meaning<'_>, diagnostics: &mut Diagnostics) -> TokenStream {
    codegen::rust(meaning.program, meaning.sources, meaning.places, wishes(None), diagnostics)
}

/// What is asked for beside the code; `states` is the user's own enum, where there is one.
fn wishes(states: Option<OwnStates<'_>>) -> Wishes<'_> {
    Wishes { states, diagrams: cfg!(feature = "diagrams") }
}

/// From a text to its code: parse, resolve, check, generate; or what is wrong with it. What only the checks find wrong is
/// generated all the same, so that nothing but that is told.
fn expand(
    sources: &mut Sources,
    root: FileId,
    origin: &Origin,
    mut files: Files,
    generate: &Generate<'_>,
) -> TokenStream {
    let Analysis { program, mut diagnostics } = analyze(sources, root, &mut files);
    let is_sound = !diagnostics.has_errors();
    #[cfg(feature = "checks")]
    fsm_core::config::check(&program, sources, root, &mut files, &mut diagnostics);
    let mut code = files.tracked();
    if is_sound {
        let places = Tokens { sources, root, origin };
        code.extend(generate(&Meaning { program: &program, sources, places: &places }, &mut diagnostics));
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
        self.sources.text(span).parse().unwrap_or_default()
    }
}
