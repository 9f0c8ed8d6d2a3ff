//! What is drawn in a chapter: blocks of code in the language that are marked `diagram`, and `{{#fsm …}}`.

use std::ops::Range;
use std::path::Path;

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

use super::Desk;
use crate::embed::{self, snippet};
use crate::failure::Failure;
use crate::report::Report;

/// How a placeholder begins and ends. Behind a backslash it is only shown.
const OPEN: &str = "{{#fsm";
const CLOSE: &str = "}}";

/// A definition that stands in a chapter.
struct Definition {
    /// The block with its fences.
    range: Range<usize>,
    /// The text in it, on the lines on which it stands in the chapter.
    text: String,
}

/// A text with all that is to be drawn in it, and what is wrong. `name` is what messages call the chapter.
pub(super) fn processed(text: &str, name: &Path, desk: &mut Desk) -> (String, Vec<Failure>) {
    let path = desk.source.join(name);
    let (definitions, code) = blocks(text);
    let mut insertions: Vec<(Range<usize>, String)> = Vec::new();
    let mut failures = Vec::new();
    let places = embed::Places::new(&name.display().to_string(), text);
    for Definition { range, text: definition } in definitions {
        match drawn(&definition, name, &path, &desk.format) {
            Ok(diagrams) => insertions.push((range.end..range.end, behind(text, &range, &diagrams))),
            Err(wrong) => failures.extend(wrong),
        }
    }
    for (range, words) in placeholders(text, &code) {
        match words {
            None => insertions.push((range.start..range.start + 1, String::new())),
            Some(words) => match replaced(text, &range, &words, &path, desk) {
                Ok(written) => insertions.push((range, written)),
                Err(failure) => failures.push(Failure { place: Some(places.place(range.start)), ..failure }),
            },
        }
    }
    insertions.sort_unstable_by_key(|(range, _)| range.start);
    let mut written = String::new();
    let mut end = 0;
    for (range, insertion) in insertions {
        written.push_str(&text[end..range.start]);
        written.push_str(&insertion);
        end = range.end;
    }
    written.push_str(&text[end..]);
    (written, failures)
}

/// The definitions that are to be drawn, and where all code stands.
fn blocks(text: &str) -> (Vec<Definition>, Vec<Range<usize>>) {
    let (mut definitions, mut code) = (Vec::new(), Vec::new());
    let mut open: Option<Definition> = None;
    for (event, range) in Parser::new_ext(text, Options::ENABLE_TABLES).into_offset_iter() {
        match event {
            Event::Start(Tag::CodeBlock(kind)) => {
                code.push(range.clone());
                let is_wanted = matches!(&kind, CodeBlockKind::Fenced(info) if is_wanted(info));
                open = is_wanted.then(|| Definition { range, text: String::new() });
            }
            Event::Text(part) => {
                if let Some(definition) = &mut open {
                    if definition.text.is_empty() {
                        definition.text = "\n".repeat(text[..range.start].matches('\n').count());
                    }
                    definition.text.push_str(&part);
                }
            }
            Event::Code(_) => code.push(range),
            Event::End(TagEnd::CodeBlock) => definitions.extend(open.take()),
            _ => {}
        }
    }
    (definitions, code)
}

/// Whether a block of code is marked `fsm,diagram`.
fn is_wanted(info: &str) -> bool {
    let mut words = info.split([',', ' ']).map(str::trim);
    words.next() == Some("fsm") && words.any(|word| word == "diagram")
}

/// The diagrams of all that a text defines.
fn drawn(text: &str, name: &Path, path: &Path, format: &str) -> Result<String, Vec<Failure>> {
    let report = Report::of_text(path, text.to_owned());
    let line = |finding: &fsm_core::diagnostic::Diagnostic| {
        let place = report.texts.place(finding.primary.span).start();
        let place = format!("{}:{}:{}", name.display(), place.line, place.column);
        Failure {
            place: Some(place),
            message: format!("{} [{}]", finding.message, finding.code()),
            help: finding.help.clone(),
        }
    };
    if !report.erroneous.is_empty() || !report.failures.is_empty() {
        return Err(report.findings.iter().map(line).chain(report.failures.clone()).collect());
    }
    all(&report, path, format).map_err(|failure| vec![Failure { place: Some(name.display().to_string()), ..failure }])
}

