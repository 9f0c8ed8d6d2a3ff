//! One level, arranged: layers are filled (`fill`), ordered and placed, and put one below the other (`rows`), and edges
//! are led from layer to layer (`routes`).
//!
//! Inner levels are arranged before the levels around them, which then know how large they are, and where edges come
//! out. Coordinates are of the level: `x` across the direction, `y` along it, from the corner of its owner.

use std::collections::BTreeMap;

use crate::graph::{Direction, EdgeId, Graph, NodeId, Shape};
use crate::text::{Block, Metrics, Spacing};

use super::agree::Borders;
use super::contents::Contents;
use super::geometry::{Point, Rect, Size, turned};
use super::items::{Item, item};
use super::layers::{Kind, Layers, Segment};
use super::levels::{End, Level, Levels, Piece};
use super::ports::{Reach, spread, straighten};
use super::ranks::{Ranks, Side};
use super::rows::Rows;
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
    pub(super) ports: BTreeMap<EdgeId, i32>,
    /// The beginnings or ends of pieces on the far border.
    pub(super) after: Vec<usize>,
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

pub(super) fn same_layer(ranks: &Ranks, upper: End, lower: End) -> bool {
    match (upper.child(), lower.child()) {
        (Some(upper), Some(lower)) => ranks.children[upper] == ranks.children[lower],
        _ => false,
    }
}

pub(super) fn label_size(context: &Context, edge: EdgeId) -> Size {
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

/// By vertex and side, the offsets of ports that were decided inside.
type Decided = BTreeMap<(usize, usize), Vec<i32>>;

/// A level on its way to being arranged.
pub(super) struct Arrangement<'a> {
    pub(super) context: &'a Context<'a>,
    pub(super) level: &'a Level,
    pub(super) ranks: &'a Ranks,
    pub(super) direction: Direction,
    pub(super) spacing: &'a Spacing,
    pub(super) items: Vec<Item>,
    pub(super) layers: Layers,
    /// The segments of each piece, from the upper end to the lower, or both to a turn.
    pub(super) chains: Vec<Vec<usize>>,
    /// The vertices where labels stand.
    pub(super) label_at: BTreeMap<usize, usize>,
    pub(super) heading: Size,
    /// Whether edges cross the near border.
    pub(super) before: bool,
    pub(super) after: bool,
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

    /// Orders and places everything, and collects the places.
    fn finish(mut self) -> Arranged {
        let crossings = order::order(&mut self.layers);
        let (borders, wishes) = (self.borders(), self.wishes());
        let places = self.place();
        let mut rows = self.rows(&places, self.start().y);
        self.compact(&places, &mut rows);
        let size = self.size(&places, &rows);
        Arranged { borders, wishes, crossings, ..self.collect(&places, &rows, size) }
    }

    /// Places the ports, then the vertices, across the direction.
    fn place(&mut self) -> Vec<i32> {
        let lines = turned(self.spacing.lines, self.direction).0;
        let reach = self.reach();
        spread(&mut self.layers, &reach, lines);
        self.spread_turns();
        self.weigh(&reach);
        let mut places = place::place(&self.layers, |left, right| self.distance(left, right));
        straighten(&mut self.layers, &reach, &places, lines, (lines / 2, lines / 2 + self.spacing.stroke));
        let left = places.iter().min().copied().unwrap_or(0);
        let ends = self.layers.vertices.iter().zip(&places).map(|(vertex, place)| place + vertex.width);
        let width = ends.max().unwrap_or(0) - left + 2 * self.inset().0;
        // Under a wide heading, what is inside stands in the middle.
        let free = if self.direction == Direction::Down && !self.before { self.heading.w - width } else { 0 };
        let shift = self.start().x - left + free.max(0) / 2;
        for (vertex, place) in self.layers.vertices.iter().zip(&mut places) {
            // Nothing is left of a heading, which stands in the corner.
            *place = if vertex.kind == Kind::Heading { 0 } else { *place + shift };
        }
        places
    }

    fn size(&self, places: &[i32], rows: &Rows) -> Size {
        let (inset, start) = (self.inset(), self.start());
        let right = self.layers.vertices.iter().zip(places).map(|(vertex, place)| place + vertex.width).max();
        let heading = self.heading.turned(self.direction);
        Size {
            w: (right.unwrap_or(start.x) + inset.0).max(heading.w),
            h: (if self.after { rows.end } else { rows.end + inset.1 }).max(heading.h),
        }
    }

    /// The room inside of the border. Regions reach up to it, and the outermost level has none.
    pub(super) fn inset(&self) -> (i32, i32) {
        let regions = (0..self.items.len()).any(|child| self.shape(child) == Shape::Region);
        if regions || self.level.owner.is_none() { (0, 0) } else { turned(self.spacing.inset, self.direction) }
    }

    /// Where children may begin: behind the border and the heading.
    fn start(&self) -> Point {
        let inset = self.inset();
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
    fn weigh(&mut self, reach: &[Reach]) {
        let decided = self.decided_offsets();
        for chain in &self.chains {
            for &segment in chain {
                let range = self.range(segment, reach, &decided);
                self.layers.segments[segment].range = range;
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

    /// The end of a segment at a nest, if it may lie elsewhere on its side: between what was decided inside.
    fn range(&self, segment: usize, reach: &[Reach], decided: &Decided) -> Option<(usize, i32, i32)> {
        let Segment { ends, fixed, offsets, .. } = self.layers.segments[segment];
        let margin = turned(self.spacing.inset, self.direction).0;
        let lines = turned(self.spacing.lines, self.direction).0;
        [0, 1].into_iter().find_map(|end| match self.layers.vertices[ends[end]].kind {
            Kind::Child(child) if !fixed[end] => {
                self.context.levels.inside[self.level.children[child].index()]?;
                let Reach { start, width, .. } = reach[child];
                let others = decided.get(&(ends[end], end)).map_or(&[][..], Vec::as_slice);
                let before = others.iter().filter(|&&other| other < offsets[end]).max();
                let after = others.iter().filter(|&&other| other > offsets[end]).min();
                let low = before.map_or(start + margin, |other| other + lines);
                let high = after.map_or(start + width - margin, |other| other - lines);
                (low < high).then_some((end, low, high))
            }
            _ => None,
        })
    }

    /// The offsets of ports that were decided inside of children.
    fn decided_offsets(&self) -> Decided {
        let mut decided = Decided::new();
        for Segment { ends, fixed, offsets, .. } in &self.layers.segments {
            for end in [0, 1].into_iter().filter(|&end| fixed[end]) {
                decided.entry((ends[end], end)).or_default().push(offsets[end]);
            }
        }
        decided
    }

    pub(super) fn shape(&self, child: usize) -> Shape {
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
}
