fsm_runtime::fsm! {
    machine Lamp { event Flip; initial state Off { on Flip -> On; } state On { on Flip -> Off; } }
    machine Door { event Open; initial state Shut { on Open -> Ajar; } state Ajar { on Open -> Shut; } }
}

fn main() {
    let mut lamp = Lamp::start(()).unwrap();
    lamp.handle(DoorEvent::Open).unwrap();
}
