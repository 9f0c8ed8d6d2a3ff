//! The event flow of a system: its parts, and an arrow for what each sends to each other.

use super::Options;
use super::flowchart::{Flowchart, identifiers, kind_name, line};
use crate::model::{Flow, Id, Part, Program, System};

/// Which part of a system sends which events to which other.
///
/// All that goes from one part to another is on one arrow, a line for each event. An output that is taken as an event of
/// another name says so.
#[derive(Debug, Clone)]
pub struct EventFlow<'a> {
    program: &'a Program,
    pub(super) system: &'a System,
    pub(super) options: &'a Options,
    /// The parts that send or take something, in document order.
    pub(super) parts: Vec<Id<Part>>,
    pub(super) arrows: Vec<Arrow>,
}

/// What goes from one part to another.
#[derive(Debug, Clone)]
pub(super) struct Arrow {
    pub(super) from: Id<Part>,
    pub(super) to: Id<Part>,
    /// A line for each event.
    pub(super) lines: Vec<String>,
}

impl<'a> EventFlow<'a> {
    /// The event flow of a system.
    #[must_use]
    pub fn new(program: &'a Program, system: &'a System, options: &'a Options) -> Self {
        let is_end = |part: Id<Part>| system.flows.iter().any(|flow| flow.from == part || flow.to == part);
        let arrows = pairs(system).into_iter().map(|(from, to)| {
            let between = system.flows.iter().filter(|flow| (flow.from, flow.to) == (from, to));
            Arrow { from, to, lines: between.filter_map(|flow| words(program, system, flow)).collect() }
        });
        let parts = system.parts.ids().filter(|&part| is_end(part)).collect();
        EventFlow { program, system, options, parts, arrows: arrows.collect() }
    }

    /// What is shown.
    #[must_use]
    pub fn title(&self) -> String {
        format!("{}: event flow", self.system.shown(System::root()))
    }

    /// The event flow as a flow chart of Mermaid.
    #[must_use]
    pub fn flowchart(&self) -> String {
        let ids = identifiers(self.system);
        let mut chart = Flowchart::new(&self.title(), self.options);
        self.within(&mut chart, System::root());
        for &part in self.parts.iter().filter(|&&part| self.system.parts[part].kind.is_outside()) {
            self.part(&mut chart, part);
        }
        for arrow in &self.arrows {
            let lines: Vec<_> = arrow.lines.iter().map(|text| line(text)).collect();
            chart.arrow(ids.of(arrow.from), ids.of(arrow.to), &lines);
        }
        chart.finish(self.parts.iter().map(|&part| self.system.parts[part].kind))
    }

    /// A part with what lies in it: a boundary around those that send or take something. A container that itself takes part
    /// is drawn by its boundary.
    fn within(&self, chart: &mut Flowchart, around: Id<Part>) {
        let lines: Vec<_> = self.lines(around).iter().take(2).map(|text| line(text)).collect();
        let ids = identifiers(self.system);
        chart.boundary(ids.of(around), &lines, |chart| {
            for part in self.inside(around) {
                if self.holds(part) { self.within(chart, part) } else { self.part(chart, part) }
            }
        });
    }

    fn part(&self, chart: &mut Flowchart, part: Id<Part>) {
        let lines: Vec<_> = self.lines(part).iter().map(|text| line(text)).collect();
        chart.node(identifiers(self.system).of(part), self.system.parts[part].kind, &lines);
    }

    /// What lies in a part and is shown, if only as a boundary.
    pub(super) fn inside(&self, around: Id<Part>) -> impl Iterator<Item = Id<Part>> {
        let own = |&part: &Id<Part>| !self.system.parts[part].kind.is_outside();
        self.system.children(around).filter(own).filter(|&part| self.parts.contains(&part) || self.holds(part))
    }

    /// Whether something inside a part is shown.
    pub(super) fn holds(&self, part: Id<Part>) -> bool {
        self.parts.iter().any(|&inner| inner != part && self.system.lineage(inner).any(|around| around == part))
    }

    /// What a box says.
    pub(super) fn lines(&self, id: Id<Part>) -> Vec<String> {
        let part = &self.system.parts[id];
        let mut lines = vec![self.system.shown(id).to_owned(), format!("[{}]", kind_name(part.kind))];
        lines.extend(self.program.machine_of(part).map(|machine| format!("runs {}", machine.name.text)));
        lines
    }
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
