//! What keeps a command from doing its work: wrong usage, and files that cannot be read or written.
//!
//! A failure is not a finding: it says nothing about a machine, goes to the standard error and ends the run with 2.

use std::path::Path;

use crate::printable::escaped;

/// One failure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Failure {
    /// What it is about, as the user knows it: a path, perhaps with line and column.
    pub(crate) place: Option<String>,
    /// What is wrong: lower case, no final period.
    pub(crate) message: String,
    /// What to do instead.
    pub(crate) help: Option<String>,
}

impl Failure {
    /// A failure that belongs to no file.
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Failure { place: None, message: message.into(), help: None }
    }

    /// A failure of one file.
    pub(crate) fn of(path: &Path, message: impl Into<String>) -> Self {
        Failure { place: Some(path.display().to_string()), message: message.into(), help: None }
    }

    /// Says what to do instead.
    #[must_use]
    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The failure in one line, without its help.
    pub(crate) fn line(&self) -> String {
        match &self.place {
            Some(place) => escaped(&format!("{place}: {}", self.message)).into_owned(),
            None => escaped(&self.message).into_owned(),
        }
    }
}

/// What the operating system says, in the form of our messages: "no such file or directory".
pub(crate) fn io_message(error: &std::io::Error) -> String {
    let text = error.to_string();
    let text = text.find(" (os error").map_or(text.as_str(), |end| &text[..end]);
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}
