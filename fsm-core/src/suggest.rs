//! "Did you mean": the declared name that is closest to a misspelt one.

use crate::lists::CollectVec;

/// The candidate with the smallest edit distance to `name`, if it is close enough to be meant: at most a third of the
/// letters differ. Of several equally close ones the first in alphabetical order.
///
/// The distance counts insertions, deletions, substitutions and swaps of neighbours (optimal string alignment, the
/// restricted Damerau-Levenshtein distance), ignoring case.
pub fn closest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    closest_of(name, &candidates.into_iter().collect_vec())
}

fn closest_of<'a>(name: &str, candidates: &[&'a str]) -> Option<&'a str> {
    let letters = name.to_lowercase().chars().collect_vec();
    let most = (letters.len() / 3).max(1);
    let mut closest: Option<(usize, &str)> = None;
    for &candidate in candidates {
        let length = candidate.chars().count();
        if candidate == name || length.abs_diff(letters.len()) > most {
            continue;
        }
        let distance = distance(&letters, &candidate.to_lowercase().chars().collect_vec());
        let is_closer = closest.is_none_or(|known| (distance, candidate) < known);
        if distance <= most && distance < length && is_closer {
            closest = Some((distance, candidate));
        }
    }
    closest.map(|(_, candidate)| candidate)
}

/// The optimal string alignment distance, with three rows of the table kept.
fn distance(left: &[char], right: &[char]) -> usize {
    let mut before_last = vec![0; right.len() + 1];
    let mut last = (0..=right.len()).collect_vec();
    for (i, a) in left.iter().enumerate() {
        let mut current = vec![i + 1; right.len() + 1];
        for (j, b) in right.iter().enumerate() {
            let substituted = last[j] + usize::from(a != b);
            current[j + 1] = substituted.min(last[j + 1] + 1).min(current[j] + 1);
            if i > 0 && j > 0 && *a == right[j - 1] && left[i - 1] == *b {
                current[j + 1] = current[j + 1].min(before_last[j - 1] + 1);
            }
        }
        before_last = last;
        last = current;
    }
    last[right.len()]
}

#[cfg(test)]
mod tests {
    use super::closest;

    #[test]
    fn finds_what_was_meant() {
        for (typed, meant) in [("Onn", "On"), ("Lgoin", "Login"), ("Actve", "Active"), ("active", "Active")] {
            assert_eq!(closest(typed, ["On", "Login", "Active", "Idle"]), Some(meant));
        }
    }

    #[test]
    fn says_nothing_rather_than_something_wrong() {
        assert_eq!(closest("Start", ["Stop", "Idle", "A"]), None);
        assert_eq!(closest("X", ["Y"]), None);
        assert_eq!(closest("A", []), None);
    }

    #[test]
    fn prefers_the_first_in_the_alphabet_among_equals() {
        assert_eq!(closest("Stat", ["Stay", "Star"]), Some("Star"));
    }
}
