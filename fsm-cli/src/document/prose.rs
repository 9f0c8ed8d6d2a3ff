//! Doc comments: Markdown that users wrote, of which nothing but text and its form is believed.
//!
//! HTML in it is shown as text, links lead to the web or to files beside the document, and a picture is a link to it: a
//! page asks nobody for anything.

use std::ops::Range;

use maud::{Markup, PreEscaped};
use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd, html};

/// What of Markdown is known.
fn parser(text: &str) -> Parser<'_> {
    Parser::new_ext(text, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH)
}

/// A text as HTML, with headings below those of this level.
pub(crate) fn to_html(text: &str, level: usize) -> Markup {
    let mut written = String::new();
    let mut open_links = Vec::new();
    html::push_html(&mut written, parser(text).filter_map(|event| tamed(event, level, &mut open_links)));
    PreEscaped(written)
}

/// An event without what could do anything but be read.
fn tamed<'t>(event: Event<'t>, level: usize, links: &mut Vec<bool>) -> Option<Event<'t>> {
    Some(match event {
        Event::Html(text) | Event::InlineHtml(text) => Event::Text(text),
        Event::Start(Tag::HtmlBlock) => Event::Start(Tag::Paragraph),
        Event::End(TagEnd::HtmlBlock) => Event::End(TagEnd::Paragraph),
        Event::Start(Tag::Heading { level: own, .. }) => {
            let level = lowered(own, level);
            Event::Start(Tag::Heading { level, id: None, classes: Vec::new(), attrs: Vec::new() })
        }
        Event::End(TagEnd::Heading(own)) => Event::End(TagEnd::Heading(lowered(own, level))),
        // A column that is aligned would need a style of its own.
        Event::Start(Tag::Table(columns)) => {
            Event::Start(Tag::Table(vec![pulldown_cmark::Alignment::None; columns.len()]))
        }
        Event::Start(Tag::Link { link_type, dest_url, id, .. } | Tag::Image { link_type, dest_url, id, .. }) => {
            links.push(is_harmless(&dest_url));
            if !is_harmless(&dest_url) {
                return None;
            }
            Event::Start(Tag::Link { link_type, dest_url, title: "".into(), id })
        }
        Event::End(TagEnd::Link | TagEnd::Image) => {
            if !links.pop().unwrap_or_default() {
                return None;
            }
            Event::End(TagEnd::Link)
        }
        other => other,
    })
}

/// A heading below those of `level`.
fn lowered(own: HeadingLevel, level: usize) -> HeadingLevel {
    HeadingLevel::try_from((own as usize + level).min(6)).unwrap_or(HeadingLevel::H6)
}

/// Whether a link leads to the web, or to a file beside the document.
fn is_harmless(destination: &str) -> bool {
    let scheme = destination.split(['/', '?', '#']).next().unwrap_or_default().split_once(':');
    let is_plain =
        !destination.chars().any(char::is_control) && !destination.starts_with("//") && !destination.contains('\\');
    is_plain
        && scheme.is_none_or(|(scheme, _)| scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https"))
}

/// A text as Markdown that can stand in any document, with headings below those of this level.
pub(crate) fn to_markdown(text: &str, level: usize) -> String {
    let mut text = text.to_owned();
    // What is taken apart may leave something else behind; each time there is less of it.
    loop {
        let edits = harmful(&text);
        if edits.is_empty() {
            break;
        }
        text = edited(&text, edits);
    }
    let headings = parser(&text).into_offset_iter().filter_map(|(event, range)| match event {
        Event::Start(Tag::Heading { level: own, .. }) if text[range.clone()].starts_with('#') => {
            let more = lowered(own, level) as usize - own as usize;
            Some((range.start..range.start, &"######"[..more]))
        }
        _ => None,
    });
    edited(&text, headings.collect())
}

/// What takes HTML and links apart that could do anything: what is to stand in the place of what.
fn harmful(text: &str) -> Vec<(Range<usize>, &str)> {
    let mut edits = Vec::new();
    for (event, range) in parser(text).into_offset_iter() {
        match event {
            Event::Html(_) | Event::InlineHtml(_) => edits.extend(each(text, range, '<', "&lt;")),
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) if !is_harmless(&dest_url) => {
                edits.extend(each(text, range.clone(), '[', "&#91;"));
                edits.extend(each(text, range, '<', "&lt;"));
            }
            _ => {}
        }
    }
    edits
}

