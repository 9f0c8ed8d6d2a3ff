//! Machines in Rust code: found where they stand, with the places of the `.rs` file.

use insta::assert_snapshot;

use crate::project::Project;

const CODE: &str = "//! fsm! { not this }\nuse fsm_runtime::fsm;\n\nfsm! {\n    machine Lamp {\n        event Flip;\n        initial state Off { on Flip -> Onn; }\n    }\n}\n\nmod doors {\n    fn local() {\n        let s = \"machine é\"; /* ü */ fsm_runtime::fsm! { machine Door { initial state Shut { on Open -> Shut; } } }\n    }\n}\n";

#[test]
fn findings_stand_where_the_code_stands() {
    let project = Project::new("findings_stand").with("src/lib.rs", CODE);
    let run = project.run(&["validate", "src/lib.rs"]);
    assert_snapshot!(format!("{CODE}\n{}", run.all()));
}

#[test]
fn lines_and_columns_are_those_of_the_file() {
    for head in ["", "\u{feff}", "#!/usr/bin/env cargo\n", "// ä\r\n"] {
        let code = format!("{head}{CODE}");
        let project = Project::new("lines_and_columns").with("lib.rs", &code);
        let run = project.run(&["validate", "lib.rs", "--format", "json"]);
        let report: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
        for (finding, text) in report["findings"].as_array().unwrap().iter().zip(["Onn", "Open"]) {
            let number = |key: &str| usize::try_from(finding[key].as_u64().unwrap()).unwrap();
            assert_eq!(&code[number("start")..number("end")], text);
            let line = code.lines().nth(number("line") - 1).unwrap();
            let found: String = line.chars().skip(number("column") - 1).take(text.len()).collect();
            assert_eq!(found, text);
        }
    }
}

#[test]
fn the_file_of_an_fsm_file_is_looked_at() {
    let project = Project::new("the_file_of_an_fsm_file")
        .with("crates/doors/Cargo.toml", "")
        .with(
            "crates/doors/src/lib.rs",
            "fsm_runtime::fsm_file!(\"machines/door.fsm\");\nfsm_file!(\"machines/none.fsm\");\n",
        )
        .with("crates/doors/machines/door.fsm", "machine Door { }\n");
    assert_snapshot!(project.run(&["validate", "crates/doors/src/lib.rs"]).all());
}

#[test]
fn imports_of_a_macro_are_relative_to_its_file() {
    let project = Project::new("imports_of_a_macro")
        .with("src/lib.rs", "fsm! { import \"cause.fsm\"; machine Door { context { cause: Cause = Cause::Wear } event Fire; initial state Open { on Fire [cause == Cause::Wear] / cause = Cause::Fire; } } }")
        .with("src/cause.fsm", "enum Cause { Wear, Fire }");
    assert_eq!(project.run(&["validate", "src/lib.rs"]).stdout, "1 machine in 2 files: no findings\n");
}

#[test]
fn a_file_that_cannot_be_read_as_rust() {
    let project =
        Project::new("a_file_that_cannot_be_read_as_rust").with("lib.rs", "fn f() {\n    fsm! { machine A {} }\n}}\n");
    assert_snapshot!(project.run(&["validate", "."]).all());
}
