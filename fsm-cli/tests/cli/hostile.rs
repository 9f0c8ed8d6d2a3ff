//! Input that nobody writes by accident: it is refused or shown harmlessly, and never ends in a panic.

use insta::assert_snapshot;

use crate::project::{Project, fsmc};

#[test]
fn what_is_no_text() {
    let project = Project::new("what_is_no_text")
        .with("nul.fsm", b"machine A {\n\0\n}")
        .with("latin1.fsm", b"machine A {\n// caf\xe9\n}")
        .with("utf16.fsm", b"\xff\xfem\0a\0c\0h\0i\0n\0e\0")
        .with("nul.rs", b"fsm! {}\n\0")
        .with("fine.fsm", "machine Lamp { initial state Off; }");
    assert_snapshot!(project.run(&["validate"]).all());
}

#[test]
fn a_byte_order_mark_and_carriage_returns_are_fine() {
    let text = "\u{feff}machine Lamp {\r\n    initial state Off \"été\" { on Flip; }\r\n}\r\n";
    let project = Project::new("a_byte_order_mark").with("lamp.fsm", text);
    assert_snapshot!(project.run(&["validate", "lamp.fsm"]).all());
    // Editors do not count the mark.
    let project = Project::new("a_byte_order_mark").with("lamp.fsm", "\u{feff}machine { }");
    let run = project.run(&["validate", "lamp.fsm", "--format", "short"]);
    assert!(run.stdout.starts_with("lamp.fsm:1:9: "), "{}", run.stdout);
}

#[test]
fn nothing_unprintable_reaches_the_terminal() {
    let text = "import \"\u{202e}gpj.\u{1b}]0;title\u{7}\";\nmachine \u{1b}[31mLamp \"\u{2066}off\u{9b}31m\" {\n\t/* \u{8}\u{8} */ initial state Off\u{200b}; on \u{feff}X; // \u{7f}\r\n}";
    let project = Project::new("nothing_unprintable").with("lamp.fsm", text);
    let run = project.run(&["validate", "lamp.fsm"]);
    assert_snapshot!(run.all());
    for format in ["human", "short", "json", "sarif", "github"] {
        let run = project.run(&["validate", "lamp.fsm", "--format", format]);
        let harmless = |letter: char| {
            letter == '\n' || !(letter.is_control() || "\u{202e}\u{2066}\u{200b}\u{feff}".contains(letter))
        };
        assert!(run.stdout.chars().all(harmless), "{format}");
        assert!(run.stderr.chars().all(harmless), "{format}");
    }
}

#[test]
fn unprintable_names_and_arguments_are_escaped() {
    let project = Project::new("unprintable_names").with("a\u{202e}msf.\u{1b}[2J.fsm", "machine Lamp { }");
    assert_snapshot!(project.run(&["validate"]).all());
    assert_snapshot!("unprintable_arguments", project.run(&["explain", "\u{1b}[31mFSM001\u{202e}"]).all());
    assert_snapshot!("unprintable_paths", project.run(&["validate", "\u{1b}[31m\u{202e}.fsm"]).all());
}

#[test]
fn a_file_that_is_too_large_is_not_read() {
    let project = Project::new("a_file_that_is_too_large").with("large.fsm", "");
    // A file of this length without contents: it takes no space and no time.
    std::fs::File::options().write(true).open(project.path("large.fsm")).unwrap().set_len(1 << 40).unwrap();
    assert_snapshot!(project.run(&["validate", "large.fsm"]).all());
}

#[test]
fn a_binary_file_is_one_failure() {
    let bytes: Vec<u8> = (0..=255).cycle().take(100_000).collect();
    let project = Project::new("a_binary_file").with("a.fsm", bytes);
    let run = project.run(&["validate", "a.fsm"]);
    assert_eq!((run.code, run.stderr.lines().count()), (Some(2), 1));
}

