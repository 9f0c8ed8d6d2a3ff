//! Which edges run against the direction.
//!
//! A depth-first search from where things begin, in the order of the definition, turns the edges that close a cycle
//! (Gansner et al. 1993, section 2.1): what a person wrote first stays above what it leads to.

/// For each edge, whether it closes a cycle, when the nodes are searched in this order.
pub(super) fn closing(count: usize, order: &[usize], edges: &[(usize, usize)]) -> Vec<bool> {
    let mut outgoing = vec![Vec::new(); count];
    for (index, &(from, to)) in edges.iter().enumerate() {
        outgoing[from].push((index, to));
    }
    let mut closing = vec![false; edges.len()];
    let mut seen = vec![false; count];
    let mut on_path = vec![false; count];
    for &start in order {
        if std::mem::replace(&mut seen[start], true) {
            continue;
        }
        on_path[start] = true;
        let mut path = vec![(start, 0)];
        while let Some((node, at)) = path.pop() {
            let Some(&(index, to)) = outgoing[node].get(at) else {
                on_path[node] = false;
                continue;
            };
            path.push((node, at + 1));
            if on_path[to] {
                closing[index] = true;
            } else if !std::mem::replace(&mut seen[to], true) {
                on_path[to] = true;
                path.push((to, 0));
            }
        }
    }
    closing
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_first_stays_above() {
        let edges = [(0, 1), (1, 2), (2, 0), (1, 0), (0, 2)];
        assert_eq!(closing(3, &[0, 1, 2], &edges), [false, false, true, true, false]);
        assert_eq!(closing(3, &[1, 0, 2], &edges), [true, false, false, false, true]);
    }
}
