//! Three levels with entry and exit actions on every state.

use contest::Contestant;

fsm_runtime::fsm! {
    machine Levels {
        event Power; event Work; event Higher; event Lower;
        action count();
        initial state Off { entry / count(); exit / count(); on Power -> Operational; }
        state Operational {
            entry / count(); exit / count();
            initial state Idle { entry / count(); exit / count(); on Work -> Active; }
            state Active {
                entry / count(); exit / count();
                initial state Low { entry / count(); exit / count(); on Higher -> High; }
                state High { entry / count(); exit / count(); on Lower -> Low; }
                on Work -> Idle;
            }
            on Power -> Off;
        }
    }
}

/// Counts the actions.
pub struct Counter(u64);

impl LevelsHost for Counter {
    fn count(&mut self) {
        self.0 += 1;
    }
}

impl Contestant for Levels<Counter> {
    type Event = LevelsEvent;

    fn start() -> Self {
        Levels::start(Counter(0)).expect("nothing can fail")
    }

    fn event(number: usize) -> LevelsEvent {
        [LevelsEvent::Power, LevelsEvent::Work, LevelsEvent::Higher, LevelsEvent::Lower][number]
    }

    fn handle(&mut self, event: &LevelsEvent) -> bool {
        Levels::handle(self, *event).is_ok()
    }

    fn counted(&self) -> u64 {
        self.host().0
    }
}
