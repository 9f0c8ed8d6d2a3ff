//! The order in every layer, with few crossings.
//!
//! Sweeps over the layers sort each by the barycenters of its neighbours (Sugiyama, Tagawa and Toda 1981), and swap
//! neighbours where that saves crossings (Gansner et al. 1993, section 3). The best order that was seen is taken.
//! Where a port of a child was decided inside of it, crossings are counted from there (Sander 1996).

use super::layers::{Layers, Segment};

/// How many sweeps without progress end the search.
const PATIENCE: usize = 4;

/// How many sweeps there are at most.
const SWEEPS: usize = 24;

/// Beyond so many segments, swaps and mirrored orders are not tried: they take too much time.
const SWAP_LIMIT: usize = 1500;

/// Orders the layers, and returns how many crossings are left.
///
/// Begins with the order from above; as long as crossings are left, also with that from below, and with both mirrored.
pub(super) fn order(layers: &mut Layers) -> usize {
    let gaps = layers.gaps();
    let given = layers.order.clone();
    let mut least = usize::MAX;
    let mut best = given.clone();
    for (down, mirrored) in [(true, false), (false, false), (true, true), (false, true)] {
        if least > 0 && (!mirrored || layers.segments.len() <= SWAP_LIMIT) {
            layers.order.clone_from(&given);
            start(layers, down);
            if mirrored {
                mirror(layers);
            }
            improve(layers, &gaps, &mut least, &mut best);
        }
    }
    layers.order = best;
    least
}

fn mirror(layers: &mut Layers) {
    for (layer, &pinned) in layers.order.iter_mut().zip(&layers.pinned) {
        layer[pinned..].reverse();
    }
}

/// Sweeps as long as that helps, and keeps the best order.
fn improve(layers: &mut Layers, gaps: &[Vec<usize>], least: &mut usize, best: &mut Vec<Vec<usize>>) {
    let mut idle = 0;
    for sweep in 0..=SWEEPS {
        if sweep > 0 {
            sweep_once(layers, gaps, sweep % 2 == 1);
            swap(layers, gaps);
        }
        let count = crossings(layers, gaps);
        if count < *least {
            *least = count;
            best.clone_from(&layers.order);
            idle = 0;
        } else {
            idle += 1;
        }
        if count == 0 || idle == PATIENCE {
            return;
        }
    }
}

/// Orders vertices as a depth-first search along the segments first meets them, from above or from below.
fn start(layers: &mut Layers, down: bool) {
    let mut next = vec![Vec::new(); layers.vertices.len()];
    for segment in &layers.segments {
        let [upper, lower] = segment.ends;
        let (from, to) = if down { (upper, lower) } else { (lower, upper) };
        next[from].push(to);
    }
    let mut met = vec![false; layers.vertices.len()];
    let mut ordered = vec![Vec::new(); layers.order.len()];
    let mut roots = Vec::new();
    for (layer, &count) in layers.pinned.iter().enumerate() {
        for &vertex in &layers.order[layer][..count] {
            ordered[layer].push(vertex);
            met[vertex] = true;
            roots.push(vertex);
        }
    }
    if down {
        roots.extend(layers.order.iter().flatten());
    } else {
        roots.extend(layers.order.iter().rev().flatten());
    }
    let mut entered = vec![false; layers.vertices.len()];
    for root in roots {
        let mut stack = vec![root];
        while let Some(vertex) = stack.pop() {
            if std::mem::replace(&mut entered[vertex], true) {
                continue;
            }
            if !std::mem::replace(&mut met[vertex], true) {
                ordered[layers.vertices[vertex].layer].push(vertex);
            }
            stack.extend(next[vertex].iter().rev());
        }
    }
    layers.order = ordered;
}

/// The place of a segment's end in its layer: by vertex, then by port. A free port counts as the middle.
fn key(layers: &Layers, positions: &[usize], segment: usize, end: usize) -> i64 {
    let Segment { ends, offsets, fixed, .. } = layers.segments[segment];
    let vertex = &layers.vertices[ends[end]];
    let within = if fixed[end] { offsets[end] } else { vertex.width / 2 };
    (i64::try_from(positions[ends[end]]).unwrap_or(i64::MAX) << 24) + i64::from(within.clamp(0, 1 << 23))
}

/// How many segments cross.
pub(super) fn crossings(layers: &Layers, gaps: &[Vec<usize>]) -> usize {
    let positions = layers.positions();
    gaps.iter()
        .map(|gap| {
            let mut ends: Vec<_> =
                gap.iter().map(|&segment| [0, 1].map(|end| key(layers, &positions, segment, end))).collect();
            ends.sort_unstable();
            inversions(&mut ends.iter().map(|&[_, lower]| lower).collect::<Vec<_>>())
        })
        .sum()
}

