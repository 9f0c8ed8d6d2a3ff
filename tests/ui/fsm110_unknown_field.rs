fsm_runtime::fsm! {
    machine Door {
        event Open { force: u8 };
        initial state Shut { on Open [event.forse > 3] -> Ajar; on Open [event.force > 3] -> Ajar; }
        state Ajar { on Open -> Shut; }
    }
}

fn main() {}
