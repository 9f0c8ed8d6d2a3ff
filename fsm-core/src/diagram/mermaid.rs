//! Mermaid `stateDiagram-v2`.
//!
//! Mermaid has no form for some of what a statechart is made of, and no arrow from a composite to a state inside it.
//! These are drawn by states of their own:
//!
//! | construct | drawn as |
//! |---|---|
//! | what a composite, or the machine, does in any of its states | a state `any state of X` inside it, with the arrows that stay inside, and the entry, exit and internal reactions of `X` |
//! | history | a state `H` or `H*` inside the composite |
//! | a limit that is exceeded | an arrow from the `any state` of what declares it |
//! | a parallel machine | a state for the machine, with its regions |
//! | a named final state | a state with an arrow to `[*]` |
//!
//! Many characters and words have a meaning for Mermaid in places where text is expected, and which of them has changed
//! from version to version. So names and labels are written with every other character as `#NN;`, and identifiers never
//! are words that Mermaid knows. What is safe was measured with the versions that the browser test draws with. What
//! needs none of this stays as it was written, for those who read the text. Two texts cannot be shown at all: `¶ß` and
//! `ﬂ°`, of which Mermaid makes its own placeholders.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::{Direction, Labels, Options};
use crate::model::{Id, InitialTransition, Machine, State, StateKind, Tail, Target, TargetKind, TransitionKind};
use crate::source::Sources;

/// The state diagram of a machine.
#[must_use]
pub fn state_diagram(machine: &Machine, sources: &Sources, options: &Options) -> String {
    let labels = Labels { machine, sources };
    let ids = identifiers(machine);
    let mut writer = Writer { labels, ids, arrows: Vec::new(), text: String::from("stateDiagram-v2\n"), depth: 1 };
    if options.direction == Direction::Right {
        writer.line("direction LR");
    }
    writer.collect_arrows();
    if machine.states[Machine::root()].kind == StateKind::Parallel {
        // Regions lie in a state only: the machine's own.
        writer.composite(Machine::root());
    } else {
        writer.inside(Machine::root());
    }
    writer.arrows_of(Machine::root());
    if options.notes {
        writer.notes();
    }
    writer.text
}

/// An arrow, and the state inside which it is written: the one that both ends are children of, else the machine. In
/// between Mermaid would take an end for a child of the state inside which the arrow is written.
struct Arrow {
    scope: Id<State>,
    from: String,
    to: String,
    label: String,
}

struct Writer<'a> {
    labels: Labels<'a>,
    /// The identifiers of the states, by index.
    ids: Vec<String>,
    arrows: Vec<Arrow>,
    text: String,
    depth: usize,
}

