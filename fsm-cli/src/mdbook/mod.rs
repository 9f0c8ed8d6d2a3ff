//! A preprocessor for mdBook: chapters show machines with their diagrams.
//!
//! mdBook gives `[context, book]` as JSON and takes the book back. Of the book nothing is believed to be there but
//! chapters with a text, so that books of older and newer versions pass through unharmed.

mod chapter;

use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use crate::embed::snippet::Shelf;
use crate::failure::Failure;

/// The book with all definitions in it drawn, and what is wrong in it.
pub(crate) fn processed(context: &Value, mut book: Value) -> (Value, Vec<Failure>) {
    let mut failures = Vec::new();
    let mut desk = Desk::of(context);
    // Iterative: nobody knows how deep chapters lie in each other.
    let mut open: Vec<&mut Value> = match &mut book {
        // It is called so before, and so from version 0.5 on.
        Value::Object(book) => book
            .iter_mut()
            .filter(|(name, _)| matches!(name.as_str(), "sections" | "items"))
            .map(|(_, items)| items)
            .collect(),
        _ => Vec::new(),
    };
    while let Some(items) = open.pop() {
        for item in items.as_array_mut().into_iter().flatten() {
            let Some(Value::Object(chapter)) = item.get_mut("Chapter") else { continue };
            failures.extend(draw(chapter, &mut desk));
            open.extend(chapter.get_mut("sub_items"));
        }
    }
    (book, failures)
}

/// Draws what stands in a chapter. A chapter that is only planned has no path, and nothing in it.
fn draw(chapter: &mut Map<String, Value>, desk: &mut Desk) -> Vec<Failure> {
    let text = |name: &str| chapter.get(name).and_then(Value::as_str);
    let (Some(path), Some(content)) = (text("source_path").or_else(|| text("path")), text("content")) else {
        return Vec::new();
    };
    let (drawn, failures) = chapter::processed(content, Path::new(path), desk);
    chapter.insert("content".to_owned(), Value::String(drawn));
    failures
}

/// What a chapter is drawn with.
struct Desk {
    /// The directory in which the chapters lie.
    source: PathBuf,
    /// The format of diagrams, where none is asked for.
    format: String,
    /// The definitions that were read.
    shelf: Shelf,
}

impl Desk {
    /// What book.toml says. Without a word on the format, pages for a browser have pictures: Mermaid would need a plugin.
    fn of(context: &Value) -> Self {
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let root = PathBuf::from(text(&context["root"]).unwrap_or_default());
        let source = text(&context["config"]["book"]["src"]).unwrap_or_else(|| "src".to_owned());
        let by_renderer = if context["renderer"] == "html" { "svg" } else { "mermaid" };
        let format = text(&context["config"]["preprocessor"]["fsm"]["format"]);
        Desk {
            source: root.join(source),
            format: format.unwrap_or_else(|| by_renderer.to_owned()),
            shelf: Shelf::default(),
        }
    }
}
