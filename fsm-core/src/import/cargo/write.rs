//! A planned system as a text of the language.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::plan::{Component, Container, Plan};

/// The text.
pub(super) fn text(plan: &Plan) -> String {
    let mut text = String::new();
    let machines = plan.containers.iter().flat_map(|container| &container.components);
    let imports: BTreeSet<_> = machines
        .filter_map(|component| component.machine.as_ref())
        .filter_map(|machine| machine.import.as_deref())
        .collect();
    for import in &imports {
        let _ = writeln!(text, "import {};", quoted(import));
    }
    if !imports.is_empty() {
        text.push('\n');
    }
    let _ = writeln!(text, "system {} {} {{", plan.name, quoted(&plan.label));
    for outside in &plan.outside {
        let technology =
            outside.technology.iter().fold(String::new(), |_, of| format!(" {{ technology {}; }}", quoted(of)));
        let end = if technology.is_empty() { ";" } else { "" };
        let _ = writeln!(text, "    {} {} {}{technology}{end}", outside.keyword, outside.name, quoted(&outside.label));
    }
    for container in &plan.containers {
        text.push('\n');
        write_container(&mut text, container);
    }
    text.push('\n');
    for relation in &plan.relations {
        let protocol = relation.protocol.iter().fold(String::new(), |_, of| format!(" via {}", quoted(of)));
        let _ = writeln!(text, "    {} -> {} {}{protocol};", relation.from, relation.to, quoted(&relation.label));
    }
    text.push_str("}\n");
    text
}

fn write_container(text: &mut String, container: &Container) {
    write_docs(text, 1, container.docs.as_deref());
    let keyword = if container.is_store { "store" } else { "container" };
    let _ = writeln!(text, "    {keyword} {} {} {{", container.name, quoted(&container.label));
    let _ = writeln!(text, "        technology {};", quoted(&container.technology));
    for component in &container.components {
        write_component(text, component);
    }
    if !container.alone.is_empty() {
        let alone: Vec<_> = container.alone.iter().map(|name| words(name)).collect();
        let _ = writeln!(text, "        // Related to none of these: {}.", alone.join(", "));
    }
    if container.followed > 0 {
        let _ = writeln!(text, "        // {} more relations follow from those below.", container.followed);
    }
    text.push_str("    }\n");
}

fn write_component(text: &mut String, component: &Component) {
    write_docs(text, 2, component.docs.as_deref());
    let in_rust = component.machine.as_ref().filter(|machine| machine.import.is_none());
    if let Some(machine) = in_rust {
        let _ = writeln!(text, "        // Runs the machine `{}`, which stands in Rust.", machine.name);
    }
    let imported = component.machine.as_ref().filter(|machine| machine.import.is_some());
    let runs = imported.map_or_else(String::new, |machine| format!(" runs {}", machine.name));
    let technology =
        component.technology.map_or_else(|| ";".to_owned(), |of| format!(" {{ technology {}; }}", quoted(of)));
    let _ = writeln!(text, "        component {} {}{runs}{technology}", component.name, quoted(&component.label));
}

fn write_docs(text: &mut String, depth: usize, docs: Option<&str>) {
    if let Some(docs) = docs.map(sentence).filter(|docs| !docs.is_empty()) {
        let _ = writeln!(text, "{:1$}/// {docs}", "", depth * 4);
    }
}

/// The first sentence of a documentation, without marks.
fn sentence(docs: &str) -> String {
    let docs = words(docs);
    let end = docs.find(". ").map_or(docs.len(), |at| at + 1);
    let mut plain = String::new();
    let mut rest = &docs[..end];
    while let Some(at) = rest.find(['[', ']', '`']) {
        plain.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        // Where a link leads to.
        if let Some(end) = rest.strip_prefix('(').and_then(|target| target.find(')')).filter(|_| !plain.is_empty()) {
            rest = &rest[end + 2..];
        }
    }
    plain + rest
}

/// A text on one line.
fn words(text: &str) -> String {
    let clean: String = text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
    clean.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A text of the language.
fn quoted(text: &str) -> String {
    let text = words(text);
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

#[cfg(test)]
mod tests {
    use super::sentence;

    #[test]
    fn of_a_documentation_the_first_sentence_is_told_without_marks() {
        assert_eq!(sentence("Reads [`Files`], and `b`. More."), "Reads Files, and b.");
        assert_eq!(sentence("A [link](https://x.org/a) here (and there)"), "A link here (and there)");
        assert_eq!(sentence("f(x) [a]: 1.5"), "f(x) a: 1.5");
        assert_eq!(sentence(""), "");
    }
}
