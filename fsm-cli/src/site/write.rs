//! Writes a site into a directory in which other files may lie.
//!
//! A list beside the files says which of them were written, and what stood in them. Only what is in the list, and still is
//! what was written, is ever replaced or removed.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Component, Path};

use super::File;
use crate::failure::{Failure, io_message};
use crate::files;
use crate::identity::fingerprint;

/// The list.
const LIST: &str = ".fsmc-doc";

/// What was done, or is to be done.
#[derive(Debug, Default)]
pub(crate) struct Changes {
    /// Files that are there as they should be.
    pub(crate) unchanged: usize,
    /// Files that are written: path and reason.
    pub(crate) written: Vec<(String, &'static str)>,
    /// Files of an earlier site that nothing stands for any more.
    pub(crate) removed: Vec<String>,
}

/// What is to be done so that a directory holds these files.
pub(crate) fn changes(directory: &Path, wanted: &[File]) -> Result<Changes, Failure> {
    let known = list(directory)?;
    let mut changes = Changes::default();
    for File { path, content } in wanted {
        match fs::read(directory.join(path)) {
            Ok(found) if found == content.as_bytes() => changes.unchanged += 1,
            Ok(found) if known.get(path).is_some_and(|known| *known == fingerprint(&[&found])) => {
                changes.written.push((path.clone(), "is not up to date"));
            }
            Ok(_) => {
                let failure = Failure::of(&directory.join(path), "was changed, or not written by `fsmc doc`");
                return Err(failure.help("remove it, or choose another directory"));
            }
            Err(_) => changes.written.push((path.clone(), "does not exist")),
        }
    }
    let is_gone = |path: &&String| !wanted.iter().any(|file| file.path == **path);
    let is_ours =
        |path: &&String| fs::read(directory.join(path)).is_ok_and(|found| known[*path] == fingerprint(&[&found]));
    changes.removed = known.keys().filter(is_gone).filter(is_ours).cloned().collect();
    Ok(changes)
}

/// Makes the changes.
pub(crate) fn apply(directory: &Path, wanted: &[File], changes: &Changes) -> Result<(), Failure> {
    for File { path, content } in
        wanted.iter().filter(|file| changes.written.iter().any(|(path, _)| *path == file.path))
    {
        put(&directory.join(path), content)?;
    }
    for path in &changes.removed {
        let path = directory.join(path);
        fs::remove_file(&path).map_err(|error| Failure::of(&path, io_message(&error)))?;
    }
    let lines = wanted.iter().map(|file| format!("{} {}\n", fingerprint(&[file.content.as_bytes()]), file.path));
    let list: String = lines.collect();
    if fs::read_to_string(directory.join(LIST)).is_ok_and(|found| found == list) {
        return Ok(());
    }
    put(&directory.join(LIST), &list)
}

fn put(path: &Path, content: &str) -> Result<(), Failure> {
    let directory = path.parent().unwrap_or(Path::new(""));
    fs::create_dir_all(directory)
        .and_then(|()| fs::write(path, content))
        .map_err(|error| Failure::of(path, io_message(&error)))
}

/// The files that were written, by their paths, with the fingerprints of what stood in them.
fn list(directory: &Path) -> Result<BTreeMap<String, String>, Failure> {
    let path = directory.join(LIST);
    if !path.exists() {
        return Ok(BTreeMap::new());
    }
    let text = files::read_text(&path).map_err(|message| Failure::of(&path, message))?;
    // A path that leads out of the directory was not written by us.
    let is_inside = |path: &str| Path::new(path).components().all(|part| matches!(part, Component::Normal(_)));
    let entries = text.lines().filter_map(|line| line.split_once(' ')).filter(|(_, path)| is_inside(path));
    Ok(entries.map(|(fingerprint, path)| (path.to_owned(), fingerprint.to_owned())).collect())
}
