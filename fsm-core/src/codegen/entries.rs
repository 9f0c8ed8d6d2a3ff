//! What a transition enters, and in which order: `computeEntrySet` of the W3C SCXML recommendation, Appendix D, resolved
//! as far as it can be before the machine runs. What only a history knows becomes a choice.

use proc_macro2::TokenStream;

use super::Generator;
use super::effects::{Given, field_init};
use super::expressions::Scope;
use super::names::ident;
use crate::lists::CollectVec;
use crate::model::{Action, Entry, Id, InitialTransition, Machine, State, StateKind, Target, TargetKind, Variable};

/// What is entered, in document order, a state before what is inside it.
#[derive(Clone)]
pub(super) enum Entered<'m> {
    /// A state.
    State(Step<'m>),
    /// One of several ways, by what a history has recorded.
    Choice(Choice<'m>),
    /// The default actions of a history whose state is not entered.
    Doing(&'m [Action]),
    /// The initial transition of such a state.
    Initial(&'m InitialTransition),
}

/// A state that is entered.
#[derive(Clone)]
pub(super) struct Step<'m> {
    pub(super) state: Id<State>,
    /// Whether its context is what it was.
    pub(super) is_restored: bool,
    /// Its initial transition, if that is taken.
    pub(super) initial: Option<&'m InitialTransition>,
    /// What is done because its history has recorded nothing.
    pub(super) history: Vec<&'m [Action]>,
}

impl<'m> Step<'m> {
    /// What is done behind the entry actions.
    pub(super) fn defaults(&self) -> impl Iterator<Item = &'m [Action]> + '_ {
        self.initial.map(|initial| initial.actions.as_slice()).into_iter().chain(self.history.iter().copied())
    }
}

/// The ways that a history may lead to, beginning with the state whose history it is.
#[derive(Clone)]
pub(super) struct Choice<'m> {
    pub(super) state: Id<State>,
    pub(super) deep: bool,
    /// What is entered, for each state that may have been recorded.
    pub(super) recorded: Vec<(Recorded, Vec<Entered<'m>>)>,
    /// What is entered if nothing was recorded.
    pub(super) otherwise: Vec<Entered<'m>>,
}

/// What a history may have recorded.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Recorded {
    /// This state; for the history of a parallel state the state itself, whose regions are entered by default.
    State(Id<State>),
    /// All that was active in several regions: it is entered as it was.
    Configuration,
}

/// Where a target leads.
#[derive(Clone, Copy)]
enum Goal<'m> {
    State(Id<State>),
    History { state: Id<State>, deep: bool, default: &'m [Entry], actions: &'m [Action] },
}

impl Goal<'_> {
    fn state(&self) -> Id<State> {
        match self {
            Goal::State(state) | Goal::History { state, .. } => *state,
        }
    }
}

fn goals(target: &Target) -> Vec<Goal<'_>> {
    match &target.kind {
        TargetKind::State(entry) => vec![Goal::State(entry.state)],
        TargetKind::Fork(entries) => states(entries),
        TargetKind::History { deep, state, default, actions } => {
            vec![Goal::History { state: *state, deep: *deep, default, actions }]
        }
    }
}

fn states(entries: &[Entry]) -> Vec<Goal<'_>> {
    entries.iter().map(|entry| Goal::State(entry.state)).collect_vec()
}

