//! Everything that a run found, as one JSON object.
//!
//! The records are this file's own, and `docs/json.md` describes them: no change of a type elsewhere changes the form.

use fsm_core::checks::{BoundedCycle, Outcome, Response};
use fsm_core::diagnostic::{Diagnostic, Edit, Fix, Label, Severity};
use fsm_core::source::Span;
use serde::Serialize;

use crate::failure::Failure;
use crate::printable::is_printable;
use crate::report::{Facts, Report};
use crate::texts::Texts;

/// The version of the form. Additions do not change it.
pub(super) const VERSION: u32 = 1;

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    files: Vec<&'a str>,
    machines: Vec<MachineRecord<'a>>,
    findings: Vec<Finding<'a>>,
    failures: Vec<FailureRecord<'a>>,
    summary: Summary,
}

#[derive(Serialize)]
struct MachineRecord<'a> {
    name: &'a str,
    #[serde(flatten)]
    place: Place<'a>,
    states: usize,
    transitions: usize,
    bounded_cycles: Vec<BoundedCycleRecord<'a>>,
    longest_run: Option<u64>,
    by_limits_only: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    responses: Option<Vec<ResponseRecord>>,
}

#[derive(Serialize)]
struct ResponseRecord {
    state: String,
    event: String,
    outcomes: Vec<OutcomeRecord>,
}

#[derive(Serialize)]
struct OutcomeRecord {
    handling: &'static str,
    by: Option<String>,
    condition: Option<String>,
    target: Option<String>,
}

#[derive(Serialize)]
struct BoundedCycleRecord<'a> {
    limit: &'a str,
    cycle: &'a str,
}

/// A finding.
#[derive(Serialize)]
pub(super) struct Finding<'a> {
    code: &'static str,
    name: &'static str,
    severity: &'static str,
    message: &'a str,
    #[serde(flatten)]
    place: Place<'a>,
    label: &'a str,
    secondary: Vec<Secondary<'a>>,
    help: Option<&'a str>,
    fix: Option<FixRecord<'a>>,
}

#[derive(Serialize)]
struct FixRecord<'a> {
    title: &'a str,
    applicability: &'static str,
    edits: Vec<EditRecord<'a>>,
}

#[derive(Serialize)]
struct EditRecord<'a> {
    #[serde(flatten)]
    place: Place<'a>,
    text: &'a str,
}

#[derive(Serialize)]
struct Secondary<'a> {
    #[serde(flatten)]
    place: Place<'a>,
    label: &'a str,
}

/// A place, as a part of another record.
#[derive(Serialize)]
pub(super) struct Place<'a> {
    file: &'a str,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
    start: usize,
    end: usize,
}

/// What could not be read.
#[derive(Serialize)]
pub(super) struct FailureRecord<'a> {
    place: Option<&'a str>,
    message: &'a str,
}

#[derive(Serialize)]
struct Summary {
    files: usize,
    machines: usize,
    errors: usize,
    warnings: usize,
    failures: usize,
}

/// The report as JSON, with a line feed at its end.
pub(super) fn render(report: &Report, with_table: bool) -> String {
    let texts = &report.texts;
    let facts: Vec<_> = report.facts().collect();
    let responses = with_table.then(|| report.responses());
    to_text(&Document {
        version: VERSION,
        files: report.files.iter().map(String::as_str).collect(),
        machines: facts.iter().map(|facts| machine(texts, facts, responses.as_deref())).collect(),
        findings: report.findings.iter().map(|finding| record(texts, finding)).collect(),
        failures: report.failures.iter().map(failure).collect(),
        summary: Summary {
            files: report.files.len(),
            machines: report.machines().count(),
            errors: report.count(Severity::Error),
            warnings: report.count(Severity::Warning),
            failures: report.failures.len(),
        },
    })
}

