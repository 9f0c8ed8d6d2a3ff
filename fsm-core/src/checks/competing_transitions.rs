//! Reactions of one state to the same thing.

use std::collections::BTreeMap;

use super::guards::{Stimulus, stimuli, takes, takes_by};
use super::{Context, finding};
use crate::diagnostic::{Diagnostics, Rule, Severity};
use crate::model::{Id, Reaction, State};
use crate::solver::{Formula, Problem, Verdict};
use crate::source::Span;

pub(super) static RULES: &[&Rule] = &[&NEVER_TAKEN, &OVERLAPPING];

/// A reaction, where it names the stimulus, and when it takes it.
struct Heard<'m> {
    reaction: &'m Reaction,
    span: Span,
    takes: Formula,
}

pub(super) fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    for state in context.machine.states.ids() {
        for (stimulus, reactions) in reactions_by_stimulus(context, state) {
            if reactions.len() > 1 {
                check_stimulus(context, state, stimulus, &reactions, diagnostics);
            }
        }
    }
}

fn reactions_by_stimulus<'m>(
    context: &'m Context<'_>,
    state: Id<State>,
) -> BTreeMap<Stimulus, Vec<(&'m Reaction, Span)>> {
    let machine = context.machine;
    let mut found: BTreeMap<Stimulus, Vec<(&Reaction, Span)>> = BTreeMap::new();
    for reaction in machine.states[state].reactions.iter().map(|&id| &machine.reactions[id]) {
        for (stimulus, span) in stimuli(reaction) {
            found.entry(stimulus).or_default().push((reaction, span));
        }
    }
    found
}

fn check_stimulus(
    context: &Context<'_>,
    state: Id<State>,
    stimulus: Stimulus,
    reactions: &[(&Reaction, Span)],
    diagnostics: &mut Diagnostics,
) {
    let name = stimulus.name(context.machine);
    let mut problem = context.solver.problem(state);
    let mut earlier: Vec<Heard<'_>> = Vec::new();
    for &(reaction, span) in reactions {
        let heard = Heard { reaction, span, takes: takes(&mut problem, reaction) };
        if is_never(&problem, &earlier, heard.takes) {
            // A reaction that takes nothing by itself is reported for its branches.
            if problem.decide(&[heard.takes]) != Verdict::Never {
                let certain =
                    earlier.iter().find(|earlier| problem.decide(&[!earlier.takes, heard.takes]) == Verdict::Never);
                let mut found = finding(&NEVER_TAKEN, span, format!("this reaction to `{name}` is never taken"));
                let label = if certain.is_some() { "takes all that it could" } else { "these take all that it could" };
                for other in earlier.iter().filter(|other| certain.is_none_or(|certain| certain.span == other.span)) {
                    found = found.and(other.span, label);
                }
                let found = found.help(
                    "write the branches in one block, with guards that tell them apart: `{ [guard] -> A; else -> B; }`",
                );
                let is_all = stimuli(reaction).len() == 1;
                diagnostics.push(if is_all { context.remove(found, &reaction.notes) } else { found });
            }
        } else if !check_branches(&mut problem, &earlier, &heard, diagnostics) {
            report_overlap(context, &problem, &earlier, &heard, &name, diagnostics);
        }
        earlier.push(heard);
    }
}

/// Whether what is left by earlier reactions is never taken.
fn is_never(problem: &Problem<'_>, earlier: &[Heard<'_>], takes: Formula) -> bool {
    let rest: Vec<Formula> = earlier.iter().map(|earlier| !earlier.takes).chain([takes]).collect();
    problem.decide(&rest) == Verdict::Never
}

