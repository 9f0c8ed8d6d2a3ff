//! What every event does in every state, for people.

use std::fmt::Write as _;

use fsm_core::checks::Response;

use crate::document::machine::matrix::told;
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
