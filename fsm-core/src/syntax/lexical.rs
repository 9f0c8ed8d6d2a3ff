//! The scan before parsing: comments are blanked, and what no grammar could say well is found here.
//!
//! One pass without recursion. After it, brackets are balanced and nested at most [`MAX_DEPTH`] deep, strings and
//! comments are closed, and every character is one that Rust's lexer knows: so the parser's recursion is bounded, and a
//! text that it accepts is a valid Rust token stream.

use std::ops::Range;

use super::rules::{BAD_CHARACTER, NESTED_TOO_DEEP, UNBALANCED, UNSUPPORTED_DOC, UNTERMINATED};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::lists::CollectVec;
use crate::source::{FileId, Sources, Span};

/// How deep brackets may be nested.
pub const MAX_DEPTH: usize = 64;

/// The length from which on a body is large.
const LARGE_BODY: usize = 4 << 10;

/// A text without comments, of the same length.
pub(super) struct Clean {
    pub(super) text: String,
    /// What stands between the braces of large bodies, in the order in which they open.
    pub(super) large: Vec<Range<usize>>,
}

/// Scans a text. The result has the same length, with comments (except `///`) replaced by spaces; it is `None` if
/// parsing makes no sense.
pub(super) fn scan(text: &str, file: FileId, diagnostics: &mut Diagnostics) -> Option<Clean> {
    scan_for(LARGE_BODY, text, file, diagnostics)
}

/// The same, where bodies are large from `large_body` bytes on.
pub(super) fn scan_for(large_body: usize, text: &str, file: FileId, diagnostics: &mut Diagnostics) -> Option<Clean> {
    let mut scanner = Scanner {
        text,
        file,
        at: 0,
        clean: Vec::with_capacity(text.len()),
        open: Vec::new(),
        large: Vec::new(),
        large_body,
        findings: Vec::new(),
        stop: false,
    };
    if text.starts_with('\u{feff}') {
        scanner.blank('\u{feff}'.len_utf8());
    }
    while !scanner.stop && scanner.at < text.len() {
        scanner.next();
    }
    scanner.finish(diagnostics)
}

/// A piece of a text that was parsed, on one line: without comments, and with one space wherever there is any.
#[must_use]
pub fn phrase(sources: &Sources, span: Span) -> String {
    let text = sources.text(span);
    let clean = scan(text, span.file, &mut Diagnostics::default());
    let words = clean.as_ref().map_or(text, |clean| &clean.text).split_whitespace().collect_vec();
    words.join(" ")
}

struct Scanner<'t> {
    text: &'t str,
    file: FileId,
    /// Where the scan is.
    at: usize,
    /// The text up to there, with comments blanked.
    clean: Vec<u8>,
    /// The brackets that are open.
    open: Vec<(char, usize)>,
    /// What large braces enclose.
    large: Vec<Range<usize>>,
    /// From how many bytes on they are large.
    large_body: usize,
    findings: Vec<Diagnostic>,
    /// Whether what follows cannot be told apart any more.
    stop: bool,
}

