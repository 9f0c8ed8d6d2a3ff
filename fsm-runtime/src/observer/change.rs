//! One entry for each transition: plain data, made from what a machine tells.

use core::time::Duration;

use super::{Happening, State, Stimulus};
use crate::Transition;

/// A transition that was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Change<S: State> {
    /// The time since the start that the machine was told last; zero in a machine that knows no time.
    pub at: Duration,
    /// What was looked at: an `always` transition has what led to it.
    pub stimulus: Stimulus<S, S::Event>,
    /// The innermost active state; in a machine with parallel states the state that reacts.
    pub from: S,
    /// The innermost state that was entered; `from` where none was.
    ///
    /// Transitions that are taken together do what they do together: all but the last have the state that they are
    /// declared to lead to.
    pub to: S,
    /// The row of the transition in [`State::TRANSITIONS`].
    pub row: usize,
}

impl<S: State> Change<S> {
    /// The transition, as it is declared.
    #[must_use]
    pub fn transition(&self) -> Option<&'static Transition<S, S::Event>> {
        S::TRANSITIONS.get(self.row)
    }
}

/// Makes [`Change`]s: for observers that care for transitions only.
///
/// The start of a machine is no transition, and neither is an event that is refused, ignored or deferred.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Changes<S: State> {
    at: Duration,
    stimulus: Stimulus<S, S::Event>,
    /// The transition whose effects are told now.
    open: Option<Open<S>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Open<S: State> {
    change: Change<S>,
    /// Whether anything was told of what it does to states.
    is_moving: bool,
}

impl<S: State> Changes<S> {
    /// Nothing has happened yet.
    #[must_use]
    pub const fn new() -> Self {
        Changes { at: Duration::ZERO, stimulus: Stimulus::Start, open: None }
    }

    /// Takes note of one thing, and gives the transition that is complete by it.
    pub fn next(&mut self, happening: Happening<'_, S>) -> Option<Change<S>> {
        match happening {
            Happening::Began { at, stimulus, .. } => {
                (self.at, self.stimulus) = (at, stimulus);
                // Nothing is left open by a macrostep that ended; one that panicked may have left something.
                self.open = None;
                None
            }
            Happening::Taken { row, from } => {
                let (at, stimulus) = (self.at, self.stimulus);
                let change = Change { at, stimulus, from, to: from, row };
                self.open.replace(Open { change, is_moving: false }).map(Open::complete)
            }
            Happening::Left(_) | Happening::Entered(_) => {
                if let Some(open) = &mut self.open {
                    open.is_moving = true;
                    if let Happening::Entered(state) = happening {
                        open.change.to = state;
                    }
                }
                None
            }
            Happening::Next(stimulus) | Happening::Recalled(stimulus) => self.follow(stimulus),
            Happening::Raised(_) | Happening::Deferred(_) => None,
            Happening::Ended { .. } => self.open.take().map(Open::complete),
        }
    }

    /// Something else is looked at: what was taken before is complete.
    fn follow(&mut self, stimulus: Stimulus<S, S::Event>) -> Option<Change<S>> {
        self.stimulus = stimulus;
        self.open.take().map(Open::complete)
    }
}

impl<S: State> Open<S> {
    fn complete(self) -> Change<S> {
        let Open { mut change, is_moving } = self;
        if !is_moving && let Some(declared) = change.transition().and_then(|transition| transition.target.state()) {
            change.to = declared;
        }
        change
    }
}

impl<S: State> Default for Changes<S> {
    fn default() -> Self {
        Self::new()
    }
}
