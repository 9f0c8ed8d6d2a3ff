//! Branches that are never taken, whatever the values are.

use super::graph::is_unconditional;
use super::guards::guard;
use super::{Context, finding};
use crate::diagnostic::{Diagnostic, Diagnostics, Rule, Severity};
use crate::model::{Condition, Reaction};
use crate::solver::{Formula, Problem, Verdict};

pub(super) fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    for reaction in &context.machine.reactions {
        check_reaction(context, reaction, diagnostics);
    }
}

fn check_reaction(context: &Context<'_>, reaction: &Reaction, diagnostics: &mut Diagnostics) {
    let mut problem = context.solver.problem(reaction.source);
    let guards: Vec<Formula> = reaction.branches.iter().map(|branch| guard(&mut problem, branch)).collect();
    for (index, branch) in reaction.branches.iter().enumerate() {
        let earlier = &reaction.branches[..index];
        if let Some(certain) = earlier.iter().find(|branch| is_unconditional(branch)) {
            let found = finding(&RULE, branch.span, "this branch is never taken".to_owned())
                .and(certain.span, "always taken before it")
                .help("remove it, move it up, or give the branch before it a guard");
            diagnostics.push(remove(context, found, reaction, index));
            continue;
        }
        let text = match &branch.condition {
            Condition::Guard(guard) => context.text(guard.span),
            Condition::None | Condition::Else | Condition::Unknown => "else".to_owned(),
        };
        let holds = guards[index];
        if problem.decide(&[holds]) == Verdict::Never {
            let found = finding(&RULE, branch.span, format!("this branch is never taken: `{text}` never holds"))
                .help("remove it, or write the condition that is meant");
            diagnostics.push(remove(context, found, reaction, index));
        } else if let Some(takers) = taken_before(&problem, &guards[..index], holds) {
            let message = match (&branch.condition, takers.as_slice()) {
                (Condition::Guard(_), [only]) if only + 1 == index => {
                    format!("this branch is never taken: where `{text}` holds, the branch before it is")
                }
                (Condition::Guard(_), [_]) => {
                    format!("this branch is never taken: where `{text}` holds, an earlier branch is")
                }
                (Condition::Guard(_), _) => {
                    format!("this branch is never taken: where `{text}` holds, one of the branches before it is")
                }
                _ => "this branch is never taken: the branches before it leave nothing".to_owned(),
            };
            let mut found = finding(&RULE, branch.span, message);
            for taker in takers {
                found = found.and(earlier[taker].span, "asked before it");
            }
            let found = found.help("remove it, move it up, or write the condition that is meant");
            diagnostics.push(remove(context, found, reaction, index));
        }
    }
}

/// The finding, with the proposal to remove the branch: the reaction, where it is the only one. A first branch that an
/// `else` follows stays, for the `else` would be alone.
fn remove(context: &Context<'_>, found: Diagnostic, reaction: &Reaction, index: usize) -> Diagnostic {
    match reaction.branches.as_slice() {
        [_] => context.remove(found, &reaction.notes),
        [_, next, ..] if index == 0 && matches!(next.condition, Condition::Else) => found,
        branches => context.remove(found, &branches[index].notes),
    }
}

/// The earlier branches that leave nothing to a later one: one of them if one does, else all.
fn taken_before(problem: &Problem<'_>, earlier: &[Formula], holds: Formula) -> Option<Vec<usize>> {
    let rest: Vec<Formula> = earlier.iter().map(|&earlier| !earlier).chain([holds]).collect();
    if earlier.is_empty() || problem.decide(&rest) != Verdict::Never {
        return None;
    }
    let alone = earlier.iter().position(|&earlier| problem.decide(&[!earlier, holds]) == Verdict::Never);
    Some(alone.map_or_else(|| (0..earlier.len()).collect(), |alone| vec![alone]))
}

pub(super) static RULE: Rule = Rule {
    code: "FSM501",
    name: "unreachable-branch",
    severity: Severity::Error,
    summary: "a branch that is never taken",
    explanation: "Branches are asked in order, and the first whose guard holds is taken. A branch is never reached behind one \
                  without a guard, if its guard holds for no values at all, or if for all values for which it does an earlier \
                  branch is taken. That is decided by what the guards mean, with the types and ranges of what they ask; a host \
                  guard may answer anything, but equal arguments equally.",
    example: "machine Door {\n    context { tries: u8 in 0..=3 = 0 }\n    event Open;\n    initial state Shut { on Open { [tries < 2] -> Ajar; [tries >= 2] / tries = 0; else; } }\n    state Ajar { on Open -> Shut / tries += 1; }\n}\n",
    instead: "machine Door {\n    context { tries: u8 in 0..=3 = 0 }\n    event Open;\n    initial state Shut { on Open { [tries < 2] -> Ajar; else / tries = 0; } }\n    state Ajar { on Open [tries < 3] -> Shut / tries += 1; }\n}\n",
};
