//! The generic parameters of a machine. One that stands for a type is an extern type inside of the machine.

use super::names::duplicate;
use super::{Builder, DeclaredType};
use crate::diagnostic::{Diagnostic, Rule, Severity};
use crate::lists::CollectVec;
use crate::model::{BaseType, ExternType, Generic, GenericKind, Machine, Notes, Type};
use crate::syntax::{ast, phrase};

/// Declares the generic parameters of a machine, lifetimes first, as Rust wants them.
pub(super) fn declare(builder: &mut Builder<'_>, syntax: &ast::Machine) -> Vec<Generic> {
    let mut generics: Vec<Generic> = Vec::new();
    for of in &syntax.generics {
        let name = builder.name(of.name);
        if let Some(first) = generics.iter().find(|other| other.name.text == name.text) {
            builder.report(duplicate("generic parameter", &name.text, name.span, first.name.span));
            continue;
        }
        generics.push(Generic { kind: of.kind, name, bounds: of.bounds, named: Vec::new() });
    }
    generics.sort_by_key(|generic| generic.kind != GenericKind::Lifetime);
    for number in 0..generics.len() {
        let Some(bounds) = generics[number].bounds else { continue };
        generics[number].named = named(&phrase(builder.sources, bounds), &generics);
    }
    for (number, generic) in generics.iter().enumerate().filter(|(_, generic)| generic.kind == GenericKind::Type) {
        let (name, path) = (generic.name.clone(), generic.name.span);
        let own = ExternType { name, notes: Notes::default(), path, generics: vec![number] };
        let id = builder.program.extern_types.push(own);
        builder.declare_type(ast::Name { span: path }, DeclaredType::Extern(id));
    }
    generics
}

/// The generic parameters that a text of Rust names, by their numbers.
pub(super) fn named(text: &str, generics: &[Generic]) -> Vec<usize> {
    let is_word = |letter: char| letter == '\'' || pest::unicode::XID_CONTINUE(letter);
    let (mut named, mut rest) = (Vec::new(), text);
    while let Some(start) = rest.find(is_word) {
        let (before, word) = rest.split_at(start);
        let length = word.find(|letter| !is_word(letter)).unwrap_or(word.len());
        // A segment behind another one is a name of its own.
        if !before.trim_end().ends_with("::") {
            named.extend(generics.iter().position(|generic| generic.name.text == word[..length]));
        }
        rest = &word[length..];
    }
    named.sort_unstable();
    named.dedup();
    named
}

/// Reports the generic parameters that nothing in the machine speaks of.
pub(super) fn check_used(builder: &mut Builder<'_>, machine: &Machine) {
    let mut used: Vec<usize> = machine.generics.iter().flat_map(|generic| generic.named.clone()).collect_vec();
    for ty in machine.all_types() {
        if let Type::Plain(BaseType::Extern(id)) | Type::Optional(BaseType::Extern(id)) = ty {
            used.extend(&builder.program.extern_types[id].generics);
        }
    }
    for (_, generic) in machine.generics.iter().enumerate().filter(|(number, _)| !used.contains(number)) {
        let name = &generic.name.text;
        let help = match generic.kind {
            GenericKind::Type => format!("give something the type `{name}`, or remove the parameter"),
            _ => format!(
                "name it in an `extern type` of the machine, such as `extern type Item = &{name} str;`, or remove it"
            ),
        };
        builder.report(
            Diagnostic::new(
                &UNUSED_GENERIC,
                generic.name.span,
                format!("the generic parameter `{name}` is used nowhere"),
            )
            .help(help),
        );
    }
}

/// A generic parameter that nothing speaks of.
pub(crate) static UNUSED_GENERIC: Rule = Rule {
    code: "FSM121",
    name: "unused-generic",
    severity: Severity::Error,
    summary: "a generic parameter that nothing in the machine speaks of",
    explanation: "A generic parameter reaches the Rust items of a machine through the types of its events, outputs, variables and host \
                  functions. Where none of them names it, Rust could not find out what it stands for.",
    example: "machine Shelf<T> {\n    event Put;\n    action keep;\n    initial state Open { on Put / keep(); }\n}\n",
    instead: "machine Shelf<T> {\n    event Put { item: T };\n    action keep(item: T);\n    initial state Open { on Put / keep(event.item); }\n}\n",
};

#[cfg(test)]
mod tests {
    use super::named;
    use crate::model::{Generic, GenericKind, Name};
    use crate::source::{Sources, Span};

    #[test]
    fn whole_words_that_begin_a_path_are_named() {
        let mut sources = Sources::new();
        let span = Span::new(sources.add("generics.fsm", ""), 0..0);
        let of = |(kind, text): (GenericKind, &str)| {
            let name = Name { text: text.to_owned(), span };
            Generic { kind, name, bounds: None, named: Vec::new() }
        };
        let generics = [(GenericKind::Lifetime, "'a"), (GenericKind::Type, "T"), (GenericKind::Const, "N")].map(of);
        for (text, expected) in [
            ("&'a [T; N]", vec![0, 1, 2]),
            ("Vec<T, a, Tn>", vec![1]),
            ("own::T", vec![]),
            ("own :: T", vec![]),
            ("T::Item", vec![1]),
            ("&'ab str", vec![]),
        ] {
            assert_eq!(named(text, &generics), expected, "{text}");
        }
    }
}
