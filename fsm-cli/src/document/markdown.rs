//! Documents as Markdown, in the dialect that GitHub, GitLab and mdBook share.

use std::fmt::Write as _;

use maud::html;

use super::{Block, Drawing, Line, Listing, Piece, Reference, Section, Table, Tone, prose};
use crate::printable::escaped;

/// How a document is written.
#[derive(Clone, Copy)]
pub(crate) struct Style<'s> {
    /// The level of the headings of the outermost sections.
    pub(crate) level: usize,
    /// Where a reference leads; `None` where it leads nowhere, and is only a name.
    pub(crate) link: &'s dyn Fn(&Reference) -> Option<String>,
}

/// Sections, one after the other.
pub(crate) fn sections(sections: &[Section], style: Style<'_>) -> String {
    let mut text = String::new();
    for section in sections {
        if !text.is_empty() {
            text.push('\n');
        }
        push_section(&mut text, section, style);
    }
    text
}

/// Blocks, with an empty line between them.
pub(crate) fn blocks(blocks: &[Block], style: Style<'_>) -> String {
    let mut text = String::new();
    for block in blocks {
        if !text.is_empty() {
            text.push('\n');
        }
        push_block(&mut text, block, style);
    }
    text
}

fn push_section(text: &mut String, section: &Section, style: Style<'_>) {
    let _ = writeln!(text, "{} {}\n", "#".repeat(style.level.min(6)), line(&section.title, style));
    text.push_str(&blocks(&section.blocks, Style { level: style.level + 1, ..style }));
}

fn push_block(text: &mut String, block: &Block, style: Style<'_>) {
    match block {
        Block::Prose(docs) => {
            text.push_str(prose::to_markdown(docs, style.level - 1).trim_matches('\n'));
            text.push('\n');
        }
        Block::Line(of) => {
            let _ = writeln!(text, "{}", line(of, style));
        }
        Block::List(lines) => {
            for of in lines {
                let _ = writeln!(text, "* {}", line(of, style));
            }
        }
        Block::Table(table) => push_table(text, table, style),
        Block::Listing(listing) => text.push_str(&fenced(listing)),
        Block::Drawing(Drawing { mermaid, .. }) => {
            text.push_str(&fenced(&Listing { language: "mermaid", text: mermaid.clone() }));
        }
        Block::Section(section) => push_section(text, section, style),
    }
}

/// Words as they stand in a line.
pub(crate) fn words(text: &str) -> String {
    let mut written = String::new();
    push_words(&mut written, text);
    written
}

/// A text between fences that do not stand in it.
pub(crate) fn fenced(listing: &Listing) -> String {
    let fence = "`".repeat(longest_run(&listing.text).max(2) + 1);
    let end = if listing.text.ends_with('\n') || listing.text.is_empty() { "" } else { "\n" };
    format!("{fence}{}\n{}{end}{fence}\n", listing.language, listing.text)
}

fn push_table(text: &mut String, table: &Table, style: Style<'_>) {
    let mut row = |cells: &mut dyn Iterator<Item = String>| {
        text.push('|');
        for cell in cells {
            // An empty cell is a space: no dialect takes two bars for anything else than a table.
            let _ = if cell.is_empty() { write!(text, " |") } else { write!(text, " {cell} |") };
        }
        text.push('\n');
    };
    row(&mut table.columns.iter().map(|column| cell(column, style)));
    row(&mut table.columns.iter().map(|_| "---".to_owned()));
    for cells in &table.rows {
        row(&mut cells.iter().map(|of| cell(of, style)));
    }
}

/// In a cell a bar is escaped even between backticks. Behind a backslash it cannot be, so there it is written by its number.
fn cell(of: &Line, style: Style<'_>) -> String {
    let mut text = String::new();
    for piece in &of.0 {
        match piece {
            Piece::Code(code) if code.contains("\\|") => {
                let code = html! { code { (escaped(code)) } }.into_string();
                text.push_str(&code.replace('\\', "&#92;").replace('|', "&#124;"));
            }
            other => {
                let mut written = String::new();
                push_piece(&mut written, other, style);
                text.push_str(&written.replace('|', "\\|"));
            }
        }
    }
    text
}

