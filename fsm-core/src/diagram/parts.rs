//! The boxes and arrows of systems: levels, and flows of events.

use fsm_draw::{Edge, Graph, LegendEntry, Node, NodeId, Role, Sample, Shape};

use super::c4::View;
use super::events::EventFlow;
use super::flowchart::kind_name;
use crate::model::{Id, Part, PartKind, System};

impl View<'_> {
    /// The level as boxes and arrows.
    #[must_use]
    pub fn graph(&self) -> Graph {
        let mut painter = Painter::new(self.system, self.title(), self.options.direction.into());
        let (users, used): (Vec<_>, Vec<_>) = self.around.iter().partition(|&&part| self.is_user(part));
        let add = |painter: &mut Painter<'_>, part: Id<Part>, around| {
            painter.part(part, around, self.words(part).lines(self.kind(part)));
        };
        for part in users {
            add(&mut painter, part, None);
        }
        let boundary = self.boundary.map(|boundary| {
            let lines = self.words(boundary).lines(self.kind(boundary)).into_iter().take(2).collect();
            painter.boundary(boundary, None, lines)
        });
        self.inside.iter().for_each(|&part| add(&mut painter, part, boundary));
        for part in used {
            add(&mut painter, part, None);
        }
        for arrow in &self.arrows {
            painter.arrow(arrow.from, arrow.to, arrow.lines());
        }
        painter.finish()
    }
}

impl EventFlow<'_> {
    /// The event flow as boxes and arrows.
    #[must_use]
    pub fn graph(&self) -> Graph {
        let mut painter = Painter::new(self.system, self.title(), self.options.direction.into());
        let mut waiting = vec![(System::root(), None)];
        while let Some((part, around)) = waiting.pop() {
            if part == System::root() || self.holds(part) {
                let lines = self.lines(part).into_iter().take(2).collect();
                let boundary = painter.boundary(part, around, lines);
                let inside: Vec<_> = self.inside(part).map(|inner| (inner, Some(boundary))).collect();
                waiting.extend(inside.into_iter().rev());
            } else {
                painter.part(part, around, self.lines(part));
            }
        }
        for &part in self.parts.iter().filter(|&&part| self.system.parts[part].kind.is_outside()) {
            painter.part(part, None, self.lines(part));
        }
        for arrow in &self.arrows {
            painter.arrow(arrow.from, arrow.to, arrow.lines.clone());
        }
        painter.finish()
    }
}

struct Painter<'a> {
    system: &'a System,
    graph: Graph,
    /// The boxes of the parts, by index.
    boxes: Vec<Option<NodeId>>,
    kinds: Vec<PartKind>,
}

impl<'a> Painter<'a> {
    fn new(system: &'a System, title: String, direction: fsm_draw::Direction) -> Self {
        let mut graph = Graph::new(&title);
        graph.description = title;
        graph.direction = direction;
        Painter { system, graph, boxes: vec![None; system.parts.len()], kinds: Vec::new() }
    }

    fn part(&mut self, id: Id<Part>, around: Option<NodeId>, lines: Vec<String>) {
        let kind = self.system.parts[id].kind;
        if !self.kinds.contains(&kind) {
            self.kinds.push(kind);
        }
        self.add(id, around, shape(kind), role(kind), lines);
    }

    fn boundary(&mut self, id: Id<Part>, around: Option<NodeId>, lines: Vec<String>) -> NodeId {
        self.add(id, around, Shape::Boundary, Role::Plain, lines)
    }

    /// Adds a box: the first line is its name.
    fn add(
        &mut self,
        id: Id<Part>,
        parent: Option<NodeId>,
        shape: Shape,
        role: Role,
        mut lines: Vec<String>,
    ) -> NodeId {
        let about = lines.split_off(lines.len().min(1));
        let compartments = if about.is_empty() { Vec::new() } else { vec![about] };
        let name = self.system.parts[id].name.text.clone();
        let node = Node { id: name, parent, shape, title: lines, compartments, role, ..Node::default() };
        let node = self.graph.add_node(node);
        self.boxes[id.index()] = Some(node);
        node
    }

    fn arrow(&mut self, from: Id<Part>, to: Id<Part>, label: Vec<String>) {
        if let (Some(from), Some(to)) = (self.boxes[from.index()], self.boxes[to.index()]) {
            self.graph.add_edge(Edge { label, ..Edge::new(from, to) });
        }
    }

    fn finish(mut self) -> Graph {
        self.kinds.sort_by_key(|&kind| kind_name(kind));
        for kind in self.kinds {
            let sample = Sample::Node(shape(kind), role(kind));
            self.graph.legend.push(LegendEntry { sample, text: kind_name(kind).to_owned() });
        }
        self.graph
    }
}

fn shape(kind: PartKind) -> Shape {
    match kind {
        PartKind::Person => Shape::Person,
        PartKind::Store | PartKind::ExternalStore => Shape::Cylinder,
        PartKind::System | PartKind::External | PartKind::Container | PartKind::Component => Shape::Box,
    }
}

fn role(kind: PartKind) -> Role {
    match kind {
        PartKind::Person => Role::Person,
        PartKind::External | PartKind::ExternalStore => Role::External,
        PartKind::System | PartKind::Container | PartKind::Component | PartKind::Store => Role::Own,
    }
}
