//! The interpreter against generated code, on random machines.
//!
//! `FSM_SEEDS=1000..2000 cargo test -p fsm-tests --test differential` tries other machines, with `FSM_STEPS` steps each; a
//! failure names its seed. `tests/differential-run` does many in batches.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{env, fs};

use fsm_tests::differential::{PRELUDE, Subject, subject};
use fsm_tests::root;

/// How many machines there are in one program.
const TOGETHER: usize = 30;

fn seeds() -> Vec<u64> {
    let range = env::var("FSM_SEEDS").unwrap_or_else(|_| "0..60".to_owned());
    let (first, last) = range.split_once("..").expect("a range of seeds, as 0..60");
    (first.parse().expect("a number")..last.parse().expect("a number")).collect()
}

/// Writes, builds and runs a program of several machines, and gives what each has written.
fn run(folder: &Path, subjects: &[(u64, Subject)]) -> Vec<Vec<String>> {
    fs::create_dir_all(folder.join("src")).unwrap();
    let runtime = root().join("fsm-runtime").to_string_lossy().into_owned();
    let manifest = format!(
        "[package]\nname = \"differential\"\nedition = \"2024\"\n[workspace]\n[dependencies.fsm-runtime]\npath = {runtime:?}\n\
         default-features = false\nfeatures = [\"std\", \"serde\"]\n[dependencies.serde_json]\nversion = \"1\"\nfeatures = [\"float_roundtrip\"]\n[profile.dev]\ndebug = false\n"
    );
    fs::write(folder.join("Cargo.toml"), manifest).unwrap();
    let mut program = String::from(PRELUDE);
    let mut arms = String::new();
    for (seed, subject) in subjects {
        program.push_str(&subject.module);
        let _ = write!(arms, "\"{seed}\" => m{seed}::run(&script), ");
    }
    let _ = write!(
        program,
        "fn main() {{\n let seed = std::env::args().nth(1).unwrap();\n let script = std::io::read_to_string(std::io::stdin()).unwrap();\n\
         let blocks = match seed.as_str() {{ {arms} _ => panic!() }};\n for block in blocks {{ print!(\"{{block}}\\u{{1}}\"); }}\n}}\n"
    );
    fs::write(folder.join("src/main.rs"), program).unwrap();
    let target = folder.parent().unwrap_or(folder).join("target");
    let build = Command::new(env!("CARGO"))
        .args(["build", "--quiet", "--offline"])
        .current_dir(folder)
        .env("CARGO_TARGET_DIR", &target)
        .output()
        .unwrap();
    assert!(build.status.success(), "{}", String::from_utf8_lossy(&build.stderr));
    let written = subjects.iter().map(|(seed, subject)| {
        let mut child = Command::new(target.join("debug/differential"))
            .arg(seed.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut input = child.stdin.take().unwrap();
        input.write_all(subject.script.as_bytes()).unwrap();
        drop(input);
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "the code of seed {seed} panicked");
        let text = String::from_utf8(output.stdout).unwrap();
        text.split_terminator('\u{1}').map(str::to_owned).collect()
    });
    written.collect()
}

#[test]
fn interpreter_and_generated_code_agree() {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("differential");
    let seeds = seeds();
    let steps = env::var("FSM_STEPS").map_or(1000, |steps| steps.parse().expect("a number of steps"));
    // A text that the front end refuses is for the tests of the random machines to find.
    let subjects: Vec<_> = seeds.iter().filter_map(|&seed| Some((seed, subject(seed, steps).ok()?))).collect();
    assert!(
        subjects.len() * 10 >= seeds.len() * 8,
        "{} of {} machines are refused",
        seeds.len() - subjects.len(),
        seeds.len()
    );
    let tables = subjects.iter().filter(|(_, subject)| subject.module.contains("fn look_up")).count();
    assert!(
        subjects.len() < 12 || tables * 12 >= subjects.len(),
        "only {tables} of {} machines have a lookup table",
        subjects.len()
    );
    let is_refusing = |block: &String| block.contains("a limit has reached");
    let refusing = subjects.iter().filter(|(_, subject)| subject.expected.iter().any(is_refusing)).count();
    // Of the seeds that are always run it is known; of any other sixty it need not be so.
    assert!(env::var("FSM_SEEDS").is_ok() || refusing > 0, "no limit refuses anything");
    let mut differences = Vec::new();
    for together in subjects.chunks(TOGETHER) {
        for ((seed, subject), written) in together.iter().zip(run(&folder.join("program"), together)) {
            // Generated code keeps a bounded number of delayed events, the interpreter any. That raising fails may also lead
            // to a livelock, where `on error` raises.
            let is_crowded = |index| subject.crowded.is_some_and(|first| index >= first);
            let mut blocks = written.iter().enumerate();
            let end = blocks.position(|(index, found)| {
                found.contains("too many delayed events wait") || is_crowded(index) && found == "= livelock\n"
            });
            let compared = end.unwrap_or(subject.expected.len().max(written.len()));
            let differs = (0..compared).find(|&index| subject.expected.get(index) != written.get(index));
            let Some(index) = differs else { continue };
            let lines: Vec<_> = subject.script.lines().take(index + 1).collect();
            let last = &lines[lines.len().saturating_sub(4)..];
            let of = |blocks: &[String], index: usize| blocks.get(index).cloned().unwrap_or_default();
            differences.push(format!(
                "seed {seed}, step {index}, {}\nbefore:\n{}\ninterpreter:\n{}\ncode:\n{}\n{}",
                last.join(" | "),
                of(&subject.expected, index.wrapping_sub(1)),
                of(&subject.expected, index),
                of(&written, index),
                subject.text
            ));
        }
    }
    let first = differences.first().cloned().unwrap_or_default();
    assert!(differences.is_empty(), "{} machines differ; the first one:\n{first}", differences.len());
}
