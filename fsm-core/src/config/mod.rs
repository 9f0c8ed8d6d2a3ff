//! `fsm.toml`: how findings are taken in a project.
//!
//! ```toml
//! [levels]
//! unused = "deny"             # a group; also a name, a code, `all` and `warnings`
//! unlabelled-relation = "allow"
//!
//! [[overrides]]
//! files = ["old/**", "*.rs"]  # as in .gitignore, from the directory of this file
//! levels = { unbounded-cycle = "warn" }
//! ```
//!
//! Within a table what says less counts more: a rule over its group, a group over `all`. An override counts more than what
//! stands before it. Nothing is passed over: what is not known here is an error, with what was probably meant.

mod glob;
mod project;
mod toml;

use std::path::{Path, PathBuf};

use crate::diagnostic::{Diagnostic, Diagnostics, Level, Rule, Severity};
use crate::levels::{Levels, Selector};
use crate::source::{FileId, Sources, Span};
use crate::suggest::closest;

use glob::Glob;
pub use project::{Surroundings, check};
use toml::{Table, Text, Value};

/// The name of the file.
pub const FILE_NAME: &str = "fsm.toml";

/// What stands in the outermost directory in which the file is looked for: that of a workspace, or of a repository.
const BOUNDARIES: [&str; 2] = ["Cargo.lock", ".git"];

/// The nearest configuration for a directory: in it or above it, within the workspace or the repository. The caller says
/// what exists.
pub fn nearest(directory: &Path, exists: impl Fn(&Path) -> bool) -> Option<PathBuf> {
    for directory in directory.ancestors() {
        let file = directory.join(FILE_NAME);
        if exists(&file) {
            return Some(file);
        }
        if BOUNDARIES.iter().any(|boundary| exists(&directory.join(boundary))) {
            return None;
        }
    }
    None
}

/// A path as the patterns of a configuration in `directory` see it. Both are absolute.
#[must_use]
pub fn seen_from(directory: &Path, path: &Path) -> String {
    let inside = path.strip_prefix(directory).unwrap_or(path);
    let parts: Vec<_> = inside.components().map(|part| part.as_os_str().to_string_lossy()).collect();
    parts.join("/")
}

pub(crate) static RULES: &[&Rule] = &[&SYNTAX, &UNKNOWN_KEY, &WRONG_VALUE];

/// What a configuration says.
#[derive(Debug, Clone, Default)]
pub struct Configuration {
    levels: Choices,
    overrides: Vec<Override>,
}

type Choices = Vec<(Selector, Level)>;

/// What it says of some files.
#[derive(Debug, Clone, Default)]
struct Override {
    files: Vec<Glob>,
    levels: Choices,
}

impl Configuration {
    /// Reads a configuration. What is wrong with it is reported, and the rest counts; of what is no TOML, nothing does.
    #[must_use]
    pub fn read(sources: &Sources, file: FileId, diagnostics: &mut Diagnostics) -> Configuration {
        let (table, found) = toml::parse(file, sources.file(file).text());
        let mut configuration = Configuration::default();
        if let Some(found) = found {
            diagnostics.push(found);
            return configuration;
        }
        for (key, value) in &table.0 {
            match key.text.as_str() {
                "levels" => configuration.levels = levels(value, diagnostics),
                "overrides" => configuration.overrides = overrides(value, diagnostics),
                _ => diagnostics.push(unknown_key(key, &["levels", "overrides"])),
            }
        }
        configuration
    }

    /// The levels for a file, named by its path from the directory of the configuration, with `/`.
    #[must_use]
    pub fn levels(&self, path: &str) -> Levels {
        let mut levels = Levels::new();
        levels.extend(self.levels.iter().copied());
        for of in self.overrides.iter().filter(|of| of.files.iter().any(|glob| glob.matches(path))) {
            levels.extend(of.levels.iter().copied());
        }
        levels
    }
}

/// `{ unused = "deny" }`, in the order in which it counts.
fn levels(value: &Value, diagnostics: &mut Diagnostics) -> Choices {
    let Value::Table(table, _) = value else {
        diagnostics.push(wrong_value(
            value.span(),
            "a table of levels is expected here",
            "write `[levels]`, and below it `unused = \"allow\"`",
        ));
        return Vec::new();
    };
    let mut choices = Vec::new();
    for (key, value) in &table.0 {
        match (Selector::find(&key.text), level(value)) {
            (Ok(selector), Ok(level)) => choices.push((selector, level)),
            (selector, level) => {
                selector.err().into_iter().for_each(|unknown| diagnostics.push(unknown.finding(key.span)));
                level.err().into_iter().for_each(|wrong| diagnostics.push(*wrong));
            }
        }
    }
    choices.sort_by_key(|(selector, _)| std::cmp::Reverse(selector.breadth()));
    choices
}

