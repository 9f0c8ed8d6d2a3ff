//! Documents as HTML: everything escaped, nothing with a script or a style of its own.

use fsm_draw::{Style, sequence_svg, svg_with_links};
use maud::{Markup, PreEscaped, html};

use super::{Block, Drawing, Line, Listing, Picture, Piece, Reference, Section, Table, Tone, prose};
use crate::printable::escaped;

/// Where a reference leads; `None` where it leads nowhere, and is only a name.
pub(crate) type Links<'l> = &'l dyn Fn(&Reference) -> Option<String>;

/// A section with a heading of this level, to which the heading itself links.
pub(crate) fn section(of: &Section, level: usize, links: Links<'_>) -> Markup {
    let title =
        html! { (line(&of.title, links)) " " a.here href={ "#" (of.id) } aria-label="link to this part" { "#" } };
    html! {
        section id=(of.id) {
            (heading(level, &title))
            (blocks(&of.blocks, level + 1, links))
        }
    }
}

fn heading(level: usize, title: &Markup) -> Markup {
    match level {
        1 => html! { h1 { (title) } },
        2 => html! { h2 { (title) } },
        3 => html! { h3 { (title) } },
        _ => html! { h4 { (title) } },
    }
}

/// Blocks; `level` is that of the headings in them.
pub(crate) fn blocks(of: &[Block], level: usize, links: Links<'_>) -> Markup {
    html! { @for one in of { (block(one, level, links)) } }
}

fn block(of: &Block, level: usize, links: Links<'_>) -> Markup {
    match of {
        Block::Prose(docs) => html! { div.prose { (prose::to_html(docs, level - 1)) } },
        Block::Line(of) => html! { p { (line(of, links)) } },
        Block::List(items) => html! { ul { @for of in items { li { (line(of, links)) } } } },
        Block::Table(of) => table(of, links),
        Block::Listing(of) => listing(of),
        Block::Drawing(of) => drawing(of, links),
        Block::Section(of) => section(of, level, links),
    }
}

/// A table that scrolls by itself where it is too wide; so that the keyboard can do it, too, it takes the focus.
fn table(of: &Table, links: Links<'_>) -> Markup {
    html! {
        div.table tabindex="0" role="region" aria-label="table" {
            table {
                thead { tr { @for column in &of.columns { th scope="col" { (line(column, links)) } } } }
                tbody {
                    @for row in &of.rows {
                        tr {
                            @for (at, cell) in row.iter().enumerate() {
                                @if at == 0 { th scope="row" { (line(cell, links)) } } @else { td { (line(cell, links)) } }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn listing(of: &Listing) -> Markup {
    html! { pre tabindex="0" { code.{ "language-" (of.language) } { (of.text) } } }
}

/// A picture whose boxes lead on, and its text for those who want to draw it otherwise. The rules of its classes are those
/// of the page.
fn drawing(of: &Drawing, links: Links<'_>) -> Markup {
    let style = Style { rules: false, ground: false, ..Style::default() };
    let link = |id: &str| links(of.links.get(id)?);
    let svg = match &of.picture {
        Picture::Graph(graph) => svg_with_links(graph, &style, &link),
        Picture::Sequence(sequence) => sequence_svg(sequence, &style),
    };
    let text = Listing { language: "mermaid", text: of.mermaid.clone() };
    html! {
        figure {
            div.canvas tabindex="0" role="region" aria-label=(of.title) { (PreEscaped(svg)) }
            details { summary { "As Mermaid" } (listing(&text)) }
        }
    }
}

/// A line. What cannot be seen in a text is shown by its escape.
pub(crate) fn line(of: &Line, links: Links<'_>) -> Markup {
    html! { @for piece in &of.0 { (self::piece(piece, links)) } }
}

fn piece(of: &Piece, links: Links<'_>) -> Markup {
    match of {
        Piece::Text(words) => html! { (escaped(words)) },
        Piece::Code(code) => html! { code { (escaped(code)) } },
        Piece::State(name) => html! { code id=(state_id(name)) { (escaped(name)) } },
        Piece::Mark(tone, word) => html! { span.mark.(class(*tone)) { (escaped(word)) } },
        Piece::Reference(to, name) => reference(to, name, links(to)),
        Piece::Break => html! { br; },
    }
}

/// A name that leads somewhere, if it does. States are words of the language.
fn reference(to: &Reference, name: &str, link: Option<String>) -> Markup {
    let name = match to {
        Reference::State(_) => html! { code { (escaped(name)) } },
        Reference::Here(_) | Reference::Page(_) => html! { (escaped(name)) },
    };
    match link {
        Some(link) => html! { a href=(link) { (name) } },
        None => name,
    }
}

/// The id of the description of a state.
pub(crate) fn state_id(name: &str) -> String {
    format!("state-{name}")
}

fn class(tone: Tone) -> &'static str {
    match tone {
        Tone::Good => "good",
        Tone::Warning => "warning",
        Tone::Bad => "bad",
        Tone::Quiet => "quiet",
        Tone::Plain => "plain",
    }
}
