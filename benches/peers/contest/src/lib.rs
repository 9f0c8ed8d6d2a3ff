//! What is the same for all contestants: the events, the loop, the shapes of the machines.
//!
//! | shape | states | events |
//! |---|---|---|
//! | `flat` | `Locked`, `Unlocked`, `Broken`; a guard, a counter | 4 |
//! | `wide` | the same with 256 bytes of context more | 4 |
//! | `levels` | `Off \| Operational { Idle, Active { Low, High } }`, entry and exit actions on each | 4 |
//! | `raise` | 2, each transition raises an event, one of them two; a counter | 4 |
//! | `defer` | 3, two of them defer what the other counts | 4 |
//! | `hundred` | 100, each event leads on, the first is counted | 4 |
//! | `thousand` | 1,000, the same | 8 |

#![forbid(unsafe_code)]

pub mod big;
mod run;

pub use run::{Entry, entry, main};

/// A machine under test.
pub trait Contestant {
    /// Its events.
    type Event;

    /// Whether it tells if an event was taken.
    const TELLS: bool = true;

    /// The machine in its initial state.
    fn start() -> Self;

    /// The event with this number.
    fn event(number: usize) -> Self::Event;

    /// Takes an event; whether there was a transition.
    fn handle(&mut self, event: &Self::Event) -> bool;

    /// What it has counted.
    fn counted(&self) -> u64;
}
