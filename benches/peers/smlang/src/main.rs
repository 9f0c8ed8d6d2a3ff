//! Machines of smlang. It has no hierarchy. Its events cannot be copied, so each is made from a number first, which is a
//! matter of one instruction.

mod big;
mod flat;

use contest::entry;

fn main() {
    contest::main(&[
        entry::<flat::StateMachine<flat::Context<0>>>("flat", "smlang"),
        entry::<flat::StateMachine<flat::Context<32>>>("wide", "smlang"),
        entry::<big::hundred::StateMachine<big::hundred::Context>>("hundred", "smlang"),
        entry::<big::thousand::StateMachine<big::thousand::Context>>("thousand", "smlang"),
    ]);
}
