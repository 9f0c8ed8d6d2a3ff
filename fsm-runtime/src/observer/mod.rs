//! Watching a machine: what a host is told by `observe`, and observers that are put beside any host.
//!
//! A generated host has a method `observe` with an empty body. Where nobody writes another one, nothing of it is left in
//! the program. [`Observed`] puts an [`Observer`] beside a host; the observers here are [`each`], [`Recorder`] and, by
//! features, [`Broadcast`] (`std`) and `Tracing` (`tracing`). Observers see what happens and cannot change it.

#[cfg(feature = "std")]
mod broadcast;
mod change;
mod each;
mod recorder;
#[cfg(feature = "tracing")]
mod tracing;

use core::fmt;
use core::time::Duration;

#[cfg(feature = "std")]
pub use broadcast::{Broadcast, Lagged, Subscriber, Subscription};
pub use change::{Change, Changes};
pub use each::{Each, each};
pub use recorder::Recorder;
#[cfg(feature = "tracing")]
pub use tracing::Tracing;

use crate::{Error, Outcome, Transition};

/// The type of a machine's states, with what it knows of the machine.
pub trait State: Copy + Eq + fmt::Debug + fmt::Display + 'static {
    /// The machine's kinds of events, without payloads.
    type Event: Copy + Eq + fmt::Debug + fmt::Display + 'static;

    /// The name of the machine.
    const MACHINE: &'static str;
    /// All transitions, in the order of the definition.
    const TRANSITIONS: &'static [Transition<Self, Self::Event>];
}

/// What a machine reacts to, without payloads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stimulus<S, E> {
    /// The start of the machine.
    Start,
    /// An event, from outside or raised by the machine.
    Event(E),
    /// A timer that was due.
    Timer,
    /// The end of the task with this name.
    Task(&'static str),
    /// The end of a composite or parallel state.
    Done(S),
    /// A failing action.
    Error,
}

/// One thing that happens in a machine, told when it happens.
///
/// The order is that of the language's *Execution*: transitions that are taken together are told first, then the states
/// that are left, innermost first, then those that are entered, outermost first. Exit actions are done behind
/// [`Left`](Happening::Left), entry actions behind [`Entered`](Happening::Entered). The machine itself is no state, and is
/// neither left nor entered here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Happening<'a, S: State> {
    /// A macrostep begins. All that follows, up to [`Ended`](Happening::Ended), belongs to it.
    Began {
        /// The time since the start that the machine was told last; zero in a machine that knows no time.
        at: Duration,
        /// The innermost active state; `None` at the start.
        state: Option<S>,
        /// What the machine is told.
        stimulus: Stimulus<S, S::Event>,
    },
    /// A transition is taken.
    Taken {
        /// Its row in [`State::TRANSITIONS`]. Of a reaction to several events it is the row of the first of them.
        row: usize,
        /// The innermost active state; in a machine with parallel states the state that reacts.
        from: S,
    },
    /// A state is left.
    Left(S),
    /// A state is entered, and is active from now on.
    Entered(S),
    /// An event is put into the queue of the macrostep, or the end of a state, or a failure.
    Raised(Stimulus<S, S::Event>),
    /// The next of the queue is looked at.
    Next(Stimulus<S, S::Event>),
    /// An event is kept until the configuration changes.
    Deferred(Stimulus<S, S::Event>),
    /// A deferred event is looked at again. If it stays deferred, [`Deferred`](Happening::Deferred) follows at once.
    Recalled(Stimulus<S, S::Event>),
    /// The macrostep has ended.
    Ended {
        /// The innermost active state.
        state: S,
        /// What the caller is answered.
        answer: Result<Outcome, &'a Error<S, S::Event>>,
    },
}

/// Is told what happens in a machine.
///
/// It is called in the middle of macrosteps, so it should be quick, and it must not wait.
pub trait Observer<S: State> {
    /// Takes note of one thing.
    fn observe(&mut self, happening: Happening<'_, S>);
}

/// A host with an observer beside it. It is a host of the same machines: what they ask and tell goes to the host, and the
/// host is told first what happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Observed<H, O> {
    /// What the machine asks and tells.
    pub host: H,
    /// What is told what happens.
    pub observer: O,
}

impl<H, O> Observed<H, O> {
    /// Puts an observer beside a host.
    pub const fn new(host: H, observer: O) -> Self {
        Observed { host, observer }
    }
}

/// Nobody watches.
impl<S: State> Observer<S> for () {
    fn observe(&mut self, _: Happening<'_, S>) {}
}

impl<S: State, O: Observer<S> + ?Sized> Observer<S> for &mut O {
    fn observe(&mut self, happening: Happening<'_, S>) {
        (**self).observe(happening);
    }
}

/// Somebody may watch.
impl<S: State, O: Observer<S>> Observer<S> for Option<O> {
    fn observe(&mut self, happening: Happening<'_, S>) {
        if let Some(observer) = self {
            observer.observe(happening);
        }
    }
}

/// One after the other.
impl<S: State, A: Observer<S>, B: Observer<S>> Observer<S> for (A, B) {
    fn observe(&mut self, happening: Happening<'_, S>) {
        self.0.observe(happening);
        self.1.observe(happening);
    }
}

/// One after the other.
impl<S: State, A: Observer<S>, B: Observer<S>, C: Observer<S>> Observer<S> for (A, B, C) {
    fn observe(&mut self, happening: Happening<'_, S>) {
        self.0.observe(happening);
        self.1.observe(happening);
        self.2.observe(happening);
    }
}

impl<S: fmt::Display, E: fmt::Display> fmt::Display for Stimulus<S, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Stimulus::Start => f.write_str("start"),
            Stimulus::Event(event) => event.fmt(f),
            Stimulus::Timer => f.write_str("timer"),
            Stimulus::Task(task) => write!(f, "end of {task}"),
            Stimulus::Done(state) => write!(f, "done {state}"),
            Stimulus::Error => f.write_str("error"),
        }
    }
}
