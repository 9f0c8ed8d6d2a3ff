pub struct Key;

fsm_runtime::fsm! {
    machine Door {
        extern type Key = crate::Key;
        event Open { key: Key };
        output Opened { with: Key };
        initial state Shut { on Open -> Ajar { key: event.key } / emit Opened { with: event.key }; }
        state Ajar { context { key: Key } on Open -> Shut; }
    }
}

fn main() {}
