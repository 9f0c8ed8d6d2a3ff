//! From the machines of a run to how their scenarios ended.

use fsm_core::model::{Machine, Scenario};
use fsm_core::scenario::{self, Coverage, Outcome};

use crate::report::Report;

/// The scenarios of a run.
#[derive(Debug)]
pub(crate) struct Tests<'r> {
    /// What was read.
    pub(crate) report: &'r Report,
    /// Those that were run, in the order of their texts.
    pub(crate) results: Vec<TestResult<'r>>,
    /// How many the filter has kept out.
    pub(crate) skipped: usize,
    /// What they have reached, for each machine of which one was run.
    pub(crate) reached: Vec<Reached<'r>>,
}

/// One scenario and how it ended.
#[derive(Debug)]
pub(crate) struct TestResult<'r> {
    /// The machine.
    pub(crate) machine: &'r Machine,
    /// The scenario.
    pub(crate) scenario: &'r Scenario,
    /// How it ended.
    pub(crate) outcome: Outcome,
}

/// What all scenarios of a machine together have reached.
#[derive(Debug)]
pub(crate) struct Reached<'r> {
    /// The machine.
    pub(crate) machine: &'r Machine,
    /// What was reached.
    pub(crate) coverage: Coverage,
}

/// Runs the scenarios of all machines without errors, of which `Machine: title` contains the filter.
pub(crate) fn run<'r>(report: &'r Report, filter: Option<&str>) -> Tests<'r> {
    let mut tests = Tests { report, results: Vec::new(), skipped: 0, reached: Vec::new() };
    for program in report.sound() {
        for machine in &program.machines {
            let is_wanted = |scenario: &&Scenario| {
                let name = format!("{}: {}", machine.name.text, scenario.name.text);
                filter.is_none_or(|filter| name.contains(filter))
            };
            let wanted: Vec<_> = machine.scenarios.iter().filter(is_wanted).collect();
            tests.skipped += machine.scenarios.len() - wanted.len();
            if wanted.is_empty() {
                continue;
            }
            let mut coverage = Coverage::default();
            for scenario in wanted {
                let outcome = scenario::run(program, machine, scenario, &report.texts.sources);
                coverage += &outcome.coverage;
                tests.results.push(TestResult { machine, scenario, outcome });
            }
            tests.reached.push(Reached { machine, coverage });
        }
    }
    tests
}

/// What all scenarios of a machine reach; `None` where its file has errors.
pub(crate) fn coverage(report: &Report, machine: &Machine) -> Option<Coverage> {
    let is_own = |known: &&Machine| std::ptr::eq(*known, machine);
    let program =
        report.sound().find(|program| program.machines.iter().chain(&program.imported).any(|of| is_own(&of)))?;
    let mut coverage = Coverage::default();
    for scenario in &machine.scenarios {
        coverage += &scenario::run(program, machine, scenario, &report.texts.sources).coverage;
    }
    Some(coverage)
}

impl Tests<'_> {
    /// How many have failed.
    pub(crate) fn failed(&self) -> usize {
        self.results.iter().filter(|result| result.outcome.failure.is_some()).count()
    }
}
