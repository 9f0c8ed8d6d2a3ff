//! Where lines run sideways between two layers.
//!
//! Lines that would meet run on different tracks, ordered so that few cross (Sander, *Layout of Directed Hypergraphs
//! with Orthogonal Hyperedges*, 2003): each pair says which of the two had better run above, and the heuristic of
//! Eades, Lin and Smyth (1993) makes one order of that.

/// A line from one layer to the next that is not straight.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bend {
    /// Where it comes from and where it goes to, across.
    pub(super) from: i32,
    pub(super) to: i32,
}

impl Bend {
    fn low(self) -> i32 {
        self.from.min(self.to)
    }

    fn high(self) -> i32 {
        self.from.max(self.to)
    }

    fn crosses(self, place: i32) -> bool {
        self.low() < place && place < self.high()
    }
}

/// The tracks of one gap.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Tracks {
    /// The track of each bend, counted from above.
    pub(super) of_bend: Vec<usize>,
    /// Bends that first step aside, and where to, above all tracks: else they would share a stretch with another, which
    /// no order of tracks avoids.
    pub(super) aside: Vec<Option<i32>>,
}

/// Finds a track for every bend such that no two meet on one.
pub(super) fn tracks(bends: &[Bend], spacing: i32) -> Tracks {
    let order = sequence(bends, spacing);
    let mut of_bend = vec![0; bends.len()];
    let mut aside = vec![None; bends.len()];
    for (at, &bend) in order.iter().enumerate() {
        let above = &order[..at];
        let meeting = above.iter().filter(|&&other| meet(bends[bend], bends[other], spacing));
        of_bend[bend] = meeting.map(|&other| of_bend[other] + 1).max().unwrap_or(0);
        if above.iter().any(|&other| collide(bends[other], bends[bend], spacing)) {
            aside[bend] = Some(beside(bends[bend], bends, spacing));
        }
    }
    Tracks { of_bend, aside }
}

/// Whether one bend comes down where another, below it, comes from.
fn collide(above: Bend, below: Bend, spacing: i32) -> bool {
    (above.to - below.from).abs() < (spacing / 3).max(1)
}

/// A place near to where a bend comes from, as far from other lines as can be.
fn beside(bend: Bend, bends: &[Bend], spacing: i32) -> i32 {
    let towards = (bend.to - bend.from).signum();
    let steps =
        (1..=(spacing / 2).max(1)).rev().flat_map(|step| [bend.from + towards * step, bend.from - towards * step]);
    let room = |place: i32| {
        let others = bends.iter().filter(|other| other.from != bend.from).flat_map(|other| [other.from, other.to]);
        let own = bends.iter().filter(|other| other.from == bend.from).map(|other| other.to);
        others.chain(own).map(|other| (other - place).abs()).min().unwrap_or(i32::MAX).min(spacing / 3)
    };
    // The first of the best.
    steps.rev().max_by_key(|&place| room(place)).unwrap_or(bend.from)
}

/// Whether two bends are too near to each other for one track.
fn meet(a: Bend, b: Bend, spacing: i32) -> bool {
    a.low() < b.high() + spacing && b.low() < a.high() + spacing
}

/// What it costs to run the one above the other.
fn cost(above: Bend, below: Bend, spacing: i32) -> i32 {
    let mut cost = 0;
    if below.crosses(above.to) {
        cost += 4;
    }
    if above.crosses(below.from) {
        cost += 4;
    }
    // One comes down where the other goes down: they would share a stretch, or run side by side too near.
    if collide(above, below, spacing) {
        cost += 1000;
    } else if (above.to - below.from).abs() < spacing {
        cost += 3;
    }
    cost
}

/// An order from above to below in which few pairs stand the wrong way round.
fn sequence(bends: &[Bend], spacing: i32) -> Vec<usize> {
    let count = bends.len();
    // What it would save to run the first above the second.
    let mut gain = vec![vec![0_i32; count]; count];
    for a in 0..count {
        for b in a + 1..count {
            if meet(bends[a], bends[b], spacing) {
                let saved = cost(bends[b], bends[a], spacing) - cost(bends[a], bends[b], spacing);
                gain[a][b] = saved;
                gain[b][a] = -saved;
            }
        }
    }
    let mut left: Vec<_> = (0..count).collect();
    // Ties go to the bends in reading order.
    left.sort_by_key(|&bend| (bends[bend].from, bends[bend].to, bend));
    let mut score: Vec<i32> = gain.iter().map(|row| row.iter().sum()).collect();
    let mut against: Vec<i32> = gain.iter().map(|row| row.iter().filter(|gain| **gain < 0).sum()).collect();
    let mut order = Vec::with_capacity(count);
    while !left.is_empty() {
        // What nothing wants to be above of; else what gains most.
        let at = (0..left.len()).min_by_key(|&at| (against[left[at]] != 0, -score[left[at]])).unwrap_or(0);
        let bend = left.remove(at);
        for &other in &left {
            score[other] -= gain[other][bend];
            against[other] -= gain[other][bend].min(0);
        }
        order.push(bend);
    }
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nested_bends_do_not_cross() {
        // Both go right; the one that starts further right runs above.
        assert_eq!(tracks(&[Bend { from: 0, to: 100 }, Bend { from: 20, to: 120 }], 10).of_bend, [1, 0]);
        assert_eq!(tracks(&[Bend { from: 100, to: 0 }, Bend { from: 120, to: 20 }], 10).of_bend, [0, 1]);
    }

    #[test]
    fn distant_bends_share_a_track() {
        assert_eq!(tracks(&[Bend { from: 0, to: 40 }, Bend { from: 60, to: 100 }], 10).of_bend, [0, 0]);
    }

    #[test]
    fn lines_do_not_share_a_stretch() {
        // The second comes down where the first goes down, so it turns off above.
        let found = tracks(&[Bend { from: 0, to: 50 }, Bend { from: 50, to: 100 }], 10);
        assert_eq!(found, Tracks { of_bend: vec![1, 0], aside: vec![None, None] });
        // Two that change places would share one in either order, so one of them steps aside.
        let found = tracks(&[Bend { from: 0, to: 50 }, Bend { from: 50, to: 0 }], 10);
        assert_eq!(found, Tracks { of_bend: vec![0, 1], aside: vec![None, Some(45)] });
    }
}
