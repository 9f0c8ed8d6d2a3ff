#[derive(fsm_runtime::Fsm)]
struct Door {
    open: bool,
}

#[derive(fsm_runtime::Fsm, Debug, Clone, Copy, PartialEq, Eq)]
enum Lamp {
    #[fsm(initial)]
    Off,
}

#[derive(fsm_runtime::Fsm, Debug, Clone, Copy, PartialEq, Eq)]
enum DoorState {
    #[fsm(initial)]
    Shut { since: u32 },
}

#[derive(fsm_runtime::Fsm, Debug, Clone, Copy, PartialEq, Eq)]
enum GateState<T> {
    #[fsm(initial)]
    Shut(T),
}

#[derive(fsm_runtime::Fsm, Debug, Clone, Copy, PartialEq, Eq)]
enum BoxState {
    #[fsm(initial)]
    Shut,
    #[fsm(within Opened)]
    Wide,
}

fn main() {}