impl<'m> Generator<'m> {
    /// What a transition to `target` enters inside its `domain`.
    pub(super) fn entered(&self, domain: Id<State>, target: &'m Target) -> Vec<Entered<'m>> {
        match goals(target).as_slice() {
            [Goal::History { state, deep, default, actions }] if *state == domain => {
                let recorded = self.ways_back(domain, *deep);
                // The state is not entered, so its history's actions are done before everything else.
                let mut otherwise = vec![Entered::Doing(actions)];
                match self.machine.states[domain].initial.as_ref().filter(|_| default.is_empty()) {
                    Some(transition) => {
                        otherwise.push(Entered::Initial(transition));
                        otherwise.extend(self.entered(domain, &transition.target));
                    }
                    None => otherwise.extend(self.inside(domain, &states(default), false)),
                }
                vec![Entered::Choice(Choice { state: domain, deep: *deep, recorded, otherwise })]
            }
            goals => self.inside(domain, goals, false),
        }
    }

    /// What is entered when the machine starts, the machine itself first: nothing is recorded yet.
    pub(super) fn entered_at_start(&self) -> Vec<Step<'m>> {
        let mut steps = Vec::new();
        let mut pending = self.entering(Machine::root(), &[], false, Vec::new());
        pending.reverse();
        while let Some(entered) = pending.pop() {
            match entered {
                Entered::State(step) => steps.push(step),
                Entered::Choice(choice) => pending.extend(choice.otherwise.into_iter().rev()),
                // The machine itself is entered.
                Entered::Doing(_) | Entered::Initial(_) => {}
            }
        }
        steps
    }

    /// What is entered inside a state that is active or has just been entered.
    fn inside(&self, state: Id<State>, goals: &[Goal<'m>], is_restored: bool) -> Vec<Entered<'m>> {
        let machine = self.machine;
        match machine.states[state].kind {
            StateKind::Composite { initial } => {
                let first = goals.first().and_then(|goal| machine.path_from(state, goal.state()).first().copied());
                let child = first.or(initial);
                child.map(|child| self.entering(child, goals, is_restored, Vec::new())).unwrap_or_default()
            }
            StateKind::Parallel => {
                let regions = machine.states[state].children.iter().flat_map(|&region| {
                    let into = |goal: &Goal<'_>| machine.lineage(goal.state()).any(|outer| outer == region);
                    let goals = goals.iter().copied().filter(into).collect_vec();
                    self.entering(region, &goals, is_restored, Vec::new())
                });
                regions.collect_vec()
            }
            StateKind::Atomic | StateKind::Final => Vec::new(),
        }
    }

    /// What is entered with `state`, on the way to `goals` that are the state itself or lie inside it.
    fn entering(
        &self,
        state: Id<State>,
        goals: &[Goal<'m>],
        is_restored: bool,
        history: Vec<&'m [Action]>,
    ) -> Vec<Entered<'m>> {
        if let [Goal::History { state: of, deep, default, actions }] = *goals
            && of == state
        {
            return self.by_history(state, deep, default, actions, is_restored);
        }
        let machine = self.machine;
        let inner = goals.iter().copied().filter(|goal| goal.state() != state).collect_vec();
        let transition = machine.states[state].initial.as_ref().filter(|_| inner.is_empty());
        if let Some(transition) = transition {
            return self.by_initial_transition(state, transition, is_restored, history);
        }
        let step = Step { state, is_restored, initial: None, history };
        let mut entered = vec![Entered::State(step)];
        entered.extend(self.inside(state, &inner, is_restored));
        entered
    }

    /// What is entered with a composite by its initial transition, which may lead to the history of the composite itself.
    fn by_initial_transition(
        &self,
        state: Id<State>,
        transition: &'m InitialTransition,
        is_restored: bool,
        history: Vec<&'m [Action]>,
    ) -> Vec<Entered<'m>> {
        let with = |history: Vec<&'m [Action]>, inner: Vec<Entered<'m>>| {
            let mut entered = vec![Entered::State(Step { state, is_restored, initial: Some(transition), history })];
            entered.extend(inner);
            entered
        };
        match goals(&transition.target).as_slice() {
            [Goal::History { state: of, deep, default, actions }] if *of == state => {
                let ways = self.ways_back(state, *deep).into_iter();
                let recorded = ways.map(|(recorded, inner)| (recorded, with(history.clone(), inner)));
                let all = history.iter().copied().chain([*actions]).collect_vec();
                let otherwise = with(all, self.inside(state, &states(default), is_restored));
                let choice = Choice { state, deep: *deep, recorded: recorded.collect_vec(), otherwise };
                vec![Entered::Choice(choice)]
            }
            goals => with(history, self.inside(state, goals, is_restored)),
        }
    }

    /// What is entered by the history of `state`.
    fn by_history(
        &self,
        state: Id<State>,
        deep: bool,
        default: &'m [Entry],
        actions: &'m [Action],
        is_restored: bool,
    ) -> Vec<Entered<'m>> {
        let recorded = self.ways_back(state, deep).into_iter().map(|(recorded, inner)| {
            let mut entered = vec![Entered::State(Step { state, is_restored, initial: None, history: Vec::new() })];
            entered.extend(inner);
            (recorded, entered)
        });
        let otherwise = self.entering(state, &states(default), is_restored, vec![actions]);
        vec![Entered::Choice(Choice { state, deep, recorded: recorded.collect_vec(), otherwise })]
    }

