//! The scenarios of the examples: all of them pass, and together they reach every state and every transition.

use fsm_core::model::Machine;
use fsm_core::scenario::{self, Coverage};
use fsm_core::source::Sources;
use fsm_tests::{analyzed, examples};

/// Runs all scenarios of a machine and gives what they have reached, and the failures in words.
fn run(sources: &Sources, program: &fsm_core::model::Program, machine: &Machine) -> (Coverage, Vec<String>) {
    let (mut coverage, mut failures) = (Coverage::default(), Vec::new());
    for scenario in &machine.scenarios {
        let outcome = scenario::run(program, machine, scenario, sources);
        coverage += &outcome.coverage;
        failures.extend(outcome.failure.map(|failure| format!("{}: {failure:#?}", scenario.name.text)));
    }
    (coverage, failures)
}

#[test]
fn all_scenarios_of_the_examples_pass() {
    for (name, text) in examples() {
        let (sources, analysis) = analyzed(&name, &text);
        for machine in &analysis.program.machines {
            assert!(!machine.scenarios.is_empty(), "{name}: `{}` has scenarios", machine.name.text);
            let (_, failures) = run(&sources, &analysis.program, machine);
            assert!(failures.is_empty(), "{name}: {}", failures.join("\n"));
        }
    }
}

/// The door of the README shows one scenario and leaves the rest to the reader.
#[test]
fn the_scenarios_of_the_examples_leave_nothing_out() {
    for (name, text) in examples().into_iter().filter(|(name, _)| name != "door") {
        let (sources, analysis) = analyzed(&name, &text);
        for machine in &analysis.program.machines {
            let (coverage, _) = run(&sources, &analysis.program, machine);
            let whole = Coverage::whole(machine);
            let states: Vec<_> = whole.entered.difference(&coverage.entered).collect();
            let names: Vec<_> = states.into_iter().map(|&state| machine.qualified_name(state)).collect();
            assert!(names.is_empty(), "{name}: never entered: {names:?}");
            let never = whole.taken.difference(&coverage.taken).map(|&(id, branch)| {
                let reaction = &machine.reactions[id];
                sources.text(reaction.branches[branch].span).to_owned()
            });
            let never: Vec<_> = never.collect();
            assert!(never.is_empty(), "{name}: never taken: {never:?}");
            assert!(whole.exceeded.is_subset(&coverage.exceeded), "{name}: a limit is never exceeded");
        }
    }
}

/// A scenario is worth something only if it fails when the machine is another: one line of each example is changed, and
/// a scenario notices.
#[test]
fn scenarios_notice_a_machine_that_is_wrong() {
    for (name, right, wrong) in [
        ("door", "[wrong >= 2]", "[wrong >= 3]"),
        ("task", "on Pause -> Paused;", "on Pause -> Completed;"),
        ("recursive_workflow", "= 10;", "= 11;"),
        ("recursive_workflow", "-> history(Working)", "-> Working"),
        ("circuit_breaker", "= 60s;", "= 61s;"),
        ("circuit_breaker", "failures + 1 >= failure_threshold", "failures >= failure_threshold"),
        ("session", "= 7d;", "= 8d;"),
        ("session", "exit / emit SessionInvalidated", "entry / emit SessionInvalidated"),
        ("agent_coordination", "percent <= 100", "percent <= 101"),
        ("agent_pipeline", "correlation_id: correlation_id, payload", "correlation_id: 0, payload"),
        ("canary_rollout", "error_percent < 1.0", "error_percent <= 1.0"),
        ("database_migration", "/ version = before", "/ version = 0"),
        ("conversation", "= 300s;", "= 301s;"),
        ("crossing", "after 3s -> Lowering", "after 4s -> Lowering"),
        ("crossing", "[trains == 0] -> Raising", "[trains <= 1] -> Raising"),
        ("retry", "delay * 2", "delay * 3"),
    ] {
        let (_, text) = examples().into_iter().find(|(of, _)| of == name).unwrap();
        let changed = text.replacen(right, wrong, 1);
        assert_ne!(text, changed, "{name}: `{right}`");
        let (sources, analysis) = analyzed(name, &changed);
        assert!(!analysis.diagnostics.has_errors(), "{name}: `{wrong}`");
        let machines = analysis.program.machines.iter();
        let failures: Vec<_> = machines.flat_map(|machine| run(&sources, &analysis.program, machine).1).collect();
        assert!(!failures.is_empty(), "{name}: no scenario notices `{wrong}`");
    }
}
