//! Branches that are never taken, whatever the guards say.

use super::graph::{is_impossible, is_unconditional};
use super::{Context, finding};
use crate::diagnostic::{Diagnostics, Rule, Severity};
use crate::model::{Condition, Reaction};

pub(super) fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    for reaction in &context.machine.reactions {
        check_reaction(context, reaction, diagnostics);
    }
}

fn check_reaction(context: &Context<'_>, reaction: &Reaction, diagnostics: &mut Diagnostics) {
    let mut certain = None;
    let mut guards: Vec<(String, crate::source::Span)> = Vec::new();
    for branch in &reaction.branches {
        let guard = match &branch.condition {
            Condition::Guard(guard) => Some((context.text(guard.span), guard.span)),
            Condition::None | Condition::Else | Condition::Unknown => None,
        };
        if let Some(span) = certain {
            diagnostics.push(
                finding(&RULE, branch.span, "this branch is never taken".to_owned())
                    .and(span, "always taken before it")
                    .help("remove it, move it up, or give the branch before it a guard"),
            );
            continue;
        }
        if is_impossible(branch) {
            diagnostics.push(
                finding(&RULE, branch.span, "this branch is never taken: its guard is `false`".to_owned())
                    .help("remove it, or write the condition that is meant"),
            );
        }
        if let Some((text, span)) = guard {
            match guards.iter().find(|(known, _)| *known == text) {
                Some((_, first)) => diagnostics.push(
                    finding(&RULE, branch.span, format!("this branch is never taken: `{text}` is asked before it"))
                        .and(*first, "asked here first")
                        .help("remove it, or write the condition that is meant"),
                ),
                None => guards.push((text, span)),
            }
        }
        if is_unconditional(branch) {
            certain = Some(branch.span);
        }
    }
}

pub(super) static RULE: Rule = Rule {
    code: "FSM501",
    name: "unreachable-branch",
    severity: Severity::Error,
    summary: "a branch that is never taken",
    explanation: "Branches are asked in order, and the first whose guard holds is taken. What stands behind a branch without a \
                  guard, or asks again what was asked before, is never reached.",
    example: "machine Door {\n    event Open;\n    guard locked;\n    initial state Shut { on Open { [locked]; else -> Ajar; [!locked] -> Ajar; } }\n    state Ajar { on Open -> Shut; }\n}\n",
    instead: "machine Door {\n    event Open;\n    guard locked;\n    initial state Shut { on Open { [locked]; else -> Ajar; } }\n    state Ajar { on Open -> Shut; }\n}\n",
};
