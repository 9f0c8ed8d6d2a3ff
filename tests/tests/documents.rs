//! What the documents show is what the tool takes and prints.

use std::fs;

use fsm_core::diagram::Options;
use fsm_core::diagram::state::Chart;
use fsm_tests::{analyzed, root};

/// The fenced blocks of a document in a language.
fn blocks(document: &str, language: &str) -> Vec<String> {
    let text = fs::read_to_string(root().join(document)).unwrap();
    let opening = format!("```{language}\n");
    text.split(&opening).skip(1).filter_map(|rest| rest.split("```").next()).map(str::to_owned).collect()
}

#[test]
fn the_readme_shows_an_example_and_its_diagram() {
    let [definition] = &blocks("README.md", "fsm")[..] else { panic!("one definition") };
    let [diagram] = &blocks("README.md", "mermaid")[..] else { panic!("one diagram") };
    assert_eq!(fs::read_to_string(root().join("examples/machines/door.fsm")).unwrap(), *definition);
    let (sources, analysis) = analyzed("door.fsm", definition);
    assert_eq!(Chart::new(&analysis.program.machines[0], &sources, &Options::default()).mermaid(), *diagram);
}

#[test]
fn the_import_that_is_shown_is_what_the_importer_writes() {
    let [document] = &blocks("docs/scxml.md", "xml")[..] else { panic!("one document") };
    let [text] = &blocks("docs/scxml.md", "fsm")[..] else { panic!("one text") };
    assert_eq!(fsm_tests::scxml::imported("lamp", document.as_bytes()).unwrap().text, *text);
}

#[test]
fn the_readme_shows_the_host_that_is_tested() {
    let [rust] = &blocks("README.md", "rust")[..] else { panic!("one program") };
    let squeeze = |text: &str| text.split_whitespace().collect::<String>().replace(",}", "}");
    let tested = squeeze(&fs::read_to_string(root().join("examples/src/door.rs")).unwrap());
    let host = rust.split("impl ").nth(1).and_then(|rest| rest.split("\n}").next()).unwrap();
    assert!(tested.contains(&squeeze(host)), "{host}");
}

#[test]
fn every_finding_of_the_text_is_in_the_catalogue() {
    for document in ["README.md", "ARCHITECTURE.md", "docs/language.md", "docs/checks.md", "docs/scxml.md"] {
        let text = fs::read_to_string(root().join(document)).unwrap();
        for (at, _) in text.match_indices("FSM") {
            let code = &text[at..text.len().min(at + 6)];
            if code[3..].chars().all(|digit| digit.is_ascii_digit()) && code.len() == 6 {
                assert!(fsm_core::catalogue::find(code).is_some(), "{document}: {code}");
            }
        }
    }
}
