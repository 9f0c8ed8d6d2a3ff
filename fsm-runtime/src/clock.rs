//! Where the time comes from that machines are told.

use core::cell::Cell;
use core::time::Duration;

/// A clock that shows the time since the start of a machine. It never goes back.
pub trait Clock {
    /// The time since the start.
    fn now(&self) -> Duration;
}

impl<C: Clock + ?Sized> Clock for &C {
    fn now(&self) -> Duration {
        (**self).now()
    }
}

/// A clock that only its owner moves: for tests and simulations.
///
/// ```
/// use core::time::Duration;
/// use fsm_runtime::{Clock, VirtualClock};
///
/// let clock = VirtualClock::new();
/// clock.advance(Duration::from_secs(90));
/// assert_eq!(clock.now(), Duration::from_secs(90));
/// ```
#[derive(Debug, Clone, Default)]
pub struct VirtualClock {
    now: Cell<Duration>,
}

impl VirtualClock {
    /// A clock that shows zero.
    #[must_use]
    pub const fn new() -> Self {
        VirtualClock { now: Cell::new(Duration::ZERO) }
    }

    /// Lets time pass.
    pub fn advance(&self, by: Duration) {
        self.now.set(self.now.get().saturating_add(by));
    }
}

impl Clock for VirtualClock {
    fn now(&self) -> Duration {
        self.now.get()
    }
}

/// The system's monotonic clock, from the moment it is made.
#[cfg(feature = "std")]
#[derive(Debug, Clone, Copy)]
pub struct SystemClock {
    start: std::time::Instant,
    from: Duration,
}

#[cfg(feature = "std")]
impl SystemClock {
    /// A clock that shows zero now.
    #[must_use]
    pub fn start() -> Self {
        SystemClock::starting_at(Duration::ZERO)
    }

    /// A clock that shows `now` now: for a machine that goes on from a snapshot.
    #[must_use]
    pub fn starting_at(now: Duration) -> Self {
        SystemClock { start: std::time::Instant::now(), from: now }
    }
}

#[cfg(feature = "std")]
impl Clock for SystemClock {
    fn now(&self) -> Duration {
        self.from.saturating_add(self.start.elapsed())
    }
}
