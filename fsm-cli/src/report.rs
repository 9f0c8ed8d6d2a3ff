//! From paths to all that is to be said about what lies under them.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use fsm_core::Analysis;
use fsm_core::checks::{self, BoundedCycle, Response, Runs};
use fsm_core::diagnostic::{Diagnostic, Diagnostics, Rule, Severity};
use fsm_core::model::{Machine, Program, System};
use fsm_core::source::{SourceFile, Sources};

use crate::failure::Failure;
use crate::files::Overlay;
use crate::importer::FileImporter;
use crate::input::{self, Inputs, Root};
use crate::levels::Leveling;
use crate::texts::Texts;
use crate::work::Workers;

/// What one run found.
#[derive(Debug)]
pub(crate) struct Report {
    /// All texts.
    pub(crate) texts: Texts,
    /// The names of all files that were analysed, imported ones included.
    pub(crate) files: BTreeSet<String>,
    /// The meaning of each root text, in the order of the inputs.
    pub(crate) programs: Vec<Program>,
    /// Which of them have errors that leave open what they mean, by their indices. What the checks find is none.
    pub(crate) erroneous: BTreeSet<usize>,
    /// All findings in the order of their places, each only once.
    pub(crate) findings: Vec<Diagnostic>,
    /// What could not be read.
    pub(crate) failures: Vec<Failure>,
}

/// Reads, analyses and checks everything under `paths`, at the levels of `fsm.toml`.
pub(crate) fn of(paths: &[PathBuf]) -> Report {
    leveled(paths, Overlay::default(), Leveling::default(), &Workers::default())
}

/// Reads, analyses and checks everything under `paths`, at these levels.
pub(crate) fn leveled(paths: &[PathBuf], overlay: Overlay, leveling: Leveling, workers: &Workers) -> Report {
    with(input::read(paths, overlay), Some(leveling), workers)
}

/// Reads and analyses everything under `paths`: what has a meaning, whatever can be said against it.
pub(crate) fn unchecked(paths: &[PathBuf]) -> Report {
    with(input::read(paths, Overlay::default()), None, &Workers::default())
}

/// The same, with texts in the place of files.
pub(crate) fn unchecked_over(paths: &[PathBuf], overlay: Overlay) -> Report {
    with(input::read(paths, overlay), None, &Workers::default())
}

/// Analyses texts, and checks them where levels are given.
fn with(inputs: Inputs, mut leveling: Option<Leveling>, workers: &Workers) -> Report {
    let mut report = Report {
        texts: inputs.texts,
        files: inputs.files,
        programs: Vec::new(),
        erroneous: BTreeSet::new(),
        findings: Vec::new(),
        failures: inputs.failures,
    };
    if let Some(leveling) = &mut leveling {
        report.read_configurations(&inputs.roots, &inputs.overlay, leveling);
    }
    let count = inputs.roots.len();
    let sources = &report.texts.sources;
    let analyzed = workers.run(count, |index| {
        let root = &inputs.roots[index];
        let part = sources.part(root.text, (number(index), number(count)));
        Analyzed::of(part, (root, &inputs.overlay), leveling.as_ref())
    });
    for analyzed in analyzed {
        report.add(analyzed);
    }
    report.add_imported_files(leveling.as_ref());
    report.sort_findings();
    report
}

/// More texts than this cannot be told apart.
fn number(of: usize) -> u32 {
    u32::try_from(of).unwrap_or(u32::MAX)
}

/// What is known of one text.
struct Analyzed {
    program: Program,
    diagnostics: Diagnostics,
    /// Whether errors leave open what it means.
    is_erroneous: bool,
    /// The text, and those that it imports.
    sources: Sources,
}

impl Analyzed {
    /// Analyses a text, and checks it where levels are given.
    fn of(mut sources: Sources, (root, overlay): (&Root, &Overlay), leveling: Option<&Leveling>) -> Self {
        let name = sources.file(root.text).name().to_owned();
        let mut importer = FileImporter::new(&name, &root.path, overlay);
        let Analysis { program, mut diagnostics } = fsm_core::analyze(&mut sources, root.text, &mut importer);
        let is_erroneous = diagnostics.has_errors();
        if let Some(leveling) = leveling {
            let levels = leveling.of_root(&root.path);
            let level_of = |rule: &Rule, file| levels.level(rule, sources.file(file));
            checks::check_at(&program, &sources, &level_of, &mut diagnostics);
        }
        Analyzed { program, diagnostics, is_erroneous, sources }
    }
}

impl Report {
    /// Reads and analyses a text as if it stood in a file.
    pub(crate) fn of_text(path: &Path, text: String) -> Report {
        let mut overlay = Overlay::default();
        overlay.put(path, text);
        with(input::read(&[path.to_owned()], overlay), None, &Workers::default())
    }

