//! The transition table: every transition of the definition, in its order.

use fsm_core::model::{Branch, Condition, Limit, Reaction, Tail, Trigger};

use super::state;
use crate::document::{Block, Line, Subject, Table, Tone};

pub(super) fn blocks(subject: &Subject<'_>) -> Vec<Block> {
    let reactions = subject.machine.reactions.iter().flat_map(|reaction| of_reaction(subject, reaction));
    let limits = subject.machine.limits.iter().filter_map(|limit| of_limit(subject, limit));
    let rows = reactions.chain(limits).collect();
    Table::new(&["From", "On", "If", "To", "Does"], rows).blocks()
}

/// A row for each branch. What defers or ignores has none, and is one row.
fn of_reaction(subject: &Subject<'_>, reaction: &Reaction) -> Vec<Vec<Line>> {
    let from = || state(subject.machine, reaction.source);
    let trigger = subject.text(reaction.trigger_span);
    if reaction.branches.is_empty() {
        let (does, events) = trigger.split_once(' ').unwrap_or(("", &trigger));
        let does = Line::new().mark(Tone::Quiet, does);
        return vec![vec![from(), Line::of_code(events), Line::new(), Line::new(), does]];
    }
    let task = |index: usize| {
        let run = subject.machine.states[reaction.source].runs.get(index);
        Line::of_code(run.map_or("", |run| &subject.machine.tasks[run.task].name.text))
    };
    let trigger = match reaction.trigger {
        Trigger::TaskDone(index) => task(index).text(" ends"),
        Trigger::TaskFailed(index) => task(index).text(" fails"),
        _ => Line::of_code(trigger.strip_prefix("on ").unwrap_or(&trigger)),
    };
    let row = |branch: &Branch| {
        let (to, does) = of_tail(subject, &branch.tail);
        vec![from(), trigger.clone(), condition(subject, branch), to, does]
    };
    reaction.branches.iter().map(row).collect()
}

/// What happens instead of what a limit does not allow.
fn of_limit(subject: &Subject<'_>, limit: &Limit) -> Option<Vec<Line>> {
    let (to, does) = of_tail(subject, limit.tail.as_ref()?);
    let trigger = Line::from("beyond ").code(&limit.name.text);
    Some(vec![state(subject.machine, limit.state), trigger, Line::new(), to, does])
}

fn condition(subject: &Subject<'_>, branch: &Branch) -> Line {
    match &branch.condition {
        Condition::Guard(guard) => Line::of_code(subject.text(guard.span)),
        Condition::Else => Line::from("else"),
        Condition::None | Condition::Unknown => Line::new(),
    }
}

/// Where a transition leads, and what it does.
fn of_tail(subject: &Subject<'_>, tail: &Tail) -> (Line, Line) {
    let machine = subject.machine;
    let mut to = match &tail.target {
        Some(target) => {
            let text = subject.text(target.span);
            // A target that names nothing but one state leads to it.
            let only = target
                .entries()
                .first()
                .filter(|entry| target.entries().len() == 1 && subject.text(entry.span) == text);
            match only {
                Some(entry) if target.history().is_none() => state(machine, entry.state),
                _ => Line::of_code(text),
            }
        }
        None => Line::new(),
    };
    if tail.reenter {
        to = to.text(" ").mark(Tone::Plain, "reenter");
    }
    let counts = tail.counts.map(|limit| Line::from("counts ").code(&machine.limits[limit].name.text));
    let actions = tail.actions.iter().map(|action| Line::of_code(subject.text(action.span)));
    (to, Line::stacked(counts.into_iter().chain(actions)))
}
