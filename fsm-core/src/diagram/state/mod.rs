//! State diagrams: what one shows, in no notation.
//!
//! A [`Chart`] is made from a machine, with every word that is to be read in it. What is not wanted is taken out
//! ([`Chart::select`]), what scenarios have reached is marked ([`Chart::cover`]); then a notation writes it down, and decides
//! nothing but how. So all notations tell the same story.
//!
//! | file | |
//! |---|---|
//! | `build.rs` | from a machine to its chart |
//! | `select.rs` | parts of a chart: one state with what is around it, without what is inside others |
//! | `coverage.rs` | what scenarios have reached |
//! | `mermaid.rs`, `plantuml.rs`, … | one notation each |

mod build;
#[cfg(feature = "interpreter")]
mod coverage;
mod mermaid;
mod picture;
mod plantuml;
mod select;

pub use select::Selection;

use super::{Direction, Theme};
use crate::model::{Arena, Id, Limit, Reaction, State};

/// What a state diagram shows.
#[derive(Debug, Clone)]
pub struct Chart {
    /// The name of the machine, as it is shown.
    pub name: String,
    /// Where the drawing runs to.
    pub direction: Direction,
    /// The colours of the page.
    pub theme: Option<Theme>,
    /// The machine itself, which is [`Chart::root`], its states in document order, and the pseudostates.
    pub nodes: Arena<Node>,
    /// The arrows: first those of the initial pseudostates, then the transitions in document order.
    pub arrows: Vec<Arrow>,
    /// What the marks mean, and how much of the machine has which: lines for a key, if one is wanted.
    pub key: Vec<(Option<Mark>, String)>,
}

/// A state, or a pseudostate.
#[derive(Debug, Clone)]
pub struct Node {
    /// An identifier that depends on the names of states alone: the name of the state, with those around it in front where
    /// there are several of that name, as in `Working.Idle`.
    pub id: String,
    /// The node around it; `None` only for the root.
    pub parent: Option<Id<Node>>,
    /// The nodes in it: pseudostates first, then states in document order.
    pub children: Vec<Id<Node>>,
    /// The kind.
    pub kind: NodeKind,
    /// The name, as it is shown. Pseudostates have none.
    pub name: String,
    /// What it does without being left: entry and exit actions, internal transitions, limits.
    pub details: Vec<Detail>,
    /// The first paragraph of its documentation, by line.
    pub note: Vec<String>,
    /// How many states inside are not shown.
    pub hidden: usize,
    /// What is said of it.
    pub mark: Option<Mark>,
    /// The state that it stands for.
    pub state: Option<Id<State>>,
}

/// The kinds of [`Node`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NodeKind {
    /// A state that is drawn without states inside.
    Simple,
    /// A state with states inside, of which one is active.
    Composite,
    /// A state with regions.
    Parallel,
    /// A final state.
    Final,
    /// The initial pseudostate of the composite around it.
    Initial,
    /// The history of the composite around it.
    History {
        /// Whether the whole configuration is restored.
        deep: bool,
    },
}

/// A line in a state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Detail {
    /// The line.
    pub text: String,
    /// The internal transition that it tells of.
    pub origin: Option<Origin>,
    /// What is said of it.
    pub mark: Option<Mark>,
}

/// An arrow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrow {
    /// Where it starts.
    pub from: Id<Node>,
    /// Where it ends.
    pub to: Id<Node>,
    /// Whether it starts at the inner side of the border of a composite: the transition does not leave it.
    pub inner: bool,
    /// What it says.
    pub label: String,
    /// What it stands for.
    pub origin: Origin,
    /// What is said of it.
    pub mark: Option<Mark>,
}

/// What an arrow stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// The transition from an initial pseudostate.
    Initial,
    /// The transition out of a history where nothing was recorded.
    Default,
    /// A branch of a reaction.
    Branch(Id<Reaction>, usize),
    /// What happens when a limit is exceeded.
    Limit(Id<Limit>),
}

/// What is said of a part of a chart beside what it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mark {
    /// Scenarios have reached it.
    Reached,
    /// No scenario has reached it.
    Missed,
    /// It is shown for its connection only.
    Aside,
}

impl Chart {
    /// The machine itself.
    #[must_use]
    pub fn root() -> Id<Node> {
        Id::new(0)
    }

    /// A node and those around it, innermost first.
    pub fn lineage(&self, node: Id<Node>) -> impl Iterator<Item = Id<Node>> {
        std::iter::successors(Some(node), |&node| self.nodes[node].parent)
    }

    /// The child of `scope` that is `node`, or lies around it.
    #[must_use]
    pub fn child_around(&self, scope: Id<Node>, node: Id<Node>) -> Option<Id<Node>> {
        self.lineage(node).find(|&around| self.nodes[around].parent == Some(scope))
    }

    /// Whether it has others inside.
    #[must_use]
    pub fn is_composite(&self, node: Id<Node>) -> bool {
        matches!(self.nodes[node].kind, NodeKind::Composite | NodeKind::Parallel)
    }

    /// The line that tells of the states inside a state that are not shown.
    fn hidden_line(&self, node: Id<Node>) -> Option<String> {
        let node = &self.nodes[node];
        match (node.hidden, node.children.is_empty()) {
            (0, _) => None,
            (1, true) => Some("1 state inside".to_owned()),
            (hidden, true) => Some(format!("{hidden} states inside")),
            (1, false) => Some("1 more state".to_owned()),
            (hidden, false) => Some(format!("{hidden} more states")),
        }
    }
}
