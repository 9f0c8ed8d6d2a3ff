fsm_runtime::fsm! {
    machine Door {
        context { opened: u8 = 0 }
        event Open;
        initial state Shut { on Open [opened % 0 == 1] / opened += 1; }
    }
}

fn main() {}
