//! Executable content: from its elements to actions of the language.
//!
//! An element that can only fail raises its error, and what follows in the same block is left out (the recommendation,
//! 4.1); where an element fails in some cases, what follows is done in the others.

use super::compile::Compiler;
use super::document::{Action, ActionKind, Code, Foreach, Given, Payload, Send, Text};
use super::ecmascript::{self, Binary, Expr};
use super::events::Origin;
use super::expressions::{Condition, Fault, SCXML_PROCESSOR, Scope, Value, all_present, own_address};
use super::names::quoted;
use super::rules::{ALWAYS_FAILS, LOG_NOT_COMPUTED, UNSUPPORTED_ATTRIBUTE, UNSUPPORTED_EXPRESSION};
use super::text::Step;
use super::values::{Literal, Type};
use crate::diagnostic::Diagnostic;
use crate::source::Span;

/// The most items that a `<foreach>` may go through.
const MAX_ITEMS: usize = 64;

/// What happens if a condition holds, and none before it did.
struct Arm {
    condition: Condition,
    steps: Vec<Step>,
    /// Whether it failed: what follows in the block is left out.
    is_cut: bool,
}

impl Arm {
    fn always(steps: Vec<Step>) -> Vec<Arm> {
        vec![Arm { condition: Condition::Always, steps, is_cut: false }]
    }

    fn cut(steps: Vec<Step>) -> Vec<Arm> {
        vec![Arm { condition: Condition::Always, steps, is_cut: true }]
    }
}

/// Where a `<send>` leads.
enum Queue {
    Internal,
    External,
    /// Nowhere: the error that an SCXML processor answers with.
    Nowhere(&'static str),
}

/// A delay as it is written in the language; `None` for a text that is none.
type Delay = Option<String>;

impl Compiler<'_> {
    /// The actions of a block of executable content.
    pub(super) fn block(&mut self, actions: &[Action], scope: Scope) -> Vec<Step> {
        let mut steps = Vec::new();
        self.run(actions, scope, &mut steps);
        steps
    }

    /// Adds the actions of a block; whether it certainly ends before its end, or has been written to all its ends.
    fn run(&mut self, actions: &[Action], scope: Scope, out: &mut Vec<Step>) -> bool {
        for (index, action) in actions.iter().enumerate() {
            if self.is_too_much(action.span) {
                return true;
            }
            let rest = actions.get(index + 1..).unwrap_or_default();
            if let ActionKind::Foreach(foreach) = &action.kind
                && let Some(mut unrolled) = self.unrolled(foreach, scope)
            {
                unrolled.extend_from_slice(rest);
                return self.run(&unrolled, scope, out);
            }
            let arms = possible(self.arms(action, scope));
            match arms.as_slice() {
                [only] if only.condition == Condition::Always => {
                    out.extend(only.steps.iter().cloned());
                    if only.is_cut {
                        return true;
                    }
                }
                _ => {
                    let ends = arms.iter().any(|arm| arm.is_cut);
                    let step = self.branches(arms, if ends { rest } else { &[] }, scope, action.span);
                    out.extend(step);
                    if ends {
                        return true;
                    }
                }
            }
        }
        false
    }

    /// `if` over arms, or the steps of the only one; each that was not cut goes on with `rest`.
    fn branches(&mut self, mut arms: Vec<Arm>, rest: &[Action], scope: Scope, span: Span) -> Vec<Step> {
        if arms.last().is_none_or(|arm| arm.condition != Condition::Always) {
            arms.extend(Arm::always(Vec::new()));
        }
        for arm in arms.iter_mut().filter(|arm| !arm.is_cut) {
            self.run(rest, scope, &mut arm.steps);
        }
        if arms.last().is_some_and(|arm| arm.steps.is_empty()) {
            arms.pop();
        }
        let mut written: Vec<_> = arms.into_iter().map(|arm| (arm.condition.text(), arm.steps)).collect();
        match written.as_mut_slice() {
            [] => Vec::new(),
            [(None, only)] => std::mem::take(only),
            _ => vec![Step::If(written, span)],
        }
    }

