//! State diagrams of which parts are shown, with marks and keys; and class diagrams: whatever they say is to be seen.

use std::collections::BTreeMap;
use std::fs;

use fsm_core::Analysis;
use fsm_core::diagnostic::Diagnostics;
use fsm_core::diagram::classes::Classes;
use fsm_core::diagram::state::{Chart, Selection};
use fsm_core::diagram::{Direction, Hidden, Options, Theme};
use fsm_core::model::Machine;
use fsm_core::scenario::{self, Coverage};
use fsm_core::source::Sources;
use fsm_tests::{analyzed, examples, root};

use crate::{Seen, drawn, squeeze};

/// The letters of a text, wherever its lines end.
fn letters(text: &str) -> String {
    squeeze(text).replace(' ', "")
}

/// The charts of a machine that differ from its usual one.
fn charts(analysis: &Analysis, machine: &Machine, sources: &Sources) -> Vec<Chart> {
    let mut coverage = Coverage::default();
    for scenario in machine.scenarios.iter().take(1) {
        coverage += &scenario::run(&analysis.program, machine, scenario, sources).coverage;
    }
    let mut covered = Chart::new(machine, sources, &Options::default());
    covered.cover(&coverage);
    let with_key = Options { key: true, ..Options::default() };
    let flat = Selection { depth: Some(1), ..Selection::default() };
    let bare = Options {
        hidden: [Hidden::Actions, Hidden::Guards, Hidden::Internal, Hidden::Notes].into(),
        direction: Direction::Right,
        theme: Some(Theme::Dark),
        ..Options::default()
    };
    let only = Selection { only: machine.states.ids().next_back().into_iter().collect(), ..Selection::default() };
    vec![
        covered,
        Chart::new(machine, sources, &with_key).select(&flat),
        Chart::new(machine, sources, &bare),
        Chart::new(machine, sources, &Options::default()).select(&only),
    ]
}

/// What is to be read in a chart.
fn texts(chart: &Chart) -> Vec<&str> {
    let nodes = chart.nodes.iter().skip(1).flat_map(|node| {
        let details = node.details.iter().map(|detail| detail.text.as_str());
        details.chain([node.name.as_str()]).chain(node.note.iter().map(String::as_str))
    });
    let arrows = chart.arrows.iter().map(|arrow| arrow.label.as_str());
    nodes.chain(arrows).chain(chart.key.iter().map(|(_, words)| words.as_str())).collect()
}

#[test]
fn browser_draws_parts_marks_and_keys_of_state_diagrams() {
    let analyses: Vec<_> = examples().iter().map(|(name, text)| (name.clone(), analyzed(name, text))).collect();
    let mut diagrams = Vec::new();
    let mut shown = BTreeMap::new();
    for (name, (sources, analysis)) in &analyses {
        for machine in &analysis.program.machines {
            for (index, chart) in charts(analysis, machine, sources).into_iter().enumerate() {
                let key = format!("{name}-{}-{index}", machine.name.text);
                diagrams.push((key.clone(), chart.mermaid()));
                shown.insert(key, chart);
            }
        }
    }
    let Some(results) = drawn("parts", &diagrams) else { return };
    assert_eq!(results.len(), 2 * diagrams.len(), "each is drawn by each version, and nothing asks for attention");
    for result in &results {
        let seen = Seen::new(result);
        let all = letters(&seen.texts);
        for text in texts(&shown[result["name"].as_str().unwrap()]) {
            assert!(all.contains(&letters(text)), "{}: `{text}` is not to be seen", seen.title);
        }
    }
}

#[test]
fn browser_draws_the_classes_of_every_example() {
    let generic = fs::read_to_string(root().join("tests/machines/shelf.fsm")).unwrap();
    let texts = examples().into_iter().chain([("shelf".to_owned(), generic)]);
    let analyses: Vec<_> = texts.map(|(name, text)| (name.clone(), analyzed(&name, &text))).collect();
    let mut diagrams = Vec::new();
    let mut shown = BTreeMap::new();
    for (name, (sources, analysis)) in &analyses {
        for machine in &analysis.program.machines {
            let classes = Classes::new(&analysis.program, machine, sources, &mut Diagnostics::new());
            let classes = classes.unwrap_or_else(|_| panic!("{name}: the generated code can be read"));
            let key = format!("{name}-{}-class", machine.name.text);
            diagrams.push((key.clone(), classes.mermaid()));
            shown.insert(key, classes);
        }
    }
    let Some(results) = drawn("classes", &diagrams) else { return };
    assert_eq!(results.len(), 2 * diagrams.len(), "each is drawn by each version, and nothing asks for attention");
    for result in &results {
        let seen = Seen::new(result);
        let all = letters(&seen.texts);
        let classes = &shown[result["name"].as_str().unwrap()];
        assert_eq!(seen.nodes.len(), classes.classes.len(), "{}", seen.title);
        for class in &classes.classes {
            for text in [&class.name, &class.parameters] {
                assert!(all.contains(&letters(text)), "{}: `{text}` is not to be seen", seen.title);
            }
        }
    }
}
