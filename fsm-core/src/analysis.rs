//! From a root file to its program: parse, follow the imports, resolve and check.

use crate::diagnostic::{Diagnostic, Diagnostics, Rule, Severity};
use crate::model::{self, Program};
use crate::source::{FileId, SourceFile, Sources};
use crate::syntax::{self, ast, literal};

/// Where imported texts come from. The front ends implement it over the file system; this crate does no I/O.
pub trait Importer {
    /// Reads the file at `path`, as it is written in an `import` of the file `importing`.
    ///
    /// # Errors
    ///
    /// Why the file cannot be had, for the message of the finding: lower case, no final period.
    fn import(&mut self, importing: &SourceFile, path: &str) -> Result<Imported, String>;
}

/// A text that an [`Importer`] found.
#[derive(Debug, Clone)]
pub struct Imported {
    /// The name of the file; the same file has the same name however it was reached.
    pub name: String,
    /// Its text.
    pub text: String,
}

/// An importer for texts that stand alone: every import is refused.
#[derive(Debug, Clone, Copy)]
pub struct NoImports;

impl Importer for NoImports {
    fn import(&mut self, importing: &SourceFile, _: &str) -> Result<Imported, String> {
        Err(format!("{} has no directory that a path could be relative to", importing.name()))
    }
}

/// What is known of a root file.
#[derive(Debug, Clone)]
pub struct Analysis {
    /// The meaning of the text. It is there even when the text has errors, without what they hide.
    pub program: Program,
    /// What the parser, the imports and the model found.
    pub diagnostics: Diagnostics,
}

/// Parses the file `root` and all that it imports, and builds its program.
pub fn analyze(sources: &mut Sources, root: FileId, importer: &mut dyn Importer) -> Analysis {
    let mut diagnostics = Diagnostics::new();
    let files = load(sources, root, importer, &mut diagnostics);
    let program = model::build(sources, &files, &mut diagnostics);
    Analysis { program, diagnostics }
}

/// Parses `root` and all that it imports, each file once. The root comes first, then the others in the order in which
/// their imports are met; files that import each other are no error.
fn load(
    sources: &mut Sources,
    root: FileId,
    importer: &mut dyn Importer,
    diagnostics: &mut Diagnostics,
) -> Vec<ast::File> {
    let mut pending = vec![root];
    let mut files = Vec::new();
    while let Some(&id) = pending.get(files.len()) {
        let file = syntax::parse(sources, id, diagnostics);
        for item in &file.items {
            let ast::Item::Import(import) = item else {
                continue;
            };
            let path = literal::unescape(sources.text(import.path.span));
            let found = if sources.is_full() {
                Err("there are too many files already".to_owned())
            } else {
                importer.import(sources.file(id), &path)
            };
            match found {
                Ok(found) if pending.iter().any(|&known| sources.file(known).name() == found.name) => {}
                Ok(found) => pending.push(sources.add(found.name, found.text)),
                Err(reason) => diagnostics.push(
                    Diagnostic::new(&IMPORT_FAILED, import.path.span, format!("cannot import `{path}`: {reason}"))
                        .help("an import names a file relative to the file it stands in"),
                ),
            }
        }
        files.push(file);
    }
    files
}

/// The rule of [`load`].
pub(crate) static IMPORT_FAILED: Rule = Rule {
    code: "FSM101",
    name: "import-failed",
    severity: Severity::Error,
    summary: "an import that cannot be read",
    explanation: "An `import` names another `.fsm` file, relative to the file it stands in. The file must exist, be \
                  readable, be UTF-8 and lie inside the project.",
    example: "import \"no/such/file.fsm\";\nmachine Lamp { initial state Off; }\n",
    instead: "machine Lamp { initial state Off; }\n",
};
