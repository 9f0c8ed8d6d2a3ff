macro_rules! lamp {
    ($name:ident, $target:ident) => {
        fsm_runtime::fsm! {
            machine $name {
                event Flip;
                initial state Off { on Flip -> $target; }
                state On { on Flip -> Off; }
            }
        }
    };
}

lamp!(Lamp, Onn);

fn main() {}
