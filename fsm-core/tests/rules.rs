//! Every rule's documentation is held to what the tool does: its example has that finding and no other, and the mended
//! text has none.
#![cfg(all(feature = "checks", feature = "import", feature = "interpreter"))]

use fsm_core::diagnostic::{Applicability, Diagnostic, Diagnostics, Fix, Severity};
use fsm_core::source::Sources;
use fsm_core::{NoImports, analyze, catalogue, checks, codegen, config, import, scenario};

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
fn findings_of_import(text: &str) -> (Sources, Vec<Diagnostic>) {
    let mut sources = Sources::new();
    let import = import::scxml(&mut sources, "test.scxml", "test", text.as_bytes());
    let mut found = import.diagnostics.clone();
    if !found.has_errors() {
        let file = import.add_text(&mut sources, "test.fsm");
        found.append(analyze(&mut sources, file, &mut NoImports).diagnostics);
    }
    (sources, found.into_sorted())
}

/// All findings of a configuration.
fn findings_of_configuration(text: &str) -> (Sources, Vec<Diagnostic>) {
    let mut sources = Sources::new();
    let file = sources.add("fsm.toml", text);
    let mut found = Diagnostics::new();
    let _ = config::Configuration::read(&sources, file, &mut found);
    (sources, found.into_sorted())
}

/// All findings of a text.
fn findings_of_text(text: &str, is_generated: bool) -> (Sources, Vec<Diagnostic>) {
    let mut sources = Sources::new();
    let file = sources.add("test.fsm", text);
    let mut analysis = analyze(&mut sources, file, &mut NoImports);
    checks::check(&analysis.program, &sources, &mut analysis.diagnostics);
    if is_generated && !analysis.diagnostics.has_errors() {
        let _ = codegen::rust(
            &analysis.program,
            &sources,
            &NoTokens,
            codegen::Wishes::default(),
            &mut analysis.diagnostics,
        );
    }
    if !analysis.diagnostics.has_errors() {
        let program = &analysis.program;
        for (machine, scenario) in program.machines.iter().flat_map(|of| of.scenarios.iter().map(move |it| (of, it))) {
            let outcome = scenario::run(program, machine, scenario, &sources);
            outcome.failure.into_iter().for_each(|failure| analysis.diagnostics.push(failure.finding));
        }
    }
    (sources, analysis.diagnostics.into_sorted())
}

/// All findings of the example of a rule, or of its mended text.
fn findings(code: &str, text: &str) -> (Sources, Vec<Diagnostic>) {
    match code {
        _ if code.starts_with("FSM8") => findings_of_import(text),
        _ if code.starts_with("FSM02") => findings_of_configuration(text),
        _ => findings_of_text(text, code.starts_with("FSM9")),
    }
}

/// Findings, each as a code and a line for people.
fn shown(code: &str, text: &str) -> Vec<(String, String)> {
    let (sources, found) = findings(code, text);
    let shown = found.iter().map(|finding| {
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
        let found = shown(rule.code, rule.example);
        // An example of more than 256 MiB cannot be shown.
        if rule.code != "FSM005" && (found.is_empty() || found.iter().any(|(code, _)| code != rule.code)) {
            wrong.push(format!("{} {} example: {found:#?}\n{}", rule.code, rule.name, rule.example));
        }
        let found = shown(rule.code, rule.instead);
        if !found.is_empty() {
            wrong.push(format!("{} {} instead: {found:#?}\n{}", rule.code, rule.name, rule.instead));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The text with the edits of a fix.
fn mended(sources: &Sources, fix: &Fix) -> String {
    let mut edits: Vec<_> = fix.edits.iter().collect();
    edits.sort_by_key(|edit| edit.span);
    let mut text = sources.file(edits[0].span.file).text().to_owned();
    for edit in edits.into_iter().rev() {
        text.replace_range(edit.span.range(), &edit.text);
    }
    text
}

/// The rules whose findings propose a fix in their examples.
const WITH_FIX: &[&str] = &[
    "FSM021", "FSM103", "FSM104", "FSM107", "FSM110", "FSM111", "FSM112", "FSM301", "FSM352", "FSM353", "FSM402",
    "FSM501", "FSM502", "FSM503", "FSM504", "FSM601", "FSM602", "FSM603", "FSM604", "FSM606", "FSM608", "FSM609",
    "FSM610",
];

#[test]
fn every_fix_of_an_example_removes_its_finding() {
    let mut with_fix = Vec::new();
    for rule in catalogue::rules() {
        let (sources, found) = findings(rule.code, rule.example);
        for fix in found.iter().filter(|finding| finding.code() == rule.code).filter_map(|finding| finding.fix.as_ref())
        {
            let mended = mended(&sources, fix);
            let (_, left) = findings(rule.code, &mended);
            let count = |findings: &[Diagnostic]| findings.iter().filter(|finding| finding.code() == rule.code).count();
            assert!(count(&left) < count(&found), "{} {}:\n{mended}\n{left:#?}", rule.code, fix.title);
            // A safe fix makes no error; one that may be wrong lets the checks see more.
            let is_safe = fix.applicability == Applicability::Safe;
            let is_error =
                |finding: &&Diagnostic| is_safe && finding.severity() == Severity::Error && finding.code() != rule.code;
            assert_eq!(left.iter().find(is_error).map(|found| &found.message), None, "{} {}", rule.code, fix.title);
            with_fix.push(rule.code);
        }
    }
    with_fix.dedup();
    assert_eq!(with_fix, WITH_FIX);
}
