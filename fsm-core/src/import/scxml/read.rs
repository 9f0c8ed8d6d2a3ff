//! From XML to a [`Document`]: every element and attribute is either read here or reported.

use std::collections::{BTreeMap, BTreeSet};

use roxmltree::{Attribute, Node};

use super::document::{
    Action, ActionKind, Code, Data, Document, Foreach, Given, History, Initial, Kind, Named, Payload, Send, State,
    StateId, Text, Transition, script,
};
use super::ecmascript::{self, Expr, Unreadable};
use super::rules::{INVALID_DOCUMENT, UNSUPPORTED_ATTRIBUTE, UNSUPPORTED_ELEMENT};
use super::values::Literal;
use super::xml::head;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::source::{FileId, Span};

/// The namespace of SCXML. Documents without any namespace are common, and read as if they had it.
const NAMESPACE: &str = "http://www.w3.org/2005/07/scxml";

type Element<'n> = Node<'n, 'n>;

/// Reads a document. `None` if the root is no `<scxml>`.
pub(super) fn document(root: Element<'_>, file: FileId, diagnostics: &mut Diagnostics) -> Option<Document> {
    let mut reader = Reader { file, data: BTreeSet::new(), diagnostics };
    if !is_scxml(root) || root.tag_name().name() != "scxml" {
        let name = root.tag_name().name();
        reader.report(
            &INVALID_DOCUMENT,
            reader.span(root),
            format!("the root of the document is `<{name}>`"),
            "an SCXML document begins with `<scxml xmlns=\"http://www.w3.org/2005/07/scxml\">`",
        );
        return None;
    }
    let mut attributes = reader.attributes(root, &["name", "initial", "datamodel", "binding", "version"]);
    if let Some(model) =
        attributes.take("datamodel").filter(|model| !matches!(model.text.as_str(), "ecmascript" | "null"))
    {
        let message = format!("the data model `{}` is not read", model.text);
        reader.report(&UNSUPPORTED_ATTRIBUTE, model.span, message, "only `ecmascript` and `null` are");
    }
    let is_late = attributes.take("binding").is_some_and(|binding| binding.text == "late");
    let name = attributes.take("name");
    let mut document = Document {
        name,
        span: reader.span(root),
        is_late,
        states: Vec::new(),
        histories: Vec::new(),
        data: Vec::new(),
        script: Vec::new(),
        comments: comments(root),
        ids: BTreeMap::new(),
    };
    let mut state = reader.empty_state(root, Kind::State, 0);
    state.initial = attributes.take("initial").as_ref().map(initial_attribute);
    document.states.push(state);
    reader.children(&mut document, root, 0);
    if document.states[0].children.is_empty() {
        let span = document.span;
        reader.report(
            &INVALID_DOCUMENT,
            span,
            "the document has no state".to_owned(),
            "a machine is in some state at any time",
        );
    }
    Some(document)
}

fn is_scxml(node: Element<'_>) -> bool {
    node.is_element() && node.tag_name().namespace().is_none_or(|namespace| namespace == NAMESPACE)
}

/// The comments right before an element, line by line.
fn comments(node: Element<'_>) -> Vec<String> {
    let mut found: Vec<_> = node
        .prev_siblings()
        .skip(1)
        .take_while(|sibling| !sibling.is_element())
        .filter(Node::is_comment)
        .filter_map(|comment| comment.text())
        .collect();
    found.reverse();
    let lines = found.into_iter().flat_map(str::lines);
    lines.map(printable).filter(|line| !line.is_empty()).collect()
}

