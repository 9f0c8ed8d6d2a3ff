//! The interpreter against generated code, on random machines.
//!
//! `FSM_SEEDS=1000..2000 cargo test -p fsm-tests --test differential` tries other machines, with `FSM_STEPS` steps each; a
//! failure names its seed, and a smaller machine that fails as well. `tests/differential-run` does many in batches.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::{env, fs};

use fsm_tests::differential::{PRELUDE, Subject, case, of_case, subject};
use fsm_tests::random::{Case, Script, shrink_machine, shrink_script};
use fsm_tests::root;

/// How many machines there are in one program.
const TOGETHER: usize = 30;

fn seeds() -> Vec<u64> {
    let range = env::var("FSM_SEEDS").unwrap_or_else(|_| "0..60".to_owned());
    let (first, last) = range.split_once("..").expect("a range of seeds, as 0..60");
    (first.parse().expect("a number")..last.parse().expect("a number")).collect()
}

/// A program of several machines.
struct Program {
    name: &'static str,
    folder: PathBuf,
    target: PathBuf,
}

impl Program {
    fn new(name: &'static str) -> Self {
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("differential");
        Program { name, target: folder.join("target"), folder: folder.join(name) }
    }

    /// Writes and builds it.
    ///
    /// # Errors
    ///
    /// What the compiler says, with the number of the first machine that it complains of.
    fn build(&self, machines: &[(u64, &Subject)]) -> Result<(), (u64, String)> {
        fs::create_dir_all(self.folder.join("src")).unwrap();
        let (name, runtime) = (self.name, root().join("fsm-runtime").to_string_lossy().into_owned());
        let manifest = format!(
            "[package]\nname = \"{name}\"\nedition = \"2024\"\n[workspace]\n[dependencies.fsm-runtime]\npath = {runtime:?}\n\
             default-features = false\nfeatures = [\"std\", \"serde\"]\n[dependencies.serde_json]\nversion = \"1\"\nfeatures = [\"float_roundtrip\"]\n[profile.dev]\ndebug = false\n"
        );
        fs::write(self.folder.join("Cargo.toml"), manifest).unwrap();
        let mut program = String::from(PRELUDE);
        let mut arms = String::new();
        let mut ends = Vec::new();
        for (number, subject) in machines {
            program.push_str(&subject.module);
            ends.push((program.lines().count(), *number));
            let _ = write!(arms, "\"{number}\" => m{number}::run(&script), ");
        }
        let _ = write!(
            program,
            "fn main() {{\n let number = std::env::args().nth(1).unwrap();\n let script = std::io::read_to_string(std::io::stdin()).unwrap();\n\
             let blocks = match number.as_str() {{ {arms} _ => panic!() }};\n for block in blocks {{ print!(\"{{block}}\\u{{1}}\"); }}\n}}\n"
        );
        fs::write(self.folder.join("src/main.rs"), program).unwrap();
        let build = Command::new(env!("CARGO"))
            .args(["build", "--quiet", "--offline"])
            .current_dir(&self.folder)
            .env("CARGO_TARGET_DIR", &self.target)
            .output()
            .unwrap();
        if build.status.success() {
            return Ok(());
        }
        let said = String::from_utf8_lossy(&build.stderr).into_owned();
        let place = said.split_once("--> src/main.rs:").and_then(|(_, place)| place.split(':').next()?.parse().ok());
        let line: usize = place.unwrap_or_else(|| panic!("{said}"));
        let number = ends.iter().find(|&&(end, _)| line <= end).map(|&(_, number)| number);
        Err((number.unwrap_or_else(|| panic!("{said}")), said))
    }