    /// What an element does, by cases.
    fn arms(&mut self, action: &Action, scope: Scope) -> Vec<Arm> {
        let span = action.span;
        match &action.kind {
            ActionKind::Raise(event) => {
                let number = self.made(event, Origin::Internal, None);
                let fields = self.fields(number, &[]);
                Arm::always(vec![self.raise(number, &fields, "", span)])
            }
            ActionKind::If(arms) => self.conditional(arms, scope, span),
            ActionKind::Assign { location, value, declares } => {
                self.assign(location, value.as_ref(), *declares, scope, span)
            }
            ActionKind::Log(label, value) => self.log(label, value.as_ref(), scope, span),
            ActionKind::Send(send) => self.send(send, scope, span),
            ActionKind::Cancel(id) => self.cancel(id, scope, span),
            // One that cannot be unrolled has been reported, or is an error.
            ActionKind::Foreach(_) => Arm::cut(self.error("error.execution", None, span)),
        }
    }

    /// An element that can only fail.
    fn fails(&mut self, error: &str, send_id: Option<&str>, span: Span, why: &str) -> Vec<Arm> {
        let message = format!("this always fails by `{error}`: {why}");
        self.report(Diagnostic::new(&ALWAYS_FAILS, span, message).help("what follows in the same block is never done"));
        Arm::cut(self.error(error, send_id, span))
    }

    /// What a fault of an expression makes of the element.
    fn faulty(&mut self, fault: Fault, code: &Code) -> Vec<Arm> {
        match fault {
            Fault::Throws => {
                let why = format!("`{}` has no value", code.text.trim());
                self.fails("error.execution", None, code.span, &why)
            }
            Fault::Refused(why) => {
                self.refuse(code, &why);
                Arm::cut(Vec::new())
            }
            Fault::Untyped => Arm::cut(Vec::new()),
        }
    }

    /// Reports an expression that cannot be imported.
    pub(super) fn refuse(&mut self, code: &Code, why: &str) {
        let message = format!("`{}` cannot be imported: {why}", code.text.trim());
        self.report(
            Diagnostic::new(&UNSUPPORTED_EXPRESSION, code.span, message).help(
                "`docs/scxml.md` says which expressions can be; an action or a guard of the host can do the rest",
            ),
        );
    }

    fn conditional(&mut self, arms: &[(Option<Code>, Vec<Action>)], scope: Scope, span: Span) -> Vec<Arm> {
        let mut compiled = Vec::new();
        for (index, (condition, actions)) in arms.iter().enumerate() {
            let condition = match condition {
                None => Condition::Always,
                Some(code) => match self.condition_of(code, scope) {
                    Ok(condition) => condition,
                    Err(Fault::Refused(why)) => {
                        self.refuse(code, &why);
                        continue;
                    }
                    Err(Fault::Untyped) => continue,
                    // It counts as false, and the error is raised before the other conditions are asked.
                    Err(Fault::Throws) => {
                        let mut steps = self.error("error.execution", None, code.span);
                        let rest = possible(self.conditional(arms.get(index + 1..).unwrap_or_default(), scope, span));
                        if rest.iter().any(|arm| arm.is_cut) {
                            self.refuse(code, "it is an error, and so is what follows it");
                        }
                        steps.extend(self.branches(rest, &[], scope, span));
                        compiled.extend(Arm::always(steps));
                        return compiled;
                    }
                },
            };
            if condition == Condition::Never {
                continue;
            }
            let mut steps = Vec::new();
            let is_cut = self.run(actions, scope, &mut steps);
            compiled.push(Arm { condition, steps, is_cut });
        }
        compiled
    }

