//! What scripts read: docs/json.md describes it.

use insta::assert_snapshot;
use serde_json::Value;

use crate::project::Project;

#[test]
fn everything_about_a_run() {
    let project = Project::new("everything_about_a_run").with(
        "a.fsm",
        "machine Lamp {\n    event Flip;\n    event Flip;\n    initial state Off { on Flip -> Onn; }\n}\n",
    );
    let run = project.run(&["validate", "--format", "json", "a.fsm", "missing.fsm"]);
    assert_snapshot!(run.all());
}

#[test]
fn whatever_the_input_the_output_is_json() {
    let texts =
        ["", "\u{202e}\"\\\u{7}", "machine A { \"\\u{d800}\" }", "\u{feff}\r\n\t'", "/* ", "machine 🦀 \u{10ffff} {}"];
    for text in texts {
        let run = Project::new("whatever_the_input").with("a.fsm", text).run(&["validate", "--format", "json"]);
        let report: Value = serde_json::from_str(&run.stdout).unwrap();
        assert_eq!(report["version"], 1);
    }
    let run = Project::new("whatever_the_input").run(&["validate", "--format", "json", "\"\\.fsm"]);
    let report: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(report["failures"][0]["place"], "\"\\.fsm");
    assert_eq!(run.code, Some(2));
}

#[test]
fn every_member_is_described() {
    let text = "machine Lamp {\n    event Flip;\n    event Flip;\n    limit flips <= 3 else -> Off;\n    initial state Off { on Flip -> Off counts flips; }\n}\n";
    let run = Project::new("every_member_is_described")
        .with("a.fsm", text)
        .run(&["validate", "--format", "json", ".", "none"]);
    let mut members = Vec::new();
    collect_members(&serde_json::from_str(&run.stdout).unwrap(), &mut members);
    let described = include_str!("../../../docs/json.md");
    assert!(members.contains(&"cycle".to_owned()) && members.contains(&"secondary".to_owned()), "{}", run.stdout);
    for member in members {
        assert!(described.contains(&format!("`{member}`")), "docs/json.md does not describe `{member}`");
    }
}

pub(crate) fn collect_members(value: &Value, members: &mut Vec<String>) {
    match value {
        Value::Object(object) => {
            for (member, value) in object {
                members.push(member.clone());
                collect_members(value, members);
            }
        }
        Value::Array(values) => values.iter().for_each(|value| collect_members(value, members)),
        _ => {}
    }
}

#[test]
fn places_are_bytes_and_characters() {
    let text = "machine Lamp {\n    /* äöü */ initial state Off { always -> Nowhere; }\n}\n";
    let run = Project::new("places_are_bytes").with("a.fsm", text).run(&["validate", "--format", "json"]);
    let report: Value = serde_json::from_str(&run.stdout).unwrap();
    let finding = &report["findings"][0];
    let byte = |key: &str| usize::try_from(finding[key].as_u64().unwrap()).unwrap();
    assert_eq!(&text[byte("start")..byte("end")], "Nowhere");
    assert_eq!((byte("line"), byte("column"), byte("end_line"), byte("end_column")), (2, 45, 2, 52));
}
