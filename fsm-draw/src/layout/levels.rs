//! The graph, taken apart into levels: what lies directly in one node, and the pieces of edges between.
//!
//! An edge that crosses borders is one piece in every level that it passes. The pieces meet in ports on the borders.
//! The level of the innermost node around both ends has its *main* piece, which bears the label.

use std::collections::BTreeMap;

use crate::graph::{EdgeId, Graph, NodeId, Shape};

/// All levels: the outermost first, others behind the level that they lie in.
pub(super) struct Levels {
    pub(super) all: Vec<Level>,
    /// The level inside of a node.
    pub(super) inside: Vec<Option<usize>>,
    /// Where a node lies: the level, and its place among the children.
    pub(super) place: Vec<(usize, usize)>,
    /// The pieces of each edge, from its beginning to its end.
    pub(super) pieces: Vec<Vec<(usize, usize)>>,
    /// Edges from a node to itself, at their node.
    pub(super) bows: BTreeMap<NodeId, Vec<EdgeId>>,
    /// Notes beside what they are tied to, with their edges.
    pub(super) notes: BTreeMap<NodeId, Vec<(NodeId, EdgeId)>>,
}

/// What lies directly in one node, or in none.
pub(super) struct Level {
    pub(super) owner: Option<NodeId>,
    pub(super) children: Vec<NodeId>,
    pub(super) pieces: Vec<Piece>,
    /// The piece of an edge.
    pub(super) of_edge: BTreeMap<EdgeId, usize>,
}

/// What a level has of an edge.
pub(super) struct Piece {
    pub(super) edge: EdgeId,
    pub(super) from: End,
    pub(super) to: End,
    /// Whether the label stands here.
    pub(super) main: bool,
}

/// Where a piece begins or ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// At a child of the level; the edge may go on inside of it.
    Child { child: usize, inner: bool },
    /// At the border of the level.
    Border,
}

impl End {
    pub(super) fn child(self) -> Option<usize> {
        match self {
            End::Child { child, .. } => Some(child),
            End::Border => None,
        }
    }
}

/// Takes a graph apart.
pub(super) fn take_apart(graph: &Graph) -> Levels {
    let mut levels = Levels {
        all: Vec::new(),
        inside: vec![None; graph.nodes().len()],
        place: vec![(0, 0); graph.nodes().len()],
        pieces: vec![Vec::new(); graph.edges().len()],
        bows: BTreeMap::new(),
        notes: BTreeMap::new(),
    };
    let tied = tie_notes(graph, &mut levels);
    levels.open(graph, None);
    for (id, _) in graph.nodes() {
        if !graph.children(Some(id)).is_empty() {
            levels.open(graph, Some(id));
        }
    }
    let depths = depths(graph);
    for (id, edge) in graph.edges() {
        if edge.from == edge.to {
            levels.bows.entry(edge.from).or_default().push(id);
        } else if !tied[id.index()] {
            levels.cut(graph, &depths, id);
        }
    }
    levels
}

/// Finds the notes that lie beside what they are tied to, and says which edges tie them.
fn tie_notes(graph: &Graph, levels: &mut Levels) -> Vec<bool> {
    let mut touching = vec![Vec::new(); graph.nodes().len()];
    for (id, edge) in graph.edges() {
        touching[edge.from.index()].push(id);
        touching[edge.to.index()].push(id);
    }
    let mut tied = vec![false; graph.edges().len()];
    for (note, node) in graph.nodes() {
        let &[id] = touching[note.index()].as_slice() else { continue };
        let edge = graph.edge(id);
        let host = if edge.from == note { edge.to } else { edge.from };
        let fits = node.shape == Shape::Note
            && edge.label.is_empty()
            && graph.children(Some(note)).is_empty()
            && !matches!(graph.node(host).shape, Shape::Note | Shape::Region)
            && graph.node(host).parent == node.parent;
        if fits {
            tied[id.index()] = true;
            levels.notes.entry(host).or_default().push((note, id));
        }
    }
    tied
}

fn depths(graph: &Graph) -> Vec<usize> {
    let mut depths = vec![0; graph.nodes().len()];
    for (id, node) in graph.nodes() {
        if let Some(parent) = node.parent {
            depths[id.index()] = depths[parent.index()] + 1;
        }
    }
    depths
}

impl Levels {
    fn open(&mut self, graph: &Graph, owner: Option<NodeId>) {
        let index = self.all.len();
        if let Some(owner) = owner {
            self.inside[owner.index()] = Some(index);
        }
        let beside = |node: &NodeId| self.notes.values().flatten().any(|(note, _)| note == node);
        let children: Vec<_> =
            graph.children(owner).iter().copied().filter(|node| self.notes.is_empty() || !beside(node)).collect();
        for (at, child) in children.iter().enumerate() {
            self.place[child.index()] = (index, at);
        }
        self.all.push(Level { owner, children, pieces: Vec::new(), of_edge: BTreeMap::new() });
    }

    /// Cuts an edge into its pieces.
    fn cut(&mut self, graph: &Graph, depths: &[usize], id: EdgeId) {
        let edge = graph.edge(id);
        let around = innermost_around(graph, depths, edge.from, edge.to);
        let (out, from) = self.climb(graph, edge.from, around);
        let (into, to) = self.climb(graph, edge.to, around);
        let level = around.map_or(0, |node| self.inside[node.index()].unwrap_or(0));
        for &(level, end) in &out {
            self.add(level, Piece { edge: id, from: end, to: End::Border, main: false });
        }
        self.add(level, Piece { edge: id, from, to, main: true });
        for &(level, end) in into.iter().rev() {
            self.add(level, Piece { edge: id, from: End::Border, to: end, main: false });
        }
    }

    fn add(&mut self, level: usize, piece: Piece) {
        let Level { pieces, of_edge, .. } = &mut self.all[level];
        self.pieces[piece.edge.index()].push((level, pieces.len()));
        of_edge.insert(piece.edge, pieces.len());
        pieces.push(piece);
    }

    /// The levels that an edge passes between its end and a node around it, and where it comes out.
    fn climb(&self, graph: &Graph, end: NodeId, around: Option<NodeId>) -> (Vec<(usize, End)>, End) {
        if around == Some(end) {
            return (Vec::new(), End::Border);
        }
        let mut passed = Vec::new();
        let mut node = end;
        loop {
            let (level, child) = self.place[node.index()];
            let at = End::Child { child, inner: node != end };
            match graph.node(node).parent {
                parent if parent == around => return (passed, at),
                Some(parent) => {
                    passed.push((level, at));
                    node = parent;
                }
                None => return (passed, at),
            }
        }
    }
}

/// The innermost node around two others; one of the two, if it lies around the other; or none.
fn innermost_around(graph: &Graph, depths: &[usize], from: NodeId, to: NodeId) -> Option<NodeId> {
    let (mut a, mut b) = (Some(from), Some(to));
    while a != b {
        let depth = |node: Option<NodeId>| node.map(|node| depths[node.index()]);
        if depth(a) >= depth(b) {
            a = a.and_then(|node| graph.node(node).parent);
        } else {
            b = b.and_then(|node| graph.node(node).parent);
        }
    }
    a
}
