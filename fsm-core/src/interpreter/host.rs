//! What a machine asks of the program around it.

use super::{RunId, Value};
use crate::model::{Guard, HostAction, Id, Output, Task};

/// The functions that a machine declares without a body, as the program that runs it provides them.
///
/// All of them have answers, so that a host need say only what it wants to differ: guards do not hold, actions succeed
/// and give the least value of their type, tasks never end by themselves.
pub trait Host {
    /// Whether a host guard holds. It is pure: it may be asked any number of times.
    fn guard(&mut self, guard: Id<Guard>, arguments: &[Value]) -> bool {
        let _ = (guard, arguments);
        false
    }

    /// Does a host action. `Ok(None)` stands for the least value of the type of its result, if it has one.
    ///
    /// # Errors
    ///
    /// How the action failed, in words. Only actions that are declared with `fails` should.
    fn action(&mut self, action: Id<HostAction>, arguments: &[Value]) -> Result<Option<Value>, String> {
        let _ = (action, arguments);
        Ok(None)
    }

    /// Starts a task; its end comes back by [`super::Interpreter::finish`].
    fn start(&mut self, run: RunId, task: Id<Task>, arguments: &[Value]) {
        let _ = (run, task, arguments);
    }

    /// The state that started a task was left: its end is of no interest any more.
    fn cancel(&mut self, run: RunId) {
        let _ = run;
    }

    /// Takes an output.
    fn emit(&mut self, output: Id<Output>, fields: &[Value]) {
        let _ = (output, fields);
    }
}

/// The host of machines that ask for nothing; its answers are those of [`Host`] itself.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoHost;

impl Host for NoHost {}
