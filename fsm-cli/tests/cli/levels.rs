//! Levels: who decides how grave a finding is.

use insta::assert_snapshot;

use crate::project::Project;

/// A warning (FSM601, unused-event) and nothing else.
const UNUSED: &str = "machine Lamp {\n    event Flip;\n    event Never;\n    initial state Off { on Flip -> On; }\n    state On { on Flip -> Off; }\n}\n";

/// `1 error`, `1 warning` or `nothing` with the exit status, for a project and a command line.
fn outcome(project: &Project, arguments: &[&str]) -> String {
    let run = project.run(&[&["validate", "--format", "short", "lamp.fsm"], arguments].concat());
    let found: Vec<_> = run.stdout.lines().map(|line| line.split(": ").nth(1).unwrap_or_default()).collect();
    format!("{} {}{}", run.code.unwrap(), found.join(" "), run.stderr)
}

#[test]
fn the_stronger_decides() {
    let warning = "0 warning[FSM601]";
    let error = "1 error[FSM601]";
    let nothing = "0 ";
    for (number, (attribute, config, flags, expected)) in [
        ("", "", &[][..], warning),
        ("", "[levels]\nunused = 'deny'", &[], error),
        ("", "[levels]\nunused = 'deny'\nFSM601 = 'allow'", &[], nothing),
        ("", "[levels]\nall = 'deny'\n[[overrides]]\nfiles = ['*.fsm']\nlevels.unused = 'allow'", &[], nothing),
        ("", "[levels]\nall = 'deny'\n[[overrides]]\nfiles = ['*.rs']\nlevels.unused = 'allow'", &[], error),
        ("", "[levels]\nunused = 'deny'", &["--no-config"], warning),
        ("", "[levels]\nunused = 'deny'", &["-A", "unused-event"], nothing),
        ("", "[levels]\nunused = 'allow'", &["--deny", "FSM601"], error),
        ("", "", &["-D", "unused", "-W", "FSM601"], warning),
        ("", "", &["-W", "FSM601", "-D", "unused"], error),
        ("", "", &["-A", "guards,unused"], nothing),
        ("", "", &["--deny", "warnings"], error),
        ("", "", &["--deny", "warnings", "-A", "FSM601"], nothing),
        ("", "[levels]\nwarnings = 'deny'", &[], error),
        ("#[allow(unused_event)]", "[levels]\nall = 'deny'", &["-D", "all", "-D", "warnings"], nothing),
        ("#[warn(FSM601)]", "", &["-D", "all"], warning),
        ("#[deny(unused)]", "", &["-A", "all"], error),
        ("#[allow(all)]\n    #[deny(FSM601)]", "", &[], error),
    ]
    .into_iter()
    .enumerate()
    {
        let text = UNUSED.replace("event Never;", &format!("{attribute}\n    event Never;"));
        let mut project = Project::new(&format!("the_stronger_decides_{number}")).with("lamp.fsm", text);
        if !config.is_empty() {
            project = project.with("fsm.toml", config);
        }
        assert_eq!(outcome(&project, flags), expected, "{attribute} {config} {flags:?}");
    }
}

#[test]
fn the_innermost_attribute_decides() {
    let text = format!("#[allow(unused)]\n{}", UNUSED.replace("event Never;", "#[deny(unused)] event Never;"));
    let project = Project::new("the_innermost_attribute_decides").with("lamp.fsm", text);
    assert_eq!(outcome(&project, &[]), "1 error[FSM601]");
}

#[test]
fn the_nearest_configuration_counts_within_the_workspace() {
    let project = Project::new("the_nearest_configuration")
        .with("fsm.toml", "[levels]\nunused = 'deny'")
        .with("Cargo.lock", "")
        .with("a/lamp.fsm", UNUSED)
        .with("a/b/fsm.toml", "[levels]\nguards = 'deny'")
        .with("a/b/lamp.fsm", UNUSED)
        .with("c/Cargo.lock", "")
        .with("c/lamp.fsm", UNUSED);
    let levels = |arguments: &[&str]| {
        let run = project.run(&[&["validate", "--format", "short"], arguments].concat());
        let lines = run.stdout.lines().map(|line| line.split(": ").take(2).collect::<Vec<_>>().join(" "));
        lines.collect::<Vec<_>>()
    };
    let (warn, deny) = ("warning[FSM601]", "error[FSM601]");
    assert_eq!(
        levels(&[]),
        [format!("a/b/lamp.fsm:3:11 {warn}"), format!("a/lamp.fsm:3:11 {deny}"), format!("c/lamp.fsm:3:11 {warn}")]
    );
    assert_eq!(levels(&["--config", "fsm.toml", "c"]), [format!("c/lamp.fsm:3:11 {deny}")]);
}

#[test]
fn a_wrong_configuration_is_told_once() {
    let project = Project::new("a_wrong_configuration")
        .with("a.fsm", UNUSED)
        .with("b.fsm", UNUSED)
        .with("fsm.toml", "[levels]\nunusd = \"deny\"\nguards = \"eror\"\nFSM103 = \"allow\"\n\n[override]\n");
    assert_snapshot!(project.run(&["validate", "a.fsm", "b.fsm"]).all());
    assert_snapshot!("a_missing_configuration", project.run(&["validate", "a.fsm", "--config", "none.toml"]).all());
}

#[test]
fn levels_that_cannot_be_chosen_are_refused() {
    let project = Project::new("levels_that_cannot_be_chosen").with("lamp.fsm", UNUSED);
    for (word, message) in [
        ("unusd", "there is no finding `unusd`; did you mean `unused`?"),
        ("unknown-state", "`unknown-state` is always an error; "),
        ("\u{1b}[31m", "there is no finding `\\u{1b}[31m`"),
    ] {
        let run = project.run(&["validate", "-D", word, "lamp.fsm"]);
        assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""));
        assert!(run.stderr.contains(message), "{}", run.stderr);
    }
}

#[test]
fn what_is_allowed_stops_no_command() {
    // A dead end is an error, and generated all the same where it is allowed.
    let text = "machine Lamp {\n    event Flip;\n    initial state Off { on Flip -> On; }\n    state On;\n}\n";
    let project = Project::new("what_is_allowed").with("lamp.fsm", text);
    assert_eq!(project.run(&["generate", "lamp.fsm"]).code, Some(1));
    let project = project.with("fsm.toml", "[levels]\ndead-end = 'allow'");
    let run = project.run(&["generate", "lamp.fsm"]);
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""));
}
