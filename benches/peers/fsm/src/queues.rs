//! What waits: events that a machine raises for itself, and events that it defers.

use contest::Contestant;

fsm_runtime::fsm! {
    machine Till {
        context { total: u32 = 0 }
        event Coin; event Note; event Open; event Shut;
        internal event Add { amount: u8 };
        initial state Closed {
            on Coin / raise Add { amount: 1 };
            on Note / raise Add { amount: 5 }, raise Add { amount: 5 };
            on Open -> Opened / raise Add { amount: 2 };
        }
        state Opened { on Shut -> Closed / raise Add { amount: 3 }; }
        on Add [total < 4_000_000_000] / total += event.amount;
    }
}

fsm_runtime::fsm! {
    machine Desk {
        context { pages: u32 = 0 }
        event Open; event Shut; event Ask { pages: u8 };
        initial state Closed { on Open -> Opened; on Shut -> Sealed; defer Ask max 4; }
        state Sealed { on Open -> Closed; defer Ask max 4; }
        state Opened { on Shut -> Closed; on Ask [pages < 4_000_000_000] / pages += event.pages; }
    }
}

impl Contestant for Till<()> {
    type Event = TillEvent;

    fn start() -> Self {
        Till::start(()).expect("nothing can fail")
    }

    fn event(number: usize) -> TillEvent {
        [TillEvent::Coin, TillEvent::Note, TillEvent::Open, TillEvent::Shut][number]
    }

    fn handle(&mut self, event: &TillEvent) -> bool {
        Till::handle(self, *event).is_ok()
    }

    fn counted(&self) -> u64 {
        self.context().total.into()
    }
}

impl Contestant for Desk<()> {
    type Event = DeskEvent;

    fn start() -> Self {
        Desk::start(()).expect("nothing can fail")
    }

    fn event(number: usize) -> DeskEvent {
        let ask = |pages| DeskEvent::Ask { pages };
        [DeskEvent::Open, DeskEvent::Shut, ask(1), ask(2)][number]
    }

    fn handle(&mut self, event: &DeskEvent) -> bool {
        Desk::handle(self, *event).is_ok()
    }

    fn counted(&self) -> u64 {
        self.context().pages.into()
    }
}
