//! Generated code, read and linted as if written by hand.

use std::path::PathBuf;
use std::process::Command;
use std::{env, fs};

use fsm_core::codegen::file::layout;
use fsm_tests::{examples, generated, root};

/// All machines that code is generated for: the examples, and some that together have every construct.
fn machines() -> Vec<(String, String)> {
    let mut machines = examples();
    for name in ["constructs", "dial", "regions", "pending", "refusing", "saved", "shelf"] {
        let text = fs::read_to_string(root().join("tests/machines").join(name).with_extension("fsm")).unwrap();
        machines.push((name.to_owned(), text));
    }
    machines
}

/// The mended texts of all rules, but for those that are no machine by themselves.
fn mended() -> impl Iterator<Item = (String, String)> {
    fsm_core::catalogue::rules().into_iter().filter_map(|rule| {
        let code = generated(rule.code, rule.instead).ok()?;
        Some((rule.code.to_lowercase(), code))
    })
}

/// The code is what people read who step into it: it is shown here, and judged by reading.
#[test]
fn generated_code_reads_as_written_by_hand() {
    for (name, text) in machines() {
        if ["door", "recursive_workflow", "constructs", "dial", "regions", "pending", "refusing", "saved", "shelf"]
            .contains(&name.as_str())
        {
            insta::assert_snapshot!(name.clone(), generated(&name, &text).unwrap());
        }
    }
}

/// Whoever lays a file out, rustfmt with whatever settings or a person, it can be compared.
#[test]
fn the_layout_of_a_file_does_not_matter() {
    for (name, text) in machines() {
        let code = generated(&name, &text).unwrap();
        let wanted = layout(&code).unwrap();
        assert!(layout(&wanted).as_ref() == Ok(&wanted), "{name} is laid out");
        for settings in ["max_width=100", "use_small_heuristics=Max,max_width=120", "hard_tabs=true,max_width=60"] {
            let formatted = rustfmt(&code, settings);
            assert_ne!(formatted, code, "{name} with {settings}");
            assert!(layout(&formatted).as_ref() == Ok(&wanted), "{name} with {settings}");
            assert_eq!(rustfmt(&formatted, settings), formatted, "{name} with {settings} once more");
        }
    }
}

fn rustfmt(code: &str, settings: &str) -> String {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("layout.rs");
    fs::write(&path, code).unwrap();
    let mut rustfmt = Command::new("rustfmt");
    rustfmt.args(["--edition", "2024", "--config", settings]).arg(&path);
    assert!(rustfmt.status().unwrap().success(), "{settings}");
    fs::read_to_string(&path).unwrap()
}

/// A crate of nothing but generated code: without `std`, documented, without a warning of clippy's pedantic lints.
#[test]
fn generated_code_has_no_warnings() {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("generated");
    let source = folder.join("src");
    fs::create_dir_all(&source).unwrap();
    let runtime = root().join("fsm-runtime");
    let manifest = format!(
        "[package]\nname = \"generated\"\nedition = \"2021\"\n[workspace]\n[dependencies.fsm-runtime]\npath = {runtime:?}\n\
         default-features = false\n"
    );
    fs::write(folder.join("Cargo.toml"), manifest).unwrap();
    let mut library = String::from(
        "//! Generated.\n#![no_std]\n#![forbid(unsafe_code)]\n#![deny(warnings, missing_docs, clippy::all, clippy::pedantic)]\n",
    );
    let machines = machines().into_iter().map(|(name, text)| {
        let code = generated(&name, &text).unwrap();
        (name, code)
    });
    for (name, code) in machines.chain(mended()) {
        library.push_str("pub mod ");
        library.push_str(&name);
        library.push_str(";\n");
        fs::write(source.join(format!("{name}.rs")), format!("//! Generated.\n{code}")).unwrap();
    }
    fs::write(source.join("lib.rs"), library).unwrap();
    let output = Command::new(env!("CARGO"))
        .args(["clippy", "--quiet", "--offline"])
        .current_dir(&folder)
        .env("CARGO_TARGET_DIR", folder.join("target"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn host_functions_do_not_take_the_names_of_methods_that_all_hosts_have() {
    for (method, declared) in
        [("emit", "guard emit();"), ("observe", "action observe();"), ("observe", "action Observe();")]
    {
        let text = format!("machine Lamp {{ {declared} event Flip; initial state Off {{ on Flip -> Off; }} }}");
        let findings = generated("lamp.fsm", &text).expect_err("the name is taken");
        let expected = format!("a host function cannot be called `{method}`");
        assert!(findings.iter().any(|finding| finding.contains(&expected)), "{declared} {findings:?}");
    }
}
