//! What happens by itself after some time.

use fsm_core::model::{Action, ActionKind, OnRestore, Reaction, Trigger};

use super::state;
use crate::document::{Block, Line, Subject, Table};

pub(super) fn blocks(subject: &Subject<'_>) -> Vec<Block> {
    let machine = subject.machine;
    let timers = machine.reactions.iter().filter_map(|reaction| timer(subject, reaction)).collect();
    let delayed = machine.all_actions().into_iter().filter_map(|action| delayed(subject, action)).collect();
    let mut blocks = Table::new(&["In", "Timer", "Then", "When restored"], timers).blocks();
    blocks.extend(Table::new(&["Event", "Raised after"], delayed).blocks());
    blocks
}

/// A timer of a state, and what it leads to.
fn timer(subject: &Subject<'_>, reaction: &Reaction) -> Option<Vec<Line>> {
    if !matches!(reaction.trigger, Trigger::After(_) | Trigger::Every(_)) {
        return None;
    }
    let time = subject.text(reaction.trigger_span);
    let then = reaction.branches.iter().map(|branch| Line::of_code(subject.text(branch.span)));
    let restored = match reaction.on_restore {
        OnRestore::Fire => "",
        OnRestore::Remaining => "goes on with the time that was left",
        OnRestore::Restart => "begins anew",
    };
    let time = Line::of_code(time.strip_prefix("on ").unwrap_or(&time));
    Some(vec![state(subject.machine, reaction.source), time, Line::stacked(then), Line::from(restored)])
}

/// An event that the machine raises for later.
fn delayed(subject: &Subject<'_>, action: &Action) -> Option<Vec<Line>> {
    let ActionKind::Raise { event, delay: Some(delay), .. } = &action.kind else { return None };
    Some(vec![Line::of_code(&subject.machine.events[*event].name.text), Line::of_code(subject.text(delay.span))])
}
