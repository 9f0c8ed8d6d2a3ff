//! Watches a random machine while it runs: what must always hold, and what follows from the trace alone.
//!
//! After every macrostep the state of the interpreter is compared with what its trace says, and the trace with the
//! [`Oracle`]: so a trace tells everything, and everything that is told is right.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

use fsm_core::interpreter::{
    ActiveRun, Answer, Happening, Interpreter, Macrostep, Occurrence, PendingTimer, Refusal, RunId, Scheduled,
    Stimulus, Value,
};
use fsm_core::model::{Event, Expr, ExprKind, Id, Machine, Reaction, State, StateKind, Tail, Trigger, VariableScope};

use super::oracle::{Oracle, States};

/// What is wrong, in words.
type Wrong = Result<(), String>;

/// What is known of a machine from its traces.
#[derive(Clone)]
pub struct Watch<'p> {
    machine: &'p Machine,
    oracle: Oracle<'p>,
    configuration: States,
    now: u64,
    /// The counts of limits, by index.
    counts: BTreeMap<usize, u64>,
    /// The values of params, by index.
    params: BTreeMap<usize, Option<Value>>,
    /// What is deferred, and whether the configuration has changed since.
    deferred: Vec<(Occurrence, bool)>,
    /// Whether a macrostep was stopped before deferred events were looked at again: a later one does that in its place.
    is_look_owed: bool,
    timers: BTreeMap<Id<Reaction>, PendingTimer>,
    scheduled: Vec<Scheduled>,
    /// How many events were raised for later.
    raised_later: u64,
    /// The tasks that ran after the last macrostep, and those that run.
    running: Vec<ActiveRun>,
    runs: BTreeSet<RunId>,
    last_run: Option<RunId>,
}

/// What one macrostep has told so far.
#[derive(Default)]
#[expect(clippy::struct_excessive_bools, reason = "each was told or was not, whatever the others")]
struct Told<'p> {
    /// Whether the machine is still to be entered.
    starts: bool,
    /// The transitions that are taken together, and whether these are all.
    taken: Vec<(Id<State>, &'p Tail)>,
    closed: bool,
    /// What they leave, record, enter and end.
    exited: Vec<Id<State>>,
    recorded: Vec<(Id<State>, bool, Vec<Id<State>>)>,
    entered: Vec<Id<State>>,
    done: Vec<Id<State>>,
    /// What was raised and waits.
    queue: VecDeque<Stimulus>,
    /// All states that were entered in the macrostep.
    arrived: States,
    /// What happened at all.
    any: bool,
    changed: bool,
    failed: bool,
    terminated: bool,
    livelock: bool,
}

impl<'p> Watch<'p> {
    /// Nothing has happened yet.
    #[must_use]
    pub fn new(machine: &'p Machine) -> Self {
        Watch {
            machine,
            oracle: Oracle::new(machine),
            configuration: States::new(),
            now: 0,
            counts: BTreeMap::new(),
            params: BTreeMap::new(),
            deferred: Vec::new(),
            is_look_owed: false,
            timers: BTreeMap::new(),
            scheduled: Vec::new(),
            raised_later: 0,
            running: Vec::new(),
            runs: BTreeSet::new(),
            last_run: None,
        }
    }

    /// What is wrong with the first macrostep, and with the machine after it.
    ///
    /// # Errors
    ///
    /// The first thing that does not hold.
    pub fn start(&mut self, step: &Macrostep, after: &Interpreter<'p>) -> Wrong {
        self.step(step, after, true)
    }

    /// What is wrong with a macrostep, and with the machine after it. `is_due` says that a deadline was met.
    ///
    /// # Errors
    ///
    /// The first thing that does not hold.
    pub fn next(&mut self, step: &Macrostep, is_due: bool, after: &Interpreter<'p>) -> Wrong {
        if is_stalled(step) {
            return require(after.now() == self.now, || "time has passed in a livelock".to_owned());
        }
        require(step.at >= self.now, || format!("the clock went back from {} to {}", self.now, step.at))?;
        if is_due {
            self.due(step)?;
        }
        self.now = step.at;
        if let Stimulus::TaskDone { state, index, .. } | Stimulus::TaskFailed { state, index, .. } = &step.stimulus {
            let ended = self.running.iter().find(|active| active.state == *state && active.index == *index);
            let ended = ended.ok_or("a task has ended that did not run")?;
            self.runs.remove(&ended.run);
        }
        self.step(step, after, false)
    }

