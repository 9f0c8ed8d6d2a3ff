//! From expressions of ECMAScript to expressions of the language.
//!
//! What is known is computed here; the rest is written as an expression over declared variables and the fields of the
//! event. A condition of SCXML takes any value for true or false; in the language it is spelled out what is asked.

use std::collections::BTreeSet;

use super::compile::Compiler;
use super::document::Code;
use super::ecmascript::{Binary, Expr, Unary, Unreadable};
use super::events::Origin;
use super::names::quoted;
use super::values::{Literal, Type, Values};

/// The `origintype` of events of the SCXML processor.
pub(super) const SCXML_PROCESSOR: &str = "http://www.w3.org/TR/scxml/#SCXMLEventProcessor";

/// The id of the only session there is.
const SESSION: &str = "session";

/// What the processor's own address is in `<send target="…">`.
pub(super) fn own_address() -> String {
    format!("#_scxml_{SESSION}")
}

/// What `_event` is where an expression stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Scope {
    /// Nothing has happened yet: the data gets its first values.
    Start,
    /// A transition that was triggered by this event.
    Event(usize),
    /// Executed after a transition was: entry handlers, eventless transitions.
    Between,
    /// An exit handler, which is executed before the transition is.
    Exit,
}

/// Why an expression has no value in the language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fault {
    /// It has none in SCXML either: evaluating it is an `error.execution`.
    Throws,
    /// It has one that cannot be expressed: why.
    Refused(String),
    /// It reads something without a type, which is reported where that is declared.
    Untyped,
}

/// The value of an expression.
#[derive(Debug, Clone)]
pub(super) enum Value {
    /// `undefined`, or `null`, which is not told from it.
    Undefined,
    /// A value that is known.
    Literal(Literal),
    /// A value that is computed at run time.
    Computed(Computed),
}

/// An expression of the language.
#[derive(Debug, Clone)]
pub(super) struct Computed {
    /// What it can be.
    pub(super) values: Values,
    /// The expression.
    pub(super) text: String,
    /// How strongly its outermost operator binds.
    level: u8,
    /// The options that must have values for it to have one.
    pub(super) needs: BTreeSet<String>,
}

/// A condition of the language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Condition {
    /// It never holds.
    Never,
    /// It always holds.
    Always,
    /// It holds when this expression does; with the strength of its outermost operator.
    When(String, u8),
}

// The precedence of operators.
const OR: u8 = 1;
const AND: u8 = 2;
const COMPARISON: u8 = 3;
const SUM: u8 = 4;
const PRODUCT: u8 = 5;
const UNARY: u8 = 6;
const ATOM: u8 = 7;

/// `text`, in parentheses unless it binds at least as strongly as `wanted`.
fn bound(text: &str, level: u8, wanted: u8) -> String {
    if level >= wanted { text.to_owned() } else { format!("({text})") }
}

impl Condition {
    fn known(holds: bool) -> Condition {
        if holds { Condition::Always } else { Condition::Never }
    }

    fn not(self) -> Condition {
        match self {
            Condition::Never => Condition::Always,
            Condition::Always => Condition::Never,
            Condition::When(text, level) => Condition::When(format!("!{}", bound(&text, level, UNARY)), UNARY),
        }
    }

    pub(super) fn and(self, other: Condition) -> Condition {
        match (self, other) {
            (Condition::Never, _) | (_, Condition::Never) => Condition::Never,
            (Condition::Always, other) | (other, Condition::Always) => other,
            (Condition::When(left, a), Condition::When(right, b)) => {
                Condition::When(format!("{} && {}", bound(&left, a, AND), bound(&right, b, AND + 1)), AND)
            }
        }
    }

    fn or(self, other: Condition) -> Condition {
        match (self, other) {
            (Condition::Always, _) | (_, Condition::Always) => Condition::Always,
            (Condition::Never, other) | (other, Condition::Never) => other,
            (Condition::When(left, a), Condition::When(right, b)) => {
                Condition::When(format!("{} || {}", bound(&left, a, OR), bound(&right, b, OR + 1)), OR)
            }
        }
    }

    /// The expression, if it is not known whether it holds.
    pub(super) fn text(&self) -> Option<String> {
        match self {
            Condition::When(text, _) => Some(text.clone()),
            Condition::Never | Condition::Always => None,
        }
    }
}

