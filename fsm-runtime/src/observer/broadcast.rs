//! A stream of transitions for many, each with a bounded buffer of its own.
//!
//! A machine never waits for those who watch it. So a buffer that is full loses its oldest entries, and whoever reads it is
//! told how many those were; the others do not notice.

use std::collections::VecDeque;
use std::fmt;
use std::future::poll_fn;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::vec::Vec;

use super::{Change, Changes, Happening, Observer, State};

/// Tells all subscriptions of each transition. When it is dropped, with its machine, the subscriptions come to their end.
///
/// ```
/// use fsm_runtime::observer::Broadcast;
/// # fsm_runtime::fsm! {
/// #     machine Lamp {
/// #         event Press;
/// #         initial state Off { on Press -> On; }
/// #         state On { on Press -> Off; }
/// #     }
/// # }
///
/// let broadcast = Broadcast::new();
/// let mut log = broadcast.subscribe(100);
/// let mut lamp = Lamp::start(fsm_runtime::Observed::new((), broadcast)).expect("nothing can fail here");
/// lamp.handle(LampEvent::Press).expect("Off takes Press");
/// drop(lamp);
/// let to: Vec<LampState> = log.by_ref().flatten().map(|change| change.to).collect();
/// assert_eq!(to, [LampState::On]);
/// ```
#[derive(Debug)]
pub struct Broadcast<S: State> {
    changes: Changes<S>,
    subscriber: Subscriber<S>,
}

/// Where one subscribes while the machine, and the [`Broadcast`] with it, is somewhere else. Clones are the same.
#[derive(Debug)]
pub struct Subscriber<S: State> {
    shared: Arc<Mutex<Shared<S>>>,
}

#[derive(Debug)]
struct Shared<S: State> {
    /// `None` when the broadcast has ended.
    buffers: Option<Vec<Arc<Buffer<S>>>>,
}

/// One subscription's transitions, oldest first. It ends when it is dropped, or behind the last transition when the
/// [`Broadcast`] is.
///
/// As an iterator it waits for the next transition, and keeps its thread from anything else until then; asynchronously,
/// [`recv`](Self::recv) does.
#[derive(Debug)]
pub struct Subscription<S: State> {
    shared: Arc<Mutex<Shared<S>>>,
    buffer: Arc<Buffer<S>>,
}

#[derive(Debug)]
struct Buffer<S: State> {
    waiting: Mutex<Waiting<S>>,
    /// Told of each change of what waits.
    changed: Condvar,
}

#[derive(Debug)]
struct Waiting<S: State> {
    entries: VecDeque<Change<S>>,
    capacity: usize,
    /// How many were lost since the reader was told last.
    lost: u64,
    has_ended: bool,
    waker: Option<Waker>,
}

/// So many transitions were lost here, because the buffer was full; what follows is what comes behind them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lagged(pub u64);

impl<S: State> Broadcast<S> {
    /// Nobody has subscribed yet.
    #[must_use]
    pub fn new() -> Self {
        let shared = Arc::new(Mutex::new(Shared { buffers: Some(Vec::new()) }));
        Broadcast { changes: Changes::new(), subscriber: Subscriber { shared } }
    }

    /// Subscribes to all transitions from now on: see [`Subscriber::subscribe`].
    #[must_use]
    pub fn subscribe(&self, capacity: usize) -> Subscription<S> {
        self.subscriber.subscribe(capacity)
    }

    /// Where to subscribe while the machine runs.
    #[must_use]
    pub fn subscriber(&self) -> Subscriber<S> {
        self.subscriber.clone()
    }
}

impl<S: State> Subscriber<S> {
    /// Subscribes to all transitions from now on. At most `capacity` of them wait, and at least one.
    #[must_use]
    pub fn subscribe(&self, capacity: usize) -> Subscription<S> {
        let mut shared = lock(&self.shared);
        let has_ended = shared.buffers.is_none();
        let waiting = Waiting { entries: VecDeque::new(), capacity: capacity.max(1), lost: 0, has_ended, waker: None };
        let buffer = Arc::new(Buffer { waiting: Mutex::new(waiting), changed: Condvar::new() });
        if let Some(buffers) = &mut shared.buffers {
            buffers.push(Arc::clone(&buffer));
        }
        Subscription { shared: Arc::clone(&self.shared), buffer }
    }

