//! The event-flow chart of a system: its parts, and an arrow for what each sends to each other.

use super::Options;
use super::flowchart::{Flowchart, Identifiers, bracketed, identifiers, kind_name};
use super::mermaid::encode;
use crate::model::{Flow, Id, Part, PartKind, Program, System};

/// The event flow of a system as a Mermaid flow chart.
///
/// All that goes from one part to another is on one arrow, a line for each event. An output that is taken as an event of
/// another name says so.
#[must_use]
pub fn flowchart(program: &Program, system: &System, options: &Options) -> String {
    let ids = identifiers(system);
    let title = format!("{}: event flow", system.shown(System::root()));
    let mut chart = Flowchart::new(&title, *options);
    let is_end = |part: Id<Part>| system.flows.iter().any(|flow| flow.from == part || flow.to == part);
    let shown: Vec<_> = system.parts.ids().filter(|&part| is_end(part)).collect();
    let lines = [encode(system.shown(System::root())), bracketed(kind_name(PartKind::System))];
    chart.boundary(ids.of(System::root()), &lines, |chart| {
        inside(chart, program, system, &ids, System::root(), &shown);
    });
    for &part in shown.iter().filter(|&&part| system.parts[part].kind.is_outside()) {
        node(&mut chart, program, system, &ids, part);
    }
    for (from, to) in pairs(system) {
        let between = system.flows.iter().filter(|flow| (flow.from, flow.to) == (from, to));
        let lines: Vec<_> = between.filter_map(|flow| words(program, system, flow)).map(|line| encode(&line)).collect();
        chart.arrow(ids.of(from), ids.of(to), &lines);
    }
    chart.finish(shown.iter().map(|&part| system.parts[part].kind))
}

/// What lies in a part: a container whose components send or take something is a boundary around them.
fn inside(
    chart: &mut Flowchart,
    program: &Program,
    system: &System,
    ids: &Identifiers,
    scope: Id<Part>,
    shown: &[Id<Part>],
) {
    for part in system.children(scope).filter(|&part| !system.parts[part].kind.is_outside()) {
        let holds = shown.iter().any(|&inner| inner != part && system.lineage(inner).any(|around| around == part));
        if holds {
            let kind = kind_name(system.parts[part].kind);
            let lines = [encode(system.shown(part)), bracketed(kind)];
            // A container that itself takes part is drawn by its boundary.
            chart.boundary(ids.of(part), &lines, |chart| inside(chart, program, system, ids, part, shown));
        } else if shown.contains(&part) {
            node(chart, program, system, ids, part);
        }
    }
}

fn node(chart: &mut Flowchart, program: &Program, system: &System, ids: &Identifiers, id: Id<Part>) {
    let part = &system.parts[id];
    let mut lines = vec![encode(system.shown(id)), bracketed(kind_name(part.kind))];
    if let Some(machine) = program.machine_of(part) {
        lines.push(encode(&format!("runs {}", machine.name.text)));
    }
    chart.node(ids.of(id), part.kind, &lines);
}

/// The pairs of parts between which something flows, in the order in which they are first wired.
fn pairs(system: &System) -> Vec<(Id<Part>, Id<Part>)> {
    let mut pairs = Vec::new();
    for flow in &system.flows {
        if !pairs.contains(&(flow.from, flow.to)) {
            pairs.push((flow.from, flow.to));
        }
    }
    pairs
}

/// `LoggedIn`, or `LoggedIn as Record`.
pub(super) fn words(program: &Program, system: &System, flow: &Flow) -> Option<String> {
    let (output, event) = flow.ends(program, system)?;
    let shown = output.notes.label.as_ref().unwrap_or(&output.name.text);
    Some(match event {
        Some(event) if event.name.text != output.name.text => {
            format!("{shown} as {}", event.notes.label.as_ref().unwrap_or(&event.name.text))
        }
        _ => shown.clone(),
    })
}
