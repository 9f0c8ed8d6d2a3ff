//! Definitions told apart by a number.
//!
//! A fingerprint is that of the tokens of a machine and of the types that it can name. Comments, documentation and white
//! space are no part of it, so it is the same whether a text came from a file or from the tokens of a macro, and it
//! never changes from one build to the next.
//!
//! Snapshots know their machine by the fingerprints of its parts, so that one of another definition can be refused in
//! words. What only people read is no part of these: labels and scenarios.

use proc_macro2::{TokenStream, TokenTree};

use crate::lists::CollectVec;
use crate::model::{
    Action, BaseType, Enum, ExternType, Field, Id, Machine, OnRestore, Program, State, StateKind, Tail, Trigger, Type,
    Variable, VariableScope,
};
use crate::source::{Sources, Span};

/// The fingerprint of a machine of `program`.
#[must_use]
pub fn fingerprint(program: &Program, machine: &Machine, sources: &Sources) -> u64 {
    let mut hasher = Hasher::new();
    hasher.tokens(sources.text(machine.span));
    for Enum { name, variants, machine: owner, .. } in &program.enums {
        if owner.is_none() {
            hasher.word(&name.text);
            for variant in variants {
                hasher.word(&variant.name.text);
            }
        }
    }
    for ExternType { name, path, .. } in &program.extern_types {
        if !contains(machine.span, *path) {
            hasher.word(&name.text);
            hasher.tokens(sources.text(*path));
        }
    }
    hasher.state
}

/// A part of a definition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the names are those of the declarations")]
pub enum Part {
    States,
    Params,
    Context,
    Limits,
    Events,
    Timers,
    Tasks,
    Types,
    /// All else that is done: transitions, guards, actions.
    Reactions,
}

impl Part {
    /// All of them.
    pub const ALL: [Part; 9] = [
        Part::States,
        Part::Params,
        Part::Context,
        Part::Limits,
        Part::Events,
        Part::Timers,
        Part::Tasks,
        Part::Types,
        Part::Reactions,
    ];

    /// The name of the part.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Part::States => "states",
            Part::Params => "params",
            Part::Context => "context",
            Part::Limits => "limits",
            Part::Events => "events",
            Part::Timers => "timers",
            Part::Tasks => "tasks",
            Part::Types => "types",
            Part::Reactions => "reactions",
        }
    }
}

/// The fingerprint of a part of a machine.
#[must_use]
pub fn fingerprint_of(part: Part, program: &Program, machine: &Machine, sources: &Sources) -> u64 {
    let mut parts = Parts { program, machine, sources, hasher: Hasher::new() };
    match part {
        Part::States => parts.states(),
        Part::Params => parts.variables(|scope| scope == VariableScope::Param),
        Part::Context => parts.variables(|scope| scope != VariableScope::Param),
        Part::Limits => parts.limits(),
        Part::Events => parts.events(),
        Part::Timers => parts.timers(),
        Part::Tasks => parts.tasks(),
        Part::Types => parts.types(),
        Part::Reactions => parts.reactions(),
    }
    parts.hasher.state
}

/// Reads the parts of one machine.
struct Parts<'a> {
    program: &'a Program,
    machine: &'a Machine,
    sources: &'a Sources,
    hasher: Hasher,
}

