//! `fsmc test`.

use insta::assert_snapshot;
use serde_json::Value;

use crate::project::Project;

const DOOR: &str = r#"machine Door {
    context { wrong: u8 in 0..=3 = 0 }
    event Enter { code: u32 };
    event Close;
    output Alarm;
    guard correct(code: u32);
    initial state Shut {
        on Enter {
            [correct(event.code)] -> Open / wrong = 0;
            [wrong >= 2]          -> Locked / emit Alarm;
            else                  / wrong += 1;
        }
    }
    state Open { on Close -> Shut; }
    final state Locked;
    scenario "three wrong codes lock the door" {
        repeat 3 { send Enter { code: 1 }; }
        expect in Locked && terminated;
        expect emitted Alarm;
    }
    scenario "a known code opens it" {
        given correct(4711) = true;
        send Enter { code: 4711 };
        expect in Open;
    }
}
"#;

/// The machine with one text of it changed.
fn changed(right: &str, wrong: &str) -> String {
    assert!(DOOR.contains(right), "{right}");
    DOOR.replacen(right, wrong, 1)
}

#[test]
fn scenarios_that_pass() {
    let project = Project::new("scenarios_that_pass").with("door.fsm", DOOR);
    assert_snapshot!("pass", project.run(&["test", "door.fsm"]).all());
    assert_snapshot!("coverage", project.run(&["test", "--coverage"]).all());
    let from_stdin = project.run_with_input(&["test", "-"], DOOR);
    assert_eq!(from_stdin.all(), project.run(&["test"]).all().replace("door.fsm", "<stdin>"));
}

#[test]
fn a_condition_that_does_not_hold() {
    let project = Project::new("a_condition").with("door.fsm", changed("wrong >= 2", "wrong >= 3"));
    assert_snapshot!(project.run(&["test"]).all());
}

#[test]
fn what_is_expected_and_not_done() {
    for (name, right, wrong) in [
        ("not_emitted", "/ emit Alarm", ""),
        ("emitted", "expect emitted Alarm;", "expect not emitted Alarm;"),
        ("not_refused", "expect in Open;", "expect refused;"),
        ("refused", "send Enter { code: 4711 };", "send Close;"),
        ("negated", "expect in Open;", "expect !(in Open);"),
    ] {
        let run = Project::new(&format!("expected_{name}")).with("door.fsm", changed(right, wrong)).run(&["test"]);
        assert_eq!(run.code, Some(1));
        assert_snapshot!(name, run.all());
    }
}

#[test]
fn a_scenario_without_end_is_stopped() {
    let project = Project::new("a_scenario_without_end").with("door.fsm", changed("repeat 3", "repeat 4000000000"));
    let run = project.run(&["test", "--filter", "lock"]);
    assert_eq!(run.code, Some(1));
    assert!(run.stdout.contains("error[FSM752]"), "the door locks, and refuses what comes then: {}", run.all());
    let text = "machine Clock { initial state A { every 1ns / ; } scenario \"a day\" { wait 1d; } }";
    let text = text.replace(" / ;", " -> A;");
    let run = Project::new("a_clock_without_end").with("clock.fsm", text).run(&["test"]);
    assert!(run.stdout.contains("error[FSM753]"), "{}", run.all());
}

#[test]
fn some_of_the_scenarios() {
    let project = Project::new("some_of_the_scenarios").with("door.fsm", DOOR);
    assert_snapshot!("some", project.run(&["test", "--filter", "Door: a known"]).all());
    assert_snapshot!("none", project.run(&["test", "--filter", "window"]).all());
}

/// Places are those of the Rust file.
#[test]
fn machines_in_rust_code_are_tested() {
    let wrong = changed("wrong >= 2", "wrong >= 3");
    let project =
        Project::new("machines_in_rust_code").with("src/lib.rs", format!("mod door {{\n    fsm! {{ {wrong} }}\n}}\n"));
    let run = project.run(&["test"]);
    assert_eq!(run.code, Some(1));
    assert!(run.stdout.contains("[src/lib.rs:19:16]"), "{}", run.all());
}

#[test]
fn what_cannot_be_run() {
    let project = Project::new("what_cannot_be_run")
        .with("door.fsm", DOOR)
        .with("broken.fsm", changed("send Enter { code: 4711 };", "send Enter { cod: 4711 };"))
        .with("plain.fsm", "machine Lamp { initial state Off; }");
    assert_snapshot!("erroneous", project.run(&["test", "broken.fsm", "door.fsm", "missing.fsm"]).all());
    assert_snapshot!("without", project.run(&["test", "plain.fsm"]).all());
}

#[test]
fn for_continuous_integration() {
    let wrong = changed("wrong >= 2", "wrong >= 3").replace("a known code", "a <known> & \\\"good\\\" \\u{7} code");
    let project = Project::new("for_continuous_integration").with("door.fsm", wrong).with("broken.fsm", "machine {");
    let run = project.run(&["test", "--format", "junit"]);
    assert_eq!(run.code, Some(2));
    assert_snapshot!(run.stdout);
}

#[test]
fn for_scripts() {
    let project = Project::new("for_scripts").with("door.fsm", changed("wrong >= 2", "wrong >= 3"));
    assert_snapshot!(project.run(&["test", "--format", "json"]).all());
}

#[test]
fn every_member_is_described() {
    let wrong = changed("wrong >= 2", "wrong >= 3");
    let project = Project::new("every_member_of_tests").with("door.fsm", wrong).with("broken.fsm", "machine {");
    let run = project.run(&["test", "--format", "json", ".", "missing.fsm"]);
    let report: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(report["summary"]["failed"], 1);
    let described = include_str!("../../../docs/json.md");
    let described = described.split("# What `fsmc").find(|part| part.starts_with(" test")).unwrap();
    let mut members = Vec::new();
    crate::json::collect_members(&report, &mut members);
    // Places, findings and failures are described once, for all commands.
    for part in ["findings", "failures", "finding"] {
        assert!(members.contains(&part.to_owned()));
    }
    for member in ["scenarios", "situation", "steps", "coverage", "never", "left_out", "effects"] {
        assert!(members.contains(&member.to_owned()), "{member}: {}", run.stdout);
        assert!(described.contains(&format!("`{member}`")), "docs/json.md does not describe `{member}`");
    }
    let whole = include_str!("../../../docs/json.md");
    for member in members {
        assert!(whole.contains(&format!("`{member}`")), "docs/json.md does not describe `{member}`");
    }
}

/// The reference shows a scenario that fails as it is printed.
#[test]
fn the_reference_shows_what_is_printed() {
    let reference = include_str!("../../../docs/language.md");
    let section = reference.split("\n## ").find(|section| section.starts_with("Scenarios\n")).unwrap();
    let block = |language: &str| {
        let rest = section.split(&format!("```{language}\n")).nth(1).unwrap();
        rest.split("```").next().unwrap().to_owned()
    };
    let project = Project::new("the_reference_of_scenarios").with("lock.fsm", block("fsm"));
    assert_eq!(project.run(&["test", "lock.fsm"]).code, Some(0));
    let wrong = block("fsm").replace("wait 1s;", "wait 1ms;");
    let run = Project::new("the_reference_of_a_failure").with("lock.fsm", wrong).run(&["test", "lock.fsm"]);
    assert_eq!(block("console"), format!("$ fsmc test lock.fsm\n{}", run.stdout));
}
