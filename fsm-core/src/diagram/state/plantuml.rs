//! PlantUML's state diagrams.
//!
//! PlantUML has regions, but no arrow that leaves one: regions are drawn as states with dashed borders. What a composite does
//! in any of its states is told in it; an arrow from it to a state inside stays inside.

use super::{Arrow, Chart, Mark, NodeKind};
use crate::diagram::lines::{Lines, wrapped};
use crate::diagram::mermaid::unique_identifiers;
use crate::diagram::plantuml::{escaped, is_reserved};
use crate::diagram::{Direction, Theme};
use crate::model::Id;

use super::Node;

/// How many characters a line has.
const WIDTH: usize = 48;

impl Chart {
    /// The state diagram in PlantUML's language.
    #[must_use]
    pub fn plantuml(&self) -> String {
        let names = self.nodes.iter().map(|node| node.id.replace('.', "_"));
        let ids = unique_identifiers(names, "state_", is_reserved);
        let mut writer = Writer { chart: self, ids, lines: Lines::default() };
        writer.head();
        if self.has_frame() {
            writer.state(Chart::root());
        } else {
            writer.inside(Chart::root());
        }
        writer.transitions();
        writer.notes();
        writer.key();
        writer.lines.line("@enduml");
        writer.lines.finish()
    }
}

struct Writer<'a> {
    chart: &'a Chart,
    /// The identifiers of the nodes, by index.
    ids: Vec<String>,
    lines: Lines,
}

impl Writer<'_> {
    fn head(&mut self) {
        self.lines.line("@startuml");
        self.lines.line("hide empty description");
        if self.chart.theme == Some(Theme::Dark) {
            for line in DARK {
                self.lines.line(line);
            }
        }
        if self.chart.direction == Direction::Right {
            self.lines.line("left to right direction");
        }
    }

    fn id(&self, node: Id<Node>) -> &str {
        match self.chart.nodes[node].kind {
            NodeKind::Initial => "[*]",
            _ => &self.ids[node.index()],
        }
    }

    fn inside(&mut self, id: Id<Node>) {
        for &child in &self.chart.nodes[id].children {
            self.state(child);
        }
    }

    fn state(&mut self, id: Id<Node>) {
        let node = &self.chart.nodes[id];
        let name = match node.kind {
            NodeKind::Initial => return self.initial(id),
            NodeKind::History { deep: false } => "H",
            NodeKind::History { deep: true } => "H*",
            _ => node.name.as_str(),
        };
        let stereotype = match node.kind {
            NodeKind::History { deep: false } => " <<history>>",
            NodeKind::History { deep: true } => " <<history*>>",
            _ => "",
        };
        let head = format!("state \"{}\" as {}{stereotype}{}", escaped(name), self.id(id), self.colours(id));
        if self.chart.is_composite(id) {
            self.lines.line(format!("{head} {{"));
            self.lines.indent();
            self.inside(id);
            self.lines.dedent();
            self.lines.line("}");
        } else {
            self.lines.line(head);
        }
        let details = node.details.iter().map(|detail| told(&detail.text, detail.mark));
        for detail in details.chain(self.chart.hidden_line(id)) {
            let line = format!("{} : {}", self.id(id), broken(&detail));
            self.lines.line(line);
        }
        if node.kind == NodeKind::Final {
            let line = format!("{} --> [*]", self.id(id));
            self.lines.line(line);
        }
    }

    /// The arrow from an initial pseudostate is written where it lies.
    fn initial(&mut self, pseudostate: Id<Node>) {
        for arrow in self.chart.arrows.iter().filter(|arrow| arrow.from == pseudostate) {
            self.arrow(arrow);
        }
    }

    fn transitions(&mut self) {
        let is_initial = |arrow: &&Arrow| self.chart.nodes[arrow.from].kind == NodeKind::Initial;
        for arrow in self.chart.arrows.iter().filter(|arrow| !is_initial(arrow)) {
            self.arrow(arrow);
        }
    }

    fn arrow(&mut self, arrow: &Arrow) {
        let style = match arrow.mark {
            Some(Mark::Reached) => "-[#2e7d32]->",
            Some(Mark::Missed) => "-[#b3261e,dashed]->",
            Some(Mark::Aside) | None => "-->",
        };
        let label = match told(&arrow.label, arrow.mark) {
            label if label.is_empty() => label,
            label => format!(" : {}", broken(&label)),
        };
        let line = format!("{} {style} {}{label}", self.id(arrow.from), self.id(arrow.to));
        self.lines.line(line);
    }

    fn colours(&self, id: Id<Node>) -> String {
        let node = &self.chart.nodes[id];
        let is_region = node.parent.is_some_and(|parent| self.chart.nodes[parent].kind == NodeKind::Parallel);
        let fill = match node.mark {
            _ if self.chart.is_composite(id) => "",
            Some(Mark::Reached) => " #d3efd8",
            Some(Mark::Missed) => " #fbe3e0",
            Some(Mark::Aside) => " #f2f2f2",
            None => "",
        };
        let border = if is_region && node.state.is_some() { " ##[dashed]" } else { "" };
        format!("{fill}{border}")
    }

    fn notes(&mut self) {
        for (id, node) in self.chart.nodes.enumerate().skip(1).filter(|(_, node)| !node.note.is_empty()) {
            let head = format!("note right of {}", self.id(id));
            self.lines.line(head);
            self.lines.indent();
            node.note.iter().for_each(|line| self.lines.line(escaped(line)));
            self.lines.dedent();
            self.lines.line("end note");
        }
    }

    fn key(&mut self) {
        if self.chart.key.is_empty() {
            return;
        }
        self.lines.line("legend");
        self.lines.indent();
        for (mark, words) in &self.chart.key {
            let colour = match mark {
                Some(Mark::Reached) => "green: ",
                Some(Mark::Missed) => "red: ",
                Some(Mark::Aside) => "grey: ",
                None => "",
            };
            self.lines.line(escaped(&format!("{colour}{words}")));
        }
        self.lines.dedent();
        self.lines.line("end legend");
    }
}

/// Colours are not for everybody: what was not reached is told by words as well.
fn told(text: &str, mark: Option<Mark>) -> String {
    match mark {
        Some(Mark::Missed) => format!("{text} (not reached)").trim_start().to_owned(),
        _ => text.to_owned(),
    }
}

/// Lines of text that belong together.
fn broken(text: &str) -> String {
    wrapped(text, WIDTH).iter().map(|line| escaped(line)).collect::<Vec<_>>().join("\\n")
}

const DARK: &[&str] = &[
    "skinparam backgroundColor #1e1e1e",
    "skinparam defaultFontColor #e6e6e6",
    "skinparam ArrowColor #bdbdbd",
    "skinparam state {",
    "    BackgroundColor #2b2b2b",
    "    BorderColor #bdbdbd",
    "    StartColor #e6e6e6",
    "    EndColor #e6e6e6",
    "}",
];
