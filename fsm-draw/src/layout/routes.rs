//! The places of a level, collected: boxes, labels, and the ways of edges from corner to corner.

use crate::graph::Shape;

use super::arrange::{Arranged, Arrangement, label_size};
use super::geometry::{Point, Rect, Size, turned};
use super::items::Tied;
use super::layers::{Kind, Segment};
use super::ranks::Side;
use super::rows::{Rows, Sideways};

impl Arrangement<'_> {
    pub(super) fn collect(&self, places: &[i32], rows: &Rows, size: Size) -> Arranged {
        let mut arranged = Arranged { size, ..Arranged::default() };
        for (index, vertex) in self.layers.vertices.iter().enumerate() {
            let at = Point::new(places[index], rows.tops[index]);
            match vertex.kind {
                Kind::Child(child) => {
                    let item = &self.items[child];
                    arranged.bodies.push(item.body.moved(at));
                    let moved = |points: &[Point]| points.iter().map(|point| point.moved(at)).collect::<Vec<_>>();
                    for bow in &item.bows {
                        arranged.own.push((bow.edge, moved(&bow.points)));
                        arranged.labels.extend(bow.label.map(|label| (bow.edge, label.moved(at))));
                    }
                    for tied in &item.notes {
                        arranged.own.push((tied.edge, moved(&self.tie(tied))));
                        arranged.notes.push((tied.note, tied.rect.moved(at)));
                    }
                }
                Kind::Port(piece) => {
                    arranged.ports.insert(self.level.pieces[piece].edge, places[index]);
                    if self.ranks.border[piece] == Side::After {
                        arranged.after.push(piece);
                    }
                }
                Kind::Heading | Kind::Passing(_) | Kind::Label(_) | Kind::Turn(_) => {}
            }
        }
        for (&piece, &vertex) in &self.label_at {
            arranged.labels.push((self.level.pieces[piece].edge, self.label_rect(piece, vertex, places, rows)));
        }
        for (piece, chain) in self.chains.iter().enumerate() {
            arranged.routes.push(self.route(piece, chain, places, rows, size));
        }
        self.separate(&mut arranged);
        arranged
    }

    /// The line of a note in the direction of its edge.
    fn tie(&self, tied: &Tied) -> Vec<Point> {
        let mut points = tied.points.clone();
        if self.context.graph.edge(tied.edge).from != tied.note {
            points.reverse();
        }
        points
    }

    fn label_rect(&self, piece: usize, vertex: usize, places: &[i32], rows: &Rows) -> Rect {
        let size = label_size(self.context, self.level.pieces[piece].edge).turned(self.direction);
        let gap = turned(self.spacing.label, self.direction);
        let top = rows.tops[vertex];
        let at = match self.layers.vertices[vertex].kind {
            Kind::Turn(_) => Point::new(places[vertex] + gap.0, top + gap.1),
            _ => Point::new(places[vertex] + gap.0, top),
        };
        Rect::at(at, size)
    }

    /// The way of a piece, from its beginning to its end.
    fn route(&self, piece: usize, chain: &[usize], places: &[i32], rows: &Rows, size: Size) -> Vec<Point> {
        let mut points = Vec::new();
        for &segment in chain {
            let Segment { ends, .. } = self.layers.segments[segment];
            let bend = self.bend(segment, places);
            let mut part = Vec::new();
            part.extend(self.meeting(ends[0], 0, bend.from, places, rows, size).map(|y| Point::new(bend.from, y)));
            if let Some(Sideways { y, aside }) = rows.bends[segment] {
                let from = aside.map_or(bend.from, |aside| aside.x);
                part.extend(aside.map(|aside| Point::new(bend.from, aside.y)));
                part.extend(aside);
                part.extend([Point::new(from, y), Point::new(bend.to, y)]);
            }
            part.extend(self.meeting(ends[1], 1, bend.to, places, rows, size).map(|y| Point::new(bend.to, y)));
            // The second half of a turn goes up.
            let turns = matches!(self.layers.vertices[ends[1]].kind, Kind::Turn(_));
            if turns && segment != chain[0] {
                part.reverse();
            }
            points.extend(part);
        }
        if self.ranks.reversed[piece] {
            points.reverse();
        }
        simplified(points)
    }

    /// Where a line that comes from below (0) or from above (1) meets a vertex, if it ends there.
    fn meeting(&self, vertex: usize, end: usize, x: i32, places: &[i32], rows: &Rows, size: Size) -> Option<i32> {
        match self.layers.vertices[vertex].kind {
            Kind::Child(child) => {
                let body = self.items[child].body.moved(Point::new(places[vertex], rows.tops[vertex]));
                let depth = self.depth(child, body, x);
                Some(if end == 0 { body.bottom() - depth } else { body.y + depth })
            }
            Kind::Port(piece) => match self.ranks.border[piece] {
                Side::Before => Some(0),
                Side::After => Some(size.h),
            },
            Kind::Turn(_) => Some(rows.tops[vertex]),
            Kind::Heading | Kind::Passing(_) | Kind::Label(_) => None,
        }
    }

    /// How far inside of its box a shape begins, at a place across.
    fn depth(&self, child: usize, body: Rect, x: i32) -> i32 {
        let node = self.level.children[child];
        if self.context.graph.node(node).shape != Shape::Choice || self.context.levels.inside[node.index()].is_some() {
            return 0;
        }
        let aside = (2 * (x - body.x) - body.w).abs();
        if body.w > 0 { body.h * aside / (2 * body.w) } else { 0 }
    }

    /// Lines between neighbouring regions, over the whole length of the regions.
    fn separate(&self, arranged: &mut Arranged) {
        let regions: Vec<_> = self
            .level
            .children
            .iter()
            .zip(&arranged.bodies)
            .filter(|(child, _)| self.context.graph.node(**child).shape == Shape::Region)
            .map(|(_, body)| *body)
            .collect();
        for pair in regions.windows(2) {
            let x = pair[0].right().midpoint(pair[1].x);
            arranged.separators.push([Point::new(x, pair[0].y), Point::new(x, pair[0].bottom())]);
        }
    }
}

/// A way without points that change nothing.
pub(super) fn simplified(points: Vec<Point>) -> Vec<Point> {
    let mut simple: Vec<Point> = Vec::with_capacity(points.len());
    for point in points {
        if simple.last() == Some(&point) {
            continue;
        }
        if let [.., a, b] = simple.as_slice()
            && ((a.x == b.x && b.x == point.x && (b.y - a.y).signum() == (point.y - b.y).signum())
                || (a.y == b.y && b.y == point.y && (b.x - a.x).signum() == (point.x - b.x).signum()))
        {
            simple.pop();
        }
        simple.push(point);
    }
    simple
}
