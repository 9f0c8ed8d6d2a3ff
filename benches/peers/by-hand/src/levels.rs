//! Three levels, flattened by hand: what is left and entered stands in each arm.

use contest::Contestant;

#[derive(Clone, Copy)]
enum State {
    Off,
    Idle,
    Low,
    High,
}

#[derive(Clone, Copy)]
pub enum Event {
    Power,
    Work,
    Higher,
    Lower,
}

/// There is no transition.
struct Refused;

pub struct Matched {
    state: State,
    actions: u64,
}

macro_rules! hooks {
    ($($name:ident),*) => {
        $(fn $name(&mut self) {
            self.actions += 1;
        })*
    };
}

impl Matched {
    hooks!(enter_off, exit_off, enter_operational, exit_operational, enter_idle, exit_idle, enter_active, exit_active);
    hooks!(enter_low, exit_low, enter_high, exit_high);

    fn handle(&mut self, event: Event) -> Result<(), Refused> {
        match (self.state, event) {
            (State::Off, Event::Power) => {
                self.exit_off();
                self.state = State::Idle;
                self.enter_operational();
                self.enter_idle();
            }
            (State::Idle, Event::Power) => {
                self.exit_idle();
                self.exit_operational();
                self.state = State::Off;
                self.enter_off();
            }
            (State::Low, Event::Power) => {
                self.exit_low();
                self.exit_active();
                self.exit_operational();
                self.state = State::Off;
                self.enter_off();
            }
            (State::High, Event::Power) => {
                self.exit_high();
                self.exit_active();
                self.exit_operational();
                self.state = State::Off;
                self.enter_off();
            }
            (State::Idle, Event::Work) => {
                self.exit_idle();
                self.state = State::Low;
                self.enter_active();
                self.enter_low();
            }
            (State::Low, Event::Work) => {
                self.exit_low();
                self.exit_active();
                self.state = State::Idle;
                self.enter_idle();
            }
            (State::High, Event::Work) => {
                self.exit_high();
                self.exit_active();
                self.state = State::Idle;
                self.enter_idle();
            }
            (State::Low, Event::Higher) => {
                self.exit_low();
                self.state = State::High;
                self.enter_high();
            }
            (State::High, Event::Lower) => {
                self.exit_high();
                self.state = State::Low;
                self.enter_low();
            }
            _ => return Err(Refused),
        }
        Ok(())
    }
}

impl Contestant for Matched {
    type Event = Event;

    fn start() -> Self {
        let mut machine = Matched { state: State::Off, actions: 0 };
        machine.enter_off();
        machine
    }

    fn event(number: usize) -> Event {
        [Event::Power, Event::Work, Event::Higher, Event::Lower][number]
    }

    fn handle(&mut self, event: &Event) -> bool {
        Matched::handle(self, *event).is_ok()
    }

    fn counted(&self) -> u64 {
        self.actions
    }
}
