//! What a large machine costs: parsing, building the model, and strongly connected components by `fsm-core` and by
//! petgraph on the same graph. `benches/large` runs it.

use std::collections::BTreeMap;
use std::error::Error;
use std::time::{Duration, Instant};

use fsm_core::checks::Edges;
use fsm_core::diagnostic::Diagnostics;
use fsm_core::model::Machine;
use fsm_core::source::Sources;
use fsm_core::{NoImports, analyze, syntax};
use petgraph::algo::kosaraju_scc;
use petgraph::graph::DiGraph;

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args().nth(1).ok_or("the path of a machine is missing")?;
    let mut sources = Sources::new();
    let file = sources.add(path.clone(), std::fs::read_to_string(&path)?);
    let bytes = sources.file(file).text().len();

    let (parsing, _) = timed(|| syntax::parse(&sources, file, &mut Diagnostics::new()));
    let (building, analysis) = timed(|| analyze(&mut sources, file, &mut NoImports));
    let machine = analysis.program.machines.first().ok_or("there is no machine")?;
    let edges = edges(machine);
    let count = machine.states.len();
    let (own, components) = timed(|| Edges::new(count, edges.iter().copied()).cyclic_components());
    let (petgraphs, found) = timed(|| by_petgraph(count, &edges));
    if sizes(components.iter().map(Vec::len)) != sizes(found.into_iter()) {
        return Err("petgraph finds other components".into());
    }

    println!("{} edges over {count} states, {bytes} bytes", edges.len());
    println!("parsing        {:7.3} s, {:.1} MB/s", parsing.as_secs_f64(), rate(bytes, parsing));
    println!("and building   {:7.3} s, {:.1} MB/s", building.as_secs_f64(), rate(bytes, building));
    println!("components     {:7.4} s", own.as_secs_f64());
    println!("petgraph's     {:7.4} s", petgraphs.as_secs_f64());
    Ok(())
}

/// How long something takes, the shortest of three times.
fn timed<T>(mut run: impl FnMut() -> T) -> (Duration, T) {
    let mut once = || {
        let start = Instant::now();
        let result = run();
        (start.elapsed(), result)
    };
    let (mut best, mut result) = once();
    for _ in 0..2 {
        drop(result);
        let (time, again) = once();
        (best, result) = (best.min(time), again);
    }
    (best, result)
}

/// All transitions from their source to what they enter, by source.
fn edges(machine: &Machine) -> Vec<(usize, usize)> {
    let mut edges = Vec::new();
    for reaction in &machine.reactions {
        for branch in &reaction.branches {
            let entered = machine.entered(reaction.source, &branch.tail);
            edges.extend(entered.into_iter().map(|to| (reaction.source.index(), to.index())));
        }
    }
    edges.sort_unstable();
    edges
}

/// The sizes of the components with more than one state.
fn by_petgraph(count: usize, edges: &[(usize, usize)]) -> Vec<usize> {
    let mut graph = DiGraph::<(), ()>::with_capacity(count, edges.len());
    let nodes: Vec<_> = (0..count).map(|_| graph.add_node(())).collect();
    for &(from, to) in edges {
        graph.add_edge(nodes[from], nodes[to], ());
    }
    kosaraju_scc(&graph).iter().map(Vec::len).collect()
}

/// How often there is a component of each size, from two states on.
fn sizes(sizes: impl Iterator<Item = usize>) -> BTreeMap<usize, usize> {
    let mut counts = BTreeMap::new();
    for size in sizes.filter(|&size| size > 1) {
        *counts.entry(size).or_default() += 1;
    }
    counts
}

#[expect(clippy::cast_precision_loss, reason = "a figure of three digits")]
fn rate(bytes: usize, time: Duration) -> f64 {
    bytes as f64 / 1e6 / time.as_secs_f64()
}
