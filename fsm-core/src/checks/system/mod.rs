//! What is checked of systems. One check is one file, with a line in `CHECKS`; systems are checked where nothing in the
//! text is an error.

mod missing_technology;
mod unconnected_part;
mod unlabelled_relation;
mod untaken_event;
mod untaken_output;

use crate::diagnostic::{Diagnostics, Rule};
use crate::model::{Program, System};

type Check = fn(&Program, &System, &mut Diagnostics);

/// All checks, in the order of their codes.
static CHECKS: &[Check] = &[
    unconnected_part::check,
    unlabelled_relation::check,
    missing_technology::check,
    untaken_output::check,
    untaken_event::check,
];

/// The rules of these checks.
pub(super) static RULES: &[&Rule] = &[
    &unconnected_part::RULE,
    &unlabelled_relation::RULE,
    &missing_technology::RULE,
    &untaken_output::RULE,
    &untaken_event::RULE,
];

/// Runs all checks on a system.
pub(super) fn check(program: &Program, system: &System, diagnostics: &mut Diagnostics) {
    for check in CHECKS {
        check(program, system, diagnostics);
    }
}
