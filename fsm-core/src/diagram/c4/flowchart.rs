//! C4 diagrams as Mermaid flow charts, which are laid out in layers: the boundary is a subgraph, persons are round, stores
//! are cylinders; a title says what is shown, a key what the shapes and colours mean.

use super::{Level, View};
use crate::diagram::Options;
use crate::diagram::flowchart::{Flowchart, Identifiers, bracketed, identifiers};
use crate::diagram::mermaid::encode;
use crate::model::{Id, Part, Program, System};

/// One level of a system as a flow chart.
#[must_use]
pub fn flowchart(program: &Program, system: &System, level: Level, options: &Options) -> String {
    let view = View::new(program, system, level, *options);
    let ids = identifiers(system);
    let mut chart = Flowchart::new(&view.title(), *options);
    for part in view.around.iter().copied().filter(|&part| is_before(&view, part)) {
        node(&mut chart, &view, &ids, part);
    }
    match view.boundary {
        Some(boundary) => {
            let kind = view.words(boundary).type_line(view.kind(boundary));
            let lines = [encode(system.shown(boundary)), bracketed(&kind)];
            chart.boundary(ids.of(boundary), &lines, |chart| {
                view.inside.iter().for_each(|&part| node(chart, &view, &ids, part));
            });
        }
        None => view.inside.iter().for_each(|&part| node(&mut chart, &view, &ids, part)),
    }
    for part in view.around.iter().copied().filter(|&part| !is_before(&view, part)) {
        node(&mut chart, &view, &ids, part);
    }
    for arrow in &view.arrows {
        let mut lines: Vec<_> = arrow.label.iter().map(|label| encode(label)).collect();
        lines.extend(arrow.protocol.iter().map(|protocol| bracketed(protocol)));
        chart.arrow(ids.of(arrow.from), ids.of(arrow.to), &lines);
    }
    chart.finish(view.parts().map(|part| view.kind(part)))
}

/// Whether a part only uses others: it is written first, and drawn above them.
fn is_before(view: &View<'_>, part: Id<Part>) -> bool {
    !view.arrows.iter().any(|arrow| arrow.to == part)
}

fn node(chart: &mut Flowchart, view: &View<'_>, ids: &Identifiers, part: Id<Part>) {
    let words = view.words(part);
    let kind = view.kind(part);
    let mut lines = vec![encode(&words.name), bracketed(&words.type_line(kind))];
    lines.extend(words.port.map(|port| format!("port {port}")));
    lines.extend(words.runs.as_deref().map(encode));
    lines.extend(words.description.as_deref().map(encode));
    chart.node(ids.of(part), kind, &lines);
}
