//! A page as HTML: what is around its sections.

use maud::{DOCTYPE, Markup, html};

use super::File;
use super::pages::{Page, Site};
use crate::document::html::{line, section, state_id};
use crate::document::{Reference, Section};

/// What a page may do: show itself, and load what lies beside it. From a disk, where nothing is a site to itself, files
/// are what lies beside it.
const POLICY: &str = "default-src 'none'; script-src 'self' file:; style-src 'self' file:; img-src data:; \
                      base-uri 'none'; form-action 'none'";

/// The file of a page.
pub(super) fn file(site: &Site<'_>, page: &Page) -> File {
    let root = "../".repeat(page.path.matches('/').count());
    File { path: format!("{}.html", page.path), content: whole(site, page, &root).into_string() }
}

fn whole(site: &Site<'_>, page: &Page, root: &str) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { @if !page.kind.is_empty() { (page.title) " · " } (site.title) }
                // Without one, a browser asks for /favicon.ico.
                link rel="icon" href="data:,";
                link rel="stylesheet" href={ (root) "style.css" };
                script src={ (root) "script.js" } {}
                script src={ (root) "search.js" } defer {}
            }
            body data-root=(root) {
                a.skip href="#content" { "Skip to the content" }
                (header(site, root))
                div.columns {
                    (contents(site, page, root))
                    main #content tabindex="-1" { (main(page, root)) }
                    (parts(&page.sections))
                }
                (search())
            }
        }
    }
}

/// The bar above each page. Its buttons work only with the script, which shows them.
fn header(site: &Site<'_>, root: &str) -> Markup {
    html! {
        header.bar {
            a.home href={ (root) "index.html" } { (site.title) }
            button #open-search type="button" aria-keyshortcuts="/" hidden { "Search " kbd { "/" } }
            button #theme type="button" hidden { "Theme" }
        }
    }
}

/// The pages of the site.
fn contents(site: &Site<'_>, page: &Page, root: &str) -> Markup {
    html! {
        nav.contents aria-label="Pages" {
            @for (title, pages) in site.contents() {
                @if !pages.is_empty() {
                    h2 { (title) }
                    ul {
                        @for (path, name) in pages {
                            li { a href={ (root) (path) ".html" } aria-current=[(path == page.path).then_some("page")] { (name) } }
                        }
                    }
                }
            }
        }
    }
}

fn main(page: &Page, root: &str) -> Markup {
    let links = |to: &Reference| {
        Some(match to {
            Reference::State(name) => format!("#{}", state_id(name)),
            Reference::Here(id) => format!("#{id}"),
            Reference::Page(path) => format!("{root}{path}.html"),
        })
    };
    html! {
        h1 { @if !page.kind.is_empty() { span.kind { (page.kind) } " " } (page.title) }
        @for of in &page.sections { (section(of, 2, &links)) }
    }
}

/// The parts of a page.
fn parts(sections: &[Section]) -> Markup {
    html! {
        nav.parts aria-label="On this page" {
            h2 { "On this page" }
            ul { @for of in sections { li { a href={ "#" (of.id) } { (line(&of.title, &|_| None)) } } } }
        }
    }
}

/// What the script opens to search: a box with a list of what was found, as the pattern of a combobox wants it.
fn search() -> Markup {
    html! {
        dialog #search aria-label="Search" {
            input #query type="text" inputmode="search" role="combobox" aria-label="Search" aria-expanded="true" aria-controls="found"
                aria-autocomplete="list" autocomplete="off" spellcheck="false" placeholder="States, events, machines, …";
            ul #found role="listbox" aria-label="Found" {}
            p #none role="status" {}
        }
    }
}
