//! What a command looks at: files, directories and the standard input.
//!
//! Every file is looked at once, however often it is named. What cannot be read is a [`Failure`], and the rest is looked
//! at all the same.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::io;
use std::path::{Path, PathBuf};

use fsm_core::source::FileId;
use ignore::{DirEntry, WalkBuilder};

use crate::failure::{Failure, io_message};
use crate::files::{self, Overlay};
use crate::rust_source::{self, Invocation, NotRust};
use crate::texts::{self, Texts, Whole};

/// What messages call the standard input.
pub(crate) const STDIN: &str = "<stdin>";

/// What was found under the paths of a command.
#[derive(Debug, Default)]
pub(crate) struct Inputs {
    /// All texts.
    pub(crate) texts: Texts,
    /// What to analyse, in the order of the command line; files of a directory in the order of their paths.
    pub(crate) roots: Vec<Root>,
    /// The names of all files in which there was something to analyse.
    pub(crate) files: BTreeSet<String>,
    /// What could not be read.
    pub(crate) failures: Vec<Failure>,
    /// What stands in the place of files.
    pub(crate) overlay: Overlay,
    /// The roots known already, without links.
    seen: BTreeSet<PathBuf>,
}

/// A text to analyse.
#[derive(Debug)]
pub(crate) struct Root {
    /// The text.
    pub(crate) text: FileId,
    /// The file it stands in; imports are relative to it.
    pub(crate) path: PathBuf,
}

/// Reads everything under `paths`, where the overlay has no text for it.
pub(crate) fn read(paths: &[PathBuf], overlay: Overlay) -> Inputs {
    let mut inputs = Inputs { overlay, ..Inputs::default() };
    for path in paths {
        if path.as_os_str() == "-" {
            inputs.add_stdin();
        } else if path.is_dir() {
            inputs.add_directory(path);
        } else {
            inputs.add_file(path);
        }
    }
    inputs
}

impl Inputs {
    fn fail(&mut self, path: &Path, message: impl Into<String>) {
        self.failures.push(Failure::of(path, message));
    }

    /// The standard input is as a file in the current directory.
    fn add_stdin(&mut self) {
        if !self.seen.insert(PathBuf::from("-")) {
            return;
        }
        let known = self.overlay.get(Path::new(STDIN)).map(str::to_owned);
        match known.map_or_else(|| files::read_bounded(io::stdin().lock()).and_then(files::text), Ok) {
            Ok(text) => self.add_definition(STDIN.to_owned(), Path::new(STDIN), text),
            Err(message) => self.fail(Path::new(STDIN), message),
        }
    }

    /// All `.fsm` files of a directory, and the `.rs` files in which machines stand.
    fn add_directory(&mut self, directory: &Path) {
        let known = self.files.len() + self.failures.len();
        let mut walk = WalkBuilder::new(directory);
        walk.require_git(false).sort_by_file_path(Path::cmp).filter_entry(|entry| !is_cache(entry));
        for entry in walk.build() {
            match entry {
                Ok(entry) if entry.file_type().is_some_and(|kind| kind.is_file()) => self.add_found(entry.path()),
                Ok(_) => {}
                Err(error) => self.failures.push(walk_failure(&error)),
            }
        }
        if self.files.len() + self.failures.len() == known && !self.has_seen_inside(directory) {
            let failure = Failure::of(directory, "no `.fsm` file and no `.rs` file with `fsm!` in this directory");
            self.failures.push(
                failure.help("files that git ignores and hidden ones are passed over; name them to include them"),
            );
        }
    }

    fn has_seen_inside(&self, directory: &Path) -> bool {
        let directory = files::canonical(directory);
        self.seen.iter().any(|path| path.starts_with(&directory))
    }

    /// A file that the search of a directory came by.
    fn add_found(&mut self, path: &Path) {
        // `./a.fsm` is `a.fsm` to everybody but a computer.
        let path = path.strip_prefix(".").unwrap_or(path);
        if is_rust(path) {
            match files::read_bytes(path) {
                Ok(bytes) if rust_source::may_contain_machines(&bytes) => self.add_file(path),
                Ok(_) => {}
                Err(message) => self.fail(path, message),
            }
        } else if path.extension() == Some(OsStr::new("fsm")) {
            self.add_file(path);
        }
    }

    fn add_file(&mut self, path: &Path) {
        if let Err(message) = self.load(path) {
            self.fail(path, message);
        }
    }

    /// Takes a file in, unless it is known already.
    fn load(&mut self, path: &Path) -> Result<(), String> {
        if !self.seen.insert(files::canonical(path)) {
            return Ok(());
        }
        let text = self.overlay.read_text(path)?;
        let name = files::shown(path);
        if is_rust(path) {
            self.add_rust(&name, path, text);
        } else {
            self.add_definition(name, path, text);
        }
        Ok(())
    }

    fn add_definition(&mut self, name: String, path: &Path, text: String) {
        let text = self.texts.add(&name, text);
        self.files.insert(name);
        self.roots.push(Root { text, path: path.to_owned() });
    }

    fn add_rust(&mut self, name: &str, path: &Path, text: String) {
        let invocations = rust_source::invocations(&text);
        let whole = self.texts.add_whole(name, text);
        match invocations {
            Ok(invocations) => {
                if !invocations.is_empty() {
                    self.files.insert(name.to_owned());
                }
                for invocation in invocations {
                    self.add_invocation(path, &whole, invocation);
                }
            }
            Err(NotRust(offset)) => self.fail_at(&whole, offset, "from here on this cannot be read as Rust"),
        }
    }

    fn add_invocation(&mut self, path: &Path, whole: &Whole, invocation: Invocation) {
        match invocation {
            Invocation::Inline(range) => {
                let text = self.texts.add_part(whole, range);
                self.roots.push(Root { text, path: path.to_owned() });
            }
            Invocation::File(named, range) => {
                // Without a Cargo.toml it is as with rustc alone: relative to the current directory.
                let directory = files::manifest_directory(path).unwrap_or_default();
                if let Err(message) = self.load(&directory.join(&named)) {
                    self.fail_at(whole, range.start, &format!("cannot read `{named}`: {message}"));
                }
            }
        }
    }

    fn fail_at(&mut self, whole: &Whole, offset: usize, message: &str) {
        let file = self.texts.whole(whole);
        let position = texts::position(file, offset);
        let place = format!("{}:{}:{}", file.name(), position.line, position.column);
        self.failures.push(Failure { place: Some(place), message: message.to_owned(), help: None });
    }
}

fn is_rust(path: &Path) -> bool {
    path.extension() == Some(OsStr::new("rs"))
}

/// Whether an entry is a directory of results, such as Cargo's `target`, by the tag that such directories carry.
fn is_cache(entry: &DirEntry) -> bool {
    entry.depth() > 0 && entry.path().join("CACHEDIR.TAG").is_file()
}

fn walk_failure(error: &ignore::Error) -> Failure {
    match error {
        ignore::Error::WithPath { path, err } => {
            Failure { place: Some(path.display().to_string()), ..walk_failure(err) }
        }
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => walk_failure(err),
        ignore::Error::Io(error) => Failure::new(io_message(error)),
        other => Failure::new(other.to_string()),
    }
}
