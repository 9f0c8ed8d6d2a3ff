//! What every event does in every state.
//!
//! `fsmc validate --table` tells the same as a list.

use fsm_core::checks::{Handling, Outcome, Response};

use super::marked;
use crate::document::{Block, Line, Reference, Subject, Table, Tone};

pub(super) fn blocks(subject: &Subject<'_>) -> Vec<Block> {
    let responses = subject.responses();
    let events = &subject.machine.events;
    let columns: Vec<_> =
        std::iter::once(Line::from("In")).chain(events.iter().map(|event| Line::of_code(&event.name.text))).collect();
    let rows: Vec<_> = responses.chunk_by(|one, next| one.state == next.state).map(row).collect();
    if rows.is_empty() || columns.len() < 2 { Vec::new() } else { vec![Block::Table(Table { columns, rows })] }
}

/// A state, and what each event does in it.
fn row(responses: &[Response]) -> Vec<Line> {
    let state = responses.first().map(|response| response.state.clone()).unwrap_or_default();
    let first = Line::new().reference(Reference::State(state.clone()), state);
    let cells = responses.iter().map(|response| Line::stacked(response.outcomes.iter().map(outcome)));
    std::iter::once(first).chain(cells).collect()
}

fn outcome(outcome: &Outcome) -> Line {
    match outcome.handling {
        Handling::Handled | Handling::Inherited => Line::of_code(told(outcome).replacen("->", "→", 1)),
        Handling::Deferred => Line::new().mark(Tone::Plain, outcome.handling.as_str()),
        Handling::Ignored | Handling::Refused => {
            let line = Line::new().mark(Tone::Quiet, outcome.handling.as_str());
            let condition = outcome.condition.as_ref().map(|condition| marked(&format!(" where {condition}")));
            Line::joined(std::iter::once(line).chain(condition), "")
        }
    }
}

/// One thing that may happen, in words: `-> Open [correct(event.code)]`, `refused where x == 3`.
pub(crate) fn told(outcome: &Outcome) -> String {
    let condition = |before: &str, after: &str| {
        outcome.condition.as_ref().map(|text| format!(" {before}{text}{after}")).unwrap_or_default()
    };
    match outcome.handling {
        Handling::Handled | Handling::Inherited => {
            let target = outcome.target.as_ref().map_or_else(|| "stays".to_owned(), |target| format!("-> {target}"));
            let by = outcome.by.as_ref().filter(|_| outcome.handling == Handling::Inherited);
            let by = by.map(|by| format!(", of {by}")).unwrap_or_default();
            format!("{target}{}{by}", condition("[", "]"))
        }
        Handling::Deferred | Handling::Ignored => outcome.handling.as_str().to_owned(),
        Handling::Refused => format!("refused{}", condition("where ", "")),
    }
}
