//! The state diagram.

use fsm_core::diagram::{Options, mermaid};

use crate::document::{Block, Drawing, Subject};

pub(super) fn blocks(subject: &Subject<'_>) -> Vec<Block> {
    let machine = subject.machine;
    vec![Block::Drawing(Drawing {
        title: format!("State diagram of {}", machine.name.text),
        mermaid: mermaid::state_diagram(machine, subject.sources(), &Options::default()),
    })]
}
