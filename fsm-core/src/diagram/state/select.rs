//! Parts of a chart. What is left out is told, by a line in the state that holds it; what leads there leads to that state.

use std::collections::BTreeSet;

use super::{Arrow, Chart, Mark, Node, NodeKind};
use crate::model::{Arena, Id, State};

/// Which states are shown.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Selection {
    /// These, with all that is inside them, what holds them, and the other ends of their arrows; if empty, all.
    pub only: Vec<Id<State>>,
    /// These without what is inside them.
    pub collapsed: Vec<Id<State>>,
    /// How many levels of states are shown: 1 shows the states of the machine without what is inside them.
    pub depth: Option<usize>,
}

impl Chart {
    /// Takes out what is not selected.
    #[must_use]
    pub fn select(self, selection: &Selection) -> Chart {
        if *selection == Selection::default() {
            return self;
        }
        let collapsed = self.collapse(selection);
        let mut chart = if selection.only.is_empty() { collapsed } else { collapsed.neighbourhood(&selection.only) };
        match chart.nodes[Chart::root()].hidden {
            0 => {}
            1 => chart.key.push((None, "1 state beside these is not shown".to_owned())),
            hidden => chart.key.push((None, format!("{hidden} states beside these are not shown"))),
        }
        chart
    }

    fn collapse(self, selection: &Selection) -> Chart {
        let is_collapsed = |id: Id<Node>| {
            self.nodes[id].state.is_some_and(|state| selection.collapsed.contains(&state))
                || selection.depth.is_some_and(|depth| self.lineage(id).count() > depth)
        };
        let kept = self.nodes.ids().filter(|&id| !self.lineage(id).skip(1).any(is_collapsed)).collect();
        self.keep(&kept)
    }

    /// These states, and what is one arrow away from them.
    fn neighbourhood(self, only: &[Id<State>]) -> Chart {
        let is_chosen = |id: Id<Node>| self.nodes[id].state.is_some_and(|state| only.contains(&state));
        let shown: BTreeSet<_> = self.nodes.ids().filter(|&id| self.lineage(id).any(is_chosen)).collect();
        let around: BTreeSet<_> = shown.iter().flat_map(|&id| self.lineage(id)).collect();
        // What happens in the states around happens in those inside as well.
        let concerns = |arrow: &Arrow| around.contains(&arrow.from) || around.contains(&arrow.to);
        let arrows: Vec<_> = self.arrows.iter().filter(|arrow| concerns(arrow)).cloned().collect();
        let ends = arrows.iter().flat_map(|arrow| [arrow.from, arrow.to]);
        let kept: BTreeSet<_> = ends.chain(shown.iter().copied()).flat_map(|end| self.lineage(end)).collect();
        let mut chart = Chart { arrows, ..self };
        for &id in kept.difference(&around) {
            chart.nodes[id].mark = chart.nodes[id].state.map(|_| Mark::Aside);
            chart.nodes[id].details.clear();
            chart.nodes[id].note.clear();
        }
        if kept.len() > around.len() {
            chart.key.push((Some(Mark::Aside), "shown for its connection only".to_owned()));
        }
        chart.keep(&kept)
    }

    /// The chart of these nodes. Arrows end at the innermost state around their end that is kept.
    fn keep(self, kept: &BTreeSet<Id<Node>>) -> Chart {
        let mut new_ids = vec![None; self.nodes.len()];
        for (index, &id) in kept.iter().enumerate() {
            new_ids[id.index()] = Some(Id::new(index));
        }
        let new_id = |id: Id<Node>| new_ids[id.index()];
        let mut nodes = Arena::default();
        for &id in kept {
            let node = &self.nodes[id];
            let children: Vec<_> = node.children.iter().filter_map(|&child| new_id(child)).collect();
            let is_emptied = children.is_empty() && !node.children.is_empty();
            nodes.push(Node {
                parent: node.parent.and_then(new_id),
                kind: if is_emptied { NodeKind::Simple } else { node.kind },
                hidden: node.hidden + self.hidden_in(id, kept),
                children,
                ..node.clone()
            });
        }
        let mut arrows: Vec<Arrow> = Vec::new();
        let mut moved = BTreeSet::new();
        for arrow in &self.arrows {
            let around = |end: Id<Node>| self.lineage(end).find_map(|node| Some((new_id(node)?, node != end)));
            let (Some((from, from_moved)), Some((to, to_moved))) = (around(arrow.from), around(arrow.to)) else {
                continue;
            };
            let is_inside = from == to && (from_moved || to_moved);
            let is_lost = from_moved && from == Chart::root() || to_moved && to == Chart::root();
            let inner = arrow.inner && nodes[from].kind != NodeKind::Simple;
            let arrow = Arrow { from, to, inner, ..arrow.clone() };
            // Of those that have become the same, one says it.
            let mut is_new = || !(from_moved || to_moved) || moved.insert((from, to, arrow.label.clone()));
            if !is_inside && !is_lost && is_new() {
                arrows.push(arrow);
            }
        }
        Chart { nodes, arrows, ..self }
    }

    /// How many states in a node are not kept.
    fn hidden_in(&self, of: Id<Node>, kept: &BTreeSet<Id<Node>>) -> usize {
        let mut waiting: Vec<_> = self.nodes[of].children.iter().filter(|child| !kept.contains(child)).collect();
        let mut hidden = 0;
        while let Some(node) = waiting.pop() {
            hidden += usize::from(self.nodes[*node].state.is_some());
            waiting.extend(&self.nodes[*node].children);
        }
        hidden
    }
}
