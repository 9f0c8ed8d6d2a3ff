//! What people see: the source, then what is said of it.

use insta::assert_snapshot;

use crate::project::{Project, validated};

const LAMP: &str =
    "machine Lamp {\n    event Flip;\n    initial state Off { on Flip -> On; }\n    state On { on Flip -> Off; }\n}\n";

#[test]
fn a_clean_machine() {
    assert_snapshot!(validated("a_clean_machine", LAMP));
}

#[test]
fn an_error_with_a_suggestion() {
    assert_snapshot!(validated("an_error_with_a_suggestion", &LAMP.replace("-> On", "-> Onn")));
}

#[test]
fn findings_in_the_order_of_the_text() {
    let text = "machine Door {\n\tevent Open;\n\tevent Open;\n\tcontext { tries: u8 in 3..=0 = 3 }\n\tinitial state Shut { on Open -> Ajar / tries = \"many\", ring(1); }\n\tstate Ajar;\n\tstate Lost { on Open [tries > 2] -> Shut; }\n}\n";
    assert_snapshot!(validated("findings_in_the_order_of_the_text", text));
}

#[test]
fn several_syntax_errors_in_one_run() {
    let text = "machine Door {\n    event Open\n    initial state Shut { on Open => Ajar; }\n    state Ajar { on Open -> ; }\n}\n\nmachin Window { }\n";
    assert_snapshot!(validated("several_syntax_errors_in_one_run", text));
}

#[test]
fn warnings_alone() {
    let text = LAMP.replace("event Flip;", "event Flip;\n    event Never;");
    let project = Project::new("warnings_alone").with("lamp.fsm", text);
    assert_snapshot!(project.run(&["validate", "lamp.fsm"]).all());
}

#[test]
fn one_line_for_each_finding() {
    let project = Project::new("one_line_for_each_finding")
        .with("b.fsm", LAMP.replace("-> On", "-> Onn"))
        .with("a.fsm", LAMP.replace("-> Off", "-> \"Off\u{7}\""));
    assert_snapshot!(project.run(&["validate", "--format", "short"]).all());
}

#[test]
fn a_finding_that_concerns_two_files() {
    let project = Project::new("a_finding_that_concerns_two_files")
        .with("a.fsm", format!("import \"common.fsm\";\nenum Cause {{ Wear, Fire }}\n{LAMP}"))
        .with("common.fsm", "/// Why.\nenum Cause { Wear }\n");
    assert_snapshot!(project.run(&["validate", "a.fsm"]).all());
}

#[test]
fn what_is_known_of_each_machine() {
    let bounded = "machine Job {\n    event Next;\n    event Fail;\n    limit tracebacks <= 9 else -> Lost;\n    initial state Code { on Next -> Test; }\n    state Test { on Fail -> Code counts tracebacks; on Next -> Done; }\n    final state Done;\n    final state Lost;\n}\n";
    // Entering `Lit` resets the limit, so it bounds no cycle that leaves it.
    let reset = "machine Lamp {\n    event Flip;\n    event Dim;\n    initial state Off { on Flip -> Lit; }\n    state Lit {\n        limit flips <= 3 else -> Off;\n        initial state Bright { on Dim -> Dimmed counts flips; }\n        state Dimmed { on Flip -> Off; }\n    }\n}\n";
    let project = Project::new("what_is_known_of_each_machine").with("a.fsm", bounded).with("b.fsm", reset);
    assert_snapshot!(project.run(&["validate", "--verbose", "."]).all());
}

/// Guards that leave something, a composite that takes it, and all that may become of an event.
const DESK: &str = "machine Desk {
    context { calls: u8 in 0..=3 = 0 }
    event Ring { by: u8 };
    event Open;
    event Note;
    guard known(by: u8);
    initial state Home {
        initial state Quiet { on Ring [known(event.by)] -> Busy / calls = 1; ignore Note; defer Open; }
        state Busy { on Ring { [calls < 3] / calls += 1; [calls == 2] -> Quiet; } on Open -> Quiet; }
        on Ring [event.by == 0] -> Away;
    }
    state Away { on Open -> Home; }
}
";

#[test]
fn what_every_event_does_in_every_state() {
    let project = Project::new("what_every_event_does_in_every_state")
        .with("desk.fsm", DESK.replace("[calls == 2] -> Quiet;", ""));
    assert_snapshot!(project.run(&["validate", "--table", "desk.fsm"]).all());
    // Of what has errors nothing is told but them.
    let broken = Project::new("no_table_of_errors").with("desk.fsm", DESK);
    assert!(!broken.run(&["validate", "--table", "desk.fsm"]).stdout.contains("refused"));
}

#[test]
fn long_lines_are_cut() {
    let text = format!(
        "machine Lamp {{ event Flip; {}event Flip; initial state Off {{ ignore Flip; }} }}\n",
        " ".repeat(5_000)
    );
    let project = Project::new("long_lines_are_cut").with("lamp.fsm", text);
    assert_snapshot!(project.run(&["validate", "lamp.fsm"]).all());
}

#[test]
fn colours_are_given_and_withheld() {
    let project = Project::new("colours_are_given_and_withheld").with("lamp.fsm", LAMP.replace("-> On", "-> Onn"));
    let coloured = project.run(&["validate", "lamp.fsm", "--color", "always"]).stdout;
    assert!(coloured.contains("\u{1b}["));
    for arguments in [["validate", "lamp.fsm", "--color", "never"], ["validate", "lamp.fsm", "--color", "auto"]] {
        assert!(!project.run(&arguments).stdout.contains('\u{1b}'));
    }
}
