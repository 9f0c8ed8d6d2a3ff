//! Strongly connected components, by Tarjan's algorithm without recursion.
//!
//! A graph is two arrays: the targets of all edges, by source, and where those of each node begin. Every edge is looked
//! at once, and what is needed of each node is two numbers.

/// A directed graph over the nodes `0..count`.
#[derive(Debug, Clone, Default)]
pub struct Edges {
    /// Where the targets of a node begin, and behind the last node where they end.
    first: Vec<u32>,
    targets: Vec<u32>,
}

impl Edges {
    /// The graph of these edges, each from its first node to its second, in the order of their sources. What is out of
    /// that order, or leads out of the graph, is no edge of it.
    pub fn new(count: usize, edges: impl IntoIterator<Item = (usize, usize)>) -> Self {
        let mut graph = Edges { first: vec![0], targets: Vec::new() };
        for (from, to) in edges {
            let (Ok(target), true) = (u32::try_from(to), from < count && to < count) else { continue };
            if from + 1 < graph.first.len() {
                continue;
            }
            graph.first.resize(from + 1, graph.end());
            graph.targets.push(target);
        }
        graph.first.resize(count + 1, graph.end());
        graph
    }

    fn end(&self) -> u32 {
        u32::try_from(self.targets.len()).unwrap_or(u32::MAX)
    }

    /// How many nodes there are.
    pub(super) fn count(&self) -> usize {
        self.first.len() - 1
    }

    pub(super) fn targets_of(&self, node: u32) -> &[u32] {
        let node = node as usize;
        &self.targets[self.first[node] as usize..self.first[node + 1] as usize]
    }

    /// The strongly connected components that contain a cycle, each in the order of its nodes, and all in that of their
    /// first nodes.
    #[must_use]
    pub fn cyclic_components(&self) -> Vec<Vec<u32>> {
        let mut search = Search::new(self);
        for node in 0..search.low.len() {
            if search.low[node] == UNSEEN {
                search.from(u32::try_from(node).unwrap_or(u32::MAX));
            }
        }
        search.found.sort_unstable();
        search.found
    }
}

/// What [`Search::low`] says of a node that was not met yet.
const UNSEEN: u32 = 0;
/// What it says of a node whose component is complete.
const DONE: u32 = u32::MAX;

/// A search through a graph, depth first.
struct Search<'g> {
    edges: &'g Edges,
    /// The lowest number of a node that can be reached from this one and is not done. Nodes are numbered from 1 as they
    /// are met.
    low: Vec<u32>,
    /// The last number that was given.
    met: u32,
    /// The nodes that were met and are not done.
    open: Vec<u32>,
    /// The way to where the search is.
    way: Vec<Step>,
    found: Vec<Vec<u32>>,
}

/// A node on the way.
struct Step {
    node: u32,
    number: u32,
    /// How many of its edges were followed.
    followed: usize,
}

impl<'g> Search<'g> {
    fn new(edges: &'g Edges) -> Self {
        let low = vec![UNSEEN; edges.count()];
        Search { edges, low, met: 0, open: Vec::new(), way: Vec::new(), found: Vec::new() }
    }

    /// Completes the components of all nodes that can be reached from this one.
    fn from(&mut self, root: u32) {
        self.meet(root);
        while let Some(step) = self.way.last_mut() {
            let node = step.node as usize;
            let targets = self.edges.targets_of(step.node);
            if let Some(&target) = targets.get(step.followed) {
                step.followed += 1;
                match self.low[target as usize] {
                    UNSEEN => self.meet(target),
                    DONE => {}
                    low => self.low[node] = self.low[node].min(low),
                }
                continue;
            }
            self.leave();
        }
    }

    fn meet(&mut self, node: u32) {
        self.met += 1;
        self.low[node as usize] = self.met;
        self.open.push(node);
        self.way.push(Step { node, number: self.met, followed: 0 });
    }

    /// Goes back from a node all of whose edges were followed.
    fn leave(&mut self) {
        let Some(Step { node, number, .. }) = self.way.pop() else { return };
        let low = self.low[node as usize];
        if low == number {
            self.complete(node);
        } else if let Some(step) = self.way.last() {
            let before = step.node as usize;
            self.low[before] = self.low[before].min(low);
        }
    }

    /// Takes out the component whose first node is this one.
    fn complete(&mut self, first: u32) {
        let start = self.open.iter().rposition(|&node| node == first).unwrap_or_default();
        for &node in &self.open[start..] {
            self.low[node as usize] = DONE;
        }
        if self.open.len() - start > 1 || self.edges.targets_of(first).contains(&first) {
            let mut component = self.open[start..].to_vec();
            component.sort_unstable();
            self.found.push(component);
        }
        self.open.truncate(start);
    }
}

#[cfg(test)]
mod tests {
    use petgraph::algo::kosaraju_scc;
    use petgraph::graph::DiGraph;

    use super::Edges;

    /// The same by petgraph.
    fn expected(count: usize, edges: &[(usize, usize)]) -> Vec<Vec<u32>> {
        let mut graph = DiGraph::<(), ()>::new();
        let nodes: Vec<_> = (0..count).map(|_| graph.add_node(())).collect();
        for &(from, to) in edges {
            graph.add_edge(nodes[from], nodes[to], ());
        }
        let is_cyclic = |of: &Vec<_>| of.len() > 1 || graph.contains_edge(of[0], of[0]);
        let numbers = |of: Vec<petgraph::graph::NodeIndex>| {
            let mut numbers: Vec<_> = of.into_iter().map(|node| u32::try_from(node.index()).unwrap()).collect();
            numbers.sort_unstable();
            numbers
        };
        let mut found: Vec<_> = kosaraju_scc(&graph).into_iter().filter(is_cyclic).map(numbers).collect();
        found.sort();
        found
    }

    #[test]
    fn components_are_those_of_petgraph() {
        // A linear congruential generator: the same graphs in every run.
        let mut seed = 1_u64;
        let mut next = |below: usize| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            usize::try_from(seed >> 33).unwrap() % below
        };
        for round in 0..2000 {
            let count = 1 + next(12);
            let mut edges: Vec<_> = (0..round % 30).map(|_| (next(count), next(count))).collect();
            edges.sort_unstable();
            let found = Edges::new(count, edges.iter().copied()).cyclic_components();
            assert_eq!(found, expected(count, &edges), "{count} {edges:?}");
        }
    }

    #[test]
    fn a_long_way_needs_no_stack() {
        let count = 1_000_000;
        let chain = (0..count - 1).map(|node| (node, node + 1));
        assert!(Edges::new(count, chain.clone()).cyclic_components().is_empty());
        let ring = Edges::new(count, chain.chain([(count - 1, 0)]));
        assert_eq!(ring.cyclic_components(), [(0..1_000_000).collect::<Vec<u32>>()]);
    }

    #[test]
    fn what_is_no_edge_is_left_out() {
        let found = Edges::new(2, [(0, 7), (1, 0), (0, 1), (9, 9)]).cyclic_components();
        assert!(found.is_empty(), "{found:?}");
        assert!(Edges::new(0, []).cyclic_components().is_empty());
    }
}
