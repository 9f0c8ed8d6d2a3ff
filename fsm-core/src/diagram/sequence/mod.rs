//! Sequence diagrams of scenarios: who sends what to whom, in order, and which states the machine is then in.
//!
//! ```text
//! scenario ─ run ─▶ entries ─ story ─▶ Sequence ─┬─ mermaid
//!                            (cast, rounds)      └─ plantuml
//! ```
//!
//! What is drawn has happened: the scenario is run on the interpreter, and every message comes from its trace. A
//! [`Sequence`] knows no notation; a notation only writes it down. A scenario that fails is drawn up to where it fails.
//!
//! | what happened | drawn as |
//! |---|---|
//! | an event, an output, a start of a task | a signal, with its values |
//! | a question to the host, an action | a call, and its answer as a reply |
//! | a refused event | a reply with a cross, which says why |
//! | a raised event, a timer | a signal from the machine to itself |
//! | a change of states | a note at the machine |
//! | time | a pause across the whole diagram |
//! | rounds of a `repeat`, or of timers, that are alike | a frame that says how many |

mod cast;
mod mermaid;
mod picture;
mod plantuml;
mod rounds;
mod story;
mod words;

pub use cast::{Stage, stages};

use crate::model::{Arena, Id, Machine, Program, Scenario};
use crate::scenario::{self, Outcome};
use crate::source::Sources;

/// What happened between participants, in order.
#[derive(Debug, Clone)]
pub struct Sequence {
    /// The machine and the scenario.
    pub title: String,
    /// All who take part.
    pub participants: Arena<Participant>,
    /// The same, from left to right: in the order in which they first take part.
    pub order: Vec<Id<Participant>>,
    /// What happened, from the top down.
    pub items: Vec<Item>,
}

/// Somebody or something that sends or takes messages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Participant {
    /// Its name where a name must be a word.
    pub name: String,
    /// Its name as it is shown.
    pub label: String,
    /// Its kind.
    pub kind: ParticipantKind,
}

/// The kinds of [`Participant`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ParticipantKind {
    /// The machine whose scenario it is, or the part in which it runs.
    Machine,
    /// A person.
    Person,
    /// Another part, or another system.
    Part,
    /// A part that keeps data.
    Store,
    /// All who are not known by name.
    Environment,
    /// The program that answers the machine's questions.
    Host,
}

/// One thing in a sequence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Item {
    /// From one participant to another, or to itself.
    Message(Message),
    /// Words at a participant.
    Note(Note),
    /// Time that passes, in nanoseconds.
    Pause(u64),
    /// Items that belong together.
    Frame(Frame),
}

/// A message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Who sends it.
    pub from: Id<Participant>,
    /// Who takes it.
    pub to: Id<Participant>,
    /// What it says.
    pub label: String,
    /// Its kind.
    pub kind: MessageKind,
}

/// The kinds of [`Message`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MessageKind {
    /// Nobody waits for an answer.
    Signal,
    /// The sender goes on when it has the answer.
    Call,
    /// The answer to a call, or the end of what was started.
    Reply,
    /// The answer that something is refused or has failed.
    Refusal,
}

/// A note at a participant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// At whom it stands.
    pub over: Id<Participant>,
    /// What it says.
    pub lines: Vec<String>,
    /// Its kind.
    pub kind: NoteKind,
}

/// The kinds of [`Note`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoteKind {
    /// In which states the machine is now.
    State,
    /// What else is to be known.
    Remark,
    /// What is not as the scenario expects it.
    Failure,
}

/// Items that happened several times in a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// How often.
    pub times: usize,
    /// What happened each time.
    pub items: Vec<Item>,
}

impl Item {
    /// Items with pauses in a row as one.
    fn add(items: &mut Vec<Item>, item: Item) {
        match (items.last_mut(), item) {
            (Some(Item::Pause(before)), Item::Pause(more)) => *before = before.saturating_add(more),
            (_, item) => items.push(item),
        }
    }
}

/// What is told of time that passes: `5min later`.
#[must_use]
pub fn later(nanoseconds: u64) -> String {
    format!("{} later", scenario::time(nanoseconds))
}

/// Runs a scenario of `machine`, and tells what happened, and how it ended.
///
/// The machine is one of `program`, which was built from `sources` without errors. Where it runs in a part of a system,
/// the parts around it take part.
#[must_use]
pub fn sequence(
    program: &Program,
    machine: &Machine,
    scenario: &Scenario,
    sources: &Sources,
    stage: Option<Stage<'_>>,
) -> (Sequence, Outcome) {
    let (outcome, entries) = scenario::record(program, machine, scenario, sources);
    let title = format!("{}: {}", machine.notes.label.as_ref().unwrap_or(&machine.name.text), scenario.name.text);
    let story = story::Story::new(program, machine, sources, stage);
    (story.told(title, &entries, outcome.failure.as_ref()), outcome)
}