impl Computed {
    /// A variable or a field.
    pub(super) fn place(text: &str, values: &Values) -> Computed {
        Computed { values: values.clone(), text: text.to_owned(), level: ATOM, needs: BTreeSet::new() }
    }

    fn ty(&self) -> Type {
        self.values.ty()
    }

    /// That everything it needs has a value.
    fn present(&self) -> Condition {
        all_present(&self.needs)
    }

    /// The same as an operand of arithmetic, which needs a value.
    fn needed(mut self) -> Computed {
        if self.values.undefined {
            self.needs.insert(self.text.clone());
            self.values = self.values.defined();
        }
        self
    }
}

/// That none of these options is `none`.
pub(super) fn all_present(places: &BTreeSet<String>) -> Condition {
    let present = |place: &String| Condition::When(format!("{place} != none"), COMPARISON);
    places.iter().map(present).fold(Condition::Always, Condition::and)
}

fn refused<T>(why: impl Into<String>) -> Result<T, Fault> {
    Err(Fault::Refused(why.into()))
}

impl Compiler<'_> {
    /// The value of an expression of the document.
    pub(super) fn value_of(&mut self, code: &Code, scope: Scope) -> Result<Value, Fault> {
        match &code.expr {
            Ok(expr) => self.value(&expr.clone(), scope),
            Err(unreadable) => Err(fault(unreadable)),
        }
    }

    /// Whether an expression of the document holds.
    pub(super) fn condition_of(&mut self, code: &Code, scope: Scope) -> Result<Condition, Fault> {
        match &code.expr {
            Ok(expr) => self.condition(&expr.clone(), scope),
            Err(unreadable) => Err(fault(unreadable)),
        }
    }

    fn value(&mut self, expr: &Expr, scope: Scope) -> Result<Value, Fault> {
        match expr {
            Expr::Literal(literal) => Ok(Value::Literal(literal.clone())),
            Expr::Object(members, text) => {
                for (_, member) in members {
                    self.value(member, scope)?;
                }
                Ok(Value::Literal(Literal::Object(text.clone())))
            }
            Expr::Name(name) => self.name(name, scope),
            Expr::Member(base, name) => self.member(base, name, scope),
            Expr::Call(..) | Expr::Unary(Unary::Not, _) => Ok(value_of_condition(self.condition(expr, scope)?)),
            Expr::Unary(Unary::TypeOf, operand) => self.type_of(operand, scope),
            Expr::Unary(operator, operand) => negated(*operator, self.value(operand, scope)?),
            Expr::Binary(operator @ (Binary::And | Binary::Or), left, right) => match self.value(left, scope)? {
                Value::Computed(_) => self.logical(expr, left, right, scope),
                known if is_truthy(&known) == (*operator == Binary::And) => self.value(right, scope),
                known => Ok(known),
            },
            Expr::Binary(operator, left, right) => match operator {
                Binary::Add | Binary::Subtract | Binary::Multiply | Binary::Divide | Binary::Remainder => {
                    let (left, right) = (self.value(left, scope)?, self.value(right, scope)?);
                    arithmetic(*operator, left, right)
                }
                _ => Ok(value_of_condition(self.condition(expr, scope)?)),
            },
            Expr::Conditional(condition, then, otherwise) => match self.condition(condition, scope)? {
                Condition::Always => self.value(then, scope),
                Condition::Never => self.value(otherwise, scope),
                Condition::When(..) => refused("a value that is chosen by `?:` has to be written as `<if>`"),
            },
        }
    }

    /// `&&` and `||` as values: only of truth values are they one.
    fn logical(&mut self, whole: &Expr, left: &Expr, right: &Expr, scope: Scope) -> Result<Value, Fault> {
        for operand in [left, right] {
            let is_bool = match self.value(operand, scope)? {
                Value::Computed(computed) => computed.ty() == Type::Bool && !computed.values.undefined,
                Value::Literal(literal) => matches!(literal, Literal::Bool(_)),
                Value::Undefined => false,
            };
            if !is_bool {
                return refused("`&&` and `||` are read as conditions, not as a choice of values");
            }
        }
        Ok(value_of_condition(self.condition(whole, scope)?))
    }

    fn name(&mut self, name: &str, scope: Scope) -> Result<Value, Fault> {
        if let Some(variable) = self.variable(name) {
            return self.read(variable, scope);
        }
        match name {
            "undefined" | "null" | "_x" => Ok(Value::Undefined),
            "_name" => Ok(Value::Literal(Literal::Str(self.document_name()))),
            "_sessionid" => Ok(Value::Literal(Literal::Str(SESSION.to_owned()))),
            "_ioprocessors" => Ok(Value::Literal(Literal::Object(name.to_owned()))),
            "_event" => match scope {
                Scope::Start => Ok(Value::Undefined),
                Scope::Event(_) => Ok(Value::Literal(Literal::Object(name.to_owned()))),
                Scope::Between | Scope::Exit => refused("`_event` as a whole is known only where an event is handled"),
            },
            "Array" | "Boolean" | "Date" | "Infinity" | "JSON" | "Math" | "NaN" | "Number" | "Object" | "RegExp"
            | "String" | "console" | "isNaN" | "parseFloat" | "parseInt" | "this" => {
                refused(format!("`{name}` is not known"))
            }
            // A name that is declared nowhere is a `ReferenceError`.
            _ => Err(Fault::Throws),
        }
    }

    /// The value of a variable: before the machine starts that which it was given.
    fn read(&mut self, variable: usize, scope: Scope) -> Result<Value, Fault> {
        if scope == Scope::Start {
            let initial = self.variables[variable].initial.clone();
            return Ok(initial.map_or(Value::Undefined, Value::Literal));
        }
        let variable = &self.variables[variable];
        at(&variable.identifier, &variable.values)
    }

    fn member(&mut self, base: &Expr, name: &str, scope: Scope) -> Result<Value, Fault> {
        match base {
            Expr::Name(object) if object == "_event" => self.event_property(name, scope),
            Expr::Member(object, data)
                if data == "data" && matches!(&**object, Expr::Name(name) if name == "_event") =>
            {
                self.event_data(name, scope)
            }
            Expr::Name(object) if object == "_ioprocessors" => Ok(Value::Literal(Literal::Object(name.to_owned()))),
            Expr::Member(object, processor) if matches!(&**object, Expr::Name(name) if name == "_ioprocessors") => {
                let is_own = processor == "scxml" || processor == SCXML_PROCESSOR;
                if is_own && name == "location" {
                    Ok(Value::Literal(Literal::Str(own_address())))
                } else {
                    refused("the only I/O processor is that of SCXML")
                }
            }
            _ => match self.value(base, scope)? {
                // A member of nothing is a `TypeError`; of a number, a text or a truth value it is not there.
                Value::Undefined => Err(Fault::Throws),
                Value::Literal(Literal::Object(_)) => refused("objects and arrays are not taken apart"),
                Value::Literal(_) if name != "length" => Ok(Value::Undefined),
                Value::Computed(computed)
                    if name != "length"
                        && !computed.values.undefined
                        && matches!(computed.ty(), Type::Bool | Type::Int | Type::Float | Type::Str) =>
                {
                    Ok(Value::Undefined)
                }
                _ => refused(format!("`.{name}` is not known here")),
            },
        }
    }

    /// `_event.name` and the like.
    fn event_property(&mut self, name: &str, scope: Scope) -> Result<Value, Fault> {
        self.reads_event = true;
        let number = match scope {
            Scope::Event(number) => number,
            // Before the first event there is no `_event`.
            Scope::Start => return Err(Fault::Throws),
            Scope::Between if name == "name" => return Ok(self.last_event_name()),
            Scope::Between | Scope::Exit => {
                return refused(format!("`_event.{name}` is known only where an event is handled"));
            }
        };
        let event = self.events.get(number);
        let text = |text: &str| Ok(Value::Literal(Literal::Str(text.to_owned())));
        let is_sent = event.is_made && event.key.origin == Some(Origin::External);
        match name {
            "name" => text(&event.key.name),
            "type" => match event.key.origin {
                _ if event.done.is_some() => text("platform"),
                Some(Origin::Internal) => text("internal"),
                Some(Origin::External) => text("external"),
                Some(Origin::Platform) | None => text("platform"),
            },
            "origin" if is_sent => text(&own_address()),
            "origintype" if is_sent => text(SCXML_PROCESSOR),
            "sendid" => Ok(event.key.send_id.clone().map_or(Value::Undefined, |id| Value::Literal(Literal::Str(id)))),
            "origin" | "origintype" | "invokeid" => Ok(Value::Undefined),
            "data" => {
                if let Some(whole) = event.field("") {
                    let (place, values) = (self.field_place(number, &whole.identifier), whole.values.clone());
                    return self.touch(&place, &values);
                }
                let has_fields = !event.fields.is_empty();
                Ok(if has_fields {
                    Value::Literal(Literal::Object("_event.data".to_owned()))
                } else {
                    Value::Undefined
                })
            }
            _ => refused(format!("`_event.{name}` is not known")),
        }
    }

    /// `_event.data.name`.
    fn event_data(&mut self, name: &str, scope: Scope) -> Result<Value, Fault> {
        self.reads_event = true;
        let Scope::Event(number) = scope else {
            return match scope {
                Scope::Start => Err(Fault::Throws),
                _ => refused("`_event.data` is known only where an event is handled"),
            };
        };
        let event = self.events.get(number);
        if let Some(field) = event.field(name) {
            let (place, values) = (self.field_place(number, &field.identifier), field.values.clone());
            return self.touch(&place, &values);
        }
        if !event.is_made && event.done.is_none() {
            let identifier = self.add_outside_field(number, name);
            let place = self.field_place(number, &identifier);
            return self.touch(&place, &Values::default());
        }
        // A member of nothing is a `TypeError`.
        if event.fields.is_empty() { Err(Fault::Throws) } else { Ok(Value::Undefined) }
    }

    /// A field that an expression uses: reactions to several events can share a text only where its types agree.
    fn touch(&mut self, place: &str, values: &Values) -> Result<Value, Fault> {
        self.touched.push(format!("{place}: {:?} {}", values.ty(), values.undefined));
        at(place, values)
    }

    /// What `typeof` gives, where that is known.
    fn type_of(&mut self, operand: &Expr, scope: Scope) -> Result<Value, Fault> {
        let text = |text: &str| Ok(Value::Literal(Literal::Str(text.to_owned())));
        match self.operand_of_type_of(operand, scope)? {
            Value::Undefined => text("undefined"),
            Value::Literal(literal) => text(literal.type_of()),
            Value::Computed(computed) => match type_name(computed.ty()) {
                Some(name) if !computed.values.undefined => text(name),
                _ => refused("`typeof` is read only where it is compared with a text"),
            },
        }
    }

    /// `typeof` may be asked of a name that is declared nowhere.
    fn operand_of_type_of(&mut self, operand: &Expr, scope: Scope) -> Result<Value, Fault> {
        match self.value(operand, scope) {
            Err(Fault::Throws) if matches!(operand, Expr::Name(_)) => Ok(Value::Undefined),
            other => other,
        }
    }

    /// `typeof x == name`
    fn is_of_type(&mut self, operand: &Expr, name: &str, scope: Scope) -> Result<Condition, Fault> {
        Ok(match self.operand_of_type_of(operand, scope)? {
            Value::Undefined => Condition::known(name == "undefined"),
            Value::Literal(literal) => Condition::known(name == literal.type_of()),
            Value::Computed(computed) if name == "undefined" => is_none(&computed),
            Value::Computed(computed) if computed.ty() == Type::Mixed => {
                self.is_one_of(&computed, |literal| literal.type_of() == name)
            }
            Value::Computed(computed) => match type_name(computed.ty()) {
                Some(own) if own == name => is_none(&computed).not_none(),
                Some(_) => Condition::Never,
                None => return refused("its type is not known"),
            },
        })
    }

    fn condition(&mut self, expr: &Expr, scope: Scope) -> Result<Condition, Fault> {
        match expr {
            Expr::Unary(Unary::Not, operand) => Ok(self.condition(operand, scope)?.not()),
            Expr::Binary(operator @ (Binary::And | Binary::Or), left, right) => {
                let left = self.condition(left, scope)?;
                let is_and = *operator == Binary::And;
                if left == Condition::known(!is_and) {
                    return Ok(left);
                }
                match self.condition(right, scope) {
                    Ok(right) => Ok(if is_and { left.and(right) } else { left.or(right) }),
                    Err(Fault::Throws) if !matches!(left, Condition::Always | Condition::Never) => {
                        refused("it is an error only sometimes")
                    }
                    Err(fault) => Err(fault),
                }
            }
            Expr::Binary(operator @ (Binary::Equal(strict) | Binary::NotEqual(strict)), left, right) => {
                let equal = self.equality(left, right, *strict, scope)?;
                Ok(if matches!(operator, Binary::NotEqual(_)) { equal.not_equal() } else { equal })
            }
            Expr::Binary(Binary::In, left, right) => is_member(left, right, scope),
            Expr::Binary(operator @ (Binary::EitherOf | Binary::BothOf), left, right) => {
                let (left, right) = (self.truth_value(left, scope)?, self.truth_value(right, scope)?);
                Ok(if *operator == Binary::BothOf { left.and(right) } else { left.or(right) })
            }
            Expr::Binary(
                operator @ (Binary::Less | Binary::LessEqual | Binary::Greater | Binary::GreaterEqual),
                left,
                right,
            ) => {
                let (left, right) = self.both(left, right, scope)?;
                ordered(*operator, left, right)
            }
            Expr::Call(function, arguments) => self.call(function, arguments),
            Expr::Name(name) if name == "_event" && scope == Scope::Between => {
                let name = self.last_event_name();
                self.truth(name)
            }
            _ => {
                let value = self.value(expr, scope)?;
                self.truth(value)
            }
        }
    }

    /// An operand that is true or false, and nothing else.
    fn truth_value(&mut self, expr: &Expr, scope: Scope) -> Result<Condition, Fault> {
        match self.value(expr, scope)? {
            Value::Literal(Literal::Bool(value)) => Ok(Condition::known(value)),
            Value::Computed(computed) if computed.ty() == Type::Bool && !computed.values.undefined => {
                Ok(Condition::When(computed.text, computed.level))
            }
            _ => refused("`|` and `&` are read of truth values only"),
        }
    }

    /// `In('state')`
    fn call(&mut self, function: &Expr, arguments: &[Expr]) -> Result<Condition, Fault> {
        match (function, arguments) {
            (Expr::Name(name), [Expr::Literal(Literal::Str(id))]) if name == "In" => {
                Ok(match self.document.find(id) {
                    Some(Ok(state)) => Condition::When(format!("in {}", self.states[state]), UNARY),
                    // No configuration holds a history, or a state that is not there.
                    Some(Err(_)) | None => Condition::Never,
                })
            }
            (Expr::Name(name), _) if name == "In" => refused("`In` asks about one state, by its id"),
            _ => refused("functions are not known, except `In`"),
        }
    }

    /// Both operands. Where one is a field of an event from outside and nothing is known of it, it is like the other.
    fn both(&mut self, left: &Expr, right: &Expr, scope: Scope) -> Result<(Value, Value), Fault> {
        let (mut a, mut b) = (self.value(left, scope)?, self.value(right, scope)?);
        if self.demand(left, scope, &b) {
            a = self.value(left, scope)?;
        }
        if self.demand(right, scope, &a) {
            b = self.value(right, scope)?;
        }
        Ok((a, b))
    }

    /// Lets a field of an event from outside be like a value; whether it is such a field.
    pub(super) fn demand(&mut self, expr: &Expr, scope: Scope, value: &Value) -> bool {
        let (Expr::Member(base, name), Scope::Event(number)) = (expr, scope) else { return false };
        let is_data = matches!(&**base, Expr::Member(object, data) if data == "data" && **object == Expr::Name("_event".to_owned()));
        let ty = match value {
            Value::Undefined => return false,
            Value::Literal(literal) => Values::literal(literal.clone()).ty(),
            Value::Computed(computed) => computed.ty(),
        };
        is_data && self.type_outside_field(number, name, ty)
    }

    fn equality(&mut self, left: &Expr, right: &Expr, strict: bool, scope: Scope) -> Result<Condition, Fault> {
        match (left, right) {
            (Expr::Unary(Unary::TypeOf, operand), Expr::Literal(Literal::Str(name)))
            | (Expr::Literal(Literal::Str(name)), Expr::Unary(Unary::TypeOf, operand)) => {
                return self.is_of_type(operand, name, scope);
            }
            _ => {}
        }
        Ok(match self.both(left, right, scope)? {
            (Value::Undefined, Value::Undefined) => Condition::Always,
            (Value::Literal(left), Value::Literal(right)) => Condition::known(left.equals(&right, strict)),
            (Value::Undefined, Value::Literal(_)) | (Value::Literal(_), Value::Undefined) => Condition::Never,
            (Value::Computed(computed), Value::Undefined) | (Value::Undefined, Value::Computed(computed)) => {
                is_none(&computed)
            }
            (Value::Computed(computed), Value::Literal(literal))
            | (Value::Literal(literal), Value::Computed(computed)) => self.is_literal(&computed, &literal, strict)?,
            (Value::Computed(left), Value::Computed(right)) => {
                if left.ty() != right.ty() {
                    return refused("values of different types are compared");
                }
                let (a, b) = (bound(&left.text, left.level, SUM), bound(&right.text, right.level, SUM));
                left.present().and(right.present()).and(Condition::When(format!("{a} == {b}"), COMPARISON))
            }
        })
    }

    /// `computed == literal`
    fn is_literal(&mut self, computed: &Computed, literal: &Literal, strict: bool) -> Result<Condition, Fault> {
        let ty = computed.ty();
        if ty == Type::Mixed {
            return Ok(self.is_one_of(computed, |own| own.equals(literal, strict)));
        }
        let Some(text) = self.literal_as(literal, ty) else {
            // A literal of another type is equal to none, or loosely to some of those that are known.
            return if strict || (ty == Type::Int && matches!(literal, Literal::Float(_))) {
                Ok(Condition::Never)
            } else if computed.values.literals().is_some() {
                Ok(self.is_one_of(computed, |own| own.equals(literal, false)))
            } else {
                refused("values of different types are compared by `==`")
            };
        };
        let left = bound(&computed.text, computed.level, SUM);
        Ok(computed.present().and(Condition::When(format!("{left} == {text}"), COMPARISON)))
    }

    /// That a value whose literals are known is one of those that are `wanted`.
    fn is_one_of(&mut self, computed: &Computed, wanted: impl Fn(&Literal) -> bool) -> Condition {
        let literals: Vec<_> = computed.values.literals().into_iter().flatten().cloned().collect();
        if literals.iter().all(&wanted) {
            return is_none(computed).not_none();
        }
        let mut any = Condition::Never;
        for literal in literals.iter().filter(|literal| wanted(literal)) {
            if let Some(text) = self.literal_as(literal, computed.ty()) {
                any = any.or(Condition::When(format!("{} == {text}", computed.text), COMPARISON));
            }
        }
        any
    }

    /// Whether a condition takes a value for true.
    fn truth(&mut self, value: Value) -> Result<Condition, Fault> {
        let computed = match value {
            Value::Computed(computed) => computed,
            known => return Ok(Condition::known(is_truthy(&known))),
        };
        if computed
            .values
            .literals()
            .is_some_and(|literals| !literals.is_empty() && literals.iter().all(Literal::is_truthy))
            || computed.ty() == Type::Mixed
        {
            return Ok(self.is_one_of(&computed, Literal::is_truthy));
        }
        let text = &computed.text;
        let left = bound(text, computed.level, SUM);
        let own = match computed.ty() {
            Type::Bool => Condition::When(text.clone(), computed.level),
            Type::Int => Condition::When(format!("{left} != 0"), COMPARISON),
            Type::Float => Condition::When(format!("{left} != 0.0"), COMPARISON),
            Type::Str => Condition::When(format!("{left} != \"\""), COMPARISON),
            Type::Nothing => Condition::Never,
            Type::Mixed | Type::Unknown => return refused("its type is not known"),
        };
        Ok(computed.needed().present().and(own))
    }

    /// A literal as one of a type, if it is one.
    pub(super) fn literal_as(&mut self, literal: &Literal, ty: Type) -> Option<String> {
        Some(match (literal, ty) {
            (Literal::Bool(value), Type::Bool) => value.to_string(),
            (Literal::Int(value), Type::Int) => value.to_string(),
            (Literal::Int(_) | Literal::Float(_), Type::Float) => float(literal.as_number()?),
            (Literal::Str(text), Type::Str) => quoted(text),
            (literal, Type::Mixed) => self.variant(literal),
            _ => return None,
        })
    }

    /// A value as one of a type, for an assignment; `None` if it is not one.
    pub(super) fn value_as(&mut self, value: &Value, ty: Type) -> Option<String> {
        match value {
            Value::Undefined => Some("none".to_owned()),
            Value::Literal(literal) => self.literal_as(literal, ty),
            Value::Computed(computed) => (computed.ty() == ty).then(|| computed.text.clone()),
        }
    }
}

