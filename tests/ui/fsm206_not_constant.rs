fsm_runtime::fsm! {
    machine Door {
        context { tries: u8 = 0, most: u8 = tries }
        event Open;
        initial state Shut { on Open [tries < most] / tries += 1; }
    }
}

fn main() {}