    /// The deadline that was met was the next one: the earliest; timers before delayed raises, of timers those further
    /// in, then those earlier in the document; of delayed raises those that were raised first.
    fn due(&mut self, step: &Macrostep) -> Wrong {
        let depth = |timer: Id<Reaction>| self.machine.ancestors(self.machine.reactions[timer].source).count();
        let timers = self.timers.iter().map(|(&timer, of)| (of.deadline, Reverse(depth(timer)), timer));
        let timer = timers.min();
        let raised = self.scheduled.iter().map(|one| (one.deadline, one.number)).min();
        match (timer.filter(|timer| raised.is_none_or(|raised| timer.0 <= raised.0)), raised) {
            (Some((deadline, _, timer)), _) => {
                let is_met = step.stimulus == Stimulus::Timer(timer) && step.at == deadline.max(self.now);
                require(is_met, || format!("the timer {timer:?} is due at {deadline}"))?;
                match self.timers.get_mut(&timer) {
                    Some(PendingTimer { deadline, period: Some(period), .. }) => *deadline += *period,
                    _ => drop(self.timers.remove(&timer)),
                }
                Ok(())
            }
            (None, Some((deadline, number))) => {
                let index = self.scheduled.iter().position(|one| one.number == number);
                let event = index.map(|index| Stimulus::Event(self.scheduled.remove(index).event));
                let is_met = event.as_ref() == Some(&step.stimulus) && step.at == deadline.max(self.now);
                require(is_met, || format!("the delayed raise {number} is due at {deadline}"))
            }
            (None, None) => Err("nothing is due".to_owned()),
        }
    }

    fn step(&mut self, step: &Macrostep, after: &Interpreter<'p>, is_start: bool) -> Wrong {
        let mut told = Told { starts: is_start, closed: true, ..Told::default() };
        for happening in &step.trace {
            self.happening(happening, &mut told)?;
        }
        self.end_microstep(&mut told)?;
        answer(step, &told)?;
        self.compare(step, after, &told)
    }

    /// What one line of the trace says.
    fn happening(&mut self, happening: &Happening, told: &mut Told<'p>) -> Wrong {
        match happening {
            Happening::Took { reaction, branch, instead } => self.took(*reaction, *branch, *instead, told)?,
            Happening::Counted(limit, count) => {
                *self.counts.entry(limit.index()).or_default() += 1;
                let known = self.counts[&limit.index()];
                require(known == *count, || format!("{known} transitions were counted, not {count}"))?;
                return Ok(());
            }
            Happening::Reset(limit) => drop(self.counts.insert(limit.index(), 0)),
            Happening::Recorded { state, deep, active } => told.recorded.push((*state, *deep, active.clone())),
            Happening::Exited(state) => told.exited.push(*state),
            Happening::Entered(state) => self.entered(*state, told),
            Happening::Done(state) => {
                told.done.push(*state);
                told.queue.extend((*state != Machine::root()).then_some(Stimulus::Done(*state)));
            }
            Happening::Raised(event) => told.queue.push_back(Stimulus::Event(event.clone())),
            Happening::Failed(failure) => {
                told.failed = true;
                told.queue.push_back(Stimulus::Error(failure.clone()));
            }
            Happening::Dequeued(stimulus) => {
                let first = told.queue.pop_front();
                require(first.as_ref() == Some(stimulus), || {
                    format!("{first:?} is the first of the queue, not {stimulus:?}")
                })?;
            }
            Happening::Scheduled { event, deadline } => {
                let number = self.raised_later;
                self.raised_later += 1;
                self.scheduled.push(Scheduled { event: event.clone(), deadline: *deadline, number });
            }
            Happening::Cancelled(event) => self.scheduled.retain(|one| one.event.event != *event),
            Happening::TimerSet { timer, deadline } => {
                let armed = PendingTimer { timer: *timer, deadline: *deadline, period: None };
                let twice = self.timers.insert(*timer, armed);
                require(twice.is_none(), || format!("the timer {timer:?} is armed twice"))?;
            }
            Happening::TimerCancelled(timer) => {
                require(self.timers.remove(timer).is_some(), || format!("the timer {timer:?} is not armed"))?;
            }
            Happening::Started { run, .. } => {
                require(self.last_run < Some(*run), || format!("{run} was started before"))?;
                self.last_run = Some(*run);
                self.runs.insert(*run);
            }
            Happening::TaskCancelled(run) => {
                require(self.runs.remove(run), || format!("{run} does not run"))?;
            }
            Happening::Deferred(event) => self.deferred.push((event.clone(), self.is_look_owed)),
            Happening::Recalled(event) => self.recalled(event, told)?,
            Happening::Terminated => told.terminated = true,
            Happening::Livelock => {
                told.livelock = true;
                self.is_look_owed = true;
            }
            Happening::Asked { .. }
            | Happening::Refused(_)
            | Happening::Exceeded { .. }
            | Happening::Preempted(_)
            | Happening::Called { .. }
            | Happening::Assigned(..)
            | Happening::Emitted { .. }
            | Happening::Stale(_)
            | Happening::Dropped(_) => {}
        }
        told.closed |= !matches!(happening, Happening::Took { .. });
        Ok(())
    }

