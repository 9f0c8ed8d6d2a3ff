fsm_runtime::fsm! {
    import "no/such/file.fsm";
    machine Lamp { initial state Off; }
}

fn main() {}
