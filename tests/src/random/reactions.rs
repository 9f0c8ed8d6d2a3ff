//! What random states contain: hooks, reactions, transitions, actions.

use super::Generator;
use super::describe::{
    Action, Base, Body, Branch, Condition, Entry, Expr, Field, Kind, Limit, Payload, Reaction, State, Tail, Target,
    Trigger, Type,
};
use super::expressions::{Scope, Tested, binary};
use super::skeleton::ROOT;

const DURATION: Type = Type { base: Base::Duration, optional: false };
const STR: Type = Type { base: Base::Str, optional: false };

/// What a state reacts to.
#[derive(Clone, Copy)]
enum Occasion {
    Events,
    Any,
    Done,
    Error,
    Always,
    After,
    Every,
    Defer,
    Ignore,
    Run,
}

impl Generator<'_, '_> {
    /// What stands in a state, or in the machine.
    pub(super) fn body(&mut self, state: usize) -> Body {
        let children = self.tree.nodes[state].children.clone();
        let scope = self.scope(state);
        let hook = |generator: &mut Self, chance: u64| {
            if generator.choices.chance(chance) { generator.actions(&mut scope.clone(), 2) } else { Vec::new() }
        };
        let is_final = self.tree.nodes[state].kind == Kind::Final;
        Body {
            context: self.tree.nodes[state].context.clone(),
            limits: self.tree.nodes[state].limits.clone().into_iter().map(|name| self.limit(state, name)).collect(),
            initial: self.initial(state),
            entry: hook(self, 25),
            exit: if state == ROOT { Vec::new() } else { hook(self, 20) },
            reactions: if is_final { Vec::new() } else { self.reactions(state) },
            states: children.into_iter().map(|child| self.state(child)).collect(),
        }
    }

    fn state(&mut self, state: usize) -> State {
        let body = self.body(state);
        let node = &self.tree.nodes[state];
        let initial = node.parent.is_some_and(|parent| self.tree.nodes[parent].initial == Some(state));
        State { name: node.name.clone(), kind: node.kind, initial, body }
    }

    /// The initial transition of a composite that has no initial child.
    fn initial(&mut self, state: usize) -> Option<Tail> {
        let node = &self.tree.nodes[state];
        if node.kind != Kind::Plain || node.children.is_empty() || node.initial.is_some() {
            return None;
        }
        let scope = self.scope(state);
        let inside = self.tree.inside(state);
        let target = if self.choices.chance(25) {
            // The history of the state itself needs a default: its initial child is what is being decided.
            let composites = self.tree.composites();
            let mut of: Vec<_> = composites.into_iter().filter(|&inner| self.tree.is_inside(inner, state)).collect();
            if state != ROOT {
                of.push(state);
            }
            self.choices.pick(&of).copied().map(|of| self.history(&scope, state, of, of == state))
        } else {
            None
        };
        let target = match target {
            Some(target) => target,
            None => Target::States(self.entries(&scope, state, &inside)),
        };
        let actions = if self.choices.chance(40) { self.actions(&mut scope.clone(), 2) } else { Vec::new() };
        Some(Tail { target: Some(target), actions, ..Tail::default() })
    }

    /// A limit; what it does instead, if anything, can be done from any source.
    fn limit(&mut self, state: usize, name: String) -> Limit {
        let inclusive = self.choices.chance(50);
        let bound = self.count(4);
        let open: Vec<_> = self.tree.ids().skip(1).filter(|&target| self.tree.is_open(target)).collect();
        let target = self.choices.pick(&open).copied().filter(|_| self.choices.chance(60));
        let target = target.map(|target| {
            let state = self.tree.nodes[target].name.clone();
            Target::States(vec![Entry { state, values: Vec::new() }])
        });
        let mut scope = self.scope(state);
        let actions = self.actions(&mut scope, 2);
        let tail = Tail { target, actions, ..Tail::default() };
        Limit { name, inclusive, bound, tail: self.choices.chance(60).then_some(tail) }
    }

