//! The forms in which the results of scenarios are told, one file each.

mod coverage;
mod human;
mod json;
mod junit;

use clap::ValueEnum;

pub(crate) use coverage::{Share, covered};
pub(crate) use human::circumstances;

use crate::scenarios::Tests;

/// A form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people: every scenario, and of those that failed why
    Human,
    /// For scripts: one object with everything; docs/json.md describes it
    Json,
    /// For continuous integration: XML as unit test frameworks for Java write it
    Junit,
}

impl Format {
    /// The results in this form; for people `with_coverage`, what was never reached.
    pub(crate) fn render(self, tests: &Tests<'_>, with_coverage: bool) -> String {
        match self {
            Format::Human => human::render(tests, with_coverage),
            Format::Json => json::render(tests),
            Format::Junit => junit::render(tests),
        }
    }
}
