//! Lints that speak of what the user chose, not of the code: names, docs, the size of payloads. They are allowed where
//! they would speak.

use proc_macro2::TokenStream;

use super::names::snake;
use crate::lists::CollectVec;

/// `#[allow(…)]`, or nothing without lints.
pub(super) fn allow(lints: &[&str]) -> TokenStream {
    let mut lints = lints.to_vec();
    lints.sort_unstable();
    lints.dedup();
    let lints = lints.iter().filter_map(|lint| lint.parse::<TokenStream>().ok());
    let lints = lints.collect_vec();
    if lints.is_empty() { TokenStream::new() } else { quote!(#[allow(#(#lints),*)]) }
}

/// What the names of an enum and of its variants ask for.
pub(super) fn of_variants<'n>(enum_name: &str, variants: impl Iterator<Item = &'n str>) -> Vec<&'static str> {
    let variants: Vec<&str> = variants.collect_vec();
    let mut lints = Vec::new();
    if !is_camel(enum_name) || !variants.iter().all(|name| is_camel(name)) {
        lints.push("non_camel_case_types");
    }
    let words: Vec<String> = variants.iter().map(|name| snake(name)).collect_vec();
    let (first, last) = (word(&words, |name| name.split('_').next()), word(&words, |name| name.rsplit('_').next()));
    let enum_name = snake(enum_name);
    let repeats = words.iter().any(|name| name.starts_with(&enum_name) || name.ends_with(&enum_name));
    if variants.len() > 2 && (first || last) || repeats {
        lints.push("clippy::enum_variant_names");
    }
    lints
}

/// What names of fields and parameters ask for.
pub(super) fn of_fields<'n>(mut names: impl Iterator<Item = &'n str>) -> Option<&'static str> {
    names.any(|name| snake(name) != name).then_some("non_snake_case")
}

/// What docs that the user wrote ask for.
pub(super) fn of_docs<'n>(mut docs: impl Iterator<Item = &'n Vec<String>>) -> Option<&'static str> {
    docs.any(|lines| !lines.is_empty()).then_some("clippy::doc_markdown")
}

fn is_camel(name: &str) -> bool {
    name.chars().next().is_some_and(char::is_uppercase) && !name.contains('_')
}

/// Whether all names have one word at the same end.
fn word<'n>(names: &'n [String], of: fn(&'n str) -> Option<&'n str>) -> bool {
    let mut words = names.iter().map(|name| of(name));
    words.next().is_some_and(|first| words.all(|word| word == first))
}
