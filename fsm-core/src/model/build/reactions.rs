//! Reactions, transitions, hooks and the tails of limits.

use super::Builder;
use super::constants::OUT_OF_RANGE;
use super::declarations::{MISPLACED_DECLARATION, Scope, interval_of};
use super::expressions::{Environment, EventScope, TYPE_MISMATCH, unknown_action};
use super::names::{
    AMBIGUOUS_NAME, UNKNOWN_EVENT, UNKNOWN_FIELD, UNKNOWN_LIMIT, UNKNOWN_NAME, UNKNOWN_OUTPUT, UNKNOWN_TASK, duplicate,
    names_of, unknown,
};
use crate::diagnostic::{Diagnostic, Rule, Severity};
use crate::lists::CollectVec;
use crate::model::{
    Action, ActionKind, AssignOperator, BaseType, BinaryOperator, Branch, Condition, Deferral, Entry, Event, EventUse,
    Expr, ExprKind, Field, Id, InitialTransition, IntType, Limit, Machine, OnRestore, Reaction, Run, State, StateKind,
    Tail, Target, TargetKind, Trigger, Type, Variable, VariableScope,
};
use crate::source::Span;
use crate::syntax::ast;

const DURATION: Type = Type::Plain(BaseType::Duration);
const COUNT: Type = Type::Plain(BaseType::Int(IntType::U32));

impl<'a, 's> Scope<'a, 's> {
    /// Everything that happens: the hooks and reactions of all states, and the tails of all limits.
    pub(super) fn build_reactions(&mut self, builder: &mut Builder<'a>) {
        for state in self.machine.states.ids() {
            for member in self.bodies[state.index()] {
                if let ast::Member::Initial(transition) = member {
                    self.initial_transition(builder, state, transition);
                }
            }
        }
        for state in self.machine.states.ids() {
            for member in self.bodies[state.index()] {
                match member {
                    ast::Member::Entry(hook) => {
                        let actions = self.hook(builder, state, hook, "in `entry`");
                        self.machine.states[state].entry.extend(actions);
                    }
                    ast::Member::Exit(hook) if state == Machine::root() => builder.report(
                        Diagnostic::new(
                            &MISPLACED_DECLARATION,
                            hook.keyword,
                            "a machine is never left, so it has no `exit`",
                        )
                        .help("write it in the states from which the machine ends, or as `entry` of the final state"),
                    ),
                    ast::Member::Exit(hook) => {
                        let actions = self.hook(builder, state, hook, "in `exit`");
                        self.machine.states[state].exit.extend(actions);
                    }
                    ast::Member::Reaction(reaction) if self.machine.states[state].kind != StateKind::Final => {
                        self.reaction(builder, state, reaction);
                    }
                    _ => {}
                }
            }
        }
        for (id, syntax) in self.limits.clone() {
            let environment = Environment::new(
                self.machine.limits[id].state,
                EventScope::Unavailable("in what a limit does instead"),
            );
            self.machine.limits[id].tail = syntax.tail.as_ref().map(|tail| self.tail(builder, &environment, tail));
        }
    }

    /// The transition from the initial pseudostate of a composite.
    fn initial_transition(&mut self, builder: &mut Builder<'a>, state: Id<State>, syntax: &ast::Initial) {
        let kind = self.machine.states[state].kind;
        let StateKind::Composite { initial: None } = kind else {
            let what = match kind {
                StateKind::Parallel => "a parallel state enters all its regions",
                StateKind::Atomic => "there is no state inside",
                // Reported where the states were declared.
                StateKind::Final | StateKind::Composite { .. } => return,
            };
            builder.report(
                Diagnostic::new(&INVALID_INITIAL, syntax.keyword, format!("nothing to choose here: {what}"))
                    .help("`initial -> …` belongs to a state with children of which one is active"),
            );
            return;
        };
        let Some(mut target) = self.target(builder, state, &syntax.target) else { return };
        // What is entered when nothing was recorded: for a history of the state itself its default.
        let own_history = matches!(&target.kind, TargetKind::History { state: of, .. } if *of == state);
        let named: Vec<_> = if own_history {
            target.entries().iter().map(|entry| entry.state).collect_vec()
        } else {
            target.states().collect_vec()
        };
        let first = named.first().filter(|_| named.iter().all(|&inner| self.machine.is_descendant(inner, state)));
        let Some(child) = first.and_then(|&first| self.machine.path_from(state, first).first().copied()) else {
            let name = self.machine.qualified_name(state);
            let message = if own_history && named.is_empty() {
                format!("the history of `{name}` has nothing to go back to at first")
            } else {
                format!("this leads out of `{name}`")
            };
            builder.report(
                Diagnostic::new(&INVALID_INITIAL, target.span, message)
                    .help("the initial transition leads to a state inside: `initial -> Inner;`, `initial -> history(Outer, Inner);`"),
            );
            return;
        };
        self.machine.states[state].kind = StateKind::Composite { initial: Some(child) };
        let environment = Environment::new(state, EventScope::Unavailable("in an initial transition"));
        self.fill_arguments(builder, &environment, &syntax.target, state, &mut target);
        self.history_actions(builder, &environment, &syntax.target, &mut target);
        let actions = self.actions(builder, environment, &syntax.actions);
        self.machine.states[state].initial = Some(InitialTransition { span: syntax.span, target, actions });
    }

