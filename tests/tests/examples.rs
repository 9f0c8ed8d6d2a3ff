//! What must hold for every example definition.

use fsm_core::diagram::Options;
use fsm_core::diagram::state::Chart;
use fsm_core::source::Position;
use fsm_core::syntax::Origin;
use fsm_core::{analyze, checks};
use fsm_tests::{ExampleImports, analyzed, examples, generated};

#[test]
fn examples_have_no_findings() {
    for (name, text) in examples() {
        let (sources, mut analysis) = analyzed(&name, &text);
        checks::check(&analysis.program, &sources, &mut analysis.diagnostics);
        let found: Vec<_> = analysis.diagnostics.iter().map(|finding| (finding.code(), &finding.message)).collect();
        assert!(found.is_empty(), "{name}: {found:#?}");
        assert!(!analysis.program.machines.is_empty(), "{name} has a machine");
    }
}

/// Every cycle of the recursive workflow that tracebacks take is bounded by its limit, and nothing else needs to be: the
/// one cycle that is not is the user's own, and says so.
#[test]
fn tracebacks_of_the_recursive_workflow_are_bounded() {
    let (_, text) = examples().into_iter().find(|(name, _)| name == "recursive_workflow").unwrap();
    let (sources, analysis) = analyzed("recursive_workflow", &text);
    let bounded = checks::bounded_cycles(&analysis.program, &sources);
    let cycles: Vec<_> = bounded.iter().map(|found| (found.limit.as_str(), found.cycle.as_str())).collect();
    let back_to = |state: &str| format!("Working.{state} -Fail-> Working.{state}");
    let expected: Vec<_> = ["Code", "Solve", "Identify", "Document", "Deploy"].map(back_to).to_vec();
    assert_eq!(cycles, expected.iter().map(|cycle| ("tracebacks", cycle.as_str())).collect::<Vec<_>>());
    assert_eq!(analysis.program.levels.len(), 1);
    // Without the limit each of them is found, and without the words about resuming that one is, too.
    for (without, count) in [("counts tracebacks", 1), ("#[allow(FSM701, reason", 1)] {
        let changed = text.lines().map(|line| {
            if without.starts_with('#') && line.contains(without) { String::new() } else { line.replace(without, "") }
        });
        let changed = changed.collect::<Vec<_>>().join("\n");
        let (sources, mut analysis) = analyzed("changed", &changed);
        checks::check(&analysis.program, &sources, &mut analysis.diagnostics);
        let found = analysis.diagnostics.iter().filter(|finding| finding.code() == "FSM701").count();
        assert_eq!(found, count, "without {without}");
    }
}

#[test]
fn examples_are_rust_tokens() {
    for (name, text) in examples() {
        assert!(text.parse::<proc_macro2::TokenStream>().is_ok(), "{name}");
    }
}

/// Where a token stands in its text.
fn extent(span: proc_macro2::Span) -> std::ops::Range<Position> {
    let position = |at: proc_macro2::LineColumn| Position { line: at.line, column: at.column + 1 };
    position(span.start())..position(span.end())
}

/// The tokens of a macro give the program that the text of a file gives: the same code, byte for byte.
#[test]
fn tokens_and_text_give_the_same_code() {
    for (name, text) in examples() {
        let origin = Origin::from_tokens(text.parse().unwrap(), extent);
        let from_file = generated(&name, &text).unwrap();
        let from_tokens = generated(&name, origin.text()).unwrap();
        assert_eq!(from_file, from_tokens, "{name}");
    }
}

#[test]
fn the_same_text_gives_the_same_bytes() {
    for (name, text) in examples() {
        assert_eq!(generated(&name, &text), generated(&name, &text));
        let draw = || {
            let (sources, analysis) = analyzed(&name, &text);
            let machines = analysis.program.machines.iter();
            machines.map(|machine| Chart::new(machine, &sources, &Options::default()).mermaid()).collect::<String>()
        };
        assert_eq!(draw(), draw());
    }
}

