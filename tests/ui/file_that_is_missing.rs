fsm_runtime::fsm_file!("no/such/machine.fsm");

fn main() {}
