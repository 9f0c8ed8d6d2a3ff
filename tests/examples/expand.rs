//! Prints the code of a `.fsm` file: `cargo run -p fsm-tests --example expand FILE`.

fn main() {
    let path = std::env::args().nth(1).unwrap_or_default();
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    match fsm_tests::generated(&path, &text) {
        Ok(code) => println!("{code}"),
        Err(errors) => println!("{}", errors.join("\n")),
    }
}
