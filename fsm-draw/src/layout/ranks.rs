//! The layer of each child of a level, and on which side edges cross its border.
//!
//! Edges lead from one layer to a later one, as short as can be; a labelled edge leaves a layer free for its label
//! (Gansner et al. 1993, section 2). An edge that closes a cycle is ranked the other way round, so it leaves its source
//! on the side where it goes.

use crate::graph::{Graph, Shape};

use super::cycles::closing;
use super::levels::{End, Level, Levels, Piece};
use super::simplex::{Constraint, solve};

/// A side of a border, along the direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Before,
    After,
}

/// The layers of a level.
pub(super) struct Ranks {
    /// The layer of each child.
    pub(super) children: Vec<i32>,
    /// For each piece, on which side it meets the border, if it does.
    pub(super) border: Vec<Side>,
    /// For each piece, whether it runs against the direction.
    pub(super) reversed: Vec<bool>,
}

/// How many exchanges the network simplex may take.
const ROUNDS: usize = 20_000;

/// Ranks all levels, outer before inner: an outer level says on which side an edge leaves an inner one.
pub(super) fn rank(graph: &Graph, levels: &Levels) -> Vec<Ranks> {
    let mut ranks: Vec<_> = levels
        .all
        .iter()
        .map(|level| Ranks {
            children: Vec::new(),
            border: level.pieces.iter().map(own_side).collect(),
            reversed: vec![false; level.pieces.len()],
        })
        .collect();
    for index in 0..levels.all.len() {
        let level = &levels.all[index];
        let (children, reversed) = rank_level(graph, level, &ranks[index].border);
        for (at, piece) in level.pieces.iter().enumerate() {
            for end in [piece.from, piece.to] {
                let End::Child { child, inner: true } = end else { continue };
                let other = if end == piece.from { piece.to } else { piece.from };
                let side = match other {
                    End::Border => ranks[index].border[at],
                    End::Child { child: other, .. } if children[other] < children[child] => Side::Before,
                    End::Child { .. } => Side::After,
                };
                if let Some(inside) = levels.inside[level.children[child].index()] {
                    let piece = levels.all[inside].of_edge[&piece.edge];
                    ranks[inside].border[piece] = side;
                }
            }
        }
        ranks[index].children = children;
        ranks[index].reversed = reversed;
    }
    ranks
}

/// An edge between a node and what lies in it comes from above, and goes on below.
fn own_side(piece: &Piece) -> Side {
    if piece.from == End::Border { Side::Before } else { Side::After }
}

