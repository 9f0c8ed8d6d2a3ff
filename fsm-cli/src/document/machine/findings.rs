//! What the checks have found.

use fsm_core::diagnostic::{Diagnostic, Severity};

use super::marked;
use crate::document::{Block, Line, Subject, Table, Tone};

pub(super) fn blocks(subject: &Subject<'_>) -> Vec<Block> {
    let rows: Vec<_> = subject.findings().map(|finding| row(subject, finding)).collect();
    if rows.is_empty() {
        return vec![Block::Line(Line::new().mark(Tone::Good, "no findings"))];
    }
    Table::new(&["Finding", "What was found", "Where", "Instead"], rows).blocks()
}

fn row(subject: &Subject<'_>, finding: &Diagnostic) -> Vec<Line> {
    let tone = match finding.severity() {
        Severity::Error => Tone::Bad,
        Severity::Warning => Tone::Warning,
    };
    vec![
        Line::new().mark(tone, finding.severity().as_str()).text(format!(" {} {}", finding.code(), finding.rule.name)),
        marked(&finding.message),
        Line::of_code(subject.place(finding.primary.span)),
        finding.help.as_deref().map(marked).unwrap_or_default(),
    ]
}
