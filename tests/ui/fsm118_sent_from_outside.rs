fsm_runtime::fsm! {
    machine Door {
        event Knock;
        internal event Bell;
        initial state Shut { on Knock / raise Bell; on Bell -> Open; }
        state Open { on Knock -> Shut; }
        scenario "it opens" {
            send Bell;
            expect in Open;
        }
    }
}

fn main() {}
