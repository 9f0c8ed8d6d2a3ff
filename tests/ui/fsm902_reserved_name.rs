fsm_runtime::fsm! {
    machine Lamp {
        event Flip { crate: u8 };
        initial state Off { on Flip [event.crate > 1] -> On; }
        state On { on Flip -> Off; }
    }
}

fn main() {}
