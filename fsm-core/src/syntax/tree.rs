//! From the parser's pairs to the syntax tree.
//!
//! Each function reads one rule of `fsm.pest` and has its name. The grammar has checked the form already, so parts are
//! told apart by their rules alone; a part that is missing all the same is left out, never a panic.

mod generics;
mod parts;
mod scenario;
mod system;

use std::ops::Range as Offsets;

use pest::iterators::{Pair, Pairs};

use super::ast::{
    Action, ActionKind, Argument, AssignOperator, Attribute, BinaryOperator, Branch, Condition, Context, Deferral,
    Entry, Enum, Event, Expr, ExprKind, ExternType, Field, Function, Guard, Handler, History, Hook, Import, Initial,
    Item, Later, Limit, Machine, Member, Name, OnRestore, Output, Path, Preamble, Range, Reaction, Restoring, Run,
    State, StringLiteral, Tail, Target, TargetKind, Trigger, TriggerKind, Type, UnaryOperator, Variant,
};
use super::lexical::Clean;
use super::mistakes;
use super::parser::Rule;
use super::rules::{CHAINED_COMPARISON, EXPRESSION_TOO_LONG, MISPLACED_RUST_ATTRIBUTE};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::lists::CollectVec;
use crate::source::{FileId, Span};

/// The most operators that one expression may have: every later stage walks expressions recursively.
const MAX_OPERATORS: usize = 200;

/// A preamble that covers the declaration, too.
fn covering(preamble: Preamble, declaration: Span) -> Preamble {
    let empty = preamble.docs.is_empty() && preamble.attributes.is_empty() && preamble.rust.is_empty();
    let covers = if empty { declaration } else { preamble.covers.to(declaration) };
    Preamble { covers, ..preamble }
}

type Node<'t> = Pair<'t, Rule>;

/// Reads the pairs of one file.
pub(super) struct Reader<'t, 'd> {
    file: FileId,
    text: &'t str,
    /// What stands in large bodies, in the order in which they open.
    large: &'t [Offsets<usize>],
    /// Where the part that is being read begins: the parser counts from there.
    base: usize,
    diagnostics: &'d mut Diagnostics,
}

impl<'t, 'd> Reader<'t, 'd> {
    pub(super) fn new(file: FileId, clean: &'t Clean, diagnostics: &'d mut Diagnostics) -> Self {
        Reader { file, text: &clean.text, large: &clean.large, base: 0, diagnostics }
    }

    /// Reports a part that is none of what could stand there.
    fn junk(&mut self, node: &Node<'t>, expected: Rule) {
        let span = self.span(node);
        self.diagnostics.push(mistakes::explain(self.text, span, expected));
    }

    /// The place of a node, without the white space that the parser skipped behind it.
    fn span(&self, node: &Node<'t>) -> Span {
        let start = self.base + node.as_span().start();
        Span::new(self.file, start..start + node.as_str().trim_end().len())
    }

    fn name(&self, node: &Node<'t>) -> Name {
        Name { span: self.span(node) }
    }

    fn string(&self, node: &Node<'t>) -> StringLiteral {
        StringLiteral { span: self.span(node) }
    }

    fn item(&mut self, node: Node<'t>) -> Option<Item> {
        let mut parts = node.into_inner();
        let preamble = self.preamble(parts.next()?);
        let node = parts.next()?;
        self.refuse_rust(&preamble, node.as_rule());
        match node.as_rule() {
            Rule::import => self.import(node).map(Item::Import),
            Rule::enumeration => self.enumeration(node, preamble).map(Item::Enum),
            Rule::extern_type => self.extern_type(node, preamble).map(Item::ExternType),
            Rule::machine => self.machine(node, preamble).map(Item::Machine),
            Rule::system => self.system(node, preamble).map(Item::System),
            Rule::later => self.later(node).map(Item::Later),
            _ => None,
        }
    }

    /// The preamble of the declaration that `node` and what follows it form.
    fn preamble(&mut self, node: Node<'t>) -> Preamble {
        let covers = self.span(&node);
        let mut preamble = Preamble { covers, docs: Vec::new(), attributes: Vec::new(), rust: Vec::new() };
        for part in node.into_inner() {
            match part.as_rule() {
                Rule::doc => preamble.docs.push(self.span(&part)),
                Rule::attribute => preamble.attributes.extend(self.attribute(part)),
                Rule::rust_attribute => {
                    let tokens = part.into_inner().filter(|part| part.as_rule() == Rule::rust_tokens);
                    preamble.rust.extend(tokens.map(|tokens| self.span(&tokens)));
                }
                _ => {}
            }
        }
        preamble
    }