impl Writer<'_> {
    fn line(&mut self, line: &str) {
        let _ = writeln!(self.text, "{:1$}{line}", "", self.depth * 4);
    }

    fn id(&self, state: Id<State>) -> &str {
        &self.ids[state.index()]
    }

    /// The state that stands for all states inside a composite.
    fn any(&self, state: Id<State>) -> String {
        format!("{}_any", self.id(state))
    }

    fn history(&self, state: Id<State>, deep: bool) -> String {
        format!("{}_{}", self.id(state), if deep { "deep_history" } else { "history" })
    }

    /// The states inside a composite, or in the machine.
    fn inside(&mut self, state: Id<State>) {
        let machine = self.labels.machine;
        let start = self.text.len();
        if let Some(initial) = machine.initial(state) {
            let line = match &machine.states[state].initial {
                Some(transition) => self.initial_transition(initial, transition),
                None => format!("[*] --> {}", self.id(initial)),
            };
            self.line(&line);
        }
        self.any_state(state);
        for deep in [false, true] {
            if self.has_history(state, deep) {
                let (id, name) = (self.history(state, deep), if deep { "H*" } else { "H" });
                self.declare(&id, name, &[]);
            }
        }
        let parallel = machine.states[state].kind == StateKind::Parallel;
        for &child in &machine.states[state].children {
            // What stands for the whole state is not part of its first region.
            if parallel && self.text.len() > start {
                self.line("--");
            }
            self.state(child);
        }
    }

    /// The arrow from the initial pseudostate. It ends at a child, since Mermaid would move what lies further inside:
    /// where the transition goes deeper, the label says so.
    fn initial_transition(&self, child: Id<State>, transition: &InitialTransition) -> String {
        let (to, place) = match transition.target.kind {
            TargetKind::State(ref entry) if entry.state == child => (self.id(child).to_owned(), None),
            TargetKind::History { deep, state, .. } if self.labels.machine.states[child].parent == Some(state) => {
                (self.history(state, deep), None)
            }
            _ => (self.id(child).to_owned(), Some(transition.target.span)),
        };
        format!("[*] --> {to}{}", label(&self.labels.initial(transition, place)))
    }

    /// The arrows that are written inside a composite, or in the machine.
    fn arrows_of(&mut self, state: Id<State>) {
        let arrows: Vec<String> = self
            .arrows
            .iter()
            .filter(|arrow| arrow.scope == state)
            .map(|arrow| format!("{} --> {}{}", arrow.from, arrow.to, label(&arrow.label)))
            .collect();
        for arrow in arrows {
            self.line(&arrow);
        }
    }

    fn state(&mut self, id: Id<State>) {
        let machine = self.labels.machine;
        let (name, identifier) = (self.labels.state(id), self.id(id).to_owned());
        match machine.states[id].kind {
            StateKind::Atomic | StateKind::Final => {
                let details = self.labels.details(id);
                self.declare(&identifier, &name, &details);
                if machine.states[id].kind == StateKind::Final {
                    self.line(&format!("{identifier} --> [*]"));
                }
            }
            StateKind::Composite { .. } | StateKind::Parallel => self.composite(id),
        }
    }

    /// A state with what is inside it: states, then the arrows between them.
    fn composite(&mut self, id: Id<State>) {
        let (name, identifier) = (self.labels.state(id), self.id(id).to_owned());
        let opening = if name == identifier {
            format!("state {identifier} {{")
        } else {
            format!("state \"{}\" as {identifier} {{", encode(&name))
        };
        self.line(&opening);
        self.depth += 1;
        self.inside(id);
        if id != Machine::root() {
            self.arrows_of(id);
        }
        self.depth -= 1;
        self.line("}");
    }

    /// Declares a state. A description would take the place of a name that is not written out.
    fn declare(&mut self, identifier: &str, name: &str, details: &[String]) {
        if name == identifier && details.is_empty() {
            self.line(identifier);
        } else {
            self.line(&format!("state \"{}\" as {identifier}", encode(name)));
        }
        for detail in details {
            self.line(&format!("{identifier} : {}", encode(detail)));
        }
    }

    /// What a composite does in any of its states.
    fn any_state(&mut self, state: Id<State>) {
        let details = self.labels.details(state);
        let any = self.any(state);
        let needed = !details.is_empty() || self.arrows.iter().any(|arrow| arrow.from == any);
        if needed {
            let name = format!("any state of {}", self.labels.state(state));
            self.declare(&any, &name, &details);
        }
    }

    fn has_history(&self, state: Id<State>, deep: bool) -> bool {
        let history = self.history(state, deep);
        self.arrows.iter().any(|arrow| arrow.to == history || arrow.from == history)
    }

    fn collect_arrows(&mut self) {
        let machine = self.labels.machine;
        for reaction in &machine.reactions {
            for branch in &reaction.branches {
                let label = self.labels.transition(reaction, branch);
                self.arrow(reaction.source, &branch.tail, label, false);
            }
        }
        for initial in machine.states.iter().filter_map(|state| state.initial.as_ref()) {
            if let TargetKind::History { deep, state, .. } = initial.target.kind {
                self.default_of_history(&self.history(state, deep), &initial.target, state);
            }
        }
        for limit in &machine.limits {
            let Some(tail) = &limit.tail else { continue };
            let label = self.labels.exceeded(limit, tail);
            self.arrow(limit.state, tail, label, true);
        }
    }

    /// The arrow of a transition; `is_any` starts it at what stands for all states inside its source.
    fn arrow(&mut self, source: Id<State>, tail: &Tail, label: String, is_any: bool) {
        let machine = self.labels.machine;
        let Some(target) = &tail.target else { return };
        // Mermaid has no arrow from a composite into itself.
        let local = machine.transition_kind(source, tail) == TransitionKind::Local;
        let inward = target.states().all(|state| state == source || machine.is_descendant(state, source));
        let composite = !machine.is_leaf(source);
        let from_any = composite && (is_any || local || inward);
        let from = if from_any { self.any(source) } else { self.id(source).to_owned() };
        let parent = |state: Id<State>| machine.states[state].parent.unwrap_or_else(Machine::root);
        let from_parent = if from_any { source } else { parent(source) };
        let scope_with = |to_parent: Id<State>| if to_parent == from_parent { to_parent } else { Machine::root() };
        match &target.kind {
            TargetKind::State(entry) => {
                let scope = scope_with(parent(entry.state));
                let to = self.id(entry.state).to_owned();
                self.arrows.push(Arrow { scope, from, to, label });
            }
            TargetKind::Fork(entries) => {
                // An arrow to each of the states that are entered together.
                for (index, entry) in entries.iter().enumerate() {
                    let label = if index == 0 { label.clone() } else { format!("{label} (also)") };
                    let (scope, to) = (scope_with(parent(entry.state)), self.id(entry.state).to_owned());
                    self.arrows.push(Arrow { scope, from: from.clone(), to, label });
                }
            }
            TargetKind::History { deep, state, .. } => {
                let scope = scope_with(*state);
                let history = self.history(*state, *deep);
                self.arrows.push(Arrow { scope, from, to: history.clone(), label });
                self.default_of_history(&history, target, *state);
            }
        }
    }

    /// The arrows that are taken out of a history when nothing was recorded.
    fn default_of_history(&mut self, history: &str, target: &Target, state: Id<State>) {
        let machine = self.labels.machine;
        let mut defaults: Vec<_> = target.entries().iter().map(|entry| entry.state).collect();
        if defaults.is_empty() {
            defaults.extend(machine.initial(state));
        }
        let label = format!("if nothing was recorded{}", self.labels.actions(target.default_actions()));
        for first in defaults {
            let to = self.id(first).to_owned();
            if !self.arrows.iter().any(|arrow| arrow.from == history && arrow.to == to && arrow.label == label) {
                let scope = if machine.states[first].parent == Some(state) { state } else { Machine::root() };
                self.arrows.push(Arrow { scope, from: history.to_owned(), to, label: label.clone() });
            }
        }
    }

    /// Notes from doc comments. They are written where all states are known.
    fn notes(&mut self) {
        let machine = self.labels.machine;
        for id in machine.states.ids().skip(1) {
            let lines = self.labels.note(id);
            if lines.is_empty() {
                continue;
            }
            self.line(&format!("note right of {}", self.id(id)));
            self.depth += 1;
            for line in lines {
                self.line(&encode(&line));
            }
            self.depth -= 1;
            self.line("end note");
        }
    }
}

