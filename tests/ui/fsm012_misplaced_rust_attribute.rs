fsm_runtime::fsm! {
    machine Lamp {
        #[rust(inline)]
        guard broken;
        action shine(#[rust(allow(unused))] bright: bool);
        event Flip;
        initial state Off { on Flip { #[rust(cold)] [!broken] -> Off / shine(true); } }
    }
}

fn main() {}
