fsm_runtime::fsm! {
    machine Crate<T: Missing> {
        event Put { thing: T };
        action keep(thing: T);
        initial state Open { on Put / keep(event.thing); }
    }
}

fn main() {}
