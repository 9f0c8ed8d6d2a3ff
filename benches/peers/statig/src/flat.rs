//! Three states, four events, a guard and a counter.

use contest::Contestant;
use statig::blocking::IntoStateMachineExt as _;
use statig::prelude::*;

use crate::Running;

/// `BALLAST` words of context besides the counter.
pub struct Turnstile<const BALLAST: usize> {
    fares: u32,
    ballast: [u64; BALLAST],
}

#[derive(Clone, Copy)]
pub enum Event {
    Coin,
    Push,
    Break,
    Repair,
}

#[state_machine(initial = "State::locked()")]
impl<const BALLAST: usize> Turnstile<BALLAST> {
    #[state]
    fn locked(&mut self, event: &Event) -> Outcome<State> {
        match event {
            Event::Coin if self.fares < 4_000_000_000 => {
                self.fares += 1;
                Transition(State::unlocked())
            }
            Event::Break => Transition(State::broken()),
            _ => Super,
        }
    }

    #[state]
    fn unlocked(event: &Event) -> Outcome<State> {
        match event {
            Event::Push => Transition(State::locked()),
            Event::Break => Transition(State::broken()),
            _ => Super,
        }
    }

    #[state]
    fn broken(event: &Event) -> Outcome<State> {
        match event {
            Event::Repair => Transition(State::locked()),
            _ => Super,
        }
    }
}

impl<const BALLAST: usize> Contestant for Running<Turnstile<BALLAST>> {
    type Event = Event;

    const TELLS: bool = false;

    fn start() -> Self {
        Running(Turnstile { fares: 0, ballast: [0; BALLAST] }.uninitialized_state_machine().init())
    }

    fn event(number: usize) -> Event {
        [Event::Coin, Event::Push, Event::Break, Event::Repair][number]
    }

    fn handle(&mut self, event: &Event) -> bool {
        self.0.handle(event);
        true
    }

    fn counted(&self) -> u64 {
        u64::from(self.0.inner().fares) + self.0.inner().ballast.iter().sum::<u64>()
    }
}
