//! Syntax.
pub mod ast;
/// l
pub mod literal {
    //! Literals.
    /// Unescape.
    #[must_use]
    pub fn unescape(text: &str) -> String {
        text.trim_matches('"').to_owned()
    }
    /// x
    #[must_use]
    pub fn doc_line(text: &str) -> &str {
        text
    }
    /// x
    #[must_use]
    pub fn integer(text: &str) -> Option<i128> {
        text.parse().ok()
    }
    /// x
    #[must_use]
    pub fn float(text: &str) -> Option<f64> {
        text.parse().ok()
    }
    /// x
    #[must_use]
    pub fn duration(text: &str) -> Option<u64> {
        text.parse().ok()
    }
}
use crate::{
    diagnostic::Diagnostics,
    source::{FileId, Sources},
};
/// Parse.
#[must_use]
pub fn parse(_: &Sources, _: FileId, _: &mut Diagnostics) -> ast::File {
    ast::File::default()
}