    /// Refuses an attribute for Rust before what becomes no item of Rust that could carry it.
    fn refuse_rust(&mut self, preamble: &Preamble, declaration: Rule) {
        let is_carried = matches!(
            declaration,
            Rule::machine
                | Rule::enumeration
                | Rule::state
                | Rule::event
                | Rule::output
                | Rule::param
                | Rule::variant
                | Rule::field
        );
        for &tokens in preamble.rust.iter().filter(|_| !is_carried) {
            self.diagnostics.push(
                Diagnostic::new(&MISPLACED_RUST_ATTRIBUTE, tokens, "nothing in Rust could carry this attribute").help(
                    "machines, enums, their values, states, events, outputs, fields, params and variables carry them",
                ),
            );
        }
    }

    fn attribute(&mut self, node: Node<'t>) -> Option<Attribute> {
        let span = self.span(&node);
        let mut parts = node.into_inner();
        let name = self.name(&parts.next()?);
        let mut attribute = Attribute { span, name, arguments: Vec::new(), reason: None };
        for part in parts.flat_map(Pair::into_inner) {
            match part.as_rule() {
                Rule::ident => attribute.arguments.push(self.name(&part)),
                Rule::string => attribute.reason = Some(self.string(&part)),
                _ => {}
            }
        }
        Some(attribute)
    }

    fn import(&mut self, node: Node<'t>) -> Option<Import> {
        let span = self.span(&node);
        let path = node.into_inner().find(|part| part.as_rule() == Rule::string)?;
        Some(Import { span, path: self.string(&path) })
    }

    fn enumeration(&mut self, node: Node<'t>, preamble: Preamble) -> Option<Enum> {
        let preamble = self.covering(preamble, &node);
        let (mut visibility, mut name, mut variants) = (None, None, Vec::new());
        for part in node.into_inner() {
            match part.as_rule() {
                Rule::visibility => visibility = Some(self.span(&part)),
                Rule::ident => name = Some(self.name(&part)),
                Rule::variant => variants.extend(self.variant(part)),
                _ => {}
            }
        }
        Some(Enum { preamble, visibility, name: name?, variants })
    }

    fn variant(&mut self, node: Node<'t>) -> Option<Variant> {
        let covers = self.span(&node);
        let mut parts = node.into_inner();
        let preamble = Preamble { covers, ..self.preamble(parts.next()?) };
        let name = self.name(&parts.next()?);
        Some(Variant { preamble, name, label: parts.next().map(|part| self.string(&part)) })
    }

    fn extern_type(&mut self, node: Node<'t>, preamble: Preamble) -> Option<ExternType> {
        let preamble = self.covering(preamble, &node);
        let (mut name, mut path) = (None, None);
        for part in node.into_inner() {
            match part.as_rule() {
                Rule::ident => name = Some(self.name(&part)),
                Rule::rust_type => path = Some(self.span(&part)),
                _ => {}
            }
        }
        Some(ExternType { preamble, name: name?, path: path? })
    }

    /// A preamble that covers the declaration, too.
    fn covering(&self, preamble: Preamble, declaration: &Node<'t>) -> Preamble {
        covering(preamble, self.span(declaration))
    }

    fn later(&mut self, node: Node<'t>) -> Option<Later> {
        let span = self.span(&node);
        let keyword = node.into_inner().next()?;
        Some(Later { keyword: self.name(&keyword), span })
    }

    fn machine(&mut self, node: Node<'t>, preamble: Preamble) -> Option<Machine> {
        let whole = self.span(&node);
        self.machine_of(node.into_inner(), whole, preamble)
    }

    /// A machine of these parts.
    fn machine_of(&mut self, parts: Pairs<'t, Rule>, whole: Span, preamble: Preamble) -> Option<Machine> {
        let preamble = covering(preamble, whole);
        let start = whole.head();
        let (mut visibility, mut parallel) = (None, None);
        let (mut name, mut generics, mut label, mut body) = (None, Vec::new(), None, Vec::new());
        for part in parts {
            match part.as_rule() {
                Rule::visibility => visibility = Some(self.span(&part)),
                Rule::kw_parallel => parallel = Some(self.span(&part)),
                Rule::ident => name = Some(self.name(&part)),
                Rule::generics => generics = self.generics(&part),
                Rule::string => label = Some(self.string(&part)),
                Rule::body => body = self.body(part),
                _ => {}
            }
        }
        let name = name?;
        Some(Machine { preamble, visibility, head: start.to(name.span), parallel, name, generics, label, body })
    }

