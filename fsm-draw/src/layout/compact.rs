//! Levels without needless height.
//!
//! A tall nest stretches its whole layer, and what stands beside it would wait for its end. So everything moves up as far
//! as what lies above it allows: one-dimensional compaction, as in the layout of circuits (Lengauer, *Combinatorial
//! Algorithms for Integrated Circuit Layout*, 1990, chapter 10). Whatever overlaps across the direction keeps its order
//! and its distance, so nothing overlaps or crosses that did not before.

use crate::graph::Shape;

use super::arrange::Arrangement;
use super::geometry::turned;
use super::layers::Kind;
use super::rows::Rows;

/// Beyond so many objects a level stays as it is: all pairs are looked at.
const MOST: usize = 3000;

/// A level is compacted if that saves one part in so many of its height.
const WORTHWHILE: i32 = 8;

/// What keeps its distance.
#[derive(Debug, Clone, Copy)]
struct Object {
    what: What,
    /// The extent across.
    low: i32,
    high: i32,
    /// The place and the extent along.
    y: i32,
    height: i32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum What {
    /// A child, a heading, or a port on the border.
    Box(usize),
    /// A label, or a turn.
    Label(usize),
    /// Where a segment runs sideways.
    Track(usize),
    /// Where a segment steps aside.
    Aside(usize),
}

impl Arrangement<'_> {
    /// Moves everything up, if that is worthwhile.
    pub(super) fn compact(&self, places: &[i32], rows: &mut Rows) {
        let mut objects = self.objects(places, rows);
        if objects.len() > MOST || objects.iter().any(|object| self.is_region(object)) {
            return;
        }
        objects.sort_by_key(|object| (object.y, object.low));
        let first: Vec<_> = self.earliest(&objects, None);
        let end_of = |ys: &[i32]| objects.iter().zip(ys).map(|(object, y)| y + object.height).max().unwrap_or(0);
        let (before, after) = (end_of(&objects.iter().map(|object| object.y).collect::<Vec<_>>()), end_of(&first));
        if (before - after) * WORTHWHILE < before {
            return;
        }
        // What stood in one layer stands side by side where there is room for that.
        let last = self.latest(&objects, after);
        let mut aligned = vec![0; self.layers.order.len()];
        for (object, &y) in objects.iter().zip(&first) {
            if let Some(layer) = self.layer(object) {
                aligned[layer] = y.max(aligned[layer]);
            }
        }
        let wishes: Vec<_> = objects
            .iter()
            .zip(&last)
            .map(|(object, &last)| self.layer(object).map_or(0, |layer| aligned[layer].min(last)))
            .collect();
        for (object, y) in objects.iter().zip(self.earliest(&objects, Some(&wishes))) {
            match object.what {
                What::Box(vertex) | What::Label(vertex) => rows.tops[vertex] = y,
                What::Track(segment) => {
                    if let Some(sideways) = &mut rows.bends[segment] {
                        sideways.y = y;
                    }
                }
                What::Aside(segment) => {
                    if let Some(aside) = rows.bends[segment].as_mut().and_then(|sideways| sideways.aside.as_mut()) {
                        aside.y = y;
                    }
                }
            }
        }
        rows.end = after;
    }

    fn objects(&self, places: &[i32], rows: &Rows) -> Vec<Object> {
        let mut objects = Vec::new();
        for (index, vertex) in self.layers.vertices.iter().enumerate() {
            let what = match vertex.kind {
                Kind::Child(_) | Kind::Heading | Kind::Port(_) => What::Box(index),
                Kind::Label(_) | Kind::Turn(_) => What::Label(index),
                Kind::Passing(_) => continue,
            };
            let (low, y) = (places[index], rows.tops[index]);
            objects.push(Object { what, low, high: low + vertex.width, y, height: vertex.height });
        }
        for (segment, sideways) in rows.bends.iter().enumerate() {
            let Some(sideways) = sideways else { continue };
            let bend = self.bend(segment, places);
            let mut track = |what, a: i32, b: i32, y| {
                let height = self.spacing.stroke;
                objects.push(Object { what, low: a.min(b), high: a.max(b), y, height });
            };
            let from = sideways.aside.map_or(bend.from, |aside| aside.x);
            track(What::Track(segment), from, bend.to, sideways.y);
            if let Some(aside) = sideways.aside {
                track(What::Aside(segment), bend.from, aside.x, aside.y);
            }
        }
        objects
    }

