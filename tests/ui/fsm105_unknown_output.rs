fsm_runtime::fsm! {
    machine Lamp {
        event Flip;
        initial state Off { on Flip -> On; }
        state On { entry / emit Shines; on Flip -> Off; }
    }
}

fn main() {}
