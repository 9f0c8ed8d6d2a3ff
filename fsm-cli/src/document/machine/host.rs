//! What a machine asks its host, and what it tells it to do.

use fsm_core::model::{Field, Guard, HostAction, Notes, Task, Type};

use super::description;
use super::interface::declared;
use crate::document::{Block, Line, Subject, Table, Tone};

pub(super) fn blocks(subject: &Subject<'_>) -> Vec<Block> {
    let machine = subject.machine;
    let (named, asked): (Vec<_>, Vec<_>) = machine.guards.iter().partition(|guard| guard.body.is_some());
    let guards = asked.into_iter().map(|guard| guard_of_host(subject, guard));
    let actions = machine.actions.iter().map(|HostAction { name, notes, parameters, result, fails }| {
        function(subject, ("action", &name.text, parameters), (*result, fails.is_some()), notes)
    });
    let tasks = machine.tasks.iter().map(|Task { name, notes, parameters, result, fails }| {
        function(subject, ("task", &name.text, parameters), (*result, fails.is_some()), notes)
    });
    let rows = guards.chain(actions).chain(tasks).collect();
    let mut blocks = Table::new(&["Function", "Kind", "Can fail", "Description"], rows).blocks();
    let named = named.into_iter().map(|guard| named_guard(subject, guard)).collect();
    blocks.extend(Table::new(&["Guard", "Holds when", "Description"], named).blocks());
    blocks
}

fn guard_of_host(subject: &Subject<'_>, guard: &Guard) -> Vec<Line> {
    function(subject, ("guard", &guard.name.text, &guard.parameters), (None, false), &guard.notes)
}

fn function(
    subject: &Subject<'_>,
    (kind, name, parameters): (&str, &str, &[Field]),
    (result, fails): (Option<Type>, bool),
    notes: &Notes,
) -> Vec<Line> {
    let result = result.map(|result| format!(" -> {}", subject.program.type_name(result))).unwrap_or_default();
    let signature = Line::of_code(format!("{}{result}", signature(subject, name, parameters)));
    let fails = if fails { Line::from("yes") } else { Line::new() };
    vec![signature, Line::new().mark(Tone::Plain, kind), fails, description(notes)]
}

/// A guard that is written in the definition.
fn named_guard(subject: &Subject<'_>, guard: &Guard) -> Vec<Line> {
    let body = guard.body.as_ref().map(|body| Line::of_code(subject.text(body.span))).unwrap_or_default();
    vec![Line::of_code(signature(subject, &guard.name.text, &guard.parameters)), body, description(&guard.notes)]
}

/// `correct(code: u32)`
fn signature(subject: &Subject<'_>, name: &str, parameters: &[Field]) -> String {
    let parameters: Vec<_> = parameters.iter().map(|field| declared(subject.program, field)).collect();
    format!("{name}({})", parameters.join(", "))
}
