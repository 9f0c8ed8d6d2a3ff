//! A function as an observer: a logger, a counter, the sender of any channel.

use super::{Change, Changes, Happening, Observer, State};

/// Calls a function for each transition.
#[derive(Debug, Clone, Copy)]
pub struct Each<S: State, F> {
    changes: Changes<S>,
    then: F,
}

/// An observer that calls a function for each transition, when it is complete.
///
/// ```
/// # use std::sync::mpsc;
/// use fsm_runtime::observer::each;
/// # fsm_runtime::fsm! {
/// #     machine Lamp {
/// #         event Press;
/// #         initial state Off { on Press -> On; }
/// #         state On { on Press -> Off; }
/// #     }
/// # }
///
/// let (sender, receiver) = mpsc::channel();
/// let told = each(move |change| drop(sender.send(change)));
/// let mut lamp = Lamp::start(fsm_runtime::Observed::new((), told)).expect("nothing can fail here");
/// lamp.handle(LampEvent::Press).expect("Off takes Press");
/// assert_eq!(receiver.try_recv().map(|change| (change.from, change.to)), Ok((LampState::Off, LampState::On)));
/// ```
#[must_use]
pub const fn each<S: State, F: FnMut(Change<S>)>(then: F) -> Each<S, F> {
    Each { changes: Changes::new(), then }
}

impl<S: State, F: FnMut(Change<S>)> Observer<S> for Each<S, F> {
    fn observe(&mut self, happening: Happening<'_, S>) {
        if let Some(change) = self.changes.next(happening) {
            (self.then)(change);
        }
    }
}
