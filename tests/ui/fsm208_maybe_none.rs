fsm_runtime::fsm! {
    machine Door {
        context { guests: u8? = none }
        event Open;
        initial state Shut { on Open [guests > 3] -> Ajar; }
        state Ajar { on Open -> Shut / guests = 4; }
    }
}

fn main() {}
