//! Guards and values.
//!
//! The language computes with unbounded integers. Here every sum and product is computed in 64 or 128 bits, whichever
//! its operands cannot leave: that is known from their ranges ([`interval`]). A comparison of plain variables and
//! literals stays in the variables' own type.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;

use super::Generator;
use super::names::{ident, plain, snake_ident};
use super::types::{abilities, enum_name};
use crate::model::{
    BaseType, BinaryOperator, Expr, ExprKind, Field, Id, IntType, Interval, Limit, Machine, Place, State, Type,
    UnaryOperator, Variable, VariableScope,
};

/// Arithmetic that may need more than 127 bits.
pub(super) struct TooWide;

/// All durations that Rust can hold, in nanoseconds.
const RUST_DURATION: Interval = Interval { low: 0, high: (u64::MAX as i128 + 1) * 1_000_000_000 };

const I64: Interval = Interval { low: i64::MIN as i128, high: i64::MAX as i128 };

/// The values that a number can take. `None` for what is no integer and no duration.
pub(super) fn interval(machine: &Machine, expr: &Expr) -> Result<Option<Interval>, TooWide> {
    let of_type = |ty: Type| match ty {
        Type::Plain(BaseType::Int(int)) => Some(int.interval()),
        Type::Plain(BaseType::Duration) => Some(RUST_DURATION),
        _ => None,
    };
    let of_place = |place: &Place| match place {
        Place::Variable(id) => machine.variables[*id].interval,
        Place::EventField { .. } | Place::Parameter(_) => of_type(expr.ty),
    };
    Ok(match &expr.kind {
        ExprKind::Int(value) => Some(Interval { low: *value, high: *value }),
        ExprKind::Duration(value) => Some(Interval { low: i128::from(*value), high: i128::from(*value) }),
        ExprKind::Variable(id) if of_type(expr.ty).is_some() => machine.variables[*id].interval,
        ExprKind::Narrowed(place) if of_type(expr.ty).is_some() => of_place(place),
        ExprKind::Narrow(_, body) => return interval(machine, body),
        ExprKind::Unary(UnaryOperator::Negate, operand) => match interval(machine, operand)? {
            Some(Interval { low, high }) => {
                Some(Interval { low: high.checked_neg().ok_or(TooWide)?, high: low.checked_neg().ok_or(TooWide)? })
            }
            None => None,
        },
        ExprKind::Binary(operator, left, right) => {
            match (of_type(expr.ty), interval(machine, left)?, interval(machine, right)?) {
                (Some(_), Some(left), Some(right)) => Some(arithmetic(*operator, left, right).ok_or(TooWide)?),
                _ => None,
            }
        }
        ExprKind::MinMax { max, operands } => {
            match (interval(machine, &operands.0)?, interval(machine, &operands.1)?) {
                (Some(a), Some(b)) if *max => Some(Interval { low: a.low.max(b.low), high: a.high.max(b.high) }),
                (Some(a), Some(b)) => Some(Interval { low: a.low.min(b.low), high: a.high.min(b.high) }),
                _ => None,
            }
        }
        _ => of_type(expr.ty),
    })
}

/// Interval arithmetic; `None` beyond 127 bits.
fn arithmetic(operator: BinaryOperator, left: Interval, right: Interval) -> Option<Interval> {
    let hull = |corners: [Option<i128>; 4]| {
        let corners: Option<Vec<i128>> = corners.into_iter().collect();
        let corners = corners?;
        Some(Interval { low: corners.iter().copied().min()?, high: corners.iter().copied().max()? })
    };
    let corners = |of: fn(i128, i128) -> Option<i128>| {
        hull([of(left.low, right.low), of(left.low, right.high), of(left.high, right.low), of(left.high, right.high)])
    };
    match operator {
        BinaryOperator::Add => corners(i128::checked_add),
        BinaryOperator::Subtract => corners(i128::checked_sub),
        BinaryOperator::Multiply => corners(i128::checked_mul),
        // The divisor is a literal other than zero.
        BinaryOperator::Divide => corners(i128::checked_div),
        BinaryOperator::Remainder => {
            let most = right.low.unsigned_abs().max(right.high.unsigned_abs()).checked_sub(1)?;
            let most = i128::try_from(most).ok()?;
            Some(Interval { low: if left.low < 0 { -most } else { 0 }, high: if left.high > 0 { most } else { 0 } })
        }
        _ => None,
    }
}

