fsm_runtime::fsm! {
    machine Door {
        event Open;
        action ring();
        initial state Shut { on Open reenter / ring(); }
    }
}

fn main() {}
