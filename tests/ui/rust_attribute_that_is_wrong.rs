fsm_runtime::fsm! {
    #[rust(derive(NoSuchTrait))]
    machine Lamp {
        event Flip;
        #[rust(no_such_attribute)]
        initial state Off { on Flip -> Off; }
    }
}

fn main() {}
