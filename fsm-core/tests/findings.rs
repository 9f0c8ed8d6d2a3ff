//! Findings on whole machines: what is expected stands under the line it speaks of, `//^ FSM501: …` with the caret under the
//! first character. Where nothing stands, nothing may be found.
//!
//! `BLESS=1 cargo test -p fsm-core --test findings` writes down what is found.
#![cfg(feature = "checks")]

use std::fmt::Write as _;
use std::path::Path;

use fsm_core::source::Sources;
use fsm_core::{NoImports, analyze, checks};

/// The text without expectations, and with those that hold.
fn annotated(text: &str) -> (String, String) {
    let is_expectation = |line: &&str| line.trim_start().starts_with("//") && line.contains("^ FSM");
    let plain: String = text.lines().filter(|line| !is_expectation(line)).flat_map(|line| [line, "\n"]).collect();
    let mut sources = Sources::new();
    let file = sources.add("test.fsm", plain.clone());
    let mut analysis = analyze(&mut sources, file, &mut NoImports);
    checks::check(&analysis.program, &sources, &mut analysis.diagnostics);
    let findings = analysis.diagnostics.into_sorted();
    let mut told = String::new();
    for (index, line) in plain.lines().enumerate() {
        told.push_str(line);
        told.push('\n');
        for finding in &findings {
            let place = sources.file(finding.primary.span.file).position(finding.primary.span.range().start);
            if place.line == index + 1 {
                let gap = " ".repeat(place.column.saturating_sub(3));
                let _ = writeln!(told, "//{gap}^ {}: {}", finding.code(), finding.message);
            }
        }
    }
    (plain, told)
}

#[test]
fn what_is_found_is_what_is_expected() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/findings");
    let mut paths: Vec<_> = std::fs::read_dir(&folder)
        .expect("the folder of the fixtures")
        .map(|entry| entry.expect("a fixture").path())
        .collect();
    paths.sort();
    assert!(!paths.is_empty());
    let mut wrong = Vec::new();
    for path in paths {
        let text = std::fs::read_to_string(&path).expect("a fixture is a text");
        let (_, told) = annotated(&text);
        if told != text {
            if std::env::var_os("BLESS").is_some() {
                std::fs::write(&path, &told).expect("the fixture can be written");
            } else {
                wrong.push(format!("{}:\n{told}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "found instead:\n{}", wrong.join("\n"));
}
