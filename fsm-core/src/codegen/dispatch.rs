//! What happens with an event: one `match` of states per event, and what follows from it.

use std::collections::BTreeMap;

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::expressions::{Scope, mentions};
use super::intervals::interval;
use super::names::{ident, plain};
use super::{Generator, lints};
use crate::model::{
    ActionKind, Branch, Condition, Event, ExprKind, Id, IntType, Machine, Place, Reaction, State, StateKind, Trigger,
};

/// What the code of an answer ends in.
struct Ending {
    taken: TokenStream,
    ignored: TokenStream,
    otherwise: TokenStream,
}

/// One way an answer may go.
enum Step {
    If(TokenStream, TokenStream),
    Always(TokenStream),
}

impl Generator<'_> {
    /// `handle` and all that it calls.
    pub(super) fn handling(&self) -> TokenStream {
        let (event, error) = (self.type_name("Event"), self.type_name("Error"));
        let arms: TokenStream = self
            .machine
            .events
            .enumerate()
            .filter(|(_, event)| !event.internal)
            .map(|(id, _)| self.event_arm(id))
            .collect();
        let body = quote!(match event { #arms });
        let eventless = lints::allow(if arms.is_empty() { &["clippy::unused_self"] } else { &[] });
        let docs = quote! {
            /// Takes one event and all that follows from it.
            ///
            /// # Errors
            ///
            /// Why the event was not taken, or what went wrong while it was.
        };
        if !self.settles() {
            return quote! {
                #docs
                #eventless
                pub fn handle(&mut self, event: #event) -> ::core::result::Result<::fsm_runtime::Outcome, #error> { #body }
            };
        }
        let settling = self.settling();
        quote! {
            #docs
            pub fn handle(&mut self, event: #event) -> ::core::result::Result<::fsm_runtime::Outcome, #error> {
                let outcome = self.dispatch(event)?;
                if outcome == ::fsm_runtime::Outcome::Taken {
                    self.settle()?;
                }
                Ok(outcome)
            }

            #eventless
            fn dispatch(&mut self, event: #event) -> ::core::result::Result<::fsm_runtime::Outcome, #error> { #body }

            #settling
        }
    }

    /// Whether anything can follow from a transition.
    pub(super) fn settles(&self) -> bool {
        self.has_always() || self.has_queue() || self.is_fallible()
    }

    fn has_always(&self) -> bool {
        self.machine.reactions.iter().any(|reaction| matches!(reaction.trigger, Trigger::Always))
    }

    pub(super) fn has_queue(&self) -> bool {
        !self.raised_events().is_empty() || !self.done_states().is_empty()
    }

    /// The events that the machine raises.
    pub(super) fn raised_events(&self) -> Vec<Id<Event>> {
        let mut events: Vec<_> = super::refusals::actions(self.machine)
            .filter_map(|action| match action.kind {
                ActionKind::Raise { event, .. } => Some(event),
                _ => None,
            })
            .collect();
        events.sort_unstable();
        events.dedup();
        events
    }

    /// The composites, other than the machine, that react to their end.
    pub(super) fn done_states(&self) -> Vec<Id<State>> {
        self.machine.states.ids().skip(1).filter(|&state| self.reacts_to_done(state)).collect()
    }

    pub(super) fn raised(&self, event: Id<Event>) -> Ident {
        plain(&format!("Raised{}", self.machine.events[event].name.text))
    }

    pub(super) fn done_event(&self, state: Id<State>) -> Ident {
        plain(&format!("Done{}", self.names.state(state).to_string().trim_start_matches("r#")))
    }

    /// The innermost states, in document order.
    fn leaves(&self) -> Vec<Id<State>> {
        self.machine.states.ids().skip(1).filter(|&state| self.machine.is_leaf(state)).collect()
    }

    /// The arm of an event from outside.
    fn event_arm(&self, event: Id<Event>) -> TokenStream {
        let (events, kinds) = (self.type_name("Event"), self.type_name("EventKind"));
        let variant = ident(&self.machine.events[event].name, self.places);
        let answer = |leaf: Id<State>| {
            if self.is_end(leaf) {
                return quote!(Err(::fsm_runtime::Error::Terminated { state: self.state, event: #kinds::#variant }));
            }
            let candidates = self.machine.candidates(leaf, event);
            let guards = self.guard_texts(&candidates);
            let otherwise = if guards.is_empty() {
                quote!(Err(::fsm_runtime::Error::NoTransition { state: self.state, event: #kinds::#variant }))
            } else {
                quote!(Err(::fsm_runtime::Error::GuardsRefused {
                    state: self.state,
                    event: #kinds::#variant,
                    guards: &[#(#guards),*],
                }))
            };
            let ending = Ending {
                taken: quote!(Ok(::fsm_runtime::Outcome::Taken)),
                ignored: quote!(Ok(::fsm_runtime::Outcome::Ignored)),
                otherwise,
            };
            self.answer(leaf, &candidates, &ending)
        };
        let nothing = quote!(Err(::fsm_runtime::Error::NoTransition { state: self.state, event: #kinds::#variant }));
        let states = self.by_state(&answer, &nothing);
        let fields = self.bound_fields(event, &states);
        quote!(#events::#variant #fields => #states,)
    }

    /// Whether the machine ends in this state.
    pub(super) fn is_end(&self, leaf: Id<State>) -> bool {
        let state = &self.machine.states[leaf];
        state.kind == StateKind::Final && state.parent == Some(Machine::root())
    }

    /// The pattern of the fields of an event that `code` reads.
    fn bound_fields(&self, event: Id<Event>, code: &TokenStream) -> TokenStream {
        let declared = &self.machine.events[event].fields;
        if declared.is_empty() {
            return TokenStream::new();
        }
        let names = declared.iter().map(|field| plain(&field.name.text));
        let read: Vec<Ident> = names.filter(|name| mentions(code, name)).collect();
        let rest = (read.len() < declared.len()).then(|| quote!(..));
        if read.is_empty() { quote!({ .. }) } else { quote!({ #(#read,)* #rest }) }
    }

    /// A `match` of all innermost states, in which states with the same answer share an arm.
    fn by_state(&self, answer: &dyn Fn(Id<State>) -> TokenStream, nothing: &TokenStream) -> TokenStream {
        let ty = self.type_name("State");
        let nothing_text = nothing.to_string();
        let mut groups: Vec<(String, TokenStream, Vec<Id<State>>)> = Vec::new();
        let mut answered = 0;
        let leaves = self.leaves();
        for &leaf in &leaves {
            let tokens = answer(leaf);
            let text = tokens.to_string();
            if text == nothing_text {
                continue;
            }
            answered += 1;
            match groups.iter_mut().find(|(known, ..)| *known == text) {
                Some((.., states)) => states.push(leaf),
                None => groups.push((text, tokens, vec![leaf])),
            }
        }
        // A composite is never the innermost state, so where every innermost state has one answer, it is the answer.
        if let [(_, only, _)] = groups.as_slice()
            && answered == leaves.len()
        {
            return quote!({ #only });
        }
        if groups.is_empty() {
            return quote!({ #nothing });
        }
        if let [(_, only, states)] = groups.as_slice()
            && nothing.is_empty()
        {
            let states = states.iter().map(|&state| self.names.state(state));
            return quote!(if matches!(self.state, #(#ty::#states)|*) { #only });
        }
        let arms = groups.iter().map(|(_, tokens, states)| {
            let states = states.iter().map(|&state| self.names.state(state));
            quote!(#(#ty::#states)|* => { #tokens })
        });
        let is_left = |state: &Id<State>| !groups.iter().any(|(.., states)| states.contains(state));
        let left: Vec<_> = self.machine.states.ids().skip(1).filter(is_left).collect();
        let rest = match left.as_slice() {
            [] => None,
            [only] => {
                let only = self.names.state(*only);
                Some(quote!(#ty::#only => { #nothing }))
            }
            _ => Some(quote!(_ => { #nothing })),
        };
        quote!(match self.state { #(#arms)* #rest })
    }

    /// What an innermost state answers, given the reactions that it can meet in order.
    fn answer(&self, leaf: Id<State>, candidates: &[Id<Reaction>], ending: &Ending) -> TokenStream {
        let mut steps = Vec::new();
        'candidates: for &id in candidates {
            let reaction = &self.machine.reactions[id];
            if matches!(reaction.trigger, Trigger::Ignore(_)) {
                steps.push(Step::Always(ending.ignored.clone()));
                break;
            }
            for branch in &reaction.branches {
                let body = self.branch(leaf, reaction.source, branch, ending);
                match &branch.condition {
                    Condition::Guard(guard) => steps.push(Step::If(self.condition(guard, &Scope::default()), body)),
                    Condition::None | Condition::Else | Condition::Unknown => {
                        steps.push(Step::Always(body));
                        break 'candidates;
                    }
                }
            }
        }
        chain(steps, &ending.otherwise)
    }

    fn branch(&self, leaf: Id<State>, source: Id<State>, branch: &Branch, ending: &Ending) -> TokenStream {
        let last_reads = last_reads(branch);
        let transition = self.transition(leaf, source, &branch.tail, &Scope::reading_last(&last_reads));
        let taken = &ending.taken;
        let Some(limit) = branch.tail.counts else { return quote!(#transition #taken) };
        let instead = self.transition(leaf, source, &self.machine.limits[limit].tail, &Scope::default());
        let count = self.names.count(limit);
        let allowed = self.is_below(&quote!(self.#count), &self.machine.limits[limit]);
        // The bound is what keeps the count inside its type, but for one that is larger than any count.
        let bound = interval(self.machine, &self.machine.limits[limit].bound).ok().flatten();
        let increment = match bound {
            Some(bound) if bound.within(IntType::U32.interval()) => quote!(self.#count += 1;),
            _ => quote!(self.#count = self.#count.saturating_add(1);),
        };
        quote! {
            if #allowed {
                #increment
                #transition
            } else {
                #instead
            }
            #taken
        }
    }

    /// The texts of the guards that the reactions ask, if any of them can be asked.
    fn guard_texts(&self, candidates: &[Id<Reaction>]) -> Vec<String> {
        let mut texts = Vec::new();
        for &id in candidates {
            for branch in &self.machine.reactions[id].branches {
                if let Condition::Guard(guard) = &branch.condition {
                    let text = self.source(guard.span);
                    if !texts.contains(&text) {
                        texts.push(text);
                    }
                }
            }
        }
        texts
    }

    /// What follows from a transition: eventless transitions, raised events, failures.
    fn settling(&self) -> TokenStream {
        let error = self.type_name("Error");
        let (fallible, always, queue) = (self.is_fallible(), self.has_always(), self.has_queue());
        let fail = fallible.then(|| {
            quote! {
                /// Notes the first failure of a step.
                fn fail(&mut self, origin: &'static str, message: &'static str) {
                    self.failure.get_or_insert(::fsm_runtime::Failure { origin, message });
                }
            }
        });
        let finish = quote! {
            match self.failure.take() {
                None => Ok(()),
                Some(failure) => Err(::fsm_runtime::Error::ActionFailed(failure)),
            }
        };
        if !always && !queue {
            return quote! {
                /// Reports what failed in the last step.
                fn settle(&mut self) -> ::core::result::Result<(), #error> { #finish }

                #fail
            };
        }
        let (finish, finished) = if fallible {
            let method = quote! {
                /// Reports what failed in the last step.
                fn finish(&mut self) -> ::core::result::Result<(), #error> { #finish }
            };
            (Some(method), quote!(self.finish()))
        } else {
            (None, quote!(Ok(())))
        };
        let eventless = always.then(|| {
            let arms = self.always_answer();
            quote! {
                /// Takes one enabled eventless transition, if there is one.
                fn step(&mut self) -> bool { #arms }
            }
        });
        let internal = queue.then(|| self.internal_reactions());
        let (try_step, or_return) = match (always, queue) {
            (true, true) => (
                Some(quote!(if self.step() {
                    continue;
                })),
                None,
            ),
            (true, false) => (None, Some(quote!(if !self.step() { return #finished; }))),
            (false, _) => (None, None),
        };
        let next = queue.then(|| {
            quote! {
                if self.overflow {
                    break;
                }
                let Some(event) = self.internal.pop() else { return #finished; };
                self.react(event);
            }
        });
        let clear_queue = queue.then(|| {
            quote! {
                self.internal.clear();
                self.overflow = false;
            }
        });
        let clear_failure = fallible.then(|| quote!(self.failure = None;));
        quote! {
            /// Takes what follows from a transition, until nothing is left.
            fn settle(&mut self) -> ::core::result::Result<(), #error> {
                for _ in 0..::fsm_runtime::support::MICROSTEPS {
                    #try_step
                    #or_return
                    #next
                }
                #clear_queue
                #clear_failure
                Err(::fsm_runtime::Error::Livelock { state: self.state })
            }

            #finish
            #eventless
            #internal
            #fail
        }
    }

    fn always_answer(&self) -> TokenStream {
        let ending = Ending { taken: quote!(true), ignored: quote!(true), otherwise: quote!(false) };
        let answer = |leaf: Id<State>| {
            if self.is_end(leaf) {
                return quote!(false);
            }
            let of_state = |state: Id<State>| self.machine.states[state].reactions.iter().copied();
            let always = |id: &Id<Reaction>| matches!(self.machine.reactions[*id].trigger, Trigger::Always);
            let candidates: Vec<_> = self.machine.lineage(leaf).flat_map(of_state).filter(always).collect();
            self.answer(leaf, &candidates, &ending)
        };
        self.by_state(&answer, &quote!(false))
    }

    /// The queue of raised events, and what the states do with them.
    fn internal_reactions(&self) -> TokenStream {
        let ty = self.type_name("Internal");
        let ending = Ending { taken: quote!(), ignored: quote!(), otherwise: quote!() };
        let raised = self.raised_events().into_iter().map(|event| {
            let variant = self.raised(event);
            let answer = |leaf: Id<State>| {
                if self.is_end(leaf) {
                    return TokenStream::new();
                }
                self.answer(leaf, &self.machine.candidates(leaf, event), &ending)
            };
            let states = self.by_state(&answer, &quote!());
            let fields = self.bound_fields(event, &states);
            quote!(#ty::#variant #fields => { #states })
        });
        let done = self.done_states().into_iter().map(|composite| {
            let variant = self.done_event(composite);
            let answer = |leaf: Id<State>| {
                if !self.machine.is_descendant(leaf, composite) {
                    return TokenStream::new();
                }
                let of_state = self.machine.states[composite].reactions.iter().copied();
                let done = |id: &Id<Reaction>| matches!(self.machine.reactions[*id].trigger, Trigger::Done);
                self.answer(leaf, &of_state.filter(done).collect::<Vec<_>>(), &ending)
            };
            let states = self.by_state(&answer, &quote!());
            quote!(#ty::#variant => { #states })
        });
        quote! {
            /// Takes one raised event; one that nobody takes is dropped.
            fn react(&mut self, event: #ty) {
                match event { #(#raised)* #(#done)* }
            }

            /// Adds an event to those that are taken before the next one from outside.
            fn raise(&mut self, event: #ty) {
                self.overflow |= self.internal.push(event).is_err();
            }
        }
    }
}

/// The fields of the event that a branch reads once it is taken, and only once.
fn last_reads(branch: &Branch) -> Vec<String> {
    let mut read: BTreeMap<String, usize> = BTreeMap::new();
    for expr in super::refusals::expressions_in_tail(&branch.tail) {
        expr.walk(&mut |part| match &part.kind {
            ExprKind::EventField { name, .. } => *read.entry(name.clone()).or_default() += 1,
            // What is narrowed is read behind a reference.
            ExprKind::Narrow(Place::EventField { name, .. }, _) => *read.entry(name.clone()).or_default() += 2,
            _ => {}
        });
    }
    read.into_iter().filter(|&(_, times)| times == 1).map(|(name, _)| name).collect()
}

/// `if … { } else if … { } else { }`
fn chain(steps: Vec<Step>, otherwise: &TokenStream) -> TokenStream {
    let mut conditions = TokenStream::new();
    for step in steps {
        match step {
            Step::If(condition, body) if conditions.is_empty() => conditions = quote!(if #condition { #body }),
            Step::If(condition, body) => conditions.extend(quote!(else if #condition { #body })),
            Step::Always(body) if conditions.is_empty() => return body,
            Step::Always(body) => {
                let rest = (!body.is_empty()).then(|| quote!(else { #body }));
                return quote!(#conditions #rest);
            }
        }
    }
    if conditions.is_empty() {
        return otherwise.clone();
    }
    let rest = (!otherwise.is_empty()).then(|| quote!(else { #otherwise }));
    quote!(#conditions #rest)
}
