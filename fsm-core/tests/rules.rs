//! Every rule's documentation is held to what the tool does: its example has that finding and no other, and the mended
//! text has none.

use fsm_core::source::Sources;
use fsm_core::{NoImports, analyze, catalogue};

/// All findings of a text, as a code and a line for people.
fn findings(text: &str) -> Vec<(String, String)> {
    let mut sources = Sources::new();
    let file = sources.add("test.fsm", text);
    let analysis = analyze(&mut sources, file, &mut NoImports);
    let sorted = analysis.diagnostics.into_sorted();
    let shown = sorted.iter().map(|finding| {
        let place = sources.file(finding.primary.span.file).position(finding.primary.span.range().start);
        let help = finding.help.as_deref().unwrap_or("");
        let text = format!("{}:{}: {} [{help}]", place.line, place.column, finding.message);
        (finding.code().to_owned(), text)
    });
    shown.collect()
}

#[test]
fn every_example_has_its_finding_and_every_mended_text_has_none() {
    let mut wrong = Vec::new();
    for rule in catalogue::rules() {
        let found = findings(rule.example);
        // An example of more than 256 MiB cannot be shown.
        if rule.code != "FSM005" && (found.is_empty() || found.iter().any(|(code, _)| code != rule.code)) {
            wrong.push(format!("{} {} example: {found:#?}\n{}", rule.code, rule.name, rule.example));
        }
        let found = findings(rule.instead);
        if !found.is_empty() {
            wrong.push(format!("{} {} instead: {found:#?}\n{}", rule.code, rule.name, rule.instead));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
