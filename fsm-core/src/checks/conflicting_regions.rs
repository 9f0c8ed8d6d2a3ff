//! Regions of a parallel state that cannot both do what an event asks of them.

use std::collections::BTreeMap;

use super::guards::{Stimulus, stimuli, takes, takes_by};
use super::{Context, finding};
use crate::diagnostic::{Diagnostics, Rule, Severity};
use crate::model::{Id, Machine, Reaction, State, StateKind};
use crate::solver::{Formula, Problem, Verdict, Witness};

/// A transition with a target, of a state inside a region.
#[derive(Clone, Copy)]
struct Transition {
    region: Id<State>,
    reaction: Id<Reaction>,
    branch: usize,
    /// Whether it leaves the parallel state, and so all regions.
    leaves: bool,
}

pub(super) fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    for (parallel, state) in context.machine.states.enumerate() {
        if state.kind == StateKind::Parallel && context.graph.is_active(parallel) {
            for transitions in transitions_by_stimulus(context.machine, parallel).values() {
                check_stimulus(context, transitions, diagnostics);
            }
        }
    }
}

/// The transitions inside the regions, by what they react to.
fn transitions_by_stimulus(machine: &Machine, parallel: Id<State>) -> BTreeMap<Stimulus, Vec<Transition>> {
    let mut found: BTreeMap<Stimulus, Vec<Transition>> = BTreeMap::new();
    for &region in &machine.states[parallel].children {
        let mut pending = vec![region];
        while let Some(state) = pending.pop() {
            pending.extend(machine.states[state].children.iter().rev());
            for &id in &machine.states[state].reactions {
                let reaction = &machine.reactions[id];
                for (branch, of) in reaction.branches.iter().enumerate() {
                    let Some(domain) = machine.domain(state, &of.tail) else { continue };
                    let leaves = machine.is_descendant(parallel, domain);
                    for (stimulus, _) in stimuli(reaction) {
                        found.entry(stimulus).or_default().push(Transition { region, reaction: id, branch, leaves });
                    }
                }
            }
        }
    }
    found
}

/// Reports, for each transition that leaves the parallel state, the first of another region that it is in conflict with.
fn check_stimulus(context: &Context<'_>, transitions: &[Transition], diagnostics: &mut Diagnostics) {
    let machine = context.machine;
    for leaving in transitions.iter().filter(|transition| transition.leaves) {
        // A pair of which both leave is reported once, for the first.
        let is_other =
            |other: &&Transition| other.region != leaving.region && !(other.leaves && other.region < leaving.region);
        let conflict = transitions
            .iter()
            .filter(is_other)
            .find_map(|other| witness(context, leaving, other).map(|witness| (other, witness)));
        let Some((other, witness)) = conflict else { continue };
        let reaction = &machine.reactions[leaving.reaction];
        let name = stimuli(reaction).first().map(|(stimulus, _)| stimulus.name(machine)).unwrap_or_default();
        let (first, second) = if leaving.region < other.region { (leaving, other) } else { (other, leaving) };
        let region = |of: &Transition| machine.qualified_name(of.region);
        let when = if witness.values.is_empty() { String::new() } else { format!(" where {witness}") };
        let message = format!("`{}` and `{}` cannot both take `{name}`{when}", region(first), region(second));
        let taken = if leaving.region < other.region {
            "this transition leaves both"
        } else {
            "not taken then, though it would leave both"
        };
        diagnostics.push(
            finding(&RULE, reaction.branches[leaving.branch].span, message)
                .says(taken)
                .and(
                    machine.reactions[other.reaction].branches[other.branch].span,
                    if leaving.region < other.region { "not taken then" } else { "taken in its place" },
                )
                .help("let the parallel state itself react to what ends it, give the guards what tells them apart, or raise an event that it reacts to"),
        );
    }
}

/// Values for which both are selected, if there may be some.
fn witness(context: &Context<'_>, one: &Transition, other: &Transition) -> Option<Witness> {
    let machine = context.machine;
    let sources = (machine.reactions[one.reaction].source, machine.reactions[other.reaction].source);
    if !context.graph.is_active(sources.0) || !context.graph.is_active(sources.1) {
        return None;
    }
    let mut problem = context.solver.problem(sources.0);
    let is_active = problem.active(sources.1);
    let mut formulas = vec![is_active];
    for transition in [one, other] {
        formulas.extend(selected(&mut problem, machine, transition));
    }
    match problem.decide(&formulas) {
        Verdict::Possible(mut witness) => {
            // That both are active goes without saying.
            witness.values.retain(|(name, _)| !name.starts_with("in "));
            Some(witness)
        }
        Verdict::Never | Verdict::Undecided => None,
    }
}

/// That the branch is what its state takes.
fn selected(problem: &mut Problem<'_>, machine: &Machine, transition: &Transition) -> Vec<Formula> {
    let reaction = &machine.reactions[transition.reaction];
    let mut formulas = vec![takes_by(problem, reaction, transition.branch)];
    let heard = stimuli(reaction);
    for &id in &machine.states[reaction.source].reactions {
        let earlier = &machine.reactions[id];
        if id == transition.reaction {
            break;
        }
        if stimuli(earlier).iter().any(|(stimulus, _)| heard.iter().any(|(of, _)| of == stimulus)) {
            formulas.push(!takes(problem, earlier));
        }
    }
    formulas
}

pub(super) static RULE: Rule = Rule {
    code: "FSM506",
    name: "conflicting-regions",
    severity: Severity::Warning,
    summary: "two regions that cannot both take an event",
    explanation: "The regions of a parallel state take an event together, each by its own transition. A transition that leaves the \
                  parallel state leaves all regions, so no transition of another region can be taken with it: the one of the \
                  region that stands first is, and the other one silently is not. Which of them should be seen is better said in \
                  one place. A transition of the parallel state itself gives way to those inside, as everywhere.",
    example: "machine Desk {\n    event Ring;\n    event Open;\n    parallel state Staffed {\n        state Phone {\n            initial state Hung { on Ring -> Speaking; }\n            state Speaking { on Ring -> Hung; }\n        }\n        state Door {\n            initial state Shut { on Ring -> Closed; }\n        }\n    }\n    initial state Closed { on Open -> Staffed; }\n}\n",
    instead: "machine Desk {\n    event Ring;\n    event Leave;\n    event Open;\n    parallel state Staffed {\n        state Phone {\n            initial state Hung { on Ring -> Speaking; }\n            state Speaking { on Ring -> Hung; }\n        }\n        state Door {\n            initial state Shut { on Leave -> Closed; }\n        }\n    }\n    initial state Closed { on Open -> Staffed; }\n}\n",
};
