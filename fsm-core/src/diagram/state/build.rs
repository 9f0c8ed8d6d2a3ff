//! From a machine to its chart.

use std::collections::BTreeMap;

use super::{Arrow, Chart, Detail, Mark, Node, NodeKind, Origin};
use crate::diagram::{Labels, Options};
use crate::model::{Arena, Id, InitialTransition, Machine, State, StateKind, Tail, Target, TargetKind, TransitionKind};
use crate::source::Sources;

impl Chart {
    /// The chart of a machine. A machine with findings is drawn as far as it is known.
    #[must_use]
    pub fn new(machine: &Machine, sources: &Sources, options: &Options) -> Chart {
        let labels = Labels { machine, sources, hidden: &options.hidden };
        let nodes = states(&labels);
        let mut builder = Builder { labels, nodes, arrows: Vec::new(), histories: BTreeMap::new() };
        builder.initial_transitions();
        builder.transitions();
        let Builder { nodes, arrows, .. } = builder;
        let key = if options.key { signs(&nodes) } else { Vec::new() };
        let name = nodes[Chart::root()].name.clone();
        Chart { name, direction: options.direction, theme: options.theme, nodes, arrows, key }
    }
}

/// What the signs mean that are used.
fn signs(nodes: &Arena<Node>) -> Vec<(Option<Mark>, String)> {
    let mut signs = vec!["an arrow: event [guard] / actions"];
    let has = |kind: NodeKind| nodes.iter().any(|node| node.kind == kind);
    if has(NodeKind::History { deep: false }) || has(NodeKind::History { deep: true }) {
        signs.push("H: the state inside that was last active; H*: the states at all depths");
    }
    if has(NodeKind::Parallel) {
        signs.push("regions side by side: all of them are active");
    }
    signs.into_iter().map(|sign| (None, sign.to_owned())).collect()
}

/// The nodes of the states: their ids are the ids of the states.
fn states(labels: &Labels<'_>) -> Arena<Node> {
    let machine = labels.machine;
    let mut named: BTreeMap<&str, usize> = BTreeMap::new();
    for state in machine.states.iter().skip(1) {
        *named.entry(&state.name.text).or_default() += 1;
    }
    let identifier = |id: Id<State>| {
        let name = &machine.states[id].name.text;
        let others = named.get(name.as_str()).copied().unwrap_or_default();
        match (id == Machine::root(), others) {
            (true, 0) | (false, 1) => name.clone(),
            (true, _) => format!("machine.{name}"),
            (false, _) => machine.qualified_name(id),
        }
    };
    let mut nodes = Arena::default();
    for (id, state) in machine.states.enumerate() {
        nodes.push(Node {
            id: identifier(id),
            parent: state.parent.map(node_of),
            children: state.children.iter().copied().map(node_of).collect(),
            kind: match state.kind {
                StateKind::Composite { .. } => NodeKind::Composite,
                StateKind::Parallel => NodeKind::Parallel,
                StateKind::Atomic => NodeKind::Simple,
                StateKind::Final => NodeKind::Final,
            },
            name: labels.state(id),
            details: labels.details(id),
            note: labels.note(id),
            hidden: 0,
            mark: None,
            state: Some(id),
        });
    }
    nodes
}

fn node_of(state: Id<State>) -> Id<Node> {
    Id::new(state.index())
}

struct Builder<'a> {
    labels: Labels<'a>,
    nodes: Arena<Node>,
    arrows: Vec<Arrow>,
    /// The histories that are drawn, by the state and whether they are deep.
    histories: BTreeMap<(Id<State>, bool), Id<Node>>,
}

