//! Places along the direction: the layers one below the other, and between them the tracks where lines run sideways.

use crate::graph::{Arrow, Shape};

use super::arrange::Arrangement;
use super::geometry::{Point, turned};
use super::layers::{Kind, Segment};
use super::ranks::Side;
use super::tracks::{Bend, Tracks, tracks};

/// Where the vertices of a level lie along the direction, and the lines between.
pub(super) struct Rows {
    /// Where each vertex begins.
    pub(super) tops: Vec<i32>,
    /// Where the last ends.
    pub(super) end: i32,
    /// Where segments run sideways.
    pub(super) bends: Vec<Option<Sideways>>,
}

/// Where a segment runs sideways.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sideways {
    pub(super) y: i32,
    /// Where it first steps aside to.
    pub(super) aside: Option<Point>,
}

impl Arrangement<'_> {
    /// Puts the layers one below the other, each vertex in the middle of its layer, and lines between.
    pub(super) fn rows(&self, places: &[i32], start: i32) -> Rows {
        let lines = turned(self.spacing.lines, self.direction);
        let heights: Vec<_> = self
            .layers
            .order
            .iter()
            .map(|layer| layer.iter().map(|&vertex| self.layers.vertices[vertex].height).max().unwrap_or(0))
            .collect();
        let mut rows = Rows {
            tops: vec![start; self.layers.vertices.len()],
            end: start,
            bends: vec![None; self.layers.segments.len()],
        };
        let mut y = start;
        let gaps = self.layers.gaps();
        for (layer, &height) in heights.iter().enumerate() {
            for &index in &self.layers.order[layer] {
                let vertex = &self.layers.vertices[index];
                rows.tops[index] = match vertex.kind {
                    Kind::Turn(_) => y,
                    Kind::Port(piece) if self.ranks.border[piece] == Side::Before => 0,
                    _ => y + (height - vertex.height) / 2,
                };
            }
            y += height;
            rows.end = y;
            let Some(gap) = gaps.get(layer) else { break };
            let bent: Vec<_> =
                gap.iter().copied().filter(|&s| self.bend(s, places).from != self.bend(s, places).to).collect();
            let touching = bent.is_empty() && self.only_borders(gap);
            let above = if touching { 0 } else { self.room(gap, 0, height) };
            let below = if touching { 0 } else { self.room(gap, 1, heights[layer + 1]) };
            let bends: Vec<_> = bent.iter().map(|&s| self.bend(s, places)).collect();
            let Tracks { of_bend, aside } = tracks(&bends, lines.0);
            let last = of_bend.iter().max().copied().unwrap_or(0);
            let stepping = y + above;
            if aside.iter().any(Option::is_some) {
                y += lines.1;
            }
            for ((&segment, &track), aside) in bent.iter().zip(&of_bend).zip(aside) {
                let y = y + above + lines.1 * i32::try_from(track).unwrap_or(0);
                rows.bends[segment] = Some(Sideways { y, aside: aside.map(|x| Point::new(x, stepping)) });
            }
            let stroke = if bent.is_empty() { 0 } else { self.spacing.stroke };
            y += above + below + lines.1 * i32::try_from(last).unwrap_or(0) + stroke;
        }
        rows
    }

    /// Whether a gap has nothing but edges that cross the border of a region and the one around it: the two may touch.
    fn only_borders(&self, gap: &[usize]) -> bool {
        !gap.is_empty()
            && gap.iter().all(|&segment| {
                let Segment { ends, fixed, .. } = self.layers.segments[segment];
                [0, 1].into_iter().any(|end| match self.layers.vertices[ends[end]].kind {
                    Kind::Child(child) => self.shape(child) == Shape::Region && fixed[end],
                    _ => false,
                })
            })
    }

    pub(super) fn bend(&self, segment: usize, places: &[i32]) -> Bend {
        let Segment { ends, offsets, .. } = self.layers.segments[segment];
        let at = |end: usize| places[ends[end]] + offsets[end];
        Bend { from: at(0), to: at(1) }
    }

    /// The room between a layer and the first track beside it: more if an arrowhead ends there.
    fn room(&self, gap: &[usize], end: usize, height: i32) -> i32 {
        let arrow = gap.iter().any(|&segment| {
            let Segment { piece, ends, .. } = self.layers.segments[segment];
            let piece_ends = &self.level.pieces[piece];
            let edge = self.context.graph.edge(piece_ends.edge);
            match self.layers.vertices[ends[end]].kind {
                Kind::Child(_) | Kind::Port(_) => edge.head != Arrow::None || edge.tail != Arrow::None,
                Kind::Heading | Kind::Passing(_) | Kind::Label(_) | Kind::Turn(_) => false,
            }
        });
        let lines = turned(self.spacing.lines, self.direction).1;
        if arrow {
            turned(self.spacing.arrow, self.direction).1
        } else if height > 0 {
            lines
        } else {
            lines / 2
        }
    }
}
