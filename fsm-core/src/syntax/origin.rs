//! Tokens of a macro as text, and places in that text as the user's tokens.
//!
//! The parser sees only text. An [`Origin`] lays the tokens of a macro out as in the user's source, line by line where
//! their positions can be trusted, and leads from a byte range of that text back to the tokens under it. Positions are
//! never used to find a token: each token is found by the range that it was printed to.

use std::fmt::Write as _;
use std::ops::Range;

use proc_macro2::{Delimiter, Group, Spacing, Span, TokenStream, TokenTree};

use super::literal;
use crate::source::Position;

/// Where a parsed text came from.
#[derive(Debug, Clone)]
pub struct Origin {
    text: String,
    /// In the order of the text; a group stands before what is in it. Empty for a text that came from no tokens.
    pieces: Vec<Piece>,
}

#[derive(Debug, Clone)]
struct Piece {
    range: Range<usize>,
    tree: TokenTree,
    /// The index behind the last piece inside this one.
    next: usize,
}

/// Where a token begins and ends in the user's source, as the compiler tells a macro.
pub type Extent = fn(Span) -> Range<Position>;

impl Origin {
    /// A text that came from no tokens: all its places are the macro's call.
    #[must_use]
    pub fn from_text(text: impl Into<String>) -> Self {
        Origin { text: text.into(), pieces: Vec::new() }
    }

    /// The tokens of a macro.
    #[must_use]
    pub fn from_tokens(tokens: TokenStream, extent: Extent) -> Self {
        let mut printer = Printer { text: String::new(), pieces: Vec::new(), extent, at: None, joint: false };
        printer.stream(tokens);
        Origin { text: printer.text, pieces: printer.pieces }
    }

    /// The text to parse.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The spans of the first and of the last token under `range`.
    #[must_use]
    pub fn spans(&self, range: Range<usize>) -> (Span, Span) {
        let last = range.end.max(range.start + 1) - 1;
        let first = self.leaf_at(range.start);
        (first, self.leaf_at(last))
    }

    /// The span of the token at an offset, or of the next one behind it.
    fn leaf_at(&self, offset: usize) -> Span {
        // The last piece that begins at or before the offset is the innermost that can contain it.
        let index = self.pieces.partition_point(|piece| piece.range.start <= offset);
        let inside = self.pieces[..index].last().filter(|piece| offset < piece.range.end);
        let piece = inside.or_else(|| self.enclosing(index, offset)).or(self.pieces.get(index));
        match piece.or(self.pieces.last()) {
            Some(piece) => match &piece.tree {
                TokenTree::Group(group) if offset <= piece.range.start => group.span_open(),
                TokenTree::Group(group) => group.span_close(),
                tree => tree.span(),
            },
            None => Span::call_site(),
        }
    }

    /// The group whose closing bracket is at the offset.
    fn enclosing(&self, index: usize, offset: usize) -> Option<&Piece> {
        let closes = |piece: &&Piece| piece.range.end == offset + 1 && matches!(piece.tree, TokenTree::Group(_));
        // A closing bracket lies behind everything in its group, so the group is found among those still open: walk
        // back over whole groups.
        self.pieces[..index].iter().rev().find(closes)
    }

    /// The user's tokens under `range`, with their spans. A text that came from no tokens is lexed anew.
    #[must_use]
    pub fn tokens(&self, range: Range<usize>) -> TokenStream {
        if self.pieces.is_empty() {
            // The scan has refused what Rust's lexer would.
            return self.text.get(range).and_then(|text| text.parse().ok()).unwrap_or_default();
        }
        let mut tokens = TokenStream::new();
        let mut index = 0;
        while let Some(piece) = self.pieces.get(index) {
            if piece.range.start >= range.end {
                break;
            }
            let inside = range.start <= piece.range.start && piece.range.end <= range.end;
            let before = piece.range.end <= range.start;
            if inside {
                tokens.extend([piece.tree.clone()]);
            }
            index = if inside || before { piece.next } else { index + 1 };
        }
        tokens
    }
}

/// Prints tokens and notes where each of them went.
struct Printer {
    text: String,
    pieces: Vec<Piece>,
    extent: Extent,
    /// The position in the user's source behind the last token.
    at: Option<Position>,
    /// Whether the last token is punctuation that belongs to the next.
    joint: bool,
}

impl Printer {
    fn stream(&mut self, tokens: TokenStream) {
        let mut trees = tokens.into_iter().peekable();
        while let Some(tree) = trees.next() {
            if let TokenTree::Punct(hash) = &tree
                && hash.as_char() == '#'
                && let Some(TokenTree::Group(attribute)) = trees.peek()
                && let Some(doc) = doc_text(attribute)
            {
                self.gap(self.extent(hash.span()).start);
                self.docs(&doc, &tree);
                let end = self.extent(attribute.span_close()).end;
                self.at = (end.line > 0).then_some(Position { line: end.line + 1, column: 1 });
                trees.next();
                continue;
            }
            self.tree(tree);
        }
    }

