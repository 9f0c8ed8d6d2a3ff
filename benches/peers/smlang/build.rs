//! Writes the big machines.

use std::fmt::Write as _;

use contest::big::Big;

fn main() {
    contest::big::write(text);
}

fn text(shape: &Big) -> String {
    let mut text = "smlang::statemachine! { transitions: {\n".to_owned();
    for (from, event, to) in shape.all() {
        let initial = if (from, event) == (0, 0) { "*" } else { "" };
        let action = if event == 0 { " / count" } else { "" };
        let _ = writeln!(text, "{initial}S{from} + E{event}{action} = S{to},");
    }
    text.push_str("} }\n");
    text
}
