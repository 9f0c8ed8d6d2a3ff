//! Events that are brought to a machine which takes them in no state.

use std::collections::BTreeSet;

use crate::checks::finding;
use crate::diagnostic::{Diagnostics, Rule, Severity};
use crate::model::{Event, Id, Machine, Program, System, Trigger};

pub(super) fn check(program: &Program, system: &System, diagnostics: &mut Diagnostics) {
    let mut told = BTreeSet::new();
    for flow in &system.flows {
        let part = &system.parts[flow.to];
        let (Some(machine), Some(taken)) = (program.machine_of(part), &flow.taken) else { continue };
        if takes(machine, taken.event) || !told.insert((flow.to, taken.event)) {
            continue;
        }
        let (name, event) = (&part.name.text, &machine.events[taken.event].name);
        let (text, machine) = (&event.text, &machine.name.text);
        diagnostics.push(
            finding(&RULE, flow.span, format!("`{name}` takes `{text}` in no state"))
                .and(event.span, "the event")
                .help(format!("write a reaction in `{machine}`: `on {text} -> State;`, or `ignore {text};`")),
        );
    }
}

/// Whether some state reacts to an event, if only by keeping or ignoring it.
fn takes(machine: &Machine, event: Id<Event>) -> bool {
    machine.reactions.iter().any(|reaction| match &reaction.trigger {
        Trigger::Events(uses) | Trigger::Ignore(uses) => uses.iter().any(|of| of.event == event),
        Trigger::Defer(deferrals) => deferrals.iter().any(|deferral| deferral.event.event == event),
        Trigger::Any => true,
        _ => false,
    })
}

pub(super) static RULE: Rule = Rule {
    code: "FSM365",
    name: "untaken-event",
    severity: Severity::Warning,
    summary: "an event that a system brings to a machine which never takes it",
    explanation: "A wiring promises that something comes of an output. Where no state of the machine at its end reacts to the \
                  event, it is refused every time.",
    example: "machine Lamp {\n    event Flip;\n    output Lit;\n    initial state Off { on Flip -> On / emit Lit; }\n    state On { on Flip -> Off; }\n}\nmachine Meter {\n    #[allow(unused_event, reason = \"counted by the next release\")]\n    event Lit;\n    initial state Counting;\n}\nsystem House {\n    container Hall runs Lamp { technology \"230 V\"; }\n    container Cellar runs Meter { technology \"230 V\"; }\n    Hall emits Lit to Cellar;\n}\n",
    instead: "machine Lamp {\n    event Flip;\n    output Lit;\n    initial state Off { on Flip -> On / emit Lit; }\n    state On { on Flip -> Off; }\n}\nmachine Meter {\n    context { lit: u32 = 0 }\n    event Lit;\n    initial state Counting { on Lit / lit += 1; }\n}\nsystem House {\n    container Hall runs Lamp { technology \"230 V\"; }\n    container Cellar runs Meter { technology \"230 V\"; }\n    Hall emits Lit to Cellar;\n}\n",
};
