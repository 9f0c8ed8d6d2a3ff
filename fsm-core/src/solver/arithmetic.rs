//! Arithmetic on values: what is not linear gets a variable of its own, with the facts that define it.

use std::collections::BTreeMap;

use super::formula::{Formula, Linear, Product};
use super::problem::Problem;
use super::value::{Shown, Value, all_floats, float_at, rank};
use crate::model::{BinaryOperator, Interval, Type};

/// What was computed already: the same for all places that compute it.
#[derive(Debug, Default)]
pub(super) struct Computed {
    products: BTreeMap<(Linear, Linear), Linear>,
    /// Quotients and remainders.
    divisions: BTreeMap<(Linear, i128), (Linear, Linear)>,
    choices: BTreeMap<(Formula, Linear, Linear), Linear>,
    of_floats: BTreeMap<(&'static str, Value, Value), Value>,
}

impl Problem<'_> {
    pub(super) fn arithmetic(&mut self, operator: BinaryOperator, left: Value, right: Value, ty: Type) -> Value {
        let (a, b) = match (left, right) {
            (Value::Number(a), Value::Number(b)) => (a, b),
            (left @ Value::Float { .. }, right @ Value::Float { .. }) => return self.of_floats(operator, left, right),
            _ => return self.unknown(ty),
        };
        let result = match operator {
            BinaryOperator::Add => a.plus(&b, 1),
            BinaryOperator::Subtract => a.plus(&b, -1),
            BinaryOperator::Multiply => match (a.known(), b.known()) {
                (Some(factor), _) => b.times(factor),
                (_, Some(factor)) => a.times(factor),
                (None, None) => self.product(&a, &b),
            },
            BinaryOperator::Divide => self.division(&a, &b).map(|(quotient, _)| quotient),
            BinaryOperator::Remainder => self.division(&a, &b).map(|(_, remainder)| remainder),
            _ => None,
        };
        self.number_or_any(result, ty)
    }

    /// A number; any where it needs more than 127 bits.
    pub(super) fn number_or_any(&mut self, number: Option<Linear>, ty: Type) -> Value {
        number.map_or_else(|| self.unknown(ty), Value::Number)
    }

    /// The product of two numbers neither of which is known.
    fn product(&mut self, a: &Linear, b: &Linear) -> Option<Linear> {
        let (a, b) = if a <= b { (a, b) } else { (b, a) };
        let key = (a.clone(), b.clone());
        if let Some(known) = self.computed.products.get(&key) {
            return Some(known.clone());
        }
        let (left, right) = (self.store.range(a)?, self.store.range(b)?);
        let corners = [(left.low, right.low), (left.low, right.high), (left.high, right.low), (left.high, right.high)];
        let corners: Vec<i128> = corners.into_iter().map(|(a, b)| a.checked_mul(b)).collect::<Option<_>>()?;
        let range = Interval { low: *corners.iter().min()?, high: *corners.iter().max()? };
        let factors = (self.store.name(a)?, self.store.name(b)?);
        let product = self.variable_in(range);
        if let [(product, _)] = product.terms[..] {
            self.store.products.push(Product { product, factors });
        }
        self.computed.products.insert(key, product.clone());
        Some(product)
    }

    /// Quotient and remainder of a division by a known number, rounded towards zero as in Rust.
    fn division(&mut self, a: &Linear, b: &Linear) -> Option<(Linear, Linear)> {
        let divisor = b.known().filter(|&divisor| divisor != 0)?;
        if let Some(a) = a.known() {
            let (quotient, remainder) = (a.checked_div(divisor)?, a.checked_rem(divisor)?);
            return Some((Linear::constant(quotient), Linear::constant(remainder)));
        }
        let (quotient, remainder) = self.division_by_positive(a, divisor.checked_abs()?)?;
        Some((if divisor < 0 { quotient.times(-1)? } else { quotient }, remainder))
    }

    fn division_by_positive(&mut self, a: &Linear, divisor: i128) -> Option<(Linear, Linear)> {
        let key = (a.clone(), divisor);
        if let Some(known) = self.computed.divisions.get(&key) {
            return Some(known.clone());
        }
        let Interval { low, high } = self.store.range(a)?;
        let quotient = self.variable_in(Interval { low: low / divisor, high: high / divisor });
        let most = divisor - 1;
        let remainder =
            self.variable_in(Interval { low: if low < 0 { -most } else { 0 }, high: if high > 0 { most } else { 0 } });
        // The remainder has the sign of what is divided.
        let whole = quotient.times(divisor)?.plus(&remainder, 1)?;
        self.store.define(a, &whole);
        let (is_negative, is_positive) = (self.store.at_most(a, -1), !self.store.at_most(a, 0));
        let (not_above, not_below) = (self.store.at_most(&remainder, 0), !self.store.at_most(&remainder, -1));
        let (below, above) = (self.store.any([!is_negative, not_above]), self.store.any([!is_positive, not_below]));
        self.store.facts.extend([below, above]);
        self.computed.divisions.insert(key, (quotient.clone(), remainder.clone()));
        Some((quotient, remainder))
    }