    fn hook(&self, builder: &mut Builder<'a>, state: Id<State>, hook: &ast::Hook, place: &'static str) -> Vec<Action> {
        let environment = Environment::new(state, EventScope::Unavailable(place));
        self.actions(builder, environment, &hook.actions)
    }

    fn reaction(&mut self, builder: &mut Builder<'a>, state: Id<State>, syntax: &'s ast::Reaction) {
        let notes = builder.notes(&syntax.preamble, None);
        if let ast::TriggerKind::Run(run) = &syntax.trigger.kind {
            self.run(builder, state, syntax, run);
            return;
        }
        let Some((trigger, event)) = self.trigger(builder, state, &syntax.trigger) else {
            // The branches may still be wrong, but what `event` is there is not known.
            return;
        };
        let silent = matches!(trigger, Trigger::Defer(_) | Trigger::Ignore(_));
        if !silent {
            refuse_empty(builder, syntax);
        }
        let branches = self.branches(builder, state, &event, &syntax.branches);
        let id = self.add_reaction(state, trigger, syntax.trigger.span, syntax.span, notes, branches);
        if let Some(restoring) = syntax.trigger.on_restore {
            self.machine.reactions[id].on_restore = restoring.kind;
            self.check_restored(builder, restoring.span);
        }
    }

    /// What is said of the restored machine is in vain where it cannot be saved.
    fn check_restored(&self, builder: &mut Builder<'a>, span: Span) {
        if !self.machine.snapshot {
            let message = format!("the machine `{}` is never restored", self.machine.name.text);
            builder.report(
                Diagnostic::new(&RESTORE_WITHOUT_SNAPSHOT, span, message)
                    .help("write `#[snapshot]` before the machine, or leave `on restore` out"),
            );
        }
    }

    fn add_reaction(
        &mut self,
        source: Id<State>,
        trigger: Trigger,
        trigger_span: Span,
        span: Span,
        notes: crate::model::Notes,
        branches: Vec<Branch>,
    ) -> Id<Reaction> {
        let on_restore = OnRestore::default();
        let reaction = Reaction { source, trigger, trigger_span, on_restore, span, notes, branches };
        let id = self.machine.reactions.push(reaction);
        self.machine.states[source].reactions.push(id);
        id
    }

    /// `run`: a task of the state, and one reaction for each of its ends.
    fn run(&mut self, builder: &mut Builder<'a>, state: Id<State>, syntax: &'s ast::Reaction, run: &'s ast::Run) {
        let Some(task) = self.tasks.find(builder, run.task, &UNKNOWN_TASK) else {
            return;
        };
        let environment = Environment::new(state, EventScope::Unavailable("where a task is started"));
        let name = builder.text(run.task);
        let parameters = self.machine.tasks[task].parameters.clone();
        let span = syntax.trigger.span;
        let arguments = self.arguments(builder, &environment, ("task", name), &parameters, &run.arguments, span);
        let Some(arguments) = arguments else { return };
        let index = self.machine.states[state].runs.len();
        self.machine.states[state].runs.push(Run { task, arguments, span: syntax.span });
        for handler in &run.handlers {
            let (trigger, event) = if handler.on_error {
                (Trigger::TaskFailed(index), EventScope::TaskError)
            } else {
                (Trigger::TaskDone(index), EventScope::TaskValue(self.machine.tasks[task].result))
            };
            let branches = self.branches(builder, state, &event, &handler.branches);
            let notes = crate::model::Notes::default();
            self.add_reaction(state, trigger, handler.keyword, handler.span, notes, branches);
        }
    }

    /// What a reaction reacts to, and what `event` is in it. `None` where no event of it is declared.
    fn trigger(
        &self,
        builder: &mut Builder<'a>,
        state: Id<State>,
        syntax: &ast::Trigger,
    ) -> Option<(Trigger, EventScope)> {
        let nothing = |trigger, place| Some((trigger, EventScope::Unavailable(place)));
        match &syntax.kind {
            ast::TriggerKind::Events(names) => {
                let events = self.events(builder, names);
                let ids = events.iter().map(|of| of.event).collect_vec();
                (!events.is_empty()).then_some((Trigger::Events(events), EventScope::Events(ids)))
            }
            ast::TriggerKind::Ignore(names) => {
                let events = self.events(builder, names);
                (!events.is_empty()).then_some(())?;
                nothing(Trigger::Ignore(events), "in `ignore`")
            }
            ast::TriggerKind::Defer(deferrals) => {
                let deferrals =
                    deferrals.iter().filter_map(|deferral| self.deferral(builder, state, deferral)).collect_vec();
                (!deferrals.is_empty()).then_some(())?;
                nothing(Trigger::Defer(deferrals), "in `defer`")
            }
            ast::TriggerKind::Any => nothing(Trigger::Any, "in `on *`, which handles events of every kind"),
            ast::TriggerKind::Done(path) => {
                let (of, span) = match path {
                    Some(path) => (self.states.find(builder, &self.machine, state, path)?, path.span),
                    None => (state, syntax.span),
                };
                self.check_done(builder, of, span);
                nothing(Trigger::Done(of), "in `on done`")
            }
            ast::TriggerKind::Error => Some((Trigger::Error, EventScope::Failure)),
            ast::TriggerKind::Always => nothing(Trigger::Always, "in `always`"),
            ast::TriggerKind::After(delay) => {
                let environment = Environment::new(state, EventScope::Unavailable("in a delay"));
                nothing(Trigger::After(self.delay(builder, &environment, delay)?), "in `after`")
            }
            ast::TriggerKind::Every(delay) => {
                let environment = Environment::new(state, EventScope::Unavailable("in a delay"));
                let period = self.delay(builder, &environment, delay)?;
                if matches!(period.kind, ExprKind::Duration(0)) {
                    builder.report(
                        Diagnostic::new(&OUT_OF_RANGE, period.span, "a period of zero would let no time pass")
                            .help("write how much later it comes again: `every 1s`"),
                    );
                }
                nothing(Trigger::Every(period), "in `every`")
            }
            // Built by `run`.
            ast::TriggerKind::Run(_) => None,
        }
    }

