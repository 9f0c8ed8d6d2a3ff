//! One workflow command of GitHub Actions for each finding: ``::error file=lamp.fsm,line=3,col=11,title=…::there is no …``.
//!
//! Source: <https://docs.github.com/actions/reference/workflow-commands-for-github-actions>, and the toolkit's own escapes.

use std::fmt::Write as _;

use fsm_core::diagnostic::Diagnostic;

use crate::printable::escaped;
use crate::report::Report;

/// All findings of a report.
pub(super) fn render(report: &Report) -> String {
    let mut text = String::new();
    for finding in &report.findings {
        let place = report.texts.place(finding.primary.span);
        let (start, end) = (place.start(), place.end());
        let title = format!("{} {}", finding.code(), finding.rule.name);
        let _ = write!(
            text,
            "::{} file={},line={},col={},endLine={}",
            finding.severity().as_str(),
            property(place.file.name()),
            start.line,
            start.column,
            end.line,
        );
        // A column of the end on another line would be read as one of the first.
        if start.line == end.line {
            let _ = write!(text, ",endColumn={}", end.column);
        }
        let _ = writeln!(text, ",title={}::{}", property(&title), message(finding));
    }
    text
}

/// What is wrong, where else to look, and what to write instead, each on a line of its own.
fn message(finding: &Diagnostic) -> String {
    let help = finding.help.iter().map(|help| format!("help: {help}"));
    let lines: Vec<_> = std::iter::once(finding.message.clone()).chain(help).map(|line| data(&line)).collect();
    lines.join("%0A")
}

/// A text as the data of a command.
fn data(text: &str) -> String {
    escaped(text).replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A text as a property of a command.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::{data, property};

    #[test]
    fn what_would_end_a_command_is_escaped() {
        assert_eq!(data("50% of a, b: c"), "50%25 of a, b: c");
        assert_eq!(property("a,b:c%\u{1b}.fsm"), "a%2Cb%3Ac%25\\u{1b}.fsm");
        assert_eq!(data("a\r\n::error::b"), "a\\r\\n::error::b");
    }
}
