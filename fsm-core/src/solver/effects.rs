//! What actions do to values: a list of actions performed on formulas.
//!
//! Each action sees what those before it did. An action that fails cuts the rest of its list, so what comes after it may
//! rely on its value having fitted.

use std::collections::BTreeMap;

use super::formula::{Formula, Linear};
use super::problem::Problem;
use super::reads::{Name, Named, Read};
use super::search::bounds;
use super::value::Value;
use crate::model::{Action, ActionKind, BaseType, Expr, Field, Id, Interval, Limit, State, Target, Type, Variable};
use crate::syntax::phrase;

/// A value that is kept or passed on.
#[derive(Debug)]
pub struct Kept<'m> {
    /// The value.
    pub value: &'m Expr,
    /// The type of what it is for.
    pub ty: Type,
    /// The range of what it is for, or of its type.
    pub interval: Interval,
    /// That it comes to that.
    pub reached: Formula,
    /// That it fits.
    pub fits: Formula,
}

/// Actions that are performed in one go, on one of the ways that are possible.
#[derive(Debug)]
pub struct Run<'m> {
    /// That it comes to what is performed next.
    pub reached: Formula,
    /// All values that were kept or passed on so far.
    pub kept: Vec<Kept<'m>>,
    /// Whether an action of the host may have failed, or given what does not fit.
    pub host_may_fail: bool,
}

impl Run<'_> {
    /// Begins where this holds.
    #[must_use]
    pub fn new(reached: Formula) -> Self {
        Run { reached, kept: Vec::new(), host_may_fail: false }
    }
}

