//! The parser: the rules of `fsm.pest` as data, run on pest's state.
//!
//! What pest's generator writes for a grammar is code: every expression a closure, and of each of pest's functions one
//! instance for each closure. Compiling that took more than a quarter of what `fsm-core` costs every user's build. So the
//! optimised grammar stands in `grammar.rs` as tables, as for pest's own virtual machine, and this runs them. What comes of
//! it, pairs and attempts alike, is what the generated parser gives; the test below holds both together.

use pest::iterators::Pairs;
use pest::{Atomicity, Parser, ParserState};

pub(super) use super::grammar::Rule;

/// A parsing expression, as pest's optimizer leaves it.
#[derive(Clone, Copy)]
pub(super) enum Expr {
    /// Exactly this text.
    Text(&'static str),
    /// A character between these two, both included.
    Range(char, char),
    /// A character with a property of Unicode.
    Property(fn(char) -> bool),
    /// Any character.
    Any,
    /// The beginning of the text.
    Start,
    /// The end of the text.
    End,
    /// What a rule says.
    Call(Rule),
    /// One after the other, with white space between them where it may stand.
    Sequence(&'static [Expr]),
    /// The first that matches.
    Choice(&'static [Expr]),
    /// This or nothing.
    Optional(&'static Expr),
    /// This any number of times.
    Repeated(&'static Expr),
    /// Whether this follows; nothing is taken.
    Follows(&'static Expr),
    /// Whether this does not follow; nothing is taken.
    FollowsNot(&'static Expr),
    /// All up to one of these texts.
    Until(&'static [&'static str]),
    /// This, and its text goes onto the stack.
    Push(&'static Expr),
    /// The text on top of the stack.
    Peek,
    /// The text on top of the stack, which is taken from it.
    Pop,
    /// This; where it fails, the stack is what it was.
    Restoring(&'static Expr),
}

/// What becomes of what a rule matches.
#[derive(Clone, Copy)]
pub(super) enum Kind {
    /// A pair.
    Normal,
    /// A pair without pairs or white space in it.
    Atomic,
    /// Nothing: what the rule calls gives pairs in its place.
    Silent,
    /// Nothing, without white space in it: the rule is what white space is.
    Skipped,
}

type State<'i> = Box<ParserState<'i, Rule>>;

/// The state behind what has matched, or the state in which it did not.
type Outcome<'i> = Result<State<'i>, State<'i>>;

/// The parser of `fsm.pest`.
pub(super) struct FsmParser;

impl Parser<Rule> for FsmParser {
    fn parse(rule: Rule, text: &str) -> Result<Pairs<'_, Rule>, pest::error::Error<Rule>> {
        pest::state(text, |state| Matcher { text }.call(rule, state))
    }
}

/// Matches expressions at the place that the state has reached in a text.
#[derive(Clone, Copy)]
struct Matcher<'i> {
    text: &'i str,
}

impl<'i> Matcher<'i> {
    fn call(self, rule: Rule, state: State<'i>) -> Outcome<'i> {
        let (kind, expr) = rule.definition();
        match kind {
            Kind::Normal => state.rule(rule, |state| self.run(expr, state)),
            Kind::Atomic => state.rule(rule, |state| state.atomic(Atomicity::Atomic, |state| self.run(expr, state))),
            Kind::Silent => self.run(expr, state.check_stack_limit()?),
            Kind::Skipped => state.atomic(Atomicity::Atomic, |state| self.run(expr, state)),
        }
    }

    fn run(self, expr: &Expr, state: State<'i>) -> Outcome<'i> {
        match *expr {
            Expr::Text(text) => state.match_string(text),
            Expr::Range(first, last) => state.match_range(first..last),
            Expr::Property(has) => state.match_char_by(has),
            Expr::Any => state.skip(1),
            Expr::Start => state.start_of_input(),
            Expr::End => state.end_of_input(),
            Expr::Call(rule) => self.call(rule, state),
            Expr::Sequence(parts) => state.sequence(|state| self.sequence(parts, state)),
            Expr::Choice(choices) => self.choose(choices, state),
            Expr::Optional(part) => state.optional(|state| self.run(part, state)),
            Expr::Repeated(part) => self.repeat(part, state),
            Expr::Follows(part) => state.lookahead(true, |state| self.run(part, state)),
            Expr::FollowsNot(part) => state.lookahead(false, |state| self.run(part, state)),
            Expr::Until(ends) => state.skip_until(ends),
            Expr::Push(part) => state.stack_push(|state| self.run(part, state)),
            Expr::Peek => state.stack_peek(),
            Expr::Pop => state.stack_pop(),
            Expr::Restoring(part) => state.restore_on_err(|state| self.run(part, state)),
        }
    }

    fn sequence(self, parts: &[Expr], mut state: State<'i>) -> Outcome<'i> {
        for (index, part) in parts.iter().enumerate() {
            if index > 0 {
                state = self.skip(state)?;
            }
            state = self.run(part, state)?;
        }
        Ok(state)
    }

    fn choose(self, choices: &[Expr], mut state: State<'i>) -> Outcome<'i> {
        for choice in choices {
            match self.run(choice, state) {
                Err(unchanged) => state = unchanged,
                taken => return taken,
            }
        }
        Err(state)
    }

    fn repeat(self, part: &Expr, state: State<'i>) -> Outcome<'i> {
        if state.atomicity() == Atomicity::Atomic {
            return state.repeat(|state| self.run(part, state));
        }
        state.optional(|state| {
            // White space belongs to the repetition only where another part follows it.
            self.run(part, state)?.repeat(|state| state.sequence(|state| self.run(part, self.skip(state)?)))
        })
    }

    /// Skips white space, where it may stand. Mostly there is none, which a look at the text tells sooner.
    fn skip(self, state: State<'i>) -> Outcome<'i> {
        let next = self.text.as_bytes().get(state.position().pos());
        if state.atomicity() == Atomicity::Atomic || !next.is_some_and(u8::is_ascii_whitespace) {
            return Ok(state);
        }
        state.repeat(|state| self.call(Rule::WHITESPACE, state))
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use pest::Parser as _;

    use super::{FsmParser, Rule};

    mod generated {
        #[derive(pest_derive::Parser)]
        #[grammar = "src/syntax/fsm.pest"]
        pub(super) struct Generated;
    }

    /// What both parsers make of a text: all pairs and their places, or what was tried where.
    fn trees(text: &str) -> (String, String) {
        let own = FsmParser::parse(Rule::file, text);
        let own = own.map_or_else(|error| error.to_string(), |pairs| format!("{pairs:?}"));
        let generated = generated::Generated::parse(generated::Rule::file, text);
        (own, generated.map_or_else(|error| error.to_string(), |pairs| format!("{pairs:?}")))
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
    fn the_tree_is_that_of_the_generated_parser() {
        for text in examples() {
            // With a word less as well, and with comments, which only the scan takes out.
            let words: Vec<_> = text.split_inclusive(' ').collect();
            for left_out in (0..=words.len()).rev().step_by(29) {
                let kept = words.iter().enumerate().filter(|&(word, _)| word != left_out);
                let text: String = kept.map(|(_, &word)| word).collect();
                let (own, generated) = trees(&text);
                assert_eq!(own, generated, "{text}");
            }
        }
        for text in [
            "",
            " ",
            "x",
            "machine A { state B { on C -> ",
            "/// doc",
            "import r#\"a\"#; import r##\"a\"#\"##;",
            "}",
            "\"",
            "0x 1.5e-3 é",
        ] {
            let (own, generated) = trees(text);
            assert_eq!(own, generated, "{text}");
        }
    }
}
