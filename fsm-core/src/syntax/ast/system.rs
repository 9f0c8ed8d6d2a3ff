//! Systems: parts, how they are related, and how the machines in them are wired.

use super::{Argument, Name, Preamble, StringLiteral, Type};
use crate::source::Span;

/// `system Shop "the shop" { … }`
#[derive(Debug, Clone)]
pub struct System {
    /// Docs and attributes.
    pub preamble: Preamble,
    /// `system Shop`, without the body.
    pub head: Span,
    /// The name.
    pub name: Name,
    /// The label in diagrams.
    pub label: Option<StringLiteral>,
    /// What stands between the braces.
    pub body: Vec<SystemMember>,
}

/// What may stand in the body of a system or of a part. Which of them is legal where is decided later.
#[derive(Debug, Clone)]
pub enum SystemMember {
    /// `container Backend { … }`
    Part(Part),
    /// `technology "Rust";`
    Technology(Technology),
    /// `port 8080;`
    Port(Port),
    /// `User -> Backend "logs in" via "HTTPS";`
    Relation(Relation),
    /// `Sessions emits LoggedIn to Audit as Record;`
    Wiring(Wiring),
}

/// A person, a system, a container or a component.
#[derive(Debug, Clone)]
pub struct Part {
    /// Docs and attributes.
    pub preamble: Preamble,
    /// From the kind to the name.
    pub head: Span,
    /// Its kind.
    pub kind: PartKind,
    /// The name.
    pub name: Name,
    /// The label in diagrams.
    pub label: Option<StringLiteral>,
    /// The machine that runs in it.
    pub runs: Option<Runs>,
    /// What stands between the braces; nothing for `person User;`.
    pub body: Vec<SystemMember>,
}

/// The kinds of [`Part`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PartKind {
    /// `person`
    Person,
    /// `external`
    External,
    /// `external store`
    ExternalStore,
    /// `store`
    Store,
    /// `container`
    Container,
    /// `component`
    Component,
}

/// `runs Session per UserId`
#[derive(Debug, Clone)]
pub struct Runs {
    /// The machine.
    pub machine: Name,
    /// For each value of which type one machine runs.
    pub per: Option<Type>,
}

/// `technology "Rust";`
#[derive(Debug, Clone, Copy)]
pub struct Technology {
    /// The whole member.
    pub span: Span,
    /// The technology.
    pub text: StringLiteral,
}

/// `port 8080;`
#[derive(Debug, Clone, Copy)]
pub struct Port {
    /// The whole member.
    pub span: Span,
    /// The number.
    pub number: Span,
}

/// `User -> Backend "logs in" via "HTTPS";`
#[derive(Debug, Clone)]
pub struct Relation {
    /// Docs and attributes.
    pub preamble: Preamble,
    /// The whole relation.
    pub span: Span,
    /// What uses the other.
    pub from: Name,
    /// What is used.
    pub to: Name,
    /// What for.
    pub label: Option<StringLiteral>,
    /// How.
    pub protocol: Option<StringLiteral>,
}

/// `Sessions emits LoggedIn to Audit as Record { who: output.user };`
#[derive(Debug, Clone)]
pub struct Wiring {
    /// Docs and attributes.
    pub preamble: Preamble,
    /// The whole wiring.
    pub span: Span,
    /// Where the output comes from.
    pub source: WiringSource,
    /// The output.
    pub output: Name,
    /// The parts that take it.
    pub takers: Vec<Name>,
    /// As which event; without it, as the event of the same name.
    pub event: Option<TakenAs>,
}

/// Where a wired output comes from.
#[derive(Debug, Clone, Copy)]
pub enum WiringSource {
    /// One part.
    Part(Name),
    /// `*`: every part whose machine has the output.
    Any(Span),
}

/// `as Record { who: output.user }`
#[derive(Debug, Clone)]
pub struct TakenAs {
    /// The event.
    pub event: Name,
    /// Its fields.
    pub fields: Vec<Argument>,
}
