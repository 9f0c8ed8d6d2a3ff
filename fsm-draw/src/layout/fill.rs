//! What stands in the layers of a level: its children, the ports on its border, and what passes.

use crate::graph::{Direction, EdgeId, Shape};

use super::arrange::{Arranged, Arrangement, label_size, same_layer};
use super::geometry::{Size, turned};
use super::layers::{Kind, Segment, Vertex};
use super::levels::{End, Piece};

impl Arrangement<'_> {
    /// Fills the layers with children, ports, and what passes.
    pub(super) fn fill(&mut self, arranged: &[Arranged]) {
        let shift = self.layers_before();
        let layer_of = |rank: i32| usize::try_from(rank).unwrap_or(0) + shift;
        if self.before && self.direction == Direction::Down && self.heading.h > 0 {
            let vertex = Vertex { kind: Kind::Heading, layer: 0, width: self.heading.w, height: self.heading.h };
            self.layers.add(vertex);
            self.layers.pinned[0] = 1;
        }
        for (child, item) in self.items.iter().enumerate() {
            let layer = layer_of(self.ranks.children[child]);
            let vertex = Vertex { kind: Kind::Child(child), layer, width: item.size.w, height: item.size.h };
            self.layers.add(vertex);
            if self.shape(child) == Shape::Region {
                self.layers.pinned[layer] += 1;
            }
        }
        let first_child = self.layers.vertices.len() - self.items.len();
        let last = self.last_layer(shift);
        let mut label_widths = vec![0; last + 1];
        for at in 0..self.level.pieces.len() {
            let piece = &self.level.pieces[at];
            let (upper, lower) = if self.ranks.reversed[at] { (piece.to, piece.from) } else { (piece.from, piece.to) };
            let port = |this: &mut Self, layer: usize| {
                this.layers.add(Vertex { kind: Kind::Port(at), layer, width: 0, height: 0 })
            };
            let start = match upper {
                End::Child { child, .. } => first_child + child,
                End::Border => port(self, 0),
            };
            let end = match lower {
                End::Child { child, .. } => first_child + child,
                End::Border => port(self, last),
            };
            let fixed = [upper, lower].map(|end| self.decided(arranged, end, piece.edge));
            let chain = if self.layers.vertices[start].layer == self.layers.vertices[end].layer {
                self.turn(at, [start, end], fixed)
            } else {
                self.chain(at, [start, end], fixed, &mut label_widths)
            };
            self.chains.push(chain);
        }
    }

    /// How many layers lie before the first child: one for edges that cross the near border, two if one of them leads
    /// to the first layer and bears a label.
    fn layers_before(&self) -> usize {
        let labelled = self.level.pieces.iter().enumerate().any(|(at, piece)| {
            let child = piece.to.child().filter(|_| piece.from == End::Border);
            child.is_some_and(|child| self.ranks.children[child] == 0) && self.label(at).is_some()
        });
        usize::from(self.before) + usize::from(labelled)
    }

    /// The layer behind all children, their turns, and their labels on edges to the far border.
    fn last_layer(&self, shift: usize) -> usize {
        let after = self.level.pieces.iter().enumerate().map(|(at, piece)| {
            let turns = same_layer(self.ranks, piece.from, piece.to);
            let labelled = piece.to == End::Border && self.label(at).is_some();
            let ends = [piece.from, piece.to].into_iter().filter_map(End::child);
            let last = ends.map(|child| self.ranks.children[child]).max().unwrap_or(0);
            last + i32::from(turns || labelled)
        });
        let last = self.ranks.children.iter().copied().chain(after).max().unwrap_or(0);
        usize::try_from(last).unwrap_or(0) + shift + 1
    }

    /// Where an edge comes out of a child, if that was decided inside.
    fn decided(&self, arranged: &[Arranged], end: End, edge: EdgeId) -> Option<i32> {
        let End::Child { child, inner: true } = end else { return None };
        let inside = self.context.levels.inside[self.level.children[child].index()]?;
        arranged[inside].ports.get(&edge).map(|port| port + self.items[child].body.x)
    }

    fn segment(&mut self, piece: usize, ends: [usize; 2], fixed: [Option<i32>; 2]) -> usize {
        self.layers.segments.push(Segment {
            piece,
            ends,
            offsets: fixed.map(|at| at.unwrap_or(0)),
            fixed: fixed.map(|at| at.is_some()),
            weight: 0,
            range: None,
        });
        self.layers.segments.len() - 1
    }

    /// A piece from layer to layer, its label where the labels are least wide.
    fn chain(&mut self, piece: usize, ends: [usize; 2], fixed: [Option<i32>; 2], widths: &mut [i32]) -> Vec<usize> {
        let label = self.label(piece);
        let between = self.layers.vertices[ends[0]].layer + 1..self.layers.vertices[ends[1]].layer;
        let labelled = label.and_then(|_| between.clone().min_by_key(|&layer| (widths[layer], layer)));
        let mut chain = Vec::new();
        let mut upper = ends[0];
        for layer in between {
            let (kind, size) = match label {
                Some(size) if labelled == Some(layer) => (Kind::Label(piece), size),
                _ => (Kind::Passing(piece), Size::default()),
            };
            widths[layer] += size.w;
            let vertex = self.layers.add(Vertex { kind, layer, width: size.w, height: size.h });
            if labelled == Some(layer) {
                self.label_at.insert(piece, vertex);
            }
            let first = if upper == ends[0] { fixed[0] } else { None };
            chain.push(self.segment(piece, [upper, vertex], [first, None]));
            upper = vertex;
        }
        let first = if upper == ends[0] { fixed[0] } else { None };
        chain.push(self.segment(piece, [upper, ends[1]], [first, fixed[1]]));
        chain
    }

    /// A piece between two children of one layer: it turns back in the next.
    fn turn(&mut self, piece: usize, ends: [usize; 2], fixed: [Option<i32>; 2]) -> Vec<usize> {
        let label = self.label(piece);
        let layer = self.layers.vertices[ends[0]].layer + 1;
        let least = turned(self.spacing.lines, self.direction).0;
        let gap = turned(self.spacing.label, self.direction).1;
        let size = label.map(|size| Size { h: size.h + gap, ..size }).unwrap_or_default();
        let vertex = Vertex { kind: Kind::Turn(piece), layer, width: size.w.max(least), height: size.h };
        let turn = self.layers.add(vertex);
        if label.is_some() {
            self.label_at.insert(piece, turn);
        }
        ends.into_iter().zip(fixed).map(|(end, fixed)| self.segment(piece, [end, turn], [fixed, None])).collect()
    }

    /// The room for the label of a piece, with the distance to the line.
    pub(super) fn label(&self, piece: usize) -> Option<Size> {
        let Piece { edge, main, .. } = self.level.pieces[piece];
        let size = label_size(self.context, edge).turned(self.direction);
        let gap = turned(self.spacing.label, self.direction).0;
        (main && size.w > 0).then_some(Size { w: size.w + gap, h: size.h })
    }
}
