//! What is drawn: boxes in boxes, arrows between them, texts.
//!
//! A node's parent is always added before the node itself, so nodes form a forest, and parents have the smaller ids.

/// A nested directed graph with texts.
#[derive(Debug, Clone, Default)]
pub struct Graph {
    /// What stands over the picture.
    pub title: String,
    /// What the picture shows, in words, for those who do not see it.
    pub description: String,
    /// Where the drawing runs to.
    pub direction: Direction,
    /// What the samples below the picture mean.
    pub legend: Vec<LegendEntry>,
    nodes: Vec<Node>,
    edges: Vec<Edge>,
    children: Vec<Vec<NodeId>>,
    roots: Vec<NodeId>,
}

/// A node of one graph.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(u32);

/// An edge of one graph.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EdgeId(u32);

impl NodeId {
    /// The place of the node in its graph, counted from 0 in the order of adding.
    #[must_use]
    pub fn index(self) -> usize {
        self.0 as usize
    }

    pub(crate) fn at(index: usize) -> NodeId {
        NodeId(u32::try_from(index).unwrap_or(u32::MAX))
    }
}

impl EdgeId {
    /// The place of the edge in its graph, counted from 0 in the order of adding.
    #[must_use]
    pub fn index(self) -> usize {
        self.0 as usize
    }

    pub(crate) fn at(index: usize) -> EdgeId {
        EdgeId(u32::try_from(index).unwrap_or(u32::MAX))
    }
}

/// Where a drawing runs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Direction {
    /// From top to bottom.
    #[default]
    Down,
    /// From left to right.
    Right,
}

/// A box, or a sign of the notation.
#[derive(Debug, Clone, Default)]
pub struct Node {
    /// What tells the node apart in what is written (SVG's `data-id`, DOT's names): one of a kind in its graph, stable from one drawing to the next.
    pub id: String,
    /// The node that it lies in.
    pub parent: Option<NodeId>,
    /// How it is drawn. A node with children is a box around them, whatever its shape.
    pub shape: Shape,
    /// Its name, on one line or more. Lines are wrapped where they are too long.
    pub title: Vec<String>,
    /// What stands under the name, each part under a rule.
    pub compartments: Vec<Vec<String>>,
    /// What is said where a reader points at it; empty for nothing.
    pub tooltip: String,
    /// What it means, which its colours tell.
    pub role: Role,
}

/// How a node is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Shape {
    /// A rounded rectangle.
    #[default]
    State,
    /// A part of its parent, beside its sisters, with a dashed line between them. Regions are the only children of
    /// their parent.
    Region,
    /// A dot: where something begins.
    Initial,
    /// A bull's-eye: where something ends.
    Final,
    /// A circle with `H` in it, or whatever its title says.
    History,
    /// A diamond: where ways part.
    Choice,
    /// A rectangle.
    Box,
    /// A box with a head on it.
    Person,
    /// A store.
    Cylinder,
    /// A dashed rectangle around what belongs together.
    Boundary,
    /// A sheet with a folded corner. A note with one edge, unlabelled, lies beside what it is tied to.
    Note,
    /// A rectangle with its name in a part of its own.
    Class,
}

impl Shape {
    /// Whether what stands under the name stands in the middle: in C4 it is no list, and signs have no room at the side.
    pub(crate) fn centres_details(self) -> bool {
        match self {
            Shape::Box | Shape::Person | Shape::Cylinder | Shape::Choice | Shape::History => true,
            Shape::State
            | Shape::Region
            | Shape::Initial
            | Shape::Final
            | Shape::Boundary
            | Shape::Note
            | Shape::Class => false,
        }
    }
}

/// What a node or an edge means, which its colours tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Role {
    /// Nothing in particular.
    #[default]
    Plain,
    /// A person, in C4.
    Person,
    /// What is described: the system, its containers, its components, in C4.
    Own,
    /// What belongs to others, in C4.
    External,
    /// An end of its machine.
    Final,
    /// Was run.
    Covered,
    /// Was never run.
    Uncovered,
    /// What the reader is to look at.
    Highlight,
    /// What is wrong.
    Wrong,
    /// What matters less.
    Muted,
}

