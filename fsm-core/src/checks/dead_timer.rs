//! Timers whose state is always left before they are due.

use std::collections::BTreeSet;

use super::graph::is_unconditional;
use super::{Context, finding};
use crate::diagnostic::{Diagnostic, Diagnostics, Rule, Severity};
use crate::model::{ActionKind, Branch, Expr, ExprKind, Id, Interval, Machine, Reaction, State, Trigger};

pub(super) static RULES: &[&Rule] = &[&DEAD_TIMER, &RACING_TIMERS];

/// A timer that certainly leaves its state.
struct Leaving<'m> {
    id: Id<Reaction>,
    reaction: &'m Reaction,
    /// After how long.
    delay: Interval,
}

pub(super) fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    let machine = context.machine;
    // Of several timers that come before another, the first is named.
    let mut reported = BTreeSet::new();
    for leaving in leaving_timers(machine) {
        if !context.graph.is_active(leaving.reaction.source) {
            continue;
        }
        let mut pending = vec![leaving.reaction.source];
        while let Some(state) = pending.pop() {
            pending.extend(machine.states[state].children.iter().rev());
            let others = machine.states[state].reactions.iter().filter(|&&id| id != leaving.id);
            for (&id, finding) in others.filter_map(|id| Some((id, compare(context, &leaving, *id)?))) {
                if reported.insert(id) {
                    diagnostics.push(finding);
                }
            }
        }
    }
}

/// What is to be said of a timer in a state that `leaving` leaves.
fn compare(context: &Context<'_>, leaving: &Leaving<'_>, id: Id<Reaction>) -> Option<Diagnostic> {
    let machine = context.machine;
    let timer = &machine.reactions[id];
    let delay = delay_of(machine, timer)?;
    let (first, second) = (context.text(leaving.reaction.trigger_span), context.text(timer.trigger_span));
    let outer = machine.qualified_name(leaving.reaction.source);
    let is_same_state = timer.source == leaving.reaction.source;
    let comes_too_late =
        delay.low > leaving.delay.high || is_same_state && id > leaving.id && delay.low == leaving.delay.high;
    if comes_too_late {
        return Some(
            finding(
                &DEAD_TIMER,
                timer.trigger_span,
                format!("`{second}` is never due: `{first}` leaves `{outer}` before"),
            )
            .and(leaving.reaction.trigger_span, "this one comes first, whatever holds")
            .help("shorten the delay, or give the branches of the other one a guard"),
        );
    }
    let starts_together = !is_same_state
        && machine
            .default_completion(leaving.reaction.source)
            .iter()
            .any(|&entered| machine.lineage(entered).any(|state| state == timer.source));
    let is_exact = delay.low == delay.high && delay == leaving.delay;
    (starts_together && is_exact).then(|| {
        finding(
            &RACING_TIMERS,
            timer.trigger_span,
            format!("`{second}` and `{first}` of `{outer}` are due at the same instant"),
        )
        .says("this one comes first, being further in")
        .and(leaving.reaction.trigger_span, "this one undoes what it did, at once")
        .help("make one of the two longer")
    })
}

/// All `after` that are taken whatever holds, and leave their state. A state whose timers are armed anew may last longer.
fn leaving_timers(machine: &Machine) -> Vec<Leaving<'_>> {
    let restarted: Vec<_> = machine
        .all_actions()
        .into_iter()
        .filter_map(|action| match action.kind {
            ActionKind::Restart(state) => Some(state),
            _ => None,
        })
        .collect();
    // A limit without a tail refuses, so that the state may stay.
    let is_refusing = |branch: &Branch| branch.tail.counts.is_some() && machine.tail_beyond(branch).is_none();
    let leaves = |reaction: &Reaction| {
        let tails = reaction
            .branches
            .iter()
            .flat_map(|branch| std::iter::once(&branch.tail).chain(machine.tail_beyond(branch)));
        let leaves = |domain: Id<State>| domain != reaction.source;
        let mut tails = tails.map(|tail| machine.domain(reaction.source, tail).is_some_and(leaves));
        let is_certain = reaction.branches.iter().any(is_unconditional) && !reaction.branches.iter().any(is_refusing);
        is_certain && tails.all(|leaves| leaves)
    };
    let timers = machine.reactions.enumerate().filter(|(_, reaction)| matches!(reaction.trigger, Trigger::After(_)));
    timers
        .filter(|(_, reaction)| !restarted.contains(&reaction.source) && leaves(reaction))
        .filter_map(|(id, reaction)| Some(Leaving { id, reaction, delay: delay_of(machine, reaction)? }))
        .collect()
}

/// After how long a timer is due first: of a literal or a param.
fn delay_of(machine: &Machine, timer: &Reaction) -> Option<Interval> {
    let (Trigger::After(delay) | Trigger::Every(delay)) = &timer.trigger else { return None };
    known(machine, delay)
}

fn known(machine: &Machine, delay: &Expr) -> Option<Interval> {
    match delay.kind {
        ExprKind::Duration(value) => Some(Interval { low: value.into(), high: value.into() }),
        ExprKind::Variable(id) => machine.variables[id].interval,
        _ => None,
    }
}

static DEAD_TIMER: Rule = Rule {
    code: "FSM406",
    name: "dead-timer",
    severity: Severity::Warning,
    summary: "a timer whose state is always left before it is due",
    explanation: "A timer of the same state, or of one around it, is due earlier and leaves the state without asking a guard: what \
                  comes later never happens.",
    example: "machine Light {\n    event Press;\n    initial state Off { on Press -> On; }\n    state On {\n        after 30s -> Off;\n        after 1min -> Broken;\n    }\n    state Broken { on Press -> Off; }\n}\n",
    instead: "machine Light {\n    event Press;\n    initial state Off { on Press -> On; }\n    state On {\n        on Press -> Off;\n        after 1min -> Broken;\n    }\n    state Broken { on Press -> Off; }\n}\n",
};

static RACING_TIMERS: Rule = Rule {
    code: "FSM407",
    name: "racing-timers",
    severity: Severity::Warning,
    summary: "timers of a state and of one around it that are due at the same instant",
    explanation: "Both are armed when the outer state is entered, with the same delay. The one further in comes first, and is undone by \
                  the other at the same instant.",
    example: "machine Call {\n    event Dial;\n    initial state Idle { on Dial -> Calling; }\n    state Calling {\n        initial state Ringing { after 30s -> Asking; }\n        state Asking { on Dial -> Idle; }\n        after 30s -> Missed;\n    }\n    state Missed { on Dial -> Calling; }\n}\n",
    instead: "machine Call {\n    event Dial;\n    initial state Idle { on Dial -> Calling; }\n    state Calling {\n        initial state Ringing { after 20s -> Asking; }\n        state Asking { on Dial -> Idle; }\n        after 30s -> Missed;\n    }\n    state Missed { on Dial -> Calling; }\n}\n",
};
