//! From what a scenario did to messages and notes.

use std::collections::{BTreeMap, BTreeSet};

use super::cast::{Cast, Stage};
use super::rounds::folded;
use super::words::{arguments, event, output, shown};
use super::{Item, Message, MessageKind, Note, NoteKind, Participant, Sequence};
use crate::codegen::words;
use crate::interpreter::{Answer, Happening, Macrostep, Occurrence, Refusal, RunId, Stimulus, Value};
use crate::model::{Id, Machine, Program, Reaction, State, Task, Trigger, Variable};
use crate::scenario::{Cause, Entry, Failure, time};
use crate::source::{Sources, Span};
use crate::syntax::phrase;

/// What is known while a story is told.
pub(super) struct Story<'p> {
    program: &'p Program,
    machine: &'p Machine,
    sources: &'p Sources,
    cast: Cast<'p>,
    /// The time, in nanoseconds since the start.
    now: u64,
    states: States<'p>,
    /// What runs have started.
    tasks: BTreeMap<RunId, Id<Task>>,
    /// What the machine was started with, until its first states are told.
    given: Vec<String>,
    items: Vec<Item>,
}

/// Which states are active, and what of that has been told.
struct States<'p> {
    machine: &'p Machine,
    active: BTreeSet<Id<State>>,
    /// The innermost ones when it was last told.
    told: Vec<Id<State>>,
    /// The states that were entered since.
    entered: Vec<Id<State>>,
}

impl<'p> Story<'p> {
    pub(super) fn new(
        program: &'p Program,
        machine: &'p Machine,
        sources: &'p Sources,
        stage: Option<Stage<'p>>,
    ) -> Self {
        Story {
            program,
            machine,
            sources,
            cast: Cast::new(program, machine, sources, stage),
            now: 0,
            states: States { machine, active: BTreeSet::new(), told: Vec::new(), entered: Vec::new() },
            tasks: BTreeMap::new(),
            given: Vec::new(),
            items: Vec::new(),
        }
    }

    /// The whole story.
    pub(super) fn told(mut self, title: String, entries: &[Entry], failure: Option<&Failure>) -> Sequence {
        self.entries(entries);
        if let Some(Failure { finding, .. }) = failure {
            let lines = [&finding.message, &finding.primary.text].into_iter().filter(|line| !line.is_empty());
            let lines = lines.cloned().collect();
            self.note(NoteKind::Failure, lines);
        }
        let machine = Cast::machine();
        self.cast.appears(machine);
        Sequence { title, participants: self.cast.participants, order: self.cast.order, items: self.items }
    }

    fn entries(&mut self, entries: &[Entry]) {
        for entry in entries {
            match entry {
                Entry::Step { cause, step } => self.step(cause, step),
                Entry::Waited { entries, until } => {
                    self.rounds(entries.iter().map(std::slice::from_ref));
                    self.time_passes(*until);
                }
                Entry::Repeated(rounds) => self.rounds(rounds.iter().map(Vec::as_slice)),
            }
        }
    }

