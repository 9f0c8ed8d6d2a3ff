//! What is written as SVG.

use fsm_draw::{Edge, Graph, Node, Role, Style, Theme, stylesheet, svg, svg_with_links};

fn hostile() -> Graph {
    let texts = [
        "</script><script>alert(1)</script>",
        "]]> <!-- & \" ' <![CDATA[",
        "line\u{0}\u{8}\u{1b}[31m\r\n\t\u{ffff}break",
        "\u{202e}right to left\u{2066}",
        "javascript:alert(1)",
    ];
    let mut graph = Graph::new(texts[0]);
    texts[1].clone_into(&mut graph.description);
    let mut last = None;
    for text in texts.into_iter().map(str::to_owned).chain(["long ".repeat(2000), "W".repeat(10_000)]) {
        let node = graph.add_node(Node {
            id: text.clone(),
            title: vec![text.clone()],
            compartments: vec![vec![text.clone()]],
            tooltip: text.clone(),
            parent: last.filter(|_| text.len() % 2 == 0),
            ..Node::default()
        });
        let edge = Edge::new(last.unwrap_or(node), node);
        graph.add_edge(Edge { id: text.clone(), label: vec![text.clone()], tooltip: text, ..edge });
        last = Some(node);
    }
    graph
}

#[test]
fn text_stays_text() {
    let text = svg(&hostile(), &Style::default());
    let document = roxmltree::Document::parse(&text).unwrap();
    let names = ["svg", "title", "desc", "style", "rect", "g", "path", "text", "circle"];
    for node in document.descendants().filter(roxmltree::Node::is_element) {
        assert!(names.contains(&node.tag_name().name()), "{:?}", node.tag_name());
        for attribute in node.attributes() {
            assert!(!attribute.name().starts_with("on") && !attribute.name().ends_with("href"), "{attribute:?}");
        }
    }
    let shown: String =
        document.descendants().filter(|node| node.has_tag_name("text")).filter_map(|node| node.text()).collect();
    assert!(shown.contains("</script><script>alert(1)</script>"), "the text is shown");
    assert_eq!(shown.matches('W').count(), 20_000 + 10_000, "nothing of a long text is lost");
}

#[test]
fn both_themes_stand_in_the_automatic_one() {
    let mut graph = Graph::new("");
    graph.add_node(Node { role: Role::Covered, ..Node::default() });
    let of = |theme| svg(&graph, &Style { theme, ..Style::default() });
    let (light, dark, auto) = (of(Theme::Light), of(Theme::Dark), of(Theme::Auto));
    assert!(light.contains("#dcfce7") && !light.contains("#12351f") && !light.contains("@media"));
    assert!(!dark.contains("#dcfce7;") && dark.contains("#12351f"));
    assert!(
        auto.contains("#dcfce7") && auto.contains("#12351f") && auto.contains("@media (prefers-color-scheme:dark)")
    );
}

/// A page can have the rules of all its pictures once, and boxes can lead somewhere.
#[test]
fn a_page_gives_rules_and_links() {
    let mut graph = Graph::new("");
    for id in ["a", "b"] {
        graph.add_node(Node { id: id.to_owned(), role: Role::Person, ..Node::default() });
    }
    let link = |id: &str| (id == "a").then(|| "page.html#\"<a>".to_owned());
    let text = svg_with_links(&graph, &Style { rules: false, ..Style::default() }, &link);
    let document = roxmltree::Document::parse(&text).unwrap();
    let links: Vec<_> = document.descendants().filter(|node| node.has_tag_name("a")).collect();
    assert_eq!(links.len(), 1);
    assert_eq!(links[0].attribute("href"), Some("page.html#\"<a>"));
    assert!(links[0].descendants().any(|node| node.attribute("data-id") == Some("a")));
    assert!(!text.contains("<style>"));
    let rules = stylesheet();
    assert!(
        rules.contains(".person .box{fill:#08427b;")
            && rules.contains(".covered .box{fill:light-dark(#dcfce7,#12351f)")
    );
}