    /// A transition is taken: alone, or together with those before it.
    fn took(&mut self, id: Id<Reaction>, branch: usize, instead: bool, told: &mut Told<'p>) -> Wrong {
        if told.closed {
            self.end_microstep(told)?;
            told.closed = false;
        }
        let reaction = &self.machine.reactions[id];
        let branch = reaction.branches.get(branch).ok_or("there is no such branch")?;
        let limit = branch.tail.counts.map(|limit| &self.machine.limits[limit]);
        let tail = match limit {
            Some(limit) if instead => limit.tail.as_ref().ok_or("a limit without a tail does nothing instead")?,
            _ => &branch.tail,
        };
        require(self.configuration.contains(&reaction.source), || format!("{id:?} is a reaction of no active state"))?;
        told.any = true;
        told.taken.push((reaction.source, tail));
        Ok(())
    }

    fn entered(&mut self, state: Id<State>, told: &mut Told<'p>) {
        told.entered.push(state);
        told.arrived.insert(state);
        if state != Machine::root() {
            for (id, _) in self.machine.limits.enumerate().filter(|(_, limit)| limit.state == state) {
                self.counts.insert(id.index(), 0);
            }
        }
    }

    /// A deferred event is looked at again only after a change of the configuration.
    fn recalled(&mut self, event: &Occurrence, told: &mut Told<'p>) -> Wrong {
        self.end_microstep(told)?;
        let index = self.deferred.iter().position(|(deferred, _)| deferred == event);
        let Some((_, since)) = index.map(|index| self.deferred.remove(index)) else {
            return Err(format!("{event:?} is recalled and was not deferred"));
        };
        require(since, || format!("{event:?} is recalled, and the configuration is the one in which it was deferred"))
    }

    /// What the transitions that were taken together leave, record and enter is what the oracle says.
    fn end_microstep(&mut self, told: &mut Told<'p>) -> Wrong {
        let taken = std::mem::take(&mut told.taken);
        let (exited, entered) = (std::mem::take(&mut told.exited), std::mem::take(&mut told.entered));
        let (recorded, done) = (std::mem::take(&mut told.recorded), std::mem::take(&mut told.done));
        let mut leaves = States::new();
        for (source, tail) in &taken {
            let exits = self.oracle.exit_set(&self.configuration, *source, tail);
            require(leaves.is_disjoint(&exits), || "two transitions leave the same state".to_owned())?;
            leaves.extend(exits);
        }
        let in_order: Vec<_> = leaves.iter().rev().copied().collect();
        require(exited == in_order, || format!("left {exited:?}, not {in_order:?}"))?;
        self.oracle.record(&self.configuration, &leaves);
        for (state, deep, active) in recorded {
            let of = self.oracle.recorded(state, deep).into_iter().collect::<Vec<_>>();
            require(leaves.contains(&state), || format!("{state:?} is recorded and was not left"))?;
            require(active == of, || format!("the history of {state:?} is {active:?}, not {of:?}"))?;
        }
        self.configuration.retain(|state| !leaves.contains(state));
        let enters =
            if std::mem::take(&mut told.starts) { self.oracle.start_set() } else { self.oracle.entry_set(&taken) };
        let in_order: Vec<_> = enters.iter().copied().collect();
        require(entered == in_order, || format!("entered {entered:?}, not {in_order:?}"))?;
        let ends = self.enter(&enters);
        require(done == ends, || format!("{done:?} have come to their end, not {ends:?}"))?;
        if !leaves.is_empty() || !enters.is_empty() {
            self.deferred.iter_mut().for_each(|(_, since)| *since = true);
            told.changed = true;
        }
        match self.oracle.illegal(&self.configuration) {
            Some(wrong) => Err(wrong),
            None => Ok(()),
        }
    }

