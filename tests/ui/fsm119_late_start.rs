fsm_runtime::fsm! {
    machine Door {
        context { wrong: u8 = 0 }
        event Knock;
        initial state Shut { on Knock [wrong < 3] / wrong += 1; }
        scenario "nobody opens" {
            send Knock;
            start with { wrong: 3 };
            send Knock;
            expect refused;
        }
    }
}

fn main() {}
