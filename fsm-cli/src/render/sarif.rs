//! A log in the Static Analysis Results Interchange Format, as code scanning reads it.
//!
//! Source: SARIF 2.1.0 plus Errata 01, OASIS, <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>; the
//! numbers of its sections stand at what they require.

use std::collections::{BTreeMap, BTreeSet};

use fsm_core::diagnostic::{Diagnostic, Fix, Rule};
use fsm_core::source::Span;
use serde_json::{Value, json};

use super::json::to_text;
use crate::failure::Failure;
use crate::identity::Identities;
use crate::report::Report;
use crate::texts::Texts;

/// The log of one run.
pub(super) fn render(report: &Report) -> String {
    let rules: BTreeMap<&str, &Rule> = report.findings.iter().map(|finding| (finding.code(), finding.rule)).collect();
    let codes: Vec<&str> = rules.keys().copied().collect();
    let mut identities = Identities::of(report);
    let results: Vec<Value> = report
        .findings
        .iter()
        .map(|finding| result(&report.texts, finding, &codes, &identities.next(finding).fingerprint()))
        .collect();
    to_text(&json!({
        "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "fsmc",
                "version": env!("CARGO_PKG_VERSION"),
                "rules": rules.values().map(|rule| descriptor(rule)).collect::<Vec<_>>(),
            } },
            // 3.14.17: our columns count characters.
            "columnKind": "unicodeCodePoints",
            "artifacts": report.files.iter().map(|name| json!({ "location": location(name) })).collect::<Vec<_>>(),
            "invocations": [{
                "executionSuccessful": report.failures.is_empty(),
                "toolExecutionNotifications": report.failures.iter().map(notification).collect::<Vec<_>>(),
            }],
            "results": results,
        }],
    }))
}

/// A `reportingDescriptor` (3.49).
fn descriptor(rule: &Rule) -> Value {
    let example = |text: &str| format!("```\n{}\n```", text.trim_end());
    let markdown =
        format!("{}\n\n{}\n\nInstead:\n\n{}", rule.explanation, example(rule.example), example(rule.instead));
    json!({
        "id": rule.code,
        "name": rule.name,
        "shortDescription": { "text": rule.summary },
        "fullDescription": { "text": rule.explanation },
        "help": { "text": markdown, "markdown": markdown },
        "defaultConfiguration": { "level": rule.severity.as_str() },
    })
}

/// A `result` (3.27).
fn result(texts: &Texts, finding: &Diagnostic, codes: &[&str], fingerprint: &str) -> Value {
    let help = finding.help.iter().map(|help| format!("\nhelp: {help}"));
    let text: String = std::iter::once(finding.message.clone()).chain(help).collect();
    let related = finding.secondary.iter().enumerate().map(|(id, label)| {
        json!({
            "id": id,
            "physicalLocation": physical(texts, label.span),
            "message": { "text": label.text },
        })
    });
    json!({
        "ruleId": finding.code(),
        "ruleIndex": codes.binary_search(&finding.code()).unwrap_or_default(),
        "level": finding.severity().as_str(),
        "message": { "text": text },
        "locations": [{ "physicalLocation": physical(texts, finding.primary.span) }],
        "relatedLocations": related.collect::<Vec<_>>(),
        "fixes": finding.fix.iter().map(|of| fix(texts, of)).collect::<Vec<_>>(),
        // 3.27.17: what stays the same when the lines above change.
        "partialFingerprints": { "fsmFinding/v1": fingerprint },
    })
}

/// A `fix` (3.55), with one change for each file.
fn fix(texts: &Texts, fix: &Fix) -> Value {
    let name = |span: Span| texts.place(span).file.name();
    let files: BTreeSet<&str> = fix.edits.iter().map(|edit| name(edit.span)).collect();
    let changes = files.into_iter().map(|file| {
        let edits = fix.edits.iter().filter(|edit| name(edit.span) == file);
        let replacements = edits
            .map(|edit| json!({ "deletedRegion": region(texts, edit.span), "insertedContent": { "text": edit.text } }));
        json!({ "artifactLocation": location(file), "replacements": replacements.collect::<Vec<_>>() })
    });
    json!({ "description": { "text": fix.title }, "artifactChanges": changes.collect::<Vec<_>>() })
}

/// A `notification` (3.58).
fn notification(failure: &Failure) -> Value {
    json!({ "level": "error", "message": { "text": failure.line() } })
}

/// A `physicalLocation` (3.29).
fn physical(texts: &Texts, span: Span) -> Value {
    json!({ "artifactLocation": location(texts.place(span).file.name()), "region": region(texts, span) })
}

/// A `region` (3.30): the end lies behind the last character.
fn region(texts: &Texts, span: Span) -> Value {
    let place = texts.place(span);
    let (start, end) = (place.start(), place.end());
    json!({
        "startLine": start.line,
        "startColumn": start.column,
        "endLine": end.line,
        "endColumn": end.column,
        "byteOffset": place.range.start,
        "byteLength": place.range.len(),
    })
}

/// An `artifactLocation` (3.4).
fn location(name: &str) -> Value {
    json!({ "uri": uri(name) })
}

/// A path as a reference to a file: RFC 3986, with everything but `unreserved` and `/` in percents.
fn uri(path: &str) -> String {
    let scheme = if path.starts_with('/') { "file://" } else { "" };
    let bytes = path.bytes().map(|byte| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    });
    std::iter::once(scheme.to_owned()).chain(bytes).collect()
}

#[cfg(test)]
mod tests {
    use super::uri;

    #[test]
    fn paths_are_references() {
        assert_eq!(uri("a b/é:c.fsm"), "a%20b/%C3%A9%3Ac.fsm");
        assert_eq!(uri("/a/b.fsm"), "file:///a/b.fsm");
        assert_eq!(uri("../<stdin>"), "../%3Cstdin%3E");
    }
}
