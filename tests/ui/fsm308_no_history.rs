fsm_runtime::fsm! {
    machine Player {
        event Play;
        event Pause;
        initial state Playing { on Pause -> Paused; }
        state Paused { on Play -> history(Playing); }
    }
}

fn main() {}
