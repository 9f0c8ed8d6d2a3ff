fsm_runtime::fsm! {
    machine Door {
        event Open;
        guard free = !taken;
        guard taken = !free;
        initial state Shut { on Open [free] -> Ajar; }
        state Ajar { on Open -> Shut; }
    }
}

fn main() {}
