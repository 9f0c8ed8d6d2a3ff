fsm_runtime::fsm! {
    machine Job {
        event Fail;
        event Finish;
        limit retries <= 3 else -> Done;
        initial state Working { on Fail -> Working counts retry; on Fail -> Working counts retries; on Finish -> Done; }
        final state Done;
    }
}

fn main() {}
