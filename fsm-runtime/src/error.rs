//! Why an event was not taken.

use core::fmt;
use core::time::Duration;

use crate::Text;

/// Why [`handle`](crate::Machine::handle) or the start of a machine did not do what was asked.
///
/// `S` is the machine's state type and `E` its kinds of events; both display as their labels.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error<S, E> {
    /// No reaction of the state, or of a state around it, names the event. Nothing has changed.
    NoTransition {
        /// The innermost active state.
        state: S,
        /// The event.
        event: E,
    },
    /// There are reactions to the event, and the guard of none of them held. Nothing has changed.
    GuardsRefused {
        /// The innermost active state.
        state: S,
        /// The event.
        event: E,
        /// The guards that were asked, in order, as they are written in the definition.
        guards: &'static [&'static str],
    },
    /// The transition would exceed its limit, and the limit does nothing in its place. Nothing has changed.
    LimitReached {
        /// The innermost active state.
        state: S,
        /// The event.
        event: E,
        /// The limit.
        limit: &'static str,
        /// How much it has counted.
        count: u32,
    },
    /// The machine has reached a final state. Nothing has changed.
    Terminated {
        /// The final state.
        state: S,
        /// The event.
        event: E,
    },
    /// The event is deferred, and as many of it wait already as may. Nothing has changed.
    DeferredFull {
        /// The innermost active state.
        state: S,
        /// The event.
        event: E,
    },
    /// One event caused more steps than [`MICROSTEPS`](crate::support::MICROSTEPS), or more pending internal events
    /// than the machine's queue holds; or more deadlines were met at one instant than
    /// [`DEADLINES`](crate::support::DEADLINES). The machine stays where it then was.
    Livelock {
        /// The state in which the machine was stopped.
        state: S,
    },
    /// The transition was completed, but one of its actions failed.
    ActionFailed(Failure),
    /// The machine has been told a later time already.
    Past {
        /// The time that it has been told, since its start.
        now: Duration,
    },
    /// A value given to the start of the machine lies outside of its declared range.
    OutOfRange {
        /// The param or variable.
        name: &'static str,
    },
}

/// An action that failed: a value left its range or its type, or the host said so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The action, as it is written in the definition.
    pub origin: &'static str,
    /// What went wrong.
    pub message: Text,
}

impl<S: fmt::Display, E: fmt::Display> fmt::Display for Error<S, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::NoTransition { state, event } => write!(f, "cannot {event} from {state}"),
            Error::GuardsRefused { state, event, guards } => {
                write!(f, "cannot {event} from {state}: not ")?;
                for (index, guard) in guards.iter().enumerate() {
                    if index > 0 {
                        f.write_str(", nor ")?;
                    }
                    f.write_str(guard)?;
                }
                Ok(())
            }
            Error::LimitReached { state, event, limit, count } => {
                write!(f, "cannot {event} from {state}: `{limit}` has reached {count}")
            }
            Error::Terminated { state, event } => write!(f, "cannot {event}: ended in {state}"),
            Error::DeferredFull { state, event } => write!(f, "cannot {event} from {state}: too many wait"),
            Error::Livelock { state } => write!(f, "stopped in {state}: one event caused too many steps"),
            Error::ActionFailed(failure) => write!(f, "`{}` failed: {}", failure.origin, failure.message),
            Error::Past { now } => write!(f, "time does not go back: it has been {now:?} since the start"),
            Error::OutOfRange { name } => write!(f, "`{name}` lies outside of its range"),
        }
    }
}

impl<S: fmt::Debug + fmt::Display, E: fmt::Debug + fmt::Display> core::error::Error for Error<S, E> {}

#[cfg(all(test, feature = "std"))]
mod tests {
    use core::time::Duration;
    use std::string::ToString;

    use super::{Error, Failure};
    use crate::Text;

    #[test]
    fn errors_say_what_people_can_read() {
        let (state, event) = ("Idle", "confirm");
        let failure = Failure { origin: "n += 1", message: Text::new("the value lies outside of its range") };
        for (error, text) in [
            (Error::NoTransition { state, event }, "cannot confirm from Idle"),
            (Error::GuardsRefused { state, event, guards: &["is_paid"] }, "cannot confirm from Idle: not is_paid"),
            (
                Error::GuardsRefused { state, event, guards: &["is_paid", "n < 3"] },
                "cannot confirm from Idle: not is_paid, nor n < 3",
            ),
            (
                Error::LimitReached { state, event, limit: "orders", count: 9 },
                "cannot confirm from Idle: `orders` has reached 9",
            ),
            (Error::Terminated { state, event }, "cannot confirm: ended in Idle"),
            (Error::DeferredFull { state, event }, "cannot confirm from Idle: too many wait"),
            (Error::Livelock { state }, "stopped in Idle: one event caused too many steps"),
            (Error::ActionFailed(failure), "`n += 1` failed: the value lies outside of its range"),
            (Error::Past { now: Duration::from_secs(10) }, "time does not go back: it has been 10s since the start"),
            (Error::OutOfRange { name: "most" }, "`most` lies outside of its range"),
        ] {
            assert_eq!(error.to_string(), text);
        }
    }
}
