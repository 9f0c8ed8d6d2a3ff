//! Identifiers of generated code: each at the place of the user's name, none of them twice.

use std::collections::BTreeSet;

use proc_macro2::{Ident, Span};

use super::Places;
use crate::lists::CollectVec;
use crate::model::{Guard, Id, Limit, Machine, Name, Reaction, State, StateKind, Task, Trigger};

/// The names of one machine.
pub(super) struct Names {
    machine: Ident,
    /// The field that holds the innermost active state.
    state: Ident,
    /// The variants of the states, by index. The root has none and is named after the machine.
    states: Vec<Ident>,
    /// What belongs to the states, by index.
    members: Vec<StateMembers>,
    /// The counts of the limits, by index.
    counts: Vec<Ident>,
    /// The methods of the guards that have a body, by index.
    guards: Vec<Ident>,
    /// The fields of the timers.
    timers: Vec<Option<Ident>>,
    /// The fields of the runs of tasks, by state and index.
    runs: Vec<Vec<Ident>>,
    /// The methods that take the ends of tasks, by index.
    finishes: Vec<Ident>,
}

/// The fields and methods of the machine that belong to one state.
struct StateMembers {
    context: Ident,
    enter: Ident,
    exit: Ident,
    history: Ident,
    deep_history: Ident,
    arm: Ident,
    starts: Ident,
    region: Ident,
    leave: Ident,
    restore: Ident,
    staged: Ident,
}

/// The fields and methods that every machine may have.
const MEMBERS: &[&str] = &[
    "act",
    "advance_to",
    "answer",
    "began",
    "begin",
    "check",
    "configuration",
    "context",
    "count",
    "defer",
    "deferred",
    "definition",
    "delay",
    "delayed",
    "dispatch",
    "end",
    "ended",
    "enter",
    "entered",
    "fail",
    "failure",
    "finish",
    "forget",
    "handle",
    "handle_at",
    "host",
    "host_mut",
    "internal",
    "into_host",
    "is_changed",
    "is_in",
    "is_recalling",
    "is_terminated",
    "leave",
    "left",
    "look_up",
    "marker",
    "meet_next",
    "microstep",
    "next_deadline",
    "next_due",
    "next_run",
    "now",
    "overflow",
    "params",
    "raise",
    "react",
    "recall",
    "recalled",
    "record",
    "restore",
    "restore_at",
    "resume",
    "select",
    "settle",
    "snapshot",
    "start",
    "start_tasks",
    "start_with",
    "state",
    "step",
    "taken",
    "to_recall",
];

/// The constants of the enum of states, which live beside its variants.
const STATE_CONSTANTS: &[&str] = &["ALL", "TRANSITIONS"];

