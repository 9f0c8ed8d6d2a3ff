//! Containers that do not say what they are made with.

use crate::checks::finding;
use crate::diagnostic::{Diagnostics, Rule, Severity};
use crate::model::{PartKind, Program, System};

pub(super) fn check(_: &Program, system: &System, diagnostics: &mut Diagnostics) {
    for (_, part) in system.parts.enumerate() {
        let is_container =
            part.kind == PartKind::Container || part.kind == PartKind::Store && part.parent == Some(System::root());
        if is_container && part.technology.is_none() {
            let (kind, name) = (part.kind.word(), &part.name.text);
            diagnostics.push(
                finding(&RULE, part.name.span, format!("the {kind} `{name}` has no technology"))
                    .help(format!("say what it is made with: `{kind} {name} {{ technology \"…\"; }}`")),
            );
        }
    }
}

pub(super) static RULE: Rule = Rule {
    code: "FSM363",
    name: "missing-technology",
    severity: Severity::Warning,
    summary: "a container without a technology",
    explanation: "A container is something that is built and run, so what it is made with is a part of the answer to what it \
                  is: the container diagram is where people look for it.",
    example: "system Shop {\n    person Buyer;\n    container Web;\n    Buyer -> Web \"buys at\";\n}\n",
    instead: "system Shop {\n    person Buyer;\n    container Web { technology \"Rust\"; }\n    Buyer -> Web \"buys at\";\n}\n",
};
