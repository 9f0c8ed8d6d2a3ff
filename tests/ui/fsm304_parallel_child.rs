fsm_runtime::fsm! {
    machine Car {
        event Key;
        parallel state On {
            initial state Engine { ignore Key; }
            state Radio;
        }
        initial state Off { on Key -> On; }
    }
}

fn main() {}
