fsm_runtime::fsm_file!("file_with_errors.fsm");

fn main() {}