/// How many pairs stand the wrong way round; sorts the values, from short runs to long ones.
fn inversions(values: &mut [i64]) -> usize {
    let mut count = 0;
    let mut merged = Vec::with_capacity(values.len());
    let mut run = 1;
    while run < values.len() {
        for chunk in values.chunks_mut(2 * run) {
            if chunk.len() <= run {
                continue;
            }
            merged.clear();
            let (left, right) = chunk.split_at(run);
            let (mut l, mut r) = (0, 0);
            while l < left.len() && r < right.len() {
                if right[r] < left[l] {
                    count += left.len() - l;
                    merged.push(right[r]);
                    r += 1;
                } else {
                    merged.push(left[l]);
                    l += 1;
                }
            }
            merged.extend_from_slice(&left[l..]);
            merged.extend_from_slice(&right[r..]);
            chunk.copy_from_slice(&merged);
        }
        run *= 2;
    }
    count
}

/// Sorts every layer by the one before it.
fn sweep_once(layers: &mut Layers, gaps: &[Vec<usize>], down: bool) {
    let count = layers.order.len();
    let mut positions = layers.positions();
    for step in 1..count {
        let (layer, gap, fixed) = if down { (step, step - 1, 0) } else { (count - 1 - step, count - 1 - step, 1) };
        let mut sums = vec![(0_i64, 0_i64); layers.order[layer].len()];
        for &segment in &gaps[gap] {
            let place = key(layers, &positions, segment, fixed);
            let own = layers.segments[segment];
            // A port that was decided inside pulls its child the other way.
            let vertex = own.ends[1 - fixed];
            let sum = &mut sums[positions[vertex]];
            sum.0 += place;
            sum.1 += 1;
        }
        let pinned = layers.pinned[layer];
        let order = &mut layers.order[layer];
        let mut moving: Vec<_> = (pinned..order.len()).filter(|&at| sums[at].1 > 0).collect();
        let slots = moving.clone();
        moving.sort_by_key(|&at| sums[at].0 / sums[at].1);
        let vertices: Vec<_> = moving.iter().map(|&at| order[at]).collect();
        for (&slot, vertex) in slots.iter().zip(vertices) {
            order[slot] = vertex;
            positions[vertex] = slot;
        }
    }
}

/// Swaps neighbours as long as that saves crossings.
fn swap(layers: &mut Layers, gaps: &[Vec<usize>]) {
    if gaps.iter().any(|gap| gap.len() > SWAP_LIMIT) {
        return;
    }
    let mut around = vec![[Vec::new(), Vec::new()]; layers.vertices.len()];
    for (index, segment) in layers.segments.iter().enumerate() {
        around[segment.ends[1]][0].push(index);
        around[segment.ends[0]][1].push(index);
    }
    let mut positions = layers.positions();
    // Layers where a swap may have become worthwhile: at first all, then those beside a swap.
    let mut open = vec![true; layers.order.len()];
    for _ in 0..8 {
        let mut saved = false;
        for layer in 0..layers.order.len() {
            if !std::mem::take(&mut open[layer]) {
                continue;
            }
            for at in layers.pinned[layer]..layers.order[layer].len().saturating_sub(1) {
                let (u, v) = (layers.order[layer][at], layers.order[layer][at + 1]);
                let (mut now, mut then) = (0, 0);
                for side in [0, 1] {
                    // The ends of the segments on the other layer.
                    let keys = |vertex: usize| {
                        let mut keys: Vec<_> =
                            around[vertex][side].iter().map(|&s| key(layers, &positions, s, side)).collect();
                        keys.sort_unstable();
                        keys
                    };
                    let (us, vs) = (keys(u), keys(v));
                    now += larger(&us, &vs);
                    then += larger(&vs, &us);
                }
                if then < now {
                    layers.order[layer].swap(at, at + 1);
                    positions.swap(u, v);
                    saved = true;
                    let beside = layer.saturating_sub(1)..(layer + 2).min(open.len());
                    open[beside].fill(true);
                }
            }
        }
        if !saved {
            return;
        }
    }
}

/// How many pairs of a left and a right value stand the wrong way round. Both are sorted.
fn larger(left: &[i64], right: &[i64]) -> usize {
    let mut count = 0;
    let mut smaller = 0;
    for value in left {
        while smaller < right.len() && right[smaller] < *value {
            smaller += 1;
        }
        count += smaller;
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inversions_are_counted() {
        assert_eq!(inversions(&mut [3, 1, 2, 2, 0]), 7);
        assert_eq!(inversions(&mut [1, 1, 2, 5]), 0);
    }
}
