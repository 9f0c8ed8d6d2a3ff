//! Random machines: their texts are without errors, they have all constructs, and they can be made smaller.

use fsm_tests::analyzed;
use fsm_tests::random::describe::Machine;
use fsm_tests::random::{Case, Choices, Size, shrink};

/// The findings of the front end.
fn findings(machine: &Machine) -> Vec<String> {
    let (_, analysis) = analyzed("random.fsm", &machine.to_string());
    let findings = analysis.diagnostics.into_sorted().into_iter();
    findings.map(|finding| format!("{} {}", finding.code(), finding.message)).collect()
}

#[test]
fn the_text_of_a_random_machine_has_no_error() {
    for seed in 0..2_000 {
        let machine = Case::of(seed, 0).machine;
        assert_eq!(findings(&machine), Vec::<String>::new(), "seed {seed}\n{machine}");
    }
}

#[test]
fn bytes_make_machines_as_seeds_do() {
    for seed in 0..200 {
        let mut source = Choices::from_seed(seed);
        let bytes: Vec<u8> = (0..source.count(0, 4_000)).map(|_| source.below(256).to_le_bytes()[0]).collect();
        let machine = Case::chosen(&mut Choices::from_bytes(&bytes), Size::of(seed, 0)).machine;
        assert_eq!(findings(&machine), Vec::<String>::new(), "seed {seed}\n{machine}");
    }
}

#[test]
fn a_seed_makes_one_case() {
    assert_eq!(Case::of(7, 50), Case::of(7, 50));
    assert_ne!(Case::of(7, 50), Case::of(8, 50));
}

/// Each construct stands in at least one of a hundred machines, so that some thousands of machines combine them all.
#[test]
fn all_constructs_are_made() {
    let seeds = 0..1_000;
    let texts: Vec<_> = seeds.map(|seed| Case::of(seed, 0).machine.to_string()).collect();
    let constructs = [
        "\nparallel machine ",
        " parallel state ",
        " final state ",
        "initial -> ",
        "-> (",
        "-> history(",
        "deep history(",
        "initial -> history(",
        " / act",
        "on *",
        "on done ",
        "on done(",
        "on error",
        "always [",
        "after 1s",
        "after (",
        "every ",
        "after 0s",
        "defer ",
        " max ",
        "ignore ",
        "run job",
        " ok ",
        " err ",
        " event.value",
        "event.origin",
        "event.error",
        "event.f",
        " fails;",
        ") -> u",
        "if ",
        "} else if ",
        "} else { ",
        "cancel ",
        "raise ",
        "emit ",
        "reset limit",
        "reset context",
        "reset v",
        "restart ",
        "counts ",
        "limit limit",
        "reenter",
        " else ",
        "!= none) && ",
        "== none) || ",
        "some(",
        "in S",
        "ask0",
        "guard ask0() = ",
        "internal event",
        "enum E0",
        "param ",
        "context {",
        "entry /",
        "exit /",
        "duration",
        "f64",
        "str",
        " = act",
        " += ",
        " -= ",
        " % ",
        "min(",
    ];
    for construct in constructs {
        let machines = texts.iter().filter(|text| text.contains(construct)).count();
        assert!(machines >= texts.len() / 100, "{construct:?} stands in {machines} of {} machines", texts.len());
    }
}

/// A machine that has a deep history with a default and a task, and nothing more than that takes.
#[test]
fn a_case_is_made_as_small_as_what_it_shows() {
    let shows = |case: &Case| {
        let text = case.machine.to_string();
        text.contains("deep history") && text.contains("run job") && findings(&case.machine).is_empty()
    };
    let mut seeds = (0..).map(|seed| Case::of(seed, 10));
    let case = seeds.find(shows).expect("some machine has both");
    let small = shrink(&case, 20_000, shows);
    let text = small.machine.to_string();
    assert!(shows(&small) && small.script.steps.is_empty());
    assert!(text.lines().count() <= 16, "{text}");
}
