//! The types that a machine speaks in.

use proc_macro2::TokenStream;

use super::attributes::{Attributes, visibility};
use super::generics::Generics;
use super::names::{ident, words};
use super::template::IntoTokens;
use super::{Generator, Places, docs, lints, snapshot};
use crate::lists::CollectVec;
use crate::model::{
    BaseType, Enum, Event, Field, Id, Interval, Machine, Name, Notes, Program, State, StateKind, Type, Variable,
    VariableScope,
};

/// What values without payloads can do.
const VALUE: &[&str] = &["Debug", "Clone", "Copy", "PartialEq", "Eq", "PartialOrd", "Ord", "Hash"];

/// The enums of the language, of the file and of its machines.
pub(super) fn enums(program: &Program, places: &dyn Places) -> TokenStream {
    let declare = |declared: &Enum| {
        let name = enum_name(declared, places);
        let docs_of = docs(&declared.notes.docs, &format!("The enum `{}`.", declared.name.text));
        let variants = declared.variants.iter().map(|variant| {
            let name = ident(&variant.name, places);
            let docs = docs(&variant.notes.docs, &format!("`{}`", variant.name.text));
            let attributes = Attributes::new(&variant.notes.rust, places).tokens();
            quote!(#docs #attributes #name)
        });
        let owner = program.machines.iter().find(|machine| declared.machine.as_ref() == Some(&machine.name.text));
        let seen_by = visibility(declared.visibility.or(owner.and_then(|owner| owner.visibility)), places);
        let own = Attributes::new(&declared.notes.rust, places);
        let attributes = own.with_derives(VALUE);
        let named = declared.variants.iter().map(|variant| variant.name.text.as_str());
        let mut lints = lints::of_variants(&name.to_string(), named);
        let documented = declared.variants.iter().map(|variant| &variant.notes.docs).chain([&declared.notes.docs]);
        lints.extend(lints::of_docs(documented));
        let allowed = lints::allow(&lints);
        let item = quote! {
            #docs_of
            #allowed
            #attributes
            #seen_by enum #name { #(#variants,)* }
        };
        // One that no machine owns may be in the snapshots of any.
        let is_saved = match owner {
            Some(owner) => owner.snapshot,
            None => program.machines.iter().any(|machine| machine.snapshot),
        };
        if is_saved { snapshot::savable(&own, item) } else { item }
    };
    program.own_enums().map(declare).into_tokens()
}

/// The Rust name of an enum: one that a machine declares begins with the machine's name.
pub(super) fn enum_name(declared: &Enum, places: &dyn Places) -> proc_macro2::Ident {
    let prefix = declared.machine.as_deref().unwrap_or("");
    super::names::ident_at(&format!("{prefix}{}", declared.name.text), places.span(declared.name.span))
}

/// What a type can do.
#[derive(Clone, Copy)]
pub(super) struct Abilities {
    pub(super) copy: bool,
    pub(super) eq: bool,
    /// Whether nothing is asked of a type that the language knows only by name.
    pub(super) known: bool,
}

pub(super) fn abilities(ty: Type) -> Abilities {
    let (Type::Plain(base) | Type::Optional(base)) = ty;
    match base {
        BaseType::Bool | BaseType::Int(_) | BaseType::Duration | BaseType::Enum(_) => {
            Abilities { copy: true, eq: true, known: true }
        }
        BaseType::Float => Abilities { copy: true, eq: false, known: true },
        BaseType::Str => Abilities { copy: false, eq: true, known: true },
        BaseType::Extern(_) => Abilities { copy: false, eq: false, known: false },
    }
}

impl Generator<'_> {
    pub(super) fn state_type(&self) -> TokenStream {
        let (name, machine) = (self.type_name("State"), &self.machine.name.text);
        let all = self.machine.states.enumerate().skip(1).collect_vec();
        let variants = all.iter().map(|&(id, state)| {
            let what = match state.kind {
                StateKind::Final => "The final state",
                StateKind::Composite { .. } | StateKind::Parallel => "The composite state",
                StateKind::Atomic => "The state",
            };
            let docs = docs(&state.notes.docs, &format!("{what} `{}`.", self.machine.qualified_name(id)));
            let variant = self.names.state(id);
            let attributes = Attributes::new(&state.notes.rust, self.places).tokens();
            quote!(#docs #attributes #variant)
        });
        let idents = all.iter().map(|&(id, _)| self.names.state(id)).collect_vec();
        let texts = all.iter().map(|&(id, _)| self.machine.qualified_name(id));
        let labels = all.iter().map(|(_, state)| state.notes.label.as_ref().unwrap_or(&state.name.text));
        let named: Vec<String> = idents.iter().map(ToString::to_string).collect_vec();
        let mut lints = lints::of_variants(&name.to_string(), named.iter().map(String::as_str));
        lints.extend(lints::of_docs(all.iter().map(|(_, state)| &state.notes.docs)));
        let allowed = lints::allow(&lints);
        let hierarchy = self.hierarchy();
        let docs_of = format!(" The states of [`{}`].", self.type_name(""));
        let (seen_by, attributes) = (self.visibility(), self.attributes().with_derives(VALUE));
        let doc_all = format!(" All states of `{machine}`, in the order of the definition.");
        let declared = self.wishes.states.is_none().then(|| {
            let item = quote! {
                #[doc = #docs_of]
                #allowed
                #attributes
                #seen_by enum #name { #(#variants,)* }
            };
            self.savable(&self.attributes(), item)
        });
        quote! {
            #declared

            impl #name {
                #[doc = #doc_all]
                pub const ALL: &'static [Self] = &[#(Self::#idents),*];

                /// The name of the state in the definition.
                #[must_use]
                pub const fn name(self) -> &'static str {
                    match self { #(Self::#idents => #texts,)* }
                }

                /// The label of the state, as diagrams show it.
                #[must_use]
                #[allow(clippy::match_same_arms)]
                pub const fn label(self) -> &'static str {
                    match self { #(Self::#idents => #labels,)* }
                }

                #hierarchy
            }

            #[automatically_derived]
            impl ::core::fmt::Display for #name {
                fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                    f.write_str(self.label())
                }
            }
        }
    }

    /// Who contains whom.
    fn hierarchy(&self) -> TokenStream {
        let composites =
            self.machine.states.enumerate().skip(1).filter(|(_, state)| !state.children.is_empty()).collect_vec();
        if composites.is_empty() {
            return quote! {
                /// The composite state around the state: none, for no state of this machine has states inside it.
                #[must_use]
                #[allow(clippy::unused_self)]
                pub const fn parent(self) -> ::core::option::Option<Self> {
                    None
                }

                /// Whether the state is `outer` or lies inside it.
                #[must_use]
                pub fn is_within(self, outer: Self) -> bool {
                    self == outer
                }
            };
        }
        let parents = composites.iter().map(|&(id, state)| {
            let (parent, children) =
                (self.names.state(id), state.children.iter().map(|&child| self.names.state(child)));
            quote!(#(Self::#children)|* => Some(Self::#parent),)
        });
        let outers = composites.iter().map(|&(id, _)| {
            let inside = |&inner: &Id<State>| self.machine.lineage(inner).any(|outer| outer == id);
            let inside = self.machine.states.ids().skip(1).filter(inside).map(|inner| self.names.state(inner));
            let outer = self.names.state(id);
            quote!(Self::#outer => matches!(self, #(Self::#inside)|*),)
        });
        quote! {
            /// The composite state around the state.
            #[must_use]
            pub const fn parent(self) -> ::core::option::Option<Self> {
                match self {
                    #(#parents)*
                    _ => None,
                }
            }

            /// Whether the state is `outer` or lies inside it.
            #[must_use]
            pub fn is_within(self, outer: Self) -> bool {
                match outer {
                    #(#outers)*
                    _ => self == outer,
                }
            }
        }
    }

    pub(super) fn event_type(&self) -> TokenStream {
        let machine = &self.machine.name.text;
        let (name, kind) = (self.type_name("Event"), self.type_name("EventKind"));
        let external: Vec<&Event> = self.machine.events.iter().filter(|event| !event.internal).collect_vec();
        let all: Vec<&Event> = self.machine.events.iter().collect_vec();
        let generics = self.generics_of("Event");
        let events = self.payload_type(
            &name,
            &generics,
            &format!("The events that `{machine}` takes."),
            &external.iter().map(|event| (&event.name, &event.notes, &event.fields)).collect_vec(),
            "event",
        );
        let idents = all.iter().map(|event| ident(&event.name, self.places)).collect_vec();
        let kind_docs = all.iter().map(|event| docs(&event.notes.docs, &format!("The event `{}`.", event.name.text)));
        let texts = all.iter().map(|event| event.name.text.clone());
        let labels = all.iter().map(|event| event.notes.label.clone().unwrap_or_else(|| words(&event.name.text)));
        let of_external = external.iter().map(|event| {
            let variant = ident(&event.name, self.places);
            let rest = (!event.fields.is_empty()).then(|| quote!({ .. }));
            quote!(Self::#variant #rest => #kind::#variant,)
        });
        let mut lints = lints::of_variants(&kind.to_string(), all.iter().map(|event| event.name.text.as_str()));
        lints.extend(lints::of_docs(all.iter().map(|event| &event.notes.docs)));
        let allowed = lints::allow(&lints);
        let (seen_by, attributes) = (self.visibility(), self.attributes().with_derives(VALUE));
        let docs_of = format!(" The kinds of events of `{machine}`: [`{name}`] without payloads.");
        let match_kind =
            if external.is_empty() { quote!(match *self {}) } else { quote!(match self { #(#of_external)* }) };
        let (match_name, match_label) = if all.is_empty() {
            (quote!(match self {}), quote!(match self {}))
        } else {
            (quote!(match self { #(Self::#idents => #texts,)* }), quote!(match self { #(Self::#idents => #labels,)* }))
        };
        let Generics { implied, elided, .. } = generics;
        quote! {
            #events

            impl #implied #name #elided {
                /// The kind of the event.
                #[must_use]
                #[allow(clippy::trivially_copy_pass_by_ref)]
                pub const fn kind(&self) -> #kind {
                    #match_kind
                }
            }

            #[doc = #docs_of]
            #allowed
            #attributes
            #seen_by enum #kind { #(#kind_docs #idents,)* }

            impl #kind {
                /// The name of the event in the definition.
                #[must_use]
                pub const fn name(self) -> &'static str {
                    #match_name
                }

                /// The event in words, for messages to people.
                #[must_use]
                #[allow(clippy::match_same_arms)]
                pub const fn label(self) -> &'static str {
                    #match_label
                }
            }

            #[automatically_derived]
            impl ::core::fmt::Display for #kind {
                fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                    f.write_str(self.label())
                }
            }
        }
    }

    pub(super) fn output_type(&self) -> TokenStream {
        if self.machine.outputs.is_empty() {
            return TokenStream::new();
        }
        let docs_of = format!("What `{}` tells the outside.", self.machine.name.text);
        let outputs = &self.machine.outputs;
        let payloads = outputs.iter().map(|output| (&output.name, &output.notes, &output.fields));
        let (name, generics) = (self.type_name("Output"), self.generics_of("Output"));
        self.payload_type(&name, &generics, &docs_of, &payloads.collect_vec(), "output")
    }

    /// An enum whose variants carry fields.
    fn payload_type(
        &self,
        name: &proc_macro2::Ident,
        Generics { declared: parameters, implied, elided, .. }: &Generics,
        docs_of: &str,
        variants: &[(&Name, &Notes, &Vec<Field>)],
        what: &str,
    ) -> TokenStream {
        let types: Vec<Type> =
            variants.iter().flat_map(|(_, _, fields)| fields.iter().map(|field| field.ty)).collect_vec();
        let (derives, by_hand) = self.derives(&types);
        let seen_by = self.visibility();
        let declared = variants.iter().map(|(variant, notes, fields)| {
            let docs = docs(&notes.docs, &format!("The {what} `{}`.", variant.text));
            let attributes = Attributes::new(&notes.rust, self.places).tokens();
            let variant = ident(variant, self.places);
            let fields = self.fields(fields);
            quote!(#docs #attributes #variant #fields)
        });
        let debug = by_hand.then(|| {
            let arms = variants.iter().map(|(variant, _, fields)| {
                let text = &variant.text;
                let variant = ident(variant, self.places);
                let known = fields.iter().filter(|field| abilities(field.ty).known).collect_vec();
                let idents = known.iter().map(|field| ident(&field.name, self.places)).collect_vec();
                let texts = known.iter().map(|field| &field.name.text);
                if fields.is_empty() {
                    quote!(Self::#variant => f.write_str(#text),)
                } else {
                    quote! {
                        Self::#variant { #(#idents,)* .. } => {
                            f.debug_struct(#text) #(.field(#texts, #idents))* .finish_non_exhaustive()
                        }
                    }
                }
            });
            quote! {
                #[automatically_derived]
                impl #implied ::core::fmt::Debug for #name #elided {
                    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                        match self { #(#arms)* }
                    }
                }
            }
        });
        let docs_of = format!(" {docs_of}");
        let mut lints = lints::of_variants(&name.to_string(), variants.iter().map(|(name, ..)| name.text.as_str()));
        let fields = || variants.iter().flat_map(|(_, _, fields)| fields.iter());
        lints.extend(lints::of_fields(fields().map(|field| field.name.text.as_str())));
        let documented =
            variants.iter().map(|(_, notes, _)| &notes.docs).chain(fields().map(|field| &field.notes.docs));
        lints.extend(lints::of_docs(documented));
        lints.extend(variants.iter().any(|(_, _, fields)| fields.len() > 3).then_some("clippy::large_enum_variant"));
        let allowed = lints::allow(&lints);
        quote! {
            #[doc = #docs_of]
            #allowed
            #derives
            #seen_by enum #name #parameters { #(#declared,)* }
            #debug
        }
    }

    fn fields(&self, fields: &[Field]) -> TokenStream {
        if fields.is_empty() {
            return TokenStream::new();
        }
        let fields = fields.iter().map(|field| {
            let docs = docs(&field.notes.docs, &format!("The field `{}`.", field.name.text));
            let (name, ty) = (ident(&field.name, self.places), self.owned_type(field.ty));
            let attributes = Attributes::new(&field.notes.rust, self.places).tokens();
            quote!(#docs #attributes #name: #ty)
        });
        quote!({ #(#fields,)* })
    }

    pub(super) fn params(&self) -> Vec<Id<Variable>> {
        let is_param = |&id: &Id<Variable>| self.machine.variables[id].scope == VariableScope::Param;
        self.machine.variables.ids().filter(is_param).collect_vec()
    }

    pub(super) fn params_type(&self) -> TokenStream {
        let docs = format!("What is fixed when a `{}` is made.", self.machine.name.text);
        self.struct_type(&self.type_name("Params"), &self.generics_of("Params"), &docs, &self.params())
    }

    /// The context of the machine, and those of its states.
    pub(super) fn context_types(&self) -> TokenStream {
        let contexts = self.machine.states.enumerate().map(|(id, state)| {
            let docs = if id == Machine::root() {
                format!("The extended state of `{}`.", self.machine.name.text)
            } else {
                format!("What exists only while `{}` is active.", self.machine.qualified_name(id))
            };
            self.struct_type(&self.context_name(id), &self.generics_of_context(id), &docs, &state.context)
        });
        contexts.into_tokens()
    }

    pub(super) fn context_name(&self, state: Id<State>) -> proc_macro2::Ident {
        if state == Machine::root() {
            self.type_name("Context")
        } else {
            self.type_name(&format!("{}Context", self.names.state(state).to_string().trim_start_matches("r#")))
        }
    }

    fn struct_type(
        &self,
        name: &proc_macro2::Ident,
        Generics { declared, implied, elided, .. }: &Generics,
        docs_of: &str,
        variables: &[Id<Variable>],
    ) -> TokenStream {
        if variables.is_empty() {
            return TokenStream::new();
        }
        let variables: Vec<&Variable> = variables.iter().map(|&id| &self.machine.variables[id]).collect_vec();
        let types: Vec<Type> = variables.iter().map(|variable| variable.ty).collect_vec();
        let (mut derives, by_hand) = self.derives(&types);
        if self.machine.snapshot && types.iter().any(|&ty| !abilities(ty).known) {
            derives = self.attributes().with_derives(&["Clone"]);
        }
        let seen_by = self.visibility();
        let fields = self.variable_fields(&variables);
        let text = name.to_string();
        let debug = by_hand.then(|| {
            let known = variables.iter().filter(|variable| abilities(variable.ty).known).collect_vec();
            let texts = known.iter().map(|variable| &variable.name.text);
            let idents = known.iter().map(|variable| ident(&variable.name, self.places));
            quote! {
                #[automatically_derived]
                impl #implied ::core::fmt::Debug for #name #elided {
                    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                        f.debug_struct(#text) #(.field(#texts, &self.#idents))* .finish_non_exhaustive()
                    }
                }
            }
        });
        let docs_of = format!(" {docs_of}");
        let mut lints: Vec<&str> =
            lints::of_docs(variables.iter().map(|variable| &variable.notes.docs)).into_iter().collect_vec();
        lints.extend(lints::of_fields(variables.iter().map(|variable| variable.name.text.as_str())));
        let bools = types.iter().filter(|&&ty| ty == Type::Plain(BaseType::Bool)).count();
        lints.extend((bools > 3).then_some("clippy::struct_excessive_bools"));
        let allowed = lints::allow(&lints);
        let item = quote! {
            #[doc = #docs_of]
            #allowed
            #derives
            #seen_by struct #name #declared { #(#fields,)* }
        };
        let item = self.savable(&self.attributes(), item);
        quote!(#item #debug)
    }

    /// The fields of a params or context struct.
    fn variable_fields(&self, variables: &[&Variable]) -> Vec<TokenStream> {
        let own = |variable: &Variable| Attributes::new(&variable.notes.rust, self.places);
        let saved = |variable: &Variable| self.saved_as(&self.attributes(), &own(variable), variable.ty);
        let any_saved = variables.iter().any(|variable| saved(variable).is_some());
        let field = |variable: &&Variable| {
            let docs = docs(&variable.notes.docs, &variable_docs(variable));
            let (name, ty) = (ident(&variable.name, self.places), self.owned_type(variable.ty));
            let (saved, own) = (saved(variable), own(variable));
            let attributes = if any_saved { own.as_written() } else { own.tokens() };
            quote!(#docs #saved #attributes pub #name: #ty)
        };
        variables.iter().map(field).collect_vec()
    }

    /// Who sees the items of the machine.
    pub(super) fn visibility(&self) -> TokenStream {
        visibility(self.machine.visibility, self.places)
    }

    /// What the user says of all the data of the machine.
    fn attributes(&self) -> Attributes {
        Attributes::new(&self.machine.notes.rust, self.places)
    }

    /// The attributes of a type with these fields, and whether its `Debug` is written out: nothing is asked of types that
    /// the language knows only by name.
    fn derives(&self, types: &[Type]) -> (TokenStream, bool) {
        let attributes = self.attributes();
        let all = |test: fn(Abilities) -> bool| types.iter().all(|&ty| test(abilities(ty)));
        if !all(|able| able.known) {
            return (attributes.with_derives(&[]), !attributes.derives("Debug"));
        }
        let mut own = vec!["Debug", "Clone"];
        own.extend(all(|able| able.copy).then_some("Copy"));
        own.push("PartialEq");
        own.extend(all(|able| able.eq).then_some(["Eq", "Hash"]).into_iter().flatten());
        (attributes.with_derives(&own), false)
    }

    /// The Rust type of a value that is kept.
    pub(super) fn owned_type(&self, ty: Type) -> TokenStream {
        let (base, optional) = match ty {
            Type::Plain(base) => (base, false),
            Type::Optional(base) => (base, true),
        };
        let tokens = match base {
            BaseType::Bool => quote!(bool),
            BaseType::Int(int) => {
                let name = super::names::plain(int.name());
                quote!(#name)
            }
            BaseType::Float => quote!(f64),
            BaseType::Str => quote!(::fsm_runtime::Text),
            BaseType::Duration => quote!(::core::time::Duration),
            BaseType::Enum(id) => {
                let name = enum_name(&self.program.enums[id], self.places);
                quote!(#name)
            }
            BaseType::Extern(id) => self.places.tokens(self.program.extern_types[id].path),
        };
        if optional { quote!(::core::option::Option<#tokens>) } else { tokens }
    }

    /// The Rust type of a value that is passed on: by value what is copied, else by reference.
    pub(super) fn borrowed_type(&self, ty: Type) -> TokenStream {
        let owned = self.owned_type(ty);
        match ty {
            _ if abilities(ty).copy => owned,
            Type::Plain(BaseType::Str) => quote!(&str),
            Type::Optional(BaseType::Str) => quote!(::core::option::Option<&str>),
            Type::Plain(_) => quote!(&#owned),
            Type::Optional(base) => {
                let inner = self.owned_type(Type::Plain(base));
                quote!(::core::option::Option<&#inner>)
            }
        }
    }
}

fn variable_docs(variable: &Variable) -> String {
    let name = &variable.name.text;
    let (Type::Plain(base) | Type::Optional(base)) = variable.ty;
    match (base, variable.interval) {
        (BaseType::Int(int), Some(Interval { low, high })) if int.interval() != (Interval { low, high }) => {
            format!("`{name}`, in `{low}..={high}`.")
        }
        _ => format!("`{name}`."),
    }
}
