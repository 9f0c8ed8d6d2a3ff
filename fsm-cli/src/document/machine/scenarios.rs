//! The scenarios and how they end, and what they leave out.

use std::collections::BTreeMap;

use fsm_core::diagnostic::Diagnostic;
use fsm_core::diagram::state::Chart;
use fsm_core::diagram::{Options, sequence};

use super::diagram::drawing;
use crate::document::{Block, Drawing, Line, Listing, Picture, Section, Subject, Tone};
use crate::render::scenarios::{Share, circumstances, covered};
use crate::scenarios::TestResult;

pub(super) fn blocks(subject: &Subject<'_>) -> Vec<Block> {
    let mut blocks = coverage(subject);
    blocks
        .extend(subject.results().enumerate().map(|(index, result)| Block::Section(scenario(subject, index, result))));
    blocks
}

/// A scenario, its verdict and its text.
fn scenario(subject: &Subject<'_>, index: usize, result: &TestResult<'_>) -> Section {
    let verdict = match result.outcome.failure {
        None => Line::new().mark(Tone::Good, "passed"),
        Some(_) => Line::new().mark(Tone::Bad, "failed"),
    };
    let title = Line::joined([Line::from(result.scenario.name.text.as_str()), verdict], " ");
    let mut blocks = Vec::new();
    if let Some(failure) = &result.outcome.failure {
        let Diagnostic { message, primary, .. } = &failure.finding;
        let said = if primary.text.is_empty() { String::new() } else { format!(": {}", primary.text) };
        let text = format!("{}: {message}{said}\n{}", subject.place(primary.span), circumstances(failure));
        blocks.push(Block::Listing(Listing { language: "text", text }));
    }
    let text = super::definition::text(subject, result.scenario.span);
    blocks.push(Block::Listing(Listing { language: "fsm", text }));
    blocks.push(Block::Drawing(sequence(subject, result)));
    Section { id: format!("scenario-{}", index + 1), title, blocks }
}

/// What happened, as messages; where the machine runs in a part of a system, among the parts around it.
fn sequence(subject: &Subject<'_>, result: &TestResult<'_>) -> Drawing {
    let stage = sequence::stages(subject.program, subject.machine).into_iter().next();
    let (told, _) = sequence::sequence(subject.program, subject.machine, result.scenario, subject.sources(), stage);
    Drawing {
        title: format!("Sequence diagram: {}", result.scenario.name.text),
        mermaid: told.mermaid(),
        picture: Picture::Sequence(told.picture()),
        links: BTreeMap::new(),
    }
}

/// How much of the machine the scenarios reach, and what they do not.
fn coverage(subject: &Subject<'_>) -> Vec<Block> {
    let Some(reached) = subject.reached() else { return Vec::new() };
    let covered = covered(&subject.matter.report.texts, reached);
    let part = |share: &Share, word: &str| format!("{} of {} {word}", share.reached(), share.all);
    let line =
        format!("They reach {} and {}.", part(&covered.states, "states"), part(&covered.transitions, "transitions"));
    let never = [("never entered: ", covered.states.never), ("never taken: ", covered.transitions.never)];
    let never =
        never.into_iter().flat_map(|(word, of)| of.into_iter().map(move |(text, _)| Line::from(word).code(text)));
    let never: Vec<_> = never.collect();
    let mut blocks = vec![Block::Line(Line::from(line.as_str()))];
    if never.is_empty() {
        return blocks;
    }
    let mut chart = Chart::new(subject.machine, subject.sources(), &Options::default());
    chart.cover(&reached.coverage);
    let title = format!("What the scenarios of {} reach", subject.machine.name.text);
    blocks.extend([Block::List(never), Block::Drawing(drawing(subject, &chart, title))]);
    blocks
}
