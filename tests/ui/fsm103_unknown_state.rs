fsm_runtime::fsm! {
    machine Lamp {
        event Flip;
        initial state Off { on Flip -> Onn; }
        state On { on Flip -> Off; }
        always [in Off] -> On;
    }
}

fn main() {}
