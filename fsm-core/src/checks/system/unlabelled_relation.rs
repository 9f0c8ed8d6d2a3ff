//! Relations that do not say what they are for.

use crate::checks::finding;
use crate::diagnostic::{Diagnostics, Rule, Severity};
use crate::model::{Program, System};

pub(super) fn check(_: &Program, system: &System, diagnostics: &mut Diagnostics) {
    for relation in system.relations.iter().filter(|relation| relation.label.is_none()) {
        let (from, to) = (&system.parts[relation.from].name.text, &system.parts[relation.to].name.text);
        let message = format!("nobody learns what `{from}` needs `{to}` for");
        diagnostics.push(finding(&RULE, relation.span, message).help(format!("say it: `{from} -> {to} \"uses\";`")));
    }
}

pub(super) static RULE: Rule = Rule {
    code: "FSM362",
    name: "unlabelled-relation",
    severity: Severity::Warning,
    summary: "a relation without words",
    explanation: "An arrow without words says only that two parts have to do with each other, and everybody reads it \
                  differently. The words are a verb that leads from the one to the other: \"reads orders from\".",
    example: "system Shop {\n    person Buyer;\n    container Web { technology \"Rust\"; }\n    Buyer -> Web via \"HTTPS\";\n}\n",
    instead: "system Shop {\n    person Buyer;\n    container Web { technology \"Rust\"; }\n    Buyer -> Web \"buys at\" via \"HTTPS\";\n}\n",
};
