//! Guards and values.
//!
//! An expression is turned into Rust by what it is needed as: a truth ([`Generator::boolean`]), a number
//! ([`Generator::number`]), a text (`&str`), a reference to a value that the language does not know, or a value that is
//! kept ([`Generator::kept`]).

use proc_macro2::{Ident, Literal, Spacing, TokenStream, TokenTree};

use super::Generator;
use super::code::{Code, duration, integer};
use super::intervals::{RUST_DURATION, interval};
use super::names::{ident, ident_at, plain};
use super::numbers::{Attempt, Fitted, compared, fitted, is_computed};
use super::types::{abilities, enum_name};
use crate::lists::CollectVec;
use crate::model::{
    BaseType, BinaryOperator, Expr, ExprKind, Field, Guard, Id, IdSet, Interval, Machine, Place, Report, State,
    StateKind, Type, UnaryOperator, Variable, VariableScope,
};

/// What names mean where an expression stands.
#[derive(Clone, Default)]
pub(super) struct Scope<'e> {
    /// The parameters of the guard whose body it is.
    parameters: &'e [Field],
    /// Where the params are.
    params: Params,
    /// The fields of the event that nothing reads again: they are moved instead of cloned.
    last_reads: &'e [String],
    /// The options that are narrowed, each with the name of its value.
    narrowed: Vec<(Place, Ident)>,
    /// In the middle of a microstep, the innermost state on the way that is known to be active: what lies inside it is
    /// not, nor what lies beside it in the same region.
    moment: Option<Id<State>>,
    /// Whether what an event carries is known by reference.
    borrows: bool,
    /// Whether a transition's row and the innermost state that it leads to are in the local variables `row` and `goal`.
    is_looked_up: bool,
}

/// Where the params are.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Params {
    /// In the machine.
    #[default]
    Machine,
    /// In the local variable `params`, before there is a machine.
    Given,
    /// Each in a local variable of its own, before there are params.
    Single,
}

impl<'e> Scope<'e> {
    pub(super) fn of_guard(guard: &'e Guard) -> Self {
        Scope { parameters: &guard.parameters, ..Scope::default() }
    }

    pub(super) fn of_start(params: Params) -> Self {
        Scope { params, ..Scope::default() }
    }

    pub(super) fn reading_last(last_reads: &'e [String]) -> Self {
        Scope { last_reads, ..Scope::default() }
    }

    /// The same place in the middle of a microstep, where `state` is the innermost active one on the way.
    pub(super) fn at(&self, state: Id<State>) -> Self {
        Scope { moment: Some(state), ..self.clone() }
    }

    /// Where what an event carries is known by reference.
    pub(super) fn borrowing() -> Self {
        Scope { borrows: true, ..Scope::default() }
    }

    /// Where a transition's row and the innermost state that it leads to are in the local variables `row` and `goal`.
    pub(super) fn looked_up() -> Self {
        Scope { is_looked_up: true, ..Scope::default() }
    }

    /// The innermost state that a transition leads to.
    pub(super) fn goal(&self, state: TokenStream) -> TokenStream {
        if self.is_looked_up { quote!(goal) } else { state }
    }

