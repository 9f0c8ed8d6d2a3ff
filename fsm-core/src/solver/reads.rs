//! What the names in expressions stand for: variables with their ranges, the event, limits, host guards and what is
//! active.

use super::formula::{Formula, Linear};
use super::problem::{Frame, Problem};
use super::value::{OPAQUE, Shown, Value, all_floats, number_of_index};
use crate::model::{BaseType, Guard, Id, Interval, Limit, Machine, Report, State, StateKind, Type, Variable};
use crate::source::Span;
use crate::syntax::phrase;

/// Named guards are expanded so deep; what lies deeper is taken for unknown.
const MOST_NESTED_GUARDS: usize = 40;

/// So many calls of one host guard are held to answer equal arguments equally.
const MOST_RELATED_CALLS: usize = 12;

const BOOL: Type = Type::Plain(BaseType::Bool);

/// What an expression reads.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Read {
    Variable(Id<Variable>),
    Field(String),
    Limit(Id<Limit>),
    /// Which child of a composite is active, if the composite is.
    Child(Id<State>),
    /// Whether a state is active after something has been done.
    Active(Id<State>, u32),
    /// A host guard with its arguments, at the moment.
    Guard(Id<Guard>, u32, Vec<Value>),
}

/// A value that a witness can name.
#[derive(Debug, Clone)]
pub(super) struct Named {
    pub(super) name: Name,
    pub(super) ty: Type,
    pub(super) value: Value,
}

/// How a value is named.
#[derive(Debug, Clone)]
pub(super) enum Name {
    Text(String),
    /// A host guard inside the body of another guard, by the values of its arguments.
    Call(Id<Guard>, Vec<Value>),
    /// The active child of this composite.
    Child(Id<State>),
}