/// What names mean where an expression stands.
#[derive(Clone, Default)]
pub(super) struct Scope<'e> {
    /// The parameters of the guard whose body it is.
    pub(super) parameters: &'e [Field],
    /// The options that are narrowed, each with the name of its value.
    narrowed: Vec<(Place, Ident)>,
}

impl<'e> Scope<'e> {
    pub(super) fn of_guard(parameters: &'e [Field]) -> Self {
        Scope { parameters, narrowed: Vec::new() }
    }

    fn knowing(&self, place: &Place, name: Ident) -> Self {
        let mut inner = self.clone();
        inner.narrowed.push((place.clone(), name));
        inner
    }
}

/// The form in which a number is computed.
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
struct Number {
    tokens: TokenStream,
    form: Form,
    interval: Interval,
}

/// A value that is turned into what a variable or a parameter takes.
pub(super) enum Converted {
    /// It always fits.
    Sure(TokenStream),
    /// It may not: an option of it, and what to make of the `value` inside.
    Try(TokenStream, TokenStream),
}

impl Generator<'_> {
    /// An expression that is true or false, with the contexts of states that it reads opened around it.
    pub(super) fn condition(&self, expr: &Expr, scope: &Scope<'_>) -> TokenStream {
        let condition = self.boolean(expr, scope);
        self.contexts_in([expr]).into_iter().rev().fold(condition, |condition, state| {
            let context = self.context_field(state);
            quote!(self.#context.as_ref().is_some_and(|#context| #condition))
        })
    }

    /// The states, other than the root, whose contexts the expressions read.
    pub(super) fn contexts_in<'e>(&self, exprs: impl IntoIterator<Item = &'e Expr>) -> Vec<Id<State>> {
        let mut states = Vec::new();
        for expr in exprs {
            expr.walk(&mut |part| {
                let id = match &part.kind {
                    ExprKind::Variable(id)
                    | ExprKind::Narrow(Place::Variable(id), _)
                    | ExprKind::Narrowed(Place::Variable(id)) => *id,
                    _ => return,
                };
                if let VariableScope::Context(state) = self.machine.variables[id].scope
                    && state != Machine::root()
                    && !states.contains(&state)
                {
                    states.push(state);
                }
            });
        }
        states.sort_unstable();
        states
    }

    /// The field of the machine that holds the context of a state.
    pub(super) fn context_field(&self, state: Id<State>) -> Ident {
        if state == Machine::root() { plain("context") } else { self.names.of_state("", state, "_context") }
    }

    fn boolean(&self, expr: &Expr, scope: &Scope<'_>) -> TokenStream {
        match &expr.kind {
            ExprKind::Bool(value) => quote!(#value),
            ExprKind::Guard(id, arguments) => {
                let guard = &self.machine.guards[*id];
                let target = if guard.body.is_some() {
                    let method = snake_ident("guard_", &guard.name, "");
                    quote!(self.#method)
                } else {
                    let method = snake_ident("", &guard.name, "");
                    quote!(self.host.#method)
                };
                self.guard_call(&target, &guard.parameters, arguments, scope)
            }
            ExprKind::In(state) => self.is_in(*state),
            ExprKind::Unary(UnaryOperator::Not, operand) => {
                let inner = self.boolean(operand, scope);
                if matches!(operand.kind, ExprKind::Binary(..) | ExprKind::In(_)) {
                    quote!(!(#inner))
                } else {
                    quote!(!#inner)
                }
            }
            ExprKind::Binary(operator @ (BinaryOperator::And | BinaryOperator::Or), left, right) => {
                let side = |side: &Expr| {
                    let tokens = self.boolean(side, scope);
                    let mixed = matches!(&side.kind, ExprKind::Binary(inner @ (BinaryOperator::And | BinaryOperator::Or), ..) if inner != operator);
                    if mixed { quote!((#tokens)) } else { tokens }
                };
                let (left, right) = (side(left), side(right));
                if *operator == BinaryOperator::And { quote!(#left && #right) } else { quote!(#left || #right) }
            }
            ExprKind::Binary(operator, left, right) => self.comparison(*operator, left, right, scope),
            ExprKind::Narrow(place, body) => {
                let name = self.place_name(place, scope);
                let option = self.option(place, scope);
                let body = self.boolean(body, &scope.knowing(place, name.clone()));
                quote!(#option.is_some_and(|#name| #body))
            }
            _ => self.copied(expr, scope),
        }
    }

    fn guard_call(&self, target: &TokenStream, wanted: &[Field], given: &[Expr], scope: &Scope<'_>) -> TokenStream {
        let mut attempts = Vec::new();
        let mut arguments = Vec::new();
        for (index, (parameter, argument)) in wanted.iter().zip(given).enumerate() {
            match self.passed(argument, parameter.ty, scope) {
                Converted::Sure(tokens) => arguments.push(tokens),
                Converted::Try(attempt, _) => {
                    let name = self.fresh(&format!("argument{index}"));
                    arguments.push(quote!(#name));
                    attempts.push((name, attempt));
                }
            }
        }
        let call = quote!(#target(#(#arguments),*));
        attempts.into_iter().rev().fold(call, |call, (name, attempt)| quote!(#attempt.is_some_and(|#name| #call)))
    }

    /// Whether a state is active.
    pub(super) fn is_in(&self, state: Id<State>) -> TokenStream {
        let leaves = self.leaves_in(state);
        let ty = self.type_name("State");
        match leaves.as_slice() {
            _ if state == Machine::root() => quote!(true),
            [only] => {
                let leaf = self.names.state(*only);
                quote!(self.state == #ty::#leaf)
            }
            several => {
                let leaves = several.iter().map(|&leaf| self.names.state(leaf));
                quote!(matches!(self.state, #(#ty::#leaves)|*))
            }
        }
    }

    /// The states without children that lie inside a state, in document order; the state itself if it has none.
    pub(super) fn leaves_in(&self, state: Id<State>) -> Vec<Id<State>> {
        let inside = |&id: &Id<State>| self.machine.is_leaf(id) && self.machine.lineage(id).any(|outer| outer == state);
        self.machine.states.ids().skip(1).filter(inside).collect()
    }

    fn comparison(&self, operator: BinaryOperator, left: &Expr, right: &Expr, scope: &Scope<'_>) -> TokenStream {
        let sign = sign(operator);
        match (left.ty, right.ty) {
            (Type::Optional(_), _) | (_, Type::Optional(_)) => self.optional_equality(operator, left, right, scope),
            (Type::Plain(BaseType::Int(_)), _) => {
                let (left, right) = same_form(self.number(left, scope), self.number(right, scope));
                quote!(#left #sign #right)
            }
            (Type::Plain(BaseType::Duration), _) => {
                if is_computed(left) || is_computed(right) {
                    let (left, right) = (self.nanoseconds(left, scope), self.nanoseconds(right, scope));
                    quote!(#left #sign #right)
                } else {
                    let (left, right) = (self.copied(left, scope), self.copied(right, scope));
                    quote!(#left #sign #right)
                }
            }
            (Type::Plain(BaseType::Str), _) => {
                let (left, right) = (self.text(left, scope), self.text(right, scope));
                quote!(#left #sign #right)
            }
            (Type::Plain(BaseType::Bool), _) => {
                let side = |side: &Expr| {
                    let tokens = self.boolean(side, scope);
                    if matches!(side.kind, ExprKind::Binary(..) | ExprKind::In(_)) { quote!((#tokens)) } else { tokens }
                };
                let (left, right) = (side(left), side(right));
                quote!(#left #sign #right)
            }
            (Type::Plain(BaseType::Extern(_)), _) => {
                let (left, right) = (self.borrowed(left, scope), self.borrowed(right, scope));
                quote!(#left #sign #right)
            }
            (Type::Plain(BaseType::Enum(_) | BaseType::Float), _) => {
                let (left, right) = (self.copied(left, scope), self.copied(right, scope));
                quote!(#left #sign #right)
            }
        }
    }

    /// `==` and `!=` of options.
    fn optional_equality(&self, operator: BinaryOperator, left: &Expr, right: &Expr, scope: &Scope<'_>) -> TokenStream {
        let equal = operator == BinaryOperator::Equal;
        let (option, other) =
            if matches!(left.kind, ExprKind::None | ExprKind::Some(_)) { (right, left) } else { (left, right) };
        if matches!(other.kind, ExprKind::None) {
            let tokens = self.copied(option, scope);
            return if equal { quote!(#tokens.is_none()) } else { quote!(#tokens.is_some()) };
        }
        let tokens = self.borrowed(option, scope);
        if let ExprKind::Some(inner) = &other.kind {
            let value = Expr { span: option.span, ty: inner.ty, kind: ExprKind::Narrowed(VALUE) };
            let local = self.fresh("value");
            let inner_scope = scope.knowing(&VALUE, local.clone());
            let value = match option.ty {
                Type::Optional(base) | Type::Plain(base) => Expr { ty: Type::Plain(base), ..value },
            };
            let same = self.comparison(BinaryOperator::Equal, &value, inner, &inner_scope);
            let same = quote!(#tokens.is_some_and(|#local| #same));
            if equal { same } else { quote!(!#same) }
        } else {
            let (sign, other) = (sign(operator), self.borrowed(other, scope));
            quote!(#tokens #sign #other)
        }
    }

    /// A number, computed in the narrowest form.
    fn number(&self, expr: &Expr, scope: &Scope<'_>) -> Number {
        // What is too wide has been refused.
        let interval = interval(self.machine, expr).ok().flatten().unwrap_or(I64);
        let own = match expr.ty {
            Type::Plain(BaseType::Int(int)) => int,
            _ => IntType::I64,
        };
        match &expr.kind {
            ExprKind::Int(value) => literal(*value),
            ExprKind::Unary(UnaryOperator::Negate, operand) => match self.number(operand, scope) {
                Number { form: Form::Literal(value), .. } => literal(-value),
                number => {
                    let form = common(interval, number.interval);
                    let tokens = widen(number, form);
                    let is_nested = matches!(operand.kind, ExprKind::Binary(..) | ExprKind::Unary(..));
                    let tokens = if is_nested { quote!(-(#tokens)) } else { quote!(-#tokens) };
                    Number { tokens, form, interval }
                }
            },
            ExprKind::Binary(operator, left, right) => {
                let (left_number, right_number) = (self.number(left, scope), self.number(right, scope));
                let form = match operator {
                    // The smallest `i64` has no remainder by -1 in 64 bits.
                    BinaryOperator::Remainder if right_number.interval.contains(-1) => Form::Huge,
                    _ => common(interval, hull(left_number.interval, right_number.interval)),
                };
                let left_tokens = nested(*operator, left, widen(left_number, form), false);
                let right_tokens = nested(*operator, right, widen(right_number, form), true);
                let sign = sign(*operator);
                // Two literals leave the type open.
                let tokens = match form {
                    Form::Huge if is_literal(left) && is_literal(right) => {
                        quote!(i128::from(#left_tokens #sign #right_tokens))
                    }
                    _ => quote!(#left_tokens #sign #right_tokens),
                };
                Number { tokens, form, interval }
            }
            ExprKind::MinMax { max, operands } => {
                let (a, b) = (self.number(&operands.0, scope), self.number(&operands.1, scope));
                let form = common(interval, hull(a.interval, b.interval));
                let (a, b) = (widen(a, form), widen(b, form));
                let method = plain(if *max { "max" } else { "min" });
                let ty = if form == Form::Huge { quote!(i128) } else { quote!(i64) };
                Number { tokens: quote!(#ty::#method(#a, #b)), form, interval }
            }
            ExprKind::Limit(id) => {
                let count = snake_ident("", &self.machine.limits[*id].name, "_count");
                Number { tokens: quote!(self.#count), form: Form::Own(IntType::U32), interval }
            }
            _ => Number { tokens: self.copied(expr, scope), form: Form::Own(own), interval },
        }
    }

    /// Whether a limit allows one more: the count after it satisfies the bound.
    pub(super) fn below(&self, count: &TokenStream, limit: &Limit) -> TokenStream {
        let scope = Scope::default();
        let interval = IntType::U32.interval();
        // `count + 1 <= n` is `count < n`, and `count + 1 < n` is so for the number before `n`.
        let (tokens, bound) = match (limit.inclusive, &limit.bound.kind) {
            (true, _) => (quote!(#count), self.number(&limit.bound, &scope)),
            (false, ExprKind::Int(value)) => (quote!(#count), literal(value.saturating_sub(1))),
            (false, _) => (quote!(#count.saturating_add(1)), self.number(&limit.bound, &scope)),
        };
        let count = Number { tokens, form: Form::Own(IntType::U32), interval };
        let (count, bound) = same_form(count, bound);
        quote!(#count < #bound)
    }

    /// A duration in nanoseconds.
    fn nanoseconds(&self, expr: &Expr, scope: &Scope<'_>) -> TokenStream {
        match &expr.kind {
            ExprKind::Duration(value) => {
                let value = digits(i128::from(*value), "_i128");
                quote!(#value)
            }
            ExprKind::Binary(operator, left, right) => {
                let side = |side: &Expr, is_right: bool| {
                    let tokens = match side.ty {
                        Type::Plain(BaseType::Duration) => self.nanoseconds(side, scope),
                        _ => widen(self.number(side, scope), Form::Huge),
                    };
                    nested(*operator, side, tokens, is_right)
                };
                let (left, right, sign) = (side(left, false), side(right, true), sign(*operator));
                quote!(#left #sign #right)
            }
            ExprKind::MinMax { max, operands } => {
                let (a, b) = (self.nanoseconds(&operands.0, scope), self.nanoseconds(&operands.1, scope));
                let method = plain(if *max { "max" } else { "min" });
                quote!(i128::#method(#a, #b))
            }
            _ => {
                let duration = self.copied(expr, scope);
                quote!(::fsm_runtime::support::nanoseconds(#duration))
            }
        }
    }

    /// A text as a `&str`.
    fn text(&self, expr: &Expr, scope: &Scope<'_>) -> TokenStream {
        match &expr.kind {
            ExprKind::Str(text) => quote!(#text),
            ExprKind::Parameter(_) | ExprKind::Narrowed(Place::Parameter(_)) => self.copied(expr, scope),
            _ => {
                let text = self.copied(expr, scope);
                quote!(#text.as_str())
            }
        }
    }

    /// A value that is copied, or the place of one that is not.
    fn copied(&self, expr: &Expr, scope: &Scope<'_>) -> TokenStream {
        match &expr.kind {
            ExprKind::Bool(_) => self.boolean(expr, scope),
            ExprKind::Int(value) => literal(*value).tokens,
            ExprKind::Float(value) => {
                let value = Literal::f64_unsuffixed(*value);
                quote!(#value)
            }
            ExprKind::Str(text) => quote!(#text),
            ExprKind::Duration(value) => duration(*value),
            ExprKind::Variant(id, index) => {
                let declared = &self.program.enums[*id];
                let (name, variant) = (enum_name(declared, self.places), &declared.variants[*index].name);
                let variant = ident(variant, self.places);
                quote!(#name::#variant)
            }
            ExprKind::None => quote!(None),
            ExprKind::Some(inner) => {
                let inner = self.copied(inner, scope);
                quote!(Some(#inner))
            }
            ExprKind::Variable(id) => self.variable(*id),
            ExprKind::EventField { name, .. } => {
                let name = plain(name);
                quote!(#name)
            }
            ExprKind::Parameter(index) => {
                let name = self.place_name(&Place::Parameter(*index), scope);
                quote!(#name)
            }
            ExprKind::Narrowed(place) => {
                let known = scope.narrowed.iter().rev().find(|(known, _)| known == place);
                let name = known.map_or_else(|| self.place_name(place, scope), |(_, name)| name.clone());
                quote!(#name)
            }
            ExprKind::Unary(UnaryOperator::Negate, operand) if expr.ty == Type::Plain(BaseType::Float) => {
                let operand = self.copied(operand, scope);
                quote!(-(#operand))
            }
            ExprKind::Binary(operator, left, right) if expr.ty == Type::Plain(BaseType::Float) => {
                let sign = sign(*operator);
                let left_tokens = nested(*operator, left, self.copied(left, scope), false);
                let right_tokens = nested(*operator, right, self.copied(right, scope), true);
                quote!(#left_tokens #sign #right_tokens)
            }
            ExprKind::MinMax { max, operands } if expr.ty == Type::Plain(BaseType::Float) => {
                let (a, b) = (self.copied(&operands.0, scope), self.copied(&operands.1, scope));
                let method = plain(if *max { "max" } else { "min" });
                quote!(f64::#method(#a, #b))
            }
            ExprKind::Guard(..)
            | ExprKind::In(_)
            | ExprKind::Unary(UnaryOperator::Not, _)
            | ExprKind::Binary(..)
            | ExprKind::Narrow(..)
                if expr.ty == Type::Plain(BaseType::Bool) =>
            {
                self.boolean(expr, scope)
            }
            ExprKind::Narrow(_, body) => self.copied(body, scope),
            ExprKind::Unary(..) | ExprKind::Binary(..) | ExprKind::MinMax { .. } | ExprKind::Limit(_) => {
                self.number(expr, scope).tokens
            }
            // `on error` and tasks are refused.
            ExprKind::Reported(_) | ExprKind::Guard(..) | ExprKind::In(_) => TokenStream::new(),
        }
    }

    fn variable(&self, id: Id<Variable>) -> TokenStream {
        let variable = &self.machine.variables[id];
        let name = ident(&variable.name, self.places);
        match variable.scope {
            VariableScope::Param => quote!(self.params.#name),
            VariableScope::Context(state) if state == Machine::root() => quote!(self.context.#name),
            // Opened around the expression.
            VariableScope::Context(state) => {
                let context = self.context_field(state);
                quote!(#context.#name)
            }
        }
    }

    /// A value as it is compared or passed on: what is not copied by reference.
    fn borrowed(&self, expr: &Expr, scope: &Scope<'_>) -> TokenStream {
        let tokens = self.copied(expr, scope);
        let is_reference = match &expr.kind {
            ExprKind::Parameter(_) | ExprKind::Narrowed(_) | ExprKind::None => true,
            ExprKind::Some(inner) => {
                let inner = self.borrowed(inner, scope);
                return quote!(Some(#inner));
            }
            _ => false,
        };
        match expr.ty {
            ty if abilities(ty).copy || is_reference => tokens,
            Type::Plain(BaseType::Str) if matches!(expr.kind, ExprKind::Str(_)) => tokens,
            Type::Plain(_) => quote!(&#tokens),
            Type::Optional(BaseType::Str) => quote!(#tokens.as_deref()),
            Type::Optional(_) => quote!(#tokens.as_ref()),
        }
    }

    /// A value for a parameter of a host function.
    pub(super) fn passed(&self, expr: &Expr, ty: Type, scope: &Scope<'_>) -> Converted {
        if abilities(ty).copy { self.kept(expr, ty, None, scope) } else { Converted::Sure(self.borrowed(expr, scope)) }
    }

    /// A value that is kept: owned, and inside `range`.
    pub(super) fn kept(&self, expr: &Expr, ty: Type, range: Option<Interval>, scope: &Scope<'_>) -> Converted {
        match (ty, &expr.kind) {
            (Type::Plain(BaseType::Int(int)), _) => {
                convert(self.number(expr, scope), int, range.unwrap_or_else(|| int.interval()))
            }
            (Type::Plain(BaseType::Duration), _) => self.kept_duration(expr, range, scope),
            (Type::Optional(base), ExprKind::Some(inner)) => match self.kept(inner, Type::Plain(base), range, scope) {
                Converted::Sure(tokens) => Converted::Sure(quote!(Some(#tokens))),
                Converted::Try(attempt, value) => Converted::Try(attempt, quote!(Some(#value))),
            },
            (_, ExprKind::Narrow(_, body)) if ty != Type::Plain(BaseType::Bool) => self.kept(body, ty, range, scope),
            (Type::Plain(BaseType::Str), ExprKind::Str(text)) => {
                Converted::Sure(quote!(::fsm_runtime::Text::new(#text)))
            }
            _ if abilities(ty).copy => Converted::Sure(self.copied(expr, scope)),
            (_, ExprKind::None) => Converted::Sure(quote!(None)),
            _ => {
                // That a value cannot be kept is said where it is written.
                let clone = super::names::ident_at("clone", self.places.span(expr.span));
                let tokens = self.copied(expr, scope);
                Converted::Sure(quote!(#tokens.#clone()))
            }
        }
    }

    fn kept_duration(&self, expr: &Expr, range: Option<Interval>, scope: &Scope<'_>) -> Converted {
        let range = range.unwrap_or(RUST_DURATION);
        let sure = interval(self.machine, expr).ok().flatten().is_some_and(|interval| interval.within(range));
        if !is_computed(expr) && sure {
            return Converted::Sure(self.copied(expr, scope));
        }
        let nanoseconds = self.nanoseconds(expr, scope);
        let bound = |value: i128| integer(value.clamp(0, u64::MAX.into()));
        let (low, high) = (bound(range.low), bound(range.high));
        let attempt = quote!(::fsm_runtime::support::duration(#nanoseconds, #low..=#high));
        Converted::Try(attempt, quote!(value))
    }

    /// An option as it is narrowed: what is not copied by reference.
    pub(super) fn option(&self, place: &Place, scope: &Scope<'_>) -> TokenStream {
        let (ty, tokens) = match place {
            Place::Variable(id) => (self.machine.variables[*id].ty, self.variable(*id)),
            Place::EventField { name, event } => {
                let field = self.machine.events[*event].fields.iter().find(|field| field.name.text == *name);
                let name = plain(name);
                (field.map_or(Type::Plain(BaseType::Bool), |field| field.ty), quote!(#name))
            }
            Place::Parameter(_) => {
                let name = self.place_name(place, scope);
                return quote!(#name);
            }
        };
        if abilities(ty).copy { tokens } else { quote!(#tokens.as_ref()) }
    }

    /// The name under which the value of a place is known.
    pub(super) fn place_name(&self, place: &Place, scope: &Scope<'_>) -> Ident {
        match place {
            Place::Variable(id) => self.fresh(&self.machine.variables[*id].name.text),
            Place::EventField { name, .. } => plain(name),
            Place::Parameter(index) => {
                scope.parameters.get(*index).map_or_else(|| plain("value"), |parameter| plain(&parameter.name.text))
            }
        }
    }

    /// A name for a local variable: never one under which a field of an event or a parameter is known.
    pub(super) fn fresh(&self, text: &str) -> Ident {
        let of_events = self.machine.events.iter().flat_map(|event| &event.fields);
        let fields: Vec<_> = of_events.chain(self.machine.guards.iter().flat_map(|guard| &guard.parameters)).collect();
        let mut name = text.to_owned();
        while fields.iter().any(|field| field.name.text == name) {
            name.push('_');
        }
        plain(&name)
    }

    /// The scope of an action whose value is narrowed, and the options to be opened for it.
    pub(super) fn opened<'e>(&self, expr: &'e Expr, scope: &Scope<'e>) -> (Vec<Place>, Scope<'e>) {
        let (mut places, mut inner, mut expr) = (Vec::new(), scope.clone(), expr);
        while let ExprKind::Narrow(place, body) = &expr.kind {
            inner = inner.knowing(place, self.place_name(place, scope));
            places.push(place.clone());
            expr = body;
        }
        (places, inner)
    }
}

/// A place for the value inside an option that is compared.
const VALUE: Place = Place::Parameter(usize::MAX);

fn sign(operator: BinaryOperator) -> TokenStream {
    match operator {
        BinaryOperator::Or => quote!(||),
        BinaryOperator::And => quote!(&&),
        BinaryOperator::Equal => quote!(==),
        BinaryOperator::NotEqual => quote!(!=),
        BinaryOperator::Less => quote!(<),
        BinaryOperator::LessEqual => quote!(<=),
        BinaryOperator::Greater => quote!(>),
        BinaryOperator::GreaterEqual => quote!(>=),
        BinaryOperator::Add => quote!(+),
        BinaryOperator::Subtract => quote!(-),
        BinaryOperator::Multiply => quote!(*),
        BinaryOperator::Divide => quote!(/),
        BinaryOperator::Remainder => quote!(%),
    }
}

fn is_product(operator: BinaryOperator) -> bool {
    matches!(operator, BinaryOperator::Multiply | BinaryOperator::Divide | BinaryOperator::Remainder)
}

/// An operand, in parentheses where precedence asks for them.
fn nested(operator: BinaryOperator, operand: &Expr, tokens: TokenStream, is_right: bool) -> TokenStream {
    let ExprKind::Binary(inner, ..) = operand.kind else { return tokens };
    if is_right || is_product(operator) && !is_product(inner) { quote!((#tokens)) } else { tokens }
}

fn is_literal(expr: &Expr) -> bool {
    matches!(expr.kind, ExprKind::Int(_))
}

/// Whether a duration is more than read.
fn is_computed(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Binary(..) | ExprKind::MinMax { .. } => true,
        ExprKind::Narrow(_, body) => is_computed(body),
        _ => false,
    }
}

fn literal(value: i128) -> Number {
    Number { tokens: integer(value), form: Form::Literal(value), interval: Interval { low: value, high: value } }
}

/// Two numbers in one form.
fn same_form(left: Number, right: Number) -> (TokenStream, TokenStream) {
    let fits = |int: IntType, value: i128| int.interval().contains(value);
    match (left.form, right.form) {
        (Form::Own(a), Form::Own(b)) if a == b => (left.tokens, right.tokens),
        (Form::Own(int), Form::Literal(value)) | (Form::Literal(value), Form::Own(int)) if fits(int, value) => {
            (left.tokens, right.tokens)
        }
        _ => {
            let form = common(left.interval, right.interval);
            (widen(left, form), widen(right, form))
        }
    }
}

/// An integer as people write it.
pub(super) fn integer(value: i128) -> TokenStream {
    let digits = digits(value.saturating_abs(), "");
    if value < 0 { quote!(-#digits) } else { quote!(#digits) }
}

/// A literal in groups of three digits, with a suffix.
pub(super) fn digits(value: i128, suffix: &str) -> Literal {
    let plain = value.to_string();
    let mut grouped = String::new();
    for (index, digit) in plain.chars().enumerate() {
        if index > 0 && plain.len() > 4 && (plain.len() - index).is_multiple_of(3) {
            grouped.push('_');
        }
        grouped.push(digit);
    }
    grouped.push_str(suffix);
    grouped.parse().unwrap_or_else(|_| Literal::i128_unsuffixed(value))
}

fn hull(a: Interval, b: Interval) -> Interval {
    Interval { low: a.low.min(b.low), high: a.high.max(b.high) }
}

/// The form that holds both intervals.
fn common(a: Interval, b: Interval) -> Form {
    if hull(a, b).within(I64) { Form::Wide } else { Form::Huge }
}

/// A number in a wider form.
fn widen(number: Number, form: Form) -> TokenStream {
    let tokens = number.tokens;
    match (number.form, form) {
        (Form::Literal(_), Form::Huge) => quote!(#tokens),
        (Form::Own(IntType::I64), Form::Wide) => tokens,
        // A `u64` whose range fits: its bits are those of the `i64`.
        (Form::Own(IntType::U64), Form::Wide) => quote!((#tokens).cast_signed()),
        (Form::Own(_), Form::Wide) => quote!(i64::from(#tokens)),
        (Form::Own(_) | Form::Wide, Form::Huge) => quote!(i128::from(#tokens)),
        _ => tokens,
    }
}

/// A number as an `int` inside `range`.
fn convert(number: Number, int: IntType, range: Interval) -> Converted {
    let ty = plain(int.name());
    let sure = number.interval.within(range);
    let tokens = number.tokens;
    match number.form {
        Form::Literal(_) if sure => return Converted::Sure(tokens),
        Form::Own(own) if own == int && sure => return Converted::Sure(tokens),
        Form::Own(own) if own.interval().within(int.interval()) && sure => {
            return Converted::Sure(quote!(#ty::from(#tokens)));
        }
        _ => {}
    }
    let attempt = quote!(#ty::try_from(#tokens).ok());
    if range == int.interval() {
        return Converted::Try(attempt, quote!(value));
    }
    let (low, high) = (literal(range.low).tokens, literal(range.high).tokens);
    let attempt = quote!(#attempt.filter(|value| (#low..=#high).contains(value)));
    Converted::Try(attempt, quote!(value))
}

/// A duration that is known when the code is generated, in the largest unit that it is a multiple of.
pub(super) fn duration(nanoseconds: u64) -> TokenStream {
    let (unit, value) = match nanoseconds {
        n if n > 0 && n % 3_600_000_000_000 == 0 => ("from_hours", n / 3_600_000_000_000),
        n if n > 0 && n % 60_000_000_000 == 0 => ("from_mins", n / 60_000_000_000),
        n if n % 1_000_000_000 == 0 => ("from_secs", n / 1_000_000_000),
        n if n % 1_000_000 == 0 => ("from_millis", n / 1_000_000),
        n if n % 1_000 == 0 => ("from_micros", n / 1_000),
        n => ("from_nanos", n),
    };
    let (unit, value) = (plain(unit), integer(value.into()));
    quote!(::core::time::Duration::#unit(#value))
}
