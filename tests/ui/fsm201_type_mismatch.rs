fsm_runtime::fsm! {
    machine Door {
        param patience: duration = 30;
        event Wait { for_time: duration };
        initial state Shut { on Wait [event.for_time > patience] -> Ajar; }
        state Ajar { on Wait -> Shut; }
    }
}

fn main() {}
