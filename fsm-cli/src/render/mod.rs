//! The forms in which a [`Report`] is told, one file each.

mod excerpt;
mod human;
mod json;
pub(crate) mod scenarios;
mod short;

use clap::ValueEnum;

use crate::report::Report;

pub(crate) use human::findings as human_findings;
pub(crate) use json::{to_line as json_line, to_text as json_text};

/// A form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people: every finding with the text around it
    Human,
    /// For scripts: one object with everything; docs/json.md describes it
    Json,
    /// For editors and logs: one line for each finding
    Short,
}

impl Format {
    /// The report in this form; for people `with_facts`, what is known of each machine.
    pub(crate) fn render(self, report: &Report, with_facts: bool) -> String {
        match self {
            Format::Human => human::render(report, with_facts),
            Format::Json => json::render(report),
            Format::Short => short::render(report),
        }
    }
}
