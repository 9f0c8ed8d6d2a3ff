//! A machine as a task of tokio, with a bounded mailbox.
//!
//! ```
//! use fsm_runtime::driver::tokio::{mailbox, run};
//!
//! fsm_runtime::fsm! {
//!     machine Lamp {
//!         event Press;
//!         initial state Off { on Press -> On; }
//!         state On { on Press -> Off; }
//!     }
//! }
//!
//! # ::tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
//! let (lamp, mailbox) = mailbox(8);
//! let running = ::tokio::spawn(run(Lamp::start(()).expect("nothing can fail here"), mailbox));
//! assert!(lamp.send(LampEvent::Press).await.is_ok_and(|answer| answer.is_ok()));
//! drop(lamp);
//! assert_eq!(running.await.expect("the task ends by itself").state(), LampState::On);
//! # });
//! ```

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::fmt;
use std::future::Future;
use std::time::Duration;

use ::tokio::sync::{mpsc, oneshot};
use ::tokio::task::{AbortHandle, JoinSet};
use ::tokio::time::{Instant, sleep_until};

use crate::{Answer, Machine, RunId, support};

/// An event on its way to a machine, with where its answer goes.
struct Message<M: Machine> {
    event: M::Event,
    answer: Option<oneshot::Sender<Answer<M>>>,
}

/// Where events are sent to. Clones send to the same machine; when all are gone, the machine's task comes to its end.
pub struct Handle<M: Machine> {
    sender: mpsc::Sender<Message<M>>,
}

/// The other end of [`Handle`]s, for [`run`].
pub struct Mailbox<M: Machine> {
    receiver: mpsc::Receiver<Message<M>>,
    from: Duration,
}

/// The machine takes no events any more: it has terminated, or its task was aborted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Closed;

/// Why an event could not be put into the mailbox at once; the event comes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TrySendError<E> {
    /// The mailbox is full.
    Full(E),
    /// The machine takes no events any more.
    Closed(E),
}

/// A mailbox that holds at most `capacity` events (at least one). Whoever sends more, waits.
#[must_use]
pub fn mailbox<M: Machine>(capacity: usize) -> (Handle<M>, Mailbox<M>) {
    let (sender, receiver) = mpsc::channel(capacity.max(1));
    (Handle { sender }, Mailbox { receiver, from: Duration::ZERO })
}

impl<M: Machine> Mailbox<M> {
    /// The same mailbox for a machine that goes on from a snapshot: at the first poll its time is `now`.
    #[must_use]
    pub fn starting_at(self, now: Duration) -> Self {
        Mailbox { from: now, ..self }
    }
}

impl<M: Machine> Handle<M> {
    /// Sends an event, and waits until the machine has answered it.
    ///
    /// # Errors
    ///
    /// [`Closed`] if the machine takes no events any more.
    pub async fn send(&self, event: M::Event) -> Result<Answer<M>, Closed> {
        let (sender, answer) = oneshot::channel();
        let message = Message { event, answer: Some(sender) };
        self.sender.send(message).await.map_err(|_| Closed)?;
        answer.await.map_err(|_| Closed)
    }

    /// Sends an event without waiting for its answer; it waits only for room in the mailbox.
    ///
    /// # Errors
    ///
    /// [`Closed`] if the machine takes no events any more.
    pub async fn tell(&self, event: M::Event) -> Result<(), Closed> {
        self.sender.send(Message { event, answer: None }).await.map_err(|_| Closed)
    }

    /// Sends an event without waiting for anything.
    ///
    /// # Errors
    ///
    /// [`TrySendError`], with the event.
    pub fn try_tell(&self, event: M::Event) -> Result<(), TrySendError<M::Event>> {
        self.sender.try_send(Message { event, answer: None }).map_err(|error| match error {
            mpsc::error::TrySendError::Full(message) => TrySendError::Full(message.event),
            mpsc::error::TrySendError::Closed(message) => TrySendError::Closed(message.event),
        })
    }
}

/// Runs a machine until it has terminated, or until all handles are gone and nothing is due any more, and gives it back.
///
/// The time that the machine is told is that of tokio since the first poll, so `tokio::time::pause` makes it virtual.
/// Dropping the future, or aborting its task, ends the machine between two steps.
pub async fn run<M: Machine>(machine: M, mailbox: Mailbox<M>) -> M {
    run_with(machine, mailbox, |_, _| {}).await
}

/// As [`run`]; `answered` sees what became of every event and of every deadline.
pub async fn run_with<M: Machine>(machine: M, mailbox: Mailbox<M>, answered: impl FnMut(&mut M, &Answer<M>)) -> M {
    run_with_tasks(machine, mailbox, async |_: &mut M| None::<Infallible>, |_, end| match end {}, answered).await
}