impl Condition {
    /// The opposite of a comparison, by the opposite operator where it is a single one.
    fn not_equal(self) -> Condition {
        match self {
            Condition::When(text, COMPARISON) => Condition::When(text.replacen(" == ", " != ", 1), COMPARISON),
            other => other.not(),
        }
    }

    /// Of `x == none`: `x != none`.
    fn not_none(self) -> Condition {
        self.not_equal()
    }
}

/// The value of a variable or a field.
fn at(place: &str, values: &Values) -> Result<Value, Fault> {
    match values.ty() {
        Type::Nothing => Ok(Value::Undefined),
        Type::Unknown => Err(Fault::Untyped),
        _ => Ok(Value::Computed(Computed::place(place, values))),
    }
}

fn fault(unreadable: &Unreadable) -> Fault {
    match unreadable {
        Unreadable::Illegal => Fault::Throws,
        Unreadable::Beyond(what) => Fault::Refused(format!("it is not read from {what} on")),
    }
}

/// `'name' in _event`
fn is_member(left: &Expr, right: &Expr, scope: Scope) -> Result<Condition, Fault> {
    match (left, right, scope) {
        (Expr::Literal(Literal::Str(name)), Expr::Name(object), Scope::Event(_)) if object == "_event" => {
            let names = ["name", "type", "sendid", "origin", "origintype", "invokeid", "data"];
            Ok(Condition::known(names.contains(&name.as_str())))
        }
        _ => refused("`in` is read only of `_event`"),
    }
}