impl Parts<'_> {
    fn word(&mut self, word: &str) {
        self.hasher.word(word);
    }

    fn text(&mut self, span: Span) {
        self.hasher.tokens(self.sources.text(span));
    }

    fn state(&mut self, state: Id<State>) {
        self.word(&self.machine.qualified_name(state));
    }

    fn states(&mut self) {
        self.word(&self.machine.name.text);
        for (id, state) in self.machine.states.enumerate() {
            self.state(id);
            self.word(match state.kind {
                StateKind::Atomic => "atomic",
                StateKind::Composite { .. } => "composite",
                StateKind::Parallel => "parallel",
                StateKind::Final => "final",
            });
        }
    }

    fn ty(&mut self, ty: Type) {
        let (base, suffix) = match ty {
            Type::Plain(base) => (base, ""),
            Type::Optional(base) => (base, "?"),
        };
        let name = match base {
            BaseType::Bool => "bool",
            BaseType::Int(int) => int.name(),
            BaseType::Float => "f64",
            BaseType::Str => "str",
            BaseType::Duration => "duration",
            BaseType::Enum(of) => &self.program.enums[of].name.text,
            BaseType::Extern(of) => &self.program.extern_types[of].name.text,
        };
        self.hasher.word(name);
        self.hasher.word(suffix);
    }

    fn variables(&mut self, is_wanted: fn(VariableScope) -> bool) {
        let machine = self.machine;
        for Variable { name, scope, ty, interval, default, .. } in &machine.variables {
            if !is_wanted(*scope) {
                continue;
            }
            if let VariableScope::Context(state) = scope {
                self.state(*state);
            }
            self.word(&name.text);
            self.ty(*ty);
            if let Some(interval) = interval {
                self.word(&format!("{}..={}", interval.low, interval.high));
            }
            if let Some(default) = default {
                self.text(default.span);
            }
        }
    }

    fn fields(&mut self, fields: &[Field]) {
        for field in fields {
            self.word(&field.name.text);
            self.ty(field.ty);
        }
    }

    fn limits(&mut self) {
        for limit in &self.machine.limits {
            self.word(&limit.name.text);
            self.state(limit.state);
            self.word(if limit.inclusive { "<=" } else { "<" });
            self.text(limit.bound.span);
            match &limit.tail {
                Some(tail) => self.tail(tail),
                None => self.word("refused"),
            }
        }
    }

    fn tail(&mut self, tail: &Tail) {
        if let Some(target) = &tail.target {
            self.text(target.span);
        }
        self.word(if tail.reenter { "reenter" } else { "" });
        self.actions(&tail.actions);
    }

    fn actions(&mut self, actions: &[Action]) {
        for action in actions {
            self.text(action.span);
        }
    }

    fn events(&mut self) {
        for event in &self.machine.events {
            self.word(&event.name.text);
            self.word(if event.internal { "internal" } else { "" });
            self.fields(&event.fields);
        }
    }

    fn timers(&mut self) {
        for reaction in &self.machine.reactions {
            let (Trigger::After(delay) | Trigger::Every(delay)) = &reaction.trigger else { continue };
            self.state(reaction.source);
            self.word(if matches!(reaction.trigger, Trigger::Every(_)) { "every" } else { "after" });
            self.text(delay.span);
            self.word(match reaction.on_restore {
                OnRestore::Fire => "fire",
                OnRestore::Remaining => "remaining",
                OnRestore::Restart => "restart",
            });
        }
    }

    fn tasks(&mut self) {
        for task in &self.machine.tasks {
            self.word(&task.name.text);
            self.fields(&task.parameters);
            if let Some(ty) = task.result {
                self.ty(ty);
            }
            self.word(if task.fails.is_some() { "fails" } else { "" });
        }
        for (id, state) in self.machine.states.enumerate() {
            for run in &state.runs {
                self.state(id);
                self.word(&self.machine.tasks[run.task].name.text);
                run.arguments.iter().for_each(|argument| self.text(argument.span));
            }
        }
    }

    fn types(&mut self) {
        let (program, machine) = (self.program, self.machine);
        let variables = machine.variables.iter().map(|variable| variable.ty);
        let of_events = machine.events.iter().flat_map(|event| &event.fields).map(|field| field.ty);
        let used = variables.chain(of_events).map(|(Type::Plain(base) | Type::Optional(base))| base).collect_vec();
        for (id, of) in program.enums.enumerate() {
            if used.contains(&BaseType::Enum(id)) {
                self.word(&of.name.text);
                of.variants.iter().for_each(|variant| self.word(&variant.name.text));
            }
        }
        for (id, of) in program.extern_types.enumerate() {
            if used.contains(&BaseType::Extern(id)) {
                self.word(&of.name.text);
                self.text(of.path);
            }
        }
    }

    fn reactions(&mut self) {
        let machine = self.machine;
        for (id, state) in machine.states.enumerate() {
            self.state(id);
            self.actions(&state.entry);
            self.word("exit");
            self.actions(&state.exit);
            if let StateKind::Composite { initial: Some(initial) } = state.kind {
                self.state(initial);
            }
            if let Some(initial) = &state.initial {
                self.text(initial.target.span);
                self.actions(&initial.actions);
            }
        }
        for reaction in &machine.reactions {
            self.state(reaction.source);
            // Delays are told of by the timers.
            if matches!(reaction.trigger, Trigger::After(_) | Trigger::Every(_)) {
                reaction.branches.iter().for_each(|branch| self.text(branch.span));
            } else {
                self.text(reaction.span);
            }
        }
        for guard in &machine.guards {
            self.word(&guard.name.text);
            self.fields(&guard.parameters);
            if let Some(body) = &guard.body {
                self.text(body.span);
            }
        }
    }
}

fn contains(outer: Span, inner: Span) -> bool {
    outer.file == inner.file && outer.start <= inner.start && inner.end <= outer.end
}

/// FNV-1a with 64 bits.
///
/// Source: Fowler, Noll, Vo and Eastlake, RFC 9923.
struct Hasher {
    state: u64,
}

impl Hasher {
    fn new() -> Self {
        Hasher { state: 0xcbf2_9ce4_8422_2325 }
    }