    fn events(&self, builder: &mut Builder<'a>, names: &[ast::Name]) -> Vec<EventUse> {
        let found = names.iter().filter_map(|&name| self.event(builder, name));
        found.collect_vec()
    }

    pub(super) fn event(&self, builder: &mut Builder<'a>, name: ast::Name) -> Option<EventUse> {
        let text = builder.text(name);
        if let Some(event) = self.events.get(text) {
            return Some(EventUse { event, span: name.span });
        }
        let finding = unknown(&UNKNOWN_EVENT, "event", text, name.span, self.events.names());
        let helped = finding.help.as_ref().is_some_and(|help| help.starts_with("did you mean"));
        builder.report(if helped { finding } else { finding.help(format!("declare it: `event {text};`")) });
        None
    }

    fn deferral(&self, builder: &mut Builder<'a>, state: Id<State>, syntax: &ast::Deferral) -> Option<Deferral> {
        let event = self.event(builder, syntax.event)?;
        let environment = Environment::constant(state);
        let interval = Some(IntType::U32.interval());
        let max = syntax.max.as_ref().and_then(|max| self.value(builder, &environment, max, COUNT, interval));
        Some(Deferral { event, max })
    }

    fn delay(&self, builder: &mut Builder<'a>, environment: &Environment<'_>, delay: &ast::Expr) -> Option<Expr> {
        self.value(builder, environment, delay, DURATION, interval_of(DURATION))
    }

    fn check_done(&self, builder: &mut Builder<'a>, state: Id<State>, span: Span) {
        let name = self.machine.qualified_name(state);
        let (message, help) = if state == Machine::root() {
            (
                format!("the machine `{name}` has ended when it is done: nothing can react to that"),
                "react inside: `entry / …` of the final state",
            )
        } else if self.machine.is_leaf(state) {
            (
                format!("`{name}` has no child states, so it is never done"),
                "`on done` belongs to the composite whose final child is reached",
            )
        } else {
            return;
        };
        builder.report(Diagnostic::new(&NEVER_DONE, span, message).help(help));
    }

    /// The branches of a reaction. What the guards of earlier branches rule out, later ones know.
    fn branches(
        &self,
        builder: &mut Builder<'a>,
        state: Id<State>,
        event: &EventScope,
        syntax: &[ast::Branch],
    ) -> Vec<Branch> {
        let mut environment = Environment::new(state, event.clone());
        let mut branches = Vec::with_capacity(syntax.len());
        for (index, branch) in syntax.iter().enumerate() {
            let notes = builder.notes(&branch.preamble, None);
            let mut inner = environment.clone();
            let condition =
                match &branch.condition {
                    ast::Condition::None => Condition::None,
                    ast::Condition::Else(span) => {
                        if index == 0 {
                            builder.report(Diagnostic::new(&LONE_ELSE, *span, "`else` with no branch before it").help(
                                "leave the `else` out, or write a branch with a guard before it: `[guard] -> …;`",
                            ));
                        }
                        Condition::Else
                    }
                    ast::Condition::Guard(_, guard) => match self.condition(builder, &environment, guard) {
                        Some(guard) => {
                            self.facts(&guard, true, &mut inner.narrowed);
                            self.facts(&guard, false, &mut environment.narrowed);
                            Condition::Guard(guard)
                        }
                        None => Condition::Unknown,
                    },
                };
            let tail = self.tail(builder, &inner, &branch.tail);
            branches.push(Branch { span: branch.span, notes, condition, tail });
        }
        branches
    }

    fn tail(&self, builder: &mut Builder<'a>, environment: &Environment<'_>, syntax: &ast::Tail) -> Tail {
        let counts = syntax.counts.and_then(|name| self.counted(builder, environment.state, name));
        if let (Some(span), None) = (syntax.reenter, &syntax.target) {
            builder.report(
                Diagnostic::new(&REENTER_NOTHING, span, "`reenter` without a target")
                    .help("write the state that is to be left and entered again: `-> Active reenter`"),
            );
        }
        let mut tail = Tail {
            target: None,
            unresolved: false,
            reenter: syntax.reenter.is_some(),
            counts,
            actions: self.actions(builder, environment.clone(), &syntax.actions),
        };
        if let Some(target) = &syntax.target {
            // What may stand in the braces depends on what is entered, which depends on the target itself: so first
            // the states, then their arguments.
            match self.target(builder, environment.state, target) {
                Some(resolved) => {
                    tail.target = Some(resolved);
                    let domain = self.machine.domain(environment.state, &tail);
                    if let (Some(resolved), Some(domain)) = (&mut tail.target, domain) {
                        self.fill_arguments(builder, environment, target, domain, resolved);
                        self.history_actions(builder, environment, target, resolved);
                    }
                }
                None => tail.unresolved = true,
            }
        }
        tail
    }

