//! Three levels with entry and exit actions on every state.

use contest::Contestant;
use statig::blocking::IntoStateMachineExt as _;
use statig::prelude::*;

use crate::Running;

#[derive(Default)]
pub struct Levels {
    actions: u64,
}

#[derive(Clone, Copy)]
pub enum Event {
    Power,
    Work,
    Higher,
    Lower,
}

#[state_machine(initial = "State::off()")]
impl Levels {
    #[action]
    fn count(&mut self) {
        self.actions += 1;
    }

    #[state(entry_action = "count", exit_action = "count")]
    fn off(event: &Event) -> Outcome<State> {
        match event {
            Event::Power => Transition(State::idle()),
            _ => Super,
        }
    }

    #[superstate(entry_action = "count", exit_action = "count")]
    fn operational(event: &Event) -> Outcome<State> {
        match event {
            Event::Power => Transition(State::off()),
            _ => Super,
        }
    }

    #[state(superstate = "operational", entry_action = "count", exit_action = "count")]
    fn idle(event: &Event) -> Outcome<State> {
        match event {
            Event::Work => Transition(State::low()),
            _ => Super,
        }
    }

    #[superstate(superstate = "operational", entry_action = "count", exit_action = "count")]
    fn active(event: &Event) -> Outcome<State> {
        match event {
            Event::Work => Transition(State::idle()),
            _ => Super,
        }
    }

    #[state(superstate = "active", entry_action = "count", exit_action = "count")]
    fn low(event: &Event) -> Outcome<State> {
        match event {
            Event::Higher => Transition(State::high()),
            _ => Super,
        }
    }

    #[state(superstate = "active", entry_action = "count", exit_action = "count")]
    fn high(event: &Event) -> Outcome<State> {
        match event {
            Event::Lower => Transition(State::low()),
            _ => Super,
        }
    }
}

impl Contestant for Running<Levels> {
    type Event = Event;

    const TELLS: bool = false;

    fn start() -> Self {
        Running(Levels::default().uninitialized_state_machine().init())
    }

    fn event(number: usize) -> Event {
        [Event::Power, Event::Work, Event::Higher, Event::Lower][number]
    }

    fn handle(&mut self, event: &Event) -> bool {
        self.0.handle(event);
        true
    }

    fn counted(&self) -> u64 {
        self.0.inner().actions
    }
}
