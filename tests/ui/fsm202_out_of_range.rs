fsm_runtime::fsm! {
    machine Door {
        context { tries: u8 in 0..=3 = 7 }
        event Open;
        initial state Shut { on Open [tries < 3] / tries += 1; }
    }
}

fn main() {}
