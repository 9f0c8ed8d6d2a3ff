//! What happens with an event: one `match` of states and events, and what follows from it.

use std::collections::BTreeMap;

use super::template::ToTokens;
use proc_macro2::TokenStream;

use super::expressions::{Scope, mentions, mentions_method};
use super::intervals::interval;
use super::lookup::Lookup;
use super::names::{ident, plain};
use super::occurrences::{Carried, Occurrence};
use super::queue::Effects;
use super::{Generator, lints};
use crate::lists::CollectVec;
use crate::model::{
    Branch, Condition, Event, ExprKind, Id, IntType, Limit, Machine, Place, Reaction, State, StateKind, Tail, Trigger,
    Type,
};

/// What the code of an answer ends in.
struct Ending {
    /// The event from outside that is answered; `None` within the machine.
    event: Option<Id<Event>>,
    taken: Taken,
    deferred: Deferred,
    ignored: TokenStream,
    otherwise: TokenStream,
}

/// What becomes of an event that is deferred.
enum Deferred {
    /// Nothing can be.
    Never,
    /// The answer of `handle`.
    Answer(Id<Event>),
    /// It is put back, or dropped where too many wait.
    Within(Id<Event>),
}

/// What comes behind a transition.
enum Taken {
    /// The answer of `handle`: at once, or when all that can follow is done.
    Answer,
    /// The same for every transition.
    Always(TokenStream),
}

impl Ending {
    /// What comes behind a transition, from which something may follow or not.
    fn behind(&self, can_lead_on: bool) -> TokenStream {
        match &self.taken {
            Taken::Always(tokens) => tokens.clone(),
            Taken::Answer => answer_of_handle(can_lead_on),
        }
    }
}

/// What `handle` answers behind a transition, from which something may follow or not.
pub(super) fn answer_of_handle(can_lead_on: bool) -> TokenStream {
    if can_lead_on { quote!(self.settle()) } else { quote!(Ok(::fsm_runtime::Outcome::Taken)) }
}

/// One way an answer may go.
enum Step {
    If(TokenStream, TokenStream),
    Always(TokenStream),
}

/// States with the same answer, in document order.
struct Group {
    code: TokenStream,
    states: Vec<Id<State>>,
}

/// An arm of a `match` of states and events.
struct Arm {
    /// States, each with the events that are taken in them.
    patterns: Vec<(TokenStream, Vec<TokenStream>)>,
    /// The fields that it binds, with their types: arms that bind the same may be one.
    bound: Vec<(String, Option<Type>)>,
    code: TokenStream,
}

