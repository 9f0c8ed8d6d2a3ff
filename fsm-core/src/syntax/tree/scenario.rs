//! Scenarios: from pairs to the syntax tree.

use super::{Node, Reader};
use crate::syntax::ast::{Answer, AnswerKind, Expectation, Preamble, Scenario, Statement, StatementKind};
use crate::syntax::parser::Rule;

impl<'t> Reader<'t, '_> {
    pub(super) fn scenario(&mut self, node: Node<'t>, preamble: Preamble) -> Option<Scenario> {
        let preamble = self.covering(preamble, &node);
        let (mut title, mut statements) = (None, Vec::new());
        for part in node.into_inner() {
            match part.as_rule() {
                Rule::string => title = Some(self.string(&part)),
                Rule::script => statements = self.script(part),
                _ => {}
            }
        }
        Some(Scenario { preamble, title: title?, statements })
    }

    /// Nesting is bounded by that of brackets.
    fn script(&mut self, node: Node<'t>) -> Vec<Statement> {
        let mut statements = Vec::new();
        for part in node.into_inner() {
            match part.as_rule() {
                Rule::statement => statements.extend(self.statement(part)),
                Rule::junk => self.junk(&part, Rule::statement),
                _ => {}
            }
        }
        statements
    }

    fn statement(&mut self, node: Node<'t>) -> Option<Statement> {
        let span = self.span(&node);
        let inner = node.into_inner().next()?;
        let rule = inner.as_rule();
        let mut parts = inner.into_inner().skip(1);
        let kind = match rule {
            Rule::start => {
                let record = parts.find(|part| part.as_rule() == Rule::record)?;
                StatementKind::Start(self.record(record))
            }
            Rule::given => {
                let function = self.name(&parts.next()?);
                let (mut arguments, mut answer) = (None, None);
                for part in parts {
                    match part.as_rule() {
                        Rule::arguments => arguments = Some(self.arguments(part)),
                        _ => answer = Some(self.answer(part)?),
                    }
                }
                StatementKind::Given { function, arguments, answer }
            }
            Rule::send => {
                let event = self.name(&parts.next()?);
                let fields = parts.next().map(|record| self.record(record)).unwrap_or_default();
                StatementKind::Send { event, fields }
            }
            Rule::wait => StatementKind::Wait(self.expr(parts.next()?)?),
            Rule::repeat => {
                let count = self.expr(parts.next()?)?;
                StatementKind::Repeat { count, statements: self.script(parts.next()?) }
            }
            Rule::complete => {
                let task = self.name(&parts.next()?);
                let answer = match parts.next() {
                    Some(answer) => Some(self.answer(answer)?),
                    None => None,
                };
                StatementKind::Complete { task, answer }
            }
            Rule::expect => {
                let first = parts.next()?;
                let (negated, what) = match first.as_rule() {
                    Rule::kw_not => (Some(self.span(&first)), parts.next()?),
                    _ => (None, first),
                };
                StatementKind::Expect { negated, expectation: self.expectation(what)? }
            }
            _ => return None,
        };
        Some(Statement { span, kind })
    }

    fn answer(&mut self, node: Node<'t>) -> Option<Answer> {
        let mut parts = node.into_inner();
        let first = parts.next()?;
        if first.as_rule() == Rule::kw_fails {
            let message = parts.next().map(|part| self.string(&part));
            return Some(Answer::Fails { keyword: self.span(&first), message });
        }
        self.expr(first).map(Answer::Value)
    }

    fn expectation(&mut self, node: Node<'t>) -> Option<Expectation> {
        let rule = node.as_rule();
        if rule == Rule::expr {
            return self.expr(node).map(Expectation::Holds);
        }
        let mut parts = node.into_inner();
        let first = parts.next()?;
        let keyword = self.span(&first);
        let name = parts.next().map(|part| self.name(&part));
        Some(match rule {
            Rule::emitted => {
                let fields = parts.next().map(|record| self.record(record)).unwrap_or_default();
                Expectation::Emitted { keyword, output: name, fields }
            }
            Rule::called => {
                let arguments = parts.next().map(|arguments| self.arguments(arguments));
                Expectation::Called { keyword, function: name, arguments }
            }
            _ => Expectation::Answered(keyword, answer_kind(first.as_rule())?),
        })
    }
}

fn answer_kind(keyword: Rule) -> Option<AnswerKind> {
    Some(match keyword {
        Rule::kw_taken => AnswerKind::Taken,
        Rule::kw_ignored => AnswerKind::Ignored,
        Rule::kw_deferred => AnswerKind::Deferred,
        Rule::kw_refused => AnswerKind::Refused,
        Rule::kw_failed => AnswerKind::Failed,
        _ => return None,
    })
}