/// That a value is `undefined`.
fn is_none(computed: &Computed) -> Condition {
    if computed.values.undefined && computed.needs.is_empty() {
        Condition::When(format!("{} == none", computed.text), COMPARISON)
    } else {
        Condition::Never
    }
}

fn is_truthy(value: &Value) -> bool {
    matches!(value, Value::Literal(literal) if literal.is_truthy())
}

fn value_of_condition(condition: Condition) -> Value {
    match condition {
        Condition::Never => Value::Literal(Literal::Bool(false)),
        Condition::Always => Value::Literal(Literal::Bool(true)),
        Condition::When(text, level) => {
            Value::Computed(Computed { values: Values::of(Type::Bool), text, level, needs: BTreeSet::new() })
        }
    }
}

fn type_name(ty: Type) -> Option<&'static str> {
    match ty {
        Type::Bool => Some("boolean"),
        Type::Int | Type::Float => Some("number"),
        Type::Str => Some("string"),
        Type::Nothing | Type::Mixed | Type::Unknown => None,
    }
}

/// A number as a float literal of the language.
fn float(value: f64) -> String {
    let text = format!("{value:?}");
    // The language writes no bare exponent: `1e21` is `1.0e21`.
    match text.split_once('e') {
        Some((digits, exponent)) if !digits.contains('.') => format!("{digits}.0e{exponent}"),
        _ => text,
    }
}

