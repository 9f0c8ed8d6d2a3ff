fsm_runtime::fsm! {
    machine Shelf<H, ShelfEvent, const level: usize, const None: usize> {
        extern type Things = [H; level];
        extern type Events = [ShelfEvent; None];
        event Put { things: Things, events: Events, level: u8 };
        action keep(things: Things, events: Events);
        initial state Open { on Put / keep(event.things, event.events); }
    }
}

fn main() {}
