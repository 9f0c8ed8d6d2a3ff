//! Layers of vertices, with segments of edges between neighbouring layers only.
//!
//! A piece of an edge that spans several layers has a vertex in each layer between; one of them bears its label, and
//! keeps the room for it. So a label is in the way of nothing, and nothing is in its way.

/// The layers of one level.
#[derive(Debug, Clone, Default)]
pub(super) struct Layers {
    pub(super) vertices: Vec<Vertex>,
    /// The vertices of each layer, in order.
    pub(super) order: Vec<Vec<usize>>,
    pub(super) segments: Vec<Segment>,
    /// How many vertices at the beginning of a layer stay where they are.
    pub(super) pinned: Vec<usize>,
}

/// Something that takes room in a layer. Its place is that of its line, or of its left side.
#[derive(Debug, Clone)]
pub(super) struct Vertex {
    pub(super) kind: Kind,
    pub(super) layer: usize,
    /// The room right of its place.
    pub(super) width: i32,
    /// The room that it takes along the direction.
    pub(super) height: i32,
}

/// What a vertex is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A child of the level.
    Child(usize),
    /// The name of the level's owner, beside the edges that cross its border.
    Heading,
    /// A piece that meets the border.
    Port(usize),
    /// A piece that passes.
    Passing(usize),
    /// A piece that passes and bears its label here.
    Label(usize),
    /// Where a piece between two children of one layer turns back; it may bear its label here.
    Turn(usize),
}

/// A part of a piece, from one layer to the next.
#[derive(Debug, Clone, Copy)]
pub(super) struct Segment {
    pub(super) piece: usize,
    /// The vertices, in the upper and in the lower layer.
    pub(super) ends: [usize; 2],
    /// Where it meets them, counted from their places.
    pub(super) offsets: [i32; 2],
    /// Whether that was decided inside of the child.
    pub(super) fixed: [bool; 2],
    /// How much it likes to be straight.
    pub(super) weight: i32,
    /// An end where the offset may still change, and within which bounds.
    pub(super) range: Option<(usize, i32, i32)>,
}

impl Kind {
    /// Whether only a line passes here, which likes to be straight.
    pub(super) fn is_line(self) -> bool {
        match self {
            Kind::Port(_) | Kind::Passing(_) | Kind::Label(_) => true,
            Kind::Child(_) | Kind::Heading | Kind::Turn(_) => false,
        }
    }
}

impl Layers {
    pub(super) fn add(&mut self, vertex: Vertex) -> usize {
        let index = self.vertices.len();
        while self.order.len() <= vertex.layer {
            self.order.push(Vec::new());
            self.pinned.push(0);
        }
        self.order[vertex.layer].push(index);
        self.vertices.push(vertex);
        index
    }

    /// The segments between each layer and the next.
    pub(super) fn gaps(&self) -> Vec<Vec<usize>> {
        let mut gaps = vec![Vec::new(); self.order.len().saturating_sub(1)];
        for (index, segment) in self.segments.iter().enumerate() {
            gaps[self.vertices[segment.ends[0]].layer].push(index);
        }
        gaps
    }

    /// The place of each vertex in the order of its layer.
    pub(super) fn positions(&self) -> Vec<usize> {
        let mut positions = vec![0; self.vertices.len()];
        for layer in &self.order {
            for (position, &vertex) in layer.iter().enumerate() {
                positions[vertex] = position;
            }
        }
        positions
    }
}
