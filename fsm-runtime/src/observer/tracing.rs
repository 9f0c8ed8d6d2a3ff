//! What a machine does, for the subscribers of the crate `tracing`.

use ::tracing::{Level, Span, debug, error, info, span, trace, warn};

use super::{Happening, Observer, State, Stimulus};
use crate::{Error, Outcome, Transition};

/// Tells `tracing` what happens, with the target `fsm`.
///
/// Each macrostep is a span, in which also stands what the host's methods tell. It has the fields `machine`, `event` (what
/// the machine was told) and, but for the start, `state`.
///
/// | level | what |
/// |---|---|
/// | `ERROR` | a livelock, a failed action |
/// | `WARN` | an event that was refused |
/// | `INFO` | the span `macrostep`; `transition`, with its `row`, `from`, and the declared `source`, `target`, `guard` |
/// | `DEBUG` | `left` and `entered` with their `state`; `deferred` and `recalled` with their `event`; events that were ignored |
/// | `TRACE` | `raised` and `next` with their `event` |
#[derive(Debug, Default)]
pub struct Tracing {
    /// The macrostep, entered from its beginning to its end.
    macrostep: Option<Span>,
}

impl Tracing {
    /// Outside of any macrostep.
    #[must_use]
    pub const fn new() -> Self {
        Tracing { macrostep: None }
    }

    // An entered guard would keep the machine from being sent to another thread between two macrosteps.
    fn enter(&mut self, macrostep: Span) {
        self.leave();
        macrostep.with_subscriber(|(id, dispatch)| dispatch.enter(id));
        self.macrostep = Some(macrostep);
    }

    fn leave(&mut self) {
        if let Some(macrostep) = self.macrostep.take() {
            macrostep.with_subscriber(|(id, dispatch)| dispatch.exit(id));
        }
    }
}

impl<S: State> Observer<S> for Tracing {
    fn observe(&mut self, happening: Happening<'_, S>) {
        match happening {
            Happening::Began { state, stimulus, .. } => self.enter(began(state, stimulus)),
            Happening::Taken { row, from } => taken(row, from, S::TRANSITIONS.get(row)),
            Happening::Left(state) => debug!(target: "fsm", %state, "left"),
            Happening::Entered(state) => debug!(target: "fsm", %state, "entered"),
            Happening::Raised(event) => trace!(target: "fsm", %event, "raised"),
            Happening::Next(event) => trace!(target: "fsm", %event, "next"),
            Happening::Deferred(event) => debug!(target: "fsm", %event, "deferred"),
            Happening::Recalled(event) => debug!(target: "fsm", %event, "recalled"),
            Happening::Ended { state, answer } => {
                ended(state, answer);
                self.leave();
            }
        }
    }
}

/// A machine that is dropped in the middle of a macrostep, by a panic of its host, leaves no span entered.
impl Drop for Tracing {
    fn drop(&mut self) {
        self.leave();
    }
}

fn began<S: State>(state: Option<S>, stimulus: Stimulus<S, S::Event>) -> Span {
    let state = state.map(::tracing::field::display);
    span!(target: "fsm", Level::INFO, "macrostep", machine = S::MACHINE, state, event = %stimulus)
}

fn taken<S: State>(row: usize, from: S, transition: Option<&'static Transition<S, S::Event>>) {
    let source = transition.and_then(|transition| transition.source).map(::tracing::field::display);
    let target = transition.and_then(|transition| transition.target.state()).map(::tracing::field::display);
    let guard = transition.and_then(|transition| transition.guard);
    info!(target: "fsm", row, %from, source, target, guard, "transition");
}

fn ended<S: State>(state: S, answer: Result<Outcome, &Error<S, S::Event>>) {
    match answer {
        Ok(Outcome::Taken | Outcome::Deferred) => {}
        Ok(Outcome::Ignored) => debug!(target: "fsm", %state, "ignored"),
        Err(error) if matches!(error, Error::Livelock { .. } | Error::ActionFailed(_)) => {
            error!(target: "fsm", %state, %error, "failed");
        }
        Err(error) => warn!(target: "fsm", %state, %error, "refused"),
    }
}
