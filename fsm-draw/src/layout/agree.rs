//! Orders of ports on which inner and outer levels agree.
//!
//! A level is arranged before the one around it, and so decides in which order edges cross its border, which may suit
//! the outer level badly. So all is arranged again, with the orders that the outer levels wish for, as long as that
//! saves crossings: sweeps across the hierarchy, as in Schulze, Spönemann and von Hanxleden, *Drawing Layered Graphs
//! with Port Constraints* (2014).

use crate::graph::EdgeId;

use super::arrange::{Arranged, Context, arrange};

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
