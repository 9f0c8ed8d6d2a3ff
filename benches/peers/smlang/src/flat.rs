//! Three states, four events, a guard and a counter.

use contest::Contestant;

smlang::statemachine! {
    transitions: {
        *Locked + Coin [has_room] / count = Unlocked,
        Locked + Break = Broken,
        Unlocked + Push = Locked,
        Unlocked + Break = Broken,
        Broken + Repair = Locked,
    }
}

/// `BALLAST` words of context besides the counter.
pub struct Context<const BALLAST: usize> {
    fares: u32,
    ballast: [u64; BALLAST],
}

impl<const BALLAST: usize> StateMachineContext for Context<BALLAST> {
    fn has_room(&self) -> Result<bool, ()> {
        Ok(self.fares < 4_000_000_000)
    }

    fn count(&mut self) -> Result<(), ()> {
        self.fares += 1;
        Ok(())
    }
}

impl<const BALLAST: usize> Contestant for StateMachine<Context<BALLAST>> {
    type Event = u8;

    fn start() -> Self {
        StateMachine::new(Context { fares: 0, ballast: [0; BALLAST] })
    }

    fn event(number: usize) -> u8 {
        [0, 1, 2, 3][number]
    }

    fn handle(&mut self, event: &u8) -> bool {
        let event = match event {
            0 => Events::Coin,
            1 => Events::Push,
            2 => Events::Break,
            _ => Events::Repair,
        };
        self.process_event(event).is_ok()
    }

    fn counted(&self) -> u64 {
        u64::from(self.context().fares) + self.context().ballast.iter().sum::<u64>()
    }
}
