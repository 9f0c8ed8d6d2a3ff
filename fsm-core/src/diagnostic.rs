//! What is said about a source text: one record for every finding of every stage.
//!
//! A [`Diagnostic`] is plain data. It is rendered in exactly two places: as [plain text](crate::plain), which the macros
//! put at the user's tokens and build scripts print, and by `fsmc`, for people and for scripts.

use crate::source::Span;

/// How grave a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The definition is legal, and probably not what was meant.
    Warning,
    /// The definition has no meaning, or breaks what it promises.
    Error,
}

impl Severity {
    /// `error` or `warning`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }
}

/// How a rule is taken: what becomes of its findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// They are not told.
    Allow,
    /// They are told, and nothing fails for them.
    Warn,
    /// They are errors.
    Deny,
}

impl Level {
    /// All levels.
    pub const ALL: [Level; 3] = [Level::Allow, Level::Warn, Level::Deny];

    /// The word for it, in attributes and in `fsm.toml`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Level::Allow => "allow",
            Level::Warn => "warn",
            Level::Deny => "deny",
        }
    }

    /// The level of this word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Level> {
        Level::ALL.into_iter().find(|level| level.as_str() == word)
    }

    /// How grave findings are at this level; `None` where they are not told.
    #[must_use]
    pub fn severity(self) -> Option<Severity> {
        match self {
            Level::Allow => None,
            Level::Warn => Some(Severity::Warning),
            Level::Deny => Some(Severity::Error),
        }
    }
}

impl From<Severity> for Level {
    fn from(severity: Severity) -> Self {
        match severity {
            Severity::Warning => Level::Warn,
            Severity::Error => Level::Deny,
        }
    }
}

/// A kind of finding: its stable code, and all that its documentation says.
///
/// `fsmc explain` and `docs/checks.md` are written from these fields, and a test holds every `example` to the code and
/// every `instead` to silence: the documentation cannot drift from what the tool does.
#[derive(Debug)]
pub struct Rule {
    /// The stable code, `FSM` and three digits. It is never given to another rule.
    pub code: &'static str,
    /// The rule's name, in kebab case, after the fault that it finds.
    pub name: &'static str,
    /// How grave a finding is, where no [`Level`] says otherwise.
    pub severity: Severity,
    /// What is found, as a noun phrase: "a state that no run can enter".
    pub summary: &'static str,
    /// Why it matters, in a few sentences of Markdown.
    pub explanation: &'static str,
    /// A source text in which exactly this is wrong.
    pub example: &'static str,
    /// The same text, mended.
    pub instead: &'static str,
}

/// A place in the source and what is to be said of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// The place.
    pub span: Span,
    /// What is said of it; may be empty.
    pub text: String,
}

/// Whether a [`Fix`] can be applied without anybody looking at it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Applicability {
    /// The finding is gone, and what the machine does is what it did, or what was certainly meant.
    Safe,
    /// The finding is gone; whether the text is then what was meant, a person has to say.
    Maybe,
}

impl Applicability {
    /// `safe` or `maybe`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Applicability::Safe => "safe",
            Applicability::Maybe => "maybe",
        }
    }
}

/// A part of a text, and what to write in its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// What is replaced; where it is empty, something is inserted.
    pub span: Span,
    /// What stands there then.
    pub text: String,
}

/// How a finding can be mended by edits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// What the edits do: "remove the event".
    pub title: String,
    /// The edits; no two of them overlap.
    pub edits: Vec<Edit>,
    /// Whether somebody has to look at it first.
    pub applicability: Applicability,
}

/// One finding.
#[derive(Debug, Clone)]
pub struct Diagnostic {
    /// The kind of finding.
    pub rule: &'static Rule,
    /// How grave it is: what the rule says, or the level that was chosen for it.
    pub severity: Severity,
    /// What is wrong, in the user's terms and names: lower case, no final period.
    pub message: String,
    /// The exact place.
    pub primary: Label,
    /// Other places that belong to the story, in the order they should be read.
    pub secondary: Vec<Label>,
    /// What to write instead.
    pub help: Option<String>,
    /// How to mend it, where that is certain enough to be proposed.
    pub fix: Option<Fix>,
}

impl Diagnostic {
    /// A finding of `rule` at `span`.
    #[must_use]
    pub fn new(rule: &'static Rule, span: Span, message: impl Into<String>) -> Self {
        Diagnostic {
            rule,
            severity: rule.severity,
            message: message.into(),
            primary: Label { span, text: String::new() },
            secondary: Vec::new(),
            help: None,
            fix: None,
        }
    }

    /// Says something about the place itself: "not declared in this machine".
    #[must_use]
    pub fn says(mut self, text: impl Into<String>) -> Self {
        self.primary.text = text.into();
        self
    }

    /// Adds a second place: "first declared here".
    #[must_use]
    pub fn and(mut self, span: Span, text: impl Into<String>) -> Self {
        self.secondary.push(Label { span, text: text.into() });
        self
    }

    /// Says what to write instead.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Proposes to put `text` in the place of what stands at `span`.
    #[must_use]
    pub fn fix(
        mut self,
        applicability: Applicability,
        title: impl Into<String>,
        span: Span,
        text: impl Into<String>,
    ) -> Self {
        let edits = vec![Edit { span, text: text.into() }];
        self.fix = Some(Fix { title: title.into(), edits, applicability });
        self
    }

    /// Proposes to write the name that was probably meant in the place of the one that is there.
    #[must_use]
    pub fn replace_by(self, name: &str) -> Self {
        let span = self.primary.span;
        self.fix(Applicability::Maybe, format!("write `{name}`"), span, name)
    }

    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.rule.code
    }

    /// How grave it is.
    #[must_use]
    pub fn severity(&self) -> Severity {
        self.severity
    }
}

/// The sink that every stage reports into.
#[derive(Debug, Clone, Default)]
#[must_use = "findings that nobody reads are lost"]
pub struct Diagnostics(Vec<Diagnostic>);

impl Diagnostics {
    /// An empty sink.
    pub fn new() -> Self {
        Self::default()
    }

    /// Reports one finding.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.0.push(diagnostic);
    }

    /// Takes over all findings of another stage.
    pub fn append(&mut self, other: Diagnostics) {
        self.0.extend(other.0);
    }

    /// Whether any finding is an error: a phase that needs a sound input stops here.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.0.iter().any(|diagnostic| diagnostic.severity() == Severity::Error)
    }

    /// Whether nothing was found.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The findings, in the order they were reported.
    pub fn iter(&self) -> std::slice::Iter<'_, Diagnostic> {
        self.0.iter()
    }

    /// The findings in the order of the source text, each only once.
    #[must_use]
    pub fn into_sorted(mut self) -> Vec<Diagnostic> {
        self.0
            .sort_by(|a, b| (a.primary.span, a.rule.code, &a.message).cmp(&(b.primary.span, b.rule.code, &b.message)));
        self.0
            .dedup_by(|a, b| a.primary.span == b.primary.span && a.rule.code == b.rule.code && a.message == b.message);
        self.0
    }

    /// Keeps the findings for which `keep` holds.
    pub fn retain(&mut self, keep: impl FnMut(&Diagnostic) -> bool) {
        self.0.retain(keep);
    }
}

impl IntoIterator for Diagnostics {
    type Item = Diagnostic;
    type IntoIter = std::vec::IntoIter<Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a> IntoIterator for &'a Diagnostics {
    type Item = &'a Diagnostic;
    type IntoIter = std::slice::Iter<'a, Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}
