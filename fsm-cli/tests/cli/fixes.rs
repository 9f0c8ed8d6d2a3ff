//! `fsmc validate --fix`.

use insta::assert_snapshot;

use crate::project::Project;

const LAMP: &str = "/// A lamp.\nmachine Lamp {\n    event Flip;\n    /// Nobody sends it.\n    event Never; // why\n    enum Color { Red }\n    action shine(color: Color);\n    context { level: u8 = 0, old: bool = false }\n    #[allow(FSM401, reason = \"gone\")]\n    initial state Off {\n        on Flip {\n            [level < 3] -> On / level += 1;\n            [level >= 3] -> Off / level = 0;\n            else;\n        }\n    }\n    state On { on Flip -> Off; }\n}\n";

fn text(project: &Project, path: &str) -> String {
    std::fs::read_to_string(project.path(path)).unwrap()
}

#[test]
fn what_is_safe_is_applied_until_nothing_is_left() {
    let project = Project::new("what_is_safe").with("lamp.fsm", LAMP);
    let run = project.run(&["validate", "--fix", "--diff"]);
    assert_snapshot!(run.all());
    assert_eq!(text(&project, "lamp.fsm"), LAMP, "--diff writes nothing");
    // The type is used by the action only, so it goes in the second round.
    let run = project.run(&["validate", "--fix"]);
    assert_snapshot!("what_is_safe_text", format!("{}\n── lamp.fsm\n{}", run.all(), text(&project, "lamp.fsm")));
    let again = text(&project, "lamp.fsm");
    assert!(project.run(&["validate", "--fix"]).stderr.starts_with("0 fixes applied"));
    assert_eq!(text(&project, "lamp.fsm"), again);
}

#[test]
fn guesses_are_applied_only_where_they_are_asked_for() {
    let wrong = "machine Lamp {\n    event Flip;\n    initial state Off { on Flip -> Onn; }\n    state On { on Flpi -> Off; }\n}\n";
    let project = Project::new("guesses").with("lamp.fsm", wrong);
    assert_eq!(project.run(&["validate", "--fix"]).code, Some(1));
    assert_eq!(text(&project, "lamp.fsm"), wrong);
    let run = project.run(&["validate", "--fix=maybe"]);
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), "2 fixes applied\n"));
    assert_eq!(text(&project, "lamp.fsm"), wrong.replace("Onn", "On").replace("Flpi", "Flip"));
}

#[test]
fn the_standard_input_goes_to_the_standard_output() {
    let text = "machine Lamp {\n    event Flip;\n    guard cold;\n    initial state Off { on Flip -> On; }\n    state On { on Flip -> Off; }\n}\n";
    let project = Project::new("fix_of_the_standard_input");
    let run = project.run_with_input(&["validate", "--fix", "-"], text);
    assert_eq!((run.code, run.stdout), (Some(0), text.replace("    guard cold;\n", "")));
    let clean = text.replace("    guard cold;\n", "");
    let run = project.run_with_input(&["validate", "--fix", "-"], &clean);
    assert_eq!(run.stdout, clean);
}

#[test]
fn machines_in_rust_code_are_mended_in_place() {
    let rust = "// äöü\nfsm_runtime::fsm! {\n    machine Lamp {\n        event Flip;\n        guard cold;\n        initial state Off { on Flip -> On; }\n        state On { on Flip -> Off; }\n    }\n}\n\nfn main() {}\n";
    let project = Project::new("fix_of_rust_code").with("src/main.rs", rust);
    assert_eq!(project.run(&["validate", "--fix"]).code, Some(0));
    assert_eq!(text(&project, "src/main.rs"), rust.replace("        guard cold;\n", ""));
}

#[test]
fn a_fix_that_makes_an_error_is_taken_back() {
    // Without its only branch but `else` the reaction would have nothing to choose from; the dead end is a guess.
    let wrong = "machine Job {\n    event Go;\n    initial state Idle { on Go -> Busy; }\n    state Busy { entry / raise Go; on Go -> Stuck; }\n    state Stuck { entry / raise Go; }\n    final state Done;\n}\n";
    let project = Project::new("a_fix_that_makes_an_error").with("job.fsm", wrong);
    let before = project.run(&["validate", "--format", "short"]).stdout;
    let run = project.run(&["validate", "--fix=maybe", "--format", "short"]);
    let codes = |text: &str| text.lines().map(|line| line.split(['[', ']']).nth(1).unwrap_or("").to_owned()).collect();
    let (before, after): (Vec<String>, Vec<String>) = (codes(&before), codes(&run.stdout));
    assert!(after.iter().all(|code| before.contains(code)), "{before:?} {after:?}");
}

#[test]
fn configurations_are_mended_too() {
    let project =
        Project::new("configurations_are_mended").with("a.fsm", "").with("fsm.toml", "[level]\nunused = 'deny'\n");
    assert_eq!(project.run(&["validate", "--fix=maybe"]).stderr, "1 fix applied\n");
    assert_eq!(text(&project, "fsm.toml"), "[levels]\nunused = 'deny'\n");
}

#[test]
fn imported_files_are_mended_too() {
    let project = Project::new("imported_files_are_mended")
        .with("a.fsm", "import \"common.fsm\";\nmachine Lamp {\n    event Flip { why: Caus };\n    initial state Off { on Flip [event.why == Cause::Wear] -> On; }\n    state On { on Flip -> Off; }\n}\n")
        .with("common.fsm", "enum Cause { Wear }\n#[alow(unused)]\nenum Other { A }\n");
    let run = project.run(&["validate", "a.fsm", "--fix=maybe", "--format", "short"]);
    assert!(text(&project, "a.fsm").contains("why: Cause }"), "{}", run.all());
    assert!(text(&project, "common.fsm").contains("#[allow(unused)]"), "{}", run.all());
}
