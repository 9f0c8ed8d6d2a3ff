//! What machines that are saved and restored have in common: which definition a snapshot is of, and why it was refused.

use core::fmt;
use core::time::Duration;

/// The fingerprints of a definition, one for each part of it: what snapshots know their definition by.
///
/// Comments, documentation, labels, scenarios and the layout of the text are no part of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Definition {
    /// The states: their names, and what lies inside what.
    pub states: u64,
    /// The params: names, types, ranges.
    pub params: u64,
    /// The variables of all contexts: names, types, ranges, initial values.
    pub context: u64,
    /// The limits, and what happens in place of too many transitions.
    pub limits: u64,
    /// The events and what they carry.
    pub events: u64,
    /// The timers: `after` and `every`.
    pub timers: u64,
    /// The tasks, and which states run them.
    pub tasks: u64,
    /// The enums and the extern types.
    pub types: u64,
    /// All else that is done: transitions, guards, actions.
    pub reactions: u64,
}

/// A part of a definition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Part {
    /// [`Definition::states`]
    States,
    /// [`Definition::params`]
    Params,
    /// [`Definition::context`]
    Context,
    /// [`Definition::limits`]
    Limits,
    /// [`Definition::events`]
    Events,
    /// [`Definition::timers`]
    Timers,
    /// [`Definition::tasks`]
    Tasks,
    /// [`Definition::types`]
    Types,
    /// [`Definition::reactions`]
    Reactions,
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Part::States => "states",
            Part::Params => "params",
            Part::Context => "context",
            Part::Limits => "limits",
            Part::Events => "events",
            Part::Timers => "timers",
            Part::Tasks => "tasks",
            Part::Types => "types",
            Part::Reactions => "reactions",
        })
    }
}

impl Part {
    const ALL: [Part; 9] = [
        Part::States,
        Part::Params,
        Part::Context,
        Part::Limits,
        Part::Events,
        Part::Timers,
        Part::Tasks,
        Part::Types,
        Part::Reactions,
    ];
}

impl Definition {
    /// The fingerprint of a part.
    #[must_use]
    pub const fn of(&self, part: Part) -> u64 {
        match part {
            Part::States => self.states,
            Part::Params => self.params,
            Part::Context => self.context,
            Part::Limits => self.limits,
            Part::Events => self.events,
            Part::Timers => self.timers,
            Part::Tasks => self.tasks,
            Part::Types => self.types,
            Part::Reactions => self.reactions,
        }
    }

    /// What differs from another definition; `None` if nothing does.
    #[must_use]
    pub fn difference(&self, other: &Definition) -> Option<Difference> {
        let differs = Part::ALL.map(|part| self.of(part) != other.of(part));
        differs.contains(&true).then_some(Difference { differs })
    }
}

/// The parts in which two definitions differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Difference {
    /// For each of [`Part::ALL`], whether it differs.
    differs: [bool; 9],
}

impl Difference {
    /// The parts, in the order of [`Definition`].
    pub fn parts(&self) -> impl Iterator<Item = Part> + use<> {
        Part::ALL.into_iter().zip(self.differs).filter(|(_, differs)| *differs).map(|(part, _)| part)
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let last = self.parts().count().saturating_sub(1);
        for (index, part) in self.parts().enumerate() {
            match index {
                0 => {}
                _ if index == last => f.write_str(" and ")?,
                _ => f.write_str(", ")?,
            }
            write!(f, "{part}")?;
        }
        Ok(())
    }
}

/// Why a machine was not restored from a snapshot.
///
/// But for [`Definition`](Self::Definition) and [`Past`](Self::Past), the snapshot is none that the machine could have
/// given: it was changed in between.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum RestoreError {
    /// The snapshot is of a machine with another definition.
    Definition(Difference),
    /// The machine was saved later than it is to be restored.
    Past {
        /// When it was saved, as time since its start.
        saved: Duration,
    },
    /// The states cannot be active together.
    Configuration,
    /// The context of an active state is missing, or there is one of a state that is not active.
    Context {
        /// The state.
        state: &'static str,
    },
    /// A value lies outside of its declared range.
    OutOfRange {
        /// The param or variable.
        name: &'static str,
    },
    /// More was counted than the limit allows.
    Limit {
        /// The limit.
        limit: &'static str,
    },
    /// A history says what cannot have been active in its state.
    History {
        /// The state.
        state: &'static str,
    },
    /// A timer is armed whose state is not active, or one that lets no time pass.
    Timer {
        /// The timer, as it is written, and its state.
        timer: &'static str,
    },
    /// What waits is no event that is raised for later, or not in the order of time; or the machine has ended.
    Delayed,
    /// What waits is no event that is deferred; or the machine has ended.
    Deferred,
    /// A task runs whose state is not active, or under a number that another run has, or that no run had yet.
    Run {
        /// The task.
        task: &'static str,
    },
}

impl fmt::Display for RestoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RestoreError::Definition(difference) => {
                write!(f, "the machine was saved under another definition: other {difference}")
            }
            RestoreError::Past { saved } => {
                write!(f, "time does not go back: the machine was saved {saved:?} after its start")
            }
            RestoreError::Configuration => f.write_str("the saved states cannot be active together"),
            RestoreError::Context { state } => write!(f, "the saved context of `{state}` does not go with its state"),
            RestoreError::OutOfRange { name } => write!(f, "the saved `{name}` lies outside of its range"),
            RestoreError::Limit { limit } => write!(f, "the saved count of `{limit}` is beyond the limit"),
            RestoreError::History { state } => write!(f, "the saved history of `{state}` cannot have been active"),
            RestoreError::Timer { timer } => write!(f, "the saved timer `{timer}` cannot be armed"),
            RestoreError::Delayed => f.write_str("the saved delayed events cannot wait"),
            RestoreError::Deferred => f.write_str("the saved deferred events cannot wait"),
            RestoreError::Run { task } => write!(f, "the saved run of `{task}` cannot be under way"),
        }
    }
}