    /// What the history of a state may have recorded, each with what is entered inside it then. Final states are never
    /// gone back to.
    fn ways_back(&self, state: Id<State>, deep: bool) -> Vec<(Recorded, Vec<Entered<'m>>)> {
        if deep && self.holds_regions(state) {
            return vec![(Recorded::Configuration, Vec::new())];
        }
        if self.machine.states[state].kind == StateKind::Parallel {
            return vec![(Recorded::State(state), self.inside(state, &[], true))];
        }
        let states = if deep { self.leaves_in(state) } else { self.machine.states[state].children.clone() };
        let states = states.into_iter().filter(|&recorded| self.machine.states[recorded].kind != StateKind::Final);
        states
            .map(|recorded| (Recorded::State(recorded), self.inside(state, &[Goal::State(recorded)], true)))
            .collect_vec()
    }

    /// The states that the history of a state may have recorded; `None` where it records all that was active in several
    /// regions.
    pub(super) fn recordable(&self, state: Id<State>, deep: bool) -> Option<Vec<Id<State>>> {
        let ways = self.ways_back(state, deep).into_iter().map(|(recorded, _)| match recorded {
            Recorded::State(state) => Some(state),
            Recorded::Configuration => None,
        });
        ways.collect()
    }

    /// The code that enters: contexts first, then the innermost state changes, then the entry actions are done.
    pub(super) fn enter(&self, entered: &[Entered<'m>], given: &[Given], scope: &Scope<'_>) -> TokenStream {
        self.enter_behind(&[], entered, given, scope)
    }

    fn enter_behind(
        &self,
        outside: &[Step<'m>],
        entered: &[Entered<'m>],
        given: &[Given],
        scope: &Scope<'_>,
    ) -> TokenStream {
        let (mut steps, mut given) = (outside.to_vec(), given.to_vec());
        let (mut values, mut doing) = (TokenStream::new(), TokenStream::new());
        for entered in entered {
            match entered {
                Entered::State(step) => steps.push(step.clone()),
                Entered::Doing(actions) => doing.extend(self.actions(actions, scope)),
                Entered::Initial(initial) => {
                    values.extend(self.values_of(initial, scope, &mut given));
                    doing.extend(self.actions(&initial.actions, scope));
                }
                Entered::Choice(choice) => {
                    let chosen = self.choose(&steps, choice, &given, scope);
                    return quote!(#values #doing #chosen);
                }
            }
        }
        let Some(leaf) = steps.last() else { return quote!(#values #doing) };
        let (ty, variant) = (self.type_name("State"), self.names.state(leaf.state));
        let (contexts, entries) = self.contexts_and_entries(&steps, &given, scope);
        let goal = scope.goal(quote!(#ty::#variant));
        quote!(#values #contexts self.state = #goal; #doing #entries)
    }

    /// Evaluates what an initial transition gives, which comes before what was given already.
    pub(super) fn values_of(
        &self,
        initial: &'m InitialTransition,
        scope: &Scope<'_>,
        given: &mut Vec<Given>,
    ) -> TokenStream {
        let mut code = TokenStream::new();
        for (id, value) in initial.target.arguments() {
            let (prepared, value) = self.argument(*id, value, scope);
            code.extend(prepared);
            given.insert(0, value);
        }
        code
    }

    /// What a history decides.
    fn choose(&self, outside: &[Step<'m>], choice: &Choice<'m>, given: &[Given], scope: &Scope<'_>) -> TokenStream {
        let (field, ty) = (self.history_field(choice.state, choice.deep), self.type_name("State"));
        let mut arms = Vec::new();
        // What is told of the states around leaves that are entered without doing anything, which are the same for all.
        let mut around_plain = None;
        for (recorded, entered) in &choice.recorded {
            let Recorded::State(recorded) = recorded else { continue };
            let is_leaf = matches!(entered.last(), Some(Entered::State(leaf)) if leaf.state == *recorded);
            if is_leaf && self.enters_silently(outside, choice.state, entered) {
                let around = outside.iter().map(|step| step.state).chain((entered.len() > 1).then_some(choice.state));
                around_plain = Some(around.filter_map(|state| self.tell_entered(state)).collect::<TokenStream>());
                continue;
            }
            let variant = self.names.state(*recorded);
            arms.push((quote!(Some(#ty::#variant)), self.enter_behind(outside, entered, given, scope)));
        }
        let otherwise = self.enter_behind(outside, &choice.otherwise, given, scope);
        let plain = around_plain.map(|around| quote!(self.state = state; #around self.entered(state);));
        if let ([(recorded, enter)], None) = (arms.as_slice(), &plain) {
            return quote!(if self.#field == #recorded { #enter } else { #otherwise });
        }
        if arms.is_empty() {
            return quote!(if let Some(state) = self.#field { #plain } else { #otherwise });
        }
        let arms = arms.into_iter().map(|(recorded, enter)| quote!(#recorded => { #enter }));
        // Nothing else is ever recorded.
        let rest = if let Some(plain) = plain {
            quote!(Some(state) => { #plain } None => { #otherwise })
        } else {
            quote!(_ => { #otherwise })
        };
        quote!(match self.#field { #(#arms)* #rest })
    }

    /// Whether nothing is done when these states are entered: a leaf, alone or right inside the `composite` whose history
    /// it is.
    fn enters_silently(&self, outside: &[Step<'m>], composite: Id<State>, entered: &[Entered<'m>]) -> bool {
        let is_silent = |step: &Step<'m>| {
            let limits = self.machine.limits.iter().any(|limit| limit.state == step.state);
            !self.has_entry(step.state)
                && self.machine.states[step.state].context.is_empty()
                && step.defaults().all(<[Action]>::is_empty)
                && !limits
        };
        let is_right_inside = match entered {
            [_] => true,
            [Entered::State(outer), _] => outer.state == composite,
            _ => false,
        };
        is_right_inside
            && outside.iter().all(is_silent)
            && entered.iter().all(|entered| matches!(entered, Entered::State(step) if is_silent(step)))
    }

    /// What comes before and what comes after the change of the innermost state. The values that an initial transition
    /// gives are those behind the entry actions of its composite, so the contexts further in begin there.
    pub(super) fn contexts_and_entries(
        &self,
        steps: &[Step<'m>],
        given: &[Given],
        scope: &Scope<'_>,
    ) -> (TokenStream, TokenStream) {
        let (mut contexts, mut entries) = (TokenStream::new(), TokenStream::new());
        let (mut given, mut is_late) = (given.to_vec(), false);
        let ty = self.type_name("State");
        for (index, step) in steps.iter().enumerate() {
            let context = self.begin_context(step.state, &given, step.is_restored);
            if is_late { &mut entries } else { &mut contexts }.extend(context);
            let name = self.names.state(step.state);
            let entered = quote!(#ty::#name);
            let entered = if index == steps.len() - 1 { scope.goal(entered) } else { entered };
            entries.extend((step.state != Machine::root()).then(|| quote!(self.entered(#entered);)));
            entries.extend(self.entered_hook(step.state));
            if let Some(initial) = step.initial {
                let before = given.len();
                entries.extend(self.values_of(initial, &Scope::default().at(step.state), &mut given));
                is_late |= given.len() > before;
            }
            for actions in step.defaults() {
                entries.extend(self.actions(actions, &scope.at(step.state)));
            }
            entries.extend(self.done(step.state));
        }
        (contexts, entries)
    }

    /// The entry actions of one state, and all else that entering it does.
    pub(super) fn entered_hook(&self, state: Id<State>) -> Option<TokenStream> {
        let method = self.names.enter(state);
        self.has_entry(state).then(|| quote!(self.#method();))
    }

    /// Whether entering a state does more than to make it active.
    pub(super) fn has_entry(&self, state: Id<State>) -> bool {
        !self.machine.states[state].entry.is_empty()
            || !self.timers_of(state).is_empty()
            || !self.machine.states[state].runs.is_empty()
    }

    /// Sets the limits of a state to zero.
    pub(super) fn reset_limits(&self, state: Id<State>) -> TokenStream {
        let of_state = self.machine.limits.enumerate().filter(|(_, limit)| limit.state == state);
        let counts = of_state.map(|(id, _)| self.names.count(id));
        if state == Machine::root() { TokenStream::new() } else { quote!(#(self.#counts = 0;)*) }
    }

    /// The context of a state, as an option: there may be values that could not be had.
    pub(super) fn make_context(&self, state: Id<State>, given: &[Given]) -> TokenStream {
        let (variables, ty) = (&self.machine.states[state].context, self.context_name(state));
        let find = |id: Id<Variable>| given.iter().find(|value| value.variable == id);
        let inits = variables.iter().map(|&id| {
            let name = ident(&self.machine.variables[id].name, self.places);
            let initial = || self.initial_value(id, &Scope::default());
            let value = find(id).map_or_else(initial, |Given { local, .. }| quote!(#local));
            field_init(&name, &value)
        });
        let make = quote!(#ty { #(#inits),* });
        let options = variables.iter().filter_map(|&id| find(id)).filter(|value| value.is_option);
        let options = options.map(|value| &value.local).collect_vec();
        match options.as_slice() {
            [] => quote!(Some(#make)),
            [only] => quote!(#only.map(|#only| #make)),
            several => {
                quote!(if let (#(Some(#several)),*) = (#(#several),*) { Some(#make) } else { None })
            }
        }
    }

    /// Begins the context of a state, unless it is what it was, and sets its limits to zero.
    pub(super) fn begin_context(&self, state: Id<State>, given: &[Given], is_restored: bool) -> TokenStream {
        let limits = self.reset_limits(state);
        let variables = &self.machine.states[state].context;
        if variables.is_empty() || state == Machine::root() {
            return limits;
        }
        let is_given = |id: Id<Variable>| given.iter().any(|value| value.variable == id);
        let has_value = |id: &Id<Variable>| is_given(*id) || self.machine.variables[*id].default.is_some();
        let is_whole = variables.iter().all(has_value);
        let field = self.context_field(state);
        let begin = match (is_restored, is_whole) {
            // What was recorded has its context still.
            (true, false) => TokenStream::new(),
            (true, true) => {
                let make = self.make_context(state, given);
                quote!(if self.#field.is_none() { self.#field = #make; })
            }
            (false, true) => {
                let make = self.make_context(state, given);
                quote!(self.#field = #make;)
            }
            (false, false) => quote!(self.#field = None;),
        };
        quote!(#limits #begin)
    }
}