    fn is_region(&self, object: &Object) -> bool {
        match object.what {
            What::Box(vertex) => match self.layers.vertices[vertex].kind {
                Kind::Child(child) => self.shape(child) == Shape::Region,
                _ => false,
            },
            _ => false,
        }
    }

    /// The layer of a child or a label, which like to be beside their neighbours.
    fn layer(&self, object: &Object) -> Option<usize> {
        match object.what {
            What::Box(vertex) | What::Label(vertex) => Some(self.layers.vertices[vertex].layer),
            What::Track(_) | What::Aside(_) => None,
        }
    }

    /// The first place of each object that all before it allow, and that it wishes.
    fn earliest(&self, objects: &[Object], wishes: Option<&[i32]>) -> Vec<i32> {
        let top = objects.iter().map(|object| object.y).min().unwrap_or(0);
        let inset = if self.before { self.inset().1 } else { 0 };
        let mut ys: Vec<i32> = Vec::with_capacity(objects.len());
        for (at, object) in objects.iter().enumerate() {
            let above = objects[..at].iter().zip(&ys).filter(|(other, _)| self.keeps_order(other, object));
            let bound = above.map(|(other, y)| y + other.height + self.distance_along(other, object)).max();
            // What has nothing above it stays where the level begins, but does not touch the border.
            let bound = bound.unwrap_or(top).max(object.y.min(top + inset));
            ys.push(bound.max(wishes.map_or(top, |wishes| wishes[at])));
        }
        ys
    }

    /// The last place of each object that leaves room for all behind it.
    fn latest(&self, objects: &[Object], end: i32) -> Vec<i32> {
        let mut ys = vec![0; objects.len()];
        for (at, object) in objects.iter().enumerate().rev() {
            let below = objects.iter().zip(&ys).skip(at + 1).filter(|(other, _)| self.keeps_order(object, other));
            let bound = below.map(|(other, y)| y - self.distance_along(object, other)).min();
            ys[at] = bound.unwrap_or(end) - object.height;
        }
        ys
    }

    /// Whether two objects are so near to each other across that they must not pass.
    fn keeps_order(&self, a: &Object, b: &Object) -> bool {
        let margin = match (a.what, b.what) {
            (What::Box(_), What::Box(_)) => turned(self.spacing.boxes, self.direction).0,
            _ => turned(self.spacing.lines, self.direction).0,
        };
        a.low < b.high + margin && b.low < a.high + margin
    }

    /// The distance that two objects keep: not more than they have.
    fn distance_along(&self, above: &Object, below: &Object) -> i32 {
        let lines = turned(self.spacing.lines, self.direction).1;
        let arrow = turned(self.spacing.arrow, self.direction).1;
        let wanted = match (above.what, below.what) {
            (What::Box(_), What::Box(_)) => 2 * arrow,
            (What::Box(_), What::Label(_)) | (What::Label(_), What::Box(_)) => arrow + lines,
            (What::Box(_), What::Track(_) | What::Aside(_)) | (What::Track(_) | What::Aside(_), What::Box(_)) => arrow,
            (What::Label(_), _) | (_, What::Label(_)) => lines,
            (What::Track(_) | What::Aside(_), What::Track(_) | What::Aside(_)) => lines - self.spacing.stroke,
        };
        wanted.min(below.y - above.y - above.height)
    }
}