    /// The programs without errors, in the order of the inputs.
    pub(crate) fn sound(&self) -> impl Iterator<Item = &Program> {
        self.programs
            .iter()
            .enumerate()
            .filter(|(index, _)| !self.erroneous.contains(index))
            .map(|(_, program)| program)
    }

    /// All machines, in the order of the inputs.
    pub(crate) fn machines(&self) -> impl Iterator<Item = &Machine> {
        self.programs.iter().flat_map(|program| &program.machines)
    }

    /// All systems, in the order of the inputs, each with its program.
    pub(crate) fn systems(&self) -> impl Iterator<Item = (&Program, &System)> {
        self.programs.iter().flat_map(|program| program.systems.iter().map(move |system| (program, system)))
    }

    /// What is known of each machine, in the same order.
    pub(crate) fn facts(&self) -> impl Iterator<Item = Facts<'_>> {
        self.programs.iter().flat_map(|program| {
            let cycles = checks::bounded_cycles(program, &self.texts.sources);
            program.machines.iter().map(move |machine| Facts::new(machine, &cycles))
        })
    }

    /// What every event does in every state of all machines without errors.
    pub(crate) fn responses(&self) -> Vec<Response> {
        let has_errors = self.findings.iter().any(|finding| finding.severity() == Severity::Error);
        let programs = self.programs.iter().filter(|_| !has_errors);
        programs.flat_map(|program| checks::responses(program, &self.texts.sources)).collect()
    }

    /// The text of a file, by its name.
    pub(crate) fn text_of(&self, name: &str) -> Option<&str> {
        self.texts.files().find(|file| file.name() == name).map(SourceFile::text)
    }

    /// How many findings are of this severity.
    pub(crate) fn count(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|finding| finding.severity() == severity).count()
    }

    /// Adds what was found after the checks.
    pub(crate) fn add_findings(&mut self, diagnostics: Diagnostics) {
        self.findings.extend(diagnostics);
        self.sort_findings();
    }

    /// Reads the configurations for these texts, and says what is wrong with them.
    fn read_configurations(&mut self, roots: &[Root], overlay: &Overlay, leveling: &mut Leveling) {
        let mut wrong_settings = Diagnostics::new();
        for root in roots {
            leveling.read(&root.path, (&mut self.texts, overlay), &mut wrong_settings, &mut self.failures);
        }
        self.findings.extend(wrong_settings);
    }

    fn add(&mut self, Analyzed { program, diagnostics, is_erroneous, sources }: Analyzed) {
        if is_erroneous {
            self.erroneous.insert(self.programs.len());
        }
        self.programs.push(program);
        self.findings.extend(diagnostics);
        self.texts.sources.join(sources);
    }

    fn add_imported_files(&mut self, leveling: Option<&Leveling>) {
        let names = self.texts.sources.files().map(|(_, file)| file.name());
        let is_text = |name: &&str| !leveling.is_some_and(|leveling| leveling.is_configuration(name));
        self.files.extend(names.filter(is_text).map(str::to_owned));
    }

    /// A file that several roots import is analysed with each of them, so its findings come several times.
    fn sort_findings(&mut self) {
        let texts = &self.texts;
        let key = |finding: &Diagnostic| {
            let place = texts.place(finding.primary.span);
            let range = (place.range.start, place.range.end);
            (place.file.name().to_owned(), range, finding.code(), finding.message.clone())
        };
        self.findings.sort_by_cached_key(key);
        self.findings.dedup_by_key(|finding| key(finding));
    }
}

/// What is known of a machine.
#[derive(Debug)]
pub(crate) struct Facts<'a> {
    /// The machine.
    pub(crate) machine: &'a Machine,
    /// How many states it declares.
    pub(crate) states: usize,
    /// How many transitions it has: each branch of a reaction is one.
    pub(crate) transitions: usize,
    /// What its limits bound.
    pub(crate) bounded_cycles: Vec<BoundedCycle>,
    /// What holds of all its runs.
    pub(crate) runs: Runs,
}

impl<'a> Facts<'a> {
    /// `bounded_cycles` are those of the whole program.
    fn new(machine: &'a Machine, bounded_cycles: &[BoundedCycle]) -> Self {
        let is_its = |cycle: &&BoundedCycle| cycle.machine == machine.name.text;
        Facts {
            machine,
            // The machine itself is the first of its states.
            states: machine.states.len().saturating_sub(1),
            transitions: machine.reactions.iter().map(|reaction| reaction.branches.len()).sum(),
            bounded_cycles: bounded_cycles.iter().filter(is_its).cloned().collect(),
            runs: checks::runs(machine),
        }
    }
}
