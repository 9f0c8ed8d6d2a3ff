//! What a transition leaves, does and enters, in that order.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::Generator;
use super::code::{Code, digits, duration, integer};
use super::expressions::{Scope, bounds, mentions};
use super::names::{ident, plain};
use super::numbers::{Attempt, Fitted};
use super::types::enum_name;
use crate::model::{
    Action, ActionKind, AssignOperator, BaseType, BinaryOperator, Entry, Expr, ExprKind, Field, Id, Interval, Machine,
    Place, State, StateKind, Tail, TargetKind, Trigger, Type, Variable, VariableScope,
};
use crate::source::Span;

/// How a failing action is answered.
#[derive(Clone, Copy)]
struct Failing {
    /// The action, as it was written.
    span: Span,
    /// Whether actions follow that are cut.
    cuts: bool,
}

/// A value given at the arrow, in a local variable.
#[derive(Clone)]
struct Given {
    variable: Id<Variable>,
    local: Ident,
    /// Whether the local variable is an option, because there may be no value and none that could stand for it.
    is_option: bool,
}

impl Generator<'_> {
    /// The actions of a list, in order. One that fails cuts the rest of the list.
    pub(super) fn actions(&self, actions: &[Action], scope: &Scope<'_>) -> TokenStream {
        let last = actions.len().saturating_sub(1);
        let statements = actions.iter().enumerate().map(|(index, action)| {
            let failing = Failing { span: action.span, cuts: index < last };
            self.action(action, failing, scope)
        });
        let statements: TokenStream = statements.collect();
        let cuts = actions.iter().take(last).any(|action| self.can_fail(action));
        if cuts { quote!('actions: { #statements }) } else { statements }
    }

    /// Whether any action of the machine can fail, or any value at an arrow.
    pub(super) fn is_fallible(&self) -> bool {
        self.machine.all_actions().into_iter().any(|action| self.can_fail(action))
            || self.machine.tails().any(|tail| self.arguments_can_fail(tail))
    }

    /// Whether any value at the arrow can fail.
    pub(super) fn arguments_can_fail(&self, tail: &Tail) -> bool {
        let mut arguments = entry_of(tail).into_iter().flat_map(|entry| &entry.arguments);
        arguments.any(|(id, value)| {
            let variable = &self.machine.variables[*id];
            self.value_can_fail(value, variable.ty, variable.interval)
        })
    }

    /// Whether an action can fail.
    pub(super) fn can_fail(&self, action: &Action) -> bool {
        let fields = |fields: &[Field], values: &[Expr]| {
            fields.iter().zip(values).any(|(field, value)| self.value_can_fail(value, field.ty, None))
        };
        match &action.kind {
            ActionKind::Call { action, arguments, .. } => fields(&self.machine.actions[*action].parameters, arguments),
            ActionKind::Assign { variable, value, .. } => {
                let variable = &self.machine.variables[*variable];
                self.value_can_fail(value, variable.ty, variable.interval)
            }
            ActionKind::Emit { output, fields: values } => fields(&self.machine.outputs[*output].fields, values),
            ActionKind::Raise { event, fields: values, .. } => fields(&self.machine.events[*event].fields, values),
            ActionKind::ResetLimit(_)
            | ActionKind::ResetVariables(_)
            | ActionKind::Cancel(_)
            | ActionKind::If { .. }
            | ActionKind::Restart(_) => false,
        }
    }

    fn value_can_fail(&self, value: &Expr, ty: Type, range: Option<Interval>) -> bool {
        let (places, inner) = self.opened(value, &Scope::default());
        places.iter().any(can_change) || matches!(self.kept(value, ty, range, &inner), Fitted::Try { .. })
    }

    /// What a failing action says, and how the rest of its list is cut.
    fn failure(&self, failing: Failing) -> TokenStream {
        let origin = self.source(failing.span);
        let cut = failing.cuts.then(|| quote!(break 'actions;));
        quote! {
            self.fail(#origin, "the value lies outside of its range");
            #cut
        }
    }

    fn action(&self, action: &Action, failing: Failing, scope: &Scope<'_>) -> TokenStream {
        match &action.kind {
            ActionKind::Call { action: id, arguments, .. } => {
                let declared = &self.machine.actions[*id];
                self.statement(arguments, failing, scope, None, |inner| {
                    let passed =
                        declared.parameters.iter().zip(arguments).enumerate().map(|(index, (field, value))| {
                            (self.fresh(&format!("argument{index}")), self.passed(value, field.ty, inner))
                        });
                    self.with_values(passed.collect(), failing, |values| {
                        let call = self.host_call(&declared.name, &Code::atom(quote!(self.host)), true, &values);
                        quote!(#call;)
                    })
                })
            }
            ActionKind::Emit { output, fields } => {
                let declared = &self.machine.outputs[*output];
                let (ty, variant) = (self.type_name("Output"), ident(&declared.name, self.places));
                self.statement(fields, failing, scope, None, |inner| {
                    self.with_values(self.payload(&declared.fields, fields, inner), failing, |values| {
                        let payload = self.fields_of(&declared.fields, values);
                        quote!(self.host.emit(#ty::#variant #payload);)
                    })
                })
            }
            ActionKind::Raise { event, fields, .. } => {
                let declared = &self.machine.events[*event];
                let (ty, variant) = (self.type_name("Internal"), self.raised(*event));
                self.statement(fields, failing, scope, None, |inner| {
                    self.with_values(self.payload(&declared.fields, fields, inner), failing, |values| {
                        let payload = self.fields_of(&declared.fields, values);
                        quote!(self.raise(#ty::#variant #payload);)
                    })
                })
            }
            ActionKind::Assign { variable, operator, value } => {
                self.assign(*variable, *operator, value, failing, scope)
            }
            ActionKind::ResetLimit(id) => {
                let count = self.names.count(*id);
                quote!(self.#count = 0;)
            }
            ActionKind::ResetVariables(variables) => {
                variables.iter().map(|&id| self.set(id, &self.initial_value(id, &Scope::default()))).collect()
            }
            // Refused.
            ActionKind::Cancel(_) | ActionKind::If { .. } | ActionKind::Restart(_) => TokenStream::new(),
        }
    }

    /// A statement with what its values need opened around it: the contexts of states (one of them to be `changed`), and
    /// options that are known to have a value. An option that is `none` after all makes the action fail.
    fn statement(
        &self,
        values: &[Expr],
        failing: Failing,
        scope: &Scope<'_>,
        changed: Option<Id<State>>,
        make: impl FnOnce(&Scope<'_>) -> TokenStream,
    ) -> TokenStream {
        let (mut places, mut inner) = (Vec::new(), scope.clone());
        for value in values {
            let (more, wider) = self.opened(value, &inner);
            places.extend(more);
            inner = wider;
        }
        let statement = places.iter().rev().fold(make(&inner), |statement, place| {
            let (name, option) = (self.narrowed_name(place, scope), self.option(place, scope));
            let failure = can_change(place).then(|| self.failure(failing));
            let otherwise = failure.map(|failure| quote!(else { #failure }));
            quote!(if let Some(#name) = #option { #statement } #otherwise)
        });
        let read = self.read_contexts(values, &statement).into_iter().filter(|&state| Some(state) != changed).rev();
        read.chain(changed).fold(statement, |statement, state| {
            let (field, local) = (self.context_field(state), self.context_local(state));
            let mutable = (Some(state) == changed).then(|| quote!(mut));
            quote!(if let Some(#local) = &#mutable self.#field { #statement })
        })
    }

    /// A call with values, some of which may not fit: it is not made where one of them does not.
    fn with_values(
        &self,
        values: Vec<(Ident, Fitted)>,
        failing: Failing,
        call: impl FnOnce(Vec<TokenStream>) -> TokenStream,
    ) -> TokenStream {
        let (mut given, mut attempts) = (Vec::new(), Vec::new());
        for (name, fitted) in values {
            match fitted {
                Fitted::Sure(tokens) => given.push(tokens),
                Fitted::Try { attempt, .. } => {
                    given.push(quote!(#name));
                    attempts.push((name, attempt));
                }
            }
        }
        attempts.into_iter().rev().fold(call(given), |call, (name, attempt)| {
            let failure = self.failure(failing);
            let pattern = attempt.pattern(&name);
            quote!(if let #pattern { #call } else { #failure })
        })
    }

    /// The values of a payload.
    fn payload(&self, fields: &[Field], values: &[Expr], scope: &Scope<'_>) -> Vec<(Ident, Fitted)> {
        let kept = fields.iter().zip(values).map(|(field, value)| {
            let name = self.fresh(&format!("new_{}", field.name.text));
            (name, self.kept(value, field.ty, None, scope))
        });
        kept.collect()
    }

    /// The fields of a payload in braces.
    fn fields_of(&self, fields: &[Field], values: Vec<TokenStream>) -> TokenStream {
        let inits = fields.iter().zip(values);
        let inits = inits.map(|(field, value)| field_init(&ident(&field.name, self.places), &value));
        if fields.is_empty() { TokenStream::new() } else { quote!({ #(#inits),* }) }
    }

    fn assign(
        &self,
        id: Id<Variable>,
        operator: AssignOperator,
        value: &Expr,
        failing: Failing,
        scope: &Scope<'_>,
    ) -> TokenStream {
        let variable = &self.machine.variables[id];
        let name = ident(&variable.name, self.places);
        let owner = match variable.scope {
            VariableScope::Context(state) => state,
            // Params are never assigned.
            VariableScope::Param => Machine::root(),
        };
        // A variable that is given its own value keeps it.
        if matches!(value.kind, ExprKind::Variable(of) if of == id) {
            return TokenStream::new();
        }
        let fitted = |inner: &Scope<'_>| match self.in_place(id, operator, value, inner) {
            Some(attempt) => Fitted::Try { attempt: Attempt::Option(attempt), nearest: TokenStream::new() },
            None => self.kept(value, variable.ty, variable.interval, inner),
        };
        let in_context = |place: &TokenStream, inner: &Scope<'_>| match fitted(inner) {
            Fitted::Sure(tokens) => {
                let compound = self.compound(operator, value, inner);
                let (sign, value) = compound.unwrap_or_else(|| (quote!(=), tokens));
                quote!(#place.#name #sign #value;)
            }
            Fitted::Try { attempt, .. } => {
                let failure = self.failure(failing);
                let pattern = attempt.pattern(&plain("value"));
                quote!(if let #pattern { #place.#name = value; } else { #failure })
            }
        };
        let values = std::slice::from_ref(value);
        if owner == Machine::root() {
            return self.statement(values, failing, scope, None, |inner| in_context(&quote!(self.context), inner));
        }
        // A guard of the machine borrows all of it, so what it says must be known before the context is changed.
        if self.asks_machine(value) {
            return self.statement(values, failing, scope, None, |inner| match fitted(inner) {
                Fitted::Sure(tokens) => {
                    let set = self.set(id, &quote!(value));
                    quote!(let value = #tokens; #set)
                }
                Fitted::Try { attempt, .. } => {
                    let (set, failure) = (self.set(id, &quote!(value)), self.failure(failing));
                    let pattern = attempt.pattern(&plain("value"));
                    quote!(if let #pattern { #set } else { #failure })
                }
            });
        }
        let local = self.context_local(owner);
        self.statement(values, failing, scope, Some(owner), |inner| in_context(&quote!(#local), inner))
    }

    /// Whether an expression calls a method of the machine.
    fn asks_machine(&self, expr: &Expr) -> bool {
        let mut asks = false;
        expr.walk(&mut |part| {
            if let ExprKind::Guard(id, _) = part.kind {
                asks |= self.machine.guards[id].body.is_some();
            }
        });
        asks
    }

    /// The sign and the step of `x += 0.5`: floats cannot fail.
    fn compound(
        &self,
        operator: AssignOperator,
        value: &Expr,
        scope: &Scope<'_>,
    ) -> Option<(TokenStream, TokenStream)> {
        let (Type::Plain(BaseType::Float), ExprKind::Binary(_, _, step)) = (value.ty, &value.kind) else { return None };
        let sign = match operator {
            AssignOperator::Add => quote!(+=),
            AssignOperator::Subtract => quote!(-=),
            AssignOperator::Set => return None,
        };
        match self.kept(step, value.ty, None, scope) {
            Fitted::Sure(step) => Some((sign, step)),
            Fitted::Try { .. } => None,
        }
    }

    /// `x += 1` in the variable's own type.
    fn in_place(
        &self,
        id: Id<Variable>,
        operator: AssignOperator,
        value: &Expr,
        scope: &Scope<'_>,
    ) -> Option<TokenStream> {
        let variable = &self.machine.variables[id];
        let Type::Plain(BaseType::Int(int)) = variable.ty else { return None };
        let ExprKind::Binary(BinaryOperator::Add | BinaryOperator::Subtract, left, right) = &value.kind else {
            return None;
        };
        let method = match operator {
            AssignOperator::Add => plain("checked_add"),
            AssignOperator::Subtract => plain("checked_sub"),
            AssignOperator::Set => return None,
        };
        let (ExprKind::Variable(of), ExprKind::Int(step)) = (&left.kind, &right.kind) else { return None };
        if *of != id || !int.interval().contains(*step) {
            return None;
        }
        let current = self.place(left, scope);
        let step = digits(step.unsigned_abs(), "");
        let attempt = quote!(#current.#method(#step));
        let range = variable.interval.filter(|range| *range != int.interval());
        Some(match range {
            None => attempt,
            Some(range) => {
                let bounds = bounds(BaseType::Int(int), range);
                quote!(#attempt.filter(|value| #bounds.contains(value)))
            }
        })
    }

    /// Gives a variable a value that needs nothing opened.
    fn set(&self, id: Id<Variable>, value: &TokenStream) -> TokenStream {
        let variable = &self.machine.variables[id];
        let name = ident(&variable.name, self.places);
        match variable.scope {
            VariableScope::Context(state) if state != Machine::root() => {
                let (field, local) = (self.context_field(state), self.context_local(state));
                quote!(if let Some(#local) = &mut self.#field { #local.#name = #value; })
            }
            // Params are never assigned.
            VariableScope::Context(_) | VariableScope::Param => quote!(self.context.#name = #value;),
        }
    }

    /// The initial value of a variable that has one. What params lead out of its range is the nearest value inside.
    pub(super) fn initial_value(&self, id: Id<Variable>, scope: &Scope<'_>) -> TokenStream {
        let variable = &self.machine.variables[id];
        let Some(default) = &variable.default else { return TokenStream::new() };
        match self.kept(default, variable.ty, variable.interval, scope) {
            Fitted::Sure(tokens) => tokens,
            Fitted::Try { attempt, nearest } => attempt.or(&nearest),
        }
    }

    /// What stands for a value that is not there: the least of its type. What the language does not know has none.
    fn least(&self, id: Id<Variable>) -> Option<TokenStream> {
        let variable = &self.machine.variables[id];
        let low = variable.interval.map_or(0, |interval| interval.low);
        let Type::Plain(base) = variable.ty else { return Some(quote!(None)) };
        Some(match base {
            BaseType::Bool => quote!(false),
            BaseType::Int(_) => integer(low),
            BaseType::Float => quote!(0.0),
            BaseType::Str => quote!(::fsm_runtime::Text::new("")),
            BaseType::Duration => duration(u64::try_from(low).unwrap_or(0)),
            BaseType::Enum(id) => {
                let declared = &self.program.enums[id];
                let name = enum_name(declared, self.places);
                let first = ident(&declared.variants.first()?.name, self.places);
                quote!(#name::#first)
            }
            BaseType::Extern(_) => return None,
        })
    }

    /// A whole transition from `leaf`, the innermost active state, by a reaction of `source`.
    pub(super) fn transition(&self, leaf: Id<State>, source: Id<State>, tail: &Tail, scope: &Scope<'_>) -> TokenStream {
        let actions = self.actions(&tail.actions, scope);
        let (Some(target), Some(domain)) = (&tail.target, self.machine.domain(source, tail)) else { return actions };
        let exited: Vec<Id<State>> = self.machine.lineage(leaf).take_while(|&state| state != domain).collect();
        let record: TokenStream = exited.iter().map(|&state| self.record_history(state, leaf)).collect();
        let exits: TokenStream = exited.iter().map(|&state| self.exit(state)).collect();
        let forget: TokenStream = exited.iter().map(|&state| self.forget(state)).collect();
        let (mut prepared, mut given) = (TokenStream::new(), Vec::new());
        for (id, value) in entry_of(tail).iter().flat_map(|entry| &entry.arguments) {
            let (statements, value) = self.argument(*id, value, scope);
            prepared.extend(statements);
            given.push(value);
        }
        let enter = match &target.kind {
            TargetKind::State(entry) => self.enter(domain, entry.state, &given),
            TargetKind::History { deep, state, default, .. } => {
                self.enter_history(domain, *state, *deep, default.first(), &given)
            }
            // Refused.
            TargetKind::Fork(_) => TokenStream::new(),
        };
        quote!(#record #exits #prepared #actions #forget #enter)
    }

    /// A value at the arrow: evaluated before the actions, used behind them. Where there is none, the initial value of
    /// the variable stands for it, else the value of its range that is nearest.
    fn argument(&self, id: Id<Variable>, value: &Expr, scope: &Scope<'_>) -> (TokenStream, Given) {
        let variable = &self.machine.variables[id];
        let local = self.fresh(&format!("new_{}", variable.name.text));
        let (places, inner) = self.opened(value, scope);
        let origin = self.source(value.span);
        let fail = quote!(self.fail(#origin, "the value lies outside of its range"););
        let initial = variable.default.is_some().then(|| self.initial_value(id, &Scope::default()));
        let through = |tokens: TokenStream, is_option: bool| self.through(value, &places, tokens, is_option, scope);
        let (tokens, nearest) = match self.kept(value, variable.ty, variable.interval, &inner) {
            Fitted::Sure(tokens) => (tokens, None),
            Fitted::Try { attempt, nearest } => (attempt.into_option(), Some(nearest)),
        };
        let (option, is_opened) = through(tokens, nearest.is_some());
        if !is_opened && nearest.is_none() {
            return (quote!(let #local = #option;), Given { variable: id, local, is_option: false });
        }
        let fails = nearest.is_some() || places.iter().any(can_change);
        let nearest = nearest.map(|nearest| match (through(nearest, false), self.least(id)) {
            ((nearest, true), Some(least)) => quote!(#nearest.unwrap_or(#least)),
            ((nearest, _), _) => nearest,
        });
        let otherwise = initial.or(nearest).or_else(|| self.least(id));
        let prepared = match &otherwise {
            Some(otherwise) if fails => {
                quote!(let #local = if let Some(value) = #option { value } else { #fail #otherwise };)
            }
            Some(otherwise) => quote!(let #local = #option.unwrap_or(#otherwise);),
            None => {
                let check = fails.then(|| quote!(if #local.is_none() { #fail }));
                quote!(let #local = #option; #check)
            }
        };
        (prepared, Given { variable: id, local, is_option: otherwise.is_none() })
    }

    /// A value with the contexts of states and the options that it needs opened around it, which makes it an option; and
    /// whether there were any.
    fn through(
        &self,
        expr: &Expr,
        places: &[Place],
        value: TokenStream,
        is_option: bool,
        scope: &Scope<'_>,
    ) -> (TokenStream, bool) {
        let (mut is_option, mut is_opened) = (is_option, false);
        let mut method = || {
            is_opened = true;
            plain(if std::mem::replace(&mut is_option, true) { "and_then" } else { "map" })
        };
        let mut value = value;
        for place in places.iter().rev() {
            let (name, option) = (self.narrowed_name(place, scope), self.option(place, scope));
            if mentions(&value, &name) {
                let method = method();
                value = quote!(#option.#method(|#name| #value));
            }
        }
        for state in self.read_contexts([expr], &value).into_iter().rev() {
            let (field, local, method) = (self.context_field(state), self.context_local(state), method());
            value = quote!(self.#field.as_ref().#method(|#local| #value));
        }
        (value, is_opened)
    }

    /// The exit of one state.
    fn exit(&self, state: Id<State>) -> TokenStream {
        if self.machine.states[state].exit.is_empty() {
            return TokenStream::new();
        }
        let method = self.names.exit(state);
        quote!(self.#method();)
    }

    /// Notes what was active inside a state whose history is asked for.
    fn record_history(&self, state: Id<State>, leaf: Id<State>) -> TokenStream {
        let ty = self.type_name("State");
        let child = self.machine.lineage(leaf).take_while(|&inner| inner != state).last();
        let mut code = TokenStream::new();
        for (deep, recorded) in [(false, child), (true, Some(leaf))] {
            let Some(recorded) = recorded.filter(|_| self.has_history(state, deep)) else { continue };
            let field = self.history_field(state, deep);
            let value = if self.machine.states[recorded].kind == StateKind::Final {
                quote!(None)
            } else if recorded == leaf {
                quote!(Some(self.state))
            } else {
                let child = self.names.state(recorded);
                quote!(Some(#ty::#child))
            };
            code.extend(quote!(self.#field = #value;));
        }
        code
    }

    /// Whether any transition enters this history.
    pub(super) fn has_history(&self, state: Id<State>, deep: bool) -> bool {
        self.machine.targets().any(|target| {
            matches!(target.kind, TargetKind::History { deep: of, state: composite, .. } if of == deep && composite == state)
        })
    }

    pub(super) fn history_field(&self, state: Id<State>, deep: bool) -> &Ident {
        if deep { self.names.deep_history(state) } else { self.names.history(state) }
    }

    /// Ends the context of a state that is left, unless a history keeps it.
    fn forget(&self, state: Id<State>) -> TokenStream {
        if self.machine.states[state].context.is_empty() || self.is_kept(state) {
            return TokenStream::new();
        }
        let context = self.context_field(state);
        quote!(self.#context = None;)
    }

    /// Whether a history may enter the state again with the context that it had.
    pub(super) fn is_kept(&self, state: Id<State>) -> bool {
        self.machine.lineage(state).any(|outer| self.has_history(outer, false) || self.has_history(outer, true))
    }

    /// Enters `state` and all inside it that is entered by default.
    fn enter(&self, domain: Id<State>, state: Id<State>, given: &[Given]) -> TokenStream {
        let mut entered = self.machine.path_from(domain, state);
        entered.pop();
        entered.extend(self.machine.default_completion(state));
        self.enter_all(&entered, given, &[])
    }

    /// Enters the initial states of the machine, when it is made: it is in the innermost of them already.
    pub(super) fn enter_initially(&self) -> TokenStream {
        let entered = self.machine.default_completion(Machine::root());
        let (contexts, entries) = self.contexts_and_entries(entered.get(1..).unwrap_or_default(), &[], &[]);
        quote!(#contexts #entries)
    }

    /// Enters states, the outermost first, of which the last is the innermost. A history may have `kept` the contexts of
    /// some of them.
    fn enter_all(&self, entered: &[Id<State>], given: &[Given], kept: &[Id<State>]) -> TokenStream {
        let Some(&leaf) = entered.last() else { return TokenStream::new() };
        let (ty, variant) = (self.type_name("State"), self.names.state(leaf));
        let (contexts, entries) = self.contexts_and_entries(entered, given, kept);
        quote!(#contexts self.state = #ty::#variant; #entries)
    }

    /// What comes before and what comes after the change of the innermost state.
    fn contexts_and_entries(
        &self,
        entered: &[Id<State>],
        given: &[Given],
        kept: &[Id<State>],
    ) -> (TokenStream, TokenStream) {
        let contexts = entered.iter().map(|state| self.begin_context(*state, given, kept.contains(state))).collect();
        let entries: TokenStream = entered.iter().map(|&state| self.entry(state)).collect();
        let done = entered.last().map(|&leaf| self.done(leaf));
        (contexts, quote!(#entries #done))
    }

    /// Begins the context of a state, unless a history has kept one, and sets its limits to zero.
    fn begin_context(&self, state: Id<State>, given: &[Given], is_kept: bool) -> TokenStream {
        let variables = &self.machine.states[state].context;
        let mut code = TokenStream::new();
        for (id, limit) in self.machine.limits.enumerate() {
            if limit.state == state && state != Machine::root() {
                let count = self.names.count(id);
                code.extend(quote!(self.#count = 0;));
            }
        }
        if variables.is_empty() {
            return code;
        }
        let (field, ty) = (self.context_field(state), self.context_name(state));
        let find = |id: Id<Variable>| given.iter().find(|value| value.variable == id);
        let inits = variables.iter().map(|&id| {
            let name = ident(&self.machine.variables[id].name, self.places);
            let initial = || self.initial_value(id, &Scope::default());
            let value = find(id).map_or_else(initial, |Given { local, .. }| quote!(#local));
            field_init(&name, &value)
        });
        let make = quote!(#ty { #(#inits),* });
        let options: Vec<_> = variables
            .iter()
            .filter_map(|&id| find(id))
            .filter(|value| value.is_option)
            .map(|value| &value.local)
            .collect();
        let make = match options.as_slice() {
            [] => quote!(Some(#make)),
            [only] => quote!(#only.map(|#only| #make)),
            several => {
                quote!(if let (#(Some(#several)),*) = (#(#several),*) { Some(#make) } else { None })
            }
        };
        let has_value = |id: &Id<Variable>| find(*id).is_some() || self.machine.variables[*id].default.is_some();
        code.extend(match (is_kept, variables.iter().all(has_value)) {
            // What was recorded has its context still.
            (true, false) => TokenStream::new(),
            (true, true) => quote!(if self.#field.is_none() { self.#field = #make; }),
            (false, _) => quote!(self.#field = #make;),
        });
        code
    }

    /// The entry of one state.
    pub(super) fn entry(&self, state: Id<State>) -> TokenStream {
        if self.machine.states[state].entry.is_empty() {
            return TokenStream::new();
        }
        let method = self.names.enter(state);
        quote!(self.#method();)
    }

    /// Raises the end of the composite whose final child is entered, if it reacts to it.
    fn done(&self, leaf: Id<State>) -> TokenStream {
        let state = &self.machine.states[leaf];
        let Some(composite) =
            state.parent.filter(|&parent| state.kind == StateKind::Final && self.reacts_to_done(parent))
        else {
            return TokenStream::new();
        };
        let (ty, variant) = (self.type_name("Internal"), self.done_event(composite));
        quote!(self.raise(#ty::#variant);)
    }

    pub(super) fn reacts_to_done(&self, state: Id<State>) -> bool {
        let reactions = &self.machine.states[state].reactions;
        reactions.iter().any(|&id| matches!(self.machine.reactions[id].trigger, Trigger::Done(_)))
    }

    /// Enters what was last active inside `state`, or the default.
    fn enter_history(
        &self,
        domain: Id<State>,
        state: Id<State>,
        deep: bool,
        default: Option<&Entry>,
        given: &[Given],
    ) -> TokenStream {
        let field = self.history_field(state, deep);
        let ty = self.type_name("State");
        let outside = self.machine.path_from(domain, state);
        let otherwise = self.enter(domain, default.map_or(state, |entry| entry.state), given);
        let is_inside = |inner: Id<State>| self.machine.lineage(inner).any(|outer| outer == state);
        // What is given at the arrow for states inside is for the default only: what was recorded has its contexts.
        let given_outside = given.iter().filter(|value| match self.machine.variables[value.variable].scope {
            VariableScope::Context(owner) => !is_inside(owner),
            VariableScope::Param => false,
        });
        let given_outside: Vec<Given> = given_outside.cloned().collect();
        let recordable: Vec<Id<State>> =
            if deep { self.leaves_in(state) } else { self.machine.states[state].children.clone() };
        let mut arms = TokenStream::new();
        let mut plain_leaves = false;
        for recorded in recordable {
            if self.machine.states[recorded].kind == StateKind::Final {
                continue;
            }
            let mut entered = outside.clone();
            let mut inside = self.machine.path_from(state, recorded);
            inside.pop();
            entered.extend(inside);
            entered.extend(self.machine.default_completion(recorded));
            let nothing_else = entered.last() == Some(&recorded)
                && entered.iter().all(|&state| {
                    let limits = self.machine.limits.iter().any(|limit| limit.state == state);
                    self.machine.states[state].entry.is_empty()
                        && self.machine.states[state].context.is_empty()
                        && !limits
                });
            if nothing_else {
                plain_leaves = true;
                continue;
            }
            let kept: Vec<Id<State>> = entered.iter().copied().filter(|&inner| is_inside(inner)).collect();
            let (variant, enter) = (self.names.state(recorded), self.enter_all(&entered, &given_outside, &kept));
            arms.extend(quote!(Some(#ty::#variant) => { #enter }));
        }
        // Nothing else is ever recorded.
        let rest = if plain_leaves {
            quote!(Some(state) => self.state = state, None => { #otherwise })
        } else {
            quote!(_ => { #otherwise })
        };
        quote!(match self.#field { #arms #rest })
    }
}

/// The state that a tail enters, with the values at the arrow: for a history its default.
fn entry_of(tail: &Tail) -> Option<&Entry> {
    match &tail.target.as_ref()?.kind {
        TargetKind::State(entry) => Some(entry),
        TargetKind::History { default, .. } => default.first(),
        // Refused.
        TargetKind::Fork(_) => None,
    }
}

/// Whether an option that a guard has found to have a value may have lost it when an action needs it: what belongs to
/// an event stays as it is.
fn can_change(place: &Place) -> bool {
    matches!(place, Place::Variable(_))
}

/// `name: value`, or `name` alone where both are the same.
pub(super) fn field_init(name: &Ident, value: &TokenStream) -> TokenStream {
    if *name == value.to_string() { quote!(#name) } else { quote!(#name: #value) }
}
