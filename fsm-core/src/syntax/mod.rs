//! From text to syntax tree.
//!
//! ```text
//! text ─ lexical ─▶ clean text ─ grammar (pest) ─▶ pairs ─ tree ─▶ ast::File
//!                                                     └── junk ─ mistakes ─▶ findings
//! ```
//!
//! Parsing never fails: it gives what it understood, and reports everything it did not. The tokens of a macro come in
//! through [`Origin`], which lays them out as text and leads from places in that text back to the user's tokens.

pub mod ast;
#[expect(clippy::upper_case_acronyms, non_camel_case_types, unreachable_pub, reason = "generated")]
#[cfg_attr(not(test), expect(dead_code, reason = "what a file is as a whole is only said, and tested"))]
#[rustfmt::skip]
mod grammar;
mod lexical;
pub mod literal;
mod mistakes;
mod origin;
mod parser;
mod rules;
mod tree;

pub use lexical::{MAX_DEPTH, phrase};
pub use origin::{Extent, Origin};
#[cfg(feature = "checks")]
pub(crate) use rules::RULES;

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::source::{FileId, MAX_FILE_BYTES, Sources, Span};

/// Parses a file of `sources`.
pub fn parse(sources: &Sources, file: FileId, diagnostics: &mut Diagnostics) -> ast::File {
    let text = sources.file(file).text();
    if text.len() > MAX_FILE_BYTES {
        let message = format!("the file has {} bytes, more than {MAX_FILE_BYTES}", text.len());
        diagnostics.push(
            Diagnostic::new(&rules::FILE_TOO_LARGE, Span::new(file, 0..0), message)
                .help("split it: `import` joins the parts"),
        );
        return ast::File::default();
    }
    let Some(clean) = lexical::scan(text, file, diagnostics) else { return ast::File::default() };
    tree::Reader::new(file, &clean, diagnostics).file()
}
