fsm_runtime::fsm! {
    machine Job {
        task build() -> u32;
        initial state Working { run build() { ok -> Built; } run biuld() { ok -> Built; } }
        final state Built;
    }
}

fn main() {}