/// All machines, or where there are none all systems.
fn all(report: &Report, path: &Path, format: &str) -> Result<String, Failure> {
    let arguments = snippet::diagrams_of(path, format)?;
    let diagrams = arguments.all(report)?.into_iter();
    let blocks: Result<Vec<_>, _> = diagrams.map(|content| snippet::inline(arguments.language(), content)).collect();
    Ok(blocks?.join("\n"))
}

/// Text behind a block, with the margin of the block.
fn behind(text: &str, block: &Range<usize>, written: &str) -> String {
    let start = text[..block.start].rfind('\n').map_or(0, |end| end + 1);
    let margin: String = text[start..block.start].chars().map(|letter| if letter == '>' { '>' } else { ' ' }).collect();
    let lines = std::iter::once("").chain(written.lines());
    lines.fold(String::new(), |all, line| all + "\n" + format!("{margin}{line}").trim_end())
}

/// The placeholders outside of code, with their words; without words, one that is only shown, from its backslash on.
fn placeholders(text: &str, code: &[Range<usize>]) -> Vec<(Range<usize>, Option<Vec<embed::Word>>)> {
    let mut found = Vec::new();
    for (at, _) in text.match_indices(OPEN) {
        let inside = at + OPEN.len();
        let is_code = code.iter().any(|range| range.contains(&at));
        let Some(end) = text[inside..].find(CLOSE).map(|end| inside + end) else { continue };
        if is_code || text[inside..end].contains('\n') {
            continue;
        }
        if text[..at].ends_with('\\') {
            found.push((at - 1..end + CLOSE.len(), None));
        } else {
            found.push((at..end + CLOSE.len(), Some(embed::split(&text[inside..end], inside))));
        }
    }
    found
}

/// What stands in the place of a placeholder.
fn replaced(
    text: &str,
    range: &Range<usize>,
    words: &[embed::Word],
    path: &Path,
    desk: &mut Desk,
) -> Result<String, Failure> {
    let before = text[..range.start].rsplit('\n').next().unwrap_or_default();
    let after = text[range.end..].split('\n').next().unwrap_or_default();
    if !before.trim().is_empty() || !after.trim().is_empty() {
        return Err(Failure::new("this stands beside something else").help("write `{{#fsm …}}` on a line of its own"));
    }
    let directory = path.parent().unwrap_or(Path::new(""));
    let first_of = |wrong: Vec<snippet::Wrong>| wrong.into_iter().next().map(|wrong| wrong.failure);
    let Desk { format, shelf, .. } = desk;
    let shown = |words: &[embed::Word]| {
        let words = with_format(words, format);
        let snippet = snippet::write(&words, directory, &mut *shelf)
            .map_err(|wrong| first_of(wrong).unwrap_or_else(|| Failure::new("nothing is to be shown")))?;
        match snippet.picture {
            None => Ok(snippet.text),
            Some(_) => Err(Failure::new("a diagram in a book stands in its chapter").help("leave `--output` out")),
        }
    };
    let written = with_definition(words, shown)?;
    let lines = written.lines().map(|line| if line.is_empty() { String::new() } else { format!("{before}{line}") });
    let lines = lines.collect::<Vec<_>>().join("\n");
    // What stands before the first line stays there.
    Ok(lines.strip_prefix(before).unwrap_or(&lines).to_owned())
}

/// The words with the format of the book, if they ask for a diagram and say nothing of its format.
fn with_format(words: &[embed::Word], format: &str) -> Vec<embed::Word> {
    let is_diagram = words.first().is_some_and(|(_, word)| word == "diagram");
    let is_said = words.iter().any(|(_, word)| word.starts_with("--format") || word.starts_with("-f"));
    let added = (is_diagram && !is_said).then(|| (0..0, format!("--format={format}")));
    words.iter().cloned().chain(added).collect()
}

/// What is asked for; of a file alone, its definition and its diagram.
fn with_definition(
    words: &[embed::Word],
    mut shown: impl FnMut(&[embed::Word]) -> Result<String, Failure>,
) -> Result<String, Failure> {
    if words.first().is_none_or(|(_, word)| snippet::is_kind(word)) {
        return shown(words);
    }
    let mut both = Vec::new();
    for kind in ["definition", "diagram"] {
        let kind = std::iter::once((0..0, kind.to_owned()));
        both.push(shown(&kind.chain(words.iter().cloned()).collect::<Vec<_>>())?);
    }
    Ok(both.join("\n"))
}
