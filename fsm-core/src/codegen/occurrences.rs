//! What a machine reacts to beside the events from outside: what it raises itself, and what befalls it.

use proc_macro2::{Ident, TokenStream};

use super::Generator;
use super::expressions::reported;
use super::names::plain;
use crate::lists::CollectVec;
use crate::model::{ActionKind, BaseType, Event, Id, IdSet, Reaction, Report, State, Trigger, Type};

/// What happens within a machine.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Occurrence {
    /// An event that the machine raises.
    Event(Id<Event>),
    /// The end of a composite.
    Done(Id<State>),
    /// A failing action.
    Error,
    /// A timer that is due.
    Timer(Id<Reaction>),
    /// The result of one of a state's tasks.
    TaskDone(Id<State>, usize),
    /// The failure of one of a state's tasks.
    TaskFailed(Id<State>, usize),
}

/// A field that an occurrence carries.
pub(super) struct Carried {
    pub(super) name: Ident,
    /// What distinguishes it from one of the same name and another type.
    pub(super) ty: Option<Type>,
}

impl Generator<'_> {
    /// All that can happen within the machine, in the order of the definition.
    pub(super) fn occurrences(&self) -> Vec<Occurrence> {
        let mut all = self.raised_events().into_iter().map(Occurrence::Event).collect_vec();
        all.extend(self.done_states().into_iter().map(Occurrence::Done));
        all.extend(self.reacts_to_errors().then_some(Occurrence::Error));
        all.extend(self.timers().into_iter().map(Occurrence::Timer));
        for (state, index, run) in self.runs() {
            all.push(Occurrence::TaskDone(state, index));
            all.extend(self.machine.tasks[run.task].fails.map(|_| Occurrence::TaskFailed(state, index)));
        }
        all
    }

    /// The events that come from within: those that the machine raises, and those that it has deferred.
    pub(super) fn raised_events(&self) -> Vec<Id<Event>> {
        let raised = self.machine.all_actions().into_iter().filter_map(|action| match action.kind {
            ActionKind::Raise { event, .. } => Some(event),
            _ => None,
        });
        let mut events: IdSet<Event> = raised.collect();
        events.extend(self.deferred_events().ids().iter().copied());
        for (id, event) in self.machine.events.enumerate() {
            // What comes from outside takes the same way.
            if self.is_parallel() && !event.internal {
                events.insert(id);
            }
        }
        events.ids().to_vec()
    }

    /// The states, other than the machine itself, to whose end something reacts.
    pub(super) fn done_states(&self) -> Vec<Id<State>> {
        self.machine.states.ids().skip(1).filter(|&state| self.is_awaited(state)).collect_vec()
    }

    /// Whether a state has an end, and something reacts to it.
    pub(super) fn is_awaited(&self, state: Id<State>) -> bool {
        let awaited = || {
            let of = |reaction: &Reaction| match reaction.trigger {
                Trigger::Done(state) if self.can_be_done(state) => Some(state),
                _ => None,
            };
            self.machine.reactions.iter().filter_map(of).collect()
        };
        self.facts.awaited.get_or_init(awaited).contains(state)
    }

    /// Whether something reacts to failing actions.
    pub(super) fn reacts_to_errors(&self) -> bool {
        *self.facts.reacts_to_errors.get_or_init(|| self.machine.takes_failures())
    }

    /// Whether anything tells of failures or of the ends of tasks.
    pub(super) fn reads_reports(&self) -> bool {
        let reads =
            |trigger: &Trigger| matches!(trigger, Trigger::Error | Trigger::TaskDone(_) | Trigger::TaskFailed(_));
        self.machine.reactions.iter().any(|reaction| reads(&reaction.trigger))
    }

    /// The reactions that an occurrence meets where `leaf` is the innermost state.
    pub(super) fn met_by(&self, leaf: Id<State>, occurrence: Occurrence) -> Vec<Id<Reaction>> {
        let of_state = |source: Id<State>, is_wanted: &dyn Fn(Id<Reaction>) -> bool| {
            let is_inside = self.machine.lineage(leaf).any(|outer| outer == source);
            let reactions = self.machine.states[source].reactions.iter().copied();
            reactions.filter(|&id| is_inside && is_wanted(id)).collect_vec()
        };
        let trigger = |id: Id<Reaction>| &self.machine.reactions[id].trigger;
        match occurrence {
            Occurrence::Event(event) => return self.machine.candidates(leaf, event),
            Occurrence::Timer(timer) => return of_state(self.machine.reactions[timer].source, &|id| id == timer),
            Occurrence::TaskDone(state, index) => {
                return of_state(state, &|id| matches!(trigger(id), Trigger::TaskDone(of) if *of == index));
            }
            Occurrence::TaskFailed(state, index) => {
                return of_state(state, &|id| matches!(trigger(id), Trigger::TaskFailed(of) if *of == index));
            }
            Occurrence::Done(_) | Occurrence::Error => {}
        }
        self.reactions_around(leaf, &|trigger| match (occurrence, trigger) {
            (Occurrence::Done(state), Trigger::Done(of)) => state == *of,
            (Occurrence::Error, Trigger::Error) => true,
            _ => false,
        })
    }

    /// The reactions of a state, then of the states around it.
    pub(super) fn reactions_around(&self, leaf: Id<State>, wanted: &dyn Fn(&Trigger) -> bool) -> Vec<Id<Reaction>> {
        let mut around = Vec::new();
        for state in self.machine.lineage(leaf) {
            for &id in &self.machine.states[state].reactions {
                if wanted(&self.machine.reactions[id].trigger) {
                    around.push(id);
                }
            }
        }
        around
    }

    /// The variant of an occurrence.
    pub(super) fn variant(&self, occurrence: Occurrence) -> Ident {
        let of_state = |state: Id<State>| self.names.state(state).to_string().trim_start_matches("r#").to_owned();
        match occurrence {
            Occurrence::Event(event) => plain(&format!("Raised{}", self.machine.events[event].name.text)),
            Occurrence::Done(state) => plain(&format!("Done{}", of_state(state))),
            Occurrence::Error => plain("Failed"),
            Occurrence::Timer(timer) => {
                let reaction = &self.machine.reactions[timer];
                let which = self.timers_of(reaction.source).iter().position(|&other| other == timer).unwrap_or(0);
                plain(&format!("Due{}{}", of_state(reaction.source), numbered(which)))
            }
            Occurrence::TaskDone(state, index) => plain(&format!("Ok{}{}", of_state(state), numbered(index))),
            Occurrence::TaskFailed(state, index) => plain(&format!("Err{}{}", of_state(state), numbered(index))),
        }
    }

    /// What an occurrence carries.
    pub(super) fn carried(&self, occurrence: Occurrence) -> Vec<Carried> {
        match occurrence {
            Occurrence::Event(event) => {
                let fields = self.machine.events[event].fields.iter();
                fields.map(|field| Carried { name: plain(&field.name.text), ty: Some(field.ty) }).collect_vec()
            }
            Occurrence::Error => vec![
                Carried { name: reported(Report::Origin), ty: None },
                Carried { name: reported(Report::Message), ty: Some(Type::Plain(BaseType::Str)) },
            ],
            Occurrence::TaskDone(state, index) => {
                let result = self.machine.tasks[self.machine.states[state].runs[index].task].result;
                result.map(|ty| Carried { name: reported(Report::Value), ty: Some(ty) }).into_iter().collect_vec()
            }
            Occurrence::TaskFailed(..) => {
                vec![Carried { name: reported(Report::Error), ty: Some(Type::Plain(BaseType::Str)) }]
            }
            Occurrence::Done(_) | Occurrence::Timer(_) => Vec::new(),
        }
    }

    /// The type of what happens within the machine.
    pub(super) fn internal_type(&self) -> TokenStream {
        let occurrences = self.occurrences();
        if occurrences.is_empty() && !self.is_parallel() {
            return TokenStream::new();
        }
        let (name, generics) = (self.type_name("Internal"), self.generics_of("Internal").declared);
        let variants = occurrences.into_iter().map(|occurrence| {
            let variant = self.variant(occurrence);
            let fields = self.carried(occurrence).into_iter().map(|Carried { name, ty }| {
                let ty = ty.map_or_else(|| quote!(&'static str), |ty| self.owned_type(ty));
                quote!(#name: #ty)
            });
            let fields = fields.collect_vec();
            if fields.is_empty() { quote!(#variant,) } else { quote!(#variant { #(#fields),* },) }
        });
        let stimuli = self.stimuli();
        let docs_of = format!(" What happens within `{}`.", self.machine.name.text);
        quote! {
            #[doc = #docs_of]
            #[allow(dead_code, non_camel_case_types, non_snake_case, clippy::enum_variant_names)]
            enum #name #generics { #(#variants)* }

            #stimuli
        }
    }
}

/// What tells several of a kind apart: nothing for the first.
fn numbered(index: usize) -> String {
    if index == 0 { String::new() } else { format!("_{}", index + 1) }
}
