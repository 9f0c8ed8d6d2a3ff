//! Every scenario in a line, what went wrong in those that failed, and a summary.

use std::fmt::Write as _;

use clap::builder::styling::Style;
use fsm_core::scenario::{Failure, Situation, Step};
use fsm_core::source::Span;

use super::coverage::{Share, covered};
use crate::printable::escaped;
use crate::render::human::{count, finding};
use crate::scenarios::{Reached, TestResult, Tests};
use crate::terminal::paint;
use crate::texts::Texts;

/// All results, `with_coverage` what was never reached, and the summary.
pub(super) fn render(tests: &Tests<'_>, with_coverage: bool) -> String {
    let sources = &tests.report.texts;
    let mut text = String::new();
    list(&mut text, tests);
    for result in &tests.results {
        if let Some(failure) = &result.outcome.failure {
            let _ = writeln!(text, "{}{}", finding(sources, &failure.finding), circumstances(failure));
        }
    }
    if with_coverage {
        tests.reached.iter().for_each(|reached| coverage(&mut text, sources, reached));
        if !tests.reached.is_empty() {
            text.push('\n');
        }
    }
    let _ = writeln!(text, "{}", summary(tests));
    text
}

/// The scenarios of each machine below its name.
fn list(text: &mut String, tests: &Tests<'_>) {
    let (heading, good, bad) = (paint::HEADING, paint::GOOD, paint::ERROR);
    let mut last: Option<Span> = None;
    for TestResult { machine, scenario, outcome } in &tests.results {
        if last != Some(machine.name.span) {
            let file = tests.report.texts.place(machine.name.span).file.name();
            let _ = writeln!(text, "{heading}{}{heading:#} in {file}", machine.name.text);
            last = Some(machine.name.span);
        }
        let title = escaped(&scenario.name.text);
        let _ = match outcome.failure {
            None => writeln!(text, "  {good}passed{good:#}  {title}"),
            Some(_) => writeln!(text, "  {bad}failed{bad:#}  {title}"),
        };
    }
    if !tests.results.is_empty() {
        text.push('\n');
    }
}

/// How the machine stood when a scenario failed, and what it had done.
pub(crate) fn circumstances(failure: &Failure) -> String {
    let mut text = String::new();
    if let Some(situation) = &failure.situation {
        let _ = writeln!(text, "  then: {}", escaped(&standing(situation)));
    }
    for (index, step) in failure.trace.iter().enumerate() {
        let margin = if index == 0 { "  steps:" } else { "        " };
        let _ = writeln!(text, "{margin} {}", escaped(&told(step)));
        for effect in &step.effects {
            let _ = writeln!(text, "             {}", escaped(effect));
        }
    }
    text
}

/// `in Locked, at 15min, wrong = 3`
fn standing(situation: &Situation) -> String {
    let ended = if situation.terminated { "terminated in" } else { "in" };
    let mut text = format!("{ended} {}, at {}", situation.active.join(" and "), situation.time);
    for (name, value) in &situation.variables {
        let _ = write!(text, ", {name} = {value}");
    }
    text
}

/// `at 15min: Knock, taken`
fn told(step: &Step) -> String {
    let Step { time, cause, answer, .. } = step;
    format!("at {time}: {cause}, {answer}")
}

/// `coverage of Door: 2 of 3 states, 4 of 5 transitions`, and what is missing.
fn coverage(text: &mut String, texts: &Texts, reached: &Reached<'_>) {
    let covered = covered(texts, reached);
    let heading = paint::HEADING;
    let part = |share: &Share, word: &str| format!("{} of {}", share.reached(), count(share.all, word));
    let _ = writeln!(
        text,
        "{heading}coverage of {}{heading:#}: {}, {}",
        reached.machine.name.text,
        part(&covered.states, "state"),
        part(&covered.transitions, "transition")
    );
    let never = [("entered", covered.states.never), ("taken", covered.transitions.never)];
    for (word, name, span) in never.iter().flat_map(|(word, of)| of.iter().map(move |(name, span)| (word, name, *span)))
    {
        let place = texts.place(span);
        let line = place.start().line;
        let _ = writeln!(text, "  never {word}: {} ({}:{line})", escaped(name), place.file.name());
    }
}

/// `3 scenarios in 2 files: 2 passed, 1 failed`, and what could not be run.
fn summary(tests: &Tests<'_>) -> String {
    let failed = tests.failed();
    let passed = tests.results.len() - failed;
    let (errors, failures) = (tests.report.findings.len(), tests.report.failures.len());
    let counted = [
        (passed, format!("{passed} passed"), paint::GOOD),
        (failed, format!("{failed} failed"), paint::ERROR),
        (tests.skipped, format!("{} left out", tests.skipped), Style::new()),
        (errors, count(errors, "error"), paint::ERROR),
        (failures, count(failures, "failure"), paint::ERROR),
    ];
    let counted = counted.into_iter().filter(|&(number, ..)| number > 0);
    let counted: Vec<_> = counted.map(|(_, words, style)| format!("{style}{words}{style:#}")).collect();
    let looked_at =
        format!("{} in {}", count(tests.results.len(), "scenario"), count(tests.report.files.len(), "file"));
    if counted.is_empty() { looked_at } else { format!("{looked_at}: {}", counted.join(", ")) }
}
