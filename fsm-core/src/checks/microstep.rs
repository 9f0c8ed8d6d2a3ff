//! Transitions performed on formulas: what a microstep does to the values of variables.

use crate::model::{Action, Branch, Id, Limit, Machine, Reaction, State, StateKind, Tail, TargetKind};
use crate::solver::{Formula, Given, Problem, Run};

use super::guards::takes_by;

/// One way that a reaction may go: a branch, or what the branch's limit does in its place.
#[derive(Debug, Clone, Copy)]
pub(super) struct Way<'m> {
    pub(super) source: Id<State>,
    reaction: &'m Reaction,
    branch: usize,
    pub(super) tail: &'m Tail,
    counts: Option<Id<Limit>>,
}

/// All ways that a reaction may go.
pub(super) fn ways(machine: &Machine, id: Id<Reaction>) -> impl Iterator<Item = Way<'_>> {
    let reaction = &machine.reactions[id];
    reaction.branches.iter().enumerate().flat_map(move |(branch, of): (usize, &Branch)| {
        let way = Way { source: reaction.source, reaction, branch, tail: &of.tail, counts: of.tail.counts };
        let instead = machine.tail_beyond(of).map(|tail| Way { tail, counts: None, ..way });
        std::iter::once(way).chain(instead)
    })
}

/// The innermost states of `state`: itself if it has no children.
pub(super) fn leaves(machine: &Machine, state: Id<State>) -> impl Iterator<Item = Id<State>> + '_ {
    let mut pending = vec![state];
    std::iter::from_fn(move || {
        loop {
            let state = pending.pop()?;
            pending.extend(machine.states[state].children.iter().rev());
            if machine.is_leaf(state) {
                return Some(state);
            }
        }
    })
}

/// The start of the machine, with any values of its own variables.
pub(super) fn start<'m>(problem: &mut Problem<'_>, machine: &'m Machine) -> Run<'m> {
    let mut run = Run::new(Formula::TRUE);
    problem.perform(&machine.states[Machine::root()].entry, &mut run);
    let inside = machine.default_completion(Machine::root()).into_iter().filter(|&state| state != Machine::root());
    for state in inside {
        enter(problem, machine, state, &[], &mut run);
    }
    run
}

/// Takes a transition while `from`, the source or a state inside it, is active: what it leaves, its own actions, and what
/// it enters. What a history restores is not looked at.
pub(super) fn take<'m>(problem: &mut Problem<'_>, machine: &'m Machine, from: Id<State>, way: Way<'m>) -> Run<'m> {
    let mut run = Run::new(takes_by(problem, way.reaction, way.branch));
    if let Some(limit) = way.counts {
        problem.count(limit, &mut run);
    }
    if let Some(domain) = machine.domain(way.source, way.tail) {
        leave(problem, machine, (from, domain), &mut run);
    }
    let target = way.tail.target.as_ref();
    let given = target.map(|target| problem.values_at_the_arrow(target, &mut run)).unwrap_or_default();
    problem.perform(&way.tail.actions, &mut run);
    if !target.is_some_and(|target| matches!(target.kind, TargetKind::History { .. })) {
        for state in machine.entered(way.source, way.tail) {
            enter(problem, machine, state, &given, &mut run);
        }
    }
    run
}

/// Does the exit actions from `from` outwards. Which states are active inside `from` or in other regions is not known:
/// what their exit actions change may have any value.
fn leave<'m>(
    problem: &mut Problem<'_>,
    machine: &'m Machine,
    (from, domain): (Id<State>, Id<State>),
    run: &mut Run<'m>,
) {
    problem.something_happens();
    let left: Vec<Id<State>> = machine.lineage(from).take_while(|&state| state != domain).collect();
    if !machine.is_leaf(from) || left.iter().any(|&state| is_region(machine, state)) {
        let mut pending = machine.states[domain].children.clone();
        while let Some(state) = pending.pop() {
            pending.extend(&machine.states[state].children);
            if !left.contains(&state) {
                for variable in machine.states[state].exit.iter().flat_map(Action::changed_variables) {
                    problem.forget_variable(variable);
                }
            }
        }
    }
    for state in left {
        problem.perform(&machine.states[state].exit, run);
        problem.something_happens();
    }
}

fn is_region(machine: &Machine, state: Id<State>) -> bool {
    machine.states[state].parent.is_some_and(|parent| machine.states[parent].kind == StateKind::Parallel)
}

fn enter<'m>(problem: &mut Problem<'_>, machine: &'m Machine, state: Id<State>, given: &[Given], run: &mut Run<'m>) {
    problem.begin(state, given);
    let entered = &machine.states[state];
    problem.perform(&entered.entry, run);
    if let Some(initial) = &entered.initial {
        problem.perform(&initial.actions, run);
    }
}
