//! Files that a macro reads, and how the compiler hears of them.

use std::path::{Component, Path, PathBuf};

use fsm_core::source::SourceFile;
use fsm_core::{Imported, Importer};
use proc_macro2::TokenStream;
use quote::quote;

/// The files of one expansion.
pub(crate) struct Files {
    /// The directory that imports of the root are relative to.
    directory: PathBuf,
    /// What was read, by the name in messages.
    read: Vec<(String, PathBuf)>,
}

impl Files {
    pub(crate) fn new(directory: PathBuf, root: Option<PathBuf>) -> Self {
        Files { directory, read: root.into_iter().map(|path| (shown(&path), path)).collect() }
    }

    /// Notes a file that was read beside the definition.
    #[cfg(feature = "checks")]
    pub(crate) fn track(&mut self, path: &Path) {
        self.read.push((shown(path), path.to_owned()));
    }

    /// Code that makes the compiler expand again when one of the files changes.
    pub(crate) fn tracked(&self) -> TokenStream {
        let paths = self.read.iter().map(|(_, path)| path.display().to_string());
        quote!(#(const _: &[u8] = ::core::include_bytes!(#paths);)*)
    }
}

impl Importer for Files {
    fn import(&mut self, importing: &SourceFile, path: &str) -> Result<Imported, String> {
        if Path::new(path).components().any(|part| matches!(part, Component::RootDir | Component::Prefix(_))) {
            return Err("the path is absolute".to_owned());
        }
        let known = self.read.iter().find(|(name, _)| name == importing.name());
        let directory = known.and_then(|(_, path)| path.parent()).unwrap_or(&self.directory);
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