    fn counted(&self, builder: &mut Builder<'a>, state: Id<State>, name: ast::Name) -> Option<Id<Limit>> {
        let text = builder.text(name);
        let found = self.find_limit(text, state);
        if found.is_none() {
            let elsewhere = self.machine.limits.iter().find(|limit| limit.name.text == text);
            if let Some(limit) = elsewhere {
                let owner = self.machine.qualified_name(limit.state);
                builder.report(
                    Diagnostic::new(
                        &UNKNOWN_LIMIT,
                        name.span,
                        format!("the limit `{text}` exists only inside `{owner}`"),
                    )
                    .and(limit.name.span, "declared here")
                    .help("declare the limit in a state that is around all transitions that it counts"),
                );
            } else {
                builder.report(unknown(&UNKNOWN_LIMIT, "limit", text, name.span, self.names_of_limits()));
            }
        }
        found
    }

    /// The states of a target, without arguments.
    fn target(&self, builder: &mut Builder<'a>, source: Id<State>, syntax: &ast::Target) -> Option<Target> {
        let mut entry = |entry: &ast::Entry| {
            let state = self.states.find(builder, &self.machine, source, &entry.state)?;
            Some(Entry { state, span: entry.state.span, arguments: Vec::new() })
        };
        let kind = match &syntax.kind {
            ast::TargetKind::State(state) => TargetKind::State(entry(state)?),
            ast::TargetKind::Fork(states) => {
                let entries = states.iter().map(entry).collect_vec();
                let entries: Vec<_> = entries.into_iter().collect::<Option<_>>()?;
                self.check_fork(builder, &entries)?;
                TargetKind::Fork(entries)
            }
            ast::TargetKind::History(history) => {
                let default = history.default.iter().map(entry).collect_vec();
                let default: Vec<_> = default.into_iter().collect::<Option<_>>()?;
                self.check_fork(builder, &default)?;
                let state = self.states.find(builder, &self.machine, source, &history.state)?;
                self.check_history(builder, state, history, &default)?;
                TargetKind::History { deep: history.deep, state, default, actions: Vec::new() }
            }
        };
        Some(Target { span: syntax.span, kind })
    }

    fn check_history(
        &self,
        builder: &mut Builder<'a>,
        state: Id<State>,
        syntax: &ast::History,
        default: &[Entry],
    ) -> Option<()> {
        let name = self.machine.qualified_name(state);
        if self.machine.is_leaf(state) {
            builder.report(
                Diagnostic::new(&NO_HISTORY, syntax.state.span, format!("`{name}` has no child states, so no history"))
                    .help(format!("enter it as it is: `-> {name}`")),
            );
            return None;
        }
        let outside = default.iter().find(|default| !self.machine.is_descendant(default.state, state));
        let Some(default) = outside else { return Some(()) };
        let inner = self.machine.qualified_name(default.state);
        builder.report(
            Diagnostic::new(&NO_HISTORY, default.span, format!("`{inner}` does not lie inside `{name}`"))
                .help("the default of a history is a state inside the composite whose history is entered"),
        );
        None
    }

    /// The states of a fork lie in different regions of one parallel state.
    fn check_fork(&self, builder: &mut Builder<'a>, entries: &[Entry]) -> Option<()> {
        for (index, entry) in entries.iter().enumerate() {
            for other in &entries[..index] {
                let mut around = self.machine.ancestors(entry.state);
                let common = around.find(|&state| self.machine.lineage(other.state).any(|outer| outer == state));
                let nested = entry.state == other.state
                    || self.machine.is_descendant(entry.state, other.state)
                    || self.machine.is_descendant(other.state, entry.state);
                let parallel = common.is_some_and(|state| self.machine.states[state].kind == StateKind::Parallel);
                if nested || !parallel {
                    builder.report(
                        Diagnostic::new(&INVALID_FORK, entry.span, "these two states cannot be active together")
                            .and(other.span, "the other one")
                            .help("a fork names states in different regions of one parallel state"),
                    );
                    return None;
                }
            }
        }
        Some(())
    }

    /// The values at the arrow, for the contexts that the transition enters.
    fn fill_arguments(
        &self,
        builder: &mut Builder<'a>,
        environment: &Environment<'_>,
        syntax: &ast::Target,
        domain: Id<State>,
        target: &mut Target,
    ) {
        let mut fill = |syntax: &ast::Entry, entry: &mut Entry| {
            entry.arguments = self.entry_arguments(builder, environment, domain, entry.state, &syntax.arguments);
        };
        match (&mut target.kind, &syntax.kind) {
            (TargetKind::State(entry), ast::TargetKind::State(syntax)) => fill(syntax, entry),
            (TargetKind::Fork(entries), ast::TargetKind::Fork(syntax))
            | (
                TargetKind::History { default: entries, .. },
                ast::TargetKind::History(ast::History { default: syntax, .. }),
            ) => {
                entries.iter_mut().zip(syntax).for_each(|(entry, syntax)| fill(syntax, entry));
            }
            _ => {}
        }
    }