fn negated(operator: Unary, value: Value) -> Result<Value, Fault> {
    match (operator, value) {
        (Unary::Number, value @ Value::Literal(Literal::Int(_) | Literal::Float(_))) => Ok(value),
        (Unary::Negate, Value::Literal(literal)) => match literal.as_number() {
            Some(number) => Ok(Value::Literal(Literal::number(-number))),
            None => refused("only numbers are negated"),
        },
        (Unary::Negate, Value::Computed(computed)) if matches!(computed.ty(), Type::Int | Type::Float) => {
            let computed = computed.needed();
            let text = format!("-{}", bound(&computed.text, computed.level, UNARY));
            Ok(Value::Computed(Computed {
                values: Values::of(computed.ty()),
                text,
                level: UNARY,
                needs: computed.needs,
            }))
        }
        _ => refused("only numbers are negated"),
    }
}

/// The symbol and the strength of an operator.
fn symbol(operator: Binary) -> (&'static str, u8) {
    match operator {
        Binary::Or => ("||", OR),
        Binary::And => ("&&", AND),
        Binary::EitherOf => ("|", OR),
        Binary::BothOf => ("&", AND),
        Binary::Equal(_) => ("==", COMPARISON),
        Binary::NotEqual(_) => ("!=", COMPARISON),
        Binary::Less => ("<", COMPARISON),
        Binary::LessEqual => ("<=", COMPARISON),
        Binary::Greater => (">", COMPARISON),
        Binary::GreaterEqual => (">=", COMPARISON),
        Binary::In => ("in", COMPARISON),
        Binary::Add => ("+", SUM),
        Binary::Subtract => ("-", SUM),
        Binary::Multiply => ("*", PRODUCT),
        Binary::Divide => ("/", PRODUCT),
        Binary::Remainder => ("%", PRODUCT),
    }
}

