//! The state diagram.

use fsm_core::diagram::Options;
use fsm_core::diagram::state::Chart;

use crate::document::{Block, Drawing, Subject};

pub(super) fn blocks(subject: &Subject<'_>) -> Vec<Block> {
    let machine = subject.machine;
    vec![Block::Drawing(Drawing {
        title: format!("State diagram of {}", machine.name.text),
        mermaid: Chart::new(machine, subject.sources(), &Options::default()).mermaid(),
    })]
}
