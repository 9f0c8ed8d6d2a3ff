//! From a document to the text of a machine.
//!
//! Types of variables, the events that there are and what they carry follow from the whole document, and each depends on
//! the others. So the document is written again and again, and what is learned while writing is kept, until nothing new is
//! learned; then the text is right. What is learned only ever grows, so this ends.

use std::collections::{BTreeMap, BTreeSet};

use super::document::{Action, ActionKind, Code, Data, Document, Given, History, Kind, Payload, StateId, Text as Name};
use super::ecmascript::Expr;
use super::events::{Event, Events, Field, Key, Origin, base, is_platform_name, matches};
use super::expressions::{Computed, Fault, Scope, Value};
use super::names::{Names, label, pascal, snake};
use super::rules::{INVALID_DOCUMENT, MIXED_TYPES, UNSUPPORTED_ELEMENT};
use super::text::{Step, Text};
use super::values::{Literal, Type, Values};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::source::Span;

/// The most rounds of learning: each variable and field can change its type a few times.
const MAX_ROUNDS: usize = 200;

/// The most branches and actions that a document may become: some elements stand for many, as `*` for all events.
const MAX_STEPS: usize = 200_000;

/// A variable of the machine.
#[derive(Debug)]
pub(super) struct Variable {
    /// The identifier in the text.
    pub(super) identifier: String,
    /// What it can be.
    pub(super) values: Values,
    /// What it is at first; `None` is `undefined`.
    pub(super) initial: Option<Literal>,
    /// Where it comes from.
    pub(super) span: Span,
    comments: Vec<String>,
}

/// What is known of a document.
pub(super) struct Compiler<'d> {
    /// The document.
    pub(super) document: &'d Document,
    /// The identifiers of its states, by their numbers.
    pub(super) states: Vec<String>,
    /// The variables of the machine.
    pub(super) variables: Vec<Variable>,
    /// The events of the machine.
    pub(super) events: Events,
    /// The fields of events that the current reaction has read.
    pub(super) touched: Vec<String>,
    /// Whether the current transition has asked about its event.
    pub(super) reads_event: bool,
    /// How many branches and actions have been written in this round.
    steps: usize,
    /// The errors of the processor that a transition could react to.
    heard: BTreeSet<&'static str>,
    file_name: String,
    variables_by_name: BTreeMap<String, usize>,
    variables_by_identifier: BTreeMap<String, usize>,
    variable_names: Names,
    /// The literals of variables that have literals of several types, each a value of one enum.
    variants: BTreeMap<Literal, String>,
    variant_names: Names,
    /// The ids that are made for `<send idlocation>`, by the places of the elements.
    send_ids: BTreeMap<Span, String>,
    /// The actions of the host that are called for `<log>`.
    logs: BTreeSet<Type>,
    /// The variable that keeps the name of the last event, if it is asked for.
    last_event: Option<usize>,
    /// For each state whose data is bound late, the variable that says whether it was.
    bound: BTreeMap<StateId, usize>,
    asks: Asks,
    has_learned: bool,
    diagnostics: Diagnostics,
}

/// What the document asks about its events beyond their names.
#[derive(Debug, Default)]
struct Asks {
    /// Where they come from.
    origin: bool,
    /// With which id they were sent.
    send_id: bool,
    /// The ids that are cancelled; all, if some are computed.
    cancelled: BTreeSet<String>,
    cancels_any: bool,
    /// All event descriptors.
    descriptors: BTreeSet<String>,
}

/// Writes the text of a document; with findings where it cannot be imported.
pub(super) fn compile(document: &Document, file_name: &str) -> (Text, Diagnostics) {
    let mut compiler = Compiler::new(document, file_name);
    let mut text = Text::default();
    for _ in 0..MAX_ROUNDS {
        compiler.has_learned = false;
        compiler.diagnostics = Diagnostics::new();
        compiler.steps = 0;
        text = compiler.machine();
        let is_over = compiler.steps > MAX_STEPS;
        if is_over || (!compiler.has_learned && !compiler.type_outside_fields()) {
            break;
        }
    }
    (text, compiler.diagnostics)
}

