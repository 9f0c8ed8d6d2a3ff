//! What the macros refuse, with the errors as users see them: at their own tokens.
//!
//! `TRYBUILD=overwrite cargo test -p fsm-tests --test macros` records them anew; read the difference.

use std::fs;
use std::path::Path;

#[test]
fn the_macros_refuse() {
    keep_beside_the_manifest("file_with_errors.fsm");
    trybuild::TestCases::new().compile_fail("ui/*.rs");
}

/// `fsm_file!` looks for files beside the `Cargo.toml` of the crate that is compiled, which here is one of trybuild's own.
fn keep_beside_the_manifest(file: &str) {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("it lies in the target directory");
    let crate_of_trybuild = target.join("tests/trybuild/fsm-tests");
    fs::create_dir_all(&crate_of_trybuild).expect("the directory is made");
    fs::copy(Path::new("ui").join(file), crate_of_trybuild.join(file)).expect("the file is copied");
}