    fn byte(&mut self, byte: u8) {
        self.state = (self.state ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }

    /// A word, and that it ends.
    fn word(&mut self, word: &str) {
        word.bytes().for_each(|byte| self.byte(byte));
        self.byte(0);
    }

    /// The tokens of a text. A text that was parsed is a valid token stream.
    fn tokens(&mut self, text: &str) {
        let tokens: TokenStream = text.parse().unwrap_or_default();
        let mut open = vec![(tokens.into_iter(), ')')];
        while let Some((trees, close)) = open.last_mut() {
            match trees.next() {
                Some(TokenTree::Group(group)) if is_doc(&group.stream()) => {}
                Some(TokenTree::Group(group)) => {
                    let (bracket, close) = match group.delimiter() {
                        proc_macro2::Delimiter::Brace => ("{", '}'),
                        proc_macro2::Delimiter::Bracket => ("[", ']'),
                        _ => ("(", ')'),
                    };
                    self.word(bracket);
                    open.push((group.stream().into_iter(), close));
                }
                // The `#` of an attribute says no more than its brackets.
                Some(TokenTree::Punct(hash)) if hash.as_char() == '#' => {}
                Some(tree) => self.word(&tree.to_string()),
                None => {
                    let close = *close;
                    self.word(close.encode_utf8(&mut [0; 4]));
                    open.pop();
                }
            }
        }
    }
}

/// Whether an attribute is a doc comment.
fn is_doc(attribute: &TokenStream) -> bool {
    matches!(attribute.clone().into_iter().next(), Some(TokenTree::Ident(name)) if name == "doc")
}

#[cfg(test)]
mod tests {
    use super::{Part, fingerprint, fingerprint_of};
    use crate::source::Sources;
    use crate::{NoImports, analyze};

    fn of(text: &str) -> u64 {
        let mut sources = Sources::new();
        let root = sources.add("test", text);
        let program = analyze(&mut sources, root, &mut NoImports).program;
        fingerprint(&program, &program.machines[0], &sources)
    }

    const LAMP: &str = "enum Color { Red, Blue } machine Lamp { event Go; initial state Off { on Go -> Off; } }";

    #[test]
    fn layout_and_documentation_are_no_part_of_it() {
        assert_eq!(of(LAMP), 0xacee_ac3d_0710_3162, "it stays what it was in every version");
        assert_eq!(of(&LAMP.replace(' ', " /* here */\n  ").replace("- >", "->")), of(LAMP));
        assert_eq!(of(&LAMP.replace("initial", "\n/// Where it begins.\ninitial")), of(LAMP));
        assert_eq!(of(&format!("{LAMP} machine Other {{ initial state Off; }}")), of(LAMP));
    }

    /// The parts in which two definitions differ.
    fn differing(one: &str, other: &str) -> Vec<&'static str> {
        let parts = |text: &str| {
            let mut sources = Sources::new();
            let root = sources.add("test", text);
            let program = analyze(&mut sources, root, &mut NoImports).program;
            Part::ALL.map(|part| fingerprint_of(part, &program, &program.machines[0], &sources))
        };
        let both = parts(one).into_iter().zip(parts(other)).zip(Part::ALL);
        both.filter(|((one, other), _)| one != other).map(|(_, part)| part.name()).collect()
    }

    #[test]
    fn parts_are_told_apart() {
        let job = "enum Cause { A, B } #[snapshot] machine Job { param most: u8 = 3; context { n: u8 = 0, why: Cause? } event Go { x: u8 };
            task fetch(); guard big = n > 3; limit tries <= 3 else -> Broken;
            initial state Off \"off\" { on Go [big] -> On counts tries / n = 1; }
            state On { run fetch() {} after 3s -> Off; }
            state Broken;
            scenario \"goes\" { send Go { x: 1 }; }
        }";
        for (from, to, expected) in [
            ("\"off\"", "\"away\"", vec![]),
            ("send Go { x: 1 };", "", vec![]),
            ("state Broken;", "state Broken; state More;", vec!["states", "reactions"]),
            ("param most: u8", "param most: u16", vec!["params"]),
            ("n: u8 = 0", "n: u8 in 0..=200 = 0", vec!["context"]),
            ("tries <= 3", "tries <= 4", vec!["limits"]),
            ("x: u8", "x: u8, y: u8", vec!["events"]),
            ("after 3s", "after 4s", vec!["timers"]),
            ("after 3s", "after 3s on restore remaining", vec!["timers"]),
            ("run fetch() {}", "", vec!["tasks"]),
            ("A, B", "A, B, C", vec!["types"]),
            ("n > 3", "n > 4", vec!["reactions"]),
            ("n = 1", "n = 2", vec!["reactions"]),
        ] {
            assert_eq!(differing(job, &job.replacen(from, to, 1)), expected, "{from} as {to}");
        }
    }

    #[test]
    fn everything_else_is() {
        for (from, to) in [
            ("Off", "On"),
            ("Red", "Green"),
            ("-> Off", "-> Off / reset context"),
            ("Off;", "Off reenter;"),
            ("event", "internal event"),
        ] {
            assert_ne!(of(&LAMP.replace(from, to)), of(LAMP), "{from} as {to}");
        }
    }
}
