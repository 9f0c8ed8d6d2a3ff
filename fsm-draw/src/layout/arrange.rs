//! One level, arranged: layers are filled, ordered and placed, and its edges are led from layer to layer.
//!
//! Inner levels are arranged before the levels around them, which then know how large they are, and where edges come
//! out. Coordinates are of the level: `x` across the direction, `y` along it, from the corner of its owner.

use std::collections::BTreeMap;

use crate::graph::{Arrow, Direction, EdgeId, Graph, NodeId, Shape};
use crate::text::{Block, Metrics, Spacing};

use super::agree::Borders;
use super::contents::Contents;
use super::geometry::{Point, Rect, Size, turned};
use super::items::{Item, Tied, item};
use super::layers::{Kind, Layers, Segment, Vertex};
use super::levels::{End, Level, Levels, Piece};
use super::ports::{Reach, spread, straighten};
use super::ranks::{Ranks, Side};
use super::tracks::{Bend, Tracks, tracks};
use super::{order, place};

/// A level with all places; edges end at the rectangles of their nodes.
#[derive(Debug, Clone, Default)]
pub(super) struct Arranged {
    pub(super) size: Size,
    /// The children.
    pub(super) bodies: Vec<Rect>,
    /// The pieces, from beginning to end.
    pub(super) routes: Vec<Vec<Point>>,
    pub(super) labels: Vec<(EdgeId, Rect)>,
    /// Edges that lie in the level alone: from a child to itself, from a note.
    pub(super) own: Vec<(EdgeId, Vec<Point>)>,
    pub(super) notes: Vec<(NodeId, Rect)>,
    /// Lines between regions.
    pub(super) separators: Vec<[Point; 2]>,
    /// Where edges cross the border.
    ports: BTreeMap<EdgeId, i32>,
    /// The beginnings or ends of pieces on the far border.
    after: Vec<usize>,
    /// The order of the edges that cross the near and the far border.
    pub(super) borders: Borders,
    /// The order of edges that would suit this level, on the near and the far border of each child.
    pub(super) wishes: Vec<Borders>,
    /// How many edges cross.
    pub(super) crossings: usize,
}

impl Arranged {
    /// Makes the level longer, up to a far border that lies further away.
    fn stretch(&mut self, height: i32, pieces: &[Piece]) {
        for &piece in &self.after {
            let route = &mut self.routes[piece];
            let end = if pieces[piece].from == End::Border { route.first_mut() } else { route.last_mut() };
            if let Some(end) = end {
                end.y = height;
            }
        }
        for [_, end] in &mut self.separators {
            end.y += height - self.size.h;
        }
        self.size.h = height;
    }
}

/// What all levels are arranged with.
pub(super) struct Context<'a> {
    pub(super) graph: &'a Graph,
    pub(super) metrics: &'a dyn Metrics,
    pub(super) levels: &'a Levels,
    pub(super) ranks: &'a [Ranks],
    pub(super) contents: &'a [Contents],
    pub(super) labels: &'a [Block],
}

/// Arranges all levels, inner before outer; edges cross the borders in the given orders.
pub(super) fn arrange(context: &Context, borders: Option<&[Borders]>) -> Vec<Arranged> {
    let mut arranged: Vec<Arranged> = vec![Arranged::default(); context.levels.all.len()];
    for index in (0..arranged.len()).rev() {
        let items = items(context, index, &mut arranged);
        let mut arrangement = Arrangement::new(context, index, items, &arranged);
        if let Some(borders) = borders {
            arrangement.fix_borders(&borders[index]);
        }
        arranged[index] = arrangement.finish();
    }
    arranged
}