impl Role {
    /// All of them.
    pub const ALL: [Role; 10] = [
        Role::Plain,
        Role::Person,
        Role::Own,
        Role::External,
        Role::Final,
        Role::Covered,
        Role::Uncovered,
        Role::Highlight,
        Role::Wrong,
        Role::Muted,
    ];
}

/// An arrow from any node to any other, around it or inside it.
#[derive(Debug, Clone)]
pub struct Edge {
    /// What tells the edge apart in what is written (SVG's `data-id`); may be empty.
    pub id: String,
    /// Where it begins.
    pub from: NodeId,
    /// Where it ends.
    pub to: NodeId,
    /// What is written on it. Lines are wrapped where they are too long.
    pub label: Vec<String>,
    /// How the line is drawn.
    pub line: Line,
    /// What stands at its beginning.
    pub tail: Arrow,
    /// What stands at its end.
    pub head: Arrow,
    /// What is said where a reader points at it; empty for nothing.
    pub tooltip: String,
    /// What it means, which its colours tell.
    pub role: Role,
}

/// How a line is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Line {
    /// Without gaps.
    #[default]
    Solid,
    /// In strokes.
    Dashed,
    /// In points.
    Dotted,
}

/// What stands at an end of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Arrow {
    /// Nothing.
    #[default]
    None,
    /// A filled arrowhead.
    Filled,
    /// An open arrowhead.
    Open,
    /// A hollow triangle: generalisation, in UML.
    Triangle,
    /// A filled diamond: composition, in UML.
    Diamond,
}

/// A sample of a drawing, and what it means.
#[derive(Debug, Clone)]
pub struct LegendEntry {
    /// What is shown.
    pub sample: Sample,
    /// What it means.
    pub text: String,
}

/// What an entry of the legend shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sample {
    /// A box.
    Node(Shape, Role),
    /// An arrow.
    Edge(Line, Role),
}

impl Edge {
    /// A solid line with a filled arrowhead and without a label.
    #[must_use]
    pub fn new(from: NodeId, to: NodeId) -> Edge {
        Edge {
            id: String::new(),
            from,
            to,
            label: Vec::new(),
            line: Line::Solid,
            tail: Arrow::None,
            head: Arrow::Filled,
            tooltip: String::new(),
            role: Role::Plain,
        }
    }
}

impl Graph {
    /// A graph without nodes.
    #[must_use]
    pub fn new(title: impl Into<String>) -> Graph {
        Graph { title: title.into(), ..Graph::default() }
    }

    /// Adds a node, behind its sisters.
    ///
    /// # Panics
    ///
    /// If the parent is no node of this graph.
    pub fn add_node(&mut self, node: Node) -> NodeId {
        let id = NodeId::at(self.nodes.len());
        match node.parent {
            Some(parent) => self.children[parent.index()].push(id),
            None => self.roots.push(id),
        }
        self.nodes.push(node);
        self.children.push(Vec::new());
        id
    }

    /// Adds an edge, behind all others.
    ///
    /// # Panics
    ///
    /// If one of its ends is no node of this graph.
    pub fn add_edge(&mut self, edge: Edge) -> EdgeId {
        assert!(
            edge.from.index().max(edge.to.index()) < self.nodes.len(),
            "an end of the edge is no node of the graph"
        );
        let id = EdgeId::at(self.edges.len());
        self.edges.push(edge);
        id
    }

    /// All nodes, in the order of adding: parents before children.
    #[must_use]
    pub fn nodes(&self) -> impl ExactSizeIterator<Item = (NodeId, &Node)> + DoubleEndedIterator {
        self.nodes.iter().enumerate().map(|(index, node)| (NodeId::at(index), node))
    }

    /// All edges, in the order of adding.
    #[must_use]
    pub fn edges(&self) -> impl ExactSizeIterator<Item = (EdgeId, &Edge)> + DoubleEndedIterator {
        self.edges.iter().enumerate().map(|(index, edge)| (EdgeId::at(index), edge))
    }

    /// A node of this graph.
    #[must_use]
    pub fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.index()]
    }

    /// An edge of this graph.
    #[must_use]
    pub fn edge(&self, id: EdgeId) -> &Edge {
        &self.edges[id.index()]
    }

    /// What lies directly in a node, or in none.
    #[must_use]
    pub fn children(&self, of: Option<NodeId>) -> &[NodeId] {
        of.map_or(&self.roots, |of| &self.children[of.index()])
    }
}