/// Looks at a text in every way there is, and gives whether it was found to be sound.
fn survives(text: &str) -> bool {
    let (sources, mut analysis) = analyzed("damaged.fsm", text);
    checks::check(&analysis.program, &sources, &mut analysis.diagnostics);
    for machine in &analysis.program.machines {
        let drawn = Chart::new(machine, &sources, &Options::default()).mermaid();
        assert!(drawn.starts_with("stateDiagram-v2\n"));
    }
    !analysis.diagnostics.has_errors()
}

/// Every statement that a scenario can have.
const STATEMENTS: &str = r#"machine Door {
    param most: u8 in 1..=9;
    event Knock { by: str };
    output Rang;
    guard known(who: str);
    action ring -> u8 fails;
    task look -> bool;
    initial state Shut { on Knock [known(event.by)] / ring(), emit Rang; run look() { ok -> Open; } }
    final state Open;
    scenario "all" {
        given known("Ann") = true; given known(_) = false; given ring = fails "no power";
        start with { most: 3 };
        repeat 2 { send Knock { by: "Ann" }; expect failed; }
        expect called ring(); expect not emitted Rang; expect not emitted;
        wait 1h; complete look = true;
        expect terminated && in Open && most == 3;
    }
}
"#;

/// What is damaged in every place: the examples without their scenarios, since the work grows with the square of the
/// text, and a machine with every statement of scenarios.
fn damaged() -> Vec<(String, String)> {
    const SCENARIO: &str = "\n    scenario \"";
    let mut texts = examples();
    for (_, text) in &mut texts {
        if let Some(first) = text.find(SCENARIO) {
            text.truncate(first);
            text.push_str("}\n");
        }
    }
    texts.push(("statements".to_owned(), STATEMENTS.to_owned()));
    texts
}

#[test]
fn what_is_damaged_is_sound() {
    for (name, text) in damaged() {
        assert!(survives(&text), "{name}");
    }
}

#[test]
fn every_prefix_is_survived() {
    for (name, text) in damaged() {
        for (end, _) in text.char_indices() {
            let prefix = &text[..end];
            if survives(prefix) {
                assert!(prefix.parse::<proc_macro2::TokenStream>().is_ok(), "{name} up to {end}");
            }
        }
    }
}

#[test]
fn every_deletion_of_one_character_is_survived() {
    for (name, text) in damaged() {
        for (at, letter) in text.char_indices() {
            let damaged = format!("{}{}", &text[..at], &text[at + letter.len_utf8()..]);
            if survives(&damaged) {
                assert!(damaged.parse::<proc_macro2::TokenStream>().is_ok(), "{name} without {letter:?} at {at}");
            }
        }
    }
}

/// What rustc's lexer refuses, the file front end refuses: a character of another kind in any place of an example.
#[test]
fn every_foreign_character_is_survived() {
    let (name, text) = damaged().swap_remove(0);
    for (at, _) in text.char_indices() {
        for foreign in ["'", "\\", "\u{0}", "\u{202e}", "\r", "`", "é", "\"", "/*", "0", "#"] {
            let damaged = format!("{}{foreign}{}", &text[..at], &text[at..]);
            if survives(&damaged) {
                assert!(damaged.parse::<proc_macro2::TokenStream>().is_ok(), "{name} with {foreign:?} at {at}");
            }
        }
    }
}

#[test]
fn imports_are_followed_once() {
    let mut sources = fsm_core::source::Sources::new();
    let text = "import \"recursive_workflow.fsm\";\nimport \"recursive_workflow.fsm\";\n\
                machine M { event E { kind: FailureKind }; initial state A { on E [event.kind == FailureKind::Unknown] -> A; } }";
    let root = sources.add("root.fsm", text);
    let analysis = analyze(&mut sources, root, &mut ExampleImports);
    let found: Vec<_> = analysis.diagnostics.iter().map(|finding| &finding.message).collect();
    assert!(found.is_empty(), "{found:?}");
    assert_eq!(analysis.program.machines.len(), 1, "machines of imported files are not the root's");
    assert_eq!(sources.files().count(), 2);
}
