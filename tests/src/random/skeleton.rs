//! The tree of states, before anything stands in them, and what a transition in it leaves and enters.
//!
//! A way into a state must give every variable of its context without an initial value one. So only states that are never
//! entered by default, neither a region nor an initial child, may have such variables.

use super::Size;
use super::choices::Choices;
use super::describe::{Kind, Variable};

/// The machine itself.
pub(super) const ROOT: usize = 0;

/// How deep states are nested.
const DEPTH: usize = 5;

/// A state of the tree.
#[derive(Debug, Clone)]
pub(super) struct Node {
    pub(super) name: String,
    pub(super) parent: Option<usize>,
    pub(super) kind: Kind,
    pub(super) children: Vec<usize>,
    /// The child that is marked as initial. A composite without one has an initial transition.
    pub(super) initial: Option<usize>,
    pub(super) context: Vec<Variable>,
    pub(super) limits: Vec<String>,
}

/// The tree of states; the first is [`ROOT`].
#[derive(Debug, Clone)]
pub(super) struct Skeleton {
    pub(super) nodes: Vec<Node>,
}

impl Skeleton {
    /// A tree of about as many states as `size` says.
    pub(super) fn grow(choices: &mut Choices<'_>, size: Size) -> Self {
        let mut tree = Skeleton { nodes: Vec::new() };
        let kind = if choices.chance(15) { Kind::Parallel } else { Kind::Plain };
        tree.add(None, kind);
        tree.expand(choices, ROOT);
        while tree.nodes.len() <= size.states {
            let open: Vec<_> = tree.ids().filter(|&state| tree.may_grow(state)).collect();
            let Some(&state) = choices.pick(&open) else { break };
            tree.nodes[state].kind = if choices.chance(35) { Kind::Parallel } else { Kind::Plain };
            tree.expand(choices, state);
        }
        tree
    }

    fn add(&mut self, parent: Option<usize>, kind: Kind) -> usize {
        let state = self.nodes.len();
        self.nodes.push(Node {
            name: format!("S{state}"),
            parent,
            kind,
            children: Vec::new(),
            initial: None,
            context: Vec::new(),
            limits: Vec::new(),
        });
        if let Some(parent) = parent {
            self.nodes[parent].children.push(state);
        }
        state
    }

    fn may_grow(&self, state: usize) -> bool {
        self.nodes[state].children.is_empty()
            && self.nodes[state].kind != Kind::Final
            && self.lineage(state).len() < DEPTH
    }

    /// Gives a state its children.
    fn expand(&mut self, choices: &mut Choices<'_>, state: usize) {
        if self.nodes[state].kind == Kind::Parallel {
            for _ in 0..choices.count(2, 3) {
                self.add(Some(state), Kind::Plain);
            }
            return;
        }
        let finals = if state == ROOT { 4 } else { 22 };
        for _ in 0..choices.count(1, 4) {
            let kind = if choices.chance(finals) { Kind::Final } else { Kind::Plain };
            self.add(Some(state), kind);
        }
        if !choices.chance(20) {
            self.nodes[state].initial = choices.pick(&self.nodes[state].children).copied();
        }
    }

    /// All states and the root.
    pub(super) fn ids(&self) -> impl Iterator<Item = usize> + use<> {
        0..self.nodes.len()
    }

    /// All states that have children, without the root.
    pub(super) fn composites(&self) -> Vec<usize> {
        self.ids().skip(1).filter(|&state| !self.nodes[state].children.is_empty()).collect()
    }

    /// The state and what is around it, the innermost first.
    pub(super) fn lineage(&self, state: usize) -> Vec<usize> {
        std::iter::successors(Some(state), |&inner| self.nodes[inner].parent).collect()
    }

    /// Whether `inner` lies inside `outer`.
    pub(super) fn is_inside(&self, inner: usize, outer: usize) -> bool {
        self.lineage(inner).iter().skip(1).any(|&around| around == outer)
    }

    /// All states inside of a state.
    pub(super) fn inside(&self, outer: usize) -> Vec<usize> {
        self.ids().filter(|&state| self.is_inside(state, outer)).collect()
    }

    /// Whether a state is entered by default: what is in it must not need values.
    pub(super) fn is_default(&self, state: usize) -> bool {
        let Some(parent) = self.nodes[state].parent else { return true };
        self.nodes[parent].kind == Kind::Parallel || self.nodes[parent].initial == Some(state)
    }

    /// The innermost state in which everything lies that a transition leaves and enters. A history lies inside of its
    /// state.
    pub(super) fn domain(&self, source: usize, targets: &[usize], history: bool, reenter: bool) -> usize {
        let leads_into =
            |outer| targets.iter().all(|&target| self.is_inside(target, outer) || history && target == outer);
        let inside = leads_into(source);
        let local = inside && !reenter && self.nodes[source].kind != Kind::Parallel;
        if source == ROOT || local {
            return source;
        }
        let around = self.lineage(source).into_iter().skip(1);
        let mut plain = around.filter(|&outer| self.nodes[outer].kind != Kind::Parallel);
        plain.find(|&outer| leads_into(outer)).unwrap_or(ROOT)
    }

    /// The states that are entered on the way from `domain` into `state`.
    pub(super) fn path(&self, domain: usize, state: usize) -> Vec<usize> {
        self.lineage(state).into_iter().take_while(|&step| step != domain).collect()
    }

    /// Whether the state can be entered from anywhere without values for contexts.
    pub(super) fn is_open(&self, state: usize) -> bool {
        let mut variables = self.lineage(state).into_iter().flat_map(|step| &self.nodes[step].context);
        variables.all(|variable| variable.default.is_some() || variable.ty.optional)
    }
}
