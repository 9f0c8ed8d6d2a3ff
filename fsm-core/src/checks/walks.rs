//! Walks through the graph of states: petgraph's, on our own arrays.

use std::collections::BTreeSet;
use std::iter::Copied;
use std::slice::Iter;

use petgraph::visit::{Dfs, DfsPostOrder, GraphBase, IntoNeighbors, VisitMap, Visitable};

use super::components::Edges;
use super::graph::{Edge, StateGraph};
use crate::model::{Id, State};

impl StateGraph {
    /// The states that can be reached from these, themselves included, by the edges that `keep` keeps.
    pub(super) fn reached_from(
        &self,
        starts: impl IntoIterator<Item = Id<State>>,
        keep: impl Fn(&Edge) -> bool,
    ) -> BTreeSet<Id<State>> {
        let kept = self.edges.iter().filter(|edge| keep(edge));
        reached(&Edges::new(self.count(), kept.map(|edge| (edge.from.index(), edge.to.index()))), starts)
    }

    /// The states from which one of these can be reached, themselves included.
    pub(super) fn leading_to(&self, ends: impl IntoIterator<Item = Id<State>>) -> BTreeSet<Id<State>> {
        let mut back: Vec<_> = self.edges.iter().map(|edge| (edge.to.index(), edge.from.index())).collect();
        back.sort_unstable();
        reached(&Edges::new(self.count(), back), ends)
    }

    /// All states in an order in which no kept edge leads to a later one; `None` if there is a cycle.
    pub(super) fn last_first(&self, keep: impl Fn(&Edge) -> bool) -> Option<Vec<Id<State>>> {
        let kept = self.edges.iter().filter(|edge| keep(edge));
        let edges = Edges::new(self.count(), kept.map(|edge| (edge.from.index(), edge.to.index())));
        if !edges.cyclic_components().is_empty() {
            return None;
        }
        let mut walk = DfsPostOrder::empty(&edges);
        let mut order = Vec::with_capacity(self.count());
        for start in (0..self.count()).filter_map(|start| u32::try_from(start).ok()) {
            walk.move_to(start);
            while let Some(node) = walk.next(&edges) {
                order.push(state(node));
            }
        }
        Some(order)
    }
}

fn reached(edges: &Edges, starts: impl IntoIterator<Item = Id<State>>) -> BTreeSet<Id<State>> {
    let mut walk = Dfs::empty(edges);
    let mut reached = BTreeSet::new();
    for start in starts.into_iter().filter_map(|start| u32::try_from(start.index()).ok()) {
        walk.move_to(start);
        while let Some(node) = walk.next(edges) {
            reached.insert(state(node));
        }
    }
    reached
}

fn state(node: u32) -> Id<State> {
    Id::new(node as usize)
}

impl GraphBase for Edges {
    type NodeId = u32;
    /// Walks do not ask for edges.
    type EdgeId = ();
}

impl<'e> IntoNeighbors for &'e Edges {
    type Neighbors = Copied<Iter<'e, u32>>;

    fn neighbors(self, node: u32) -> Self::Neighbors {
        self.targets_of(node).iter().copied()
    }
}

impl Visitable for Edges {
    type Map = Met;

    fn visit_map(&self) -> Met {
        Met(vec![false; self.count()])
    }

    fn reset_map(&self, map: &mut Met) {
        *map = self.visit_map();
    }
}

/// Which nodes a walk has met.
#[derive(Debug, Clone, Default)]
pub struct Met(Vec<bool>);

impl VisitMap<u32> for Met {
    fn visit(&mut self, node: u32) -> bool {
        let is_new = !self.is_visited(&node);
        if let Some(met) = self.0.get_mut(node as usize) {
            *met = true;
        }
        is_new
    }

    fn is_visited(&self, &node: &u32) -> bool {
        self.0.get(node as usize).copied().unwrap_or(true)
    }

    fn unvisit(&mut self, node: u32) -> bool {
        self.0.get_mut(node as usize).is_some_and(std::mem::take)
    }
}
