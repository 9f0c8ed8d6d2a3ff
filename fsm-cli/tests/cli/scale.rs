//! Many files, large files, and files that are no files.

use std::fmt::Write as _;
use std::process::Stdio;
use std::time::Duration;

use crate::project::{Project, fsmc};

const LAMP: &str = "machine Lamp { initial state Off; }\n";

#[test]
fn the_number_of_threads_changes_nothing() {
    let mut project = Project::new("the_number_of_threads").with("common.fsm", "enum Cause { Wear, Fire, Fire }\n");
    for number in 0..60 {
        let text = format!("import \"common.fsm\";\nmachine M{number} {{ event X; initial state A; state B; }}\n");
        project = project.with(&format!("m{}/m{number}.fsm", number % 7), text.replace("common", "../common"));
    }
    let all = |jobs: &str| project.run(&["validate", "--format", "json", "--jobs", jobs]).all();
    let one = all("1");
    assert!(one.contains("M59") || one.contains("m59"), "{one}");
    for jobs in ["2", "5", "100"] {
        assert_eq!(all(jobs), one, "{jobs}");
    }
    let wrong = project.run(&["validate", "-j", "0"]);
    assert_eq!(wrong.code, Some(2));
}

#[test]
fn no_progress_is_told_where_no_terminal_is() {
    let project = Project::new("no_progress").with("a.fsm", LAMP);
    let run = project.run(&["validate", "--quiet"]);
    assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("1 machine in 1 file: no findings\n", ""));
}

#[test]
fn a_large_machine_is_found_fault_with_like_a_small_one() {
    let mut text = "machine Chain {\n    event Next;\n".to_owned();
    for state in 0..2000 {
        let initial = if state == 0 { "initial " } else { "" };
        let _ = writeln!(text, "    {initial}state S{state} {{ on Next -> S{}; }}", state + 1);
    }
    text.push_str("    state Inner {\n        initial state First { on Next -> Frist; }\n");
    for state in 0..2000 {
        let _ = writeln!(text, "        state I{state} \"é\";");
    }
    text.push_str("    }\n    final state S2000;\n    stat Wrong;\n}\n");
    let project = Project::new("a_large_machine").with("chain.fsm", text);
    let run = project.run(&["validate", "--format", "short"]);
    let lines: Vec<_> = run.stdout.lines().collect();
    assert_eq!(lines.len(), 2, "{}", run.stdout);
    assert!(lines[0].starts_with("chain.fsm:2004:42: error[FSM103]"), "{}", lines[0]);
    assert!(lines[1].starts_with("chain.fsm:4007:5: error[FSM010]"), "{}", lines[1]);
}

#[test]
fn a_diamond_of_imports_and_a_long_chain_are_read_once_each() {
    let mut project = Project::new("a_diamond_of_imports")
        .with(
            "top.fsm",
            "import \"left.fsm\";\nimport \"right.fsm\";\nimport \"top.fsm\";\nmachine Lamp { initial state Off; }\n",
        )
        .with("left.fsm", "import \"chain0.fsm\";\n")
        .with("right.fsm", "import \"./chain0.fsm\";\n");
    for number in 0..1000 {
        project = project.with(&format!("chain{number}.fsm"), format!("import \"chain{}.fsm\";\n", number + 1));
    }
    let project = project.with("chain1000.fsm", "enum Cause { Wear }\n");
    let run = project.run(&["validate", "top.fsm"]);
    assert_eq!((run.stdout.as_str(), run.code), ("1 machine in 1004 files: no findings\n", Some(0)));
}

#[cfg(unix)]
fn make_pipe(project: &Project, name: &str) {
    let made = std::process::Command::new("mkfifo").arg(project.path(name)).status().unwrap();
    assert!(made.success());
}

/// A named pipe is read like a file where it is named, and passed over where a directory is searched. What is deleted
/// while others are read is a failure of its own.
#[cfg(unix)]
#[test]
fn a_pipe_is_read_and_what_is_deleted_meanwhile_is_told() {
    let project = Project::new("a_pipe_is_read").with("a.fsm", LAMP).with("doomed.fsm", LAMP);
    make_pipe(&project, "pipe.fsm");
    assert_eq!(project.run(&["validate"]).stdout, "2 machines in 2 files: no findings\n");
    let child = fsmc()
        .args(["validate", "pipe.fsm", "doomed.fsm", "a.fsm"])
        .current_dir(project.path(""))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // As long as nobody has written to the pipe, the files behind it are not looked at.
    std::thread::sleep(Duration::from_millis(50));
    std::fs::remove_file(project.path("doomed.fsm")).unwrap();
    std::fs::write(project.path("pipe.fsm"), "machine Piped { initial state Off; }\n").unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout), "2 machines in 2 files: 1 failure\n");
    assert_eq!(String::from_utf8_lossy(&output.stderr), "error: doomed.fsm: no such file or directory\n");
    assert_eq!(output.status.code(), Some(2));
}

#[cfg(unix)]
#[test]
fn what_looks_like_a_file_and_is_none() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let project = Project::new("what_looks_like_a_file")
        .with("a.fsm", "import \"inner.fsm\";\nimport \"dangling.fsm\";\nmachine Lamp { initial state Off; }\n")
        .with("inner.fsm/b.fsm", LAMP)
        .with("locked.fsm", LAMP);
    symlink("nowhere.fsm", project.path("dangling.fsm")).unwrap();
    symlink("round.fsm", project.path("round.fsm")).unwrap();
    let run = project.run(&["validate", "a.fsm", "inner.fsm", "dangling.fsm", "round.fsm", "--format", "short"]);
    assert!(
        run.stdout.contains("a.fsm:1:8: error[FSM101]: cannot import `inner.fsm`: it is not a file"),
        "{}",
        run.stdout
    );
    assert!(
        run.stdout.contains("a.fsm:2:8: error[FSM101]: cannot import `dangling.fsm`: no such file"),
        "{}",
        run.stdout
    );
    assert!(run.stderr.contains("dangling.fsm: no such file"), "{}", run.stderr);
    assert!(run.stderr.contains("round.fsm: too many levels"), "{}", run.stderr);
    assert_eq!(run.code, Some(2));

    let locked = project.path("locked.fsm");
    std::fs::set_permissions(&locked, std::fs::Permissions::from_mode(0o000)).unwrap();
    // To the superuser nothing is unreadable.
    if std::fs::read(&locked).is_err() {
        let run = project.run(&["validate", "locked.fsm"]);
        assert_eq!((run.stderr.as_str(), run.code), ("error: locked.fsm: permission denied\n", Some(2)));
    }
}
