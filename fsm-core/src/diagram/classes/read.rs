//! From generated items to classes and relations.

use std::collections::BTreeSet;

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Field, Fields, FnArg, Generics, ImplItem, Item, Pat, ReturnType, Signature, TraitItem, Visibility};

use super::types::text;
use super::{Class, ClassKind, Member, Relation, RelationKind};

/// A class, and the words of what it holds and of what it uses.
struct Read {
    class: Class,
    holds: BTreeSet<String>,
    uses: BTreeSet<String>,
}

/// The public types among items, and which need which. Enums of the file are among them where something needs them.
pub(super) fn classes(items: &[Item], machine: &str) -> (Vec<Class>, Vec<Relation>) {
    let mut read: Vec<_> = items.iter().filter_map(|item| of_item(item, machine, items)).collect();
    let needed: BTreeSet<_> = read.iter().flat_map(|one| one.holds.union(&one.uses)).cloned().collect();
    read.retain(|one| one.class.name.starts_with(machine) || needed.contains(&one.class.name));
    let mut relations = Vec::new();
    for (from, one) in read.iter().enumerate() {
        for (to, other) in read.iter().enumerate().filter(|&(to, _)| to != from) {
            let kind = if one.holds.contains(&other.class.name) {
                RelationKind::Holds
            } else if one.uses.contains(&other.class.name) {
                RelationKind::Uses
            } else {
                continue;
            };
            relations.push(Relation { from, to, kind });
        }
    }
    (read.into_iter().map(|one| one.class).collect(), relations)
}

/// The class that an item declares, if it is one that others see.
fn of_item(item: &Item, machine: &str, items: &[Item]) -> Option<Read> {
    let mut read = match item {
        Item::Enum(item) if is_public(&item.vis) => {
            let mut read = Read::generic(&item.ident, &item.generics, ClassKind::Enum);
            for variant in &item.variants {
                read.class.members.push(Member::Variant(of_variant(variant)));
                read.hold(&variant.fields);
            }
            read
        }
        Item::Struct(item) if is_public(&item.vis) => {
            let mut read = Read::generic(&item.ident, &item.generics, ClassKind::Struct);
            for field in item.fields.iter().filter(|field| is_public(&field.vis)) {
                read.class.members.push(Member::Field { name: name_of(field), ty: text(&field.ty) });
            }
            // What is not public of the machine itself is not to be seen, and it is still in it.
            read.hold(&item.fields);
            read
        }
        Item::Trait(item) if is_public(&item.vis) => {
            let mut read = Read::generic(&item.ident, &item.generics, ClassKind::Trait);
            for item in &item.items {
                if let TraitItem::Fn(function) = item {
                    read.method(&function.sig);
                }
            }
            read
        }
        Item::Type(item) if is_public(&item.vis) => {
            let mut read = Read::new(item.ident.to_string(), ClassKind::Alias);
            read.class.members.push(Member::Variant(text(&item.ty)));
            read.uses.extend(words(item.ty.to_token_stream()));
            read
        }
        _ => return None,
    };
    if read.class.name == machine {
        for signature in methods(items, machine) {
            read.method(signature);
        }
    }
    Some(read)
}

/// The public methods of a type that belong to no trait.
fn methods<'i>(items: &'i [Item], of: &str) -> impl Iterator<Item = &'i Signature> {
    let is_its = move |item: &'i Item| match item {
        Item::Impl(block) if block.trait_.is_none() => match &*block.self_ty {
            syn::Type::Path(path) => path.path.segments.last().filter(|last| last.ident == of).map(|_| block),
            _ => None,
        },
        _ => None,
    };
    items.iter().filter_map(is_its).flat_map(|block| &block.items).filter_map(|item| match item {
        ImplItem::Fn(function) if is_public(&function.vis) => Some(&function.sig),
        _ => None,
    })
}

impl Read {
    fn new(name: String, kind: ClassKind) -> Self {
        let class = Class { name, parameters: String::new(), kind, members: Vec::new() };
        Read { class, holds: BTreeSet::new(), uses: BTreeSet::new() }
    }

    /// One with generic parameters.
    fn generic(name: &Ident, generics: &Generics, kind: ClassKind) -> Self {
        let mut read = Read::new(name.to_string(), kind);
        read.class.parameters = text(&generics.params);
        read.uses.extend(words(generics.to_token_stream()));
        read
    }

    fn hold(&mut self, fields: &Fields) {
        self.holds.extend(fields.iter().flat_map(|field| words(field.ty.to_token_stream())));
    }

    fn method(&mut self, signature: &Signature) {
        let parameters = signature.inputs.iter().filter_map(|input| match input {
            FnArg::Receiver(_) => None,
            FnArg::Typed(typed) => Some(match &*typed.pat {
                Pat::Ident(name) => format!("{}: {}", name.ident, text(&typed.ty)),
                _ => text(&typed.ty),
            }),
        });
        let parameters = parameters.collect::<Vec<_>>().join(", ");
        let result = match &signature.output {
            ReturnType::Default => String::new(),
            ReturnType::Type(_, ty) => text(ty),
        };
        self.uses.extend(words(signature.to_token_stream()));
        self.class.members.push(Member::Method { name: signature.ident.to_string(), parameters, result });
    }
}

/// `Enter { code: u32 }`
fn of_variant(variant: &syn::Variant) -> String {
    let fields: Vec<_> =
        variant.fields.iter().map(|field| format!("{}: {}", name_of(field), text(&field.ty))).collect();
    if fields.is_empty() { variant.ident.to_string() } else { format!("{} {{ {} }}", variant.ident, fields.join(", ")) }
}

fn name_of(field: &Field) -> String {
    field.ident.as_ref().map_or_else(String::new, ToString::to_string)
}

/// Whether others see it: what is private has no word for that.
fn is_public(visibility: &Visibility) -> bool {
    !matches!(visibility, Visibility::Inherited)
}

/// The words in tokens.
fn words(tokens: TokenStream) -> BTreeSet<String> {
    let mut words = BTreeSet::new();
    for tree in tokens {
        match tree {
            TokenTree::Ident(ident) => drop(words.insert(ident.to_string())),
            TokenTree::Group(group) => words.extend(self::words(group.stream())),
            TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
    }
    words
}
