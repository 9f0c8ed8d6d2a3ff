//! What all generated machines have in common, and their transition tables.

use core::fmt;
use core::time::Duration;

use crate::{Error, support};

/// What became of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// A transition was taken.
    Taken,
    /// The event waits until the configuration changes.
    Deferred,
    /// The definition says that nothing is to happen.
    Ignored,
}

/// What a machine `M` answers to an event or a deadline.
pub type Answer<M> = Result<Outcome, Error<<M as Machine>::State, <M as Machine>::EventKind>>;

/// A running state machine.
pub trait Machine {
    /// Its states.
    type State: Copy + Eq + fmt::Debug + fmt::Display + 'static;
    /// Its events, with their payloads.
    type Event;
    /// Its kinds of events, without payloads.
    type EventKind: Copy + Eq + fmt::Debug + fmt::Display + 'static;

    /// The name of the machine.
    const NAME: &'static str;
    /// All states, in the order of the definition.
    const STATES: &'static [Self::State];
    /// All transitions, in the order of the definition.
    const TRANSITIONS: &'static [Transition<Self::State, Self::EventKind>];

    /// Takes one event, and all that follows from it, at the time that the machine was last told.
    ///
    /// # Errors
    ///
    /// Why the event was not taken, or what went wrong while it was: see [`Error`].
    fn handle(&mut self, event: Self::Event) -> Answer<Self>;

    /// When something is due next, as time since the start of the machine: a timer, or an event that was raised for
    /// later. `None` while nothing is.
    fn next_deadline(&self) -> Option<Duration> {
        None
    }

    /// Meets the next deadline, unless it is later than `until`: one step, at the time of the deadline itself. `None`
    /// when nothing is due.
    ///
    /// The answer is [`Ignored`](Outcome::Ignored) where no guard held, or nobody took what was raised for later.
    fn meet_next(&mut self, until: Duration) -> Option<Answer<Self>> {
        let _ = until;
        None
    }

    /// Tells the machine the time since its start, and meets all deadlines up to it, in order.
    ///
    /// # Errors
    ///
    /// [`Error::Past`] if the machine has been told a later time. [`Error::Livelock`] of a step that did not end, or of more
    /// than [`DEADLINES`](support::DEADLINES) at one instant: the deadlines behind it stay due. Else the first failure of a
    /// step, behind which the deadlines are met all the same.
    fn advance_to(&mut self, now: Duration) -> Result<(), Error<Self::State, Self::EventKind>> {
        support::pass_time(self, now).1
    }

    /// Tells the machine the time, meets all deadlines up to it, and then takes an event.
    ///
    /// # Errors
    ///
    /// As [`handle`](Self::handle); if the event is taken, the first failure of [`advance_to`](Self::advance_to).
    fn handle_at(&mut self, now: Duration, event: Self::Event) -> Answer<Self> {
        let met = self.advance_to(now);
        if let Err(error @ Error::Past { .. }) = met {
            return Err(error);
        }
        let answer = self.handle(event)?;
        met.map(|()| answer)
    }

    /// The innermost active state.
    fn state(&self) -> Self::State;

    /// Whether the state is active: the innermost one, or one around it.
    fn is_in(&self, state: Self::State) -> bool;

    /// Whether the machine has reached a final state of its own.
    fn is_terminated(&self) -> bool;
}

/// One run of a task: its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct RunId(pub u64);

impl fmt::Display for RunId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "run {}", self.0)
    }
}

/// A row of a machine's transition table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Transition<S: 'static, E: 'static> {
    /// The state that reacts; `None` is the machine itself.
    pub source: Option<S>,
    /// What it reacts to.
    pub trigger: Trigger<S, E>,
    /// The guard as it is written; `else` for the last branch of a block.
    pub guard: Option<&'static str>,
    /// Where it leads.
    pub target: Target<S>,
    /// What it does to its source.
    pub kind: TransitionKind,
    /// The limit that counts it.
    pub limit: Option<&'static str>,
    /// Its actions as they are written.
    pub actions: &'static [&'static str],
}

/// What a [`Transition`] reacts to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trigger<S, E> {
    /// An event.
    Event(E),
    /// Any event for which the state has no other enabled reaction.
    Any,
    /// The end of this composite or parallel state; `None` is the machine itself.
    Done(Option<S>),
    /// A failing action.
    Error,
    /// Time since the state was entered, once: the delay as it is written.
    After(&'static str),
    /// Time since the state was entered, again and again: the delay as it is written.
    Every(&'static str),
    /// The result of the task with this name.
    TaskDone(&'static str),
    /// The failure of the task with this name.
    TaskFailed(&'static str),
    /// Nothing: taken as soon as its guard holds.
    Always,
    /// The limit with this name, when a transition would exceed it.
    Limit(&'static str),
}

/// Where a [`Transition`] leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target<S: 'static> {
    /// Nowhere: the state stays active.
    Stay,
    /// Into this state.
    State(S),
    /// Into these states, in different regions.
    Fork(&'static [S]),
    /// Into what was last active inside this state.
    History {
        /// The composite state.
        state: S,
        /// Whether the innermost active state is restored, not only the child.
        deep: bool,
    },
    /// Nowhere, and nothing happens: the event is ignored.
    Ignore,
    /// Nowhere: the event is kept until the configuration changes.
    Defer,
}

impl<S: Copy> Target<S> {
    /// The state that it names; of several the first. `None` where it leads nowhere.
    #[must_use]
    pub fn state(&self) -> Option<S> {
        match self {
            Target::State(state) | Target::History { state, .. } => Some(*state),
            Target::Fork(states) => states.first().copied(),
            Target::Stay | Target::Ignore | Target::Defer => None,
        }
    }
}

/// What a [`Transition`] does to its source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TransitionKind {
    /// Nothing is left and nothing is entered.
    Internal,
    /// The target lies inside the source, which is not left.
    Local,
    /// The source is left.
    External,
}
