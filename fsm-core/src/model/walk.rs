//! Every action and every expression of a machine, wherever it stands.

use super::{
    Action, ActionKind, Branch, Condition, Expr, Field, Id, Machine, State, Tail, Target, Trigger, Type, Variable,
};
use crate::lists::CollectVec;

/// The most deferred events that can wait, whatever each state allows.
pub const MOST_DEFERRED: usize = 1_000;

impl Machine {
    /// What the limit of a branch does in its place, if one counts it and does anything.
    #[must_use]
    pub fn tail_beyond(&self, branch: &Branch) -> Option<&Tail> {
        branch.tail.counts.and_then(|limit| self.limits[limit].tail.as_ref())
    }

    /// All tails: of branches and of limits.
    #[must_use]
    pub fn tails(&self) -> Vec<&Tail> {
        let mut tails = Vec::new();
        for reaction in &self.reactions {
            for branch in &reaction.branches {
                tails.push(&branch.tail);
            }
        }
        for limit in &self.limits {
            tails.extend(&limit.tail);
        }
        tails
    }

    /// All targets: of tails and of initial transitions.
    #[must_use]
    pub fn targets(&self) -> Vec<&Target> {
        let mut targets = Vec::new();
        for tail in self.tails() {
            targets.extend(&tail.target);
        }
        for state in &self.states {
            targets.extend(state.initial.as_ref().map(|initial| &initial.target));
        }
        targets
    }

    /// All actions: of hooks, of tails, of initial transitions and of histories, those inside of `if` among them.
    #[must_use]
    pub fn all_actions(&self) -> Vec<&Action> {
        let mut found = Vec::new();
        for state in &self.states {
            Action::flatten_all(&state.entry, &mut found);
            Action::flatten_all(&state.exit, &mut found);
            if let Some(initial) = &state.initial {
                Action::flatten_all(&initial.actions, &mut found);
            }
        }
        for tail in self.tails() {
            Action::flatten_all(&tail.actions, &mut found);
        }
        for target in self.targets() {
            Action::flatten_all(target.default_actions(), &mut found);
        }
        found
    }

    /// How many events that are raised for later can wait: four for each place that raises one, and at least 32. One more
    /// makes its action fail.
    #[must_use]
    pub fn delayed_capacity(&self) -> usize {
        let is_delayed = |action: &&&Action| matches!(action.kind, ActionKind::Raise { delay: Some(_), .. });
        (4 * self.all_actions().iter().filter(is_delayed).count()).max(32)
    }

    /// How many events from within can wait in one macrostep: four for each place that one can come from, at least 32 and at
    /// most 1,000. One more makes a livelock of it. Such places are `raise`, an end for which something waits and, where
    /// something takes failures, each action.
    #[must_use]
    pub fn queue_capacity(&self) -> usize {
        let actions = self.all_actions();
        let is_raised = |action: &&&Action| matches!(action.kind, ActionKind::Raise { delay: None, .. });
        let raises = actions.iter().filter(is_raised).count();
        let ends = self.reactions.iter().filter(|reaction| matches!(reaction.trigger, Trigger::Done(_))).count();
        let failures = if self.takes_failures() { actions.len() } else { 0 };
        (4 * (raises + ends + failures)).clamp(32, 1_000)
    }

    /// Whether something takes failures.
    #[must_use]
    pub fn takes_failures(&self) -> bool {
        self.reactions.iter().any(|reaction| matches!(reaction.trigger, Trigger::Error))
    }

    /// Whether something takes the end of a state.
    #[must_use]
    pub fn takes_end(&self, state: Id<State>) -> bool {
        self.reactions.iter().any(|reaction| matches!(reaction.trigger, Trigger::Done(of) if of == state))
    }

    /// The types of all variables, fields, parameters and results.
    #[must_use]
    pub fn all_types(&self) -> Vec<Type> {
        let mut types = self.variables.iter().map(|variable| variable.ty).collect_vec();
        let mut add = |fields: &[Field]| types.extend(fields.iter().map(|field| field.ty));
        self.events.iter().for_each(|event| add(&event.fields));
        self.outputs.iter().for_each(|output| add(&output.fields));
        self.guards.iter().for_each(|guard| add(&guard.parameters));
        self.actions.iter().for_each(|action| add(&action.parameters));
        self.tasks.iter().for_each(|task| add(&task.parameters));
        types.extend(self.actions.iter().filter_map(|action| action.result));
        types.extend(self.tasks.iter().filter_map(|task| task.result));
        types
    }

