//! What a transition leaves, does and enters, in that order.

use proc_macro2::{Ident, TokenStream};

use super::Generator;
use super::code::{Code, digits, duration, integer};
use super::expressions::{Scope, bounds, mentions};
use super::names::{ident, plain};
use super::numbers::{Attempt, Fitted};
use super::occurrences::Occurrence;
use super::template::IntoTokens;
use super::timers::DELAY;
use super::types::enum_name;
use crate::lists::CollectVec;
use crate::model::{
    Action, ActionKind, AssignOperator, BaseType, BinaryOperator, Event, Expr, ExprKind, Field, HostAction, Id,
    Interval, Machine, Place, State, StateKind, Tail, Target, TargetKind, Type, Variable, VariableScope,
};
use crate::source::Span;

/// How a failing action is answered.
#[derive(Clone, Copy)]
pub(super) struct Failing {
    /// The action, as it was written.
    pub(super) span: Span,
    /// Whether actions follow that are cut.
    pub(super) cuts: bool,
    /// Whether nobody is told: there is something else to fall back on.
    pub(super) silent: bool,
}

/// A value given at the arrow, in a local variable.
#[derive(Clone)]
pub(super) struct Given {
    pub(super) variable: Id<Variable>,
    pub(super) local: Ident,
    /// Whether the local variable is an option, because there may be no value and none that could stand for it.
    pub(super) is_option: bool,
}

