//! What the tests of this folder share.

pub mod differential;
pub mod fuzz;
pub mod play;
pub mod random;
pub mod scxml;
mod told;

use std::path::{Path, PathBuf};
use std::{env, fs};

use fsm_core::codegen;
use fsm_core::source::Sources;
use fsm_core::{Analysis, Imported, Importer, analyze};

/// The root of the workspace.
#[must_use]
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_owned()
}

/// All `.fsm` files of the examples, by name, with their texts.
///
/// # Panics
///
/// Where they cannot be read.
#[must_use]
pub fn examples() -> Vec<(String, String)> {
    let folder = root().join("examples/machines");
    let mut files: Vec<_> = fs::read_dir(&folder)
        .expect("the examples are there")
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "fsm"))
        .collect();
    files.sort();
    let read = |path: PathBuf| {
        let name = path.file_stem().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        (name, fs::read_to_string(&path).expect("an example is UTF-8"))
    };
    files.into_iter().map(read).collect()
}

/// Imports of the examples are relative to their folder.
#[derive(Debug, Clone, Copy)]
pub struct ExampleImports;

impl Importer for ExampleImports {
    fn import(&mut self, _: &fsm_core::source::SourceFile, path: &str) -> Result<Imported, String> {
        let text =
            fs::read_to_string(root().join("examples/machines").join(path)).map_err(|error| error.to_string())?;
        Ok(Imported { name: path.to_owned(), text })
    }
}

/// The text as `fsm!` would see it in a file of that name.
#[must_use]
pub fn analyzed(name: &str, text: &str) -> (Sources, Analysis) {
    let mut sources = Sources::new();
    let root = sources.add(name, text);
    let analysis = analyze(&mut sources, root, &mut ExampleImports);
    (sources, analysis)
}

/// The Rust code of a text, formatted.
///
/// # Errors
///
/// The findings, where there are any errors.
pub fn generated(name: &str, text: &str) -> Result<String, Vec<String>> {
    let (sources, Analysis { program, mut diagnostics }) = analyzed(name, text);
    let mut code = Ok(String::new());
    if !diagnostics.has_errors() {
        code = codegen::file::rust_file(&program, &sources, name, &mut diagnostics);
    }
    if diagnostics.has_errors() {
        let shown = diagnostics.into_sorted().into_iter().map(|finding| {
            let at = sources.file(finding.primary.span.file).position(finding.primary.span.range().start);
            format!("{}:{} {} {}", at.line, at.column, finding.code(), finding.message)
        });
        return Err(shown.collect());
    }
    let code = code.map_err(|unreadable| vec![unreadable.reason])?;
    // The header speaks of the file.
    Ok(code.split_once("\n\n").map_or_else(String::new, |(_, code)| code.to_owned()))
}
