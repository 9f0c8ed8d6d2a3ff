//! What an expression is worth.
//!
//! Integers are unbounded here as in the language: what could leave 127 bits is refused when a machine is built. An
//! expression has a value but where an option that it narrows has become `none`, or a context has no value because none
//! could be given.

use super::{Happening, Host, Interpreter, Stimulus, Value};
use crate::model::{BaseType, BinaryOperator, Expr, ExprKind, Guard, Id, Place, Report, Type, UnaryOperator, Variable};

/// An expression that has no value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct NoValue;

/// Evaluates expressions at one moment.
pub(super) struct Evaluator<'e, 'p> {
    pub(super) interpreter: &'e Interpreter<'p>,
    pub(super) stimulus: &'e Stimulus,
    pub(super) host: &'e mut dyn Host,
    pub(super) trace: &'e mut Vec<Happening>,
}

/// What names stand for inside an expression.
#[derive(Default)]
struct Frame {
    parameters: Vec<Value>,
    narrowed: Vec<(Place, Value)>,
}

impl Interpreter<'_> {
    /// What an expression is worth now, outside of any event; `None` where it needs one, or the context of a state that
    /// is not active. Only host guards are asked of the host.
    pub fn evaluate(&self, expr: &Expr, host: &mut dyn Host) -> Option<Value> {
        let stimulus = Stimulus::Nothing;
        let mut evaluator = Evaluator { interpreter: self, stimulus: &stimulus, host, trace: &mut Vec::new() };
        evaluator.value(expr).ok()
    }

    /// The initial value of a variable; `None` if it has none. It asks for nothing but constants and params.
    pub(super) fn initial_value(&self, id: Id<Variable>) -> Option<Value> {
        let default = self.machine.variables[id].default.as_ref()?;
        let mut trace = Vec::new();
        let stimulus = Stimulus::Nothing;
        let mut evaluator =
            Evaluator { interpreter: self, stimulus: &stimulus, host: &mut super::NoHost, trace: &mut trace };
        evaluator.value(default).ok()
    }
}

impl Evaluator<'_, '_> {
    /// Whether a condition holds. Without a value it does not.
    pub(super) fn holds(&mut self, condition: &Expr) -> bool {
        self.eval(condition, &mut Frame::default()) == Ok(Value::Bool(true))
    }

    /// A value that is kept or passed on.
    pub(super) fn value(&mut self, expr: &Expr) -> Result<Value, NoValue> {
        let mut frame = Frame::default();
        let mut inner = expr;
        // A condition without a value is false; a value that is to be kept is missed.
        while let ExprKind::Narrow(place, body) = &inner.kind {
            self.narrow(place, &mut frame)?;
            inner = body;
        }
        self.eval(inner, &mut frame)
    }

    fn narrow(&mut self, place: &Place, frame: &mut Frame) -> Result<(), NoValue> {
        let value = self.place(place, frame)?;
        if value == Value::None {
            return Err(NoValue);
        }
        frame.narrowed.push((place.clone(), value));
        Ok(())
    }

    fn eval(&mut self, expr: &Expr, frame: &mut Frame) -> Result<Value, NoValue> {
        Ok(match &expr.kind {
            ExprKind::Bool(value) => Value::Bool(*value),
            ExprKind::Int(value) => Value::Int(*value),
            ExprKind::Duration(nanoseconds) => Value::Duration(i128::from(*nanoseconds)),
            ExprKind::Float(value) => Value::Float(*value),
            ExprKind::Str(text) => match expr.ty {
                Type::Plain(BaseType::Extern(_)) => Value::Extern(text.clone()),
                _ => Value::Text(text.clone()),
            },
            ExprKind::Variant(of, index) => Value::Variant(*of, *index),
            ExprKind::None => Value::None,
            ExprKind::Some(inner) => self.eval(inner, frame)?,
            ExprKind::Variable(id) => self.variable(*id)?,
            ExprKind::EventField { name, .. } => self.field(name)?,
            ExprKind::Reported(report) => self.reported(*report)?,
            ExprKind::Parameter(index) => frame.parameters.get(*index).cloned().ok_or(NoValue)?,
            ExprKind::Guard(id, arguments) => {
                // A guard that is given what its parameters cannot hold does not hold.
                let mut values = Vec::with_capacity(arguments.len());
                for (parameter, argument) in self.interpreter.machine.guards[*id].parameters.iter().zip(arguments) {
                    let value = self.eval(argument, frame)?;
                    if !value.fits(parameter.ty, None) {
                        return Ok(Value::Bool(false));
                    }
                    values.push(value);
                }
                Value::Bool(self.guard(*id, values))
            }
            ExprKind::Limit(id) => Value::Int(i128::from(self.interpreter.counts[id.index()])),
            ExprKind::In(state) => Value::Bool(self.interpreter.is_active(*state)),
            ExprKind::Unary(UnaryOperator::Not, operand) => match self.eval(operand, frame)? {
                Value::Bool(value) => Value::Bool(!value),
                _ => return Err(NoValue),
            },
            ExprKind::Unary(UnaryOperator::Negate, operand) => match self.eval(operand, frame)? {
                Value::Int(value) => Value::Int(value.checked_neg().ok_or(NoValue)?),
                Value::Float(value) => Value::Float(-value),
                _ => return Err(NoValue),
            },
            ExprKind::Binary(operator, left, right) => self.binary(*operator, left, right, frame)?,
            ExprKind::MinMax { max, operands } => {
                let (left, right) = (self.eval(&operands.0, frame)?, self.eval(&operands.1, frame)?);
                if is_less(&left, &right)? == *max { right } else { left }
            }
            ExprKind::Narrow(place, body) => {
                let depth = frame.narrowed.len();
                if self.narrow(place, frame).is_err() {
                    return Ok(Value::Bool(false));
                }
                let value = self.eval(body, frame);
                frame.narrowed.truncate(depth);
                value?
            }
            ExprKind::Narrowed(place) => {
                let known = frame.narrowed.iter().rev().find(|(of, _)| of == place);
                known.map(|(_, value)| value.clone()).ok_or(NoValue)?
            }
        })
    }

