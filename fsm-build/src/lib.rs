//! Compiles `.fsm` files in build scripts, for crates that would rather not use a macro.
//!
//! ```no_run
//! // build.rs
//! fn main() -> Result<(), fsm_build::Error> {
//!     fsm_build::compile("machines/session.fsm")
//! }
//! ```
//!
//! ```ignore
//! // src/main.rs
//! #[allow(dead_code)]
//! mod session {
//!     include!(concat!(env!("OUT_DIR"), "/session.rs"));
//! }
//! ```
//!
//! The code is what `fsm_file!` gives. The script runs again when the file changes, or one that it imports; what is
//! wrong with the definition ends it, with file, line and column. The crate itself needs `fsm-runtime`. Unlike the code of
//! a macro, that of a file is linted as if written by hand: what a program does not use of a machine is `dead_code`.

#[cfg(feature = "checks")]
mod check;

use std::path::{Component, Path, PathBuf};
use std::{env, fmt, fs, io};

use fsm_core::codegen::file::{self, Unreadable};
use fsm_core::diagnostic::{Diagnostic, Severity};
use fsm_core::source::{SourceFile, Sources};
use fsm_core::{Analysis, Imported, Importer, analyze, plain};

/// Compiles a definition, named relative to `Cargo.toml`, into a file of the same name in `OUT_DIR`.
///
/// # Errors
///
/// Where the definition cannot be read or has errors, or the code cannot be written.
pub fn compile(path: impl AsRef<Path>) -> Result<(), Error> {
    let directory = |name| env::var_os(name).map(PathBuf::from).ok_or(Error::NoBuildScript { missing: name });
    let (package, out) = (directory("CARGO_MANIFEST_DIR")?, directory("OUT_DIR")?);
    let Generated { code, read, warnings } = generate(&package, path.as_ref());
    for path in read {
        println!("cargo::rerun-if-changed={}", path.display());
    }
    for warning in warnings {
        println!("cargo::warning={warning}");
    }
    let name = path.as_ref().with_extension("rs");
    let output = out.join(name.file_name().unwrap_or_default());
    fs::write(&output, code?).map_err(|error| Error::Io { path: output, error })
}

/// What comes of a definition.
struct Generated {
    /// The code, or why there is none.
    code: Result<String, Error>,
    /// All files that were read for it.
    read: Vec<PathBuf>,
    /// What is legal and probably not meant, each on one line.
    warnings: Vec<String>,
}

fn generate(package: &Path, path: &Path) -> Generated {
    let full = package.join(path);
    let mut files = Files { package: package.to_owned(), read: vec![(shown(package, &full), full.clone())] };
    let mut warnings = Vec::new();
    let code = fs::read_to_string(&full)
        .map_err(|error| Error::Io { path: path.to_owned(), error })
        .and_then(|text| code_of(text, &full, &mut files, &mut warnings));
    Generated { code, read: files.read.into_iter().map(|(_, path)| path).collect(), warnings }
}

fn code_of(text: String, path: &Path, files: &mut Files, warnings: &mut Vec<String>) -> Result<String, Error> {
    let mut sources = Sources::new();
    let name = shown(&files.package, path);
    let root = sources.add(&name, text);
    let Analysis { program, mut diagnostics } = analyze(&mut sources, root, files);
    #[cfg(feature = "checks")]
    fsm_core::config::check(&program, &mut sources, root, files, &mut diagnostics);
    let mut code = String::new();
    if !diagnostics.has_errors() {
        code = file::rust_file(&program, &sources, &name, &mut diagnostics)
            .map_err(|Unreadable { what, reason }| Error::NotRust { what, reason })?;
    }
    let (errors, others): (Vec<_>, Vec<_>) =
        diagnostics.into_sorted().into_iter().partition(|finding| finding.severity() == Severity::Error);
    warnings.extend(others.iter().map(|finding| plain::on_one_line(&sources, finding)));
    if errors.is_empty() { Ok(code) } else { Err(Error::Findings(told(&sources, &errors))) }
}

/// All errors as text.
fn told(sources: &Sources, errors: &[Diagnostic]) -> String {
    let told: Vec<_> = errors.iter().map(|finding| format!("error: {}", plain::with_place(sources, finding))).collect();
    told.join("\n\n")
}

/// Why a definition could not be compiled.
///
/// Its `Debug` is its `Display`, so that a `main` which returns it says what is wrong to people.
#[non_exhaustive]
pub enum Error {
    /// This does not run in a build script: Cargo has not set the variable.
    NoBuildScript {
        /// The variable of the environment.
        missing: &'static str,
    },
    /// A file cannot be read or written.
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// The definition has errors: each with its code, its place, and what to write instead.
    Findings(String),
    /// What is passed on to Rust cannot be read as such.
    NotRust {
        /// An extern type, or the bounds of a generic parameter, or all of the code.
        what: String,
        /// What Rust's grammar says.
        reason: String,
    },
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::NoBuildScript { missing } => write!(f, "`{missing}` is not set: this is for build scripts"),
            Error::Io { path, error } => write!(f, "{}: {error}", path.display()),
            Error::Findings(text) => write!(f, "the definition has errors\n\n{text}"),
            Error::NotRust { what, reason } => write!(f, "{what} cannot be read as Rust: {reason}"),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Error::Io { error, .. } => Some(error),
            _ => None,
        }
    }
}

/// Files of a package: imports are relative to the importing file, and never lead out of the package.
struct Files {
    package: PathBuf,
    /// What was read, by the name in messages.
    read: Vec<(String, PathBuf)>,
}

