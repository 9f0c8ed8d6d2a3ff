//! `fsmc embed`.

use std::path::Path;

use insta::assert_snapshot;

use crate::project::{Project, fsmc};

/// A machine in which everything stands that a document can show.
pub(crate) const LOCK: &str = r#"/// Locks *after* three wrong codes. <b>Not</b> a safe.
#[snapshot]
machine Lock {
    param patience: duration = 5min;
    context { wrong: u8 in 0..=3 = 0 }
    enum Colour { Red "red | `lit`", Green }
    /// Somebody types.
    event Enter { code: u32 };
    event Open;
    internal event Tick;
    output Alarm { wrong: u8 };
    /// Knows the code.
    guard correct(code: u32);
    guard annoyed = wrong >= 2 || wrong == 3;
    action beep() fails;
    task call(number: str) -> bool;
    limit alarms <= 2 else -> Dead;

    initial state Shut "quite | shut" {
        entry / beep();
        on Enter {
            [correct(event.code)] -> Ajar / wrong = 0;
            [annoyed] -> Alarmed counts alarms / emit Alarm { wrong: wrong };
            else / wrong += 1;
        }
        ignore Open;
    }
    /// Somebody may come in.
    state Ajar {
        after 10s -> Shut;
        every 1s / raise Tick;
        defer Enter;
    }
    state Alarmed {
        run call("112") { ok -> Shut; err -> Shut / raise Tick; }
        after patience on restore restart -> Shut;
    }
    final state Dead;

    /// The usual way.
    scenario "opens" {
        given correct(4711) = true;
        send Enter { code: 4711 };
        expect in Ajar;
    }
    scenario "never opens" {
        send Enter { code: 1 };
        expect in Ajar;
    }
}
"#;

const DOCUMENT: &str = "# Lock\n\n<!-- fsm: diagram lock.fsm --hide notes -->\nold\n<!-- fsm: end -->\n\nWords.\n";

#[test]
fn a_block_is_written_and_checked() {
    let project = Project::new("a_block_is_written").with("docs/lock.fsm", LOCK).with("docs/a.md", DOCUMENT);
    let read = || std::fs::read_to_string(project.path("docs/a.md")).unwrap();
    assert_snapshot!("embed_check_finds_old", project.run(&["embed", "--check", "docs/a.md"]).all());
    assert_eq!(read(), DOCUMENT);
    assert_eq!(project.run(&["embed", "docs/a.md"]).all(), "exit status 0\n");
    let diagram = project.run(&["diagram", "docs/lock.fsm", "--hide", "notes"]).stdout;
    let (before, rest) = DOCUMENT.split_once("old\n").unwrap();
    assert_eq!(read(), format!("{before}\n```mermaid\n{diagram}```\n\n{rest}"));
    assert_eq!(project.run(&["embed", "--check", "docs/a.md"]).all(), "exit status 0\n");
}

/// All that can be shown, and that no text of a definition is markup.
#[test]
fn everything_can_be_shown() {
    let kinds = ["overview", "states", "transitions", "matrix", "timers", "limits", "interface", "data", "host"];
    let kinds = kinds.iter().chain(&["scenarios", "findings", "api", "definition"]);
    let block = |kind| format!("## {kind}\n\n<!-- fsm: {kind} lock.fsm -->\n<!-- fsm: end -->\n");
    let document = kinds.map(block).collect::<Vec<_>>().join("\n");
    let project = Project::new("everything_can_be_shown").with("lock.fsm", LOCK).with("all.md", document);
    assert_eq!(project.run(&["embed", "all.md"]).all(), "exit status 0\n");
    assert_snapshot!("embed_everything", std::fs::read_to_string(project.path("all.md")).unwrap());
}

#[test]
fn what_stands_around_a_block_stays() {
    let document = "\u{feff}a\r\n\r\n> <!-- fsm: definition lock.fsm --state Ajar -->\r\n> <!-- fsm: end -->\r\nb";
    let project = Project::new("what_stands_around").with("lock.fsm", LOCK).with("a.md", document);
    assert_eq!(project.run(&["embed", "a.md"]).code, Some(0));
    let written = std::fs::read_to_string(project.path("a.md")).unwrap();
    assert!(
        written.starts_with(
            "\u{feff}a\r\n\r\n> <!-- fsm: definition lock.fsm --state Ajar -->\r\n>\r\n> ```fsm\r\n> /// Somebody"
        ),
        "{written}"
    );
    assert!(written.ends_with("> }\r\n> ```\r\n>\r\n> <!-- fsm: end -->\r\nb"), "{written}");
    assert!(!written.replace("\r\n", "").contains('\n'));
}