    /// All expressions.
    #[must_use]
    pub fn all_expressions(&self) -> Vec<&Expr> {
        let mut found: Vec<&Expr> = Vec::new();
        self.guards.iter().for_each(|guard| found.extend(&guard.body));
        self.variables.iter().for_each(|variable| found.extend(&variable.default));
        self.limits.iter().for_each(|limit| found.push(&limit.bound));
        for state in &self.states {
            state.runs.iter().for_each(|run| found.extend(&run.arguments));
        }
        for reaction in &self.reactions {
            match &reaction.trigger {
                Trigger::After(delay) | Trigger::Every(delay) => found.push(delay),
                Trigger::Defer(deferrals) => deferrals.iter().for_each(|of| found.extend(&of.max)),
                _ => {}
            }
            for branch in &reaction.branches {
                if let Condition::Guard(guard) = &branch.condition {
                    found.push(guard);
                }
            }
        }
        for target in self.targets() {
            target.values(&mut found);
        }
        for action in self.all_actions() {
            action.own_expressions(&mut found);
        }
        found
    }
}

impl Tail {
    /// The values at the arrow, and all expressions in the actions.
    #[must_use]
    pub fn expressions(&self) -> Vec<&Expr> {
        let (mut found, mut actions) = (Vec::new(), Vec::new());
        Action::flatten_all(&self.actions, &mut actions);
        if let Some(target) = &self.target {
            target.values(&mut found);
            Action::flatten_all(target.default_actions(), &mut actions);
        }
        for action in actions {
            action.own_expressions(&mut found);
        }
        found
    }
}

impl Target {
    /// The values that are written at the arrow, with the variables that take them.
    #[must_use]
    pub fn arguments(&self) -> Vec<&(Id<Variable>, Expr)> {
        let mut arguments = Vec::new();
        for entry in self.entries() {
            arguments.extend(&entry.arguments);
        }
        arguments
    }

    fn values<'m>(&'m self, found: &mut Vec<&'m Expr>) {
        for (_, value) in self.arguments() {
            found.push(value);
        }
    }
}

impl Action {
    fn flatten_all<'m>(actions: &'m [Action], found: &mut Vec<&'m Action>) {
        for action in actions {
            action.flatten(found);
        }
    }

    /// The action and all that are inside it, in the order of the text.
    pub fn flatten<'m>(&'m self, found: &mut Vec<&'m Action>) {
        found.push(self);
        if let ActionKind::If { arms, otherwise } = &self.kind {
            for (_, actions) in arms {
                Action::flatten_all(actions, found);
            }
            Action::flatten_all(otherwise, found);
        }
    }

    /// The variables that the action may give new values.
    #[must_use]
    pub fn changed_variables(&self) -> Vec<Id<Variable>> {
        let mut actions = Vec::new();
        self.flatten(&mut actions);
        let mut changed = Vec::new();
        for action in actions {
            match &action.kind {
                ActionKind::Assign { variable, .. } | ActionKind::Call { result: Some(variable), .. } => {
                    changed.push(*variable);
                }
                ActionKind::ResetVariables(variables) => changed.extend(variables),
                _ => {}
            }
        }
        changed
    }

    /// The expressions of the action itself; of an `if` its conditions.
    pub fn own_expressions<'m>(&'m self, found: &mut Vec<&'m Expr>) {
        match &self.kind {
            ActionKind::Call { arguments: values, .. } | ActionKind::Emit { fields: values, .. } => {
                found.extend(values);
            }
            ActionKind::Raise { fields, delay, .. } => {
                found.extend(fields);
                found.extend(delay);
            }
            ActionKind::Assign { value, .. } => found.push(value),
            ActionKind::If { arms, .. } => arms.iter().for_each(|(condition, _)| found.push(condition)),
            ActionKind::Cancel(_)
            | ActionKind::ResetLimit(_)
            | ActionKind::ResetVariables(_)
            | ActionKind::Restart(_) => {}
        }
    }
}
