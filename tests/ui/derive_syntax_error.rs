#[derive(fsm_runtime::Fsm, Debug, Clone, Copy, PartialEq, Eq)]
#[fsm(event Coin; event Push)]
enum TurnstileState {
    #[fsm(initial; on Coin => Unlocked;)]
    Locked,
    #[fsm(on Push -> Locked)]
    Unlocked,
}

fn main() {}