fn line(of: &Line, style: Style<'_>) -> String {
    let mut text = String::new();
    of.0.iter().for_each(|piece| push_piece(&mut text, piece, style));
    text
}

fn push_piece(text: &mut String, piece: &Piece, style: Style<'_>) {
    match piece {
        Piece::Text(words) => push_words(text, words),
        Piece::Mark(tone, word) => {
            text.push_str(match tone {
                Tone::Good => "✓ ",
                Tone::Bad => "✗ ",
                Tone::Warning | Tone::Quiet | Tone::Plain => "",
            });
            push_words(text, word);
        }
        Piece::Code(code) | Piece::State(code) => text.push_str(&code_span(code)),
        Piece::Reference(to, name) => {
            let mut words = String::new();
            match to {
                Reference::State(_) => words.push_str(&code_span(name)),
                Reference::Here(_) | Reference::Page(_) => push_words(&mut words, name),
            }
            match (style.link)(to) {
                Some(link) => text.extend(["[", &words, "](<", &link, ">)"]),
                None => text.push_str(&words),
            }
        }
        Piece::Break => text.push_str("<br>"),
    }
}

/// Words without anything that Markdown would take for more.
fn push_words(text: &mut String, words: &str) {
    for letter in escaped(words).chars() {
        let is_first = text.is_empty();
        let means_something = matches!(letter, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '~' | '&' | '$')
            || is_first && matches!(letter, '#' | '-' | '+' | '=' | ':')
            || matches!(letter, '.' | ')') && !is_first && text.bytes().all(|byte| byte.is_ascii_digit());
        if means_something {
            text.push('\\');
        }
        text.push(letter);
    }
}

/// A text between backticks, however many of them stand in it.
fn code_span(code: &str) -> String {
    let code = escaped(code);
    let fence = "`".repeat(longest_run(&code) + 1);
    let is_edge = |letter: char| letter == '`' || letter == ' ';
    let gap = if code.is_empty() || code.starts_with(is_edge) || code.ends_with(is_edge) { " " } else { "" };
    format!("{fence}{gap}{code}{gap}{fence}")
}

/// How many backticks follow each other at most.
fn longest_run(text: &str) -> usize {
    text.split(|letter| letter != '`').map(str::len).max().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{Style, blocks, code_span};
    use crate::document::{Block, Line, Listing, Table, Tone};

    const STYLE: Style<'_> = Style { level: 1, link: &|_| None };

    fn written(line: Line) -> String {
        blocks(&[Block::Line(line)], STYLE)
    }

    #[test]
    fn words_are_never_markup() {
        assert_eq!(
            written(Line::from("1. <b> [x](y) *a* _b_ | `c` & $d$")),
            "1\\. \\<b\\> \\[x\\](y) \\*a\\* \\_b\\_ | \\`c\\` \\& \\$d\\$\n"
        );
        assert_eq!(written(Line::from("# a\n- b \u{202e}")), "\\# a\\\\n- b \\\\u{202e}\n");
        assert_eq!(written(Line::new().mark(Tone::Good, "passed").text(" - x")), "✓ passed - x\n");
    }

    #[test]
    fn code_holds_any_number_of_backticks() {
        for (code, span) in [("a", "`a`"), ("`", "`` ` ``"), ("a``b", "```a``b```"), ("", "`  `"), ("|", "`|`")] {
            assert_eq!(code_span(code), span);
        }
    }

    #[test]
    fn a_bar_ends_no_cell() {
        let rows =
            vec![vec![Line::of_code("a || b"), Line::from("c|d")], vec![Line::new(), Line::of_code("\"\\\\|\"")]];
        let table = Table::new(&["X", "Y"], rows);
        assert_eq!(
            blocks(&table.blocks(), STYLE),
            "| X | Y |\n| --- | --- |\n| `a \\|\\| b` | c\\|d |\n| | <code>&quot;&#92;&#92;&#124;&quot;</code> |\n"
        );
    }

    #[test]
    fn a_fence_does_not_end_inside() {
        let listing = Listing { language: "fsm", text: "a\n````\nb".to_owned() };
        assert_eq!(blocks(&[Block::Listing(listing)], STYLE), "`````fsm\na\n````\nb\n`````\n");
    }
}
