//! Integers that differ by at least so much, with the least weighted sum of differences.
//!
//! The network simplex method of Gansner, Koutsofios, North and Vo, *A Technique for Drawing Directed Graphs* (1993),
//! section 2. It assigns layers to nodes, and places to the nodes of layers. A cut value is the sum of what its
//! subtree's nodes send out less what they take in, for edges inside the subtree cancel out.

use std::collections::VecDeque;

/// `value[to] - value[from] >= least`, at a cost of `weight` for every unit of the difference.
#[derive(Debug, Clone, Copy)]
pub(super) struct Constraint {
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) least: i32,
    pub(super) weight: i32,
}

/// Values for `count` variables. Every set of variables that are bound to each other begins at 0.
///
/// The constraints form no cycle. After `rounds` exchanges the values are taken as they are: feasible, if not optimal.
pub(super) fn solve(count: usize, constraints: &[Constraint], rounds: usize) -> Vec<i32> {
    let mut network = Network::new(count, constraints);
    network.start();
    let mut values = vec![0; count];
    for component in network.components() {
        network.span(&component);
        network.optimise(component[0], &component, rounds);
        let least = component.iter().map(|&node| network.values[node]).min().unwrap_or(0);
        for &node in &component {
            values[node] = network.values[node] - least;
        }
    }
    values
}

const NONE: usize = usize::MAX;

struct Network<'a> {
    constraints: &'a [Constraint],
    /// The constraints at each node.
    incident: Vec<Vec<usize>>,
    values: Vec<i32>,
    /// The constraints of the spanning tree at each node.
    tree: Vec<Vec<usize>>,
    in_tree: Vec<bool>,
    /// The constraint that leads to the parent in the tree.
    parent: Vec<usize>,
    /// Numbers of a walk that numbers a node behind its subtree: a subtree has the numbers `low..=last`.
    low: Vec<usize>,
    last: Vec<usize>,
    /// What the nodes of a subtree send out less what they take in.
    net: Vec<i64>,
    own: Vec<i64>,
}

