//! What a simulation tells: where the machine stands, and what a step did.
//!
//! The records are plain texts and values, ready to be printed as JSON (`docs/json.md` describes them) or for people
//! ([`super::human`]). They are this file's own: no change of the interpreter changes the form.

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use super::value::Datum;

/// Names with values, in the order of their declaration; an object in JSON.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Named<T>(pub(crate) Vec<(String, T)>);

impl<T: Serialize> Serialize for Named<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, value) in &self.0 {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

/// Where a machine stands between two steps.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Standing {
    /// The machine.
    pub(crate) machine: String,
    /// The virtual time since its start.
    pub(crate) time: String,
    /// Whether it has ended.
    pub(crate) terminated: bool,
    /// The innermost active states, in document order.
    pub(crate) configuration: Vec<String>,
    /// All active states, each with how deep it lies.
    #[serde(skip)]
    pub(crate) tree: Vec<(usize, String)>,
    /// The variables of the contexts that exist now; those of a state carry its name.
    pub(crate) context: Named<Datum>,
    /// The params.
    pub(crate) params: Named<Datum>,
    /// How often the transitions were taken that each limit counts.
    pub(crate) limits: Named<u64>,
    /// What will happen by itself, in the order in which it is due.
    pub(crate) timers: Vec<Timer>,
    /// The events that wait for a change of configuration.
    pub(crate) deferred: Vec<EventRecord>,
    /// The running tasks.
    pub(crate) tasks: Vec<TaskRecord>,
    /// The events that something reacts to now.
    pub(crate) events: Vec<Offer>,
    /// The events that nothing reacts to now.
    pub(crate) unanswered: Vec<String>,
}

/// A pending timer, or a raise that was delayed.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Timer {
    /// The state it belongs to; none for a delayed raise.
    pub(crate) state: Option<String>,
    /// What it is in the text: `after 5s`, `raise Retry`.
    pub(crate) what: String,
    /// When it is due.
    pub(crate) at: String,
    /// How long that is from now.
    pub(crate) remaining: String,
}

/// An event or an output, with its payload.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct EventRecord {
    /// Its name.
    pub(crate) name: String,
    /// Its fields.
    pub(crate) fields: Named<Datum>,
}

/// A running task.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct TaskRecord {
    /// The task.
    pub(crate) task: String,
    /// The state that runs it.
    pub(crate) state: String,
    /// What it was given.
    pub(crate) arguments: Vec<Datum>,
}

/// An event that something reacts to now.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Offer {
    /// Its number, by which it can be sent, too.
    pub(crate) number: usize,
    /// Its name.
    pub(crate) event: String,
    /// Its fields with their types.
    pub(crate) fields: Named<String>,
    /// What may react to it, in the order in which it is asked.
    pub(crate) reactions: Vec<OfferedReaction>,
}

/// One way in which the machine may react.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct OfferedReaction {
    /// The state that reacts.
    pub(crate) state: String,
    /// The reaction as it was written, without the event.
    pub(crate) reaction: String,
    /// What its guard says now.
    pub(crate) guard: GuardNow,
}

/// What a guard says now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum GuardNow {
    /// There is none.
    None,
    /// It holds.
    True,
    /// It does not.
    False,
    /// The host decides.
    AsksHost,
    /// The payload decides.
    AsksEvent,
}

/// What a command did to the machine.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Done {
    /// How the machine answered: `taken`, `ignored`, `no_transition`, …
    pub(crate) answer: &'static str,
    /// The same in words.
    pub(crate) message: String,
    /// The macrosteps, in order.
    pub(crate) steps: Vec<Step>,
    /// What the machine told the outside.
    pub(crate) outputs: Vec<EventRecord>,
    /// What it asked of the host.
    pub(crate) calls: Vec<Call>,
}

/// One macrostep.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Step {
    /// When it ran, since the start.
    pub(crate) at: String,
    /// What it was about: an event, a timer, …
    pub(crate) cause: String,
    /// How it was answered.
    pub(crate) answer: &'static str,
    /// The same in words.
    pub(crate) message: String,
    /// What happened, in order.
    pub(crate) trace: Vec<Traced>,
}

/// Something that happened.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Traced {
    /// What kind of thing it is.
    pub(crate) kind: &'static str,
    /// What it was.
    pub(crate) text: String,
}

/// A call of a host function.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Call {
    /// The function.
    pub(crate) function: String,
    /// What it was given.
    pub(crate) arguments: Vec<Datum>,
    /// What it answered; nothing for an action without a result.
    pub(crate) result: Option<Datum>,
    /// How it failed, if it did.
    pub(crate) failure: Option<String>,
    /// Where the answer came from.
    pub(crate) answered: Answered,
}

/// Where the answer of a host function came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Answered {
    /// It had been given before.
    Given,
    /// It was asked for.
    Asked,
    /// Nothing was said, so guards are false and actions succeed.
    Default,
}

/// What a host function answers.
#[derive(Debug, Clone, Serialize)]
#[serde(untagged)]
pub(crate) enum AnswerRecord {
    /// A value; none for an action without a result, which succeeds.
    Value(Option<Datum>),
    /// A failure.
    Fails {
        /// Its message.
        fails: String,
    },
}