fn level(value: &Value) -> Result<Level, Box<Diagnostic>> {
    let words = Level::ALL.map(Level::as_str);
    let Value::Text(text) = value else {
        let help = "write `\"allow\"`, `\"warn\"` or `\"deny\"`";
        return Err(Box::new(wrong_value(value.span(), "a level is expected here", help)));
    };
    Level::from_word(&text.text).ok_or_else(|| {
        let meant = match text.text.as_str() {
            "error" => Some("deny"),
            "warning" => Some("warn"),
            "off" | "ignore" => Some("allow"),
            word => closest(word, words),
        };
        let help = meant.map_or_else(
            || "write `\"allow\"`, `\"warn\"` or `\"deny\"`".to_owned(),
            |meant| format!("did you mean `\"{meant}\"`?"),
        );
        Box::new(wrong_value(text.span, &format!("there is no level `{}`", text.text), &help))
    })
}

fn overrides(value: &Value, diagnostics: &mut Diagnostics) -> Vec<Override> {
    let wrong =
        |span| wrong_value(span, "tables are expected here", "write `[[overrides]]`, and below it `files = […]`");
    let Value::List(values, _) = value else {
        diagnostics.push(wrong(value.span()));
        return Vec::new();
    };
    let mut overrides = Vec::new();
    for value in values {
        match value {
            Value::Table(table, span) => overrides.push(override_of(table, *span, diagnostics)),
            other => diagnostics.push(wrong(other.span())),
        }
    }
    overrides
}

fn override_of(table: &Table, span: Span, diagnostics: &mut Diagnostics) -> Override {
    let mut of = Override::default();
    let mut has_files = false;
    for (key, value) in &table.0 {
        match key.text.as_str() {
            "files" => {
                has_files = true;
                of.files = globs(value, diagnostics);
            }
            "levels" => of.levels = levels(value, diagnostics),
            _ => diagnostics.push(unknown_key(key, &["files", "levels"])),
        }
    }
    if !has_files {
        diagnostics.push(wrong_value(
            span,
            "this does not say for which files",
            "write `files = [\"old/**\"]`; what is said of all files stands in `[levels]`",
        ));
    }
    of
}

fn globs(value: &Value, diagnostics: &mut Diagnostics) -> Vec<Glob> {
    let Value::List(values, _) = value else {
        diagnostics.push(wrong_value(value.span(), "a list of patterns is expected here", "write `[\"old/**\"]`"));
        return Vec::new();
    };
    let mut globs = Vec::new();
    for value in values {
        match value {
            Value::Text(text) => globs.push(Glob::new(&text.text)),
            other => {
                diagnostics.push(wrong_value(other.span(), "a pattern is expected here", "write `\"old/**\"`"));
            }
        }
    }
    globs
}

fn unknown_key(key: &Text, known: &[&str]) -> Diagnostic {
    let found = Diagnostic::new(&UNKNOWN_KEY, key.span, format!("there is no setting `{}` here", key.text));
    match closest(&key.text, known.iter().copied()) {
        Some(meant) => found.help(format!("did you mean `{meant}`?")).replace_by(meant),
        None => found.help(format!("the settings are `{}`", known.join("`, `"))),
    }
}

fn wrong_value(span: Span, message: &str, help: &str) -> Diagnostic {
    Diagnostic::new(&WRONG_VALUE, span, message).help(help)
}

static SYNTAX: Rule = Rule {
    code: "FSM020",
    name: "config-syntax",
    severity: Severity::Error,
    summary: "an `fsm.toml` that cannot be read",
    explanation: "`fsm.toml` is written in TOML: `[tables]`, and `key = value` with texts in quotes. Of TOML it takes tables, arrays, \
                  and texts on one line, for no setting has another value.",
    example: "[levels]\nunused = deny\"\n",
    instead: "[levels]\nunused = \"deny\"\n",
};

