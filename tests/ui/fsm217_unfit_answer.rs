fsm_runtime::fsm! {
    machine Door {
        event Knock;
        guard known;
        initial state Shut { on Knock [known] -> Open; }
        state Open { on Knock -> Shut; }
        scenario "a friend" {
            given known;
            send Knock;
            expect in Open;
        }
    }
}

fn main() {}
