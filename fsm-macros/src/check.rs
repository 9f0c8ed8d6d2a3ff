//! The files around a definition, for the checks: what `fsmc validate` finds is found where the machine is compiled.

use std::path::{Path, PathBuf};

use fsm_core::config::Surroundings;

use crate::TOKENS;
use crate::files::{Files, manifest_directory, shown};

impl Surroundings for Files {
    fn exists(&self, path: &Path) -> bool {
        path.exists()
    }

    fn read(&mut self, path: &Path) -> Option<(String, String)> {
        let text = std::fs::read_to_string(path).ok()?;
        self.read.push((shown(path), path.to_owned()));
        Some((shown(path), text))
    }

    fn path(&self, name: &str) -> PathBuf {
        let path = if name == TOKENS { self.root.clone() } else { manifest_directory().join(name) };
        path.canonicalize().unwrap_or(path)
    }
}
