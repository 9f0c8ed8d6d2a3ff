//! Where segments meet the children of a level.
//!
//! Ports are spread evenly over a side, in the order of what they lead to, and moved afterwards where that makes a line
//! straight. A port that was decided inside of the child stays where it is.

use super::layers::{Kind, Layers};

/// The sides of a child where segments may meet it: their extent, counted from the child's place.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reach {
    /// Where the body begins.
    pub(super) start: i32,
    /// Its width.
    pub(super) width: i32,
    /// Whether all meet it in the middle.
    pub(super) middle: bool,
}

/// Gives every free port a place: in the order of the vertices at the other ends.
pub(super) fn spread(layers: &mut Layers, reach: &[Reach], spacing: i32) {
    let positions = layers.positions();
    for (vertex, end, mut segments) in sides(layers) {
        let Kind::Child(child) = layers.vertices[vertex].kind else { continue };
        let Reach { start, width, middle } = reach[child];
        segments.sort_by_key(|&s| {
            let segment = layers.segments[s];
            (positions[segment.ends[1 - end]], segment.offsets[1 - end], s)
        });
        let taken: Vec<_> = segments
            .iter()
            .filter(|&&s| layers.segments[s].fixed[end])
            .map(|&s| layers.segments[s].offsets[end])
            .collect();
        let mut taken = taken;
        let count = i32::try_from(segments.len()).unwrap_or(i32::MAX);
        for (at, &s) in (1..).zip(&segments) {
            let segment = &mut layers.segments[s];
            if segment.fixed[end] {
                continue;
            }
            let even = if middle { width / 2 } else { even(width, at, count) };
            let offset = start + even;
            let offset = if middle { offset } else { nearest_free(offset, start, width, &taken, spacing) };
            taken.push(offset);
            segment.offsets[end] = offset;
        }
    }
}

/// The place of one of so many ports on a side.
fn even(width: i32, at: i32, count: i32) -> i32 {
    let place = i64::from(width) * i64::from(at) / (i64::from(count) + 1);
    i32::try_from(place).unwrap_or(width)
}

/// The nearest place that keeps its distance to all that are taken, or to as many as can be.
fn nearest_free(wish: i32, start: i32, width: i32, taken: &[i32], spacing: i32) -> i32 {
    let mut spacing = spacing;
    while spacing > 0 {
        let free = |&place: &i32| {
            place > start && place < start + width - 1 && taken.iter().all(|other| (other - place).abs() >= spacing)
        };
        // Only the wish and what lies just beside something taken can be nearest.
        let beside = taken.iter().flat_map(|other| [other - spacing, other + spacing]);
        if let Some(place) = std::iter::once(wish).chain(beside).filter(free).min_by_key(|place| (place - wish).abs()) {
            return place;
        }
        spacing /= 2;
    }
    wish
}

/// The segments on each side of each vertex, with the end that they have there.
fn sides(layers: &Layers) -> Vec<(usize, usize, Vec<usize>)> {
    let mut sides: Vec<[Vec<usize>; 2]> = vec![[Vec::new(), Vec::new()]; layers.vertices.len()];
    for (index, segment) in layers.segments.iter().enumerate() {
        sides[segment.ends[0]][0].push(index);
        sides[segment.ends[1]][1].push(index);
    }
    sides
        .into_iter()
        .enumerate()
        .flat_map(|(vertex, [below, above])| [(vertex, 0, below), (vertex, 1, above)])
        .filter(|(_, _, segments)| !segments.is_empty())
        .collect()
}

/// Moves ports along their sides where that makes a line straight, but not up to the corners.
pub(super) fn straighten(layers: &mut Layers, reach: &[Reach], places: &[i32], spacing: i32, margin: (i32, i32)) {
    for (vertex, end, mut segments) in sides(layers) {
        let Kind::Child(child) = layers.vertices[vertex].kind else { continue };
        let Reach { start, width, middle } = reach[child];
        if middle {
            continue;
        }
        segments.sort_by_key(|&s| (layers.segments[s].offsets[end], s));
        // In both directions, for a port may make room for the one before it.
        for at in (0..segments.len()).chain((0..segments.len()).rev()) {
            let segment = layers.segments[segments[at]];
            if segment.fixed[end] {
                continue;
            }
            let wish = places[segment.ends[1 - end]] + segment.offsets[1 - end] - places[vertex];
            let before = at.checked_sub(1).map(|at| layers.segments[segments[at]].offsets[end] + spacing);
            let after = segments.get(at + 1).map(|&s| layers.segments[s].offsets[end] - spacing);
            let low = before.unwrap_or(start + margin.0);
            let high = after.unwrap_or(start + width - margin.1);
            if low <= wish && wish <= high {
                layers.segments[segments[at]].offsets[end] = wish;
            }
        }
    }
}
