//! What generated code calls. Nothing here is of use to anyone else.

use core::ops::RangeInclusive;
use core::time::Duration;

use crate::{Answer, Definition, Error, Failure, Machine, Outcome, Queue, RestoreError, RunId};

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

/// Why a machine `M` did not do what was asked.
pub type ErrorOf<M> = Error<<M as Machine>::State, <M as Machine>::EventKind>;

/// Meets all deadlines up to `now`. Tells whether time passes until then, and what went wrong: a livelock, which keeps time
/// from passing, else the first failure.
pub fn pass_time<M: Machine + ?Sized>(machine: &mut M, now: Duration) -> (bool, Result<(), ErrorOf<M>>) {
    let (mut passes, mut result) = (true, Ok(()));
    meet_all(machine, now, |_, answer| {
        let Err(error) = answer else { return };
        passes &= !matches!(error, Error::Livelock { .. });
        if result.is_ok() || !passes {
            result = Err(error);
        }
    });
    (passes, result)
}

/// The answer behind a transition: what failed in it, if anything did.
///
/// # Errors
///
/// The failure, which is no longer there then.
#[inline]
pub fn outcome<S, E>(failure: &mut Option<Failure>) -> Result<Outcome, Error<S, E>> {
    // A failure is large: it is only moved where there is one.
    if failure.is_none() { Ok(Outcome::Taken) } else { failed(failure) }
}

#[cold]
fn failed<S, E>(failure: &mut Option<Failure>) -> Result<Outcome, Error<S, E>> {
    failure.take().map_or(Ok(Outcome::Taken), |failure| Err(Error::ActionFailed(failure)))
}

/// The earliest of several deadlines, and which of them it is: of those at one instant the first.
#[must_use]
pub fn earliest(deadlines: &[Option<u64>]) -> Option<(u64, usize)> {
    let armed = deadlines.iter().enumerate().filter_map(|(index, deadline)| Some(((*deadline)?, index)));
    armed.min()
}

/// A duration in nanoseconds; the greatest number for those that 64 bits do not hold (584 years).
#[must_use]
pub fn whole_nanoseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
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

/// Whether a snapshot is of the definition that is expected.
///
/// # Errors
///
/// [`RestoreError::Definition`] if it is not.
pub fn check_definition(saved: Definition, expected: Definition) -> Result<(), RestoreError> {
    saved.difference(&expected).map_or(Ok(()), |difference| Err(RestoreError::Definition(difference)))
}

/// Whether runs of tasks can be under way: each with the state that it belongs to being active, its own number, and one
/// below `next`.
///
/// # Errors
///
/// [`RestoreError::Run`] with the first that cannot.
pub fn check_runs(runs: &[(Option<RunId>, bool, &'static str)], next: u64) -> Result<(), RestoreError> {
    for (index, &(run, is_active, task)) in runs.iter().enumerate() {
        let Some(run) = run else { continue };
        let is_taken = runs.iter().take(index).any(|&(other, ..)| other == Some(run));
        if !is_active || is_taken || run.0 >= next {
            return Err(RestoreError::Run { task });
        }
    }
    Ok(())
}

/// Whether what waits is in the order of its time.
#[must_use]
pub fn is_in_order<T, const N: usize>(queue: &Queue<(u64, T), N>) -> bool {
    queue.iter().zip(queue.iter().skip(1)).all(|((earlier, _), (later, _))| earlier <= later)
}

/// The items of a queue, each as `make` makes it: a queue is as long as the other.
pub fn map_queue<T, U, const N: usize>(queue: &Queue<T, N>, make: impl Fn(&T) -> Option<U>) -> Queue<U, N> {
    let mut mapped = Queue::new();
    for item in queue.iter().filter_map(make) {
        // There is as much room in the one as in the other.
        if mapped.push(item).is_err() {
            break;
        }
    }
    mapped
}

#[cfg(test)]
mod tests {
    use super::{duration, earliest, nanoseconds, whole_nanoseconds};
    use core::time::Duration;

    #[test]
    fn of_deadlines_at_one_instant_the_first_is_the_earliest() {
        assert_eq!(earliest(&[]), None);
        assert_eq!(earliest(&[None, Some(7), Some(3), None, Some(3)]), Some((3, 2)));
        assert_eq!(whole_nanoseconds(Duration::from_secs(3)), 3_000_000_000);
        assert_eq!(whole_nanoseconds(Duration::MAX), u64::MAX);
    }

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
