//! Places across the direction.
//!
//! As in Gansner et al. 1993, section 4.2, the network simplex keeps the vertices of a layer apart and makes lines as
//! straight as can be. What passes several layers is one straight line from the start, except where two such lines
//! cross (Brandes and Köpf 2001 do the same); that leaves far fewer variables.

use super::layers::{Kind, Layers};
use super::simplex::{Constraint, solve};

/// How many exchanges the network simplex may take.
const ROUNDS: usize = 30_000;

/// A place for every vertex; the least is not necessarily 0.
pub(super) fn place(layers: &Layers, distance: impl Fn(Kind, Kind) -> i32) -> Vec<i32> {
    let lines = straight_lines(layers);
    let count = layers.vertices.len();
    let origin = count;
    let mut constraints = Vec::new();
    for layer in &layers.order {
        if let Some(&first) = layer.first() {
            constraints.push(Constraint { from: origin, to: lines[first], least: 0, weight: 0 });
        }
        for pair in layer.windows(2) {
            let [left, right] = [pair[0], pair[1]];
            let (l, r) = (&layers.vertices[left], &layers.vertices[right]);
            let least = l.width + distance(l.kind, r.kind);
            constraints.push(Constraint { from: lines[left], to: lines[right], least, weight: 0 });
        }
    }
    let mut helpers = count + 1;
    for segment in &layers.segments {
        let [upper, lower] = segment.ends.map(|vertex| lines[vertex]);
        if upper == lower {
            continue;
        }
        // Costs nothing where the line is straight: upper + upper offset == lower + lower offset.
        let difference = segment.offsets[1] - segment.offsets[0];
        let weight = if segment.range.is_some() { 1 } else { segment.weight };
        constraints.push(Constraint { from: helpers, to: upper, least: difference.max(0), weight });
        constraints.push(Constraint { from: helpers, to: lower, least: (-difference).max(0), weight });
        helpers += 1;
        if let Some((end, low, high)) = segment.range {
            // Costs nothing where a port within the bounds makes it straight, beyond which one of two helpers is torn away.
            let (nest, other) = if end == 0 { (upper, lower) } else { (lower, upper) };
            let offset = segment.offsets[1 - end];
            constraints.push(Constraint { from: helpers, to: other, least: 0, weight: segment.weight });
            constraints.push(Constraint { from: helpers, to: nest, least: offset - high, weight: 0 });
            constraints.push(Constraint { from: helpers + 1, to: nest, least: 0, weight: segment.weight });
            constraints.push(Constraint { from: helpers + 1, to: other, least: low - offset, weight: 0 });
            helpers += 2;
        }
    }
    // Vertices that are part of a line have no variable of their own, and are values that nothing binds.
    let values = solve(helpers, &constraints, ROUNDS);
    (0..count).map(|vertex| values[lines[vertex]]).collect()
}

/// For each vertex the first vertex of the straight line that it is part of.
fn straight_lines(layers: &Layers) -> Vec<usize> {
    let positions = layers.positions();
    let mut first: Vec<_> = (0..layers.vertices.len()).collect();
    for gap in layers.gaps() {
        let mut inner: Vec<_> = gap
            .into_iter()
            .map(|segment| layers.segments[segment].ends)
            .filter(|ends| ends.iter().all(|&vertex| layers.vertices[vertex].kind.is_line()))
            .collect();
        inner.sort_by_key(|&[upper, lower]| (positions[upper], positions[lower]));
        let lower: Vec<_> = inner.iter().map(|&[_, lower]| positions[lower]).collect();
        for at in longest_increasing(&lower) {
            let [upper, lower] = inner[at];
            first[lower] = first[upper];
        }
    }
    first
}

/// The places of a longest increasing subsequence.
fn longest_increasing(values: &[usize]) -> Vec<usize> {
    // The end of the best subsequence of each length, and what stands before each value in its own.
    let mut ends: Vec<usize> = Vec::new();
    let mut before = vec![None; values.len()];
    for (at, value) in values.iter().enumerate() {
        let length = ends.partition_point(|&end| values[end] < *value);
        before[at] = length.checked_sub(1).map(|shorter| ends[shorter]);
        if length == ends.len() {
            ends.push(at);
        } else {
            ends[length] = at;
        }
    }
    let mut sequence: Vec<_> = std::iter::successors(ends.last().copied(), |&at| before[at]).collect();
    sequence.reverse();
    sequence
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_sequence_is_found() {
        assert_eq!(longest_increasing(&[3, 0, 1, 5, 2]), [1, 2, 4]);
        assert_eq!(longest_increasing(&[]), Vec::<usize>::new());
    }
}
