//! Scenarios: what is done to a machine, and what is expected of it.
//!
//! A scenario is part of the machine's text and no part of the machine: nothing but [`Machine::scenarios`] refers to it,
//! and no code is generated from it. Its expressions are evaluated when their statement is reached. They see the machine
//! from outside: besides what an expression of the machine's own level may use, the contexts and limits of all states.
//!
//! [`Machine::scenarios`]: super::Machine::scenarios

use super::{Event, Expr, Guard, HostAction, Id, Name, Notes, Output, Task, Variable};
use crate::source::Span;
pub use crate::syntax::ast::AnswerKind;

/// A scenario.
#[derive(Debug, Clone)]
pub struct Scenario {
    /// What it is about, and where that is written.
    pub name: Name,
    /// Docs.
    pub notes: Notes,
    /// The whole scenario.
    pub span: Span,
    /// What is done, in order.
    pub statements: Vec<ScenarioStatement>,
}

/// A statement of a [`Scenario`].
#[derive(Debug, Clone)]
pub struct ScenarioStatement {
    /// The whole statement.
    pub span: Span,
    /// Its kind.
    pub kind: ScenarioStatementKind,
}

/// The kinds of [`ScenarioStatement`].
#[derive(Debug, Clone)]
pub enum ScenarioStatementKind {
    /// Starts the machine with these values of params and of variables of its own context. Nothing but
    /// [`Given`](Self::Given) stands before it. Without it the machine starts before the first statement that is no
    /// `Given`.
    Start(Vec<(Id<Variable>, Expr)>),
    /// From here on a host function answers so.
    Given {
        /// The host function.
        function: HostFunction,
        /// For these arguments; `None` for all.
        arguments: Option<Vec<Pattern>>,
        /// What it answers.
        answer: Answer,
    },
    /// An event from outside.
    Send {
        /// The event.
        event: Id<Event>,
        /// The values of its fields, in the order of the declaration.
        fields: Vec<Pattern>,
    },
    /// Time goes on by this duration.
    Wait(Expr),
    /// A task that is running ends.
    Complete {
        /// The task.
        task: Id<Task>,
        /// How it ends.
        answer: Answer,
    },
    /// The statements are done again and again.
    Repeat {
        /// How often.
        count: Expr,
        /// The statements.
        statements: Vec<ScenarioStatement>,
    },
    /// Something is to be true now.
    Expect {
        /// Whether it is to be false.
        negated: bool,
        /// What is expected.
        expectation: Expectation,
    },
}

/// A function of the host.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum HostFunction {
    /// A guard without a body.
    Guard(Id<Guard>),
    /// An action.
    Action(Id<HostAction>),
    /// A task.
    Task(Id<Task>),
}

/// What a host function answers.
#[derive(Debug, Clone)]
pub enum Answer {
    /// That it is done.
    Done,
    /// A value.
    Value(Expr),
    /// A failure, which says this.
    Fails(Option<String>),
}

/// A value that is given or compared.
#[derive(Debug, Clone)]
pub enum Pattern {
    /// `_`: where a value is compared, any; where one is given, the default value of the type.
    Any,
    /// This value.
    Value(Expr),
}

/// What an `expect` asks.
#[derive(Debug, Clone)]
pub enum Expectation {
    /// Whether a condition holds.
    Holds(Expr),
    /// Whether, in the answer to the last step, an output was emitted.
    Emitted {
        /// The output; `None` for any.
        output: Option<Id<Output>>,
        /// Patterns for all fields, in the order of the declaration.
        fields: Vec<Pattern>,
    },
    /// Whether, in the answer to the last step, a host function was called.
    Called(Option<Called>),
    /// How the last step was answered.
    Answered(AnswerKind),
}

/// A call that is looked for.
#[derive(Debug, Clone)]
pub struct Called {
    /// The action or task.
    pub function: HostFunction,
    /// Its arguments; `None` for any.
    pub arguments: Option<Vec<Pattern>>,
}
