fsm_runtime::fsm! {
    machine Reader {
        extern type Line = &'a str;
        extern type Item = T;
        event Read { line: Line, item: Item };
        initial state Open { on Read -> Open; }
    }
}

fn main() {}