    fn assign(&mut self, location: &Text, code: Option<&Code>, declares: bool, scope: Scope, span: Span) -> Vec<Arm> {
        let name = location.text.trim();
        let Some(variable) = self.variable(name).or_else(|| declares.then(|| self.declare(name, span))) else {
            let object = name.split(['.', '[']).next().unwrap_or_default();
            if object != name && self.variable(object).is_some() {
                let code = Code::new(name, location.span);
                self.refuse(&code, "objects and arrays are not taken apart");
                return Arm::cut(Vec::new());
            }
            return self.fails("error.execution", None, location.span, &format!("there is no data `{name}`"));
        };
        let value = match code {
            None => Value::Undefined,
            Some(code) => {
                if let Ok(expr) = &code.expr {
                    let own = self.variable_value(variable);
                    self.demand(expr, scope, &own);
                }
                match self.value_of(code, scope) {
                    Ok(value) => value,
                    Err(fault) => return self.faulty(fault, code),
                }
            }
        };
        let Some(steps) = self.assignment(variable, &value, span) else {
            if let Some(code) = code {
                self.refuse(code, "it is of another type than the variable");
            }
            return Arm::cut(Vec::new());
        };
        self.if_present(&[&value], steps, span)
    }

    /// Gives a variable a value; `None` if it is of another type.
    pub(super) fn assignment(&mut self, variable: usize, value: &Value, span: Span) -> Option<Vec<Step>> {
        self.join(variable, value);
        let (ty, identifier) = (self.variables[variable].values.ty(), self.variables[variable].identifier.clone());
        if matches!(ty, Type::Nothing | Type::Unknown) {
            // Either nothing is ever kept in it, or that has been reported where it is declared.
            return Some(Vec::new());
        }
        let text = self.value_as(value, ty)?;
        let sum = text.strip_prefix(&format!("{identifier} + ")).map(|added| ("+=", added));
        let difference = || text.strip_prefix(&format!("{identifier} - ")).map(|taken| ("-=", taken));
        let step = match sum.or_else(difference).filter(|(_, operand)| !operand.contains(' ')) {
            Some((operator, operand)) => format!("{identifier} {operator} {operand}"),
            None => format!("{identifier} = {text}"),
        };
        Some(vec![Step::Simple(step, span)])
    }

    /// Does something if all options that values need have one; else it is an error.
    fn if_present(&mut self, values: &[&Value], steps: Vec<Step>, span: Span) -> Vec<Arm> {
        let needed = values.iter().filter_map(|value| match value {
            Value::Computed(computed) => Some(computed.needs.iter().cloned()),
            _ => None,
        });
        match all_present(&needed.flatten().collect()) {
            Condition::Always | Condition::Never => Arm::always(steps),
            condition @ Condition::When(..) => {
                let mut arms = vec![Arm { condition, steps, is_cut: false }];
                arms.extend(Arm::cut(self.error("error.execution", None, span)));
                arms
            }
        }
    }

