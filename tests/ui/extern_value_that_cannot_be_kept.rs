pub struct Key;

fsm_runtime::fsm! {
    machine Door {
        extern type Key = crate::Key;
        event Open { key: Key };
        initial state Shut { on Open -> Ajar { key: event.key }; }
        state Ajar { context { key: Key } on Open -> Shut; }
    }
}

fn main() {}