/// A record as JSON text that can be shown in any terminal.
pub(crate) fn to_text(record: &impl Serialize) -> String {
    // Records with string keys and without maps of other kinds cannot fail to be written.
    shown(&serde_json::to_string_pretty(record).unwrap_or_default())
}

/// A record as JSON text on one line that can be shown in any terminal.
pub(crate) fn to_line(record: &impl Serialize) -> String {
    shown(&serde_json::to_string(record).unwrap_or_default())
}

/// JSON text with everything escaped that a terminal must not be shown, and a line feed at its end.
fn shown(text: &str) -> String {
    let mut shown = String::with_capacity(text.len() + 1);
    for character in text.chars() {
        if is_printable(character) || character == '\n' {
            shown.push(character);
        } else {
            // Outside of strings JSON is ASCII, so this character stands in a string.
            let mut units = [0; 2];
            shown.extend(character.encode_utf16(&mut units).iter().map(|unit| format!("\\u{unit:04x}")));
        }
    }
    shown.push('\n');
    shown
}

fn machine<'a>(texts: &'a Texts, facts: &'a Facts<'a>, responses: Option<&[Response]>) -> MachineRecord<'a> {
    let cycle = |bounded: &'a BoundedCycle| BoundedCycleRecord { limit: &bounded.limit, cycle: &bounded.cycle };
    MachineRecord {
        name: &facts.machine.name.text,
        place: place(texts, facts.machine.name.span),
        states: facts.states,
        transitions: facts.transitions,
        bounded_cycles: facts.bounded_cycles.iter().map(cycle).collect(),
        longest_run: facts.runs.longest,
        by_limits_only: facts.runs.by_limits_only.iter().map(|&state| facts.machine.qualified_name(state)).collect(),
        responses: responses.map(|all| {
            let is_its = |of: &&Response| of.machine == facts.machine.name.text;
            all.iter().filter(is_its).map(response).collect()
        }),
    }
}

fn response(of: &Response) -> ResponseRecord {
    let outcome = |outcome: &Outcome| OutcomeRecord {
        handling: outcome.handling.as_str(),
        by: outcome.by.clone(),
        condition: outcome.condition.clone(),
        target: outcome.target.clone(),
    };
    ResponseRecord {
        state: of.state.clone(),
        event: of.event.clone(),
        outcomes: of.outcomes.iter().map(outcome).collect(),
    }
}

pub(super) fn record<'a>(texts: &'a Texts, finding: &'a Diagnostic) -> Finding<'a> {
    Finding {
        code: finding.code(),
        name: finding.rule.name,
        severity: finding.severity().as_str(),
        message: &finding.message,
        place: place(texts, finding.primary.span),
        label: &finding.primary.text,
        secondary: finding.secondary.iter().map(|label| secondary(texts, label)).collect(),
        help: finding.help.as_deref(),
        fix: finding.fix.as_ref().map(|of| fix(texts, of)),
    }
}

fn fix<'a>(texts: &'a Texts, fix: &'a Fix) -> FixRecord<'a> {
    let edit = |edit: &'a Edit| EditRecord { place: place(texts, edit.span), text: &edit.text };
    FixRecord {
        title: &fix.title,
        applicability: fix.applicability.as_str(),
        edits: fix.edits.iter().map(edit).collect(),
    }
}

fn secondary<'a>(texts: &'a Texts, label: &'a Label) -> Secondary<'a> {
    Secondary { place: place(texts, label.span), label: &label.text }
}

pub(super) fn place(texts: &Texts, span: Span) -> Place<'_> {
    let place = texts.place(span);
    let (start, end) = (place.start(), place.end());
    Place {
        file: place.file.name(),
        line: start.line,
        column: start.column,
        end_line: end.line,
        end_column: end.column,
        start: place.range.start,
        end: place.range.end,
    }
}

pub(super) fn failure(failure: &Failure) -> FailureRecord<'_> {
    FailureRecord { place: failure.place.as_deref(), message: &failure.message }
}