static UNKNOWN_KEY: Rule = Rule {
    code: "FSM021",
    name: "config-unknown-setting",
    severity: Severity::Error,
    summary: "a setting of `fsm.toml` that does not exist",
    explanation: "`fsm.toml` has the table `[levels]` and any number of `[[overrides]]`, each with `files` and `levels`. A \
                  misspelt setting would silently do nothing.",
    example: "[level]\nunused = \"deny\"\n",
    instead: "[levels]\nunused = \"deny\"\n",
};

static WRONG_VALUE: Rule = Rule {
    code: "FSM022",
    name: "config-wrong-value",
    severity: Severity::Error,
    summary: "a setting of `fsm.toml` with a value that it cannot have",
    explanation: "A level is `\"allow\"`, `\"warn\"` or `\"deny\"`; `files` is a list of patterns, as in `.gitignore`.",
    example: "[levels]\nunused = \"error\"\n",
    instead: "[levels]\nunused = \"deny\"\n",
};

#[cfg(test)]
mod tests {
    use super::Configuration;
    use crate::catalogue;
    use crate::diagnostic::{Diagnostics, Level};
    use crate::source::Sources;

    fn read(text: &str) -> (Configuration, Vec<String>) {
        let mut sources = Sources::new();
        let file = sources.add("fsm.toml", text);
        let mut diagnostics = Diagnostics::new();
        let configuration = Configuration::read(&sources, file, &mut diagnostics);
        let told = |found: crate::diagnostic::Diagnostic| {
            format!("{} {}: {}", found.code(), found.message, found.help.unwrap_or_default())
        };
        (configuration, diagnostics.into_iter().map(told).collect())
    }

    #[test]
    fn the_narrower_counts_and_then_the_later() {
        let (configuration, found) = read(
            "[levels]\nunused-event = \"deny\"\nunused = \"allow\"\nall = \"warn\"\n\
             [[overrides]]\nfiles = [\"old/**\"]\nlevels = { all = \"allow\" }\n\
             [[overrides]]\nfiles = [\"old/new/*.fsm\"]\nlevels.FSM601 = \"warn\"\n",
        );
        assert_eq!(found, Vec::<String>::new());
        let level = |path: &str, code: &str| configuration.levels(path).of(catalogue::find(code).unwrap());
        for (path, code, expected) in [
            ("a.fsm", "FSM601", Level::Deny),
            ("a.fsm", "FSM602", Level::Allow),
            ("a.fsm", "FSM401", Level::Warn),
            ("old/a.fsm", "FSM601", Level::Allow),
            ("old/new/a.fsm", "FSM601", Level::Warn),
            ("old/new/a.fsm", "FSM103", Level::Deny),
        ] {
            assert_eq!(level(path, code), expected, "{path} {code}");
        }
    }

    #[test]
    fn nothing_is_passed_over() {
        for (text, expected) in [
            ("[level]", "FSM021 there is no setting `level` here: did you mean `levels`?"),
            ("baseline = 'x'", "FSM021 there is no setting `baseline` here: the settings are `levels`, `overrides`"),
            ("[levels]\nunusd = 'warn'", "FSM610 there is no finding `unusd`: did you mean `unused`?"),
            (
                "[levels]\nFSM103 = 'warn'",
                "FSM611 `FSM103` is always an error: a level can be chosen for what the checks find; mend the text instead",
            ),
            ("[levels]\nunused = 'wran'", "FSM022 there is no level `wran`: did you mean `\"warn\"`?"),
            ("[levels]\nunused = 1", "FSM022 a level is expected here: write `\"allow\"`, `\"warn\"` or `\"deny\"`"),
            (
                "levels = 'deny'",
                "FSM022 a table of levels is expected here: write `[levels]`, and below it `unused = \"allow\"`",
            ),
            ("[overrides]", "FSM022 tables are expected here: write `[[overrides]]`, and below it `files = […]`"),
            (
                "[[overrides]]\nfiles = ['a']\nlevel.all = 'deny'",
                "FSM021 there is no setting `level` here: did you mean `levels`?",
            ),
            (
                "[[overrides]]",
                "FSM022 this does not say for which files: write `files = [\"old/**\"]`; what is said of all files stands in `[levels]`",
            ),
            ("[[overrides]]\nfiles = 'a'", "FSM022 a list of patterns is expected here: write `[\"old/**\"]`"),
            ("[[overrides]]\nfiles = [1]", "FSM022 a pattern is expected here: write `\"old/**\"`"),
        ] {
            assert_eq!(read(text).1, [expected], "{text}");
        }
    }
}