    /// What a machine writes, step by step.
    fn run(&self, number: u64, script: &str) -> Vec<String> {
        let mut child = Command::new(self.target.join("debug").join(self.name))
            .arg(number.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut input = child.stdin.take().unwrap();
        input.write_all(script.as_bytes()).unwrap();
        drop(input);
        let output = child.wait_with_output().unwrap();
        if !output.status.success() {
            return vec!["the code panicked\n".to_owned()];
        }
        let text = String::from_utf8(output.stdout).unwrap();
        text.split_terminator('\u{1}').map(str::to_owned).collect()
    }
}

/// The first step after which the two are not the same.
fn difference(subject: &Subject, written: &[String]) -> Option<usize> {
    let compared = subject.expected.len().max(written.len());
    (0..compared).find(|&index| subject.expected.get(index) != written.get(index))
}

/// Tells what differs after a step.
fn told(seed: u64, index: usize, subject: &Subject, written: &[String]) -> String {
    let lines: Vec<_> = subject.script.lines().take(index + 1).collect();
    let last = &lines[lines.len().saturating_sub(4)..];
    let of = |blocks: &[String], index: usize| blocks.get(index).cloned().unwrap_or_default();
    format!(
        "seed {seed}, step {index}, {}\nbefore:\n{}\ninterpreter:\n{}\ncode:\n{}",
        last.join(" | "),
        of(&subject.expected, index.wrapping_sub(1)),
        of(&subject.expected, index),
        of(written, index),
    )
}

/// How many smaller machines are compiled.
const COMPILED: usize = 60;

/// What can be wrong with generated code.
#[derive(Clone, Copy)]
enum Wrong {
    /// The compiler refuses it.
    Refused,
    /// It does something else than the interpreter.
    Differs,
}

/// Makes a case smaller: what happens, by one program; then the machine, which is compiled anew each time; then what happens
/// to that one.
fn smaller(case: &Case, wrong: Wrong) -> Case {
    let program = Program::new("smaller");
    let differs = |subject: &Subject| difference(subject, &program.run(0, &subject.script)).is_some();
    let shorter = |case: &Case| match wrong {
        Wrong::Refused => {
            let script = Script { steps: Vec::new(), ..case.script.clone() };
            Case { script, ..case.clone() }
        }
        Wrong::Differs => {
            let is_built = of_case(case, "m0").is_ok_and(|subject| program.build(&[(0, &subject)]).is_ok());
            let fails = |case: &Case| of_case(case, "m0").is_ok_and(|subject| differs(&subject));
            if is_built { shrink_script(case, 2_000, fails) } else { case.clone() }
        }
    };
    let mut compiled = 0;
    let small = shrink_machine(&shorter(case), 20_000, |case| {
        if compiled == COMPILED {
            return false;
        }
        let Ok(subject) = of_case(case, "m0") else { return false };
        compiled += 1;
        let is_built = program.build(&[(0, &subject)]).is_ok();
        match wrong {
            Wrong::Refused => !is_built,
            Wrong::Differs => is_built && differs(&subject),
        }
    });
    shorter(&small)
}

/// A machine that failed.
struct Failure {
    seed: u64,
    wrong: Wrong,
    told: String,
}

/// What fails of some machines, in one program: those that the compiler refuses are left out of it, one after the other.
fn failures(program: &Program, mut machines: Vec<(u64, &Subject)>) -> Vec<Failure> {
    let mut failures = Vec::new();
    while let Err((seed, said)) = program.build(&machines) {
        machines.retain(|&(other, _)| other != seed);
        let told = format!("seed {seed}, step 0: the compiler refuses the code\n{said}");
        failures.push(Failure { seed, wrong: Wrong::Refused, told });
    }
    failures.extend(machines.into_iter().filter_map(|(seed, subject)| {
        let written = program.run(seed, &subject.script);
        let index = difference(subject, &written)?;
        Some(Failure { seed, wrong: Wrong::Differs, told: told(seed, index, subject, &written) })
    }));
    failures
}

/// Tells of everything that failed, and of a smaller case that fails as the first does.
fn report(failures: &[Failure], steps: usize) {
    for Failure { seed, told, .. } in failures {
        println!(
            "{told}\n\nagain: FSM_STEPS={steps} FSM_SEEDS={seed}..{} cargo test -p fsm-tests --test differential\n",
            seed + 1
        );
    }
    let Some(first) = failures.first() else { return };
    let small = smaller(&case(first.seed, steps), first.wrong);
    let (machine, script) = (&small.machine, of_case(&small, "m0").map(|subject| subject.script).unwrap_or_default());
    let seeds: Vec<_> = failures.iter().map(|failure| failure.seed).collect();
    panic!("seeds {seeds:?} fail; {} made smaller:\n{machine}\n{script}", first.seed);
}

#[test]
fn interpreter_and_generated_code_agree() {
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
    let program = Program::new("program");
    let failures: Vec<_> = subjects
        .chunks(TOGETHER)
        .flat_map(|together| failures(&program, together.iter().map(|(seed, subject)| (*seed, subject)).collect()))
        .collect();
    report(&failures, steps);
}
