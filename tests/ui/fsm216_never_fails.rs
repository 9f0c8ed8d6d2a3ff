fsm_runtime::fsm! {
    machine Door {
        event Knock;
        action ring;
        initial state Shut { on Knock / ring(); }
        scenario "the bell is broken" {
            given ring = fails;
            send Knock;
            expect called ring;
        }
    }
}

fn main() {}
