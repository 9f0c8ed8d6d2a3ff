//! Machines as one writes them by hand: one `match` with the effects in its arms, and a pure function that tells the next
//! state with the effects beside it.

mod big;
mod flat;
mod levels;
mod queues;

use contest::entry;

fn main() {
    contest::main(&[
        entry::<flat::Matched>("flat", "match by hand"),
        entry::<flat::Split>("flat", "split by hand"),
        entry::<flat::Wide>("wide", "match by hand"),
        entry::<levels::Matched>("levels", "match by hand"),
        entry::<queues::Till>("raise", "ring by hand"),
        entry::<queues::Desk>("defer", "ring by hand"),
        entry::<big::hundred::Matched>("hundred", "match by hand"),
        entry::<big::hundred::Split>("hundred", "split by hand"),
        entry::<big::thousand::Matched>("thousand", "match by hand"),
        entry::<big::thousand::Split>("thousand", "split by hand"),
    ]);
}
