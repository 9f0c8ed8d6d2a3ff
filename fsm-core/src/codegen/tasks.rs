//! Tasks: started when a macrostep that entered their state is done, cancelled when the state is left. The end of a run
//! that was cancelled is stale, and does nothing.

use proc_macro2::{Ident, TokenStream};

use super::effects::Failing;
use super::expressions::Scope;
use super::names::plain;
use super::occurrences::Occurrence;
use super::{Generator, lints};
use crate::lists::CollectVec;
use crate::model::{Id, Name, Run, State, Task};

impl Generator<'_> {
    /// All runs, by their states in document order.
    pub(super) fn runs(&self) -> Vec<(Id<State>, usize, &Run)> {
        let mut runs = Vec::new();
        for (id, state) in self.machine.states.enumerate() {
            for (index, run) in state.runs.iter().enumerate() {
                runs.push((id, index, run));
            }
        }
        runs
    }

    /// Whether any state runs a task.
    pub(super) fn runs_tasks(&self) -> bool {
        !self.runs().is_empty()
    }

    /// The tasks that some state runs.
    pub(super) fn run_tasks(&self) -> Vec<(Id<Task>, &Task)> {
        let is_run = |id: Id<Task>| self.runs().iter().any(|(_, _, run)| run.task == id);
        self.machine.tasks.enumerate().filter(|&(id, _)| is_run(id)).collect_vec()
    }

    /// Whether starting a run can fail, or the run itself.
    pub(super) fn run_can_fail(&self, run: &Run) -> bool {
        let task = &self.machine.tasks[run.task];
        let mut arguments = task.parameters.iter().zip(&run.arguments);
        task.fails.is_some() || arguments.any(|(parameter, value)| self.value_can_fail(value, parameter.ty, None))
    }

    fn can_fail_to_start(&self) -> bool {
        self.runs().iter().any(|(_, _, run)| {
            let parameters = &self.machine.tasks[run.task].parameters;
            self.values_can_fail(parameters, &run.arguments)
        })
    }

    /// The fields of the machine that keep the runs, each with its value at the start.
    pub(super) fn task_fields(&self) -> Vec<(Ident, TokenStream, TokenStream)> {
        if !self.runs_tasks() {
            return Vec::new();
        }
        let mut fields = vec![(plain("next_run"), quote!(u64), quote!(0))];
        for (id, state) in self.machine.states.enumerate().filter(|(_, state)| !state.runs.is_empty()) {
            fields.push((self.names.starts(id).clone(), quote!(bool), quote!(false)));
            for index in 0..state.runs.len() {
                let run = self.names.run(id, index).clone();
                fields.push((run, quote!(::core::option::Option<::fsm_runtime::RunId>), quote!(None)));
            }
        }
        fields
    }

    /// The methods of the host that start and cancel tasks, each with its docs: what is declared, and what is passed on.
    pub(super) fn task_methods(&self) -> Vec<TaskMethods<'_>> {
        let methods = self.run_tasks().into_iter().map(|(_, task)| {
            let (start, cancel) = (self.host_start(&task.name), self.host_cancel(&task.name));
            let parameters = self.parameters(&task.parameters);
            let arguments = task.parameters.iter().map(|parameter| plain(&parameter.name.text));
            TaskMethods {
                task,
                start: quote!(fn #start(&mut self, run: ::fsm_runtime::RunId #(, #parameters)*)),
                cancel: quote!(fn #cancel(&mut self, run: ::fsm_runtime::RunId)),
                start_call: quote!(#start(run #(, #arguments)*)),
                cancel_call: quote!(#cancel(run)),
            }
        });
        methods.collect_vec()
    }

    pub(super) fn host_start(&self, name: &Name) -> Ident {
        super::names::ident_at(&format!("start_{}", super::names::snake(&name.text)), self.places.span(name.span))
    }

    pub(super) fn host_cancel(&self, name: &Name) -> Ident {
        super::names::ident_at(&format!("cancel_{}", super::names::snake(&name.text)), self.places.span(name.span))
    }

    /// Cancels what a state that is left has started.
    pub(super) fn cancel_runs(&self, state: Id<State>) -> TokenStream {
        let runs = &self.machine.states[state].runs;
        let cancels = runs.iter().enumerate().map(|(index, run)| {
            let (field, cancel) = (self.names.run(state, index), self.host_cancel(&self.machine.tasks[run.task].name));
            quote! {
                if let Some(run) = self.#field.take() {
                    self.host.#cancel(run);
                }
            }
        });
        let starts = (!runs.is_empty()).then(|| {
            let starts = self.names.starts(state);
            quote!(self.#starts = false;)
        });
        quote!(#starts #(#cancels)*)
    }

    /// The methods that start tasks and take their ends.
    pub(super) fn running(&self) -> TokenStream {
        if !self.runs_tasks() {
            return TokenStream::new();
        }
        let states = self.machine.states.enumerate().filter(|(_, state)| !state.runs.is_empty());
        let starts = states.map(|(id, state)| {
            let starts = self.names.starts(id);
            let runs = state.runs.iter().enumerate().map(|(index, run)| self.start_run(id, index, run));
            quote! {
                if ::core::mem::take(&mut self.#starts) {
                    #(#runs)*
                }
            }
        });
        let finishing = self.run_tasks().into_iter().map(|(id, task)| self.finishing(id, task));
        quote! {
            /// Starts the tasks of states that were entered and are still active.
            fn start_tasks(&mut self) { #(#starts)* }

            #(#finishing)*
        }
    }

    fn start_run(&self, state: Id<State>, index: usize, run: &Run) -> TokenStream {
        let field = self.names.run(state, index);
        self.starting_run(run, &plain("run"), &|start| {
            quote! {
                let run = ::fsm_runtime::RunId(self.next_run);
                self.next_run += 1;
                self.#field = Some(run);
                #start
            }
        })
    }

    /// Code that starts a run under a number: the call of the host, within what `make` puts around it, if all arguments fit.
    pub(super) fn starting_run(
        &self,
        run: &Run,
        number: &Ident,
        make: &dyn Fn(TokenStream) -> TokenStream,
    ) -> TokenStream {
        let task = &self.machine.tasks[run.task];
        let start = self.host_start(&task.name);
        // What cannot be started is named by the task.
        let failing = Failing { span: task.name.span, cuts: false, silent: false };
        self.statement(&run.arguments, failing, &Scope::default(), None, &|inner| {
            let passed = task.parameters.iter().zip(&run.arguments).enumerate();
            let passed = passed.map(|(index, (field, value))| {
                (self.fresh(&format!("argument{index}")), self.passed(value, field.ty, inner))
            });
            let started = |values: Vec<TokenStream>| make(quote!(self.host.#start(#number #(, #values)*);));
            self.with_values(passed.collect_vec(), failing, &started)
        })
    }

    /// The method that takes the end of a task.
    fn finishing(&self, id: Id<Task>, task: &Task) -> TokenStream {
        let (error, internal) = (self.type_name("Error"), self.type_name("Internal"));
        let method = self.names.finish(id);
        let result = task.result.map(|ty| self.owned_type(ty));
        let parameter = match (&result, task.fails) {
            (None, None) => None,
            (Some(result), None) => Some(quote!(value: #result)),
            (result, Some(_)) => {
                let result = result.clone().unwrap_or_else(|| quote!(()));
                Some(quote!(result: ::core::result::Result<#result, ::fsm_runtime::Text>))
            }
        };
        let payload = result.as_ref().map(|_| quote!({ value }));
        let found = self.runs().into_iter().filter(|(_, _, run)| run.task == id).map(|(state, index, _)| {
            let field = self.names.run(state, index);
            let done = self.variant(Occurrence::TaskDone(state, index));
            let done = quote!(#internal::#done #payload);
            let event = if task.fails.is_some() {
                let failed = self.variant(Occurrence::TaskFailed(state, index));
                let value = if result.is_some() { quote!(value) } else { quote!(()) };
                quote! {
                    match result {
                        Ok(#value) => #done,
                        Err(error) => #internal::#failed { error },
                    }
                }
            } else {
                done
            };
            quote! {
                if self.#field == Some(run) {
                    self.#field = None;
                    return self.answer(#event);
                }
            }
        });
        let docs = format!(" Tells of the end of `{}`: of the run with this number.", task.name.text);
        let unused = lints::allow(&["clippy::needless_pass_by_value"]);
        quote! {
            #[doc = #docs]
            ///
            /// The end of a run whose state has been left is ignored.
            ///
            /// # Errors
            ///
            /// What went wrong in the step that follows.
            #unused
            pub fn #method(
                &mut self,
                run: ::fsm_runtime::RunId,
                #parameter
            ) -> ::core::result::Result<::fsm_runtime::Outcome, #error> {
                #(#found)*
                Ok(::fsm_runtime::Outcome::Ignored)
            }
        }
    }

    /// What the end of a macrostep does about tasks, and whether something may follow from it.
    pub(super) fn starting_tasks(&self) -> Option<(TokenStream, bool)> {
        self.runs_tasks().then(|| (quote!(self.start_tasks();), self.can_fail_to_start() && self.reacts_to_errors()))
    }
}

/// The methods of the host for one task.
pub(super) struct TaskMethods<'m> {
    pub(super) task: &'m Task,
    pub(super) start: TokenStream,
    pub(super) cancel: TokenStream,
    /// The calls with the same arguments, without a receiver.
    pub(super) start_call: TokenStream,
    pub(super) cancel_call: TokenStream,
}
