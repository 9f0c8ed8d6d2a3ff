//! A site about machines and systems: pages, and what a browser needs for them. Nothing here reads or writes files but
//! [`write`](mod@write).
//!
//! | file | |
//! |---|---|
//! | [`pages`] | which pages there are, and what stands on them |
//! | [`html`] | a page as HTML |
//! | [`markdown`] | a page as Markdown |
//! | [`search`] | what can be looked for |
//! | [`write`](mod@write) | files, in a directory in which others may lie |
//! | `assets` | one stylesheet and one script, written by hand |
//!
//! A page asks for nothing outside of the site, holds no script and no style of its own, and can be read from a disk.

mod html;
mod markdown;
pub(crate) mod pages;
mod search;
pub(crate) mod write;

use clap::ValueEnum;

use pages::Site;

/// How a site is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Pages for a browser, with search, that can be read from a disk or served
    Html,
    /// Pages for GitHub, GitLab and whatever else shows Markdown
    Markdown,
}

/// A file of a site.
#[derive(Debug)]
pub(crate) struct File {
    /// Where it lies in the directory of the site, with `/` between the names.
    pub(crate) path: String,
    /// What stands in it.
    pub(crate) content: String,
}

impl Format {
    /// All files of a site.
    pub(crate) fn files(self, site: &Site<'_>) -> Vec<File> {
        let pages = site.pages();
        match self {
            Format::Html => {
                let asset = |path: &str, content: &str| File { path: path.to_owned(), content: content.to_owned() };
                let mut files: Vec<_> = pages.iter().map(|page| html::file(site, page)).collect();
                let style =
                    format!("{}\n/* Diagrams */\n\n{}", include_str!("assets/style.css"), fsm_draw::stylesheet());
                files.push(asset("style.css", &style));
                files.push(asset("script.js", include_str!("assets/script.js")));
                files.push(File { path: "search.js".to_owned(), content: search::index(site) });
                files
            }
            Format::Markdown => pages.iter().map(|page| markdown::file(site, page)).collect(),
        }
    }
}
