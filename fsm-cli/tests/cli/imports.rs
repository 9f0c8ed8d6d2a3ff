//! Imports over the file system: relative to the importing file, and never from outside of the project.

use insta::assert_snapshot;

use crate::project::Project;

/// A machine that uses an enum of another file.
const MACHINE: &str = "machine Door {\n    context { cause: Cause = Cause::Wear }\n    event Fire;\n    initial state Open { on Fire [cause != Cause::Fire] / cause = Cause::Fire; }\n}\n";

#[test]
fn imports_are_relative_to_the_importing_file() {
    let project = Project::new("imports_are_relative")
        .with("doors/front.fsm", format!("import \"../shared/all.fsm\";\n{MACHINE}"))
        .with("shared/all.fsm", "import \"inner/cause.fsm\";\nimport \"../doors/front.fsm\";\n")
        .with("shared/inner/cause.fsm", "enum Cause { Wear, Fire }\n");
    assert_snapshot!(project.run(&["validate", "doors/front.fsm", "--format", "json"]).stdout);
}

#[test]
fn a_finding_in_an_imported_file_is_reported_once() {
    let project = Project::new("a_finding_in_an_imported_file")
        .with("a.fsm", format!("import \"common.fsm\";\n{MACHINE}"))
        .with("b.fsm", format!("import \"./common.fsm\";\n{MACHINE}"))
        .with("common.fsm", "enum Cause { Wear, Fire, Fire }\n");
    assert_snapshot!(project.run(&["validate"]).all());
}

#[test]
fn imports_out_of_the_project_are_refused() {
    let secret = Project::new("imports_refused_secret").with("secret.fsm", "enum Cause { Wear, Fire }\n");
    let text = format!(
        "import \"../imports_refused_secret/secret.fsm\";\nimport \"../no/such/file.fsm\";\nimport \"/etc/passwd\";\nimport \"a/../../x\";\nimport \"\";\nimport \"directory\";\nimport \"nul\\0\";\n{MACHINE}"
    );
    let project = Project::new("imports_refused").with("a.fsm", text).with("directory/b.txt", "");
    assert_snapshot!(project.run(&["validate", "a.fsm", "--format", "short"]).all());
    drop(secret);
}

#[cfg(unix)]
#[test]
fn links_out_of_the_project_are_refused_and_links_inside_followed() {
    let secret = Project::new("links_secret").with("secret.fsm", "enum Cause { Wear, Fire }\n");
    let project = Project::new("links")
        .with("a.fsm", format!("import \"out.fsm\";\nimport \"away/secret.fsm\";\nimport \"in.fsm\";\n{MACHINE}"))
        .with("real.fsm", "enum Cause { Wear, Fire }\n");
    std::os::unix::fs::symlink(secret.path("secret.fsm"), project.path("out.fsm")).unwrap();
    std::os::unix::fs::symlink(secret.path(""), project.path("away")).unwrap();
    std::os::unix::fs::symlink("real.fsm", project.path("in.fsm")).unwrap();
    assert_snapshot!(project.run(&["validate", "a.fsm", "--format", "short"]).all());
}

#[cfg(unix)]
#[test]
fn a_pipe_is_not_imported() {
    let project = Project::new("a_pipe_is_not_imported")
        .with("a.fsm", "import \"pipe.fsm\";\nmachine Lamp { initial state Off; }\n");
    let made = std::process::Command::new("mkfifo").arg(project.path("pipe.fsm")).status().unwrap();
    assert!(made.success());
    assert_snapshot!(project.run(&["validate", "a.fsm", "--format", "short"]).all());
}

#[test]
fn the_standard_input_imports_from_the_current_directory() {
    let project = Project::new("the_standard_input_imports").with("cause.fsm", "enum Cause { Wear, Fire }\n");
    let run = project.run_with_input(&["validate", "-", "-"], format!("import \"cause.fsm\";\n{MACHINE}"));
    assert_snapshot!(run.all());
    for outside in ["../the_standard_input_imports/../links/real.fsm", "/etc/passwd", "../../../../../../etc/passwd"] {
        let input = format!("import \"{outside}\";\nmachine Lamp {{ initial state Off; }}");
        let run = project.run_with_input(&["validate", "-", "--format", "short"], input);
        assert!(run.stdout.starts_with("<stdin>:1:8: error[FSM101]"), "{}", run.stdout);
    }
}
