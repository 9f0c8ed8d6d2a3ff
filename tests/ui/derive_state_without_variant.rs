#[derive(fsm_runtime::Fsm, Debug, Clone, Copy, PartialEq, Eq)]
#[fsm(event Go;)]
enum LampState {
    #[fsm(initial; initial state Dim { on Go -> Bright; } state Bright { on Go -> Dim; })]
    On,
}

fn main() {}
