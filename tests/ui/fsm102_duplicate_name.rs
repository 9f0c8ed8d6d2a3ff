fsm_runtime::fsm! {
    machine Lamp {
        event Flip;
        initial state Off { on Flip -> On; }
        state On { on Flip -> Off; }
        state On { on Flip -> Off; }
    }
}

fn main() {}
