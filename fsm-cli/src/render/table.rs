//! What every event does in every state, for people.

use std::fmt::Write as _;

use fsm_core::checks::{Handling, Outcome, Response};

use crate::printable::escaped;
use crate::report::Report;

/// For each state its events, for each event what may happen, in the order in which it is asked.
pub(super) fn render(report: &Report) -> String {
    let responses = report.responses();
    let widest = responses.iter().map(|response| response.event.chars().count()).max().unwrap_or_default();
    let mut text = String::new();
    let (mut machine, mut state) = ("", "");
    for response in &responses {
        if response.machine != machine {
            let _ = writeln!(text, "{}", escaped(&response.machine));
            (machine, state) = (&response.machine, "");
        }
        if response.state != state {
            let _ = writeln!(text, "  {}", escaped(&response.state));
            state = &response.state;
        }
        text.push_str(&events(response, widest));
    }
    if !text.is_empty() {
        text.push('\n');
    }
    text
}

fn events(response: &Response, widest: usize) -> String {
    let mut text = String::new();
    for (index, outcome) in response.outcomes.iter().enumerate() {
        let name = if index == 0 { response.event.as_str() } else { "" };
        let _ = writeln!(text, "    {name:widest$}  {}", escaped(&told(outcome)));
    }
    text
}

/// One outcome in words: `-> Open [correct(event.code)]`, `refused where x == 3`.
fn told(outcome: &Outcome) -> String {
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
