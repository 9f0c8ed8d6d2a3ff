fsm_runtime::fsm! {
    machine Door {
        extern type Key = crate::keys::Key;
        event Open { key: Key };
        initial state Shut { ignore Open; }
    }
}

fn main() {}