    /// How many subscriptions there are.
    #[must_use]
    pub fn count(&self) -> usize {
        lock(&self.shared).buffers.as_ref().map_or(0, Vec::len)
    }
}

impl<S: State> Subscription<S> {
    /// The next transition, if one waits.
    ///
    /// # Errors
    ///
    /// [`Lagged`] where some were lost.
    pub fn try_recv(&mut self) -> Result<Option<Change<S>>, Lagged> {
        lock(&self.buffer.waiting).next().transpose()
    }

    /// The next transition, or how many were lost in its place. `None` when the machine is gone.
    ///
    /// Nothing is lost where the future is dropped before it is ready.
    pub async fn recv(&mut self) -> Option<Result<Change<S>, Lagged>> {
        poll_fn(|context| self.poll_next(context)).await
    }

    /// As `Stream::poll_next`, for whoever wraps this in a stream: one waits at a time.
    pub fn poll_next(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Change<S>, Lagged>>> {
        let mut waiting = lock(&self.buffer.waiting);
        match waiting.next() {
            None if !waiting.has_ended => {
                waiting.waker = Some(context.waker().clone());
                Poll::Pending
            }
            next => Poll::Ready(next),
        }
    }
}

impl<S: State> Iterator for Subscription<S> {
    type Item = Result<Change<S>, Lagged>;

    /// Waits for the next transition.
    fn next(&mut self) -> Option<Self::Item> {
        let waiting = lock(&self.buffer.waiting);
        let is_waiting = |waiting: &mut Waiting<S>| waiting.is_empty() && !waiting.has_ended;
        let waiting = self.buffer.changed.wait_while(waiting, is_waiting);
        waiting.unwrap_or_else(PoisonError::into_inner).next()
    }
}

impl<S: State> Observer<S> for Broadcast<S> {
    fn observe(&mut self, happening: Happening<'_, S>) {
        let Some(change) = self.changes.next(happening) else { return };
        for buffer in lock(&self.subscriber.shared).buffers.iter().flatten() {
            buffer.change(|waiting| waiting.add(change));
        }
    }
}

impl<S: State> Buffer<S> {
    /// Changes what waits, and tells the reader.
    fn change(&self, change: impl FnOnce(&mut Waiting<S>)) {
        let mut waiting = lock(&self.waiting);
        change(&mut waiting);
        let waker = waiting.waker.take();
        drop(waiting);
        self.changed.notify_all();
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

impl<S: State> Waiting<S> {
    fn add(&mut self, change: Change<S>) {
        if self.entries.len() >= self.capacity {
            self.entries.pop_front();
            self.lost += 1;
        }
        self.entries.push_back(change);
    }

    fn is_empty(&self) -> bool {
        self.entries.is_empty() && self.lost == 0
    }

    fn next(&mut self) -> Option<Result<Change<S>, Lagged>> {
        match std::mem::take(&mut self.lost) {
            0 => self.entries.pop_front().map(Ok),
            lost => Some(Err(Lagged(lost))),
        }
    }
}

impl<S: State> Drop for Broadcast<S> {
    fn drop(&mut self) {
        let buffers = lock(&self.subscriber.shared).buffers.take();
        for buffer in buffers.iter().flatten() {
            buffer.change(|waiting| waiting.has_ended = true);
        }
    }
}

impl<S: State> Drop for Subscription<S> {
    fn drop(&mut self) {
        if let Some(buffers) = &mut lock(&self.shared).buffers {
            buffers.retain(|other| !Arc::ptr_eq(other, &self.buffer));
        }
    }
}

impl<S: State> Default for Broadcast<S> {
    fn default() -> Self {
        Self::new()
    }
}

impl<S: State> Clone for Subscriber<S> {
    fn clone(&self) -> Self {
        Subscriber { shared: Arc::clone(&self.shared) }
    }
}

impl fmt::Display for Lagged {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} transitions were lost: they were not read in time", self.0)
    }
}

impl std::error::Error for Lagged {}

/// What a thread that panicked held is still whole: nothing here can fail between two changes.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