impl<'d> Compiler<'d> {
    fn new(document: &'d Document, file_name: &str) -> Self {
        let mut state_names = Names::default();
        let states: Vec<_> = document
            .states
            .iter()
            .map(|state| state_names.unique(&pascal(state.id.as_ref().map_or("", |id| &id.text), "State")))
            .collect();
        let mut compiler = Compiler {
            document,
            states,
            variables: Vec::new(),
            events: Events::default(),
            touched: Vec::new(),
            reads_event: false,
            steps: 0,
            heard: BTreeSet::new(),
            file_name: file_name.to_owned(),
            variables_by_name: BTreeMap::new(),
            variables_by_identifier: BTreeMap::new(),
            variable_names: Names::default(),
            variants: BTreeMap::new(),
            variant_names: Names::default(),
            send_ids: BTreeMap::new(),
            logs: BTreeSet::new(),
            last_event: None,
            bound: BTreeMap::new(),
            asks: asked(document),
            has_learned: false,
            diagnostics: Diagnostics::new(),
        };
        for error in ["error.execution", "error.communication"] {
            if compiler.asks.descriptors.iter().any(|descriptor| matches(descriptor, error)) {
                compiler.heard.insert(error);
            }
        }
        for data in &document.data {
            let number = compiler.declare(&data.id.text, data.span);
            compiler.variables[number].comments.clone_from(&data.comments);
        }
        for (state, syntax) in document.states.iter().enumerate().skip(1) {
            if document.can_be_done(state) {
                let id = syntax.id.as_ref().map_or(compiler.states[state].as_str(), |id| &id.text).to_owned();
                compiler.events.add_done(&id, state);
            }
        }
        for descriptor in compiler.asks.descriptors.clone() {
            let name = base(&descriptor);
            if !name.is_empty() && !is_platform_name(name) {
                let key = compiler.key(name, Origin::External, None);
                compiler.events.number(&key);
            }
        }
        compiler
    }

    /// The name of the document, for `_name` and for the machine.
    pub(super) fn document_name(&self) -> String {
        match &self.document.name {
            Some(name) => name.text.clone(),
            None => self.file_name.clone(),
        }
    }

    pub(super) fn report(&mut self, finding: Diagnostic) {
        self.diagnostics.push(finding);
    }

    /// Counts what is written; whether it has become too much, which is reported.
    pub(super) fn is_too_much(&mut self, span: Span) -> bool {
        self.steps += 1;
        if self.steps == MAX_STEPS + 1 {
            let message = format!("from here on the document becomes more than {MAX_STEPS} branches and actions");
            self.report(Diagnostic::new(&UNSUPPORTED_ELEMENT, span, message).help("split the machine into several"));
        }
        self.steps > MAX_STEPS
    }

    /// The variable of a name of the document.
    pub(super) fn variable(&self, name: &str) -> Option<usize> {
        self.variables_by_name.get(name).copied()
    }

    /// Declares a name of the document as a variable.
    pub(super) fn declare(&mut self, name: &str, span: Span) -> usize {
        let number = self.add_variable(&snake(name, "value"), span);
        self.variables_by_name.entry(name.to_owned()).or_insert(number);
        number
    }

    /// Adds a variable, which is `undefined` at first.
    fn add_variable(&mut self, wanted: &str, span: Span) -> usize {
        self.has_learned = true;
        let identifier = self.variable_names.unique(wanted);
        self.variables_by_identifier.insert(identifier.clone(), self.variables.len());
        let values = Values::undefined();
        self.variables.push(Variable { identifier, values, initial: None, span, comments: Vec::new() });
        self.variables.len() - 1
    }

    /// The value of a variable at run time.
    pub(super) fn variable_value(&self, variable: usize) -> Value {
        let variable = &self.variables[variable];
        Value::Computed(Computed::place(&variable.identifier, &variable.values))
    }

    /// Lets a variable have a value.
    pub(super) fn join(&mut self, variable: usize, value: &Value) {
        self.has_learned |= self.variables[variable].values.join(&values(value));
    }

    /// The value of the enum of mixed literals.
    pub(super) fn variant(&mut self, literal: &Literal) -> String {
        if let Some(variant) = self.variants.get(literal) {
            return format!("Value::{variant}");
        }
        self.has_learned = true;
        let text = literal.as_text();
        let wanted = match literal {
            Literal::Int(_) | Literal::Float(_) => pascal(&format!("number {text}"), "Number"),
            Literal::Object(_) => "Object".to_owned(),
            Literal::Bool(_) | Literal::Str(_) => pascal(&text, "Text"),
        };
        let variant = self.variant_names.unique(&wanted);
        self.variants.insert(literal.clone(), variant.clone());
        format!("Value::{variant}")
    }

