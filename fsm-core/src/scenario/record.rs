//! What happened while a scenario ran, in order: enough to draw it.

use crate::interpreter::{Macrostep, Value};
use crate::model::{Id, Variable};

/// One thing that happened in a scenario.
#[derive(Debug, Clone, PartialEq)]
pub enum Entry {
    /// A macrostep of the machine.
    Step {
        /// Where it came from.
        cause: Cause,
        /// What the machine did.
        step: Macrostep,
    },
    /// Time went on.
    Waited {
        /// What happened meanwhile.
        entries: Vec<Entry>,
        /// The time at which it was over, in nanoseconds since the start.
        until: u64,
    },
    /// Statements were repeated: what happened in each round.
    Repeated(Vec<Vec<Entry>>),
}

/// Where a macrostep of a scenario came from.
#[derive(Debug, Clone, PartialEq)]
pub enum Cause {
    /// The machine started, with these values.
    Started(Vec<(Id<Variable>, Value)>),
    /// The scenario sent an event.
    Sent,
    /// A timer or a delayed event was due.
    Due,
    /// A task came to its end.
    TaskEnded,
}

/// What is recorded of a run, if anything is.
#[derive(Debug)]
pub(super) enum Record {
    Off,
    /// The entries so far, of the innermost statement that others stand in.
    On(Vec<Entry>),
}

impl Record {
    /// Begins what stands in another entry, and gives what was before it.
    pub(super) fn begin(&mut self) -> Vec<Entry> {
        self.take().unwrap_or_default()
    }

    /// Ends it: it becomes one entry behind what was before.
    pub(super) fn end(&mut self, before: Vec<Entry>, entry: impl FnOnce(Vec<Entry>) -> Entry) {
        if let Record::On(entries) = self {
            let inside = std::mem::replace(entries, before);
            entries.push(entry(inside));
        }
    }

    /// Ends a round of what is repeated.
    pub(super) fn end_round(&mut self) -> Option<Vec<Entry>> {
        self.take()
    }

    pub(super) fn add(&mut self, cause: Cause, step: &Macrostep) {
        if let Record::On(entries) = self {
            entries.push(Entry::Step { cause, step: step.clone() });
        }
    }

    pub(super) fn into_entries(mut self) -> Vec<Entry> {
        self.begin()
    }

    fn take(&mut self) -> Option<Vec<Entry>> {
        match self {
            Record::Off => None,
            Record::On(entries) => Some(std::mem::take(entries)),
        }
    }
}
