//! The constant transition table, and the same for people.

use std::fmt::Write as _;

use proc_macro2::TokenStream;

use super::Generator;
use super::names::ident;
use crate::lists::CollectVec;
use crate::model::{Branch, Condition, Id, Limit, Machine, Reaction, State, Tail, TargetKind, TransitionKind, Trigger};

impl Generator<'_> {
    pub(super) fn transition_table(&self) -> TokenStream {
        let (state, kind) = (self.type_name("State"), self.type_name("EventKind"));
        let reactions = self.machine.reactions.iter().flat_map(|reaction| self.rows(reaction));
        let limits = self.machine.limits.iter().filter_map(|limit| {
            let (name, tail) = (&limit.name.text, limit.tail.as_ref()?);
            let trigger = quote!(::fsm_runtime::Trigger::Limit(#name));
            Some(self.row(limit.state, &trigger, None, tail))
        });
        let rows = reactions.chain(limits).collect_vec();
        let docs = format!(" The transitions of `{}`, in the order of the definition.", self.machine.name.text);
        quote! {
            impl #state {
                #[doc = #docs]
                pub const TRANSITIONS: &'static [::fsm_runtime::Transition<Self, #kind>] = &[#(#rows),*];
            }
        }
    }

    /// The row of a branch; of a reaction to several events, that of the first of them.
    pub(super) fn row_of(&self, reaction: Id<Reaction>, branch: usize) -> usize {
        let first_rows = || {
            let counts = self.machine.reactions.iter().map(row_count);
            counts.scan(0, |row, count| Some(std::mem::replace(row, *row + count))).collect_vec()
        };
        self.facts.first_rows.get_or_init(first_rows)[reaction.index()] + branch
    }

    /// The row of what a limit does instead.
    pub(super) fn row_of_limit(&self, limit: Id<Limit>) -> usize {
        let before = self.machine.limits.iter().take(limit.index()).filter(|limit| limit.tail.is_some());
        self.machine.reactions.iter().map(row_count).sum::<usize>() + before.count()
    }

    fn rows(&self, reaction: &Reaction) -> Vec<TokenStream> {
        let kind = self.type_name("EventKind");
        let event = |id: Id<crate::model::Event>| {
            let name = ident(&self.machine.events[id].name, self.places);
            quote!(::fsm_runtime::Trigger::Event(#kind::#name))
        };
        let mut rows = Vec::new();
        match &reaction.trigger {
            Trigger::Events(uses) => {
                for of in uses {
                    let trigger = event(of.event);
                    reaction.branches.iter().for_each(|branch| rows.push(self.branch_row(reaction, branch, &trigger)));
                }
            }
            Trigger::Ignore(uses) => {
                let source = self.source_of(reaction.source);
                for of in uses {
                    let trigger = event(of.event);
                    rows.push(quote! {
                        ::fsm_runtime::Transition {
                            source: #source,
                            trigger: #trigger,
                            guard: None,
                            target: ::fsm_runtime::Target::Ignore,
                            kind: ::fsm_runtime::TransitionKind::Internal,
                            limit: None,
                            actions: &[],
                        }
                    });
                }
            }
            Trigger::Any
            | Trigger::Done(_)
            | Trigger::Always
            | Trigger::Error
            | Trigger::After(_)
            | Trigger::Every(_)
            | Trigger::TaskDone(_)
            | Trigger::TaskFailed(_) => {
                let trigger = match reaction.trigger {
                    Trigger::Any => quote!(::fsm_runtime::Trigger::Any),
                    Trigger::Done(state) => {
                        let state = self.source_of(state);
                        quote!(::fsm_runtime::Trigger::Done(#state))
                    }
                    Trigger::Error => quote!(::fsm_runtime::Trigger::Error),
                    Trigger::After(ref delay) => {
                        let delay = self.source(delay.span);
                        quote!(::fsm_runtime::Trigger::After(#delay))
                    }
                    Trigger::Every(ref delay) => {
                        let delay = self.source(delay.span);
                        quote!(::fsm_runtime::Trigger::Every(#delay))
                    }
                    Trigger::TaskDone(index) => {
                        let task = self.task_name(reaction, index);
                        quote!(::fsm_runtime::Trigger::TaskDone(#task))
                    }
                    Trigger::TaskFailed(index) => {
                        let task = self.task_name(reaction, index);
                        quote!(::fsm_runtime::Trigger::TaskFailed(#task))
                    }
                    _ => quote!(::fsm_runtime::Trigger::Always),
                };
                reaction.branches.iter().for_each(|branch| rows.push(self.branch_row(reaction, branch, &trigger)));
            }
            Trigger::Defer(deferrals) => {
                let source = self.source_of(reaction.source);
                for of in deferrals {
                    let trigger = event(of.event.event);
                    rows.push(quote! {
                        ::fsm_runtime::Transition {
                            source: #source,
                            trigger: #trigger,
                            guard: None,
                            target: ::fsm_runtime::Target::Defer,
                            kind: ::fsm_runtime::TransitionKind::Internal,
                            limit: None,
                            actions: &[],
                        }
                    });
                }
            }
        }
        rows
    }

    fn task_name(&self, reaction: &Reaction, index: usize) -> &str {
        &self.machine.tasks[self.machine.states[reaction.source].runs[index].task].name.text
    }

    fn branch_row(&self, reaction: &Reaction, branch: &Branch, trigger: &TokenStream) -> TokenStream {
        self.row(reaction.source, trigger, self.guard_text(branch), &branch.tail)
    }

    fn guard_text(&self, branch: &Branch) -> Option<String> {
        match &branch.condition {
            Condition::Guard(guard) => Some(self.source(guard.span)),
            Condition::Else => Some("else".to_owned()),
            Condition::None | Condition::Unknown => None,
        }
    }

    fn source_of(&self, source: Id<State>) -> TokenStream {
        if source == Machine::root() {
            return quote!(None);
        }
        let name = self.names.state(source);
        quote!(Some(Self::#name))
    }

    fn row(&self, source: Id<State>, trigger: &TokenStream, guard: Option<String>, tail: &Tail) -> TokenStream {
        let from = self.source_of(source);
        let guard = guard.map_or_else(|| quote!(None), |guard| quote!(Some(#guard)));
        let target = match tail.target.as_ref().map(|target| &target.kind) {
            Some(TargetKind::State(entry)) => {
                let name = self.names.state(entry.state);
                quote!(::fsm_runtime::Target::State(Self::#name))
            }
            Some(TargetKind::History { deep, state, .. }) => {
                let name = self.names.state(*state);
                quote!(::fsm_runtime::Target::History { state: Self::#name, deep: #deep })
            }
            Some(TargetKind::Fork(entries)) => {
                let names = entries.iter().map(|entry| self.names.state(entry.state));
                quote!(::fsm_runtime::Target::Fork(&[#(Self::#names),*]))
            }
            None => quote!(::fsm_runtime::Target::Stay),
        };
        let kind = match self.machine.transition_kind(source, tail) {
            TransitionKind::Internal => quote!(Internal),
            TransitionKind::Local => quote!(Local),
            TransitionKind::External => quote!(External),
        };
        let limit = tail.counts.map(|limit| self.machine.limits[limit].name.text.clone());
        let limit = limit.map_or_else(|| quote!(None), |limit| quote!(Some(#limit)));
        let actions = tail.actions.iter().map(|action| self.source(action.span));
        quote! {
            ::fsm_runtime::Transition {
                source: #from,
                trigger: #trigger,
                guard: #guard,
                target: #target,
                kind: ::fsm_runtime::TransitionKind::#kind,
                limit: #limit,
                actions: &[#(#actions),*],
            }
        }
    }

    /// The transition table as documentation.
    pub(super) fn table_docs(&self) -> TokenStream {
        let text = self.markdown_table();
        let lines = text.lines().map(|line| if line.is_empty() { String::new() } else { format!(" {line}") });
        quote!(#(#[doc = #lines])*)
    }

    /// The transition table as Markdown.
    fn markdown_table(&self) -> String {
        let mut text = String::from("\n# Transitions\n\n| from | on | guard | to | actions |\n|---|---|---|---|---|\n");
        for reaction in &self.machine.reactions {
            let from = cell(&self.machine.qualified_name(reaction.source));
            let trigger = cell(&self.source(reaction.trigger_span));
            if reaction.branches.is_empty() {
                let _ = writeln!(text, "| {from} | {trigger} | | | |");
            }
            for branch in &reaction.branches {
                let guard = self.guard_text(branch).map_or_else(String::new, |guard| cell(&guard));
                let target = branch.tail.target.as_ref();
                let target = target.map_or_else(String::new, |target| cell(&self.source(target.span)));
                let counts = branch.tail.counts.map(|limit| format!("counts {}", self.machine.limits[limit].name.text));
                let actions = branch.tail.actions.iter().map(|action| self.source(action.span));
                let actions = counts.into_iter().chain(actions).map(|action| cell(&action)).collect_vec();
                let _ = writeln!(text, "| {from} | {trigger} | {guard} | {target} | {} |", actions.join(", "));
            }
        }
        text
    }
}

/// How many rows a reaction has.
fn row_count(reaction: &Reaction) -> usize {
    match &reaction.trigger {
        Trigger::Events(uses) => uses.len() * reaction.branches.len(),
        Trigger::Ignore(uses) => uses.len(),
        Trigger::Defer(deferrals) => deferrals.len(),
        Trigger::Any
        | Trigger::Done(_)
        | Trigger::Always
        | Trigger::Error
        | Trigger::After(_)
        | Trigger::Every(_)
        | Trigger::TaskDone(_)
        | Trigger::TaskFailed(_) => reaction.branches.len(),
    }
}

/// Code in a cell of a Markdown table.
fn cell(code: &str) -> String {
    format!("`{}`", code.replace('|', "\\|").replace('`', "'"))
}
