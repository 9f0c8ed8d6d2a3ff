//! Whoever enters a state gives its context what it needs.

use super::Builder;
use super::declarations::Scope;
use crate::diagnostic::{Diagnostic, Rule, Severity};
use crate::lists::CollectVec;
use crate::model::{Entry, EntrySet, Id, IdSet, Machine, NothingRecorded, State, Tail, Variable};
use crate::source::Span;

impl<'a> Scope<'a, '_> {
    /// Checks that every way into a state gives its variables without an initial value one.
    pub(super) fn check_contexts(&self, builder: &mut Builder<'a>) {
        let machine = &self.machine;
        if machine.states.iter().skip(1).all(|state| self.needs(&state.context).is_empty()) {
            return;
        }
        let mut start = EntrySet::default();
        start.add_default(machine, Machine::root());
        if let Some(&initial) = machine.states[Machine::root()].children.first() {
            let initial = machine.initial(Machine::root()).unwrap_or(initial);
            self.require(builder, &start, &[], machine.states[initial].head);
        }
        let mut sources: Vec<IdSet<State>> = machine.limits.iter().map(|_| IdSet::default()).collect_vec();
        for reaction in &machine.reactions {
            for branch in &reaction.branches {
                self.check_tail(builder, reaction.source, &branch.tail);
                if let Some(limit) = branch.tail.counts {
                    sources[limit.index()].insert(reaction.source);
                }
            }
        }
        for (limit, sources) in machine.limits.iter().zip(&sources) {
            if let Some(tail) = &limit.tail {
                sources.ids().iter().for_each(|&source| self.check_tail(builder, source, tail));
            }
        }
    }

    fn check_tail(&self, builder: &mut Builder<'a>, source: Id<State>, tail: &Tail) {
        let (Some(target), Some(domain)) = (&tail.target, self.machine.domain(source, tail)) else {
            return;
        };
        let mut entered = EntrySet::default();
        entered.add(&self.machine, domain, target, &NothingRecorded);
        self.require(builder, &entered, target.entries(), target.span);
    }

    /// The variables without an initial value.
    fn needs(&self, variables: &[Id<Variable>]) -> Vec<Id<Variable>> {
        variables.iter().copied().filter(|&id| self.machine.variables[id].default.is_none()).collect_vec()
    }

    /// What is entered needs values, and the entries at the arrow and of initial transitions on the way give some. The
    /// machine's own context is given what it needs by whoever makes the machine.
    fn require(&self, builder: &mut Builder<'a>, entered: &EntrySet<'_>, entries: &[Entry], span: Span) {
        let machine = &self.machine;
        let mut given = Vec::new();
        let mut add = |entries: &[Entry]| {
            for entry in entries {
                entry.arguments.iter().for_each(|(id, _)| given.push(*id));
            }
        };
        add(entries);
        for &state in entered.by_default() {
            if let Some(initial) = &machine.states[state].initial {
                add(initial.target.entries());
            }
        }
        for &state in entered.states().iter().filter(|&&state| state != Machine::root()) {
            let missing = self.needs(&machine.states[state].context).into_iter().find(|id| !given.contains(id));
            let Some(id) = missing else { continue };
            let on_the_way = |entry: &&Entry| {
                machine.lineage(entry.state).any(|outer| outer == state) || machine.is_descendant(state, entry.state)
            };
            let span = entries.iter().find(on_the_way).map_or(span, |entry| entry.span);
            let variable = &self.machine.variables[id];
            let (owner, name) = (self.machine.qualified_name(state), &variable.name.text);
            builder.report(
                Diagnostic::new(&MISSING_CONTEXT, span, format!("entering `{owner}` needs a value for `{name}`"))
                    .and(variable.name.span, "declared here, without an initial value")
                    .help(format!(
                        "give it at the arrow, `-> {owner} {{ {name}: … }}`, or where it is declared, `= …`"
                    )),
            );
        }
    }
}

/// A state that is entered without what its context needs.
pub(crate) static MISSING_CONTEXT: Rule = Rule {
    code: "FSM205",
    name: "missing-context",
    severity: Severity::Error,
    summary: "a state that is entered without a value that its context needs",
    explanation: "The context of a state begins when the state is entered. A variable without an initial value must be given one \
                  by every transition that enters the state: `-> Active { user: event.user }`. A state that is entered by \
                  default, as an initial child is, cannot be given one.",
    example: "machine Door {\n    event Open { by: u8 };\n    output Held { by: u8 };\n    initial state Shut { on Open -> Ajar; }\n    state Ajar { context { by: u8 } exit / emit Held { by: by }; on Open -> Shut; }\n}\n",
    instead: "machine Door {\n    event Open { by: u8 };\n    output Held { by: u8 };\n    initial state Shut { on Open -> Ajar { by: event.by }; }\n    state Ajar { context { by: u8 } exit / emit Held { by: by }; on Open -> Shut; }\n}\n",
};
