fsm_runtime::fsm! {
    machine Job {
        initial state Working { on done -> Finished; }
        final state Finished;
    }
}

fn main() {}