    /// The id that is made for a `<send>`.
    pub(super) fn send_id(&mut self, span: Span) -> String {
        let number = self.send_ids.len() + 1;
        self.send_ids.entry(span).or_insert_with(|| format!("send.{number}")).clone()
    }

    /// The action of the host that logs a value of a type.
    pub(super) fn log_action(&mut self, ty: Type) -> &'static str {
        self.has_learned |= self.logs.insert(ty);
        log_action(ty)
    }

    /// The name of the event that was handled last.
    pub(super) fn last_event_name(&mut self) -> Value {
        let span = self.document.span;
        let number = match self.last_event {
            Some(number) => number,
            None => self.add_variable("event_name", span),
        };
        self.last_event = Some(number);
        self.variable_value(number)
    }

    fn key(&self, name: &str, origin: Origin, send_id: Option<(&str, bool)>) -> Key {
        let is_kept = |&(id, is_pending): &(&str, bool)| {
            self.asks.send_id || (is_pending && (self.asks.cancels_any || self.asks.cancelled.contains(id)))
        };
        Key {
            name: name.to_owned(),
            origin: self.asks.origin.then_some(origin),
            send_id: send_id.filter(is_kept).map(|(id, _)| id.to_owned()),
        }
    }

    /// The event that the machine makes; with the id it is sent by, and whether it is pending until then.
    pub(super) fn made(&mut self, name: &str, origin: Origin, send_id: Option<(&str, bool)>) -> usize {
        let key = self.key(name.trim(), origin, send_id);
        let known = self.events.len();
        let number = self.events.number(&key);
        self.has_learned |= known < self.events.len();
        let event = self.events.get_mut(number);
        if !event.is_made {
            event.is_made = true;
            self.has_learned = true;
        }
        number
    }

    /// Raises an error of the processor, if any transition could react to it.
    pub(super) fn error(&mut self, name: &str, send_id: Option<&str>, span: Span) -> Vec<Step> {
        if !self.heard.contains(name) {
            return Vec::new();
        }
        let number = self.made(name, Origin::Platform, send_id.map(|id| (id, false)));
        vec![Step::Simple(format!("raise {}", self.events.get(number).identifier), span)]
    }

    /// The fields of an event with the values that it is made with.
    pub(super) fn fields(&mut self, number: usize, payload: &[(String, Value)]) -> Vec<(String, String)> {
        let missing: Vec<_> = self.events.get(number).fields.iter().map(|field| field.name.clone()).collect();
        for name in missing.iter().filter(|name| !payload.iter().any(|(given, _)| given == *name)) {
            self.learn_field(number, name, &Values::undefined());
        }
        for (name, value) in payload {
            self.learn_field(number, name, &values(value));
        }
        let fields: Vec<_> = self
            .events
            .get(number)
            .fields
            .iter()
            .map(|field| (field.name.clone(), field.identifier.clone(), field.values.clone()))
            .collect();
        let mut written = Vec::new();
        for (name, identifier, values) in fields {
            let ty = values.ty();
            if ty == Type::Nothing {
                continue;
            }
            let value = payload.iter().find(|(given, _)| *given == name).map_or(&Value::Undefined, |(_, value)| value);
            // Where types do not go together, that is reported at the declaration.
            written.push((identifier, self.value_as(value, ty).unwrap_or_else(|| "none".to_owned())));
        }
        written
    }

    fn learn_field(&mut self, number: usize, name: &str, values: &Values) {
        let event = self.events.get_mut(number);
        if let Some(field) = event.fields.iter_mut().find(|field| field.name == name) {
            self.has_learned |= field.values.join(values);
        } else {
            let identifier = field_identifier(event, name);
            event.fields.push(Field { name: name.to_owned(), identifier, values: values.clone() });
            self.has_learned = true;
        }
    }

    /// How a field of an event is read.
    pub(super) fn field_place(&self, number: usize, identifier: &str) -> String {
        if self.events.get(number).done.is_some() { identifier.to_owned() } else { format!("event.{identifier}") }
    }

    /// Adds a field that is read of an event from outside, and gives its identifier.
    pub(super) fn add_outside_field(&mut self, number: usize, name: &str) -> String {
        let event = self.events.get_mut(number);
        let identifier = field_identifier(event, name);
        event.fields.push(Field { name: name.to_owned(), identifier: identifier.clone(), values: Values::default() });
        self.has_learned = true;
        identifier
    }

    /// Gives a field of an event from outside a type, if it has none yet; whether that was so.
    pub(super) fn type_outside_field(&mut self, number: usize, name: &str, ty: Type) -> bool {
        let event = self.events.get_mut(number);
        if event.is_made || event.done.is_some() || matches!(ty, Type::Nothing | Type::Mixed | Type::Unknown) {
            return false;
        }
        let Some(field) = event.fields.iter_mut().find(|field| field.name == name) else { return false };
        let is_new = field.values.ty() == Type::Nothing && field.values.join(&Values::of(ty));
        self.has_learned |= is_new;
        is_new
    }

    /// Fields of events from outside about which nothing was learned are texts; whether there were any.
    fn type_outside_fields(&mut self) -> bool {
        let open: Vec<_> = (0..self.events.len())
            .flat_map(|number| self.events.get(number).fields.iter().map(move |field| (number, field.name.clone())))
            .collect();
        let mut any = false;
        for (number, name) in open {
            any |= self.type_outside_field(number, &name, Type::Str);
        }
        any
    }

    /// The whole text.
    fn machine(&mut self) -> Text {
        let entry = self.start();
        let initial = self.initial(0);
        let mut text = Text::default();
        let span = self.document.span;
        for comment in &self.document.comments {
            text.line(&format!("/// {comment}"), span);
        }
        let name = self.document_name();
        let identifier = pascal(&name, "Machine");
        text.open(&format!("machine {identifier}{} {{", label(&name, &identifier)), span);
        self.declarations(&mut text);
        if !entry.is_empty() {
            text.gap(span);
            text.with_actions("entry", &entry, span);
        }
        if let Some((target, steps, span)) = initial.transition {
            text.gap(span);
            text.with_actions(&format!("initial -> {target}"), &steps, span);
        }
        self.children(&mut text, 0, initial.child);
        text.close("}", span);
        text
    }

    /// What happens before the first state is entered: data gets its values. Errors are raised.
    fn start(&mut self) -> Vec<Step> {
        let document = self.document;
        let mut steps = Vec::new();
        for data in &document.data {
            if document.is_late && data.state != 0 {
                continue;
            }
            if let Some(number) = self.variable(&data.id.text) {
                steps.extend(self.initial_value(number, data.value.as_ref()));
            }
        }
        for action in &document.script {
            if let ActionKind::Assign { location, value, .. } = &action.kind {
                let number = self.variable(&location.text).unwrap_or_else(|| self.declare(&location.text, action.span));
                steps.extend(self.initial_value(number, value.as_ref()));
            }
        }
        steps
    }

    /// Gives a variable its first value, which has to be known.
    fn initial_value(&mut self, number: usize, code: Option<&Code>) -> Vec<Step> {
        let Some(code) = code else { return Vec::new() };
        let initial = match self.value_of(code, Scope::Start) {
            Ok(Value::Literal(literal)) => Some(literal),
            Ok(Value::Undefined) | Err(Fault::Untyped) => None,
            Err(Fault::Throws) => {
                self.variables[number].initial = None;
                return self.error("error.execution", None, code.span);
            }
            Ok(Value::Computed(_)) => {
                self.refuse(code, "it is not known before the machine starts");
                None
            }
            Err(Fault::Refused(why)) => {
                self.refuse(code, &why);
                None
            }
        };
        let variable = &mut self.variables[number];
        if let Some(literal) = &initial {
            // It is no longer `undefined` at first.
            if variable.values == Values::undefined() {
                variable.values = Values::default();
            }
            self.has_learned |= variable.values.join(&Values::literal(literal.clone()));
        }
        self.has_learned |= variable.initial != initial;
        self.variables[number].initial = initial;
        Vec::new()
    }

    /// The enum, context, events and actions of the machine.
    fn declarations(&mut self, text: &mut Text) {
        let span = self.document.span;
        if !self.variants.is_empty() {
            let variants: Vec<_> = self
                .variants
                .iter()
                .map(|(literal, variant)| format!("{variant}{}", label(&literal.as_text(), variant)))
                .collect();
            text.line(&format!("enum Value {{ {} }}", variants.join(", ")), span);
        }
        self.context(text);
        let events: Vec<_> = (0..self.events.len()).collect();
        for number in events {
            self.event(text, number);
        }
        for ty in &self.logs {
            text.line(&format!("action {}(label: str, value: {});", log_action(*ty), type_name(*ty)), span);
        }
    }

    fn context(&mut self, text: &mut Text) {
        let mut lines = Vec::new();
        for number in 0..self.variables.len() {
            let variable = &self.variables[number];
            let (ty, initial, span) = (variable.values.ty(), variable.initial.clone(), variable.span);
            if ty == Type::Nothing {
                continue;
            }
            if ty == Type::Unknown {
                let message = format!("`{}` has values of several types", variable.identifier);
                self.report(
                    Diagnostic::new(&MIXED_TYPES, span, message).help("give it values of one type, or only literals"),
                );
                continue;
            }
            let value = initial.and_then(|literal| self.literal_as(&literal, ty));
            let variable = &self.variables[number];
            let option = if variable.values.undefined { "?" } else { "" };
            let value = value.map_or(String::new(), |value| format!(" = {value}"));
            let line = format!("{}: {}{option}{value}", variable.identifier, type_name(ty));
            lines.push((variable.comments.clone(), line, span));
        }
        let is_short = lines.iter().map(|(_, line, _)| line.len() + 2).sum::<usize>() < 80;
        match lines.as_slice() {
            [] => {}
            all if is_short && all.iter().all(|(comments, ..)| comments.is_empty()) => {
                let fields: Vec<_> = all.iter().map(|(_, line, _)| line.as_str()).collect();
                let span = all.first().map_or(self.document.span, |(_, _, span)| *span);
                text.line(&format!("context {{ {} }}", fields.join(", ")), span);
            }
            all => {
                text.open("context {", self.document.span);
                for (comments, line, span) in all {
                    text.comments(comments, *span);
                    text.line(&format!("{line},"), *span);
                }
                text.close("}", self.document.span);
            }
        }
    }

    fn event(&mut self, text: &mut Text, number: usize) {
        let span = self.document.span;
        let event = self.events.get(number);
        if event.done.is_some() || self.events.is_hidden(number) {
            return;
        }
        let mut fields = Vec::new();
        let mut mixed = Vec::new();
        for field in &event.fields {
            let option = if field.values.undefined { "?" } else { "" };
            match field.values.ty() {
                Type::Nothing => {}
                Type::Unknown => mixed.push(field.name.clone()),
                ty => fields.push(format!("{}: {}{option}", field.identifier, type_name(ty))),
            }
        }
        let fields = if fields.is_empty() { String::new() } else { format!(" {{ {} }}", fields.join(", ")) };
        let word = if event.is_made { "internal event" } else { "event" };
        let label = label(&event.key.name, &event.identifier);
        let line = format!("{word} {}{label}{fields};", event.identifier);
        let name = event.key.name.clone();
        for field in mixed {
            let message = format!("`{field}` of the event `{name}` has values of several types");
            self.report(
                Diagnostic::new(&MIXED_TYPES, span, message).help("give it values of one type, or only literals"),
            );
        }
        text.line(&line, span);
    }

    /// Writes the states in a state.
    fn children(&mut self, text: &mut Text, parent: StateId, initial: Option<StateId>) {
        for child in self.document.states[parent].children.clone() {
            self.state(text, child, initial == Some(child));
        }
    }

    /// Writes a state. States are not nested deep: that was checked.
    fn state(&mut self, text: &mut Text, number: StateId, is_initial: bool) {
        let document = self.document;
        let state = &document.states[number];
        let span = state.span;
        text.gap(span);
        text.comments(&state.comments, span);
        let initial = if is_initial { "initial " } else { "" };
        let kind = match state.kind {
            Kind::State => "",
            Kind::Parallel => "parallel ",
            Kind::Final => "final ",
        };
        let identifier = &self.states[number];
        let label = state.id.as_ref().map_or(String::new(), |id| label(&id.text, identifier));
        let head = format!("{initial}{kind}state {identifier}{label}");
        let mut inner = self.handlers(number);
        let first = self.initial(number);
        let reactions = self.reactions(number);
        if inner.is_empty() && first.transition.is_none() && reactions.is_empty() && state.children.is_empty() {
            text.line(&format!("{head};"), span);
            return;
        }
        text.open(&format!("{head} {{"), span);
        for (word, steps, span) in inner.drain(..) {
            text.with_actions(word, &steps, span);
        }
        if let Some((target, steps, span)) = first.transition {
            text.with_actions(&format!("initial -> {target}"), &steps, span);
        }
        for reaction in reactions {
            reaction.write(text);
        }
        self.children(text, number, first.child);
        text.close("}", span);
    }

    /// The entry and exit actions of a state.
    fn handlers(&mut self, number: StateId) -> Vec<(&'static str, Vec<Step>, Span)> {
        let document = self.document;
        let state = &document.states[number];
        let mut handlers = Vec::new();
        let late = self.late_data(number);
        handlers.push(("entry", late));
        for actions in &state.entry {
            handlers.push(("entry", self.block(actions, Scope::Between)));
        }
        let done = self.done_data(number);
        handlers.push(("entry", done));
        for actions in &state.exit {
            handlers.push(("exit", self.block(actions, Scope::Exit)));
        }
        let written = handlers.into_iter().filter(|(_, steps)| !steps.is_empty());
        written.map(|(word, steps)| (word, steps, state.span)).collect()
    }

    /// Data that is bound late gets its values when its state is entered for the first time.
    fn late_data(&mut self, number: StateId) -> Vec<Step> {
        let document = self.document;
        let data: Vec<_> = document.data.iter().filter(|data| data.state == number && data.value.is_some()).collect();
        if !document.is_late || number == 0 || data.is_empty() {
            return Vec::new();
        }
        let span = document.states[number].span;
        let flag = self.bound_flag(number, span);
        let action = |data: &Data| Action {
            span: data.span,
            kind: ActionKind::Assign { location: data.id.clone(), value: data.value.clone(), declares: false },
        };
        let identifier = self.variables[flag].identifier.clone();
        let mut steps = vec![Step::Simple(format!("{identifier} = true"), span)];
        for data in data {
            // Each is given its value for itself: an error of one leaves the others alone.
            steps.extend(self.block(&[action(data)], Scope::Between));
        }
        vec![Step::If(vec![(Some(format!("!{identifier}")), steps)], span)]
    }

    /// The variable that says whether the data of a state has been bound.
    fn bound_flag(&mut self, number: StateId, span: Span) -> usize {
        if let Some(&flag) = self.bound.get(&number) {
            return flag;
        }
        let flag = self.add_variable(&snake(&format!("{} bound", self.states[number]), "state"), span);
        self.variables[flag].initial = Some(Literal::Bool(false));
        self.variables[flag].values = Values::of(Type::Bool);
        self.bound.insert(number, flag);
        flag
    }

    /// What a final state says of the end of the state around it.
    fn done_data(&mut self, number: StateId) -> Vec<Step> {
        let document = self.document;
        let state = &document.states[number];
        let siblings = &document.states[state.parent].children;
        let is_said = siblings.iter().any(|&sibling| document.states[sibling].done.is_some());
        if state.kind != Kind::Final || state.parent == 0 || !is_said {
            return Vec::new();
        }
        let Some(event) = self.events.done(state.parent) else { return Vec::new() };
        let mut steps = Vec::new();
        let payload = state.done.as_ref().map_or(Vec::new(), |payload| self.evaluated(payload, &mut steps));
        for (name, _) in &payload {
            if self.events.get(event).field(name).is_none() {
                let wanted = format!("{} {}", self.states[state.parent], if name.is_empty() { "data" } else { name });
                let variable = self.add_variable(&snake(&wanted, "done"), state.span);
                let identifier = self.variables[variable].identifier.clone();
                let field = Field { name: name.clone(), identifier, values: Values::undefined() };
                self.events.get_mut(event).fields.push(field);
            }
        }
        for index in 0..self.events.get(event).fields.len() {
            let Field { name, identifier, .. } = &self.events.get(event).fields[index];
            let value =
                payload.iter().find(|(given, _)| given == name).map_or(Value::Undefined, |(_, value)| value.clone());
            let Some(&variable) = self.variables_by_identifier.get(identifier) else { continue };
            steps.extend(self.assignment(variable, &value, state.span).unwrap_or_default());
            let values = self.variables[variable].values.clone();
            self.has_learned |= self.events.get_mut(event).fields[index].values.join(&values);
        }
        steps
    }

    /// The data of a `<donedata>`: what is an error is left out, and the error raised (the recommendation, 5.7.1).
    fn evaluated(&mut self, payload: &Payload, steps: &mut Vec<Step>) -> Vec<(String, Value)> {
        let content =
            payload.content.iter().map(|content| Payload { fields: Vec::new(), content: Some(content.clone()) });
        let fields = payload.fields.iter().map(|field| Payload { fields: vec![field.clone()], content: None });
        let mut values = Vec::new();
        for single in fields.chain(content).collect::<Vec<_>>() {
            match self.payload(&single, Scope::Between) {
                Ok(found) => values.extend(found),
                Err((Fault::Throws, code)) => steps.extend(self.error("error.execution", None, code.span)),
                Err((Fault::Refused(why), code)) => self.refuse(&code, &why),
                Err((Fault::Untyped, _)) => {}
            }
        }
        values
    }

    /// What is entered first in a state.
    fn initial(&mut self, number: StateId) -> First {
        let document = self.document;
        let state = &document.states[number];
        if state.kind != Kind::State || state.children.is_empty() {
            return First { child: None, transition: None };
        }
        let Some(initial) = &state.initial else {
            return First { child: state.children.first().copied(), transition: None };
        };
        let steps = self.block(&initial.actions, Scope::Between);
        if let ([only], true) = (initial.targets.as_slice(), steps.is_empty())
            && let Some(Ok(child)) = document.find(&only.text)
            && document.states[child].parent == number
        {
            return First { child: Some(child), transition: None };
        }
        let target = self.target(&initial.targets, initial.span);
        First { child: None, transition: target.map(|target| (target.text, steps, initial.span)) }
    }

    /// The states of a target, as they are written in the language.
    pub(super) fn target(&mut self, targets: &[Name], span: Span) -> Option<Target> {
        let document = self.document;
        let mut found = Vec::new();
        for target in targets {
            match document.find(&target.text) {
                Some(Ok(state)) => found.push((self.states[state].clone(), state)),
                Some(Err(history)) if targets.len() == 1 => {
                    return Some(Target {
                        text: self.history(history),
                        states: vec![history.parent],
                        is_history: true,
                    });
                }
                Some(Err(_)) => {
                    let message = format!("the history `{}` beside other targets cannot be imported", target.text);
                    self.report(
                        Diagnostic::new(&UNSUPPORTED_ELEMENT, target.span, message)
                            .help("a fork of the language names states"),
                    );
                    return None;
                }
                None => {
                    let message = format!("there is no state `{}`", target.text);
                    let ids = document.states.iter().filter_map(|state| state.id.as_ref());
                    let closest = crate::suggest::closest(&target.text, ids.map(|id| id.text.as_str()));
                    let help = closest
                        .map_or("a target is the id of a state".to_owned(), |id| format!("did you mean `{id}`?"));
                    self.report(Diagnostic::new(&INVALID_DOCUMENT, target.span, message).help(help));
                    return None;
                }
            }
        }
        let names: Vec<_> = found.iter().map(|(name, _)| name.as_str()).collect();
        let text = match names.as_slice() {
            [] => {
                self.report(
                    Diagnostic::new(&INVALID_DOCUMENT, span, "the target names no state")
                        .help("remove the attribute, or name a state"),
                );
                return None;
            }
            [only] => (*only).to_owned(),
            several => format!("({})", several.join(", ")),
        };
        Some(Target { text, states: found.into_iter().map(|(_, state)| state).collect(), is_history: false })
    }

    fn history(&mut self, history: &History) -> String {
        let deep = if history.is_deep { "deep " } else { "" };
        let parent = self.states[history.parent].clone();
        let steps = self.block(&history.actions, Scope::Between);
        let span = history.id.span;
        let default = match self.target(&history.default, span) {
            Some(default) if !default.is_history => default.text,
            _ => return format!("{deep}history({parent})"),
        };
        let actions = if steps.is_empty() { String::new() } else { format!(" / {}", super::text::inline(&steps)) };
        format!("{deep}history({parent}, {default}{actions})")
    }

    /// The steps that keep the name of the event, if it is asked for.
    pub(super) fn keep_event_name(&mut self, number: usize, span: Span) -> Vec<Step> {
        let Some(variable) = self.last_event else { return Vec::new() };
        self.reads_event = true;
        let name = Value::Literal(Literal::Str(self.events.get(number).key.name.clone()));
        self.assignment(variable, &name, span).unwrap_or_default()
    }
}