    fn log(&mut self, label: &str, value: Option<&Code>, scope: Scope, span: Span) -> Vec<Arm> {
        let Some(code) = value else { return Arm::always(vec![self.log_text(label, "", span)]) };
        // A text before the value is a part of the label.
        let (label, expr) = match &code.expr {
            Ok(Expr::Binary(Binary::Add, prefix, value)) => match &**prefix {
                Expr::Literal(Literal::Str(prefix)) => (format!("{label}{prefix}"), Ok((**value).clone())),
                _ => (label.to_owned(), code.expr.clone()),
            },
            _ => (label.to_owned(), code.expr.clone()),
        };
        let inner = Code { text: code.text.clone(), expr, span: code.span };
        match self.value_of(&inner, scope) {
            Ok(Value::Undefined) => Arm::always(vec![self.log_text(&label, "undefined", span)]),
            Ok(Value::Literal(literal)) => Arm::always(vec![self.log_text(&label, &literal.as_text(), span)]),
            Ok(Value::Computed(computed)) if computed.values.ty() != Type::Unknown => {
                let action = self.log_action(computed.values.ty());
                let logged = Step::Simple(format!("{action}({}, {})", quoted(&label), computed.text), span);
                let mut needs = computed.needs.clone();
                needs.extend(computed.values.undefined.then(|| computed.text.clone()));
                let mut arms = vec![Arm { condition: all_present(&needs), steps: vec![logged], is_cut: false }];
                arms.extend(Arm::always(vec![self.log_text(&label, "undefined", span)]));
                arms
            }
            Err(Fault::Throws) => self.faulty(Fault::Throws, code),
            Ok(Value::Computed(_)) | Err(Fault::Refused(_) | Fault::Untyped) => {
                let message = format!("the value of `{}` cannot be computed; its text is logged", code.text.trim());
                self.report(
                    Diagnostic::new(&LOG_NOT_COMPUTED, code.span, message)
                        .help("log a variable, or a text before one: `'x is ' + x`"),
                );
                Arm::always(vec![self.log_text(&label, code.text.trim(), span)])
            }
        }
    }

    fn log_text(&mut self, label: &str, text: &str, span: Span) -> Step {
        let action = self.log_action(Type::Str);
        Step::Simple(format!("{action}({}, {})", quoted(label), quoted(text)), span)
    }

    /// The values that an attribute can have, each with its condition; the last one is what is left.
    fn choices(&mut self, given: Option<&Given>, scope: Scope) -> Result<Vec<(Condition, Option<Literal>)>, Fault> {
        let code = match given {
            None => return Ok(vec![(Condition::Always, None)]),
            Some(Given::Text(text)) => return Ok(vec![(Condition::Always, Some(Literal::Str(text.text.clone())))]),
            Some(Given::Code(code)) => code,
        };
        let computed = match self.value_of(code, scope)? {
            Value::Undefined => return Err(Fault::Throws),
            Value::Literal(literal) => return Ok(vec![(Condition::Always, Some(literal))]),
            Value::Computed(computed) => computed,
        };
        let Some(literals) = computed.values.literals().cloned() else {
            return Err(Fault::Refused("what it can be is not known".to_owned()));
        };
        let mut choices = Vec::new();
        for literal in literals {
            let text = self.literal_as(&literal, computed.values.ty()).unwrap_or_default();
            choices.push((Condition::When(format!("{} == {text}", computed.text), 3), Some(literal)));
        }
        match choices.last_mut() {
            Some(last) if !computed.values.undefined => last.0 = Condition::Always,
            _ => {}
        }
        Ok(choices)
    }

    /// The delays that a `<send>` can have.
    fn delays(&mut self, send: &Send, scope: Scope) -> Result<Vec<(Condition, Option<Delay>)>, Fault> {
        if let Some(Given::Code(code)) = &send.delay
            && let Ok(Expr::Binary(Binary::Add, number, unit)) = &code.expr
            && let (Expr::Literal(Literal::Str(unit)), Value::Computed(number)) =
                (&**unit, self.value_of(&Code::known(&code.text, (**number).clone(), code.span), scope)?)
            && let ("ms" | "s", Type::Int, false) = (unit.trim(), number.values.ty(), number.values.undefined)
        {
            return Ok(vec![(Condition::Always, Some(Some(format!("(({}) * 1{})", number.text, unit.trim()))))]);
        }
        let choices = self.choices(send.delay.as_ref(), scope)?;
        let delays = choices.into_iter().map(|(condition, literal)| match literal {
            None => Ok((condition, None)),
            Some(Literal::Int(0)) => Ok((condition, Some(Some("0s".to_owned())))),
            Some(Literal::Int(_) | Literal::Float(_)) => {
                Err(Fault::Refused("a delay has a unit, `s` or `ms`".to_owned()))
            }
            Some(literal) => Ok((condition, Some(delay(&literal.as_text())))),
        });
        delays.collect()
    }

