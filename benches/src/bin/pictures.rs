//! Compares our pictures of machines with those of Graphviz, counted by the same rules, and the times that they take.
//!
//! ```text
//! cargo run --release -p fsm-benches --bin pictures
//! ```
//!
//! Needs `dot`. Writes two tables. Lines of both are taken as polylines, Graphviz's curves in eight parts each; a label
//! is where its letters are. A label that its own line strikes counts too: letters on a line are hard to read.

#[path = "../../../fsm-draw/tests/fixture/mod.rs"]
mod fixture;

use std::error::Error;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use fsm_draw::layout::layout;
use fsm_draw::{Edge, Graph, Node, NodeId, Shape, Style, dot, svg};
use serde_json::Value;

/// After how long Graphviz is stopped, in seconds.
const PATIENCE: u64 = 100;

fn main() -> Result<(), Box<dyn Error>> {
    println!("| machine | nodes, edges | crossings | labels that overlap | lines through boxes |");
    println!("|---|---|---|---|---|");
    let mut files: Vec<_> = std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../fsm-draw/tests/graphs"))?
        .map(|file| file.map(|file| file.path()))
        .collect::<Result<_, _>>()?;
    files.sort();
    let mut sums = [[0; 3]; 2];
    for file in &files {
        let name = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let graph = fixture::read(&name, &std::fs::read_to_string(file)?)?;
        let counts = [count(&graph, &ours(&graph)), count(&graph, &graphviz(&graph)?)];
        for (sum, counts) in sums.iter_mut().zip(counts) {
            for (sum, count) in sum.iter_mut().zip(counts) {
                *sum += count;
            }
        }
        row(&format!("{name} | {}, {}", graph.nodes().len(), graph.edges().len()), counts);
    }
    row("all | ", sums);

    println!("\n| states | ours | `dot -Tsvg` |");
    println!("|---|---|---|");
    for count in [10, 100, 1000] {
        for nested in [false, true] {
            let graph = chain(count, nested);
            let ours = best(|| Ok(!svg(&graph, &Style::default()).is_empty()))?;
            let text = dot(&graph);
            let theirs = best(|| Ok(run_dot(&text, "svg")?.is_some()))?;
            let kind = if nested { "in composites of ten" } else { "side by side" };
            println!("| {count} {kind} | {} | {} |", time(ours), time(theirs));
        }
    }
    Ok(())
}

fn row(name: &str, [ours, theirs]: [[usize; 3]; 2]) {
    let cells: Vec<_> = ours.iter().zip(theirs).map(|(ours, theirs)| format!("{ours} : {theirs}")).collect();
    println!("| {name} | {} |", cells.join(" | "));
}

fn time(time: Option<Duration>) -> String {
    match time {
        None => format!("> {PATIENCE} s"),
        Some(time) if time < Duration::from_millis(1) => "< 1 ms".to_owned(),
        Some(time) => format!("{} ms", time.as_millis()),
    }
}

/// The best of three times, or none if the work is not done in time.
fn best(mut work: impl FnMut() -> Result<bool, Box<dyn Error>>) -> Result<Option<Duration>, Box<dyn Error>> {
    let mut best: Option<Duration> = None;
    for _ in 0..3 {
        let start = Instant::now();
        if !work()? {
            return Ok(None);
        }
        let time = start.elapsed();
        best = Some(best.map_or(time, |best| best.min(time)));
    }
    Ok(best)
}

/// States one after the other, with arrows back and forth over some of them, in composites or not.
fn chain(count: usize, nested: bool) -> Graph {
    let mut graph = Graph::new("chain");
    let mut random = 7_usize;
    let mut below = |bound: usize| {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (random >> 33) % bound
    };
    let state = |id: String, parent| Node { title: vec![id.clone()], id, parent, ..Node::default() };
    let mut states: Vec<NodeId> = Vec::new();
    let mut parent = None;
    for index in 0..count {
        if nested && index % 10 == 0 {
            parent = Some(graph.add_node(state(format!("group {}", index / 10), None)));
        }
        states.push(graph.add_node(state(format!("state {index}"), parent)));
    }
    let events = ["Start", "Stop", "Timeout", "Failed", "Retry", "Confirm [ok]", "Cancel / reset", "Next"];
    for from in 0..count {
        let mut targets = vec![(from + 1).min(count - 1)];
        if below(100) < 35 {
            targets.push(from.saturating_sub(1 + below(8)));
        }
        if below(100) < 25 {
            targets.push((from + 2 + below(8)).min(count - 1));
        }
        if below(100) < 3 {
            targets.push(below(count));
        }
        for to in targets {
            let label = vec![events[below(events.len())].to_owned()];
            graph.add_edge(Edge { label, ..Edge::new(states[from], states[to]) });
        }
    }
    graph
}

