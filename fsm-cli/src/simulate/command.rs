//! What a simulation can be told, however it was written: as a line ([`super::line`]) or as JSON
//! ([`super::protocol`]).
//!
//! Names and values are still as the user wrote them: what they mean is for the [`super::session`] to say, which knows
//! the machine.

/// A command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Command {
    /// Gives the machine an event.
    Send {
        /// Which one.
        event: EventName,
        /// The fields that were given.
        fields: Vec<(String, Written)>,
    },
    /// Lets time pass: nanoseconds.
    Wait(u64),
    /// Lets time pass until the next deadline.
    Next,
    /// Says how host functions answer from now on, or without any, asks how they do.
    Answer(Vec<(String, HostAnswer)>),
    /// Ends a running task.
    Finish {
        /// The task.
        task: String,
        /// How it ended.
        result: TaskEnd,
    },
    /// Tells what the last steps did.
    Trace,
    /// Takes so many steps back.
    Undo(usize),
    /// Shows where the machine stands.
    State,
    /// Writes what was done as a scenario.
    Save {
        /// Into this file; else it is shown.
        file: Option<String>,
        /// Under this name.
        name: Option<String>,
    },
    /// Tells what can be told: all commands, or one.
    Help(Option<String>),
    /// Ends the simulation.
    Quit,
}

/// An event as it was named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum EventName {
    /// By its name.
    Name(String),
    /// By its number in the list of events, from one.
    Number(usize),
}

/// A value as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Written {
    /// Its text; without the quotes, where it had some.
    pub(crate) text: String,
    /// Whether it stood in quotes: it is then a text, whatever it says.
    pub(crate) quoted: bool,
}

impl Written {
    /// A value without quotes.
    pub(crate) fn plain(text: impl Into<String>) -> Self {
        Written { text: text.into(), quoted: false }
    }

    /// A value in quotes.
    pub(crate) fn quoted(text: impl Into<String>) -> Self {
        Written { text: text.into(), quoted: true }
    }
}

/// How a host function answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum HostAnswer {
    /// By this value.
    Value(Written),
    /// A failure with this message.
    Fails(String),
    /// As if nothing had been said.
    Forgotten,
}

/// How a task ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum TaskEnd {
    /// With this result, or without one.
    Value(Option<Written>),
    /// By a failure with this message.
    Fails(String),
}

/// The words that commands begin with, each with its form and what it does.
pub(crate) const FORMS: [Form; 11] = [
    Form::new("send", "send EVENT field=value …", "gives the machine an event; `EVENT …` or its number alone do, too"),
    Form::new("wait", "wait 5s", "lets time pass: an integer and ns us ms s min h d"),
    Form::new("next", "next", "lets time pass until the next deadline"),
    Form::new("answer", "answer name=value …", "what the host answers from now on; `name=fails` and `name=ask`, too"),
    Form::new("finish", "finish TASK value", "ends a running task; `finish TASK fails message` by a failure"),
    Form::new("state", "state", "shows where the machine stands"),
    Form::new("trace", "trace", "tells all that was done so far, step by step"),
    Form::new("undo", "undo 2", "takes steps back; without a number the last one"),
    Form::new("save", "save FILE \"name\"", "writes what was done as a scenario; without a file it is shown"),
    Form::new("help", "help", "shows this"),
    Form::new("quit", "quit", "ends the simulation, as does the end of the input"),
];

/// How a command is written.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Form {
    /// The word it begins with.
    pub(crate) word: &'static str,
    /// An example of its form.
    pub(crate) usage: &'static str,
    /// What it does.
    pub(crate) does: &'static str,
}

impl Form {
    const fn new(word: &'static str, usage: &'static str, does: &'static str) -> Self {
        Form { word, usage, does }
    }

    /// The form of the command that begins with `word`.
    pub(crate) fn of(word: &str) -> Option<&'static Form> {
        FORMS.iter().find(|form| form.word == word)
    }
}