/// The children of a level with their company. Makes inner levels as long as their boxes come out.
fn items(context: &Context, index: usize, arranged: &mut [Arranged]) -> Vec<Item> {
    let level = &context.levels.all[index];
    let direction = context.graph.direction;
    let spacing = context.metrics.spacing();
    let region = |child: NodeId| context.graph.node(child).shape == Shape::Region;
    let counts = port_counts(level, &context.ranks[index]);
    let mut sizes: Vec<_> = level
        .children
        .iter()
        .zip(&counts)
        .map(|(&child, &ports)| {
            let inside = context.levels.inside[child.index()];
            let own = context.contents[child.index()].size;
            let mut size = inside.map_or(own.turned(direction), |inside| arranged[inside].size);
            if !meets_in_middle(context, child) {
                size.w = size.w.max(turned(spacing.lines, direction).0 * (ports + 1));
            }
            size
        })
        .collect();
    let longest = level.children.iter().zip(&sizes).filter(|(child, _)| region(**child)).map(|(_, size)| size.h).max();
    let mut items = Vec::new();
    for (&child, size) in level.children.iter().zip(&mut sizes) {
        if let Some(longest) = longest.filter(|_| region(child)) {
            size.h = longest;
        }
        let bows: Vec<_> = context.levels.bows.get(&child).into_iter().flatten().copied().collect();
        let bows: Vec<_> = bows.into_iter().map(|edge| (edge, label_size(context, edge).turned(direction))).collect();
        let notes: Vec<_> = context.levels.notes.get(&child).into_iter().flatten().copied().collect();
        let notes: Vec<_> = notes
            .into_iter()
            .map(|(note, edge)| (note, edge, context.contents[note.index()].size.turned(direction)))
            .collect();
        let item = item(*size, &bows, &notes, spacing, direction);
        if let Some(inside) = context.levels.inside[child.index()] {
            arranged[inside].stretch(item.body.h, &context.levels.all[inside].pieces);
            arranged[inside].size.w = item.body.w;
        }
        items.push(item);
    }
    items
}

/// How many ports each child needs on one side.
fn port_counts(level: &Level, ranks: &Ranks) -> Vec<i32> {
    let mut counts = vec![[0, 0]; level.children.len()];
    for (at, piece) in level.pieces.iter().enumerate() {
        let (upper, lower) = if ranks.reversed[at] { (piece.to, piece.from) } else { (piece.from, piece.to) };
        let same = same_layer(ranks, upper, lower);
        if let Some(child) = upper.child() {
            counts[child][1] += 1;
        }
        if let Some(child) = lower.child() {
            counts[child][usize::from(same)] += 1;
        }
    }
    counts.into_iter().map(|[above, below]| above.max(below)).collect()
}

fn same_layer(ranks: &Ranks, upper: End, lower: End) -> bool {
    match (upper.child(), lower.child()) {
        (Some(upper), Some(lower)) => ranks.children[upper] == ranks.children[lower],
        _ => false,
    }
}

fn label_size(context: &Context, edge: EdgeId) -> Size {
    let label = &context.labels[edge.index()];
    Size { w: label.width, h: label.height }
}

/// Whether all edges meet a node in its middle: it is a circle.
fn meets_in_middle(context: &Context, node: NodeId) -> bool {
    if context.levels.inside[node.index()].is_some() {
        return false;
    }
    match context.graph.node(node).shape {
        Shape::Initial | Shape::History => true,
        Shape::Final => context.contents[node.index()].title.is_empty(),
        Shape::State
        | Shape::Region
        | Shape::Choice
        | Shape::Box
        | Shape::Person
        | Shape::Cylinder
        | Shape::Boundary
        | Shape::Note
        | Shape::Class => false,
    }
}

/// A level on its way to being arranged.
struct Arrangement<'a> {
    context: &'a Context<'a>,
    level: &'a Level,
    ranks: &'a Ranks,
    direction: Direction,
    spacing: &'a Spacing,
    items: Vec<Item>,
    layers: Layers,
    /// The segments of each piece, from the upper end to the lower, or both to a turn.
    chains: Vec<Vec<usize>>,
    /// The vertices where labels stand.
    label_at: BTreeMap<usize, usize>,
    heading: Size,
    /// Whether edges cross the near border.
    before: bool,
    after: bool,
}

