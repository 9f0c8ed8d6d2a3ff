//! A flight recorder: the last transitions, without allocation.

use super::{Change, Changes, Happening, Observer, State};

/// Keeps the last `N` transitions. Older ones are overwritten, and counted.
#[derive(Debug, Clone, Copy)]
pub struct Recorder<S: State, const N: usize> {
    changes: Changes<S>,
    entries: [Option<Change<S>>; N],
    /// The place of the next entry, which is that of the oldest one when all places are taken.
    next: usize,
    overwritten: u64,
}

impl<S: State, const N: usize> Recorder<S, N> {
    /// Nothing is recorded yet.
    #[must_use]
    pub const fn new() -> Self {
        Recorder { changes: Changes::new(), entries: [const { None }; N], next: 0, overwritten: 0 }
    }

    /// What is recorded, the oldest first.
    pub fn iter(&self) -> impl Iterator<Item = &Change<S>> {
        let (newer, older) = self.entries.split_at_checked(self.next).unwrap_or_default();
        older.iter().chain(newer).flatten()
    }

    /// How many transitions were recorded and are overwritten.
    #[must_use]
    pub const fn overwritten(&self) -> u64 {
        self.overwritten
    }
}

impl<S: State, const N: usize> Observer<S> for Recorder<S, N> {
    fn observe(&mut self, happening: Happening<'_, S>) {
        let Some(change) = self.changes.next(happening) else { return };
        let before = match self.entries.get_mut(self.next) {
            Some(place) => place.replace(change),
            // There is no place at all.
            None => Some(change),
        };
        self.overwritten += u64::from(before.is_some());
        self.next = (self.next + 1).checked_rem(N).unwrap_or(0);
    }
}

impl<S: State, const N: usize> Default for Recorder<S, N> {
    fn default() -> Self {
        Self::new()
    }
}
