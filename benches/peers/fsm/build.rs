//! Writes the big machines.

use std::fmt::Write as _;

use contest::big::Big;

fn main() {
    contest::big::write(text);
}

fn text(shape: &Big) -> String {
    let mut text = "fsm_runtime::fsm! { machine Big { action count();\n".to_owned();
    for event in 0..shape.steps.len() {
        let _ = writeln!(text, "event E{event};");
    }
    for state in 0..shape.states {
        let initial = if state == 0 { "initial " } else { "" };
        let _ = write!(text, "{initial}state S{state} {{");
        for (event, to) in shape.transitions(state) {
            let action = if event == 0 { " / count()" } else { "" };
            let _ = write!(text, " on E{event} -> S{to}{action};");
        }
        text.push_str(" }\n");
    }
    text.push_str("} }\n");
    text
}