impl Problem<'_> {
    /// Performs a list of actions.
    pub fn perform<'m>(&mut self, actions: &'m [Action], run: &mut Run<'m>) {
        for action in actions {
            self.perform_one(action, run);
        }
    }

    fn perform_one<'m>(&mut self, action: &'m Action, run: &mut Run<'m>) {
        match &action.kind {
            ActionKind::Call { action: id, arguments, result } => {
                let declared = &self.machine.actions[*id];
                self.pass(&declared.parameters, arguments, run);
                self.something_happens();
                run.host_may_fail |= declared.fails.is_some();
                if let (Some(variable), Some(ty)) = (result, declared.result) {
                    let value = self.any_value(ty, None);
                    let name = Name::Text(phrase(self.sources, action.span));
                    self.named.push(Named { name, ty, value: value.clone() });
                    // What the host answers is its own affair; what does not fit has cut the list.
                    let variable_of = &self.machine.variables[*variable];
                    let fits = self.fits(&value, range_of(variable_of.ty, variable_of.interval));
                    run.host_may_fail |= fits != Formula::TRUE;
                    run.reached = self.store.all([run.reached, fits]);
                    self.now.insert(Read::Variable(*variable), value);
                }
            }
            ActionKind::Assign { variable, value, .. } => {
                let declared = &self.machine.variables[*variable];
                let new = self.keep(value, declared.ty, declared.interval, run);
                self.now.insert(Read::Variable(*variable), new);
            }
            ActionKind::Emit { output, fields } => {
                let declared = &self.machine.outputs[*output].fields;
                self.pass(declared, fields, run);
            }
            ActionKind::Raise { event, fields, delay } => {
                let declared = &self.machine.events[*event].fields;
                self.pass(declared, fields, run);
                if let Some(delay) = delay {
                    self.keep(delay, Type::Plain(BaseType::Duration), None, run);
                }
            }
            ActionKind::If { arms, otherwise } => self.perform_if(arms, otherwise, run),
            ActionKind::ResetLimit(limit) => self.reset_limit(*limit),
            ActionKind::ResetVariables(variables) => {
                for &variable in variables {
                    self.begin_variable(variable, None);
                }
            }
            ActionKind::Cancel(_) | ActionKind::Restart(_) => {}
        }
    }

    fn perform_if<'m>(&mut self, arms: &'m [(Expr, Vec<Action>)], otherwise: &'m [Action], run: &mut Run<'m>) {
        let before = self.now.clone();
        let mut rest = run.reached;
        let mut ends = Vec::new();
        for (condition, actions) in arms {
            let holds = self.holds(condition);
            run.reached = self.store.all([rest, holds]);
            rest = self.store.all([rest, !holds]);
            self.perform(actions, run);
            ends.push((holds, run.reached, std::mem::replace(&mut self.now, before.clone())));
        }
        run.reached = rest;
        self.perform(otherwise, run);
        for (holds, reached, now) in ends.into_iter().rev() {
            run.reached = self.store.any([run.reached, reached]);
            self.merge(holds, &now);
        }
    }

    /// What things are worth now is `then` where the condition holds.
    fn merge(&mut self, condition: Formula, then: &BTreeMap<Read, Value>) {
        let otherwise = std::mem::take(&mut self.now);
        let reads: Vec<Read> = then.keys().chain(otherwise.keys()).cloned().collect();
        let mut merged = BTreeMap::new();
        for read in reads {
            let ty = match &read {
                Read::Variable(id) => self.machine.variables[*id].ty,
                _ => Type::Plain(BaseType::Int(crate::model::IntType::U32)),
            };
            let mut of = |known: &BTreeMap<Read, Value>| match (known.get(&read), &read) {
                (Some(value), _) => value.clone(),
                (None, Read::Variable(id)) => self.variable(*id),
                (None, Read::Limit(id)) => self.limit(*id),
                (None, _) => self.unknown(ty),
            };
            let (then, otherwise) = (of(then), of(&otherwise));
            let value = self.choice(condition, then, otherwise, ty);
            merged.insert(read, value);
        }
        self.now = merged;
    }

    /// Passes values on to fields or parameters.
    fn pass<'m>(&mut self, declared: &[Field], values: &'m [Expr], run: &mut Run<'m>) {
        for (field, value) in declared.iter().zip(values) {
            self.keep(value, field.ty, None, run);
        }
    }

    /// Evaluates a value that is for something, and goes on where it fits.
    pub fn keep_for<'m>(&mut self, variable: Id<Variable>, value: &'m Expr, run: &mut Run<'m>) -> Given {
        let declared = &self.machine.variables[variable];
        Given(variable, self.keep(value, declared.ty, declared.interval, run))
    }

    fn keep<'m>(&mut self, value: &'m Expr, ty: Type, interval: Option<Interval>, run: &mut Run<'m>) -> Value {
        let new = self.value(value);
        if let Some(interval) = range_of(ty, interval) {
            let fits = self.fits(&new, Some(interval));
            run.kept.push(Kept { value, ty, interval, reached: run.reached, fits });
            run.reached = self.store.all([run.reached, fits]);
        }
        new
    }

    fn fits(&mut self, value: &Value, interval: Option<Interval>) -> Formula {
        match (value, interval) {
            (Value::Number(number), Some(Interval { low, high })) => {
                let (above, below) = (self.store.at_most(number, low - 1), self.store.at_most(number, high));
                self.store.all([!above, below])
            }
            (Value::Option { is_some, payload }, interval) => {
                let fits = self.fits(payload, interval);
                self.store.any([!*is_some, fits])
            }
            _ => Formula::TRUE,
        }
    }

    /// A transition is counted.
    pub fn count(&mut self, limit: Id<Limit>, run: &mut Run<'_>) {
        let count = self.limit(limit);
        if let Value::Number(number) = count
            && let Some(more) = number.plus(&Linear::constant(1), 1)
        {
            let is_allowed = self.is_within(limit, &Value::Number(more.clone()));
            run.reached = self.store.all([run.reached, is_allowed]);
            self.now.insert(Read::Limit(limit), Value::Number(more));
        }
    }

    fn reset_limit(&mut self, limit: Id<Limit>) {
        self.now.insert(Read::Limit(limit), Value::Number(Linear::constant(0)));
    }

    /// A state is entered: its limits and its context begin. Where nothing is given at the arrow, a variable gets its
    /// initial value.
    pub fn begin(&mut self, state: Id<State>, given: &[Given]) {
        self.something_happens();
        let machine = self.machine;
        for (id, limit) in machine.limits.enumerate() {
            if limit.state == state {
                self.reset_limit(id);
            }
        }
        for &variable in &machine.states[state].context {
            let value = given.iter().rev().find(|Given(of, _)| *of == variable).map(|Given(_, value)| value.clone());
            self.begin_variable(variable, value);
        }
    }

    fn begin_variable(&mut self, id: Id<Variable>, given: Option<Value>) {
        let variable = &self.machine.variables[id];
        let value = match (given, &variable.default) {
            (Some(value), _) => value,
            (None, Some(default)) => self.value(default),
            (None, None) => self.any_value(variable.ty, variable.interval),
        };
        self.now.insert(Read::Variable(id), value);
    }

    /// A variable may have been given any value.
    pub fn forget_variable(&mut self, id: Id<Variable>) {
        self.store.is_lost = true;
        let variable = &self.machine.variables[id];
        let value = self.any_value(variable.ty, variable.interval);
        self.now.insert(Read::Variable(id), value);
    }

    /// A variable lies in this interval at first. To be said before the variable is read.
    pub fn assume(&mut self, id: Id<Variable>, interval: Interval) {
        let variable = &self.machine.variables[id];
        let name = Name::Text(variable.name.text.clone());
        self.read(Read::Variable(id), name, variable.ty, Some(interval));
    }

    /// Whether a variable may have been given another value.
    #[must_use]
    pub fn is_changed(&self, id: Id<Variable>) -> bool {
        self.now.contains_key(&Read::Variable(id))
    }

    /// Intervals in which these variables certainly lie now, where a formula holds; `None` if it cannot.
    pub fn ranges(&mut self, formula: Formula, variables: &[Id<Variable>]) -> Option<Vec<Interval>> {
        let mut named = Vec::new();
        for &id in variables {
            let number = match self.variable(id) {
                Value::Number(number) => self.store.name(&number),
                Value::Truth(_) | Value::Float { .. } | Value::Option { .. } => None,
            };
            let declared = self.machine.variables[id].interval.unwrap_or(Interval::DURATION);
            named.push((number, declared));
        }
        let known: Vec<usize> = named.iter().filter_map(|(number, _)| *number).collect();
        let mut bounds = bounds(&self.store, &[formula], &known)?.into_iter();
        // What cannot be named has the range that is declared.
        let range_of = |(number, declared): (Option<usize>, Interval)| match number {
            Some(_) => bounds.next().unwrap_or(declared),
            None => declared,
        };
        Some(named.into_iter().map(range_of).collect())
    }

    /// From now on the host may answer otherwise, and other states may be active.
    pub fn something_happens(&mut self) {
        self.moment += 1;
    }

    /// The values at an arrow.
    pub fn values_at_the_arrow<'m>(&mut self, target: &'m Target, run: &mut Run<'m>) -> Vec<Given> {
        let arguments = target.entries().iter().flat_map(|entry| &entry.arguments);
        arguments.map(|(variable, value)| self.keep_for(*variable, value, run)).collect()
    }
}

/// A value at an arrow.
#[derive(Debug, Clone)]
pub struct Given(Id<Variable>, Value);

/// The range of what a number is for.
fn range_of(ty: Type, interval: Option<Interval>) -> Option<Interval> {
    let (Type::Plain(base) | Type::Optional(base)) = ty;
    match base {
        BaseType::Int(int) => Some(interval.unwrap_or_else(|| int.interval())),
        BaseType::Duration => Some(interval.unwrap_or(Interval::DURATION)),
        BaseType::Bool | BaseType::Float | BaseType::Str | BaseType::Enum(_) | BaseType::Extern(_) => None,
    }
}