    fn reactions(&mut self, state: usize) -> Vec<Reaction> {
        let count = self.choices.count(usize::from(state != ROOT), self.size.reactions);
        (0..count).map(|_| self.reaction(state)).collect()
    }

    fn reaction(&mut self, state: usize) -> Reaction {
        let alternatives = [
            (50, Occasion::Events),
            (4, Occasion::Any),
            (9, Occasion::Done),
            (6, Occasion::Error),
            (5, Occasion::Always),
            (10, Occasion::After),
            (4, Occasion::Every),
            (6, Occasion::Defer),
            (4, Occasion::Ignore),
            (9, Occasion::Run),
        ];
        let occasion = self.choices.weighted(&alternatives).unwrap_or(Occasion::Events);
        let scope = self.scope(state);
        match occasion {
            Occasion::Events => self.on_events(state),
            Occasion::Any => self.on(state, Trigger::Any, &scope),
            Occasion::Done => self.on_done(state),
            Occasion::Error => {
                let fields = ["origin", "message"].map(|field| (format!("event.{field}"), STR));
                self.on(state, Trigger::Error, &scope.with(fields))
            }
            Occasion::Always => self.always(state, &scope),
            Occasion::After => {
                let delay = self.delay(&scope, true);
                self.on(state, Trigger::After(delay), &scope)
            }
            Occasion::Every => {
                let period = self.delay(&scope, false);
                self.on(state, Trigger::Every(period), &scope)
            }
            Occasion::Defer => {
                let events = self.some_events();
                let deferral = |generator: &mut Self, event: Payload| {
                    let max = if generator.choices.chance(50) { Some(generator.count(3)) } else { None };
                    (event.name, max)
                };
                Reaction::Defer(events.into_iter().map(|event| deferral(self, event)).collect())
            }
            Occasion::Ignore => Reaction::Ignore(self.some_events().into_iter().map(|event| event.name).collect()),
            Occasion::Run => self.run(state, scope),
        }
    }

    /// One or two of the events.
    fn some_events(&mut self) -> Vec<Payload> {
        let events: Vec<_> = self.machine.events.iter().map(|event| event.payload.clone()).collect();
        let first = self.choices.index(events.len());
        let second = self.choices.index(events.len());
        let both = first != second && self.choices.chance(20);
        let chosen = if both { vec![first, second] } else { vec![first] };
        chosen.into_iter().map(|index| events[index].clone()).collect()
    }

    fn on_events(&mut self, state: usize) -> Reaction {
        let events = self.some_events();
        let (first, rest) = (&events[0], &events[1..]);
        let common = |field: &&Field| rest.iter().all(|event| event.fields.contains(field));
        let fields = first.fields.iter().filter(common);
        let fields: Vec<_> = fields.map(|field| (format!("event.{}", field.name), field.ty)).collect();
        let scope = self.scope(state).with(fields);
        self.on(state, Trigger::Events(events.into_iter().map(|event| event.name).collect()), &scope)
    }

    /// The end of the state itself, or of any other.
    fn on_done(&mut self, state: usize) -> Reaction {
        let composites = self.tree.composites();
        let own = composites.contains(&state) && self.choices.chance(70);
        let other = self.choices.pick(&composites).map(|&other| self.tree.nodes[other].name.clone());
        if !own && other.is_none() {
            return self.on_events(state);
        }
        let scope = self.scope(state);
        self.on(state, Trigger::Done(if own { None } else { other }), &scope)
    }

    fn on(&mut self, state: usize, trigger: Trigger, scope: &Scope) -> Reaction {
        let branches = self.branches(state, scope, 65);
        Reaction::On(trigger, branches)
    }

    /// Mostly guarded, and mostly leads elsewhere: what has no end ends in a livelock.
    fn always(&mut self, state: usize, scope: &Scope) -> Reaction {
        let Tested { test, if_true, .. } = self.condition(scope, 2);
        let condition = if self.choices.chance(5) { Condition::None } else { Condition::Guard(test) };
        let inner = if condition == Condition::None { scope.clone() } else { scope.knowing(&if_true) };
        let mut tail = self.tail(state, &inner, 90);
        if tail.target.is_none() && tail.actions.is_empty() {
            tail.actions = self.actions(&mut inner.clone(), 1);
        }
        Reaction::On(Trigger::Always, vec![Branch { condition, tail }])
    }