impl<'a> Network<'a> {
    fn new(count: usize, constraints: &'a [Constraint]) -> Network<'a> {
        let mut incident = vec![Vec::new(); count];
        let mut own = vec![0; count];
        for (index, constraint) in constraints.iter().enumerate() {
            incident[constraint.from].push(index);
            incident[constraint.to].push(index);
            own[constraint.from] += i64::from(constraint.weight);
            own[constraint.to] -= i64::from(constraint.weight);
        }
        Network {
            constraints,
            incident,
            values: vec![0; count],
            tree: vec![Vec::new(); count],
            in_tree: vec![false; constraints.len()],
            parent: vec![NONE; count],
            low: vec![0; count],
            last: vec![0; count],
            net: vec![0; count],
            own,
        }
    }

    /// The least values that are allowed, in topological order.
    fn start(&mut self) {
        let mut open = vec![0_usize; self.values.len()];
        for constraint in self.constraints {
            open[constraint.to] += 1;
        }
        let mut ready: VecDeque<_> = (0..open.len()).filter(|&node| open[node] == 0).collect();
        while let Some(node) = ready.pop_front() {
            for &index in &self.incident[node] {
                let Constraint { from, to, least, .. } = self.constraints[index];
                if from == node {
                    self.values[to] = self.values[to].max(self.values[from] + least);
                    open[to] -= 1;
                    if open[to] == 0 {
                        ready.push_back(to);
                    }
                }
            }
        }
    }

    fn components(&self) -> Vec<Vec<usize>> {
        let mut seen = vec![false; self.values.len()];
        let mut components = Vec::new();
        for start in 0..seen.len() {
            if std::mem::replace(&mut seen[start], true) {
                continue;
            }
            let mut component = vec![start];
            let mut next = 0;
            while next < component.len() {
                for &index in &self.incident[component[next]] {
                    let other = self.other(index, component[next]);
                    if !std::mem::replace(&mut seen[other], true) {
                        component.push(other);
                    }
                }
                next += 1;
            }
            components.push(component);
        }
        components
    }

    fn other(&self, index: usize, node: usize) -> usize {
        let Constraint { from, to, .. } = self.constraints[index];
        if from == node { to } else { from }
    }

    fn slack(&self, index: usize) -> i32 {
        let Constraint { from, to, least, .. } = self.constraints[index];
        self.values[to] - self.values[from] - least
    }

    /// Builds a spanning tree of constraints without slack: grows it along such, and where there are none, moves it
    /// towards the nearest node.
    fn span(&mut self, component: &[usize]) {
        let mut inside = vec![false; self.values.len()];
        let mut nodes = vec![component[0]];
        inside[component[0]] = true;
        let mut next = 0;
        // Constraints that lead out of the tree, and possibly some that no longer do.
        let mut border: Vec<usize> = Vec::new();
        loop {
            while next < nodes.len() {
                let node = nodes[next];
                next += 1;
                for at in 0..self.incident[node].len() {
                    let index = self.incident[node][at];
                    let other = self.other(index, node);
                    if inside[other] {
                        continue;
                    }
                    if self.slack(index) == 0 {
                        self.join(index);
                        inside[other] = true;
                        nodes.push(other);
                    } else {
                        border.push(index);
                    }
                }
            }
            border.retain(|&index| !(inside[self.constraints[index].from] && inside[self.constraints[index].to]));
            let Some(&nearest) = border.iter().min_by_key(|&&index| (self.slack(index), index)) else {
                return;
            };
            let slack = self.slack(nearest);
            let shift = if inside[self.constraints[nearest].from] { slack } else { -slack };
            for &node in &nodes {
                self.values[node] += shift;
            }
            let from_tree = inside[self.constraints[nearest].from];
            let other = if from_tree { self.constraints[nearest].to } else { self.constraints[nearest].from };
            self.join(nearest);
            inside[other] = true;
            nodes.push(other);
        }
    }

    fn join(&mut self, index: usize) {
        self.in_tree[index] = true;
        self.tree[self.constraints[index].from].push(index);
        self.tree[self.constraints[index].to].push(index);
    }

    fn part(&mut self, index: usize) {
        self.in_tree[index] = false;
        let Constraint { from, to, .. } = self.constraints[index];
        for node in [from, to] {
            self.tree[node].retain(|&other| other != index);
        }
    }

    /// Numbers the subtree of a node from `low` on.
    fn number(&mut self, root: usize, low: usize) {
        let mut next = low;
        self.low[root] = low;
        let mut stack = vec![(root, 0)];
        while let Some((node, at)) = stack.pop() {
            if at == 0 {
                self.low[node] = next;
                self.net[node] = self.own[node];
            }
            if let Some(&index) = self.tree[node].get(at) {
                stack.push((node, at + 1));
                if index != self.parent[node] {
                    let child = self.other(index, node);
                    self.parent[child] = index;
                    stack.push((child, 0));
                }
                continue;
            }
            self.last[node] = next;
            next += 1;
            if node != root {
                let above = self.other(self.parent[node], node);
                self.net[above] += self.net[node];
            }
        }
    }

    fn in_subtree(&self, node: usize, root: usize) -> bool {
        self.low[root] <= self.last[node] && self.last[node] <= self.last[root]
    }

    /// Exchanges constraints of the tree until none of them would be better longer.
    fn optimise(&mut self, root: usize, component: &[usize], rounds: usize) {
        self.parent[root] = NONE;
        self.number(root, 0);
        let mut search = 0;
        for _ in 0..rounds {
            let Some(node) = self.leaving(component, &mut search) else { return };
            let Some(entering) = self.entering(node) else { return };
            self.exchange(node, entering);
        }
    }

    /// The lower end of a tree constraint with a negative cut value: the worst of some, searched in turn.
    fn leaving(&self, component: &[usize], search: &mut usize) -> Option<usize> {
        let mut worst = None;
        let mut found = 0;
        for _ in 0..component.len() {
            let node = component[*search];
            *search = (*search + 1) % component.len();
            if self.parent[node] == NONE {
                continue;
            }
            let cut = self.cut(node);
            if cut < 0 {
                if worst.is_none_or(|(least, _)| cut < least) {
                    worst = Some((cut, node));
                }
                found += 1;
                if found == 30 {
                    break;
                }
            }
        }
        worst.map(|(_, node)| node)
    }

    fn cut(&self, node: usize) -> i64 {
        if self.constraints[self.parent[node]].from == node { self.net[node] } else { -self.net[node] }
    }

    /// The tightest constraint across the cut, against the direction of the one that leaves.
    fn entering(&self, node: usize) -> Option<usize> {
        let upwards = self.constraints[self.parent[node]].from == node;
        let mut best: Option<(i32, usize)> = None;
        let mut stack = vec![node];
        while let Some(next) = stack.pop() {
            for &index in &self.incident[next] {
                let Constraint { from, to, .. } = self.constraints[index];
                let (inner, outer) = if upwards { (to, from) } else { (from, to) };
                if inner == next && !self.in_tree[index] && !self.in_subtree(outer, node) {
                    let candidate = (self.slack(index), index);
                    if best.is_none_or(|best| candidate < best) {
                        best = Some(candidate);
                    }
                }
            }
            for &index in &self.tree[next] {
                if index != self.parent[next] {
                    stack.push(self.other(index, next));
                }
            }
        }
        best.map(|(_, index)| index)
    }

    fn exchange(&mut self, node: usize, entering: usize) {
        let leaving = self.parent[node];
        let slack = self.slack(entering);
        let shift = if self.constraints[leaving].from == node { -slack } else { slack };
        if shift != 0 {
            self.shift(node, shift);
        }
        let Constraint { from, to, .. } = self.constraints[entering];
        let mut top = from;
        while !self.in_subtree(to, top) {
            top = self.other(self.parent[top], top);
        }
        self.part(leaving);
        self.join(entering);
        let low = self.low[top];
        self.number(top, low);
    }

    fn shift(&mut self, root: usize, by: i32) {
        let mut stack = vec![root];
        while let Some(node) = stack.pop() {
            self.values[node] += by;
            for &index in &self.tree[node] {
                if index != self.parent[node] {
                    stack.push(self.other(index, node));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn constraint(from: usize, to: usize, least: i32, weight: i32) -> Constraint {
        Constraint { from, to, least, weight }
    }

    fn cost(values: &[i32], constraints: &[Constraint]) -> i32 {
        constraints.iter().map(|c| c.weight * (values[c.to] - values[c.from])).sum()
    }

    #[test]
    fn the_example_of_the_paper() {
        // a-b-c-d-h, a-e-g-h, a-f-g: figure 2-3.
        let edges = [(0, 1), (1, 2), (2, 3), (3, 7), (0, 4), (4, 6), (6, 7), (0, 5), (5, 6)];
        let constraints: Vec<_> = edges.iter().map(|&(from, to)| constraint(from, to, 1, 1)).collect();
        let values = solve(8, &constraints, 100);
        assert_eq!(cost(&values, &constraints), 10);
    }

    #[test]
    fn values_are_as_good_as_the_best_of_all() {
        // Every graph of 5 nodes with edges chosen by the bits of a number, beside all assignments of 0..7.
        let pairs: Vec<_> = (0..5).flat_map(|from| (from + 1..5).map(move |to| (from, to))).collect();
        for seed in (1_u32..1024).step_by(41) {
            let chosen = pairs.iter().enumerate().filter(|(bit, _)| seed >> bit & 1 == 1);
            let constraints: Vec<_> = chosen
                .map(|(bit, &(from, to))| (i32::try_from(bit).unwrap(), from, to))
                .map(|(bit, from, to)| constraint(from, to, 1 + bit % 2, 1 + bit * 7 % 4))
                .collect();
            let values = solve(5, &constraints, 1000);
            assert!(constraints.iter().all(|c| values[c.to] - values[c.from] >= c.least));
            let best = (0..7_i32.pow(5))
                .map(|code| (0..5).map(|at| code / 7_i32.pow(at) % 7).collect::<Vec<_>>())
                .filter(|values| constraints.iter().all(|c| values[c.to] - values[c.from] >= c.least))
                .map(|values| cost(&values, &constraints))
                .min();
            assert_eq!(best, Some(cost(&values, &constraints)), "{constraints:?}");
        }
    }
}
