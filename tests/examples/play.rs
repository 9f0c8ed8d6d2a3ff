//! Plays a script on the first machine of a file: `cargo run -p fsm-tests --example play FILE [SCRIPT-LINE]…`
use std::{env, fs};

fn main() {
    let mut arguments = env::args().skip(1);
    let file = arguments.next().expect("a file");
    let script: Vec<String> = arguments.collect();
    let text = fs::read_to_string(file).expect("a readable file");
    print!("{}", fsm_tests::play::play(&text, &script.join("\n")));
}