    fn body(&mut self, node: Node<'t>) -> Vec<Member> {
        let mut members = Vec::new();
        for part in node.into_inner() {
            members.extend(self.body_part(part));
        }
        // Most states have a member or two, and a vector grows to four.
        members.shrink_to_fit();
        members
    }

    fn body_part(&mut self, part: Node<'t>) -> Option<Member> {
        match part.as_rule() {
            Rule::member => self.member(part),
            Rule::junk => {
                self.junk(&part, Rule::member);
                Some(Member::Error)
            }
            _ => None,
        }
    }

    fn member(&mut self, node: Node<'t>) -> Option<Member> {
        let mut parts = node.into_inner();
        let preamble = self.preamble(parts.next()?);
        let node = parts.next()?;
        self.refuse_rust(&preamble, node.as_rule());
        match node.as_rule() {
            Rule::state => self.state(node, preamble).map(Member::State),
            Rule::reaction => self.reaction(node, preamble).map(Member::Reaction),
            Rule::initial_transition => self.initial_transition(node),
            Rule::hook => self.hook(node),
            Rule::context => Some(Member::Context(self.context(node))),
            Rule::limit => self.limit(node, preamble).map(Member::Limit),
            Rule::event => self.event(node, preamble).map(Member::Event),
            Rule::output => self.output(node, preamble).map(Member::Output),
            Rule::guard_declaration => self.guard_declaration(node, preamble).map(Member::Guard),
            Rule::action_declaration => self.function(node, preamble).map(Member::Action),
            Rule::task_declaration => self.function(node, preamble).map(Member::Task),
            Rule::param => {
                let preamble = self.covering(preamble, &node);
                let typed = node.into_inner().find(|part| part.as_rule() == Rule::typed)?;
                self.typed(typed, preamble).map(Member::Param)
            }
            Rule::enumeration => self.enumeration(node, preamble).map(Member::Enum),
            Rule::extern_type => self.extern_type(node, preamble).map(Member::ExternType),
            Rule::scenario => self.scenario(node, preamble).map(Member::Scenario),
            Rule::later => self.later(node).map(Member::Later),
            _ => None,
        }
    }

    fn state(&mut self, node: Node<'t>, preamble: Preamble) -> Option<State> {
        let whole = self.span(&node);
        self.state_of(node.into_inner(), whole, preamble)
    }

    /// A state of these parts.
    fn state_of(&mut self, parts: Pairs<'t, Rule>, whole: Span, preamble: Preamble) -> Option<State> {
        let preamble = covering(preamble, whole);
        let start = whole.head();
        let (mut initial, mut parallel, mut is_final) = (None, None, None);
        let (mut name, mut label, mut body) = (None, None, Vec::new());
        for part in parts {
            match part.as_rule() {
                Rule::kw_initial => initial = Some(self.span(&part)),
                Rule::kw_parallel => parallel = Some(self.span(&part)),
                Rule::kw_final => is_final = Some(self.span(&part)),
                Rule::ident => name = Some(self.name(&part)),
                Rule::string => label = Some(self.string(&part)),
                Rule::body => body = self.body(part),
                _ => {}
            }
        }
        let name = name?;
        Some(State { preamble, head: start.to(name.span), initial, parallel, is_final, name, label, body })
    }

    fn context(&mut self, node: Node<'t>) -> Context {
        let span = self.span(&node);
        let fields = node.into_inner().find(|part| part.as_rule() == Rule::fields);
        Context { span, fields: fields.map(|fields| self.fields(fields)).unwrap_or_default() }
    }

    fn fields(&mut self, node: Node<'t>) -> Vec<Field> {
        node.into_inner().filter_map(|field| self.field(field)).collect_vec()
    }

    fn parameters(&mut self, node: Node<'t>) -> Vec<Field> {
        let parameters = self.fields(node);
        for parameter in &parameters {
            self.refuse_rust(&parameter.preamble, Rule::parameters);
        }
        parameters
    }

    fn field(&mut self, node: Node<'t>) -> Option<Field> {
        let covers = self.span(&node);
        let mut parts = node.into_inner();
        let preamble = Preamble { covers, ..self.preamble(parts.next()?) };
        self.typed(parts.next()?, preamble)
    }

