//! What is drawn with characters.

use fsm_draw::{Arrow, Characters, Direction, Edge, Graph, Line, Node, Shape, art};

fn node(title: &str, shape: Shape) -> Node {
    Node { id: title.to_owned(), title: vec![title.to_owned()], shape, ..Node::default() }
}

fn door() -> Graph {
    let mut graph = Graph::new("door");
    let initial = graph.add_node(Node { shape: Shape::Initial, ..Node::default() });
    let shut = graph.add_node(node("Shut", Shape::State));
    let open =
        graph.add_node(Node { compartments: vec![vec!["entry / ring".to_owned()]], ..node("Open", Shape::State) });
    let wide = graph.add_node(Node { parent: Some(open), ..node("Wide", Shape::State) });
    graph.add_edge(Edge::new(initial, shut));
    graph.add_edge(Edge { label: vec!["Push".to_owned()], ..Edge::new(shut, wide) });
    graph.add_edge(Edge { label: vec!["Pull".to_owned()], line: Line::Dashed, ..Edge::new(open, shut) });
    graph.add_edge(Edge { label: vec!["Knock".to_owned()], ..Edge::new(shut, shut) });
    graph
}

#[track_caller]
fn is_drawn(graph: &Graph, characters: Characters, expected: &str) {
    let drawn = art(graph, characters);
    assert_eq!(drawn.trim_matches('\n'), expected.trim_matches('\n'), "\n{drawn}");
}

#[test]
fn boxes_stand_in_boxes() {
    is_drawn(
        &door(),
        Characters::Unicode,
        "
door

               ●
               │
               ▼
           ╭──────╮
           │ Shut ├───╮ Knock
           │      │◀──╯
           ╰────┬─╯
             ▲  │
             ┆  ╰────╮
             ┆       │
             ┆ Pull  │ Push
             ┆       │
             ┆       │
╭────────────┴───────┼─────╮
│ Open               │     │
│                    │     │
│ entry / ring       │     │
│                    │     │
│                    │     │
│                    ▼     │
│                ╭──────╮  │
│                │ Wide │  │
│                ╰──────╯  │
╰──────────────────────────╯
",
    );
}

#[test]
fn ascii_is_enough() {
    let drawn = art(&door(), Characters::Ascii);
    assert!(drawn.is_ascii(), "{drawn}");
    is_drawn(
        &door(),
        Characters::Ascii,
        "
door

               *
               |
               v
           +------+
           | Shut +---+ Knock
           |      |<--+
           +----+-+
             ^  |
             :  +----+
             :       |
             : Pull  | Push
             :       |
             :       |
+------------+-------+-----+
| Open               |     |
|                    |     |
| entry / ring       |     |
|                    |     |
|                    |     |
|                    v     |
|                +------+  |
|                | Wide |  |
|                +------+  |
+--------------------------+
",
    );
}

#[test]
fn a_picture_may_run_to_the_right() {
    let mut graph = door();
    graph.direction = Direction::Right;
    is_drawn(
        &graph,
        Characters::Unicode,
        "
door

                           ╭──────────────╮
                           │ Open         │
     ╭───────╮             │              │
●───▶│ Shut  │◀┄┄┄┄┄┄┄┄┄┄┄┄┤ entry / ring │
     ╰──┬────┴──╮  Pull    │              │
        │  ▲    │          │   ╭──────╮   │
        ╰──╯    ╰──────────┼──▶│ Wide │   │
       Knock       Push    │   ╰──────╯   │
                           ╰──────────────╯
",
    );
}

#[test]
fn wide_letters_take_two_cells_and_marks_none() {
    let mut graph = Graph::new("");
    graph.add_node(node("状態 e\u{301}\u{202e}", Shape::Box));
    is_drawn(
        &graph,
        Characters::Unicode,
        "
┌────────┐
│ 状態 e\u{301} │
└────────┘
",
    );
}

#[test]
fn signs_at_the_ends_of_lines_are_told_apart() {
    let mut graph = Graph::new("");
    let a = graph.add_node(node("A", Shape::Class));
    let b = graph.add_node(node("B", Shape::Class));
    graph.add_edge(Edge { tail: Arrow::Diamond, head: Arrow::None, ..Edge::new(a, b) });
    graph.add_edge(Edge { head: Arrow::Triangle, ..Edge::new(a, b) });
    is_drawn(
        &graph,
        Characters::Unicode,
        "
┌─────┐
│  A  │
└───┬─┘
  ◆ │
  │ ▽
┌─┴───┐
│  B  │
└─────┘
",
    );
}
