//! Machines with parallel states.
//!
//! A *region* is the machine, or a child of a parallel state. It has a field that holds its innermost active state: one
//! without children, or a parallel state, whose regions have fields of their own. In the middle of a microstep, when all
//! inside a composite has been left, it is the composite. So what is active can be told at any moment, for other regions
//! than the one that is being left or entered.
//!
//! What an occurrence enables is a [`Selection`](../../fsm_runtime/struct.Selection.html) of transitions, which are named
//! by an enum. They are taken together: all exits, then what each does, then all entries.

use std::collections::BTreeSet;

use proc_macro2::{Ident, Literal, TokenStream};

use super::code::Code;
use super::effects::Given;
use super::entries::{Choice, Entered, Recorded, Step};
use super::expressions::{Scope, mentions};
use super::lints;
use super::names::{ident, plain};
use super::occurrences::{Carried, Occurrence};
use super::template::IntoTokens;
use super::{Generator, types::abilities};
use crate::lists::CollectVec;
use crate::model::{
    Branch, Condition, Event, Id, IdSet, Limit, Machine, Reaction, State, StateKind, Tail, Target, Trigger, Type,
    Variable,
};

/// What a pattern binds: names and types.
type Bound = Vec<(String, Option<Type>)>;

/// A transition that may be selected.
#[derive(Clone, Copy)]
struct Selectable<'m> {
    id: Id<Reaction>,
    reaction: &'m Reaction,
    index: usize,
    /// Whether the tail of the limit is taken in place of the branch's.
    instead: bool,
    tail: &'m Tail,
}

impl Selectable<'_> {
    /// The limit whose tail is taken.
    fn tail_of_limit(&self) -> Option<Id<Limit>> {
        self.reaction.branches.get(self.index).and_then(|branch| branch.tail.counts).filter(|_| self.instead)
    }
}

impl<'m> Generator<'m> {
    /// Whether the machine has parallel states.
    pub(super) fn is_parallel(&self) -> bool {
        self.machine.states.iter().any(|state| state.kind == StateKind::Parallel)
    }

    /// The regions, in document order, by the states that are their roots.
    pub(super) fn regions(&self) -> Vec<Id<State>> {
        let machine = self.machine;
        let is_region = |&id: &Id<State>| match machine.states[id].parent {
            Some(parent) => machine.states[parent].kind == StateKind::Parallel,
            // A parallel machine is always active, and nothing else is in its place.
            None => machine.states[id].kind != StateKind::Parallel,
        };
        machine.states.ids().filter(is_region).collect_vec()
    }

    /// The region that a state lies in; a parallel state lies in the one around it.
    pub(super) fn region_of(&self, state: Id<State>) -> Id<State> {
        let regions = self.regions();
        self.machine.lineage(state).find(|outer| regions.contains(outer)).unwrap_or_else(Machine::root)
    }

    /// The states that can be the innermost active one of a region: in document order those without children, and those
    /// that are parallel.
    pub(super) fn locals(&self, region: Id<State>) -> Vec<Id<State>> {
        let is_local = |&id: &Id<State>| {
            let kind = self.machine.states[id].kind;
            (self.machine.is_leaf(id) || kind == StateKind::Parallel) && id != Machine::root()
        };
        self.machine.states.ids().filter(is_local).filter(|&id| self.region_of(id) == region).collect_vec()
    }

    /// The regions inside a state, in document order.
    fn regions_inside(&self, state: Id<State>) -> Vec<Id<State>> {
        self.regions().into_iter().filter(|&region| self.machine.is_descendant(region, state)).collect_vec()
    }

    /// The regions whose fields tell all that is active inside a state.
    pub(super) fn recorded_regions(&self, state: Id<State>) -> Vec<Id<State>> {
        let own = Some(self.region_of(state)).filter(|_| state != Machine::root() || self.regions().contains(&state));
        own.into_iter().chain(self.regions_inside(state)).collect_vec()
    }

    /// Whether several states can be the innermost active ones inside of `state`.
    pub(super) fn holds_regions(&self, state: Id<State>) -> bool {
        !self.regions_inside(state).is_empty()
    }

