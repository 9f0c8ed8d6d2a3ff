//! The state diagram.

use fsm_core::diagram::Options;
use fsm_core::diagram::state::Chart;
use fsm_core::model::Machine;

use crate::document::{Block, Drawing, Picture, Reference, Subject};

pub(super) fn blocks(subject: &Subject<'_>) -> Vec<Block> {
    let chart = Chart::new(subject.machine, subject.sources(), &Options::default());
    vec![Block::Drawing(drawing(subject, &chart, format!("State diagram of {}", subject.machine.name.text)))]
}

/// A chart, whose states lead to where they are described.
pub(super) fn drawing(subject: &Subject<'_>, chart: &Chart, title: String) -> Drawing {
    let states = chart.nodes.iter().filter_map(|node| Some((node.id.clone(), node.state?)));
    let described = states.filter(|(_, state)| *state != Machine::root());
    let links = described.map(|(id, state)| (id, Reference::State(subject.machine.qualified_name(state)))).collect();
    Drawing { title, mermaid: chart.mermaid(), picture: Picture::Graph(chart.graph()), links }
}