fn ordered(operator: Binary, left: Value, right: Value) -> Result<Condition, Fault> {
    if let (Value::Literal(left), Value::Literal(right)) = (&left, &right)
        && let (Some(left), Some(right)) = (left.as_number(), right.as_number())
    {
        return Ok(Condition::known(match operator {
            Binary::Less => left < right,
            Binary::LessEqual => left <= right,
            Binary::Greater => left > right,
            _ => left >= right,
        }));
    }
    // Nothing is less than `undefined`.
    if matches!(left, Value::Undefined) || matches!(right, Value::Undefined) {
        return Ok(Condition::Never);
    }
    let (left, right) = numbers(left, right, "only numbers are ordered")?;
    let text = format!(
        "{} {} {}",
        bound(&left.text, left.level, SUM),
        symbol(operator).0,
        bound(&right.text, right.level, SUM)
    );
    Ok(left.present().and(right.present()).and(Condition::When(text, COMPARISON)))
}

fn arithmetic(operator: Binary, left: Value, right: Value) -> Result<Value, Fault> {
    if let (Value::Literal(left), Value::Literal(right)) = (&left, &right) {
        return fold(operator, left, right);
    }
    if let (Value::Undefined, _) | (_, Value::Undefined) = (&left, &right) {
        return refused("it computes with a value that is never given");
    }
    let is_zero = |value: &Value| matches!(value, Value::Literal(literal) if literal.as_number() == Some(0.0));
    let divides = matches!(operator, Binary::Divide | Binary::Remainder);
    if divides && (is_zero(&right) || !matches!(right, Value::Literal(_))) {
        return refused("the divisor has to be a number other than zero");
    }
    let (left, right) = numbers(left, right, "only numbers are computed with, and texts are not put together")?;
    let ty = left.ty();
    if operator == Binary::Divide && ty == Type::Int {
        return refused("the quotient of two integers may be a fraction");
    }
    if operator == Binary::Remainder && ty == Type::Float {
        return refused("the remainder of fractions is not known");
    }
    let (sign, level) = symbol(operator);
    let text =
        format!("{} {sign} {}", bound(&left.text, left.level, level), bound(&right.text, right.level, level + 1));
    let needs = left.needs.union(&right.needs).cloned().collect();
    Ok(Value::Computed(Computed { values: Values::of(ty), text, level, needs }))
}

