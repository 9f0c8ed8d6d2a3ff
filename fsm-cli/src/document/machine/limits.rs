//! How often what may happen.

use fsm_core::checks;
use fsm_core::model::Limit;

use super::{description, state};
use crate::document::{Block, Line, Subject, Table};

pub(super) fn blocks(subject: &Subject<'_>) -> Vec<Block> {
    let cycles = if subject.is_sound && !subject.machine.limits.is_empty() {
        checks::bounded_cycles(subject.program, subject.sources())
    } else {
        Vec::new()
    };
    let bounded = |limit: &Limit| {
        let own =
            cycles.iter().filter(|cycle| cycle.machine == subject.machine.name.text && cycle.limit == limit.name.text);
        Line::stacked(own.map(|cycle| Line::of_code(&cycle.cycle)))
    };
    let row = |limit: &Limit| {
        let sign = if limit.inclusive { "<=" } else { "<" };
        let bound = format!("{} {sign} {}", limit.name.text, subject.text(limit.bound.span));
        let beyond = limit.tail.as_ref().map_or_else(
            || Line::from("refused"),
            |tail| {
                let target = tail.target.as_ref().map(|target| format!("→ {}", subject.text(target.span)));
                let actions = tail.actions.iter().map(|action| subject.text(action.span));
                Line::stacked(target.into_iter().chain(actions).map(Line::of_code))
            },
        );
        vec![
            Line::of_code(bound),
            state(subject.machine, limit.state),
            beyond,
            bounded(limit),
            description(&limit.notes),
        ]
    };
    let rows = subject.machine.limits.iter().map(row).collect();
    Table::new(&["Limit", "Counted in", "Beyond it", "Bounds", "Description"], rows).blocks()
}