    fn send(&mut self, send: &Send, scope: Scope, span: Span) -> Vec<Arm> {
        let mut before = Vec::new();
        let id = match &send.id_location {
            None => send.id.clone(),
            Some(location) => {
                let Some(variable) = self.variable(location.text.trim()) else {
                    return self.fails(
                        "error.execution",
                        None,
                        location.span,
                        &format!("there is no data `{}`", location.text),
                    );
                };
                let id = self.send_id(span);
                let value = Value::Literal(Literal::Str(id.clone()));
                before.extend(self.assignment(variable, &value, span).unwrap_or_default());
                Some(id)
            }
        };
        let mut arms = match self.sent(send, id.as_deref(), scope, span) {
            Ok(arms) => arms,
            Err((fault, code)) => self.faulty(fault, &code),
        };
        for arm in &mut arms {
            arm.steps.splice(0..0, before.iter().cloned());
        }
        arms
    }

    /// The cases of a `<send>`, by what its attributes can be.
    fn sent(&mut self, send: &Send, id: Option<&str>, scope: Scope, span: Span) -> Result<Vec<Arm>, (Fault, Code)> {
        let with = |given: &Option<Given>| {
            let code = match given {
                Some(Given::Code(code)) => code.clone(),
                Some(Given::Text(text)) => Code::new(&text.text, text.span),
                None => Code::new("send", span),
            };
            move |fault: Fault| (fault, code)
        };
        let events = self.choices(send.event.as_ref(), scope).map_err(with(&send.event))?;
        let targets = self.choices(send.target.as_ref(), scope).map_err(with(&send.target))?;
        let processors = self.choices(send.processor.as_ref(), scope).map_err(with(&send.processor))?;
        let delays = self.delays(send, scope).map_err(with(&send.delay))?;
        let payload = self.payload(&send.payload, scope)?;
        let mut arms = Vec::new();
        for (by_event, event) in &events {
            for (by_target, target) in &targets {
                for (by_processor, processor) in &processors {
                    for (by_delay, delay) in &delays {
                        let condition = [by_target, by_processor, by_delay]
                            .into_iter()
                            .fold(by_event.clone(), |all, one| all.and(one.clone()));
                        let texts = [event, target, processor].map(|given| given.as_ref().map(Literal::as_text));
                        let inner = self.dispatched(send, texts, delay.as_ref(), &payload, id, span);
                        arms.extend(
                            inner.into_iter().map(|arm| Arm { condition: condition.clone().and(arm.condition), ..arm }),
                        );
                    }
                }
            }
        }
        if arms.last().is_none_or(|arm| arm.condition != Condition::Always) {
            arms.extend(Arm::cut(self.error("error.execution", id, span)));
        }
        Ok(arms)
    }

