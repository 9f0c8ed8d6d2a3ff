//! Text for Graphviz.
//!
//! A node with children is a cluster. Graphviz draws no arrow to a cluster, so such an arrow is drawn to an invisible
//! point in it, and cut at its border (`compound`). Labels are quoted strings, never HTML.

use std::fmt::Write;

use crate::graph::{Arrow, Direction, Edge, Graph, Line, Node, NodeId, Role, Shape};
use crate::palette::{Colours, Ground};
use crate::style::Style;
use crate::text::{Block, Font};

/// The graph as text in Graphviz's language.
#[must_use]
pub fn dot(graph: &Graph) -> String {
    let mut out = String::from("digraph {\n  compound=true\n  fontname=\"Helvetica\"\n");
    if !graph.title.is_empty() {
        let _ = writeln!(out, "  label={}\n  labelloc=t", quoted(std::slice::from_ref(&graph.title), "\\n"));
    }
    if graph.direction == Direction::Right {
        out.push_str("  rankdir=LR\n");
    }
    out.push_str("  node [fontname=\"Helvetica\" fontsize=12 style=filled fillcolor=white]\n");
    out.push_str("  edge [fontname=\"Helvetica\" fontsize=10]\n");
    write_nodes(graph, &mut out);
    for (_, edge) in graph.edges() {
        write_edge(graph, edge, &mut out);
    }
    out.push_str("}\n");
    out
}

/// A step of the walk over the nested nodes, which is no recursion: nesting may be deep.
enum Step {
    Open(NodeId, usize),
    Close(usize),
}

fn write_nodes(graph: &Graph, out: &mut String) {
    let mut steps: Vec<_> = graph.children(None).iter().rev().map(|&node| Step::Open(node, 1)).collect();
    while let Some(step) = steps.pop() {
        match step {
            Step::Close(depth) => {
                let _ = writeln!(out, "{}}}", indent(depth));
            }
            Step::Open(id, depth) if graph.children(Some(id)).is_empty() => {
                let node = graph.node(id);
                let _ = writeln!(out, "{}{} [{}]", indent(depth), name(node), attributes(node));
            }
            Step::Open(id, depth) => {
                write_cluster(graph.node(id), depth, out);
                steps.push(Step::Close(depth));
                steps.extend(graph.children(Some(id)).iter().rev().map(|&child| Step::Open(child, depth + 1)));
            }
        }
    }
}

fn write_cluster(node: &Node, depth: usize, out: &mut String) {
    let indent = indent(depth);
    let style = match node.shape {
        Shape::Region | Shape::Boundary => "dashed",
        Shape::Box | Shape::Class | Shape::Note | Shape::Cylinder | Shape::Person => "solid",
        Shape::State | Shape::Initial | Shape::Final | Shape::History | Shape::Choice => "rounded",
    };
    let Colours { line, .. } = Ground::Light.colours(node.role);
    let _ = writeln!(out, "{indent}subgraph {} {{", cluster(node));
    let _ = writeln!(out, "{indent}  label={}\n{indent}  style={style}\n{indent}  color=\"{line}\"", label(node));
    let _ = writeln!(out, "{indent}  {} [shape=point style=invis width=0 height=0]", name(node));
}

fn attributes(node: &Node) -> String {
    let label = label(node);
    let mut text = match node.shape {
        Shape::State | Shape::Region => format!("shape=box style=\"rounded,filled\" label={label}"),
        Shape::Initial => "shape=circle width=0.17 label=\"\" style=filled fillcolor=black".to_owned(),
        Shape::Final if node.title.is_empty() => {
            "shape=doublecircle width=0.12 label=\"\" style=filled fillcolor=black".to_owned()
        }
        Shape::Final => format!("shape=box style=\"rounded,filled\" peripheries=2 label={label}"),
        Shape::History => {
            let label = if node.title.is_empty() { "\"H\"".to_owned() } else { label };
            format!("shape=circle margin=0 width=0.3 label={label}")
        }
        Shape::Choice => format!("shape=diamond margin=0 width=0.3 height=0.3 label={label}"),
        Shape::Box | Shape::Person | Shape::Class => format!("shape=box label={label}"),
        Shape::Boundary => format!("shape=box style=\"dashed,filled\" label={label}"),
        Shape::Cylinder => format!("shape=cylinder label={label}"),
        Shape::Note => format!("shape=note label={label}"),
    };
    let Colours { fill, line, ink } = Ground::Light.colours(node.role);
    if node.role != Role::Plain && node.shape != Shape::Initial {
        let _ = write!(text, " fillcolor=\"{fill}\" color=\"{line}\" fontcolor=\"{ink}\"");
    }
    if !node.tooltip.is_empty() {
        let _ = write!(text, " tooltip={}", quoted(std::slice::from_ref(&node.tooltip), " "));
    }
    text
}