    fn variable_in(&mut self, domain: Interval) -> Linear {
        self.new_variable(domain, Shown::Number)
    }

    pub(super) fn new_variable(&mut self, domain: Interval, shown: Shown) -> Linear {
        let variable = self.store.variable(domain);
        self.shown.resize(variable, Shown::Number);
        self.shown.push(shown);
        Linear::variable(variable)
    }

    /// `left` where the condition holds, else `right`.
    pub(super) fn choice(&mut self, condition: Formula, left: Value, right: Value, ty: Type) -> Value {
        if left == right || condition == Formula::TRUE {
            return left;
        }
        if condition == Formula::FALSE {
            return right;
        }
        match (left, right) {
            (Value::Truth(left), Value::Truth(right)) => Value::Truth(self.choice_of_truths(condition, left, right)),
            (Value::Number(left), Value::Number(right)) => {
                let number = self.choice_of_numbers(condition, &left, &right);
                self.number_or_any(number, ty)
            }
            (Value::Float { rank: left, is_nan: a }, Value::Float { rank: right, is_nan: b }) => {
                match self.choice_of_numbers(condition, &left, &right) {
                    Some(rank) => Value::Float { rank, is_nan: self.choice_of_truths(condition, a, b) },
                    None => self.unknown(ty),
                }
            }
            (Value::Option { is_some: a, payload: left }, Value::Option { is_some: b, payload: right }) => {
                let (Type::Plain(base) | Type::Optional(base)) = ty;
                let payload = self.choice(condition, *left, *right, Type::Plain(base));
                Value::Option { is_some: self.choice_of_truths(condition, a, b), payload: Box::new(payload) }
            }
            _ => self.unknown(ty),
        }
    }

    fn choice_of_truths(&mut self, condition: Formula, left: Formula, right: Formula) -> Formula {
        let (first, second) = (self.store.all([condition, left]), self.store.all([!condition, right]));
        self.store.any([first, second])
    }

    fn choice_of_numbers(&mut self, condition: Formula, left: &Linear, right: &Linear) -> Option<Linear> {
        if left == right {
            return Some(left.clone());
        }
        let key = (condition, left.clone(), right.clone());
        if let Some(known) = self.computed.choices.get(&key) {
            return Some(known.clone());
        }
        let (a, b) = (self.store.range(left)?, self.store.range(right)?);
        let number = self.variable_in(Interval { low: a.low.min(b.low), high: a.high.max(b.high) });
        let (is_left, is_right) = (self.store.equal(&number, left), self.store.equal(&number, right));
        let (if_so, if_not) = (self.store.any([!condition, is_left]), self.store.any([condition, is_right]));
        self.store.facts.extend([if_so, if_not]);
        self.computed.choices.insert(key, number.clone());
        Some(number)
    }

    /// Arithmetic on floats is only done where both are known.
    fn of_floats(&mut self, operator: BinaryOperator, left: Value, right: Value) -> Value {
        if let (Some(a), Some(b)) = (known_float(&left), known_float(&right)) {
            let result = match operator {
                BinaryOperator::Add => a + b,
                BinaryOperator::Subtract => a - b,
                BinaryOperator::Multiply => a * b,
                _ => a / b,
            };
            let is_nan = if result.is_nan() { Formula::TRUE } else { Formula::FALSE };
            return Value::Float { rank: Linear::constant(if result.is_nan() { 0 } else { rank(result) }), is_nan };
        }
        let name = match operator {
            BinaryOperator::Add => "+",
            BinaryOperator::Subtract => "-",
            BinaryOperator::Multiply => "*",
            _ => "/",
        };
        let key = (name, left, right);
        if let Some(known) = self.computed.of_floats.get(&key) {
            return known.clone();
        }
        let value = Value::Float { rank: self.new_variable(all_floats(), Shown::Float), is_nan: self.store.unknown() };
        self.computed.of_floats.insert(key, value.clone());
        value
    }
}

fn known_float(value: &Value) -> Option<f64> {
    match value {
        Value::Float { rank, is_nan: Formula::FALSE } => rank.known().map(float_at),
        _ => None,
    }
}
