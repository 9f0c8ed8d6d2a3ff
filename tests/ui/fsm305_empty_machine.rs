fsm_runtime::fsm! {
    machine Lamp { }
}

fn main() {}