#[test]
fn wrong_markers_are_told_and_nothing_is_written() {
    let both = format!("{LOCK}machine Lamp {{ initial state Off; }}\n");
    let document = "<!-- fsm: diagram lock.fsm -->\n<!-- fsm: end -->\n\
                    \n<!-- fsm: -->\n<!-- fsm: end -->\n\
                    \n  <!-- fsm: diagram both.fsm --machine Lok -->\n<!-- fsm: end -->\n\
                    \n<!-- fsm: diagram both.fsm -->\n<!-- fsm: end -->\n\
                    \n<!-- fsm: diagram lock.fsm --machin Lock -->\n<!-- fsm: end -->\n\
                    \n<!-- fsm: transitons lock.fsm -->\n<!-- fsm: end -->\n\
                    \n<!-- fsm: matrix both.fsm --machine Lump -->\n<!-- fsm: end -->\n\
                    \n<!-- fsm: timers both.fsm --machine Lamp -->\n<!-- fsm: end -->\n\
                    \n<!-- fsm: definition lock.fsm --state Ajer -->\n<!-- fsm: end -->\n\
                    \n<!-- fsm: matrix missing.fsm -->\n<!-- fsm: end -->\n\
                    \n<!-- fsm: matrix broken.fsm -->\n<!-- fsm: end -->\n\
                    \n<!-- fsm: matrix lock.fsm -->\n";
    let project = Project::new("wrong_markers").with("lock.fsm", LOCK).with("both.fsm", both).with("a.md", document);
    let project = project.with("broken.fsm", "machine Broken { initial state A { on B -> C; } }");
    assert_snapshot!("embed_wrong_markers", project.run(&["embed", "a.md"]).all());
    assert_eq!(std::fs::read_to_string(project.path("a.md")).unwrap(), document);
}

/// A picture is a file beside the document, or stands in it.
#[test]
fn pictures_stand_beside_documents() {
    let document = "<!-- fsm: diagram lock.fsm -o pictures/lock.svg -->\n<!-- fsm: end -->\n\n\
                    <!-- fsm: diagram lock.fsm --format svg -->\n<!-- fsm: end -->\n\n\
                    <!-- fsm: diagram lock.fsm --format text -->\n<!-- fsm: end -->\n";
    let project = Project::new("pictures_stand").with("docs/lock.fsm", LOCK).with("docs/a.md", document);
    let project = project.with("docs/pictures/.keep", "");
    let read = |path: &str| std::fs::read_to_string(project.path(path)).unwrap();
    assert_eq!(project.run(&["embed", "docs/a.md"]).all(), "exit status 0\n");
    let picture = project.run(&["diagram", "docs/lock.fsm", "--format", "svg"]).stdout;
    assert_eq!(read("docs/pictures/lock.svg"), picture);
    let written = read("docs/a.md");
    assert!(written.contains("\n\n![Lock](<pictures/lock.svg>)\n\n"), "{written}");
    assert!(written.contains(&format!("\n\n{picture}\n<!-- fsm: end -->")), "{written}");
    assert!(!picture.contains("\n\n") && written.contains("```text\n"), "{written}");
    assert_eq!(project.run(&["embed", "--check", "docs/a.md"]).all(), "exit status 0\n");
    std::fs::write(project.path("docs/pictures/lock.svg"), "<svg/>").unwrap();
    assert_snapshot!("embed_old_picture", project.run(&["embed", "--check", "docs/a.md"]).all());
    let wrong = "<!-- fsm: diagram lock.fsm --format png -->\n<!-- fsm: end -->\n\
                 <!-- fsm: diagram lock.fsm -o a/ -->\n<!-- fsm: end -->\n\
                 <!-- fsm: diagram lock.fsm -o a.svg --check -->\n<!-- fsm: end -->\n";
    let project = project.with("docs/wrong.md", wrong);
    assert_snapshot!("embed_wrong_pictures", project.run(&["embed", "docs/wrong.md"]).all());
}

#[test]
fn documents_without_blocks_are_told_of() {
    let project = Project::new("documents_without_blocks").with("a.md", "a\n");
    assert_snapshot!("embed_without_blocks", project.run(&["embed", "a.md", "missing.md"]).all());
}

/// What this repository shows of its own examples is up to date.
#[test]
fn the_documents_of_this_repository_are_up_to_date() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let output = fsmc()
        .args(["embed", "--check", "README.md", "docs/documents.md", "docs/diagrams.md"])
        .current_dir(root)
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "run `fsmc embed README.md docs/documents.md docs/diagrams.md`\n{told}");
}
