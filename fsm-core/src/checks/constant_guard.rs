//! Guards that always hold.

use super::guards::guard;
use super::{Context, finding};
use crate::diagnostic::{Applicability, Diagnostic, Diagnostics, Rule, Severity};
use crate::model::{Branch, Condition};
use crate::solver::Verdict;
use crate::source::Span;

pub(super) fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    for reaction in &context.machine.reactions {
        let mut problem = context.solver.problem(reaction.source);
        for branch in &reaction.branches {
            let Condition::Guard(condition) = &branch.condition else { continue };
            let holds = guard(&mut problem, branch);
            if problem.decide(&[!holds]) == Verdict::Never {
                let text = context.text(condition.span);
                let found = finding(&RULE, condition.span, format!("`{text}` always holds"))
                    .help("leave the guard out, or write the condition that is meant");
                diagnostics.push(leave_out(context, found, branch, reaction.branches.len()));
            }
        }
    }
}

/// The finding, with the proposal to leave the guard out where no other branch is asked.
fn leave_out(context: &Context<'_>, found: Diagnostic, branch: &Branch, branches: usize) -> Diagnostic {
    let Condition::Guard(condition) = &branch.condition else { return found };
    let file = condition.span.file;
    let text = context.sources.file(file).text();
    let (before, behind) = (&text[..condition.span.range().start], &text[condition.span.range().end..]);
    match (before.trim_end().strip_suffix('['), behind.trim_start().strip_prefix(']')) {
        (Some(before), Some(behind)) if branches == 1 => {
            let end = text.len() - behind.trim_start_matches(' ').len();
            found.fix(Applicability::Safe, "leave the guard out", Span::new(file, before.len()..end), "")
        }
        _ => found,
    }
}

pub(super) static RULE: Rule = Rule {
    code: "FSM504",
    name: "constant-guard",
    severity: Severity::Warning,
    summary: "a guard that always holds",
    explanation: "A guard that holds for all values of what it asks decides nothing. Often a comparison is turned round, or an \
                  operator is not the one that was meant. That is decided by what the guard means, with the types and ranges of \
                  what it asks. A guard that never holds is a branch that is never taken (FSM501).",
    example: "machine Door {\n    context { tries: u8 in 0..=3 = 0 }\n    event Open;\n    initial state Shut { on Open [tries <= 3 || tries > 5] -> Ajar; }\n    state Ajar { on Open -> Shut / tries = 0; }\n}\n",
    instead: "machine Door {\n    context { tries: u8 in 0..=3 = 0 }\n    event Open;\n    initial state Shut { on Open [tries < 3] -> Ajar; }\n    state Ajar { on Open -> Shut / tries = 0; }\n}\n",
};
