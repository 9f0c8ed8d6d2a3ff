//! From bytes to an XML tree: encodings, limits, and places.

use roxmltree::{Document, Node, ParsingOptions};

use super::rules::NOT_XML;
use crate::diagnostic::Diagnostic;
use crate::source::{FileId, MAX_FILE_BYTES, Span};

/// The deepest nesting of elements that is read. The text that is written nests brackets at most 64 deep.
const MAX_DEPTH: usize = 48;

/// The most nodes that are read.
const MAX_NODES: u32 = 1_000_000;

/// A text, and what is wrong with its encoding.
pub(super) struct Decoded {
    /// The text, without a byte order mark; as much of it as can be shown where there is something wrong.
    pub(super) text: String,
    /// Why this is not the text that was meant.
    pub(super) problem: Option<String>,
}

/// The text of a document: UTF-8, or UTF-16 with a byte order mark.
pub(super) fn decode(bytes: &[u8]) -> Decoded {
    if bytes.len() > MAX_FILE_BYTES {
        let problem = format!("the document has more than {} MiB", MAX_FILE_BYTES >> 20);
        return Decoded { text: String::new(), problem: Some(problem) };
    }
    match bytes {
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes),
        [0xef, 0xbb, 0xbf, rest @ ..] => utf8(rest),
        _ => utf8(bytes),
    }
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Decoded {
    let pairs = bytes.chunks_exact(2);
    let is_whole = pairs.remainder().is_empty();
    let units: Vec<u16> = pairs.filter_map(|pair| pair.try_into().ok().map(unit)).collect();
    let text = String::from_utf16(&units);
    let problem = (!is_whole || text.is_err()).then(|| "the document is no valid UTF-16".to_owned());
    Decoded { text: text.unwrap_or_else(|_| String::from_utf16_lossy(&units)), problem }
}

fn utf8(bytes: &[u8]) -> Decoded {
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(error) => {
            let problem = match bytes.get(error.valid_up_to()) {
                Some(byte) => format!("the document is not UTF-8: byte 0x{byte:02x}"),
                None => "the document is not UTF-8".to_owned(),
            };
            return Decoded { text: String::from_utf8_lossy(bytes).into_owned(), problem: Some(problem) };
        }
    };
    let problem = declared_encoding(&text)
        .filter(|encoding| !["utf-8", "utf8", "us-ascii", "ascii"].contains(&encoding.to_lowercase().as_str()))
        .filter(|_| !text.is_ascii())
        .map(|encoding| format!("the document says that it is in `{encoding}`, and only UTF-8 and UTF-16 are read"));
    Decoded { text, problem }
}

/// The encoding that the XML declaration names.
fn declared_encoding(text: &str) -> Option<&str> {
    let declaration = text.strip_prefix("<?xml")?.split_once("?>")?.0;
    let value = declaration.split_once("encoding")?.1.trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    value[1..].split_once(quote).map(|(encoding, _)| encoding)
}

/// Parses a text, or says where it is no XML.
pub(super) fn parse(text: &str, file: FileId) -> Result<Document<'_>, Box<Diagnostic>> {
    let options = ParsingOptions { allow_dtd: false, nodes_limit: MAX_NODES, ..ParsingOptions::default() };
    let document = Document::parse_with_options(text, options).map_err(|error| refusal(text, file, &error))?;
    match document.root().descendants().find(|node| is_too_deep(*node)) {
        None => Ok(document),
        Some(node) => {
            let message = format!("elements are nested deeper than {MAX_DEPTH} levels");
            let finding = Diagnostic::new(&NOT_XML, Span::new(file, head(node)), message);
            Err(Box::new(finding.help("no machine that people read comes near that depth")))
        }
    }
}

fn is_too_deep(node: Node<'_, '_>) -> bool {
    node.is_element() && node.ancestors().nth(MAX_DEPTH + 1).is_some()
}

fn refusal(text: &str, file: FileId, error: &roxmltree::Error) -> Box<Diagnostic> {
    let place = error.pos();
    let at = offset(text, place.row, place.col);
    let end = text[at..].chars().next().map_or(at, |letter| at + letter.len_utf8());
    let (message, help) = match error {
        roxmltree::Error::DtdDetected => {
            ("a document type declaration is not read".to_owned(), "remove it; SCXML needs none")
        }
        roxmltree::Error::NodesLimitReached => {
            (format!("the document has more than {MAX_NODES} nodes"), "split the machine into several")
        }
        other => {
            let words = other.to_string();
            // The position is told by the finding itself.
            let words = words.rsplit_once(" at ").map_or(words.as_str(), |(words, _)| words);
            (format!("this is no well-formed XML: {words}"), "an SCXML document is an XML document")
        }
    };
    Box::new(Diagnostic::new(&NOT_XML, Span::new(file, at..end), message).help(help))
}

/// The offset of a row and a column, both counted from one; the column counts characters.
fn offset(text: &str, row: u32, column: u32) -> usize {
    let row = usize::try_from(row).unwrap_or(usize::MAX).saturating_sub(1);
    let column = usize::try_from(column).unwrap_or(usize::MAX).saturating_sub(1);
    let line = if row == 0 { 0 } else { text.match_indices('\n').nth(row - 1).map_or(text.len(), |(at, _)| at + 1) };
    text[line..].char_indices().nth(column).map_or(text.len(), |(at, _)| line + at)
}

/// The range of an element's start tag, as far as its last attribute.
pub(super) fn head(node: Node<'_, '_>) -> std::ops::Range<usize> {
    let whole = node.range();
    let name = node.tag_name().name().len() + 1;
    let end = node.attributes().map(|attribute| attribute.range().end).max();
    whole.start..end.unwrap_or(whole.start + name).min(whole.end)
}

#[cfg(test)]
mod tests {
    use super::{decode, parse};
    use crate::source::Sources;

    #[test]
    fn encodings_are_read_or_refused() {
        let utf16: Vec<u8> = [0xff, 0xfe].into_iter().chain("<é/>".encode_utf16().flat_map(u16::to_le_bytes)).collect();
        assert_eq!(decode(&utf16).text, "<é/>");
        assert_eq!(decode("\u{feff}<a/>".as_bytes()).text, "<a/>");
        assert!(decode(&utf16).problem.is_none());
        assert!(decode(&utf16[..utf16.len() - 1]).problem.is_some());
        assert!(decode(b"<a>\xe9</a>").problem.is_some());
        assert!(decode("<?xml version='1.0' encoding='latin1'?><a>é</a>".as_bytes()).problem.is_some());
        assert!(decode(b"<?xml version='1.0' encoding='latin1'?><a/>").problem.is_none());
    }

    #[test]
    fn hostile_documents_are_refused() {
        let file = Sources::new().add("test.scxml", "");
        let bomb = "<!DOCTYPE a [<!ENTITY b \"cc\">]><a>&b;</a>";
        let deep = "<a>".repeat(100_000) + &"</a>".repeat(100_000);
        for text in [bomb, "", "<a>", "<a/><b/>", deep.as_str()] {
            let finding = parse(text, file).map(|_| ()).expect_err("this is refused");
            assert_eq!(finding.code(), "FSM801");
        }
    }
}
