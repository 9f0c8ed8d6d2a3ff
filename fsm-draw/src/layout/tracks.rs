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
    /// What it comes from and goes to: lines of one port may meet.
    pub(super) ends: [usize; 2],
}

impl Bend {
    fn low(&self) -> i32 {
        self.from.min(self.to)
    }

    fn high(&self) -> i32 {
        self.from.max(self.to)
    }

    fn crosses(&self, place: i32) -> bool {
        self.low() < place && place < self.high()
    }
}

/// A track for every bend, counted from above, such that no two meet on one.
pub(super) fn tracks(bends: &[Bend], spacing: i32) -> Vec<usize> {
    let order = sequence(bends, spacing);
    let mut tracks = vec![0; bends.len()];
    for (at, &bend) in order.iter().enumerate() {
        let above = order[..at].iter().filter(|&&other| meet(&bends[bend], &bends[other], spacing));
        tracks[bend] = above.map(|&other| tracks[other] + 1).max().unwrap_or(0);
    }
    tracks
}

/// Whether two bends are too near to each other for one track.
fn meet(a: &Bend, b: &Bend, spacing: i32) -> bool {
    a.low() < b.high() + spacing && b.low() < a.high() + spacing
}

/// What it costs to run the one above the other.
fn cost(above: &Bend, below: &Bend, spacing: i32) -> i32 {
    let mut cost = 0;
    if below.crosses(above.to) {
        cost += 4;
    }
    if above.crosses(below.from) {
        cost += 4;
    }
    // One comes down where the other goes down: they would share a stretch, or run side by side too near.
    let apart = (above.to - below.from).abs();
    let one_port = above.ends[0] == below.ends[0] || above.ends[1] == below.ends[1];
    if apart == 0 && !one_port {
        cost += 1000;
    } else if apart < spacing {
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
            if meet(&bends[a], &bends[b], spacing) {
                let saved = cost(&bends[b], &bends[a], spacing) - cost(&bends[a], &bends[b], spacing);
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

    fn bend(from: i32, to: i32, id: usize) -> Bend {
        Bend { from, to, ends: [2 * id, 2 * id + 1] }
    }

    #[test]
    fn nested_bends_do_not_cross() {
        // Both go right; the one that starts further right runs above.
        assert_eq!(tracks(&[bend(0, 100, 0), bend(20, 120, 1)], 10), [1, 0]);
        assert_eq!(tracks(&[bend(100, 0, 0), bend(120, 20, 1)], 10), [0, 1]);
    }

    #[test]
    fn distant_bends_share_a_track() {
        assert_eq!(tracks(&[bend(0, 40, 0), bend(60, 100, 1)], 10), [0, 0]);
    }

    #[test]
    fn lines_do_not_share_a_stretch() {
        // The second comes down where the first goes down, so it turns off above.
        assert_eq!(tracks(&[bend(0, 50, 0), bend(50, 100, 1)], 10), [1, 0]);
    }
}
