//! `fsmc explain`: tells the story behind a code.

use std::fmt::Write as _;

use clap::{Args, ValueEnum};
use fsm_core::diagnostic::{Rule, Severity};
use fsm_core::{catalogue, suggest};
use serde::Serialize;

use super::Outcome;
use crate::failure::Failure;
use crate::printable::escaped;
use crate::render::json_text;
use crate::terminal::{self, paint};

/// Explain what a code such as FSM301 stands for
///
/// Tells what is found and why it matters, with an example and its mended form. Without a code, all codes are listed.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// The code or the name
    #[arg(value_name = "CODE|NAME")]
    rule: Option<String>,

    /// How it is told
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Human,
    /// For scripts
    Json,
}

const EXAMPLES: &str = "\
Examples:
  fsmc explain FSM301
  fsmc explain no-initial-state
  fsmc explain                     lists all codes";

/// Runs the command.
pub(super) fn run(arguments: &Arguments) -> Result<Outcome, Failure> {
    let text = match (&arguments.rule, arguments.format) {
        (Some(name), Format::Human) => explained(find(name)?),
        (Some(name), Format::Json) => json_text(&RuleRecord::of(find(name)?)),
        (None, Format::Human) => listed(&catalogue::rules()),
        (None, Format::Json) => json_text(&catalogue::rules().into_iter().map(RuleRecord::of).collect::<Vec<_>>()),
    };
    match arguments.format {
        Format::Human => terminal::print(&text)?,
        Format::Json => terminal::print_exactly(&text)?,
    }
    Ok(Outcome::Good)
}

fn find(name: &str) -> Result<&'static Rule, Failure> {
    catalogue::find(name).ok_or_else(|| {
        let rules = catalogue::rules();
        let names = rules.iter().flat_map(|rule| [rule.code, rule.name]);
        let help = suggest::closest(name, names).map_or_else(
            || "`fsmc explain` lists all codes".to_owned(),
            |meant| format!("did you mean `{meant}`? `fsmc explain` lists all codes"),
        );
        Failure::new(format!("no code and no name of a finding is `{}`", escaped(name))).help(help)
    })
}

/// All that is known of a rule.
fn explained(rule: &Rule) -> String {
    let (heading, level) = (paint::HEADING, style(rule.severity));
    let mut text = String::new();
    let _ = writeln!(text, "{heading}{} {}{heading:#}", rule.code, rule.name);
    let _ = writeln!(text, "{level}{}{level:#}: {}\n", rule.severity.as_str(), rule.summary);
    let _ = writeln!(text, "{}", textwrap::fill(rule.explanation, terminal::width()));
    for (title, example) in [("Example", rule.example), ("Instead", rule.instead)] {
        // A file of 256 MiB, for one, cannot be shown.
        if !example.is_empty() {
            let _ = writeln!(text, "\n{heading}{title}{heading:#}\n\n{}", textwrap::indent(example.trim_end(), "    "));
        }
    }
    text
}

/// One line for each rule.
fn listed(rules: &[&Rule]) -> String {
    let heading = paint::HEADING;
    let widest = rules.iter().map(|rule| rule.name.len()).max().unwrap_or_default();
    let mut text = String::new();
    for rule in rules {
        let level = style(rule.severity);
        let severity = rule.severity.as_str();
        let _ = writeln!(
            text,
            "{heading}{}{heading:#}  {:widest$}  {level}{severity:7}{level:#}  {}",
            rule.code, rule.name, rule.summary
        );
    }
    text
}

fn style(severity: Severity) -> clap::builder::styling::Style {
    match severity {
        Severity::Warning => paint::WARNING,
        Severity::Error => paint::ERROR,
    }
}

#[derive(Serialize)]
struct RuleRecord {
    code: &'static str,
    name: &'static str,
    severity: &'static str,
    summary: &'static str,
    explanation: &'static str,
    example: &'static str,
    instead: &'static str,
}

impl RuleRecord {
    fn of(rule: &'static Rule) -> Self {
        let &Rule { code, name, severity, summary, explanation, example, instead } = rule;
        RuleRecord { code, name, severity: severity.as_str(), summary, explanation, example, instead }
    }
}
