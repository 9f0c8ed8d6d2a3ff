//! Compiles a machine as users do in their build scripts.

fn main() -> Result<(), fsm_build::Error> {
    fsm_build::compile("machines/constructs.fsm")
}
