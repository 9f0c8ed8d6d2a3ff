fsm_runtime::fsm! {
    machine Lamp {
        event Flip;
        initial state Off { on Flip => On; }
        state On { on Flop -> Off; on Flip [brightness > 3] -> Off; }
    }
}

fn main() {}
