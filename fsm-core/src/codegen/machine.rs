//! The machine itself and its methods.

use proc_macro2::TokenStream;

use super::code::digits;
use super::effects::field_init;
use super::entries::Entered;
use super::expressions::{Params, Scope, bounds};
use super::generics::Generics;
use super::names::ident;
use super::template::IntoTokens;
use super::types::abilities;
use super::{Generator, docs, lints};
use crate::lists::CollectVec;
use crate::model::{Expr, ExprKind, Id, Machine, State, Type, Variable, VariableScope};

impl Generator<'_> {
    pub(super) fn machine_type(&self) -> TokenStream {
        let (name, error) = (self.type_name(""), self.type_name("Error"));
        let Generics { declared, named, .. } = self.machine_generics();
        let (state, event, kind) = (self.type_name("State"), self.type_of("Event"), self.type_name("EventKind"));
        let (text, seen_by) = (&self.machine.name.text, self.visibility());
        let docs_of = docs(&self.machine.notes.docs, &format!("The state machine `{text}`."));
        let (picture, table) = (self.picture_docs(), self.table_docs());
        let documented = lints::allow(lints::of_docs([&self.machine.notes.docs].into_iter()).as_slice());
        let error_docs = format!(" Why `{text}` did not take an event.");
        let fields = self.machine_fields();
        let bools = self.pending_fields().iter().filter(|(_, ty, _)| ty.to_string() == "bool").count();
        let bools = bools + usize::from(self.has_queue());
        // The timers of the machine itself are called after it.
        let is_named_after = !self.timers_of(Machine::root()).is_empty();
        let lints = [(bools > 3, "clippy::struct_excessive_bools"), (is_named_after, "clippy::struct_field_names")];
        let lints = lints.into_iter().filter_map(|(is_needed, lint)| is_needed.then_some(lint)).collect_vec();
        let unlinted = lints::allow(&lints);
        let (internal, transitions) = (self.internal_type(), self.transition_type());
        let (configuration, current_state) = (self.configuration_methods(), self.current_state());
        let handling = self.handling();
        let starting = self.starting();
        let saving = self.saving();
        let (begin, hooks) = (self.begin(), self.hooks());
        let (timing, arming, running) = (self.timing(), self.arming(), self.running());
        let (guards, observing) = (self.guard_methods(), self.observing());
        let accessors = self.accessors();
        let allowed = self.allowed_lints();
        let ends = self.is_in_end();
        let timed = self.timed_methods();
        let endless = lints::allow(if self.can_end() { &[] } else { &["clippy::unused_self"] });
        quote! {
            #[doc = #error_docs]
            #seen_by type #error = ::fsm_runtime::Error<#state, #kind>;

            #docs_of
            #picture
            #table
            #documented
            #unlinted
            #seen_by struct #name #declared { #fields }

            #internal
            #transitions

            #allowed
            impl #declared #name #named {
                #starting
                #handling
                #timing
                #running
                #saving

                #configuration

                /// Whether the machine has reached a final state of its own.
                #[must_use]
                #endless
                pub const fn is_terminated(&self) -> bool {
                    #ends
                }

                #accessors

                /// What the machine asks and tells.
                #[must_use]
                pub const fn host(&self) -> &H {
                    &self.host
                }

                /// What the machine asks and tells.
                #[must_use]
                pub const fn host_mut(&mut self) -> &mut H {
                    &mut self.host
                }

                /// Ends the machine and gives the host back.
                #[must_use]
                pub fn into_host(self) -> H {
                    self.host
                }

                #begin
                #hooks
                #arming
                #guards
                #observing
            }

            #[automatically_derived]
            impl #declared ::fsm_runtime::Machine for #name #named {
                type State = #state;
                type Event = #event;
                type EventKind = #kind;

                const NAME: &'static str = #text;
                const STATES: &'static [#state] = #state::ALL;
                const TRANSITIONS: &'static [::fsm_runtime::Transition<#state, #kind>] = #state::TRANSITIONS;

                fn handle(&mut self, event: #event) -> ::core::result::Result<::fsm_runtime::Outcome, #error> {
                    #name::handle(self, event)
                }

                #timed

                fn state(&self) -> #state {
                    #current_state
                }

                fn is_in(&self, state: #state) -> bool {
                    #name::is_in(self, state)
                }

                fn is_terminated(&self) -> bool {
                    #name::is_terminated(self)
                }
            }

            #[automatically_derived]
            impl #declared ::core::fmt::Debug for #name #named {
                fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                    f.debug_struct(#text).field("state", &#current_state).finish_non_exhaustive()
                }
            }
        }
    }

    /// What the trait asks of a machine that depends on time.
    fn timed_methods(&self) -> TokenStream {
        if !self.is_timed() {
            return TokenStream::new();
        }
        let (name, error) = (self.type_name(""), self.type_name("Error"));
        quote! {
            fn next_deadline(&self) -> ::core::option::Option<::core::time::Duration> {
                #name::next_deadline(self)
            }

            fn meet_next(
                &mut self,
                until: ::core::time::Duration,
            ) -> ::core::option::Option<::fsm_runtime::Answer<Self>> {
                #name::meet_next(self, until)
            }

            fn advance_to(&mut self, now: ::core::time::Duration) -> ::core::result::Result<(), #error> {
                #name::advance_to(self, now)
            }
        }
    }

    /// What tells which states are active.
    fn configuration_methods(&self) -> TokenStream {
        let state = self.type_name("State");
        if !self.is_parallel() {
            return quote! {
                /// The innermost active state.
                #[must_use]
                pub const fn state(&self) -> #state {
                    self.state
                }

                /// Whether a state is active: the innermost one, or one around it.
                #[must_use]
                pub fn is_in(&self, state: #state) -> bool {
                    self.state.is_within(state)
                }
            };
        }
        let ((field, first), configuration, is_in) = (self.first_region(), self.configuration(), self.is_in_any());
        quote! {
            /// The innermost active state that nothing runs beside: while a parallel state is active, that one. In a
            /// parallel machine it is the one of the first region.
            #[must_use]
            pub fn state(&self) -> #state {
                self.#field.unwrap_or(#state::#first)
            }

            #configuration

            /// Whether a state is active: an innermost one, or one around it.
            #[must_use]
            pub fn is_in(&self, state: #state) -> bool {
                #is_in
            }
        }
    }

    /// What the definition says twice or in vain is for the validator to report, and deep nesting is the price of a
    /// hierarchy that is resolved here.
    fn allowed_lints(&self) -> TokenStream {
        let machine = self.machine;
        let fields = || machine.events.iter().flat_map(|event| &event.fields);
        let parameters = machine.guards.iter().flat_map(|guard| &guard.parameters);
        let mut lints: Vec<&str> = lints::of_fields(fields().chain(parameters).map(|field| field.name.text.as_str()))
            .into_iter()
            .collect_vec();
        let expressions = machine.all_expressions();
        let mut has = (false, false, false);
        for expr in &expressions {
            expr.walk(&mut |part| match part.kind {
                ExprKind::Binary(..) | ExprKind::Unary(..) => has.0 = true,
                ExprKind::Float(_) => has.1 = true,
                ExprKind::Narrow(..) => has.2 = true,
                _ => {}
            });
        }
        let (has_operators, has_floats, has_options) = has;
        if has_operators {
            lints.extend([
                "unused_comparisons",
                "clippy::absurd_extreme_comparisons",
                "clippy::assign_op_pattern",
                "clippy::bool_comparison",
                "clippy::eq_op",
                "clippy::erasing_op",
                "clippy::identity_op",
                "clippy::if_not_else",
                "clippy::invalid_upcast_comparisons",
                "clippy::modulo_one",
                "clippy::neg_multiply",
                "clippy::nonminimal_bool",
                "clippy::op_ref",
                "clippy::overly_complex_bool_expr",
            ]);
        }
        lints.extend(has_floats.then_some("clippy::float_cmp"));
        let has_contexts = machine.states.iter().skip(1).any(|state| !state.context.is_empty());
        let has_refusing_limits = machine.limits.iter().any(|limit| limit.tail.is_none());
        if has_options || has_contexts || has_refusing_limits {
            lints.extend(["clippy::collapsible_if", "clippy::collapsible_else_if"]);
        }
        lints.extend((!expressions.is_empty()).then_some("clippy::if_same_then_else"));
        lints.extend(self.is_parallel().then_some("clippy::needless_borrowed_reference"));
        lints.extend(["clippy::collapsible_match", "clippy::needless_pass_by_value", "clippy::too_many_lines"]);
        // How a value is taken out of an option, and which of two ways a comparison is written.
        lints.extend(["clippy::comparison_chain", "clippy::redundant_closure_for_method_calls"]);
        lints.extend(["clippy::single_match_else", "clippy::useless_asref"]);
        let is_unknown = machine.all_types().into_iter().any(|ty| !abilities(ty).known);
        lints.extend(is_unknown.then_some(["clippy::clone_on_copy", "noop_method_call"]).into_iter().flatten());
        // A machine in which nothing can go wrong answers as any other.
        lints.push("clippy::unnecessary_wraps");
        lints::allow(&lints)
    }

    /// Whether the machine is in a final state of its own.
    fn is_in_end(&self) -> TokenStream {
        if self.is_parallel() {
            return self.is_done(Machine::root());
        }
        let ty = self.type_name("State");
        let ends = self
            .machine
            .states
            .ids()
            .filter(|&state| self.is_end(state))
            .map(|state| self.names.state(state))
            .collect_vec();
        if ends.is_empty() { quote!(false) } else { quote!(matches!(self.state, #(#ty::#ends)|*)) }
    }

    /// What an error says where the machine is.
    pub(super) fn current_state(&self) -> TokenStream {
        if self.is_parallel() { quote!(self.state()) } else { quote!(self.state) }
    }

    /// Whether the machine can come to its end.
    pub(super) fn can_end(&self) -> bool {
        if self.is_parallel() {
            return self.can_be_done(Machine::root());
        }
        self.machine.states.ids().any(|state| self.is_end(state))
    }

    pub(super) fn state_contexts(&self) -> Vec<Id<State>> {
        let has = |&id: &Id<State>| !self.machine.states[id].context.is_empty();
        self.machine.states.ids().skip(1).filter(has).collect_vec()
    }

    fn histories(&self) -> Vec<(&proc_macro2::Ident, TokenStream)> {
        let mut fields = Vec::new();
        for state in self.machine.states.ids() {
            for deep in [false, true] {
                if self.has_history(state, deep) {
                    fields.push((self.history_field(state, deep), self.record_type(state, deep)));
                }
            }
        }
        fields
    }

    pub(super) fn has_params(&self) -> bool {
        !self.params().is_empty()
    }

    pub(super) fn has_context(&self) -> bool {
        !self.machine.states[Machine::root()].context.is_empty()
    }

    fn machine_fields(&self) -> TokenStream {
        let state = self.type_name("State");
        let (params, context) = (self.type_of("Params"), self.type_of("Context"));
        let params = self.has_params().then(|| quote!(params: #params,));
        let context = self.has_context().then(|| quote!(context: #context,));
        let contexts = self.state_contexts().into_iter().map(|id| {
            let (field, ty) = (self.context_field(id), self.context_type(id));
            quote!(#field: ::core::option::Option<#ty>,)
        });
        let counts = self.machine.limits.ids().map(|limit| self.names.count(limit));
        let histories = self.histories().into_iter().map(|(field, ty)| quote!(#field: ::core::option::Option<#ty>));
        let failure = self.keeps_failure().then(|| quote!(failure: ::core::option::Option<::fsm_runtime::Failure>,));
        let queue = self.has_queue().then(|| {
            let (internal, capacity) = (self.type_of("Internal"), digits(self.queue_capacity(), ""));
            quote!(internal: ::fsm_runtime::Queue<#internal, #capacity>, overflow: bool,)
        });
        let pending = self.pending_fields().into_iter().map(|(name, ty, _)| quote!(#name: #ty,));
        let marker = self.marker_type().map(|ty| quote!(marker: #ty,));
        let states = if self.is_parallel() {
            let regions = self.region_fields().into_iter().map(|(name, ty)| quote!(#name: #ty,));
            quote!(#(#regions)*)
        } else {
            quote!(state: #state,)
        };
        quote! {
            #states
            host: H,
            #params
            #context
            #(#contexts)*
            #(#counts: u32,)*
            #(#histories,)*
            #queue
            #(#pending)*
            #failure
            #marker
        }
    }

    /// What outlives a macrostep: fields, types, values at the start.
    fn pending_fields(&self) -> Vec<(proc_macro2::Ident, TokenStream, TokenStream)> {
        let mut fields = self.time_fields();
        fields.extend(self.deferral_fields());
        fields.extend(self.task_fields());
        fields
    }

    /// `start`, `start_with` and the initial values.
    fn starting(&self) -> TokenStream {
        let error = self.type_name("Error");
        let context_type = self.type_name("Context");
        let (params, context) = (self.params(), self.machine.states[Machine::root()].context.clone());
        let has_initial = |&id: &Id<Variable>| self.machine.variables[id].default.is_some();
        let by_itself = params.iter().chain(&context).all(has_initial);
        let (given_params_type, given_context_type) = (self.type_of("Params"), self.type_of("Context"));
        let parameters = [
            self.has_params().then(|| quote!(params: #given_params_type)),
            self.has_context().then(|| quote!(context: #given_context_type)),
        ];
        let parameters = parameters.into_iter().flatten().collect_vec();
        let ranges = params.iter().chain(&context).map(|&id| self.range_check(id)).into_tokens();
        let given_params = self.has_params().then(|| quote!(params,));
        let given_context = self.has_context().then(|| quote!(context,));
        let make = self.making(&quote!(#given_params #given_context));
        let docs = quote! {
            /// Makes a machine and enters its initial state.
            ///
            /// # Errors
            ///
            /// What went wrong while it was entered, or what was given outside of its range.
        };
        let result = quote!(::core::result::Result<Self, #error>);
        if parameters.is_empty() {
            return quote! {
                #docs
                pub fn start(host: H) -> #result { #make }
            };
        }
        let start = by_itself.then(|| {
            let params_local = self.has_params().then(|| self.initial_params(&params));
            let context_local = self.has_context().then(|| {
                let inits = self.inits(&context, &Scope::of_start(Params::Given));
                quote!(let context = #context_type #inits;)
            });
            quote! {
                #docs
                pub fn start(host: H) -> #result {
                    #params_local
                    #context_local
                    Self::start_with(host, #given_params #given_context)
                }
            }
        });
        quote! {
            #start

            #docs
            pub fn start_with(host: H, #(#parameters),*) -> #result {
                #ranges
                #make
            }
        }
    }

    /// The machine in its initial state.
    fn making(&self, given: &TokenStream) -> TokenStream {
        let ty = self.type_name("State");
        let leaf = self.entered_at_start().last().map(|leaf| self.names.state(leaf.state).clone());
        let contexts = self.state_contexts().into_iter().map(|id| self.context_field(id));
        let counts = self.machine.limits.ids().map(|limit| self.names.count(limit));
        let histories = self.histories().into_iter().map(|(field, _)| field);
        let failure = self.keeps_failure().then(|| quote!(failure: None,));
        let queue = self.has_queue().then(|| quote!(internal: ::fsm_runtime::Queue::new(), overflow: false,));
        let started = Self::tell_start();
        let begin = (!self.beginning().is_empty()).then(|| quote!(machine.begin();));
        let answer = if self.beginning_can_lead_on() {
            quote!(machine.settle())
        } else {
            quote!(Ok(::fsm_runtime::Outcome::Taken))
        };
        let pending = self.pending_fields().into_iter().map(|(name, _, value)| quote!(#name: #value,));
        let marker = self.marker();
        let states = if self.is_parallel() {
            let regions = self.region_fields().into_iter().map(|(name, _)| quote!(#name: None,));
            quote!(#(#regions)*)
        } else {
            quote!(state: #ty::#leaf,)
        };
        let fields = quote! {
            #states
            host,
            #given
            #(#contexts: None,)*
            #(#counts: 0,)*
            #(#histories: None,)*
            #queue
            #(#pending)*
            #failure
            #marker
        };
        quote! {
            let mut machine = Self { #fields };
            #started
            #begin
            let answer = #answer;
            machine.ended(&answer);
            answer.map(|_| machine)
        }
    }

    /// What happens when the machine is made: its own entry, then that of its initial states.
    fn beginning(&self) -> TokenStream {
        if self.is_parallel() {
            let entered = self.entered_at_start().into_iter().map(Entered::State).collect_vec();
            return self.enter_in_order(&entered, &[], &[], &Scope::default());
        }
        let (contexts, entries) = self.contexts_and_entries(&self.entered_at_start(), &[], &Scope::default());
        quote!(#contexts #entries)
    }

    /// The method that [`Self::beginning`] is the body of.
    fn begin(&self) -> TokenStream {
        let body = self.beginning();
        if body.is_empty() {
            return TokenStream::new();
        }
        quote! {
            /// Enters the initial state.
            fn begin(&mut self) { #body }
        }
    }

    /// The initial values of variables, in braces.
    fn inits(&self, ids: &[Id<Variable>], scope: &Scope<'_>) -> TokenStream {
        let inits = ids.iter().map(|&id| {
            field_init(&ident(&self.machine.variables[id].name, self.places), &self.initial_value(id, scope))
        });
        quote!({ #(#inits),* })
    }

    /// The params by their initial values. Where one depends on others, each is a variable of its own first.
    fn initial_params(&self, ids: &[Id<Variable>]) -> TokenStream {
        let ty = self.type_name("Params");
        let reads_params = |expr: &Expr| {
            let mut reads = false;
            expr.walk(&mut |part| reads |= matches!(part.kind, ExprKind::Variable(_)));
            reads
        };
        if !ids.iter().any(|&id| self.machine.variables[id].default.as_ref().is_some_and(reads_params)) {
            let inits = self.inits(ids, &Scope::of_start(Params::Given));
            return quote!(let params = #ty #inits;);
        }
        let names = ids.iter().map(|&id| ident(&self.machine.variables[id].name, self.places)).collect_vec();
        let values = ids.iter().map(|&id| self.initial_value(id, &Scope::of_start(Params::Single)));
        quote! {
            #(let #names = #values;)*
            let params = #ty { #(#names),* };
        }
    }

    /// A check that a value given to the start lies inside its range.
    fn range_check(&self, id: Id<Variable>) -> TokenStream {
        let variable = &self.machine.variables[id];
        let (Type::Plain(base) | Type::Optional(base)) = variable.ty;
        let Some(range) = variable.interval.filter(|&range| super::intervals::of_type(variable.ty) != Some(range))
        else {
            return TokenStream::new();
        };
        let name = ident(&variable.name, self.places);
        let owner = match variable.scope {
            VariableScope::Param => quote!(params),
            VariableScope::Context(_) => quote!(context),
        };
        let (bounds, text) = (bounds(base, range), &variable.name.text);
        let is_outside = match variable.ty {
            Type::Plain(_) => quote!(!#bounds.contains(&#owner.#name)),
            Type::Optional(_) => quote!(#owner.#name.is_some_and(|value| !#bounds.contains(&value))),
        };
        quote! {
            if #is_outside {
                return Err(::fsm_runtime::Error::OutOfRange { name: #text });
            }
        }
    }

    /// The `entry` and `exit` actions of the states.
    fn hooks(&self) -> TokenStream {
        let mut methods = TokenStream::new();
        for (id, state) in self.machine.states.enumerate() {
            let name = self.machine.qualified_name(id);
            let (arm, starts) = (self.names.arm(id), self.names.starts(id));
            let arm = (!self.timers_of(id).is_empty()).then(|| quote!(self.#arm();));
            let start = (!state.runs.is_empty()).then(|| quote!(self.#starts = true;));
            let scope = Scope::default().at(id);
            let (entry, exit) = (self.actions(&state.entry, &scope), self.actions(&state.exit, &scope));
            let cancel = self.cancel_runs(id);
            let hooks = [
                (self.has_entry(id), self.names.enter(id), "entered", quote!(#entry #arm #start)),
                // The machine itself is never left.
                (self.has_exit(id) && id != Machine::root(), self.names.exit(id), "left", quote!(#cancel #exit)),
            ];
            for (exists, method, what, body) in hooks {
                if !exists {
                    continue;
                }
                let docs = format!(" What happens when `{name}` is {what}.");
                // Whether a state is ever entered is for the validator to say.
                let allowed = lints::allow(&["dead_code"]);
                methods.extend(quote! {
                    #[doc = #docs]
                    #allowed
                    fn #method(&mut self) { #body }
                });
            }
        }
        methods
    }

    /// The guards that the definition gives a meaning to.
    fn guard_methods(&self) -> TokenStream {
        let methods = self.machine.guards.enumerate().filter_map(|(id, guard)| {
            let body = guard.body.as_ref()?;
            let method = self.names.guard(id);
            let docs = docs(&guard.notes.docs, &format!("The guard `{}`.", guard.name.text));
            let parameters = self.parameters(&guard.parameters);
            let body = self.condition(body, &Scope::of_guard(guard));
            Some(quote! {
                #docs
                #[allow(dead_code, clippy::unused_self)]
                fn #method(&self #(, #parameters)*) -> bool { #body }
            })
        });
        methods.into_tokens()
    }

    fn accessors(&self) -> TokenStream {
        let (params, context) = (self.type_of("Params"), self.type_of("Context"));
        let mut methods = TokenStream::new();
        if self.has_params() {
            methods.extend(quote! {
                /// What was fixed when the machine was made.
                #[must_use]
                pub const fn params(&self) -> &#params {
                    &self.params
                }
            });
        }
        if self.has_context() {
            methods.extend(quote! {
                /// The extended state of the machine.
                #[must_use]
                pub const fn context(&self) -> &#context {
                    &self.context
                }
            });
        }
        for id in self.state_contexts() {
            let (field, ty) = (self.context_field(id), self.context_type(id));
            let docs = format!(" The context of `{}`, while it is active.", self.machine.qualified_name(id));
            let is_in = self.is_active(id).tokens();
            let (signature, body) = if self.is_kept(id) {
                (quote!(pub fn), quote!(self.#field.as_ref().filter(|_| #is_in)))
            } else {
                (quote!(pub const fn), quote!(self.#field.as_ref()))
            };
            methods.extend(quote! {
                #[doc = #docs]
                #[must_use]
                #signature #field(&self) -> ::core::option::Option<&#ty> {
                    #body
                }
            });
        }
        for (id, limit) in self.machine.limits.enumerate() {
            let count = self.names.count(id);
            let docs = format!(" How often transitions that `{}` counts were taken.", limit.name.text);
            methods.extend(quote! {
                #[doc = #docs]
                #[must_use]
                pub const fn #count(&self) -> u32 {
                    self.#count
                }
            });
        }
        methods
    }
}
