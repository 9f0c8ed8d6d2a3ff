//! The help texts, and wrong usage.

use insta::assert_snapshot;

use crate::project::Project;

#[test]
fn help_texts() {
    let project = Project::new("help_texts");
    for command in
        ["", "validate", "test", "diagram", "doc", "embed", "mdbook", "simulate", "generate", "explain", "import"]
    {
        let arguments: Vec<_> = [command, "--help"].into_iter().filter(|word| !word.is_empty()).collect();
        let run = project.run(&arguments);
        assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""));
        assert_snapshot!(format!("help_{command}"), run.stdout);
    }
}

#[test]
fn wrong_usage() {
    let project = Project::new("wrong_usage");
    for arguments in [&[][..], &["validat"], &["validate", "--format", "xml"], &["--colour", "never"]] {
        let run = project.run(arguments);
        assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""), "{arguments:?}");
        assert_snapshot!(format!("wrong_usage_{}", arguments.join("_")), run.stderr);
    }
}

#[test]
fn the_version() {
    assert_eq!(Project::new("the_version").run(&["--version"]).stdout, format!("fsmc {}\n", env!("CARGO_PKG_VERSION")));
}
