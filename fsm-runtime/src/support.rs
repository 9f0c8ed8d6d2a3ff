//! What generated code calls. Nothing here is of use to anyone else.

use core::ops::RangeInclusive;
use core::time::Duration;

/// The most steps that one event may cause: `always` transitions, and reactions to raised events.
pub const MICROSTEPS: u16 = 1000;

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
