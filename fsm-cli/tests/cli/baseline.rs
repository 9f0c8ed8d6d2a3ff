//! Baselines: what is known already.

use insta::assert_snapshot;

use crate::project::Project;

const OLD: &str = "machine Lamp {\n    event Flip;\n    event Never;\n    event Ever;\n    initial state Off { on Flip -> On; }\n    state On { on Flip -> Off; }\n}\n";

fn known(name: &str) -> Project {
    let project = Project::new(name).with("a/lamp.fsm", OLD);
    let run = project.run(&["validate", "a", "--write-baseline", "known.json"]);
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), "2 findings written to known.json\n"));
    project
}

#[test]
fn what_is_known_is_not_told() {
    let project = known("what_is_known");
    assert_snapshot!(std::fs::read_to_string(project.path("known.json")).unwrap());
    // Lines move, and there is something new.
    let text = format!("// new\n\n{}", OLD.replace("event Flip;", "event Flip;\n    guard cold;"));
    let project = project.with("a/lamp.fsm", text);
    let run = project.run(&["validate", "a", "--baseline", "known.json", "--format", "short"]);
    assert_eq!(run.stdout, "a/lamp.fsm:5:11: warning[FSM602]: the guard `cold` is never asked\n");
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""));
}

#[test]
fn what_is_mended_is_reported() {
    let project = known("what_is_mended").with("a/lamp.fsm", OLD.replace("    event Never;\n", ""));
    assert_snapshot!(project.run(&["validate", "a", "--baseline", "known.json"]).all());
}

#[test]
fn one_of_two_is_told() {
    let text = "machine Lamp {\n    event Flip;\n    initial state Off { on Flip { [true] -> On; [true] -> On; } }\n    state On { on Flip -> Off; }\n}\n";
    let project = Project::new("one_of_two").with("lamp.fsm", text);
    project.run(&["validate", "--write-baseline", "known.json"]);
    let twice = text.replace("[true] -> On; }", "[true] -> On; [true] -> On; }");
    let before = project.run(&["validate", "--format", "short"]).stdout.lines().count();
    let run = project.with("lamp.fsm", twice).run(&["validate", "--format", "short", "--baseline", "known.json"]);
    assert!(before > 0 && !run.stdout.is_empty(), "{}", run.all());
    assert_eq!(run.code, Some(1));
}

#[test]
fn errors_without_a_level_are_never_known() {
    let project = Project::new("errors_without_a_level").with("lamp.fsm", OLD.replace("-> On", "-> Onn"));
    project.run(&["validate", "--write-baseline", "known.json"]);
    let run = project.run(&["validate", "--baseline", "known.json", "--format", "short"]);
    assert!(run.stdout.contains("error[FSM103]"), "{}", run.all());
    assert_eq!(run.code, Some(1));
}

#[test]
fn what_is_no_baseline() {
    for (text, message) in [
        ("", "error: known.json: is no baseline: "),
        ("{\"version\":2,\"findings\":[]}", "error: known.json: is a baseline of version 2, and version 1 is read\n"),
        (
            "{\"version\":1,\"findings\":[{\"file\":\"\"}]}",
            "error: known.json: is no baseline: missing field `machine`",
        ),
    ] {
        let project = Project::new("what_is_no_baseline").with("lamp.fsm", OLD).with("known.json", text);
        let run = project.run(&["validate", "--baseline", "known.json"]);
        assert!(run.stderr.starts_with(message), "{}", run.stderr);
        assert_eq!(run.code, Some(2));
    }
}