fn write_edge(graph: &Graph, edge: &Edge, out: &mut String) {
    let (from, to) = (graph.node(edge.from), graph.node(edge.to));
    let mut attributes = Vec::new();
    if !edge.label.is_empty() {
        attributes.push(format!("label={}", quoted(&wrapped(&edge.label, Font::Label), "\\n")));
    }
    // A border cannot cut an arrow whose other end lies inside of it.
    if !graph.children(Some(edge.from)).is_empty() && !lies_in(graph, edge.to, edge.from) {
        attributes.push(format!("ltail={}", cluster(from)));
    }
    if !graph.children(Some(edge.to)).is_empty() && !lies_in(graph, edge.from, edge.to) {
        attributes.push(format!("lhead={}", cluster(to)));
    }
    match edge.line {
        Line::Solid => {}
        Line::Dashed => attributes.push("style=dashed".to_owned()),
        Line::Dotted => attributes.push("style=dotted".to_owned()),
    }
    if edge.head != Arrow::Filled {
        attributes.push(format!("arrowhead={}", arrow(edge.head)));
    }
    if edge.tail != Arrow::None {
        attributes.push(format!("dir=both arrowtail={}", arrow(edge.tail)));
    }
    if edge.role != Role::Plain {
        let Colours { line, .. } = Ground::Light.colours(edge.role);
        attributes.push(format!("color=\"{line}\" fontcolor=\"{line}\""));
    }
    if !edge.tooltip.is_empty() {
        attributes.push(format!("tooltip={}", quoted(std::slice::from_ref(&edge.tooltip), " ")));
    }
    let _ = write!(out, "  {} -> {}", name(from), name(to));
    if !attributes.is_empty() {
        let _ = write!(out, " [{}]", attributes.join(" "));
    }
    out.push('\n');
}

/// Whether a node is another, or lies in it.
fn lies_in(graph: &Graph, node: NodeId, other: NodeId) -> bool {
    let mut next = Some(node);
    while let Some(node) = next {
        if node == other {
            return true;
        }
        next = graph.node(node).parent;
    }
    false
}

fn arrow(arrow: Arrow) -> &'static str {
    match arrow {
        Arrow::None => "none",
        Arrow::Filled => "normal",
        Arrow::Open => "vee",
        Arrow::Triangle => "empty",
        Arrow::Diamond => "diamond",
    }
}

fn label(node: &Node) -> String {
    let mut lines = wrapped(&node.title, Font::Title);
    lines.extend(node.compartments.iter().flat_map(|lines| wrapped(lines, Font::Detail)));
    quoted(&lines, "\\n")
}

/// Wraps texts as other pictures do.
fn wrapped(texts: &[String], font: Font) -> Vec<String> {
    Block::wrapped(texts, font, &Style::default().metrics()).lines
}

fn name(node: &Node) -> String {
    quoted(std::slice::from_ref(&node.id), " ")
}

fn cluster(node: &Node) -> String {
    quoted(&[format!("cluster {}", node.id)], " ")
}

/// A quoted string of Graphviz. A backslash begins an escape sequence there, an ampersand an entity.
fn quoted(lines: &[String], separator: &str) -> String {
    let mut text = String::from("\"");
    for (index, line) in lines.iter().enumerate() {
        if index > 0 {
            text.push_str(separator);
        }
        for char in line.chars() {
            match char {
                '"' => text.push_str("\\\""),
                '\\' => text.push_str("\\\\"),
                '&' => text.push_str("&amp;"),
                char if char.is_control() => text.push(' '),
                char => text.push(char),
            }
        }
    }
    text.push('"');
    text
}

fn indent(depth: usize) -> String {
    "  ".repeat(depth)
}
