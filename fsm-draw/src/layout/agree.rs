//! Orders of ports on which inner and outer levels agree.
//!
//! A level is arranged before the one around it, and so decides in which order edges cross its border, which may suit
//! the outer level badly. So all is arranged again, with the orders that the outer levels wish for, as long as that
//! saves crossings: sweeps across the hierarchy, as in Schulze, Spönemann and von Hanxleden, *Drawing Layered Graphs
//! with Port Constraints* (2014).

use std::collections::BTreeMap;

use crate::graph::EdgeId;

use super::arrange::{Arranged, Arrangement, Context, arrange};
use super::layers::{Kind, Segment};
use super::ranks::Side;

/// How often everything is arranged again at most.
const ROUNDS: usize = 4;

/// The order in which edges cross the near and the far border of a level.
pub(super) type Borders = [Vec<EdgeId>; 2];

/// Arranges all levels, so that few edges cross.
pub(super) fn arrange_in_agreement(context: &Context) -> Vec<Arranged> {
    let mut best = arrange(context, None);
    let mut least = crossings(&best);
    let mut wishes = wishes(context, &best);
    for _ in 0..ROUNDS {
        if least == 0 || wishes.iter().flatten().all(|side| side.len() < 2) {
            break;
        }
        let next = arrange(context, Some(&wishes));
        let changed = self::wishes(context, &next);
        let count = crossings(&next);
        if count < least {
            least = count;
            best = next;
        }
        if changed == wishes {
            break;
        }
        wishes = changed;
    }
    best
}

fn crossings(arranged: &[Arranged]) -> usize {
    arranged.iter().map(|level| level.crossings).sum()
}

/// For each level, the order of its borders with what the level around it wishes: edges that go on outside change
/// places among each other, others stay.
fn wishes(context: &Context, arranged: &[Arranged]) -> Vec<Borders> {
    let mut wishes: Vec<Borders> = arranged.iter().map(|level| level.borders.clone()).collect();
    for (level, outer) in context.levels.all.iter().zip(arranged) {
        for (&child, wished) in level.children.iter().zip(&outer.wishes) {
            let Some(inside) = context.levels.inside[child.index()] else { continue };
            for (order, wished) in wishes[inside].iter_mut().zip(wished) {
                let slots: Vec<_> = (0..order.len()).filter(|&at| wished.contains(&order[at])).collect();
                for (slot, &edge) in slots.into_iter().zip(wished) {
                    order[slot] = edge;
                }
            }
        }
    }
    wishes
}

impl Arrangement<'_> {
    /// Gives the ports of the borders a fixed order.
    pub(super) fn fix_borders(&mut self, borders: &Borders) {
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
    pub(super) fn borders(&self) -> Borders {
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
    pub(super) fn wishes(&self) -> Vec<Borders> {
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
}
