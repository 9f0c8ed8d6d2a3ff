//! Machines of state-machines, chosen at run time. Its states have no actions, and its callbacks do not change the
//! context: the counter is kept beside it.

#![expect(unexpected_cfgs, reason = "the macro asks the crate that uses it for features of its own")]

mod flat;
mod hundred;

use contest::entry;

fn main() {
    contest::main(&[
        entry::<flat::narrow::Counted>("flat", "state-machines"),
        entry::<flat::wide::Counted>("wide", "state-machines"),
        entry::<hundred::Counted>("hundred", "state-machines"),
    ]);
}
