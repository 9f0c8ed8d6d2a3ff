//! The trait that the user implements: one method for each host function of the definition.

use proc_macro2::{Ident, TokenStream};

use super::code::{Code, Level};
use super::generics::Generics;
use super::names::{ident, plain, snake};
use super::tasks::TaskMethods;
use super::{Generator, docs, lints};
use crate::lists::CollectVec;
use crate::model::{BaseType, Field, Guard, HostAction, Name, Type};

impl Generator<'_> {
    pub(super) fn host_trait(&self) -> TokenStream {
        let (name, state, seen_by) = (self.type_name("Host"), self.type_name("State"), self.visibility());
        let machine = &self.machine.name.text;
        let guards = self.machine.guards.iter().filter(|guard| guard.body.is_none()).collect_vec();
        let actions = self.machine.actions.iter().collect_vec();
        let emits = !self.machine.outputs.is_empty();
        let guard_signatures = guards.iter().map(|guard| self.guard_signature(guard)).collect_vec();
        let action_signatures = actions.iter().map(|action| self.action_signature(action)).collect_vec();
        let output = self.type_of("Output");
        let Generics { declared, named, .. } = self.generics_of("Host");
        let (of_reference, of_observed) = (
            self.host_generics(&quote!(H: #name #named + ?Sized)),
            self.host_generics(&quote!(H: #name #named, O: ::fsm_runtime::Observer<#state>)),
        );
        let emit = emits.then(|| {
            quote! {
                /// Takes what the machine tells the outside.
                fn emit(&mut self, output: #output);
            }
        });
        let guard_docs = guards.iter().map(|guard| {
            docs(
                &guard.notes.docs,
                &format!("The guard `{}`: asked as often as needed, without effects.", guard.name.text),
            )
        });
        let action_docs = actions.iter().map(|action| action_docs(action));
        let behind_reference = self.forwards(&Code::prefix(&quote!(**), &Code::atom(quote!(self))));
        let beside_observer = self.forwards(&Code::atom(quote!(self.host)));
        let tasks = self.task_methods();
        let nothing = guards.is_empty() && actions.is_empty() && tasks.is_empty() && !emits;
        let task_signatures = tasks.iter().map(task_signature).collect_vec();
        let unit = nothing.then(|| {
            quote! {
                impl #name for () {}
            }
        });
        let docs_of = if nothing {
            format!(" What `{machine}` needs from the program around it: nothing, so `()` will do.")
        } else {
            format!(" What `{machine}` needs from the program around it.")
        };
        let parameters = || {
            let of_guards = guards.iter().map(|guard| &guard.parameters);
            let of_actions = actions.iter().map(|action| &action.parameters);
            of_guards.chain(of_actions).chain(tasks.iter().map(|methods| &methods.task.parameters))
        };
        let names = parameters().flatten().map(|parameter| parameter.name.text.as_str());
        let mut lints: Vec<&str> = lints::of_fields(names).into_iter().collect_vec();
        let is_long = |fields: &Vec<Field>| fields.len() > 3;
        if parameters().any(is_long) {
            lints.extend([
                "clippy::fn_params_excessive_bools",
                "clippy::many_single_char_names",
                "clippy::too_many_arguments",
            ]);
        }
        let allowed_in_impl = lints::allow(&lints);
        let takes_references =
            parameters().flatten().any(|parameter| matches!(parameter.ty, Type::Plain(BaseType::Extern(_))));
        let by_reference = ["clippy::ptr_arg", "clippy::trivially_copy_pass_by_ref"];
        lints.extend(takes_references.then_some(by_reference).into_iter().flatten());
        let written = guards.iter().map(|guard| &guard.notes.docs);
        let written = written.chain(actions.iter().map(|action| &action.notes.docs));
        lints.extend(lints::of_docs(written.chain(tasks.iter().map(|methods| &methods.task.notes.docs))));
        let allowed = lints::allow(&lints);
        quote! {
            #[doc = #docs_of]
            #allowed
            #seen_by trait #name #declared {
                #(#guard_docs #guard_signatures;)*
                #(#action_docs #action_signatures;)*
                #(#task_signatures)*
                #emit

                /// Is told what happens in the machine, when it happens. By default nothing comes of it.
                fn observe(&mut self, happening: ::fsm_runtime::Happening<'_, #state>) {
                    let _ = happening;
                }
            }

            #allowed_in_impl
            #[automatically_derived]
            impl #of_reference #name #named for &mut H {
                #behind_reference

                fn observe(&mut self, happening: ::fsm_runtime::Happening<'_, #state>) {
                    (**self).observe(happening);
                }
            }

            #allowed_in_impl
            #[automatically_derived]
            impl #of_observed #name #named for ::fsm_runtime::Observed<H, O> {
                #beside_observer

                fn observe(&mut self, happening: ::fsm_runtime::Happening<'_, #state>) {
                    self.host.observe(happening);
                    ::fsm_runtime::Observer::observe(&mut self.observer, happening);
                }
            }
            #unit
        }
    }

    /// All methods of the trait, passed on to another host.
    fn forwards(&self, to: &Code) -> TokenStream {
        let call = |own: &Name, fields: &[Field], is_changed: bool| {
            let names = fields.iter().map(|field| plain(&field.name.text));
            self.host_call(own, to, is_changed, &names.map(|name| quote!(#name)).collect_vec())
        };
        let mut code = TokenStream::new();
        for guard in self.machine.guards.iter().filter(|guard| guard.body.is_none()) {
            let (signature, call) = (self.guard_signature(guard), call(&guard.name, &guard.parameters, false));
            code.extend(quote!(#signature { #call }));
        }
        for action in &self.machine.actions {
            let (signature, call) = (self.action_signature(action), call(&action.name, &action.parameters, true));
            let end = (action.result.is_none() && action.fails.is_none()).then(|| quote!(;));
            code.extend(quote!(#signature { #call #end }));
        }
        let host = to.at(Level::Atom);
        for TaskMethods { start, cancel, start_call, cancel_call, .. } in self.task_methods() {
            code.extend(quote!(#start { #host.#start_call; } #cancel { #host.#cancel_call; }));
        }
        if !self.machine.outputs.is_empty() {
            let output = self.type_of("Output");
            code.extend(quote!(fn emit(&mut self, output: #output) { #host.emit(output); }));
        }
        code
    }

    fn guard_signature(&self, guard: &Guard) -> TokenStream {
        let (name, parameters) = (self.host_method(&guard.name), self.parameters(&guard.parameters));
        quote!(fn #name(&self #(, #parameters)*) -> bool)
    }

    fn action_signature(&self, action: &HostAction) -> TokenStream {
        let (name, parameters) = (self.host_method(&action.name), self.parameters(&action.parameters));
        let result = action.result.map(|ty| self.owned_type(ty));
        let answer = match (result, action.fails) {
            (None, None) => TokenStream::new(),
            (Some(result), None) => quote!(-> #result),
            (result, Some(_)) => {
                let result = result.unwrap_or_else(|| quote!(()));
                quote!(-> ::core::result::Result<#result, ::fsm_runtime::Text>)
            }
        };
        quote!(fn #name(&mut self #(, #parameters)*) #answer)
    }

    /// A call of a host function.
    pub(super) fn host_call(
        &self,
        name: &Name,
        host: &Code,
        is_changed: bool,
        arguments: &[TokenStream],
    ) -> TokenStream {
        let (of, method) = (self.type_name("Host"), self.host_method(name));
        if matches!(snake(&name.text).as_str(), "into" | "try_into") {
            // Every type has methods of these names, which would be found first.
            let (host, mutable) = (host.at(Level::Prefix), is_changed.then(|| quote!(mut)));
            return quote!(#of::#method(&#mutable #host #(, #arguments)*));
        }
        let host = host.at(Level::Atom);
        quote!(#host.#method(#(#arguments),*))
    }

    /// A host function at the place of its declaration: what is wrong with its types is reported there.
    pub(super) fn host_method(&self, name: &Name) -> Ident {
        super::names::ident_at(&snake(&name.text), self.places.span(name.span))
    }

    pub(super) fn parameters(&self, fields: &[Field]) -> Vec<TokenStream> {
        let declare = |field: &Field| {
            let (name, ty) = (ident(&field.name, self.places), self.borrowed_type(field.ty));
            // What rustc says of the type of a parameter, it says where the parameter is declared.
            let (Type::Plain(base) | Type::Optional(base)) = field.ty;
            let ty = if matches!(base, BaseType::Extern(_)) { ty } else { placed(ty, name.span()) };
            quote!(#name: #ty)
        };
        fields.iter().map(declare).collect_vec()
    }
}

/// The same tokens, at another place.
fn placed(tokens: TokenStream, place: proc_macro2::Span) -> TokenStream {
    let at = |mut tree: proc_macro2::TokenTree| {
        tree.set_span(place);
        tree
    };
    tokens.into_iter().map(at).collect()
}

/// The methods of the host for a task, with their docs.
fn task_signature(methods: &TaskMethods<'_>) -> TokenStream {
    let (task, start, cancel) = (methods.task, &methods.start, &methods.cancel);
    let name = &task.name.text;
    let docs = docs(&task.notes.docs, &format!("Starts the task `{name}`."));
    let end = format!(
        " Its end is told to the machine by `finish_{}`, with the number of the run, and never from in here.",
        snake(name)
    );
    let cancelled = format!(" Cancels a run of `{name}`: its state was left, and its end is of no interest.");
    quote! {
        #docs
        ///
        #[doc = #end]
        #start;
        #[doc = #cancelled]
        #cancel;
    }
}

fn action_docs(action: &HostAction) -> TokenStream {
    let docs = docs(&action.notes.docs, &format!("The action `{}`.", action.name.text));
    let errors = action.fails.map(|_| {
        quote! {
            ///
            /// # Errors
            ///
            /// Why it failed: what `on error` reads as `event.message`.
        }
    });
    quote!(#docs #errors)
}
