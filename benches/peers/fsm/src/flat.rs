//! Three states, four events, a guard and a counter; and the same with 256 bytes of context more.

use contest::Contestant;

fsm_runtime::fsm! {
    machine Turnstile {
        context { fares: u32 = 0 }
        event Coin; event Push; event Break; event Repair;
        initial state Locked { on Coin [fares < 4_000_000_000] -> Unlocked / fares += 1; on Break -> Broken; }
        state Unlocked { on Push -> Locked; on Break -> Broken; }
        state Broken { on Repair -> Locked; }
    }
}

/// What the machine carries with it.
pub type Ballast = [u64; 32];

fsm_runtime::fsm! {
    machine Wide {
        extern type Ballast = Ballast;
        context { fares: u32 = 0, ballast: Ballast }
        event Coin; event Push; event Break; event Repair;
        initial state Locked { on Coin [fares < 4_000_000_000] -> Unlocked / fares += 1; on Break -> Broken; }
        state Unlocked { on Push -> Locked; on Break -> Broken; }
        state Broken { on Repair -> Locked; }
    }
}

impl Contestant for Turnstile<()> {
    type Event = TurnstileEvent;

    fn start() -> Self {
        Turnstile::start(()).expect("nothing can fail")
    }

    fn event(number: usize) -> TurnstileEvent {
        [TurnstileEvent::Coin, TurnstileEvent::Push, TurnstileEvent::Break, TurnstileEvent::Repair][number]
    }

    fn handle(&mut self, event: &TurnstileEvent) -> bool {
        Turnstile::handle(self, *event).is_ok()
    }

    fn counted(&self) -> u64 {
        self.context().fares.into()
    }
}

impl Contestant for Wide<()> {
    type Event = WideEvent;

    fn start() -> Self {
        Wide::start_with((), WideContext { fares: 0, ballast: [0; 32] }).expect("nothing can fail")
    }

    fn event(number: usize) -> WideEvent {
        [WideEvent::Coin, WideEvent::Push, WideEvent::Break, WideEvent::Repair][number]
    }

    fn handle(&mut self, event: &WideEvent) -> bool {
        Wide::handle(self, *event).is_ok()
    }

    fn counted(&self) -> u64 {
        u64::from(self.context().fares) + self.context().ballast.iter().sum::<u64>()
    }
}
