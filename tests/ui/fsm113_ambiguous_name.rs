fsm_runtime::fsm! {
    machine Gate {
        event Go;
        event Halt;
        initial state Idle { on Go -> Waiting; on Halt -> Right; }
        state Left { initial state Waiting { on Go -> Idle; } }
        state Right { initial state Waiting { on Go -> Left; } }
    }
}

fn main() {}
