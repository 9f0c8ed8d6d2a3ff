mod inner {
    fsm_runtime::fsm! {
        pub(self) machine Lamp {
            event Flip;
            initial state Off { on Flip -> Off; }
        }
    }
}

fn main() {
    let _ = inner::LampState::Off;
}
