//! The traces of the language reference are what the interpreter does.
//!
//! `UPDATE_TRACES=1 cargo test -p fsm-tests --test language` writes them anew.

use std::{env, fs};

use fsm_core::model::{Machine, Program, Scenario};
use fsm_core::{checks, scenario};
use fsm_tests::play::play;
use fsm_tests::{analyzed, root};

const REFERENCE: &str = "docs/language.md";

/// A fenced block: its language, and where its text stands.
fn blocks(text: &str) -> Vec<(&str, std::ops::Range<usize>)> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(start) = text[at..].find("```").map(|start| at + start + 3) {
        let body = start + text[start..].find('\n').expect("a block has lines") + 1;
        let end = body + text[body..].find("```").expect("a block ends");
        found.push((text[start..body].trim(), body..end));
        at = end + 3;
    }
    found
}

#[test]
fn every_trace_is_what_the_interpreter_writes() {
    let path = root().join(REFERENCE);
    let mut text = fs::read_to_string(&path).unwrap();
    let blocks: Vec<_> = blocks(&text).into_iter().map(|(language, range)| (language.to_owned(), range)).collect();
    let mut traces = Vec::new();
    for pair in blocks.windows(2) {
        let [(before, machine), (language, trace)] = pair else { continue };
        if language == "trace" {
            assert_eq!(before, "fsm", "a trace belongs to the machine before it");
            traces.push((machine.clone(), trace.clone()));
        }
    }
    assert!(traces.len() >= 8, "{}", traces.len());
    let update = env::var_os("UPDATE_TRACES").is_some();
    for (machine, trace) in traces.into_iter().rev() {
        let script: Vec<_> = text[trace.clone()].lines().filter(|line| !line.starts_with(' ')).collect();
        let played = play(&text[machine], &script.join("\n"));
        if update {
            text.replace_range(trace, &played);
        } else {
            assert_eq!(text[trace], played);
        }
    }
    if update {
        fs::write(path, text).unwrap();
    }
}

#[test]
fn the_machines_of_the_reference_have_no_findings() {
    let text = fs::read_to_string(root().join(REFERENCE)).unwrap();
    for (language, range) in blocks(&text) {
        let block = &text[range];
        if language != "fsm" || !block.starts_with("machine ") || block.contains("/* ") {
            continue;
        }
        let (sources, mut analysis) = analyzed(REFERENCE, block);
        checks::check(&analysis.program, &sources, &mut analysis.diagnostics);
        for (machine, scenario) in machines_with_scenarios(&analysis.program) {
            let outcome = scenario::run(&analysis.program, machine, scenario, &sources);
            outcome.failure.into_iter().for_each(|failure| analysis.diagnostics.push(failure.finding));
        }
        let findings: Vec<_> = analysis.diagnostics.into_sorted().into_iter().map(|finding| finding.message).collect();
        assert!(findings.is_empty(), "{findings:?} in\n{block}");
    }
}

fn machines_with_scenarios(program: &Program) -> impl Iterator<Item = (&Machine, &Scenario)> {
    program.machines.iter().flat_map(|machine| machine.scenarios.iter().map(move |scenario| (machine, scenario)))
}
