//! What can be said of all runs of a machine: how long one can be, and where only a limit leads.

use super::cycle::{counted_by, limits_reset_by};
use super::graph::{Edge, StateGraph};
use crate::model::{ExprKind, Id, Limit, Machine, State, StateKind};

/// So many pairs of a state and counts of limits are looked at.
const MOST_PAIRS: usize = 1_000_000;

/// What holds of all runs of a machine, whatever its guards say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Runs {
    /// How many transitions with a target a run has at most. `None` where there is no end, or where that is not known: with
    /// parallel states, limits that are set back, and bounds that are params.
    pub longest: Option<u64>,
    /// The innermost states that are reached only by what a limit does in place of what it does not allow.
    pub by_limits_only: Vec<Id<State>>,
}

/// Looks at all runs of a machine.
#[must_use]
pub fn runs(machine: &Machine) -> Runs {
    let graph = StateGraph::new(machine);
    Runs { longest: longest(machine, &graph), by_limits_only: by_limits_only(machine, &graph) }
}

fn by_limits_only(machine: &Machine, graph: &StateGraph) -> Vec<Id<State>> {
    let reached = graph.reached_from(first(machine), |edge| !edge.by.instead);
    let leaves = machine.states.ids().filter(|&state| machine.is_leaf(state) && graph.is_active(state));
    leaves.filter(|state| !reached.contains(state)).collect()
}

/// The innermost states in which a machine starts.
fn first(machine: &Machine) -> impl Iterator<Item = Id<State>> {
    machine.default_completion(Machine::root()).into_iter().filter(|&state| machine.is_leaf(state))
}

/// The longest way through the pairs of a state and the counts of all limits. A count only grows, so there is no way back
/// in these pairs unless there is a cycle that no limit counts.
fn longest(machine: &Machine, graph: &StateGraph) -> Option<u64> {
    if machine.states.iter().any(|state| state.kind == StateKind::Parallel) {
        return None;
    }
    let counts = Counts::of(machine, graph)?;
    let is_counted = |edge: &Edge| counted_by(machine, edge).is_some();
    let order = graph.last_first(|edge| !is_counted(edge))?;
    let states = machine.states.len();
    let mut longest = vec![0_u64; counts.all.checked_mul(states).filter(|&pairs| pairs <= MOST_PAIRS)?];
    for at in (0..counts.all).rev() {
        for &state in &order {
            let ways = graph.edges_from(state).iter().filter_map(|edge| {
                let then = counts.after(machine, edge, at)?;
                Some(longest[then * states + edge.to.index()] + 1)
            });
            longest[at * states + state.index()] = ways.max().unwrap_or(0);
        }
    }
    first(machine).map(|state| longest[state.index()]).max()
}

/// The counts of all limits as one number: each limit is a digit, which says how often it was counted.
struct Counts {
    /// For each limit, what its digit is worth, and the greatest digit.
    digits: Vec<(usize, usize)>,
    /// How many numbers there are.
    all: usize,
}

impl Counts {
    /// `None` where a limit is set back, where its bound is no literal, and where there are too many.
    fn of(machine: &Machine, graph: &StateGraph) -> Option<Self> {
        if !machine.limits.is_empty() && graph.edges.iter().any(|edge| !limits_reset_by(machine, edge).is_empty()) {
            return None;
        }
        let mut counts = Counts { digits: Vec::new(), all: 1 };
        for limit in &machine.limits {
            let most = most(limit)?;
            counts.digits.push((counts.all, most));
            counts.all = counts.all.checked_mul(most + 1).filter(|&all| all <= MOST_PAIRS)?;
        }
        Some(counts)
    }

    /// The number after a transition; `None` where it is not taken.
    fn after(&self, machine: &Machine, edge: &Edge, before: usize) -> Option<usize> {
        let branch = &machine.reactions[edge.by.reaction].branches[edge.by.branch];
        let Some(limit) = branch.tail.counts else { return Some(before) };
        let (worth, most) = self.digits[limit.index()];
        let is_exhausted = before / worth % (most + 1) == most;
        match (is_exhausted, edge.by.instead) {
            (true, true) => Some(before),
            (false, false) => Some(before + worth),
            _ => None,
        }
    }
}

/// How often a limit can be counted.
fn most(limit: &Limit) -> Option<usize> {
    let ExprKind::Int(bound) = limit.bound.kind else { return None };
    usize::try_from(if limit.inclusive { bound } else { bound - 1 }).ok()
}