impl Names {
    pub(super) fn new(machine: &Machine, places: &dyn Places) -> Self {
        let mut taken = set(STATE_CONSTANTS);
        let mut taken_snakes = BTreeSet::new();
        let (mut states, mut snakes) = (Vec::new(), Vec::new());
        for (id, state) in machine.states.enumerate() {
            let text =
                if id == Machine::root() { state.name.text.clone() } else { unique(&variant(machine, id), &mut taken) };
            snakes.push(unique(&snake(&text), &mut taken_snakes));
            states.push(ident_at(&text, places.span(state.name.span)));
        }
        // What is public gets its name first, and nothing gets one that does not exist.
        let mut taken = set(MEMBERS);
        let mut member = |text: String, exists: bool| plain(&if exists { unique(&text, &mut taken) } else { text });
        let named = || machine.states.iter().zip(&snakes);
        let contexts: Vec<_> =
            named().map(|(state, snake)| member(format!("{snake}_context"), !state.context.is_empty())).collect_vec();
        let counts = machine.limits.iter().map(|limit| {
            let others = machine.limits.iter().filter(|other| other.name.text == limit.name.text).count();
            let owner = if others > 1 { format!("{}_", snakes[limit.state.index()]) } else { String::new() };
            member(format!("{owner}{}_count", snake(&limit.name.text)), true)
        });
        let counts = counts.collect_vec();
        let finishes = machine.tasks.iter().map(|task| member(format!("finish_{}", snake(&task.name.text)), true));
        let finishes = finishes.collect_vec();
        let is_parallel = machine.states.iter().any(|state| state.kind == StateKind::Parallel);
        let is_region =
            |state: &State| state.parent.is_some_and(|parent| machine.states[parent].kind == StateKind::Parallel);
        let members = named().zip(contexts).map(|((state, snake), context)| StateMembers {
            context,
            enter: member(format!("enter_{snake}"), !state.entry.is_empty()),
            exit: member(format!("exit_{snake}"), !state.exit.is_empty()),
            history: member(format!("{snake}_history"), !state.children.is_empty()),
            deep_history: member(format!("{snake}_deep_history"), !state.children.is_empty()),
            arm: member(
                format!("arm_{snake}"),
                state.reactions.iter().any(|&id| is_timer(&machine.reactions[id].trigger)),
            ),
            starts: member(format!("{snake}_starts"), !state.runs.is_empty()),
            region: member(format!("{snake}_state"), is_region(state)),
            leave: member(format!("leave_{snake}"), is_parallel && !state.children.is_empty()),
            restore: member(format!("restore_{snake}"), is_parallel && !state.children.is_empty()),
            staged: member(format!("staged_{snake}"), is_parallel && !state.context.is_empty()),
        });
        let members = members.collect_vec();
        let guards = machine
            .guards
            .iter()
            .map(|guard| member(format!("guard_{}", snake(&guard.name.text)), guard.body.is_some()));
        let guards = guards.collect_vec();
        let timers = machine.reactions.iter().map(|reaction| {
            let what = match reaction.trigger {
                Trigger::After(_) => "after",
                Trigger::Every(_) => "every",
                _ => return None,
            };
            Some(member(format!("{}_{what}", snakes[reaction.source.index()]), true))
        });
        let timers = timers.collect_vec();
        let mut runs = Vec::new();
        for (state, snake_of_state) in machine.states.iter().zip(&snakes) {
            let named = state.runs.iter().map(|run| {
                let task = snake(&machine.tasks[run.task].name.text);
                member(format!("{snake_of_state}_{task}_run"), true)
            });
            runs.push(named.collect_vec());
        }
        let state = plain("state");
        Names { machine: ident(&machine.name, places), state, states, members, counts, guards, timers, runs, finishes }
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

    /// The field that holds the context of a state.
    pub(super) fn context(&self, state: Id<State>) -> &Ident {
        &self.members[state.index()].context
    }

    /// The method that enters a state.
    pub(super) fn enter(&self, state: Id<State>) -> &Ident {
        &self.members[state.index()].enter
    }

    /// The method that leaves a state.
    pub(super) fn exit(&self, state: Id<State>) -> &Ident {
        &self.members[state.index()].exit
    }

    /// The field that holds the child of a state that was last active.
    pub(super) fn history(&self, state: Id<State>) -> &Ident {
        &self.members[state.index()].history
    }

    /// The field that holds the innermost state inside a state that was last active.
    pub(super) fn deep_history(&self, state: Id<State>) -> &Ident {
        &self.members[state.index()].deep_history
    }

    /// The field that holds the count of a limit, and the method that tells it.
    pub(super) fn count(&self, limit: Id<Limit>) -> &Ident {
        &self.counts[limit.index()]
    }

    /// The field that holds the deadline of a timer.
    pub(super) fn timer(&self, timer: Id<Reaction>) -> &Ident {
        // Every timer has one.
        self.timers.get(timer.index()).and_then(Option::as_ref).unwrap_or(&self.machine)
    }

    /// The field that holds the innermost active state of a region.
    pub(super) fn region(&self, region: Id<State>) -> &Ident {
        if region == Machine::root() { &self.state } else { &self.members[region.index()].region }
    }

    /// The method that leaves what is active inside a composite.
    pub(super) fn leave(&self, state: Id<State>) -> &Ident {
        &self.members[state.index()].leave
    }

    /// The method that enters again what was active inside a state.
    pub(super) fn restore(&self, state: Id<State>) -> &Ident {
        &self.members[state.index()].restore
    }

    /// The field that holds the context of a state before it is entered.
    pub(super) fn staged(&self, state: Id<State>) -> &Ident {
        &self.members[state.index()].staged
    }

    /// The method that arms the timers of a state.
    pub(super) fn arm(&self, state: Id<State>) -> &Ident {
        &self.members[state.index()].arm
    }

    /// The field that tells whether the tasks of a state are to be started.
    pub(super) fn starts(&self, state: Id<State>) -> &Ident {
        &self.members[state.index()].starts
    }

    /// The field that holds the run of a state's task.
    pub(super) fn run(&self, state: Id<State>, index: usize) -> &Ident {
        // Every run has one.
        self.runs.get(state.index()).and_then(|runs| runs.get(index)).unwrap_or(&self.machine)
    }

    /// The method that takes the end of a task.
    pub(super) fn finish(&self, task: Id<Task>) -> &Ident {
        &self.finishes[task.index()]
    }

    /// The method of a guard that has a body.
    pub(super) fn guard(&self, guard: Id<Guard>) -> &Ident {
        &self.guards[guard.index()]
    }
}

fn is_timer(trigger: &Trigger) -> bool {
    matches!(trigger, Trigger::After(_) | Trigger::Every(_))
}

fn set(names: &[&str]) -> BTreeSet<String> {
    let mut set = BTreeSet::new();
    for &name in names {
        set.insert(name.to_owned());
    }
    set
}

/// The name of a state alone, or with those of the states around it where several have the same.
fn variant(machine: &Machine, state: Id<State>) -> String {
    let text = &machine.states[state].name.text;
    let others = machine.states.iter().filter(|other| other.name.text == *text).count();
    if others == 1 { text.clone() } else { machine.qualified_name(state).replace('.', "") }
}

pub(super) fn unique(text: &str, taken: &mut BTreeSet<String>) -> String {
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

fn unraw(ident: &Ident) -> String {
    let text = ident.to_string();
    text.strip_prefix("r#").map_or(text.clone(), str::to_owned)
}

/// `AwaitingConfirmation` and `AWAITING_CONFIRMATION` as `awaiting_confirmation`.
pub(super) fn snake(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect_vec();
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
pub(crate) fn words(text: &str) -> String {
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
