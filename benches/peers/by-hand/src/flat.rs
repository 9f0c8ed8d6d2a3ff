//! Three states, four events, a guard and a counter.

use contest::Contestant;

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Locked,
    Unlocked,
    Broken,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Event {
    Coin,
    Push,
    Break,
    Repair,
}

/// There is no transition.
struct Refused;

/// `BALLAST` words of context besides the counter.
pub struct Machine<const BALLAST: usize> {
    state: State,
    fares: u32,
    ballast: [u64; BALLAST],
}

pub type Matched = Machine<0>;

pub type Wide = Machine<32>;

impl<const BALLAST: usize> Machine<BALLAST> {
    fn handle(&mut self, event: Event) -> Result<(), Refused> {
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

impl<const BALLAST: usize> Contestant for Machine<BALLAST> {
    type Event = Event;

    fn start() -> Self {
        Machine { state: State::Locked, fares: 0, ballast: [0; BALLAST] }
    }

    fn event(number: usize) -> Event {
        [Event::Coin, Event::Push, Event::Break, Event::Repair][number]
    }

    fn handle(&mut self, event: &Event) -> bool {
        Machine::handle(self, *event).is_ok()
    }

    fn counted(&self) -> u64 {
        u64::from(self.fares) + self.ballast.iter().sum::<u64>()
    }
}

pub struct Split {
    state: State,
    fares: u32,
}

const fn next(state: State, event: Event, has_room: bool) -> Option<State> {
    match (state, event) {
        (State::Locked, Event::Coin) if has_room => Some(State::Unlocked),
        (State::Unlocked, Event::Push) | (State::Broken, Event::Repair) => Some(State::Locked),
        (State::Locked | State::Unlocked, Event::Break) => Some(State::Broken),
        _ => None,
    }
}

impl Contestant for Split {
    type Event = Event;

    fn start() -> Self {
        Split { state: State::Locked, fares: 0 }
    }

    fn event(number: usize) -> Event {
        Matched::event(number)
    }

    fn handle(&mut self, event: &Event) -> bool {
        let Some(state) = next(self.state, *event, self.fares < 4_000_000_000) else { return false };
        if *event == Event::Coin {
            self.fares += 1;
        }
        self.state = state;
        true
    }

    fn counted(&self) -> u64 {
        self.fares.into()
    }
}
