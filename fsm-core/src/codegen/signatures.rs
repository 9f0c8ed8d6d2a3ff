//! What generated code offers: its items as a reader of its documentation sees them, without what is inside.

use syn::parse::Parser as _;
use syn::visit_mut::{self, VisitMut};
use syn::{
    Attribute, Block, Expr, ExprLit, Field, Fields, ImplItem, Item, ItemImpl, ItemStruct, ItemTrait, Lit, Meta,
    MetaNameValue, TraitItem, Visibility,
};

use super::file::{Unreadable, items, unsaved};
use crate::diagnostic::Diagnostics;
use crate::model::Program;
use crate::source::Sources;

/// In the place of fields that nobody sees. No field has this name: identifiers of users have no such end.
const PRIVATE_FIELDS: &str = "private_fields__";

/// The types, traits and methods that are generated for the machines of a program: documented, and without bodies.
///
/// What cannot be generated is reported, and then the text is empty.
///
/// # Errors
///
/// If an `extern type` names what is no type of Rust.
pub fn signatures(program: &Program, sources: &Sources, diagnostics: &mut Diagnostics) -> Result<String, Unreadable> {
    let mut code = items(program, sources, diagnostics)?;
    code.items = code.items.into_iter().map(unsaved).collect();
    let Some(visibility) = code.items.iter().find_map(visibility).cloned() else { return Ok(String::new()) };
    code.items = code.items.into_iter().filter_map(|item| offered(item, &visibility)).collect();
    ShortPaths.visit_file_mut(&mut code);
    Ok(without_bodies(&prettyplease::unparse(&code)))
}

/// Names things as programs do that import them: generated code spells out where they are.
struct ShortPaths;

impl VisitMut for ShortPaths {
    fn visit_path_mut(&mut self, path: &mut syn::Path) {
        let is_core =
            path.leading_colon.take().is_some() && path.segments.first().is_some_and(|first| first.ident == "core");
        if is_core && let Some(last) = path.segments.pop() {
            path.segments = std::iter::once(last).collect();
        }
        visit_mut::visit_path_mut(self, path);
    }
}

/// The visibility of an item that has a name. All that is offered has that of the machine.
fn visibility(item: &Item) -> Option<&Visibility> {
    match item {
        Item::Enum(item) => Some(&item.vis),
        Item::Struct(item) => Some(&item.vis),
        Item::Trait(item) => Some(&item.vis),
        Item::Type(item) => Some(&item.vis),
        _ => None,
    }
}

/// Whether two items are seen by the same.
fn is_same(one: &Visibility, other: &Visibility) -> bool {
    match (one, other) {
        (Visibility::Restricted(one), Visibility::Restricted(other)) => {
            let names =
                |path: &syn::Path| path.segments.iter().map(|segment| segment.ident.to_string()).collect::<Vec<_>>();
            names(&one.path) == names(&other.path)
        }
        (one, other) => std::mem::discriminant(one) == std::mem::discriminant(other),
    }
}

/// What is to be seen of an item.
fn offered(item: Item, visible: &Visibility) -> Option<Item> {
    if visibility(&item).is_some_and(|own| !is_same(own, visible)) {
        return None;
    }
    match item {
        Item::Enum(mut item) => {
            item.attrs.retain(is_told);
            item.variants.iter_mut().for_each(|variant| variant.attrs.retain(is_told));
            Some(Item::Enum(item))
        }
        Item::Type(mut item) => {
            item.attrs.retain(is_told);
            Some(Item::Type(item))
        }
        Item::Struct(item) => Some(Item::Struct(offered_struct(item, visible))),
        Item::Trait(item) => Some(Item::Trait(offered_trait(item))),
        Item::Impl(item) => offered_impl(item, visible).map(Item::Impl),
        _ => None,
    }
}

/// Whether an attribute tells a reader something.
fn is_told(attribute: &Attribute) -> bool {
    ["doc", "derive", "non_exhaustive", "must_use"].iter().any(|name| attribute.path().is_ident(name))
}

/// The line of a doc comment.
fn doc(attribute: &Attribute) -> Option<String> {
    match &attribute.meta {
        Meta::NameValue(MetaNameValue { value: Expr::Lit(ExprLit { lit: Lit::Str(line), .. }), .. }) => {
            Some(line.value())
        }
        _ => None,
    }
}

fn offered_struct(mut item: ItemStruct, visible: &Visibility) -> ItemStruct {
    // The transitions of a machine are no part of what it offers.
    let table = item.attrs.iter().position(|attribute| doc(attribute).is_some_and(|line| line == " # Transitions"));
    item.attrs.truncate(table.map_or(item.attrs.len(), |table| table.saturating_sub(1)));
    item.attrs.retain(is_told);
    if let Fields::Named(fields) = &mut item.fields {
        let all = fields.named.len();
        fields.named =
            std::mem::take(&mut fields.named).into_iter().filter(|field| is_same(&field.vis, visible)).collect();
        if fields.named.len() < all {
            fields.named.extend(private_fields());
        }
    }
    item
}

fn private_fields() -> Option<Field> {
    Field::parse_named.parse_str(&format!("{PRIVATE_FIELDS}: ()")).ok()
}

fn offered_trait(mut item: ItemTrait) -> ItemTrait {
    item.attrs.retain(is_told);
    for member in &mut item.items {
        if let TraitItem::Fn(function) = member {
            function.attrs.retain(is_told);
            function.default = function.default.as_ref().map(|_| nothing());
        }
    }
    item
}

/// The methods and constants of a type itself. Traits are implemented for types as their documentation says.
fn offered_impl(mut item: ItemImpl, visible: &Visibility) -> Option<ItemImpl> {
    if item.trait_.is_some() {
        return None;
    }
    item.attrs.clear();
    item.items = item.items.into_iter().filter_map(|member| offered_member(member, visible)).collect();
    (!item.items.is_empty()).then_some(item)
}

fn offered_member(member: ImplItem, visible: &Visibility) -> Option<ImplItem> {
    match member {
        ImplItem::Fn(mut function) if is_same(&function.vis, visible) => {
            function.attrs.retain(is_told);
            function.block = nothing();
            Some(ImplItem::Fn(function))
        }
        ImplItem::Const(mut constant) if is_same(&constant.vis, visible) => {
            constant.attrs.retain(is_told);
            constant.expr =
                Expr::Infer(syn::ExprInfer { attrs: Vec::new(), underscore_token: syn::token::Underscore::default() });
            Some(ImplItem::Const(constant))
        }
        _ => None,
    }
}

fn nothing() -> Block {
    Block { brace_token: syn::token::Brace::default(), stmts: Vec::new() }
}

/// The text with a semicolon in the place of each body and value, as in a trait; what a trait provides is told apart.
/// Between items there is an empty line.
fn without_bodies(code: &str) -> String {
    let mut text = String::new();
    let (mut is_trait, mut is_behind_item) = (false, false);
    for line in code.lines() {
        if is_behind_item {
            text.push('\n');
        }
        is_behind_item = line == "}" || line.ends_with(';') && !line.starts_with(' ');
        if !line.starts_with(' ') {
            is_trait = line.contains("trait ");
        }
        let member = line.strip_suffix(" {}").filter(|line| line.starts_with("    "));
        match (member, line.strip_suffix(" = _;")) {
            (Some(head), _) if is_trait => text.extend([head, " { … }"]),
            (Some(head), _) | (None, Some(head)) => text.extend([head, ";"]),
            (None, None) if line.trim_start().starts_with(PRIVATE_FIELDS) => text.push_str("    // private fields"),
            (None, None) => text.push_str(line),
        }
        text.push('\n');
    }
    text
}
