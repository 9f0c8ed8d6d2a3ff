//! What the macros refuse, with the errors as users see them: at their own tokens.
//!
//! `TRYBUILD=overwrite cargo test -p fsm-tests --test macros` records them anew; read the difference.

#[test]
fn the_macros_refuse() {
    trybuild::TestCases::new().compile_fail("ui/*.rs");
}