    /// What is done when a history has recorded nothing.
    fn history_actions(
        &self,
        builder: &mut Builder<'a>,
        environment: &Environment<'_>,
        syntax: &ast::Target,
        target: &mut Target,
    ) {
        if let (TargetKind::History { actions, .. }, ast::TargetKind::History(history)) =
            (&mut target.kind, &syntax.kind)
        {
            *actions = self.actions(builder, environment.clone(), &history.actions);
        }
    }

    fn entry_arguments(
        &self,
        builder: &mut Builder<'a>,
        environment: &Environment<'_>,
        domain: Id<State>,
        state: Id<State>,
        syntax: &[ast::Argument],
    ) -> Vec<(Id<Variable>, Expr)> {
        let mut arguments: Vec<(Id<Variable>, Expr)> = Vec::new();
        let mut given: Vec<(&str, Span)> = Vec::new();
        // The innermost state's variables come first: they hide those further out.
        let mut entered = self.machine.path_from(domain, state);
        entered.reverse();
        for argument in syntax {
            let text = builder.text(argument.name);
            if let Some(&(_, first)) = given.iter().find(|(name, _)| *name == text) {
                builder.report(duplicate("value", text, argument.name.span, first));
                continue;
            }
            given.push((text, argument.name.span));
            let mut variables = Vec::new();
            for &state in &entered {
                variables.extend(&self.machine.states[state].context);
            }
            let name_of = |&id: &Id<Variable>| self.machine.variables[id].name.text.as_str();
            let Some(&id) = variables.iter().find(|id| name_of(id) == text) else {
                let known = variables.iter().map(name_of).collect_vec();
                let name = self.machine.qualified_name(state);
                let mut finding = unknown(&UNKNOWN_FIELD, "field", text, argument.name.span, known);
                finding.message = format!("the context of `{name}` has no `{text}`");
                builder.report(finding.says("not entered by this transition"));
                continue;
            };
            let variable = &self.machine.variables[id];
            if let Some(value) = self.value(builder, environment, &argument.value, variable.ty, variable.interval) {
                arguments.push((id, value));
            }
        }
        arguments
    }

    /// Actions in order. What an action makes of an option, the later ones know.
    fn actions(
        &self,
        builder: &mut Builder<'a>,
        mut environment: Environment<'_>,
        syntax: &[ast::Action],
    ) -> Vec<Action> {
        let mut actions = Vec::new();
        for action in syntax {
            let Some(kind) = self.action(builder, &environment, action) else {
                continue;
            };
            let action = Action { span: action.span, kind };
            let changed = action.changed_variables();
            environment
                .narrowed
                .retain(|place| !matches!(place, crate::model::Place::Variable(id) if changed.contains(id)));
            actions.push(action);
        }
        actions
    }

    fn action(
        &self,
        builder: &mut Builder<'a>,
        environment: &Environment<'_>,
        syntax: &ast::Action,
    ) -> Option<ActionKind> {
        match &syntax.kind {
            ast::ActionKind::Call { function, arguments } => {
                self.host_call(builder, environment, *function, arguments, syntax.span, None)
            }
            ast::ActionKind::Assign { variable, operator, value } => {
                self.assign(builder, environment, *variable, *operator, value)
            }
            ast::ActionKind::Emit { output, fields } => {
                let id = self.outputs.find(builder, *output, &UNKNOWN_OUTPUT)?;
                let declared = &self.machine.outputs[id].fields;
                let fields = self.payload(builder, environment, *output, declared, fields)?;
                Some(ActionKind::Emit { output: id, fields })
            }
            ast::ActionKind::Raise { event, fields, delay } => {
                let id: Id<Event> = self.event(builder, *event)?.event;
                let declared = &self.machine.events[id].fields;
                let fields = self.payload(builder, environment, *event, declared, fields)?;
                let delay = match delay {
                    Some(delay) => Some(self.delay(builder, environment, delay)?),
                    None => None,
                };
                Some(ActionKind::Raise { event: id, fields, delay })
            }
            ast::ActionKind::Cancel(event) => Some(ActionKind::Cancel(self.event(builder, *event)?.event)),
            ast::ActionKind::If { arms, otherwise } => self.conditional(builder, environment, arms, otherwise),
            ast::ActionKind::Reset(name) => self.reset(builder, environment, *name),
            ast::ActionKind::Restart(path) => {
                let state = self.states.find(builder, &self.machine, environment.state, path)?;
                Some(ActionKind::Restart(state))
            }
        }
    }

    /// `if`: what the conditions before it rule out, each list of actions knows.
    fn conditional(
        &self,
        builder: &mut Builder<'a>,
        environment: &Environment<'_>,
        arms: &[(ast::Expr, Vec<ast::Action>)],
        otherwise: &[ast::Action],
    ) -> Option<ActionKind> {
        let mut environment = environment.clone();
        let mut built = Vec::new();
        for (condition, actions) in arms {
            let condition = self.condition(builder, &environment, condition);
            let mut inner = environment.clone();
            if let Some(condition) = &condition {
                self.facts(condition, true, &mut inner.narrowed);
                self.facts(condition, false, &mut environment.narrowed);
            }
            let actions = self.actions(builder, inner, actions);
            built.push(condition.map(|condition| (condition, actions)));
        }
        let otherwise = self.actions(builder, environment, otherwise);
        Some(ActionKind::If { arms: built.into_iter().collect::<Option<_>>()?, otherwise })
    }

