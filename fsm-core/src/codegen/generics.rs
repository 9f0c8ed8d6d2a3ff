//! The generic parameters of a machine, in its items: each declares and names those that it needs.

use proc_macro2::TokenStream;

use super::Generator;
use super::names::ident;
use crate::lists::CollectVec;
use crate::model::{BaseType, Field, Generic, GenericKind, Id, Machine, State, Type, Variable};

/// The generic parameters of one item.
pub(super) struct Generics {
    /// `<'a, T: Clone>`, or nothing.
    pub(super) declared: TokenStream,
    /// `<'a, T>`, or nothing.
    pub(super) named: TokenStream,
    /// What an `impl` declares that does not name the item's lifetimes: `<T: Clone>`, or nothing.
    pub(super) implied: TokenStream,
    /// How it names the item: `<'_, T>`, or nothing.
    pub(super) elided: TokenStream,
}

impl Generator<'_> {
    /// The type of the machine's item with this suffix, with its generic parameters.
    pub(super) fn type_of(&self, suffix: &str) -> TokenStream {
        let (name, Generics { named, .. }) = (self.type_name(suffix), self.generics_of(suffix));
        quote!(#name #named)
    }

    /// The type of a state's context, with its generic parameters.
    pub(super) fn context_type(&self, state: Id<State>) -> TokenStream {
        let (name, Generics { named, .. }) = (self.context_name(state), self.generics_of_context(state));
        quote!(#name #named)
    }

    /// The machine, with its generic parameters and its host: what an `impl` declares, and the type that it is for.
    pub(super) fn machine_generics(&self) -> Generics {
        let host = self.type_of("Host");
        self.with(&quote!(H: #host), &quote!(H))
    }

    /// The generic parameters of a host's `impl`, with further ones.
    pub(super) fn host_generics(&self, further: &TokenStream) -> TokenStream {
        let used = self.generics_in(&self.host_types());
        self.listed(&used, further, &TokenStream::new()).declared
    }

    /// What the events within the machine have beside those that wait: what the two are turned into each other by declares
    /// them.
    pub(super) fn generics_beside_pending(&self) -> TokenStream {
        let pending = self.generics_in(&self.pending_types());
        let mut others = self.generics_in(&self.internal_types());
        others.retain(|other| !pending.contains(other));
        self.listed(&others, &TokenStream::new(), &TokenStream::new()).declared
    }

    /// All generic parameters, and further ones.
    fn with(&self, declared: &TokenStream, named: &TokenStream) -> Generics {
        let all: Vec<usize> = (0..self.machine.generics.len()).collect_vec();
        self.listed(&all, declared, named)
    }

    /// The generic parameters of the item with this suffix.
    pub(super) fn generics_of(&self, suffix: &str) -> Generics {
        let machine = self.machine;
        if machine.generics.is_empty() {
            return self.generics_for(&[]);
        }
        let types = match suffix {
            "Event" => of_fields(machine.events.iter().filter(|event| !event.internal).flat_map(|event| &event.fields)),
            "Output" => of_fields(machine.outputs.iter().flat_map(|output| &output.fields)),
            "Host" => self.host_types(),
            "Params" => self.types_of(&self.params()),
            "Context" => self.types_of(&machine.states[Machine::root()].context),
            "Internal" => self.internal_types(),
            "Pending" => self.pending_types(),
            "Snapshot" => {
                let mut types = self.pending_types();
                types.extend(machine.variables.iter().map(|variable| variable.ty));
                types
            }
            _ => Vec::new(),
        };
        self.generics_for(&types)
    }

    /// The generic parameters of a state's context.
    pub(super) fn generics_of_context(&self, state: Id<State>) -> Generics {
        self.generics_for(&self.types_of(&self.machine.states[state].context))
    }

    /// The generic parameters of an item with values of these types.
    fn generics_for(&self, types: &[Type]) -> Generics {
        self.listed(&self.generics_in(types), &TokenStream::new(), &TokenStream::new())
    }

    /// The type of the field that keeps the generic parameters of which no other field of the machine speaks.
    pub(super) fn marker_type(&self) -> Option<TokenStream> {
        let mut kept: Vec<Type> = self.machine.variables.iter().map(|variable| variable.ty).collect_vec();
        if self.has_queue() || self.has_delays() || self.defers() {
            kept.extend(self.internal_types());
        }
        let kept = self.generics_in(&kept);
        let missing = self
            .machine
            .generics
            .iter()
            .enumerate()
            .filter(|(number, generic)| generic.kind != GenericKind::Const && !kept.contains(number));
        let missing = missing.map(|(_, generic)| self.stand_in(generic)).collect_vec();
        (!missing.is_empty()).then(|| quote!(::core::marker::PhantomData<fn(#(#missing),*)>))
    }

    /// The value of that field.
    pub(super) fn marker(&self) -> Option<TokenStream> {
        self.marker_type().map(|_| quote!(marker: ::core::marker::PhantomData,))
    }

    /// A type that names a parameter, and is nothing more.
    fn stand_in(&self, generic: &Generic) -> TokenStream {
        let name = self.generic_name(generic);
        if generic.kind == GenericKind::Lifetime { quote!(& #name ()) } else { quote!(& #name) }
    }

    fn host_types(&self) -> Vec<Type> {
        let machine = self.machine;
        let of_guards = machine.guards.iter().filter(|guard| guard.body.is_none()).flat_map(|guard| &guard.parameters);
        let mut types = of_fields(of_guards);
        types.extend(of_fields(machine.actions.iter().flat_map(|action| &action.parameters)));
        types.extend(of_fields(machine.tasks.iter().flat_map(|task| &task.parameters)));
        types.extend(of_fields(machine.outputs.iter().flat_map(|output| &output.fields)));
        types.extend(machine.actions.iter().filter_map(|action| action.result));
        types
    }

    /// What happens within the machine carries values of these types.
    fn internal_types(&self) -> Vec<Type> {
        let carried = self.occurrences().into_iter().flat_map(|occurrence| self.carried(occurrence));
        carried.filter_map(|carried| carried.ty).collect_vec()
    }

    /// The events that wait from one macrostep to another carry values of these types.
    fn pending_types(&self) -> Vec<Type> {
        let events = self.pending_events().into_iter().map(|event| &self.machine.events[event]);
        of_fields(events.flat_map(|event| &event.fields))
    }

    fn types_of(&self, variables: &[Id<Variable>]) -> Vec<Type> {
        variables.iter().map(|&id| self.machine.variables[id].ty).collect_vec()
    }

    /// The generic parameters that types name, by their numbers.
    fn generics_in(&self, types: &[Type]) -> Vec<usize> {
        let mut used = Vec::new();
        for ty in types {
            if let Type::Plain(BaseType::Extern(id)) | Type::Optional(BaseType::Extern(id)) = ty {
                used.extend(&self.program.extern_types[*id].generics);
            }
        }
        used.sort_unstable();
        used.dedup();
        used
    }

    /// Generic parameters by their numbers, and further ones. Bounds that speak of others than these are left out.
    fn listed(&self, used: &[usize], further: &TokenStream, named: &TokenStream) -> Generics {
        let generics = &self.machine.generics;
        let is_kept = |generic: &Generic| generic.named.iter().all(|other| used.contains(other));
        let (mut all_declared, mut all_named) = (Vec::new(), Vec::new());
        let (mut all_implied, mut all_elided) = (Vec::new(), Vec::new());
        for &number in used {
            let generic = &generics[number];
            let name = self.generic_name(generic);
            let bounds = generic.bounds.filter(|_| is_kept(generic)).map(|bounds| {
                let bounds = self.places.tokens(bounds);
                quote!(: #bounds)
            });
            let constant = (generic.kind == GenericKind::Const).then(|| quote!(const));
            let declared = quote!(#constant #name #bounds);
            let is_bound =
                used.iter().any(|&other| is_kept(&generics[other]) && generics[other].named.contains(&number));
            if generic.kind == GenericKind::Lifetime && bounds.is_none() && !is_bound {
                all_elided.push(quote!('_));
            } else {
                all_implied.push(declared.clone());
                all_elided.push(name.clone());
            }
            all_declared.push(declared);
            all_named.push(name);
        }
        all_declared.extend((!further.is_empty()).then(|| further.clone()));
        all_named.extend((!named.is_empty()).then(|| named.clone()));
        let listed = |all: Vec<TokenStream>| if all.is_empty() { TokenStream::new() } else { quote!(<#(#all),*>) };
        Generics {
            declared: listed(all_declared),
            named: listed(all_named),
            implied: listed(all_implied),
            elided: listed(all_elided),
        }
    }

    fn generic_name(&self, generic: &Generic) -> TokenStream {
        if generic.kind == GenericKind::Lifetime {
            return self.places.tokens(generic.name.span);
        }
        let name = ident(&generic.name, self.places);
        quote!(#name)
    }
}

fn of_fields<'f>(fields: impl Iterator<Item = &'f Field>) -> Vec<Type> {
    fields.map(|field| field.ty).collect_vec()
}
