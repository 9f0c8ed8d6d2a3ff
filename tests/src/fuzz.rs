//! What the fuzz targets do with bytes. None of it may panic, and what it says must be true.
//!
//! The targets in `fuzz/` hand over what libFuzzer makes up; `tests/tests/fuzz.rs` does a little of it with every test
//! run, so that the targets cannot fall behind.

use fsm_core::diagnostic::Diagnostics;
use fsm_core::diagram;
use fsm_core::source::Sources;
use fsm_core::{Analysis, NoImports, analyze, checks, import};

use crate::random::{Case, Choices, Outcome, Size, hold};

/// How long a script is that is made from bytes.
const STEPS: usize = 20;

/// Reads bytes as a definition: parses, resolves, checks and draws it. Every finding has a place in the text.
///
/// # Panics
///
/// If a finding has none.
pub fn definition(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let mut sources = Sources::new();
    let root = sources.add("fuzz.fsm", text);
    let Analysis { program, mut diagnostics } = analyze(&mut sources, root, &mut NoImports);
    checks::check(&program, &sources, &mut diagnostics);
    for machine in &program.machines {
        let _ = diagram::state::Chart::new(machine, &sources, &diagram::Options::default()).mermaid();
    }
    places(&sources, diagnostics);
}

/// Imports bytes as an SCXML document. What is imported without an error is a text without errors.
///
/// # Panics
///
/// If it is not, or a finding has no place.
pub fn scxml(bytes: &[u8]) {
    let mut sources = Sources::new();
    let imported = import::scxml(&mut sources, "fuzz.scxml", "fuzz", bytes);
    let is_refused = imported.diagnostics.has_errors();
    if !is_refused {
        let text = imported.add_text(&mut sources, "fuzz.fsm");
        let Analysis { diagnostics, .. } = analyze(&mut sources, text, &mut NoImports);
        assert!(!diagnostics.has_errors(), "{:?}\n{}", diagnostics.into_sorted(), imported.text);
    }
    places(&sources, imported.diagnostics);
}

/// Makes a machine and a script of bytes, and runs it.
///
/// # Panics
///
/// If the text of the machine has an error, or something does not hold that must.
pub fn machine(bytes: &[u8]) {
    let size = Size { states: 8, events: 4, reactions: 3, steps: STEPS };
    let case = Case::chosen(&mut Choices::from_bytes(bytes), size);
    match hold(&case, bytes.len() % STEPS) {
        Outcome::Held(_) => {}
        Outcome::Impossible(wrong) | Outcome::Failed(wrong) => panic!("{wrong}\n{}\n{:#?}", case.machine, case.script),
    }
}

/// Every finding stands somewhere, and says something.
fn places(sources: &Sources, diagnostics: Diagnostics) {
    for finding in diagnostics.into_sorted() {
        let file = sources.file(finding.primary.span.file);
        let at = file.position(finding.primary.span.range().start);
        assert!(at.line > 0 && !finding.message.is_empty(), "{finding:?}");
        assert!(sources.text(finding.primary.span).len() <= finding.primary.span.range().len(), "{finding:?}");
    }
}
