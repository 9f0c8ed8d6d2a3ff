//! A page as Markdown.

use super::File;
use super::pages::{Page, Site};
use crate::document::Reference;
use crate::document::markdown::{Style, sections};

/// The file of a page.
pub(super) fn file(site: &Site<'_>, page: &Page) -> File {
    let root = "../".repeat(page.path.matches('/').count());
    // Where a heading can be linked to, every dialect decides by itself.
    let link = |to: &Reference| match to {
        Reference::State(_) | Reference::Here(_) => None,
        Reference::Page(path) => Some(format!("{root}{path}.md")),
    };
    let title = if page.kind.is_empty() { site.title.clone() } else { format!("{}: {}", page.title, page.kind) };
    let text = sections(&page.sections, Style { level: 2, link: &link });
    File { path: format!("{}.md", page.path), content: format!("# {title}\n\n{text}") }
}
