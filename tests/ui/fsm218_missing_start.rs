fsm_runtime::fsm! {
    machine Door {
        param most: u8;
        context { wrong: u8 = 0 }
        event Knock;
        initial state Shut { on Knock [wrong < most] / wrong += 1; }
        scenario "a knock" {
            send Knock;
            expect wrong == 1;
        }
    }
}

fn main() {}