fn rank_level(graph: &Graph, level: &Level, border: &[Side]) -> (Vec<i32>, Vec<bool>) {
    let count = level.children.len();
    // Regions share a layer.
    let first_region = level.children.iter().position(|&child| graph.node(child).shape == Shape::Region);
    let vertex = |child: usize| match first_region {
        Some(first) if graph.node(level.children[child]).shape == Shape::Region => first,
        _ => child,
    };
    let mut between = Vec::new();
    for (at, piece) in level.pieces.iter().enumerate() {
        if let (Some(from), Some(to)) = (piece.from.child(), piece.to.child())
            && vertex(from) != vertex(to)
        {
            between.push((at, (vertex(from), vertex(to))));
        }
    }
    let edges: Vec<_> = between.iter().map(|&(_, edge)| edge).collect();
    let mut closing = closing(count, &search_order(graph, level, border), &edges);
    if let Some((dot, start)) = initial(graph, level, &edges) {
        // What is entered first stays above all that leads back to it. That closes no cycle: the search went from the dot
        // to it at once, so now only the dot leads to it, and what nothing leads to, like most histories.
        let entered = |child: usize| edges.iter().any(|&(_, to)| to == child);
        let sign = |child: usize| graph.node(level.children[child]).shape == Shape::History && !entered(child);
        for (closing, &(from, to)) in closing.iter_mut().zip(&edges) {
            *closing |= to == dot || to == start && from != dot && !sign(from);
        }
    }

    let mut reversed = vec![false; level.pieces.len()];
    let (top, bottom) = (count, count + 1);
    let mut constraints = Vec::new();
    for (&(at, (from, to)), closing) in between.iter().zip(closing) {
        reversed[at] = closing;
        let (from, to) = if closing { (to, from) } else { (from, to) };
        constraints.push(Constraint { from, to, least: length(graph, level, at), weight: weight(graph, level, at) });
    }
    for (at, piece) in level.pieces.iter().enumerate() {
        let Some(child) = piece.from.child().or(piece.to.child()) else { continue };
        if piece.from != End::Border && piece.to != End::Border {
            continue;
        }
        let (from, to) = match border[at] {
            Side::Before => (top, vertex(child)),
            Side::After => (vertex(child), bottom),
        };
        reversed[at] = (border[at] == Side::Before) == (piece.to == End::Border);
        constraints.push(Constraint { from, to, least: length(graph, level, at), weight: 1 });
    }
    let bordered = constraints.iter().any(|c| c.from == top || c.to == bottom);
    if bordered {
        for child in 0..count {
            constraints.push(Constraint { from: top, to: child, least: 1, weight: 0 });
            constraints.push(Constraint { from: child, to: bottom, least: 1, weight: 0 });
        }
    }
    let values = solve(count + 2, &constraints, ROUNDS);
    let least = (0..count).map(|child| values[vertex(child)]).min().unwrap_or(0);
    let mut ranks: Vec<_> = (0..count).map(|child| values[vertex(child)] - least).collect();
    set_apart(level, first_region.is_some(), &mut ranks);
    (ranks, reversed)
}

/// Children without edges stand in rows rather than in one row.
fn set_apart(level: &Level, regions: bool, ranks: &mut [i32]) {
    let mut tied = vec![false; ranks.len()];
    for end in level.pieces.iter().flat_map(|piece| [piece.from, piece.to]) {
        if let Some(child) = end.child() {
            tied[child] = true;
        }
    }
    let alone: Vec<_> = (0..ranks.len()).filter(|&child| !tied[child] && !regions).collect();
    // About twice as many in a row as there are rows, for boxes are wide.
    let row = alone.len().saturating_mul(2).isqrt().max(3);
    for (at, child) in alone.into_iter().enumerate() {
        ranks[child] = i32::try_from(at / row).unwrap_or(0);
    }
}

/// The first dot that leads somewhere, and where it leads first.
fn initial(graph: &Graph, level: &Level, edges: &[(usize, usize)]) -> Option<(usize, usize)> {
    let is_dot = |child: usize| graph.node(level.children[child]).shape == Shape::Initial;
    let first = edges.iter().copied().filter(|&(from, _)| is_dot(from)).min_by_key(|&(from, _)| from);
    first.filter(|&(_, to)| !is_dot(to))
}

/// The order in which cycles are looked for: from where things begin, then as written.
fn search_order(graph: &Graph, level: &Level, border: &[Side]) -> Vec<usize> {
    let count = level.children.len();
    let mut first = vec![2; count];
    for (at, piece) in level.pieces.iter().enumerate() {
        if let (End::Border, Some(child)) = (piece.from, piece.to.child())
            && border[at] == Side::Before
        {
            first[child] = 1;
        }
    }
    for (child, first) in first.iter_mut().enumerate() {
        if graph.node(level.children[child]).shape == Shape::Initial {
            *first = 0;
        }
    }
    let mut order: Vec<_> = (0..count).collect();
    order.sort_by_key(|&child| (first[child], child));
    order
}

/// How many layers an edge spans at least: one more if it bears a label.
fn length(graph: &Graph, level: &Level, piece: usize) -> i32 {
    let piece = &level.pieces[piece];
    if piece.main && !graph.edge(piece.edge).label.is_empty() { 2 } else { 1 }
}

/// A dot stays near to what begins there.
fn weight(graph: &Graph, level: &Level, piece: usize) -> i32 {
    let begins =
        level.pieces[piece].from.child().is_some_and(|child| graph.node(level.children[child]).shape == Shape::Initial);
    if begins { 8 } else { 1 }
}