/// What is entered first in a state: a child, or what a transition leads to.
struct First {
    child: Option<StateId>,
    transition: Option<(String, Vec<Step>, Span)>,
}

/// A target, as it is written.
pub(super) struct Target {
    /// The text.
    pub(super) text: String,
    /// The states it names; of a history its state.
    pub(super) states: Vec<StateId>,
    /// Whether it is a history.
    pub(super) is_history: bool,
}

/// What a value can be.
fn values(value: &Value) -> Values {
    match value {
        Value::Undefined => Values::undefined(),
        Value::Literal(literal) => Values::literal(literal.clone()),
        Value::Computed(computed) => computed.values.clone(),
    }
}

/// An identifier for a new field of an event.
fn field_identifier(event: &Event, name: &str) -> String {
    let mut names = Names::default();
    for field in &event.fields {
        names.unique(&field.identifier);
    }
    names.unique(&snake(name, "data"))
}

fn log_action(ty: Type) -> &'static str {
    match ty {
        Type::Bool => "log_bool",
        Type::Int => "log_i64",
        Type::Float => "log_f64",
        Type::Mixed => "log_value",
        Type::Str | Type::Nothing | Type::Unknown => "log",
    }
}

fn type_name(ty: Type) -> &'static str {
    match ty {
        Type::Bool => "bool",
        Type::Int => "i64",
        Type::Float => "f64",
        Type::Mixed => "Value",
        Type::Str | Type::Nothing | Type::Unknown => "str",
    }
}

