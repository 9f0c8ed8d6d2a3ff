//! Reading files: names in messages, texts, and the bounds of a project.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::{Component, Path, PathBuf};

use fsm_core::source::MAX_FILE_BYTES;

use crate::failure::io_message;
use crate::printable::escaped;

/// The name by which messages speak of a file: its path without links, relative to the current directory where that is
/// shorter. The same file has the same name however it was reached.
pub(crate) fn shown(path: &Path) -> String {
    let absolute = canonical(path);
    let relative = std::env::current_dir()
        .and_then(|directory| directory.canonicalize())
        .ok()
        .and_then(|directory| relative_to(&directory, &absolute));
    let shortest = relative.filter(|relative| relative.as_os_str().len() < absolute.as_os_str().len());
    escaped(&shortest.unwrap_or(absolute).display().to_string()).into_owned()
}

/// The absolute path, without links and dots where there is such a file: a pipe has no such path.
pub(crate) fn canonical(path: &Path) -> PathBuf {
    let canonical = path.canonicalize().ok().filter(|canonical| canonical.exists());
    canonical.or_else(|| std::path::absolute(path).ok()).unwrap_or_else(|| path.to_owned())
}

/// `path` as seen from `directory`, both absolute. `None` if they have nothing in common.
pub(crate) fn relative_to(directory: &Path, path: &Path) -> Option<PathBuf> {
    let common = directory.components().zip(path.components()).take_while(|(a, b)| a == b).count();
    let ups = directory.components().skip(common).map(|_| Component::ParentDir);
    let relative: PathBuf = ups.chain(path.components().skip(common)).collect();
    (common > 0 && !relative.as_os_str().is_empty()).then_some(relative)
}

/// Texts that stand in the place of what is in files: those that are not written yet.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Overlay(BTreeMap<PathBuf, String>);

impl Overlay {
    /// Puts a text in the place of a file.
    pub(crate) fn put(&mut self, path: &Path, text: String) {
        self.0.insert(canonical(path), text);
    }

    /// The text in the place of a file.
    pub(crate) fn get(&self, path: &Path) -> Option<&str> {
        self.0.get(&canonical(path)).map(String::as_str)
    }

    /// The text of a file, or why it cannot be had.
    pub(crate) fn read_text(&self, path: &Path) -> Result<String, String> {
        self.get(path).map_or_else(|| read_text(path), |text| Ok(text.to_owned()))
    }
}

/// The text of a file, or why it cannot be had.
pub(crate) fn read_text(path: &Path) -> Result<String, String> {
    text(read_bytes(path)?)
}

/// The bytes of a file, or why they cannot be had. What is too large is not read.
pub(crate) fn read_bytes(path: &Path) -> Result<Vec<u8>, String> {
    let metadata = path.metadata().map_err(|error| io_message(&error))?;
    if metadata.is_dir() {
        return Err("is a directory".to_owned());
    }
    if metadata.len() > MAX_FILE_BYTES as u64 {
        return Err(too_large(metadata.len()));
    }
    let file = File::open(path).map_err(|error| io_message(&error))?;
    read_bounded(file)
}

/// All bytes of a stream, unless there are too many.
pub(crate) fn read_bounded(stream: impl Read) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    stream.take(MAX_FILE_BYTES as u64 + 1).read_to_end(&mut bytes).map_err(|error| io_message(&error))?;
    if bytes.len() > MAX_FILE_BYTES { Err(too_large(bytes.len() as u64)) } else { Ok(bytes) }
}

fn too_large(length: u64) -> String {
    format!("has at least {length} bytes, and more than {} MiB are not read", MAX_FILE_BYTES >> 20)
}

/// Bytes as text. What is no text is refused here, so that it is not reported character by character.
pub(crate) fn text(bytes: Vec<u8>) -> Result<String, String> {
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Err("is UTF-16; save it as UTF-8".to_owned());
    }
    if let Some(at) = bytes.iter().position(|&byte| byte == 0) {
        return Err(format!("is no text: it has a NUL in line {}", line_of(&bytes, at)));
    }
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let bytes = error.as_bytes();
        let byte = bytes.get(at).copied().unwrap_or_default();
        format!("is not UTF-8: byte 0x{byte:02x} in line {}", line_of(bytes, at))
    })
}