fn edited(text: &str, mut edits: Vec<(Range<usize>, &str)>) -> String {
    edits.sort_unstable_by_key(|(range, _)| (range.start, range.end));
    edits.dedup();
    let mut written = String::with_capacity(text.len());
    let mut end = 0;
    for (range, instead) in edits {
        written.push_str(&text[end..range.start]);
        written.push_str(instead);
        end = range.end;
    }
    written.push_str(&text[end..]);
    written
}

/// Something in the place of each of these characters in a range.
fn each<'e>(
    text: &'e str,
    range: Range<usize>,
    letter: char,
    instead: &'e str,
) -> impl Iterator<Item = (Range<usize>, &'e str)> {
    let found = text[range.clone()].match_indices(letter);
    found.map(move |(at, found)| (range.start + at..range.start + at + found.len(), instead))
}

/// The words of the first paragraph, on one line.
pub(crate) fn summary(text: &str) -> String {
    let mut words = String::new();
    for event in parser(text) {
        match event {
            Event::Text(text) | Event::Code(text) | Event::Html(text) | Event::InlineHtml(text) => {
                words.push_str(&text);
            }
            Event::SoftBreak | Event::HardBreak => words.push(' '),
            Event::End(
                TagEnd::Paragraph | TagEnd::Heading(_) | TagEnd::Item | TagEnd::CodeBlock | TagEnd::HtmlBlock,
            ) if !words.trim().is_empty() => {
                break;
            }
            _ => {}
        }
    }
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use pulldown_cmark::{Event, Tag};

    use super::{is_harmless, parser, summary, to_html, to_markdown};

    #[test]
    fn markup_is_text_and_links_are_harmless() {
        let text = "# A <b>bold</b> word\n\n<script>alert(1)</script>\n\n[x](javascript:alert(1)) ![p](http://a.example/p.png) <javascript:alert(1)>";
        assert_eq!(
            to_html(text, 2).into_string(),
            "<h3>A &lt;b&gt;bold&lt;/b&gt; word</h3>\n<p>&lt;script&gt;alert(1)&lt;/script&gt;\n</p>\n\
             <p>x <a href=\"http://a.example/p.png\">p</a> javascript:alert(1)</p>\n"
        );
        assert_eq!(
            to_markdown(text, 2),
            "### A &lt;b>bold&lt;/b> word\n\n&lt;script>alert(1)&lt;/script>\n\n&#91;x](javascript:alert(1)) ![p](http://a.example/p.png) &lt;javascript:alert(1)>"
        );
    }

    /// What was made harmless stays so, however it is read again.
    #[test]
    fn nothing_comes_of_what_was_taken_apart() {
        for text in [
            "![p](javascript:1)",
            "[foo][bar] [bar] [bar][] ![bar]\n\n[bar]: javascript:1",
            "[![p](javascript:1)](javascript:2) [a [b] c](javascript:3) [a [b](javascript:4)](x)",
            "[<b>x</b>](javascript:1) <javascript:2> \\[x](javascript:3)",
            "<div>\n\n<script>\n</script>\n\n[x](data:text/html,1)",
            "> <b\n> c> [x\n> y](vbscript:1)",
        ] {
            let written = to_markdown(text, 3);
            for event in parser(&written) {
                match event {
                    Event::Html(_) | Event::InlineHtml(_) => panic!("{written}"),
                    Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                        assert!(is_harmless(&dest_url), "{written}");
                    }
                    _ => {}
                }
            }
        }
    }

    #[test]
    fn links_lead_to_the_web_or_to_files() {
        for (destination, harmless) in [
            ("https://a.example/?x=javascript:1", true),
            ("docs/a.md#b:c", true),
            ("#part", true),
            ("JavaScript:alert(1)", false),
            ("java\tscript:alert(1)", false),
            ("data:text/html,x", false),
            ("//a.example", false),
            ("\\\\a.example", false),
            ("mailto:a@b.example", false),
        ] {
            assert_eq!(is_harmless(destination), harmless, "{destination}");
        }
    }

    #[test]
    fn the_summary_is_the_first_paragraph() {
        assert_eq!(summary("\nA *door* that\nlocks `x`.\n\nMore."), "A door that locks x.");
        assert_eq!(summary(""), "");
    }
}
