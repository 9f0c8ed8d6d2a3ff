fsm_runtime::fsm! {
    enum Cause { Crash, Timeout }
    machine Job {
        event Fail { cause: Cause };
        initial state Working { on Fail [event.cause == Cause::Crush] -> Failed; on Fail [event.cause == Cause::Crash] -> Failed; }
        final state Failed;
    }
}

fn main() {}
