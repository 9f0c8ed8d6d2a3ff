//! The states: what they are, and what they do by themselves.

use fsm_core::model::{Action, Id, Machine, State, StateKind};

use super::description;
use crate::document::{Block, Line, Subject, Table, Tone};

pub(super) fn blocks(subject: &Subject<'_>) -> Vec<Block> {
    let machine = subject.machine;
    let does = |id: &Id<State>| *id != Machine::root() || has_hooks(&machine.states[*id]);
    let rows = machine.states.ids().filter(does).map(|id| row(subject, id)).collect();
    Table::new(&["State", "Kind", "On entry", "On exit", "Runs", "Description"], rows).blocks()
}

fn has_hooks(state: &State) -> bool {
    !(state.entry.is_empty() && state.exit.is_empty() && state.runs.is_empty())
}

fn row(subject: &Subject<'_>, id: Id<State>) -> Vec<Line> {
    let machine = subject.machine;
    let state = &machine.states[id];
    let name = machine.qualified_name(id);
    let first = if id == Machine::root() { Line::from("the machine") } else { Line::new().state(name) };
    let actions =
        |actions: &[Action]| Line::stacked(actions.iter().map(|action| Line::of_code(subject.text(action.span))));
    let runs = state.runs.iter().map(|run| {
        let arguments: Vec<_> = run.arguments.iter().map(|argument| subject.text(argument.span)).collect();
        Line::of_code(format!("{}({})", machine.tasks[run.task].name.text, arguments.join(", ")))
    });
    let described = if id == Machine::root() { Line::new() } else { description(&state.notes) };
    vec![first, kind(machine, id), actions(&state.entry), actions(&state.exit), Line::stacked(runs), described]
}

/// What a state is, where it is more than a state.
fn kind(machine: &Machine, id: Id<State>) -> Line {
    let state = &machine.states[id];
    let kind = match state.kind {
        StateKind::Atomic => None,
        StateKind::Composite { .. } => Some("composite"),
        StateKind::Parallel => Some("parallel"),
        StateKind::Final => Some("final"),
    };
    let around = state.parent.map(|parent| (parent, &machine.states[parent]));
    let place = around.and_then(|(parent, around)| match around.kind {
        StateKind::Parallel => Some("region"),
        _ if machine.initial(parent) == Some(id) => Some("initial"),
        _ => None,
    });
    let words = [place, kind].into_iter().flatten();
    Line::joined(words.map(|word| Line::new().mark(Tone::Plain, word)), " ")
}
