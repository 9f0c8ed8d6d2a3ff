//! Scenarios, run on the interpreter.
//!
//! A scenario drives one machine on a virtual clock that begins at zero, answers in the place of the host, and compares
//! what the machine does with what is expected. It ends at the first expectation that is not met. Nothing here depends
//! on real time or on chance: the same text gives the same outcome.

mod host;
mod record;
mod report;
mod rules;
mod run;

use std::collections::BTreeSet;
use std::ops::AddAssign;

use crate::diagnostic::Diagnostic;
use crate::model::{Id, Limit, Machine, Reaction, State};
pub use record::{Cause, Entry};
#[cfg(feature = "diagram")]
pub(crate) use report::time;
pub(crate) use rules::RULES;
pub use run::{record, run};

/// How a scenario ended.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// Why it failed; `None` if it passed.
    pub failure: Option<Failure>,
    /// What of the machine it has reached, as far as it came.
    pub coverage: Coverage,
}

/// What went wrong, and what the machine was doing then.
#[derive(Debug, Clone)]
pub struct Failure {
    /// What is not as it was expected, at its place in the scenario.
    pub finding: Diagnostic,
    /// How the machine stood; `None` if it had not started.
    pub situation: Option<Situation>,
    /// The last steps, the earliest first.
    pub trace: Vec<Step>,
}

/// How a machine stands, in the words of its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Situation {
    /// The time since the start: `1h 30min`.
    pub time: String,
    /// The innermost active states, such as `Working.Code`.
    pub active: Vec<String>,
    /// Whether the machine has terminated.
    pub terminated: bool,
    /// The variables that exist now, with their values.
    pub variables: Vec<(String, String)>,
}

/// What one statement did to the machine, or one timer that was due meanwhile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The time since the start.
    pub time: String,
    /// What happened to the machine: `Knock { by: "Ann" }`.
    pub cause: String,
    /// How it was answered: `taken`.
    pub answer: String,
    /// What the machine did, in order.
    pub effects: Vec<String>,
}

/// What of a machine was reached.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Coverage {
    /// The states that were entered.
    pub entered: BTreeSet<Id<State>>,
    /// The transitions that were taken: branches of reactions, by their index.
    pub taken: BTreeSet<(Id<Reaction>, usize)>,
    /// The limits whose tail was taken.
    pub exceeded: BTreeSet<Id<Limit>>,
}

impl AddAssign<&Coverage> for Coverage {
    fn add_assign(&mut self, other: &Coverage) {
        self.entered.extend(&other.entered);
        self.taken.extend(&other.taken);
        self.exceeded.extend(&other.exceeded);
    }
}

impl Coverage {
    /// All that can be reached in `machine`: its states but for the root, all branches, and all limits that
    /// count something.
    #[must_use]
    pub fn whole(machine: &Machine) -> Self {
        let branches = machine.reactions.enumerate().flat_map(|(id, reaction)| {
            let indices = 0..reaction.branches.len();
            indices.map(move |index| (id, index))
        });
        Coverage {
            entered: machine.states.ids().skip(1).collect(),
            taken: branches.collect(),
            exceeded: machine.tails().into_iter().filter_map(|tail| tail.counts).collect(),
        }
    }
}
