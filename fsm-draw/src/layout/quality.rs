//! How good a layout is, in numbers.

use std::collections::BTreeSet;

use crate::graph::{Graph, NodeId, Shape};

use super::Layout;
use super::geometry::{Point, Rect};

/// What is counted of a layout. The first five are faults; the rest should be small.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Quality {
    /// Pairs of boxes that overlap without one lying in the other, and children that stand out of their parents.
    pub box_overlaps: usize,
    /// Labels that overlap a box, another label, or the name of a box around them.
    pub label_overlaps: usize,
    /// Labels that a line runs through.
    pub struck_labels: usize,
    /// Pairs of an edge and a box that it runs through, and is not tied to.
    pub edges_through_boxes: usize,
    /// Stretches that two edges share.
    pub shared_stretches: usize,
    /// Pairs of lines that cross.
    pub crossings: usize,
    /// Corners of all edges.
    pub bends: usize,
    /// The length of all edges.
    pub length: i64,
    /// The area of the picture.
    pub area: i64,
}

/// Counts what is good and bad about a layout of a graph.
#[must_use]
pub fn quality(graph: &Graph, layout: &Layout) -> Quality {
    let labels: Vec<_> = layout.edges.iter().map(|edge| edge.label.rect).filter(|rect| rect.w > 0).collect();
    let lines: Vec<_> = layout
        .edges
        .iter()
        .enumerate()
        .flat_map(|(edge, placed)| placed.points.windows(2).map(move |pair| (edge, Stretch::new(pair[0], pair[1]))))
        .collect();
    let (crossings, shared_stretches) = meetings(graph, &lines);
    Quality {
        box_overlaps: box_overlaps(graph, layout),
        label_overlaps: label_overlaps(graph, layout, &labels),
        struck_labels: labels
            .iter()
            .map(|&label| lines.iter().filter(|(_, line)| line.runs_through(label)).count())
            .sum(),
        edges_through_boxes: edges_through_boxes(graph, layout, &lines),
        shared_stretches,
        crossings,
        bends: layout.edges.iter().map(|edge| edge.points.len().saturating_sub(2)).sum(),
        length: lines.iter().map(|(_, line)| line.length()).sum(),
        area: i64::from(layout.size.w) * i64::from(layout.size.h),
    }
}

/// A horizontal or vertical part of an edge.
#[derive(Debug, Clone, Copy)]
struct Stretch {
    low: Point,
    high: Point,
}

impl Stretch {
    fn new(a: Point, b: Point) -> Stretch {
        Stretch { low: Point { x: a.x.min(b.x), y: a.y.min(b.y) }, high: Point { x: a.x.max(b.x), y: a.y.max(b.y) } }
    }

    fn vertical(self) -> bool {
        self.low.x == self.high.x
    }

    fn length(self) -> i64 {
        i64::from(self.high.x - self.low.x) + i64::from(self.high.y - self.low.y)
    }

    /// Whether it has a point strictly inside of a rectangle.
    fn runs_through(self, rect: Rect) -> bool {
        self.low.x < rect.right() && rect.x < self.high.x && self.low.y < rect.bottom() && rect.y < self.high.y
            || self.vertical()
                && rect.x < self.low.x
                && self.low.x < rect.right()
                && self.low.y < rect.bottom()
                && rect.y < self.high.y
            || !self.vertical()
                && rect.y < self.low.y
                && self.low.y < rect.bottom()
                && self.low.x < rect.right()
                && rect.x < self.high.x
    }

    fn crosses(self, other: Stretch) -> bool {
        let (v, h) = if self.vertical() { (self, other) } else { (other, self) };
        self.vertical() != other.vertical()
            && h.low.x < v.low.x
            && v.low.x < h.high.x
            && v.low.y < h.low.y
            && h.low.y < v.high.y
    }

    fn shares(self, other: Stretch) -> bool {
        if self.vertical() != other.vertical() {
            return false;
        }
        if self.vertical() {
            self.low.x == other.low.x && self.low.y < other.high.y && other.low.y < self.high.y
        } else {
            self.low.y == other.low.y && self.low.x < other.high.x && other.low.x < self.high.x
        }
    }
}