    /// The row of a transition in the table for people.
    pub(super) fn row(&self, row: usize) -> TokenStream {
        let row = Literal::usize_unsuffixed(row);
        if self.is_looked_up { quote!(row) } else { quote!(#row) }
    }

    /// The same place, where an option is known to have a value.
    pub(super) fn knowing(&self, place: &Place, name: Ident) -> Self {
        let mut inner = self.clone();
        inner.narrowed.push((place.clone(), name));
        inner
    }

    pub(super) fn knows(&self, place: &Place) -> bool {
        self.narrowed.iter().any(|(known, _)| known == place)
    }
}

impl Generator<'_> {
    /// An expression that is true or false, with the contexts of states that it reads opened around it.
    pub(super) fn condition(&self, expr: &Expr, scope: &Scope<'_>) -> TokenStream {
        let condition = self.boolean(expr, scope).tokens();
        self.read_contexts(&[expr], &condition).into_iter().rev().fold(condition, |condition, state| {
            let (field, local) = (self.context_field(state), self.context_local(state));
            quote!(self.#field.as_ref().is_some_and(|#local| #condition))
        })
    }

    /// The states, other than the root, whose contexts the code of some expressions reads.
    pub(super) fn read_contexts(&self, exprs: &[&Expr], code: &TokenStream) -> Vec<Id<State>> {
        let mut states = self.contexts_in(exprs);
        states.retain(|&state| mentions(code, &self.context_local(state)));
        states
    }

    /// The states, other than the root, to whose contexts the expressions refer.
    fn contexts_in(&self, exprs: &[&Expr]) -> Vec<Id<State>> {
        let mut states = IdSet::default();
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
                {
                    states.insert(state);
                }
            });
        }
        states.ids().to_vec()
    }

    /// The field of the machine that holds the context of a state.
    pub(super) fn context_field(&self, state: Id<State>) -> Ident {
        if state == Machine::root() { plain("context") } else { self.names.context(state).clone() }
    }

    /// The name of the context of a state inside an expression that reads it.
    pub(super) fn context_local(&self, state: Id<State>) -> Ident {
        self.fresh(&self.context_field(state).to_string())
    }

    /// A truth.
    pub(super) fn boolean(&self, expr: &Expr, scope: &Scope<'_>) -> Code {
        if let Some(known) = known(expr, scope) {
            return Code::atom(quote!(#known));
        }
        match &expr.kind {
            ExprKind::Guard(id, arguments) => Code::atom(self.guard_call(*id, arguments, scope)),
            ExprKind::In(state) => self.is_active_at(*state, scope),
            ExprKind::Unary(UnaryOperator::Not, operand) => Code::prefix(&quote!(!), &self.boolean(operand, scope)),
            ExprKind::Binary(operator @ (BinaryOperator::And | BinaryOperator::Or), ..) => {
                let mut sides = Vec::new();
                flatten(*operator, expr, &mut sides);
                // What is known here decides nothing, and an option that is narrowed behind a test needs no test.
                let narrows =
                    |side: &Expr, tested: &Place| matches!(&side.kind, ExprKind::Narrow(place, _) if place == tested);
                let is_needed = |&(index, side): &(usize, &Expr)| {
                    let tested = tested_place(side).filter(|_| *operator == BinaryOperator::And);
                    let is_narrowed = |tested: Place| sides[index..].iter().any(|side| narrows(side, &tested));
                    known(side, scope).is_none() && !tested.is_some_and(is_narrowed)
                };
                let mut joined: Option<Code> = None;
                for (_, side) in sides.iter().copied().enumerate().filter(is_needed) {
                    let code = self.boolean(side, scope);
                    joined = Some(joined.map_or(code.clone(), |left| Code::binary(*operator, &left, &code)));
                }
                joined.unwrap_or_else(|| Code::atom(quote!(true)))
            }
            ExprKind::Binary(operator, left, right) => self.comparison(*operator, left, right, scope),
            ExprKind::Narrow(place, body) if scope.knows(place) => self.boolean(body, scope),
            ExprKind::Narrow(place, body) => {
                let (name, option) = (self.narrowed_name(place, scope), self.option(place, scope));
                let body = self.boolean(body, &scope.knowing(place, name.clone())).tokens();
                Code::atom(quote!(#option.is_some_and(|#name| #body)))
            }
            _ => Code::atom(self.place(expr, scope)),
        }
    }

    fn guard_call(&self, id: Id<Guard>, given: &[Expr], scope: &Scope<'_>) -> TokenStream {
        let guard = &self.machine.guards[id];
        let asks_in = |body: &Expr| scope.moment.is_some() && self.asks_in(body);
        let inlined = guard.body.as_ref().filter(|body| asks_in(body));
        let mut attempts = Vec::new();
        let mut arguments = Vec::new();
        for (index, (parameter, argument)) in guard.parameters.iter().zip(given).enumerate() {
            match self.passed(argument, parameter.ty, scope) {
                Fitted::Sure(tokens) => arguments.push(tokens),
                Fitted::Try { attempt, .. } => {
                    let name = self.fresh(&format!("argument{index}"));
                    arguments.push(quote!(#name));
                    attempts.push((name, attempt));
                }
            }
        }
        let call = if let Some(body) = inlined {
            // A method would tell what is active between macrosteps.
            let inner = Scope { moment: scope.moment, ..Scope::of_guard(guard) };
            let (parameters, body) = (self.parameters(&guard.parameters), self.condition(body, &inner));
            let bound = parameters.iter().zip(&arguments).map(|(parameter, value)| quote!(let #parameter = #value;));
            quote!({ #(#bound)* #body })
        } else if guard.body.is_some() {
            let method = self.names.guard(id);
            quote!(self.#method(#(#arguments),*))
        } else {
            self.host_call(&guard.name, &Code::atom(quote!(self.host)), false, &arguments)
        };
        attempts.into_iter().rev().fold(call, |call, (name, attempt)| match attempt {
            Attempt::Option(attempt) => quote!(#attempt.is_some_and(|#name| #call)),
            Attempt::Result(attempt) => quote!(#attempt.is_ok_and(|#name| #call)),
        })
    }

    /// Whether an expression asks what is active, itself or by a guard.
    fn asks_in(&self, expr: &Expr) -> bool {
        let mut asks = false;
        expr.walk(&mut |part| {
            asks |= match &part.kind {
                ExprKind::In(_) => true,
                // Guards do not ask themselves.
                ExprKind::Guard(id, _) => self.machine.guards[*id].body.as_ref().is_some_and(|body| self.asks_in(body)),
                _ => false,
            };
        });
        asks
    }

    /// Whether a state is active at that moment.
    pub(super) fn is_active_at(&self, state: Id<State>, scope: &Scope<'_>) -> Code {
        let Some(moment) = scope.moment else { return self.is_active(state) };
        let machine = self.machine;
        if machine.lineage(moment).any(|outer| outer == state) {
            return Code::atom(quote!(true));
        }
        let common = machine.ancestors(state).find(|&outer| machine.lineage(moment).any(|other| other == outer));
        let is_beside =
            common.is_some_and(|common| common != moment && machine.states[common].kind == StateKind::Parallel);
        if is_beside { self.is_active(state) } else { Code::atom(quote!(false)) }
    }

    /// Whether a state is active.
    pub(super) fn is_active(&self, state: Id<State>) -> Code {
        if self.is_parallel() {
            return self.is_active_in_region(state);
        }
        let leaves = self.leaves_in(state);
        let ty = self.type_name("State");
        if let [only] = leaves.as_slice() {
            let leaf = self.names.state(*only);
            let (current, leaf) = (Code::atom(quote!(self.state)), Code::atom(quote!(#ty::#leaf)));
            return Code::binary(BinaryOperator::Equal, &current, &leaf);
        }
        let leaves = leaves.iter().map(|&leaf| self.names.state(leaf));
        Code::atom(quote!(matches!(self.state, #(#ty::#leaves)|*)))
    }

    /// The states without children that lie inside a state, in document order; the state itself if it has none.
    pub(super) fn leaves_in(&self, state: Id<State>) -> Vec<Id<State>> {
        let inside = |&id: &Id<State>| self.machine.is_leaf(id) && self.machine.lineage(id).any(|outer| outer == state);
        self.machine.states.ids().skip(1).filter(inside).collect_vec()
    }

    fn comparison(&self, operator: BinaryOperator, left: &Expr, right: &Expr, scope: &Scope<'_>) -> Code {
        let base = match (left.ty, right.ty) {
            (Type::Optional(base), _) | (_, Type::Optional(base)) => {
                return self.optional_comparison(operator, base, left, right, scope);
            }
            (Type::Plain(base), Type::Plain(_)) => base,
        };
        match base {
            BaseType::Int(_) => compared(operator, &self.number(left, scope), &self.number(right, scope)),
            BaseType::Duration if is_computed(left) || is_computed(right) => {
                Code::binary(operator, &self.nanoseconds(left, scope), &self.nanoseconds(right, scope))
            }
            BaseType::Str => {
                Code::binary(operator, &Code::atom(self.text(left, scope)), &Code::atom(self.text(right, scope)))
            }
            BaseType::Extern(_) => Code::binary(
                operator,
                &Code::atom(self.reference(left, scope)),
                &Code::atom(self.reference(right, scope)),
            ),
            BaseType::Bool | BaseType::Duration | BaseType::Enum(_) | BaseType::Float => {
                Code::binary(operator, &self.copied(left, scope), &self.copied(right, scope))
            }
        }
    }

    /// `==` and `!=` of options.
    fn optional_comparison(
        &self,
        operator: BinaryOperator,
        base: BaseType,
        left: &Expr,
        right: &Expr,
        scope: &Scope<'_>,
    ) -> Code {
        let equal = operator == BinaryOperator::Equal;
        let (option, other) =
            if matches!(left.kind, ExprKind::None | ExprKind::Some(_)) { (right, left) } else { (left, right) };
        if matches!(other.kind, ExprKind::None) {
            let test = plain(if equal { "is_none" } else { "is_some" });
            let option = match place_of(option) {
                Some(_) => self.place(option, scope),
                None => self.optional(option, base, scope),
            };
            return Code::atom(quote!(#option.#test()));
        }
        // A value that is computed in another type than the option's.
        if let (Some(_), ExprKind::Some(inner)) = (place_of(option), &other.kind)
            && let Fitted::Try { .. } = self.kept(inner, Type::Plain(base), None, scope)
        {
            let local = self.fresh("value");
            let value = Expr { span: option.span, ty: Type::Plain(base), kind: ExprKind::Narrowed(ANY_OPTION) };
            let inner_scope = scope.knowing(&ANY_OPTION, local.clone());
            let (test, same) = (
                plain(if equal { "is_some_and" } else { "is_none_or" }),
                self.comparison(operator, &value, inner, &inner_scope).tokens(),
            );
            let option = self.optional(option, base, scope);
            return Code::atom(quote!(#option.#test(|#local| #same)));
        }
        let (option, other) = (self.optional(option, base, scope), self.optional(other, base, scope));
        Code::binary(operator, &Code::atom(option), &Code::atom(other))
    }

    /// An option as it is compared or passed on: of texts and of what the language does not know by reference.
    fn optional(&self, expr: &Expr, base: BaseType, scope: &Scope<'_>) -> TokenStream {
        match &expr.kind {
            ExprKind::None => return quote!(None),
            ExprKind::Some(inner) => {
                let inner = match base {
                    BaseType::Str => self.text(inner, scope),
                    BaseType::Extern(_) => self.reference(inner, scope),
                    BaseType::Int(_) | BaseType::Duration => match self.kept(inner, Type::Plain(base), None, scope) {
                        Fitted::Sure(tokens) => tokens,
                        Fitted::Try { attempt, .. } => return attempt.into_option(),
                    },
                    BaseType::Bool | BaseType::Float | BaseType::Enum(_) => self.copied(inner, scope).tokens(),
                };
                return quote!(Some(#inner));
            }
            ExprKind::Narrow(place, body) if scope.knows(place) => return self.optional(body, base, scope),
            _ => {}
        }
        let place = self.place(expr, scope);
        match base {
            // Parameters are references already.
            _ if matches!(expr.kind, ExprKind::Parameter(_)) => place,
            BaseType::Str => quote!(#place.as_deref()),
            BaseType::Extern(_) => quote!(#place.as_ref()),
            _ => place,
        }
    }

    /// A text as a `&str`.
    fn text(&self, expr: &Expr, scope: &Scope<'_>) -> TokenStream {
        match &expr.kind {
            ExprKind::Str(text) => quote!(#text),
            ExprKind::Narrow(place, body) if scope.knows(place) => self.text(body, scope),
            ExprKind::Reported(Report::Origin) | ExprKind::Parameter(_) | ExprKind::Narrowed(Place::Parameter(_)) => {
                self.place(expr, scope)
            }
            _ => {
                let text = self.place(expr, scope);
                quote!(#text.as_str())
            }
        }
    }

    /// A reference to a value that the language does not know.
    fn reference(&self, expr: &Expr, scope: &Scope<'_>) -> TokenStream {
        match &expr.kind {
            ExprKind::Narrow(place, body) if scope.knows(place) => self.reference(body, scope),
            ExprKind::Parameter(_) | ExprKind::Narrowed(_) => self.place(expr, scope),
            ExprKind::EventField { .. } | ExprKind::Reported(_) if scope.borrows => self.place(expr, scope),
            _ => {
                let place = self.place(expr, scope);
                quote!(&#place)
            }
        }
    }

    /// A value of a type that is copied, other than a number that is computed.
    fn copied(&self, expr: &Expr, scope: &Scope<'_>) -> Code {
        if expr.ty == Type::Plain(BaseType::Bool) {
            return self.boolean(expr, scope);
        }
        match &expr.kind {
            ExprKind::Float(value) => self.float(*value, expr),
            ExprKind::Duration(value) => Code::atom(duration(*value)),
            ExprKind::Variant(id, index) => {
                let declared = &self.program.enums[*id];
                let (name, variant) = (enum_name(declared, self.places), &declared.variants[*index].name);
                let variant = ident(variant, self.places);
                Code::atom(quote!(#name::#variant))
            }
            ExprKind::Narrow(place, body) if scope.knows(place) => self.copied(body, scope),
            ExprKind::Unary(_, operand) => Code::prefix(&quote!(-), &self.copied(operand, scope)),
            ExprKind::Binary(operator, left, right) => {
                Code::binary(*operator, &self.copied(left, scope), &self.copied(right, scope))
            }
            ExprKind::MinMax { max, operands } => {
                let (a, b) = (self.copied(&operands.0, scope).tokens(), self.copied(&operands.1, scope).tokens());
                let method = plain(if *max { "max" } else { "min" });
                Code::atom(quote!(f64::#method(#a, #b)))
            }
            _ => Code::atom(self.place(expr, scope)),
        }
    }

    /// A float as it was written.
    fn float(&self, value: f64, expr: &Expr) -> Code {
        if !value.is_finite() {
            return Code::atom(quote!(f64::INFINITY));
        }
        let written: Option<Literal> = self.sources.text(expr.span).parse().ok();
        let literal = written.unwrap_or_else(|| Literal::f64_unsuffixed(value));
        Code::atom(quote!(#literal))
    }

    /// What can be read: a variable, a field of the event, a parameter, the value of an option.
    pub(super) fn place(&self, expr: &Expr, scope: &Scope<'_>) -> TokenStream {
        match &expr.kind {
            ExprKind::Variable(id) => self.variable(*id, scope),
            ExprKind::EventField { name, .. } => {
                let name = plain(name);
                quote!(#name)
            }
            ExprKind::Parameter(index) => {
                let name = self.narrowed_name(&Place::Parameter(*index), scope);
                quote!(#name)
            }
            ExprKind::Narrowed(place) => {
                let known = scope.narrowed.iter().rev().find(|(known, _)| known == place);
                let name = known.map_or_else(|| self.narrowed_name(place, scope), |(_, name)| name.clone());
                quote!(#name)
            }
            ExprKind::Reported(report) => {
                let name = reported(*report);
                quote!(#name)
            }
            // Everything else is no place.
            _ => TokenStream::new(),
        }
    }

    fn variable(&self, id: Id<Variable>, scope: &Scope<'_>) -> TokenStream {
        let variable = &self.machine.variables[id];
        let name = ident(&variable.name, self.places);
        match (variable.scope, scope.params) {
            (VariableScope::Param, Params::Machine) => quote!(self.params.#name),
            (VariableScope::Param, Params::Given) => quote!(params.#name),
            (VariableScope::Param, Params::Single) => quote!(#name),
            (VariableScope::Context(state), _) if state == Machine::root() => quote!(self.context.#name),
            // Opened around the expression.
            (VariableScope::Context(state), _) => {
                let context = self.context_local(state);
                quote!(#context.#name)
            }
        }
    }

    /// A value for a parameter of a guard or of a host function: what is not copied by reference.
    pub(super) fn passed(&self, expr: &Expr, ty: Type, scope: &Scope<'_>) -> Fitted {
        match ty {
            Type::Plain(BaseType::Str) => Fitted::Sure(self.text(expr, scope)),
            Type::Plain(BaseType::Extern(_)) => Fitted::Sure(self.reference(expr, scope)),
            Type::Optional(base @ (BaseType::Str | BaseType::Extern(_))) => {
                Fitted::Sure(self.optional(expr, base, scope))
            }
            Type::Plain(_) | Type::Optional(_) => self.kept(expr, ty, None, scope),
        }
    }

    /// A value that is kept: owned, and inside `range`.
    pub(super) fn kept(&self, expr: &Expr, ty: Type, range: Option<Interval>, scope: &Scope<'_>) -> Fitted {
        match (ty, &expr.kind) {
            (Type::Plain(BaseType::Bool), _) => Fitted::Sure(self.boolean(expr, scope).tokens()),
            (_, ExprKind::Narrow(place, body)) if scope.knows(place) => self.kept(body, ty, range, scope),
            (Type::Plain(BaseType::Int(int)), _) => {
                fitted(&self.number(expr, scope), int, range.unwrap_or_else(|| int.interval()))
            }
            (Type::Plain(BaseType::Duration), _) => self.fitted_duration(expr, range.unwrap_or(RUST_DURATION), scope),
            (Type::Plain(BaseType::Float | BaseType::Enum(_)), _) => Fitted::Sure(self.copied(expr, scope).tokens()),
            (Type::Plain(BaseType::Str), ExprKind::Reported(Report::Origin)) => {
                let origin = self.place(expr, scope);
                Fitted::Sure(quote!(::fsm_runtime::Text::new(#origin)))
            }
            (Type::Plain(BaseType::Str), ExprKind::Str(text)) => Fitted::Sure(quote!(::fsm_runtime::Text::new(#text))),
            (Type::Optional(_), ExprKind::None) => Fitted::Sure(quote!(None)),
            (Type::Optional(base), ExprKind::Some(inner)) => match self.kept(inner, Type::Plain(base), range, scope) {
                Fitted::Sure(tokens) => Fitted::Sure(quote!(Some(#tokens))),
                Fitted::Try { attempt, nearest } => {
                    let attempt = attempt.into_option();
                    Fitted::Try {
                        attempt: Attempt::Option(quote!(#attempt.map(Some))),
                        nearest: quote!(Some(#nearest)),
                    }
                }
            },
            (Type::Optional(base), _) if abilities(ty).copy => self.kept_option(expr, base, range, scope),
            (_, ExprKind::EventField { name, .. }) if scope.last_reads.contains(name) => {
                Fitted::Sure(self.place(expr, scope))
            }
            (Type::Plain(_) | Type::Optional(_), _) => {
                // That a value cannot be kept is said where it is written.
                let (place, clone) = (self.place(expr, scope), ident_at("clone", self.places.span(expr.span)));
                Fitted::Sure(quote!(#place.#clone()))
            }
        }
    }

    /// An option of a number that is kept as it is, inside `range`.
    fn kept_option(&self, expr: &Expr, base: BaseType, range: Option<Interval>, scope: &Scope<'_>) -> Fitted {
        let place = self.place(expr, scope);
        let known = interval(self.machine, expr).ok().flatten();
        let (Some(range), Some(known)) = (range, known) else { return Fitted::Sure(place) };
        if known.within(range) {
            return Fitted::Sure(place);
        }
        let bounds = bounds(base, range);
        let inside = quote!(|option| option.is_none_or(|value| #bounds.contains(&value)));
        Fitted::Try { attempt: Attempt::Option(quote!(Some(#place).filter(#inside))), nearest: quote!(None) }
    }

    /// An option as it is narrowed: what is not copied by reference.
    pub(super) fn option(&self, place: &Place, scope: &Scope<'_>) -> TokenStream {
        let (ty, tokens) = match place {
            Place::Variable(id) => (self.machine.variables[*id].ty, self.variable(*id, scope)),
            Place::EventField { name, event } => {
                let field = self.machine.events[*event].fields.iter().find(|field| field.name.text == *name);
                let name = plain(name);
                (field.map_or(Type::Plain(BaseType::Bool), |field| field.ty), quote!(#name))
            }
            Place::Parameter(_) => {
                let name = self.narrowed_name(place, scope);
                return quote!(#name);
            }
        };
        if abilities(ty).copy { tokens } else { quote!(#tokens.as_ref()) }
    }

    /// The name under which the value of a place is known.
    pub(super) fn narrowed_name(&self, place: &Place, scope: &Scope<'_>) -> Ident {
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
        let of_guards = self.machine.guards.iter().flat_map(|guard| &guard.parameters);
        let fields = of_events.chain(of_guards).map(|field| field.name.text.as_str()).collect_vec();
        let mut name = text.to_owned();
        let reports = ["origin", "message", "value", "error"];
        while fields.contains(&name.as_str()) || self.reads_reports() && reports.contains(&name.as_str()) {
            name.push('_');
        }
        plain(&name)
    }

    /// The options whose values an expression needs, and the scope in which they are open. A truth opens them itself:
    /// it is false without them.
    pub(super) fn opened<'e>(&self, expr: &Expr, scope: &Scope<'e>) -> (Vec<Place>, Scope<'e>) {
        let (mut places, mut inner, mut expr) = (Vec::new(), scope.clone(), expr);
        while let ExprKind::Narrow(place, body) = &expr.kind
            && expr.ty != Type::Plain(BaseType::Bool)
        {
            if !inner.knows(place) {
                inner = inner.knowing(place, self.narrowed_name(place, scope));
                places.push(place.clone());
            }
            expr = body;
        }
        (places, inner)
    }
}

/// The name under which a report is bound.
pub(super) fn reported(report: Report) -> Ident {
    plain(match report {
        Report::Origin => "origin",
        Report::Message => "message",
        Report::Value => "value",
        Report::Error => "error",
    })
}

/// Stands for the option that is compared.
const ANY_OPTION: Place = Place::Parameter(usize::MAX);

/// A truth that is known when the code is generated: literals, and tests of options that are narrowed.
fn known(expr: &Expr, scope: &Scope<'_>) -> Option<bool> {
    match &expr.kind {
        ExprKind::Bool(value) => Some(*value),
        ExprKind::In(state) if *state == Machine::root() => Some(true),
        ExprKind::Unary(UnaryOperator::Not, operand) => known(operand, scope).map(|value| !value),
        ExprKind::Binary(operator @ (BinaryOperator::And | BinaryOperator::Or), left, right) => {
            let decisive = *operator == BinaryOperator::Or;
            match (known(left, scope), known(right, scope)) {
                (Some(value), _) | (_, Some(value)) if value == decisive => Some(decisive),
                (Some(_), Some(_)) => Some(!decisive),
                _ => None,
            }
        }
        ExprKind::Binary(operator @ (BinaryOperator::Equal | BinaryOperator::NotEqual), left, right) => {
            let option = match (&left.kind, &right.kind) {
                (ExprKind::None, _) => right,
                (_, ExprKind::None) => left,
                _ => return None,
            };
            let is_narrowed = place_of(option).is_some_and(|place| scope.knows(&place));
            is_narrowed.then_some(*operator == BinaryOperator::NotEqual)
        }
        ExprKind::Narrow(place, body) if scope.knows(place) => known(body, scope),
        _ => None,
    }
}

/// `(low..=high)`
pub(super) fn bounds(base: BaseType, Interval { low, high }: Interval) -> TokenStream {
    let bound = |value: i128| match base {
        BaseType::Duration => duration(u64::try_from(value).unwrap_or(u64::MAX)),
        _ => integer(value),
    };
    let (low, high) = (bound(low), bound(high));
    quote!((#low..=#high))
}

/// The operands of a chain of the same operator, in order.
fn flatten<'e>(operator: BinaryOperator, expr: &'e Expr, sides: &mut Vec<&'e Expr>) {
    match &expr.kind {
        ExprKind::Binary(of, left, right) if *of == operator => {
            flatten(operator, left, sides);
            flatten(operator, right, sides);
        }
        _ => sides.push(expr),
    }
}

/// The place in `place != none`.
fn tested_place(expr: &Expr) -> Option<Place> {
    let ExprKind::Binary(BinaryOperator::NotEqual, left, right) = &expr.kind else { return None };
    match (&left.kind, &right.kind) {
        (ExprKind::None, _) => place_of(right),
        (_, ExprKind::None) => place_of(left),
        _ => None,
    }
}

/// Whether code reads a local variable: the name, but neither as a field nor as the name of one that is given a value.
pub(super) fn mentions(code: &TokenStream, name: &Ident) -> bool {
    let is_punct =
        |tree: Option<&TokenTree>, sign: char| matches!(tree, Some(TokenTree::Punct(punct)) if punct.as_char() == sign);
    let trees: Vec<TokenTree> = code.clone().into_iter().collect_vec();
    trees.iter().enumerate().any(|(index, tree)| match tree {
        TokenTree::Group(group) => mentions(&group.stream(), name),
        TokenTree::Ident(ident) if ident == name => {
            let before = index.checked_sub(1).and_then(|before| trees.get(before));
            // `name: ::path` is a label as well, and `name::path` is none.
            let is_label = matches!(
                trees.get(index + 1),
                Some(TokenTree::Punct(punct)) if punct.as_char() == ':' && punct.spacing() == Spacing::Alone
            );
            !is_punct(before, '.') && !is_label
        }
        _ => false,
    })
}

/// Whether code calls a method of the machine.
pub(super) fn mentions_method(code: &TokenStream, name: &Ident) -> bool {
    code.clone().into_iter().any(|tree| match tree {
        TokenTree::Group(group) => mentions_method(&group.stream(), name),
        TokenTree::Ident(ident) => ident == *name,
        _ => false,
    })
}

fn place_of(expr: &Expr) -> Option<Place> {
    match &expr.kind {
        ExprKind::Variable(id) => Some(Place::Variable(*id)),
        ExprKind::EventField { name, event } => Some(Place::EventField { name: name.clone(), event: *event }),
        ExprKind::Parameter(index) => Some(Place::Parameter(*index)),
        _ => None,
    }
}
