//! Parts that are related to nothing.

use crate::checks::finding;
use crate::diagnostic::{Diagnostics, Rule, Severity};
use crate::model::{Program, System};

pub(super) fn check(_: &Program, system: &System, diagnostics: &mut Diagnostics) {
    let relations = system.relations.iter().flat_map(|relation| [relation.from, relation.to]);
    let ends: Vec<_> = relations.chain(system.flows.iter().flat_map(|flow| [flow.from, flow.to])).collect();
    for (id, part) in system.parts.enumerate().skip(1) {
        if !ends.iter().any(|&end| system.lineage(end).any(|around| around == id)) {
            let (kind, name) = (part.kind.word(), &part.name.text);
            diagnostics.push(
                finding(&RULE, part.name.span, format!("the {kind} `{name}` is related to nothing"))
                    .help(format!("say who needs it or what it needs: `Other -> {name} \"uses\";`")),
            );
        }
    }
}

pub(super) static RULE: Rule = Rule {
    code: "FSM361",
    name: "unconnected-part",
    severity: Severity::Warning,
    summary: "a part of a system that is related to nothing",
    explanation: "A box without an arrow tells nobody why it is there: a relation is missing, or the part is superfluous. \
                  Relations and wirings of what lies in a part count for the part.",
    example: "system Shop {\n    person Buyer;\n    person Visitor;\n    container Web { technology \"Rust\"; }\n    Buyer -> Web \"buys at\";\n}\n",
    instead: "system Shop {\n    person Buyer;\n    person Visitor;\n    container Web { technology \"Rust\"; }\n    Buyer -> Web \"buys at\";\n    Visitor -> Web \"looks around in\";\n}\n",
};
