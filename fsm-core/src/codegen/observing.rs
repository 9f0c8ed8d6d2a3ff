//! What the host is told of what happens: `observe`, which does nothing unless somebody writes it. All that is told is
//! plain data without effects, so nothing is left of it where nobody watches.

use proc_macro2::TokenStream;

use super::generics::Generics;
use super::occurrences::Occurrence;
use super::{Generator, lints};
use crate::model::{Id, Machine, State};

impl Generator<'_> {
    /// What the type of the states knows of the machine.
    pub(super) fn state_impl(&self) -> TokenStream {
        let (state, kind, name) = (self.type_name("State"), self.type_name("EventKind"), &self.machine.name.text);
        quote! {
            #[automatically_derived]
            impl ::fsm_runtime::State for #state {
                type Event = #kind;

                const MACHINE: &'static str = #name;
                const TRANSITIONS: &'static [::fsm_runtime::Transition<Self, #kind>] = Self::TRANSITIONS;
            }
        }
    }

    /// The methods that tell the host.
    pub(super) fn observing(&self) -> TokenStream {
        let (state, kind, error) = (self.type_name("State"), self.type_name("EventKind"), self.type_name("Error"));
        let current = self.current_state();
        let at = if self.is_timed() { quote!(self.now()) } else { quote!(::core::time::Duration::ZERO) };
        let unused = lints::allow(&["dead_code"]);
        let taken = self.taking();
        quote! {
            /// Tells that a macrostep begins.
            #unused
            fn began(&mut self, stimulus: ::fsm_runtime::Stimulus<#state, #kind>) {
                let (at, state) = (#at, Some(#current));
                self.host.observe(::fsm_runtime::Happening::Began { at, state, stimulus });
            }

            #taken

            /// Tells that a state is left.
            #unused
            fn left(&mut self, state: #state) {
                self.host.observe(::fsm_runtime::Happening::Left(state));
            }

            /// Tells that a state is entered.
            #unused
            fn entered(&mut self, state: #state) {
                self.host.observe(::fsm_runtime::Happening::Entered(state));
            }

            /// Tells that a macrostep has ended.
            fn ended(&mut self, answer: &::core::result::Result<::fsm_runtime::Outcome, #error>) {
                let (state, answer) = (#current, answer.as_ref().copied());
                self.host.observe(::fsm_runtime::Happening::Ended { state, answer });
            }
        }
    }

    fn taking(&self) -> TokenStream {
        if self.is_parallel() {
            return self.taking_together();
        }
        let unused = lints::allow(&["dead_code"]);
        quote! {
            /// Tells that a transition is taken: its row in the table.
            #unused
            fn taken(&mut self, row: usize) {
                self.host.observe(::fsm_runtime::Happening::Taken { row, from: self.state });
            }
        }
    }

    /// Tells that a state is entered. Of the machine itself nothing is told.
    pub(super) fn tell_entered(&self, state: Id<State>) -> Option<TokenStream> {
        let (ty, name) = (self.type_name("State"), self.names.state(state));
        (state != Machine::root()).then(|| quote!(self.entered(#ty::#name);))
    }

    /// The start of the macrostep in which a `machine` is made.
    pub(super) fn tell_start() -> TokenStream {
        quote! {
            machine.host.observe(::fsm_runtime::Happening::Began {
                at: ::core::time::Duration::ZERO,
                state: None,
                stimulus: ::fsm_runtime::Stimulus::Start,
            });
        }
    }

    /// The method that tells what an occurrence is.
    pub(super) fn stimuli(&self) -> TokenStream {
        let (name, state, kind) = (self.type_name("Internal"), self.type_name("State"), self.type_name("EventKind"));
        let Generics { implied, elided, .. } = self.generics_of("Internal");
        let occurrences = self.occurrences();
        let mut arms: Vec<(TokenStream, Vec<TokenStream>)> = Vec::new();
        for &occurrence in &occurrences {
            let variant = self.variant(occurrence);
            let rest = (!self.carried(occurrence).is_empty()).then(|| quote!({ .. }));
            let stimulus = match occurrence {
                Occurrence::Event(event) => {
                    let event = super::names::ident(&self.machine.events[event].name, self.places);
                    quote!(Event(#kind::#event))
                }
                Occurrence::Done(composite) => {
                    let composite = self.names.state(composite);
                    quote!(Done(#state::#composite))
                }
                Occurrence::Error => quote!(Error),
                Occurrence::Timer(_) => quote!(Timer),
                Occurrence::TaskDone(state, index) | Occurrence::TaskFailed(state, index) => {
                    let task = &self.machine.tasks[self.machine.states[state].runs[index].task].name.text;
                    quote!(Task(#task))
                }
            };
            let pattern = quote!(Self::#variant #rest);
            match arms.iter_mut().find(|(other, _)| other.to_string() == stimulus.to_string()) {
                Some((_, patterns)) => patterns.push(pattern),
                None => arms.push((stimulus, vec![pattern])),
            }
        }
        let arms = arms.iter().map(|(stimulus, of)| quote!(#(#of)|* => ::fsm_runtime::Stimulus::#stimulus,));
        let body = if occurrences.is_empty() { quote!(match *self {}) } else { quote!(match self { #(#arms)* }) };
        let allowed = lints::allow(&["dead_code"]);
        quote! {
            impl #implied #name #elided {
                /// What it is, for those who watch.
                #allowed
                const fn stimulus(&self) -> ::fsm_runtime::Stimulus<#state, #kind> { #body }
            }
        }
    }
}
