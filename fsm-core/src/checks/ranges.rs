//! Which values variables can have in each state: intervals that hold on every run, by abstract interpretation.
//!
//! The machine's own variables begin with any value of their ranges, because it can be started so. From state to state
//! the intervals follow from the guards and actions of the transitions; what still grows after some rounds is taken for
//! unknown. With parallel states, or in large machines, nothing is known but the declared ranges.

use std::collections::{BTreeMap, BTreeSet};

use super::Context;
use super::microstep::{self, Way};
use crate::model::{Id, Interval, Machine, State, StateKind, TargetKind, Type, Variable, VariableScope};
use crate::solver::{Formula, Kept, Problem, Run, Verdict};

/// So many steps from a state by a transition are looked at.
const MOST_STEPS: usize = 20_000;

/// So often an interval may grow before it is taken for unknown.
const MOST_ROUNDS: usize = 4;

/// The intervals of variables, by the innermost active state.
#[derive(Debug)]
pub(super) enum Ranges {
    /// Nothing is known but what is declared.
    Unknown,
    /// Those of the states that can be reached.
    Known(BTreeMap<Id<State>, BTreeMap<Id<Variable>, Interval>>),
}

impl Ranges {
    /// Works out the intervals of a machine.
    pub(super) fn of(context: &Context<'_>) -> Self {
        let machine = context.machine;
        if machine.states.iter().any(|state| state.kind == StateKind::Parallel) {
            return Ranges::Unknown;
        }
        let mut flow = Flow { context, known: BTreeMap::new(), pending: BTreeSet::new(), rounds: BTreeMap::new() };
        let mut problem = context.solver.problem(Machine::root());
        let run = microstep::start(&mut problem, machine);
        let first = machine.default_completion(Machine::root());
        for leaf in first.into_iter().filter(|&state| machine.is_leaf(state)) {
            flow.arrive(&mut problem, &run, leaf);
        }
        flow.follow()
    }
}

/// Lets a question about an innermost state know what holds there.
pub(super) fn assume(problem: &mut Problem<'_>, ranges: &BTreeMap<Id<Variable>, Interval>) {
    for (&variable, &interval) in ranges {
        problem.assume(variable, interval);
    }
}

struct Flow<'c, 'a> {
    context: &'c Context<'a>,
    known: BTreeMap<Id<State>, BTreeMap<Id<Variable>, Interval>>,
    /// States whose intervals have grown.
    pending: BTreeSet<Id<State>>,
    rounds: BTreeMap<Id<State>, usize>,
}

impl Flow<'_, '_> {
    fn follow(mut self) -> Ranges {
        let machine = self.context.machine;
        let mut steps = 0;
        while let Some(leaf) = self.pending.pop_first() {
            let sources: Vec<Id<State>> = machine.lineage(leaf).collect();
            let reactions = sources.into_iter().flat_map(|source| &machine.states[source].reactions);
            for way in reactions.flat_map(|&id| microstep::ways(machine, id)) {
                steps += 1;
                if steps > MOST_STEPS {
                    return Ranges::Unknown;
                }
                self.step(leaf, way);
            }
        }
        Ranges::Known(self.known)
    }

    fn step(&mut self, leaf: Id<State>, way: Way<'_>) {
        let machine = self.context.machine;
        let mut problem = self.context.solver.problem(leaf);
        if let Some(ranges) = self.known.get(&leaf) {
            assume(&mut problem, ranges);
        }
        let run = microstep::take(&mut problem, machine, leaf, way);
        match &way.tail.target {
            None => self.arrive(&mut problem, &run, leaf),
            Some(target) => {
                if let TargetKind::History { state, .. } = target.kind {
                    for inner in microstep::leaves(machine, state) {
                        self.grow(inner, &BTreeMap::new());
                    }
                } else {
                    let entered = machine.entered(way.source, way.tail);
                    for leaf in entered.into_iter().filter(|&state| machine.is_leaf(state)) {
                        self.arrive(&mut problem, &run, leaf);
                    }
                }
            }
        }
    }

    /// The transition leads to a state: what variables can be after it, they can be there.
    fn arrive(&mut self, problem: &mut Problem<'_>, run: &Run<'_>, leaf: Id<State>) {
        let variables = self.tracked(leaf);
        let can_fail = |kept: &Kept<'_>| {
            kept.fits != Formula::TRUE && problem.decide(&[kept.reached, !kept.fits]) != Verdict::Never
        };
        let can_be_cut = run.host_may_fail || run.kept.iter().any(can_fail);
        let Some(found) = problem.ranges(run.reached, &variables) else {
            if can_be_cut {
                self.grow(leaf, &BTreeMap::new());
            }
            return;
        };
        // Of a list of actions that is cut, any may not have been done.
        let is_known = |id: Id<Variable>| !(can_be_cut && problem.is_changed(id));
        let found = variables.into_iter().zip(found).filter(|(id, _)| is_known(*id)).collect();
        self.grow(leaf, &found);
    }

    /// Variables can lie in these intervals; those that are not among them, wherever it is declared.
    fn grow(&mut self, leaf: Id<State>, found: &BTreeMap<Id<Variable>, Interval>) {
        let tracked = self.tracked(leaf);
        let rounds = self.rounds.entry(leaf).or_insert(0);
        *rounds += 1;
        let is_late = *rounds > MOST_ROUNDS;
        let mut has_grown = !self.known.contains_key(&leaf);
        let known = self.known.entry(leaf).or_default();
        for id in tracked {
            let Some(declared) = self.context.machine.variables[id].interval else { continue };
            let new = found.get(&id).copied().unwrap_or(declared);
            let old = *known.entry(id).or_insert(new);
            if !new.within(old) {
                has_grown = true;
                let both = Interval { low: old.low.min(new.low), high: old.high.max(new.high) };
                known.insert(id, if is_late { declared } else { both });
            }
        }
        if has_grown {
            self.pending.insert(leaf);
        }
    }

    /// The numbers that can be read in a state.
    fn tracked(&self, leaf: Id<State>) -> Vec<Id<Variable>> {
        let machine = self.context.machine;
        let around: Vec<Id<State>> = machine.lineage(leaf).collect();
        let is_tracked = |variable: &crate::model::Variable| {
            matches!(variable.ty, Type::Plain(_))
                && variable.interval.is_some()
                && matches!(variable.scope, VariableScope::Context(state) if around.contains(&state))
        };
        machine.variables.enumerate().filter(|(_, variable)| is_tracked(variable)).map(|(id, _)| id).collect()
    }
}