impl Problem<'_> {
    /// What a value is given that nothing is known of.
    pub(super) fn unknown(&mut self, ty: Type) -> Value {
        self.store.is_lost = true;
        self.any_value(ty, None)
    }

    /// Any value of a type, within the interval if there is one.
    pub(super) fn any_value(&mut self, ty: Type, interval: Option<Interval>) -> Value {
        let base = match ty {
            Type::Plain(base) => base,
            Type::Optional(base) => {
                let is_some = self.store.flag();
                let payload = Box::new(self.any_value(Type::Plain(base), interval));
                return Value::Option { is_some, payload };
            }
        };
        match base {
            BaseType::Bool => Value::Truth(self.store.flag()),
            BaseType::Int(int) => {
                let range = interval.unwrap_or_else(|| int.interval());
                Value::Number(self.new_variable(range, Shown::Number))
            }
            BaseType::Duration => {
                let range = interval.unwrap_or(Interval::DURATION);
                Value::Number(self.new_variable(range, Shown::Duration))
            }
            BaseType::Float => {
                Value::Float { rank: self.new_variable(all_floats(), Shown::Float), is_nan: self.store.flag() }
            }
            BaseType::Enum(id) => {
                let last = self.program.enums[id].variants.len().saturating_sub(1);
                Value::Number(self.new_variable(Interval { low: 0, high: number_of_index(last) }, Shown::Number))
            }
            BaseType::Str | BaseType::Extern(_) => Value::Number(self.new_variable(OPAQUE, Shown::Number)),
        }
    }

    /// A truth value, or any where it is none.
    pub(super) fn truth(&mut self, value: &Value) -> Formula {
        match value {
            Value::Truth(truth) => *truth,
            Value::Number(_) | Value::Float { .. } | Value::Option { .. } => self.store.unknown(),
        }
    }

    pub(super) fn read(&mut self, read: Read, name: Name, ty: Type, interval: Option<Interval>) -> Value {
        if let Some(value) = self.reads.get(&read) {
            return value.clone();
        }
        let value = self.any_value(ty, interval);
        self.named.push(Named { name, ty, value: value.clone() });
        self.reads.insert(read, value.clone());
        value
    }

    pub(super) fn variable(&mut self, id: Id<Variable>) -> Value {
        if let Some(value) = self.now.get(&Read::Variable(id)) {
            return value.clone();
        }
        let variable = &self.machine.variables[id];
        let name = Name::Text(variable.name.text.clone());
        self.read(Read::Variable(id), name, variable.ty, variable.interval)
    }

    /// A field of the event: of one stimulus there is only one of a name.
    pub(super) fn field(&mut self, name: &str, ty: Type) -> Value {
        self.read(Read::Field(name.to_owned()), Name::Text(format!("event.{name}")), ty, None)
    }

    /// How often a limit has counted: never more often than it allows.
    pub(super) fn limit(&mut self, id: Id<Limit>) -> Value {
        let read = Read::Limit(id);
        if let Some(value) = self.now.get(&read).or_else(|| self.reads.get(&read)) {
            return value.clone();
        }
        let limit = &self.machine.limits[id];
        let ty = Type::Plain(BaseType::Int(crate::model::IntType::U32));
        let value = self.read(read, Name::Text(limit.name.text.clone()), ty, None);
        let is_within = self.is_within(id, &value);
        let is_zero = self.equal(&value, &Value::Number(Linear::constant(0)));
        let fact = self.store.any([is_zero, is_within]);
        self.store.facts.push(fact);
        value
    }

    /// Whether a limit allows so many.
    pub(super) fn is_within(&mut self, id: Id<Limit>, count: &Value) -> Formula {
        let limit = &self.machine.limits[id];
        let bound = self.value(&limit.bound);
        if limit.inclusive { !self.less(&bound, count, true) } else { self.less(count, &bound, true) }
    }

    /// Whether a named guard holds: by its body, or as the host answers.
    pub(super) fn guard(&mut self, id: Id<Guard>, arguments: Vec<Value>, span: Span, depth: usize) -> Formula {
        let machine: &Machine = self.machine;
        if let Some(body) = &machine.guards[id].body {
            if depth == MOST_NESTED_GUARDS {
                return self.store.unknown();
            }
            let mut frame = Frame { parameters: arguments, depth: depth + 1, ..Frame::default() };
            let value = self.eval(body, &mut frame);
            return self.truth(&value);
        }
        let name = if depth == 0 { Name::Text(phrase(self.sources, span)) } else { Name::Call(id, arguments.clone()) };
        let read = Read::Guard(id, self.moment, arguments.clone());
        let is_known = self.reads.contains_key(&read);
        let value = self.read(read, name, BOOL, None);
        let answer = self.truth(&value);
        if !is_known {
            self.relate_calls(id, &arguments, answer);
        }
        answer
    }

    /// A host guard answers equal arguments equally.
    fn relate_calls(&mut self, id: Id<Guard>, arguments: &[Value], answer: Formula) {
        let others: Vec<(Vec<Value>, Value)> = self
            .reads
            .iter()
            .filter_map(|(read, value)| match read {
                Read::Guard(of, moment, others) if *of == id && *moment == self.moment && others != arguments => {
                    Some((others.clone(), value.clone()))
                }
                _ => None,
            })
            .collect();
        if others.len() > MOST_RELATED_CALLS {
            self.store.is_lost = true;
            return;
        }
        for (others, value) in others {
            let equal: Vec<Formula> =
                arguments.iter().zip(&others).map(|(argument, other)| self.equal(argument, other)).collect();
            let (are_equal, other) = (self.store.all(equal), self.truth(&value));
            let same = self.store.same(answer, other);
            let fact = self.store.any([!are_equal, same]);
            self.store.facts.push(fact);
        }
    }

    /// Whether a state is active. What is around the reacting state is; of the children of a composite only one is.
    pub(super) fn is_active(&mut self, state: Id<State>) -> Formula {
        if self.moment > 0 {
            self.store.is_lost = true;
            let name = Name::Text(format!("in {}", self.machine.qualified_name(state)));
            let value = self.read(Read::Active(state, self.moment), name, BOOL, None);
            return self.truth(&value);
        }
        let machine = self.machine;
        let mut parts = Vec::new();
        let mut inner = state;
        while let Some(outer) = machine.states[inner].parent {
            if inner == self.state || machine.is_descendant(self.state, inner) {
                break;
            }
            if let StateKind::Composite { .. } = machine.states[outer].kind {
                if machine.is_descendant(self.state, outer) {
                    // Another child of the same composite is active.
                    return Formula::FALSE;
                }
                parts.push(self.is_active_child(outer, inner));
            }
            inner = outer;
        }
        self.store.all(parts)
    }

    fn is_active_child(&mut self, composite: Id<State>, child: Id<State>) -> Formula {
        let children = &self.machine.states[composite].children;
        let number = children.iter().position(|&of| of == child).unwrap_or_default();
        let last = children.len().saturating_sub(1);
        let read = Read::Child(composite);
        let active = if let Some(Value::Number(active)) = self.reads.get(&read) {
            active.clone()
        } else {
            let active = self.new_variable(Interval { low: 0, high: number_of_index(last) }, Shown::Number);
            let value = Value::Number(active.clone());
            self.named.push(Named { name: Name::Child(composite), ty: BOOL, value: value.clone() });
            self.reads.insert(read, value);
            active
        };
        self.store.equal(&active, &Linear::constant(number_of_index(number)))
    }

    /// The number that stands for a text.
    pub(super) fn number_of_text(&mut self, text: &str) -> i128 {
        let known = self.texts.iter().position(|known| known == text);
        number_of_index(known.unwrap_or_else(|| {
            self.texts.push(text.to_owned());
            self.texts.len() - 1
        }))
    }
}

/// What `event` tells where no declared event is handled.
pub(super) fn report_name(report: Report) -> &'static str {
    match report {
        Report::Origin => "origin",
        Report::Message => "message",
        Report::Value => "value",
        Report::Error => "error",
    }
}
