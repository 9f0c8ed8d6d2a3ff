//! Outputs that go nowhere, in a system that wires its machines.

use crate::checks::finding;
use crate::diagnostic::{Diagnostics, Rule, Severity};
use crate::model::{Program, System};

pub(super) fn check(program: &Program, system: &System, diagnostics: &mut Diagnostics) {
    // A system without any wiring does not say what becomes of events.
    if system.flows.is_empty() {
        return;
    }
    for (id, part) in system.parts.enumerate() {
        let (Some(machine), Some(runs)) = (program.machine_of(part), &part.runs) else { continue };
        for (output, declared) in machine.outputs.enumerate() {
            if !system.flows.iter().any(|flow| flow.from == id && flow.output == output) {
                let (name, output) = (&part.name.text, &declared.name.text);
                diagnostics.push(
                    finding(&RULE, runs.span, format!("nobody takes the `{output}` that `{name}` emits"))
                        .and(declared.name.span, "the output")
                        .help(format!("say who does: `{name} emits {output} to Other;`")),
                );
            }
        }
    }
}

pub(super) static RULE: Rule = Rule {
    code: "FSM364",
    name: "untaken-output",
    severity: Severity::Warning,
    summary: "an output of a machine in a system that nobody takes",
    explanation: "Where a system wires its machines, what one of them emits is meant for somebody. An output without a taker is \
                  lost: a wiring is missing, or the output is superfluous. Systems without `emits` are not asked.",
    example: "machine Lamp {\n    event Flip;\n    output Lit;\n    output Dark;\n    initial state Off { on Flip -> On / emit Lit; }\n    state On { on Flip -> Off / emit Dark; }\n}\nsystem House {\n    person Guest;\n    container Hall runs Lamp { technology \"230 V\"; }\n    Hall emits Lit to Guest;\n}\n",
    instead: "machine Lamp {\n    event Flip;\n    output Lit;\n    output Dark;\n    initial state Off { on Flip -> On / emit Lit; }\n    state On { on Flip -> Off / emit Dark; }\n}\nsystem House {\n    person Guest;\n    container Hall runs Lamp { technology \"230 V\"; }\n    Hall emits Lit to Guest;\n    Hall emits Dark to Guest;\n}\n",
};