impl<'m> Generator<'m> {
    /// The actions of a list, in order. One that fails cuts the rest of the list.
    pub(super) fn actions(&self, actions: &[Action], scope: &Scope<'_>) -> TokenStream {
        let statements = self.statements(actions, false, scope);
        if self.is_cut(actions) { quote!('actions: { #statements }) } else { statements }
    }

    /// Actions in order; `cuts` says whether others follow behind them.
    fn statements(&self, actions: &[Action], cuts: bool, scope: &Scope<'_>) -> TokenStream {
        let last = actions.len().saturating_sub(1);
        let statements = actions.iter().enumerate().map(|(index, action)| {
            let failing = Failing { span: action.span, cuts: cuts || index < last, silent: false };
            self.action(action, failing, scope)
        });
        statements.into_tokens()
    }

    /// Whether any action of a list can cut others.
    fn is_cut(&self, actions: &[Action]) -> bool {
        let Some((last, others)) = actions.split_last() else { return false };
        others.iter().any(|action| self.can_fail(action))
            || match &last.kind {
                ActionKind::If { arms, otherwise } => {
                    arms.iter().any(|(_, actions)| self.is_cut(actions)) || self.is_cut(otherwise)
                }
                _ => false,
            }
    }

    /// Whether any action of the machine can fail, or any value at an arrow.
    pub(super) fn is_fallible(&self) -> bool {
        self.machine.all_actions().iter().any(|action| self.can_fail(action))
            || self.machine.targets().iter().any(|target| self.arguments_can_fail(target))
            || self.machine.states.ids().any(|state| self.arming_can_fail(state))
            || self.runs().iter().any(|(_, _, run)| self.run_can_fail(run))
    }

    /// Whether any value of a payload can fail.
    pub(super) fn values_can_fail(&self, fields: &[Field], values: &[Expr]) -> bool {
        fields.iter().zip(values).any(|(field, value)| self.value_can_fail(value, field.ty, None))
    }

    /// Whether any value at the arrow can fail.
    pub(super) fn arguments_can_fail(&self, target: &Target) -> bool {
        target.arguments().iter().any(|(id, value)| {
            let variable = &self.machine.variables[*id];
            self.value_can_fail(value, variable.ty, variable.interval)
        })
    }

    /// Whether an action can fail.
    pub(super) fn can_fail(&self, action: &Action) -> bool {
        match &action.kind {
            ActionKind::Call { action, arguments, result } => {
                let declared = &self.machine.actions[*action];
                declared.fails.is_some()
                    || result.is_some_and(|variable| self.range_of_result(variable, &plain("value")).is_some())
                    || self.values_can_fail(&declared.parameters, arguments)
            }
            ActionKind::Assign { variable, value, .. } => {
                let variable = &self.machine.variables[*variable];
                self.value_can_fail(value, variable.ty, variable.interval)
            }
            ActionKind::Emit { output, fields: values } => {
                self.values_can_fail(&self.machine.outputs[*output].fields, values)
            }
            ActionKind::Raise { event, fields: values, delay } => {
                delay.is_some() || self.values_can_fail(&self.machine.events[*event].fields, values)
            }
            ActionKind::Restart(state) => self.arming_can_fail(*state),
            ActionKind::If { arms, otherwise } => {
                let fail = |actions: &[Action]| actions.iter().any(|action| self.can_fail(action));
                arms.iter().any(|(_, actions)| fail(actions)) || fail(otherwise)
            }
            ActionKind::ResetLimit(_) | ActionKind::ResetVariables(_) | ActionKind::Cancel(_) => false,
        }
    }

    pub(super) fn value_can_fail(&self, value: &Expr, ty: Type, range: Option<Interval>) -> bool {
        let (places, inner) = self.opened(value, &Scope::default());
        places.iter().any(can_change) || matches!(self.kept(value, ty, range, &inner), Fitted::Try { .. })
    }

    /// What a failing action says, and how the rest of its list is cut.
    pub(super) fn failure(&self, failing: Failing) -> TokenStream {
        if failing.silent {
            return TokenStream::new();
        }
        let origin = self.source(failing.span);
        let cut = failing.cuts.then(|| quote!(break 'actions;));
        quote! {
            self.fail(#origin, "the value lies outside of its range");
            #cut
        }
    }

    fn action(&self, action: &Action, failing: Failing, scope: &Scope<'_>) -> TokenStream {
        match &action.kind {
            ActionKind::Call { action: id, arguments, result } => {
                let declared = &self.machine.actions[*id];
                self.statement(arguments, failing, scope, None, &|inner| {
                    let passed =
                        declared.parameters.iter().zip(arguments).enumerate().map(|(index, (field, value))| {
                            (self.fresh(&format!("argument{index}")), self.passed(value, field.ty, inner))
                        });
                    self.with_values(passed.collect_vec(), failing, &|values| {
                        let call = self.host_call(&declared.name, &Code::atom(quote!(self.host)), true, &values);
                        self.answered(&call, declared, *result, failing)
                    })
                })
            }
            ActionKind::If { arms, otherwise } => {
                let mut code = TokenStream::new();
                for (condition, actions) in arms {
                    let (condition, actions) =
                        (self.condition(condition, scope), self.statements(actions, failing.cuts, scope));
                    let or = (!code.is_empty()).then(|| quote!(else));
                    code.extend(quote!(#or if #condition { #actions }));
                }
                let otherwise = self.statements(otherwise, failing.cuts, scope);
                let otherwise = (!otherwise.is_empty()).then(|| quote!(else { #otherwise }));
                quote!(#code #otherwise)
            }
            ActionKind::Emit { output, fields } => {
                let declared = &self.machine.outputs[*output];
                let (ty, variant) = (self.type_name("Output"), ident(&declared.name, self.places));
                self.statement(fields, failing, scope, None, &|inner| {
                    self.with_values(self.payload(&declared.fields, fields, inner), failing, &|values| {
                        let payload = self.fields_of(&declared.fields, values);
                        quote!(self.host.emit(#ty::#variant #payload);)
                    })
                })
            }
            ActionKind::Raise { event, fields, delay: None } => {
                self.statement(fields, failing, scope, None, &|inner| {
                    self.with_values(self.raised(*event, fields, inner), failing, &|values| {
                        let event = self.occurrence(*event, values);
                        quote!(self.raise(#event);)
                    })
                })
            }
            ActionKind::Raise { event, fields, delay: Some(delay) } => {
                let all: Vec<Expr> = fields.iter().chain([delay]).cloned().collect_vec();
                self.statement(&all, failing, scope, None, &|inner| {
                    let mut kept = self.raised(*event, fields, inner);
                    kept.push((self.fresh("delay"), self.kept(delay, DELAY, Some(Interval::DURATION), inner)));
                    self.with_values(kept, failing, &|mut values| {
                        let delay = values.pop();
                        let event = self.occurrence(*event, values);
                        let origin = self.source(failing.span);
                        let cut = failing.cuts.then(|| quote!(break 'actions;));
                        quote! {
                            if !self.delay(#delay, #event) {
                                self.fail(#origin, "too many delayed events wait");
                                #cut
                            }
                        }
                    })
                })
            }
            ActionKind::Cancel(event) if self.is_raised(*event) => {
                let (ty, variant) = (self.type_name("Internal"), self.variant(Occurrence::Event(*event)));
                let rest = (!self.machine.events[*event].fields.is_empty()).then(|| quote!({ .. }));
                quote!(self.delayed.retain(|(_, event)| !matches!(event, #ty::#variant #rest));)
            }
            // Nothing of it is ever pending.
            ActionKind::Cancel(_) => TokenStream::new(),
            ActionKind::Restart(state) if self.timers_of(*state).is_empty() => TokenStream::new(),
            ActionKind::Restart(state) => {
                let arm = self.names.arm(*state);
                if *state == Machine::root() {
                    return quote!(self.#arm(););
                }
                let is_active = self.is_active_at(*state, scope).tokens();
                quote!(if #is_active { self.#arm(); })
            }
            ActionKind::Assign { variable, operator, value } => {
                self.assign(*variable, *operator, value, failing, scope)
            }
            ActionKind::ResetLimit(id) => {
                let count = self.names.count(*id);
                quote!(self.#count = 0;)
            }
            ActionKind::ResetVariables(variables) => {
                variables.iter().map(|&id| self.set(id, &self.initial_value(id, &Scope::default()))).into_tokens()
            }
        }
    }

    /// A call of a host action, with what becomes of its answer.
    fn answered(
        &self,
        call: &TokenStream,
        declared: &HostAction,
        result: Option<Id<Variable>>,
        failing: Failing,
    ) -> TokenStream {
        // Without an arm of its own it outlives its statement, behind which a field of an event may be read.
        let value = if declared.fails.is_none() { self.fresh("answer") } else { plain("value") };
        let range = result.and_then(|variable| self.range_of_result(variable, &value));
        let keep = result.map(|variable| self.set(variable, &quote!(#value)));
        let failure = range.as_ref().map(|_| self.failure(failing));
        if declared.fails.is_none() {
            return match (keep, range) {
                (None, _) => quote!(#call;),
                (Some(keep), None) => quote!(let #value = #call; #keep),
                (Some(keep), Some(range)) => quote!(let #value = #call; if #range { #keep } else { #failure }),
            };
        }
        let origin = self.source(failing.span);
        let cut = failing.cuts.then(|| quote!(break 'actions;));
        let reported = quote!(self.fail(#origin, message); #cut);
        match (keep, range) {
            (None, _) => quote!(if let Err(message) = #call { #reported }),
            (Some(keep), None) => quote!(match #call { Ok(#value) => { #keep } Err(message) => { #reported } }),
            (Some(keep), Some(range)) => quote! {
                match #call {
                    Ok(#value) if #range => { #keep }
                    Ok(_) => { #failure }
                    Err(message) => { #reported }
                }
            },
        }
    }

    /// The test of a result that may lie outside of the range of the variable that keeps it.
    fn range_of_result(&self, id: Id<Variable>, value: &Ident) -> Option<TokenStream> {
        let variable = &self.machine.variables[id];
        let (Type::Plain(base) | Type::Optional(base)) = variable.ty;
        let range = variable.interval.filter(|&range| super::intervals::of_type(variable.ty) != Some(range))?;
        let bounds = bounds(base, range);
        Some(match variable.ty {
            Type::Plain(_) => quote!(#bounds.contains(&#value)),
            Type::Optional(_) => quote!(#value.is_none_or(|value| #bounds.contains(&value))),
        })
    }

    /// A statement with what its values need opened around it: the contexts of states (one of them to be `changed`), and
    /// options that are known to have a value. An option that is `none` after all makes the action fail.
    pub(super) fn statement(
        &self,
        values: &[Expr],
        failing: Failing,
        scope: &Scope<'_>,
        changed: Option<Id<State>>,
        make: &dyn Fn(&Scope<'_>) -> TokenStream,
    ) -> TokenStream {
        let (mut places, mut inner) = (Vec::new(), scope.clone());
        for value in values {
            let (more, wider) = self.opened(value, &inner);
            places.extend(more);
            inner = wider;
        }
        let mut statement = make(&inner);
        for place in places.iter().rev() {
            let (name, option) = (self.narrowed_name(place, scope), self.option(place, scope));
            let failure = can_change(place).then(|| self.failure(failing)).filter(|failure| !failure.is_empty());
            let otherwise = failure.map(|failure| quote!(else { #failure }));
            statement = quote!(if let Some(#name) = #option { #statement } #otherwise);
        }
        let mut opened = self.read_contexts(&values.iter().collect_vec(), &statement);
        opened.retain(|&state| Some(state) != changed);
        opened.reverse();
        opened.extend(changed);
        for state in opened {
            let (field, local) = (self.context_field(state), self.context_local(state));
            let mutable = (Some(state) == changed).then(|| quote!(mut));
            statement = quote!(if let Some(#local) = &#mutable self.#field { #statement });
        }
        statement
    }

    /// A call with values, some of which may not fit: it is not made where one of them does not.
    pub(super) fn with_values(
        &self,
        values: Vec<(Ident, Fitted)>,
        failing: Failing,
        call: &dyn Fn(Vec<TokenStream>) -> TokenStream,
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
        let mut code = call(given);
        for (name, attempt) in attempts.into_iter().rev() {
            let failure = self.failure(failing);
            let pattern = attempt.pattern(&name);
            code = quote!(if let #pattern { #code } else { #failure });
        }
        code
    }

    /// The values of a payload.
    fn payload(&self, fields: &[Field], values: &[Expr], scope: &Scope<'_>) -> Vec<(Ident, Fitted)> {
        let kept = fields.iter().zip(values).map(|(field, value)| {
            let name = self.fresh(&format!("new_{}", field.name.text));
            (name, self.kept(value, field.ty, None, scope))
        });
        kept.collect_vec()
    }

    /// The values of a raised event.
    fn raised(&self, event: Id<Event>, fields: &[Expr], scope: &Scope<'_>) -> Vec<(Ident, Fitted)> {
        self.payload(&self.machine.events[event].fields, fields, scope)
    }

    /// A raised event with its values.
    pub(super) fn occurrence(&self, event: Id<Event>, values: Vec<TokenStream>) -> TokenStream {
        let (ty, variant) = (self.type_name("Internal"), self.variant(Occurrence::Event(event)));
        let payload = self.fields_of(&self.machine.events[event].fields, values);
        quote!(#ty::#variant #payload)
    }

    /// Whether an event can be pending.
    fn is_raised(&self, event: Id<Event>) -> bool {
        let raises =
            |kind: &ActionKind| matches!(kind, ActionKind::Raise { event: of, delay: Some(_), .. } if *of == event);
        self.machine.all_actions().iter().any(|action| raises(&action.kind))
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
        let fitted = |inner: &Scope<'_>| match self.kept(value, variable.ty, variable.interval, inner) {
            // A step of nothing.
            Fitted::Sure(tokens) => Fitted::Sure(tokens),
            otherwise @ Fitted::Try { .. } => self.in_place(id, operator, value, inner).map_or(otherwise, |attempt| {
                Fitted::Try { attempt: Attempt::Option(attempt), nearest: TokenStream::new() }
            }),
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
            return self.statement(values, failing, scope, None, &|inner| in_context(&quote!(self.context), inner));
        }
        // A guard of the machine borrows all of it, so what it says must be known before the context is changed.
        if self.asks_machine(value) {
            return self.statement(values, failing, scope, None, &|inner| match fitted(inner) {
                Fitted::Sure(tokens) => {
                    let local = self.fresh("answer");
                    let set = self.set(id, &quote!(#local));
                    quote!(let #local = #tokens; #set)
                }
                Fitted::Try { attempt, .. } => {
                    let (set, failure) = (self.set(id, &quote!(value)), self.failure(failing));
                    let pattern = attempt.pattern(&plain("value"));
                    quote!(if let #pattern { #set } else { #failure })
                }
            });
        }
        let local = self.context_local(owner);
        self.statement(values, failing, scope, Some(owner), &|inner| in_context(&quote!(#local), inner))
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

    /// A whole transition from `leaf`, the innermost active state, by a reaction of `source`; `row` is its place in the
    /// table.
    pub(super) fn transition(
        &self,
        leaf: Id<State>,
        source: Id<State>,
        tail: &'m Tail,
        row: usize,
        scope: &Scope<'_>,
    ) -> TokenStream {
        let row = scope.row(row);
        let taken = quote!(self.taken(#row););
        let (Some(target), Some(domain)) = (&tail.target, self.machine.domain(source, tail)) else {
            let actions = self.actions(&tail.actions, scope);
            return quote!(#taken #actions);
        };
        // All inside the domain has been left.
        let scope = &scope.at(domain);
        let actions = self.actions(&tail.actions, scope);
        let exited: Vec<Id<State>> = self.machine.lineage(leaf).take_while(|&state| state != domain).collect_vec();
        let record: TokenStream = exited.iter().map(|&state| self.record_history(state, leaf)).into_tokens();
        let exits: TokenStream = exited.iter().map(|&state| self.leave_state(state, leaf)).into_tokens();
        let forget: TokenStream = exited.iter().map(|&state| self.forget(state)).into_tokens();
        let (mut prepared, mut given) = (TokenStream::new(), Vec::new());
        for (id, value) in target.arguments() {
            let (statements, value) = self.argument(*id, value, scope);
            prepared.extend(statements);
            given.push(value);
        }
        let enter = self.enter(&self.entered(domain, target), &given, scope);
        let changed = self.defers().then(|| quote!(self.is_changed = true;));
        quote!(#taken #record #exits #prepared #actions #forget #changed #enter)
    }

    /// A value at the arrow: evaluated before the actions, used behind them. Where there is none, the initial value of
    /// the variable stands for it, else the value of its range that is nearest.
    pub(super) fn argument(&self, id: Id<Variable>, value: &Expr, scope: &Scope<'_>) -> (TokenStream, Given) {
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
        for state in self.read_contexts(&[expr], &value).into_iter().rev() {
            let (field, local, method) = (self.context_field(state), self.context_local(state), method());
            value = quote!(self.#field.as_ref().#method(|#local| #value));
        }
        (value, is_opened)
    }

    /// Leaves one state, where `leaf` is the innermost one.
    fn leave_state(&self, state: Id<State>, leaf: Id<State>) -> TokenStream {
        let (ty, name, exit) = (self.type_name("State"), self.names.state(state), self.exit(state));
        // Innermost states that do the same have the same code.
        let left = if state == leaf { quote!(self.state) } else { quote!(#ty::#name) };
        quote!(self.left(#left); #exit)
    }

    /// The exit of one state.
    pub(super) fn exit(&self, state: Id<State>) -> TokenStream {
        let method = self.names.exit(state);
        if self.has_exit(state) { quote!(self.#method();) } else { TokenStream::new() }
    }

    /// Whether leaving a state does anything.
    pub(super) fn has_exit(&self, state: Id<State>) -> bool {
        let state = &self.machine.states[state];
        !state.exit.is_empty() || !state.runs.is_empty()
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
        let entered = || {
            let mut histories = Vec::new();
            for target in self.machine.targets() {
                if let TargetKind::History { deep, state, .. } = target.kind
                    && !histories.contains(&(state, deep))
                {
                    histories.push((state, deep));
                }
            }
            histories
        };
        self.facts.histories.get_or_init(entered).contains(&(state, deep))
    }

    pub(super) fn history_field(&self, state: Id<State>, deep: bool) -> &Ident {
        if deep { self.names.deep_history(state) } else { self.names.history(state) }
    }

    /// Ends the timers of a state that is left, and its context, unless a history keeps that. Until the actions of the
    /// transition are done nothing can tell whether the timers are still armed.
    pub(super) fn forget(&self, state: Id<State>) -> TokenStream {
        let disarm = self.disarm(state);
        if self.machine.states[state].context.is_empty() || self.is_kept(state) {
            return disarm;
        }
        let context = self.context_field(state);
        quote!(#disarm self.#context = None;)
    }

    /// Whether a history may enter the state again with the context that it had.
    pub(super) fn is_kept(&self, state: Id<State>) -> bool {
        self.machine.lineage(state).any(|outer| self.has_history(outer, false) || self.has_history(outer, true))
    }

    /// Raises the end of the composite whose final child is entered, if something reacts to it.
    pub(super) fn done(&self, leaf: Id<State>) -> TokenStream {
        let Some(composite) = self.ended_by(leaf) else { return TokenStream::new() };
        let (ty, variant) = (self.type_name("Internal"), self.variant(Occurrence::Done(composite)));
        quote!(self.raise(#ty::#variant);)
    }

    /// The composite that ends when this state is entered, if something reacts to it.
    pub(super) fn ended_by(&self, leaf: Id<State>) -> Option<Id<State>> {
        let state = &self.machine.states[leaf];
        let composite = state.parent.filter(|_| state.kind == StateKind::Final)?;
        (composite != Machine::root() && self.is_awaited(composite)).then_some(composite)
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
