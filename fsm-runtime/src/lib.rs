//! What the code that `fsm!`, `fsm_file!` and `fsmc generate` write runs on.
//!
//! With default features off this crate has no dependencies, allocates nothing and needs no `std`.
//!
//! | feature | adds |
//! |---|---|
//! | `macros` (default) | [`fsm!`] and [`fsm_file!`] |
//! | `derive` | `#[derive(Fsm)]`, for an enum of states |
//! | `checks` | what `fsmc validate` finds, as errors and warnings of the compiler, at the levels of `fsm.toml` |
//! | `std` (default) | implies `alloc` |
//! | `alloc` | [`Text`] from a `String` |
//! | `tokio` | [`driver`]: a machine as a task of tokio |
//! | `tracing` | an [observer] that tells the subscribers of `tracing` |
//! | `serde` | serde's traits for the snapshots of machines |
#![cfg_attr(
    feature = "macros",
    doc = r#"
```
fsm_runtime::fsm! {
    /// A lamp with one button.
    machine Lamp {
        event Press;
        initial state Off { on Press -> On; }
        state On { on Press -> Off; }
    }
}

let mut lamp = Lamp::start(()).expect("nothing can fail here");
lamp.handle(LampEvent::Press).expect("Off takes Press");
assert_eq!(lamp.state(), LampState::On);
```
"#
)]
#![no_std]

#[cfg(feature = "alloc")]
extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

mod clock;
#[cfg(feature = "std")]
pub mod driver;
mod error;
#[cfg(feature = "serde")]
#[doc(hidden)]
pub mod float;
mod machine;
pub mod observer;
mod queue;
mod selection;
mod snapshot;
pub mod support;
mod text;

#[cfg(feature = "std")]
pub use clock::SystemClock;
pub use clock::{Clock, VirtualClock};
pub use error::{Error, Failure};
#[cfg(feature = "derive")]
pub use fsm_macros::Fsm;
#[cfg(feature = "macros")]
pub use fsm_macros::{fsm, fsm_file};
pub use machine::{Answer, Machine, Outcome, RunId, Target, Transition, TransitionKind, Trigger};
pub use observer::{Happening, Observed, Observer, State, Stimulus};
pub use queue::Queue;
pub use selection::{Reach, Selectable, Selection};
#[cfg(feature = "serde")]
#[doc(hidden)]
pub use serde;
pub use snapshot::{Definition, Difference, Part, Recall, RestoreError};
pub use text::Text;