    fn run(&mut self, state: usize, scope: Scope) -> Reaction {
        let Some(task) = self.choices.pick(&self.machine.tasks).cloned() else { return self.on_events(state) };
        let arguments = task.signature.fields.iter().map(|field| self.value(&scope, field.ty, None)).collect();
        let of_value = scope.clone().with(task.result.map(|ty| ("event.value".to_owned(), ty)));
        let ok = if self.choices.chance(85) { self.branches(state, &of_value, 60) } else { Vec::new() };
        let of_error = scope.with([("event.error".to_owned(), STR)]);
        let err = if task.fails && self.choices.chance(70) { self.branches(state, &of_error, 60) } else { Vec::new() };
        Reaction::Run { task: task.signature.name, arguments, ok, err }
    }

    /// Branches in order; what an earlier one rules out, the later ones know.
    fn branches(&mut self, state: usize, scope: &Scope, targets: u64) -> Vec<Branch> {
        let count = self.choices.weighted(&[(60, 1), (25, 2), (15, 3)]).unwrap_or(1);
        let mut scope = scope.clone();
        let mut branches = Vec::new();
        for index in 0..count {
            let last = index + 1 == count;
            if last && self.choices.chance(60) {
                let condition = if index == 0 { Condition::None } else { Condition::Else };
                let mut tail = self.tail(state, &scope, targets);
                if tail.target.is_none() && tail.actions.is_empty() {
                    tail.actions = self.actions(&mut scope.clone(), 2);
                }
                branches.push(Branch { condition, tail });
                break;
            }
            let Tested { test, if_true, if_false } = self.condition(&scope, 2);
            let tail = self.tail(state, &scope.knowing(&if_true), targets);
            branches.push(Branch { condition: Condition::Guard(test), tail });
            scope = scope.knowing(&if_false);
        }
        branches
    }

    fn tail(&mut self, source: usize, scope: &Scope, targets: u64) -> Tail {
        let target = self.choices.chance(targets);
        let reenter = target && self.choices.chance(15);
        let target = if target { Some(self.target(source, scope, reenter)) } else { None };
        let counts = self.choices.pick(&scope.limits).cloned().filter(|_| self.choices.chance(40));
        let actions = if self.choices.chance(55) { self.actions(&mut scope.clone(), 3) } else { Vec::new() };
        Tail { target, reenter, counts, actions }
    }

    fn target(&mut self, source: usize, scope: &Scope, reenter: bool) -> Target {
        let composites = self.tree.composites();
        if self.choices.chance(20)
            && let Some(&of) = self.choices.pick(&composites)
        {
            let domain = self.tree.domain(source, &[of], true, reenter);
            return self.history(scope, domain, of, false);
        }
        let all: Vec<_> = self.tree.ids().skip(1).collect();
        let states = self.chosen_states(&all);
        let domain = self.tree.domain(source, &states, false, reenter);
        Target::States(self.entries_of(scope, domain, &states))
    }

    /// A state out of `among`, or several in different regions of one of them.
    fn entries(&mut self, scope: &Scope, domain: usize, among: &[usize]) -> Vec<Entry> {
        let states = self.chosen_states(among);
        self.entries_of(scope, domain, &states)
    }

    fn chosen_states(&mut self, among: &[usize]) -> Vec<usize> {
        let parallel = |&&state: &&usize| self.tree.nodes[state].kind == Kind::Parallel;
        let parallel: Vec<_> = among.iter().filter(parallel).copied().collect();
        if self.choices.chance(25)
            && let Some(&state) = self.choices.pick(&parallel)
        {
            return self.forked(state);
        }
        vec![self.choices.pick(among).copied().unwrap_or(1)]
    }

