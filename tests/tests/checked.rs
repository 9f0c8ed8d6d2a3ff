//! The checks in the compiler: a crate with the feature `checks` is told what `fsmc validate` tells, at its own tokens.
//!
//! The crate is built apart: in this one the feature would check the machines of all other tests.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

const MANIFEST: &str = "[package]\nname = \"checked\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[dependencies]\nfsm-runtime = { path = \"RUNTIME\", features = [\"checks\", \"derive\"] }\n\n[workspace]\n";

const MAIN: &str = r#"fsm_runtime::fsm! {
    machine Lamp {
        event Flip;
        event Never;
        #[allow(unused_event, reason = "sent by the next release")]
        event Later;
        initial state Off { on Flip -> On; }
        state On { on Flip -> Off; }
    }
}

mod filed {
    fsm_runtime::fsm_file!("fan.fsm");
}

#[derive(fsm_runtime::Fsm, Debug, Clone, Copy, PartialEq, Eq)]
#[fsm(event Coin; guard broken;)]
pub enum TurnstileState {
    #[fsm(initial; on Coin -> Unlocked;)]
    Locked,
    #[fsm(on Coin -> Locked;)]
    Unlocked,
}

fn main() {}
"#;

const FAN: &str = "machine Fan {\n    event Turn;\n    output Blows;\n    initial state Off { on Turn -> On; }\n    state On { on Turn -> Off; }\n}\n";

/// A crate with these files.
fn package(files: &[(&str, &str)]) -> PathBuf {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("checked");
    let _ = std::fs::remove_dir_all(&directory);
    std::fs::create_dir_all(directory.join("src")).unwrap();
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let runtime = workspace.join("fsm-runtime").canonicalize().unwrap();
    // The versions are those of the workspace: nothing is looked up.
    std::fs::copy(workspace.join("Cargo.lock"), directory.join("Cargo.lock")).unwrap();
    std::fs::write(directory.join("Cargo.toml"), MANIFEST.replace("RUNTIME", runtime.to_str().unwrap())).unwrap();
    for (path, text) in files {
        std::fs::write(directory.join(path), text).unwrap();
    }
    directory
}

/// What the compiler says of the crate: `warning src/main.rs:4:15 FSM601`, without what it says of unused code.
fn told(package: &Path) -> Vec<String> {
    let output = Command::new(env!("CARGO"))
        .args(["check", "--offline", "--quiet", "--message-format=json", "--target-dir"])
        .arg(Path::new(env!("CARGO_TARGET_TMPDIR")).join("checked-target"))
        .current_dir(package)
        .output()
        .unwrap();
    let stdout = String::from_utf8(output.stdout).unwrap();
    assert!(!stdout.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    let messages = stdout.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let mut told: Vec<String> = messages.filter_map(|message| finding(&message["message"])).collect();
    told.sort();
    told
}

/// A message of the compiler, if it is one of ours.
fn finding(message: &Value) -> Option<String> {
    let text = message["message"].as_str()?;
    let code = text.lines().next()?.rsplit_once('[')?.1.strip_suffix(']').filter(|code| code.starts_with("FSM"))?;
    let span = message["spans"].as_array()?.iter().find(|span| span["is_primary"] == true)?;
    let (file, line, column) = (span["file_name"].as_str()?, &span["line_start"], &span["column_start"]);
    Some(format!("{} {file}:{line}:{column} {code}", message["level"].as_str()?))
}

#[test]
fn the_compiler_tells_what_the_checks_find() {
    let package = package(&[("src/main.rs", MAIN), ("fan.fsm", FAN)]);
    assert_eq!(
        told(&package),
        ["warning src/main.rs:13:5 FSM604", "warning src/main.rs:17:25 FSM602", "warning src/main.rs:4:15 FSM601"]
    );
    let levels = "[levels]\nunused-event = \"deny\"\nunused-guard = \"allow\"\n[[overrides]]\nfiles = [\"fan.fsm\"]\nlevels = { unused = \"allow\" }\n";
    std::fs::write(package.join("fsm.toml"), levels).unwrap();
    // The compiler does not know of the new file yet.
    std::fs::write(package.join("src/main.rs"), format!("{MAIN}// changed\n")).unwrap();
    assert_eq!(told(&package), ["error src/main.rs:4:15 FSM601"]);
    // From now on it does.
    std::fs::write(package.join("fsm.toml"), levels.replace("deny", "allow")).unwrap();
    assert_eq!(told(&package), Vec::<String>::new());
}
