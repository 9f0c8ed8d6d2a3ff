//! Systems: from pairs to the syntax tree.

use pest::iterators::Pair;

use super::{Node, Reader};
use crate::syntax::ast::{
    Part, PartKind, Port, Preamble, Relation, Runs, System, SystemMember, TakenAs, Technology, Wiring, WiringSource,
};
use crate::syntax::parser::Rule;

impl<'t> Reader<'t, '_> {
    pub(super) fn system(&mut self, node: Node<'t>, preamble: Preamble) -> Option<System> {
        let preamble = self.covering(preamble, &node);
        let start = self.span(&node).head();
        let (mut name, mut label, mut body) = (None, None, Vec::new());
        for part in node.into_inner() {
            match part.as_rule() {
                Rule::ident => name = Some(self.name(&part)),
                Rule::string => label = Some(self.string(&part)),
                Rule::system_body => body = self.system_body(part),
                _ => {}
            }
        }
        let name = name?;
        Some(System { preamble, head: start.to(name.span), name, label, body })
    }

    /// Nesting is bounded by that of brackets.
    fn system_body(&mut self, node: Node<'t>) -> Vec<SystemMember> {
        let mut members = Vec::new();
        for part in node.into_inner() {
            match part.as_rule() {
                Rule::system_member => members.extend(self.system_member(part)),
                Rule::junk => self.junk(&part, Rule::system_member),
                _ => {}
            }
        }
        members
    }

    fn system_member(&mut self, node: Node<'t>) -> Option<SystemMember> {
        let mut parts = node.into_inner();
        let preamble = self.preamble(parts.next()?);
        let node = parts.next()?;
        let span = self.span(&node);
        match node.as_rule() {
            Rule::part => self.part(node, preamble).map(SystemMember::Part),
            Rule::technology => {
                let text = self.string(&find(node, Rule::string)?);
                Some(SystemMember::Technology(Technology { span, text }))
            }
            Rule::port => {
                let number = self.span(&find(node, Rule::int)?);
                Some(SystemMember::Port(Port { span, number }))
            }
            Rule::relation => self.relation(node, preamble).map(SystemMember::Relation),
            Rule::wiring => self.wiring(node, preamble).map(SystemMember::Wiring),
            _ => None,
        }
    }

    fn part(&mut self, node: Node<'t>, preamble: Preamble) -> Option<Part> {
        let preamble = self.covering(preamble, &node);
        let start = self.span(&node).head();
        let (mut kind, mut name, mut label, mut runs, mut body) = (None, None, None, None, Vec::new());
        for part in node.into_inner() {
            match part.as_rule() {
                Rule::part_kind => kind = part_kind(part),
                Rule::ident => name = Some(self.name(&part)),
                Rule::string => label = Some(self.string(&part)),
                Rule::runs => runs = self.runs(part),
                Rule::system_body => body = self.system_body(part),
                _ => {}
            }
        }
        let name = name?;
        Some(Part { preamble, head: start.to(name.span), kind: kind?, name, label, runs, body })
    }

    fn runs(&mut self, node: Node<'t>) -> Option<Runs> {
        let (mut machine, mut per) = (None, None);
        for part in node.into_inner() {
            match part.as_rule() {
                Rule::ident => machine = Some(self.name(&part)),
                Rule::ty => per = self.ty(part),
                _ => {}
            }
        }
        Some(Runs { machine: machine?, per })
    }

    fn relation(&mut self, node: Node<'t>, preamble: Preamble) -> Option<Relation> {
        let preamble = self.covering(preamble, &node);
        let span = self.span(&node);
        let (mut ends, mut label, mut protocol) = (Vec::new(), None, None);
        for part in node.into_inner() {
            match part.as_rule() {
                Rule::ident => ends.push(self.name(&part)),
                Rule::string => label = Some(self.string(&part)),
                Rule::protocol => protocol = find(part, Rule::string).map(|text| self.string(&text)),
                _ => {}
            }
        }
        let &[from, to] = ends.as_slice() else { return None };
        Some(Relation { preamble, span, from, to, label, protocol })
    }

    fn wiring(&mut self, node: Node<'t>, preamble: Preamble) -> Option<Wiring> {
        let preamble = self.covering(preamble, &node);
        let span = self.span(&node);
        let (mut source, mut output, mut takers, mut event) = (None, None, Vec::new(), None);
        for part in node.into_inner() {
            match part.as_rule() {
                Rule::any_part => source = Some(WiringSource::Any(self.span(&part))),
                Rule::ident if source.is_none() => source = Some(WiringSource::Part(self.name(&part))),
                Rule::ident => output = Some(self.name(&part)),
                Rule::takers => takers = self.names(part),
                Rule::taken_as => event = self.taken_as(part),
                _ => {}
            }
        }
        Some(Wiring { preamble, span, source: source?, output: output?, takers, event })
    }

    fn taken_as(&mut self, node: Node<'t>) -> Option<TakenAs> {
        let (mut event, mut fields) = (None, Vec::new());
        for part in node.into_inner() {
            match part.as_rule() {
                Rule::ident => event = Some(self.name(&part)),
                Rule::record => fields = self.record(part),
                _ => {}
            }
        }
        Some(TakenAs { event: event?, fields })
    }
}

fn find(node: Node<'_>, rule: Rule) -> Option<Node<'_>> {
    node.into_inner().find(|part: &Pair<'_, Rule>| part.as_rule() == rule)
}

fn part_kind(node: Node<'_>) -> Option<PartKind> {
    let mut words = node.into_inner();
    Some(match words.next()?.as_rule() {
        Rule::kw_person => PartKind::Person,
        Rule::kw_external if words.next().is_some() => PartKind::ExternalStore,
        Rule::kw_external => PartKind::External,
        Rule::kw_store => PartKind::Store,
        Rule::kw_container => PartKind::Container,
        Rule::kw_component => PartKind::Component,
        _ => return None,
    })
}
