fsm_runtime::fsm! {
    machine Door {
        event Open;
        initial state Shut { on Open; }
    }
}

fn main() {}
