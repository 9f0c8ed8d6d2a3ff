//! Reactions that states further in always take first.

use super::graph::is_unconditional;
use super::{Context, finding};
use crate::diagnostic::{Diagnostics, Rule, Severity};
use crate::model::{Event, Id, Machine, Reaction, Trigger};

pub(super) fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    let machine = context.machine;
    for (id, reaction) in machine.reactions.enumerate() {
        let source = reaction.source;
        let (Trigger::Events(uses) | Trigger::Ignore(uses)) = &reaction.trigger else { continue };
        // A leaf has nothing further in, and competition within one state has its own rule.
        if machine.is_leaf(source) || !(context.graph.is_active(source) || source == Machine::root()) {
            continue;
        }
        for of in uses {
            if context.graph.is_asked(id, Some(of.event)) || competes(machine, id, of.event) {
                continue;
            }
            let (event, name) = (&machine.events[of.event].name.text, machine.qualified_name(source));
            diagnostics.push(
                finding(&RULE, of.span, format!("`{name}` never sees `{event}`: every state inside takes it first"))
                    .help("remove this reaction, or give those inside guards"),
            );
        }
    }
}

/// Whether an earlier reaction of the same state always takes the event.
fn competes(machine: &Machine, id: Id<Reaction>, event: Id<Event>) -> bool {
    let source = machine.reactions[id].source;
    machine.states[source].reactions.iter().take_while(|&&other| other != id).any(|&other| {
        let other = &machine.reactions[other];
        other.trigger.names(event)
            && (matches!(other.trigger, Trigger::Ignore(_)) || other.branches.iter().any(is_unconditional))
    })
}

pub(super) static RULE: Rule = Rule {
    code: "FSM503",
    name: "shadowed-reaction",
    severity: Severity::Warning,
    summary: "a reaction that the states inside always take first",
    explanation: "An event is offered to the innermost active state first. Where every state inside a composite takes the event \
                  without a guard, the composite's own reaction is never asked.",
    example: "machine Door {\n    event Open;\n    event Leave;\n    initial state Home {\n        initial state Shut { on Open -> Ajar; }\n        state Ajar { on Open -> Shut; }\n        on Open -> Away;\n        on Leave -> Away;\n    }\n    state Away { on Open -> Home; }\n}\n",
    instead: "machine Door {\n    event Open;\n    event Leave;\n    initial state Home {\n        initial state Shut { on Open -> Ajar; }\n        state Ajar;\n        on Open -> Shut;\n        on Leave -> Away;\n    }\n    state Away { on Open -> Home; }\n}\n",
};