    fn host_call(
        &self,
        builder: &mut Builder<'a>,
        environment: &Environment<'_>,
        function: ast::Name,
        arguments: &[ast::Expr],
        span: Span,
        result: Option<Id<Variable>>,
    ) -> Option<ActionKind> {
        let text = builder.text(function);
        let Some(action) = self.actions.get(text) else {
            let is_guard = self.guards.get(text).is_some();
            builder.report(unknown_action(text, function.span, is_guard, self.actions.names()));
            return None;
        };
        let parameters = &self.machine.actions[action].parameters;
        let arguments = self.arguments(builder, environment, ("action", text), parameters, arguments, span)?;
        Some(ActionKind::Call { action, arguments, result })
    }

    fn assign(
        &self,
        builder: &mut Builder<'a>,
        environment: &Environment<'_>,
        name: ast::Name,
        operator: AssignOperator,
        value: &ast::Expr,
    ) -> Option<ActionKind> {
        let id = self.assignable(builder, environment, name)?;
        let variable = &self.machine.variables[id];
        if let ast::ExprKind::Call { function, arguments } = &value.kind
            && let Some(action) = self.actions.get(builder.text(*function))
        {
            let result = self.machine.actions[action].result;
            if result != Some(variable.ty) || operator != AssignOperator::Set {
                let text = builder.text(*function);
                builder.report(
                    Diagnostic::new(
                        &TYPE_MISMATCH,
                        value.span,
                        format!("the result of `{text}` cannot be kept in `{}`", variable.name.text),
                    )
                    .and(self.machine.actions[action].name.span, "the action")
                    .and(variable.name.span, "the variable")
                    .help("declare the action with the type of the variable, `action f() -> T;`, and assign by `=`"),
                );
                return None;
            }
            return self.host_call(builder, environment, *function, arguments, value.span, Some(id));
        }
        let binary = match operator {
            AssignOperator::Set => None,
            AssignOperator::Add => Some(BinaryOperator::Add),
            AssignOperator::Subtract => Some(BinaryOperator::Subtract),
        };
        let value = match binary {
            None => self.value(builder, environment, value, variable.ty, variable.interval),
            Some(operator) => {
                let left = ast::Expr { span: name.span, kind: ast::ExprKind::Name(name) };
                let kind = ast::ExprKind::Binary {
                    operator,
                    at: name.span.to(value.span),
                    left: Box::new(left),
                    right: Box::new(value.clone()),
                };
                let whole = ast::Expr { span: name.span.to(value.span), kind };
                self.value(builder, environment, &whole, variable.ty, variable.interval)
            }
        };
        Some(ActionKind::Assign { variable: id, operator, value: value? })
    }

    /// A variable of a context, which actions may change.
    fn assignable(
        &self,
        builder: &mut Builder<'a>,
        environment: &Environment<'_>,
        name: ast::Name,
    ) -> Option<Id<Variable>> {
        let text = builder.text(name);
        let Some(id) = self.find_variable(text, environment.state) else {
            let of_contexts = self.variables_around(environment.state);
            let mut finding = unknown(&UNKNOWN_NAME, "variable", text, name.span, of_contexts);
            if let Some(elsewhere) = self.machine.variables.iter().find(|variable| variable.name.text == text)
                && let VariableScope::Context(owner) = elsewhere.scope
            {
                let owner = self.machine.qualified_name(owner);
                finding.message = format!("`{text}` exists only inside `{owner}`");
                finding.help = Some(format!("give it at the arrow: `-> {owner} {{ {text}: … }}`"));
            }
            builder.report(finding);
            return None;
        };
        let variable = &self.machine.variables[id];
        if variable.scope == VariableScope::Param {
            builder.report(
                Diagnostic::new(&NOT_ASSIGNABLE, name.span, format!("the param `{text}` is fixed"))
                    .and(variable.name.span, "declared here")
                    .help(format!("declare it in a context if it is to change: `context {{ {text}: … }}`")),
            );
            return None;
        }
        Some(id)
    }

    fn reset(&self, builder: &mut Builder<'a>, environment: &Environment<'_>, name: ast::Name) -> Option<ActionKind> {
        let text = builder.text(name);
        let root = Machine::root();
        let limit = self.find_limit(text, environment.state);
        let variable = self.find_variable(text, environment.state);
        match (limit, variable) {
            (Some(limit), None) => Some(ActionKind::ResetLimit(limit)),
            (Some(_), Some(_)) => {
                builder.report(
                    Diagnostic::new(&AMBIGUOUS_NAME, name.span, format!("`{text}` is both a limit and a variable"))
                        .help("give one of them another name"),
                );
                None
            }
            (None, None) if text == "context" => {
                let resettable = self.machine.states[root].context.iter().copied();
                let resettable = resettable.filter(|&id| self.machine.variables[id].default.is_some());
                Some(ActionKind::ResetVariables(resettable.collect_vec()))
            }
            (None, _) => {
                let id = self.assignable(builder, environment, name)?;
                let variable = &self.machine.variables[id];
                if variable.default.is_none() {
                    builder.report(
                        Diagnostic::new(
                            &NOT_ASSIGNABLE,
                            name.span,
                            format!("`{text}` has no initial value to go back to"),
                        )
                        .and(variable.name.span, "declared here")
                        .help("give it one where it is declared, or assign a value"),
                    );
                    return None;
                }
                Some(ActionKind::ResetVariables(vec![id]))
            }
        }
    }

