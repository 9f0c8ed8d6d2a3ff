//! Writes the big machines.

use std::fmt::Write as _;

use contest::big::Big;

fn main() {
    contest::big::write(text);
}

fn text(shape: &Big) -> String {
    let mut text = format!(
        "state_machines::state_machine! {{ name: Big, initial: S0, dynamic: true, states: [{}], events {{\n",
        shape.state_names()
    );
    for event in 0..shape.steps.len() {
        let _ = write!(text, "e{event} {{");
        for (from, _, to) in shape.all().filter(|of| of.1 == event) {
            let _ = write!(text, " transition: {{ from: S{from}, to: S{to} }}");
        }
        text.push_str(" }\n");
    }
    text.push_str("} }\n");
    text
}
