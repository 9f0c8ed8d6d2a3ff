//! Applies the fixes that findings propose, until there is nothing to apply.
//!
//! What is applied together does not overlap. After each round everything is read and checked again; where that finds an
//! error that was not there before, the fixes of the round are tried one by one, and those to blame are left out.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::path::{Path, PathBuf};

use fsm_core::catalogue;
use fsm_core::diagnostic::{Applicability, Diagnostic, Severity};
use fsm_core::levels::is_adjustable;

use crate::files::Overlay;
use crate::identity::Identities;
use crate::input::STDIN;
use crate::levels::Leveling;
use crate::report::{self, Report};
use crate::work::Workers;

/// More rounds than any text needs: each takes out or mends something.
const MOST_ROUNDS: usize = 100;

/// What came of it.
#[derive(Debug)]
pub(crate) struct Fixed {
    /// What is found in the mended texts.
    pub(crate) report: Report,
    /// The files that were mended, by their names. The standard input is always among them if it was read.
    pub(crate) mended: BTreeMap<String, Mended>,
    /// How many fixes were applied.
    pub(crate) applied: usize,
}

/// A text before and after.
#[derive(Debug)]
pub(crate) struct Mended {
    /// What was read.
    pub(crate) old: String,
    /// What is to be written.
    pub(crate) new: String,
}

/// The edits of one fix, each with the name of its file.
type Edits = Vec<(String, Range<usize>, String)>;

/// A fix, and what tells its finding from others.
struct Proposal {
    fingerprint: String,
    edits: Edits,
}

/// Applies the fixes of what is found under `paths`: those that are safe, and with `maybe` all.
pub(crate) fn apply(paths: &[PathBuf], leveling: &Leveling, workers: &Workers, maybe: bool) -> Fixed {
    let look = |texts: &Overlay| report::leveled(paths, texts.clone(), leveling.fresh(), workers);
    let mut texts = Overlay::default();
    let first = look(&texts);
    let originals: BTreeMap<String, String> =
        first.texts.files().map(|file| (file.name().to_owned(), file.text().to_owned())).collect();
    // The standard input can be read only once.
    if let Some(text) = originals.get(STDIN) {
        texts.put(Path::new(STDIN), text.clone());
    }
    let (report, texts, applied) = rounds(&look, first, texts, maybe);
    let mended = originals.into_iter().filter_map(|(name, old)| {
        let new = texts.get(Path::new(&name))?.to_owned();
        Some((name, Mended { old, new }))
    });
    Fixed { report, mended: mended.collect(), applied }
}

/// Applies fixes to texts, as long as there are some.
fn rounds(
    look: &dyn Fn(&Overlay) -> Report,
    mut report: Report,
    mut texts: Overlay,
    maybe: bool,
) -> (Report, Overlay, usize) {
    let mut refused = BTreeSet::new();
    let mut applied = 0;
    for _ in 0..MOST_ROUNDS {
        let round = compatible(proposals(&report, maybe, &refused));
        if round.is_empty() {
            break;
        }
        let mended = edited(&report, &texts, &round);
        let after = look(&mended);
        if is_no_worse(&report, &after) {
            applied += round.len();
            (texts, report) = (mended, after);
        } else if let Some((mended, after)) = first_harmless(look, &report, &texts, &round, &mut refused) {
            applied += 1;
            (texts, report) = (mended, after);
        }
    }
    (report, texts, applied)
}

/// What comes of the first fix that does no harm; those before it are refused. The others are met again in the next round.
fn first_harmless(
    look: &dyn Fn(&Overlay) -> Report,
    report: &Report,
    texts: &Overlay,
    round: &[Proposal],
    refused: &mut BTreeSet<String>,
) -> Option<(Overlay, Report)> {
    for proposal in round {
        let mended = edited(report, texts, std::slice::from_ref(proposal));
        let after = look(&mended);
        if is_no_worse(report, &after) {
            return Some((mended, after));
        }
        refused.insert(proposal.fingerprint.clone());
    }
    None
}

/// All fixes that are to be applied, in the order of their findings.
fn proposals(report: &Report, maybe: bool, refused: &BTreeSet<String>) -> Vec<Proposal> {
    let mut identities = Identities::of(report);
    let mut proposals = Vec::new();
    for finding in &report.findings {
        let fingerprint = identities.next(finding).fingerprint();
        if !refused.contains(&fingerprint) {
            proposals.extend(edits(report, finding, maybe).map(|edits| Proposal { fingerprint, edits }));
        }
    }
    proposals
}

