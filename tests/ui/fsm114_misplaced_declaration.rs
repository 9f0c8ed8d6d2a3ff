fsm_runtime::fsm! {
    machine Lamp {
        initial state Off {
            event Flip;
        }
    }
}

fn main() {}