fn line_of(bytes: &[u8], at: usize) -> usize {
    1 + bytes.iter().take(at).filter(|&&byte| byte == b'\n').count()
}

/// The directory that nothing of a project lies outside of: the nearest one above `file` with a `Cargo.toml` or a
/// `.git`, else the one in which it lies.
pub(crate) fn project_root(file: &Path) -> PathBuf {
    let file = canonical(file);
    let marked = |directory: &&Path| directory.join("Cargo.toml").exists() || directory.join(".git").exists();
    let own = file.parent().unwrap_or(Path::new("/"));
    own.ancestors().find(marked).unwrap_or(own).to_owned()
}

/// The directory of the `Cargo.toml` of the package in which a file lies.
pub(crate) fn manifest_directory(file: &Path) -> Option<PathBuf> {
    canonical(file).ancestors().skip(1).find(|directory| directory.join("Cargo.toml").is_file()).map(Path::to_owned)
}

/// The file that `path` names from `directory`, if it is one of the project's; else why it is refused. `directory` and
/// `root` are canonical.
///
/// That the path does not leave the project as it is written is tested before anything is looked up, so a refusal tells
/// nothing about what lies outside.
pub(crate) fn within(root: &Path, directory: &Path, path: &str) -> Result<PathBuf, String> {
    let written = Path::new(path);
    if !root.is_absolute() {
        return Err("the current directory is not known".to_owned());
    }
    if written.components().any(|part| matches!(part, Component::RootDir | Component::Prefix(_))) {
        return Err("the path is absolute".to_owned());
    }
    if !lexically_joined(directory, written).starts_with(root) {
        return Err("the file lies outside of the project".to_owned());
    }
    let found = directory.join(written).canonicalize().map_err(|error| io_message(&error))?;
    if !found.starts_with(root) {
        return Err("a symbolic link leads out of the project".to_owned());
    }
    if !found.is_file() {
        return Err("it is not a file".to_owned());
    }
    Ok(found)
}

/// `directory` and `path` joined, with every `..` taken at its word.
fn lexically_joined(directory: &Path, path: &Path) -> PathBuf {
    let mut joined = directory.to_owned();
    for part in path.components() {
        match part {
            Component::ParentDir => {
                joined.pop();
            }
            Component::Normal(name) => joined.push(name),
            Component::CurDir | Component::RootDir | Component::Prefix(_) => {}
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{relative_to, text, within};

    #[test]
    fn paths_are_seen_from_a_directory() {
        let seen =
            |from: &str, path: &str| relative_to(Path::new(from), Path::new(path)).map(|p| p.display().to_string());
        assert_eq!(seen("/a/b", "/a/b/c.fsm").as_deref(), Some("c.fsm"));
        assert_eq!(seen("/a/b", "/a/c/d.fsm").as_deref(), Some("../c/d.fsm"));
        assert_eq!(seen("/a/b", "/a/b"), None);
    }

    #[test]
    fn what_is_no_text_is_refused_with_its_line() {
        assert_eq!(text(b"a\n\xff".to_vec()), Err("is not UTF-8: byte 0xff in line 2".to_owned()));
        assert_eq!(text(b"a\n\n\0".to_vec()), Err("is no text: it has a NUL in line 3".to_owned()));
        assert_eq!(text(b"\xff\xfem\0".to_vec()), Err("is UTF-16; save it as UTF-8".to_owned()));
        assert_eq!(text("é".as_bytes().to_vec()), Ok("é".to_owned()));
    }

    #[test]
    fn a_path_out_of_the_project_is_refused_unseen() {
        let (root, directory) = (Path::new("/no/such/project"), Path::new("/no/such/project/machines"));
        for (path, why) in [
            ("/etc/passwd", "the path is absolute"),
            ("../../passwd", "the file lies outside of the project"),
            ("a/../../../project/../x", "the file lies outside of the project"),
            ("../x.fsm", "no such file or directory"),
        ] {
            assert_eq!(within(root, directory, path), Err(why.to_owned()), "{path}");
        }
        assert!(within(Path::new(""), Path::new(""), "x.fsm").is_err());
    }
}