    fn typed(&mut self, node: Node<'t>, preamble: Preamble) -> Option<Field> {
        let (mut name, mut ty, mut range, mut default) = (None, None, None, None);
        for part in node.into_inner() {
            match part.as_rule() {
                Rule::ident => name = Some(self.name(&part)),
                Rule::ty => ty = self.ty(part),
                Rule::range => range = self.range(part),
                Rule::expr => default = self.expr(part),
                _ => {}
            }
        }
        Some(Field { preamble, name: name?, ty: ty?, range, default })
    }

    fn ty(&mut self, node: Node<'t>) -> Option<Type> {
        let span = self.span(&node);
        let optional = node.as_str().trim_end().ends_with('?');
        Some(Type { span, name: self.name(&node.into_inner().next()?), optional })
    }

    fn range(&mut self, node: Node<'t>) -> Option<Range> {
        let span = self.span(&node);
        let (mut bounds, mut inclusive) = (Vec::new(), false);
        for part in node.into_inner() {
            match part.as_rule() {
                Rule::expr => bounds.push(self.expr(part)?),
                Rule::range_operator => inclusive = part.as_str() == "..=",
                _ => {}
            }
        }
        let high = bounds.pop()?;
        Some(Range { span, low: bounds.pop()?, high, inclusive })
    }

    fn event(&mut self, node: Node<'t>, preamble: Preamble) -> Option<Event> {
        let preamble = self.covering(preamble, &node);
        let (mut internal, mut name, mut label, mut fields) = (None, None, None, Vec::new());
        for part in node.into_inner() {
            match part.as_rule() {
                Rule::kw_internal => internal = Some(self.span(&part)),
                Rule::ident => name = Some(self.name(&part)),
                Rule::string => label = Some(self.string(&part)),
                Rule::fields => fields = self.fields(part),
                _ => {}
            }
        }
        Some(Event { preamble, internal, name: name?, label, fields })
    }

    fn output(&mut self, node: Node<'t>, preamble: Preamble) -> Option<Output> {
        let event = self.event(node, preamble)?;
        Some(Output { preamble: event.preamble, name: event.name, label: event.label, fields: event.fields })
    }

    fn guard_declaration(&mut self, node: Node<'t>, preamble: Preamble) -> Option<Guard> {
        let preamble = self.covering(preamble, &node);
        let (mut name, mut label, mut parameters, mut body) = (None, None, Vec::new(), None);
        for part in node.into_inner() {
            match part.as_rule() {
                Rule::ident => name = Some(self.name(&part)),
                Rule::string => label = Some(self.string(&part)),
                Rule::parameters => parameters = self.parameters(part),
                Rule::expr => body = self.expr(part),
                _ => {}
            }
        }
        Some(Guard { preamble, name: name?, label, parameters, body })
    }

    /// An action or a task.
    fn function(&mut self, node: Node<'t>, preamble: Preamble) -> Option<Function> {
        let preamble = self.covering(preamble, &node);
        let (mut name, mut label, mut parameters, mut result, mut fails) = (None, None, Vec::new(), None, None);
        for part in node.into_inner() {
            match part.as_rule() {
                Rule::ident => name = Some(self.name(&part)),
                Rule::string => label = Some(self.string(&part)),
                Rule::parameters => parameters = self.parameters(part),
                Rule::ty => result = self.ty(part),
                Rule::kw_fails => fails = Some(self.span(&part)),
                _ => {}
            }
        }
        Some(Function { preamble, name: name?, label, parameters, result, fails })
    }

    fn limit(&mut self, node: Node<'t>, preamble: Preamble) -> Option<Limit> {
        let preamble = self.covering(preamble, &node);
        let (mut name, mut label, mut inclusive, mut bound, mut tail) = (None, None, true, None, None);
        for part in node.into_inner() {
            match part.as_rule() {
                Rule::ident => name = Some(self.name(&part)),
                Rule::string => label = Some(self.string(&part)),
                Rule::limit_operator => inclusive = part.as_str() == "<=",
                Rule::expr => bound = self.expr(part),
                Rule::tail => tail = Some(self.tail(part)),
                _ => {}
            }
        }
        Some(Limit { preamble, name: name?, label, inclusive, bound: bound?, tail })
    }

    fn initial_transition(&mut self, node: Node<'t>) -> Option<Member> {
        let span = self.span(&node);
        let (mut keyword, mut target, mut actions) = (None, None, Vec::new());
        for part in node.into_inner() {
            match part.as_rule() {
                Rule::kw_initial => keyword = Some(self.span(&part)),
                Rule::target => target = self.target(part),
                Rule::actions => actions = self.actions(part),
                _ => {}
            }
        }
        Some(Member::Initial(Initial { span, keyword: keyword?, target: target?, actions }))
    }

