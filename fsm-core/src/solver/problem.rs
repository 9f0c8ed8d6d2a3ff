//! One question: expressions of a definition as formulas, and what the names in them stand for.

use std::collections::BTreeMap;

use super::Verdict;
use super::arithmetic::Computed;
use super::formula::{Formula, Linear, Store};
use super::reads::{Named, Read, report_name};
use super::search::{Found, search};
use super::value::{Shown, Value, none, number_of_index, rank};
use crate::model::{BinaryOperator, Expr, ExprKind, Id, Interval, Machine, Place, Program, State, UnaryOperator};
use crate::source::Sources;

/// So many formulas a question may have; what comes after is taken for unknown.
const MOST_FORMULAS: usize = 50_000;

/// What names stand for inside an expression.
#[derive(Default)]
pub(super) struct Frame {
    pub(super) parameters: Vec<Value>,
    pub(super) narrowed: Vec<(Place, Value)>,
    /// How many named guards it stands in.
    pub(super) depth: usize,
}

/// One question about a state: formulas over what can be read there, all at one moment unless actions are performed in
/// between.
///
/// Where something cannot be expressed, it may take any value. So what is found to be impossible is impossible.
#[derive(Debug)]
pub struct Problem<'p> {
    pub(super) program: &'p Program,
    pub(super) machine: &'p Machine,
    pub(super) sources: &'p Sources,
    /// The innermost state that is known to be active.
    pub(super) state: Id<State>,
    pub(super) store: Store,
    pub(super) reads: BTreeMap<Read, Value>,
    /// What variables and limits are worth after actions, where that differs from what was read.
    pub(super) now: BTreeMap<Read, Value>,
    pub(super) computed: Computed,
    /// What a witness can name, in the order in which it was read.
    pub(super) named: Vec<Named>,
    /// How each variable is shown.
    pub(super) shown: Vec<Shown>,
    /// The texts that are written out.
    pub(super) texts: Vec<String>,
    /// Counts how often the host or the configuration may have changed.
    pub(super) moment: u32,
}

impl<'p> Problem<'p> {
    pub(super) fn new(program: &'p Program, machine: &'p Machine, sources: &'p Sources, state: Id<State>) -> Self {
        Problem {
            program,
            machine,
            sources,
            state,
            store: Store::new(),
            reads: BTreeMap::new(),
            now: BTreeMap::new(),
            computed: Computed::default(),
            named: Vec::new(),
            shown: Vec::new(),
            texts: Vec::new(),
            moment: 0,
        }
    }

    /// That an expression holds.
    pub fn holds(&mut self, condition: &Expr) -> Formula {
        let value = self.value(condition);
        self.truth(&value)
    }

    /// That a state is active.
    pub fn active(&mut self, state: Id<State>) -> Formula {
        self.is_active(state)
    }

    /// What may hold or not.
    pub fn anything(&mut self) -> Formula {
        self.store.unknown()
    }

    /// That all of these hold.
    pub fn all(&mut self, formulas: impl IntoIterator<Item = Formula>) -> Formula {
        self.store.all(formulas)
    }

    /// That one of these holds.
    pub fn any(&mut self, formulas: impl IntoIterator<Item = Formula>) -> Formula {
        self.store.any(formulas)
    }

    /// Whether all of these can hold at once.
    #[must_use]
    pub fn decide(&self, formulas: &[Formula]) -> Verdict {
        if formulas.contains(&Formula::FALSE) {
            return Verdict::Never;
        }
        let choose =
            |variable: usize, left: Interval| self.shown.get(variable).copied().unwrap_or(Shown::Number).choose(left);
        match search(&self.store, formulas, &choose) {
            Found::Nothing => Verdict::Never,
            Found::Undecided => Verdict::Undecided,
            Found::Model(model) => Verdict::Possible(self.witness(model, formulas)),
        }
    }

    /// What an expression is worth.
    pub(super) fn value(&mut self, expr: &Expr) -> Value {
        self.eval(expr, &mut Frame::default())
    }

