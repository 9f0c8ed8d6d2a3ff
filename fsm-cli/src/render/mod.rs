//! The forms in which a [`Report`] is told, one file each.

mod excerpt;
mod github;
mod human;
mod json;
mod sarif;
pub(crate) mod scenarios;
mod short;
mod table;

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
    /// For code scanning: SARIF 2.1.0, with fixes
    Sarif,
    /// For GitHub Actions: one workflow command for each finding
    Github,
}

/// What is told beside the findings.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Extras {
    /// What is known of each machine; JSON always tells it.
    pub(crate) facts: bool,
    /// What every event does in every state.
    pub(crate) table: bool,
}

impl Format {
    /// The report in this form.
    pub(crate) fn render(self, report: &Report, extras: Extras) -> String {
        match self {
            Format::Human => human::render(report, extras),
            Format::Json => json::render(report, extras.table),
            Format::Short => short::render(report),
            Format::Sarif => sarif::render(report),
            Format::Github => github::render(report),
        }
    }

    /// Whether the output is for programs only: then not a byte of it is changed.
    pub(crate) fn is_exact(self) -> bool {
        match self {
            Format::Human | Format::Short => false,
            Format::Json | Format::Sarif | Format::Github => true,
        }
    }
}
