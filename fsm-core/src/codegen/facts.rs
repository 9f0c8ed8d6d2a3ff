//! What holds for a whole machine and is asked for each of its transitions: found out once.

use std::cell::OnceCell;

use crate::model::{Id, IdSet, State};

/// Each fact, once it is known.
#[derive(Default)]
pub(super) struct Facts {
    /// Whether anything can follow from a transition.
    pub(super) settles: OnceCell<bool>,
    /// Whether any event is deferred.
    pub(super) defers: OnceCell<bool>,
    /// Whether anything outlives a macrostep.
    pub(super) has_pending: OnceCell<bool>,
    /// Whether something reacts to failing actions.
    pub(super) reacts_to_errors: OnceCell<bool>,
    /// The states to whose end something reacts.
    pub(super) awaited: OnceCell<IdSet<State>>,
    /// The row of the first branch of each reaction, by index.
    pub(super) first_rows: OnceCell<Vec<usize>>,
    /// The histories that transitions enter, and whether they are deep.
    pub(super) histories: OnceCell<Vec<(Id<State>, bool)>>,
}
