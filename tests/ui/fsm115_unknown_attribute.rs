fsm_runtime::fsm! {
    #[inline]
    machine Lamp { initial state Off; }
}

fn main() {}
