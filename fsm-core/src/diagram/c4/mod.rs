//! The levels of the C4 model: context, containers, components. The fourth level, code, is the state diagrams of the
//! machines that run in a component.
//!
//! What a level shows is decided in one place, `View`; a notation only writes it down. Levels are never mixed:
//!
//! | level | inside | around it |
//! |---|---|---|
//! | context | the system | all persons and external systems |
//! | containers | its containers and stores | the persons and external systems that are related to one of them |
//! | components | those of one container | what is related to one of them: other containers, persons, external systems |
//!
//! A relation between two parts stands, at a level that does not show them, for one between the parts that hold them and
//! are shown, unless these have a relation of their own. Technologies, ports and protocols are details that the context
//! does not tell.

mod flowchart;
mod mermaid_c4;
mod view;

pub use view::View;

use crate::model::{Id, Part};

/// What a diagram of a system shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// The system among those who use it and what it uses.
    Context,
    /// The containers of the system.
    Container,
    /// The components of this container.
    Component(Id<Part>),
}
