//! Mermaid `stateDiagram-v2`.
//!
//! Mermaid has no form for some of what a statechart is made of, and no arrow from a composite to a state inside it.
//! These are drawn by states of their own:
//!
//! | construct | drawn as |
//! |---|---|
//! | what a composite, or the machine, does in any of its states | a state `any state of X` inside it, with the arrows that stay inside, and the entry, exit and internal reactions of `X` |
//! | history | a state `H` or `H*` inside the composite |
//! | a parallel machine | a state for the machine, with its regions |
//! | a named final state | a state with an arrow to `[*]` |
//!
//! Colours of arrows are not to be had: what no scenario has reached is told by words.

use super::{Arrow, Chart, Detail, Mark, Node, NodeKind, Origin};
use crate::diagram::Direction;
use crate::diagram::lines::{Lines, wrapped};
use crate::diagram::mermaid::{self, encode, is_reserved, unique_identifiers};
use crate::model::Id;

/// How many characters a line in a state has. Labels of arrows are broken by Mermaid itself.
const WIDTH: usize = 60;

impl Chart {
    /// The state diagram in Mermaid's language.
    #[must_use]
    pub fn mermaid(&self) -> String {
        let names = self.nodes.iter().map(|node| node.id.replace('.', "_"));
        let ids = unique_identifiers(names, "state_", is_reserved);
        let mut writer = Writer { chart: self, ids, lines: Lines::default() };
        writer.head();
        if self.nodes[Chart::root()].kind == NodeKind::Parallel {
            // Regions lie in a state only: the machine's own.
            writer.composite(Chart::root());
        } else {
            writer.inside(Chart::root());
        }
        writer.arrows_of(Chart::root());
        writer.notes();
        writer.marks();
        writer.key();
        writer.lines.finish()
    }
}

impl Chart {
    /// The composite between whose children an arrow runs, or else the machine.
    fn scope(&self, arrow: &Arrow) -> Id<Node> {
        let parent = |node: Id<Node>| self.nodes[node].parent.unwrap_or_else(Chart::root);
        let from = if arrow.inner { arrow.from } else { parent(arrow.from) };
        if parent(arrow.to) == from { from } else { Chart::root() }
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
        let theme = mermaid::theme(self.chart.theme);
        if !theme.is_empty() {
            self.lines.line("---");
            for line in theme {
                self.lines.line(line);
            }
            self.lines.line("---");
        }
        self.lines.line("stateDiagram-v2");
        self.lines.indent();
        if self.chart.direction == Direction::Right {
            self.lines.line("direction LR");
        }
    }

    /// The identifier of a node. Pseudostates are named after the state around them, whatever that has become.
    fn id(&self, node: Id<Node>) -> String {
        let around = self.chart.nodes[node].parent.unwrap_or_else(Chart::root);
        match self.chart.nodes[node].kind {
            NodeKind::Initial => "[*]".to_owned(),
            NodeKind::History { deep: false } => format!("{}_history", self.ids[around.index()]),
            NodeKind::History { deep: true } => format!("{}_deep_history", self.ids[around.index()]),
            _ => self.ids[node.index()].clone(),
        }
    }

    /// The state that stands for all states inside a composite.
    fn any(&self, node: Id<Node>) -> String {
        format!("{}_any", self.id(node))
    }

    /// What lies inside a composite, or in the machine.
    fn inside(&mut self, id: Id<Node>) {
        let chart = self.chart;
        let (states, pseudostates): (Vec<Id<Node>>, Vec<_>) =
            chart.nodes[id].children.iter().partition(|&&child| chart.nodes[child].state.is_some());
        for &pseudostate in pseudostates.iter().filter(|&&child| chart.nodes[child].kind == NodeKind::Initial) {
            self.initial(id, pseudostate);
        }
        let stands_for_all = self.any_state(id) || !pseudostates.is_empty();
        for &child in &pseudostates {
            if let NodeKind::History { deep } = chart.nodes[child].kind {
                self.declare(&self.id(child), if deep { "H*" } else { "H" }, &[]);
            }
        }
        for (index, &child) in states.iter().enumerate() {
            // What stands for the whole state is not part of its first region.
            if chart.nodes[id].kind == NodeKind::Parallel && (index > 0 || stands_for_all) {
                self.lines.line("--");
            }
            self.state(child);
        }
    }

    /// The arrow from the initial pseudostate. It ends at a child, since Mermaid would move what lies further inside:
    /// where the transition goes deeper, the label says so.
    fn initial(&mut self, around: Id<Node>, pseudostate: Id<Node>) {
        let chart = self.chart;
        let arrows: Vec<_> = chart.arrows.iter().filter(|arrow| arrow.from == pseudostate).collect();
        let Some(child) = arrows.first().and_then(|arrow| chart.child_around(around, arrow.to)) else { return };
        let mut label: Vec<_> = arrows.iter().map(|arrow| arrow.label.as_str()).take(1).collect();
        let deeper: Vec<_> =
            arrows.iter().filter(|arrow| arrow.to != child).map(|arrow| self.place(arrow.to)).collect();
        let place = if deeper.is_empty() { String::new() } else { format!("to {}", deeper.join(", ")) };
        label.insert(0, &place);
        let label = label.join(" ");
        self.lines.line(format!("[*] --> {}{}", self.id(child), said(label.trim())));
    }

    /// The name of a node within the machine, for people.
    fn place(&self, node: Id<Node>) -> String {
        let chart = self.chart;
        let names =
            chart.lineage(node).take_while(|&node| node != Chart::root()).map(|node| match chart.nodes[node].kind {
                NodeKind::History { deep: false } => "H",
                NodeKind::History { deep: true } => "H*",
                _ => chart.nodes[node].name.as_str(),
            });
        let mut names: Vec<_> = names.collect();
        names.reverse();
        names.join(".")
    }

