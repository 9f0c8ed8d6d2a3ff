//! Diagrams of machines and systems, as text for programs that draw.
//!
//! One format is one file, with one function from a machine to text. Every format draws what `Labels` says, so that all
//! of them tell the same story, and none invents a word. A machine with findings is drawn as far as it is known.
//!
//! | of | file | |
//! |---|---|---|
//! | a machine | [`mermaid`] | the state diagram |
//! | a machine | `classes` | the types that are generated from it |
//! | a system | [`c4`] | its context, its containers, the components of one |
//! | a system | [`events`] | which part sends which event to which other |
//! | a scenario | `sequence` | who sends what to whom, and when |

pub mod c4;
#[cfg(feature = "file")]
pub mod classes;
pub mod events;
mod flowchart;
mod labels;
pub mod mermaid;
mod plantuml;
#[cfg(feature = "interpreter")]
pub mod sequence;

pub(crate) use labels::Labels;

/// What a diagram shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// Whether doc comments are shown as notes.
    pub notes: bool,
    /// Where the drawing runs to.
    pub direction: Direction,
}

impl Default for Options {
    fn default() -> Self {
        Options { notes: true, direction: Direction::Down }
    }
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
