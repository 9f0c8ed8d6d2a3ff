//! One line for each finding, as compilers write them: ``lamp.fsm:3:11: error[FSM103]: unknown state `Onn` ``.

use std::fmt::Write as _;

use crate::printable::escaped;
use crate::report::Report;

/// All findings of a report.
pub(super) fn render(report: &Report) -> String {
    let mut text = String::new();
    for finding in &report.findings {
        let place = report.texts.place(finding.primary.span);
        let (file, start) = (place.file.name(), place.start());
        let (severity, code) = (finding.severity().as_str(), finding.code());
        let message = escaped(&finding.message);
        let _ = writeln!(text, "{file}:{}:{}: {severity}[{code}]: {message}", start.line, start.column);
    }
    text
}
