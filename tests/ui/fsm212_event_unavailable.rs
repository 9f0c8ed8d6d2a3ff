fsm_runtime::fsm! {
    machine Door {
        context { force: u8 = 0 }
        event Open { force: u8 };
        initial state Shut { on Open [force < 9] -> Ajar; }
        state Ajar { entry / force = event.force; on Open -> Shut; }
    }
}

fn main() {}
