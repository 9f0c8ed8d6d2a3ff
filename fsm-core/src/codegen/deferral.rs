//! Deferred events: kept until the configuration changes, and then tried again in the order in which they came.

use proc_macro2::{Ident, TokenStream};

use super::Generator;
use super::code::digits;
use super::expressions::Scope;
use super::intervals::interval;
use super::names::plain;
use super::numbers::Fitted;
use crate::model::{BaseType, Deferral, Event, Id, IdSet, IntType, MOST_DEFERRED, Reaction, Trigger, Type};

/// How many deferred events of one kind may wait, where nothing is said.
const BY_DEFAULT: u32 = 8;

impl Generator<'_> {
    /// Whether any event is deferred.
    pub(super) fn defers(&self) -> bool {
        *self.facts.defers.get_or_init(|| !self.deferrals().is_empty())
    }

    /// The events that are deferred.
    pub(super) fn deferred_events(&self) -> IdSet<Event> {
        self.deferrals().iter().map(|deferral| deferral.event.event).collect()
    }

    fn deferrals(&self) -> Vec<&Deferral> {
        let mut all = Vec::new();
        for reaction in &self.machine.reactions {
            if let Trigger::Defer(deferrals) = &reaction.trigger {
                all.extend(deferrals);
            }
        }
        all
    }

    /// How many of an event may wait where this reaction defers it.
    pub(super) fn most_deferred(&self, reaction: Id<Reaction>, event: Id<Event>) -> TokenStream {
        let Trigger::Defer(deferrals) = &self.machine.reactions[reaction].trigger else { return quote!(0) };
        let deferral = deferrals.iter().find(|deferral| deferral.event.event == event);
        let Some(most) = deferral.and_then(|deferral| deferral.max.as_ref()) else {
            let most = digits(BY_DEFAULT.into(), "");
            return quote!(#most);
        };
        match self.kept(most, Type::Plain(BaseType::Int(IntType::U32)), None, &Scope::default()) {
            Fitted::Sure(most) => most,
            Fitted::Try { attempt, .. } => attempt.or(&quote!(0)),
        }
    }

    /// How many deferred events can wait at once: as many of each as any state lets wait.
    pub(super) fn deferred_capacity(&self) -> TokenStream {
        let most_in_all = MOST_DEFERRED as i128;
        let deferrals = self.deferrals();
        let mut sum: i128 = 0;
        for &event in self.deferred_events().ids() {
            let mut most = 0;
            for deferral in deferrals.iter().filter(|deferral| deferral.event.event == event) {
                most = most.max(match &deferral.max {
                    Some(most) => interval(self.machine, most).ok().flatten().map_or(most_in_all, |most| most.high),
                    None => BY_DEFAULT.into(),
                });
            }
            sum = sum.saturating_add(most);
        }
        let capacity = digits(sum.clamp(1, most_in_all).unsigned_abs(), "");
        quote!(#capacity)
    }

    /// The fields of the machine that keep deferred events, each with its value at the start.
    pub(super) fn deferral_fields(&self) -> Vec<(Ident, TokenStream, TokenStream)> {
        if !self.defers() {
            return Vec::new();
        }
        let (internal, capacity) = (self.type_of("Internal"), self.deferred_capacity());
        vec![
            (
                plain("deferred"),
                quote!(::fsm_runtime::Queue<#internal, #capacity>),
                quote!(::fsm_runtime::Queue::new()),
            ),
            (plain("recalled"), quote!(usize), quote!(0)),
            (plain("to_recall"), quote!(usize), quote!(0)),
            (plain("is_recalling"), quote!(bool), quote!(false)),
            (plain("is_changed"), quote!(bool), quote!(false)),
        ]
    }

    /// The methods that defer and recall.
    pub(super) fn deferring(&self) -> TokenStream {
        if !self.defers() {
            return TokenStream::new();
        }
        let internal = self.type_of("Internal");
        let waiting = if let [_] = self.deferred_events().ids() {
            quote!(let waiting = self.deferred.len();)
        } else {
            quote! {
                let kind = ::core::mem::discriminant(&event);
                let waiting =
                    self.deferred.iter().filter(|other| ::core::mem::discriminant(*other) == kind).count();
            }
        };
        quote! {
            /// Keeps an event until the configuration changes, unless as many of it wait as may.
            fn defer(&mut self, event: #internal, most: u32) -> bool {
                let stimulus = event.stimulus();
                let is_kept = if self.is_recalling {
                    self.deferred.give_back(self.recalled, event);
                    true
                } else {
                    #waiting
                    u32::try_from(waiting).is_ok_and(|waiting| waiting < most) && self.deferred.push(event).is_ok()
                };
                if is_kept {
                    self.host.observe(::fsm_runtime::Happening::Deferred(stimulus));
                }
                is_kept
            }

            /// Looks at deferred events again, from the first one if the configuration has changed; whether one of them does
            /// not stay deferred. What was deferred since the change is not among them.
            fn recall(&mut self) -> bool {
                if ::core::mem::take(&mut self.is_changed) {
                    self.recalled = 0;
                    self.to_recall = self.deferred.len();
                }
                self.recalled < self.to_recall && self.look_again()
            }

            /// Looks at the deferred events that are still to be looked at, until one of them does not stay deferred.
            #[inline(never)]
            fn look_again(&mut self) -> bool {
                while self.recalled < self.to_recall {
                    let Some(event) = self.deferred.lend(self.recalled) else { return false; };
                    self.host.observe(::fsm_runtime::Happening::Recalled(event.stimulus()));
                    self.is_recalling = true;
                    self.react(event);
                    self.is_recalling = false;
                    if self.deferred.close(self.recalled) {
                        self.to_recall -= 1;
                        return true;
                    }
                    self.recalled += 1;
                }
                false
            }
        }
    }
}