    fn hook(&mut self, node: Node<'t>) -> Option<Member> {
        let span = self.span(&node);
        let mut parts = node.into_inner();
        let keyword = parts.next()?;
        let actions = parts.next().map(|part| self.actions(part)).unwrap_or_default();
        let hook = Hook { span, keyword: self.span(&keyword), actions };
        Some(if keyword.as_rule() == Rule::kw_entry { Member::Entry(hook) } else { Member::Exit(hook) })
    }

    fn reaction(&mut self, node: Node<'t>, preamble: Preamble) -> Option<Reaction> {
        let preamble = self.covering(preamble, &node);
        let span = self.span(&node);
        let mut parts = node.into_inner();
        let first = parts.next()?;
        let trigger_span = self.span(&first);
        let on_restore = self.on_restore(&first);
        let (kind, branches) = match first.as_rule() {
            Rule::trigger => (self.trigger(first)?, self.branches(parts)),
            Rule::ignored => (TriggerKind::Ignore(self.names(first)), Vec::new()),
            Rule::deferral_list => {
                let deferrals = first.into_inner().filter_map(|part| self.deferral(part)).collect_vec();
                (TriggerKind::Defer(deferrals), Vec::new())
            }
            Rule::run => (TriggerKind::Run(self.run(first, parts)?), Vec::new()),
            _ => return None,
        };
        Some(Reaction { preamble, span, trigger: Trigger { span: trigger_span, kind, on_restore }, branches })
    }

    /// What a timer says of the restored machine.
    fn on_restore(&self, trigger: &Node<'t>) -> Option<Restoring> {
        let node = trigger.clone().into_inner().find(|part| part.as_rule() == Rule::on_restore)?;
        let span = self.span(&node);
        let kind = node.into_inner().last().map(|word| match word.as_rule() {
            Rule::kw_remaining => OnRestore::Remaining,
            Rule::kw_restart => OnRestore::Restart,
            _ => OnRestore::Fire,
        });
        Some(Restoring { span, kind: kind? })
    }

    fn trigger(&mut self, node: Node<'t>) -> Option<TriggerKind> {
        let mut parts = node.into_inner();
        let keyword = parts.next()?;
        match keyword.as_rule() {
            Rule::kw_always => Some(TriggerKind::Always),
            Rule::kw_after => Some(TriggerKind::After(self.primary(parts.next()?)?)),
            Rule::kw_every => Some(TriggerKind::Every(self.primary(parts.next()?)?)),
            _ => {
                let first = parts.next()?;
                Some(match first.as_rule() {
                    Rule::any_event => TriggerKind::Any,
                    Rule::done => {
                        let state = first.into_inner().find(|part| part.as_rule() == Rule::path);
                        TriggerKind::Done(state.map(|state| self.path(state)))
                    }
                    Rule::kw_error => TriggerKind::Error,
                    _ => {
                        let names = std::iter::once(first).chain(parts);
                        TriggerKind::Events(names.map(|name| self.name(&name)).collect_vec())
                    }
                })
            }
        }
    }

    fn names(&self, node: Node<'t>) -> Vec<Name> {
        let names = node.into_inner().filter(|part| part.as_rule() == Rule::ident);
        names.map(|name| self.name(&name)).collect_vec()
    }

    fn deferral(&mut self, node: Node<'t>) -> Option<Deferral> {
        let (mut event, mut max) = (None, None);
        for part in node.into_inner() {
            match part.as_rule() {
                Rule::ident => event = Some(self.name(&part)),
                Rule::expr => max = self.expr(part),
                _ => {}
            }
        }
        event.map(|event| Deferral { event, max })
    }

    fn run(&mut self, node: Node<'t>, parts: Pairs<'t, Rule>) -> Option<Run> {
        let (mut task, mut arguments, mut handlers) = (None, Vec::new(), Vec::new());
        for part in node.into_inner() {
            match part.as_rule() {
                Rule::ident => task = Some(self.name(&part)),
                Rule::arguments => arguments = self.arguments(part),
                _ => {}
            }
        }
        for part in parts {
            match part.as_rule() {
                Rule::handler => handlers.extend(self.handler(part)),
                Rule::junk => self.junk(&part, Rule::handler),
                _ => {}
            }
        }
        Some(Run { task: task?, arguments, handlers })
    }

    fn handler(&mut self, node: Node<'t>) -> Option<Handler> {
        let span = self.span(&node);
        let mut parts = node.into_inner();
        let keyword = parts.next()?;
        let on_error = keyword.as_rule() == Rule::kw_err;
        Some(Handler { span, keyword: self.span(&keyword), on_error, branches: self.branches(parts) })
    }