fn edits(report: &Report, finding: &Diagnostic, maybe: bool) -> Option<Edits> {
    let fix = finding.fix.as_ref().filter(|fix| maybe || fix.applicability == Applicability::Safe)?;
    let edit = |edit: &fsm_core::diagnostic::Edit| {
        let place = report.texts.place(edit.span);
        (place.file.name().to_owned(), place.range, edit.text.clone())
    };
    Some(fix.edits.iter().map(edit).collect())
}

/// The first proposals, and of the others those that overlap none of them.
fn compatible(proposals: Vec<Proposal>) -> Vec<Proposal> {
    let mut taken: BTreeMap<String, Vec<Range<usize>>> = BTreeMap::new();
    let mut accepted = Vec::new();
    for proposal in proposals {
        let fits = |(file, range, _): &(String, Range<usize>, String)| {
            taken.get(file).is_none_or(|taken| !taken.iter().any(|other| overlap(range, other)))
        };
        if proposal.edits.iter().all(fits) {
            for (file, range, _) in &proposal.edits {
                taken.entry(file.clone()).or_default().push(range.clone());
            }
            accepted.push(proposal);
        }
    }
    accepted
}

/// Whether the order of two edits would matter.
fn overlap(one: &Range<usize>, other: &Range<usize>) -> bool {
    one.start == other.start || one.start < other.end && other.start < one.end
}

/// The texts after edits that do not overlap.
fn edited(report: &Report, texts: &Overlay, proposals: &[Proposal]) -> Overlay {
    let mut by_file: BTreeMap<&str, Vec<(&Range<usize>, &str)>> = BTreeMap::new();
    for (file, range, text) in proposals.iter().flat_map(|proposal| &proposal.edits) {
        by_file.entry(file).or_default().push((range, text));
    }
    let mut texts = texts.clone();
    for (file, mut edits) in by_file {
        let Some(text) = report.text_of(file) else { continue };
        edits.sort_by_key(|(range, _)| range.start);
        let mut mended = text.to_owned();
        for (range, text) in edits.into_iter().rev() {
            mended.replace_range(range.clone(), text);
        }
        texts.put(Path::new(file), mended);
    }
    texts
}

/// Whether no kind of error has become more frequent, and nothing else cannot be read. What an error of an earlier stage
/// has hidden so far is not made by the fix.
fn is_no_worse(before: &Report, after: &Report) -> bool {
    let (known, found) = (errors(before), errors(after));
    let hiding = known.keys().map(|&code| stage(code)).min();
    let is_made = |(&code, &count): (&&'static str, &usize)| {
        let was_hidden = hiding.is_some_and(|hiding| hiding < stage(code));
        !was_hidden && known.get(code).is_none_or(|&before| before < count)
    };
    !found.iter().any(is_made) && after.failures.len() <= before.failures.len()
}

/// The stages that find errors, each only in what those before it have let pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Stage {
    Syntax,
    Model,
    Checks,
}

fn stage(code: &str) -> Stage {
    match catalogue::find(code) {
        Some(rule) if is_adjustable(rule) => Stage::Checks,
        _ if code.starts_with("FSM0") => Stage::Syntax,
        _ => Stage::Model,
    }
}

/// How many errors there are of each kind.
fn errors(report: &Report) -> BTreeMap<&'static str, usize> {
    let mut counts = BTreeMap::new();
    for finding in report.findings.iter().filter(|finding| finding.severity() == Severity::Error) {
        *counts.entry(finding.code()).or_default() += 1;
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::overlap;

    #[test]
    fn edits_beside_each_other_do_not_overlap() {
        for (one, other, expected) in [
            (0..2, 2..4, false),
            (0..3, 2..4, true),
            (2..2, 2..4, true),
            (2..2, 2..2, true),
            (4..4, 2..4, false),
            (3..3, 2..4, true),
        ] {
            assert_eq!(overlap(&one, &other), expected, "{one:?} {other:?}");
            assert_eq!(overlap(&other, &one), expected, "{other:?} {one:?}");
        }
    }
}
