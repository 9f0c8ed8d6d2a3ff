//! Machines of statig. It does not tell whether an event was taken.

mod big;
mod flat;
mod levels;

use contest::entry;
use statig::blocking::{self, InitializedStateMachine};

/// A machine that has been started.
struct Running<M: blocking::IntoStateMachine>(InitializedStateMachine<M>);

fn main() {
    contest::main(&[
        entry::<Running<flat::Turnstile<0>>>("flat", "statig"),
        entry::<Running<flat::Turnstile<32>>>("wide", "statig"),
        entry::<Running<levels::Levels>>("levels", "statig"),
        entry::<Running<big::hundred::Machine>>("hundred", "statig"),
        entry::<Running<big::thousand::Machine>>("thousand", "statig"),
    ]);
}