    /// States in at least two regions of a parallel state.
    fn forked(&mut self, parallel: usize) -> Vec<usize> {
        let mut regions = self.tree.nodes[parallel].children.clone();
        if regions.len() > 2 && self.choices.chance(60) {
            regions.remove(self.choices.index(regions.len()));
        }
        if self.choices.chance(30) {
            regions.reverse();
        }
        regions
            .into_iter()
            .map(|region| {
                let mut inside = self.tree.inside(region);
                inside.push(region);
                self.choices.pick(&inside).copied().unwrap_or(region)
            })
            .collect()
    }

    /// Entries with all values that are needed between `domain` and each of `states`.
    fn entries_of(&mut self, scope: &Scope, domain: usize, states: &[usize]) -> Vec<Entry> {
        let mut given: Vec<usize> = Vec::new();
        let mut entries = Vec::new();
        for &state in states {
            let mut values = Vec::new();
            for step in self.tree.path(domain, state) {
                if given.contains(&step) {
                    continue;
                }
                given.push(step);
                for variable in self.tree.nodes[step].context.clone() {
                    let needed = variable.default.is_none() && !variable.ty.optional;
                    if needed || self.choices.chance(15) {
                        values.push((variable.name, self.value(scope, variable.ty, variable.range)));
                    }
                }
            }
            entries.push(Entry { state: self.tree.nodes[state].name.clone(), values });
        }
        entries
    }

    /// The history of a state, with a default where there must be one.
    fn history(&mut self, scope: &Scope, domain: usize, of: usize, must: bool) -> Target {
        let deep = self.choices.chance(50);
        let open = self.tree.is_open(of);
        let default = if must || !open || self.choices.chance(60) {
            let inside = self.tree.inside(of);
            let entries = self.entries(scope, domain, &inside);
            let actions = if self.choices.chance(40) {
                let mut around = self.scope(domain);
                self.actions(&mut around, 2)
            } else {
                Vec::new()
            };
            Some((entries, actions))
        } else {
            None
        };
        Target::History { deep, state: self.tree.nodes[of].name.clone(), default }
    }

    /// A literal, or an expression that is never less than a tenth of a second; now and then `zero`, where that may be.
    fn delay(&mut self, scope: &Scope, zero: bool) -> Expr {
        const LITERALS: [&str; 7] = ["100ms", "200ms", "500ms", "1s", "2s", "5s", "1min"];
        if zero && self.choices.chance(3) {
            return Expr::Literal("0s".to_owned());
        }
        if self.choices.chance(70) {
            return Expr::Literal(LITERALS[self.choices.index(LITERALS.len())].to_owned());
        }
        let computed = self.value(scope, DURATION, None);
        let least = Expr::Literal("100ms".to_owned());
        if self.choices.chance(50) {
            Expr::Call("max".to_owned(), vec![computed, least])
        } else {
            binary(computed, "+", least)
        }
    }

    /// One to `most` actions. What an action does to an option, the later ones know.
    fn actions(&mut self, scope: &mut Scope, most: usize) -> Vec<Action> {
        let count = self.choices.count(1, most);
        (0..count).map(|_| self.action(scope, most > 1)).collect()
    }

    fn action(&mut self, scope: &mut Scope, nests: bool) -> Action {
        let nested = if nests { 8 } else { 0 };
        let alternatives = [(40, 0), (14, 1), (7, 2), (6, 3), (18, 4), (3, 5), (5, 6), (3, 7), (nested, 8)];
        let action = match self.choices.weighted(&alternatives) {
            Some(1) => self.emit(scope),
            Some(kind @ (2 | 3)) => Some(self.raise(scope, kind == 3)),
            Some(4) => self.call(scope),
            Some(5) => self.choices.pick(&self.machine.events).map(|event| Action::Cancel(event.payload.name.clone())),
            Some(6) => self.reset(scope),
            Some(7) => {
                let state = 1 + self.choices.index(self.tree.nodes.len() - 1);
                Some(Action::Restart(self.tree.nodes[state].name.clone()))
            }
            Some(8) => Some(self.conditional(scope)),
            _ => self.assign(scope),
        };
        // Where there is nothing of the kind that was chosen, there is always an event.
        action.unwrap_or_else(|| self.raise(scope, true))
    }