impl Importer for Files {
    fn import(&mut self, importing: &SourceFile, path: &str) -> Result<Imported, String> {
        if Path::new(path).components().any(|part| matches!(part, Component::RootDir | Component::Prefix(_))) {
            return Err("the path is absolute".to_owned());
        }
        let known = self.read.iter().find(|(name, _)| name == importing.name());
        let directory = known.and_then(|(_, path)| path.parent()).unwrap_or(&self.package);
        let path = directory.join(path).canonicalize().map_err(|error| error.to_string())?;
        let package = self.package.canonicalize().map_err(|error| error.to_string())?;
        if !path.starts_with(&package) {
            return Err("the file lies outside of the package".to_owned());
        }
        let text = fs::read_to_string(&path).map_err(|error| error.to_string())?;
        let name = shown(&self.package, &path);
        if self.read.iter().all(|(known, _)| *known != name) {
            self.read.push((name.clone(), path));
        }
        Ok(Imported { name, text })
    }
}

/// A path as messages show it: relative to the package where it lies in it.
fn shown(package: &Path, path: &Path) -> String {
    let canonical = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let (package, path) = (canonical(package), canonical(path));
    path.strip_prefix(&package).unwrap_or(&path).display().to_string()
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::{Path, PathBuf};

    use super::{Generated, generate};

    /// A package with these files.
    fn package(name: &str, files: &[(&str, &str)]) -> PathBuf {
        let directory = std::env::temp_dir().join(format!("fsm-build-{}-{name}", std::process::id()));
        for (path, text) in files {
            let path = directory.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        directory
    }

    const DOOR: &str = "import \"../shared/cause.fsm\";\nmachine Door {\n    event Open { cause: Cause };\n    initial state Shut { on Open [event.cause == Cause::Wear] -> Shut; }\n}\n";

    #[test]
    fn the_code_and_all_that_it_was_made_from() {
        let package = package("sound", &[("m/door.fsm", DOOR), ("shared/cause.fsm", "enum Cause { Wear }")]);
        let Generated { code, read, .. } = generate(&package, Path::new("m/door.fsm"));
        let code = code.unwrap();
        assert!(fsm_core::codegen::file::is_generated(&code), "{code}");
        assert!(code.lines().next().unwrap().contains(" from m/door.fsm: "), "{code}");
        assert!(code.contains("pub enum Cause {") && code.contains("pub struct Door<"), "{code}");
        let names: Vec<_> = read.iter().map(|path| path.file_name().unwrap().to_str().unwrap()).collect();
        assert_eq!(names, ["door.fsm", "cause.fsm"]);
        fs::remove_dir_all(package).unwrap();
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place() {
        let package = package(
            "wrong",
            &[("m/door.fsm", &DOOR.replace("-> Shut", "-> Shot")), ("shared/cause.fsm", "enum Cause { Wear }")],
        );
        let Generated { code, read, .. } = generate(&package, Path::new("m/door.fsm"));
        let expected = "the definition has errors\n\nerror: there is no state `Shot` [FSM103]\nhelp: did you mean `Shut`?\n --> m/door.fsm:4:66\n  |\n4 |     initial state Shut { on Open [event.cause == Cause::Wear] -> Shot; }\n  |                                                                  ^^^^";
        assert_eq!(format!("{:?}", code.unwrap_err()), expected);
        assert_eq!(read.len(), 2, "the script runs again when one of them is mended");
        fs::remove_dir_all(package).unwrap();
    }

    #[cfg(feature = "checks")]
    #[test]
    fn what_is_probably_not_meant_is_a_warning_at_its_level() {
        let door = "machine Door { event Open; guard never; initial state Shut { on Open -> Ajar; } state Ajar { on Open -> Shut; } }";
        let plain = package("warnings", &[("Cargo.lock", ""), ("m/door.fsm", door)]);
        let Generated { code, warnings, .. } = generate(&plain, Path::new("m/door.fsm"));
        assert!(code.is_ok());
        assert_eq!(
            warnings,
            ["m/door.fsm:1:34: the guard `never` is never asked [FSM602]; help: ask it, `[…]`, or remove it"]
        );
        fs::write(plain.join("fsm.toml"), "[levels]\nunused = 'deny'").unwrap();
        let Generated { code, read, .. } = generate(&plain, Path::new("m/door.fsm"));
        assert!(code.unwrap_err().to_string().contains("[FSM602]"));
        assert!(read.iter().any(|path| path.ends_with("fsm.toml")), "the script runs again when it changes");
        fs::remove_dir_all(plain).unwrap();
    }

    #[test]
    fn nothing_outside_of_the_package_is_imported() {
        let package = package(
            "outside",
            &[
                ("inner/m/door.fsm", &DOOR.replace("../shared", "../../shared")),
                ("shared/cause.fsm", "enum Cause { Wear }"),
            ],
        );
        let Generated { code, read, .. } = generate(&package.join("inner"), Path::new("m/door.fsm"));
        let message = code.unwrap_err().to_string();
        assert!(message.contains("the file lies outside of the package [FSM101]"), "{message}");
        assert_eq!(read.len(), 1);
        fs::remove_dir_all(package).unwrap();
    }

    #[test]
    fn what_is_no_definition() {
        let package = package(
            "none",
            &[(
                "type.fsm",
                "machine Door { extern type Id = a b; event Open { id: Id }; initial state Shut { on Open -> Shut; } }",
            )],
        );
        let message = |path: &str| generate(&package, Path::new(path)).code.unwrap_err().to_string();
        assert_eq!(message("type.fsm"), "the type of `Id` cannot be read as Rust: unexpected token");
        assert!(message("missing.fsm").starts_with("missing.fsm: "));
        fs::remove_dir_all(package).unwrap();
    }
}
