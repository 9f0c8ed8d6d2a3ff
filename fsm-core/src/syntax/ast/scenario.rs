//! Scenarios: what is done to a machine, and what is expected of it.

use super::{Argument, Expr, Name, Preamble, StringLiteral};
use crate::source::Span;

/// `scenario "three wrong codes lock the door" { … }`
#[derive(Debug, Clone)]
pub struct Scenario {
    /// Docs and attributes.
    pub preamble: Preamble,
    /// What it is about.
    pub title: StringLiteral,
    /// What stands between the braces.
    pub statements: Vec<Statement>,
}

/// A statement of a [`Scenario`].
#[derive(Debug, Clone)]
pub struct Statement {
    /// The whole statement.
    pub span: Span,
    /// Its kind.
    pub kind: StatementKind,
}

/// The kinds of [`Statement`].
#[derive(Debug, Clone)]
pub enum StatementKind {
    /// `start with { most: 3, tries: 1 };`
    Start(Vec<Argument>),
    /// `given known("Ann") = true;`
    Given {
        /// The host function.
        function: Name,
        /// For which arguments; without parentheses for all.
        arguments: Option<Vec<Expr>>,
        /// What it answers; nothing is written where there is nothing to answer.
        answer: Option<Answer>,
    },
    /// `send Knock { by: "Ann" };`
    Send {
        /// The event.
        event: Name,
        /// Its fields.
        fields: Vec<Argument>,
    },
    /// `wait 15min;`
    Wait(Expr),
    /// `repeat 3 { … }`
    Repeat {
        /// How often.
        count: Expr,
        /// What is repeated.
        statements: Vec<Statement>,
    },
    /// `complete fetch = 200;`
    Complete {
        /// The task.
        task: Name,
        /// Its result.
        answer: Option<Answer>,
    },
    /// `expect in Open;`
    Expect {
        /// `not`, where it is written.
        negated: Option<Span>,
        /// What is expected.
        expectation: Expectation,
    },
}

/// What a host function is told to answer.
#[derive(Debug, Clone)]
pub enum Answer {
    /// A value.
    Value(Expr),
    /// `fails "no power"`
    Fails {
        /// The keyword.
        keyword: Span,
        /// What the failure says.
        message: Option<StringLiteral>,
    },
}

/// What is expected.
#[derive(Debug, Clone)]
pub enum Expectation {
    /// `expect in Open && tries == 0;`
    Holds(Expr),
    /// `expect emitted Greeted { guest: "Ann" };`
    Emitted {
        /// The keyword.
        keyword: Span,
        /// The output; without one, any.
        output: Option<Name>,
        /// The fields that are looked at.
        fields: Vec<Argument>,
    },
    /// `expect called ring(3);`
    Called {
        /// The keyword.
        keyword: Span,
        /// The action or task; without one, any.
        function: Option<Name>,
        /// With which arguments; without parentheses with any.
        arguments: Option<Vec<Expr>>,
    },
    /// `expect refused;`
    Answered(Span, AnswerKind),
}

/// How a machine answers an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AnswerKind {
    /// `taken`: a transition was taken.
    Taken,
    /// `ignored`: the event deliberately did nothing.
    Ignored,
    /// `deferred`: the event was kept for later.
    Deferred,
    /// `refused`: the event was not taken.
    Refused,
    /// `failed`: a transition was taken, and an action of it failed.
    Failed,
}

impl AnswerKind {
    /// The word in the language.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            AnswerKind::Taken => "taken",
            AnswerKind::Ignored => "ignored",
            AnswerKind::Deferred => "deferred",
            AnswerKind::Refused => "refused",
            AnswerKind::Failed => "failed",
        }
    }
}
