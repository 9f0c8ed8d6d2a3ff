fsm_runtime::fsm_file!("../../../../tests/ui/file_with_errors.fsm");

fn main() {}
