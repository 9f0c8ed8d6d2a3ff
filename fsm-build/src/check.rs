//! The checks, at the levels of the nearest `fsm.toml`: what `fsmc validate` finds is found where the machine is compiled.

use std::path::Path;

use fsm_core::checks;
use fsm_core::config::{self, Configuration};
use fsm_core::diagnostic::{Diagnostics, Level, Rule};
use fsm_core::levels::Levels;
use fsm_core::model::Program;
use fsm_core::source::{FileId, Sources};

use crate::{Files, shown};

/// Checks the program of the file at `path`.
pub(crate) fn check(
    program: &Program,
    sources: &mut Sources,
    path: &Path,
    files: &mut Files,
    diagnostics: &mut Diagnostics,
) {
    let absolute = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let mut wrong_settings = Diagnostics::new();
    let found = absolute(path).parent().and_then(|directory| config::nearest(directory, Path::exists));
    let configuration = found.and_then(|found| {
        let name = shown(&files.package, &found);
        let file = sources.add(&name, std::fs::read_to_string(&found).ok()?);
        let directory = found.parent()?.to_owned();
        files.read.push((name, found));
        Some((directory, Configuration::read(sources, file, &mut wrong_settings)))
    });
    let level_of = |rule: &Rule, file: FileId| -> Level {
        let Some((directory, configuration)) = &configuration else { return Levels::new().of(rule) };
        let path = absolute(&files.package.join(sources.file(file).name()));
        configuration.levels(&config::seen_from(directory, &path)).of(rule)
    };
    checks::check_at(program, sources, &level_of, diagnostics);
    diagnostics.append(wrong_settings);
}
