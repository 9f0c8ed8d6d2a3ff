//! Every finding with the text around it, drawn by miette, and a summary.

use std::collections::BTreeSet;
use std::fmt::{self, Write as _};

use fsm_core::diagnostic::{Applicability, Diagnostic as Finding, Severity};
use fsm_core::source::FileId;
use miette::{GraphicalReportHandler, GraphicalTheme, LabeledSpan, SourceCode};

use super::excerpt::{CONTEXT, Excerpt, Mark};
use super::{Extras, table};
use crate::printable::escaped;
use crate::report::Report;
use crate::terminal::{self, paint};
use crate::texts::Texts;

/// All findings, what else is wanted, and the summary.
pub(super) fn render(report: &Report, extras: Extras) -> String {
    let mut text = findings(report);
    if extras.facts {
        text.push_str(&facts(report));
    }
    if extras.table {
        text.push_str(&table::render(report));
    }
    // Where nothing could be read there is nothing to count.
    if !report.files.is_empty() || report.failures.is_empty() {
        let _ = writeln!(text, "{}", summary(report));
    }
    text
}

/// All findings.
pub(crate) fn findings(report: &Report) -> String {
    let mut text = String::new();
    for of in &report.findings {
        text.push_str(&finding(&report.texts, of));
        text.push('\n');
    }
    text
}

/// One finding.
pub(super) fn finding(texts: &Texts, finding: &Finding) -> String {
    let is_unicode = terminal::is_unicode();
    let handler = GraphicalReportHandler::new().with_width(terminal::width()).with_context_lines(CONTEXT);
    let mut text = String::new();
    for part in parts(texts, finding) {
        let theme = if is_unicode { GraphicalTheme::unicode() } else { GraphicalTheme::ascii() };
        let handler = handler.clone().with_theme(part.colored(theme));
        // Writing into a string cannot fail, and an excerpt holds every place that its labels name.
        let _ = handler.render_report(&mut text, &part);
    }
    text
}

/// What is drawn of a finding: the finding itself in its file, and for each other file what it has to do with it.
fn parts(texts: &Texts, finding: &Finding) -> Vec<Part> {
    let is_here = |file: FileId| texts.place(finding.primary.span).file.name() == texts.sources.file(file).name();
    let (here, elsewhere): (Vec<_>, Vec<_>) = finding.secondary.iter().partition(|label| is_here(label.span.file));
    let mark = |label: &fsm_core::diagnostic::Label, is_primary| Mark {
        range: texts.place(label.span).range,
        text: label.text.clone(),
        is_primary,
    };
    let mut marks = vec![mark(&finding.primary, true)];
    marks.extend(here.into_iter().map(|label| mark(label, false)));
    let mut parts = vec![Part {
        severity: miette_severity(finding.severity()),
        code: Some(format!("{}[{}] {}", finding.severity().as_str(), finding.code(), finding.rule.name)),
        message: escaped(&finding.message).into_owned(),
        excerpt: Excerpt::new(texts.place(finding.primary.span).file, &marks),
        help: None,
    }];
    parts.extend(elsewhere.into_iter().map(|label| Part {
        severity: miette::Severity::Advice,
        code: None,
        message: escaped(&label.text).into_owned(),
        excerpt: Excerpt::new(texts.place(label.span).file, &[Mark { text: String::new(), ..mark(label, true) }]),
        help: None,
    }));
    if let Some(last) = parts.last_mut() {
        last.help = finding.help.as_deref().map(|help| escaped(help).into_owned());
    }
    parts
}

/// What miette draws at once: one message and one excerpt.
#[derive(Debug)]
struct Part {
    severity: miette::Severity,
    code: Option<String>,
    message: String,
    excerpt: Excerpt,
    help: Option<String>,
}

