fsm_runtime::fsm! {
    machine Door {
        event Open { code: u32 };
        guard correct(code: u32);
        initial state Shut { on Open [correct(event.code)] -> Ajar; }
        state Ajar { on Open -> Shut; }
    }
}

struct Keypad;

impl DoorHost for Keypad {
    fn correct(&self, code: &str) -> bool {
        code == "4711"
    }
}

fn main() {}