/// As [`run_with`], for a machine whose host runs tasks: `next` waits for the next end of one, and `finish` tells the machine
/// of it. `next` is dropped and asked again whenever something else happens; it gives `None` while no task runs.
///
/// With [`Tasks`] in the host, `next` is `async |machine| machine.host_mut().tasks.next().await`, and `finish` calls the
/// machine's `finish_…`. The machine comes to its end when it has terminated, or when all handles are gone, nothing is
/// due and no task runs.
pub async fn run_with_tasks<M: Machine, E>(
    mut machine: M,
    mut mailbox: Mailbox<M>,
    mut next: impl AsyncFnMut(&mut M) -> Option<E>,
    mut finish: impl FnMut(&mut M, E) -> Answer<M>,
    mut answered: impl FnMut(&mut M, &Answer<M>),
) -> M {
    let (start, from) = (Instant::now(), mailbox.from);
    let time = || from.saturating_add(start.elapsed());
    let mut is_open = true;
    loop {
        meet_deadlines(&mut machine, time(), &mut answered);
        if machine.is_terminated() {
            return machine;
        }
        let deadline = machine.next_deadline();
        let happened = ::tokio::select! {
            () = sleep_until(start + deadline.unwrap_or_default().saturating_sub(from)), if deadline.is_some() => continue,
            message = mailbox.receiver.recv(), if is_open => message.map_or(Happened::Closed, Happened::Event),
            Some(end) = next(&mut machine) => Happened::End(end),
            else => return machine,
        };
        let now = time();
        meet_deadlines(&mut machine, now, &mut answered);
        match happened {
            Happened::Closed => is_open = false,
            Happened::Event(Message { event, answer: reply }) => {
                let answer = machine.handle_at(now, event);
                answered(&mut machine, &answer);
                if let Some(reply) = reply {
                    // Whoever asked may have gone.
                    let _ = reply.send(answer);
                }
            }
            Happened::End(end) => {
                // What is due by now has been met: only the time is told.
                let _ = machine.advance_to(now);
                let answer = finish(&mut machine, end);
                answered(&mut machine, &answer);
            }
        }
    }
}

/// What a machine's task wakes up for.
enum Happened<M: Machine, E> {
    Event(Message<M>),
    End(E),
    Closed,
}

/// The tasks that a host runs: futures on tokio, each for one run of a machine's `run`.
///
/// Dropping it aborts them all.
#[derive(Debug)]
pub struct Tasks<E> {
    running: JoinSet<(RunId, E)>,
    handles: BTreeMap<RunId, AbortHandle>,
}

impl<E> Default for Tasks<E> {
    fn default() -> Self {
        Tasks { running: JoinSet::new(), handles: BTreeMap::new() }
    }
}

impl<E: Send + 'static> Tasks<E> {
    /// Starts a task; [`next`](Self::next) gives what its future does.
    ///
    /// # Panics
    ///
    /// Outside of a runtime of tokio.
    pub fn start(&mut self, run: RunId, task: impl Future<Output = E> + Send + 'static) {
        let handle = self.running.spawn(async move { (run, task.await) });
        self.handles.insert(run, handle);
    }

    /// Aborts a task: nothing is heard of it any more.
    pub fn cancel(&mut self, run: RunId) {
        if let Some(handle) = self.handles.remove(&run) {
            handle.abort();
        }
    }

    /// Waits for the next task to end; `None` when none is running. It may be dropped while it waits.
    ///
    /// A task that panicked is heard of no more; its panic was reported by tokio.
    pub async fn next(&mut self) -> Option<(RunId, E)> {
        loop {
            let ended = self.running.join_next().await?;
            if let Ok((run, end)) = ended
                && self.handles.remove(&run).is_some()
            {
                return Some((run, end));
            }
        }
    }
}

fn meet_deadlines<M: Machine>(machine: &mut M, now: Duration, answered: &mut impl FnMut(&mut M, &Answer<M>)) {
    support::meet_all(machine, now, |machine, answer| answered(machine, &answer));
}

impl<M: Machine> Clone for Handle<M> {
    fn clone(&self) -> Self {
        Handle { sender: self.sender.clone() }
    }
}

impl<M: Machine> fmt::Debug for Handle<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Handle").field("machine", &M::NAME).finish_non_exhaustive()
    }
}

impl<M: Machine> fmt::Debug for Mailbox<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mailbox").field("machine", &M::NAME).finish_non_exhaustive()
    }
}

impl fmt::Display for Closed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the machine takes no events any more")
    }
}

impl std::error::Error for Closed {}

impl<E> fmt::Display for TrySendError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            TrySendError::Full(_) => f.write_str("the mailbox is full"),
            TrySendError::Closed(_) => Closed.fmt(f),
        }
    }
}

impl<E: fmt::Debug> std::error::Error for TrySendError<E> {}
