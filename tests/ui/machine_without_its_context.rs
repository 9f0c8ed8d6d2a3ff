fsm_runtime::fsm! {
    machine Counter { context { n: u8 } event Tick; initial state On { on Tick / n += 1; } }
}

fn main() {
    let _ = Counter::start(());
}
