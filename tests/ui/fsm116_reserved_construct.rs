fsm_runtime::fsm! {
    machine Lamp { initial state Off; property safe: never in Off; }
}

fn main() {}