impl Part {
    /// The theme with the place itself in the colour of the severity, and other places in that of the help.
    fn colored(&self, mut theme: GraphicalTheme) -> GraphicalTheme {
        let styles = &mut theme.styles;
        let severe = match self.severity {
            miette::Severity::Error => styles.error,
            miette::Severity::Warning => styles.warning,
            miette::Severity::Advice => styles.advice,
        };
        // miette gives the styles to the labels in the order of their places.
        let mut labels: Vec<_> = self.excerpt.labels().collect();
        labels.sort_by_key(LabeledSpan::offset);
        styles.highlights = labels.iter().map(|label| if label.primary() { severe } else { styles.help }).collect();
        theme
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Part {}

impl miette::Diagnostic for Part {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.code.as_ref().map(|code| Box::new(code) as Box<dyn fmt::Display>)
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(self.severity)
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.help.as_ref().map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.excerpt)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.excerpt.labels()))
    }
}

fn miette_severity(severity: Severity) -> miette::Severity {
    match severity {
        Severity::Warning => miette::Severity::Warning,
        Severity::Error => miette::Severity::Error,
    }
}

/// What is known of each machine.
fn facts(report: &Report) -> String {
    let heading = paint::HEADING;
    let mut text = String::new();
    for facts in report.facts() {
        let name = &facts.machine.name;
        let file = report.texts.place(name.span).file.name();
        let (states, transitions) = (count(facts.states, "state"), count(facts.transitions, "transition"));
        let _ = writeln!(text, "{heading}{}{heading:#} in {file}: {states}, {transitions}", name.text);
        for bounded in &facts.bounded_cycles {
            let _ = writeln!(text, "  the limit `{}` bounds {}", bounded.limit, escaped(&bounded.cycle));
        }
        if let Some(longest) = facts.runs.longest {
            let _ = writeln!(text, "  no run takes more than {longest} transitions from state to state");
        }
        for &state in &facts.runs.by_limits_only {
            let _ = writeln!(text, "  only a limit leads to `{}`", facts.machine.qualified_name(state));
        }
    }
    text
}

/// `3 machines in 2 files: 1 error, 2 warnings`, and how to learn more.
fn summary(report: &Report) -> String {
    let looked_at = format!("{} in {}", count(report.machines().count(), "machine"), count(report.files.len(), "file"));
    let counted = [
        (report.count(Severity::Error), "error", paint::ERROR),
        (report.count(Severity::Warning), "warning", paint::WARNING),
        (report.failures.len(), "failure", paint::ERROR),
    ];
    let counted = counted.into_iter().filter(|&(number, ..)| number > 0);
    let found: Vec<_> =
        counted.map(|(number, word, style)| format!("{style}{}{style:#}", count(number, word))).collect();
    if found.is_empty() {
        let good = paint::GOOD;
        return format!("{looked_at}: {good}no findings{good:#}");
    }
    format!("{looked_at}: {}{}{}", found.join(", "), explanations(report), proposals(report))
}

/// How many findings can be mended by edits.
fn proposals(report: &Report) -> String {
    let count = |applicability| {
        let fixes = report.findings.iter().filter_map(|finding| finding.fix.as_ref());
        fixes.filter(|fix| fix.applicability == applicability).count()
    };
    let help = paint::HELP;
    let told = |number, flag: &str| match number {
        0 => String::new(),
        1 => format!("\n  {help}help{help:#}: `fsmc validate {flag}` mends one of them"),
        _ => format!("\n  {help}help{help:#}: `fsmc validate {flag}` mends {number} of them"),
    };
    let (safe, maybe) = (count(Applicability::Safe), count(Applicability::Maybe));
    if maybe > 0 { told(safe + maybe, "--fix=maybe --diff") } else { told(safe, "--fix") }
}

/// Where the findings are explained.
fn explanations(report: &Report) -> String {
    let codes: BTreeSet<_> = report.findings.iter().map(Finding::code).collect();
    let Some(first) = codes.first() else { return String::new() };
    let help = paint::HELP;
    let others: Vec<_> = codes.iter().skip(1).copied().collect();
    let others = if others.is_empty() { String::new() } else { format!(", likewise {}", others.join(", ")) };
    format!("\n  {help}help{help:#}: `fsmc explain {first}` tells more{others}")
}

/// `1 file`, `2 files`.
pub(super) fn count(number: usize, word: &str) -> String {
    format!("{number} {word}{}", if number == 1 { "" } else { "s" })
}
