//! Arithmetic.
//!
//! The language computes with unbounded integers. Here every sum and product is computed in 64 or 128 bits, whichever
//! its operands and its result cannot leave: that is known from their [intervals](super::intervals). A comparison of
//! plain variables and literals stays in the variables' own type. Durations are compared as they are, and computed with
//! in nanoseconds.

use proc_macro2::{Ident, TokenStream};

use super::Generator;
use super::code::{Code, Level, digits, duration, integer};
use super::expressions::Scope;
use super::intervals::{I64, arithmetic, hull, interval};
use super::names::plain;
use crate::model::{BaseType, BinaryOperator, Expr, ExprKind, IntType, Interval, Limit, Type, UnaryOperator};

/// The form in which a number is computed, the narrowest first.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    /// A literal: of any type.
    Literal(i128),
    /// A variable, in its own type.
    Own(IntType),
    /// `i64`
    Wide,
    /// `i128`
    Huge,
}

/// A number.
pub(super) struct Number {
    code: Code,
    form: Form,
    interval: Interval,
}

impl Number {
    fn literal(value: i128) -> Self {
        Number {
            code: Code::integer(value),
            form: Form::Literal(value),
            interval: Interval { low: value, high: value },
        }
    }
}

/// A number that is to be kept in a variable or passed on.
pub(super) enum Fitted {
    /// It always fits.
    Sure(TokenStream),
    /// It may not: the attempt, and the value of the range that is nearest to it.
    Try { attempt: Attempt, nearest: TokenStream },
}

/// A conversion that may fail.
pub(super) enum Attempt {
    /// An option.
    Option(TokenStream),
    /// A result, of whose error nothing is asked.
    Result(TokenStream),
}