    /// A block of branches, or the one branch of a reaction without braces.
    fn branches(&mut self, parts: Pairs<'t, Rule>) -> Vec<Branch> {
        let mut branches = Vec::new();
        for part in parts {
            match part.as_rule() {
                Rule::block => branches.extend(self.branches(part.into_inner())),
                Rule::branch | Rule::inline_branch => branches.extend(self.branch(part)),
                Rule::junk => self.junk(&part, Rule::branch),
                _ => {}
            }
        }
        // Nearly all reactions have one branch; a growing vector takes room for four.
        branches.shrink_to_fit();
        branches
    }

    fn branch(&mut self, node: Node<'t>) -> Option<Branch> {
        let whole = self.span(&node);
        let mut preamble = Preamble { covers: whole, docs: Vec::new(), attributes: Vec::new(), rust: Vec::new() };
        let mut condition = Condition::None;
        let mut tail = None;
        for part in node.into_inner() {
            match part.as_rule() {
                Rule::preamble => {
                    preamble = Preamble { covers: whole, ..self.preamble(part) };
                    self.refuse_rust(&preamble, Rule::branch);
                }
                Rule::guard => {
                    let span = self.span(&part);
                    let expr = part.into_inner().next().and_then(|expr| self.expr(expr))?;
                    condition = Condition::Guard(span, expr);
                }
                Rule::kw_else => condition = Condition::Else(self.span(&part)),
                Rule::tail => tail = Some(self.tail(part)),
                _ => {}
            }
        }
        let tail = tail?;
        let span = match condition {
            Condition::Guard(span, _) | Condition::Else(span) => span.to(tail.span),
            Condition::None => tail.span,
        };
        Some(Branch { preamble, span, condition, tail })
    }

    fn tail(&mut self, node: Node<'t>) -> Tail {
        let span = self.span(&node);
        let mut tail = Tail { span, target: None, reenter: None, counts: None, actions: Vec::new() };
        for part in node.into_inner() {
            match part.as_rule() {
                Rule::target => tail.target = self.target(part),
                Rule::kw_reenter => tail.reenter = Some(self.span(&part)),
                Rule::counts => tail.counts = self.names(part).pop(),
                Rule::actions => tail.actions = self.actions(part),
                _ => {}
            }
        }
        tail
    }

    fn target(&mut self, node: Node<'t>) -> Option<Target> {
        let span = self.span(&node);
        let inner = node.into_inner().next()?;
        let kind = match inner.as_rule() {
            Rule::fork => TargetKind::Fork(inner.into_inner().filter_map(|entry| self.entry(entry)).collect_vec()),
            Rule::history => TargetKind::History(self.history(inner)?),
            Rule::entry => TargetKind::State(self.entry(inner)?),
            _ => return None,
        };
        Some(Target { span, kind })
    }

    fn history(&mut self, node: Node<'t>) -> Option<History> {
        let (mut deep, mut state, mut default, mut actions) = (false, None, Vec::new(), Vec::new());
        for part in node.into_inner() {
            match part.as_rule() {
                Rule::kw_deep => deep = true,
                Rule::path => state = Some(self.path(part)),
                Rule::entry => default.extend(self.entry(part)),
                Rule::fork => default = part.into_inner().filter_map(|entry| self.entry(entry)).collect_vec(),
                Rule::actions => actions = self.actions(part),
                _ => {}
            }
        }
        Some(History { deep, state: state?, default, actions })
    }

    fn entry(&mut self, node: Node<'t>) -> Option<Entry> {
        let (mut state, mut arguments) = (None, Vec::new());
        for part in node.into_inner() {
            match part.as_rule() {
                Rule::path => state = Some(self.path(part)),
                Rule::record => arguments = self.record(part),
                _ => {}
            }
        }
        Some(Entry { state: state?, arguments })
    }

    fn path(&mut self, node: Node<'t>) -> Path {
        Path { span: self.span(&node), segments: self.names(node) }
    }

    fn record(&mut self, node: Node<'t>) -> Vec<Argument> {
        let mut arguments = Vec::new();
        for argument in node.into_inner() {
            let mut parts = argument.into_inner();
            let (Some(name), Some(value)) = (parts.next(), parts.next()) else { continue };
            let name = self.name(&name);
            arguments.extend(self.expr(value).map(|value| Argument { name, value }));
        }
        arguments
    }

