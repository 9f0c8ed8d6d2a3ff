fsm_runtime::fsm! {
    machine Door {
        param most: u8 = 3;
        event Open;
        initial state Shut { on Open [most > 2] / most = 2; }
    }
}

fn main() {}
