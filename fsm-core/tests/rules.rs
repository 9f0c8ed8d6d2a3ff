//! Every rule's documentation is held to what the tool does: its example has that finding and no other, and the mended
//! text has none.
#![cfg(all(feature = "checks", feature = "import", feature = "interpreter"))]

use fsm_core::diagnostic::Diagnostics;
use fsm_core::source::Sources;
use fsm_core::{NoImports, analyze, catalogue, checks, codegen, import, scenario};

/// Nobody looks at the generated code here.
struct NoTokens;

impl codegen::Places for NoTokens {
    fn span(&self, _: fsm_core::source::Span) -> proc_macro2::Span {
        proc_macro2::Span::call_site()
    }

    fn tokens(&self, _: fsm_core::source::Span) -> proc_macro2::TokenStream {
        proc_macro2::TokenStream::new()
    }
}

/// All findings of an SCXML document and of the text that it becomes.
fn findings_of_import(text: &str) -> Vec<(String, String)> {
    let mut sources = Sources::new();
    let import = import::scxml(&mut sources, "test.scxml", "test", text.as_bytes());
    let mut found = import.diagnostics.clone();
    if !found.has_errors() {
        let file = import.add_text(&mut sources, "test.fsm");
        found.append(analyze(&mut sources, file, &mut NoImports).diagnostics);
    }
    shown(found, &sources)
}

/// All findings of a text.
fn findings(text: &str, is_generated: bool) -> Vec<(String, String)> {
    let mut sources = Sources::new();
    let file = sources.add("test.fsm", text);
    let mut analysis = analyze(&mut sources, file, &mut NoImports);
    checks::check(&analysis.program, &sources, &mut analysis.diagnostics);
    if is_generated && !analysis.diagnostics.has_errors() {
        let _ = codegen::rust(&analysis.program, &sources, &NoTokens, &mut analysis.diagnostics);
    }
    if !analysis.diagnostics.has_errors() {
        let program = &analysis.program;
        for (machine, scenario) in program.machines.iter().flat_map(|of| of.scenarios.iter().map(move |it| (of, it))) {
            let outcome = scenario::run(program, machine, scenario, &sources);
            outcome.failure.into_iter().for_each(|failure| analysis.diagnostics.push(failure.finding));
        }
    }
    shown(analysis.diagnostics, &sources)
}

/// Findings, each as a code and a line for people.
fn shown(found: Diagnostics, sources: &Sources) -> Vec<(String, String)> {
    let sorted = found.into_sorted();
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
        let findings = |text: &str| match rule.code {
            code if code.starts_with("FSM8") => findings_of_import(text),
            code => findings(text, code.starts_with("FSM9")),
        };
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