    /// A `<send>` of which everything is known.
    fn dispatched(
        &mut self,
        send: &Send,
        [event, target, processor]: [Option<String>; 3],
        delay: Option<&Delay>,
        payload: &[(String, Value)],
        id: Option<&str>,
        span: Span,
    ) -> Vec<Arm> {
        let queue = match self.processor(processor.as_deref(), send, span) {
            None => Queue::Nowhere("error.execution"),
            Some(()) => queue(target.as_deref()),
        };
        if let Queue::Nowhere(error) = queue {
            let is_fixed =
                !matches!(send.target, Some(Given::Code(_))) && !matches!(send.processor, Some(Given::Code(_)));
            let why = match (&target, &processor) {
                (Some(target), _) if error == "error.communication" => format!("nobody is known as `{target}`"),
                (Some(target), _) => format!("`{target}` is no target"),
                (None, processor) => {
                    format!("there is no I/O processor `{}`", processor.as_deref().unwrap_or_default())
                }
            };
            if is_fixed {
                return self.fails(error, id, span, &why);
            }
            return Arm::cut(self.error(error, id, span));
        }
        let Some(event) = event else {
            let message = "this `<send>` names no event";
            self.report(
                Diagnostic::new(&UNSUPPORTED_ATTRIBUTE, span, message)
                    .help("write its `event`: events of the language have names"),
            );
            return Arm::cut(Vec::new());
        };
        let after = match (&queue, delay) {
            (Queue::Internal, None) => String::new(),
            (Queue::Internal, Some(_)) => {
                return self.fails("error.execution", id, span, "what is sent to `#_internal` has no delay");
            }
            (_, None) => " after 0s".to_owned(),
            (_, Some(Some(delay))) => format!(" after {delay}"),
            (_, Some(None)) => {
                return self.fails("error.execution", id, span, "its delay is no time, as `1.5s` or `20ms`");
            }
        };
        let origin = if matches!(queue, Queue::Internal) { Origin::Internal } else { Origin::External };
        let is_pending = delay.is_some_and(|delay| delay.as_deref() != Some("0s"));
        let number = self.made(&event, origin, id.map(|id| (id, is_pending)));
        let fields = self.fields(number, payload);
        let values: Vec<_> = payload.iter().map(|(_, value)| value).collect();
        let raised = self.raise(number, &fields, &after, span);
        self.if_present(&values, vec![raised], span)
    }

    /// Whether events can be sent by an I/O processor.
    fn processor(&mut self, name: Option<&str>, send: &Send, span: Span) -> Option<()> {
        match name {
            None | Some("" | "scxml" | "http://www.w3.org/TR/scxml" | "http://www.w3.org/TR/scxml/") => Some(()),
            Some(name) if name == SCXML_PROCESSOR => Some(()),
            Some(name) if name.ends_with("BasicHTTPEventProcessor") || name == "basichttp" => {
                let span = match &send.processor {
                    Some(Given::Text(text)) => text.span,
                    Some(Given::Code(code)) => code.span,
                    None => span,
                };
                let message = "events that are sent over HTTP cannot be imported";
                self.report(
                    Diagnostic::new(&UNSUPPORTED_ATTRIBUTE, span, message)
                        .help("declare an `output`, and send it in the program"),
                );
                Some(())
            }
            Some(_) => None,
        }
    }

    /// What an event carries: its fields by name, `<content>` under the empty name.
    pub(super) fn payload(&mut self, payload: &Payload, scope: Scope) -> Result<Vec<(String, Value)>, (Fault, Code)> {
        let mut values = Vec::new();
        for (name, code) in &payload.fields {
            let value = self.value_of(code, scope).map_err(|fault| (fault, code.clone()))?;
            values.retain(|(earlier, _)| *earlier != name.text);
            values.push((name.text.clone(), value));
        }
        let Some(content) = &payload.content else { return Ok(values) };
        if let Ok(Expr::Object(members, text)) = &content.expr
            && text.starts_with('{')
        {
            for (name, member) in members {
                let code = Code::known(text, member.clone(), content.span);
                values.push((name.clone(), self.value_of(&code, scope).map_err(|fault| (fault, content.clone()))?));
            }
        } else {
            let value = self.value_of(content, scope).map_err(|fault| (fault, content.clone()))?;
            values.push((String::new(), value));
        }
        Ok(values)
    }

    fn raise(&mut self, number: usize, fields: &[(String, String)], after: &str, span: Span) -> Step {
        let identifier = &self.events.get(number).identifier;
        let given: Vec<_> = fields.iter().map(|(name, value)| format!("{name}: {value}")).collect();
        let given = if given.is_empty() { String::new() } else { format!(" {{ {} }}", given.join(", ")) };
        Step::Simple(format!("raise {identifier}{given}{after}"), span)
    }