type Point = (f64, f64);

/// A rectangle: left, top, right, bottom.
type Rect = (f64, f64, f64, f64);

/// What is compared: in any unit, and with `y` in any direction.
struct Drawing {
    boxes: Vec<(NodeId, Rect)>,
    labels: Vec<(usize, Rect)>,
    lines: Vec<Vec<Point>>,
}

fn ours(graph: &Graph) -> Drawing {
    let layout = layout(graph, &Style::default().metrics());
    let rect = |rect: fsm_draw::layout::Rect| {
        (f64::from(rect.x), f64::from(rect.y), f64::from(rect.right()), f64::from(rect.bottom()))
    };
    Drawing {
        boxes: graph.nodes().zip(&layout.nodes).map(|((id, _), placed)| (id, rect(placed.rect))).collect(),
        labels: layout
            .edges
            .iter()
            .enumerate()
            .filter(|(_, edge)| !edge.label.block.is_empty())
            .map(|(at, edge)| (at, rect(edge.label.rect)))
            .collect(),
        lines: layout
            .edges
            .iter()
            .map(|edge| edge.points.iter().map(|point| (f64::from(point.x), f64::from(point.y))).collect())
            .collect(),
    }
}

/// Has Graphviz lay the graph out.
fn graphviz(graph: &Graph) -> Result<Drawing, Box<dyn Error>> {
    let json = run_dot(&dot(graph), "json")?.ok_or("dot takes too long")?;
    let json: Value = serde_json::from_slice(&json)?;
    let mut drawing = Drawing { boxes: Vec::new(), labels: Vec::new(), lines: Vec::new() };
    for object in json["objects"].as_array().into_iter().flatten() {
        let name = object["name"].as_str().unwrap_or_default();
        let cluster = name.strip_prefix("cluster ");
        let Some((id, _)) = graph.nodes().find(|(_, node)| node.id == cluster.unwrap_or(name)) else { continue };
        let nested = !graph.children(Some(id)).is_empty();
        if nested && cluster.is_none() {
            // The invisible point in a cluster.
            continue;
        }
        let rect = if let [left, low, right, high] = numbers(&object["bb"])[..] {
            (left, low, right, high)
        } else if let [x, y] = numbers(&object["pos"])[..] {
            let side = |name: &str| numbers(&object[name]).first().map_or(0.0, |inches| inches * 36.0);
            (x - side("width"), y - side("height"), x + side("width"), y + side("height"))
        } else {
            continue;
        };
        drawing.boxes.push((id, rect));
    }
    for (at, edge) in json["edges"].as_array().into_iter().flatten().enumerate() {
        let curves = edge["_draw_"].as_array().into_iter().flatten().filter(|operation| operation["op"] == "b");
        drawing.lines.push(curves.flat_map(|operation| polyline(&points(&operation["points"]))).collect());
        let mut size = 0.0;
        let mut label: Option<Rect> = None;
        for operation in edge["_ldraw_"].as_array().into_iter().flatten() {
            size = operation["size"].as_f64().unwrap_or(size);
            if operation["op"] == "T" {
                let Some(&(x, y)) = points(&Value::Array(vec![operation["pt"].clone()])).first() else { continue };
                let half = operation["width"].as_f64().unwrap_or(0.0) / 2.0;
                let line = (x - half, y - 0.2 * size, x + half, y + 0.8 * size);
                label = Some(label.map_or(line, |label| {
                    (label.0.min(line.0), label.1.min(line.1), label.2.max(line.2), label.3.max(line.3))
                }));
            }
        }
        drawing.labels.extend(label.map(|label| (at, label)));
    }
    Ok(drawing)
}

/// What Graphviz writes, or nothing if it takes too long.
fn run_dot(text: &str, format: &str) -> Result<Option<Vec<u8>>, Box<dyn Error>> {
    let mut child = Command::new("timeout")
        .args([&PATIENCE.to_string(), "dot", &format!("-T{format}")])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?;
    // Graphviz reads all before it writes.
    child.stdin.take().ok_or("no pipe")?.write_all(text.as_bytes())?;
    let output = child.wait_with_output()?;
    Ok(output.status.success().then_some(output.stdout))
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_str().unwrap_or_default().split(',').filter_map(|number| number.parse().ok()).collect()
}

fn points(value: &Value) -> Vec<Point> {
    let pair = |point: &Value| Some((point[0].as_f64()?, point[1].as_f64()?));
    value.as_array().into_iter().flatten().filter_map(pair).collect()
}

