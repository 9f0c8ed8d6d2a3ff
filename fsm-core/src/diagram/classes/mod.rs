//! Class diagrams: the public types that are generated from a machine, and which of them need which.
//!
//! ```text
//! machine ─ codegen ─▶ Rust ─ read ─▶ Classes ─┬─ mermaid
//!                           (types)            └─ plantuml
//! ```
//!
//! What is shown is read off the generated code, so a name, a field or a type can be no other than it is there. What is
//! generated and not public is not shown, nor are the implementations of traits.

mod mermaid;
mod picture;
mod plantuml;
mod read;
mod types;

use crate::codegen::file::{self, Unreadable};
use crate::diagnostic::Diagnostics;
use crate::model::{Machine, Program};
use crate::source::Sources;

/// The types of a machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Classes {
    /// The machine.
    pub title: String,
    /// The types, in the order of the generated code.
    pub classes: Vec<Class>,
    /// Which of them need which.
    pub relations: Vec<Relation>,
}

/// A type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Class {
    /// Its name in Rust.
    pub name: String,
    /// Its parameters, such as `H: DoorHost`; empty without.
    pub parameters: String,
    /// Its kind.
    pub kind: ClassKind,
    /// What is public of it.
    pub members: Vec<Member>,
}

/// The kinds of [`Class`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClassKind {
    /// A struct.
    Struct,
    /// An enum.
    Enum,
    /// A trait.
    Trait,
    /// Another name of a type.
    Alias,
}

/// A member of a [`Class`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Member {
    /// A variant, such as `Enter { code: u32 }`, or the type behind another name.
    Variant(String),
    /// A field.
    Field {
        /// Its name.
        name: String,
        /// Its type.
        ty: String,
    },
    /// A method.
    Method {
        /// Its name.
        name: String,
        /// Its parameters, without `self`.
        parameters: String,
        /// The type of its result; empty without.
        result: String,
    },
}

/// One type that needs another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Relation {
    /// The place of the type in [`Classes::classes`].
    pub from: usize,
    /// The place of the type that it needs.
    pub to: usize,
    /// What for.
    pub kind: RelationKind,
}

/// The kinds of [`Relation`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum RelationKind {
    /// Its values hold values of the other.
    Holds,
    /// Its methods take or give values of the other, or it is generic over it.
    Uses,
}

impl Classes {
    /// The types that are generated from a machine of `program`, which was built from `sources` without errors.
    ///
    /// What cannot be generated is reported, and then there is nothing to show.
    ///
    /// # Errors
    ///
    /// If an `extern type` names what is no type of Rust.
    pub fn new(
        program: &Program,
        machine: &Machine,
        sources: &Sources,
        diagnostics: &mut Diagnostics,
    ) -> Result<Self, Unreadable> {
        let alone = Program { machines: vec![machine.clone()], ..program.clone() };
        let items = file::plain_items(&alone, sources, diagnostics)?;
        let (classes, relations) = read::classes(&items, &machine.name.text);
        let name = machine.notes.label.as_ref().unwrap_or(&machine.name.text);
        Ok(Classes { title: format!("{name}: generated types"), classes, relations })
    }
}