/// A line without what a comment must not hold: control characters, and those that turn the direction of the text.
fn printable(line: &str) -> String {
    let turns =
        |letter: char| matches!(letter, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let kept: String = line.chars().filter(|&letter| !letter.is_control() && !turns(letter)).collect();
    kept.trim().to_owned()
}

fn initial_attribute(attribute: &Text) -> Initial {
    Initial { targets: words(attribute), actions: Vec::new(), span: attribute.span }
}

/// The words of an attribute, each at the place of the whole.
fn words(attribute: &Text) -> Vec<Text> {
    let words = attribute.text.split_whitespace();
    words.map(|word| Text { text: word.to_owned(), span: attribute.span }).collect()
}

/// The attributes of an element that have not been asked for.
struct Attributes(Vec<(String, Text)>);

impl Attributes {
    fn take(&mut self, name: &str) -> Option<Text> {
        let at = self.0.iter().position(|(own, _)| own == name)?;
        Some(self.0.swap_remove(at).1)
    }
}

struct Reader<'d> {
    file: FileId,
    /// The ids of all data so far.
    data: BTreeSet<String>,
    diagnostics: &'d mut Diagnostics,
}

impl Reader<'_> {
    fn report(&mut self, rule: &'static crate::diagnostic::Rule, span: Span, message: String, help: &str) {
        self.diagnostics.push(Diagnostic::new(rule, span, message).help(help));
    }

    /// The start tag.
    fn span(&self, node: Element<'_>) -> Span {
        Span::new(self.file, head(node))
    }

    fn text(&self, attribute: &Attribute<'_, '_>) -> Text {
        Text { text: attribute.value().to_owned(), span: Span::new(self.file, attribute.range_value()) }
    }

    /// The attributes of an element. Others than the known ones are reported; those of other namespaces are nobody's here.
    fn attributes(&mut self, node: Element<'_>, known: &[&str]) -> Attributes {
        let mut attributes = Vec::new();
        for attribute in node.attributes().filter(|attribute| attribute.namespace().is_none()) {
            let name = attribute.name();
            if known.contains(&name) {
                attributes.push((name.to_owned(), self.text(&attribute)));
            } else {
                let span = Span::new(self.file, attribute.range());
                let message = format!("`<{}>` with `{name}` cannot be imported", node.tag_name().name());
                let help = match name {
                    "src" | "srcexpr" => "write what it refers to into the document: nothing else is read",
                    _ => {
                        "the recommendation has no such attribute, or the language nothing like it; `docs/scxml.md` lists all"
                    }
                };
                self.report(&UNSUPPORTED_ATTRIBUTE, span, message, help);
            }
        }
        Attributes(attributes)
    }

    fn required(&mut self, node: Element<'_>, attributes: &mut Attributes, name: &str) -> Text {
        attributes.take(name).unwrap_or_else(|| {
            let span = self.span(node);
            let message = format!("`<{}>` has no `{name}`", node.tag_name().name());
            self.report(&INVALID_DOCUMENT, span, message, "the recommendation requires it");
            Text { text: String::new(), span }
        })
    }

    /// The child elements. Elements of other namespaces are reported if they stand where they would be executed, and
    /// passed over where they only annotate; so is text that belongs to nothing.
    fn elements<'n>(&mut self, node: Element<'n>, is_content: bool) -> Vec<Element<'n>> {
        let mut elements = Vec::new();
        for child in node.children() {
            if is_scxml(child) {
                elements.push(child);
            } else if child.is_element() && is_content {
                let span = self.span(child);
                let message = format!("`<{}>` is no element of SCXML", child.tag_name().name());
                self.report(
                    &UNSUPPORTED_ELEMENT,
                    span,
                    message,
                    "executable content of other namespaces means what its owner says",
                );
            } else if let Some(text) = child.text().filter(|text| child.is_text() && !text.trim().is_empty()) {
                let span = Span::new(self.file, child.range());
                let message = format!(
                    "`{}` is text that belongs to nothing",
                    printable(text.trim().lines().next().unwrap_or_default())
                );
                self.report(&INVALID_DOCUMENT, span, message, "remove it, or put it into a comment");
            }
        }
        elements
    }

    fn misplaced(&mut self, node: Element<'_>, parent: Element<'_>) {
        let (name, outer) = (node.tag_name().name(), parent.tag_name().name());
        let span = self.span(node);
        match name {
            "invoke" | "script" | "foreach" | "finalize" | "donedata" => {
                self.report(
                    &UNSUPPORTED_ELEMENT,
                    span,
                    format!("`<{name}>` in `<{outer}>` cannot be imported"),
                    "`docs/scxml.md` lists every element and what becomes of it",
                );
            }
            _ => self.report(
                &INVALID_DOCUMENT,
                span,
                format!("`<{name}>` has no place in `<{outer}>`"),
                "the recommendation says which element stands where",
            ),
        }
    }

    fn empty_state(&mut self, node: Element<'_>, kind: Kind, parent: StateId) -> State {
        State {
            id: None,
            kind,
            parent,
            children: Vec::new(),
            initial: None,
            entry: Vec::new(),
            exit: Vec::new(),
            transitions: Vec::new(),
            done: None,
            span: self.span(node),
            comments: comments(node),
        }
    }

    /// Reads what is in a state. Elements are not nested deep: that was checked.
    fn children(&mut self, document: &mut Document, node: Element<'_>, state: StateId) {
        let kind = document.states[state].kind;
        for child in self.elements(node, false) {
            match (child.tag_name().name(), kind) {
                ("state", Kind::State | Kind::Parallel) => self.state(document, child, Kind::State, state),
                ("parallel", Kind::State | Kind::Parallel) => self.state(document, child, Kind::Parallel, state),
                ("final", Kind::State) => self.state(document, child, Kind::Final, state),
                ("datamodel", Kind::State | Kind::Parallel) => self.data_model(document, child, state),
                ("script", Kind::State) if state == 0 => {
                    let actions = self.script(child);
                    document.script.extend(actions);
                }
                ("onentry", _) if state != 0 => {
                    let actions = self.content(child);
                    document.states[state].entry.push(actions);
                }
                ("onexit", _) if state != 0 => {
                    let actions = self.content(child);
                    document.states[state].exit.push(actions);
                }
                ("transition", Kind::State | Kind::Parallel) if state != 0 => {
                    let transition = self.transition(child);
                    document.states[state].transitions.push(transition);
                }
                ("initial", Kind::State) if state != 0 => self.initial(document, child, state),
                ("history", Kind::State | Kind::Parallel) if state != 0 => self.history(document, child, state),
                ("donedata", Kind::Final) => {
                    let payload = self.payload(child, None);
                    document.states[state].done = Some(payload);
                }
                _ => self.misplaced(child, node),
            }
        }
    }

    fn state(&mut self, document: &mut Document, node: Element<'_>, kind: Kind, parent: StateId) {
        let known: &[&str] = if kind == Kind::State { &["id", "initial"] } else { &["id"] };
        let mut attributes = self.attributes(node, known);
        let mut state = self.empty_state(node, kind, parent);
        state.id = attributes.take("id");
        state.initial = attributes.take("initial").as_ref().map(initial_attribute);
        let number = document.states.len();
        if let Some(id) = &state.id {
            self.name(document, id, Named::State(number));
        }
        document.states.push(state);
        document.states[parent].children.push(number);
        self.children(document, node, number);
    }

    /// Gives an id to a state or history, if it is the first of that id.
    fn name(&mut self, document: &mut Document, id: &Text, named: Named) {
        if document.ids.contains_key(&id.text) {
            let message = format!("the id `{}` is given twice", id.text);
            self.report(&INVALID_DOCUMENT, id.span, message, "each state has an id of its own");
        } else {
            document.ids.insert(id.text.clone(), named);
        }
    }

    fn data_model(&mut self, document: &mut Document, node: Element<'_>, state: StateId) {
        self.attributes(node, &[]);
        for child in self.elements(node, true) {
            if child.tag_name().name() != "data" {
                self.misplaced(child, node);
                continue;
            }
            let mut attributes = self.attributes(child, &["id", "expr"]);
            let id = self.required(child, &mut attributes, "id");
            if !self.data.insert(id.text.clone()) {
                let message = format!("the data `{}` is declared twice", id.text);
                self.report(&INVALID_DOCUMENT, id.span, message, "all data share one scope");
            }
            let value = match attributes.take("expr") {
                Some(expr) => Some(Code::new(&expr.text, expr.span)),
                None => self.inline(child),
            };
            document.data.push(Data { id, state, value, span: self.span(child), comments: comments(child) });
        }
    }

    /// A value that stands between the tags: a literal of ECMAScript or JSON, else XML, else text with its spaces
    /// normalized (the recommendation, B.2.1).
    fn inline(&mut self, node: Element<'_>) -> Option<Code> {
        let inner: Vec<_> = node.children().filter(|child| child.is_element() || child.is_text()).collect();
        let (first, last) = (inner.first()?, inner.last()?);
        let range = first.range().start..last.range().end;
        let span = Span::new(self.file, range.clone());
        let source = node.document().input_text().get(range).unwrap_or_default().trim();
        if inner.iter().any(Node::is_element) {
            return Some(Code::known(source, Expr::Object(Vec::new(), one_line(source)), span));
        }
        let text: String = inner.iter().filter_map(Node::text).collect();
        let text = one_line(&text);
        if text.is_empty() {
            return None;
        }
        let is_value = |expr: &Expr| matches!(expr, Expr::Literal(_) | Expr::Object(..));
        let expr = ecmascript::expression(&text).ok().filter(is_value);
        Some(Code::known(&text, expr.unwrap_or_else(|| Expr::Literal(Literal::Str(text.clone()))), span))
    }

    fn initial(&mut self, document: &mut Document, node: Element<'_>, state: StateId) {
        self.attributes(node, &[]);
        let transition = self.default_transition(node);
        if let Some(transition) = transition {
            let initial = Initial { targets: transition.targets, actions: transition.actions, span: transition.span };
            document.states[state].initial = Some(initial);
        }
    }

    fn history(&mut self, document: &mut Document, node: Element<'_>, state: StateId) {
        let mut attributes = self.attributes(node, &["id", "type"]);
        let id = self.required(node, &mut attributes, "id");
        self.name(document, &id, Named::History(document.histories.len()));
        let is_deep = attributes.take("type").is_some_and(|kind| kind.text == "deep");
        if let Some(Transition { targets, actions, .. }) = self.default_transition(node) {
            document.histories.push(History { id, is_deep, parent: state, default: targets, actions });
        }
    }

    /// The one transition of an `<initial>` or a `<history>`: without events and conditions, with a target.
    fn default_transition(&mut self, node: Element<'_>) -> Option<Transition> {
        let children = self.elements(node, false);
        let transition = match children.as_slice() {
            [child] if child.tag_name().name() == "transition" => self.transition(*child),
            _ => {
                let message = format!("`<{}>` does not consist of one `<transition>`", node.tag_name().name());
                let span = self.span(node);
                self.report(&INVALID_DOCUMENT, span, message, "write one transition with a target and nothing else");
                return None;
            }
        };
        if !transition.events.is_empty() || transition.condition.is_some() || transition.targets.is_empty() {
            let message =
                format!("the transition of an `<{}>` has a target, no event and no condition", node.tag_name().name());
            self.report(
                &INVALID_DOCUMENT,
                transition.span,
                message,
                "remove the event or condition, or write the target",
            );
        }
        Some(transition)
    }

    fn transition(&mut self, node: Element<'_>) -> Transition {
        let mut attributes = self.attributes(node, &["event", "cond", "target", "type"]);
        let events = attributes.take("event");
        let condition = attributes.take("cond").filter(|condition| !condition.text.trim().is_empty());
        let targets = attributes.take("target");
        let is_internal = attributes.take("type").is_some_and(|kind| kind.text == "internal");
        Transition {
            events: events.iter().flat_map(words).map(|word| word.text).collect(),
            condition: condition.map(|condition| Code::new(&condition.text, condition.span)),
            targets: targets.iter().flat_map(words).collect(),
            is_internal,
            actions: self.actions(&child_elements(node)),
            span: self.span(node),
            comments: comments(node),
        }
    }

    /// The executable content of a handler.
    fn content(&mut self, node: Element<'_>) -> Vec<Action> {
        self.attributes(node, &[]);
        let elements = self.elements(node, true);
        self.actions(&elements)
    }

    fn actions(&mut self, elements: &[Element<'_>]) -> Vec<Action> {
        let mut actions = Vec::new();
        for &element in elements {
            let span = self.span(element);
            if !is_scxml(element) {
                let message = format!("`<{}>` is no element of SCXML", element.tag_name().name());
                self.report(
                    &UNSUPPORTED_ELEMENT,
                    span,
                    message,
                    "executable content of other namespaces means what its owner says",
                );
                continue;
            }
            let kind = match element.tag_name().name() {
                "raise" => {
                    let mut attributes = self.attributes(element, &["event"]);
                    ActionKind::Raise(self.required(element, &mut attributes, "event").text)
                }
                "if" => self.conditional(element),
                "assign" => self.assign(element),
                "log" => {
                    let mut attributes = self.attributes(element, &["label", "expr"]);
                    let label = attributes.take("label").map(|label| label.text).unwrap_or_default();
                    let value = attributes.take("expr").filter(|expr| !expr.text.trim().is_empty());
                    ActionKind::Log(label, value.map(|value| Code::new(&value.text, value.span)))
                }
                "send" => self.send(element),
                "cancel" => {
                    let mut attributes = self.attributes(element, &["sendid", "sendidexpr"]);
                    match self.given(element, &mut attributes, "sendid", "sendidexpr") {
                        Some(id) => ActionKind::Cancel(id),
                        None => ActionKind::Cancel(Given::Text(self.required(element, &mut attributes, "sendid"))),
                    }
                }
                "foreach" => self.foreach(element),
                "script" => {
                    actions.extend(self.script(element));
                    continue;
                }
                _ => {
                    self.misplaced(element, element.parent_element().unwrap_or(element));
                    continue;
                }
            };
            actions.push(Action { span, kind });
        }
        actions
    }

    fn conditional(&mut self, node: Element<'_>) -> ActionKind {
        let mut attributes = self.attributes(node, &["cond"]);
        let condition = self.required(node, &mut attributes, "cond");
        let mut arms = Vec::new();
        let mut current = Some(Code::new(&condition.text, condition.span));
        let mut elements: Vec<Element<'_>> = Vec::new();
        for child in child_elements(node) {
            match child.tag_name().name() {
                "elseif" => {
                    arms.push((current.take(), self.actions(&std::mem::take(&mut elements))));
                    let mut attributes = self.attributes(child, &["cond"]);
                    let condition = self.required(child, &mut attributes, "cond");
                    current = Some(Code::new(&condition.text, condition.span));
                }
                "else" => {
                    arms.push((current.take(), self.actions(&std::mem::take(&mut elements))));
                    self.attributes(child, &[]);
                }
                _ => elements.push(child),
            }
        }
        arms.push((current, self.actions(&elements)));
        let conditions = arms.len() - usize::from(arms.last().is_some_and(|(condition, _)| condition.is_none()));
        if arms.iter().take(conditions).any(|(condition, _)| condition.is_none()) {
            let span = self.span(node);
            self.report(
                &INVALID_DOCUMENT,
                span,
                "an `<else>` is followed by another branch".to_owned(),
                "the `<else>` comes last, and once",
            );
        }
        ActionKind::If(arms)
    }

    fn assign(&mut self, node: Element<'_>) -> ActionKind {
        let mut attributes = self.attributes(node, &["location", "expr"]);
        let location = self.required(node, &mut attributes, "location");
        let value = match attributes.take("expr") {
            Some(expr) => Some(Code::new(&expr.text, expr.span)),
            None => self.inline(node),
        };
        ActionKind::Assign { location, value, declares: false }
    }

    fn foreach(&mut self, node: Element<'_>) -> ActionKind {
        let mut attributes = self.attributes(node, &["array", "item", "index"]);
        let array = self.required(node, &mut attributes, "array");
        let item = self.required(node, &mut attributes, "item");
        let index = attributes.take("index");
        let body = self.actions(&child_elements(node));
        ActionKind::Foreach(Box::new(Foreach { array: Code::new(&array.text, array.span), item, index, body }))
    }

    fn script(&mut self, node: Element<'_>) -> Vec<Action> {
        self.attributes(node, &[]);
        let text = node.text().unwrap_or_default();
        let span = self.span(node);
        match ecmascript::script(text) {
            Ok(statements) => script(statements, text, span),
            Err(Unreadable::Illegal) => {
                self.report(
                    &UNSUPPORTED_ELEMENT,
                    span,
                    "this script is no ECMAScript".to_owned(),
                    "write assignments: `x = 1; y += 2;`",
                );
                Vec::new()
            }
            Err(Unreadable::Beyond(what)) => {
                let message = format!("this script is more than assignments, from {what} on");
                self.report(
                    &UNSUPPORTED_ELEMENT,
                    span,
                    message,
                    "write `<assign>`, `<if>` and `<raise>`, or an action of the host",
                );
                Vec::new()
            }
        }
    }

    /// One of two attributes: the value itself, or an expression for it.
    fn given(&mut self, node: Element<'_>, attributes: &mut Attributes, text: &str, code: &str) -> Option<Given> {
        match (attributes.take(text), attributes.take(code)) {
            (Some(_), Some(expr)) => {
                let message = format!("`<{}>` has both `{text}` and `{code}`", node.tag_name().name());
                self.report(&INVALID_DOCUMENT, expr.span, message, "keep one of them");
                None
            }
            (Some(value), None) => Some(Given::Text(value)),
            (None, Some(expr)) => Some(Given::Code(Code::new(&expr.text, expr.span))),
            (None, None) => None,
        }
    }

    fn send(&mut self, node: Element<'_>) -> ActionKind {
        let mut attributes = self.attributes(
            node,
            &[
                "event",
                "eventexpr",
                "target",
                "targetexpr",
                "type",
                "typeexpr",
                "delay",
                "delayexpr",
                "id",
                "idlocation",
                "namelist",
            ],
        );
        let event = self.given(node, &mut attributes, "event", "eventexpr");
        let target = self.given(node, &mut attributes, "target", "targetexpr");
        let processor = self.given(node, &mut attributes, "type", "typeexpr");
        let delay = self.given(node, &mut attributes, "delay", "delayexpr");
        let payload = self.payload(node, attributes.take("namelist").as_ref());
        ActionKind::Send(Box::new(Send {
            event,
            target,
            processor,
            delay,
            id: attributes.take("id").map(|id| id.text),
            id_location: attributes.take("idlocation"),
            payload,
        }))
    }

    /// What a `<send>` or a `<donedata>` carries.
    fn payload(&mut self, node: Element<'_>, names: Option<&Text>) -> Payload {
        let names = names.into_iter().flat_map(words);
        let mut fields: Vec<_> = names.map(|name| (name.clone(), Code::new(&name.text, name.span))).collect();
        let mut content = None;
        for child in self.elements(node, true) {
            match child.tag_name().name() {
                "param" => {
                    let mut attributes = self.attributes(child, &["name", "expr", "location"]);
                    let name = self.required(child, &mut attributes, "name");
                    let Some(value) = attributes.take("expr").or_else(|| attributes.take("location")) else {
                        self.required(child, &mut attributes, "expr");
                        continue;
                    };
                    fields.push((name, Code::new(&value.text, value.span)));
                }
                "content" => {
                    let mut attributes = self.attributes(child, &["expr"]);
                    content = match attributes.take("expr") {
                        Some(expr) => Some(Code::new(&expr.text, expr.span)),
                        None => self.inline(child),
                    };
                }
                _ => self.misplaced(child, node),
            }
        }
        if let (Some(content), false) = (&content, fields.is_empty()) {
            let message = format!("`<{}>` has both `<content>` and other data", node.tag_name().name());
            self.report(&INVALID_DOCUMENT, content.span, message, "keep one of them");
        }
        Payload { fields, content }
    }
}

/// The child elements of an element with executable content; what is none of SCXML is reported when they are read.
fn child_elements(node: Element<'_>) -> Vec<Element<'_>> {
    node.children().filter(Node::is_element).collect()
}

/// A text with its white space normalized.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