fn label(text: &str) -> String {
    if text.is_empty() { String::new() } else { format!(" : {}", encode(text)) }
}

/// Identifiers of states: their names, where Mermaid takes them for nothing else. They depend on nothing but the names
/// of the states around, so that an edit elsewhere changes no line.
fn identifiers(machine: &Machine) -> Vec<String> {
    let names = machine.states.enumerate().map(|(id, state)| {
        let same = machine.states.iter().skip(1).filter(|other| other.name.text == state.name.text).count();
        if same > 1 { machine.qualified_name(id).replace('.', "_") } else { state.name.text.clone() }
    });
    unique_identifiers(names, "state_", is_reserved)
}

/// An identifier for each name: the name itself, where nobody takes it for anything else.
pub(super) fn unique_identifiers(
    names: impl Iterator<Item = String>,
    prefix: &str,
    is_reserved: impl Fn(&str) -> bool,
) -> Vec<String> {
    let mut taken = BTreeSet::new();
    let mut ids = Vec::new();
    for name in names {
        let mut text: String = name
            .chars()
            .map(|letter| {
                if letter.is_ascii_alphanumeric() || letter == '_' {
                    letter.to_string()
                } else {
                    format!("u{:x}", u32::from(letter))
                }
            })
            .collect();
        if is_reserved(&text) {
            text.insert_str(0, prefix);
        }
        let mut unique = text.clone();
        let mut number = 2;
        while !taken.insert(unique.clone()) {
            unique = format!("{text}_{number}");
            number += 1;
        }
        ids.push(unique);
    }
    ids
}

