//! Documents in no notation: what is said of a machine, before it is written down.
//!
//! What a section says is decided once, in its file below [`machine`]; [`markdown`] and [`html`](mod@html) only write it down.
//! So a page of a site, its form in Markdown and a block in somebody's README say the same.
//!
//! No text in a document is trusted: whatever stands in a definition is shown, and is never markup.

pub(crate) mod html;
mod line;
pub(crate) mod machine;
pub(crate) mod markdown;
pub(crate) mod prose;
mod subject;
pub(crate) mod system;

use std::collections::BTreeMap;

pub(crate) use line::{Line, Piece, Reference, Tone};
pub(crate) use subject::{Matter, Subject};

/// A part of a document under a heading.
#[derive(Debug, Clone)]
pub(crate) struct Section {
    /// What links to it end with; unique within its page.
    pub(crate) id: String,
    /// The heading.
    pub(crate) title: Line,
    /// What it says.
    pub(crate) blocks: Vec<Block>,
}

/// What stands below each other in a document.
#[derive(Debug, Clone)]
pub(crate) enum Block {
    /// A doc comment: Markdown that a user wrote.
    Prose(String),
    /// A paragraph.
    Line(Line),
    /// A list without numbers.
    List(Vec<Line>),
    /// A table.
    Table(Table),
    /// A text as it is, line by line.
    Listing(Listing),
    /// A diagram.
    Drawing(Drawing),
    /// A part with a heading of its own.
    Section(Section),
}

/// A table. All rows have as many cells as there are columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Table {
    /// The heads of the columns.
    pub(crate) columns: Vec<Line>,
    /// The rows; the first cell of each is its head.
    pub(crate) rows: Vec<Vec<Line>>,
}

/// A text as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Listing {
    /// What it is written in, as Markdown names languages.
    pub(crate) language: &'static str,
    /// The text.
    pub(crate) text: String,
}

/// A diagram.
#[derive(Debug, Clone)]
pub(crate) struct Drawing {
    /// What it shows, for those who do not see it.
    pub(crate) title: String,
    /// The diagram in Mermaid.
    pub(crate) mermaid: String,
    /// The diagram as it is drawn.
    pub(crate) picture: Picture,
    /// Where its boxes lead, by their ids.
    pub(crate) links: BTreeMap<String, Reference>,
}

/// What a diagram is made of.
#[derive(Debug, Clone)]
pub(crate) enum Picture {
    /// Boxes and arrows.
    Graph(fsm_draw::Graph),
    /// Messages, one after the other.
    Sequence(fsm_draw::Sequence),
}

impl Section {
    /// A section that says something; none where it would say nothing.
    pub(crate) fn unless_empty(id: &str, title: &str, blocks: Vec<Block>) -> Option<Section> {
        (!blocks.is_empty()).then(|| Section { id: id.to_owned(), title: Line::from(title), blocks })
    }
}

impl Table {
    /// A table without the columns in which nothing stands.
    pub(crate) fn new(columns: &[&str], rows: Vec<Vec<Line>>) -> Self {
        let is_used: Vec<_> = (0..columns.len()).map(|at| rows.iter().any(|row| !row[at].is_empty())).collect();
        let used =
            |row: Vec<Line>| row.into_iter().zip(&is_used).filter(|(_, used)| **used).map(|(cell, _)| cell).collect();
        let columns = used(columns.iter().map(|&column| Line::from(column)).collect());
        Table { columns, rows: rows.into_iter().map(used).collect() }
    }

    /// The table as a block; nothing where it has no rows.
    pub(crate) fn blocks(self) -> Vec<Block> {
        if self.rows.is_empty() { Vec::new() } else { vec![Block::Table(self)] }
    }
}
