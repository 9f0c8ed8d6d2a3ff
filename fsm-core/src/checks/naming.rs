//! Names that are written as nobody else writes them.

use super::{Context, finding};
use crate::diagnostic::{Diagnostics, Rule, Severity};
use crate::model::{Field, Machine, Name};

/// How names of a kind are written.
#[derive(Clone, Copy)]
enum Case {
    /// `LikeThis`
    Camel,
    /// `like_this`
    Snake,
}

pub(super) fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    for (kind, case, name) in names(context) {
        if case.is_kept_by(&name.text) {
            continue;
        }
        let wanted = case.applied_to(&name.text);
        diagnostics.push(
            finding(&RULE, name.span, format!("the {kind} `{}` is not written `{}`", name.text, case.example()))
                .help(format!("call it `{wanted}`")),
        );
    }
}

/// All names that a machine declares, with what they are names of.
fn names<'a>(context: &Context<'a>) -> Vec<(&'static str, Case, &'a Name)> {
    let machine = context.machine;
    let mut names = vec![("machine", Case::Camel, &machine.name)];
    names.extend(machine.states.ids().filter(|&id| id != Machine::root()).map(|id| {
        let state = machine.state(id);
        ("state", Case::Camel, &state.name)
    }));
    for event in &machine.events {
        names.push(("event", Case::Camel, &event.name));
        names.extend(fields(&event.fields));
    }
    for output in &machine.outputs {
        names.push(("output", Case::Camel, &output.name));
        names.extend(fields(&output.fields));
    }
    for guard in &machine.guards {
        names.push(("guard", Case::Snake, &guard.name));
        names.extend(fields(&guard.parameters));
    }
    for action in &machine.actions {
        names.push(("action", Case::Snake, &action.name));
        names.extend(fields(&action.parameters));
    }
    for task in &machine.tasks {
        names.push(("task", Case::Snake, &task.name));
        names.extend(fields(&task.parameters));
    }
    names.extend(machine.variables.iter().map(|variable| ("variable", Case::Snake, &variable.name)));
    names.extend(machine.limits.iter().map(|limit| ("limit", Case::Snake, &limit.name)));
    let own = context.program.enums.iter().filter(|of| of.machine.as_ref() == Some(&machine.name.text));
    for of in own {
        names.push(("enum", Case::Camel, &of.name));
        names.extend(of.variants.iter().map(|variant| ("value", Case::Camel, &variant.name)));
    }
    names
}

fn fields(fields: &[Field]) -> impl Iterator<Item = (&'static str, Case, &Name)> {
    fields.iter().map(|field| ("field", Case::Snake, &field.name))
}

impl Case {
    fn example(self) -> &'static str {
        match self {
            Case::Camel => "LikeThis",
            Case::Snake => "like_this",
        }
    }

    /// Whether a name is written so, by the rules of `rustc`'s own lints.
    fn is_kept_by(self, name: &str) -> bool {
        let name = name.trim_matches('_');
        match self {
            Case::Camel => {
                let letters: Vec<_> = name.chars().collect();
                let is_joint =
                    |around: &[char]| around[1] == '_' && !(around[0].is_numeric() && around[2].is_numeric());
                !letters.first().is_some_and(|first| first.is_lowercase()) && !letters.windows(3).any(is_joint)
            }
            Case::Snake => !name.chars().any(char::is_uppercase) && !name.contains("__"),
        }
    }

    fn applied_to(self, name: &str) -> String {
        let words = words(name);
        match self {
            Case::Camel => words.iter().map(|word| capitalised(word)).collect(),
            Case::Snake => words.iter().map(|word| word.to_lowercase()).collect::<Vec<_>>().join("_"),
        }
    }
}

/// The words of a name in any case: `isHttpOn` and `is_http_on` have three.
fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut before = None;
    for letter in name.chars() {
        if letter == '_' {
            before = None;
            continue;
        }
        let begins = letter.is_uppercase() && !before.is_some_and(char::is_uppercase);
        match words.last_mut().filter(|_| before.is_some() && !begins) {
            Some(word) => word.push(letter),
            None => words.push(letter.to_string()),
        }
        before = Some(letter);
    }
    words
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(letters).collect()
}

pub(super) static RULE: Rule = Rule {
    code: "FSM613",
    name: "naming",
    severity: Severity::Warning,
    summary: "a name that is not written as names of its kind are",
    explanation: "Machines, states, events, outputs and enums with their values become types and variants in Rust, and are written \
                  `LikeThis`; variables, fields, guards, actions, tasks and limits become fields and methods, and are written \
                  `like_this`.",
    example: "machine Lamp {\n    event flip_it;\n    initial state Off { on flip_it -> On; }\n    final state On;\n}\n",
    instead: "machine Lamp {\n    event FlipIt;\n    initial state Off { on FlipIt -> On; }\n    final state On;\n}\n",
};

#[cfg(test)]
mod tests {
    use super::Case;

    #[test]
    fn names_are_turned_into_their_case() {
        for (name, camel, snake) in [
            ("flip_it", "FlipIt", "flip_it"),
            ("isHttpOn", "IsHttpOn", "is_http_on"),
            ("STOP", "STOP", "stop"),
            ("v1_2", "V12", "v1_2"),
            ("überholt", "Überholt", "überholt"),
        ] {
            assert_eq!(Case::Camel.applied_to(name), camel);
            assert_eq!(Case::Snake.applied_to(name), snake);
            assert!(Case::Camel.is_kept_by(camel) && Case::Snake.is_kept_by(snake));
        }
        assert!(
            Case::Camel.is_kept_by("V1_2") && !Case::Camel.is_kept_by("Flip_It") && !Case::Snake.is_kept_by("flipIt")
        );
    }
}
