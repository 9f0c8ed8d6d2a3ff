//! The results of scenarios as one JSON object.
//!
//! The records are this file's own, and `docs/json.md` describes them.

use fsm_core::scenario::{Failure, Situation, Step};
use fsm_core::source::Span;
use serde::Serialize;

use super::coverage::{Share, covered};
use crate::render::json::{self, FailureRecord, Finding, Place};
use crate::scenarios::{Reached, TestResult, Tests};
use crate::texts::Texts;

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    files: Vec<&'a str>,
    scenarios: Vec<ScenarioRecord<'a>>,
    coverage: Vec<CoverageRecord<'a>>,
    findings: Vec<Finding<'a>>,
    failures: Vec<FailureRecord<'a>>,
    summary: Summary,
}

#[derive(Serialize)]
struct ScenarioRecord<'a> {
    machine: &'a str,
    name: &'a str,
    #[serde(flatten)]
    place: Place<'a>,
    passed: bool,
    finding: Option<Finding<'a>>,
    situation: Option<SituationRecord<'a>>,
    steps: Vec<StepRecord<'a>>,
}

#[derive(Serialize)]
struct SituationRecord<'a> {
    time: &'a str,
    active: &'a [String],
    terminated: bool,
    variables: Vec<VariableRecord<'a>>,
}

#[derive(Serialize)]
struct VariableRecord<'a> {
    name: &'a str,
    value: &'a str,
}

#[derive(Serialize)]
struct StepRecord<'a> {
    time: &'a str,
    cause: &'a str,
    answer: &'a str,
    effects: &'a [String],
}

#[derive(Serialize)]
struct CoverageRecord<'a> {
    machine: &'a str,
    #[serde(flatten)]
    place: Place<'a>,
    states: ShareRecord<'a>,
    transitions: ShareRecord<'a>,
}

#[derive(Serialize)]
struct ShareRecord<'a> {
    all: usize,
    reached: usize,
    never: Vec<NeverRecord<'a>>,
}

#[derive(Serialize)]
struct NeverRecord<'a> {
    text: String,
    #[serde(flatten)]
    place: Place<'a>,
}

#[derive(Serialize)]
struct Summary {
    files: usize,
    scenarios: usize,
    passed: usize,
    failed: usize,
    left_out: usize,
    errors: usize,
    failures: usize,
}

/// The results as JSON, with a line feed at its end.
pub(super) fn render(tests: &Tests<'_>) -> String {
    let report = tests.report;
    let sources = &report.texts;
    let failed = tests.failed();
    json::to_text(&Document {
        version: json::VERSION,
        files: report.files.iter().map(String::as_str).collect(),
        scenarios: tests.results.iter().map(|result| scenario(sources, result)).collect(),
        coverage: tests.reached.iter().map(|reached| coverage(sources, reached)).collect(),
        findings: report.findings.iter().map(|finding| json::record(sources, finding)).collect(),
        failures: report.failures.iter().map(json::failure).collect(),
        summary: Summary {
            files: report.files.len(),
            scenarios: tests.results.len(),
            passed: tests.results.len() - failed,
            failed,
            left_out: tests.skipped,
            errors: report.findings.len(),
            failures: report.failures.len(),
        },
    })
}

fn scenario<'a>(texts: &'a Texts, result: &'a TestResult<'_>) -> ScenarioRecord<'a> {
    let failure = result.outcome.failure.as_ref();
    ScenarioRecord {
        machine: &result.machine.name.text,
        name: &result.scenario.name.text,
        place: json::place(texts, result.scenario.name.span),
        passed: failure.is_none(),
        finding: failure.map(|failure| json::record(texts, &failure.finding)),
        situation: failure.and_then(|failure| failure.situation.as_ref()).map(situation),
        steps: failure.map(steps).unwrap_or_default(),
    }
}

fn situation(situation: &Situation) -> SituationRecord<'_> {
    SituationRecord {
        time: &situation.time,
        active: &situation.active,
        terminated: situation.terminated,
        variables: situation.variables.iter().map(|(name, value)| VariableRecord { name, value }).collect(),
    }
}

fn steps(failure: &Failure) -> Vec<StepRecord<'_>> {
    failure.trace.iter().map(step).collect()
}

fn step(step: &Step) -> StepRecord<'_> {
    let Step { time, cause, answer, effects } = step;
    StepRecord { time, cause, answer, effects }
}

fn coverage<'a>(texts: &'a Texts, reached: &Reached<'a>) -> CoverageRecord<'a> {
    let covered = covered(texts, reached);
    CoverageRecord {
        machine: &reached.machine.name.text,
        place: json::place(texts, reached.machine.name.span),
        states: share(texts, covered.states),
        transitions: share(texts, covered.transitions),
    }
}

fn share(texts: &Texts, share: Share) -> ShareRecord<'_> {
    let reached = share.reached();
    let never = |(text, span): (String, Span)| NeverRecord { text, place: json::place(texts, span) };
    ShareRecord { all: share.all, reached, never: share.never.into_iter().map(never).collect() }
}