    fn actions(&mut self, node: Node<'t>) -> Vec<Action> {
        node.into_inner().filter_map(|action| self.action(action)).collect_vec()
    }

    fn action(&mut self, node: Node<'t>) -> Option<Action> {
        let span = self.span(&node);
        let inner = node.into_inner().next()?;
        let rule = inner.as_rule();
        let mut parts = inner.into_inner();
        let kind = match rule {
            Rule::emit | Rule::raise => {
                let name = parts.find(|part| part.as_rule() == Rule::ident)?;
                let name = self.name(&name);
                let (mut fields, mut delay) = (Vec::new(), None);
                for part in parts {
                    match part.as_rule() {
                        Rule::record => fields = self.record(part),
                        Rule::kw_after => {}
                        _ => delay = self.primary(part),
                    }
                }
                if rule == Rule::emit {
                    ActionKind::Emit { output: name, fields }
                } else {
                    ActionKind::Raise { event: name, fields, delay }
                }
            }
            Rule::cancel => ActionKind::Cancel(self.name(&parts.find(|part| part.as_rule() == Rule::ident)?)),
            Rule::conditional => self.conditional(parts)?,
            Rule::reset => ActionKind::Reset(self.name(&parts.find(|part| part.as_rule() == Rule::ident)?)),
            Rule::restart => ActionKind::Restart(self.path(parts.find(|part| part.as_rule() == Rule::path)?)),
            Rule::call => {
                let function = self.name(&parts.next()?);
                ActionKind::Call { function, arguments: self.arguments(parts.next()?) }
            }
            Rule::assign => {
                let variable = self.name(&parts.next()?);
                let operator = match parts.next()?.as_str() {
                    "+=" => AssignOperator::Add,
                    "-=" => AssignOperator::Subtract,
                    _ => AssignOperator::Set,
                };
                ActionKind::Assign { variable, operator, value: self.expr(parts.next()?)? }
            }
            _ => return None,
        };
        Some(Action { span, kind })
    }

    /// `if`: conditions, each with what is done if it holds, and what is done if none does.
    fn conditional(&mut self, parts: Pairs<'t, Rule>) -> Option<ActionKind> {
        let (mut arms, mut otherwise, mut condition) = (Vec::new(), Vec::new(), None);
        for part in parts {
            match part.as_rule() {
                Rule::expr => condition = Some(self.expr(part)?),
                Rule::nested_actions => {
                    let actions = self.actions(part);
                    match condition.take() {
                        Some(condition) => arms.push((condition, actions)),
                        None => otherwise = actions,
                    }
                }
                _ => {}
            }
        }
        Some(ActionKind::If { arms, otherwise })
    }

    fn arguments(&mut self, node: Node<'t>) -> Vec<Expr> {
        node.into_inner().filter_map(|expr| self.expr(expr)).collect_vec()
    }

    /// An expression: operands and operators in a row, from which precedence makes a tree.
    fn expr(&mut self, node: Node<'t>) -> Option<Expr> {
        let span = self.span(&node);
        let mut operands = Vec::new();
        let mut operators = Vec::new();
        let mut prefixes = Vec::new();
        let mut count = 0;
        for part in node.into_inner() {
            match part.as_rule() {
                Rule::prefix => prefixes.push((self.span(&part), prefix(part.as_str()))),
                Rule::operator => operators.push((self.span(&part), infix(part.as_str())?)),
                _ => {
                    if count <= MAX_OPERATORS {
                        let operand = self.primary(part)?;
                        count += prefixes.len() + 1;
                        if count <= MAX_OPERATORS {
                            operands.push(prefixes.drain(..).rev().fold(operand, |operand, (at, operator)| Expr {
                                span: at.to(operand.span),
                                kind: ExprKind::Unary { operator, operand: Box::new(operand) },
                            }));
                        }
                    }
                    prefixes.clear();
                }
            }
        }
        if count > MAX_OPERATORS {
            let message = format!("this expression has more than {MAX_OPERATORS} operators");
            self.diagnostics
                .push(Diagnostic::new(&EXPRESSION_TOO_LONG, span, message).help("give parts of it names by `guard`"));
            return Some(Expr { span, kind: ExprKind::Error });
        }
        Some(self.climb(operands, operators).unwrap_or(Expr { span, kind: ExprKind::Error }))
    }