    /// What happened again and again.
    fn rounds<'e>(&mut self, rounds: impl Iterator<Item = &'e [Entry]>) {
        let before = std::mem::take(&mut self.items);
        let mut told = Vec::new();
        for round in rounds {
            self.entries(round);
            told.push(std::mem::take(&mut self.items));
        }
        self.items = before;
        for item in folded(told, Cast::machine()) {
            Item::add(&mut self.items, item);
        }
    }

    fn time_passes(&mut self, until: u64) {
        if until > self.now {
            Item::add(&mut self.items, Item::Pause(until - self.now));
            self.now = until;
        }
    }

    fn step(&mut self, cause: &Cause, step: &Macrostep) {
        self.time_passes(step.at);
        let sender = self.cause(cause, &step.stimulus);
        if let Cause::Started(values) = cause {
            self.given = self.given(values);
        }
        for happening in &step.trace {
            self.happening(happening);
        }
        self.change();
        match (&step.answer, &step.stimulus) {
            (Err(refusal), stimulus) => self.refusal(refusal, stimulus, sender),
            (Ok(Answer::Ignored), Stimulus::Event(ignored)) => self.remark(format!("ignores {}", self.event(ignored))),
            (Ok(_), _) => {}
        }
    }

    /// The message that a macrostep begins with, and who sent it if it came from outside.
    fn cause(&mut self, cause: &Cause, stimulus: &Stimulus) -> Option<Id<Participant>> {
        let machine = Cast::machine();
        match (cause, stimulus) {
            (Cause::Sent, Stimulus::Event(occurrence)) => {
                let end = self.cast.sender(occurrence);
                let event = self.event(occurrence);
                let label = end.name.map_or_else(|| event.clone(), |output| format!("{output} as {event}"));
                self.message(end.participant, machine, MessageKind::Signal, label);
                return Some(end.participant);
            }
            (_, Stimulus::Event(occurrence)) => self.signal_itself(self.event(occurrence)),
            (_, Stimulus::Timer(timer)) => self.signal_itself(self.timer(&self.machine.reactions[*timer])),
            (_, Stimulus::TaskDone { state, index, value }) => {
                let name = self.task(*state, *index);
                let end = match value {
                    Value::None => " is done".to_owned(),
                    value => format!(" = {}", value.display(self.program)),
                };
                self.answer_of_host(MessageKind::Reply, format!("{name}{end}"));
            }
            (_, Stimulus::TaskFailed { state, index, message }) => {
                let name = self.task(*state, *index);
                self.answer_of_host(MessageKind::Refusal, format!("{name} failed: {message}"));
            }
            (_, Stimulus::Nothing | Stimulus::Done(_) | Stimulus::Error(_)) => {}
        }
        None
    }

    fn happening(&mut self, happening: &Happening) {
        let machine = self.machine;
        match happening {
            Happening::Asked { guard, arguments: values, answer } => {
                let guard = &machine.guards[*guard];
                self.ask_host(MessageKind::Call, self.called(shown(&guard.name.text, &guard.notes), values));
                self.answer_of_host(MessageKind::Reply, answer.to_string());
            }
            Happening::Called { action, arguments: values, result } => {
                let action = &machine.actions[*action];
                self.ask_host(MessageKind::Call, self.called(shown(&action.name.text, &action.notes), values));
                match result {
                    Ok(None) => {}
                    Ok(Some(value)) => self.answer_of_host(MessageKind::Reply, value.display(self.program).to_string()),
                    Err(message) => self.answer_of_host(MessageKind::Refusal, format!("failed: {message}")),
                }
            }
            Happening::Emitted { output: id, fields } => {
                let text = output(self.program, &machine.outputs[*id], fields);
                let from = Cast::machine();
                for end in self.cast.takers(*id) {
                    let label = end.name.map_or_else(|| text.clone(), |event| format!("{text} as {event}"));
                    self.message(from, end.participant, MessageKind::Signal, label);
                }
            }
            Happening::Raised(occurrence) => self.signal_itself(self.event(occurrence)),
            Happening::Recalled(occurrence) => {
                self.signal_itself(format!("{}, deferred before", self.event(occurrence)));
            }
            Happening::Scheduled { event, deadline } => {
                let delay = time(deadline.saturating_sub(self.now));
                self.remark(format!("{} in {delay}", self.event(event)));
            }
            Happening::Cancelled(event) => {
                let event = &machine.events[*event];
                self.remark(format!("cancels {}", shown(&event.name.text, &event.notes)));
            }
            Happening::Deferred(occurrence) => self.remark(format!("defers {}", self.event(occurrence))),
            Happening::Dropped(Stimulus::Event(occurrence)) => {
                self.remark(format!("drops {}", self.event(occurrence)));
            }
            Happening::Started { run, task, arguments: values } => {
                self.change();
                self.tasks.insert(*run, *task);
                let task = &machine.tasks[*task];
                let call = self.called(shown(&task.name.text, &task.notes), values);
                self.ask_host(MessageKind::Signal, format!("start {call}"));
            }
            Happening::TaskCancelled(run) => {
                if let Some(&task) = self.tasks.get(run) {
                    let task = &machine.tasks[task];
                    self.ask_host(MessageKind::Signal, format!("cancel {}", shown(&task.name.text, &task.notes)));
                }
            }
            Happening::Failed(failure) if !self.is_told_failure() => {
                self.remark(format!("failed: {}: {}", failure.origin, failure.message));
            }
            Happening::Took { reaction, branch, instead } => {
                self.change();
                let taken = machine.reactions[*reaction].branches.get(*branch);
                if let Some(limit) = taken.and_then(|taken| taken.tail.counts).filter(|_| *instead) {
                    let limit = &machine.limits[limit];
                    self.remark(format!("beyond {}", shown(&limit.name.text, &limit.notes)));
                }
            }
            Happening::Dequeued(_) => self.change(),
            Happening::Exited(state) => {
                self.states.active.remove(state);
            }
            Happening::Entered(state) => {
                self.states.active.insert(*state);
                self.states.entered.push(*state);
            }
            Happening::Terminated => {
                self.change();
                match self.items.last_mut() {
                    Some(Item::Note(Note { kind: NoteKind::State, lines, .. })) => lines.push("terminated".to_owned()),
                    _ => self.note(NoteKind::State, vec!["terminated".to_owned()]),
                }
            }
            // What follows from these is drawn, or it is said in the answer.
            Happening::Failed(_)
            | Happening::Dropped(_)
            | Happening::Refused(_)
            | Happening::Exceeded { .. }
            | Happening::Preempted(_)
            | Happening::Counted(..)
            | Happening::Reset(_)
            | Happening::Recorded { .. }
            | Happening::Done(_)
            | Happening::Assigned(..)
            | Happening::TimerSet { .. }
            | Happening::TimerCancelled(_)
            | Happening::Stale(_)
            | Happening::Livelock => {}
        }
    }

    /// Tells in which states the machine is now, if that has changed.
    fn change(&mut self) {
        let mut lines = self.states.change();
        if !lines.is_empty() {
            lines.append(&mut self.given);
            self.note(NoteKind::State, lines);
        }
    }

    /// What became of an event that was not taken as it should be.
    fn refusal(&mut self, refusal: &Refusal, stimulus: &Stimulus, sender: Option<Id<Participant>>) {
        let Some(why) = self.why(refusal, stimulus) else { return };
        match sender {
            Some(sender) => self.message(Cast::machine(), sender, MessageKind::Refusal, why),
            None => self.remark(why),
        }
    }

    /// Why an event was refused, in the words of generated code.
    fn why(&self, refusal: &Refusal, stimulus: &Stimulus) -> Option<String> {
        let state = self.states.innermost_alone();
        let cannot = |why: &str| {
            let Stimulus::Event(occurrence) = stimulus else { return None };
            let event = &self.machine.events[occurrence.event];
            let event = event.notes.label.clone().unwrap_or_else(|| words(&event.name.text));
            Some(format!("cannot {event}{why}"))
        };
        match refusal {
            Refusal::NoTransition => cannot(&format!(" from {state}")),
            Refusal::GuardsRefused { guards } => {
                let guards: Vec<_> = guards.iter().map(|&guard| self.text(guard)).collect();
                cannot(&format!(" from {state}: not {}", guards.join(", nor ")))
            }
            Refusal::LimitReached { limit, count } => {
                cannot(&format!(" from {state}: {} has reached {count}", self.machine.limits[*limit].name.text))
            }
            Refusal::DeferredFull => cannot(&format!(" from {state}: too many wait")),
            Refusal::Terminated => cannot(&format!(": ended in {state}")),
            Refusal::Past => cannot(": it lies in the past"),
            Refusal::Livelock => Some(format!("stopped in {state}: one event caused too many steps")),
            Refusal::ActionFailed(failure) => Some(format!("{} failed: {}", failure.origin, failure.message)),
        }
    }

    /// Whether the last that was told is an answer of the host that something has failed.
    fn is_told_failure(&self) -> bool {
        matches!(self.items.last(), Some(Item::Message(last)) if last.kind == MessageKind::Refusal)
    }

    /// The values that the machine was started with.
    fn given(&self, values: &[(Id<Variable>, Value)]) -> Vec<String> {
        let given = values.iter().map(|(variable, value)| {
            format!("{} = {}", self.machine.variables[*variable].name.text, value.display(self.program))
        });
        given.collect()
    }

    fn message(&mut self, from: Id<Participant>, to: Id<Participant>, kind: MessageKind, label: String) {
        self.cast.appears(from);
        self.cast.appears(to);
        self.items.push(Item::Message(Message { from, to, label, kind }));
    }

    fn signal_itself(&mut self, label: String) {
        let machine = Cast::machine();
        self.message(machine, machine, MessageKind::Signal, label);
    }

    fn ask_host(&mut self, kind: MessageKind, label: String) {
        let (machine, host) = (Cast::machine(), self.cast.host());
        self.message(machine, host, kind, label);
    }

    fn answer_of_host(&mut self, kind: MessageKind, label: String) {
        let (machine, host) = (Cast::machine(), self.cast.host());
        self.message(host, machine, kind, label);
    }

    fn remark(&mut self, text: String) {
        self.note(NoteKind::Remark, vec![text]);
    }

    fn note(&mut self, kind: NoteKind, lines: Vec<String>) {
        self.items.push(Item::Note(Note { over: Cast::machine(), lines, kind }));
    }

    fn event(&self, occurrence: &Occurrence) -> String {
        event(self.program, &self.machine.events[occurrence.event], occurrence)
    }

    fn called(&self, name: &str, values: &[Value]) -> String {
        format!("{name}{}", arguments(self.program, values))
    }

    /// `after 5min`
    fn timer(&self, reaction: &Reaction) -> String {
        match &reaction.trigger {
            Trigger::After(delay) => format!("after {}", self.text(delay.span)),
            Trigger::Every(period) => format!("every {}", self.text(period.span)),
            _ => self.text(reaction.trigger_span),
        }
    }

    /// The name of a task of a state.
    fn task(&self, state: Id<State>, index: usize) -> String {
        let run = self.machine.states[state].runs.get(index);
        let task = run.map(|run| &self.machine.tasks[run.task]);
        task.map_or_else(String::new, |task| shown(&task.name.text, &task.notes).to_owned())
    }

    fn text(&self, span: Span) -> String {
        phrase(self.sources, span)
    }
}

