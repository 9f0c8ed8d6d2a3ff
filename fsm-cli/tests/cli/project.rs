//! A directory with files in it, and `fsmc` run there.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A project of one test.
pub(crate) struct Project {
    directory: PathBuf,
}

/// How a run ended, and what it said.
pub(crate) struct Run {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Project {
    /// An empty project. The name is that of the test, which no other test has.
    pub(crate) fn new(name: &str) -> Self {
        let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = std::fs::remove_dir_all(&directory);
        std::fs::create_dir_all(&directory).unwrap();
        Project { directory }.with("Cargo.toml", "")
    }

    /// Adds a file.
    pub(crate) fn with(self, path: &str, content: impl AsRef<[u8]>) -> Self {
        let path = self.directory.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
        self
    }

    /// The full path of a file.
    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.directory.join(path)
    }

    /// Runs `fsmc` in the project.
    pub(crate) fn run(&self, arguments: &[&str]) -> Run {
        self.run_with_input(arguments, "")
    }

    /// Runs `fsmc` with this on its standard input.
    pub(crate) fn run_with_input(&self, arguments: &[&str], input: impl AsRef<[u8]>) -> Run {
        let mut child = fsmc()
            .args(arguments)
            .current_dir(&self.directory)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // A command that does not read its input may be gone already.
        let _ = child.stdin.take().unwrap().write_all(input.as_ref());
        let output = child.wait_with_output().unwrap();
        Run {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

impl Run {
    /// All that a user sees: the exit status and both streams.
    pub(crate) fn all(&self) -> String {
        let mut text = format!("exit status {}\n", self.code.unwrap());
        for (name, stream) in [("stdout", &self.stdout), ("stderr", &self.stderr)] {
            if !stream.is_empty() {
                let _ = write!(text, "── {name}\n{stream}");
            }
        }
        text
    }
}

/// The program, free of what the environment says about colours.
pub(crate) fn fsmc() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_fsmc"));
    for variable in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "COLUMNS"] {
        command.env_remove(variable);
    }
    command
}

/// What `fsmc validate` says of a text, below the text itself.
pub(crate) fn validated(name: &str, text: &str) -> String {
    let run = Project::new(name).with("machine.fsm", text).run(&["validate", "machine.fsm"]);
    assert_eq!(run.stderr, "");
    format!("{text}\n── exit status {}\n{}", run.code.unwrap(), run.stdout)
}
