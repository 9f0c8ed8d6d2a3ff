//! A finding as plain text, as compilers print it: what macros and build scripts say.

use std::fmt::Write as _;

use crate::diagnostic::Diagnostic;
use crate::source::Sources;

/// The finding where something else shows its place: the tokens of a macro, which the compiler underlines. Other places
/// are told by their lines, for their numbers are not those of the user's file.
#[must_use]
pub fn without_place(sources: &Sources, finding: &Diagnostic) -> String {
    text(finding, &|label| {
        let file = sources.file(label.span.file);
        let position = file.position(label.span.range().start);
        format!("`{}`", file.line(position.line).trim())
    })
}

/// The finding with its place and the line of the file that it stands in.
#[must_use]
pub fn with_place(sources: &Sources, finding: &Diagnostic) -> String {
    let text = text(finding, &|label| {
        let file = sources.file(label.span.file);
        let position = file.position(label.span.range().start);
        format!("{}:{}:{}", file.name(), position.line, position.column)
    });
    format!("{text}\n{}", excerpt(sources, finding))
}

/// The finding with its place on one line, with nothing in it that a terminal would take as a command.
#[must_use]
pub fn on_one_line(sources: &Sources, finding: &Diagnostic) -> String {
    let file = sources.file(finding.primary.span.file);
    let position = file.position(finding.primary.span.range().start);
    let (name, line, column) = (file.name(), position.line, position.column);
    let help = finding.help.as_ref().map(|help| format!("; help: {help}")).unwrap_or_default();
    let text = format!("{name}:{line}:{column}: {} [{}]{help}", finding.message, finding.code());
    let is_shown = |letter: char| matches!(letter, '"' | '\'' | '\\') || letter.escape_debug().count() == 1;
    let mut shown = String::new();
    for letter in text.chars() {
        if is_shown(letter) { shown.push(letter) } else { shown.extend(letter.escape_debug()) }
    }
    shown
}

/// What is wrong, where else to look, and what to write instead.
fn text(finding: &Diagnostic, place: &dyn Fn(&crate::diagnostic::Label) -> String) -> String {
    let mut text = format!("{} [{}]", finding.message, finding.code());
    for label in &finding.secondary {
        let _ = write!(text, "\nnote: {}: {}", label.text, place(label));
    }
    if let Some(help) = &finding.help {
        let _ = write!(text, "\nhelp: {help}");
    }
    text
}

/// The line of a file, with the place marked.
fn excerpt(sources: &Sources, finding: &Diagnostic) -> String {
    let span = finding.primary.span;
    let file = sources.file(span.file);
    let position = file.position(span.range().start);
    let line = file.line(position.line);
    let marked = sources.text(span).lines().next().map_or(1, |text| text.chars().count().max(1));
    let number = position.line.to_string();
    let margin = " ".repeat(number.len());
    let before: String = line.chars().take(position.column - 1).map(|c| if c == '\t' { '\t' } else { ' ' }).collect();
    let marks = "^".repeat(marked);
    format!(
        "{margin}--> {}:{}:{}\n{margin} |\n{number} | {line}\n{margin} | {before}{marks}",
        file.name(),
        position.line,
        position.column
    )
}
