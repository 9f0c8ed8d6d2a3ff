//! Saving and restoring, for machines behind `#[snapshot]`.
//!
//! A snapshot is all that outlives a macrostep, as plain data. What comes back may have been changed in between, so nothing
//! of it is believed: the restored machine is first compared with all that could have become of it.

use proc_macro2::{Ident, TokenStream};

use super::Generator;
use super::attributes::Attributes;
use super::code::digits;
use super::expressions::bounds;
use super::generics::Generics;
use super::names::{ident, plain};
use super::occurrences::Occurrence;
use super::template::IntoTokens;
use super::types::abilities;
use crate::fingerprint::{Part, fingerprint_of};
use crate::lists::CollectVec;
use crate::model::{
    ActionKind, BaseType, Event, Id, IdSet, Interval, Machine, OnRestore, Reaction, State, Type, Variable,
};

/// A field of the snapshot.
struct Saved {
    name: Ident,
    docs: String,
    ty: TokenStream,
    /// Its value, from the machine `self`.
    value: TokenStream,
}

/// An item whose values snapshots hold: with the feature `serde` of the runtime it derives serde's traits, but for those
/// that the user derives.
pub(super) fn savable(attributes: &Attributes, item: TokenStream) -> TokenStream {
    let missing = not_derived(attributes).map(plain).collect_vec();
    if missing.is_empty() {
        return item;
    }
    quote!(::fsm_runtime::saved! { #(#missing)*; #item })
}

/// The traits of serde that the user does not derive.
fn not_derived(attributes: &Attributes) -> impl Iterator<Item = &'static str> {
    ["Serialize", "Deserialize"].into_iter().filter(|name| !attributes.derives(name))
}

/// How a value of the type is saved, where that is not as serde has it: not every format has a notation for all floats.
fn saved_as(ty: Type) -> Option<TokenStream> {
    let (Type::Plain(base) | Type::Optional(base)) = ty;
    (base == BaseType::Float).then(|| quote!(#[saved(with = "::fsm_runtime::float")]))
}

impl Generator<'_> {
    /// The item as it is, or as [`savable`] makes it where the machine is saved.
    pub(super) fn savable(&self, attributes: &Attributes, item: TokenStream) -> TokenStream {
        if self.machine.snapshot { savable(attributes, item) } else { item }
    }

    /// How a field of a [`savable`] item is saved, where neither serde nor the user says so; `own` are the field's attributes.
    pub(super) fn saved_as(&self, attributes: &Attributes, own: &Attributes, ty: Type) -> Option<TokenStream> {
        let is_derived = self.machine.snapshot && not_derived(attributes).next().is_some();
        saved_as(ty).filter(|_| is_derived && !own.speak_by("serde"))
    }

    // The type.

    /// The type of the snapshots, and that of the events in them.
    pub(super) fn snapshot_types(&self) -> TokenStream {
        if !self.machine.snapshot {
            return TokenStream::new();
        }
        let (pending, name, seen_by) = (self.pending_type(), self.type_name("Snapshot"), self.visibility());
        let Generics { declared, implied, elided, .. } = self.generics_of("Snapshot");
        let machine = &self.machine.name.text;
        let docs_of = format!(" What a `{machine}` is between two macrosteps.");
        let docs_of_definition = format!(" The definition of this `{machine}`, by the fingerprints of its parts.");
        let parts = Part::ALL.into_iter().map(|part| {
            let number = fingerprint_of(part, self.program, self.machine, self.sources);
            let (name, number) = (plain(part.name()), digits(number.into(), ""));
            quote!(#name: #number,)
        });
        let fields = self.saved_fields().into_iter().map(|Saved { name, docs, ty, .. }| {
            let docs = format!(" {docs}");
            quote!(#[doc = #docs] pub #name: #ty,)
        });
        let is_known = self.machine.variables.iter().all(|variable| abilities(variable.ty).known)
            && self.pending_events().iter().all(|&event| self.carries_known(event));
        let equal = is_known.then(|| quote!(, PartialEq));
        let item = quote! {
            #[doc = #docs_of]
            #[allow(clippy::struct_field_names)]
            #[derive(Debug, Clone #equal)]
            #seen_by struct #name #declared {
                /// The definition of the machine.
                pub definition: ::fsm_runtime::Definition,
                #(#fields)*
            }
        };
        let item = savable(&Attributes::default(), item);
        quote! {
            #pending

            #item

            impl #implied #name #elided {
                #[doc = #docs_of_definition]
                pub const DEFINITION: ::fsm_runtime::Definition = ::fsm_runtime::Definition { #(#parts)* };
            }
        }
    }

    /// All that outlives a macrostep.
    fn saved_fields(&self) -> Vec<Saved> {
        let mut fields = self.saved_states();
        let mut add = |name: &Ident, docs: &str, ty: TokenStream, value: TokenStream| {
            fields.push(Saved { name: name.clone(), docs: docs.to_owned(), ty, value });
        };
        if self.has_params() {
            let ty = self.type_of("Params");
            add(
                &plain("params"),
                "What was fixed when the machine was made.",
                quote!(#ty),
                quote!(self.params.clone()),
            );
        }
        if self.has_context() {
            let ty = self.type_of("Context");
            add(&plain("context"), "The extended state of the machine.", quote!(#ty), quote!(self.context.clone()));
        }
        for state in self.state_contexts() {
            let (field, ty) = (self.context_field(state), self.context_type(state));
            let docs = format!("The context of `{}`.", self.machine.qualified_name(state));
            add(&field, &docs, quote!(::core::option::Option<#ty>), quote!(self.#field.clone()));
        }
        for (id, limit) in self.machine.limits.enumerate() {
            let field = self.names.count(id);
            add(field, &format!("The count of `{}`.", limit.name.text), quote!(u32), quote!(self.#field));
        }
        for (state, deep) in self.recorded_histories() {
            let (field, ty) = (self.history_field(state, deep), self.record_type(state, deep));
            let docs = format!("What was last active in `{}`.", self.machine.qualified_name(state));
            add(field, &docs, quote!(::core::option::Option<#ty>), quote!(self.#field));
        }
        fields.extend(self.saved_pending());
        fields
    }

    /// The innermost active states.
    fn saved_states(&self) -> Vec<Saved> {
        let state = self.type_name("State");
        if !self.is_parallel() {
            let docs = "The innermost active state.".to_owned();
            return vec![Saved { name: plain("state"), docs, ty: quote!(#state), value: quote!(self.state) }];
        }
        let regions = self.regions().into_iter().map(|region| {
            let name = self.names.region(region).clone();
            let docs = format!("The innermost active state of the region `{}`.", self.machine.qualified_name(region));
            let value = quote!(self.#name);
            Saved { name, docs, ty: quote!(::core::option::Option<#state>), value }
        });
        regions.collect_vec()
    }

    /// Time, and what waits.
    fn saved_pending(&self) -> Vec<Saved> {
        let (pending, pending_type, mut fields) = (self.type_name("Pending"), self.type_of("Pending"), Vec::new());
        let mut add = |name: &Ident, docs: String, ty: TokenStream, value: TokenStream| {
            fields.push(Saved { name: name.clone(), docs, ty, value });
        };
        if self.is_timed() {
            let docs = "The time since the start of the machine, in nanoseconds.".to_owned();
            add(&plain("now"), docs, quote!(u64), quote!(self.now));
        }
        for timer in self.timers() {
            let (field, text) = (self.names.timer(timer), self.timer_text(timer));
            let (docs, ty) = if self.is_periodic(timer) {
                (format!("When `{text}` is due next, and its period, in nanoseconds."), quote!((u64, u64)))
            } else {
                (format!("When `{text}` is due, in nanoseconds."), quote!(u64))
            };
            add(field, docs, quote!(::core::option::Option<#ty>), quote!(self.#field));
        }
        if self.has_delays() {
            let capacity = self.delayed_capacity();
            let docs = "The events that are raised for later: when, in nanoseconds, and which.".to_owned();
            let ty = quote!(::fsm_runtime::Queue<(u64, #pending_type), #capacity>);
            let saved = quote!(Some((*deadline, #pending::saved(event)?)));
            let value = quote!(::fsm_runtime::support::map_queue(&self.delayed, |(deadline, event)| #saved));
            add(&plain("delayed"), docs, ty, value);
        }
        if self.defers() {
            let capacity = self.deferred_capacity();
            let ty = quote!(::fsm_runtime::Queue<#pending_type, #capacity>);
            let value = quote!(::fsm_runtime::support::map_queue(&self.deferred, #pending::saved));
            add(&plain("deferred"), "The events that are deferred.".to_owned(), ty, value);
            let docs = "How far the deferred events have been looked at.".to_owned();
            let value = quote! {
                ::fsm_runtime::Recall { next: self.recalled, end: self.to_recall, anew: self.is_changed }
            };
            add(&plain("recall"), docs, quote!(::fsm_runtime::Recall), value);
        }
        if self.runs_tasks() {
            add(&plain("next_run"), "The number of the next run.".to_owned(), quote!(u64), quote!(self.next_run));
        }
        for (state, index, run) in self.runs() {
            let field = self.names.run(state, index);
            let (task, state) = (&self.machine.tasks[run.task].name.text, self.machine.qualified_name(state));
            let ty = quote!(::core::option::Option<::fsm_runtime::RunId>);
            add(field, format!("The run of `{task}` that `{state}` has under way."), ty, quote!(self.#field));
        }
        fields
    }

    fn recorded_histories(&self) -> Vec<(Id<State>, bool)> {
        let mut histories = Vec::new();
        for state in self.machine.states.ids() {
            for deep in [false, true] {
                if self.has_history(state, deep) {
                    histories.push((state, deep));
                }
            }
        }
        histories
    }

    fn timer_text(&self, timer: Id<Reaction>) -> String {
        let reaction = &self.machine.reactions[timer];
        format!("{} in {}", self.source(reaction.trigger_span), self.machine.qualified_name(reaction.source))
    }

    // The events that wait.

    /// The events that are raised for later.
    fn delayed_events(&self) -> IdSet<Event> {
        let raised = self.machine.all_actions().into_iter().filter_map(|action| match action.kind {
            ActionKind::Raise { event, delay: Some(_), .. } => Some(event),
            _ => None,
        });
        raised.collect()
    }

    /// The events that can wait from one macrostep to another.
    pub(super) fn pending_events(&self) -> Vec<Id<Event>> {
        let mut events = self.delayed_events();
        events.extend(self.deferred_events().ids().iter().copied());
        events.ids().to_vec()
    }

    fn carries_known(&self, event: Id<Event>) -> bool {
        self.machine.events[event].fields.iter().all(|field| abilities(field.ty).known)
    }

    /// The type of the events that wait, which snapshots hold in place of what happens within the machine.
    fn pending_type(&self) -> TokenStream {
        let events = self.pending_events();
        if events.is_empty() && !self.has_delays() {
            return TokenStream::new();
        }
        let (name, internal, seen_by) = (self.type_name("Pending"), self.type_name("Internal"), self.visibility());
        let (Generics { declared, named, .. }, others) = (self.generics_of("Pending"), self.generics_beside_pending());
        let internal_type = self.type_of("Internal");
        let docs_of =
            format!(" The events of `{}` that can wait from one macrostep to another.", self.machine.name.text);
        let is_known = events.iter().all(|&event| self.carries_known(event));
        let equal = is_known.then(|| quote!(, PartialEq));
        let (mut variants, mut saved, mut restored) = (TokenStream::new(), TokenStream::new(), TokenStream::new());
        for &event in &events {
            let declared = &self.machine.events[event];
            let (variant, raised) = (ident(&declared.name, self.places), self.variant(Occurrence::Event(event)));
            let docs = format!(" The event `{}`.", declared.name.text);
            let fields = declared.fields.iter().map(|field| {
                let docs = format!(" The field `{}`.", field.name.text);
                let (name, ty, saved) = (plain(&field.name.text), self.owned_type(field.ty), saved_as(field.ty));
                quote!(#[doc = #docs] #saved #name: #ty,)
            });
            let copied = declared.fields.iter().map(|field| {
                let name = plain(&field.name.text);
                if abilities(field.ty).copy { quote!(#name: *#name,) } else { quote!(#name: #name.clone(),) }
            });
            let (names, copied): (Vec<_>, Vec<_>) =
                (declared.fields.iter().map(|field| plain(&field.name.text)).collect_vec(), copied.collect_vec());
            let has = !names.is_empty();
            let (fields, pattern, copied) = (
                has.then(|| quote!({ #(#fields)* })),
                has.then(|| quote!({ #(#names),* })),
                has.then(|| quote!({ #(#copied)* })),
            );
            variants.extend(quote!(#[doc = #docs] #variant #fields,));
            saved.extend(quote!(#internal::#raised #pattern => Some(Self::#variant #copied),));
            restored.extend(quote!(Self::#variant #pattern => #internal::#raised #copied,));
        }
        let rest = (events.len() < self.occurrences().len()).then(|| quote!(_ => None,));
        let saved = if events.is_empty() { quote!(None) } else { quote!(match event { #saved #rest }) };
        let restored = if events.is_empty() { quote!(match *self {}) } else { quote!(match self { #restored }) };
        let debug = if is_known { quote!(Debug,) } else { TokenStream::new() };
        let debug_by_hand = (!is_known).then(|| self.pending_debug(&events));
        let item = quote! {
            #[doc = #docs_of]
            #[allow(clippy::enum_variant_names, clippy::large_enum_variant)]
            #[derive(#debug Clone #equal)]
            #seen_by enum #name #declared { #variants }
        };
        let item = savable(&Attributes::default(), item);
        quote! {
            #item

            #debug_by_hand

            #[allow(clippy::trivially_copy_pass_by_ref, clippy::unnecessary_wraps, clippy::clone_on_copy, unused_variables)]
            impl #declared #name #named {
                /// The event as snapshots hold it; `None` for what never waits.
                fn saved #others (event: &#internal_type) -> ::core::option::Option<Self> { #saved }

                /// The event as the machine holds it.
                fn restored #others (&self) -> #internal_type { #restored }
            }
        }
    }

    /// `Debug` for events that carry values of types that need not have it.
    fn pending_debug(&self, events: &[Id<Event>]) -> TokenStream {
        let (name, Generics { implied, elided, .. }) = (self.type_name("Pending"), self.generics_of("Pending"));
        let arms = events.iter().map(|&event| {
            let declared = &self.machine.events[event];
            let (variant, text) = (ident(&declared.name, self.places), &declared.name.text);
            quote!(Self::#variant { .. } => #text,)
        });
        quote! {
            #[automatically_derived]
            impl #implied ::core::fmt::Debug for #name #elided {
                fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                    f.write_str(match self { #(#arms)* })
                }
            }
        }
    }

    // The methods.

    /// `snapshot`, `restore` and what they call.
    pub(super) fn saving(&self) -> TokenStream {
        if !self.machine.snapshot {
            return TokenStream::new();
        }
        let (name, ty, definition) = (self.type_name("Snapshot"), self.type_of("Snapshot"), self.definition());
        let fields = self.saved_fields().into_iter().map(|Saved { name, value, .. }| quote!(#name: #value,));
        let (restoring, check) = (self.restoring_methods(), self.check());
        quote! {
            /// All that the machine is, to be saved: its host is no part of it.
            #[must_use]
            #[allow(clippy::clone_on_copy)]
            pub fn snapshot(&self) -> #ty {
                #name { definition: #definition, #(#fields)* }
            }

            #restoring
            #check
        }
    }

    /// The definition that a snapshot of this machine carries.
    fn definition(&self) -> TokenStream {
        let (name, Generics { named, .. }) = (self.type_name("Snapshot"), self.generics_of("Snapshot"));
        if named.is_empty() { quote!(#name::DEFINITION) } else { quote!(#name::#named::DEFINITION) }
    }

    fn restoring_methods(&self) -> TokenStream {
        let (snapshot, definition) = (self.type_of("Snapshot"), self.definition());
        let result = quote!(::core::result::Result<Self, ::fsm_runtime::RestoreError>);
        let machine = self.restored();
        let (resume, resuming) = self.resuming();
        let mutable = resume.as_ref().map(|_| quote!(mut));
        let make = quote! {
            ::fsm_runtime::support::check_definition(snapshot.definition, #definition)?;
            let #mutable machine = Self { #machine };
            machine.check()?;
            #resume
            Ok(machine)
        };
        let errors = quote! {
            /// # Errors
            ///
            /// If the snapshot is of another definition, or none that the machine could have given.
        };
        if !self.is_timed() {
            return quote! {
                /// The machine as it was saved. Nothing is done but that tasks which were under way are started again.
                ///
                #errors
                pub fn restore(host: H, snapshot: #snapshot) -> #result { #make }

                #resuming
            };
        }
        quote! {
            /// The machine as it was saved, at the time of its saving. Nothing is done but that tasks which were under way
            /// are started again.
            ///
            #errors
            pub fn restore(host: H, snapshot: #snapshot) -> #result {
                Self::restore_at(::core::time::Duration::from_nanos(snapshot.now), host, snapshot)
            }

            /// The machine as it was saved, to go on at `now`, which is told as time since its start: what the definition says
            /// of its timers is done. What became due in between is met by [`advance_to`](Self::advance_to).
            ///
            #errors
            pub fn restore_at(now: ::core::time::Duration, host: H, snapshot: #snapshot) -> #result {
                if now < ::core::time::Duration::from_nanos(snapshot.now) {
                    let saved = ::core::time::Duration::from_nanos(snapshot.now);
                    return Err(::fsm_runtime::RestoreError::Past { saved });
                }
                #make
            }

            #resuming
        }
    }

    /// The fields of the restored machine.
    fn restored(&self) -> TokenStream {
        let states = self.saved_states().into_iter().map(|Saved { name, .. }| quote!(#name: snapshot.#name,));
        let staged = self.staged_fields().into_iter().map(|name| quote!(#name: None,));
        let params = self.has_params().then(|| quote!(params: snapshot.params,));
        let context = self.has_context().then(|| quote!(context: snapshot.context,));
        let contexts = self.state_contexts().into_iter().map(|state| self.context_field(state).clone());
        let counts = self.machine.limits.ids().map(|limit| self.names.count(limit).clone());
        let histories = self.recorded_histories().into_iter();
        let histories = histories.map(|(state, deep)| self.history_field(state, deep).clone());
        let kept = contexts.chain(counts).chain(histories).map(|name| quote!(#name: snapshot.#name,));
        let queue = self.has_queue().then(|| quote!(internal: ::fsm_runtime::Queue::new(), overflow: false,));
        let failure = self.keeps_failure().then(|| quote!(failure: None,));
        let (pending, marker) = (self.restored_pending(), self.marker());
        quote!(#(#states)* #(#staged)* host, #params #context #(#kept)* #queue #pending #failure #marker)
    }

    fn restored_pending(&self) -> TokenStream {
        let mut fields = TokenStream::new();
        if self.is_timed() {
            let timers = self.timers().into_iter().map(|timer| self.names.timer(timer).clone());
            fields.extend(quote!(now: snapshot.now, #(#timers: snapshot.#timers,)*));
        }
        if self.has_delays() {
            let item = quote!(Some((*deadline, event.restored())));
            fields.extend(quote! {
                delayed: ::fsm_runtime::support::map_queue(&snapshot.delayed, |(deadline, event)| #item),
            });
        }
        if self.defers() {
            fields.extend(quote! {
                deferred: ::fsm_runtime::support::map_queue(&snapshot.deferred, |event| Some(event.restored())),
                recalled: snapshot.recall.next,
                to_recall: snapshot.recall.end,
                is_recalling: false,
                is_changed: snapshot.recall.anew,
            });
        }
        if self.runs_tasks() {
            fields.extend(quote!(next_run: snapshot.next_run,));
            for (id, state) in self.machine.states.enumerate().filter(|(_, state)| !state.runs.is_empty()) {
                let starts = self.names.starts(id);
                let runs = (0..state.runs.len()).map(|index| self.names.run(id, index));
                fields.extend(quote!(#starts: false, #(#runs: snapshot.#runs,)*));
            }
        }
        fields
    }

    /// How a restored machine goes on: the call, if there is anything to do, and the method.
    fn resuming(&self) -> (Option<TokenStream>, TokenStream) {
        let timers: TokenStream = self.timers().into_iter().map(|timer| self.resume_timer(timer)).into_tokens();
        let runs: TokenStream =
            self.runs().into_iter().map(|(state, index, run)| self.restart_run(state, index, run)).into_tokens();
        if timers.is_empty() && runs.is_empty() {
            return (None, TokenStream::new());
        }
        let now = self.unshadowed("now");
        let (parameter, argument) = if timers.is_empty() {
            (None, None)
        } else {
            (Some(quote!(, #now: u64)), Some(quote!(::fsm_runtime::support::whole_nanoseconds(now))))
        };
        let method = quote! {
            /// Goes on: arms the timers that do not fire for the time in between, and starts the tasks again.
            fn resume(&mut self #parameter) { #timers #runs }
        };
        (Some(quote!(machine.resume(#argument);)), method)
    }

    /// What becomes of an armed timer. A delay that has no place any more leaves what was left of it.
    fn resume_timer(&self, timer: Id<Reaction>) -> TokenStream {
        let (field, now) = (self.names.timer(timer), self.unshadowed("now"));
        let later = quote!(deadline.saturating_add(#now.saturating_sub(self.now)));
        let later = if self.is_periodic(timer) {
            quote!(self.#field = self.#field.map(|(deadline, period)| (#later, period));)
        } else {
            quote!(self.#field = self.#field.map(|deadline| #later);)
        };
        match self.machine.reactions[timer].on_restore {
            OnRestore::Fire => TokenStream::new(),
            OnRestore::Remaining => later,
            OnRestore::Restart => {
                let armed = self.armed_at(timer, &quote!(#now), true);
                let later = self.delay_can_fail(timer).then_some(later);
                quote! {
                    if self.#field.is_some() {
                        #later
                        #armed
                    }
                }
            }
        }
    }

    fn restart_run(&self, state: Id<State>, index: usize, run: &crate::model::Run) -> TokenStream {
        let (field, number) = (self.names.run(state, index), self.unshadowed("run"));
        let start = self.starting_run(run, &number, &|start| {
            quote! {
                self.#field = Some(#number);
                #start
            }
        });
        quote! {
            if let Some(#number) = self.#field.take() {
                #start
            }
        }
    }

    /// A name for a local variable that no value of a context is known by.
    fn unshadowed(&self, text: &str) -> Ident {
        let mut name = text.to_owned();
        while self.machine.variables.iter().any(|variable| variable.name.text == name) {
            name.push('_');
        }
        self.fresh(&name)
    }

    // What is believed.

    /// The method that compares the restored machine with what could have become of it.
    fn check(&self) -> TokenStream {
        let parts = [
            self.check_configuration(),
            self.check_values(),
            self.check_limits(),
            self.check_histories(),
            self.check_timers(),
            self.check_queues(),
            self.check_runs(),
        ];
        let parts: TokenStream = parts.into_iter().into_tokens();
        let unused = parts.is_empty().then(|| quote!(#[allow(clippy::unused_self)]));
        quote! {
            /// Whether the machine could be as it is.
            #unused
            #[allow(clippy::nonminimal_bool, clippy::overly_complex_bool_expr)]
            fn check(&self) -> ::core::result::Result<(), ::fsm_runtime::RestoreError> {
                #parts
                Ok(())
            }
        }
    }

    fn refuse(condition: &TokenStream, error: &TokenStream) -> TokenStream {
        quote! {
            if #condition {
                return Err(::fsm_runtime::RestoreError::#error);
            }
        }
    }

    fn check_configuration(&self) -> TokenStream {
        let error = quote!(Configuration);
        if self.is_parallel() {
            let field = |region: Id<State>| {
                let field = self.names.region(region);
                quote!(self.#field)
            };
            return Self::refuse(&self.is_impossible(Machine::root(), &self.regions(), &field), &error);
        }
        let (ty, leaves) = (self.type_name("State"), self.leaves_in(Machine::root()));
        if leaves.len() + 1 == self.machine.states.len() {
            return TokenStream::new();
        }
        let leaves = leaves.into_iter().map(|leaf| self.names.state(leaf));
        Self::refuse(&quote!(!matches!(self.state, #(#ty::#leaves)|*)), &error)
    }

    /// Whether these regions, all that are in `outer`, cannot hold together what their fields say: a region is active where
    /// the parallel state around it is the innermost one of its own region.
    fn is_impossible(
        &self,
        outer: Id<State>,
        regions: &[Id<State>],
        field: &dyn Fn(Id<State>) -> TokenStream,
    ) -> TokenStream {
        let conditions = regions.iter().map(|&region| {
            let here = field(region);
            let inside = |&id: &Id<State>| self.machine.lineage(id).any(|around| around == outer);
            let locals = self.locals(region).into_iter().filter(inside).collect_vec();
            let pattern = self.pattern(&locals);
            let parallel =
                self.machine.states[region].parent.filter(|&parent| regions.contains(&self.region_of(parent)));
            let Some(parallel) = parallel.filter(|_| region != self.region_of(outer)) else {
                return quote!(!matches!(#here, #pattern));
            };
            let (around, parallel) = (field(self.region_of(parallel)), self.pattern(&[parallel]));
            quote!((if matches!(#around, #parallel) { !matches!(#here, #pattern) } else { #here.is_some() }))
        });
        quote!(#(#conditions)||*)
    }

    fn check_values(&self) -> TokenStream {
        let mut code = TokenStream::new();
        for param in self.params() {
            code.extend(self.check_value(param, &quote!(self.params)));
        }
        for &variable in &self.machine.states[Machine::root()].context {
            code.extend(self.check_value(variable, &quote!(self.context)));
        }
        for state in self.state_contexts() {
            code.extend(self.check_context(state));
        }
        code
    }

    fn check_value(&self, id: Id<Variable>, owner: &TokenStream) -> TokenStream {
        let variable = &self.machine.variables[id];
        let (Type::Plain(base) | Type::Optional(base)) = variable.ty;
        let is_sure = |range: &Interval| matches!(base, BaseType::Int(int) if int.interval() == *range);
        let Some(range) = variable.interval.filter(|range| !is_sure(range)) else { return TokenStream::new() };
        let (name, text, bounds) = (ident(&variable.name, self.places), &variable.name.text, bounds(base, range));
        let is_outside = match variable.ty {
            Type::Plain(_) => quote!(!#bounds.contains(&#owner.#name)),
            Type::Optional(_) => quote!(#owner.#name.is_some_and(|value| !#bounds.contains(&value))),
        };
        Self::refuse(&is_outside, &quote!(OutOfRange { name: #text }))
    }

    /// A context goes with its state; one that a history may lead back to outlives it.
    fn check_context(&self, state: Id<State>) -> TokenStream {
        let (field, name) = (self.context_field(state), self.machine.qualified_name(state));
        let is_active = self.is_active(state).tokens();
        let variables = &self.machine.states[state].context;
        // A value that failed at the arrow, and that nothing could stand for, leaves its state without a context.
        let may_lack = variables.iter().any(|&id| {
            let variable = &self.machine.variables[id];
            variable.default.is_none() && matches!(variable.ty, Type::Plain(BaseType::Extern(_)))
        });
        let is_wrong = match (may_lack, self.is_kept(state)) {
            (true, true) => None,
            (true, false) => Some(quote!(self.#field.is_some() && !(#is_active))),
            (false, true) => Some(quote!(self.#field.is_none() && #is_active)),
            (false, false) => Some(quote!(self.#field.is_some() != (#is_active))),
        };
        let presence = is_wrong.map(|is_wrong| Self::refuse(&is_wrong, &quote!(Context { state: #name })));
        let values: TokenStream = variables.iter().map(|&id| self.check_value(id, &quote!(context))).into_tokens();
        let values = (!values.is_empty()).then(|| quote!(if let Some(context) = &self.#field { #values }));
        quote!(#presence #values)
    }

    fn check_limits(&self) -> TokenStream {
        let checks = self.machine.limits.enumerate().map(|(id, limit)| {
            let (count, name) = (self.names.count(id), &limit.name.text);
            let was_below = self.is_below(&quote!(before), limit);
            let is_beyond = quote!(self.#count.checked_sub(1).is_some_and(|before| !(#was_below)));
            let is_beyond = if was_below.to_string() == "false" { quote!(self.#count > 0) } else { is_beyond };
            Self::refuse(&is_beyond, &quote!(Limit { limit: #name }))
        });
        checks.into_tokens()
    }

    fn check_histories(&self) -> TokenStream {
        let ty = self.type_name("State");
        let checks = self.recorded_histories().into_iter().map(|(state, deep)| {
            let (field, name) = (self.history_field(state, deep), self.machine.qualified_name(state));
            let is_wrong = match self.recordable(state, deep) {
                Some(states) if states.is_empty() => quote!(self.#field.is_some()),
                Some(states) => {
                    let states = states.into_iter().map(|state| self.names.state(state));
                    quote!(self.#field.is_some_and(|state| !matches!(state, #(#ty::#states)|*)))
                }
                None => {
                    let regions = self.recorded_regions(state);
                    let locals = regions.iter().map(|&region| self.names.region(region).clone());
                    let local = |region: Id<State>| {
                        let name = self.names.region(region);
                        quote!(#name)
                    };
                    let is_impossible = self.is_impossible(state, &regions, &local);
                    quote!(self.#field.is_some_and(|[#(#locals),*]| #is_impossible))
                }
            };
            Self::refuse(&is_wrong, &quote!(History { state: #name }))
        });
        checks.into_tokens()
    }

    fn check_timers(&self) -> TokenStream {
        let checks = self.timers().into_iter().map(|timer| {
            let (field, text) = (self.names.timer(timer), self.timer_text(timer));
            let is_active = self.is_armable(self.machine.reactions[timer].source);
            let is_misplaced = is_active.map(|is_active| quote!(self.#field.is_some() && !(#is_active)));
            let stands_still =
                self.is_periodic(timer).then(|| quote!(self.#field.is_some_and(|(_, period)| period == 0)));
            let wrongs = is_misplaced.into_iter().chain(stands_still);
            let is_wrong = quote!(#(#wrongs)||*);
            if is_wrong.is_empty() { is_wrong } else { Self::refuse(&is_wrong, &quote!(Timer { timer: #text })) }
        });
        checks.into_tokens()
    }

    /// Whether what belongs to a state can be pending: the state is active, and the machine has not ended. `None` where
    /// that is always so.
    fn is_armable(&self, state: Id<State>) -> Option<TokenStream> {
        let goes_on = self.can_end().then(|| quote!(!self.is_terminated()));
        if state == Machine::root() {
            return goes_on;
        }
        let is_active = self.is_active(state).tokens();
        // In a machine without regions at its top no other state is active when it has ended.
        Some(if self.is_parallel() && self.can_end() { quote!(#is_active && #goes_on) } else { is_active })
    }

    fn check_queues(&self) -> TokenStream {
        let internal = self.type_name("Internal");
        let is_one_of = |events: &[Id<Event>], event: &TokenStream| {
            let variants = events.iter().map(|&event| self.variant(Occurrence::Event(event)));
            if events.is_empty() { quote!(false) } else { quote!(matches!(#event, #(#internal::#variants { .. })|*)) }
        };
        let ended = |queue: &Ident| self.can_end().then(|| quote!(|| self.is_terminated() && !self.#queue.is_empty()));
        let mut code = TokenStream::new();
        if self.has_delays() {
            let (ended, known) = (ended(&plain("delayed")), is_one_of(self.delayed_events().ids(), &quote!(event)));
            let is_wrong = quote! {
                !::fsm_runtime::support::is_in_order(&self.delayed)
                    || self.delayed.iter().any(|(_, event)| !#known) #ended
            };
            code.extend(Self::refuse(&is_wrong, &quote!(Delayed)));
        }
        if self.defers() {
            let (ended, known) = (ended(&plain("deferred")), is_one_of(self.deferred_events().ids(), &quote!(event)));
            let goes_on = self.can_end().then(|| quote!(&&!self.is_terminated()));
            let is_wrong = quote! {
                self.deferred.iter().any(|event| !#known) #ended
                    || self.recalled < self.to_recall && self.to_recall > self.deferred.len() #goes_on
            };
            code.extend(Self::refuse(&is_wrong, &quote!(Deferred)));
        }
        code
    }

    fn check_runs(&self) -> TokenStream {
        if !self.runs_tasks() {
            return TokenStream::new();
        }
        let runs = self.runs().into_iter().map(|(state, index, run)| {
            let (field, is_active) = (self.names.run(state, index), self.is_armable(state));
            let is_active = is_active.unwrap_or_else(|| quote!(true));
            let task = &self.machine.tasks[run.task].name.text;
            quote!((self.#field, #is_active, #task))
        });
        quote!(::fsm_runtime::support::check_runs(&[#(#runs),*], self.next_run)?;)
    }
}
