//! What a transition leaves, does and enters, in that order.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::Generator;
use super::expressions::{Converted, Scope, integer};
use super::names::{ident, plain, snake_ident};
use crate::model::{
    Action, ActionKind, AssignOperator, BinaryOperator, Entry, Expr, ExprKind, Field, Id, Interval, Machine, Place,
    State, StateKind, Tail, TargetKind, Trigger, Type, Variable, VariableScope,
};
use crate::source::Span;

impl Generator<'_> {
    /// The actions of a list, in order. One that fails cuts the rest of the list.
    pub(super) fn actions(&self, actions: &[Action], scope: &Scope<'_>) -> TokenStream {
        let statements: TokenStream = actions.iter().map(|action| self.action(action, scope)).collect();
        if actions.iter().any(|action| self.can_fail(action)) { quote!('actions: { #statements }) } else { statements }
    }

    /// Whether any action of the machine can fail.
    pub(super) fn is_fallible(&self) -> bool {
        let actions = super::refusals::actions(self.machine).any(|action| self.can_fail(action));
        let tails = super::refusals::tails(self.machine);
        let arguments = tails.filter_map(|tail| tail.target.as_ref()).any(|target| {
            let entry = match &target.kind {
                TargetKind::State(entry) => Some(entry),
                TargetKind::History { default, .. } => default.as_ref(),
                TargetKind::Fork(_) => None,
            };
            entry.is_some_and(|entry| {
                entry.arguments.iter().any(|(id, value)| {
                    let variable = &self.machine.variables[*id];
                    self.value_can_fail(value, variable.ty, variable.interval)
                })
            })
        });
        actions || arguments
    }

    fn can_fail(&self, action: &Action) -> bool {
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
            ActionKind::Raise { event, fields: values } => fields(&self.machine.events[*event].fields, values),
            ActionKind::ResetLimit(_) | ActionKind::ResetVariables(_) | ActionKind::Restart(_) => false,
        }
    }

    fn value_can_fail(&self, value: &Expr, ty: Type, range: Option<Interval>) -> bool {
        let narrowed = matches!(value.kind, ExprKind::Narrow(..));
        narrowed || matches!(self.kept(value, ty, range, &Scope::default()), Converted::Try(..))
    }

    /// What a failing action says, and how the rest of its list is cut.
    fn failure(&self, span: Span) -> TokenStream {
        let origin = self.source(span);
        quote! {
            self.fail(#origin, "the value lies outside of its range");
            break 'actions;
        }
    }

    fn action(&self, action: &Action, scope: &Scope<'_>) -> TokenStream {
        match &action.kind {
            ActionKind::Call { action: id, arguments, .. } => {
                let declared = &self.machine.actions[*id];
                let method = snake_ident("", &declared.name, "");
                let names: Vec<_> = (0..arguments.len()).map(|index| self.fresh(&format!("argument{index}"))).collect();
                let (before, values) = self.values(arguments, &declared.parameters, &names, action.span, scope, true);
                self.with_contexts(arguments, quote!(#before self.host.#method(#(#values),*);))
            }
            ActionKind::Emit { output, fields } => {
                let declared = &self.machine.outputs[*output];
                let (before, payload) = self.payload(&declared.fields, fields, action.span, scope);
                let (ty, variant) = (self.type_name("Output"), ident(&declared.name, self.places));
                self.with_contexts(fields, quote!(#before self.host.emit(#ty::#variant #payload);))
            }
            ActionKind::Raise { event, fields } => {
                let declared = &self.machine.events[*event];
                let (before, payload) = self.payload(&declared.fields, fields, action.span, scope);
                let (ty, variant) = (self.type_name("Internal"), self.raised(*event));
                self.with_contexts(fields, quote!(#before self.raise(#ty::#variant #payload);))
            }
            ActionKind::Assign { variable, operator, value } => {
                self.assign(*variable, *operator, value, action.span, scope)
            }
            ActionKind::ResetLimit(id) => {
                let count = snake_ident("", &self.machine.limits[*id].name, "_count");
                quote!(self.#count = 0;)
            }
            ActionKind::ResetVariables(variables) => {
                variables.iter().map(|&id| self.set(id, &self.initial_value(id))).collect()
            }
            // Refused.
            ActionKind::Restart(_) => TokenStream::new(),
        }
    }

    /// The values of arguments or fields: the statements that come before, and the values.
    fn values(
        &self,
        exprs: &[Expr],
        fields: &[Field],
        names: &[Ident],
        span: Span,
        scope: &Scope<'_>,
        is_passed: bool,
    ) -> (TokenStream, Vec<TokenStream>) {
        let mut before = TokenStream::new();
        let mut values = Vec::new();
        for ((expr, field), name) in exprs.iter().zip(fields).zip(names) {
            let (places, inner) = self.opened(expr, scope);
            before.extend(self.open(&places, scope, span));
            let converted = if is_passed {
                self.passed(unwrapped(expr), field.ty, &inner)
            } else {
                self.kept(expr, field.ty, None, &inner)
            };
            match converted {
                Converted::Sure(tokens) => values.push(tokens),
                Converted::Try(attempt, value) => {
                    let failure = self.failure(span);
                    before.extend(quote! {
                        let #name = match #attempt {
                            Some(value) => #value,
                            None => { #failure }
                        };
                    });
                    values.push(quote!(#name));
                }
            }
        }
        (before, values)
    }

    /// The fields in braces, and the statements that come before.
    fn payload(&self, fields: &[Field], exprs: &[Expr], span: Span, scope: &Scope<'_>) -> (TokenStream, TokenStream) {
        if fields.is_empty() {
            return (TokenStream::new(), TokenStream::new());
        }
        let names: Vec<_> = fields.iter().map(|field| self.fresh(&format!("new_{}", field.name.text))).collect();
        let (before, values) = self.values(exprs, fields, &names, span, scope, false);
        let inits =
            fields.iter().zip(values).map(|(field, value)| field_init(&ident(&field.name, self.places), &value));
        (before, quote!({ #(#inits),* }))
    }

    /// Opens options whose value an action needs; one that is `none` after all makes the action fail.
    fn open(&self, places: &[Place], scope: &Scope<'_>, span: Span) -> TokenStream {
        let open = |place: &Place| {
            let (name, option) = (self.place_name(place, scope), self.option(place, scope));
            let failure = self.failure(span);
            quote!(let Some(#name) = #option else { #failure };)
        };
        places.iter().map(open).collect()
    }

    /// Statements inside the contexts of states that the expressions read.
    fn with_contexts(&self, exprs: &[Expr], statements: TokenStream) -> TokenStream {
        self.contexts_in(exprs).into_iter().rev().fold(statements, |statements, state| {
            let context = self.context_field(state);
            quote!(if let Some(#context) = &self.#context { #statements })
        })
    }

    fn assign(
        &self,
        id: Id<Variable>,
        operator: AssignOperator,
        value: &Expr,
        span: Span,
        scope: &Scope<'_>,
    ) -> TokenStream {
        let variable = &self.machine.variables[id];
        let (places, inner) = self.opened(value, scope);
        let open = self.open(&places, scope, span);
        let contexts = self.contexts_in([value]);
        let converted = match self.in_place(id, operator, value) {
            Some(attempt) => Converted::Try(attempt, quote!(value)),
            None => self.kept(value, variable.ty, variable.interval, &inner),
        };
        match converted {
            Converted::Sure(tokens) if contexts.is_empty() => {
                let set = self.set(id, &tokens);
                quote!(#open #set)
            }
            Converted::Sure(tokens) => {
                let attempt = self.through_contexts(&contexts, quote!(#tokens), false);
                let set = self.set(id, &quote!(value));
                quote!(#open if let Some(value) = #attempt { #set })
            }
            Converted::Try(attempt, result) => {
                let (attempt, failure) = (self.through_contexts(&contexts, attempt, true), self.failure(span));
                let set = self.set(id, &result);
                quote! {
                    #open
                    match #attempt {
                        Some(value) => { #set }
                        None => { #failure }
                    }
                }
            }
        }
    }

    /// A value that reads contexts of states: an option of it.
    fn through_contexts(&self, contexts: &[Id<State>], value: TokenStream, is_option: bool) -> TokenStream {
        let mut inner_is_option = is_option;
        contexts.iter().rev().fold(value, |value, &state| {
            let context = self.context_field(state);
            let method = plain(if inner_is_option { "and_then" } else { "map" });
            inner_is_option = true;
            quote!(self.#context.as_ref().#method(|#context| #value))
        })
    }

    /// `x += 1` in the variable's own type.
    fn in_place(&self, id: Id<Variable>, operator: AssignOperator, value: &Expr) -> Option<TokenStream> {
        let variable = &self.machine.variables[id];
        let Type::Plain(crate::model::BaseType::Int(int)) = variable.ty else { return None };
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
        let current = self.kept(left, variable.ty, variable.interval, &Scope::default());
        let Converted::Sure(current) = current else { return None };
        let step = super::expressions::digits(*step, "");
        let attempt = quote!(#current.#method(#step));
        let range = variable.interval.filter(|range| *range != int.interval());
        Some(match range {
            None => attempt,
            Some(Interval { low, high }) => {
                let (low, high) = (integer(low), integer(high));
                quote!(#attempt.filter(|value| (#low..=#high).contains(value)))
            }
        })
    }

    /// Gives a variable a value.
    fn set(&self, id: Id<Variable>, value: &TokenStream) -> TokenStream {
        let variable = &self.machine.variables[id];
        let name = ident(&variable.name, self.places);
        match variable.scope {
            VariableScope::Context(state) if state != Machine::root() => {
                let context = self.context_field(state);
                quote!(if let Some(#context) = &mut self.#context { #context.#name = #value; })
            }
            // Params are never assigned.
            VariableScope::Context(_) | VariableScope::Param => quote!(self.context.#name = #value;),
        }
    }

    /// The initial value of a variable that has one.
    pub(super) fn initial_value(&self, id: Id<Variable>) -> TokenStream {
        let variable = &self.machine.variables[id];
        let Some(default) = &variable.default else { return TokenStream::new() };
        match self.kept(default, variable.ty, variable.interval, &Scope::default()) {
            Converted::Sure(tokens) => tokens,
            // Params decide: what they lead out of the range becomes the nearest value inside.
            Converted::Try(attempt, _) => {
                let nearest = self.nearest(id);
                quote!(#attempt.unwrap_or(#nearest))
            }
        }
    }

    /// The lowest value that a number may take.
    fn nearest(&self, id: Id<Variable>) -> TokenStream {
        let variable = &self.machine.variables[id];
        let low = variable.interval.map_or(0, |interval| interval.low);
        match variable.ty {
            Type::Plain(crate::model::BaseType::Duration) => {
                super::expressions::duration(u64::try_from(low).unwrap_or(0))
            }
            Type::Optional(_) => quote!(None),
            Type::Plain(_) => integer(low),
        }
    }

    /// A whole transition from `leaf`, the innermost active state, by a reaction of `source`.
    pub(super) fn transition(&self, leaf: Id<State>, source: Id<State>, tail: &Tail, scope: &Scope<'_>) -> TokenStream {
        let actions = self.actions(&tail.actions, scope);
        let (Some(target), Some(domain)) = (&tail.target, self.machine.domain(source, tail)) else { return actions };
        let exited: Vec<Id<State>> = self.machine.lineage(leaf).take_while(|&state| state != domain).collect();
        let record: TokenStream = exited.iter().map(|&state| self.record_history(state, leaf)).collect();
        let exits: TokenStream = exited.iter().map(|&state| self.exit(state)).collect();
        let forget: TokenStream = exited.iter().map(|&state| self.forget(state)).collect();
        let (mut prepared, mut arguments) = (TokenStream::new(), Vec::new());
        let entry = match &target.kind {
            TargetKind::State(entry) => Some(entry),
            TargetKind::History { default, .. } => default.as_ref(),
            TargetKind::Fork(_) => None,
        };
        for (id, value) in entry.iter().flat_map(|entry| &entry.arguments) {
            let (statements, tokens) = self.argument(*id, value, scope);
            prepared.extend(statements);
            arguments.push((*id, tokens));
        }
        let enter = match &target.kind {
            TargetKind::State(entry) => self.enter(domain, entry.state, &arguments),
            TargetKind::History { deep, state, default } => {
                self.enter_history(domain, *state, *deep, default.as_ref(), &arguments)
            }
            // Refused.
            TargetKind::Fork(_) => TokenStream::new(),
        };
        quote!(#record #exits #prepared #actions #forget #enter)
    }

    /// A value at the arrow: evaluated before the actions, used behind them.
    fn argument(&self, id: Id<Variable>, value: &Expr, scope: &Scope<'_>) -> (TokenStream, TokenStream) {
        let variable = &self.machine.variables[id];
        let name = self.fresh(&format!("new_{}", variable.name.text));
        let (places, inner) = self.opened(value, scope);
        let contexts = self.contexts_in([value]);
        let converted = self.kept(value, variable.ty, variable.interval, &inner);
        let (tokens, is_option) = match converted {
            Converted::Sure(tokens) if places.is_empty() && contexts.is_empty() => {
                return (quote!(let #name = #tokens;), quote!(#name));
            }
            Converted::Sure(tokens) => (tokens, false),
            Converted::Try(attempt, result) => (quote!(#attempt.map(|value| #result)), true),
        };
        let mut is_option = is_option;
        let opened = places.iter().rev().fold(tokens, |tokens, place| {
            let (local, option) = (self.place_name(place, scope), self.option(place, scope));
            let method = plain(if is_option { "and_then" } else { "map" });
            is_option = true;
            quote!(#option.#method(|#local| #tokens))
        });
        let option = self.through_contexts(&contexts, opened, is_option);
        let origin = self.source(value.span);
        let fallback = if variable.default.is_some() { self.initial_value(id) } else { self.nearest(id) };
        let fail = quote!(self.fail(#origin, "the value lies outside of its range"););
        (
            quote! {
                let #name = if let Some(value) = #option { value } else { #fail #fallback };
            },
            quote!(#name),
        )
    }

    /// The exit of one state.
    fn exit(&self, state: Id<State>) -> TokenStream {
        if self.machine.states[state].exit.is_empty() {
            return TokenStream::new();
        }
        let method = self.names.of_state("exit_", state, "");
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
        super::refusals::tails(self.machine).filter_map(|tail| tail.target.as_ref()).any(|target| {
            matches!(target.kind, TargetKind::History { deep: of, state: composite, .. } if of == deep && composite == state)
        })
    }

    pub(super) fn history_field(&self, state: Id<State>, deep: bool) -> Ident {
        self.names.of_state("", state, if deep { "_deep_history" } else { "_history" })
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
    fn enter(&self, domain: Id<State>, state: Id<State>, arguments: &[(Id<Variable>, TokenStream)]) -> TokenStream {
        let mut entered = self.machine.path_from(domain, state);
        entered.pop();
        entered.extend(self.machine.default_completion(state));
        self.enter_all(&entered, arguments, false)
    }

    /// Enters states, the outermost first, of which the last is the innermost.
    pub(super) fn enter_all(
        &self,
        entered: &[Id<State>],
        arguments: &[(Id<Variable>, TokenStream)],
        keeps: bool,
    ) -> TokenStream {
        let Some(&leaf) = entered.last() else { return TokenStream::new() };
        let (ty, variant) = (self.type_name("State"), self.names.state(leaf));
        let contexts: TokenStream = entered.iter().map(|&state| self.begin_context(state, arguments, keeps)).collect();
        let entries: TokenStream = entered.iter().map(|&state| self.entry(state)).collect();
        let done = self.done(leaf);
        quote!(#contexts self.state = #ty::#variant; #entries #done)
    }

    /// Begins the context of a state. `keeps` leaves one that a history has kept.
    fn begin_context(&self, state: Id<State>, arguments: &[(Id<Variable>, TokenStream)], keeps: bool) -> TokenStream {
        let variables = &self.machine.states[state].context;
        let mut code = TokenStream::new();
        for limit in &self.machine.limits {
            if limit.state == state && state != Machine::root() {
                let count = snake_ident("", &limit.name, "_count");
                code.extend(quote!(self.#count = 0;));
            }
        }
        if variables.is_empty() {
            return code;
        }
        let (field, ty) = (self.context_field(state), self.context_name(state));
        let mut complete = true;
        let inits: Vec<_> = variables
            .iter()
            .map(|&id| {
                let name = ident(&self.machine.variables[id].name, self.places);
                let given = arguments.iter().find(|(of, _)| *of == id).map(|(_, tokens)| tokens.clone());
                complete &= given.is_some() || self.machine.variables[id].default.is_some();
                field_init(&name, &given.unwrap_or_else(|| self.initial_value(id)))
            })
            .collect();
        let make = quote!(self.#field = Some(#ty { #(#inits),* }););
        code.extend(match (keeps, complete) {
            // What was recorded has its context still.
            (true, false) => TokenStream::new(),
            (true, true) => quote!(if self.#field.is_none() { #make }),
            (false, _) => make,
        });
        code
    }

    fn entry(&self, state: Id<State>) -> TokenStream {
        if self.machine.states[state].entry.is_empty() {
            return TokenStream::new();
        }
        let method = self.names.of_state("enter_", state, "");
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
        reactions.iter().any(|&id| matches!(self.machine.reactions[id].trigger, Trigger::Done))
    }

    /// Enters what was last active inside `state`, or the default.
    fn enter_history(
        &self,
        domain: Id<State>,
        state: Id<State>,
        deep: bool,
        default: Option<&Entry>,
        arguments: &[(Id<Variable>, TokenStream)],
    ) -> TokenStream {
        let field = self.history_field(state, deep);
        let ty = self.type_name("State");
        let outside = self.machine.path_from(domain, state);
        let otherwise = self.enter(domain, default.map_or(state, |entry| entry.state), arguments);
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
            let (variant, enter) = (self.names.state(recorded), self.enter_all(&entered, &[], true));
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

/// An expression without the narrowing around it.
fn unwrapped(expr: &Expr) -> &Expr {
    let mut inner = expr;
    while let ExprKind::Narrow(_, body) = &inner.kind {
        inner = body;
    }
    inner
}

/// `name: value`, or `name` alone where both are the same.
pub(super) fn field_init(name: &Ident, value: &TokenStream) -> TokenStream {
    if *name == value.to_string() { quote!(#name) } else { quote!(#name: #value) }
}