    fn cancel(&mut self, id: &Given, scope: Scope, span: Span) -> Vec<Arm> {
        let choices = match (self.choices(Some(id), scope), id) {
            (Ok(choices), _) => choices,
            (Err(fault), Given::Code(code)) => return self.faulty(fault, code),
            (Err(_), Given::Text(_)) => return Vec::new(),
        };
        let mut arms = Vec::new();
        for (condition, literal) in choices {
            let id = literal.map(|literal| literal.as_text());
            let cancelled = self.events.iter().filter(|event| event.is_made && event.key.send_id == id && id.is_some());
            let steps = cancelled.map(|event| Step::Simple(format!("cancel {}", event.identifier), span));
            arms.push(Arm { condition, steps: steps.collect(), is_cut: false });
        }
        arms
    }

    /// The rounds of a `<foreach>`, one after the other; `None` if it is an error, or has been refused.
    fn unrolled(&mut self, foreach: &Foreach, scope: Scope) -> Option<Vec<Action>> {
        let items = match self.value_of(&foreach.array, scope) {
            Ok(Value::Literal(literal)) => items(&literal),
            Ok(Value::Computed(computed)) => {
                let literals = computed.values.literals().filter(|_| !computed.values.undefined);
                match literals.map(|literals| literals.iter().map(items).collect::<Vec<_>>()) {
                    Some(known) if known.len() == 1 => known.into_iter().next().flatten(),
                    // None of them is an array.
                    Some(known) if known.iter().all(Option::is_none) => None,
                    _ => {
                        self.refuse(&foreach.array, "the items of the array are not known before the machine runs");
                        return Some(Vec::new());
                    }
                }
            }
            Ok(Value::Undefined) | Err(Fault::Throws) => None,
            Err(Fault::Refused(why)) => {
                self.refuse(&foreach.array, &why);
                return Some(Vec::new());
            }
            Err(Fault::Untyped) => return Some(Vec::new()),
        };
        let items = items.filter(|_| is_identifier(&foreach.item.text))?;
        if items.len() > MAX_ITEMS {
            self.refuse(&foreach.array, &format!("it has more than {MAX_ITEMS} items"));
            return Some(Vec::new());
        }
        let mut actions = Vec::new();
        for (number, item) in (0_i64..).zip(items) {
            let mut values = vec![(&foreach.item, item)];
            values.extend(foreach.index.as_ref().map(|index| (index, Expr::Literal(Literal::Int(number)))));
            for (name, value) in &values {
                let value = Some(Code::known(&foreach.array.text, value.clone(), foreach.array.span));
                let kind = ActionKind::Assign { location: (*name).clone(), value, declares: true };
                actions.push(Action { span: name.span, kind });
            }
            let known: Vec<_> = values.iter().map(|(name, value)| (name.text.as_str(), value)).collect();
            let is_kept = known.iter().any(|(name, _)| assigns(&foreach.body, name));
            let body =
                foreach.body.iter().map(|action| if is_kept { action.clone() } else { substituted(action, &known) });
            actions.extend(body);
        }
        Some(actions)
    }
}

/// The arms that can be taken: none whose condition never holds, none behind one whose condition always does.
fn possible(arms: Vec<Arm>) -> Vec<Arm> {
    let mut kept = Vec::new();
    for arm in arms.into_iter().filter(|arm| arm.condition != Condition::Never) {
        let ends = arm.condition == Condition::Always;
        kept.push(arm);
        if ends {
            break;
        }
    }
    kept
}

/// Where a target leads (the recommendation, C.1).
fn queue(target: Option<&str>) -> Queue {
    match target {
        None | Some("") => Queue::External,
        Some("#_internal") => Queue::Internal,
        Some(target) if target == own_address() => Queue::External,
        Some(target) if target.starts_with("#_") => Queue::Nowhere("error.communication"),
        Some(_) => Queue::Nowhere("error.execution"),
    }
}

