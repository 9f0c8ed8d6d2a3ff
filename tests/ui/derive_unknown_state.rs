#[derive(fsm_runtime::Fsm, Debug, Clone, Copy, PartialEq, Eq)]
#[fsm(event Coin; event Push;)]
enum TurnstileState {
    #[fsm(initial; on Coin -> Unlockd;)]
    Locked,
    #[fsm(on Push -> Locked; on Coinn -> Locked;)]
    Unlocked,
}

fn main() {}
