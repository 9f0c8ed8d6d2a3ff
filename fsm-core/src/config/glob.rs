//! Patterns of paths, as `.gitignore` has them: `*` and `?` within a name, `**` for any number of directories.
//!
//! A pattern without `/` is one for names of files, in whatever directory they are; any other is one for the path from the
//! directory of the configuration.

/// A pattern of paths.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Glob {
    parts: Vec<String>,
}

impl Glob {
    pub(super) fn new(pattern: &str) -> Self {
        let pattern = pattern.trim_start_matches("./");
        let anywhere = if pattern.contains('/') { "" } else { "**/" };
        let whole = format!("{anywhere}{}", pattern.trim_start_matches('/'));
        // What lies in a directory lies in all directories around it.
        let whole = if whole.ends_with('/') { format!("{whole}**") } else { whole };
        Glob { parts: whole.split('/').map(str::to_owned).collect() }
    }

    /// Whether it matches a path whose parts are divided by `/`.
    pub(super) fn matches(&self, path: &str) -> bool {
        let names: Vec<&str> = path.split('/').collect();
        matches(
            &self.parts,
            &names,
            |part| part == "**",
            |part, name| {
                let (letters, name): (Vec<char>, Vec<char>) = (part.chars().collect(), name.chars().collect());
                matches(&letters, &name, |&letter| letter == '*', |&letter, &of| letter == '?' || letter == of)
            },
        )
    }
}

/// Whether a pattern matches a text, if `is_star` says which of its parts stand for any number of the text's, and `fits`
/// whether another part stands for one. It goes back to the last star only, so it takes no more than the product of both
/// lengths.
fn matches<P, T>(pattern: &[P], text: &[T], is_star: impl Fn(&P) -> bool, fits: impl Fn(&P, &T) -> bool) -> bool {
    let (mut at, mut of) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while of < text.len() {
        match pattern.get(at) {
            Some(part) if is_star(part) => {
                star = Some((at, of));
                at += 1;
            }
            Some(part) if fits(part, &text[of]) => {
                at += 1;
                of += 1;
            }
            _ => {
                let Some((star_at, taken)) = star else { return false };
                star = Some((star_at, taken + 1));
                at = star_at + 1;
                of = taken + 1;
            }
        }
    }
    pattern[at..].iter().all(is_star)
}

#[cfg(test)]
mod tests {
    use super::Glob;

    #[test]
    fn patterns_match_as_in_gitignore() {
        for (pattern, path, expected) in [
            ("*.fsm", "lamp.fsm", true),
            ("*.fsm", "a/b/lamp.fsm", true),
            ("/*.fsm", "lamp.fsm", true),
            ("/*.fsm", "a/lamp.fsm", false),
            ("machines/*.fsm", "machines/lamp.fsm", true),
            ("machines/*.fsm", "machines/old/lamp.fsm", false),
            ("machines/**/*.fsm", "machines/old/er/lamp.fsm", true),
            ("machines/**/*.fsm", "machines/lamp.fsm", true),
            ("machines/", "machines/old/lamp.fsm", true),
            ("**/old/**", "machines/old/lamp.fsm", true),
            ("l?mp.fsm", "lamp.fsm", true),
            ("l?mp.fsm", "lmp.fsm", false),
            ("*a*b*", "aab", true),
            ("*a*b", "aaba", false),
            ("lamp.fsm", "old/lamp.fsm", true),
        ] {
            assert_eq!(Glob::new(pattern).matches(path), expected, "{pattern} {path}");
        }
    }

    #[test]
    fn many_stars_take_no_time() {
        let pattern = "*a".repeat(5_000) + "b";
        assert!(!Glob::new(&pattern).matches(&"a".repeat(20_000)));
    }
}