impl Scanner<'_> {
    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    fn span(&self, start: usize, length: usize) -> Span {
        Span::new(self.file, start..start + length)
    }

    /// Keeps the next `length` bytes.
    fn keep(&mut self, length: usize) {
        self.clean.extend_from_slice(&self.text.as_bytes()[self.at..self.at + length]);
        self.at += length;
    }

    /// Replaces the next `length` bytes by spaces; line endings stay.
    fn blank(&mut self, length: usize) {
        let bytes = &self.text.as_bytes()[self.at..self.at + length];
        self.clean.extend(bytes.iter().map(|&byte| if byte == b'\n' { byte } else { b' ' }));
        self.at += length;
    }

    /// Takes one token.
    fn next(&mut self) {
        let rest = self.rest();
        let Some(first) = rest.chars().next() else { return };
        match first {
            '/' if rest.starts_with("//") => self.line_comment(),
            '/' if rest.starts_with("/*") => self.block_comment(),
            '"' => self.string(1),
            'r' if raw_string(rest).is_some() => self.raw_string(),
            '(' | '[' | '{' => self.open(first),
            ')' | ']' | '}' => self.close(first),
            ' ' | '\t' | '\n' => self.keep(1),
            '\r' if rest[1..].starts_with('\n') => self.keep(1),
            '\'' if let Some(length) = lifetime(rest) => self.keep(length),
            '\'' => self.bad(first, "text stands in double quotes"),
            _ if is_word(first) => {
                let length = rest.find(|letter| !is_word(letter)).unwrap_or(rest.len());
                self.keep(length);
            }
            '!'..='~' if !matches!(first, '\\' | '`') => self.keep(1),
            _ => self.bad(first, "remove it; inside a string it can be written as `\\u{…}`"),
        }
    }

    fn bad(&mut self, character: char, help: &str) {
        let shown = if character.is_ascii_graphic() || character.is_alphanumeric() {
            format!("`{character}`")
        } else {
            format!("the character `{}`", character.escape_unicode())
        };
        let span = self.span(self.at, character.len_utf8());
        self.findings.push(
            Diagnostic::new(&BAD_CHARACTER, span, format!("{shown} has no meaning outside of strings and comments"))
                .help(help),
        );
        self.blank(character.len_utf8());
    }

    fn line_comment(&mut self) {
        let rest = self.rest();
        let length = rest.find('\n').unwrap_or(rest.len());
        let is_doc = rest.starts_with("///") && !rest.starts_with("////");
        let is_inner = rest.starts_with("//!");
        let lone = rest[..length].trim_end_matches('\r').find('\r');
        if is_inner {
            let span = self.span(self.at, length);
            self.findings.push(
                Diagnostic::new(&UNSUPPORTED_DOC, span, "`//!` documents nothing here")
                    .help("write `///` before what it documents, or `//` for a comment"),
            );
        }
        if is_doc && let Some(at) = lone {
            let at = self.at + at;
            let span = self.span(at, 1);
            self.findings.push(
                Diagnostic::new(&BAD_CHARACTER, span, "a lone carriage return in a doc comment")
                    .help("end the line by a line feed"),
            );
        }
        if is_doc { self.keep(length) } else { self.blank(length) }
    }

    fn block_comment(&mut self) {
        let rest = self.rest();
        let is_doc = (rest.starts_with("/**") && !rest.starts_with("/***") && !rest.starts_with("/**/"))
            || rest.starts_with("/*!");
        let mut depth = 0_usize;
        let mut deepest = 0;
        let mut end = None;
        let mut marks = rest.as_bytes().windows(2).enumerate();
        while let Some((at, mark)) = marks.next() {
            match mark {
                b"/*" => depth += 1,
                b"*/" => depth -= 1,
                _ => continue,
            }
            deepest = deepest.max(depth);
            if depth == 0 {
                end = Some(at + 2);
                break;
            }
            // The second character of a mark does not begin another.
            marks.next();
        }
        let Some(length) = end else {
            self.unterminated("this comment is never closed", "close it by `*/`", 2);
            return;
        };
        if deepest > MAX_DEPTH {
            self.too_deep(self.at, "comments");
        }
        if is_doc {
            let span = self.span(self.at, 3);
            self.findings.push(
                Diagnostic::new(&UNSUPPORTED_DOC, span, "a block comment documents nothing here")
                    .help("write `///` before what it documents, or `/* … */` for a comment"),
            );
        }
        self.blank(length);
    }

    /// A string, whose opening quote is `quote` bytes long.
    fn string(&mut self, quote: usize) {
        let rest = self.rest();
        let mut escaped = false;
        let end = rest.char_indices().skip(quote).find(|&(_, letter)| {
            let ends = letter == '"' && !escaped;
            escaped = letter == '\\' && !escaped;
            ends
        });
        let Some((end, _)) = end else {
            self.unterminated("this string is never closed", "close it by `\"`", 1);
            return;
        };
        let literal = &rest[..=end];
        if let Err((range, why)) = super::literal::check_string(literal) {
            let span = self.span(self.at + range.start, range.len());
            self.findings.push(
                Diagnostic::new(&BAD_CHARACTER, span, why)
                    .help("escapes are `\\n`, `\\r`, `\\t`, `\\\\`, `\\0`, `\\\"`, `\\x41` and `\\u{1f980}`"),
            );
        }
        self.keep(end + 1);
        self.refuse_suffix();
    }

    fn raw_string(&mut self) {
        let rest = self.rest();
        let Some(hashes) = raw_string(rest) else { return };
        let close = format!("\"{}", "#".repeat(hashes));
        let body = 2 + hashes;
        let Some(length) = rest[body..].find(&close) else {
            self.unterminated("this string is never closed", &format!("close it by `{close}`"), body);
            return;
        };
        let whole = body + length + close.len();
        if let Some(at) = lone_return(&rest[..whole]) {
            let span = self.span(self.at + at, 1);
            let finding = Diagnostic::new(&BAD_CHARACTER, span, "a lone carriage return in a raw string");
            self.findings.push(finding.help("end the line by a line feed"));
        }
        if hashes > 200 {
            let span = self.span(self.at, body);
            let finding = Diagnostic::new(&BAD_CHARACTER, span, "a raw string with more than 200 hashes");
            self.findings.push(finding.help("use fewer"));
        }
        self.keep(whole);
        self.refuse_suffix();
    }

    /// A word that touches the end of a string would be its suffix.
    fn refuse_suffix(&mut self) {
        if let Some(letter) = self.rest().chars().next()
            && is_word(letter)
        {
            let span = self.span(self.at, letter.len_utf8());
            let finding = Diagnostic::new(&BAD_CHARACTER, span, "a word touches the end of the string before it");
            self.findings.push(finding.help("put a space between them"));
        }
    }

    fn unterminated(&mut self, message: &str, help: &str, length: usize) {
        let span = self.span(self.at, length);
        self.findings.push(Diagnostic::new(&UNTERMINATED, span, message).says("opened here").help(help));
        self.stop = true;
    }

    fn open(&mut self, bracket: char) {
        self.open.push((bracket, self.at));
        if self.open.len() == MAX_DEPTH + 1 {
            self.too_deep(self.at, "brackets");
            self.stop = true;
        }
        self.keep(1);
    }

    fn too_deep(&mut self, at: usize, what: &str) {
        let span = self.span(at, 1);
        self.findings.push(
            Diagnostic::new(&NESTED_TOO_DEEP, span, format!("{what} are nested deeper than {MAX_DEPTH} levels"))
                .help("take the inner part out: give a condition a name by `guard`, or flatten the states"),
        );
    }

    fn close(&mut self, bracket: char) {
        let here = self.span(self.at, 1);
        match self.open.pop() {
            Some((open, at)) if closing(open) == bracket => {
                if open == '{' && self.at - at > self.large_body {
                    let place = self.large.partition_point(|body| body.start < at);
                    self.large.insert(place, at + 1..self.at);
                }
            }
            Some((open, at)) => {
                let wanted = closing(open);
                let there = self.span(at, 1);
                self.findings.push(
                    Diagnostic::new(&UNBALANCED, here, format!("expected `{wanted}`, found `{bracket}`"))
                        .and(there, "opened here")
                        .help(format!("close `{open}` by `{wanted}` first")),
                );
                self.stop = true;
            }
            None => {
                self.findings.push(
                    Diagnostic::new(&UNBALANCED, here, format!("`{bracket}` closes nothing"))
                        .help("remove it, or open a bracket before it"),
                );
                self.stop = true;
            }
        }
        self.keep(1);
    }

    fn finish(mut self, diagnostics: &mut Diagnostics) -> Option<Clean> {
        if !self.stop
            && let Some(&(open, at)) = self.open.last()
        {
            let span = self.span(at, 1);
            let finding = Diagnostic::new(&UNBALANCED, span, format!("`{open}` is never closed"));
            self.findings.push(finding.says("opened here").help(format!("close it by `{}`", closing(open))));
            self.stop = true;
        }
        let sound = self.findings.is_empty();
        self.findings.into_iter().for_each(|finding| diagnostics.push(finding));
        let text = String::from_utf8(self.clean).ok()?;
        sound.then_some(Clean { text, large: self.large })
    }
}

/// Whether a character can be part of a word or of a number.
fn is_word(letter: char) -> bool {
    pest::unicode::XID_CONTINUE(letter)
}

/// The length of a lifetime, if one begins here.
fn lifetime(rest: &str) -> Option<usize> {
    let name = rest.strip_prefix('\'')?;
    let length = name.find(|letter| !is_word(letter)).unwrap_or(name.len());
    let begins = name.starts_with(|first| first == '_' || pest::unicode::XID_START(first));
    (begins && !name[length..].starts_with('\'')).then_some(1 + length)
}

/// The number of hashes, if a raw string begins here.
fn raw_string(rest: &str) -> Option<usize> {
    let behind = rest.strip_prefix('r')?;
    let quoted = behind.trim_start_matches('#');
    quoted.starts_with('"').then(|| behind.len() - quoted.len())
}

/// The place of a carriage return that no line feed follows.
pub(super) fn lone_return(text: &str) -> Option<usize> {
    text.match_indices('\r').map(|(at, _)| at).find(|&at| !text[at + 1..].starts_with('\n'))
}

fn closing(open: char) -> char {
    match open {
        '(' => ')',
        '[' => ']',
        _ => '}',
    }
}
