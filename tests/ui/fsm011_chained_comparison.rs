fsm_runtime::fsm! {
    machine Door {
        context { opened: u8 = 0 }
        event Open;
        initial state Shut { on Open [0 < opened < 9] / opened += 1; }
    }
}

fn main() {}
