//! Writes the big machines.

use std::fmt::Write as _;

use contest::big::Big;

fn main() {
    contest::big::write(text);
}

fn text(shape: &Big) -> String {
    let mut text = format!(
        "#[derive(Clone, Copy)] pub enum Event {{ {} }}\n#[state_machine(initial = \"State::s0()\")]\nimpl Machine {{\n",
        shape.event_names()
    );
    for state in 0..shape.states {
        let _ = write!(text, "#[state] fn s{state}(&mut self, event: &Event) -> Outcome<State> {{ match event {{");
        for (event, to) in shape.transitions(state) {
            let count = if event == 0 { "self.count += 1; " } else { "" };
            let _ = write!(text, " Event::E{event} => {{ {count}Transition(State::s{to}()) }}");
        }
        text.push_str(" } }\n");
    }
    text.push_str("}\n");
    text
}