/// Whether Mermaid, or the page that it draws into, takes the word for something else; or whether an identifier of ours
/// might be the same.
pub(super) fn is_reserved(id: &str) -> bool {
    const WORDS: &[&str] = &[
        "accdescr",
        "acctitle",
        "as",
        "class",
        "classdef",
        "click",
        "constructor",
        "default",
        "direction",
        "end",
        "fork",
        "hasownproperty",
        "hide",
        "href",
        "isprototypeof",
        "join",
        "note",
        "propertyisenumerable",
        "root",
        "scale",
        "state",
        "statediagram",
        "style",
        "subgraph",
        "tolocalestring",
        "tostring",
        "valueof",
    ];
    let lower = id.to_ascii_lowercase();
    let ours = lower.ends_with("_any") || lower.ends_with("_history") || lower.starts_with("state_");
    // What Mermaid calls the two `[*]` of a state.
    let theirs = lower.ends_with("_start") || lower.ends_with("_end");
    let starts = ["default", "click", "href", "class", "style", "note", "state", "end", "__", "_"];
    WORDS.contains(&lower.as_str())
        || starts.iter().any(|word| lower.starts_with(word))
        || ours
        || theirs
        || !lower.starts_with(|letter: char| letter.is_ascii_alphabetic())
}

/// A text in which nothing has a meaning for Mermaid.
///
/// Letters, digits, spaces and a few signs stand for themselves; every other character is written as `#NN;`, its decimal
/// code. Words that Mermaid looks for in the middle of text are broken by encoding their first letter.
pub(super) fn encode(text: &str) -> String {
    let mut encoded = String::new();
    let mut before = ' ';
    for (at, letter) in text.char_indices() {
        let rest = &text[at..];
        let word = begins_with(rest, "direction")
            || begins_with(rest, "end") && begins_with(rest["end".len()..].trim_start(), "note");
        let after = rest.chars().nth(1).unwrap_or(' ');
        if is_plain(before, letter, after, text[..at].trim_start()) && !word {
            encoded.push(letter);
        } else if letter.is_control() || letter == '\u{2028}' || letter == '\u{2029}' {
            encoded.push(' ');
        } else {
            let _ = write!(encoded, "#{};", u32::from(letter));
        }
        before = letter;
    }
    encoded
}

/// Whether a character stands for itself, next to these and behind that text. At the start of a text signs may make it
/// a list, a heading or a quotation; within a word `_` and `-` mean nothing.
fn is_plain(before: char, letter: char, after: char, text: &str) -> bool {
    match letter {
        ' ' => true,
        '(' | ')' | '[' | ']' | '{' | '}' | '/' | ',' | '=' | '!' | '?' | '+' | '>' => !text.is_empty(),
        '.' => !text.chars().all(|digit| digit.is_ascii_digit()),
        '_' | '-' => before.is_ascii_alphanumeric() && after.is_ascii_alphanumeric(),
        _ => letter.is_ascii_digit() || letter.is_alphabetic(),
    }
}

/// Whether a text begins with an ASCII word, in whatever case.
fn begins_with(text: &str, word: &str) -> bool {
    text.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::{encode, is_reserved};

    #[test]
    fn plain_words_stay_and_the_rest_is_encoded() {
        assert_eq!(encode("Login [ok] / greet(x)"), "Login [ok] / greet(x)");
        assert_eq!(encode("a:b; %% c#d"), "a#58;b#59; #37;#37; c#35;d");
        assert_eq!(encode("x_y \"z\" <b>"), "x_y #34;z#34; #60;b>");
        assert_eq!(encode("_a_b_ -c-d- --"), "#95;a_b#95; #45;c-d#45; #45;#45;");
        assert_eq!(encode("Größe { 日本 } →"), "Größe { 日本 } #8594;");
        assert_eq!(encode(" + 1. a"), " #43; 1. a");
        assert_eq!(encode(" 1. a"), " 1#46; a");
        assert_eq!(encode("go direction LR"), "go #100;irection LR");
        assert_eq!(encode("send, End  Note, end"), "send, #69;nd  Note, end");
        assert_eq!(encode("1. a"), "1#46; a");
        assert_eq!(encode("two\nlines"), "two lines");
    }

    #[test]
    fn words_of_mermaid_are_no_identifiers() {
        for word in ["end", "State", "default", "root", "clicked", "A_any", "A_start", "toString", "1st", "_x"] {
            assert!(is_reserved(word), "{word}");
        }
        assert!(!is_reserved("Active"));
    }
}
