//! Findings that are known: a file of them, so that old texts can be looked at for what is new.
//!
//! An entry is a finding as `identity.rs` knows it, so it stays when lines move. Names of files are relative to the file of
//! the baseline. Only findings for which a level can be chosen are held back: what has no meaning has none in an old text,
//! either. What matches nothing any more is reported, so that a baseline can only shrink.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use fsm_core::diagnostic::Diagnostic;
use fsm_core::levels::is_adjustable;
use serde::{Deserialize, Serialize};

use crate::failure::{Failure, io_message};
use crate::files;
use crate::identity::Identities;
use crate::render::json_line;
use crate::report::Report;

/// The version of the form.
const VERSION: u32 = 1;

/// A kind of finding in a file, and how many of it are known.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    file: String,
    machine: String,
    code: String,
    message: String,
    count: usize,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    version: u32,
    findings: Vec<Entry>,
}

/// Takes the known findings out of a report, and gives what is to be said of entries that match nothing.
pub(crate) fn apply(path: &Path, report: &mut Report) -> Result<Vec<Failure>, Failure> {
    let text = files::read_text(path).map_err(|message| Failure::of(path, message))?;
    let document: Document = serde_json::from_str(&text)
        .map_err(|error| Failure::of(path, format!("is no baseline: {error}")).help(HELP))?;
    if document.version != VERSION {
        let message = format!("is a baseline of version {}, and version {VERSION} is read", document.version);
        return Err(Failure::of(path, message).help(HELP));
    }
    let mut left: BTreeMap<Entry, usize> = BTreeMap::new();
    for entry in document.findings {
        let count = entry.count;
        *left.entry(Entry { count: 0, ..entry }).or_default() += count;
    }
    let mut keys = keys(path, report).into_iter();
    report.findings.retain(|_| {
        let known = keys.next().flatten().and_then(|key| left.get_mut(&key)).filter(|count| **count > 0);
        known.is_none_or(|count| {
            *count -= 1;
            false
        })
    });
    Ok(left.into_iter().filter(|(_, count)| *count > 0).map(|(entry, count)| stale(path, &entry, count)).collect())
}

/// What is said of an entry that matches nothing.
fn stale(path: &Path, entry: &Entry, count: usize) -> Failure {
    let times = if count == 1 { String::new() } else { format!(", {count} times") };
    let message = format!("nothing in {} is {}: {}{times}", entry.file, entry.code, entry.message);
    Failure::of(path, message).help("it has been mended: write the baseline again, so that it hides nothing new")
}

const HELP: &str = "`--write-baseline FILE` writes one";

/// Writes what is found to a baseline, and gives how many findings it holds.
pub(crate) fn write(path: &Path, report: &Report) -> Result<usize, Failure> {
    let mut counts: BTreeMap<Entry, usize> = BTreeMap::new();
    for key in keys(path, report).into_iter().flatten() {
        *counts.entry(key).or_default() += 1;
    }
    let entries: Vec<Entry> = counts.into_iter().map(|(entry, count)| Entry { count, ..entry }).collect();
    // One entry on a line, so that a difference shows what came and went.
    let lines: Vec<_> = entries.iter().map(|entry| json_line(entry).trim_end().to_owned()).collect();
    let separator = if lines.is_empty() { "" } else { "\n" };
    let text = format!("{{\"version\":{VERSION},\"findings\":[{separator}{}{separator}]}}\n", lines.join(",\n"));
    std::fs::write(path, text).map_err(|error| Failure::of(path, io_message(&error)))?;
    Ok(entries.iter().map(|entry| entry.count).sum())
}

/// What each finding of a report is in the baseline; `None` for those that it cannot hold.
fn keys(path: &Path, report: &Report) -> Vec<Option<Entry>> {
    let directory = files::canonical(path).parent().map(Path::to_owned).unwrap_or_default();
    let mut identities = Identities::of(report);
    let key = |finding: &Diagnostic| {
        let identity = identities.next(finding);
        is_adjustable(finding.rule).then(|| Entry {
            file: relative(&directory, &identity.file),
            machine: identity.machine,
            code: identity.code.to_owned(),
            message: identity.message,
            count: 0,
        })
    };
    report.findings.iter().map(key).collect()
}

/// The name of a file as seen from the baseline.
fn relative(directory: &Path, name: &str) -> String {
    let path: PathBuf = files::canonical(Path::new(name));
    let seen = files::relative_to(directory, &path).unwrap_or(path);
    let parts: Vec<_> = seen.components().map(|part| part.as_os_str().to_string_lossy()).collect();
    parts.join("/")
}