    /// A doc comment arrives as an attribute, and is laid out as the lines it was.
    fn docs(&mut self, doc: &str, tree: &TokenTree) {
        for line in doc.lines() {
            let start = self.text.len();
            let _ = write!(self.text, "///{line}");
            self.piece(start, tree.clone());
            self.text.push('\n');
        }
    }

    fn piece(&mut self, start: usize, tree: TokenTree) {
        let next = self.pieces.len() + 1;
        self.pieces.push(Piece { range: start..self.text.len(), tree, next });
    }

    fn tree(&mut self, tree: TokenTree) {
        let TokenTree::Group(group) = &tree else {
            let joint = matches!(&tree, TokenTree::Punct(punct) if punct.spacing() == Spacing::Joint);
            let extent = self.extent(tree.span());
            self.gap(extent.start);
            let start = self.text.len();
            self.put(&tree.to_string(), extent.end);
            self.joint = joint;
            self.piece(start, tree);
            return;
        };
        let (open, close) = match group.delimiter() {
            Delimiter::Parenthesis => ("(", ")"),
            Delimiter::Brace => ("{", "}"),
            Delimiter::Bracket => ("[", "]"),
            // An expansion of `macro_rules!` wraps what a fragment matched: nothing is to be seen of that.
            Delimiter::None => ("", ""),
        };
        let (opening, closing) = (self.extent(group.span_open()), self.extent(group.span_close()));
        let inside = group.stream();
        let visible = !open.is_empty();
        if visible {
            self.gap(opening.start);
        }
        let (start, index) = (self.text.len(), self.pieces.len());
        if visible {
            self.pieces.push(Piece { range: start..start, tree, next: 0 });
            self.put(open, opening.end);
        }
        self.stream(inside);
        if visible {
            self.gap(closing.start);
            self.put(close, closing.end);
            let (end, next) = (self.text.len(), self.pieces.len());
            self.pieces[index].range.end = end;
            self.pieces[index].next = next;
        }
    }

    fn extent(&self, span: Span) -> Range<Position> {
        (self.extent)(span)
    }

    fn put(&mut self, text: &str, end: Position) {
        self.text.push_str(text);
        self.at = Some(end);
        self.joint = false;
    }

    /// The white space before a token: as in the source, so that lines agree, or one space where positions run
    /// backwards or stand still, as they do for tokens of `macro_rules!` and where there are no positions at all.
    fn gap(&mut self, start: Position) {
        let Some(at) = self.at else { return };
        if at.line < start.line && start.line - at.line < 10_000 && start.column < 10_000 {
            self.text.extend(std::iter::repeat_n('\n', start.line - at.line));
            self.text.extend(std::iter::repeat_n(' ', start.column.saturating_sub(1)));
        } else if at.line == start.line && at.column < start.column && start.column - at.column < 10_000 {
            self.text.extend(std::iter::repeat_n(' ', start.column - at.column));
        } else if !(self.joint || at == start && at.column > 1) {
            self.text.push(' ');
        }
    }
}

/// The text of a `#[doc = "…"]`.
fn doc_text(attribute: &Group) -> Option<String> {
    if attribute.delimiter() != Delimiter::Bracket {
        return None;
    }
    let mut trees = attribute.stream().into_iter();
    match (trees.next()?, trees.next()?, trees.next()?, trees.next()) {
        (TokenTree::Ident(doc), TokenTree::Punct(equals), TokenTree::Literal(text), None)
            if doc == "doc" && equals.as_char() == '=' =>
        {
            let doc = literal::unescape(&text.to_string());
            Some(if doc.is_empty() { "\n".to_owned() } else { doc })
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proc_macro2::LineColumn;

    use super::Origin;
    use crate::source::Position;

    fn position(at: LineColumn) -> Position {
        Position { line: at.line, column: at.column + 1 }
    }

    fn origin(text: &str) -> Origin {
        Origin::from_tokens(text.parse().unwrap(), |span| position(span.start())..position(span.end()))
    }

    #[test]
    fn every_token_is_found_by_its_range() {
        let origin = origin("machine Lamp { on A [x >= 2] -> B / y += 1; }");
        for word in ["machine", "Lamp", "->", "x >= 2", "y += 1"] {
            let at = origin.text().find(word).unwrap();
            let tokens = origin.tokens(at..at + word.len()).to_string();
            assert_eq!(tokens.replace(' ', ""), word.replace(' ', ""), "in {}", origin.text());
        }
    }

    #[test]
    fn joint_punctuation_stays_together() {
        let text = origin("a->b::c..=d&&e!=f").text().to_owned();
        for joined in ["->", "::", "..=", "&&", "!="] {
            assert!(text.contains(joined), "{text}");
        }
    }

    #[test]
    fn docs_are_lines_again() {
        let text = origin("/// one\n/// \"two\"\nmachine A { /// three\nstate B; }").text().to_owned();
        assert!(text.contains("/// one\n"), "{text}");
        assert!(text.contains("/// \"two\"\n"), "{text}");
        assert!(text.contains("/// three\n"), "{text}");
    }

    #[test]
    fn a_place_behind_the_last_token_is_the_last_token() {
        let origin = origin("machine A");
        let end = origin.text().len();
        let _ = origin.spans(end..end);
        let _ = Origin::from_text("").spans(0..0);
    }
}