    /// Enters states, and gives those that come to their end by that.
    fn enter(&mut self, enters: &States) -> Vec<Id<State>> {
        let mut ends = Vec::new();
        for &state in enters {
            self.configuration.insert(state);
            let is_final = self.machine.states[state].kind == StateKind::Final;
            let mut around = self.machine.states[state].parent.filter(|_| is_final);
            while let Some(outer) = around.filter(|&outer| self.oracle.is_done(&self.configuration, outer)) {
                ends.push(outer);
                let parent = self.machine.states[outer].parent;
                around = parent.filter(|&parent| self.machine.states[parent].kind == StateKind::Parallel);
            }
        }
        ends
    }

    /// The machine is as the trace says, and as it must be.
    fn compare(&mut self, step: &Macrostep, after: &Interpreter<'p>, told: &Told<'p>) -> Wrong {
        require(after.now() == step.at, || "the clock shows another time".to_owned())?;
        let configuration: States = after.configuration().collect();
        require(configuration == self.configuration, || {
            format!("{configuration:?} are active, not {:?}", self.configuration)
        })?;
        require(after.is_terminated() == self.oracle.is_done(&configuration, Machine::root()), || "ended?".to_owned())?;
        require(told.queue.is_empty() || told.livelock || told.terminated, || {
            format!("left behind: {:?}", told.queue)
        })?;
        if told.terminated {
            self.timers.clear();
            self.scheduled.clear();
            self.deferred.clear();
        }
        self.variables(after)?;
        self.limits(after)?;
        self.pending(after, told)?;
        self.tasks(after, told)?;
        self.deferrals(after)
    }

    /// All variables of active states have values in their ranges, and params those that they started with.
    fn variables(&mut self, after: &Interpreter<'p>) -> Wrong {
        for (id, variable) in self.machine.variables.enumerate() {
            let name = &variable.name.text;
            let is_there = match variable.scope {
                VariableScope::Param => true,
                VariableScope::Context(state) => self.configuration.contains(&state),
            };
            let value = after.value(id);
            require(value.is_some() == is_there, || format!("`{name}` has the value {value:?}"))?;
            let fits = value.is_none_or(|value| value.fits(variable.ty, variable.interval));
            require(fits, || format!("`{name}` has the value {value:?}, outside of its range"))?;
            if variable.scope == VariableScope::Param {
                let first = self.params.entry(id.index()).or_insert_with(|| value.cloned());
                require(first.as_ref() == value, || format!("the param `{name}` has changed to {value:?}"))?;
            }
        }
        Ok(())
    }

    fn limits(&self, after: &Interpreter<'p>) -> Wrong {
        for (id, limit) in self.machine.limits.enumerate() {
            let count = after.count(id);
            let told = self.counts.get(&id.index()).copied().unwrap_or_default();
            require(count == told, || format!("the limit `{}` has counted {count}, not {told}", limit.name.text))?;
            let bound = constant(&limit.bound, after);
            let within = bound.is_none_or(|bound| i128::from(count) < bound + i128::from(limit.inclusive));
            require(count == 0 || within, || {
                format!("the limit `{}` has counted {count} beyond its bound", limit.name.text)
            })?;
        }
        Ok(())
    }

    /// Timers and delayed raises.
    fn pending(&mut self, after: &Interpreter<'p>, told: &Told<'p>) -> Wrong {
        // How long a period is, only the interpreter says.
        for timer in after.timers() {
            if let Some(known) = self.timers.get_mut(&timer.timer) {
                known.period = timer.period;
            }
        }
        let timers: BTreeMap<_, _> = after.timers().iter().map(|timer| (timer.timer, timer.clone())).collect();
        require(timers.len() == after.timers().len(), || "a timer is armed twice".to_owned())?;
        require(timers == self.timers, || format!("{timers:?} are armed, not {:?}", self.timers))?;
        for PendingTimer { timer, deadline, .. } in timers.into_values() {
            let reaction = &self.machine.reactions[timer];
            let is_active = self.configuration.contains(&reaction.source);
            require(is_active, || format!("the timer {timer:?} of a state that is not active is armed"))?;
            require(deadline >= after.now(), || format!("the timer {timer:?} was missed"))?;
        }
        for &state in self.configuration.iter().filter(|_| !told.failed && !after.is_terminated()) {
            for &id in &self.machine.states[state].reactions {
                let repeats = matches!(self.machine.reactions[id].trigger, Trigger::Every(_));
                let runs = !repeats || self.timers.contains_key(&id) || !told.arrived.contains(&state);
                require(runs, || format!("the timer {id:?} of a state that was entered is not armed"))?;
            }
        }
        require(after.scheduled() == self.scheduled, || {
            format!("{:?} are raised for later, not {:?}", after.scheduled(), self.scheduled)
        })
    }

