//! `#[allow(…)]`: findings that the text says are meant.

use std::collections::BTreeSet;

use super::finding;
use crate::catalogue;
use crate::diagnostic::{Diagnostics, Rule, Severity};
use crate::model::{Allow, Program};
use crate::source::Span;
use crate::suggest::closest;

pub(super) static RULES: &[&Rule] = &[&UNUSED_ALLOW, &UNKNOWN_CODE];

/// The first allow of the rule that covers a place.
pub(super) fn covering(program: &Program, rule: &Rule, span: Span) -> Option<usize> {
    let covers = |allow: &Allow| {
        allow.covers.file == span.file && allow.covers.start <= span.start && span.end <= allow.covers.end
    };
    let names = |allow: &Allow| allow.code == rule.code || allow.code.replace('_', "-") == rule.name;
    program.allows.iter().position(|allow| covers(allow) && names(allow))
}

/// Passes on what is not allowed, and reports allows that allow nothing. `sound` says whether all checks could look at
/// everything: only then is an allow without effect certain.
pub(super) fn apply(
    program: &Program,
    findings: Diagnostics,
    mut honoured: BTreeSet<usize>,
    sound: bool,
    diagnostics: &mut Diagnostics,
) {
    for finding in findings {
        match covering(program, finding.rule, finding.primary.span) {
            Some(allow) => {
                honoured.insert(allow);
            }
            None => diagnostics.push(finding),
        }
    }
    for (index, allow) in program.allows.iter().enumerate() {
        let code = &allow.code;
        if catalogue::find(code).is_none() {
            let rules = catalogue::rules();
            let names: Vec<String> = rules.iter().map(|rule| rule.name.replace('-', "_")).collect();
            let known = names.iter().map(String::as_str).chain(rules.iter().map(|rule| rule.code));
            let help = closest(code, known).map_or_else(
                || "`fsmc explain` lists all codes".to_owned(),
                |known| format!("did you mean `{known}`?"),
            );
            let message = format!("there is no finding `{code}`");
            diagnostics.push(finding(&UNKNOWN_CODE, allow.span, message).help(help));
        } else if sound && !honoured.contains(&index) {
            let message = format!("nothing here is `{code}`");
            diagnostics.push(finding(&UNUSED_ALLOW, allow.span, message).help("remove the attribute"));
        }
    }
}

static UNUSED_ALLOW: Rule = Rule {
    code: "FSM609",
    name: "unused-allow",
    severity: Severity::Warning,
    summary: "an `#[allow]` of something that is not there",
    explanation: "An `#[allow]` says that a finding is meant. Where the finding is gone, the attribute would hide the next one.",
    example: "machine Lamp {\n    event Flip;\n    #[allow(FSM401)]\n    initial state Off { on Flip -> On; }\n    state On { on Flip -> Off; }\n}\n",
    instead: "machine Lamp {\n    event Flip;\n    initial state Off { on Flip -> On; }\n    state On { on Flip -> Off; }\n    #[allow(FSM401, reason = \"entered by the next release\")]\n    state Dimmed { on Flip -> Off; }\n}\n",
};

static UNKNOWN_CODE: Rule = Rule {
    code: "FSM610",
    name: "unknown-code",
    severity: Severity::Error,
    summary: "an `#[allow]` of a code that does not exist",
    explanation: "`#[allow]` takes codes such as `FSM401`, or the names of rules with `_` for `-`: `unreachable_state`.",
    example: "machine Lamp {\n    event Flip;\n    #[allow(unreachable_stat)]\n    initial state Off { on Flip -> On; }\n    state On { on Flip -> Off; }\n}\n",
    instead: "machine Lamp {\n    event Flip;\n    initial state Off { on Flip -> On; }\n    state On { on Flip -> Off; }\n    #[allow(unreachable_state, reason = \"entered by the next release\")]\n    state Dimmed { on Flip -> Off; }\n}\n",
};
