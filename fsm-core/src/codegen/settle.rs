//! Run to completion: what follows from a transition, until nothing is left.

use proc_macro2::TokenStream;

use super::template::IntoTokens;
use super::{Generator, lints};
use crate::lists::CollectVec;
use crate::model::{ActionKind, Trigger};

impl Generator<'_> {
    /// Whether anything can follow from a transition.
    pub(super) fn settles(&self) -> bool {
        *self.facts.settles.get_or_init(|| self.has_always() || self.has_internal() || self.is_fallible())
    }

    /// Whether the machine keeps what failed.
    pub(super) fn keeps_failure(&self) -> bool {
        self.is_fallible() || self.reacts_to_errors()
    }

    pub(super) fn has_always(&self) -> bool {
        self.machine.reactions.iter().any(|reaction| matches!(reaction.trigger, Trigger::Always))
    }

    /// Whether anything happens within the machine.
    pub(super) fn has_internal(&self) -> bool {
        !self.occurrences().is_empty()
    }

    /// Whether anything waits within a macrostep.
    pub(super) fn has_queue(&self) -> bool {
        let raises = |kind: &ActionKind| matches!(kind, ActionKind::Raise { delay: None, .. });
        self.reacts_to_errors()
            || !self.done_states().is_empty()
            || self.machine.all_actions().iter().any(|action| raises(&action.kind))
    }

    /// Whether anything outlives a macrostep: timers, delayed raises, deferred events, tasks.
    pub(super) fn has_pending(&self) -> bool {
        *self.facts.has_pending.get_or_init(|| self.is_timed() || self.defers() || self.runs_tasks())
    }

    /// What is answered where a macrostep does not end.
    pub(super) fn livelock(&self) -> TokenStream {
        let state = self.current_state();
        quote!(Err(::fsm_runtime::Error::Livelock { state: #state }))
    }

    /// `settle` and what it calls: `step` for eventless transitions, `react` for what happens within.
    pub(super) fn settling(
        &self,
        is_used: bool,
        step: Option<TokenStream>,
        react: Option<&TokenStream>,
    ) -> TokenStream {
        let error = self.type_name("Error");
        let result = quote!(::core::result::Result<::fsm_runtime::Outcome, #error>);
        let unused = lints::allow(if is_used { &[] } else { &["dead_code"] });
        let fallible = self.keeps_failure();
        let fail = self.is_fallible().then(|| self.failing());
        let finish = quote!(::fsm_runtime::support::outcome(&mut self.failure));
        if step.is_none() && react.is_none() {
            return quote! {
                /// Reports what failed in the last step.
                #unused
                fn settle(&mut self) -> #result { #finish }

                #fail
            };
        }
        let (finish, finished) = if fallible {
            let method = quote! {
                /// Reports what failed in the last step.
                fn finish(&mut self) -> #result { #finish }
            };
            (Some(method), quote!(self.finish()))
        } else {
            (None, quote!(Ok(::fsm_runtime::Outcome::Taken)))
        };
        let (is_stepping, body) = (step.is_some(), self.settling_step(step.is_some(), &finished));
        let eventless = step.map(|body| {
            quote! {
                /// Takes one enabled eventless transition, if there is one.
                fn step(&mut self) -> bool { #body }
            }
        });
        let settle = if is_stepping || self.has_queue() || self.defers() {
            let clear_queue = self.has_queue().then(|| {
                quote! {
                    self.internal.clear();
                    self.overflow = false;
                }
            });
            let ended = self.ended(&finished);
            let clear_failure = fallible.then(|| quote!(self.failure = None;));
            let (start_tasks, livelock) = (self.starting_tasks().map(|(start, _)| start), self.livelock());
            quote! {
                for _ in 0..::fsm_runtime::support::MICROSTEPS { #body }
                #ended
                #start_tasks
                #clear_queue
                #clear_failure
                #livelock
            }
        } else {
            body
        };
        let is_trivial = settle.to_string() == finished.to_string() && !fallible;
        let unlinted: Vec<&str> = [(!is_used, "dead_code"), (is_trivial, "clippy::unused_self")]
            .into_iter()
            .filter_map(|(is_needed, lint)| is_needed.then_some(lint))
            .collect_vec();
        let unused = lints::allow(&unlinted);
        let (end, answer, raise) = (self.ending(), self.answering(), self.raising());
        let deferring = self.deferring();
        quote! {
            /// Takes what follows from a transition, until nothing is left.
            #unused
            fn settle(&mut self) -> #result { #settle }

            #finish
            #end
            #eventless
            #react
            #answer
            #raise
            #deferring
            #fail
        }
    }

    /// One step of `settle`: eventless transitions first, then what waits in the queue, then what was deferred and may be
    /// taken now. Tasks are started at the end.
    fn settling_step(&self, is_stepping: bool, finished: &TokenStream) -> TokenStream {
        let queue = self.has_queue();
        let ended = self.ended(finished);
        let tasks = self.starting_tasks();
        let last = match &tasks {
            Some((start, true)) => quote! {
                #start
                if self.internal.is_empty() {
                    return #finished;
                }
            },
            Some((start, false)) => quote!(#start return #finished;),
            None => quote!(return #finished;),
        };
        let next = quote!(self.host.observe(::fsm_runtime::Happening::Next(event.stimulus())););
        let is_plain = tasks.is_none() && !self.defers();
        let step = match (is_stepping, is_plain && !queue) {
            (false, _) => None,
            (true, true) => return quote!(#ended if !self.step() { return #finished; }),
            (true, false) => Some(quote! {
                if self.step() {
                    continue;
                }
            }),
        };
        let overflow = queue.then(|| {
            quote! {
                if self.overflow {
                    break;
                }
            }
        });
        if is_plain {
            if !queue {
                return quote!(#ended #finished);
            }
            return quote! {
                #ended
                #step
                #overflow
                let Some(event) = self.internal.pop() else { return #finished; };
                #next
                self.react(event);
            };
        }
        let next = queue.then(|| {
            quote! {
                if let Some(event) = self.internal.pop() {
                    #next
                    self.react(event);
                    continue;
                }
            }
        });
        let recall = self.defers().then(|| {
            quote! {
                if self.recall() {
                    continue;
                }
            }
        });
        if !is_stepping && !queue && !self.defers() {
            let start = tasks.map(|(start, _)| start);
            return quote!(#ended #start #finished);
        }
        quote!(#ended #step #overflow #next #recall #last)
    }

    /// Whether the machine has come to its end, where something may be pending.
    fn ended(&self, finished: &TokenStream) -> TokenStream {
        if !self.has_pending() || !self.can_end() {
            return TokenStream::new();
        }
        quote! {
            if self.is_terminated() {
                self.end();
                return #finished;
            }
        }
    }

    /// What becomes of all that was pending when the machine ends.
    fn ending(&self) -> TokenStream {
        if !self.has_pending() || !self.can_end() {
            return TokenStream::new();
        }
        let states = || self.machine.states.ids();
        let queue = match (self.has_queue(), self.reacts_to_errors()) {
            (true, true) => quote! {
                while let Some(event) = self.internal.pop() {
                    self.react(event);
                }
            },
            (true, false) => quote!(self.internal.clear();),
            (false, _) => TokenStream::new(),
        };
        let timers: TokenStream = states().map(|state| self.disarm(state)).into_tokens();
        let delayed = self.has_delays().then(|| quote!(self.delayed.clear();));
        let deferred = self.defers().then(|| quote!(self.deferred.clear();));
        let runs: TokenStream = states().map(|state| self.cancel_runs(state)).into_tokens();
        quote! {
            /// Drops all that the machine was waiting for: it has ended.
            fn end(&mut self) { #queue #timers #delayed #deferred #runs }
        }
    }

    /// What becomes of a timer that is due, and of the end of a task.
    fn answering(&self) -> TokenStream {
        if !self.is_timed() && !self.runs_tasks() {
            return TokenStream::new();
        }
        let (internal, error) = (self.type_of("Internal"), self.type_name("Error"));
        // Of all that comes from within, only an event that was raised for later can be deferred.
        let (before, deferred) = if self.has_delays() && self.defers() {
            (
                Some(quote!(let waiting = self.deferred.len();)),
                Some(quote!(else if self.deferred.len() > waiting { Ok(::fsm_runtime::Outcome::Deferred) })),
            )
        } else {
            (None, None)
        };
        quote! {
            /// Takes what befalls the machine, and all that follows from it.
            fn answer(&mut self, event: #internal) -> ::core::result::Result<::fsm_runtime::Outcome, #error> {
                self.began(event.stimulus());
                #before
                let answer =
                    if self.react(event) { self.settle() } #deferred else { Ok(::fsm_runtime::Outcome::Ignored) };
                self.ended(&answer);
                answer
            }
        }
    }

    /// Whether `react` tells if a transition was taken.
    pub(super) fn reports(&self) -> bool {
        self.has_pending()
    }

    fn raising(&self) -> TokenStream {
        if !self.has_queue() {
            return TokenStream::new();
        }
        let internal = self.type_of("Internal");
        quote! {
            /// Adds an event to those that are taken before the next one from outside.
            fn raise(&mut self, event: #internal) {
                self.host.observe(::fsm_runtime::Happening::Raised(event.stimulus()));
                self.overflow |= self.internal.push(event).is_err();
            }
        }
    }

    /// What a failing action leads to.
    fn failing(&self) -> TokenStream {
        if self.reacts_to_errors() {
            let internal = self.type_name("Internal");
            return quote! {
                /// Raises the failure of an action.
                #[cold]
                #[inline(never)]
                fn fail(&mut self, origin: &'static str, message: impl ::core::convert::Into<::fsm_runtime::Text>) {
                    self.raise(#internal::Failed { origin, message: message.into() });
                }
            };
        }
        quote! {
            /// Notes the first failure of a step.
            #[cold]
            #[inline(never)]
            fn fail(&mut self, origin: &'static str, message: impl ::core::convert::Into<::fsm_runtime::Text>) {
                self.failure.get_or_insert(::fsm_runtime::Failure { origin, message: message.into() });
            }
        }
    }
}