#[test]
fn deep_nesting_and_long_texts_end_with_findings() {
    for text in [
        "{".repeat(200_000),
        "machine A { initial state B { on X [".to_owned() + &"(".repeat(100_000),
        "!".repeat(100_000),
    ] {
        let run = Project::new("deep_nesting")
            .with("a.fsm", &text)
            .with("a.rs", format!("fsm! {{ {text}"))
            .run(&["validate", "a.fsm"]);
        assert_eq!(run.code, Some(1), "{}", run.stderr);
    }
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let project =
        Project::new("a_reader_that_goes_away").with("a.fsm", "machine A { event X; event X; }\n".repeat(500));
    let mut child = fsmc()
        .args(["validate", "a.fsm"])
        .current_dir(project.path(""))
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), String::from_utf8_lossy(&output.stderr).as_ref()), (Some(1), ""));
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_a_failure() {
    let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
    let output = fsmc().arg("explain").stdout(full).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "error: cannot write the output: no space left on device\n");
}

/// Labels, docs, strings and comments with characters that move the cursor or turn the text round.
const HOSTILE: &str = "/// A \u{202e}lamp\u{1b}[31m.\nmachine Lamp \"a\u{2066}lamp\u{9b}31m\" {\n    event Flip { why: str };\n    event Never \"never\u{200b}\";\n    output Said { what: str };\n    initial state Off \"off\u{202e}\" { on Flip [event.why == \"\u{202e}\u{1b}]0;x\u{7}\"] -> On / emit Said { what: \"\u{202d}\" }; }\n    state On \"on\u{7f}\" { on Flip -> Off; }\n    scenario \"a \u{202e}title\u{1b}[2J\" { send Flip { why: \"\u{202e}\" }; expect in On; }\n}\n";

#[test]
fn no_command_shows_what_is_unprintable() {
    let project = Project::new("no_command_shows")
        .with("a\u{202e}b\u{1b}[2J.fsm", HOSTILE)
        .with("lamp.fsm", HOSTILE)
        .with("lamp.scxml", "<scxml xmlns=\"http://www.w3.org/2005/07/scxml\" version=\"1.0\"><state id=\"a\u{202e}\"><onentry><log label=\"\u{200b}\u{202e}\" expr=\"'\u{9b}'\"/></onentry></state></scxml>");
    let path = "a\u{202e}b\u{1b}[2J.fsm";
    let mut wrong = Vec::new();
    for arguments in [
        &["validate", path, "--verbose", "--table"][..],
        &["validate", path, "--format", "json"],
        &["validate", path, "--format", "short"],
        &["validate", path, "--format", "sarif"],
        &["validate", path, "--format", "github"],
        &["validate", path, "--fix", "--diff"],
        &["validate", path, "--config", "\u{202e}"],
        &["validate", path, "--baseline", "\u{202e}"],
        &["validate", path, "--deny", "\u{202e}"],
        &["validate", path, "--\u{202e}"],
        &["\u{202e}\u{1b}[31m"],
        &["test", path],
        &["test", path, "--format", "json"],
        &["test", path, "--format", "junit"],
        &["test", path, "--filter", "\u{202e}"],
        &["diagram", "lamp.fsm"],
        &["diagram", path, "--machine", "\u{202e}"],
        &["generate", "lamp.fsm"],
        &["generate", path, "--machine", "\u{202e}"],
        &["simulate", "--headless", path],
        &["simulate", path],
        &["explain", "\u{202e}"],
        &["import", "lamp.scxml"],
        &["import", "\u{202e}.scxml"],
    ] {
        let run = project.run_with_input(arguments, "{\"send\":\"Flip\",\"why\":\"\u{202e}\"}\n\u{1b}\n");
        let is_harmful = |letter: &char| {
            !matches!(letter, '\n' | '\t')
                && (letter.is_control() || "\u{202d}\u{202e}\u{2066}\u{200b}".contains(*letter))
        };
        for (name, stream) in [("stdout", &run.stdout), ("stderr", &run.stderr)] {
            if let Some(letter) = stream.chars().find(is_harmful) {
                let line = stream.lines().find(|line| line.contains(letter)).unwrap_or_default();
                wrong.push(format!("{arguments:?} {name}: {line:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