    fn state(&mut self, id: Id<Node>) {
        let (node, identifier) = (&self.chart.nodes[id], self.id(id));
        if self.chart.is_composite(id) {
            return self.composite(id);
        }
        let mut details = details(&node.details);
        details.extend(self.chart.hidden_line(id));
        self.declare(&identifier, &node.name, &details);
        if node.kind == NodeKind::Final {
            self.lines.line(format!("{identifier} --> [*]"));
        }
    }

    /// A state with what is inside it: states, then the arrows between them.
    fn composite(&mut self, id: Id<Node>) {
        let (name, identifier) = (&self.chart.nodes[id].name, self.id(id));
        if *name == identifier {
            self.lines.line(format!("state {identifier} {{"));
        } else {
            self.lines.line(format!("state \"{}\" as {identifier} {{", encode(name)));
        }
        self.lines.indent();
        self.inside(id);
        if id != Chart::root() {
            self.arrows_of(id);
        }
        self.lines.dedent();
        self.lines.line("}");
    }

    /// Declares a state. A description would take the place of a name that is not written out.
    fn declare(&mut self, identifier: &str, name: &str, details: &[String]) {
        if name == identifier && details.is_empty() {
            self.lines.line(identifier);
        } else {
            self.lines.line(format!("state \"{}\" as {identifier}", encode(name)));
        }
        for detail in details {
            let detail: Vec<_> = wrapped(detail, WIDTH).iter().map(|line| encode(line)).collect();
            self.lines.line(format!("{identifier} : {}", detail.join("<br/>")));
        }
    }

    /// What a composite does in any of its states, if it does anything.
    fn any_state(&mut self, id: Id<Node>) -> bool {
        let node = &self.chart.nodes[id];
        let mut details = details(&node.details);
        details.extend(self.chart.hidden_line(id).filter(|_| id != Chart::root()));
        let needed = !details.is_empty() || self.chart.arrows.iter().any(|arrow| arrow.from == id && arrow.inner);
        if needed {
            self.declare(&self.any(id), &format!("any state of {}", node.name), &details);
        }
        needed
    }

    /// The arrows that are written inside a composite, or in the machine: those between its children. In between Mermaid
    /// would take an end for a child of the state inside which the arrow is written.
    fn arrows_of(&mut self, scope: Id<Node>) {
        let chart = self.chart;
        let transitions = chart.arrows.iter().filter(|arrow| arrow.origin != Origin::Initial);
        for arrow in transitions.filter(|arrow| chart.scope(arrow) == scope) {
            let from = if arrow.inner { self.any(arrow.from) } else { self.id(arrow.from) };
            let label = match arrow.mark {
                Some(Mark::Missed) => missed(&arrow.label),
                _ => arrow.label.clone(),
            };
            self.lines.line(format!("{from} --> {}{}", self.id(arrow.to), said(&label)));
        }
    }

    /// Notes from doc comments. They are written where all states are known.
    fn notes(&mut self) {
        for (id, node) in self.chart.nodes.enumerate().skip(1).filter(|(_, node)| !node.note.is_empty()) {
            self.lines.line(format!("note right of {}", self.id(id)));
            self.lines.indent();
            node.note.iter().for_each(|line| self.lines.line(encode(line)));
            self.lines.dedent();
            self.lines.line("end note");
        }
    }

    /// How the states look of which something is said. No identifier of a state is the same as one of these classes.
    fn marks(&mut self) {
        for mark in [Mark::Reached, Mark::Missed, Mark::Aside] {
            let marked = self.chart.nodes.enumerate().filter(|(_, node)| node.mark == Some(mark));
            let marked: Vec<_> = marked.map(|(id, _)| self.id(id)).collect();
            if !marked.is_empty() {
                let (class, style) = style(mark);
                self.lines.line(format!("classDef {class} {style}"));
                self.lines.line(format!("class {} {class}", marked.join(", ")));
            }
        }
    }

    /// What marks and signs mean, in a state of its own.
    fn key(&mut self) {
        let lines: Vec<_> = self
            .chart
            .key
            .iter()
            .map(|(mark, words)| match mark {
                Some(mark) => format!("{}: {words}", look(*mark)),
                None => words.clone(),
            })
            .collect();
        if !lines.is_empty() {
            self.declare("state_key", "Key", &lines);
        }
    }
}

fn details(details: &[Detail]) -> Vec<String> {
    let line = |detail: &Detail| match detail.mark {
        Some(Mark::Missed) => missed(&detail.text),
        _ => detail.text.clone(),
    };
    details.iter().map(line).collect()
}

fn missed(text: &str) -> String {
    format!("{text} (not reached)").trim_start().to_owned()
}

fn said(label: &str) -> String {
    if label.is_empty() { String::new() } else { format!(" : {}", encode(label)) }
}

/// The class of states with this mark, and how they look: on light pages as on dark ones.
fn style(mark: Mark) -> (&'static str, &'static str) {
    match mark {
        Mark::Reached => ("state_reached", "fill:#d3efd8,stroke:#2e7d32,color:#0b2e13"),
        Mark::Missed => ("state_missed", "fill:#fbe3e0,stroke:#b3261e,color:#410e0b,stroke-dasharray:5 3"),
        Mark::Aside => ("state_aside", "fill:#f2f2f2,stroke:#9e9e9e,color:#5f5f5f"),
    }
}

fn look(mark: Mark) -> &'static str {
    match mark {
        Mark::Reached => "green",
        Mark::Missed => "red, dashed",
        Mark::Aside => "grey",
    }
}