    /// The tasks of all states that were entered run, and no others.
    fn tasks(&mut self, after: &Interpreter<'p>, told: &Told<'p>) -> Wrong {
        let runs: BTreeSet<_> = after.runs().iter().map(|active| active.run).collect();
        require(runs == self.runs, || format!("{runs:?} run, not {:?}", self.runs))?;
        for active in after.runs() {
            require(self.configuration.contains(&active.state), || format!("{} runs for no active state", active.run))?;
        }
        self.running = after.runs().to_vec();
        for &state in told.arrived.iter().filter(|&state| self.configuration.contains(state)) {
            let of_state = after.runs().iter().filter(|active| active.state == state).count();
            let wanted = self.machine.states[state].runs.len();
            let all = of_state == wanted || told.failed || after.is_terminated();
            require(all, || format!("{of_state} of {wanted} tasks of {state:?} were started"))?;
        }
        Ok(())
    }

    /// No more of an event are kept than may be, and they are kept in the order in which they came.
    fn deferrals(&self, after: &Interpreter<'p>) -> Wrong {
        let told: Vec<_> = self.deferred.iter().map(|(event, _)| event.clone()).collect();
        require(after.deferred() == told, || format!("{:?} are deferred, not {told:?}", after.deferred()))?;
        for event in self.machine.events.ids() {
            let kept = told.iter().filter(|of| of.event == event).count();
            let most = self.most_deferred(event, after);
            require(i128::try_from(kept).is_ok_and(|kept| kept <= most), || {
                format!("{kept} of {event:?} are deferred")
            })?;
        }
        Ok(())
    }

    /// The most of an event that any state keeps.
    fn most_deferred(&self, event: Id<Event>, after: &Interpreter<'p>) -> i128 {
        let deferrals = self.machine.reactions.iter().filter_map(|reaction| match &reaction.trigger {
            Trigger::Defer(deferrals) => Some(deferrals),
            _ => None,
        });
        let of_event = deferrals.flatten().filter(|deferral| deferral.event.event == event);
        let most = of_event.map(|deferral| match &deferral.max {
            Some(most) => constant(most, after).unwrap_or(i128::MAX),
            None => 8,
        });
        most.max().unwrap_or(0)
    }

    /// The events that must still be deferred, because they were looked at in this very configuration and nothing has
    /// happened since.
    #[must_use]
    pub fn settled(&self, step: &Macrostep) -> Vec<Occurrence> {
        let disturbs =
            |one: &Happening| matches!(one, Happening::Recalled(_) | Happening::Failed(_) | Happening::Livelock);
        let changes = |one: &Happening| matches!(one, Happening::Entered(_) | Happening::Exited(_));
        if step.trace.iter().any(disturbs) || !step.trace.iter().any(changes) {
            return Vec::new();
        }
        self.deferred.iter().map(|(event, _)| event.clone()).collect()
    }
}

/// Whether too many deadlines were met at one instant, so that nothing more has happened.
#[must_use]
pub fn is_stalled(step: &Macrostep) -> bool {
    step.stimulus == Stimulus::Nothing && step.trace == [Happening::Livelock]
}

/// The answer agrees with the trace.
fn answer(step: &Macrostep, told: &Told<'_>) -> Wrong {
    let is_right = match &step.answer {
        Ok(Answer::Taken) => told.any || told.changed || told.failed,
        Ok(Answer::Deferred) => !told.any && matches!(step.trace.last(), Some(Happening::Deferred(_))),
        Ok(Answer::Ignored)
        | Err(
            Refusal::NoTransition
            | Refusal::GuardsRefused { .. }
            | Refusal::LimitReached { .. }
            | Refusal::DeferredFull
            | Refusal::Terminated,
        ) => !told.any && !told.changed,
        Err(Refusal::ActionFailed(failure)) => step.trace.contains(&Happening::Failed(failure.clone())),
        Err(Refusal::Livelock) => told.livelock,
        Err(Refusal::Past) => false,
    };
    require(is_right, || format!("the answer {:?} does not tell what happened", step.answer))
}

/// The value of a literal or a param.
fn constant(expr: &Expr, after: &Interpreter<'_>) -> Option<i128> {
    match &expr.kind {
        ExprKind::Int(value) => Some(*value),
        ExprKind::Variable(param) => match after.value(*param) {
            Some(Value::Int(value)) => Some(*value),
            _ => None,
        },
        _ => None,
    }
}

fn require(holds: bool, wrong: impl FnOnce() -> String) -> Wrong {
    if holds { Ok(()) } else { Err(wrong()) }
}
