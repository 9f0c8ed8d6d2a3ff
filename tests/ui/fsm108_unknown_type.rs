fsm_runtime::fsm! {
    machine Door {
        event Open { by: UserId };
        initial state Shut { ignore Open; }
    }
}

fn main() {}
