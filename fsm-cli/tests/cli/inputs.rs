//! Which files are looked at.

use insta::assert_snapshot;

use crate::project::Project;

const LAMP: &str = "machine Lamp { initial state Off; }\n";

/// The files that a run looked into.
fn files(project: &Project, arguments: &[&str]) -> Vec<String> {
    let run = project.run(&[&["validate", "--format", "json"], arguments].concat());
    let report: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    report["files"].as_array().unwrap().iter().map(|file| file.as_str().unwrap().to_owned()).collect()
}

#[test]
fn directories_are_searched_in_order() {
    let project = Project::new("directories_are_searched")
        .with("b/z.fsm", LAMP)
        .with("b/a.fsm", LAMP)
        .with("a.fsm", LAMP)
        .with("c.rs", "fsm! { machine A { initial state B; } }")
        .with("other.rs", "// not a machine: fsm! {}")
        .with("notes.txt", LAMP)
        .with(".hidden/a.fsm", LAMP)
        .with("target/CACHEDIR.TAG", "")
        .with("target/a.fsm", LAMP)
        .with("ignored/a.fsm", LAMP)
        .with(".gitignore", "/ignored\n");
    let all = ["a.fsm", "b/a.fsm", "b/z.fsm", "c.rs"];
    assert_eq!(files(&project, &[]), all);
    assert_eq!(files(&project, &["."]), all);
    assert_eq!(files(&project, &["b"]), ["b/a.fsm", "b/z.fsm"]);
    assert_eq!(files(&project, &["ignored/a.fsm", "notes.txt"]), ["ignored/a.fsm", "notes.txt"]);
}

#[test]
fn a_file_is_looked_at_once_however_it_is_named() {
    let project = Project::new("a_file_is_looked_at_once").with("d/a.fsm", LAMP);
    let full = project.path("d/a.fsm");
    let run = project.run(&["validate", "d/a.fsm", "./d/../d/a.fsm", full.to_str().unwrap(), "d", "."]);
    assert_eq!(run.stdout, "1 machine in 1 file: no findings\n");
    assert_eq!(run.stderr, "");
}

#[test]
fn what_is_not_there() {
    let project = Project::new("what_is_not_there").with("empty/notes.txt", "").with("lamp.fsm", LAMP);
    assert_snapshot!(project.run(&["validate", "missing.fsm", "empty", "lamp.fsm"]).all());
    assert_snapshot!("nothing_there", project.run(&["validate", "empty"]).all());
}

#[test]
fn the_standard_input_is_a_file() {
    let project = Project::new("the_standard_input_is_a_file");
    assert_snapshot!(project.run_with_input(&["validate", "-"], "machine Lamp { initial state Off; on Flip; }").all());
}

#[test]
fn a_file_without_machines_is_fine() {
    let project = Project::new("a_file_without_machines").with("a.rs", "fn main() {}").with("b.fsm", "enum A { B }");
    assert_eq!(project.run(&["validate", "a.rs", "b.fsm"]).stdout, "0 machines in 1 file: no findings\n");
}
