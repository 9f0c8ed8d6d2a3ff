//! Syntax.
pub mod ast;
pub mod literal {
    //! Literals.
    /// Unescape.
    #[must_use]
    pub fn unescape(text: &str) -> String {
        text.trim_matches('"').to_owned()
    }
}
use crate::{
    diagnostic::Diagnostics,
    source::{FileId, Sources},
};
/// Parse.
pub fn parse(_: &Sources, _: FileId, _: &mut Diagnostics) -> ast::File {
    ast::File::default()
}
