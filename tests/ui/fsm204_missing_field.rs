fsm_runtime::fsm! {
    machine Door {
        event Open { by: u8 };
        output Opened { by: u8 };
        initial state Shut { on Open / emit Opened; }
    }
}

fn main() {}
