fsm_runtime::fsm! {
    machine Shelf<'a, T: Clone, U> {
        extern type Label = &'a T;
        event Put { thing: T, label: Label };
        action keep(thing: T);
        initial state Open { on Put / keep(event.thing); }
    }
}

fn main() {}
