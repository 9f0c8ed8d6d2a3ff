//! Writes the big machines.

use std::fmt::Write as _;

use contest::big::Big;

fn main() {
    contest::big::write(text);
}

fn text(shape: &Big) -> String {
    let mut text = "rust_fsm::state_machine! { pub big(S0)\n".to_owned();
    for (from, event, to) in shape.all() {
        let output = if event == 0 { " [Count]" } else { "" };
        let _ = writeln!(text, "S{from}(E{event}) => S{to}{output},");
    }
    text.push_str("}\n");
    text
}
