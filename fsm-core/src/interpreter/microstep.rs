//! Leave, do, enter: `microstep`, `exitStates` and `enterStates` of SCXML's Appendix D.

use std::collections::BTreeSet;

use super::macrostep::Execution;
use super::selection::Enabled;
use super::{Happening, Stimulus, Value};
use crate::model::{BaseType, EntrySet, Expr, Id, Machine, State, StateKind, Target, Type, Variable};

/// The values at the arrows, for the contexts of states that are entered. `None` where one could not be had.
type Given = Vec<(Id<Variable>, Option<Value>)>;

impl<'p> Execution<'_, 'p> {
    /// Takes transitions together: all exits, then what each does, then all entries.
    pub(super) fn microstep(&mut self, transitions: &[Enabled<'p>], stimulus: &Stimulus) {
        for enabled in transitions {
            let Enabled { reaction, branch, instead, .. } = *enabled;
            self.trace.push(Happening::Took { reaction, branch, instead });
            if let Some(limit) = enabled.tail.counts.filter(|_| !instead) {
                self.interpreter.counts[limit.index()] += 1;
                self.trace.push(Happening::Counted(limit, self.interpreter.counts[limit.index()]));
            }
        }
        let exited = self.exit_states(transitions);
        let mut given = Given::new();
        for enabled in transitions {
            if let Some(target) = &enabled.tail.target {
                self.values_at_the_arrow(target, stimulus, &mut given);
            }
            self.perform(&enabled.tail.actions, stimulus);
        }
        for state in exited {
            self.end_context(state);
        }
        let mut entered = EntrySet::default();
        let machine = self.interpreter.machine;
        for enabled in transitions {
            if let (Some(target), Some(domain)) = (&enabled.tail.target, machine.domain(enabled.source, enabled.tail)) {
                entered.add(machine, domain, target, &*self.interpreter);
            }
        }
        self.enter_states(&entered, given, stimulus);
    }

    /// Leaves all states inside the domains of the transitions, innermost first and in reverse document order. What
    /// histories record is what was active before.
    fn exit_states(&mut self, transitions: &[Enabled<'p>]) -> Vec<Id<State>> {
        let exited: BTreeSet<Id<State>> = transitions.iter().flat_map(|enabled| self.exit_set(enabled)).collect();
        for &state in &exited {
            self.record_history(state);
        }
        let exited: Vec<_> = exited.into_iter().rev().collect();
        for &state in &exited {
            self.trace.push(Happening::Exited(state));
            self.cancel_pending_of(state);
            self.perform(&self.interpreter.machine.states[state].exit, &Stimulus::Nothing);
            // An exit action may have armed them again.
            self.cancel_timers_of(state);
            self.interpreter.configuration.remove(&state);
            self.interpreter.changed = true;
        }
        exited
    }

    /// A single final state counts as nothing: what has ended does not go on.
    fn record_history(&mut self, state: Id<State>) {
        let machine = self.interpreter.machine;
        for deep in [false, true] {
            if !self.interpreter.histories.contains(&(state, deep)) {
                continue;
            }
            let inside = |&inner: &Id<State>| {
                if deep {
                    machine.is_leaf(inner) && machine.is_descendant(inner, state)
                } else {
                    machine.states[inner].parent == Some(state)
                }
            };
            let mut active: Vec<_> = self.interpreter.configuration().filter(inside).collect();
            if matches!(active.as_slice(), [only] if machine.states[*only].kind == StateKind::Final) {
                active.clear();
            }
            self.trace.push(Happening::Recorded { state, deep, active: active.clone() });
            self.interpreter.history.insert((state, deep), active);
        }
    }

    /// The values for contexts that a transition enters, evaluated before its actions. One that does not fit fails, and
    /// is replaced by the initial value, else by the value of the range that is nearest.
    fn values_at_the_arrow(&mut self, target: &'p Target, stimulus: &Stimulus, given: &mut Given) {
        for (id, expr) in target.entries().iter().flat_map(|entry| &entry.arguments) {
            let value = self.value_at_the_arrow(*id, expr, stimulus);
            given.push((*id, value));
        }
    }

    fn value_at_the_arrow(&mut self, id: Id<Variable>, expr: &Expr, stimulus: &Stimulus) -> Option<Value> {
        let variable = &self.interpreter.machine.variables[id];
        let value = self.evaluator(stimulus).value(expr);
        if let Ok(value) = &value
            && value.fits(variable.ty, variable.interval)
        {
            return Some(value.clone());
        }
        self.fail(expr.span, super::actions::OUT_OF_RANGE);
        let nearest = || match (value, variable.interval) {
            (Ok(Value::Int(value)), Some(range)) => Some(Value::Int(value.clamp(range.low, range.high))),
            (Ok(Value::Duration(value)), Some(range)) => Some(Value::Duration(value.clamp(range.low, range.high))),
            _ => least(variable.ty, variable.interval),
        };
        self.interpreter.initial_value(id).or_else(nearest)
    }

    /// Ends the context of a state that was left, unless a history may lead back to it.
    fn end_context(&mut self, state: Id<State>) {
        if self.interpreter.kept[state.index()] {
            return;
        }
        for variable in &self.interpreter.machine.states[state].context {
            self.interpreter.values[variable.index()] = None;
        }
    }

    /// Enters states, outermost first. Each begins its context and sets its limits to zero, does its entry actions, arms
    /// its timers, and then what an initial transition or the default of a history adds.
    pub(super) fn enter_states(&mut self, entered: &EntrySet<'p>, given: Given, stimulus: &Stimulus) {
        let mut given = given;
        let machine = self.interpreter.machine;
        for state in entered.by_default_inside() {
            self.initial_transition(state, &mut given);
        }
        for actions in entered.history_actions_inside() {
            self.perform(actions, stimulus);
        }
        for &state in entered.states() {
            self.interpreter.configuration.insert(state);
            self.interpreter.changed = true;
            self.trace.push(Happening::Entered(state));
            self.begin_context(state, entered.is_restored(machine, state), &given);
            let declared = &machine.states[state];
            self.perform(&declared.entry, &Stimulus::Nothing);
            self.arm_timers(state);
            if !declared.runs.is_empty() {
                self.interpreter.to_start.insert(state);
            }
            if entered.is_by_default(state) {
                self.initial_transition(state, &mut given);
            }
            for actions in entered.history_actions(state) {
                self.perform(actions, stimulus);
            }
            if declared.kind == StateKind::Final {
                self.complete(state);
            }
        }
    }

    /// What the initial transition of a composite gives and does.
    fn initial_transition(&mut self, state: Id<State>, given: &mut Given) {
        if let Some(initial) = &self.interpreter.machine.states[state].initial {
            self.values_at_the_arrow(&initial.target, &Stimulus::Nothing, given);
            self.perform(&initial.actions, &Stimulus::Nothing);
        }
    }

    fn begin_context(&mut self, state: Id<State>, is_restored: bool, given: &Given) {
        let machine = self.interpreter.machine;
        for (id, limit) in machine.limits.enumerate() {
            if limit.state == state && state != Machine::root() {
                self.interpreter.counts[id.index()] = 0;
            }
        }
        let variables = &machine.states[state].context;
        if state == Machine::root() || is_restored && variables.iter().all(|id| self.has_value(*id)) {
            return;
        }
        let at_the_arrow = |id: Id<Variable>| given.iter().rev().find(|(of, _)| *of == id);
        let mut values = Vec::new();
        for &id in variables {
            let value = match at_the_arrow(id) {
                Some((_, value)) => value.clone(),
                None => self.interpreter.initial_value(id),
            };
            values.push(value);
        }
        // A context is there as a whole or not at all.
        let is_whole = values.iter().all(Option::is_some);
        for (&id, value) in variables.iter().zip(values) {
            if let (Some(value), Some(_)) = (&value, at_the_arrow(id)) {
                self.trace.push(Happening::Assigned(id, value.clone()));
            }
            self.interpreter.values[id.index()] = value.filter(|_| is_whole);
        }
    }

    fn has_value(&self, id: Id<Variable>) -> bool {
        self.interpreter.values[id.index()].is_some()
    }

    /// A final state was entered: the composite around it is done, and with it perhaps parallel states further out.
    fn complete(&mut self, state: Id<State>) {
        let machine = self.interpreter.machine;
        let mut outer = machine.states[state].parent;
        while let Some(done) = outer.filter(|&outer| self.interpreter.is_done(outer)) {
            self.trace.push(Happening::Done(done));
            if done == Machine::root() {
                self.interpreter.terminated = true;
                self.trace.push(Happening::Terminated);
                return;
            }
            self.enqueue(Stimulus::Done(done));
            outer = machine.states[done].parent.filter(|&around| machine.states[around].kind == StateKind::Parallel);
        }
    }
}

/// What a variable gets that can be given no value: the least of its range.
fn least(ty: Type, interval: Option<crate::model::Interval>) -> Option<Value> {
    match ty {
        Type::Optional(_) => Some(Value::None),
        Type::Plain(BaseType::Int(_)) => interval.map(|interval| Value::Int(interval.low)),
        Type::Plain(BaseType::Duration) => interval.map(|interval| Value::Duration(interval.low)),
        Type::Plain(BaseType::Extern(_)) => None,
        plain @ Type::Plain(_) => Some(Value::least(plain)),
    }
}
