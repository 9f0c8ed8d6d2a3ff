//! A flat machine of three states and four events, with a guard and a counter: generated, and written by hand.
//!
//! ```text
//! cargo build --release -p fsm-benches
//! valgrind --tool=callgrind --callgrind-out-file=/dev/null target/release/fsm-benches generated 1000000
//! ```
//!
//! The instructions per event are those of a run less those of `nothing`, which makes the events and drops them, divided
//! by the number of events.

use std::hint::black_box;

fsm_runtime::fsm! {
    machine Turnstile {
        context { fares: u32 = 0 }
        event Coin; event Push; event Break; event Repair;
        initial state Locked { on Coin [fares < 4_000_000_000] -> Unlocked / fares += 1; on Break -> Broken; }
        state Unlocked { on Push -> Locked; on Break -> Broken; }
        state Broken { on Repair -> Locked; }
    }
}

/// The same machine, as one would write it by hand.
mod by_hand {
    use super::TurnstileEvent as Event;

    #[derive(Clone, Copy, PartialEq, Eq, Debug)]
    pub(crate) enum State {
        Locked,
        Unlocked,
        Broken,
    }

    pub(crate) struct Turnstile {
        pub(crate) state: State,
        pub(crate) fares: u32,
    }

    /// The event had no transition.
    #[derive(Debug)]
    pub(crate) struct Refused;

    impl Turnstile {
        pub(crate) fn handle(&mut self, event: Event) -> Result<(), Refused> {
            self.state = match (self.state, event) {
                (State::Locked, Event::Coin) if self.fares < 4_000_000_000 => {
                    self.fares += 1;
                    State::Unlocked
                }
                (State::Unlocked, Event::Push) | (State::Broken, Event::Repair) => State::Locked,
                (State::Locked | State::Unlocked, Event::Break) => State::Broken,
                _ => return Err(Refused),
            };
            Ok(())
        }
    }
}

#[inline(never)]
fn generated(machine: &mut Turnstile<()>, event: TurnstileEvent) -> bool {
    machine.handle(event).is_ok()
}

#[inline(never)]
fn by_hand(machine: &mut by_hand::Turnstile, event: TurnstileEvent) -> bool {
    machine.handle(event).is_ok()
}

#[inline(never)]
fn nothing(event: TurnstileEvent) -> bool {
    black_box(event) == TurnstileEvent::Coin
}

/// The events of a run: a fixed sequence that looks like none (xorshift).
fn events(count: usize) -> impl Iterator<Item = TurnstileEvent> {
    let mut seed = 0x2545_f491_u32;
    (0..count).map(move |_| {
        seed ^= seed << 13;
        seed ^= seed >> 17;
        seed ^= seed << 5;
        match seed % 4 {
            0 => TurnstileEvent::Coin,
            1 => TurnstileEvent::Push,
            2 => TurnstileEvent::Break,
            _ => TurnstileEvent::Repair,
        }
    })
}

fn main() {
    let mut arguments = std::env::args().skip(1);
    let kind = arguments.next().unwrap_or_default();
    let count = arguments.next().and_then(|count| count.parse().ok()).unwrap_or(1_000_000);
    let taken = match kind.as_str() {
        "generated" => {
            let mut machine = Turnstile::start(()).expect("nothing can fail here");
            let taken = events(count).filter(|&event| generated(&mut machine, event)).count();
            println!("{} fares, {:?}", machine.context().fares, machine.state());
            taken
        }
        "by-hand" => {
            let mut machine = by_hand::Turnstile { state: by_hand::State::Locked, fares: 0 };
            let taken = events(count).filter(|&event| by_hand(&mut machine, event)).count();
            println!("{} fares, {:?}", machine.fares, machine.state);
            taken
        }
        _ => events(count).filter(|&event| nothing(event)).count(),
    };
    println!("{taken} of {count} events were taken");
}
