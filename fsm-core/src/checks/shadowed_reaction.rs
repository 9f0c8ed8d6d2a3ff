//! Reactions that states further in always take first.

use super::graph::is_unconditional;
use super::guards::takes;
use super::{Context, finding};
use crate::diagnostic::{Diagnostics, Rule, Severity};
use crate::model::{Event, Id, Machine, Reaction, State, Trigger};
use crate::solver::Verdict;

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
            let is_asked = context.graph.is_asked(id, Some(of.event));
            if competes(machine, id, of.event) || is_asked && !is_shadowed_by_guards(context, id, of.event) {
                continue;
            }
            let (event, name) = (&machine.events[of.event].name.text, machine.qualified_name(source));
            let message = format!("`{name}` never sees `{event}`: every state inside takes it first");
            let found = finding(&RULE, of.span, message).help("remove this reaction, or give those inside guards");
            diagnostics.push(if uses.len() == 1 { context.remove(found, &reaction.notes) } else { found });
        }
    }
}

/// Whether in every innermost state the guards of reactions further in leave nothing to the reaction.
fn is_shadowed_by_guards(context: &Context<'_>, id: Id<Reaction>, event: Id<Event>) -> bool {
    let machine = context.machine;
    let mut pending = vec![machine.reactions[id].source];
    while let Some(state) = pending.pop() {
        // Further out first: most often a state without reactions of its own is soon found.
        pending.extend(machine.states[state].children.iter().rev());
        let is_innermost = machine.is_leaf(state) && context.graph.is_active(state);
        if is_innermost && is_left_something(context, state, id, event) {
            return false;
        }
    }
    true
}

/// Whether the reaction can be taken while `leaf` is the innermost active state.
fn is_left_something(context: &Context<'_>, leaf: Id<State>, id: Id<Reaction>, event: Id<Event>) -> bool {
    let machine = context.machine;
    let source = machine.reactions[id].source;
    let before: Vec<_> = machine.candidates(leaf, event).into_iter().take_while(|&other| other != id).collect();
    if before.iter().all(|&other| machine.reactions[other].source == source) {
        return true;
    }
    let mut problem = context.solver.problem(leaf);
    let mut formulas = Vec::new();
    for other in before {
        formulas.push(!takes(&mut problem, &machine.reactions[other]));
    }
    formulas.push(takes(&mut problem, &machine.reactions[id]));
    problem.decide(&formulas) != Verdict::Never
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
    explanation: "An event is offered to the innermost active state first. Where every state inside a composite takes the event, \
                  without a guard or with guards that leave nothing, the composite's own reaction is never taken.",
    example: "machine Door {\n    event Open;\n    event Leave;\n    initial state Home {\n        initial state Shut { on Open -> Ajar; }\n        state Ajar { on Open -> Shut; }\n        on Open -> Away;\n        on Leave -> Away;\n    }\n    state Away { on Open -> Home; }\n}\n",
    instead: "machine Door {\n    event Open;\n    event Leave;\n    initial state Home {\n        initial state Shut { on Open -> Ajar; }\n        state Ajar;\n        on Open -> Shut;\n        on Leave -> Away;\n    }\n    state Away { on Open -> Home; }\n}\n",
};
