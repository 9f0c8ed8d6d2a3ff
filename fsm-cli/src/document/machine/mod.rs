//! What there is to say of a machine: its chapters, one file each.
//!
//! To add one, add a file with a function from a [`Subject`] to blocks, and a line in [`CHAPTERS`].

mod api;
mod data;
pub(crate) mod definition;
mod diagram;
mod findings;
mod host;
mod interface;
mod limits;
pub(crate) mod matrix;
mod overview;
mod scenarios;
mod states;
mod timers;
mod transitions;

use super::{Block, Line, Reference, Section, Subject};
use fsm_core::model::{Id, Machine, Notes, State};

/// A chapter about a machine.
pub(crate) struct Chapter {
    /// By what it is linked to, and asked for.
    pub(crate) id: &'static str,
    /// Its heading.
    pub(crate) title: &'static str,
    /// What it says; nothing where there is nothing to say.
    pub(crate) blocks: fn(&Subject<'_>) -> Vec<Block>,
}

/// All chapters, in the order in which they are read.
pub(crate) static CHAPTERS: &[Chapter] = &[
    Chapter { id: "overview", title: "Overview", blocks: overview::blocks },
    Chapter { id: "diagram", title: "Diagram", blocks: diagram::blocks },
    Chapter { id: "states", title: "States", blocks: states::blocks },
    Chapter { id: "transitions", title: "Transitions", blocks: transitions::blocks },
    Chapter { id: "matrix", title: "Events and states", blocks: matrix::blocks },
    Chapter { id: "timers", title: "Timers", blocks: timers::blocks },
    Chapter { id: "limits", title: "Limits", blocks: limits::blocks },
    Chapter { id: "interface", title: "Events and outputs", blocks: interface::blocks },
    Chapter { id: "data", title: "Data", blocks: data::blocks },
    Chapter { id: "host", title: "Host functions", blocks: host::blocks },
    Chapter { id: "scenarios", title: "Scenarios", blocks: scenarios::blocks },
    Chapter { id: "findings", title: "Findings", blocks: findings::blocks },
    Chapter { id: "api", title: "Rust API", blocks: api::blocks },
    Chapter { id: "definition", title: "Definition", blocks: definition::blocks },
];

/// All that there is to say of a machine.
pub(crate) fn sections(subject: &Subject<'_>) -> Vec<Section> {
    let section = |chapter: &Chapter| Section::unless_empty(chapter.id, chapter.title, (chapter.blocks)(subject));
    CHAPTERS.iter().filter_map(section).collect()
}

/// What leads to the description of a state; the machine itself has none.
fn state(machine: &Machine, state: Id<State>) -> Line {
    let name = machine.qualified_name(state);
    if state == Machine::root() {
        return Line::from("any");
    }
    Line::new().reference(Reference::State(name.clone()), name)
}

/// A label and the first paragraph of a doc comment.
pub(super) fn description(notes: &Notes) -> Line {
    let label = notes.label.iter().map(|label| Line::from(format!("“{label}”").as_str()));
    let docs = super::prose::summary(&notes.docs.join("\n"));
    Line::joined(label.chain((!docs.is_empty()).then(|| Line::from(docs.as_str()))), " ")
}

/// A message, in which what stands between backticks is the user's.
fn marked(message: &str) -> Line {
    let parts = message.split('`').enumerate().filter(|(_, part)| !part.is_empty());
    parts.fold(Line::new(), |line, (index, part)| if index % 2 == 1 { line.code(part) } else { line.text(part) })
}