fn fold(operator: Binary, left: &Literal, right: &Literal) -> Result<Value, Fault> {
    let is_text = matches!(left, Literal::Str(_)) || matches!(right, Literal::Str(_));
    if operator == Binary::Add && is_text {
        return Ok(Value::Literal(Literal::Str(left.as_text() + &right.as_text())));
    }
    let (Some(a), Some(b)) = (left.as_number(), right.as_number()) else {
        return refused("only numbers are computed with");
    };
    let result = match operator {
        Binary::Add => a + b,
        Binary::Subtract => a - b,
        Binary::Multiply => a * b,
        Binary::Divide => a / b,
        _ => a % b,
    };
    if result.is_finite() { Ok(Value::Literal(Literal::number(result))) } else { refused("the result is no number") }
}

/// Both values as numbers of one type.
fn numbers(left: Value, right: Value, why: &str) -> Result<(Computed, Computed), Fault> {
    let ty = |value: &Value| match value {
        Value::Computed(computed) => Some(computed.ty()),
        _ => None,
    };
    let common = ty(&left).or(ty(&right)).filter(|ty| matches!(ty, Type::Int | Type::Float));
    let as_number = |value: Value| match (value, common) {
        (Value::Computed(computed), Some(common)) if computed.ty() == common => Ok(computed.needed()),
        (Value::Literal(Literal::Int(number)), Some(Type::Int)) => {
            Ok(Computed::place(&number.to_string(), &Values::of(Type::Int)))
        }
        (Value::Literal(literal), Some(Type::Float)) if literal.as_number().is_some() => {
            Ok(Computed::place(&float(literal.as_number().unwrap_or_default()), &Values::of(Type::Float)))
        }
        (Value::Literal(Literal::Float(_)) | Value::Computed(_), Some(_)) => {
            refused("whole numbers and fractions are mixed")
        }
        _ => refused(why),
    };
    Ok((as_number(left)?, as_number(right)?))
}