/// What a document asks about its events.
fn asked(document: &Document) -> Asks {
    let mut asks = Asks::default();
    for state in &document.states {
        for transition in &state.transitions {
            asks.descriptors.extend(transition.events.iter().cloned());
            asks.see_code(transition.condition.as_ref());
            asks.see(&transition.actions);
        }
        for actions in state.entry.iter().chain(&state.exit) {
            asks.see(actions);
        }
        asks.see(state.initial.as_ref().map_or(&[], |initial| &initial.actions));
    }
    for history in &document.histories {
        asks.see(&history.actions);
    }
    asks
}

impl Asks {
    fn see_code(&mut self, code: Option<&Code>) {
        if let Some(Ok(expr)) = code.map(|code| &code.expr) {
            expr.walk(&mut |part| {
                if let Expr::Member(base, name) = part
                    && **base == Expr::Name("_event".to_owned())
                {
                    self.origin |= matches!(name.as_str(), "type" | "origin" | "origintype");
                    self.send_id |= name == "sendid";
                }
            });
        }
    }

    fn see_given(&mut self, given: Option<&Given>) {
        if let Some(Given::Code(code)) = given {
            self.see_code(Some(code));
        }
    }

    fn see(&mut self, actions: &[Action]) {
        for action in actions {
            match &action.kind {
                ActionKind::Raise(_) => {}
                ActionKind::If(arms) => {
                    for (condition, actions) in arms {
                        self.see_code(condition.as_ref());
                        self.see(actions);
                    }
                }
                ActionKind::Assign { value, .. } | ActionKind::Log(_, value) => self.see_code(value.as_ref()),
                ActionKind::Send(send) => {
                    for given in [&send.event, &send.target, &send.processor, &send.delay] {
                        self.see_given(given.as_ref());
                    }
                    let fields = send.payload.fields.iter().map(|(_, code)| code);
                    fields.chain(&send.payload.content).for_each(|code| self.see_code(Some(code)));
                }
                ActionKind::Cancel(Given::Text(id)) => {
                    self.cancelled.insert(id.text.clone());
                }
                ActionKind::Cancel(Given::Code(code)) => {
                    self.cancels_any = true;
                    self.see_code(Some(code));
                }
                ActionKind::Foreach(foreach) => self.see(&foreach.body),
            }
        }
    }
}
