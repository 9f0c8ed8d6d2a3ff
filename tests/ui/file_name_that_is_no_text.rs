fsm_runtime::fsm_file!(machine);

fn main() {}
