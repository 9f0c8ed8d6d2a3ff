//! The host of a scenario: it answers as it was told.

use std::collections::VecDeque;

use crate::interpreter::{Host, RunId, Value};
use crate::model::{Guard, HostAction, HostFunction, Id, Task};

/// How a call of the host ends: with a value, if there is one to tell, or with a failure.
pub(super) type End = Result<Option<Value>, String>;

/// What host functions answer. Of several answers that fit a call the one given last counts.
#[derive(Debug, Default)]
pub(super) struct Answers {
    given: Vec<Given>,
    /// The runs of tasks that have an answer and have not been told to the machine.
    ended: VecDeque<(RunId, End)>,
}

/// An answer of one function.
#[derive(Debug)]
pub(super) struct Given {
    pub(super) function: HostFunction,
    /// For which arguments: `None` among them stands for any, and in place of them for all calls.
    pub(super) arguments: Option<Vec<Option<Value>>>,
    /// How they end.
    pub(super) answer: End,
}

impl Answers {
    /// From here on this answer counts. What is given for the same calls is replaced, so that repeating a `given` costs
    /// nothing.
    pub(super) fn add(&mut self, given: Given) {
        self.given.retain(|known| known.function != given.function || known.arguments != given.arguments);
        self.given.push(given);
    }

    /// The next task that has come to its end by itself.
    pub(super) fn next_ended(&mut self) -> Option<(RunId, End)> {
        self.ended.pop_front()
    }

    fn find(&self, function: HostFunction, arguments: &[Value]) -> Option<&Given> {
        let fits = |given: &&Given| {
            given.function == function && given.arguments.as_deref().is_none_or(|wanted| fit(wanted, arguments))
        };
        self.given.iter().rev().find(fits)
    }
}

/// Whether values are as they are wanted; `None` stands for any.
pub(super) fn fit(wanted: &[Option<Value>], found: &[Value]) -> bool {
    wanted.len() == found.len()
        && wanted.iter().zip(found).all(|(wanted, found)| wanted.as_ref().is_none_or(|wanted| wanted == found))
}

impl Host for Answers {
    fn guard(&mut self, guard: Id<Guard>, arguments: &[Value]) -> bool {
        let given = self.find(HostFunction::Guard(guard), arguments);
        given.is_some_and(|given| given.answer == Ok(Some(Value::Bool(true))))
    }

    fn action(&mut self, action: Id<HostAction>, arguments: &[Value]) -> Result<Option<Value>, String> {
        self.find(HostFunction::Action(action), arguments).map_or(Ok(None), |given| given.answer.clone())
    }

    fn start(&mut self, run: RunId, task: Id<Task>, arguments: &[Value]) {
        if let Some(given) = self.find(HostFunction::Task(task), arguments) {
            let end = given.answer.clone();
            self.ended.push_back((run, end));
        }
    }

    fn cancel(&mut self, run: RunId) {
        self.ended.retain(|(ended, _)| *ended != run);
    }
}
