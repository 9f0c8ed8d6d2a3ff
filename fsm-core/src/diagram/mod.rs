//! Diagrams of machines and systems, as text for programs that draw.
//!
//! What a diagram shows is decided once, in no notation; a notation is one file that writes it down. So all of them tell
//! the same story, and none invents a word. A machine with findings is drawn as far as it is known.
//!
//! | of | file | |
//! |---|---|---|
//! | a machine | [`state`] | the state diagram |
//! | a machine | `classes` | the types that are generated from it |
//! | a system | [`c4`] | its context, its containers, the components of one |
//! | a system | [`events`] | which part sends which event to which other |
//! | a scenario | `sequence` | who sends what to whom, and when |

//!
//! [`Diagram`] is one of them; what it shows is chosen by [`Options`].

use std::collections::BTreeSet;

pub mod c4;
#[cfg(feature = "file")]
pub mod classes;
pub mod events;
mod flowchart;
mod labels;
mod lines;
mod mermaid;
mod parts;
mod plantuml;
#[cfg(feature = "interpreter")]
pub mod sequence;
pub mod state;

pub(crate) use labels::Labels;

/// A diagram, in no notation.
#[derive(Debug, Clone)]
pub enum Diagram<'a> {
    /// The states of a machine.
    State(state::Chart),
    /// A level of a system.
    Level(c4::View<'a>),
    /// Which part of a system sends which events to which other.
    Events(events::EventFlow<'a>),
    /// The types that are generated from a machine.
    #[cfg(feature = "file")]
    Classes(classes::Classes),
    /// What happens in a scenario.
    #[cfg(feature = "interpreter")]
    Sequence(sequence::Sequence),
}

impl Diagram<'_> {
    /// The diagram in Mermaid's language.
    #[must_use]
    pub fn mermaid(&self) -> String {
        match self {
            Diagram::State(chart) => chart.mermaid(),
            Diagram::Level(view) => view.flowchart(),
            Diagram::Events(flow) => flow.flowchart(),
            #[cfg(feature = "file")]
            Diagram::Classes(classes) => classes.mermaid(),
            #[cfg(feature = "interpreter")]
            Diagram::Sequence(sequence) => sequence.mermaid(),
        }
    }

    /// The diagram in PlantUML's language.
    #[must_use]
    pub fn plantuml(&self) -> String {
        match self {
            Diagram::State(chart) => chart.plantuml(),
            Diagram::Level(view) => plantuml::boxes(&view.graph()),
            Diagram::Events(flow) => plantuml::boxes(&flow.graph()),
            #[cfg(feature = "file")]
            Diagram::Classes(classes) => classes.plantuml(),
            #[cfg(feature = "interpreter")]
            Diagram::Sequence(sequence) => sequence.plantuml(),
        }
    }

    /// The diagram as boxes and arrows, where it is made of them: sequences are not.
    #[must_use]
    pub fn graph(&self) -> Option<fsm_draw::Graph> {
        match self {
            Diagram::State(chart) => Some(chart.graph()),
            Diagram::Level(view) => Some(view.graph()),
            Diagram::Events(flow) => Some(flow.graph()),
            #[cfg(feature = "file")]
            Diagram::Classes(classes) => Some(classes.graph()),
            #[cfg(feature = "interpreter")]
            Diagram::Sequence(_) => None,
        }
    }
}

/// What a diagram shows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Options {
    /// What is left out.
    pub hidden: BTreeSet<Hidden>,
    /// Where the drawing runs to.
    pub direction: Direction,
    /// The colours of the page; without one, as whoever draws it has chosen.
    pub theme: Option<Theme>,
    /// Whether signs are explained that a reader may not know. What is marked is always explained.
    pub key: bool,
}

/// What can be left out of a diagram.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Hidden {
    /// Actions, and the tasks that run in a state.
    Actions,
    /// Guards.
    Guards,
    /// What happens in a state without leaving it: internal transitions, deferred and ignored events, limits.
    Internal,
    /// Doc comments.
    Notes,
}

/// The colours of the page on which a diagram stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Theme {
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

/// Where a drawing runs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Direction {
    /// From top to bottom.
    #[default]
    Down,
    /// From left to right.
    Right,
}
