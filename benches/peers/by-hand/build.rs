//! Writes the big machines as a person would: one `match`, and a pure `next` with the effects beside it.

use std::fmt::Write as _;

use contest::big::Big;

fn main() {
    contest::big::write(|shape| format!("{}{}{}", enums(shape), matched(shape), split(shape)));
}

fn enums(shape: &Big) -> String {
    format!(
        "#[derive(Clone, Copy, PartialEq, Eq)] pub enum State {{ {} }}\n\
         #[derive(Clone, Copy, PartialEq, Eq)] pub enum Event {{ {} }}\n",
        shape.state_names(),
        shape.event_names()
    )
}

fn matched(shape: &Big) -> String {
    let mut text =
        "impl Matched { pub fn handle(&mut self, event: Event) { self.state = match (self.state, event) {\n".to_owned();
    for (from, event, to) in shape.all() {
        let count = if event == 0 { "self.count += 1; " } else { "" };
        let _ = writeln!(text, "(State::S{from}, Event::E{event}) => {{ {count}State::S{to} }}");
    }
    text.push_str("}; } }\n");
    text
}

fn split(shape: &Big) -> String {
    let mut text = "const fn next(state: State, event: Event) -> State { match (state, event) {\n".to_owned();
    for (from, event, to) in shape.all() {
        let _ = writeln!(text, "(State::S{from}, Event::E{event}) => State::S{to},");
    }
    text.push_str(
        "} }\nimpl Split { pub fn handle(&mut self, event: Event) { \
         if event == Event::E0 { self.count += 1; } self.state = next(self.state, event); } }\n",
    );
    text
}