/// A time of CSS, `1.5s` or `20ms`, as a duration of the language.
fn delay(text: &str) -> Delay {
    let text = text.trim();
    let (digits, unit) = match text.strip_suffix("ms") {
        Some(digits) => (digits, 1_000_000_u128),
        None => (text.strip_suffix('s')?, 1_000_000_000),
    };
    let (whole, fraction) = digits.trim_end().split_once('.').unwrap_or((digits.trim_end(), ""));
    let is_number = |digits: &str| digits.len() <= 18 && digits.bytes().all(|digit| digit.is_ascii_digit());
    if !is_number(whole) || !is_number(fraction) || (whole.is_empty() && fraction.is_empty()) {
        return None;
    }
    let parse = |digits: &str| if digits.is_empty() { Some(0) } else { digits.parse::<u128>().ok() };
    let scale = 10_u128.pow(u32::try_from(fraction.len()).ok()?);
    let nanoseconds = parse(whole)? * unit + parse(fraction)? * unit / scale;
    let units = [(1_000_000_000, "s"), (1_000_000, "ms"), (1_000, "us"), (1, "ns")];
    let (size, name) = units.into_iter().find(|(size, _)| nanoseconds.is_multiple_of(*size))?;
    Some(format!("{}{name}", nanoseconds / size))
}

/// The items of an array.
fn items(literal: &Literal) -> Option<Vec<Expr>> {
    let Literal::Object(text) = literal else { return None };
    match ecmascript::expression(text) {
        Ok(Expr::Object(members, text)) if text.starts_with('[') => {
            Some(members.into_iter().map(|(_, item)| item).collect())
        }
        _ => None,
    }
}

fn is_identifier(text: &str) -> bool {
    matches!(ecmascript::expression(text), Ok(Expr::Name(_)))
}

/// Whether actions give a variable a value.
fn assigns(actions: &[Action], name: &str) -> bool {
    actions.iter().any(|action| match &action.kind {
        ActionKind::Assign { location, .. } => location.text == name,
        ActionKind::If(arms) => arms.iter().any(|(_, actions)| assigns(actions, name)),
        ActionKind::Foreach(foreach) => foreach.item.text == name || assigns(&foreach.body, name),
        ActionKind::Send(send) => send.id_location.as_ref().is_some_and(|location| location.text == name),
        ActionKind::Raise(_) | ActionKind::Log(..) | ActionKind::Cancel(_) => false,
    })
}

/// An action in which the values of some names are known.
fn substituted(action: &Action, known: &[(&str, &Expr)]) -> Action {
    let code = |code: &Code| {
        let expr = code.expr.clone().map(|expr| expr.with(known));
        Code { expr, ..code.clone() }
    };
    let kind = match &action.kind {
        ActionKind::Assign { location, value, declares } => {
            ActionKind::Assign { location: location.clone(), value: value.as_ref().map(code), declares: *declares }
        }
        ActionKind::If(arms) => {
            let arm = |(condition, actions): &(Option<Code>, Vec<Action>)| {
                (condition.as_ref().map(code), actions.iter().map(|action| substituted(action, known)).collect())
            };
            ActionKind::If(arms.iter().map(arm).collect())
        }
        ActionKind::Log(label, value) => ActionKind::Log(label.clone(), value.as_ref().map(code)),
        other => other.clone(),
    };
    Action { span: action.span, kind }
}

#[cfg(test)]
mod tests {
    use super::delay;

    #[test]
    fn delays_are_times_of_css() {
        for (css, fsm) in
            [("1s", "1s"), (".5s", "500ms"), ("1.5s", "1500ms"), ("20ms", "20ms"), ("0s", "0s"), ("0.5ms", "500us")]
        {
            assert_eq!(delay(css).as_deref(), Some(fsm), "{css}");
        }
        for text in ["", "s", "1", "1.2.3s", "-1s", "one second", "99999999999999999999s"] {
            assert_eq!(delay(text), None, "{text}");
        }
    }
}
