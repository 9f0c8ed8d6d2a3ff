fsm_runtime::fsm! {
    machine Door {
        event Open;
        action ring() -> bool;
        initial state Shut { on Open [ring()] -> Ajar / ring(); }
        state Ajar { on Open -> Shut; }
    }
}

fn main() {}
