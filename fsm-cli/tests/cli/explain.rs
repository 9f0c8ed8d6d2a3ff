//! `fsmc explain`.

use insta::assert_snapshot;
use serde_json::Value;

use crate::project::Project;

#[test]
fn a_code_and_its_name_are_explained_alike() {
    let project = Project::new("a_code_and_its_name");
    let run = project.run(&["explain", "FSM301"]);
    assert_snapshot!(run.all());
    for name in ["fsm301", "no-initial-state", "no_initial_state"] {
        assert_eq!(project.run(&["explain", name]).stdout, run.stdout);
    }
}

#[test]
fn an_unknown_code() {
    let project = Project::new("an_unknown_code");
    assert_snapshot!(project.run(&["explain", "no-inital-state"]).all());
    assert_snapshot!("nothing_like_it", project.run(&["explain", "gibberish"]).all());
}

#[test]
fn all_codes_are_listed_and_explained() {
    let project = Project::new("all_codes_are_listed");
    let rules = fsm_core::catalogue::rules();
    let listed = project.run(&["explain"]).stdout;
    assert_eq!(listed.lines().count(), rules.len());
    for (line, rule) in listed.lines().zip(rules) {
        assert!(line.starts_with(rule.code) && line.contains(rule.name) && line.ends_with(rule.summary), "{line}");
    }
}

#[test]
fn explanations_as_json() {
    let project = Project::new("explanations_as_json");
    let one: Value = serde_json::from_str(&project.run(&["explain", "FSM301", "--format", "json"]).stdout).unwrap();
    assert_eq!(one["name"], "no-initial-state");
    let all: Value = serde_json::from_str(&project.run(&["explain", "--format", "json"]).stdout).unwrap();
    assert_eq!(all.as_array().unwrap().len(), fsm_core::catalogue::rules().len());
    assert!(all.as_array().unwrap().contains(&one));
}