/// Reports branches to which earlier reactions leave nothing.
fn check_branches(
    problem: &mut Problem<'_>,
    earlier: &[Heard<'_>],
    heard: &Heard<'_>,
    diagnostics: &mut Diagnostics,
) -> bool {
    let branches = &heard.reaction.branches;
    let mut has_found = false;
    for (index, branch) in branches.iter().enumerate().filter(|_| branches.len() > 1 && !earlier.is_empty()) {
        let takes = takes_by(problem, heard.reaction, index);
        let is_dead = is_never(problem, earlier, takes) && problem.decide(&[takes]) != Verdict::Never;
        if is_dead {
            has_found = true;
            let mut found = finding(&NEVER_TAKEN, branch.span, "this branch is never taken".to_owned());
            for other in earlier {
                found = found.and(other.span, "asked first, and takes all that it could");
            }
            diagnostics.push(found.help("write the branches in one block, with guards that tell them apart"));
        }
    }
    has_found
}

/// Reports that an earlier reaction can take the same, with values for which both could.
fn report_overlap(
    context: &Context<'_>,
    problem: &Problem<'_>,
    earlier: &[Heard<'_>],
    heard: &Heard<'_>,
    name: &str,
    diagnostics: &mut Diagnostics,
) {
    for other in earlier {
        // Each pair once, for the first of the events that both name.
        let is_first = stimuli(heard.reaction).iter().find_map(|&(stimulus, span)| {
            stimuli(other.reaction).iter().any(|&(of, _)| of == stimulus).then_some(span)
        });
        let Verdict::Possible(witness) = problem.decide(&[other.takes, heard.takes]) else { continue };
        if is_first != Some(heard.span) {
            return;
        }
        let state = context.machine.qualified_name(heard.reaction.source);
        let when = if witness.values.is_empty() { String::new() } else { format!(" where {witness}") };
        let certainty = if witness.exact { "" } else { ", as far as can be known" };
        diagnostics.push(
            finding(&OVERLAPPING, heard.span, format!("two reactions of `{state}` can take `{name}`{when}{certainty}"))
                .and(other.span, "this one is asked first")
                .help("write them as branches of one block, in the order that is meant, or make their guards exclude each other"),
        );
        return;
    }
}

static NEVER_TAKEN: Rule = Rule {
    code: "FSM502",
    name: "competing-transitions",
    severity: Severity::Error,
    summary: "a reaction to which earlier ones of the same state leave nothing",
    explanation: "Within a state, reactions are asked in the order of the text. What reacts to the same event behind one that is \
                  always taken, or that is taken whenever this one could be, never is. Alternatives stand in one block, with \
                  guards that tell them apart.",
    example: "machine Door {\n    event Open;\n    initial state Shut { on Open -> Ajar; on Open -> Wide; }\n    state Ajar { on Open -> Wide; }\n    state Wide { on Open -> Shut; }\n}\n",
    instead: "machine Door {\n    event Open;\n    guard hard;\n    initial state Shut { on Open { [hard] -> Wide; else -> Ajar; } }\n    state Ajar { on Open -> Wide; }\n    state Wide { on Open -> Shut; }\n}\n",
};

static OVERLAPPING: Rule = Rule {
    code: "FSM505",
    name: "overlapping-guards",
    severity: Severity::Warning,
    summary: "two reactions of a state that can both take an event",
    explanation: "Of two reactions of one state to the same event, the one that stands first is taken where both could be. Where \
                  their guards exclude each other, their order does not matter; here it does, and it is easily changed by \
                  accident. In one block the order of the branches is part of what is written. The finding shows values for which \
                  both guards hold.",
    example: "machine Door {\n    context { force: u8 = 0 }\n    event Open { force: u8 };\n    guard windy;\n    initial state Shut {\n        on Open [event.force > 3] -> Ajar;\n        on Open [windy] -> Wide;\n    }\n    state Ajar { on Open -> Wide / force = event.force; }\n    state Wide { on Open -> Shut; }\n}\n",
    instead: "machine Door {\n    context { force: u8 = 0 }\n    event Open { force: u8 };\n    guard windy;\n    initial state Shut {\n        on Open {\n            [windy] -> Wide;\n            [event.force > 3] -> Ajar;\n        }\n    }\n    state Ajar { on Open -> Wide / force = event.force; }\n    state Wide { on Open -> Shut; }\n}\n",
};
