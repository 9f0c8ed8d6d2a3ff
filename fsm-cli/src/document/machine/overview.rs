//! What a machine is for, how large it is, and what holds of all its runs.

use fsm_core::model::Machine;

use crate::document::{Block, Line, Subject, Tone};

pub(super) fn blocks(subject: &Subject<'_>) -> Vec<Block> {
    let notes = &subject.machine.notes;
    let mut blocks = Vec::new();
    if notes.docs.iter().any(|line| !line.trim().is_empty()) {
        blocks.push(Block::Prose(notes.docs.join("\n")));
    }
    if !subject.is_sound {
        let line = Line::new().mark(Tone::Bad, "errors");
        blocks.push(Block::Line(line.text(" The definition has errors, so nothing is said of what the machine does.")));
    }
    blocks.push(Block::Line(size(subject.machine)));
    blocks.push(Block::Line(Line::from("Defined in ").code(subject.place(subject.machine.name.span)).text(".")));
    blocks.extend(runs(subject));
    blocks
}

/// `6 states, 9 transitions, 4 events, 2 outputs, 3 scenarios`
fn size(machine: &Machine) -> Line {
    let transitions = machine.reactions.iter().map(|reaction| reaction.branches.len()).sum();
    let counts = [
        (machine.states.len().saturating_sub(1), "state"),
        (transitions, "transition"),
        (machine.events.len(), "event"),
        (machine.outputs.len(), "output"),
        (machine.limits.len(), "limit"),
        (machine.scenarios.len(), "scenario"),
    ];
    let counts = counts.into_iter().filter(|(number, _)| *number > 0);
    let counts: Vec<_> = counts.map(|(number, word)| counted(number, word)).collect();
    Line::from(counts.join(", ").as_str())
}

fn counted(number: usize, word: &str) -> String {
    format!("{number} {word}{}", if number == 1 { "" } else { "s" })
}

/// What holds of all runs, whatever the guards say.
fn runs(subject: &Subject<'_>) -> Option<Block> {
    let runs = subject.runs()?;
    let mut lines = Vec::new();
    if let Some(longest) = runs.longest {
        lines.push(Line::from(format!("No run takes more than {longest} transitions from state to state.").as_str()));
    }
    for state in runs.by_limits_only {
        let line = Line::from("Only a limit leads to ");
        lines.push(Line::joined([line, super::state(subject.machine, state)], "").text("."));
    }
    (!lines.is_empty()).then_some(Block::List(lines))
}
