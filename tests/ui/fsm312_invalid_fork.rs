fsm_runtime::fsm! {
    machine Car {
        event Key;
        initial state Off { on Key -> (Idle, Running); }
        parallel state On {
            state Engine { initial state Idle { on Key -> Running; } state Running { on Key -> Off; } }
            state Radio;
        }
    }
}

fn main() {}
