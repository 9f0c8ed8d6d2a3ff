//! Classes as PlantUML.

use std::fmt::Write as _;

use super::{ClassKind, Classes, Member, RelationKind};
use crate::diagram::plantuml::escaped;

impl Classes {
    /// The classes as PlantUML draws them.
    #[must_use]
    pub fn plantuml(&self) -> String {
        let mut text = format!("@startuml\ntitle {}\nhide empty members\n", escaped(&self.title));
        for (index, class) in self.classes.iter().enumerate() {
            let (keyword, mark) = match class.kind {
                ClassKind::Struct => ("class", ""),
                ClassKind::Enum => ("enum", ""),
                ClassKind::Trait => ("interface", " <<trait>>"),
                ClassKind::Alias => ("class", " <<type>>"),
            };
            let parameters =
                if class.parameters.is_empty() { String::new() } else { format!("<{}>", class.parameters) };
            let name = escaped(&format!("{}{parameters}", class.name));
            let _ = writeln!(text, "{keyword} \"{name}\" as c{}{mark} {{", index + 1);
            for member in &class.members {
                let _ = writeln!(text, "    {}", line(member));
            }
            text.push_str("}\n");
        }
        for relation in &self.relations {
            let arrow = match relation.kind {
                RelationKind::Holds => "*--",
                RelationKind::Uses => "..>",
            };
            let _ = writeln!(text, "c{} {arrow} c{}", relation.from + 1, relation.to + 1);
        }
        text.push_str("@enduml\n");
        text
    }
}

fn line(member: &Member) -> String {
    match member {
        Member::Variant(variant) => format!("{{field}} {}", escaped(variant)),
        Member::Field { name, ty } => format!("{{field}} {}: {}", escaped(name), escaped(ty)),
        Member::Method { name, parameters, result } => {
            let result = if result.is_empty() { String::new() } else { format!(": {}", escaped(result)) };
            format!("{{method}} {}({}){result}", escaped(name), escaped(parameters))
        }
    }
}
