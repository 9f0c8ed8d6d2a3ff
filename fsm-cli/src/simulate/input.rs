//! Reading what is to be simulated: a file of the language, a Rust file with machines, or a document that is imported.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::io;
use std::path::Path;

use clap::ValueEnum;
use fsm_core::diagnostic::Severity;
use fsm_core::{Analysis, NoImports, import};

use crate::failure::Failure;
use crate::files;
use crate::report::{self, Report};
use crate::texts::Texts;

/// What a definition is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Language {
    /// The language of this tool, alone or in Rust code
    Fsm,
    /// SCXML, of the W3C; docs/scxml.md says what of it
    Scxml,
}

impl Language {
    /// What a file is written in, as its name tells.
    pub(crate) fn of(path: &Path) -> Language {
        match path.extension().and_then(OsStr::to_str) {
            Some("scxml" | "xml") => Language::Scxml,
            _ => Language::Fsm,
        }
    }

    /// The meaning of a file, with what keeps it from having one.
    pub(crate) fn read(self, path: &Path) -> Result<Report, Failure> {
        let mut report = match self {
            Language::Fsm => report::unchecked(&[path.to_owned()]),
            Language::Scxml => scxml(path)?,
        };
        report.findings.retain(|finding| finding.severity() == Severity::Error);
        Ok(report)
    }
}

/// The text that a document is imported as, and its meaning.
fn scxml(path: &Path) -> Result<Report, Failure> {
    let is_stdin = path.as_os_str() == "-";
    let bytes = if is_stdin { files::read_bounded(io::stdin().lock()) } else { files::read_bytes(path) };
    let bytes = bytes.map_err(|message| Failure::of(path, message))?;
    let shown = if is_stdin { "<stdin>".to_owned() } else { files::shown(path) };
    let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let mut texts = Texts::default();
    let import = import::scxml(&mut texts.sources, &shown, &stem, &bytes);
    let mut findings = import.diagnostics.clone();
    let mut programs = Vec::new();
    if !findings.has_errors() {
        let text = import.add_text(&mut texts.sources, "<imported>");
        let Analysis { program, diagnostics } = fsm_core::analyze(&mut texts.sources, text, &mut NoImports);
        findings.append(import.traced(text, diagnostics));
        programs.push(program);
    }
    let findings = findings.into_sorted();
    let files = BTreeSet::from([shown]);
    Ok(Report { texts, files, programs, erroneous: BTreeSet::new(), findings, failures: Vec::new() })
}