impl core::error::Error for RestoreError {}

/// How far the deferred events have been looked at: all of them behind a macrostep that came to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Recall {
    /// The index of the next one that is looked at.
    pub next: usize,
    /// The index behind the last one.
    pub end: usize,
    /// Whether the configuration has changed since: then it begins anew.
    pub anew: bool,
}

/// Derives what generated code asks for, where the feature `serde` is on.
///
/// Fields say by `#[saved(…)]`, behind their documentation, what serde is told of them; what the user says of such fields
/// stands in `#[rust(…)]`, as in the definition.
#[doc(hidden)]
#[macro_export]
macro_rules! saved {
    ($($derive:ident)+; $(#[$attribute:meta])* $seen_by:vis struct $name:ident $($rest:tt)+) => {
        $crate::saved! { @fields [$($derive),+] [$(#[$attribute])* $seen_by struct $name] $($rest)+ }
    };
    ($($derive:ident)+; $(#[$attribute:meta])* $seen_by:vis enum $name:ident $($rest:tt)+) => {
        $crate::saved! { @variants [$($derive),+] [$(#[$attribute])* $seen_by enum $name] $($rest)+ }
    };
    (@fields $derives:tt [$($head:tt)+] {
        $($(#[doc = $docs:literal])* $(#[saved($($how:tt)*)])? $(#[rust($($own:meta),*)])? pub $field:ident: $ty:ty),* $(,)?
    }) => {
        $crate::with_serde! { $derives
            { $($head)+ { $($(#[doc = $docs])* $(#[serde($($how)*)])? $($(#[$own])*)? pub $field: $ty),* } }
            { $($head)+ { $($(#[doc = $docs])* $($(#[$own])*)? pub $field: $ty),* } }
        }
    };
    (@variants $derives:tt [$($head:tt)+] {
        $($(#[doc = $docs:literal])* $variant:ident $({
            $($(#[doc = $field_docs:literal])* $(#[saved($($how:tt)*)])? $field:ident: $ty:ty),* $(,)?
        })?),* $(,)?
    }) => {
        $crate::with_serde! { $derives
            { $($head)+ {
                $($(#[doc = $docs])* $variant $({
                    $($(#[doc = $field_docs])* $(#[serde($($how)*)])? $field: $ty),*
                })?),*
            } }
            { $($head)+ {
                $($(#[doc = $docs])* $variant $({ $($(#[doc = $field_docs])* $field: $ty),* })?),*
            } }
        }
    };
    // What says nothing by `#[saved(…)]` is left as it is.
    (@$kind:ident $derives:tt [$($head:tt)+] { $($body:tt)* }) => {
        $crate::with_serde! { $derives { $($head)+ { $($body)* } } { $($head)+ { $($body)* } } }
    };
    // Generic parameters are part of the head.
    (@$kind:ident $derives:tt [$($head:tt)+] $next:tt $($rest:tt)+) => {
        $crate::saved! { @$kind $derives [$($head)+ $next] $($rest)+ }
    };
}

/// The first item, with what it derives: the feature `serde` is on.
#[cfg(feature = "serde")]
#[doc(hidden)]
#[macro_export]
macro_rules! with_serde {
    ([$($derive:ident),+] { $($item:tt)+ } { $($without:tt)+ }) => {
        #[derive($($crate::serde::$derive),+)]
        #[serde(crate = "::fsm_runtime::serde")]
        $($item)+
    };
}

/// The second item: the feature `serde` is off.
#[cfg(not(feature = "serde"))]
#[doc(hidden)]
#[macro_export]
macro_rules! with_serde {
    ($derives:tt { $($item:tt)+ } { $($without:tt)+ }) => { $($without)+ };
}

#[cfg(test)]
mod tests {
    extern crate std;

    use std::string::ToString;

    use super::{Definition, Part, RestoreError};

    const DEFINITION: Definition = Definition {
        states: 1,
        params: 2,
        context: 3,
        limits: 4,
        events: 5,
        timers: 6,
        tasks: 7,
        types: 8,
        reactions: 9,
    };

    #[test]
    fn what_differs_is_said() {
        let says = |saved: Definition| RestoreError::Definition(saved.difference(&DEFINITION).unwrap()).to_string();
        let begin = "the machine was saved under another definition: other ";
        let of = |text: &str| [begin, text].concat();
        assert_eq!(says(Definition { timers: 0, ..DEFINITION }), of("timers"));
        assert_eq!(says(Definition { states: 0, reactions: 0, ..DEFINITION }), of("states and reactions"));
        assert_eq!(says(Definition { states: 0, tasks: 0, types: 0, ..DEFINITION }), of("states, tasks and types"));
        let difference = Definition { limits: 0, ..DEFINITION }.difference(&DEFINITION).unwrap();
        assert!(difference.parts().eq([Part::Limits]));
        assert_eq!(DEFINITION.difference(&DEFINITION), None);
    }
}