fn within(graph: &Graph, node: NodeId, around: NodeId) -> bool {
    std::iter::successors(Some(node), |&node| graph.node(node).parent).any(|node| node == around)
}

fn box_overlaps(graph: &Graph, layout: &Layout) -> usize {
    let rect = |node: NodeId| layout.nodes[node.index()].rect;
    let standing_out =
        graph.nodes().filter(|(id, node)| node.parent.is_some_and(|parent| !rect(parent).contains(rect(*id)))).count();
    let overlapping: usize = std::iter::once(None)
        .chain(graph.nodes().map(|(id, _)| Some(id)))
        .map(|parent| {
            let children = graph.children(parent);
            let pairs =
                children.iter().enumerate().flat_map(|(at, &a)| children[at + 1..].iter().map(move |&b| (a, b)));
            pairs.filter(|&(a, b)| rect(a).overlaps(rect(b))).count()
        })
        .sum();
    standing_out + overlapping
}

fn label_overlaps(graph: &Graph, layout: &Layout, labels: &[Rect]) -> usize {
    let mut count = 0;
    for (at, label) in labels.iter().enumerate() {
        count += labels[at + 1..].iter().filter(|other| label.overlaps(**other)).count();
        for (id, _) in graph.nodes() {
            let node = &layout.nodes[id.index()];
            let texts = std::iter::once(&node.title).chain(&node.compartments);
            let struck = if graph.children(Some(id)).is_empty() {
                label.overlaps(node.rect)
            } else {
                let cut = label.overlaps(node.rect) && !node.rect.contains(*label);
                cut || texts.into_iter().any(|text| text.rect.overlaps(*label))
            };
            count += usize::from(struck);
        }
    }
    count
}

fn edges_through_boxes(graph: &Graph, layout: &Layout, lines: &[(usize, Stretch)]) -> usize {
    let mut found = BTreeSet::new();
    let edges: Vec<_> = graph.edges().map(|(_, edge)| (edge.from, edge.to)).collect();
    for &(edge, line) in lines {
        let (from, to) = edges[edge];
        for (id, _) in graph.nodes() {
            let node = &layout.nodes[id.index()];
            let own = [from, to].into_iter().any(|end| within(graph, end, id));
            let touched = if own {
                // An edge may cross its own box, but not the texts in it.
                !graph.children(Some(id)).is_empty()
                    && std::iter::once(&node.title).chain(&node.compartments).any(|text| line.runs_through(text.rect))
            } else {
                line.runs_through(node.rect)
            };
            if touched {
                found.insert((edge, id));
            }
        }
    }
    found.len()
}

/// Crossings, and shared stretches of edges that do not end at one sign.
fn meetings(graph: &Graph, lines: &[(usize, Stretch)]) -> (usize, usize) {
    let small = |node: NodeId| {
        let node = graph.node(node);
        matches!(node.shape, Shape::Initial | Shape::History) || node.shape == Shape::Final && node.title.is_empty()
    };
    let edges: Vec<_> = graph.edges().map(|(_, edge)| edge).collect();
    let merge = |a: usize, b: usize| {
        let (a, b) = (edges[a], edges[b]);
        [a.from, a.to].into_iter().any(|end| small(end) && (end == b.from || end == b.to))
    };
    let mut sorted: Vec<_> = lines.to_vec();
    sorted.sort_by_key(|(edge, line)| (line.low.y, line.low.x, *edge));
    let (mut crossings, mut shared) = (0, 0);
    for (at, &(a, line)) in sorted.iter().enumerate() {
        for &(b, other) in sorted[at + 1..].iter().take_while(|(_, other)| other.low.y <= line.high.y) {
            crossings += usize::from(a != b && line.crosses(other));
            shared += usize::from(a != b && line.shares(other) && !merge(a, b));
        }
    }
    (crossings, shared)
}