impl States<'_> {
    /// What has changed since it was last told: `Door: Shut → Open`, and what of it lies side by side.
    fn change(&mut self) -> Vec<String> {
        let innermost: Vec<_> = self.innermost().collect();
        let entered = std::mem::take(&mut self.entered);
        let told = std::mem::replace(&mut self.told, innermost.clone());
        let (old, new): (Vec<_>, Vec<_>) = if innermost == told {
            let again: Vec<_> = innermost.into_iter().filter(|state| entered.contains(state)).collect();
            (again.clone(), again)
        } else {
            let gone = told.iter().copied().filter(|state| !innermost.contains(state)).collect();
            (gone, innermost.iter().copied().filter(|state| !told.contains(state)).collect())
        };
        if new.is_empty() {
            return Vec::new();
        }
        let old = self.whole(&old, |state| !self.active.contains(&state));
        let entire = self.whole(&new, |state| entered.contains(&state));
        let line = if old.is_empty() {
            format!("starts in {}", self.names(&entire, Machine::root()))
        } else {
            let around = self.around(&[old.as_slice(), entire.as_slice()].concat());
            let place = if around == Machine::root() { String::new() } else { format!("{}: ", self.name(around)) };
            format!("{place}{} → {}", self.names(&old, around), self.names(&entire, around))
        };
        match entire.as_slice() {
            [one] if entire != new => vec![line, self.names(&new, *one)],
            _ => vec![line],
        }
    }

    /// The innermost active states in document order.
    fn innermost(&self) -> impl Iterator<Item = Id<State>> {
        self.active.iter().copied().filter(|&state| self.machine.is_leaf(state))
    }

    /// Of several states the one around them all, if that is meant.
    fn whole(&self, states: &[Id<State>], is_meant: impl Fn(Id<State>) -> bool) -> Vec<Id<State>> {
        let around = self.around(states);
        let is_whole = states.len() > 1 && around != Machine::root() && is_meant(around);
        if is_whole { vec![around] } else { states.to_vec() }
    }

    /// The innermost state that all of these lie in.
    fn around(&self, states: &[Id<State>]) -> Id<State> {
        let holds_all = |outer: &Id<State>| states.iter().all(|&state| self.machine.is_descendant(state, *outer));
        let first = states.first().and_then(|&first| self.machine.ancestors(first).find(holds_all));
        first.unwrap_or_else(Machine::root)
    }

    /// The innermost active state that nothing runs beside.
    fn innermost_alone(&self) -> String {
        let innermost: Vec<_> = self.innermost().collect();
        self.name(if let [one] = innermost[..] { one } else { self.around(&innermost) })
    }

    fn names(&self, states: &[Id<State>], within: Id<State>) -> String {
        states.iter().map(|&state| self.name_within(state, within)).collect::<Vec<_>>().join(", ")
    }

    fn name(&self, state: Id<State>) -> String {
        self.name_within(state, Machine::root())
    }

    /// The names of a state and of what it lies in, as they are shown: `Working.Code`.
    fn name_within(&self, state: Id<State>, outer: Id<State>) -> String {
        let shown_name = |state: Id<State>| {
            let state = &self.machine.states[state];
            shown(&state.name.text, &state.notes)
        };
        let mut names: Vec<_> =
            self.machine.lineage(state).take_while(|&state| state != outer).map(shown_name).collect();
        names.reverse();
        if names.is_empty() { shown_name(state).to_owned() } else { names.join(".") }
    }
}
