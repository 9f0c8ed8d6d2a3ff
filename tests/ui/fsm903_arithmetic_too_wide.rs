fsm_runtime::fsm! {
    machine Sum {
        context { a: u64 = 2, b: u64 = 3 }
        event Go;
        initial state Idle { on Go [a * b * a > 7] / a = 1, b = 1; }
    }
}

fn main() {}
