//! The validator: what is legal, and probably not what was meant.
//!
//! One check is one file: its rule with the documentation, its function, its tests. Each looks at one machine through a
//! `Context`, in which the graph of the machine's states has been built once. To add a check, add a file and a line in
//! `CHECKS`.
//!
//! What is checked of systems is in `system`, in the same way.
//!
//! All algorithms are iterative and linear in the number of states and transitions, or nearly so.

mod attributes;
mod competing_transitions;
mod components;
mod conflicting_regions;
mod constant_guard;
mod cycle;
mod dead_end;
mod dead_end_at_limit;
mod dead_timer;
mod eventless_cycle;
mod generous_limit;
mod graph;
mod guards;
mod idle_limit;
mod idle_scenario;
mod microstep;
mod naming;
mod never_done;
mod no_way_to_final;
mod ranges;
mod responses;
mod runs;
mod shadowed_reaction;
mod system;
mod unbounded_cycle;
mod unguarded_range;
mod unreachable_branch;
mod unreachable_state;
mod unused;
mod vacuous_history;
mod walks;

use std::cell::RefCell;
use std::collections::BTreeSet;

use crate::diagnostic::{Applicability, Diagnostic, Diagnostics, Level, Rule, Severity};
use crate::edits;
use crate::model::{Machine, Notes, Program};
use crate::solver::Solver;
use crate::source::{FileId, Sources, Span};
use crate::syntax::phrase;
use attributes::Attributes;
pub use components::Edges;
pub use cycle::{BoundedCycle, bounded_cycles};
use graph::StateGraph;
pub use responses::{Handling, Outcome, Response, responses};
pub use runs::{Runs, runs};

/// A check: what it may report, and how it looks for it.
struct Check {
    rules: &'static [&'static Rule],
    run: fn(&Context<'_>, &mut Diagnostics),
}

/// All checks, in the order of their codes.
static CHECKS: &[Check] = &[
    Check { rules: &[&unreachable_state::RULE], run: unreachable_state::check },
    Check { rules: &[&dead_end::RULE], run: dead_end::check },
    Check { rules: &[&no_way_to_final::RULE], run: no_way_to_final::check },
    Check { rules: &[&vacuous_history::RULE], run: vacuous_history::check },
    Check { rules: &[&never_done::RULE], run: never_done::check },
    Check { rules: dead_timer::RULES, run: dead_timer::check },
    Check { rules: &[&dead_end_at_limit::RULE], run: dead_end_at_limit::check },
    Check { rules: &[&unreachable_branch::RULE], run: unreachable_branch::check },
    Check { rules: competing_transitions::RULES, run: competing_transitions::check },
    Check { rules: &[&shadowed_reaction::RULE], run: shadowed_reaction::check },
    Check { rules: &[&constant_guard::RULE], run: constant_guard::check },
    Check { rules: &[&conflicting_regions::RULE], run: conflicting_regions::check },
    Check { rules: &[&unguarded_range::RULE], run: unguarded_range::check },
    Check { rules: unused::RULES, run: unused::check },
    Check { rules: &[&naming::RULE], run: naming::check },
    Check { rules: &[&unbounded_cycle::RULE], run: unbounded_cycle::check },
    Check { rules: eventless_cycle::RULES, run: eventless_cycle::check },
    Check { rules: &[&idle_limit::RULE], run: idle_limit::check },
    Check { rules: &[&generous_limit::RULE], run: generous_limit::check },
    Check { rules: &[&idle_scenario::RULE], run: idle_scenario::check },
];

/// The rules of all checks: those for which a level can be chosen.
pub(crate) fn adjustable_rules() -> impl Iterator<Item = &'static Rule> {
    CHECKS.iter().flat_map(|check| check.rules).chain(system::RULES).chain(attributes::RULES).copied()
}

/// What a check looks at.
struct Context<'a> {
    program: &'a Program,
    machine: &'a Machine,
    sources: &'a Sources,
    graph: StateGraph,
    /// Decides what guards mean.
    solver: Solver<'a>,
    /// The allows (by index) that a check has honoured itself.
    honoured: &'a RefCell<BTreeSet<usize>>,
    attributes: &'a Attributes<'a>,
}

/// The level of a rule in a file, where the text itself chooses none.
pub type LevelOf<'a> = dyn Fn(&Rule, FileId) -> Level + 'a;

impl Context<'_> {
    /// A text of the definition on one line.
    fn text(&self, span: Span) -> String {
        phrase(self.sources, span)
    }

    /// The finding, with the proposal to remove a declaration that does nothing, where it can be told what that is.
    fn remove(&self, found: Diagnostic, notes: &Notes) -> Diagnostic {
        match notes.span {
            Some(span) => found.fix(Applicability::Safe, "remove it", edits::removed(self.sources, span), ""),
            None => found,
        }
    }

    /// Whether the finding is allowed at this place. The allow counts as used.
    fn is_allowed(&self, rule: &Rule, span: Span) -> bool {
        let found = self.attributes.allowing(rule, span);
        self.honoured.borrow_mut().extend(found);
        found.is_some()
    }
}

/// Runs all checks on all machines of a program, at the levels of their rules and of the text.
pub fn check(program: &Program, sources: &Sources, diagnostics: &mut Diagnostics) {
    check_at(program, sources, &|rule, _| Level::from(rule.severity), diagnostics);
}

/// Runs all checks on all machines of a program, at the levels of the text and else those of `level_of`.
///
/// A machine that has errors already is not checked: what is wrong with it may only be a consequence.
pub fn check_at(program: &Program, sources: &Sources, level_of: &LevelOf<'_>, diagnostics: &mut Diagnostics) {
    let attributes = Attributes::of(program, sources);
    let honoured = RefCell::new(BTreeSet::new());
    let mut findings = Diagnostics::new();
    let is_sound = |machine: &Machine| {
        let inside = |span: Span| span.file == machine.span.file && machine.span.to(span) == machine.span;
        !diagnostics.iter().any(|error| error.severity() == Severity::Error && inside(error.primary.span))
    };
    let machines: Vec<_> = program.machines.iter().filter(|machine| is_sound(machine)).collect();
    for machine in machines {
        let graph = StateGraph::new(machine);
        let solver = Solver::new(program, sources, machine);
        let context =
            Context { program, machine, sources, graph, solver, honoured: &honoured, attributes: &attributes };
        for check in CHECKS {
            (check.run)(&context, &mut findings);
        }
    }
    let sound = !diagnostics.has_errors();
    if sound {
        program.systems.iter().for_each(|system| system::check(program, system, &mut findings));
    }
    attributes.apply(findings, honoured.into_inner(), sound, level_of, diagnostics);
}

/// A finding of `rule`.
fn finding(rule: &'static Rule, span: Span, message: String) -> Diagnostic {
    Diagnostic::new(rule, span, message)
}
