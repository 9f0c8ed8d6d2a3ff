//! What holds of every layout: boxes lie inside of their parents and beside their sisters; labels overlap nothing; no
//! line runs through a box that it does not belong to.

mod fixture;

use fsm_draw::layout::{Layout, Quality, layout, quality};
use fsm_draw::{Direction, Edge, Graph, Node, NodeId, Shape, Style};

fn laid_out(graph: &Graph) -> (Layout, Quality) {
    let layout = layout(graph, &Style::default().metrics());
    let quality = quality(graph, &layout);
    (layout, quality)
}

/// The faults of a layout, in the order of their fields.
fn faults(quality: Quality) -> [usize; 5] {
    [
        quality.box_overlaps,
        quality.label_overlaps,
        quality.struck_labels,
        quality.edges_through_boxes,
        quality.shared_stretches,
    ]
}

#[test]
fn machines_are_drawn_without_faults() {
    let files = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/graphs")).unwrap();
    let mut count = 0;
    for file in files {
        let path = file.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        let mut graph = fixture::read(&path.display().to_string(), &text).unwrap();
        for direction in [Direction::Down, Direction::Right] {
            graph.direction = direction;
            let (_, quality) = laid_out(&graph);
            assert_eq!(faults(quality), [0; 5], "{} {direction:?}", path.display());
        }
        count += 1;
    }
    assert!(count >= 13, "{count} graphs");
}

/// The generator xorshift64* (Vigna 2016).
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let value = self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33;
        usize::try_from(value).unwrap() % bound
    }
}

/// A graph with boxes in boxes, regions, signs, notes, and arrows between any two.
fn random_graph(seed: u64) -> Graph {
    let random = &mut Random(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
    let mut graph = Graph::new(format!("random {seed}"));
    graph.direction = if random.below(2) == 0 { Direction::Down } else { Direction::Right };
    let count = 2 + random.below(14);
    let mut ids: Vec<NodeId> = Vec::new();
    for index in 0..count {
        let parent = (index > 0 && random.below(3) > 0).then(|| ids[random.below(ids.len())]);
        let parallel = parent.is_some_and(|parent| match graph.children(Some(parent)).first() {
            Some(&first) => graph.node(first).shape == Shape::Region,
            None => random.below(4) == 0,
        });
        let shapes = [
            Shape::State,
            Shape::State,
            Shape::State,
            Shape::Initial,
            Shape::Final,
            Shape::Choice,
            Shape::History,
            Shape::Note,
        ];
        let shape = if parallel { Shape::Region } else { shapes[random.below(shapes.len())] };
        let title = vec!["state ".repeat(random.below(5)) + &index.to_string()];
        let details = vec![vec!["entry / do this or that".to_owned(); random.below(3)]; random.below(2)];
        ids.push(graph.add_node(Node {
            id: index.to_string(),
            parent,
            shape,
            title,
            compartments: details,
            ..Node::default()
        }));
    }
    for index in 0..random.below(2 * count) {
        let label = vec!["event [guard] / action ".repeat(random.below(4)) + &index.to_string()];
        let label = if random.below(4) == 0 { Vec::new() } else { label };
        let (from, to) = (ids[random.below(count)], ids[random.below(count)]);
        graph.add_edge(Edge { label, ..Edge::new(from, to) });
    }
    graph
}

#[test]
fn random_graphs_are_drawn_without_faults() {
    for seed in 0..600 {
        let graph = random_graph(seed);
        let (layout, quality) = laid_out(&graph);
        assert_eq!(faults(quality), [0; 5], "seed {seed}: {quality:?}");
        for ((id, edge), placed) in graph.edges().zip(&layout.edges) {
            assert!(placed.points.len() >= 2, "seed {seed}: edge {id:?} is not drawn");
            assert_eq!(placed.label.block.width, placed.label.rect.w, "seed {seed}: the label of {id:?} has no place");
            let touches = |end: NodeId, point: fsm_draw::layout::Point| {
                let rect = layout.nodes[end.index()].rect;
                rect.x <= point.x && point.x <= rect.right() && rect.y <= point.y && point.y <= rect.bottom()
            };
            let (first, last) = (placed.points[0], placed.points[placed.points.len() - 1]);
            assert!(
                touches(edge.from, first) && touches(edge.to, last),
                "seed {seed}: edge {id:?} is loose: {placed:?}"
            );
            let straight = placed.points.windows(2).all(|pair| pair[0].x == pair[1].x || pair[0].y == pair[1].y);
            assert!(straight, "seed {seed}: edge {id:?} runs askew: {placed:?}");
        }
    }
}

#[test]
fn the_same_graph_is_laid_out_the_same() {
    for seed in 0..20 {
        assert_eq!(
            fsm_draw::svg(&random_graph(seed), &Style::default()),
            fsm_draw::svg(&random_graph(seed), &Style::default())
        );
    }
}