    pub(super) fn eval(&mut self, expr: &Expr, frame: &mut Frame) -> Value {
        if self.store.nodes.len() > MOST_FORMULAS {
            return self.unknown(expr.ty);
        }
        match &expr.kind {
            ExprKind::Bool(value) => Value::Truth(if *value { Formula::TRUE } else { Formula::FALSE }),
            ExprKind::Int(value) => Value::Number(Linear::constant(*value)),
            ExprKind::Duration(value) => Value::Number(Linear::constant(i128::from(*value))),
            ExprKind::Float(value) => Value::Float { rank: Linear::constant(rank(*value)), is_nan: Formula::FALSE },
            ExprKind::Str(text) => Value::Number(Linear::constant(self.number_of_text(text))),
            ExprKind::Variant(_, index) => Value::Number(Linear::constant(number_of_index(*index))),
            ExprKind::None => none(expr.ty),
            ExprKind::Some(inner) => match self.eval(inner, frame) {
                option @ Value::Option { .. } => option,
                payload => Value::Option { is_some: Formula::TRUE, payload: Box::new(payload) },
            },
            ExprKind::Variable(id) => self.variable(*id),
            ExprKind::EventField { name, .. } => self.field(name, expr.ty),
            ExprKind::Reported(report) => self.field(report_name(*report), expr.ty),
            ExprKind::Parameter(index) => match frame.parameters.get(*index) {
                Some(value) => value.clone(),
                None => self.unknown(expr.ty),
            },
            ExprKind::Guard(id, arguments) => {
                let arguments = arguments.iter().map(|argument| self.eval(argument, frame)).collect();
                Value::Truth(self.guard(*id, arguments, expr.span, frame.depth))
            }
            ExprKind::Limit(id) => self.limit(*id),
            ExprKind::In(state) => Value::Truth(self.is_active(*state)),
            ExprKind::Unary(UnaryOperator::Not, operand) => {
                let operand = self.eval(operand, frame);
                Value::Truth(!self.truth(&operand))
            }
            ExprKind::Unary(UnaryOperator::Negate, operand) => match self.eval(operand, frame) {
                Value::Number(number) => self.number_or_any(number.times(-1), expr.ty),
                Value::Float { rank, is_nan } => match rank.times(-1) {
                    Some(rank) => Value::Float { rank, is_nan },
                    None => self.unknown(expr.ty),
                },
                Value::Truth(_) | Value::Option { .. } => self.unknown(expr.ty),
            },
            ExprKind::Binary(operator, left, right) => {
                let (left, right) = (self.eval(left, frame), self.eval(right, frame));
                self.binary(*operator, left, right, expr.ty)
            }
            ExprKind::MinMax { max, operands } => {
                let (left, right) = (self.eval(&operands.0, frame), self.eval(&operands.1, frame));
                let is_less = self.less(&left, &right, true);
                // As it is computed, also where a float is no number.
                let takes_right = if *max { is_less } else { !is_less };
                self.choice(takes_right, right, left, expr.ty)
            }
            ExprKind::Narrow(place, body) => self.narrow(place, body, frame),
            ExprKind::Narrowed(place) => {
                match frame.narrowed.iter().rev().find(|(of, _)| of == place).map(|(_, value)| value.clone()) {
                    Some(value) => value,
                    None => match self.place(place, frame) {
                        Some(Value::Option { payload, .. }) => *payload,
                        _ => self.unknown(expr.ty),
                    },
                }
            }
        }
    }

    fn narrow(&mut self, place: &Place, body: &Expr, frame: &mut Frame) -> Value {
        let (is_some, payload) = match self.place(place, frame) {
            Some(Value::Option { is_some, payload }) => (is_some, *payload),
            Some(plain) => (Formula::TRUE, plain),
            None => (self.store.unknown(), self.unknown(body.ty)),
        };
        frame.narrowed.push((place.clone(), payload));
        let value = self.eval(body, frame);
        frame.narrowed.pop();
        match value {
            Value::Truth(truth) => Value::Truth(self.store.all([is_some, truth])),
            value => value,
        }
    }

    fn place(&mut self, place: &Place, frame: &Frame) -> Option<Value> {
        Some(match place {
            Place::Variable(id) => self.variable(*id),
            Place::EventField { name, event } => {
                let fields = &self.machine.events[*event].fields;
                let ty = fields.iter().find(|field| field.name.text == *name)?.ty;
                self.field(name, ty)
            }
            Place::Parameter(index) => frame.parameters.get(*index)?.clone(),
        })
    }

    fn binary(&mut self, operator: BinaryOperator, left: Value, right: Value, ty: crate::model::Type) -> Value {
        use BinaryOperator as Op;
        let truth = match operator {
            Op::And | Op::Or => {
                let (left, right) = (self.truth(&left), self.truth(&right));
                if operator == Op::And { self.store.all([left, right]) } else { self.store.any([left, right]) }
            }
            Op::Equal => self.equal(&left, &right),
            Op::NotEqual => !self.equal(&left, &right),
            Op::Less => self.less(&left, &right, true),
            Op::LessEqual => self.less(&left, &right, false),
            Op::Greater => self.less(&right, &left, true),
            Op::GreaterEqual => self.less(&right, &left, false),
            Op::Add | Op::Subtract | Op::Multiply | Op::Divide | Op::Remainder => {
                return self.arithmetic(operator, left, right, ty);
            }
        };
        Value::Truth(truth)
    }

    pub(super) fn equal(&mut self, left: &Value, right: &Value) -> Formula {
        match (left, right) {
            (Value::Truth(left), Value::Truth(right)) => self.store.same(*left, *right),
            (Value::Number(left), Value::Number(right)) => self.store.equal(left, right),
            (Value::Float { rank: left, is_nan: a }, Value::Float { rank: right, is_nan: b }) => {
                let equal = self.store.equal(left, right);
                self.store.all([!*a, !*b, equal])
            }
            (Value::Option { is_some: a, payload: left }, Value::Option { is_some: b, payload: right }) => {
                let equal = self.equal(left, right);
                let (both, neither) = (self.store.all([*a, *b, equal]), self.store.all([!*a, !*b]));
                self.store.any([both, neither])
            }
            _ => self.store.unknown(),
        }
    }

    pub(super) fn less(&mut self, left: &Value, right: &Value, is_strict: bool) -> Formula {
        let most = if is_strict { -1 } else { 0 };
        match (left, right) {
            (Value::Number(left), Value::Number(right)) => self.store.less_equal(left, right, most),
            (Value::Float { rank: left, is_nan: a }, Value::Float { rank: right, is_nan: b }) => {
                let less = self.store.less_equal(left, right, most);
                self.store.all([!*a, !*b, less])
            }
            _ => self.store.unknown(),
        }
    }
}
