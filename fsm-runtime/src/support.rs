//! What generated code calls. Nothing here is of use to anyone else.

use core::ops::RangeInclusive;
use core::time::Duration;

use crate::{Answer, Error, Machine};

/// The most steps that one event may cause: `always` transitions, and reactions to raised events.
pub const MICROSTEPS: u16 = 1000;

/// The most deadlines that may be met at one instant: with more, a machine never lets time pass.
pub const DEADLINES: u16 = 1000;

/// Meets all deadlines up to `now`, in order, and tells of each answer. It stops behind a livelock, and tells of one when
/// too many deadlines come at one instant: what is due then stays due.
pub fn meet_all<M: Machine + ?Sized>(machine: &mut M, now: Duration, mut answered: impl FnMut(&mut M, Answer<M>)) {
    let (mut instant, mut met) = (None, 0);
    while let Some(deadline) = machine.next_deadline().filter(|&deadline| deadline <= now) {
        // What was raised for no later than now is due at the time of the step before.
        let at = instant.map_or(deadline, |last: Duration| last.max(deadline));
        met = if instant == Some(at) { met + 1 } else { 1 };
        instant = Some(at);
        if met > DEADLINES {
            let state = machine.state();
            answered(machine, Err(Error::Livelock { state }));
            return;
        }
        let Some(answer) = machine.meet_next(now) else { return };
        let is_livelock = matches!(answer, Err(Error::Livelock { .. }));
        answered(machine, answer);
        if is_livelock {
            return;
        }
    }
}

/// A duration in nanoseconds.
#[must_use]
pub const fn nanoseconds(duration: Duration) -> i128 {
    // At most 2^64 seconds: fewer than 2^94 nanoseconds, so nothing is lost.
    duration.as_nanos().cast_signed()
}

/// The duration of so many nanoseconds; `None` if they lie outside of `range`.
#[must_use]
pub fn duration(nanoseconds: i128, range: RangeInclusive<u64>) -> Option<Duration> {
    u64::try_from(nanoseconds).ok().filter(|nanoseconds| range.contains(nanoseconds)).map(Duration::from_nanos)
}

#[cfg(test)]
mod tests {
    use super::{duration, nanoseconds};
    use core::time::Duration;

    #[test]
    fn durations_are_nanoseconds() {
        assert_eq!(nanoseconds(Duration::from_secs(2)), 2_000_000_000);
        assert_eq!(duration(1_500, 0..=u64::MAX), Some(Duration::from_nanos(1_500)));
        assert_eq!(duration(1_500, 0..=1_000), None);
        assert_eq!(duration(-1, 0..=u64::MAX), None);
        assert_eq!(duration(i128::from(u64::MAX) + 1, 0..=u64::MAX), None);
        assert_eq!(nanoseconds(Duration::MAX), i128::from(u64::MAX) * 1_000_000_000 + 999_999_999);
    }
}
