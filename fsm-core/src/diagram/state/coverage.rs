//! What scenarios have reached of a machine, marked in its chart.

use super::{Chart, Mark, Origin};
use crate::scenario::Coverage;

impl Chart {
    /// Marks what was reached, and what was not. Arrows out of pseudostates stay as they are.
    pub fn cover(&mut self, coverage: &Coverage) {
        let reached = |origin: Option<Origin>| match origin? {
            Origin::Branch(reaction, branch) => Some(Mark::reached(coverage.taken.contains(&(reaction, branch)))),
            Origin::Limit(limit) => Some(Mark::reached(coverage.exceeded.contains(&limit))),
            Origin::Initial | Origin::Default => None,
        };
        for id in self.nodes.ids() {
            let node = &mut self.nodes[id];
            if id != Chart::root() {
                node.mark = node.state.map(|state| Mark::reached(coverage.entered.contains(&state)));
            }
            node.details.iter_mut().for_each(|detail| detail.mark = reached(detail.origin));
        }
        self.arrows.iter_mut().for_each(|arrow| arrow.mark = reached(Some(arrow.origin)));
        self.tell_coverage();
    }

    fn tell_coverage(&mut self) {
        let shares = |marks: &[Mark]| {
            let reached = marks.iter().filter(|&&mark| mark == Mark::Reached).count();
            format!("{reached} of {}", marks.len())
        };
        let states: Vec<_> = self.nodes.iter().filter_map(|node| node.mark).collect();
        let details = self.nodes.iter().flat_map(|node| &node.details).filter_map(|detail| detail.mark);
        let transitions: Vec<_> = self.arrows.iter().filter_map(|arrow| arrow.mark).chain(details).collect();
        let all = format!("reached: {} states, {} transitions", shares(&states), shares(&transitions));
        self.key.push((Some(Mark::Reached), all));
        if states.contains(&Mark::Missed) || transitions.contains(&Mark::Missed) {
            self.key.push((Some(Mark::Missed), "reached by no scenario".to_owned()));
        }
    }
}
