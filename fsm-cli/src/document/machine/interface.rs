//! What a machine takes and what it tells: its events and outputs.

use fsm_core::model::{Event, Field, Output, Program};

use super::description;
use crate::document::{Block, Line, Subject, Table, Tone};

pub(super) fn blocks(subject: &Subject<'_>) -> Vec<Block> {
    let event = |event: &Event| {
        let origin = if event.internal { Line::new().mark(Tone::Plain, "internal") } else { Line::new() };
        vec![signature(subject.program, &event.name.text, &event.fields), origin, description(&event.notes)]
    };
    let output = |output: &Output| {
        vec![signature(subject.program, &output.name.text, &output.fields), description(&output.notes)]
    };
    let events = subject.machine.events.iter().map(event).collect();
    let outputs = subject.machine.outputs.iter().map(output).collect();
    let mut blocks = Table::new(&["Event", "Origin", "Description"], events).blocks();
    blocks.extend(Table::new(&["Output", "Description"], outputs).blocks());
    blocks
}

/// `Enter { code: u32 }`
fn signature(program: &Program, name: &str, fields: &[Field]) -> Line {
    let fields: Vec<_> = fields.iter().map(|field| declared(program, field)).collect();
    Line::of_code(if fields.is_empty() { name.to_owned() } else { format!("{name} {{ {} }}", fields.join(", ")) })
}

/// `code: u32`
pub(super) fn declared(program: &Program, field: &Field) -> String {
    format!("{}: {}", field.name.text, program.type_name(field.ty))
}
