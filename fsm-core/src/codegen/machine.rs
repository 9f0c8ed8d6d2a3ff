//! The machine itself and its methods.

use proc_macro2::TokenStream;
use quote::quote;

use super::effects::field_init;
use super::expressions::{Scope, digits, duration, integer};
use super::names::{ident, plain, snake_ident};
use super::{Generator, docs};
use crate::model::{ActionKind, BaseType, Id, Machine, State, Type, Variable};

impl Generator<'_> {
    pub(super) fn machine_type(&self) -> TokenStream {
        let (name, host, error) = (self.type_name(""), self.type_name("Host"), self.type_name("Error"));
        let (state, event, kind) = (self.type_name("State"), self.type_name("Event"), self.type_name("EventKind"));
        let text = &self.machine.name.text;
        let docs_of = docs(&self.machine.notes.docs, &format!("The state machine `{text}`."));
        let table = self.table_docs();
        let error_docs = format!(" Why `{text}` did not take an event.");
        let fields = self.machine_fields();
        let internal = self.internal_type();
        let handling = self.handling();
        let starting = self.starting();
        let hooks = self.hooks();
        let guards = self.guard_methods();
        let accessors = self.accessors();
        let allowed = self.allowed_lints();
        let ends = self.is_in_end();
        quote! {
            #[doc = #error_docs]
            pub type #error = ::fsm_runtime::Error<#state, #kind>;

            #docs_of
            #table
            pub struct #name<H: #host> { #fields }

            #internal

            #allowed
            impl<H: #host> #name<H> {
                #starting
                #handling

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

                /// Whether the machine has reached a final state of its own.
                #[must_use]
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

                #hooks
                #guards
            }

            #[automatically_derived]
            impl<H: #host> ::fsm_runtime::Machine for #name<H> {
                type State = #state;
                type Event = #event;
                type EventKind = #kind;

                const NAME: &'static str = #text;
                const STATES: &'static [#state] = #state::ALL;
                const TRANSITIONS: &'static [::fsm_runtime::Transition<#state, #kind>] = #state::TRANSITIONS;

                fn handle(&mut self, event: #event) -> Result<::fsm_runtime::Outcome, #error> {
                    #name::handle(self, event)
                }

                fn state(&self) -> #state {
                    self.state
                }

                fn is_in(&self, state: #state) -> bool {
                    #name::is_in(self, state)
                }

                fn is_terminated(&self) -> bool {
                    #name::is_terminated(self)
                }
            }

            #[automatically_derived]
            impl<H: #host> ::core::fmt::Debug for #name<H> {
                fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                    f.debug_struct(#text).field("state", &self.state).finish_non_exhaustive()
                }
            }
        }
    }

    /// Lints of style that speak of the shape of written code, not of generated code.
    fn allowed_lints(&self) -> TokenStream {
        let floats = self.machine.variables.iter().any(|variable| variable.ty == Type::Plain(BaseType::Float))
            || self
                .machine
                .events
                .iter()
                .flat_map(|event| &event.fields)
                .any(|field| field.ty == Type::Plain(BaseType::Float));
        let float = floats.then(|| quote!(clippy::float_cmp,));
        quote! {
            #[allow(
                clippy::absurd_extreme_comparisons,
                clippy::clone_on_copy,
                clippy::cognitive_complexity,
                clippy::collapsible_if,
                clippy::collapsible_match,
                clippy::if_not_else,
                clippy::manual_let_else,
                clippy::match_same_arms,
                clippy::needless_pass_by_value,
                clippy::nonminimal_bool,
                clippy::semicolon_if_nothing_returned,
                clippy::single_match_else,
                clippy::too_many_lines,
                clippy::unnecessary_wraps,
                unused_comparisons,
                #float
            )]
        }
    }

    fn is_in_end(&self) -> TokenStream {
        let ty = self.type_name("State");
        let children = &self.machine.states[Machine::root()].children;
        let ends: Vec<_> = children
            .iter()
            .filter(|&&child| self.machine.states[child].kind == crate::model::StateKind::Final)
            .map(|&child| self.names.state(child))
            .collect();
        if ends.is_empty() { quote!(false) } else { quote!(matches!(self.state, #(#ty::#ends)|*)) }
    }

    fn state_contexts(&self) -> Vec<Id<State>> {
        let has = |&id: &Id<State>| !self.machine.states[id].context.is_empty();
        self.machine.states.ids().skip(1).filter(has).collect()
    }

    fn histories(&self) -> Vec<proc_macro2::Ident> {
        let mut fields = Vec::new();
        for state in self.machine.states.ids() {
            for deep in [false, true] {
                if self.has_history(state, deep) {
                    fields.push(self.history_field(state, deep));
                }
            }
        }
        fields
    }

    fn has_params(&self) -> bool {
        !self.params().is_empty()
    }

    fn has_context(&self) -> bool {
        !self.machine.states[Machine::root()].context.is_empty()
    }

    fn machine_fields(&self) -> TokenStream {
        let state = self.type_name("State");
        let (params, context) = (self.type_name("Params"), self.type_name("Context"));
        let params = self.has_params().then(|| quote!(params: #params,));
        let context = self.has_context().then(|| quote!(context: #context,));
        let contexts = self.state_contexts().into_iter().map(|id| {
            let (field, ty) = (self.context_field(id), self.context_name(id));
            quote!(#field: Option<#ty>,)
        });
        let counts = self.machine.limits.iter().map(|limit| snake_ident("", &limit.name, "_count"));
        let histories = self.histories();
        let failure = self.is_fallible().then(|| quote!(failure: Option<::fsm_runtime::Failure>,));
        let (internal, capacity) = (self.type_name("Internal"), digits(self.queue_capacity(), ""));
        let queue =
            self.has_queue().then(|| quote!(internal: ::fsm_runtime::Queue<#internal, #capacity>, overflow: bool,));
        quote! {
            state: #state,
            host: H,
            #params
            #context
            #(#contexts)*
            #(#counts: u32,)*
            #(#histories: Option<#state>,)*
            #queue
            #failure
        }
    }

    /// How many raised events can wait at once: twice as many as there are places that raise one. More than one round
    /// of them waits only where events are raised in circles.
    fn queue_capacity(&self) -> i128 {
        let raises = super::refusals::actions(self.machine)
            .filter(|action| matches!(action.kind, ActionKind::Raise { .. }))
            .count();
        let most = 2 * (raises + self.done_states().len()) + 2;
        i128::try_from(most).unwrap_or(i128::MAX)
    }

    fn internal_type(&self) -> TokenStream {
        if !self.has_queue() {
            return TokenStream::new();
        }
        let name = self.type_name("Internal");
        let raised = self.raised_events().into_iter().map(|id| {
            let variant = self.raised(id);
            let event = &self.machine.events[id];
            let fields = event.fields.iter().map(|field| {
                let (name, ty) = (plain(&field.name.text), self.owned_type(field.ty));
                quote!(#name: #ty)
            });
            if event.fields.is_empty() { quote!(#variant,) } else { quote!(#variant { #(#fields),* },) }
        });
        let done = self.done_states().into_iter().map(|state| {
            let variant = self.done_event(state);
            quote!(#variant,)
        });
        let docs_of = format!(" The events that `{}` raises itself.", self.machine.name.text);
        quote! {
            #[doc = #docs_of]
            #[allow(dead_code, non_camel_case_types, clippy::enum_variant_names)]
            enum #name { #(#raised)* #(#done)* }
        }
    }

    /// `start`, `start_with` and the initial values.
    fn starting(&self) -> TokenStream {
        let error = self.type_name("Error");
        let (params_type, context_type) = (self.type_name("Params"), self.type_name("Context"));
        let root_context = &self.machine.states[Machine::root()].context;
        let all_default = |ids: &[Id<Variable>]| ids.iter().all(|&id| self.machine.variables[id].default.is_some());
        let (params, context) = (self.params(), root_context.clone());
        let by_itself = all_default(&params) && all_default(&context);
        let parameters = [
            self.has_params().then(|| quote!(params: #params_type)),
            self.has_context().then(|| quote!(context: #context_type)),
        ];
        let parameters: Vec<_> = parameters.into_iter().flatten().collect();
        let inits = |ids: &[Id<Variable>]| {
            let inits: Vec<_> = ids
                .iter()
                .map(|&id| field_init(&ident(&self.machine.variables[id].name, self.places), &self.initial_local(id)))
                .collect();
            quote!({ #(#inits),* })
        };
        let ranges: TokenStream = params.iter().chain(&context).map(|&id| self.range_check(id)).collect();
        let given_params = self.has_params().then(|| quote!(params,));
        let given_context = self.has_context().then(|| quote!(context,));
        let ty = self.type_name("State");
        let initial = self.machine.default_completion(Machine::root());
        let entered = &initial[1..];
        let leaf = entered.last().map_or_else(|| plain("Nowhere"), |&leaf| self.names.state(leaf).clone());
        let contexts = self.state_contexts().into_iter().map(|id| self.context_field(id));
        let counts = self.machine.limits.iter().map(|limit| snake_ident("", &limit.name, "_count"));
        let histories = self.histories();
        let failure = self.is_fallible().then(|| quote!(failure: None,));
        let queue = self.has_queue().then(|| quote!(internal: ::fsm_runtime::Queue::new(), overflow: false,));
        // The machine's own entry, then what is entered by default.
        let own_entry = (!self.machine.states[Machine::root()].entry.is_empty()).then(|| {
            let method = self.names.of_state("enter_", Machine::root(), "");
            quote!(machine.#method();)
        });
        let enter = self.enter_all(entered, &[], false);
        let enter = rename_self(enter, &leaf);
        let settle = self.settles().then(|| quote!(machine.settle()?;));
        let quiet = own_entry.is_none() && enter.is_empty() && settle.is_none();
        let mutable = (!quiet).then(|| quote!(mut));
        let make = quote! {
            let #mutable machine = Self {
                state: #ty::#leaf,
                host,
                #given_params
                #given_context
                #(#contexts: None,)*
                #(#counts: 0,)*
                #(#histories: None,)*
                #queue
                #failure
            };
            #own_entry
            #enter
            #settle
            Ok(machine)
        };
        let docs = quote! {
            /// Makes a machine and enters its initial state.
            ///
            /// # Errors
            ///
            /// What went wrong while it was entered, or what was given outside of its range.
        };
        let result = quote!(Result<Self, #error>);
        if parameters.is_empty() {
            return quote! {
                #docs
                pub fn start(host: H) -> #result { #make }
            };
        }
        let start = by_itself.then(|| {
            let params_init = inits(&params);
            let context_init = inits(&context);
            let params_local = self.has_params().then(|| quote!(let params = #params_type #params_init;));
            let context_local = self.has_context().then(|| quote!(let context = #context_type #context_init;));
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

    /// An initial value where `params` is a local variable.
    fn initial_local(&self, id: Id<Variable>) -> TokenStream {
        drop_self(self.initial_value(id))
    }

    /// A check that a value given to the start lies inside its range.
    fn range_check(&self, id: Id<Variable>) -> TokenStream {
        let variable = &self.machine.variables[id];
        let (Type::Plain(base) | Type::Optional(base)) = variable.ty;
        let Some(range) = variable.interval else { return TokenStream::new() };
        let (low, high) = match base {
            BaseType::Int(int) if range != int.interval() => (integer(range.low), integer(range.high)),
            BaseType::Duration => (nanoseconds(range.low), nanoseconds(range.high)),
            _ => return TokenStream::new(),
        };
        let (name, text) = (ident(&variable.name, self.places), &variable.name.text);
        let value = match variable.scope {
            crate::model::VariableScope::Param => quote!(params.#name),
            crate::model::VariableScope::Context(_) => quote!(context.#name),
        };
        let is_outside = match variable.ty {
            Type::Plain(_) => quote!(!(#low..=#high).contains(&#value)),
            Type::Optional(_) => quote!(#value.is_some_and(|value| !(#low..=#high).contains(&value))),
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
            for (actions, before, what) in [(&state.entry, "enter_", "entered"), (&state.exit, "exit_", "left")] {
                // The machine itself is never left.
                if actions.is_empty() || id == Machine::root() && before == "exit_" {
                    continue;
                }
                let method = self.names.of_state(before, id, "");
                let docs = format!(" What happens when `{name}` is {what}.");
                let body = self.actions(actions, &Scope::default());
                methods.extend(quote! {
                    #[doc = #docs]
                    fn #method(&mut self) { #body }
                });
            }
        }
        methods
    }

    /// The guards that the definition gives a meaning to.
    fn guard_methods(&self) -> TokenStream {
        let methods = self.machine.guards.iter().filter_map(|guard| {
            let body = guard.body.as_ref()?;
            let method = snake_ident("guard_", &guard.name, "");
            let docs = docs(&guard.notes.docs, &format!("The guard `{}`.", guard.name.text));
            let parameters = self.parameters(&guard.parameters);
            let body = self.condition(body, &Scope::of_guard(&guard.parameters));
            let unused = (!body.to_string().contains("self")).then(|| quote!(#[allow(clippy::unused_self)]));
            Some(quote! {
                #docs
                #unused
                #[allow(dead_code)]
                fn #method(&self #(, #parameters)*) -> bool { #body }
            })
        });
        methods.collect()
    }

    fn accessors(&self) -> TokenStream {
        let (params, context) = (self.type_name("Params"), self.type_name("Context"));
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
            let (field, ty) = (self.context_field(id), self.context_name(id));
            let docs = format!(" The context of `{}`, while it is active.", self.machine.qualified_name(id));
            let is_in = self.is_in(id);
            let (signature, body) = if self.is_kept(id) {
                (quote!(pub fn), quote!(self.#field.as_ref().filter(|_| #is_in)))
            } else {
                (quote!(pub const fn), quote!(self.#field.as_ref()))
            };
            methods.extend(quote! {
                #[doc = #docs]
                #[must_use]
                #signature #field(&self) -> Option<&#ty> {
                    #body
                }
            });
        }
        for limit in &self.machine.limits {
            let count = snake_ident("", &limit.name, "_count");
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

/// A bound of a range of durations.
fn nanoseconds(value: i128) -> TokenStream {
    duration(u64::try_from(value.max(0)).unwrap_or(u64::MAX))
}

/// The same code where the machine is a local variable; what only sets the state is left out, for it is set already.
fn rename_self(code: TokenStream, leaf: &proc_macro2::Ident) -> TokenStream {
    let text = code.to_string();
    let only_state =
        text.starts_with("self . state =") && text.ends_with(&format!(":: {leaf} ;")) && text.matches(';').count() == 1;
    if only_state { TokenStream::new() } else { replace_self(code, Some(&plain("machine"))) }
}

/// The same code where what is behind `self.` is a local variable.
fn drop_self(code: TokenStream) -> TokenStream {
    replace_self(code, None)
}

fn replace_self(code: TokenStream, with: Option<&proc_macro2::Ident>) -> TokenStream {
    use proc_macro2::{Group, TokenTree};
    let mut replaced = TokenStream::new();
    let mut trees = code.into_iter().peekable();
    while let Some(tree) = trees.next() {
        match tree {
            TokenTree::Ident(ident) if ident == "self" => match with {
                Some(with) => replaced.extend([TokenTree::Ident(with.clone())]),
                // The dot behind it goes, too.
                None => drop(trees.next()),
            },
            TokenTree::Group(group) => {
                let mut inner = Group::new(group.delimiter(), replace_self(group.stream(), with));
                inner.set_span(group.span());
                replaced.extend([TokenTree::Group(inner)]);
            }
            other => replaced.extend([other]),
        }
    }
    replaced
}
