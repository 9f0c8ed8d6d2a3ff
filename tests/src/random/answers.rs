//! What the host of a random machine answers.
//!
//! Every answer follows from the seed of the script: of a guard from its name, its arguments and the step of the script,
//! so that it is the same however often it is asked; of an action from its name and how many were called before. So
//! everything that runs the same machine by the same script gets the same answers.

use super::choices::{Choices, mix};
use super::describe::{Function, Machine};
use super::script::{Value, random_value};

/// The answers of one run.
#[derive(Debug, Clone)]
pub struct Answers<'d> {
    machine: &'d Machine,
    seed: u64,
    step: u64,
    called: u64,
}

impl<'d> Answers<'d> {
    /// The answers for a machine that follow from the seed of its script.
    #[must_use]
    pub fn new(machine: &'d Machine, seed: u64) -> Self {
        Answers { machine, seed, step: 0, called: 0 }
    }

    /// The next step of the script begins: guards may answer otherwise.
    pub fn next_step(&mut self) {
        self.step += 1;
    }

    /// Whether a guard holds that is asked with these arguments, as they are written in the language.
    #[must_use]
    pub fn guard(&self, name: &str, arguments: &[String]) -> bool {
        let question = format!("{} {name}({})", self.step, arguments.join(", "));
        !answer(self.seed, &question).is_multiple_of(3)
    }

    /// The result of an action that is called now.
    ///
    /// # Errors
    ///
    /// In one of four calls, where the action may fail.
    pub fn action(&mut self, name: &str) -> Result<Option<Value>, String> {
        self.called += 1;
        let seed = answer(self.seed, &format!("{} {name}", self.called));
        let action = self.machine.actions.iter().find(|action| action.signature.name == name);
        self.ended(action, seed, seed.is_multiple_of(4))
    }

    /// The end of a task.
    ///
    /// # Errors
    ///
    /// If it is to fail, and may.
    pub fn task(&self, name: &str, seed: u64, fails: bool) -> Result<Option<Value>, String> {
        let task = self.machine.tasks.iter().find(|task| task.signature.name == name);
        self.ended(task, seed, fails)
    }

    fn ended(&self, function: Option<&Function>, seed: u64, fails: bool) -> Result<Option<Value>, String> {
        let Some(function) = function else { return Ok(None) };
        if fails && function.fails {
            return Err(format!("failure {}", seed % 10));
        }
        let mut choices = Choices::from_seed(seed);
        Ok(function.result.map(|ty| random_value(&mut choices, &self.machine.enums, ty, None)))
    }
}

/// The number from which the answer to a question follows: the same question gets the same answer.
#[must_use]
pub fn answer(seed: u64, question: &str) -> u64 {
    question.bytes().fold(mix(seed), |hash, byte| mix(hash ^ u64::from(byte)))
}
