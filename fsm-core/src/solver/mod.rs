//! Whether guards can hold: decided, with values that show it.
//!
//! A question is a set of guards of one state, each asserted or denied. Expressions become formulas over flags and bounds
//! of linear forms over integers (`formula`), `problem` says what names stand for, `search` looks for values. The answer
//! is exact over truth values, integers, durations, enums, options and what is only compared for equality; floats are
//! ordered, and no more is known of their arithmetic; a host guard may answer anything, but equal arguments equally.
//!
//! What holds always:
//!
//! * [`Verdict::Never`] is a proof. Where something cannot be expressed, it may take any value, which only makes more
//!   possible.
//! * The values of a [`Verdict::Possible`] have been put into the formulas. If its `exact` is set, nothing was left out.
//! * The search is iterative and bounded: what takes too many steps is [`Verdict::Undecided`], and nothing may be concluded
//!   from it.

mod arithmetic;
mod effects;
mod formula;
mod linear;
mod problem;
mod reads;
mod search;
mod value;
mod witness;

pub use effects::{Given, Kept, Run};
pub use formula::Formula;
pub use problem::Problem;
pub use witness::Witness;

use crate::model::{Expr, Id, Machine, Program, State};
use crate::source::Sources;

/// What is known of a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing makes it hold.
    Never,
    /// These values do.
    Possible(Witness),
    /// It took too many steps.
    Undecided,
}

/// Answers questions about one machine of a program without errors.
#[derive(Debug, Clone, Copy)]
pub struct Solver<'p> {
    program: &'p Program,
    sources: &'p Sources,
    machine: &'p Machine,
}

impl<'p> Solver<'p> {
    /// For a machine of `program`, which was built from `sources`.
    #[must_use]
    pub fn new(program: &'p Program, sources: &'p Sources, machine: &'p Machine) -> Self {
        Solver { program, sources, machine }
    }

    /// A question that is asked while `state` is active.
    #[must_use]
    pub fn problem(&self, state: Id<State>) -> Problem<'p> {
        Problem::new(self.program, self.machine, self.sources, state)
    }

    /// Whether these expressions can have these truth values at one moment, while `state` is active.
    #[must_use]
    pub fn decide(&self, state: Id<State>, conditions: &[(&Expr, bool)]) -> Verdict {
        let mut problem = self.problem(state);
        let mut formulas = Vec::new();
        for &(condition, truth) in conditions {
            let holds = problem.holds(condition);
            formulas.push(if truth { holds } else { !holds });
        }
        problem.decide(&formulas)
    }
}