    /// The fields of an output or of a raised event, in the order of the declaration.
    fn payload(
        &self,
        builder: &mut Builder<'a>,
        environment: &Environment<'_>,
        owner: ast::Name,
        declared: &[Field],
        given: &[ast::Argument],
    ) -> Option<Vec<Expr>> {
        let mut complete = true;
        check_field_names(builder, owner, declared, given);
        let mut values = Vec::new();
        let mut missing = Vec::new();
        for field in declared {
            let Some(argument) = given.iter().find(|argument| builder.text(argument.name) == field.name.text) else {
                missing.push(field);
                continue;
            };
            match self.value(builder, environment, &argument.value, field.ty, interval_of(field.ty)) {
                Some(value) => values.push(value),
                None => complete = false,
            }
        }
        require_fields(builder, owner, &missing)?;
        complete.then_some(values)
    }
}

/// Reports fields that are given twice, and those that `owner` does not have.
pub(super) fn check_field_names(
    builder: &mut Builder<'_>,
    owner: ast::Name,
    declared: &[Field],
    given: &[ast::Argument],
) {
    let owner = builder.text(owner);
    for (index, argument) in given.iter().enumerate() {
        let text = builder.text(argument.name);
        let first = given[..index].iter().find(|earlier| builder.text(earlier.name) == text);
        if let Some(first) = first {
            builder.report(duplicate("value", text, argument.name.span, first.name.span));
        } else if !declared.iter().any(|field| field.name.text == text) {
            let mut finding = unknown(&UNKNOWN_FIELD, "field", text, argument.name.span, names_of(declared));
            finding.message = format!("`{owner}` has no field `{text}`");
            builder.report(finding);
        }
    }
}

/// Reports the fields of `owner` that are given no value.
pub(super) fn require_fields(builder: &mut Builder<'_>, owner: ast::Name, missing: &[&Field]) -> Option<()> {
    let Some(first) = missing.first() else { return Some(()) };
    let text = builder.text(owner);
    let names: Vec<_> = missing.iter().map(|field| format!("`{}`", field.name.text)).collect_vec();
    builder.report(
        Diagnostic::new(&MISSING_FIELD, owner.span, format!("`{text}` is given no {}", names.join(" and no ")))
            .and(first.name.span, "declared here")
            .help(format!("write a value: `{text} {{ {}: … }}`", first.name.text)),
    );
    None
}

/// A reaction that says nothing at all is more likely unfinished than meant.
fn refuse_empty(builder: &mut Builder<'_>, syntax: &ast::Reaction) {
    let nothing = |branch: &ast::Branch| {
        let tail = &branch.tail;
        matches!(branch.condition, ast::Condition::None)
            && tail.target.is_none()
            && tail.counts.is_none()
            && tail.actions.is_empty()
    };
    if !syntax.branches.iter().all(nothing) {
        return;
    }
    let text = builder.sources.text(syntax.trigger.span);
    let help = match &syntax.trigger.kind {
        ast::TriggerKind::Events(names) => {
            let names = names.iter().map(|&name| builder.text(name)).collect_vec();
            format!(
                "write where it leads, `-> Target`, or what it does, `/ action()`; if nothing is meant: `ignore {};`",
                names.join(", ")
            )
        }
        _ => "write where it leads, `-> Target`, or what it does, `/ action()`".to_owned(),
    };
    builder.report(
        Diagnostic::new(&EMPTY_REACTION, syntax.trigger.span, format!("`{text}` leads nowhere and does nothing"))
            .help(help),
    );
}

/// Something that cannot be assigned to or reset.
pub(crate) static NOT_ASSIGNABLE: Rule = Rule {
    code: "FSM213",
    name: "not-assignable",
    severity: Severity::Error,
    summary: "an assignment to something that does not change, or a reset of something without an initial value",
    explanation: "Params are fixed when the machine is made. Actions change the variables of contexts.",
    example: "machine Door {\n    param most: u8 = 3;\n    event Open;\n    initial state Shut { on Open [most > 2] / most = 2; }\n}\n",
    instead: "machine Door {\n    context { most: u8 = 3 }\n    event Open;\n    initial state Shut { on Open [most > 2] / most = 2; }\n}\n",
};

/// A payload with a field too few.
pub(crate) static MISSING_FIELD: Rule = Rule {
    code: "FSM204",
    name: "missing-field",
    severity: Severity::Error,
    summary: "an output or event that is made without one of its fields",
    explanation: "Every field of an output or of a raised event is given a value.",
    example: "machine Door {\n    event Open { by: u8 };\n    output Opened { by: u8 };\n    initial state Shut { on Open / emit Opened; }\n}\n",
    instead: "machine Door {\n    event Open { by: u8 };\n    output Opened { by: u8 };\n    initial state Shut { on Open / emit Opened { by: event.by }; }\n}\n",
};

/// History where none is kept.
pub(crate) static NO_HISTORY: Rule = Rule {
    code: "FSM308",
    name: "no-history",
    severity: Severity::Error,
    summary: "history of a state without children, or a default outside of it",
    explanation: "`history(S)` enters the child of `S` that was last active, so `S` has children, and the default for the first \
                  time is one of the states inside it.",
    example: "machine Player {\n    event Play;\n    event Pause;\n    initial state Playing { on Pause -> Paused; }\n    state Paused { on Play -> history(Playing); }\n}\n",
    instead: "machine Player {\n    event Play;\n    event Pause;\n    event Next;\n    initial state Playing {\n        initial state First { on Next -> Second; }\n        state Second { on Next -> First; }\n        on Pause -> Paused;\n    }\n    state Paused { on Play -> history(Playing); }\n}\n",
};

