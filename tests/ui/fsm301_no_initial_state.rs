fsm_runtime::fsm! {
    machine Lamp {
        event Flip;
        state Off { on Flip -> On; }
        state On { on Flip -> Off; }
    }
}

fn main() {}
