//! What every event does in every state: taken, inherited, deferred, ignored or refused, and when.
//!
//! Each innermost state is looked at by itself: of several regions each makes something of an event, and it is refused
//! only if all of them refuse it.

use super::graph::StateGraph;
use super::guards::{takes, takes_by};
use crate::model::{Branch, Condition, Event, Id, Machine, Program, Reaction, State, StateKind, Trigger};
use crate::solver::{Formula, Problem, Solver, Verdict};
use crate::source::{Sources, Span};
use crate::syntax::phrase;

/// What an innermost state makes of an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    /// The name of the machine.
    pub machine: String,
    /// The state.
    pub state: String,
    /// The event.
    pub event: String,
    /// What may happen, in the order in which it is asked. What can never happen is not among it.
    pub outcomes: Vec<Outcome>,
}

/// One thing that may happen to an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// What happens.
    pub handling: Handling,
    /// The state whose reaction it is; `None` if it is refused.
    pub by: Option<String>,
    /// The guard as it is written, or `else`; of what is refused, values for which it is, or `beyond` a limit. `None` if
    /// it always happens where it is asked.
    pub condition: Option<String>,
    /// Where it leads, as it is written; `None` if it leads nowhere.
    pub target: Option<String>,
}

/// What happens to an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Handling {
    /// A transition of the state itself is taken.
    Handled,
    /// A transition of a state around it is taken.
    Inherited,
    /// It is kept until the configuration changes.
    Deferred,
    /// It deliberately does nothing.
    Ignored,
    /// Nobody takes it: an error for who sent it; an internal event is dropped.
    Refused,
}

impl Handling {
    /// In one word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Handling::Handled => "handled",
            Handling::Inherited => "inherited",
            Handling::Deferred => "deferred",
            Handling::Ignored => "ignored",
            Handling::Refused => "refused",
        }
    }
}

/// What every event does in every innermost state that can be active, in document order.
#[must_use]
pub fn responses(program: &Program, sources: &Sources) -> Vec<Response> {
    let mut found = Vec::new();
    for machine in &program.machines {
        let graph = StateGraph::new(machine);
        let asking = Asking { machine, sources, solver: Solver::new(program, sources, machine) };
        let is_end = |state: &State| state.kind == StateKind::Final && state.parent == Some(Machine::root());
        let leaves = machine.states.enumerate().filter(|&(id, state)| {
            machine.is_leaf(id) && id != Machine::root() && graph.is_active(id) && !is_end(state)
        });
        for (leaf, _) in leaves {
            found.extend(machine.events.ids().map(|event| asking.response(leaf, event)));
        }
    }
    found
}

struct Asking<'p> {
    machine: &'p Machine,
    sources: &'p Sources,
    solver: Solver<'p>,
}

impl Asking<'_> {
    fn response(&self, leaf: Id<State>, event: Id<Event>) -> Response {
        let machine = self.machine;
        let mut problem = self.solver.problem(leaf);
        // That nothing asked so far takes the event.
        let mut left = Vec::new();
        let mut outcomes = Vec::new();
        for id in machine.candidates(leaf, event) {
            let reaction = &machine.reactions[id];
            self.add_outcomes(&mut problem, leaf, reaction, &left, &mut outcomes);
            left.push(!takes(&mut problem, reaction));
        }
        match problem.decide(&left) {
            Verdict::Never => {}
            verdict => outcomes.push(refused(verdict)),
        }
        Response {
            machine: machine.name.text.clone(),
            state: machine.qualified_name(leaf),
            event: machine.events[event].name.text.clone(),
            outcomes,
        }
    }

    fn add_outcomes(
        &self,
        problem: &mut Problem<'_>,
        leaf: Id<State>,
        reaction: &Reaction,
        left: &[Formula],
        outcomes: &mut Vec<Outcome>,
    ) {
        let by = Some(self.machine.qualified_name(reaction.source));
        let silent = match reaction.trigger {
            Trigger::Ignore(_) => Some(Handling::Ignored),
            Trigger::Defer(_) => Some(Handling::Deferred),
            _ => None,
        };
        if let Some(handling) = silent {
            if problem.decide(left) != Verdict::Never {
                outcomes.push(Outcome { handling, by, condition: None, target: None });
            }
            return;
        }
        let handling = if reaction.source == leaf { Handling::Handled } else { Handling::Inherited };
        for (index, branch) in reaction.branches.iter().enumerate() {
            let takes = takes_by(problem, reaction, index);
            let formulas: Vec<Formula> = left.iter().copied().chain([takes]).collect();
            if problem.decide(&formulas) != Verdict::Never {
                let target = branch.tail.target.as_ref().map(|target| self.text(target.span));
                outcomes.push(Outcome { handling, by: by.clone(), condition: self.condition(branch), target });
                outcomes.extend(self.refused_beyond(branch));
            }
        }
    }

    /// That a limit refuses what would exceed it.
    fn refused_beyond(&self, branch: &Branch) -> Option<Outcome> {
        let limit = &self.machine.limits[branch.tail.counts?];
        let condition = Some(format!("beyond {}", limit.name.text));
        limit.tail.is_none().then_some(Outcome { handling: Handling::Refused, by: None, condition, target: None })
    }

    fn condition(&self, branch: &Branch) -> Option<String> {
        match &branch.condition {
            Condition::Guard(guard) => Some(self.text(guard.span)),
            Condition::Else => Some("else".to_owned()),
            Condition::None | Condition::Unknown => None,
        }
    }

    fn text(&self, span: Span) -> String {
        phrase(self.sources, span)
    }
}

fn refused(verdict: Verdict) -> Outcome {
    let condition = match verdict {
        Verdict::Possible(witness) if !witness.values.is_empty() => Some(witness.to_string()),
        _ => None,
    };
    Outcome { handling: Handling::Refused, by: None, condition, target: None }
}
