//! Time: `after`, `every`, delayed raises. The machine holds no clock: whoever drives it tells the time, and all that is
//! due by then happens in order, each at its own deadline.

use proc_macro2::{Ident, TokenStream};

use super::code::{digits, integer};
use super::effects::Failing;
use super::expressions::Scope;
use super::numbers::Fitted;
use super::occurrences::Occurrence;
use super::template::IntoTokens;
use super::{Generator, lints};
use crate::lists::CollectVec;
use crate::model::{ActionKind, BaseType, Expr, ExprKind, Id, IdSet, Interval, Reaction, State, Trigger, Type};

/// The type of all delays.
pub(super) const DELAY: Type = Type::Plain(BaseType::Duration);

impl Generator<'_> {
    /// The timers of a state, in document order.
    pub(super) fn timers_of(&self, state: Id<State>) -> Vec<Id<Reaction>> {
        let is_timer =
            |&id: &Id<Reaction>| matches!(self.machine.reactions[id].trigger, Trigger::After(_) | Trigger::Every(_));
        self.machine.states[state].reactions.iter().copied().filter(is_timer).collect_vec()
    }

    /// All timers in the order in which those are met that are due together: those further in first, then in document
    /// order.
    pub(super) fn timers(&self) -> Vec<Id<Reaction>> {
        let mut by_depth: Vec<IdSet<Reaction>> = Vec::new();
        for state in self.machine.states.ids() {
            let depth = self.machine.ancestors(state).count();
            by_depth.resize_with(by_depth.len().max(depth + 1), IdSet::default);
            by_depth[depth].extend(self.timers_of(state));
        }
        by_depth.iter().rev().flat_map(IdSet::ids).copied().collect_vec()
    }

    /// Whether anything depends on time.
    pub(super) fn is_timed(&self) -> bool {
        !self.timers().is_empty() || self.has_delays()
    }

    /// Whether any event is raised for later.
    pub(super) fn has_delays(&self) -> bool {
        let is_delayed =
            |kind: &ActionKind| matches!(kind, ActionKind::Raise { delay: Some(_), .. } | ActionKind::Cancel(_));
        self.machine.all_actions().iter().any(|action| is_delayed(&action.kind))
    }

    pub(super) fn is_periodic(&self, timer: Id<Reaction>) -> bool {
        matches!(self.machine.reactions[timer].trigger, Trigger::Every(_))
    }

    /// How many delayed raises can wait at once.
    pub(super) fn delayed_capacity(&self) -> TokenStream {
        let capacity = digits(u128::try_from(self.machine.delayed_capacity()).unwrap_or(u128::MAX), "");
        quote!(#capacity)
    }

    /// The fields of the machine that tell time, each with its value at the start.
    pub(super) fn time_fields(&self) -> Vec<(Ident, TokenStream, TokenStream)> {
        if !self.is_timed() {
            return Vec::new();
        }
        let field = |name: &str| super::names::plain(name);
        let mut fields = vec![(field("now"), quote!(u64), quote!(0))];
        for timer in self.timers() {
            let ty = if self.is_periodic(timer) { quote!((u64, u64)) } else { quote!(u64) };
            fields.push((self.names.timer(timer).clone(), quote!(::core::option::Option<#ty>), quote!(None)));
        }
        if self.has_delays() {
            let (internal, capacity) = (self.type_of("Internal"), self.delayed_capacity());
            let ty = quote!(::fsm_runtime::Queue<(u64, #internal), #capacity>);
            fields.push((field("delayed"), ty, quote!(::fsm_runtime::Queue::new())));
        }
        fields
    }

    /// The methods that arm the timers of states.
    pub(super) fn arming(&self) -> TokenStream {
        let methods = self.machine.states.ids().filter_map(|state| {
            let timers = self.timers_of(state);
            if timers.is_empty() {
                return None;
            }
            let method = self.names.arm(state);
            let docs = format!(" Arms the timers of `{}`.", self.machine.qualified_name(state));
            let arms = timers.iter().map(|&timer| self.arm_timer(timer));
            let allowed = lints::allow(&["dead_code"]);
            Some(quote! {
                #[doc = #docs]
                #allowed
                fn #method(&mut self) { #(#arms)* }
            })
        });
        methods.into_tokens()
    }

    /// Arms one timer. A delay that has no place fails, and the timer is not armed.
    fn arm_timer(&self, timer: Id<Reaction>) -> TokenStream {
        let armed = self.armed_at(timer, &quote!(self.now), false);
        let field = self.names.timer(timer);
        let disarmed = self.sure_delay(timer).is_none().then(|| quote!(self.#field = None;));
        quote!(#disarmed #armed)
    }

    fn delay(&self, timer: Id<Reaction>) -> Option<&Expr> {
        match &self.machine.reactions[timer].trigger {
            Trigger::After(delay) | Trigger::Every(delay) => Some(delay),
            _ => None,
        }
    }

    /// A delay that is known when the code is generated, and has its place.
    fn sure_delay(&self, timer: Id<Reaction>) -> Option<u64> {
        literal(self.delay(timer)?).filter(|&nanoseconds| nanoseconds > 0 || !self.is_periodic(timer))
    }

    /// The delays that have a place: a period of no length would never let time pass.
    fn delays(&self, timer: Id<Reaction>) -> Interval {
        Interval { low: i128::from(self.is_periodic(timer)), ..Interval::DURATION }
    }

    /// Code that arms a timer, its delay counted from `now`. A delay that has no place fails, or, where that is `silent`,
    /// does nothing.
    pub(super) fn armed_at(&self, timer: Id<Reaction>, now: &TokenStream, silent: bool) -> TokenStream {
        let Some(delay) = self.delay(timer) else { return TokenStream::new() };
        let (field, is_periodic) = (self.names.timer(timer), self.is_periodic(timer));
        let armed = |nanoseconds: &TokenStream| {
            if is_periodic {
                quote!(self.#field = Some((#now.saturating_add(#nanoseconds), #nanoseconds));)
            } else {
                quote!(self.#field = Some(#now.saturating_add(#nanoseconds));)
            }
        };
        if let Some(nanoseconds) = self.sure_delay(timer) {
            let nanoseconds = integer(nanoseconds.into());
            return armed(&quote!(#nanoseconds));
        }
        let failing = Failing { span: delay.span, cuts: false, silent };
        let armed = armed(&quote!(delay));
        self.statement(std::slice::from_ref(delay), failing, &Scope::default(), None, &|inner| match self.kept(
            delay,
            DELAY,
            Some(self.delays(timer)),
            inner,
        ) {
            Fitted::Sure(delay) => {
                quote!(let delay = ::fsm_runtime::support::whole_nanoseconds(#delay); #armed)
            }
            Fitted::Try { attempt, .. } => {
                let (pattern, failure) = (attempt.pattern(&super::names::plain("delay")), self.failure(failing));
                let otherwise = (!failure.is_empty()).then(|| quote!(else { #failure }));
                quote! {
                    if let #pattern {
                        let delay = ::fsm_runtime::support::whole_nanoseconds(delay);
                        #armed
                    } #otherwise
                }
            }
        })
    }

    /// Whether the delay of a timer may have no place.
    pub(super) fn delay_can_fail(&self, timer: Id<Reaction>) -> bool {
        self.delay(timer).is_some_and(|delay| {
            let range = self.delays(timer);
            let is_literal = literal(delay).is_some_and(|nanoseconds| range.contains(nanoseconds.into()));
            !is_literal && self.value_can_fail(delay, DELAY, Some(range))
        })
    }

    /// Whether arming the timers of a state can fail.
    pub(super) fn arming_can_fail(&self, state: Id<State>) -> bool {
        self.timers_of(state).into_iter().any(|timer| self.delay_can_fail(timer))
    }

    /// Drops the timers of a state that is left.
    pub(super) fn disarm(&self, state: Id<State>) -> TokenStream {
        let fields = self.timers_of(state).into_iter().map(|timer| self.names.timer(timer).clone());
        fields.map(|field| quote!(self.#field = None;)).into_tokens()
    }

    /// The methods that let time pass.
    pub(super) fn timing(&self) -> TokenStream {
        if !self.is_timed() {
            return TokenStream::new();
        }
        let (event, error) = (self.type_of("Event"), self.type_name("Error"));
        let meeting = self.meeting();
        let delaying = self.delaying();
        quote! {
            /// Tells the machine the time since its start, meets all deadlines up to it, and then takes an event.
            ///
            /// # Errors
            ///
            /// As [`handle`](Self::handle); if the event is taken, the first failure of [`advance_to`](Self::advance_to).
            pub fn handle_at(
                &mut self,
                now: ::core::time::Duration,
                event: #event,
            ) -> ::core::result::Result<::fsm_runtime::Outcome, #error> {
                ::fsm_runtime::Machine::handle_at(self, now, event)
            }

            /// Tells the machine the time since its start, and meets all deadlines up to it, each at its own time.
            ///
            /// # Errors
            ///
            /// If the machine has been told a later time. A livelock, behind which time does not pass; else the first failure
            /// of a step, behind which the deadlines are met all the same.
            pub fn advance_to(&mut self, now: ::core::time::Duration) -> ::core::result::Result<(), #error> {
                if now < self.now() {
                    return Err(::fsm_runtime::Error::Past { now: self.now() });
                }
                let (passes, result) = ::fsm_runtime::support::pass_time(self, now);
                if passes {
                    self.now = ::fsm_runtime::support::whole_nanoseconds(now);
                }
                result
            }

            /// When something is due next, as time since the start of the machine.
            #[must_use]
            pub fn next_deadline(&self) -> ::core::option::Option<::core::time::Duration> {
                self.next_due().map(|(deadline, _)| ::core::time::Duration::from_nanos(deadline))
            }

            /// The time since its start that the machine was told last.
            #[must_use]
            pub const fn now(&self) -> ::core::time::Duration {
                ::core::time::Duration::from_nanos(self.now)
            }

            #meeting
            #delaying
        }
    }

    /// What is due next, and how it is met.
    fn meeting(&self) -> TokenStream {
        let (internal, error) = (self.type_name("Internal"), self.type_name("Error"));
        let timers = self.timers();
        let deadlines = timers.iter().map(|&timer| {
            let field = self.names.timer(timer);
            if self.is_periodic(timer) {
                quote!(self.#field.map(|(deadline, _)| deadline))
            } else {
                quote!(self.#field)
            }
        });
        let of_delayed = self.has_delays().then(|| quote!(self.delayed.get(0).map(|(deadline, _)| *deadline)));
        let deadlines = deadlines.chain(of_delayed);
        let last = timers.len().checked_sub(1).filter(|_| !self.has_delays());
        let arms = timers.iter().enumerate().map(|(index, &timer)| {
            let (field, variant) = (self.names.timer(timer), self.variant(Occurrence::Timer(timer)));
            // The next deadline follows from the last, so that nothing drifts.
            let again = if self.is_periodic(timer) {
                quote!(self.#field = self.#field.map(|(last, period)| (last.saturating_add(period), period));)
            } else {
                quote!(self.#field = None;)
            };
            let index = if Some(index) == last {
                quote!(_)
            } else {
                let index = proc_macro2::Literal::usize_unsuffixed(index);
                quote!(#index)
            };
            quote!(#index => { #again #internal::#variant })
        });
        let rest = self.has_delays().then(|| quote!(_ => self.delayed.pop()?.1,));
        let event = match (timers.as_slice(), self.has_delays()) {
            ([], _) => quote!(let event = self.delayed.pop()?.1;),
            ([only], false) => {
                let (field, variant) = (self.names.timer(*only), self.variant(Occurrence::Timer(*only)));
                let again = if self.is_periodic(*only) {
                    quote!(self.#field = self.#field.map(|(last, period)| (last.saturating_add(period), period));)
                } else {
                    quote!(self.#field = None;)
                };
                quote!(#again let event = #internal::#variant;)
            }
            _ => quote!(let event = match due { #(#arms)* #rest };),
        };
        let due = if timers.len() + usize::from(self.has_delays()) > 1 { quote!(due) } else { quote!(_) };
        quote! {
            /// What is due next, and which of all that can be.
            fn next_due(&self) -> ::core::option::Option<(u64, usize)> {
                ::fsm_runtime::support::earliest(&[#(#deadlines),*])
            }

            /// Meets the next deadline, unless it is later than `until`: one step, at the time of the deadline itself.
            pub fn meet_next(
                &mut self,
                until: ::core::time::Duration,
            ) -> ::core::option::Option<::core::result::Result<::fsm_runtime::Outcome, #error>> {
                let until = ::fsm_runtime::support::whole_nanoseconds(until);
                let (deadline, #due) = self.next_due().filter(|&(deadline, _)| deadline <= until)?;
                self.now = self.now.max(deadline);
                #event
                Some(self.answer(event))
            }
        }
    }

    fn delaying(&self) -> TokenStream {
        let raises_later = |kind: &ActionKind| matches!(kind, ActionKind::Raise { delay: Some(_), .. });
        if !self.machine.all_actions().iter().any(|action| raises_later(&action.kind)) {
            return TokenStream::new();
        }
        let internal = self.type_of("Internal");
        quote! {
            /// Adds an event to those that are due later, unless too many are.
            fn delay(&mut self, delay: ::core::time::Duration, event: #internal) -> bool {
                let deadline = self.now.saturating_add(::fsm_runtime::support::whole_nanoseconds(delay));
                let earlier = self.delayed.iter().take_while(|(other, _)| *other <= deadline).count();
                self.delayed.insert(earlier, (deadline, event)).is_ok()
            }
        }
    }
}

/// A delay that is known when the code is generated.
fn literal(delay: &Expr) -> Option<u64> {
    match delay.kind {
        ExprKind::Duration(nanoseconds) => Some(nanoseconds),
        _ => None,
    }
}
