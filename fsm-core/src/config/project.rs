//! Checking a definition where it is compiled: at the levels of the nearest configuration, found by whoever has files.

use std::path::{Path, PathBuf};

use super::{Configuration, nearest, seen_from};
use crate::checks;
use crate::diagnostic::{Diagnostics, Level, Rule};
use crate::levels::Levels;
use crate::model::Program;
use crate::source::{FileId, Sources};

/// The files around a definition. A macro and a build script have them; this crate has none.
pub trait Surroundings {
    /// Whether there is such a file or directory.
    fn exists(&self, path: &Path) -> bool;

    /// The name by which messages speak of a file, and its text. The caller notes that it was read.
    fn read(&mut self, path: &Path) -> Option<(String, String)>;

    /// The absolute path of a file, by its name in messages.
    fn path(&self, name: &str) -> PathBuf;
}

/// Checks the program of the file `root` at the levels of the text and of the nearest configuration, and reports what is
/// wrong with that, too.
pub fn check(
    program: &Program,
    sources: &mut Sources,
    root: FileId,
    surroundings: &mut dyn Surroundings,
    diagnostics: &mut Diagnostics,
) {
    let mut wrong_settings = Diagnostics::new();
    let path = surroundings.path(sources.file(root).name());
    let found = path.parent().and_then(|directory| nearest(directory, |path| surroundings.exists(path)));
    let configuration = found.and_then(|found| {
        let (name, text) = surroundings.read(&found)?;
        let file = sources.add(name, text);
        Some((found.parent()?.to_owned(), Configuration::read(sources, file, &mut wrong_settings)))
    });
    let level_of = |rule: &Rule, file: FileId| -> Level {
        let levels = configuration.as_ref().map_or_else(Levels::new, |(directory, configuration)| {
            configuration.levels(&seen_from(directory, &surroundings.path(sources.file(file).name())))
        });
        levels.of(rule)
    };
    checks::check_at(program, sources, &level_of, diagnostics);
    diagnostics.append(wrong_settings);
}
