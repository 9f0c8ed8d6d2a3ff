//! Files and large bodies, parsed one part at a time.
//!
//! The parser keeps two tokens of every rule that it has matched until all is parsed: of a machine with a million
//! transitions that is more than everything that comes of it. So what stands in a file, and in each body that the scan
//! has found to be large, is parsed part by part. What comes of it is the same, for brackets are balanced: a body ends at
//! its brace, whatever stands in it.

use std::ops::Range;

use pest::Parser;

use super::{Node, Reader};
use crate::diagnostic::Diagnostic;
use crate::source::Span;
use crate::syntax::ast::{File, Item, Machine, Member, State};
use crate::syntax::parser::{FsmParser, Rule};
use crate::syntax::rules::SYNTAX_ERROR;

/// The rules of what can stand in a sequence of parts.
struct Parts {
    /// Any part.
    any: Rule,
    /// What opens a body, or any part.
    opening: Rule,
}

const OF_FILES: Parts = Parts { any: Rule::file_part, opening: Rule::file_opening };
const OF_BODIES: Parts = Parts { any: Rule::body_part, opening: Rule::body_opening };

/// A part as it was parsed.
struct Part<'t> {
    node: Node<'t>,
    /// Its large body, which was not parsed with it.
    body: Option<Range<usize>>,
    /// Where the next part can begin.
    end: usize,
}

impl<'t> Reader<'t, '_> {
    /// Reads all items of the file.
    pub(in crate::syntax) fn file(&mut self) -> File {
        let mut items = Vec::new();
        let mut rest = 0..self.text.len();
        while let Some(Part { node, body, end }) = self.next_part(&OF_FILES, &mut rest) {
            match body {
                Some(body) => items.extend(self.large_machine(node, body, end).map(Item::Machine)),
                None if node.as_rule() == Rule::item => items.extend(self.item(node)),
                None => self.junk(&node, Rule::item),
            }
        }
        File { items }
    }

    /// Reads the members of a large body.
    fn large_body(&mut self, mut rest: Range<usize>) -> Vec<Member> {
        let mut members = Vec::new();
        while let Some(Part { node, body, end }) = self.next_part(&OF_BODIES, &mut rest) {
            match body {
                Some(body) => members.extend(self.large_state(node, body, end).map(Member::State)),
                None => members.extend(self.body_part(node)),
            }
        }
        members.shrink_to_fit();
        members
    }

    fn large_machine(&mut self, node: Node<'t>, body: Range<usize>, end: usize) -> Option<Machine> {
        let mut parts = node.into_inner();
        let preamble = self.preamble(parts.next()?);
        let whole = self.span(&parts.peek()?).to(Span::new(self.file, end..end));
        let machine = self.machine_of(parts, whole, preamble)?;
        Some(Machine { body: self.large_body(body), ..machine })
    }

    fn large_state(&mut self, node: Node<'t>, body: Range<usize>, end: usize) -> Option<State> {
        let mut parts = node.into_inner();
        let preamble = self.preamble(parts.next()?);
        let whole = self.span(&parts.peek()?).to(Span::new(self.file, end..end));
        let state = self.state_of(parts, whole, preamble)?;
        Some(State { body: self.large_body(body), ..state })
    }

    /// Takes the next part out of the rest.
    fn next_part(&mut self, parts: &Parts, rest: &mut Range<usize>) -> Option<Part<'t>> {
        let blank = self.text[rest.clone()].bytes().take_while(u8::is_ascii_whitespace).count();
        rest.start += blank;
        if rest.start == rest.end {
            return None;
        }
        let part = self.opening_of_large(parts, rest).or_else(|| self.parse(parts.any, rest));
        if part.is_none() {
            // Whatever is nothing else is junk, so there is a part in every text that the scan has passed.
            let place = Span::new(self.file, rest.clone());
            self.diagnostics.push(Diagnostic::new(&SYNTAX_ERROR, place, "this cannot be read"));
        }
        rest.start = part.as_ref()?.end;
        part
    }

    /// The next part without its body, if that is the next large one.
    fn opening_of_large(&mut self, parts: &Parts, rest: &Range<usize>) -> Option<Part<'t>> {
        let next = self.large.partition_point(|body| body.start < rest.start);
        let body = self.large.get(next).filter(|body| body.end < rest.end)?;
        let part = self.parse(parts.opening, rest)?;
        (part.end == body.start).then(|| Part { body: Some(body.clone()), end: body.end + 1, ..part })
    }

    /// Parses what the rest begins with.
    fn parse(&mut self, rule: Rule, rest: &Range<usize>) -> Option<Part<'t>> {
        self.base = rest.start;
        let text = self.text;
        let node = FsmParser::parse(rule, &text[rest.clone()]).ok()?.next()?;
        let end = rest.start + node.as_span().end();
        Some(Part { node, body: None, end })
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use crate::diagnostic::Diagnostics;
    use crate::source::{FileId, Sources};
    use crate::syntax::{lexical, tree};

    /// The tree of a text and what is found in it, with bodies large from this many bytes on.
    fn read(large_body: usize, text: &str, file: FileId) -> Option<String> {
        let mut diagnostics = Diagnostics::new();
        let clean = lexical::scan_for(large_body, text, file, &mut diagnostics)?;
        let tree = tree::Reader::new(file, &clean, &mut diagnostics).file();
        Some(format!("{tree:?} {diagnostics:?}"))
    }

    fn examples() -> Vec<String> {
        let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/machines");
        let mut paths: Vec<_> = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        paths.retain(|path| path.extension().is_some_and(|extension| extension == "fsm"));
        assert!(paths.len() > 5);
        paths.iter().map(|path| fs::read_to_string(path).unwrap()).collect()
    }

    #[test]
    fn part_by_part_the_tree_is_the_same() {
        let file = Sources::new().add("a.fsm", "");
        let written = [
            "machine A { parallel state B { state C {} initial state D { on X; } } } machine E {}",
            "machine A { initial state B { state { } ] } }",
            "machine A { state B { state C { x; { } ; state D { on Y -> } } }; } } ",
            "machine A { /// doc\n #[allow(FSM301)] initial state B \"{\" { state C { } /// lost\n } } system S { person P { } } x { state A { } }",
            "state A { state B { } } machine { state A { } } machine A parallel { state A { } }",
        ];
        for text in examples().into_iter().chain(written.map(str::to_owned)) {
            // Without one of its lines as well: what is wrong is found in the same places.
            let lines: Vec<_> = text.lines().collect();
            for left_out in (0..=lines.len()).rev().step_by(11) {
                let kept = lines.iter().enumerate().filter(|&(line, _)| line != left_out);
                let text = kept.map(|(_, &line)| line).collect::<Vec<_>>().join("\n");
                let whole = read(usize::MAX, &text, file);
                assert_eq!(read(0, &text, file), whole, "{text}");
                assert_eq!(read(200, &text, file), whole, "{text}");
            }
        }
    }
}
