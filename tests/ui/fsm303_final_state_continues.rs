fsm_runtime::fsm! {
    machine Job {
        event Finish;
        event Again;
        initial state Working { on Finish -> Done; }
        final state Done { on Again -> Working; }
    }
}

fn main() {}
