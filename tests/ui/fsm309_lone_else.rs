fsm_runtime::fsm! {
    machine Door {
        event Open;
        initial state Shut { on Open { else -> Ajar; } }
        state Ajar { on Open -> Shut; }
    }
}

fn main() {}
