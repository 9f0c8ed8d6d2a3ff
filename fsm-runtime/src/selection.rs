//! What the regions of a machine select together: `removeConflictingTransitions` of the W3C SCXML recommendation,
//! Appendix D.

use crate::{Error, Outcome};

/// What a transition reaches. States are numbered in document order, so that those inside a state follow it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reach {
    /// The number of the source, and of the last state inside it.
    pub source: (usize, usize),
    /// The numbers of the first and of the last state that may be left; `None` where nothing is.
    pub leaves: Option<(usize, usize)>,
}

/// A transition that can be selected.
pub trait Selectable: Copy + PartialEq {
    /// What it reaches.
    fn reach(&self) -> Reach;
}

/// What the innermost active states, at most `N`, make of an event.
#[derive(Debug, Clone)]
pub struct Selection<T, const N: usize> {
    /// In the order in which they were selected; what was preempted is gone.
    taken: [Option<T>; N],
    /// All that were selected.
    seen: [Option<T>; N],
    deferred: Option<u32>,
    is_ignored: bool,
    refused: Option<Refused>,
}

/// Why a region takes nothing.
#[derive(Debug, Clone, Copy)]
enum Refused {
    /// None of these guards holds.
    Guards(&'static [&'static str]),
    /// The limit of this name has counted so much, and does nothing instead.
    Limit(&'static str, u32),
}

impl<T: Selectable, const N: usize> Selection<T, N> {
    /// Nothing yet.
    #[must_use]
    pub const fn new() -> Self {
        Selection {
            taken: [const { None }; N],
            seen: [const { None }; N],
            deferred: None,
            is_ignored: false,
            refused: None,
        }
    }

    /// Adds what an innermost state selects. Of two transitions that would leave the same state, the one whose source lies
    /// further in is taken, else the one that was selected first.
    pub fn add(&mut self, transition: T) {
        if self.has_seen(transition) {
            return;
        }
        put(&mut self.seen, transition);
        let reach = transition.reach();
        let conflicts = |other: &T| match (reach.leaves, other.reach().leaves) {
            (Some(one), Some(other)) => one.0 <= other.1 && other.0 <= one.1,
            _ => false,
        };
        let preempts = |other: &T| {
            let (outer, end) = other.reach().source;
            outer < reach.source.0 && reach.source.0 <= end
        };
        if self.iter().any(|other| conflicts(&other) && !preempts(&other)) {
            return;
        }
        // What is left moves to the front, so that the order stays.
        let mut left = [const { None }; N];
        self.iter().filter(|other| !conflicts(other)).for_each(|other| put(&mut left, other));
        put(&mut left, transition);
        self.taken = left;
    }

    /// Whether a transition was selected, even if another took its place.
    #[must_use]
    pub fn has_seen(&self, transition: T) -> bool {
        self.seen.iter().flatten().any(|&other| other == transition)
    }

    /// How many of those that were selected are of a kind.
    #[must_use]
    pub fn count(&self, is_counted: impl Fn(T) -> bool) -> u32 {
        self.seen.iter().flatten().fold(0, |count, &other| count + u32::from(is_counted(other)))
    }

    /// Some region defers the event: so many may wait.
    pub fn defer(&mut self, most: u32) {
        self.deferred = self.deferred.max(Some(most));
    }

    /// Some region ignores the event.
    pub const fn ignore(&mut self) {
        self.is_ignored = true;
    }

    /// The guards of some region did not hold.
    pub fn refuse(&mut self, guards: &'static [&'static str]) {
        self.refused.get_or_insert(Refused::Guards(guards));
    }

    /// The transition of some region would exceed a limit, which has counted so much and does nothing instead. That says
    /// more than guards do; of several limits the first is told.
    pub const fn exceed(&mut self, limit: &'static str, count: u32) {
        if !matches!(self.refused, Some(Refused::Limit(..))) {
            self.refused = Some(Refused::Limit(limit, count));
        }
    }

    /// The transitions to take, in the order of the definition.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = T> {
        self.taken.iter().flatten().copied()
    }

    /// Whether there is no transition to take.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.taken.iter().all(Option::is_none)
    }

    /// How many of the event may wait, where it is deferred.
    #[must_use]
    pub const fn deferred(&self) -> Option<u32> {
        self.deferred
    }

    /// What is answered where there is no transition to take.
    ///
    /// # Errors
    ///
    /// Why there is none, unless the event is ignored.
    pub fn answer<S, E>(&self, state: S, event: E) -> Result<Outcome, Error<S, E>> {
        match self.refused {
            Some(Refused::Limit(limit, count)) => Err(Error::LimitReached { state, event, limit, count }),
            _ if self.is_ignored => Ok(Outcome::Ignored),
            Some(Refused::Guards(guards)) => Err(Error::GuardsRefused { state, event, guards }),
            None => Err(Error::NoTransition { state, event }),
        }
    }
}

impl<T: Selectable, const N: usize> Default for Selection<T, N> {
    fn default() -> Self {
        Self::new()
    }
}

/// Puts an item into the first free place. There is one: each innermost state selects at most one transition.
fn put<T, const N: usize>(places: &mut [Option<T>; N], item: T) {
    if let Some(place) = places.iter_mut().find(|place| place.is_none()) {
        *place = Some(item);
    }
}

#[cfg(test)]
mod tests {
    use super::{Reach, Selectable, Selection};

    /// `parallel P(1) { A(2) { A1(3) } B(4) { B1(5) } }`, and what its states may do.
    #[derive(Debug, Clone, Copy, PartialEq)]
    enum T {
        OuterLeaves,
        OuterStays,
        ALeaves,
        BLeaves,
        A1LeavesAll,
        B1LeavesAll,
    }

    impl Selectable for T {
        fn reach(&self) -> Reach {
            let (source, leaves) = match self {
                T::OuterLeaves => ((1, 5), Some((1, 5))),
                T::OuterStays => ((1, 5), None),
                T::ALeaves => ((2, 3), Some((3, 3))),
                T::BLeaves => ((4, 5), Some((5, 5))),
                T::A1LeavesAll => ((3, 3), Some((1, 5))),
                T::B1LeavesAll => ((5, 5), Some((1, 5))),
            };
            Reach { source, leaves }
        }
    }

    #[test]
    fn of_transitions_in_conflict_the_inner_or_the_first_is_taken() {
        for (added, taken) in [
            (&[T::ALeaves, T::BLeaves][..], &[T::ALeaves, T::BLeaves][..]),
            (&[T::ALeaves, T::OuterLeaves], &[T::ALeaves]),
            (&[T::OuterLeaves, T::BLeaves], &[T::BLeaves]),
            (&[T::OuterLeaves, T::OuterLeaves], &[T::OuterLeaves]),
            (&[T::OuterStays, T::BLeaves], &[T::OuterStays, T::BLeaves]),
            (&[T::A1LeavesAll, T::B1LeavesAll], &[T::A1LeavesAll]),
            (&[T::ALeaves, T::B1LeavesAll], &[T::ALeaves]),
        ] {
            let mut chosen = Selection::<T, 2>::new();
            for &transition in added {
                chosen.add(transition);
            }
            assert!(chosen.iter().eq(taken.iter().copied()), "{added:?} gave {chosen:?}");
        }
    }
}
