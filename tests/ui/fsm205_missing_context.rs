fsm_runtime::fsm! {
    machine Door {
        event Open { by: u8 };
        output Held { by: u8 };
        initial state Shut { on Open -> Ajar; }
        state Ajar { context { by: u8 } exit / emit Held { by: by }; on Open -> Shut; }
    }
}

fn main() {}
