//! C4 diagrams as Mermaid flow charts, which are laid out in layers: the boundary is a subgraph, persons are round, stores
//! are cylinders; a title says what is shown, a key what the shapes and colours mean.

use super::View;
use crate::diagram::flowchart::{Flowchart, Identifiers, identifiers, line};
use crate::model::{Id, Part};

impl View<'_> {
    /// The level as a flow chart.
    #[must_use]
    pub fn flowchart(&self) -> String {
        let ids = identifiers(self.system);
        let mut chart = Flowchart::new(&self.title(), self.options);
        for part in self.around.iter().copied().filter(|&part| self.is_user(part)) {
            node(&mut chart, self, &ids, part);
        }
        match self.boundary {
            Some(boundary) => {
                let lines = self.words(boundary).lines(self.kind(boundary));
                let head: Vec<_> = lines.iter().take(2).map(|text| line(text)).collect();
                chart.boundary(ids.of(boundary), &head, |chart| {
                    self.inside.iter().for_each(|&part| node(chart, self, &ids, part));
                });
            }
            None => self.inside.iter().for_each(|&part| node(&mut chart, self, &ids, part)),
        }
        for part in self.around.iter().copied().filter(|&part| !self.is_user(part)) {
            node(&mut chart, self, &ids, part);
        }
        for arrow in &self.arrows {
            let lines: Vec<_> = arrow.lines().iter().map(|text| line(text)).collect();
            chart.arrow(ids.of(arrow.from), ids.of(arrow.to), &lines);
        }
        chart.finish(self.parts().map(|part| self.kind(part)))
    }
}

fn node(chart: &mut Flowchart, view: &View<'_>, ids: &Identifiers, part: Id<Part>) {
    let kind = view.kind(part);
    let lines: Vec<_> = view.words(part).lines(kind).iter().map(|text| line(text)).collect();
    chart.node(ids.of(part), kind, &lines);
}