impl<'m> Generator<'m> {
    /// `handle` and all that it calls.
    pub(super) fn handling(&self) -> TokenStream {
        if self.is_parallel() {
            return self.parallel_handling();
        }
        let (event, error) = (self.type_of("Event"), self.type_name("Error"));
        let lookup = self.lookup(&self.going_on());
        let answers = self.answers(lookup.as_ref());
        let body = lookup.as_ref().map_or_else(|| answers.clone(), |lookup| self.looked_up(lookup, &answers));
        let reading = lookup.map(|lookup| self.looking_up(&lookup));
        let eventless = lints::allow(if self.is_eventless() { &["clippy::unused_self"] } else { &[] });
        let (handle, dispatch) = self.handle_and_dispatch(&body);
        let settling = self.settles().then(|| {
            let is_called = self.is_timed() || self.runs_tasks();
            let is_used = is_called || mentions_method(&body, &plain("settle")) || self.beginning_can_lead_on();
            let step = self.has_always().then(|| self.always_answer());
            let react = self.has_internal().then(|| self.internal_reactions());
            self.settling(is_used, step, react.as_ref())
        });
        quote! {
            /// Takes one event and all that follows from it.
            ///
            /// # Errors
            ///
            /// Why the event was not taken, or what went wrong while it was.
            #eventless
            pub fn handle(&mut self, event: #event) -> ::core::result::Result<::fsm_runtime::Outcome, #error> { #handle }

            #dispatch
            #reading
            #settling
        }
    }

    /// The bodies of `handle` and of the method that finds out what happens.
    pub(super) fn handle_and_dispatch(&self, body: &TokenStream) -> (TokenStream, TokenStream) {
        if self.is_eventless() {
            return (quote!(match event {}), TokenStream::new());
        }
        let (event, error) = (self.type_of("Event"), self.type_name("Error"));
        let handle = quote! {
            self.began(::fsm_runtime::Stimulus::Event(event.kind()));
            let answer = self.dispatch(event);
            self.ended(&answer);
            answer
        };
        let dispatch = quote! {
            /// Takes one event, as the active state does, and all that follows from it.
            fn dispatch(&mut self, event: #event) -> ::core::result::Result<::fsm_runtime::Outcome, #error> { #body }
        };
        (handle, dispatch)
    }

    /// Whether there is no event from outside.
    pub(super) fn is_eventless(&self) -> bool {
        self.machine.events.iter().all(|event| event.internal)
    }

    /// The innermost states, in document order.
    pub(super) fn leaves(&self) -> Vec<Id<State>> {
        self.machine.states.ids().skip(1).filter(|&state| self.machine.is_leaf(state)).collect_vec()
    }

    /// The innermost states in which the machine has not ended.
    fn going_on(&self) -> Vec<Id<State>> {
        self.leaves().into_iter().filter(|&leaf| !self.is_end(leaf)).collect_vec()
    }

    /// What every state answers to every event from outside, as far as no table tells it: arms in the order of the
    /// events, then of the states.
    fn answers(&self, lookup: Option<&Lookup>) -> TokenStream {
        let (states, events) = (self.type_name("State"), self.type_name("Event"));
        let (ends, others): (Vec<_>, Vec<_>) = self.leaves().into_iter().partition(|&leaf| self.is_end(leaf));
        let mut arms = Vec::new();
        let (mut is_total, mut takes_any, mut is_whole) = (true, false, true);
        for (id, event) in self.machine.events.enumerate().filter(|(_, event)| !event.internal) {
            let is_told = |leaf: Id<State>| lookup.is_some_and(|lookup| lookup.tells(leaf, id));
            let answer = |leaf| if is_told(leaf) { TokenStream::new() } else { self.external_answer(leaf, id) };
            let groups = groups(&others, &answer);
            let answering: usize = groups.iter().map(|group| group.states.len()).sum();
            let is_alone = groups.len() == 1 && answering == others.len();
            takes_any |= is_alone;
            is_whole &= answering == others.len();
            is_total &= is_alone || answering + ends.len() + 1 == self.machine.states.len();
            let (variant, carried) = (ident(&event.name, self.places), self.carried(Occurrence::Event(id)));
            for group in groups {
                let wanted = if is_alone { None } else { Some(group.states.as_slice()) };
                arms.push(self.arm(wanted, &quote!(#events::#variant), &carried, group.code));
            }
        }
        let ended = (!ends.is_empty()).then(|| {
            let ends = ends.iter().map(|&end| self.names.state(end));
            quote! {
                (#(#states::#ends)|*, event) => {
                    Err(::fsm_runtime::Error::Terminated { state: self.state, event: event.kind() })
                }
            }
        });
        let rest = (!is_total).then(|| {
            // That no state is left out spares a processor the question. A composite is never the innermost state.
            let composites = self.machine.states.ids().skip(1).filter(|&state| !self.machine.is_leaf(state));
            let composites = composites.map(|state| self.names.state(state)).collect_vec();
            let named = match composites.as_slice() {
                [] => None,
                _ if is_whole => None,
                [only] => Some(quote!(state @ #states::#only |)),
                several => Some(quote!(state @ (#(#states::#several)|*) |)),
            };
            quote! {
                (#named state, event) => Err(::fsm_runtime::Error::NoTransition { state, event: event.kind() }),
            }
        });
        if arms.is_empty() && ended.is_none() {
            return quote!(Err(::fsm_runtime::Error::NoTransition { state: self.state, event: event.kind() }));
        }
        let arms = merged(arms);
        // An arm for any state must not be asked first.
        let (first, last) = if takes_any { (ended, None) } else { (None, ended) };
        quote!(match (self.state, event) { #first #(#arms)* #last #rest })
    }

    /// What an innermost state answers to an event; nothing where no reaction names it.
    fn external_answer(&self, leaf: Id<State>, event: Id<Event>) -> TokenStream {
        let kinds = self.type_name("EventKind");
        let variant = ident(&self.machine.events[event].name, self.places);
        let candidates = self.machine.candidates(leaf, event);
        let guards = self.guard_texts(&candidates);
        let refused = quote! {
            Err(::fsm_runtime::Error::GuardsRefused {
                state: self.state,
                event: #kinds::#variant,
                guards: &[#(#guards),*],
            })
        };
        let ending = Ending {
            event: Some(event),
            taken: Taken::Answer,
            deferred: Deferred::Answer(event),
            ignored: quote!(Ok(::fsm_runtime::Outcome::Ignored)),
            otherwise: if guards.is_empty() { TokenStream::new() } else { refused },
        };
        self.answer(leaf, &candidates, &ending)
    }

    /// An arm for an event in some states, or in any.
    fn arm(&self, states: Option<&[Id<State>]>, event: &TokenStream, fields: &[Carried], code: TokenStream) -> Arm {
        let ty = self.type_name("State");
        let states = states.map_or_else(
            || quote!(_),
            |states| {
                let states = states.iter().map(|&state| self.names.state(state));
                quote!(#(#ty::#states)|*)
            },
        );
        let read = fields.iter().filter(|field| mentions(&code, &field.name)).collect_vec();
        let names = read.iter().map(|field| &field.name).collect_vec();
        let rest = (read.len() < fields.len()).then(|| quote!(..));
        let payload = match (fields.is_empty(), names.is_empty()) {
            (true, _) => TokenStream::new(),
            (false, true) => quote!({ .. }),
            (false, false) => quote!({ #(#names,)* #rest }),
        };
        Arm {
            patterns: vec![(states, vec![quote!(#event #payload)])],
            bound: read.iter().map(|field| (field.name.to_string(), field.ty)).collect_vec(),
            code,
        }
    }

    /// Whether the machine ends in this state.
    pub(super) fn is_end(&self, leaf: Id<State>) -> bool {
        let state = &self.machine.states[leaf];
        state.kind == StateKind::Final && state.parent == Some(Machine::root())
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
            if matches!(reaction.trigger, Trigger::Defer(_)) {
                steps.push(Step::Always(self.deferred(id, &ending.deferred)));
                break;
            }
            for (index, branch) in reaction.branches.iter().enumerate() {
                let body = self.branch(leaf, reaction.source, branch, self.row_of(id, index), ending);
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

    /// What becomes of an event that a reaction defers.
    fn deferred(&self, reaction: Id<Reaction>, deferred: &Deferred) -> TokenStream {
        let (Deferred::Answer(event) | Deferred::Within(event)) = *deferred else { return TokenStream::new() };
        let fields = self.carried(Occurrence::Event(event)).into_iter().map(|Carried { name, .. }| quote!(#name));
        let (kept, most) = (self.occurrence(event, fields.collect_vec()), self.most_deferred(reaction, event));
        if matches!(deferred, Deferred::Within(_)) {
            return quote!(self.defer(#kept, #most); false);
        }
        let (kinds, variant) = (self.type_name("EventKind"), ident(&self.machine.events[event].name, self.places));
        quote! {
            if self.defer(#kept, #most) {
                Ok(::fsm_runtime::Outcome::Deferred)
            } else {
                Err(::fsm_runtime::Error::DeferredFull { state: self.state, event: #kinds::#variant })
            }
        }
    }

    fn branch(
        &self,
        leaf: Id<State>,
        source: Id<State>,
        branch: &'m Branch,
        row: usize,
        ending: &Ending,
    ) -> TokenStream {
        let last_reads = last_reads(branch);
        let transition = self.transition(leaf, source, &branch.tail, row, &Scope::reading_last(&last_reads));
        let Some(limit) = branch.tail.counts else {
            let taken = ending.behind(self.can_lead_on(leaf, source, &branch.tail));
            return quote!(#transition #taken);
        };
        let count = self.names.count(limit);
        let allowed = self.is_below(&quote!(self.#count), &self.machine.limits[limit]);
        // The bound is what keeps the count inside its type, but for one that is larger than any count.
        let bound = interval(self.machine, &self.machine.limits[limit].bound).ok().flatten();
        let increment = match bound {
            Some(bound) if bound.within(IntType::U32.interval()) => quote!(self.#count += 1;),
            _ => quote!(self.#count = self.#count.saturating_add(1);),
        };
        let Some(otherwise) = &self.machine.limits[limit].tail else {
            let taken = ending.behind(self.can_lead_on(leaf, source, &branch.tail));
            let refused = self.limit_reached(limit, ending);
            let refused = (!refused.is_empty()).then(|| quote!(else { #refused }));
            return quote!(if #allowed { #increment #transition #taken } #refused);
        };
        let instead = self.transition(leaf, source, otherwise, self.row_of_limit(limit), &Scope::default());
        let can_lead_on = [&branch.tail, otherwise].into_iter().any(|tail| self.can_lead_on(leaf, source, tail));
        let taken = ending.behind(can_lead_on);
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

    /// What is answered where a limit is reached that does nothing instead. Within the machine nobody is told.
    fn limit_reached(&self, limit: Id<Limit>, ending: &Ending) -> TokenStream {
        let Some(event) = ending.event else { return ending.otherwise.clone() };
        let (kinds, variant) = (self.type_name("EventKind"), ident(&self.machine.events[event].name, self.places));
        let (name, count) = (&self.machine.limits[limit].name.text, self.names.count(limit));
        quote! {
            Err(::fsm_runtime::Error::LimitReached {
                state: self.state,
                event: #kinds::#variant,
                limit: #name,
                count: self.#count,
            })
        }
    }

    /// Whether anything can follow from a transition: a failure, a raised event, an eventless transition.
    pub(super) fn can_lead_on(&self, leaf: Id<State>, source: Id<State>, tail: &'m Tail) -> bool {
        if !self.settles() {
            return false;
        }
        if self.defers() {
            return true;
        }
        let effects = self.effects_of(leaf, source, tail);
        let reached = if tail.target.is_some() { effects.reached() } else { vec![leaf] };
        let can_step = |&state: &Id<State>| self.can_step(state) || self.is_end(state) && self.has_pending();
        self.can_follow(&effects) || reached.iter().any(can_step)
    }

    /// Whether anything can follow from the start of the machine.
    pub(super) fn beginning_can_lead_on(&self) -> bool {
        let effects = self.effects_of_start();
        self.is_parallel()
            || self.settles()
                && (self.can_follow(&effects)
                    || effects.reached().into_iter().any(|state| {
                        // A machine that ends at once drops what it waits for.
                        self.can_step(state) || self.has_pending() && self.is_end(state)
                    }))
    }

    fn can_follow(&self, effects: &Effects<'_>) -> bool {
        effects.actions.iter().any(|action| self.can_fail(action))
            || effects.arrows.iter().any(|target| self.arguments_can_fail(target))
            || !self.raised_by(effects).is_empty()
            || effects
                .entered
                .iter()
                .any(|&state| self.arming_can_fail(state) || !self.machine.states[state].runs.is_empty())
    }

    /// Whether an eventless transition can be taken in this state.
    fn can_step(&self, state: Id<State>) -> bool {
        let mut reactions = self.machine.lineage(state).flat_map(|outer| &self.machine.states[outer].reactions);
        !self.is_end(state) && reactions.any(|&id| matches!(self.machine.reactions[id].trigger, Trigger::Always))
    }

    /// The texts of the guards that the reactions ask, if any of them can be asked.
    pub(super) fn guard_texts(&self, candidates: &[Id<Reaction>]) -> Vec<String> {
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

    /// The eventless transitions of the states.
    fn always_answer(&self) -> TokenStream {
        let ty = self.type_name("State");
        let ending = Ending {
            event: None,
            taken: Taken::Always(quote!(true)),
            deferred: Deferred::Never,
            ignored: quote!(true),
            otherwise: quote!(false),
        };
        let answer = |leaf: Id<State>| {
            if !self.can_step(leaf) {
                return TokenStream::new();
            }
            let candidates = self.reactions_around(leaf, &|trigger| matches!(trigger, Trigger::Always));
            self.answer(leaf, &candidates, &ending)
        };
        let leaves = self.leaves();
        let groups = groups(&leaves, &answer);
        // A composite is never the innermost state, so where every innermost state has one answer, it is the answer.
        if let [Group { code, states }] = groups.as_slice()
            && states.len() == leaves.len()
        {
            return code.clone();
        }
        let answering = groups.iter().flat_map(|group| &group.states).collect_vec();
        let left = self.machine.states.ids().skip(1).filter(|state| !answering.contains(&state)).collect_vec();
        let rest = match left.as_slice() {
            [] => None,
            [only] => {
                let only = self.names.state(*only);
                Some(quote!(#ty::#only => false,))
            }
            _ => Some(quote!(_ => false,)),
        };
        let arms = groups.iter().map(|Group { code, states }| {
            let states = states.iter().map(|&state| self.names.state(state));
            quote!(#(#ty::#states)|* => { #code })
        });
        quote!(match self.state { #(#arms)* #rest })
    }

    /// What an innermost state answers to what happens within the machine; nothing where no reaction names it.
    fn internal_answer(&self, leaf: Id<State>, occurrence: Occurrence) -> TokenStream {
        let reports = self.reports();
        let (is_taken, is_not) = (reports.then(|| quote!(true)), reports.then(|| quote!(false)));
        let otherwise = match occurrence {
            Occurrence::Error => {
                quote!(self.failure.get_or_insert(::fsm_runtime::Failure { origin, message }); #is_not)
            }
            Occurrence::TaskFailed(state, index) => {
                let origin = &self.machine.tasks[self.machine.states[state].runs[index].task].name.text;
                quote!(self.fail(#origin, error); #is_taken)
            }
            _ => quote!(#is_not),
        };
        let candidates = if self.is_end(leaf) { Vec::new() } else { self.met_by(leaf, occurrence) };
        if candidates.is_empty() && !matches!(occurrence, Occurrence::Error | Occurrence::TaskFailed(..)) {
            return TokenStream::new();
        }
        let ending = Ending {
            event: None,
            taken: Taken::Always(quote!(#is_taken)),
            deferred: match occurrence {
                Occurrence::Event(event) => Deferred::Within(event),
                _ => Deferred::Never,
            },
            ignored: quote!(#is_not),
            otherwise,
        };
        self.answer(leaf, &candidates, &ending)
    }

    /// The queue of raised events, and what the states do with them.
    fn internal_reactions(&self) -> TokenStream {
        let ty = self.type_name("Internal");
        let leaves = self.leaves();
        let (mut arms, mut is_total) = (Vec::new(), true);
        let mut add = |groups: Vec<Group>, event: &TokenStream, fields: &[Carried]| {
            let is_alone = groups.len() == 1 && groups.iter().all(|group| group.states.len() == leaves.len());
            is_total &= is_alone;
            for group in groups {
                let wanted = if is_alone { None } else { Some(group.states.as_slice()) };
                arms.push(self.arm(wanted, event, fields, group.code));
            }
        };
        for occurrence in self.occurrences() {
            let answer = |leaf: Id<State>| self.internal_answer(leaf, occurrence);
            let variant = self.variant(occurrence);
            add(groups(&leaves, &answer), &quote!(#ty::#variant), &self.carried(occurrence));
        }
        let is_not = self.reports().then(|| quote!(false));
        let body = match (merged(arms).as_slice(), is_total) {
            ([], _) => quote!(let _ = event; #is_not),
            ([only], false) => {
                let (pattern, code) = (only.pattern(), &only.code);
                let otherwise = is_not.map(|is_not| quote!(else { #is_not }));
                quote!(if let #pattern = (self.state, event) { #code } #otherwise)
            }
            (arms, _) => {
                let rest = (!is_total).then(|| is_not.map_or_else(|| quote!(_ => {}), |is_not| quote!(_ => #is_not,)));
                quote!(match (self.state, event) { #(#arms)* #rest })
            }
        };
        if self.reports() {
            return quote! {
                /// Takes what happens within the machine, and tells whether a transition was taken; what nobody takes is
                /// dropped.
                fn react(&mut self, event: #ty) -> bool { #body }
            };
        }
        quote! {
            /// Takes one raised event; one that nobody takes is dropped.
            fn react(&mut self, event: #ty) { #body }
        }
    }
}

impl Arm {
    /// The same for more states and events.
    fn extend(&mut self, patterns: Vec<(TokenStream, Vec<TokenStream>)>) {
        for (states, events) in patterns {
            let text = states.to_string();
            match self.patterns.iter_mut().find(|(known, _)| known.to_string() == text) {
                Some((_, known)) => known.extend(events),
                None => self.patterns.push((states, events)),
            }
        }
    }

    fn pattern(&self) -> TokenStream {
        let patterns = self.patterns.iter().map(|(states, events)| quote!((#states, #(#events)|*)));
        quote!(#(#patterns)|*)
    }
}

impl ToTokens for Arm {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let (pattern, code) = (self.pattern(), &self.code);
        tokens.extend(quote!(#pattern => { #code }));
    }
}

/// The states in groups with the same answer, without those that have none.
fn groups(states: &[Id<State>], answer: &dyn Fn(Id<State>) -> TokenStream) -> Vec<Group> {
    let mut groups: Vec<(String, Group)> = Vec::new();
    for &state in states {
        let code = answer(state);
        if code.is_empty() {
            continue;
        }
        let text = code.to_string();
        match groups.iter_mut().find(|(known, _)| *known == text) {
            Some((_, group)) => group.states.push(state),
            None => groups.push((text, Group { code, states: vec![state] })),
        }
    }
    groups.into_iter().map(|(_, group)| group).collect_vec()
}

/// Arms of which those that do the same with the same are one.
fn merged(arms: Vec<Arm>) -> Vec<Arm> {
    let mut merged: Vec<(String, Arm)> = Vec::new();
    for arm in arms {
        let text = arm.code.to_string();
        match merged.iter_mut().find(|(known, other)| *known == text && other.bound == arm.bound) {
            Some((_, other)) => other.extend(arm.patterns),
            None => merged.push((text, arm)),
        }
    }
    merged.into_iter().map(|(_, arm)| arm).collect_vec()
}

/// The fields of the event that a branch reads once it is taken, and only once.
fn last_reads(branch: &Branch) -> Vec<String> {
    let mut read: BTreeMap<String, usize> = BTreeMap::new();
    for expr in branch.tail.expressions() {
        expr.walk(&mut |part| match &part.kind {
            ExprKind::EventField { name, .. } => *read.entry(name.clone()).or_default() += 1,
            // What is narrowed is read behind a reference.
            ExprKind::Narrow(Place::EventField { name, .. }, _) => *read.entry(name.clone()).or_default() += 2,
            _ => {}
        });
    }
    read.into_iter().filter(|&(_, times)| times == 1).map(|(name, _)| name).collect_vec()
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