    fn value(&self, state: Id<State>) -> TokenStream {
        let (ty, variant) = (self.type_name("State"), self.names.state(state));
        quote!(Some(#ty::#variant))
    }

    /// A pattern of states, or of fields that hold them.
    pub(super) fn pattern(&self, states: &[Id<State>]) -> TokenStream {
        let (ty, states) = (self.type_name("State"), states.iter().map(|&state| self.names.state(state)));
        quote!(Some(#(#ty::#states)|*))
    }

    /// Whether a state is active, told by the field of its region.
    pub(super) fn is_active_in_region(&self, state: Id<State>) -> Code {
        let (region, machine) = (self.region_of(state), self.machine);
        let inside = |&id: &Id<State>| {
            machine.lineage(id).any(|outer| outer == state) && self.region_of(id) == region && id != Machine::root()
        };
        let states = machine.states.ids().filter(inside).collect_vec();
        let (field, pattern) = (self.names.region(region), self.pattern(&states));
        Code::atom(quote!(matches!(self.#field, #pattern)))
    }

    /// The fields of the regions and of contexts on their way, each with its type.
    pub(super) fn region_fields(&self) -> Vec<(Ident, TokenStream)> {
        let ty = self.type_name("State");
        let regions = self.regions().into_iter();
        let regions = regions.map(|region| (self.names.region(region).clone(), quote!(::core::option::Option<#ty>)));
        let staged = self.staged_contexts().into_iter().map(|state| {
            let ty = self.context_type(state);
            (self.names.staged(state).clone(), quote!(::core::option::Option<#ty>))
        });
        regions.chain(staged).collect_vec()
    }

    /// The states whose contexts are made by transitions before the states are entered.
    fn staged_contexts(&self) -> Vec<Id<State>> {
        let mut given = Vec::new();
        for target in self.machine.tails().into_iter().filter_map(|tail| tail.target.as_ref()) {
            target.arguments().into_iter().for_each(|(id, _)| given.push(*id));
        }
        let mut staged = Vec::new();
        for (id, state) in self.machine.states.enumerate().skip(1) {
            if state.context.iter().any(|id| given.contains(id)) {
                staged.push(id);
            }
        }
        staged
    }

    /// The fields of contexts on their way.
    pub(super) fn staged_fields(&self) -> Vec<Ident> {
        if !self.is_parallel() {
            return Vec::new();
        }
        self.staged_contexts().into_iter().map(|state| self.names.staged(state).clone()).collect_vec()
    }

    /// The type of what the history of a state records, without the option around it.
    pub(super) fn record_type(&self, state: Id<State>, deep: bool) -> TokenStream {
        let ty = self.type_name("State");
        if deep && self.holds_regions(state) {
            let regions = Literal::usize_unsuffixed(self.recorded_regions(state).len());
            return quote!([::core::option::Option<#ty>; #regions]);
        }
        quote!(#ty)
    }

    /// The innermost active state of the first region, which errors name.
    pub(super) fn first_region(&self) -> (Ident, Ident) {
        let region = self.regions().first().copied().unwrap_or_else(Machine::root);
        let first = self.locals(region).first().copied().unwrap_or(region);
        (self.names.region(region).clone(), self.names.state(first).clone())
    }

    /// The innermost active states.
    pub(super) fn configuration(&self) -> TokenStream {
        let ty = self.type_name("State");
        let fields = self.regions().into_iter().map(|region| self.names.region(region).clone()).collect_vec();
        let parallel = self.machine.states.enumerate().skip(1).filter(|(_, state)| state.kind == StateKind::Parallel);
        let parallel = parallel.map(|(id, _)| self.names.state(id)).collect_vec();
        let innermost = if parallel.is_empty() {
            TokenStream::new()
        } else {
            quote!(.filter(|state| !matches!(state, #(#ty::#parallel)|*)))
        };
        quote! {
            /// The innermost active states, in the order of the definition: one for each active region.
            pub fn configuration(&self) -> impl Iterator<Item = #ty> {
                [#(self.#fields),*].into_iter().flatten() #innermost
            }
        }
    }

    /// Whether a state is active: in one of the regions.
    pub(super) fn is_in_any(&self) -> TokenStream {
        let fields = self.regions().into_iter().map(|region| self.names.region(region).clone());
        let fields = fields.collect_vec();
        quote!([#(self.#fields),*].into_iter().flatten().any(|innermost| innermost.is_within(state)))
    }

    /// Whether a state has an end that it can come to.
    pub(super) fn can_be_done(&self, state: Id<State>) -> bool {
        let State { kind, children, .. } = &self.machine.states[state];
        match kind {
            StateKind::Composite { .. } => {
                children.iter().any(|&child| self.machine.states[child].kind == StateKind::Final)
            }
            StateKind::Parallel => children.iter().all(|&region| self.can_be_done(region)),
            StateKind::Atomic | StateKind::Final => false,
        }
    }

    /// Whether a state is done.
    pub(super) fn is_done(&self, state: Id<State>) -> TokenStream {
        if !self.can_be_done(state) {
            return quote!(false);
        }
        let children = &self.machine.states[state].children;
        match self.machine.states[state].kind {
            StateKind::Composite { .. } => {
                let finals =
                    children.iter().copied().filter(|&child| self.machine.states[child].kind == StateKind::Final);
                let finals = finals.collect_vec();
                let (field, pattern) = (self.names.region(self.region_of(state)), self.pattern(&finals));
                quote!(matches!(self.#field, #pattern))
            }
            StateKind::Parallel => {
                let regions = children.iter().map(|&region| self.is_done(region));
                quote!(#(#regions)&&*)
            }
            StateKind::Atomic | StateKind::Final => quote!(false),
        }
    }

    /// Raises the ends of the composite whose final child is entered, and of parallel states around it that are done now.
    pub(super) fn completion(&self, leaf: Id<State>) -> TokenStream {
        let machine = self.machine;
        let Some(composite) = machine.states[leaf].parent.filter(|_| machine.states[leaf].kind == StateKind::Final)
        else {
            return TokenStream::new();
        };
        if composite == Machine::root() {
            return TokenStream::new();
        }
        let internal = self.type_name("Internal");
        let raise = |state: Id<State>| {
            let variant = self.variant(Occurrence::Done(state));
            self.is_awaited(state).then(|| quote!(self.raise(#internal::#variant);))
        };
        let mut around = Vec::new();
        let mut outer = machine.states[composite].parent;
        while let Some(parallel) = outer.filter(|&outer| machine.states[outer].kind == StateKind::Parallel) {
            around.push(parallel);
            outer = machine.states[parallel].parent;
        }
        let further = around.into_iter().filter(|&state| state != Machine::root()).rev().fold(None, |inner, state| {
            let raise = raise(state);
            if raise.is_none() && inner.is_none() {
                return None;
            }
            let done = self.is_done(state);
            Some(quote!(if #done { #raise #inner }))
        });
        let own = raise(composite);
        quote!(#own #further)
    }

    // Selection.

    /// All transitions that may be selected.
    fn selectables(&self) -> Vec<Selectable<'m>> {
        let machine = self.machine;
        let mut all = Vec::new();
        for (id, reaction) in machine.reactions.enumerate() {
            for (index, branch) in reaction.branches.iter().enumerate() {
                all.push(Selectable { id, reaction, index, instead: false, tail: &branch.tail });
                if let Some(tail) = machine.tail_beyond(branch) {
                    all.push(Selectable { id, reaction, index, instead: true, tail });
                }
            }
        }
        all
    }

    /// The names of the transitions, in the order of [`Self::selectables`].
    fn transition_names(&self) -> Vec<Ident> {
        let mut taken = BTreeSet::new();
        let names = self.selectables().into_iter().map(|Selectable { reaction, index, instead, .. }| {
            let source = self.names.state(reaction.source).to_string();
            let trigger: String = match &reaction.trigger {
                Trigger::Events(uses) => {
                    let events = uses.iter().map(|of| self.machine.events[of.event].name.text.as_str());
                    format!("On{}", events.collect_vec().join("Or"))
                }
                Trigger::Any => "OnAny".to_owned(),
                Trigger::Done(_) => "OnDone".to_owned(),
                Trigger::Error => "OnError".to_owned(),
                Trigger::Always => "Always".to_owned(),
                Trigger::After(_) => "After".to_owned(),
                Trigger::Every(_) => "Every".to_owned(),
                Trigger::TaskDone(_) => "OnOk".to_owned(),
                Trigger::TaskFailed(_) => "OnErr".to_owned(),
                Trigger::Defer(_) | Trigger::Ignore(_) => String::new(),
            };
            let branch = if reaction.branches.len() > 1 { format!("{}", index + 1) } else { String::new() };
            let beyond = if instead { "Beyond" } else { "" };
            let text = format!("{}{trigger}{branch}{beyond}", source.trim_start_matches("r#"));
            plain(&super::names::unique(&text, &mut taken))
        });
        names.collect_vec()
    }

    fn transition_name(&self, id: Id<Reaction>, index: usize, instead: bool) -> TokenStream {
        let ty = self.type_name("Transition");
        let named = self.selectables().into_iter().zip(self.transition_names());
        let mut wanted = named.filter(|(of, _)| of.id == id && of.index == index && of.instead == instead);
        let name = wanted.next().map(|(_, name)| name);
        quote!(#ty::#name)
    }

    /// The most states that can be the innermost active ones at once.
    fn width(&self, state: Id<State>) -> usize {
        let children = self.machine.states[state].children.iter().map(|&child| self.width(child));
        match self.machine.states[state].kind {
            StateKind::Parallel => children.sum(),
            StateKind::Composite { .. } => children.max().unwrap_or(1),
            StateKind::Atomic | StateKind::Final => 1,
        }
    }

    fn selection_type(&self) -> TokenStream {
        let (ty, width) = (self.type_name("Transition"), Literal::usize_unsuffixed(self.width(Machine::root())));
        quote!(::fsm_runtime::Selection<#ty, #width>)
    }

    /// The transitions, by name, and what each reaches.
    pub(super) fn transition_type(&self) -> TokenStream {
        if !self.is_parallel() {
            return TokenStream::new();
        }
        let (name, machine) = (self.type_name("Transition"), self.machine);
        let (selectables, names) = (self.selectables(), self.transition_names());
        let last = |state: Id<State>| {
            let inside = machine.states.ids().filter(|&inner| machine.lineage(inner).any(|outer| outer == state));
            inside.max().unwrap_or(state)
        };
        let number = |id: Id<State>| Literal::usize_unsuffixed(id.index());
        let reaches = selectables.iter().zip(&names).map(|(of, variant)| {
            let (source, end) = (number(of.reaction.source), number(last(of.reaction.source)));
            let leaves = machine.domain(of.reaction.source, of.tail).map_or_else(
                || quote!(None),
                |domain| {
                    let (first, end) = (Literal::usize_unsuffixed(domain.index() + 1), number(last(domain)));
                    quote!(Some((#first, #end)))
                },
            );
            let code = quote!(::fsm_runtime::Reach { source: (#source, #end), leaves: #leaves });
            (variant.clone(), code)
        });
        let reaches = merge(reaches.collect_vec())
            .into_iter()
            .map(|(variants, code)| quote!(#(Self::#variants)|* => #code,))
            .collect_vec();
        let docs_of = format!(" The transitions of `{}` that may be taken together.", machine.name.text);
        let body = if names.is_empty() { quote!(match *self {}) } else { quote!(match self { #(#reaches)* }) };
        let allowed = lints::allow(&["non_camel_case_types", "clippy::enum_variant_names", "dead_code"]);
        quote! {
            #[doc = #docs_of]
            #allowed
            #[derive(Clone, Copy, PartialEq, Eq)]
            enum #name { #(#names,)* }

            impl ::fsm_runtime::Selectable for #name {
                fn reach(&self) -> ::fsm_runtime::Reach { #body }
            }
        }
    }

    /// The method that tells of a transition.
    pub(super) fn taking_together(&self) -> TokenStream {
        let (ty, state) = (self.type_name("Transition"), self.type_name("State"));
        let named = self.selectables().into_iter().zip(self.transition_names());
        let rows: Vec<_> = named
            .map(|(of, variant)| {
                let row = match of.tail_of_limit() {
                    Some(limit) => self.row_of_limit(limit),
                    None => self.row_of(of.id, of.index),
                };
                let (row, source) = (Literal::usize_unsuffixed(row), of.reaction.source);
                let from = if source == Machine::root() {
                    quote!(self.state())
                } else {
                    let source = self.names.state(source);
                    quote!(#state::#source)
                };
                quote!(#ty::#variant => (#row, #from),)
            })
            .collect_vec();
        if rows.is_empty() {
            return TokenStream::new();
        }
        quote! {
            /// Tells that a transition is taken: its row in the table, and the state that reacts.
            fn taken(&mut self, transition: #ty) {
                let (row, from) = match transition { #(#rows)* };
                self.host.observe(::fsm_runtime::Happening::Taken { row, from });
            }
        }
    }

    /// What the active states make of an occurrence.
    fn select(&self) -> TokenStream {
        let (internal, selection) = (self.type_of("Internal"), self.selection_type());
        let mut arms: Vec<(Bound, Vec<TokenStream>, TokenStream)> = Vec::new();
        let mut is_total = true;
        for occurrence in self.occurrences() {
            let code =
                self.regions_code(&|leaf| self.selecting(leaf, &self.met_by(leaf, occurrence), Some(occurrence)));
            if code.is_empty() {
                is_total = false;
                continue;
            }
            let (pattern, bound) = self.binding(occurrence, &code);
            match arms.iter_mut().find(|(other, _, known)| *other == bound && known.to_string() == code.to_string()) {
                Some((_, patterns, _)) => patterns.push(pattern),
                None => arms.push((bound, vec![pattern], code)),
            }
        }
        let rest = (!is_total).then(|| quote!(_ => {}));
        let arms: Vec<_> =
            arms.into_iter().map(|(_, patterns, code)| quote!(#(#patterns)|* => { #code })).collect_vec();
        let body = match (arms.is_empty(), self.occurrences().is_empty()) {
            (_, true) => quote!(match *event {}),
            (true, false) => quote!(let _ = event;),
            (false, _) => quote!(match *event { #(#arms)* #rest }),
        };
        let mutable = (!arms.is_empty()).then(|| quote!(mut));
        let unused = lints::allow(&["clippy::unused_self"]);
        quote! {
            /// What the active states make of what happens: the transitions to take together.
            #unused
            fn select(&self, event: &#internal) -> #selection {
                let #mutable chosen = ::fsm_runtime::Selection::new();
                #body
                chosen
            }
        }
    }

    /// The pattern of an occurrence whose values are known by reference, and what it binds.
    fn binding(&self, occurrence: Occurrence, code: &TokenStream) -> (TokenStream, Bound) {
        let (internal, variant, carried) =
            (self.type_name("Internal"), self.variant(occurrence), self.carried(occurrence));
        let read = carried.iter().filter(|field| mentions(code, &field.name)).collect_vec();
        let rest = (read.len() < carried.len()).then(|| quote!(..));
        let fields =
            read.iter().map(
                |Carried { name, ty }| {
                    if ty.is_none_or(|ty| abilities(ty).copy) { quote!(#name,) } else { quote!(ref #name,) }
                },
            );
        let payload = (!carried.is_empty()).then(|| quote!({ #(#fields)* #rest }));
        let bound = read.iter().map(|field| (field.name.to_string(), field.ty)).collect_vec();
        (quote!(#internal::#variant #payload), bound)
    }

    /// Code for each innermost active state, in document order.
    fn regions_code(&self, of_leaf: &dyn Fn(Id<State>) -> TokenStream) -> TokenStream {
        if self.machine.states[Machine::root()].kind == StateKind::Parallel {
            return self.all_regions_code(Machine::root(), of_leaf);
        }
        self.region_code(Machine::root(), of_leaf)
    }

    /// Code for the regions of a parallel state. What several of them do alike is done once.
    fn all_regions_code(&self, parallel: Id<State>, of_leaf: &dyn Fn(Id<State>) -> TokenStream) -> TokenStream {
        let regions = self.machine.states[parallel].children.iter();
        let codes = regions.map(|&region| (region, self.region_code(region, of_leaf))).collect_vec();
        merge(codes).into_iter().map(|(_, code)| code).into_tokens()
    }

    fn region_code(&self, region: Id<State>, of_leaf: &dyn Fn(Id<State>) -> TokenStream) -> TokenStream {
        let code_of = |local: Id<State>| match self.machine.states[local].kind {
            StateKind::Parallel => self.all_regions_code(local, of_leaf),
            _ => of_leaf(local),
        };
        self.match_region(region, &self.locals(region), &code_of)
    }

    /// A `match` of the field of a region.
    fn match_region(
        &self,
        region: Id<State>,
        locals: &[Id<State>],
        code_of: &dyn Fn(Id<State>) -> TokenStream,
    ) -> TokenStream {
        let field = self.names.region(region);
        let codes = locals.iter().map(|&local| (local, code_of(local))).collect_vec();
        let arms = merge(codes).into_iter().filter(|(_, code)| !code.is_empty()).collect_vec();
        match arms.as_slice() {
            [] => TokenStream::new(),
            // A region that is active is in one of them.
            [(states, code)] if states.len() == self.locals(region).len() => code.clone(),
            [(states, code)] => {
                let pattern = self.pattern(states);
                quote!(if let #pattern = self.#field { #code })
            }
            _ => {
                let arms = arms.iter().map(|(states, code)| {
                    let pattern = self.pattern(states);
                    quote!(#pattern => { #code })
                });
                quote!(match self.#field { #(#arms)* _ => {} })
            }
        }
    }

    /// What one innermost state makes of an occurrence, given the reactions that it meets.
    fn selecting(&self, leaf: Id<State>, candidates: &[Id<Reaction>], occurrence: Option<Occurrence>) -> TokenStream {
        if self.is_end(leaf) || candidates.is_empty() {
            return TokenStream::new();
        }
        let guards = self.guard_texts(candidates);
        let mut conditions = TokenStream::new();
        let mut otherwise =
            (!guards.is_empty() && occurrence.is_some()).then(|| quote!(chosen.refuse(&[#(#guards),*]);));
        'candidates: for &id in candidates {
            let reaction = &self.machine.reactions[id];
            match (&reaction.trigger, occurrence) {
                (Trigger::Ignore(_), _) => {
                    otherwise = Some(quote!(chosen.ignore();));
                    break;
                }
                (Trigger::Defer(_), Some(Occurrence::Event(event))) => {
                    let most = self.most_deferred(id, event);
                    otherwise = Some(quote!(chosen.defer(#most);));
                    break;
                }
                _ => {}
            }
            for (index, branch) in reaction.branches.iter().enumerate() {
                let taken = self.choosing(id, index, branch);
                match &branch.condition {
                    Condition::Guard(guard) => {
                        let condition = self.condition(guard, &Scope::borrowing());
                        let or = (!conditions.is_empty()).then(|| quote!(else));
                        conditions.extend(quote!(#or if #condition { #taken }));
                    }
                    Condition::None | Condition::Else | Condition::Unknown => {
                        otherwise = Some(taken);
                        break 'candidates;
                    }
                }
            }
        }
        match (conditions.is_empty(), otherwise) {
            (true, otherwise) => otherwise.unwrap_or_default(),
            (false, None) => conditions,
            (false, Some(otherwise)) => quote!(#conditions else { #otherwise }),
        }
    }

    /// Selects a branch, or what the limit that does not allow it does instead. What other regions have claimed counts.
    fn choosing(&self, id: Id<Reaction>, index: usize, branch: &Branch) -> TokenStream {
        let name = self.transition_name(id, index, false);
        let Some(limit) = branch.tail.counts else { return quote!(chosen.add(#name);) };
        let field = self.names.count(limit);
        let counting = self.counting(limit);
        let count = if counting.len() > 1 {
            quote!(self.#field.saturating_add(chosen.count(|other| matches!(other, #(#counting)|*))))
        } else {
            quote!(self.#field)
        };
        let declared = &self.machine.limits[limit];
        let is_below = self.is_below(&count, declared);
        if declared.tail.is_none() {
            let text = &declared.name.text;
            return quote! {
                if !chosen.has_seen(#name) {
                    if #is_below { chosen.add(#name); } else { chosen.exceed(#text, self.#field); }
                }
            };
        }
        let beyond = self.transition_name(id, index, true);
        quote! {
            if !chosen.has_seen(#name) && !chosen.has_seen(#beyond) {
                chosen.add(if #is_below { #name } else { #beyond });
            }
        }
    }

    /// The transitions that a limit counts.
    fn counting(&self, limit: Id<Limit>) -> Vec<TokenStream> {
        let ty = self.type_name("Transition");
        let named = self.selectables().into_iter().zip(self.transition_names());
        let counted = named.filter(|(of, _)| !of.instead && of.tail.counts == Some(limit));
        counted.map(|(_, name)| quote!(#ty::#name)).collect_vec()
    }

    // The microstep.

    /// `handle` and all that it calls.
    pub(super) fn parallel_handling(&self) -> TokenStream {
        let (event, error) = (self.type_of("Event"), self.type_name("Error"));
        let (handle, dispatch) = self.handle_and_dispatch(&self.parallel_answer());
        let step = self.has_always().then(|| self.parallel_step());
        let react = self.parallel_react();
        let settling = self.settling(true, step, Some(&react));
        let (select, microstep) = (self.select(), self.microstep());
        let eventless = lints::allow(if self.is_eventless() { &["clippy::unused_self"] } else { &[] });
        quote! {
            /// Takes one event and all that follows from it.
            ///
            /// # Errors
            ///
            /// Why the event was not taken, or what went wrong while it was.
            #eventless
            pub fn handle(&mut self, event: #event) -> ::core::result::Result<::fsm_runtime::Outcome, #error> { #handle }

            #dispatch
            #settling
            #select
            #microstep
        }
    }

    /// What is answered to an event from outside.
    fn parallel_answer(&self) -> TokenStream {
        let external: Vec<Id<Event>> =
            self.machine.events.enumerate().filter(|(_, event)| !event.internal).map(|(id, _)| id).collect_vec();
        let events = self.type_name("Event");
        let arms = external.into_iter().map(|id| {
            let declared = &self.machine.events[id];
            let variant = ident(&declared.name, self.places);
            let names = declared.fields.iter().map(|field| plain(&field.name.text)).collect_vec();
            let fields = (!names.is_empty()).then(|| quote!({ #(#names),* }));
            let occurrence = self.occurrence(id, names.iter().map(|name| quote!(#name)).collect_vec());
            quote!(#events::#variant #fields => #occurrence,)
        });
        let ended = self.can_end().then(|| {
            quote! {
                if self.is_terminated() {
                    return Err(::fsm_runtime::Error::Terminated { state: self.state(), event: kind });
                }
            }
        });
        let deferred = self.defers().then(|| {
            quote! {
                if let Some(most) = chosen.deferred() {
                    return if self.defer(event, most) {
                        Ok(::fsm_runtime::Outcome::Deferred)
                    } else {
                        Err(::fsm_runtime::Error::DeferredFull { state: self.state(), event: kind })
                    };
                }
            }
        });
        quote! {
            let kind = event.kind();
            #ended
            let event = match event { #(#arms)* };
            let chosen = self.select(&event);
            if chosen.is_empty() {
                #deferred
                return chosen.answer(self.state(), kind);
            }
            self.microstep(&chosen, Some(&event));
            self.settle()
        }
    }

    /// Takes the enabled eventless transitions.
    fn parallel_step(&self) -> TokenStream {
        let code = self.regions_code(&|leaf| {
            let always = self.reactions_around(leaf, &|trigger| matches!(trigger, Trigger::Always));
            self.selecting(leaf, &always, None)
        });
        let selection = self.selection_type();
        quote! {
            let mut chosen: #selection = ::fsm_runtime::Selection::new();
            #code
            if chosen.is_empty() {
                return false;
            }
            self.microstep(&chosen, None);
            true
        }
    }

    /// Takes what happens within the machine.
    fn parallel_react(&self) -> TokenStream {
        if !self.has_queue() && !self.has_pending() {
            return TokenStream::new();
        }
        let (internal, internal_type) = (self.type_name("Internal"), self.type_of("Internal"));
        let reports = self.reports();
        let (is_taken, is_not) = (reports.then(|| quote!(true)), reports.then(|| quote!(false)));
        let returns = reports.then(|| quote!(-> bool));
        let failed = self.reacts_to_errors().then(|| {
            quote! {
                #internal::Failed { origin, message } => {
                    self.failure.get_or_insert(::fsm_runtime::Failure { origin, message });
                }
            }
        });
        let tasks = self.occurrences().into_iter().filter_map(|occurrence| {
            let Occurrence::TaskFailed(state, index) = occurrence else { return None };
            let variant = self.variant(occurrence);
            let origin = &self.machine.tasks[self.machine.states[state].runs[index].task].name.text;
            Some(quote!(#internal::#variant { error } => { self.fail(#origin, error); return true; }))
        });
        let arms = failed.into_iter().chain(tasks).collect_vec();
        let is_single = self.occurrences().len() == arms.len();
        let missed = match (arms.as_slice(), is_single) {
            ([], _) => TokenStream::new(),
            (arms, true) => quote!(match event { #(#arms)* }),
            (arms, false) => quote!(match event { #(#arms)* _ => {} }),
        };
        let deferred = self.defers().then(|| {
            quote! {
                if let Some(most) = chosen.deferred() {
                    self.defer(event, most);
                    return false;
                }
            }
        });
        let allowed = lints::allow(&["clippy::single_match", "clippy::needless_pass_by_value"]);
        quote! {
            /// Takes what happens within the machine; what nobody takes is dropped.
            #allowed
            fn react(&mut self, event: #internal_type) #returns {
                let chosen = self.select(&event);
                if chosen.is_empty() {
                    #deferred
                    #missed
                    return #is_not;
                }
                self.microstep(&chosen, Some(&event));
                #is_taken
            }
        }
    }

    /// Takes transitions together.
    fn microstep(&self) -> TokenStream {
        let (internal, ty, selection) = (self.type_of("Internal"), self.type_name("Transition"), self.selection_type());
        let phases = [
            ("count", "Counts a transition.", false, false, self.phase(&|of| self.count_transition(of))),
            (
                "record",
                "Records what histories ask for, before anything is left.",
                false,
                false,
                self.phase(&|of| self.record(of)),
            ),
            ("leave", "Leaves what a transition leaves.", true, false, self.phase(&|of| self.leave(of))),
            ("act", "Does what a transition does.", false, true, self.phase(&|of| self.act(of))),
            (
                "forget",
                "Ends the contexts and timers of what was left.",
                false,
                false,
                self.phase(&|of| self.forget_inside(of)),
            ),
            ("enter", "Enters what a transition enters.", false, true, self.phase(&|of| self.enter_parallel(of))),
        ];
        let (mut calls, mut methods) = (TokenStream::new(), TokenStream::new());
        let mut reads = false;
        for (name, docs, is_reversed, takes_event, body) in phases {
            if body.is_empty() {
                continue;
            }
            let method = plain(name);
            let reads_event = takes_event && mentions(&body, &plain("event"));
            reads |= reads_event;
            let (argument, parameter) = if reads_event {
                (Some(quote!(, event)), Some(quote!(, event: ::core::option::Option<&#internal>)))
            } else {
                (None, None)
            };
            let iter = if is_reversed { quote!(chosen.iter().rev()) } else { quote!(chosen.iter()) };
            calls.extend(quote! {
                for transition in #iter {
                    self.#method(transition #argument);
                }
            });
            let docs = format!(" {docs}");
            methods.extend(quote! {
                #[doc = #docs]
                fn #method(&mut self, transition: #ty #parameter) { #body }
            });
        }
        let (leaving, restoring) = (self.leaving(), self.restoring());
        let taken = (!self.selectables().is_empty()).then(|| {
            quote! {
                for transition in chosen.iter() {
                    self.taken(transition);
                }
            }
        });
        let unread = (!reads).then(|| quote!(let _ = event;));
        let unused = lints::allow(&["clippy::unused_self"]);
        quote! {
            /// Takes transitions together: all exits, then what each does, then all entries.
            #unused
            fn microstep(&mut self, chosen: &#selection, event: ::core::option::Option<&#internal>) {
                #unread
                #taken
                #calls
            }

            #methods
            #leaving
            #restoring
        }
    }

    /// A `match` of the transitions.
    fn phase(&self, code_of: &dyn Fn(&Selectable<'m>) -> TokenStream) -> TokenStream {
        let ty = self.type_name("Transition");
        let (selectables, names) = (self.selectables(), self.transition_names());
        let all = names.len();
        let codes = selectables.iter().zip(names).map(|(of, name)| (name, code_of(of))).collect_vec();
        let arms = merge(codes).into_iter().filter(|(_, code)| !code.is_empty()).collect_vec();
        let covered: usize = arms.iter().map(|(names, _)| names.len()).sum();
        match arms.as_slice() {
            [] => TokenStream::new(),
            [(names, code)] if names.len() == all => quote!(let _ = transition; #code),
            [(names, code)] => quote!(if let #(#ty::#names)|* = transition { #code }),
            _ => {
                let arms = arms.iter().map(|(names, code)| quote!(#(#ty::#names)|* => { #code }));
                let rest = (covered < all).then(|| quote!(_ => {}));
                quote!(match transition { #(#arms)* #rest })
            }
        }
    }

    fn count_transition(&self, of: &Selectable<'m>) -> TokenStream {
        let Some(limit) = of.tail.counts.filter(|_| !of.instead) else { return TokenStream::new() };
        let count = self.names.count(limit);
        quote!(self.#count = self.#count.saturating_add(1);)
    }

    fn domain_of(&self, of: &Selectable<'m>) -> Option<Id<State>> {
        self.machine.domain(of.reaction.source, of.tail)
    }

    fn record(&self, of: &Selectable<'m>) -> TokenStream {
        self.domain_of(of).map(|domain| self.record_inside(domain)).unwrap_or_default()
    }

    /// Records the histories of all states inside `domain` that are active.
    fn record_inside(&self, domain: Id<State>) -> TokenStream {
        let (region, machine) = (self.region_of(domain), self.machine);
        if !self.regions().contains(&region) {
            let regions = machine.states[domain].children.iter();
            return regions.map(|&region| self.record_region(region)).into_tokens();
        }
        let locals =
            self.locals(region).into_iter().filter(|&local| machine.is_descendant(local, domain)).collect_vec();
        self.match_region(region, &locals, &|local| self.record_path(local, domain))
    }

    /// Records the histories of all states of a region.
    fn record_region(&self, region: Id<State>) -> TokenStream {
        self.match_region(region, &self.locals(region), &|local| {
            let outer = self.machine.states[region].parent.unwrap_or_else(Machine::root);
            self.record_path(local, outer)
        })
    }

    /// Records the histories from `local` outwards to `outer`, and of the regions of `local`.
    fn record_path(&self, local: Id<State>, outer: Id<State>) -> TokenStream {
        let machine = self.machine;
        let mut code = TokenStream::new();
        for state in machine.lineage(local).take_while(|&state| state != outer) {
            for deep in [false, true] {
                if self.has_history(state, deep) {
                    let (field, value) = (self.history_field(state, deep), self.recorded(state, deep, local));
                    code.extend(quote!(self.#field = #value;));
                }
            }
        }
        if machine.states[local].kind == StateKind::Parallel {
            for &region in &machine.states[local].children {
                code.extend(self.record_region(region));
            }
        }
        code
    }

    /// What a history records where `local` is the innermost active state of the region. What has ended does not go on:
    /// a single final state counts as nothing.
    fn recorded(&self, state: Id<State>, deep: bool, local: Id<State>) -> TokenStream {
        let machine = self.machine;
        let is_final = |id: Id<State>| machine.states[id].kind == StateKind::Final;
        if !deep {
            let child = machine.path_from(state, local).first().copied().unwrap_or(state);
            return if is_final(child) { quote!(None) } else { self.value(child) };
        }
        if !self.holds_regions(state) {
            return if is_final(local) { quote!(None) } else { self.value(local) };
        }
        if is_final(local) {
            return quote!(None);
        }
        let fields = self.recorded_regions(state).into_iter().map(|region| self.names.region(region).clone());
        let all = quote!(Some([#(self.#fields),*]));
        // One region alone is no more than a composite.
        if let (StateKind::Parallel, [only]) = (machine.states[local].kind, machine.states[local].children.as_slice()) {
            let finals = self.locals(*only).into_iter().filter(|&inner| is_final(inner)).collect_vec();
            if !finals.is_empty() {
                let (field, pattern) = (self.names.region(*only), self.pattern(&finals));
                return quote!(if matches!(self.#field, #pattern) { None } else { #all });
            }
        }
        all
    }

    fn leave(&self, of: &Selectable<'m>) -> TokenStream {
        let Some(domain) = self.domain_of(of) else { return TokenStream::new() };
        let changed = self.defers().then(|| quote!(self.is_changed = true;));
        let leave = self.leave_inside(domain);
        quote!(#changed #leave)
    }

    /// Leaves all that is active inside `domain`.
    fn leave_inside(&self, domain: Id<State>) -> TokenStream {
        if self.machine.states[domain].kind == StateKind::Parallel {
            return self.leave_regions(domain);
        }
        let method = self.names.leave(domain);
        quote!(self.#method();)
    }

    /// Leaves the regions of a parallel state, the last first.
    fn leave_regions(&self, parallel: Id<State>) -> TokenStream {
        let regions = self.machine.states[parallel].children.iter().rev().map(|&region| {
            let inside = match self.machine.states[region].kind {
                StateKind::Composite { .. } | StateKind::Parallel => self.leave_inside(region),
                StateKind::Atomic | StateKind::Final => TokenStream::new(),
            };
            let (leave, field) = (self.leave_one(region), self.names.region(region));
            quote!(#inside #leave self.#field = None;)
        });
        regions.into_tokens()
    }

    /// Leaves one state, inside which nothing is active any more.
    fn leave_one(&self, state: Id<State>) -> TokenStream {
        let (ty, name, exit) = (self.type_name("State"), self.names.state(state), self.exit(state));
        quote!(self.left(#ty::#name); #exit)
    }

    /// The methods that leave what is active inside composites.
    fn leaving(&self) -> TokenStream {
        let machine = self.machine;
        let mut needed: IdSet<State> = self.selectables().iter().filter_map(|of| self.domain_of(of)).collect();
        let mut pending = needed.ids().to_vec();
        while let Some(state) = pending.pop() {
            for region in self.regions_inside(state) {
                if matches!(machine.states[region].kind, StateKind::Composite { .. }) && needed.insert(region) {
                    pending.push(region);
                }
            }
        }
        let mut methods = TokenStream::new();
        for &domain in needed.ids().iter().filter(|&&id| machine.states[id].kind != StateKind::Parallel) {
            let (method, region) = (self.names.leave(domain), self.region_of(domain));
            let docs = format!(" Leaves what is active inside `{}`.", machine.qualified_name(domain));
            let mut locals = self.locals(region);
            locals.retain(|&local| machine.is_descendant(local, domain));
            let code = self.match_region(region, &locals, &|local| {
                let regions = match machine.states[local].kind {
                    StateKind::Parallel => self.leave_regions(local),
                    _ => TokenStream::new(),
                };
                let left = machine.lineage(local).take_while(|&state| state != domain);
                let exits: TokenStream = left.map(|state| self.leave_one(state)).into_tokens();
                quote!(#regions #exits)
            });
            let field = self.names.region(region);
            let value = if domain == Machine::root() { quote!(None) } else { self.value(domain) };
            methods.extend(quote! {
                #[doc = #docs]
                fn #method(&mut self) {
                    #code
                    self.#field = #value;
                }
            });
        }
        methods
    }

    /// Ends the timers and contexts of all states inside the domain: of those that were not active nothing is left to end.
    fn forget_inside(&self, of: &Selectable<'m>) -> TokenStream {
        let Some(domain) = self.domain_of(of) else { return TokenStream::new() };
        let inside = self.machine.states.ids().filter(|&state| self.machine.is_descendant(state, domain));
        inside.map(|state| self.forget(state)).into_tokens()
    }

    /// What a transition does: its values at the arrow, its actions. The contexts that it makes wait until all of the
    /// transitions are done.
    fn act(&self, of: &Selectable<'m>) -> TokenStream {
        let scope = Scope::borrowing();
        let scope = self.domain_of(of).map_or(scope.clone(), |domain| scope.at(domain));
        let (mut prepared, mut given) = (TokenStream::new(), Vec::new());
        for (id, value) in of.tail.target.as_ref().map(Target::arguments).unwrap_or_default() {
            let (statements, value) = self.argument(*id, value, &scope);
            prepared.extend(statements);
            given.push(value);
        }
        let actions = self.actions(&of.tail.actions, &scope);
        let staged = self.given_contexts(&given).into_iter().map(|state| {
            let (field, make) = (self.names.staged(state), self.make_context(state, &given));
            quote!(self.#field = #make;)
        });
        let code = quote!(#prepared #actions #(#staged)*);
        self.with_event(of.reaction, code)
    }

    /// The states to whose contexts values are given.
    fn given_contexts(&self, given: &[Given]) -> Vec<Id<State>> {
        let states = self.machine.states.enumerate().skip(1);
        let is_given = |id: &Id<Variable>| given.iter().any(|value| value.variable == *id);
        states.filter(|(_, state)| state.context.iter().any(is_given)).map(|(id, _)| id).collect_vec()
    }

    /// Code with the event that it reads.
    fn with_event(&self, reaction: &Reaction, code: TokenStream) -> TokenStream {
        let occurrences: Vec<_> = match &reaction.trigger {
            Trigger::Events(uses) => uses.iter().map(|of| Occurrence::Event(of.event)).collect_vec(),
            Trigger::Error => vec![Occurrence::Error],
            Trigger::TaskDone(index) => vec![Occurrence::TaskDone(reaction.source, *index)],
            Trigger::TaskFailed(index) => vec![Occurrence::TaskFailed(reaction.source, *index)],
            _ => return code,
        };
        // An internal event that nothing raises never happens.
        let possible = self.occurrences();
        let occurrences = occurrences.into_iter().filter(|occurrence| possible.contains(occurrence)).collect_vec();
        if occurrences.is_empty() {
            return TokenStream::new();
        }
        let bindings = occurrences.into_iter().map(|occurrence| self.binding(occurrence, &code)).collect_vec();
        if bindings.iter().all(|(_, bound)| bound.is_empty()) {
            return code;
        }
        let patterns = bindings.into_iter().map(|(pattern, _)| pattern).collect_vec();
        if let [only] = patterns.as_slice() {
            return quote!(if let Some(&#only) = event { #code });
        }
        quote!(if let Some(&(#(#patterns)|*)) = event { #code })
    }

    fn enter_parallel(&self, of: &Selectable<'m>) -> TokenStream {
        let (Some(target), Some(domain)) = (&of.tail.target, self.domain_of(of)) else { return TokenStream::new() };
        let given = target.arguments().iter().map(|(id, _)| *id).collect_vec();
        let scope = Scope::borrowing().at(domain);
        let code = self.enter_in_order(&self.entered(domain, target), &given, &[], &scope);
        self.with_event(of.reaction, code)
    }

    /// Enters one state after the other. `staged` are the variables to which the transition has given values, `given` what
    /// initial transitions further out have.
    pub(super) fn enter_in_order(
        &self,
        entered: &[Entered<'m>],
        staged: &[Id<Variable>],
        given: &[Given],
        scope: &Scope<'_>,
    ) -> TokenStream {
        let (mut code, mut given) = (TokenStream::new(), given.to_vec());
        for entered in entered {
            code.extend(match entered {
                Entered::State(step) => self.enter_step(step, staged, &mut given, scope),
                Entered::Doing(actions) => self.actions(actions, scope),
                Entered::Initial(initial) => {
                    let values = self.values_of(initial, scope, &mut given);
                    let actions = self.actions(&initial.actions, scope);
                    quote!(#values #actions)
                }
                Entered::Choice(choice) => self.choose_in_order(choice, staged, &given, scope),
            });
        }
        code
    }

    /// Enters one state.
    fn enter_step(
        &self,
        step: &Step<'m>,
        staged: &[Id<Variable>],
        given: &mut Vec<Given>,
        scope: &Scope<'_>,
    ) -> TokenStream {
        let (state, machine) = (step.state, self.machine);
        let is_local = machine.is_leaf(state) || machine.states[state].kind == StateKind::Parallel;
        let activate = (is_local && state != Machine::root()).then(|| {
            let (field, value) = (self.names.region(self.region_of(state)), self.value(state));
            quote!(self.#field = #value;)
        });
        let is_staged = machine.states[state].context.iter().any(|id| staged.contains(id));
        let context = if is_staged && state != Machine::root() {
            let (limits, field, staged) =
                (self.reset_limits(state), self.context_field(state), self.names.staged(state));
            if step.is_restored {
                quote! {
                    #limits
                    let staged = self.#staged.take();
                    if self.#field.is_none() {
                        self.#field = staged;
                    }
                }
            } else {
                quote!(#limits self.#field = self.#staged.take();)
            }
        } else {
            self.begin_context(state, given, step.is_restored)
        };
        let (entered, hook) = (self.tell_entered(state), self.entered_hook(state));
        let scope = scope.at(state);
        let values = step.initial.map(|initial| self.values_of(initial, &Scope::default().at(state), given));
        let defaults = step.defaults().map(|actions| self.actions(actions, &scope));
        let done = self.completion(state);
        quote!(#activate #context #entered #hook #values #(#defaults)* #done)
    }

    /// What a history decides.
    fn choose_in_order(
        &self,
        choice: &Choice<'m>,
        staged: &[Id<Variable>],
        given: &[Given],
        scope: &Scope<'_>,
    ) -> TokenStream {
        let field = self.history_field(choice.state, choice.deep);
        let otherwise = self.enter_in_order(&choice.otherwise, staged, given, scope);
        let mut arms = Vec::new();
        for (recorded, entered) in &choice.recorded {
            let enter = self.enter_in_order(entered, staged, given, scope);
            match recorded {
                Recorded::State(state) => arms.push((self.value(*state), enter)),
                Recorded::Configuration => {
                    let restore = self.names.restore(choice.state);
                    return quote! {
                        if let Some(recorded) = self.#field {
                            #enter
                            self.#restore(recorded);
                        } else {
                            #otherwise
                        }
                    };
                }
            }
        }
        if let [(recorded, enter)] = arms.as_slice() {
            return quote!(if self.#field == #recorded { #enter } else { #otherwise });
        }
        let arms = arms.iter().map(|(recorded, enter)| quote!(#recorded => { #enter }));
        quote!(match self.#field { #(#arms)* _ => { #otherwise } })
    }

    /// The methods that enter again what was active inside states whose deep history is entered.
    fn restoring(&self) -> TokenStream {
        let ty = self.type_name("State");
        let states =
            self.machine.states.ids().filter(|&state| self.has_history(state, true) && self.holds_regions(state));
        let methods = states.map(|state| {
            let (method, regions) = (self.names.restore(state), self.recorded_regions(state));
            let docs = format!(" Enters what was active inside `{}`.", self.machine.qualified_name(state));
            let names: Vec<_> = regions
                .iter()
                .map(|&region| (region, plain(&format!("in_{}", self.names.region(region)))))
                .collect_vec();
            let (bound, length) = (names.iter().map(|(_, name)| name), Literal::usize_unsuffixed(regions.len()));
            let own = self.region_of(state);
            let body = if self.machine.states[state].kind == StateKind::Parallel {
                self.restore_regions(state, &names)
            } else {
                self.restore_region(own, state, &names)
            };
            let unused = lints::allow(&["unused_variables"]);
            quote! {
                #[doc = #docs]
                #unused
                fn #method(&mut self, [#(#bound),*]: [::core::option::Option<#ty>; #length]) { #body }
            }
        });
        methods.into_tokens()
    }

    fn restore_regions(&self, parallel: Id<State>, names: &[(Id<State>, Ident)]) -> TokenStream {
        let regions = self.machine.states[parallel].children.iter();
        regions.map(|&region| self.restore_region(region, parallel, names)).into_tokens()
    }

    /// Enters what was active in a region inside of `outer`.
    fn restore_region(&self, region: Id<State>, outer: Id<State>, names: &[(Id<State>, Ident)]) -> TokenStream {
        let machine = self.machine;
        let Some((_, name)) = names.iter().find(|(of, _)| *of == region) else { return TokenStream::new() };
        let locals = self.locals(region).into_iter().filter(|&local| machine.is_descendant(local, outer));
        let arms = locals.map(|local| {
            let path = machine.path_from(outer, local);
            let steps = path.into_iter().map(|state| {
                let step = Step { state, is_restored: true, initial: None, history: Vec::new() };
                self.enter_step(&step, &[], &mut Vec::new(), &Scope::default())
            });
            let enter: TokenStream = steps.into_tokens();
            let inner = match machine.states[local].kind {
                StateKind::Parallel => self.restore_regions(local, names),
                _ => TokenStream::new(),
            };
            let value = self.value(local);
            quote!(#value => { #enter #inner })
        });
        quote!(match #name { #(#arms)* _ => {} })
    }
}

/// Things with the same code, together.
fn merge<T>(codes: Vec<(T, TokenStream)>) -> Vec<(Vec<T>, TokenStream)> {
    let mut merged: Vec<(Vec<T>, TokenStream)> = Vec::new();
    for (of, code) in codes {
        let text = code.to_string();
        match merged.iter_mut().find(|(_, known)| known.to_string() == text) {
            Some((all, _)) => all.push(of),
            None => merged.push((vec![of], code)),
        }
    }
    merged
}