    fn binary(
        &mut self,
        operator: BinaryOperator,
        left: &Expr,
        right: &Expr,
        frame: &mut Frame,
    ) -> Result<Value, NoValue> {
        let left = self.eval(left, frame)?;
        match (operator, &left) {
            (BinaryOperator::And, Value::Bool(false)) | (BinaryOperator::Or, Value::Bool(true)) => return Ok(left),
            _ => {}
        }
        let right = self.eval(right, frame)?;
        Ok(match operator {
            BinaryOperator::And | BinaryOperator::Or => right,
            BinaryOperator::Equal => Value::Bool(left == right),
            BinaryOperator::NotEqual => Value::Bool(left != right),
            BinaryOperator::Less => Value::Bool(is_less(&left, &right)?),
            BinaryOperator::Greater => Value::Bool(is_less(&right, &left)?),
            // Not the negation of the others: a float that is no number compares with nothing.
            BinaryOperator::LessEqual => Value::Bool(is_less(&left, &right)? || left == right),
            BinaryOperator::GreaterEqual => Value::Bool(is_less(&right, &left)? || left == right),
            BinaryOperator::Add
            | BinaryOperator::Subtract
            | BinaryOperator::Multiply
            | BinaryOperator::Divide
            | BinaryOperator::Remainder => arithmetic(operator, &left, &right)?,
        })
    }

    fn place(&self, place: &Place, frame: &Frame) -> Result<Value, NoValue> {
        match place {
            Place::Variable(id) => self.variable(*id),
            Place::EventField { name, .. } => self.field(name),
            Place::Parameter(index) => frame.parameters.get(*index).cloned().ok_or(NoValue),
        }
    }

    fn variable(&self, id: Id<Variable>) -> Result<Value, NoValue> {
        self.interpreter.values[id.index()].clone().ok_or(NoValue)
    }

    /// A field of the event that is being handled: each event has it at a place of its own.
    fn field(&self, name: &str) -> Result<Value, NoValue> {
        let Stimulus::Event(occurrence) = self.stimulus else { return Err(NoValue) };
        let declared = &self.interpreter.machine.events[occurrence.event].fields;
        let index = declared.iter().position(|field| field.name.text == name).ok_or(NoValue)?;
        occurrence.fields.get(index).cloned().ok_or(NoValue)
    }

    fn reported(&self, report: Report) -> Result<Value, NoValue> {
        match (report, self.stimulus) {
            (Report::Origin, Stimulus::Error(failure)) => Ok(Value::Text(failure.origin.clone())),
            (Report::Message, Stimulus::Error(failure)) => Ok(Value::Text(failure.message.clone())),
            (Report::Value, Stimulus::TaskDone { value, .. }) => Ok(value.clone()),
            (Report::Error, Stimulus::TaskFailed { message, .. }) => Ok(Value::Text(message.clone())),
            _ => Err(NoValue),
        }
    }

    /// Whether a named guard holds: by its body, or as the host answers.
    fn guard(&mut self, id: Id<Guard>, arguments: Vec<Value>) -> bool {
        let interpreter = self.interpreter;
        if let Some(body) = &interpreter.machine.guards[id].body {
            let mut frame = Frame { parameters: arguments, narrowed: Vec::new() };
            return self.eval(body, &mut frame) == Ok(Value::Bool(true));
        }
        let answer = self.host.guard(id, &arguments);
        self.trace.push(Happening::Asked { guard: id, arguments, answer });
        answer
    }
}

fn is_less(left: &Value, right: &Value) -> Result<bool, NoValue> {
    match (left, right) {
        (Value::Int(left), Value::Int(right)) | (Value::Duration(left), Value::Duration(right)) => Ok(left < right),
        (Value::Float(left), Value::Float(right)) => Ok(left < right),
        _ => Err(NoValue),
    }
}

/// Integers with integers, floats with floats, durations with each other, and durations times or through integers.
fn arithmetic(operator: BinaryOperator, left: &Value, right: &Value) -> Result<Value, NoValue> {
    let (a, b) = match (left, right) {
        (Value::Float(left), Value::Float(right)) => return Ok(Value::Float(float(operator, *left, *right)?)),
        (Value::Int(left) | Value::Duration(left), Value::Int(right) | Value::Duration(right)) => (*left, *right),
        _ => return Err(NoValue),
    };
    let result = operator.compute(a, b).ok_or(NoValue)?;
    let is_duration = matches!(left, Value::Duration(_)) || matches!(right, Value::Duration(_));
    Ok(if is_duration { Value::Duration(result) } else { Value::Int(result) })
}

fn float(operator: BinaryOperator, left: f64, right: f64) -> Result<f64, NoValue> {
    match operator {
        BinaryOperator::Add => Ok(left + right),
        BinaryOperator::Subtract => Ok(left - right),
        BinaryOperator::Multiply => Ok(left * right),
        BinaryOperator::Divide => Ok(left / right),
        BinaryOperator::Remainder => Ok(left % right),
        _ => Err(NoValue),
    }
}
