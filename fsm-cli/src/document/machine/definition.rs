//! The text of the definition.

use fsm_core::source::Span;

use crate::document::{Block, Listing, Subject};

pub(super) fn blocks(subject: &Subject<'_>) -> Vec<Block> {
    let span = subject.machine.notes.span.unwrap_or(subject.machine.span);
    vec![Block::Listing(Listing { language: "fsm", text: text(subject, span) })]
}

/// A part of a text, without the margin that all its lines have but for the first.
pub(crate) fn text(subject: &Subject<'_>, span: Span) -> String {
    dedented(subject.sources().text(span))
}

fn dedented(text: &str) -> String {
    let lines: Vec<_> = text.lines().collect();
    let behind = lines.iter().skip(1).filter(|line| !line.trim().is_empty());
    let margin = behind.map(|line| line.len() - line.trim_start_matches(' ').len()).min().unwrap_or_default();
    let dedented = lines
        .iter()
        .enumerate()
        .map(|(index, line)| if index == 0 { *line } else { line.get(margin..).unwrap_or_default() });
    dedented.fold(String::new(), |text, line| text + line + "\n")
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_margin_of_a_part_is_taken_away() {
        assert_eq!(super::dedented("state A {\n        on X;\n\n    }"), "state A {\n    on X;\n\n}\n");
    }
}
