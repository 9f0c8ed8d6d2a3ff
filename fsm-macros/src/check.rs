//! The checks, at the levels of the nearest `fsm.toml`: what `fsmc validate` finds is found where the machine is compiled.

use std::path::Path;

use fsm_core::checks;
use fsm_core::config::{self, Configuration};
use fsm_core::diagnostic::{Diagnostics, Level, Rule};
use fsm_core::levels::Levels;
use fsm_core::model::Program;
use fsm_core::source::{FileId, Sources};

use crate::files::{self, Files};

/// Checks a program. `path` is the file in which the text of `root` stands.
pub(crate) fn check(
    program: &Program,
    sources: &mut Sources,
    (root, path): (FileId, &Path),
    files: &mut Files,
    diagnostics: &mut Diagnostics,
) {
    let absolute = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let path = absolute(path);
    let mut wrong_settings = Diagnostics::new();
    let found = path.parent().and_then(|directory| config::nearest(directory, Path::exists));
    let configuration = found.and_then(|found| {
        let text = std::fs::read_to_string(&found).ok()?;
        let file = sources.add(files::shown(&found), text);
        files.track(&found);
        Some((found.parent()?.to_owned(), Configuration::read(sources, file, &mut wrong_settings)))
    });
    let level_of = |rule: &Rule, file: FileId| -> Level {
        let Some((directory, configuration)) = &configuration else { return Levels::new().of(rule) };
        let of_file = || absolute(&files::manifest_directory().join(sources.file(file).name()));
        let path = if file == root { path.clone() } else { of_file() };
        configuration.levels(&config::seen_from(directory, &path)).of(rule)
    };
    checks::check_at(program, sources, &level_of, diagnostics);
    diagnostics.append(wrong_settings);
}
