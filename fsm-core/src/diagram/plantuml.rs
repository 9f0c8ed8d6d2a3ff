//! What is safe to write in PlantUML's diagrams.
//!
//! Text is marked up (Creole), in part HTML, and preprocessed. So every character that may mean something is written as
//! `<U+NNNN>`, which PlantUML reads last; what needs none of this stays as it was written.

use std::fmt::Write as _;

use fsm_draw::{Direction, Graph, NodeId, Role, Shape};

use super::lines::Lines;
use super::mermaid;

/// A text on one line in which nothing has a meaning for PlantUML.
pub(super) fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    let mut before = ' ';
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        let after = letters.peek().copied().unwrap_or(' ');
        if is_plain(before, letter, after) {
            escaped.push(letter);
        } else if letter.is_control() || matches!(letter, '\u{2028}' | '\u{2029}') {
            escaped.push(' ');
        } else {
            let _ = write!(escaped, "<U+{:04X}>", u32::from(letter));
        }
        before = letter;
    }
    escaped
}

/// Whether a character stands for itself, next to these.
fn is_plain(before: char, letter: char, after: char) -> bool {
    let within = |is: fn(char) -> bool| is(before) && is(after);
    match letter {
        ' ' | '(' | ')' | ',' => true,
        '[' | ']' => before != letter && after != letter,
        '/' => within(|beside| beside == ' '),
        '=' => within(|beside| matches!(beside, ' ' | '+' | '<' | '>')),
        '.' | '_' | '-' => within(|beside| beside.is_ascii_alphanumeric()),
        _ => letter.is_alphanumeric(),
    }
}

/// Boxes and arrows: what has no form of its own in PlantUML's language.
pub(super) fn boxes(graph: &Graph) -> String {
    let names = graph.nodes().map(|(_, node)| node.id.clone());
    let ids = mermaid::unique_identifiers(names, "part_", is_reserved);
    let mut lines = Lines::default();
    lines.line("@startuml");
    lines.line(format!("title {}", escaped(&graph.title)));
    if graph.direction == Direction::Right {
        lines.line("left to right direction");
    }
    graph.children(None).iter().for_each(|&id| node(&mut lines, graph, &ids, id));
    for (_, edge) in graph.edges() {
        let words: Vec<_> = edge.label.iter().map(|line| escaped(line)).collect();
        let label = if words.is_empty() { String::new() } else { format!(" : {}", words.join("\\n")) };
        lines.line(format!("{} --> {}{label}", ids[edge.from.index()], ids[edge.to.index()]));
    }
    if !graph.legend.is_empty() {
        lines.line("legend");
        lines.indent();
        graph.legend.iter().for_each(|entry| lines.line(escaped(&entry.text)));
        lines.dedent();
        lines.line("end legend");
    }
    lines.line("@enduml");
    lines.finish()
}

/// A node with what lies in it; parts of systems lie in each other at three levels at most.
fn node(lines: &mut Lines, graph: &Graph, ids: &[String], id: NodeId) {
    let node = graph.node(id);
    let element = match node.shape {
        Shape::Cylinder => "database",
        Shape::Person => "actor",
        _ => "rectangle",
    };
    let colour = match node.role {
        Role::Person => " #08427b",
        Role::Own => " #1168bd",
        Role::External => " #686868",
        _ => "",
    };
    let words = node.title.iter().chain(node.compartments.iter().flatten());
    let text: Vec<_> = words.map(|line| coloured(&escaped(line), node.role)).collect();
    let head = format!("{element} \"{}\" as {}{colour}", text.join("\\n"), ids[id.index()]);
    if graph.children(Some(id)).is_empty() {
        return lines.line(head);
    }
    lines.line(format!("{head} {{"));
    lines.indent();
    graph.children(Some(id)).iter().for_each(|&child| self::node(lines, graph, ids, child));
    lines.dedent();
    lines.line("}");
}

/// White words on what is dark; those of an actor stand below it.
fn coloured(text: &str, role: Role) -> String {
    match role {
        Role::Own | Role::External => format!("<color:#ffffff>{text}</color>"),
        _ => text.to_owned(),
    }
}

/// Whether PlantUML takes the word for something else, or might.
pub(super) fn is_reserved(id: &str) -> bool {
    const WORDS: &[&str] = &[
        "and",
        "as",
        "bottom",
        "caption",
        "center",
        "else",
        "floating",
        "footer",
        "header",
        "if",
        "left",
        "legend",
        "mainframe",
        "page",
        "right",
        "sprite",
        "title",
        "together",
        "top",
    ];
    let lower = id.to_ascii_lowercase();
    mermaid::is_reserved(id) || WORDS.contains(&lower.as_str()) || lower.starts_with("skin")
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn plain_words_stay_and_the_rest_is_escaped() {
        assert_eq!(escaped("Login [ok] / greet(x), n = 1"), "Login [ok] / greet(x), n = 1");
        assert_eq!(escaped("**b** //i//"), "<U+002A><U+002A>b<U+002A><U+002A> <U+002F><U+002F>i<U+002F><U+002F>");
        assert_eq!(
            escaped("[[http://x]]\n!include"),
            "<U+005B><U+005B>http<U+003A><U+002F><U+002F>x<U+005D><U+005D> <U+0021>include"
        );
        assert_eq!(escaped("Größe 日本 a.b x_y"), "Größe 日本 a.b x_y");
    }
}
