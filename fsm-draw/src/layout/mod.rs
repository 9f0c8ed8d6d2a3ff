//! Where everything is drawn: the layered layout of nested graphs.
//!
//! A nested graph is taken apart into levels, each a graph of boxes, and every level is laid out by the method of
//! Sugiyama, Tagawa and Toda (1981), one file per phase:
//!
//! | file | | |
//! |---|---|---|
//! | `levels` | the graph in levels, edges in pieces | Sander 1996 keeps one level; pieces meet in ports as in Spönemann et al. 2009 |
//! | `cycles`, `ranks` | a layer for every child | Gansner et al. 1993 |
//! | `layers`, `fill` | vertices for labels and for what passes | Gansner et al. 1993 |
//! | `order` | few crossings | barycenters and swaps |
//! | `agree` | few crossings on both sides of a border | Schulze et al. 2014 |
//! | `ports` | where edges meet boxes | |
//! | `place` | places across | Gansner et al. 1993, Brandes and Köpf 2001 |
//! | `rows`, `tracks` | places along, and where edges run sideways | Sander 2003 |
//! | `compact` | no needless height | Lengauer 1990 |
//! | `routes` | edges from corner to corner | |
//!
//! All numbers are whole, so that one algorithm serves pixels and the cells of a terminal, and the same graph is drawn
//! the same everywhere. What holds of every layout, and is tested: boxes lie inside of their parents and beside their
//! sisters; labels overlap no box, no other label and no line; no line runs through a box that it does not belong to; no two lines share a stretch, except
//! where they meet at one sign.

mod agree;
mod arrange;
mod compact;
mod contents;
mod cycles;
mod fill;
mod geometry;
mod items;
mod layers;
mod levels;
mod order;
mod place;
mod ports;
mod quality;
mod ranks;
mod routes;
mod rows;
mod simplex;
mod tracks;

use crate::graph::{Graph, NodeId};
use crate::text::{Block, Font, Metrics};

use agree::arrange_in_agreement;
use arrange::{Arranged, Context};
use contents::Contents;
pub use geometry::{Point, Rect, Size};
use levels::{Levels, take_apart};
pub use quality::{Quality, quality};
use routes::simplified;

/// Where everything is drawn.
#[derive(Debug, Clone, Default)]
pub struct Layout {
    /// The whole picture.
    pub size: Size,
    /// The title of the picture.
    pub heading: Text,
    /// The nodes, in the order of the graph.
    pub nodes: Vec<PlacedNode>,
    /// The edges, in the order of the graph.
    pub edges: Vec<PlacedEdge>,
    /// Dashed lines between regions, with the node whose regions they are.
    pub separators: Vec<[Point; 2]>,
    /// The samples of the legend and their texts, in the order of the graph.
    pub legend: Vec<(Rect, Text)>,
}

/// A block of text and its place.
#[derive(Debug, Clone, Default)]
pub struct Text {
    /// Where it stands: the rectangle fits the block.
    pub rect: Rect,
    /// What it says.
    pub block: Block,
}

/// A node and its place.
#[derive(Debug, Clone, Default)]
pub struct PlacedNode {
    /// Its border.
    pub rect: Rect,
    /// Its name.
    pub title: Text,
    /// What stands under the name.
    pub compartments: Vec<Text>,
}

/// An edge and its way.
#[derive(Debug, Clone, Default)]
pub struct PlacedEdge {
    /// Its corners, from its beginning to its end; neighbours have one coordinate in common.
    pub points: Vec<Point>,
    /// What is written on it.
    pub label: Text,
}

/// Lays a graph out.
#[must_use]
pub fn layout(graph: &Graph, metrics: &dyn Metrics) -> Layout {
    let levels = take_apart(graph);
    let ranks = ranks::rank(graph, &levels);
    let contents = contents::measure(graph, metrics);
    let labels: Vec<_> = graph.edges().map(|(_, edge)| Block::wrapped(&edge.label, Font::Label, metrics)).collect();
    let context = Context { graph, metrics, levels: &levels, ranks: &ranks, contents: &contents, labels: &labels };
    let arranged = arrange_in_agreement(&context);
    compose(graph, metrics, &levels, &arranged, contents, labels)
}

/// Puts the levels together, and everything into its place.
fn compose(
    graph: &Graph,
    metrics: &dyn Metrics,
    levels: &Levels,
    arranged: &[Arranged],
    contents: Vec<Contents>,
    labels: Vec<Block>,
) -> Layout {
    let spacing = metrics.spacing();
    let heading = Block::wrapped(std::slice::from_ref(&graph.title), Font::Heading, metrics);
    let above = if heading.is_empty() { 0 } else { heading.height + spacing.boxes.1 / 2 };
    let margin = Point::new(spacing.margin.0, spacing.margin.1 + above);
    let mut layout = Layout {
        nodes: vec![PlacedNode::default(); contents.len()],
        edges: labels
            .into_iter()
            .map(|block| PlacedEdge { label: Text { block, ..Text::default() }, points: Vec::new() })
            .collect(),
        ..Layout::default()
    };
    let drawing = place_levels(graph, levels, arranged, margin, &mut layout);
    for (edge, pieces) in levels.pieces.iter().enumerate() {
        if !pieces.is_empty() {
            layout.edges[edge].points = simplified(std::mem::take(&mut layout.edges[edge].points));
        }
    }
    for ((id, _), contents) in graph.nodes().zip(contents) {
        place_texts(graph, id, contents, metrics, &mut layout.nodes[id.index()]);
    }
    let legend = place_legend(graph, metrics, drawing.h + margin.y + spacing.boxes.1, &mut layout);
    let width = drawing.w.max(heading.width).max(legend.w);
    let height = margin.y + drawing.h + legend.h + spacing.margin.1;
    layout.size = Size { w: width + 2 * margin.x, h: height };
    layout.heading.rect = Rect { x: margin.x, y: spacing.margin.1, w: heading.width, h: heading.height };
    layout.heading.block = heading;
    layout
}