/// `on done` where nothing is ever done.
pub(crate) static NEVER_DONE: Rule = Rule {
    code: "FSM306",
    name: "never-done",
    severity: Severity::Error,
    summary: "`on done` of a state without children, or of the machine itself",
    explanation: "A composite is done when its final child is reached; then its `on done` is taken. A state without children is \
                  never done, and a machine that is done has ended.",
    example: "machine Job {\n    initial state Working { on done -> Finished; }\n    final state Finished;\n}\n",
    instead: "machine Job {\n    event Step;\n    initial state Working {\n        initial state First { on Step -> Last; }\n        final state Last;\n        on done -> Finished;\n    }\n    final state Finished;\n}\n",
};

/// An `else` that is no alternative to anything.
pub(crate) static LONE_ELSE: Rule = Rule {
    code: "FSM309",
    name: "lone-else",
    severity: Severity::Error,
    summary: "an `else` with no branch before it",
    explanation: "`else` is taken when no branch before it in the same braces was.",
    example: "machine Door {\n    event Open;\n    initial state Shut { on Open { else -> Ajar; } }\n    state Ajar { on Open -> Shut; }\n}\n",
    instead: "machine Door {\n    event Open;\n    guard locked;\n    initial state Shut { on Open { [locked]; else -> Ajar; } }\n    state Ajar { on Open -> Shut; }\n}\n",
};

/// `reenter` without a target.
pub(crate) static REENTER_NOTHING: Rule = Rule {
    code: "FSM310",
    name: "reenter-nothing",
    severity: Severity::Error,
    summary: "`reenter` without a target",
    explanation: "`reenter` says that a transition into the state itself leaves it first. Without a target nothing is left and \
                  nothing is entered.",
    example: "machine Door {\n    event Open;\n    action ring();\n    initial state Shut { on Open reenter / ring(); }\n}\n",
    instead: "machine Door {\n    event Open;\n    action ring();\n    initial state Shut { on Open -> Shut reenter / ring(); }\n}\n",
};

/// A reaction that says nothing.
pub(crate) static EMPTY_REACTION: Rule = Rule {
    code: "FSM311",
    name: "empty-reaction",
    severity: Severity::Error,
    summary: "a reaction that leads nowhere and does nothing",
    explanation: "A reaction has a target, a guard, an action or a limit to count. That an event deliberately does nothing is \
                  said by `ignore`.",
    example: "machine Door {\n    event Open;\n    initial state Shut { on Open; }\n}\n",
    instead: "machine Door {\n    event Open;\n    initial state Shut { ignore Open; }\n}\n",
};

/// A fork into states that exclude each other.
pub(crate) static INVALID_FORK: Rule = Rule {
    code: "FSM312",
    name: "invalid-fork",
    severity: Severity::Error,
    summary: "a fork into states that cannot be active together",
    explanation: "`-> (A, B)` enters several states at once, so they lie in different regions of one parallel state.",
    example: "machine Car {\n    event Key;\n    initial state Off { on Key -> (Idle, Running); }\n    parallel state On {\n        state Engine { initial state Idle { on Key -> Running; } state Running { on Key -> Off; } }\n        state Radio;\n    }\n}\n",
    instead: "machine Car {\n    event Key;\n    initial state Off { on Key -> (Running, Radio); }\n    parallel state On {\n        state Engine { initial state Idle { on Key -> Off; } state Running { on Key -> Idle; } }\n        state Radio;\n    }\n}\n",
};

/// An initial transition that does not lead to a state inside.
pub(crate) static INVALID_INITIAL: Rule = Rule {
    code: "FSM313",
    name: "invalid-initial",
    severity: Severity::Error,
    summary: "an initial transition that does not lead to a state inside",
    explanation: "`initial -> Target / actions;` says how a composite is entered by default, where marking a child as `initial` is \
                  not enough: it may lead to a state further inside, to several in different regions, or to a history, and do \
                  something on the way. It stays inside the composite. Parallel states enter all their regions and have none.",
    example: "machine Lamp {\n    event Flip;\n    initial state Off { on Flip -> On; }\n    state On { initial -> Off; on Flip -> Off; state Bright; }\n}\n",
    instead: "machine Lamp {\n    event Flip;\n    initial state Off { on Flip -> On; }\n    state On { initial -> Bright; on Flip -> Off; state Bright; }\n}\n",
};

/// `on restore` in a machine that is not saved.
pub(crate) static RESTORE_WITHOUT_SNAPSHOT: Rule = Rule {
    code: "FSM120",
    name: "restore-without-snapshot",
    severity: Severity::Error,
    summary: "`on restore` in a machine that cannot be saved",
    explanation: "`on restore` says what becomes of an armed timer when the machine is restored from a snapshot. Only machines \
                  behind `#[snapshot]` give snapshots; in others it would silently do nothing.",
    example: "machine Lamp {\n    event Press;\n    initial state Off { on Press -> On; }\n    state On { after 30s on restore remaining -> Off; }\n}\n",
    instead: "#[snapshot]\nmachine Lamp {\n    event Press;\n    initial state Off { on Press -> On; }\n    state On { after 30s on restore remaining -> Off; }\n}\n",
};