impl Attempt {
    /// `Some(name) = …`, or the same of a result.
    pub(super) fn pattern(&self, name: &Ident) -> TokenStream {
        match self {
            Attempt::Option(tokens) => quote!(Some(#name) = #tokens),
            Attempt::Result(tokens) => quote!(Ok(#name) = #tokens),
        }
    }

    pub(super) fn into_option(self) -> TokenStream {
        match self {
            Attempt::Option(tokens) => tokens,
            Attempt::Result(tokens) => quote!(#tokens.ok()),
        }
    }

    /// The value, or another one.
    pub(super) fn or(&self, otherwise: &TokenStream) -> TokenStream {
        let (Attempt::Option(tokens) | Attempt::Result(tokens)) = self;
        quote!(#tokens.unwrap_or(#otherwise))
    }
}

impl Generator<'_> {
    /// A number, computed in the narrowest form.
    pub(super) fn number(&self, expr: &Expr, scope: &Scope<'_>) -> Number {
        // What is too wide has been refused.
        let interval = interval(self.machine, expr).ok().flatten().unwrap_or(I64);
        match &expr.kind {
            ExprKind::Int(value) => Number::literal(*value),
            ExprKind::Narrow(place, body) if scope.knows(place) => self.number(body, scope),
            ExprKind::Unary(UnaryOperator::Negate, operand) => match self.number(operand, scope) {
                Number { form: Form::Literal(value), .. } => Number::literal(-value),
                operand => {
                    let form = common(&[&operand], interval);
                    let code = Code::prefix(&quote!(-), &widen(&operand, form));
                    Number { code, form, interval }
                }
            },
            ExprKind::Binary(operator, left, right) => {
                let (left, right) = (self.number(left, scope), self.number(right, scope));
                computed(*operator, &left, &right, interval)
            }
            ExprKind::MinMax { max, operands } => {
                let (a, b) = (self.number(&operands.0, scope), self.number(&operands.1, scope));
                if let (Form::Literal(a), Form::Literal(b)) = (a.form, b.form) {
                    return Number::literal(if *max { a.max(b) } else { a.min(b) });
                }
                let form = common(&[&a, &b], interval);
                let (a, b) = (widen(&a, form).tokens(), widen(&b, form).tokens());
                let (ty, method) = (type_of(form), plain(if *max { "max" } else { "min" }));
                Number { code: Code::atom(quote!(#ty::#method(#a, #b))), form, interval }
            }
            ExprKind::Limit(id) => {
                let count = self.names.count(*id);
                Number { code: Code::atom(quote!(self.#count)), form: Form::Own(IntType::U32), interval }
            }
            _ => {
                let own = match expr.ty {
                    Type::Plain(BaseType::Int(int)) => int,
                    _ => IntType::I64,
                };
                Number { code: Code::atom(self.place(expr, scope)), form: Form::Own(own), interval }
            }
        }
    }

    /// Whether a limit allows one more: the count after it satisfies the bound.
    pub(super) fn is_below(&self, count: &TokenStream, limit: &Limit) -> TokenStream {
        let bound = self.number(&limit.bound, &Scope::default());
        // `count + 1 <= n` is `count < n`, and `count + 1 < n` is so for the number before `n`.
        let (count, bound) = match (limit.inclusive, bound.form) {
            (true, _) => (quote!(#count), bound),
            (false, Form::Literal(value)) => (quote!(#count), Number::literal(value.saturating_sub(1).max(0))),
            // The count was allowed, so one more is no more than the bound.
            (false, _) if bound.interval.within(IntType::U32.interval()) => (quote!(#count + 1), bound),
            (false, _) => (quote!(#count.saturating_add(1)), bound),
        };
        if bound.form == Form::Literal(0) {
            return quote!(false);
        }
        let interval = IntType::U32.interval();
        let count = Number { code: Code::sum(count), form: Form::Own(IntType::U32), interval };
        compared(BinaryOperator::Less, &count, &bound).tokens()
    }

    /// A duration in nanoseconds, as an `i128`.
    pub(super) fn nanoseconds(&self, expr: &Expr, scope: &Scope<'_>) -> Code {
        match &expr.kind {
            ExprKind::Duration(value) => {
                let value = digits(u128::from(*value), "_i128");
                Code::atom(quote!(#value))
            }
            ExprKind::Narrow(place, body) if scope.knows(place) => self.nanoseconds(body, scope),
            ExprKind::Binary(operator, left, right) => {
                let side = |side: &Expr| match side.ty {
                    Type::Plain(BaseType::Duration) => self.nanoseconds(side, scope),
                    _ => widen(&self.number(side, scope), Form::Huge),
                };
                Code::binary(*operator, &side(left), &side(right))
            }
            ExprKind::MinMax { max, operands } => {
                let (a, b) = (self.nanoseconds(&operands.0, scope), self.nanoseconds(&operands.1, scope));
                let (a, b, method) = (a.tokens(), b.tokens(), plain(if *max { "max" } else { "min" }));
                Code::atom(quote!(i128::#method(#a, #b)))
            }
            _ => {
                let duration = self.place(expr, scope);
                Code::atom(quote!(::fsm_runtime::support::nanoseconds(#duration)))
            }
        }
    }

    /// A duration inside `range`.
    pub(super) fn fitted_duration(&self, expr: &Expr, range: Interval, scope: &Scope<'_>) -> Fitted {
        let known = interval(self.machine, expr).ok().flatten();
        let lies_within = |range: Interval| known.is_some_and(|known| known.within(range));
        let is_sure = lies_within(range);
        let (low, high) = (duration(bound(range.low)), duration(bound(range.high)));
        if is_computed(expr) {
            // A result is made from 64 bits.
            let is_sure = is_sure && lies_within(Interval::DURATION);
            let value = self.nanoseconds(expr, scope).tokens();
            let (first, last) = (integer(bound(range.low).into()), integer(bound(range.high).into()));
            let attempt = quote!(::fsm_runtime::support::duration(#value, #first..=#last));
            if is_sure {
                return Fitted::Sure(quote!(#attempt.unwrap_or_default()));
            }
            let nearest = quote!(if #value < #first { #low } else { #high });
            return Fitted::Try { attempt: Attempt::Option(attempt), nearest };
        }
        let value = self.duration(expr, scope);
        if is_sure {
            return Fitted::Sure(value);
        }
        Fitted::Try {
            attempt: Attempt::Option(quote!(Some(#value).filter(|value| (#low..=#high).contains(value)))),
            nearest: quote!(::core::cmp::Ord::clamp(#value, #low, #high)),
        }
    }

    /// A duration that is not computed.
    pub(super) fn duration(&self, expr: &Expr, scope: &Scope<'_>) -> TokenStream {
        match &expr.kind {
            ExprKind::Duration(value) => duration(*value),
            _ => self.place(expr, scope),
        }
    }
}

/// Two numbers that are compared.
pub(super) fn compared(operator: BinaryOperator, left: &Number, right: &Number) -> Code {
    let fits = |int: IntType, value: i128| int.interval().contains(value);
    match (left.form, right.form) {
        (Form::Literal(left), Form::Literal(right)) => {
            let holds = holds(operator, left, right);
            return Code::atom(quote!(#holds));
        }
        (Form::Own(a), Form::Own(b)) if a == b => return Code::binary(operator, &left.code, &right.code),
        (Form::Own(int), Form::Literal(value)) | (Form::Literal(value), Form::Own(int)) if fits(int, value) => {
            return Code::binary(operator, &left.code, &right.code);
        }
        _ => {}
    }
    let form = common(&[left, right], hull(left.interval, right.interval));
    Code::binary(operator, &widen(left, form), &widen(right, form))
}

fn computed(operator: BinaryOperator, left: &Number, right: &Number, interval: Interval) -> Number {
    if let (Form::Literal(left), Form::Literal(right)) = (left.form, right.form)
        && let Some(value) = operator.compute(left, right)
    {
        return Number::literal(value);
    }
    // What `%` divides on the way must fit, too.
    let on_the_way = match operator {
        BinaryOperator::Remainder => arithmetic(BinaryOperator::Divide, left.interval, right.interval),
        _ => None,
    };
    let form = common(&[left, right], on_the_way.map_or(interval, |other| hull(interval, other)));
    Number { code: Code::binary(operator, &widen(left, form), &widen(right, form)), form, interval }
}

fn holds(operator: BinaryOperator, left: i128, right: i128) -> bool {
    match operator {
        BinaryOperator::Equal => left == right,
        BinaryOperator::NotEqual => left != right,
        BinaryOperator::Less => left < right,
        BinaryOperator::LessEqual => left <= right,
        BinaryOperator::Greater => left > right,
        BinaryOperator::GreaterEqual => left >= right,
        _ => false,
    }
}

/// Whether a duration is more than read.
pub(super) fn is_computed(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Binary(..) | ExprKind::MinMax { .. } => true,
        ExprKind::Narrow(_, body) => is_computed(body),
        _ => false,
    }
}

/// A bound of a range of durations: the language keeps durations in 64 bits.
fn bound(nanoseconds: i128) -> u64 {
    u64::try_from(nanoseconds.max(0)).unwrap_or(u64::MAX)
}

/// The form that holds the operands and the result.
fn common(operands: &[&Number], result: Interval) -> Form {
    let fits = operands.iter().all(|operand| operand.form != Form::Huge && operand.interval.within(I64));
    if fits && result.within(I64) { Form::Wide } else { Form::Huge }
}

fn type_of(form: Form) -> TokenStream {
    if form == Form::Huge { quote!(i128) } else { quote!(i64) }
}

/// A number in a form that holds it.
fn widen(number: &Number, form: Form) -> Code {
    let code = &number.code;
    match (number.form, form) {
        // A `u64` whose range fits: its bits are those of the `i64`.
        (Form::Own(IntType::U64), Form::Wide) => {
            let value = code.at(Level::Atom);
            Code::atom(quote!(#value.cast_signed()))
        }
        (Form::Own(int), Form::Wide) if int != IntType::I64 => {
            let value = code.tokens();
            Code::atom(quote!(i64::from(#value)))
        }
        (Form::Own(_) | Form::Wide, Form::Huge) => {
            let value = code.tokens();
            Code::atom(quote!(i128::from(#value)))
        }
        _ => code.clone(),
    }
}

/// A number as an `int` inside `range`.
pub(super) fn fitted(number: &Number, int: IntType, range: Interval) -> Fitted {
    let ty = plain(int.name());
    let is_sure = number.interval.within(range);
    let tokens = number.code.tokens();
    // The value in the variable's type, where every value of its form has one.
    let converted = match number.form {
        Form::Literal(_) => Some(tokens.clone()),
        Form::Own(own) if own == int => Some(tokens.clone()),
        Form::Wide if int == IntType::I64 => Some(tokens.clone()),
        Form::Own(own) if own.interval().within(int.interval()) => Some(quote!(#ty::from(#tokens))),
        _ => None,
    };
    let (low, high) = (integer(range.low), integer(range.high));
    let attempt = match converted {
        Some(converted) if is_sure => return Fitted::Sure(converted),
        Some(converted) => Attempt::Option(quote!(Some(#converted))),
        None if is_sure => return Fitted::Sure(quote!(#ty::try_from(#tokens).unwrap_or_default())),
        None => Attempt::Result(quote!(#ty::try_from(#tokens))),
    };
    let attempt = if range == int.interval() {
        attempt
    } else {
        let option = attempt.into_option();
        Attempt::Option(quote!(#option.filter(|value| (#low..=#high).contains(value))))
    };
    let is_below = |value: i128| compared_to(number, BinaryOperator::Less, value);
    let nearest = match (is_below(range.low), number.interval) {
        (_, Interval { low, .. }) if low >= range.low => high,
        (_, Interval { high, .. }) if high <= range.high => low,
        (is_below, _) => quote!(if #is_below { #low } else { #high }),
    };
    Fitted::Try { attempt, nearest }
}

/// A number beside a literal.
fn compared_to(number: &Number, operator: BinaryOperator, value: i128) -> TokenStream {
    let fits = match number.form {
        Form::Own(int) => int.interval().contains(value),
        Form::Literal(_) | Form::Wide => I64.contains(value),
        Form::Huge => true,
    };
    let number = if fits { number.code.clone() } else { widen(number, Form::Huge) };
    Code::binary(operator, &number, &Code::integer(value)).tokens()
}