impl<'a> Arrangement<'a> {
    fn new(context: &'a Context<'a>, index: usize, items: Vec<Item>, arranged: &[Arranged]) -> Arrangement<'a> {
        let level = &context.levels.all[index];
        let ranks = &context.ranks[index];
        let direction = context.graph.direction;
        let crosses = |side: Side| {
            let pieces = level.pieces.iter().zip(&ranks.border);
            pieces.into_iter().any(|(piece, &at)| (piece.from == End::Border || piece.to == End::Border) && at == side)
        };
        let heading = level.owner.map_or(Size::default(), |owner| context.contents[owner.index()].size);
        let mut arrangement = Arrangement {
            context,
            level,
            ranks,
            direction,
            spacing: context.metrics.spacing(),
            items,
            layers: Layers::default(),
            chains: Vec::new(),
            label_at: BTreeMap::new(),
            heading,
            before: crosses(Side::Before),
            after: crosses(Side::After),
        };
        arrangement.fill(arranged);
        arrangement
    }

    /// Fills the layers with children, ports, and what passes.
    fn fill(&mut self, arranged: &[Arranged]) {
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
    fn label(&self, piece: usize) -> Option<Size> {
        let Piece { edge, main, .. } = self.level.pieces[piece];
        let size = label_size(self.context, edge).turned(self.direction);
        let gap = turned(self.spacing.label, self.direction).0;
        (main && size.w > 0).then_some(Size { w: size.w + gap, h: size.h })
    }

    /// Gives the ports of the borders a fixed order.
    fn fix_borders(&mut self, borders: &Borders) {
        let last = self.layers.order.len().saturating_sub(1);
        for (layer, order) in [0, last].into_iter().zip(borders) {
            if order.is_empty() {
                continue;
            }
            let place: BTreeMap<_, _> = order.iter().zip(1..).collect();
            let (vertices, pieces) = (&self.layers.vertices, &self.level.pieces);
            self.layers.order[layer].sort_by_key(|&vertex| match vertices[vertex].kind {
                Kind::Port(piece) => place.get(&pieces[piece].edge).copied().unwrap_or(usize::MAX),
                _ => 0,
            });
            self.layers.pinned[layer] = self.layers.order[layer].len();
        }
    }

    /// The order of the edges that cross the borders.
    fn borders(&self) -> Borders {
        let edges = |side: Side| {
            let vertices = self.layers.order.iter().flatten().map(|&vertex| self.layers.vertices[vertex].kind);
            vertices
                .filter_map(|kind| match kind {
                    Kind::Port(piece) if self.ranks.border[piece] == side => Some(self.level.pieces[piece].edge),
                    _ => None,
                })
                .collect()
        };
        [edges(Side::Before), edges(Side::After)]
    }

    /// On each side of each child, the order of edges that go on inside, as their other ends lie.
    fn wishes(&self) -> Vec<Borders> {
        let positions = self.layers.positions();
        let mut sorted: Vec<[Vec<_>; 2]> = vec![[Vec::new(), Vec::new()]; self.items.len()];
        for &Segment { piece, ends, offsets, fixed, .. } in &self.layers.segments {
            for (end, side) in [(0, 1), (1, 0)] {
                if let Kind::Child(child) = self.layers.vertices[ends[end]].kind
                    && fixed[end]
                {
                    let key = (positions[ends[side]], offsets[side], self.level.pieces[piece].edge);
                    sorted[child][side].push(key);
                }
            }
        }
        sorted
            .into_iter()
            .map(|sides| {
                sides.map(|mut keys| {
                    keys.sort_unstable();
                    keys.into_iter().map(|(_, _, edge)| edge).collect()
                })
            })
            .collect()
    }

    fn finish(mut self) -> Arranged {
        let crossings = order::order(&mut self.layers);
        let (borders, wishes) = (self.borders(), self.wishes());
        let lines = turned(self.spacing.lines, self.direction).0;
        let reach: Vec<_> = self.reach();
        spread(&mut self.layers, &reach, lines);
        self.spread_turns();
        self.weigh();
        let mut places = place::place(&self.layers, |left, right| self.distance(left, right));
        straighten(&mut self.layers, &reach, &places, lines, (lines / 2, lines / 2 + self.spacing.stroke));

        let inset = self.inset();
        let start = self.start();
        let content = (0..self.layers.vertices.len()).map(|vertex| places[vertex]).min().unwrap_or(0);
        let shift = start.x - content;
        for place in &mut places {
            *place += shift;
        }
        for (vertex, place) in self.layers.vertices.iter().zip(&mut places) {
            if vertex.kind == Kind::Heading {
                *place = 0;
            }
        }
        let right = self.layers.vertices.iter().zip(&places).map(|(vertex, place)| place + vertex.width).max();
        let width = right.unwrap_or(start.x) + inset.0;
        let rows = self.rows(&places, start.y);
        let end = rows.layers.last().map_or(start.y, |&(y, height)| y + height);
        let height = if self.after { end } else { end + inset.1 };
        let heading = self.heading.turned(self.direction);
        let size = Size { w: width.max(heading.w), h: height.max(heading.h) };
        Arranged { borders, wishes, crossings, ..self.collect(&places, &rows, size) }
    }

    fn inset(&self) -> (i32, i32) {
        let regions = (0..self.items.len()).any(|child| self.shape(child) == Shape::Region);
        if regions { (0, 0) } else { turned(self.spacing.inset, self.direction) }
    }

    /// Where children may begin: behind the border and the heading.
    fn start(&self) -> Point {
        let inset = self.inset();
        if self.level.owner.is_none() {
            return Point::default();
        }
        match self.direction {
            Direction::Down if self.before => Point::new(inset.0, 0),
            Direction::Down if self.heading.h > 0 => Point::new(inset.0, self.heading.h),
            Direction::Right if self.heading.h > 0 => Point::new(self.heading.h, if self.before { 0 } else { inset.1 }),
            Direction::Down | Direction::Right => Point::new(inset.0, if self.before { 0 } else { inset.1 }),
        }
    }

    fn reach(&self) -> Vec<Reach> {
        self.items
            .iter()
            .zip(&self.level.children)
            .map(|(item, &child)| Reach {
                start: item.body.x,
                width: item.body.w,
                middle: meets_in_middle(self.context, child),
            })
            .collect()
    }

    /// The two halves of a turn meet its two sides, without crossing.
    fn spread_turns(&mut self) {
        let positions = self.layers.positions();
        for chain in &self.chains {
            let &[a, b] = chain.as_slice() else { continue };
            let turn = self.layers.segments[a].ends[1];
            if !matches!(self.layers.vertices[turn].kind, Kind::Turn(_)) {
                continue;
            }
            let key = |s: usize| (positions[self.layers.segments[s].ends[0]], self.layers.segments[s].offsets[0]);
            let right = if key(a) < key(b) { b } else { a };
            self.layers.segments[right].offsets[1] = self.layers.vertices[turn].width;
        }
    }

    /// What leads from one box to the next had better be straight than what passes others, and a dot stands over what
    /// begins there.
    fn weigh(&mut self) {
        for chain in &self.chains {
            for &segment in chain {
                let ends = self.layers.segments[segment].ends;
                let kinds = ends.map(|vertex| self.layers.vertices[vertex].kind);
                let dot = |kind: Kind| match kind {
                    Kind::Child(child) => self.shape(child) == Shape::Initial,
                    _ => false,
                };
                self.layers.segments[segment].weight = match kinds {
                    [upper, lower] if upper.is_line() && lower.is_line() => 16,
                    [upper, _] if dot(upper) => 16,
                    _ if chain.len() <= 2 => 6,
                    _ => 3,
                };
            }
        }
    }

    fn shape(&self, child: usize) -> Shape {
        self.context.graph.node(self.level.children[child]).shape
    }

    /// The room between two neighbours of a layer.
    fn distance(&self, left: Kind, right: Kind) -> i32 {
        let boxes = turned(self.spacing.boxes, self.direction).0;
        let lines = turned(self.spacing.lines, self.direction).0;
        let region = |kind: Kind| match kind {
            Kind::Child(child) => self.shape(child) == Shape::Region,
            _ => false,
        };
        match (left, right) {
            (left, right) if region(left) && region(right) => 0,
            (Kind::Child(_), Kind::Child(_)) => boxes,
            (Kind::Child(_) | Kind::Heading, _) | (_, Kind::Child(_) | Kind::Heading) => lines.max(boxes / 2),
            (Kind::Port(_) | Kind::Passing(_) | Kind::Label(_) | Kind::Turn(_), _) => lines,
        }
    }

    /// Where each layer begins and how high it is, and where lines run sideways between.
    fn rows(&self, places: &[i32], start: i32) -> Rows {
        let lines = turned(self.spacing.lines, self.direction);
        let heights: Vec<_> = self
            .layers
            .order
            .iter()
            .map(|layer| layer.iter().map(|&vertex| self.layers.vertices[vertex].height).max().unwrap_or(0))
            .collect();
        let mut rows = Rows { layers: Vec::new(), bends: vec![None; self.layers.segments.len()] };
        let mut y = start;
        let gaps = self.layers.gaps();
        for (layer, &height) in heights.iter().enumerate() {
            rows.layers.push((y, height));
            y += height;
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

    fn bend(&self, segment: usize, places: &[i32]) -> Bend {
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

    fn collect(&self, places: &[i32], rows: &Rows, size: Size) -> Arranged {
        let mut arranged = Arranged { size, ..Arranged::default() };
        for (index, vertex) in self.layers.vertices.iter().enumerate() {
            let at = Point::new(places[index], self.top(rows, index));
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
        let top = self.top(rows, vertex);
        let at = match self.layers.vertices[vertex].kind {
            Kind::Turn(_) => Point::new(places[vertex] + gap.0, top + gap.1),
            _ => Point::new(places[vertex] + gap.0, top),
        };
        Rect::at(at, size)
    }

    /// Where a vertex begins along the direction: in the middle of its layer.
    fn top(&self, rows: &Rows, vertex: usize) -> i32 {
        let (y, height) = rows.layers[self.layers.vertices[vertex].layer];
        match self.layers.vertices[vertex].kind {
            Kind::Turn(_) => y,
            _ => y + (height - self.layers.vertices[vertex].height) / 2,
        }
    }

    /// The way of a piece, from its beginning to its end.
    fn route(&self, piece: usize, chain: &[usize], places: &[i32], rows: &Rows, size: Size) -> Vec<Point> {
        let mut points = Vec::new();
        for &segment in chain {
            let Segment { ends, .. } = self.layers.segments[segment];
            let bend = self.bend(segment, places);
            let mut part = vec![Point::new(bend.from, self.meeting(ends[0], 0, bend.from, places, rows, size))];
            if let Some(Sideways { y, aside }) = rows.bends[segment] {
                let from = aside.map_or(bend.from, |aside| aside.x);
                part.extend(aside.map(|aside| Point::new(bend.from, aside.y)));
                part.extend(aside);
                part.extend([Point::new(from, y), Point::new(bend.to, y)]);
            }
            part.push(Point::new(bend.to, self.meeting(ends[1], 1, bend.to, places, rows, size)));
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

    /// Where a line that comes from below (0) or from above (1) meets a vertex.
    fn meeting(&self, vertex: usize, end: usize, x: i32, places: &[i32], rows: &Rows, size: Size) -> i32 {
        let (y, height) = rows.layers[self.layers.vertices[vertex].layer];
        match self.layers.vertices[vertex].kind {
            Kind::Child(child) => {
                let body = self.items[child].body.moved(Point::new(places[vertex], self.top(rows, vertex)));
                let depth = self.depth(child, body, x);
                if end == 0 { body.bottom() - depth } else { body.y + depth }
            }
            Kind::Port(piece) => match self.ranks.border[piece] {
                Side::Before => 0,
                Side::After => size.h,
            },
            Kind::Turn(_) => y,
            Kind::Heading | Kind::Passing(_) | Kind::Label(_) => y + if end == 0 { height } else { 0 },
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

/// Where the layers of a level lie.
struct Rows {
    /// Beginning and height.
    layers: Vec<(i32, i32)>,
    /// Where segments run sideways.
    bends: Vec<Option<Sideways>>,
}

/// Where a segment runs sideways.
#[derive(Debug, Clone, Copy)]
struct Sideways {
    y: i32,
    /// Where it first steps aside to.
    aside: Option<Point>,
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
