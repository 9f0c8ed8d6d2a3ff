//! Whoever enters a state gives its context what it needs.

use std::collections::BTreeSet;

use super::Builder;
use super::declarations::Scope;
use crate::diagnostic::{Diagnostic, Rule, Severity};
use crate::model::{Entry, Id, Limit, Machine, State, Tail, Target, TargetKind, Variable};
use crate::source::Span;

impl<'a> Scope<'a, '_> {
    /// Checks that every way into a state gives its variables without an initial value one.
    pub(super) fn check_contexts(&self, builder: &mut Builder<'a>) {
        let machine = &self.machine;
        if machine.states.iter().skip(1).all(|state| self.needs(state.context.iter()).next().is_none()) {
            return;
        }
        let start = machine.default_completion(Machine::root());
        if let Some(&initial) = start.get(1) {
            let entered = start[1..].to_vec();
            self.require(builder, &entered, &[], machine.states[initial].head);
        }
        let mut tails_of_limits: BTreeSet<(Id<Limit>, Id<State>)> = BTreeSet::new();
        for reaction in &machine.reactions {
            for branch in &reaction.branches {
                self.check_tail(builder, reaction.source, &branch.tail);
                tails_of_limits.extend(branch.tail.counts.map(|limit| (limit, reaction.source)));
            }
        }
        for (limit, source) in tails_of_limits {
            self.check_tail(builder, source, &machine.limits[limit].tail);
        }
    }

    fn check_tail(&self, builder: &mut Builder<'a>, source: Id<State>, tail: &Tail) {
        let (Some(target), Some(domain)) = (&tail.target, self.machine.domain(source, tail)) else {
            return;
        };
        for (entered, entry) in self.entered(domain, target) {
            let arguments = entry.map_or(&[][..], |entry| entry.arguments.as_slice());
            let given: Vec<_> = arguments.iter().map(|&(id, _)| id).collect();
            self.require(builder, &entered, &given, entry.map_or(target.span, |entry| entry.span));
        }
    }

    /// What a target enters, with the entry whose arguments are for it.
    fn entered<'t>(&self, domain: Id<State>, target: &'t Target) -> Vec<(Vec<Id<State>>, Option<&'t Entry>)> {
        let into = |state: Id<State>| {
            let mut entered = self.machine.path_from(domain, state);
            entered.pop();
            entered.extend(self.machine.default_completion(state));
            entered
        };
        match &target.kind {
            TargetKind::State(entry) | TargetKind::History { default: Some(entry), .. } => {
                vec![(into(entry.state), Some(entry))]
            }
            // A fork enters the states around all of its targets once; each entry may give what they need.
            TargetKind::Fork(entries) => {
                let shared: Vec<_> = entries.iter().flat_map(|entry| &entry.arguments).map(|&(id, _)| id).collect();
                let inner = |entry: &'t Entry| {
                    let entered = into(entry.state).into_iter();
                    let open = entered.filter(|&state| self.needs_beyond(state, &shared));
                    (open.collect(), Some(entry))
                };
                entries.iter().map(inner).collect()
            }
            TargetKind::History { state, default: None, .. } => vec![(into(*state), None)],
        }
    }

    fn needs_beyond(&self, state: Id<State>, given: &[Id<Variable>]) -> bool {
        self.needs(self.machine.states[state].context.iter()).any(|id| !given.contains(&id))
    }

    /// The variables without an initial value.
    fn needs<'v>(
        &'v self,
        variables: impl Iterator<Item = &'v Id<Variable>> + 'v,
    ) -> impl Iterator<Item = Id<Variable>> + 'v {
        variables.copied().filter(|&id| self.machine.variables[id].default.is_none())
    }

    fn require(&self, builder: &mut Builder<'a>, entered: &[Id<State>], given: &[Id<Variable>], span: Span) {
        for &state in entered {
            let missing = self.needs(self.machine.states[state].context.iter()).find(|id| !given.contains(id));
            let Some(id) = missing else { continue };
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
