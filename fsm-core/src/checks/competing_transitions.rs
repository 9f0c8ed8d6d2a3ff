//! Reactions of one state to one event, of which the first always wins.

use std::collections::BTreeMap;

use super::graph::is_unconditional;
use super::{Context, finding};
use crate::diagnostic::{Diagnostics, Rule, Severity};
use crate::model::{Condition, Event, Id, Reaction, Trigger};
use crate::source::Span;

pub(super) fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    let machine = context.machine;
    for state in &machine.states {
        // By event (`None` for `always`): what is certainly taken, and the guards that were asked.
        let mut certain: BTreeMap<Option<Id<Event>>, Span> = BTreeMap::new();
        let mut asked: BTreeMap<(Option<Id<Event>>, String), Span> = BTreeMap::new();
        for &id in &state.reactions {
            let reaction = &machine.reactions[id];
            for (event, span) in triggers(reaction) {
                let name = event.map_or("always", |event| &machine.events[event].name.text);
                if let Some(&first) = certain.get(&event) {
                    diagnostics.push(
                        finding(&RULE, span, format!("this reaction to `{name}` is never taken"))
                            .and(first, "always taken before it")
                            .help("give them guards, in one block: `{ [guard] -> A; else -> B; }`"),
                    );
                    continue;
                }
                for branch in &reaction.branches {
                    let Condition::Guard(guard) = &branch.condition else { continue };
                    let key = (event, context.text(guard.span));
                    match asked.get(&key) {
                        // Twice in one block is reported for the branch.
                        Some(&first) if first.start < reaction.span.start => diagnostics.push(
                            finding(&RULE, guard.span, format!("two reactions to `{name}` ask the same guard"))
                                .and(first, "asked here first, so this one is never taken")
                                .help("write the branches in one block, with the conditions that are meant"),
                        ),
                        Some(_) => {}
                        None => {
                            asked.insert(key, guard.span);
                        }
                    }
                }
                let silent = matches!(reaction.trigger, Trigger::Ignore(_));
                if silent || reaction.branches.iter().any(is_unconditional) {
                    certain.insert(event, span);
                }
            }
        }
    }
}

/// The events that a reaction names, each where it is named.
fn triggers(reaction: &Reaction) -> Vec<(Option<Id<Event>>, Span)> {
    match &reaction.trigger {
        Trigger::Events(uses) | Trigger::Ignore(uses) => uses.iter().map(|of| (Some(of.event), of.span)).collect(),
        Trigger::Defer(deferrals) => deferrals.iter().map(|of| (Some(of.event.event), of.event.span)).collect(),
        Trigger::Always => vec![(None, reaction.trigger_span)],
        Trigger::Any
        | Trigger::Done(_)
        | Trigger::Error
        | Trigger::After(_)
        | Trigger::Every(_)
        | Trigger::TaskDone(_)
        | Trigger::TaskFailed(_) => Vec::new(),
    }
}

pub(super) static RULE: Rule = Rule {
    code: "FSM502",
    name: "competing-transitions",
    severity: Severity::Error,
    summary: "two reactions to one event that nothing tells apart",
    explanation: "Within a state, reactions are asked in the order of the text. One without a guard is always taken, so what \
                  reacts to the same event behind it never is. Alternatives stand in one block, with guards that tell them \
                  apart.",
    example: "machine Door {\n    event Open;\n    initial state Shut { on Open -> Ajar; on Open -> Wide; }\n    state Ajar { on Open -> Wide; }\n    state Wide { on Open -> Shut; }\n}\n",
    instead: "machine Door {\n    event Open;\n    guard hard;\n    initial state Shut { on Open { [hard] -> Wide; else -> Ajar; } }\n    state Ajar { on Open -> Wide; }\n    state Wide { on Open -> Shut; }\n}\n",
};
