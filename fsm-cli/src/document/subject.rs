//! What is known of a file, and of one machine in it, when it is written about.

use std::path::{Path, PathBuf};

use fsm_core::checks::{self, Response, Runs};
use fsm_core::diagnostic::Diagnostic;
use fsm_core::model::{Machine, Program};
use fsm_core::source::{Sources, Span};
use fsm_core::syntax::phrase;

use crate::files;
use crate::report::Report;
use crate::scenarios::{self, Reached, TestResult};

/// All that is known of some files. What takes long is computed once, and only of definitions without errors.
pub(crate) struct Matter<'r> {
    /// What was read.
    pub(crate) report: &'r Report,
    /// How the scenarios ended.
    pub(crate) tests: scenarios::Tests<'r>,
    /// The directory from which places are told, so that they are the same wherever the command runs.
    base: PathBuf,
}

/// A machine to write about.
#[derive(Clone, Copy)]
pub(crate) struct Subject<'r> {
    pub(crate) matter: &'r Matter<'r>,
    pub(crate) program: &'r Program,
    pub(crate) machine: &'r Machine,
    /// Whether the file has no errors. Otherwise nothing is known of what the machine does.
    pub(crate) is_sound: bool,
}

impl<'r> Matter<'r> {
    /// What is known of these files, their scenarios run.
    pub(crate) fn of(report: &'r Report, base: &Path) -> Self {
        Matter { report, tests: scenarios::run(report, None), base: files::canonical(base) }
    }

    /// A file as it is seen from the base.
    pub(crate) fn file_name(&self, name: &str) -> String {
        let path = files::relative_to(&self.base, &files::canonical(Path::new(name)));
        let parts = path.iter().flat_map(|path| path.components()).map(|part| part.as_os_str().to_string_lossy());
        let parts: Vec<_> = parts.collect();
        if parts.is_empty() { name.to_owned() } else { parts.join("/") }
    }

    /// All machines, in the order of the inputs.
    pub(crate) fn subjects(&'r self) -> impl Iterator<Item = Subject<'r>> {
        self.report.programs.iter().enumerate().flat_map(move |(index, program)| {
            let is_sound = !self.report.erroneous.contains(&index);
            program.machines.iter().map(move |machine| Subject { matter: self, program, machine, is_sound })
        })
    }
}

impl<'r> Subject<'r> {
    /// All texts.
    pub(crate) fn sources(&self) -> &'r Sources {
        &self.matter.report.texts.sources
    }

    /// A text of the definition on one line, without comments.
    pub(crate) fn text(&self, span: Span) -> String {
        phrase(self.sources(), span)
    }

    /// What every event does in every state.
    pub(crate) fn responses(&self) -> Vec<Response> {
        if !self.is_sound {
            return Vec::new();
        }
        let mut alone = self.program.clone();
        alone.machines.retain(|machine| machine.span == self.machine.span);
        checks::responses(&alone, self.sources())
    }

    /// What holds of all runs.
    pub(crate) fn runs(&self) -> Option<Runs> {
        self.is_sound.then(|| checks::runs(self.machine))
    }

    /// The findings in its text.
    pub(crate) fn findings(&self) -> impl Iterator<Item = &'r Diagnostic> {
        let whole = self.machine.span;
        let is_inside = move |span: Span| span.file == whole.file && whole.start <= span.start && span.end <= whole.end;
        self.matter.report.findings.iter().filter(move |finding| is_inside(finding.primary.span))
    }

    /// How its scenarios ended.
    pub(crate) fn results(&self) -> impl Iterator<Item = &'r TestResult<'r>> {
        let machine = self.machine;
        self.matter.tests.results.iter().filter(move |result| std::ptr::eq(result.machine, machine))
    }

    /// What its scenarios have reached.
    pub(crate) fn reached(&self) -> Option<&'r Reached<'r>> {
        self.matter.tests.reached.iter().find(|reached| std::ptr::eq(reached.machine, self.machine))
    }

    /// Where something stands: `door.fsm:7`.
    pub(crate) fn place(&self, span: Span) -> String {
        let place = self.matter.report.texts.place(span);
        format!("{}:{}", self.matter.file_name(place.file.name()), place.start().line)
    }
}
