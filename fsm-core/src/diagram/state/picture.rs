//! The boxes and arrows of a state diagram.

use fsm_draw::{Edge, Graph, LegendEntry, Line, NodeId, Role, Sample, Shape};

use super::{Arrow, Chart, Mark, Node, NodeKind, Origin};
use crate::diagram::Direction;
use crate::model::Id;

impl Chart {
    /// The state diagram as boxes and arrows.
    #[must_use]
    pub fn graph(&self) -> Graph {
        let mut graph = Graph::new(&self.name);
        graph.description = format!("State diagram of {}.", self.name);
        for line in &self.nodes[Chart::root()].note {
            graph.description.push(' ');
            graph.description.push_str(line);
        }
        graph.direction = self.direction.into();
        let mut painter = Painter { chart: self, graph, boxes: vec![None; self.nodes.len()] };
        painter.nodes();
        self.arrows.iter().enumerate().for_each(|(index, arrow)| painter.arrow(index, arrow));
        painter.key();
        painter.graph
    }

    /// Whether the machine itself is drawn: where it does something, or has regions.
    pub(super) fn has_frame(&self) -> bool {
        let root = &self.nodes[Chart::root()];
        let reacts = self.arrows.iter().any(|arrow| arrow.from == Chart::root());
        root.kind == NodeKind::Parallel || !root.details.is_empty() || reacts
    }
}

struct Painter<'a> {
    chart: &'a Chart,
    graph: Graph,
    /// The boxes of the nodes, by index.
    boxes: Vec<Option<NodeId>>,
}

impl Painter<'_> {
    fn nodes(&mut self) {
        // From outside inwards, and in the order in which they are told.
        let mut waiting = vec![Chart::root()];
        while let Some(id) = waiting.pop() {
            if id != Chart::root() || self.chart.has_frame() {
                self.node(id);
            }
            waiting.extend(self.chart.nodes[id].children.iter().rev());
        }
        for (id, node) in self.chart.nodes.enumerate().skip(1) {
            self.note(id, node);
        }
    }

    fn node(&mut self, id: Id<Node>) {
        let node = &self.chart.nodes[id];
        let mut details: Vec<_> = node.details.iter().map(|detail| told(&detail.text, detail.mark)).collect();
        details.extend(self.chart.hidden_line(id).filter(|_| id != Chart::root()));
        let parent = self.around(id);
        self.boxes[id.index()] = Some(self.graph.add_node(fsm_draw::Node {
            id: node.id.clone(),
            parent,
            shape: self.shape(node),
            title: title(node),
            compartments: if details.is_empty() { Vec::new() } else { vec![details] },
            tooltip: node.note.join(" "),
            role: role(node),
        }));
    }

    /// The box around a node.
    fn around(&self, id: Id<Node>) -> Option<NodeId> {
        self.chart.nodes[id].parent.and_then(|parent| self.boxes[parent.index()])
    }

    fn shape(&self, node: &Node) -> Shape {
        let is_region = node.parent.is_some_and(|parent| self.chart.nodes[parent].kind == NodeKind::Parallel);
        match node.kind {
            NodeKind::Initial => Shape::Initial,
            NodeKind::History { .. } => Shape::History,
            NodeKind::Final => Shape::Final,
            NodeKind::Simple | NodeKind::Composite | NodeKind::Parallel if is_region => Shape::Region,
            NodeKind::Simple | NodeKind::Composite | NodeKind::Parallel => Shape::State,
        }
    }

    /// What is documented, beside what it is about.
    fn note(&mut self, id: Id<Node>, node: &Node) {
        let Some(about) = self.boxes[id.index()].filter(|_| !node.note.is_empty()) else { return };
        let sheet = self.graph.add_node(fsm_draw::Node {
            id: format!("{}.note", node.id),
            // Regions are alone in their state: what is said of one stands in it.
            parent: if self.graph.node(about).shape == Shape::Region { Some(about) } else { self.around(id) },
            shape: Shape::Note,
            title: vec![node.note.join(" ")],
            ..fsm_draw::Node::default()
        });
        let tie = Edge { line: Line::Dotted, head: fsm_draw::Arrow::None, ..Edge::new(sheet, about) };
        self.graph.add_edge(tie);
    }

    fn arrow(&mut self, index: usize, arrow: &Arrow) {
        let ends = (self.boxes[arrow.from.index()], self.boxes[arrow.to.index()]);
        let (Some(from), Some(to)) = ends else { return };
        let label = told(&arrow.label, arrow.mark);
        let is_default = arrow.origin == Origin::Default;
        self.graph.add_edge(Edge {
            id: format!("t{}", index + 1),
            label: if label.is_empty() { Vec::new() } else { vec![label] },
            line: if is_default || arrow.mark == Some(Mark::Missed) { Line::Dashed } else { Line::Solid },
            role: arrow.mark.map_or(Role::Plain, role_of),
            ..Edge::new(from, to)
        });
    }

    fn key(&mut self) {
        for (mark, text) in &self.chart.key {
            let sample = match mark {
                Some(mark) => Sample::Node(Shape::State, role_of(*mark)),
                None => Sample::Edge(Line::Solid, Role::Plain),
            };
            self.graph.legend.push(LegendEntry { sample, text: text.clone() });
        }
    }
}

fn title(node: &Node) -> Vec<String> {
    match node.kind {
        NodeKind::Initial => Vec::new(),
        NodeKind::History { deep: false } => vec!["H".to_owned()],
        NodeKind::History { deep: true } => vec!["H*".to_owned()],
        _ => vec![node.name.clone()],
    }
}

fn role(node: &Node) -> Role {
    match (node.mark, node.kind) {
        (Some(mark), _) => role_of(mark),
        (None, NodeKind::Final) => Role::Final,
        (None, _) => Role::Plain,
    }
}

fn role_of(mark: Mark) -> Role {
    match mark {
        Mark::Reached => Role::Covered,
        Mark::Missed => Role::Uncovered,
        Mark::Aside => Role::Muted,
    }
}

/// Colours are not for everybody: what was not reached is told by words as well.
fn told(text: &str, mark: Option<Mark>) -> String {
    match mark {
        Some(Mark::Missed) => format!("{text} (not reached)").trim_start().to_owned(),
        _ => text.to_owned(),
    }
}

impl From<Direction> for fsm_draw::Direction {
    fn from(direction: Direction) -> Self {
        match direction {
            Direction::Down => fsm_draw::Direction::Down,
            Direction::Right => fsm_draw::Direction::Right,
        }
    }
}
