//! Classes as Mermaid `classDiagram`.

use std::fmt::Write as _;

use super::{Class, ClassKind, Classes, Member, RelationKind};
use crate::diagram::flowchart::in_yaml;
use crate::diagram::mermaid::{is_reserved, unique_identifiers};

impl Classes {
    /// The classes as Mermaid draws them.
    #[must_use]
    pub fn mermaid(&self) -> String {
        let mut text = format!("---\ntitle: \"{}\"\n---\nclassDiagram\n", in_yaml(&self.title));
        let names = self.classes.iter().map(|class| class.name.clone());
        let ids = unique_identifiers(names, "class_", is_reserved);
        for (class, id) in self.classes.iter().zip(&ids) {
            write_class(&mut text, id, class);
        }
        for relation in &self.relations {
            let arrow = match relation.kind {
                RelationKind::Holds => "*--",
                RelationKind::Uses => "..>",
            };
            let _ = writeln!(text, "    {} {arrow} {}", ids[relation.from], ids[relation.to]);
        }
        text
    }
}

fn write_class(text: &mut String, id: &str, class: &Class) {
    let parameters = if class.parameters.is_empty() { String::new() } else { format!("<{}>", class.parameters) };
    let _ = writeln!(text, "    class {id}[\"{}\"] {{", encode(&format!("{}{parameters}", class.name)));
    match class.kind {
        ClassKind::Struct => {}
        ClassKind::Enum => text.push_str("        <<enum>>\n"),
        ClassKind::Trait => text.push_str("        <<trait>>\n"),
        ClassKind::Alias => text.push_str("        <<type>>\n"),
    }
    for member in &class.members {
        let line = match member {
            Member::Variant(variant) => encode(variant),
            Member::Field { name, ty } => format!("{}: {}", encode(name), encode(ty)),
            Member::Method { name, parameters, result } => {
                format!("{}({}) {}", encode(name), encode(parameters), encode(result)).trim_end().to_owned()
            }
        };
        let _ = writeln!(text, "        {line}");
    }
    text.push_str("    }\n");
}

/// A text in which nothing has a meaning: letters, digits and a few signs stand for themselves, and every other character
/// is written as `#NN;`.
fn encode(text: &str) -> String {
    let mut encoded = String::new();
    for letter in text.chars() {
        if letter.is_alphanumeric() || matches!(letter, ' ' | ',' | '_') {
            encoded.push(letter);
        } else {
            let _ = write!(encoded, "#{};", u32::from(letter));
        }
    }
    encoded
}