    fn assign(&mut self, scope: &mut Scope) -> Option<Action> {
        let variable = self.choices.pick(&scope.writable)?.clone();
        let base = variable.ty.base;
        let counts = !variable.ty.optional && matches!(base, Base::Int(..) | Base::Duration);
        let action = if counts && self.choices.chance(40) {
            let operator = if self.choices.chance(65) { "+=" } else { "-=" };
            let least = if base == Base::Duration { (0, 900_000_000) } else { (0, 3) };
            let amount = self.literal(base, Some(least));
            Action::Assign(variable.name.clone(), operator, amount)
        } else {
            let value = self.value(scope, variable.ty, variable.range);
            Action::Assign(variable.name.clone(), "=", value)
        };
        scope.forget(std::slice::from_ref(&variable.name));
        Some(action)
    }

    fn call(&mut self, scope: &mut Scope) -> Option<Action> {
        let action = self.choices.pick(&self.machine.actions)?.clone();
        let arguments = action.signature.fields.iter().map(|field| self.value(scope, field.ty, None)).collect();
        let keeps = scope.writable.iter().filter(|variable| Some(variable.ty) == action.result);
        let keeps: Vec<_> = keeps.map(|variable| variable.name.clone()).collect();
        let result = self.choices.pick(&keeps).cloned().filter(|_| self.choices.chance(80));
        scope.forget(result.as_slice());
        Some(Action::Call { result, action: action.signature.name, arguments })
    }

    fn emit(&mut self, scope: &Scope) -> Option<Action> {
        let output = self.choices.pick(&self.machine.outputs)?.clone();
        let fields = self.record(scope, &output.fields);
        Some(Action::Emit(output.name, fields))
    }

    fn raise(&mut self, scope: &Scope, later: bool) -> Action {
        let event = self.choices.index(self.machine.events.len());
        let Payload { name, fields } = self.machine.events[event].payload.clone();
        let fields = self.record(scope, &fields);
        let delay = if later { Some(self.delay(scope, true)) } else { None };
        Action::Raise(name, fields, delay)
    }

    fn record(&mut self, scope: &Scope, fields: &[Field]) -> Vec<(String, Expr)> {
        fields.iter().map(|field| (field.name.clone(), self.value(scope, field.ty, None))).collect()
    }

    fn reset(&mut self, scope: &mut Scope) -> Option<Action> {
        let with_default = |variable: &&super::describe::Variable| variable.default.is_some() || variable.ty.optional;
        let variables = scope.writable.iter().filter(with_default).map(|variable| variable.name.clone());
        let mut names: Vec<_> = variables.chain(scope.limits.iter().cloned()).collect();
        names.push("context".to_owned());
        let name = self.choices.pick(&names)?.clone();
        let forgotten = if name == "context" { names } else { vec![name.clone()] };
        scope.forget(&forgotten);
        Some(Action::Reset(name))
    }

    fn conditional(&mut self, scope: &mut Scope) -> Action {
        let mut arms = Vec::new();
        let mut known = scope.clone();
        for _ in 0..self.choices.count(1, 2) {
            let Tested { test, if_true, if_false } = self.condition(&known, 1);
            let actions = self.actions(&mut known.knowing(&if_true), 1);
            arms.push((Some(test), actions));
            known = known.knowing(&if_false);
        }
        if self.choices.chance(40) {
            let actions = if self.choices.chance(80) { self.actions(&mut known, 1) } else { Vec::new() };
            arms.push((None, actions));
        }
        // Any of the arms may have changed any option.
        let changed: Vec<_> = scope.writable.iter().map(|variable| variable.name.clone()).collect();
        scope.forget(&changed);
        Action::If(arms)
    }
}
