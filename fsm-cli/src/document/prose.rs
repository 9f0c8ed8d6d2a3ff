//! Doc comments: Markdown that users wrote, of which nothing but text and its form is believed.
//!
//! HTML in it is shown as text, links lead to the web or to files beside the document, and a picture is a link to it: a
//! page asks nobody for anything.

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
    // What to put in front of which place, or in the place of the `<` there.
    let mut insertions: Vec<(usize, &str)> = Vec::new();
    for (event, range) in parser(text).into_offset_iter() {
        match event {
            Event::Html(_) | Event::InlineHtml(_) => {
                insertions.extend(text[range.clone()].match_indices('<').map(|(at, _)| (range.start + at, "&lt;")));
            }
            Event::Start(Tag::Heading { level: own, .. }) if text[range.clone()].starts_with('#') => {
                let more = lowered(own, level) as usize - own as usize;
                insertions.push((range.start, &"######"[..more]));
            }
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) if !is_harmless(&dest_url) => {
                insertions.push((range.start, if text[range].starts_with('<') { "&lt;" } else { "\\" }));
            }
            _ => {}
        }
    }
    insertions.sort_unstable();
    insertions.dedup();
    let mut written = String::with_capacity(text.len());
    let mut end = 0;
    for (at, before) in insertions {
        written.push_str(&text[end..at]);
        written.push_str(before);
        end = at + usize::from(before == "&lt;");
    }
    written.push_str(&text[end..]);
    written
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
    use super::{is_harmless, summary, to_html, to_markdown};

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
            "### A &lt;b>bold&lt;/b> word\n\n&lt;script>alert(1)&lt;/script>\n\n\\[x](javascript:alert(1)) ![p](http://a.example/p.png) &lt;javascript:alert(1)>"
        );
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