impl Builder<'_> {
    /// The initial pseudostates with their arrows.
    fn initial_transitions(&mut self) {
        let machine = self.labels.machine;
        for (state, declared) in machine.states.enumerate() {
            let Some(child) = machine.initial(state) else { continue };
            let from = self.pseudostate(state, NodeKind::Initial, "initial");
            match &declared.initial {
                Some(InitialTransition { target, actions, .. }) => {
                    let entries = if target.history().is_some() { &[][..] } else { target.entries() };
                    let label = self.labels.actions(entries, actions).trim_start().to_owned();
                    self.arrow_to(target, &Arrow::initial(from, label));
                }
                None => self.arrows.push(Arrow { to: node_of(child), ..Arrow::initial(from, String::new()) }),
            }
        }
    }

    fn transitions(&mut self) {
        let machine = self.labels.machine;
        for (id, reaction) in machine.reactions.enumerate() {
            for (index, branch) in reaction.branches.iter().enumerate() {
                let label = self.labels.transition(reaction, branch);
                self.transition(reaction.source, &branch.tail, label, Origin::Branch(id, index));
            }
        }
        for (id, limit) in machine.limits.enumerate() {
            if let Some(tail) = &limit.tail {
                let label = self.labels.exceeded(limit, tail);
                self.transition(limit.state, tail, label, Origin::Limit(id));
            }
        }
    }

    fn transition(&mut self, source: Id<State>, tail: &Tail, label: String, origin: Origin) {
        let machine = self.labels.machine;
        let Some(target) = &tail.target else { return };
        let local = machine.transition_kind(source, tail) == TransitionKind::Local;
        let inward = target.states().all(|state| state == source || machine.is_descendant(state, source));
        let inner = !machine.is_leaf(source) && (local || inward || matches!(origin, Origin::Limit(_)));
        let from = node_of(source);
        self.arrow_to(target, &Arrow { from, to: from, inner, label, origin, mark: None });
    }

    /// Adds the arrow for each state that the target names: of a fork, several.
    fn arrow_to(&mut self, target: &Target, arrow: &Arrow) {
        match &target.kind {
            TargetKind::State(entry) => self.arrows.push(Arrow { to: node_of(entry.state), ..arrow.clone() }),
            TargetKind::Fork(entries) => {
                for (index, entry) in entries.iter().enumerate() {
                    let also = if index == 0 { "" } else { " (also)" };
                    let label = format!("{}{also}", arrow.label).trim_start().to_owned();
                    self.arrows.push(Arrow { to: node_of(entry.state), label, ..arrow.clone() });
                }
            }
            TargetKind::History { deep, state, .. } => {
                let to = self.history(*state, *deep);
                self.arrows.push(Arrow { to, ..arrow.clone() });
                self.default_of_history(to, target, *state);
            }
        }
    }

    fn history(&mut self, state: Id<State>, deep: bool) -> Id<Node> {
        if let Some(&known) = self.histories.get(&(state, deep)) {
            return known;
        }
        let name = if deep { "deep_history" } else { "history" };
        let node = self.pseudostate(state, NodeKind::History { deep }, name);
        self.histories.insert((state, deep), node);
        node
    }

    /// The arrows that are taken out of a history when nothing was recorded.
    fn default_of_history(&mut self, from: Id<Node>, target: &Target, state: Id<State>) {
        let machine = self.labels.machine;
        let mut defaults: Vec<_> = target.entries().iter().map(|entry| entry.state).collect();
        if defaults.is_empty() {
            defaults.extend(machine.initial(state));
        }
        let label =
            format!("if nothing was recorded{}", self.labels.actions(target.entries(), target.default_actions()));
        for first in defaults {
            let arrow = Arrow {
                from,
                to: node_of(first),
                inner: false,
                label: label.clone(),
                origin: Origin::Default,
                mark: None,
            };
            if !self.arrows.contains(&arrow) {
                self.arrows.push(arrow);
            }
        }
    }

    /// A node in front of the states of `state`, behind the pseudostates that are there already.
    fn pseudostate(&mut self, state: Id<State>, kind: NodeKind, name: &str) -> Id<Node> {
        let parent = node_of(state);
        let node = self.nodes.push(Node {
            id: format!("{}.{name}", self.nodes[parent].id),
            parent: Some(parent),
            children: Vec::new(),
            kind,
            name: String::new(),
            details: Vec::new(),
            note: Vec::new(),
            hidden: 0,
            mark: None,
            state: None,
        });
        let siblings = &self.nodes[parent].children;
        let place = siblings.iter().take_while(|&&sibling| self.nodes[sibling].state.is_none()).count();
        self.nodes[parent].children.insert(place, node);
        node
    }
}

impl Arrow {
    /// One that starts at an initial pseudostate and leads nowhere yet.
    fn initial(from: Id<Node>, label: String) -> Arrow {
        Arrow { from, to: from, inner: false, label, origin: Origin::Initial, mark: None }
    }
}

impl Detail {
    /// A line of which nothing else is said.
    pub(in crate::diagram) fn new(text: String, origin: Option<Origin>) -> Detail {
        Detail { text, origin, mark: None }
    }
}

impl Mark {
    /// Whether it was reached, as a mark.
    #[cfg(feature = "interpreter")]
    pub(super) fn reached(is: bool) -> Mark {
        if is { Mark::Reached } else { Mark::Missed }
    }
}
