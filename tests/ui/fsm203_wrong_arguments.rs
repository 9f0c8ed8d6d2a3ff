fsm_runtime::fsm! {
    machine Door {
        event Open;
        action ring(times: u8);
        initial state Shut { on Open / ring(); }
    }
}

fn main() {}
