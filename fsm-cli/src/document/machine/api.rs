//! The Rust items that are generated: what a program sees of the machine.

use fsm_core::codegen;
use fsm_core::diagnostic::Diagnostics;

use crate::document::{Block, Listing, Subject};

pub(super) fn blocks(subject: &Subject<'_>) -> Vec<Block> {
    if !subject.is_sound {
        return Vec::new();
    }
    let mut alone = subject.program.clone();
    alone.machines.retain(|machine| machine.span == subject.machine.span);
    // What cannot be generated is told when it is generated.
    match codegen::signatures(&alone, subject.sources(), &mut Diagnostics::new()) {
        Ok(text) if !text.is_empty() => vec![Block::Listing(Listing { language: "rust", text })],
        _ => Vec::new(),
    }
}
