//! From syntax trees to the model.

use super::Program;
use crate::diagnostic::Diagnostics;
use crate::source::Sources;
use crate::syntax::ast;

/// Builds the program of a root file, the first of `files`, with what it imports, the others.
pub fn build(_: &Sources, _: &[ast::File], _: &mut Diagnostics) -> Program {
    Program::default()
}
