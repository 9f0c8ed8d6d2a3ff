//! Machines of rust-fsm. It has no hierarchy, no guards and no context: what is counted are its outputs.

use contest::{Contestant, entry};
use rust_fsm::{StateMachine, StateMachineImpl};

mod flat {
    rust_fsm::state_machine! {
        pub turnstile(Locked)

        Locked => { Coin => Unlocked [Count], Break => Broken },
        Unlocked => { Push => Locked, Break => Broken },
        Broken(Repair) => Locked,
    }
}

mod hundred {
    include!(concat!(env!("OUT_DIR"), "/hundred.rs"));
}

mod thousand {
    include!(concat!(env!("OUT_DIR"), "/thousand.rs"));
}

/// A machine with the counter, and its events by their numbers.
struct Counted<M: Numbered, const BALLAST: usize = 0> {
    machine: StateMachine<M>,
    count: u64,
    ballast: [u64; BALLAST],
}

trait Numbered: StateMachineImpl {
    fn event(number: usize) -> Self::Input;
}

macro_rules! numbered {
    ($machine:ident $name:ident $($number:literal $event:ident),*; $last:ident) => {
        impl Numbered for $machine::$name::Impl {
            fn event(number: usize) -> Self::Input {
                match number { $($number => $machine::$name::Input::$event,)* _ => $machine::$name::Input::$last }
            }
        }
    };
}

numbered!(flat turnstile 0 Coin, 1 Push, 2 Break; Repair);
numbered!(hundred big 0 E0, 1 E1, 2 E2; E3);
numbered!(thousand big 0 E0, 1 E1, 2 E2, 3 E3, 4 E4, 5 E5, 6 E6; E7);

impl<M: Numbered, const BALLAST: usize> Contestant for Counted<M, BALLAST> {
    type Event = M::Input;

    fn start() -> Self {
        Counted { machine: StateMachine::new(), count: 0, ballast: [0; BALLAST] }
    }

    fn event(number: usize) -> M::Input {
        M::event(number)
    }

    fn handle(&mut self, event: &M::Input) -> bool {
        match self.machine.consume(event) {
            Ok(output) => {
                self.count += u64::from(output.is_some());
                true
            }
            Err(_) => false,
        }
    }

    fn counted(&self) -> u64 {
        self.count + self.ballast.iter().sum::<u64>()
    }
}

fn main() {
    contest::main(&[
        entry::<Counted<flat::turnstile::Impl>>("flat", "rust-fsm"),
        entry::<Counted<flat::turnstile::Impl, 32>>("wide", "rust-fsm"),
        entry::<Counted<hundred::big::Impl>>("hundred", "rust-fsm"),
        entry::<Counted<thousand::big::Impl>>("thousand", "rust-fsm"),
    ]);
}
