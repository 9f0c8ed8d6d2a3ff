//! What the scenarios of a machine have not reached, in words.

use fsm_core::model::{Id, Limit, Machine, Reaction};
use fsm_core::scenario::Coverage;
use fsm_core::source::Span;
use fsm_core::syntax::phrase;

use crate::scenarios::Reached;
use crate::texts::Texts;

/// How much of a machine was reached.
pub(crate) struct Covered {
    pub(crate) states: Share,
    pub(crate) transitions: Share,
}

/// How many there are, and which were never reached: their text and their place.
pub(crate) struct Share {
    pub(crate) all: usize,
    pub(crate) never: Vec<(String, Span)>,
}

impl Share {
    /// How many were reached.
    pub(crate) fn reached(&self) -> usize {
        self.all - self.never.len()
    }
}

/// What is known of one machine. The tail of a limit is a transition, too.
pub(crate) fn covered(texts: &Texts, reached: &Reached<'_>) -> Covered {
    let machine = reached.machine;
    let whole = Coverage::whole(machine);
    let Coverage { entered, taken, exceeded } = &reached.coverage;
    let states = whole.entered.difference(entered).map(|&state| {
        let name = machine.qualified_name(state);
        (name, machine.states[state].name.span)
    });
    let branches = whole.taken.difference(taken).filter_map(|&(id, index)| branch(texts, machine, id, index));
    let tails = whole.exceeded.difference(exceeded).map(|&id| tail(machine, id));
    let mut never: Vec<_> = branches.chain(tails).collect();
    never.sort_by_key(|(_, span)| *span);
    Covered {
        states: Share { all: whole.entered.len(), never: states.collect() },
        transitions: Share { all: whole.taken.len() + whole.exceeded.len(), never },
    }
}

/// `Shut: on Enter [correct(event.code)] -> Open`
fn branch(texts: &Texts, machine: &Machine, id: Id<Reaction>, index: usize) -> Option<(String, Span)> {
    let reaction = &machine.reactions[id];
    let branch = reaction.branches.get(index)?;
    let source = machine.qualified_name(reaction.source);
    let trigger = phrase(&texts.sources, reaction.trigger_span);
    let rest = phrase(&texts.sources, branch.span);
    let gap = if rest.is_empty() { "" } else { " " };
    let is_written = branch.span.start < branch.span.end;
    Some((format!("{source}: {trigger}{gap}{rest}"), if is_written { branch.span } else { reaction.trigger_span }))
}

fn tail(machine: &Machine, id: Id<Limit>) -> (String, Span) {
    let limit = &machine.limits[id];
    (format!("the limit `{}` is exceeded", limit.name.text), limit.name.span)
}
