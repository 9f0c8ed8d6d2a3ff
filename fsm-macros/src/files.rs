//! Files that a macro reads, and how the compiler hears of them.

use std::path::{Component, Path, PathBuf};

use fsm_core::codegen::messages;
use fsm_core::source::SourceFile;
use fsm_core::{Imported, Importer};
use proc_macro2::TokenStream;

/// The files of one expansion.
pub(crate) struct Files {
    /// The file in which the text stands; imports are relative to it.
    pub(crate) root: PathBuf,
    /// What was read, by the name in messages.
    pub(crate) read: Vec<(String, PathBuf)>,
}

impl Files {
    /// Those of a text that stands in a file of Rust.
    pub(crate) fn around(root: PathBuf) -> Self {
        Files { root, read: Vec::new() }
    }

    /// Those of a text that was read from its own file.
    pub(crate) fn of(root: PathBuf) -> Self {
        Files { read: vec![(shown(&root), root.clone())], root }
    }

    /// Code that makes the compiler expand again when one of the files changes.
    pub(crate) fn tracked(&self) -> TokenStream {
        let paths: Vec<_> = self.read.iter().map(|(_, path)| path.display().to_string()).collect();
        messages::tracked(&paths)
    }
}

impl Importer for Files {
    fn import(&mut self, importing: &SourceFile, path: &str) -> Result<Imported, String> {
        if Path::new(path).components().any(|part| matches!(part, Component::RootDir | Component::Prefix(_))) {
            return Err("the path is absolute".to_owned());
        }
        let known = self.read.iter().find(|(name, _)| name == importing.name());
        let directory = known.map_or(&self.root, |(_, path)| path).parent().unwrap_or(Path::new(""));
        let path = directory.join(path).canonicalize().map_err(|error| error.to_string())?;
        let project = manifest_directory().canonicalize().map_err(|error| error.to_string())?;
        if !path.starts_with(&project) {
            return Err("the file lies outside of the project".to_owned());
        }
        let text = std::fs::read_to_string(&path).map_err(|error| error.to_string())?;
        let name = shown(&path);
        if self.read.iter().all(|(known, _)| *known != name) {
            self.read.push((name.clone(), path));
        }
        Ok(Imported { name, text })
    }
}

/// The directory of the `Cargo.toml` of the crate that is compiled.
pub(crate) fn manifest_directory() -> PathBuf {
    std::env::var_os("CARGO_MANIFEST_DIR").map_or_else(PathBuf::new, PathBuf::from)
}

/// A path as messages show it: relative to the crate where it lies in it.
pub(crate) fn shown(path: &Path) -> String {
    let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let project = manifest_directory().canonicalize().unwrap_or_default();
    path.strip_prefix(&project).unwrap_or(&path).display().to_string()
}