/// Gives nodes and edges their places in the picture, and returns the size of the outermost level.
fn place_levels(graph: &Graph, levels: &Levels, arranged: &[Arranged], margin: Point, layout: &mut Layout) -> Size {
    let direction = graph.direction;
    let mut origins = vec![Point::default(); arranged.len()];
    let mut routes: Vec<Vec<Vec<Point>>> = Vec::with_capacity(arranged.len());
    for (index, level) in arranged.iter().enumerate() {
        let origin = origins[index];
        let point = |point: Point| point.moved(origin).turned(direction).moved(margin);
        let rect = |rect: Rect| rect.moved(origin).turned(direction).moved(margin);
        for (&child, &body) in levels.all[index].children.iter().zip(&level.bodies) {
            layout.nodes[child.index()].rect = rect(body);
            if let Some(inside) = levels.inside[child.index()] {
                origins[inside] = body.origin().moved(origin);
            }
        }
        for &(note, at) in &level.notes {
            layout.nodes[note.index()].rect = rect(at);
        }
        for &(edge, at) in &level.labels {
            layout.edges[edge.index()].label.rect = rect(at);
        }
        for (edge, points) in &level.own {
            layout.edges[edge.index()].points = points.iter().copied().map(point).collect();
        }
        layout.separators.extend(level.separators.iter().map(|ends| ends.map(point)));
        routes.push(level.routes.iter().map(|route| route.iter().copied().map(point).collect()).collect());
    }
    for (edge, pieces) in levels.pieces.iter().enumerate() {
        for &(level, piece) in pieces {
            layout.edges[edge].points.append(&mut routes[level][piece]);
        }
    }
    arranged.first().map_or(Size::default(), |level| level.size).turned(direction)
}

/// Puts the texts of a node into its box.
fn place_texts(graph: &Graph, id: NodeId, contents: Contents, metrics: &dyn Metrics, node: &mut PlacedNode) {
    use crate::graph::Shape;

    let spacing = metrics.spacing();
    let shape = graph.node(id).shape;
    let nested = !graph.children(Some(id)).is_empty();
    let below: i32 = contents.compartments.iter().map(|block| block.height + spacing.rule).sum();
    let height = contents.title.height + below;
    let rect = node.rect;
    let mut area = rect;
    if !nested {
        match shape {
            Shape::Person => area = Rect { y: rect.y + spacing.head, h: rect.h - spacing.head, ..rect },
            Shape::Cylinder => area = Rect { y: rect.y + spacing.cap, h: rect.h - spacing.cap, ..rect },
            Shape::Final if !contents.title.is_empty() => {
                let eye = spacing.dot.0 + spacing.padding.0 / 2;
                area = Rect { x: rect.x + eye, w: rect.w - eye, ..rect };
            }
            _ => {}
        }
    }
    let centred = !nested && shape.centres_details();
    let aligned = nested || matches!(shape, Shape::Note | Shape::Region);
    let mut y =
        if nested || shape == Shape::Region { rect.y + spacing.padding.1 } else { area.y + (area.h - height) / 2 };
    let x = if aligned { rect.x + spacing.padding.0 } else { area.x + (area.w - contents.title.width) / 2 };
    node.title.rect = Rect { x, y, w: contents.title.width, h: contents.title.height };
    y += contents.title.height;
    node.title.block = contents.title;
    for block in contents.compartments {
        y += spacing.rule;
        let x = if centred { area.x + (area.w - block.width) / 2 } else { rect.x + spacing.padding.0 };
        let rect = Rect { x, y, w: block.width, h: block.height };
        y += block.height;
        node.compartments.push(Text { rect, block });
    }
}

/// Puts the legend under the drawing, one entry below the other, and returns the room that it takes.
fn place_legend(graph: &Graph, metrics: &dyn Metrics, top: i32, layout: &mut Layout) -> Size {
    let spacing = metrics.spacing();
    let mut y = top;
    let mut width = 0;
    let sample = Size { w: 2 * spacing.sign.0, h: metrics.line_height(Font::Detail) };
    for entry in &graph.legend {
        let block = Block::wrapped(std::slice::from_ref(&entry.text), Font::Detail, metrics);
        let at = Point::new(spacing.margin.0, y);
        let x = at.x + sample.w + spacing.label.0 * 2;
        let rect = Rect { x, y, w: block.width, h: block.height };
        y += block.height.max(sample.h) + spacing.rule;
        width = width.max(rect.right() - at.x);
        layout.legend.push((Rect::at(at, sample), Text { rect, block }));
    }
    if graph.legend.is_empty() { Size::default() } else { Size { w: width, h: y - top + spacing.boxes.1 } }
}
