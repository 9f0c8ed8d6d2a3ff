//! Every action and every expression of a machine, wherever it stands.

use super::{Action, ActionKind, Branch, Condition, Expr, Id, Machine, State, Tail, Target, Trigger, Variable};

/// The most deferred events that can wait, whatever each state allows.
pub const MOST_DEFERRED: usize = 1_000;

impl Machine {
    /// What the limit of a branch does in its place, if one counts it and does anything.
    #[must_use]
    pub fn tail_beyond(&self, branch: &Branch) -> Option<&Tail> {
        branch.tail.counts.and_then(|limit| self.limits[limit].tail.as_ref())
    }

    /// All tails: of branches and of limits.
    pub fn tails(&self) -> impl Iterator<Item = &Tail> {
        let of_branches = self.reactions.iter().flat_map(|reaction| &reaction.branches).map(|branch| &branch.tail);
        of_branches.chain(self.limits.iter().filter_map(|limit| limit.tail.as_ref()))
    }

    /// All targets: of tails and of initial transitions.
    pub fn targets(&self) -> impl Iterator<Item = &Target> {
        let of_tails = self.tails().filter_map(|tail| tail.target.as_ref());
        of_tails.chain(self.states.iter().filter_map(|state| state.initial.as_ref()).map(|initial| &initial.target))
    }

    /// All actions: of hooks, of tails, of initial transitions and of histories, those inside of `if` among them.
    #[must_use]
    pub fn all_actions(&self) -> Vec<&Action> {
        let mut found = Vec::new();
        for state in &self.states {
            let initial = state.initial.iter().flat_map(|initial| &initial.actions);
            state.entry.iter().chain(&state.exit).chain(initial).for_each(|action| action.flatten(&mut found));
        }
        self.tails().flat_map(|tail| &tail.actions).for_each(|action| action.flatten(&mut found));
        self.targets().flat_map(Target::default_actions).for_each(|action| action.flatten(&mut found));
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

    /// All expressions.
    #[must_use]
    pub fn all_expressions(&self) -> Vec<&Expr> {
        let mut found: Vec<&Expr> = self.guards.iter().filter_map(|guard| guard.body.as_ref()).collect();
        found.extend(self.variables.iter().filter_map(|variable| variable.default.as_ref()));
        found.extend(self.limits.iter().map(|limit| &limit.bound));
        found.extend(self.states.iter().flat_map(|state| &state.runs).flat_map(|run| &run.arguments));
        for reaction in &self.reactions {
            match &reaction.trigger {
                Trigger::After(delay) | Trigger::Every(delay) => found.push(delay),
                Trigger::Defer(deferrals) => found.extend(deferrals.iter().filter_map(|of| of.max.as_ref())),
                _ => {}
            }
            found.extend(reaction.branches.iter().filter_map(|branch| match &branch.condition {
                Condition::Guard(guard) => Some(guard),
                Condition::None | Condition::Else | Condition::Unknown => None,
            }));
        }
        let arguments = self.targets().flat_map(Target::entries).flat_map(|entry| &entry.arguments);
        found.extend(arguments.map(|(_, value)| value));
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
        let entries = self.target.iter().flat_map(Target::entries);
        let mut found: Vec<&Expr> = entries.flat_map(|entry| &entry.arguments).map(|(_, value)| value).collect();
        let mut actions = Vec::new();
        let of_history = self.target.iter().flat_map(Target::default_actions);
        self.actions.iter().chain(of_history).for_each(|action| action.flatten(&mut actions));
        for action in actions {
            action.own_expressions(&mut found);
        }
        found
    }
}

impl Action {
    /// The action and all that are inside it, in the order of the text.
    pub fn flatten<'m>(&'m self, found: &mut Vec<&'m Action>) {
        found.push(self);
        if let ActionKind::If { arms, otherwise } = &self.kind {
            arms.iter().flat_map(|(_, actions)| actions).chain(otherwise).for_each(|inner| inner.flatten(found));
        }
    }

    /// The variables that the action may give new values.
    #[must_use]
    pub fn changed_variables(&self) -> Vec<Id<Variable>> {
        let mut actions = Vec::new();
        self.flatten(&mut actions);
        let changed = actions.into_iter().flat_map(|action| match &action.kind {
            ActionKind::Assign { variable, .. } | ActionKind::Call { result: Some(variable), .. } => {
                std::slice::from_ref(variable)
            }
            ActionKind::ResetVariables(variables) => variables,
            _ => &[],
        });
        changed.copied().collect()
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
            ActionKind::If { arms, .. } => found.extend(arms.iter().map(|(condition, _)| condition)),
            ActionKind::Cancel(_)
            | ActionKind::ResetLimit(_)
            | ActionKind::ResetVariables(_)
            | ActionKind::Restart(_) => {}
        }
    }
}
