//! What users say of the Rust items: attributes, derives and visibility, passed on as they are written.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

use super::Places;
use crate::lists::CollectVec;
use crate::source::Span;

/// The attributes of one item.
#[derive(Default)]
pub(super) struct Attributes {
    /// What the user derives.
    derives: Vec<TokenStream>,
    /// All others.
    others: Vec<TokenStream>,
}

impl Attributes {
    /// What stands in each `#[rust(…)]` of a declaration.
    pub(super) fn new(rust: &[Span], places: &dyn Places) -> Self {
        let mut attributes = Attributes::default();
        for attribute in rust.iter().flat_map(|&span| separated(places.tokens(span))) {
            match derived(&attribute) {
                Some(derives) => attributes.derives.extend(separated(derives.stream())),
                None => attributes.others.push(attribute),
            }
        }
        attributes
    }

    /// Whether the user derives a trait, by whatever path.
    pub(super) fn derives(&self, name: &str) -> bool {
        self.derives.iter().any(|path| last_word(path).as_deref() == Some(name))
    }

    /// All attributes of an item that derives these traits by itself: none is derived twice.
    pub(super) fn with_derives(&self, own: &[&str]) -> TokenStream {
        let mut all: Vec<TokenStream> = own.iter().filter_map(|name| name.parse().ok()).collect_vec();
        for path in &self.derives {
            if last_word(path).is_none_or(|word| !own.contains(&word.as_str())) {
                all.push(path.clone());
            }
        }
        let derive = (!all.is_empty()).then(|| quote!(#[derive(#(#all),*)]));
        let others = &self.others;
        quote!(#derive #(#[#others])*)
    }

    /// Whether the user says anything by an attribute of this name.
    pub(super) fn speak_by(&self, name: &str) -> bool {
        let mut firsts = self.others.iter().filter_map(|attribute| attribute.clone().into_iter().next());
        firsts.any(|first| matches!(first, TokenTree::Ident(first) if first == name))
    }

    /// All attributes as they stand in the definition, for `saved!` to put them where they belong.
    pub(super) fn as_written(&self) -> TokenStream {
        let others = &self.others;
        if others.is_empty() { TokenStream::new() } else { quote!(#[rust(#(#others),*)]) }
    }

    /// All attributes of what derives nothing by itself, a variant or a field.
    pub(super) fn tokens(&self) -> TokenStream {
        self.with_derives(&[])
    }
}

/// Who sees an item: what is written, else everybody. For `pub(self)`, Rust has a shorter form.
pub(super) fn visibility(written: Option<Span>, places: &dyn Places) -> TokenStream {
    let written = written.map_or_else(|| quote!(pub), |span| places.tokens(span));
    let is_private = written.to_string().replace(' ', "") == "pub(self)";
    if is_private { TokenStream::new() } else { written }
}

/// What is in the parentheses of `derive(…)`.
fn derived(attribute: &TokenStream) -> Option<Group> {
    let mut trees = attribute.clone().into_iter();
    match (trees.next()?, trees.next()?, trees.next()) {
        (TokenTree::Ident(name), TokenTree::Group(group), None)
            if name == "derive" && group.delimiter() == Delimiter::Parenthesis =>
        {
            Some(group)
        }
        _ => None,
    }
}

/// The last word of a path.
fn last_word(path: &TokenStream) -> Option<String> {
    path.clone().into_iter().last().map(|tree| tree.to_string())
}

/// The parts between commas, without empty ones.
fn separated(tokens: TokenStream) -> Vec<TokenStream> {
    let mut parts = vec![TokenStream::new()];
    for tree in tokens {
        match (&tree, parts.last_mut()) {
            (TokenTree::Punct(comma), _) if comma.as_char() == ',' => parts.push(TokenStream::new()),
            (_, Some(last)) => last.extend([tree]),
            (_, None) => {}
        }
    }
    parts.retain(|part| !part.is_empty());
    parts
}

#[cfg(test)]
mod tests {
    use super::Attributes;
    use crate::codegen::Places;
    use crate::source::{Sources, Span};

    struct Text(&'static str);

    impl Places for Text {
        fn span(&self, _: Span) -> proc_macro2::Span {
            proc_macro2::Span::call_site()
        }

        fn tokens(&self, _: Span) -> proc_macro2::TokenStream {
            self.0.parse().unwrap()
        }
    }

    #[test]
    fn what_is_derived_already_is_not_derived_again() {
        let somewhere = Span::new(Sources::new().add("test", ""), 0..0);
        let attributes = |text| Attributes::new(&[somewhere], &Text(text));
        let shown = |text, own: &[&str]| attributes(text).with_derives(own).to_string().replace(' ', "");
        assert_eq!(
            shown("derive(Hash, serde::Serialize, Debug,), serde(rename = \"a, b\"),", &["Debug", "Clone"]),
            "#[derive(Debug,Clone,Hash,serde::Serialize)]#[serde(rename=\"a,b\")]"
        );
        assert_eq!(shown("derive(core::fmt::Debug)", &["Debug"]), "#[derive(Debug)]");
        assert_eq!(shown("non_exhaustive", &[]), "#[non_exhaustive]");
        assert_eq!(shown("", &[]), "");
        assert!(attributes("derive(core::fmt::Debug)").derives("Debug"));
        assert!(!attributes("derives(Debug)").derives("Debug"));
    }
}
