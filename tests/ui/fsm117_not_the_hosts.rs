fsm_runtime::fsm! {
    machine Door {
        context { wrong: u8 = 0 }
        event Knock;
        guard patient = wrong < 3;
        initial state Shut { on Knock [patient] / wrong += 1; }
        scenario "nobody opens" {
            given patient = false;
            send Knock;
            expect refused;
        }
    }
}

fn main() {}
