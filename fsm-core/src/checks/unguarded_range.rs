//! Values that no guard keeps in the range they are for.

use std::cell::OnceCell;
use std::collections::BTreeSet;

use super::microstep::{self, Way};
use super::ranges::{self, Ranges};
use super::{Context, finding};
use crate::diagnostic::{Diagnostics, Rule, Severity};
use crate::interpreter::duration;
use crate::model::{BaseType, Expr, ExprKind, Id, Interval, Machine, Place, State, Trigger, Type};
use crate::solver::{Formula, Kept, Problem, Run, Verdict, Witness};
use crate::source::Span;

pub(super) fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    let machine = context.machine;
    let mut reported = BTreeSet::new();
    let mut problem = context.solver.problem(Machine::root());
    let run = microstep::start(&mut problem, machine);
    for (kept, witness) in suspicious(machine, Machine::root(), &problem, &run) {
        report(context, &problem, kept, &witness, &mut reported, diagnostics);
    }
    // What is known of variables in each state is only worked out where it matters.
    let ranges = OnceCell::new();
    for reaction in machine.reactions.ids() {
        let source = machine.reactions[reaction].source;
        if !(context.graph.is_active(source) || source == Machine::root()) {
            continue;
        }
        for way in microstep::ways(machine, reaction) {
            check_way(context, way, &ranges, &mut reported, diagnostics);
        }
    }
}

fn check_way(
    context: &Context<'_>,
    way: Way<'_>,
    ranges: &OnceCell<Ranges>,
    reported: &mut BTreeSet<Span>,
    diagnostics: &mut Diagnostics,
) {
    let machine = context.machine;
    let mut problem = context.solver.problem(way.source);
    let run = microstep::take(&mut problem, machine, way.source, way);
    let mut suspects = suspicious(machine, way.source, &problem, &run);
    suspects.retain(|(kept, _)| !reported.contains(&kept.value.span));
    if suspects.is_empty() {
        return;
    }
    let Ranges::Known(known) = ranges.get_or_init(|| Ranges::of(context)) else {
        for (kept, witness) in suspects {
            report(context, &problem, kept, &witness, reported, diagnostics);
        }
        return;
    };
    for leaf in microstep::leaves(machine, way.source) {
        let Some(ranges) = known.get(&leaf) else { continue };
        let mut problem = context.solver.problem(leaf);
        ranges::assume(&mut problem, ranges);
        let run = microstep::take(&mut problem, machine, leaf, way);
        for (kept, witness) in suspicious(machine, way.source, &problem, &run) {
            report(context, &problem, kept, &witness, reported, diagnostics);
        }
    }
}

/// The values that can leave their range, each with values for which it does.
fn suspicious<'r, 'm>(
    machine: &Machine,
    source: Id<State>,
    problem: &Problem<'_>,
    run: &'r Run<'m>,
) -> Vec<(&'r Kept<'m>, Witness)> {
    let reacts_to_errors = |state: Id<State>| {
        machine.states[state].reactions.iter().any(|&id| matches!(machine.reactions[id].trigger, Trigger::Error))
    };
    let is_expected = machine.lineage(source).any(reacts_to_errors);
    let open = run.kept.iter().filter(|kept| kept.fits != Formula::TRUE);
    let concerned = open.filter(|kept| !is_expected && is_narrow(machine, kept) || is_certain(problem, kept));
    let found = concerned.filter_map(|kept| match problem.decide(&[kept.reached, !kept.fits]) {
        Verdict::Possible(witness) => Some((kept, witness)),
        Verdict::Never | Verdict::Undecided => None,
    });
    found.collect()
}

/// Whether the value does not fit whenever it comes to it.
fn is_certain(problem: &Problem<'_>, kept: &Kept<'_>) -> bool {
    problem.decide(&[kept.reached, kept.fits]) == Verdict::Never
}

/// Reports a value, once.
fn report(
    context: &Context<'_>,
    problem: &Problem<'_>,
    kept: &Kept<'_>,
    witness: &Witness,
    reported: &mut BTreeSet<Span>,
    diagnostics: &mut Diagnostics,
) {
    if !reported.insert(kept.value.span) {
        return;
    }
    let text = context.text(kept.value.span);
    let range = range_text(kept.ty, kept.interval);
    let message = if is_certain(problem, kept) {
        format!("`{text}` always lies outside of `{range}` here")
    } else if witness.values.is_empty() {
        format!("nothing keeps `{text}` within `{range}`")
    } else {
        format!("nothing keeps `{text}` within `{range}`: not where {witness}")
    };
    diagnostics.push(finding(&RULE, kept.value.span, message).help(
        "ask before it whether the value fits, by a guard, `min` or `max`; or react to the failure: `on error …`",
    ));
}

/// Whether a value is for less than its parts can be: then more than the size of a type is at stake.
fn is_narrow(machine: &Machine, kept: &Kept<'_>) -> bool {
    let (Type::Plain(base) | Type::Optional(base)) = kept.ty;
    let of_type = match base {
        BaseType::Int(int) => int.interval(),
        _ => Interval::DURATION,
    };
    if kept.interval != of_type {
        return true;
    }
    let mut is_narrow = false;
    kept.value.walk(&mut |part| {
        is_narrow |= read_interval(machine, part).is_some_and(|interval| !interval.within(kept.interval));
    });
    is_narrow
}

/// The values of what an expression reads directly.
fn read_interval(machine: &Machine, expr: &Expr) -> Option<Interval> {
    match &expr.kind {
        ExprKind::Variable(id) | ExprKind::Narrowed(Place::Variable(id)) => machine.variables[*id].interval,
        ExprKind::EventField { .. } | ExprKind::Reported(_) | ExprKind::Narrowed(_) => match expr.ty {
            Type::Plain(BaseType::Int(int)) | Type::Optional(BaseType::Int(int)) => Some(int.interval()),
            _ => None,
        },
        _ => None,
    }
}

/// A range as it is written.
fn range_text(ty: Type, Interval { low, high }: Interval) -> String {
    match ty {
        Type::Plain(BaseType::Duration) | Type::Optional(BaseType::Duration) => {
            format!("{}..={}", duration(low), duration(high))
        }
        _ => format!("{low}..={high}"),
    }
}

pub(super) static RULE: Rule = Rule {
    code: "FSM507",
    name: "unguarded-range",
    severity: Severity::Warning,
    summary: "a value that no guard keeps in the range it is for",
    explanation: "A value that leaves its range is a failing action: the variable keeps what it had, and the rest of the list is \
                  cut. Here the guard of the transition, the branches before it and the actions on the way leave values for which \
                  that happens; the finding shows them. What the variables can be in each state is worked out from the transitions that lead \
                  there, from any values that the machine can be started with, as intervals. \
                  Nothing is reported where a state around reacts to `error`, nor for arithmetic that only the size of a type \
                  bounds: write a range to have it looked at.",
    example: "machine Door {\n    context { tries: u8 in 0..=3 = 0 }\n    event Knock;\n    event Open;\n    initial state Shut {\n        on Knock [tries != 2] / tries += 1;\n        on Open -> Ajar / tries = 0;\n    }\n    state Ajar { on Knock -> Shut; }\n}\n",
    instead: "machine Door {\n    context { tries: u8 in 0..=3 = 0 }\n    event Knock;\n    event Open;\n    initial state Shut {\n        on Knock [tries < 3] / tries += 1;\n        on Open -> Ajar / tries = 0;\n    }\n    state Ajar { on Knock -> Shut; }\n}\n",
};
