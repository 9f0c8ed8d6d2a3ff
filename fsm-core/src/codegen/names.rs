//! Identifiers of generated code: each at the place of the user's name, none of them twice.

use std::collections::BTreeSet;

use proc_macro2::{Ident, Span};

use super::Places;
use crate::model::{Id, Machine, Name, State};

/// The names of one machine.
pub(super) struct Names {
    machine: Ident,
    /// The variants of the states, by index. The root has none and is named after the machine.
    states: Vec<Ident>,
    /// The same in snake case, for methods and fields.
    snakes: Vec<String>,
}

impl Names {
    pub(super) fn new(machine: &Machine, places: &dyn Places) -> Self {
        let mut taken = BTreeSet::new();
        let mut taken_snakes = BTreeSet::new();
        let mut states = Vec::new();
        let mut snakes = Vec::new();
        for (id, state) in machine.states.enumerate() {
            let text = if id == Machine::root() { state.name.text.clone() } else { variant(machine, id) };
            let text = unique(&text, &mut taken);
            snakes.push(unique(&snake(&text), &mut taken_snakes));
            states.push(ident_at(&text, places.span(state.name.span)));
        }
        Names { machine: ident(&machine.name, places), states, snakes }
    }

    /// `Session` and a suffix.
    pub(super) fn of_machine(&self, suffix: &str) -> Ident {
        let name = unraw(&self.machine);
        ident_at(&format!("{name}{suffix}"), self.machine.span())
    }

    /// The variant of a state.
    pub(super) fn state(&self, state: Id<State>) -> &Ident {
        &self.states[state.index()]
    }

    /// A method or field that belongs to a state: `enter_` and the state's name.
    pub(super) fn of_state(&self, before: &str, state: Id<State>, behind: &str) -> Ident {
        ident_at(&format!("{before}{}{behind}", self.snakes[state.index()]), Span::call_site())
    }
}

/// The name of a state alone, or with those of the states around it where several have the same.
fn variant(machine: &Machine, state: Id<State>) -> String {
    let text = &machine.states[state].name.text;
    let others = machine.states.iter().filter(|other| other.name.text == *text).count();
    if others == 1 { text.clone() } else { machine.qualified_name(state).replace('.', "") }
}

fn unique(text: &str, taken: &mut BTreeSet<String>) -> String {
    let mut candidate = text.to_owned();
    let mut number = 2;
    while !taken.insert(candidate.clone()) {
        candidate = format!("{text}{number}");
        number += 1;
    }
    candidate
}

/// The identifier of a declared name, at its place.
pub(super) fn ident(name: &Name, places: &dyn Places) -> Ident {
    ident_at(&name.text, places.span(name.span))
}

/// An identifier that resolves where the macro is called and points to the user's token.
pub(super) fn ident_at(text: &str, place: Span) -> Ident {
    let span = Span::call_site().located_at(place);
    if is_keyword(text) { Ident::new_raw(text, span) } else { Ident::new(text, span) }
}

/// An identifier that stands for nothing of the user's.
pub(super) fn plain(text: &str) -> Ident {
    ident_at(text, Span::call_site())
}

/// An identifier in snake case with words before and behind it.
pub(super) fn snake_ident(before: &str, name: &Name, behind: &str) -> Ident {
    plain(&format!("{before}{}{behind}", snake(&name.text)))
}

fn unraw(ident: &Ident) -> String {
    let text = ident.to_string();
    text.strip_prefix("r#").map_or(text.clone(), str::to_owned)
}

/// `AwaitingConfirmation` and `AWAITING_CONFIRMATION` as `awaiting_confirmation`.
pub(super) fn snake(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    let mut snake = String::new();
    for (index, &letter) in letters.iter().enumerate() {
        let before = index.checked_sub(1).map(|before| letters[before]);
        let starts_word = letter.is_uppercase()
            && (before.is_some_and(|before| before.is_lowercase() || before.is_numeric())
                || before.is_some_and(char::is_uppercase)
                    && letters.get(index + 1).is_some_and(|next| next.is_lowercase()));
        if starts_word && !snake.ends_with('_') {
            snake.push('_');
        }
        snake.extend(letter.to_lowercase());
    }
    snake
}

/// A name as people say it: `Confirm` as `confirm`, `AIAnalysisCompleted` as `ai analysis completed`.
pub(super) fn words(text: &str) -> String {
    snake(text).replace('_', " ").trim().to_owned()
}

/// Whether Rust takes the name only as a raw identifier.
fn is_keyword(text: &str) -> bool {
    const KEYWORDS: &[&str] = &[
        "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "do", "dyn", "else", "enum",
        "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro", "match", "mod",
        "move", "mut", "override", "priv", "pub", "ref", "return", "static", "struct", "trait", "true", "try", "type",
        "typeof", "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
    ];
    KEYWORDS.binary_search(&text).is_ok()
}

/// Whether Rust takes the name in no form.
pub(super) fn is_reserved(text: &str) -> bool {
    matches!(text, "self" | "Self" | "super" | "crate" | "_")
}

#[cfg(test)]
mod tests {
    use super::{is_keyword, snake, words};

    #[test]
    fn snake_case() {
        for (name, expected) in [
            ("Active", "active"),
            ("AwaitingConfirmation", "awaiting_confirmation"),
            ("AWAITING_CONFIRMATION", "awaiting_confirmation"),
            ("AIAnalysisCompleted", "ai_analysis_completed"),
            ("Level2Done", "level2_done"),
            ("idle", "idle"),
        ] {
            assert_eq!(snake(name), expected);
        }
        assert_eq!(words("CoolDownElapsed"), "cool down elapsed");
    }

    #[test]
    fn keywords_are_found() {
        for word in ["abstract", "type", "yield", "final", "in"] {
            assert!(is_keyword(word), "{word}");
        }
        assert!(!is_keyword("state"));
    }
}
