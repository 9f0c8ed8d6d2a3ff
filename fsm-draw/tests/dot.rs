//! What is written for Graphviz.

use fsm_draw::{Edge, Graph, Node, Role, Shape, dot};

fn node(id: &str, title: &str) -> Node {
    Node { id: id.to_owned(), title: vec![title.to_owned()], ..Node::default() }
}

#[test]
fn a_node_with_children_is_a_cluster_and_cuts_the_arrows_that_lead_to_it() {
    let mut graph = Graph::new("door");
    let outer = graph.add_node(node("Open", "open"));
    let inner = graph.add_node(Node { parent: Some(outer), ..node("Wide", "wide") });
    let other = graph.add_node(Node { role: Role::Final, shape: Shape::Final, ..Node::default() });
    graph.add_edge(Edge { label: vec!["Shut".to_owned(), "[calm]".to_owned()], ..Edge::new(outer, other) });
    graph.add_edge(Edge::new(outer, inner));
    let text = dot(&graph);
    assert!(text.contains("subgraph \"cluster Open\" {\n    label=\"open\"\n"), "{text}");
    assert!(text.contains("    \"Wide\" [shape=box"), "{text}");
    assert!(text.contains("\"Open\" -> \"\" [label=\"Shut\\n[calm]\" ltail=\"cluster Open\"]"), "{text}");
    assert!(text.contains("\"Open\" -> \"Wide\"\n"), "an arrow into its own source is not cut: {text}");
}

#[test]
fn no_text_ends_the_string_that_it_stands_in() {
    let mut graph = Graph::new("\"]; a -> b [\n");
    graph.add_node(node("\\", "\\N & &lt; \"quoted\\\" \u{1}"));
    let text = dot(&graph);
    assert!(text.contains(r#"label="\"]; a -> b [ ""#), "{text}");
    assert!(
        text.contains(r#""\\" [shape=box style="rounded,filled" label="\\N &amp; &amp;lt; \"quoted\\\""]"#),
        "{text}"
    );
}
