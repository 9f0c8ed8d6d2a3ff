//! Classes as boxes and arrows.

use fsm_draw::{Arrow, Edge, Graph, Line, Node, Shape};

use super::{Class, ClassKind, Classes, Member, RelationKind};

impl Classes {
    /// The classes as boxes and arrows.
    #[must_use]
    pub fn graph(&self) -> Graph {
        let mut graph = Graph::new(&self.title);
        let nodes: Vec<_> = self.classes.iter().map(|class| graph.add_node(node(class))).collect();
        for relation in &self.relations {
            let edge = Edge::new(nodes[relation.from], nodes[relation.to]);
            graph.add_edge(match relation.kind {
                RelationKind::Holds => Edge { tail: Arrow::Diamond, head: Arrow::None, ..edge },
                RelationKind::Uses => Edge { line: Line::Dashed, head: Arrow::Open, ..edge },
            });
        }
        graph
    }
}

fn node(class: &Class) -> Node {
    let kind = match class.kind {
        ClassKind::Struct => None,
        ClassKind::Enum => Some("«enum»"),
        ClassKind::Trait => Some("«trait»"),
        ClassKind::Alias => Some("«type»"),
    };
    let parameters = if class.parameters.is_empty() { String::new() } else { format!("<{}>", class.parameters) };
    let title = kind.map(str::to_owned).into_iter().chain([format!("{}{parameters}", class.name)]);
    let is_method = |member: &&Member| matches!(member, Member::Method { .. });
    let (methods, others): (Vec<_>, Vec<_>) = class.members.iter().partition(is_method);
    let compartments = [others, methods].into_iter().filter(|members| !members.is_empty());
    Node {
        id: class.name.clone(),
        shape: Shape::Class,
        title: title.collect(),
        compartments: compartments.map(|members| members.into_iter().map(line).collect()).collect(),
        ..Node::default()
    }
}

fn line(member: &Member) -> String {
    match member {
        Member::Variant(variant) => variant.clone(),
        Member::Field { name, ty } => format!("{name}: {ty}"),
        Member::Method { name, parameters, result } if result.is_empty() => format!("{name}({parameters})"),
        Member::Method { name, parameters, result } => format!("{name}({parameters}): {result}"),
    }
}
