//! Imports, read from the file system.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use fsm_core::source::SourceFile;
use fsm_core::{Imported, Importer};

use crate::files::{self, Overlay};

/// Reads what a root file imports: relative to the file in which the `import` stands, and never from outside of the
/// project of the root file.
#[derive(Debug)]
pub(crate) struct FileImporter<'a> {
    overlay: &'a Overlay,
    root: PathBuf,
    /// The directories of the files read so far, by the names of the files.
    directories: BTreeMap<String, PathBuf>,
}

impl<'a> FileImporter<'a> {
    /// For the root file at `path`, which messages call `name`.
    pub(crate) fn new(name: &str, path: &Path, overlay: &'a Overlay) -> Self {
        let directories = BTreeMap::from([(name.to_owned(), parent(path))]);
        FileImporter { overlay, root: files::project_root(path), directories }
    }
}

impl Importer for FileImporter<'_> {
    fn import(&mut self, importing: &SourceFile, path: &str) -> Result<Imported, String> {
        let directory = self.directories.get(importing.name()).ok_or("its directory is not known")?;
        let found = files::within(&self.root, directory, path)?;
        let text = self.overlay.read_text(&found)?;
        let name = files::shown(&found);
        self.directories.insert(name.clone(), parent(&found));
        Ok(Imported { name, text })
    }
}

/// The directory of a file, without links.
fn parent(path: &Path) -> PathBuf {
    files::canonical(path).parent().map(Path::to_owned).unwrap_or_default()
}
