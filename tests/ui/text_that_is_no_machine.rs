fsm_runtime::fsm! { fn main() {} }

fn main() {}
