//! The formats for other programs.

use insta::assert_snapshot;
use serde_json::Value;

use crate::project::Project;

/// A name that is misspelt, one that is declared twice, and something that is never used.
const LAMP: &str = "machine Lamp {\n    event Flip;\n    event Flip;\n    guard cold;\n    initial state Off { on Flip -> Onn; }\n    state On { on Flip -> Off; }\n}\n\nmachine Fan {\n    event Turn;\n    guard hot;\n    initial state Off { on Turn -> On; }\n    state On { on Turn -> Off; }\n}\n";

#[test]
fn findings_as_sarif() {
    let project = Project::new("findings_as_sarif").with("a b,c.fsm", LAMP);
    let run = project.run(&["validate", "--format", "sarif"]);
    assert_eq!(run.code, Some(1));
    assert_snapshot!(run.stdout.replace(env!("CARGO_PKG_VERSION"), "VERSION"));
}

#[test]
fn findings_as_workflow_commands() {
    let project = Project::new("findings_as_workflow_commands").with("a b,c.fsm", LAMP);
    assert_snapshot!(project.run(&["validate", "--format", "github"]).all());
}

/// What the schema of SARIF 2.1.0 requires of the objects that are written.
#[test]
fn sarif_has_what_its_schema_requires() {
    let project = Project::new("sarif_has_what").with("a.fsm", LAMP).with("b.fsm", "machine { ");
    let run = project.run(&["validate", "--format", "sarif", ".", "missing.fsm"]);
    assert_eq!(run.code, Some(2));
    let log: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(log["version"], "2.1.0");
    let of = &log["runs"][0];
    let driver = &of["tool"]["driver"];
    assert_eq!(driver["name"], "fsmc");
    assert_eq!(of["invocations"][0]["executionSuccessful"], false);
    assert!(of["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"].is_string());
    let (rules, results) = (driver["rules"].as_array().unwrap(), of["results"].as_array().unwrap());
    assert!(!rules.is_empty() && results.len() > 3);
    for rule in rules {
        assert!(
            rule["id"].is_string() && rule["help"]["text"].is_string() && rule["shortDescription"]["text"].is_string()
        );
        assert!(
            ["error", "warning", "note", "none"].contains(&rule["defaultConfiguration"]["level"].as_str().unwrap())
        );
    }
    let mut fingerprints = Vec::new();
    for result in results {
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(rules[index]["id"], result["ruleId"]);
        assert!(result["message"]["text"].is_string());
        assert_location(&result["locations"][0]["physicalLocation"]);
        let related = result["relatedLocations"].as_array().unwrap();
        for location in related {
            assert_location(&location["physicalLocation"]);
        }
        for fix in result["fixes"].as_array().unwrap() {
            for change in fix["artifactChanges"].as_array().unwrap() {
                assert!(change["artifactLocation"]["uri"].is_string());
                for replacement in change["replacements"].as_array().unwrap() {
                    assert!(replacement["deletedRegion"]["startLine"].as_u64() >= Some(1));
                }
            }
        }
        fingerprints.push(result["partialFingerprints"]["fsmFinding/v1"].as_str().unwrap().to_owned());
    }
    fingerprints.sort();
    fingerprints.dedup();
    assert_eq!(fingerprints.len(), results.len(), "no two findings have one fingerprint");
}

fn assert_location(location: &Value) {
    assert!(location["artifactLocation"]["uri"].is_string());
    for member in ["startLine", "startColumn", "endLine", "endColumn"] {
        assert!(location["region"][member].as_u64() >= Some(1), "{member} of {location}");
    }
}

#[test]
fn fingerprints_stay_when_lines_move() {
    let fingerprints = |text: &str| {
        let run = Project::new("fingerprints_stay").with("a.fsm", text).run(&["validate", "--format", "sarif"]);
        let log: Value = serde_json::from_str(&run.stdout).unwrap();
        let results = log["runs"][0]["results"].as_array().unwrap().iter();
        results.map(|result| result["partialFingerprints"]["fsmFinding/v1"].to_string()).collect::<Vec<_>>()
    };
    assert_eq!(fingerprints(LAMP), fingerprints(&format!("// moved\n\n{LAMP}")));
}

#[test]
fn a_report_can_be_written_to_a_file() {
    let project = Project::new("a_report_can_be_written").with("a.fsm", LAMP);
    let run = project.run(&["validate", "--format", "short", "-o", "report.txt", "--color", "always"]);
    assert_eq!((run.code, run.stdout.as_str(), run.stderr.as_str()), (Some(1), "", ""));
    let written = std::fs::read_to_string(project.path("report.txt")).unwrap();
    assert_eq!(written, project.run(&["validate", "--format", "short"]).stdout);
    let run = project.run(&["validate", "-o", "none/report.txt"]);
    assert_eq!((run.code, run.stderr.as_str()), (Some(2), "error: none/report.txt: no such file or directory\n"));
}
