fsm_runtime::fsm! {
    machine Lamp {
        event Flip;
        initial state Off { on Flip -> On; }
        state On { after 5min -> Off; }
    }
}

fn main() {}
