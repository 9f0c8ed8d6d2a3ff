//! The files around a definition, for the checks: what `fsmc validate` finds is found where the machine is compiled.

use std::path::{Path, PathBuf};

use fsm_core::config::Surroundings;

use crate::{Files, shown};

impl Surroundings for Files {
    fn exists(&self, path: &Path) -> bool {
        path.exists()
    }

    fn read(&mut self, path: &Path) -> Option<(String, String)> {
        let text = std::fs::read_to_string(path).ok()?;
        let name = shown(&self.package, path);
        self.read.push((name.clone(), path.to_owned()));
        Some((name, text))
    }

    fn path(&self, name: &str) -> PathBuf {
        let path = self.package.join(name);
        path.canonicalize().unwrap_or(path)
    }
}