/// A chain of cubic Bézier curves, each in eight parts.
fn polyline(control: &[Point]) -> Vec<Point> {
    let mut line = control.first().copied().into_iter().collect::<Vec<_>>();
    for part in control.windows(4).step_by(3) {
        for step in 1..=8_u8 {
            let t = f64::from(step) / 8.0;
            let s = 1.0 - t;
            let weights = [s * s * s, 3.0 * s * s * t, 3.0 * s * t * t, t * t * t];
            let sum = |of: fn(&Point) -> f64| part.iter().zip(weights).map(|(point, weight)| of(point) * weight).sum();
            line.push((sum(|point| point.0), sum(|point| point.1)));
        }
    }
    line
}

/// Crossings, labels that overlap a label, a box or a line, and pairs of a line and a box that it runs through.
fn count(graph: &Graph, drawing: &Drawing) -> [usize; 3] {
    [crossings(graph, drawing), label_overlaps(graph, drawing), through_boxes(graph, drawing)]
}

fn crossings(graph: &Graph, drawing: &Drawing) -> usize {
    let edges: Vec<_> = graph.edges().map(|(_, edge)| (edge.from, edge.to)).collect();
    let mut count = 0;
    for (a, first) in drawing.lines.iter().enumerate() {
        for (b, second) in drawing.lines.iter().enumerate().skip(a + 1) {
            // Lines that meet at a dot or a bull's-eye do not cross there.
            let sign = |node: NodeId| matches!(graph.node(node).shape, Shape::Initial | Shape::History);
            let common =
                [edges[a].0, edges[a].1].into_iter().any(|end| sign(end) && [edges[b].0, edges[b].1].contains(&end));
            if !common {
                let pairs = first.windows(2).flat_map(|p| second.windows(2).map(move |q| (p, q)));
                count += pairs.filter(|(p, q)| cross(p[0], p[1], q[0], q[1])).count();
            }
        }
    }
    count
}

fn label_overlaps(graph: &Graph, drawing: &Drawing) -> usize {
    let leaf = |id: NodeId| graph.children(Some(id)).is_empty();
    let mut count = 0;
    for (at, &(_, label)) in drawing.labels.iter().enumerate() {
        let label = shrunk(label);
        let labels = drawing.labels[at + 1..].iter().any(|&(_, other)| overlap(label, shrunk(other)));
        let boxes = drawing.boxes.iter().any(|&(id, rect)| leaf(id) && overlap(label, shrunk(rect)));
        let lines = drawing.lines.iter().any(|line| line.windows(2).any(|pair| strikes(pair[0], pair[1], label)));
        count += usize::from(labels || boxes || lines);
    }
    count
}

fn through_boxes(graph: &Graph, drawing: &Drawing) -> usize {
    let within = |node: NodeId, around: NodeId| {
        std::iter::successors(Some(node), |&node| graph.node(node).parent).any(|node| node == around)
    };
    let mut count = 0;
    for ((_, edge), line) in graph.edges().zip(&drawing.lines) {
        for &(id, rect) in &drawing.boxes {
            let own = within(edge.from, id) || within(edge.to, id);
            count += usize::from(!own && line.windows(2).any(|pair| strikes(pair[0], pair[1], shrunk(rect))));
        }
    }
    count
}

/// The rectangle without a unit at its border, where neighbours may touch.
fn shrunk((left, top, right, bottom): Rect) -> Rect {
    (left + 1.0, top + 1.0, right - 1.0, bottom - 1.0)
}

fn overlap(a: Rect, b: Rect) -> bool {
    a.0 < b.2 && b.0 < a.2 && a.1 < b.3 && b.1 < a.3
}

/// Whether a line runs through a rectangle: has an end in it, or crosses one of its diagonals.
fn strikes(from: Point, to: Point, rect: Rect) -> bool {
    let (left, top, right, bottom) = rect;
    let inside = |(x, y): Point| left < x && x < right && top < y && y < bottom;
    left < right
        && top < bottom
        && (inside(from)
            || inside(to)
            || cross(from, to, (left, top), (right, bottom))
            || cross(from, to, (left, bottom), (right, top)))
}

/// Whether two lines cross, not counting common ends.
fn cross(a: Point, b: Point, c: Point, d: Point) -> bool {
    let side = |p: Point, q: Point, r: Point| (q.0 - p.0) * (r.1 - p.1) - (q.1 - p.1) * (r.0 - p.0);
    side(a, b, c) * side(a, b, d) < 0.0 && side(c, d, a) * side(c, d, b) < 0.0
}