    /// Precedence climbing without recursion: an operator waits until one that binds no tighter comes.
    fn climb(&mut self, operands: Vec<Expr>, operators: Vec<(Span, BinaryOperator)>) -> Option<Expr> {
        let mut operands = operands.into_iter();
        let mut done = vec![operands.next()?];
        let mut waiting: Vec<(Span, BinaryOperator)> = Vec::new();
        for ((at, operator), operand) in operators.into_iter().zip(operands) {
            while let Some(&(before, last)) = waiting.last()
                && precedence(last) >= precedence(operator)
            {
                if precedence(last) == COMPARISON && precedence(operator) == COMPARISON {
                    self.diagnostics.push(
                        Diagnostic::new(&CHAINED_COMPARISON, at, "comparisons do not chain")
                            .and(before, "the first comparison")
                            .help("join two comparisons by `&&`: `a < b && b < c`"),
                    );
                    return None;
                }
                waiting.pop();
                combine(&mut done, before, last)?;
            }
            waiting.push((at, operator));
            done.push(operand);
        }
        while let Some((at, operator)) = waiting.pop() {
            combine(&mut done, at, operator)?;
        }
        done.pop()
    }

    fn primary(&mut self, node: Node<'t>) -> Option<Expr> {
        let span = self.span(&node);
        let kind = match node.as_rule() {
            Rule::parenthesized => {
                let inner = self.expr(node.into_inner().next()?)?;
                return Some(Expr { span, kind: inner.kind });
            }
            Rule::in_state => ExprKind::In(self.path(node.into_inner().nth(1)?)),
            Rule::duration => ExprKind::Duration,
            Rule::float => ExprKind::Float,
            Rule::int => ExprKind::Int,
            Rule::string => ExprKind::Str,
            Rule::any_value => ExprKind::Any,
            Rule::reference => self.reference(node)?,
            _ => return None,
        };
        Some(Expr { span, kind })
    }

    fn reference(&mut self, node: Node<'t>) -> Option<ExprKind> {
        let mut parts = node.into_inner();
        let first = parts.next()?;
        let name = self.name(&first);
        let Some(rest) = parts.next() else {
            return Some(match first.as_str() {
                "true" => ExprKind::Bool(true),
                "false" => ExprKind::Bool(false),
                "none" => ExprKind::None,
                _ => ExprKind::Name(name),
            });
        };
        Some(match rest.as_rule() {
            Rule::variant_of => ExprKind::Variant { enumeration: name, variant: self.name(&rest.into_inner().next()?) },
            Rule::field_of => ExprKind::Field { base: name, field: self.name(&rest.into_inner().next()?) },
            Rule::arguments => ExprKind::Call { function: name, arguments: self.arguments(rest) },
            _ => return None,
        })
    }
}

/// Replaces the last two operands by their combination.
fn combine(operands: &mut Vec<Expr>, at: Span, operator: BinaryOperator) -> Option<()> {
    let right = operands.pop()?;
    let left = operands.pop()?;
    let span = left.span.to(right.span);
    let kind = ExprKind::Binary { operator, at, left: Box::new(left), right: Box::new(right) };
    operands.push(Expr { span, kind });
    Some(())
}

fn prefix(text: &str) -> UnaryOperator {
    if text == "!" { UnaryOperator::Not } else { UnaryOperator::Negate }
}

fn infix(text: &str) -> Option<BinaryOperator> {
    Some(match text {
        "||" => BinaryOperator::Or,
        "&&" => BinaryOperator::And,
        "==" => BinaryOperator::Equal,
        "!=" => BinaryOperator::NotEqual,
        "<" => BinaryOperator::Less,
        "<=" => BinaryOperator::LessEqual,
        ">" => BinaryOperator::Greater,
        ">=" => BinaryOperator::GreaterEqual,
        "+" => BinaryOperator::Add,
        "-" => BinaryOperator::Subtract,
        "*" => BinaryOperator::Multiply,
        "/" => BinaryOperator::Divide,
        "%" => BinaryOperator::Remainder,
        _ => return None,
    })
}

/// The precedence of comparisons.
const COMPARISON: u8 = 3;

/// Rust's precedence: what binds tighter has the greater number.
fn precedence(operator: BinaryOperator) -> u8 {
    match operator {
        BinaryOperator::Or => 1,
        BinaryOperator::And => 2,
        BinaryOperator::Equal
        | BinaryOperator::NotEqual
        | BinaryOperator::Less
        | BinaryOperator::LessEqual
        | BinaryOperator::Greater
        | BinaryOperator::GreaterEqual => COMPARISON,
        BinaryOperator::Add | BinaryOperator::Subtract => 4,
        BinaryOperator::Multiply | BinaryOperator::Divide | BinaryOperator::Remainder => 5,
    }
}
