//! A line of a document: words, words of the language, verdicts, references.

/// A line, or what stands in a cell of a table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Line(pub(crate) Vec<Piece>);

/// A piece of a [`Line`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Piece {
    /// Words.
    Text(String),
    /// Words of the language, or of Rust.
    Code(String),
    /// A word that is to be seen at first sight.
    Mark(Tone, String),
    /// A name that leads to what has it. Where that is not part of the document, it is only a name.
    Reference(Reference, String),
    /// The name of a state, where the state is described: what leads to it.
    State(String),
    /// What follows stands on a line of its own.
    Break,
}

/// How a [`Piece::Mark`] is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tone {
    /// All is well.
    Good,
    /// Somebody should look at it.
    Warning,
    /// Something is wrong.
    Bad,
    /// Of little interest.
    Quiet,
    /// What something is.
    Plain,
}

/// What a name can lead to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Reference {
    /// A state of the machine that the page is about, by its qualified name.
    State(String),
    /// A part of the same page, by its id.
    Here(String),
    /// A page, by its path without extension, from the directory of all pages.
    Page(String),
}

impl Line {
    /// A line without anything in it.
    pub(crate) fn new() -> Self {
        Line::default()
    }

    /// A line of nothing but words of the language.
    pub(crate) fn of_code(text: impl Into<String>) -> Self {
        Line::new().code(text)
    }

    /// Lines below each other.
    pub(crate) fn stacked(lines: impl IntoIterator<Item = Line>) -> Self {
        let mut all = Line::new();
        for line in lines {
            if !all.is_empty() {
                all.0.push(Piece::Break);
            }
            all.0.extend(line.0);
        }
        all
    }

    /// Lines after each other, with this between them.
    pub(crate) fn joined(lines: impl IntoIterator<Item = Line>, between: &str) -> Self {
        let mut all = Line::new();
        for line in lines {
            if !all.is_empty() {
                all = all.text(between);
            }
            all.0.extend(line.0);
        }
        all
    }

    /// Whether nothing stands in it.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds words.
    #[must_use]
    pub(crate) fn text(mut self, text: impl Into<String>) -> Self {
        self.0.push(Piece::Text(text.into()));
        self
    }

    /// Adds words of the language.
    #[must_use]
    pub(crate) fn code(mut self, text: impl Into<String>) -> Self {
        self.0.push(Piece::Code(text.into()));
        self
    }

    /// Adds a word that is to be seen.
    #[must_use]
    pub(crate) fn mark(mut self, tone: Tone, text: impl Into<String>) -> Self {
        self.0.push(Piece::Mark(tone, text.into()));
        self
    }

    /// Adds a name that leads somewhere.
    #[must_use]
    pub(crate) fn reference(mut self, to: Reference, name: impl Into<String>) -> Self {
        self.0.push(Piece::Reference(to, name.into()));
        self
    }

    /// Adds the name of a state, where it is described.
    #[must_use]
    pub(crate) fn state(mut self, name: impl Into<String>) -> Self {
        self.0.push(Piece::State(name.into()));
        self
    }
}

impl From<&str> for Line {
    fn from(text: &str) -> Self {
        if text.is_empty() { Line::new() } else { Line::new().text(text) }
    }
}
