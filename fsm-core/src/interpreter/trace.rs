//! What happened in a macrostep, in order: enough to redo it by hand.

use std::fmt;

use super::value::duration;
use super::{Answer, Failure, Macrostep, Occurrence, Refusal, RunId, Value};
use crate::model::{Event, Guard, HostAction, Id, Limit, Machine, Output, Program, Reaction, State, Task, Variable};
use crate::source::{Sources, Span};
use crate::syntax::phrase;

impl Macrostep {
    /// How it was answered, as traces say it.
    #[must_use]
    pub fn answer_in_words(&self) -> &'static str {
        match &self.answer {
            Ok(Answer::Taken) => "taken",
            Ok(Answer::Deferred) => "deferred",
            Ok(Answer::Ignored) => "ignored",
            Err(Refusal::NoTransition) => "no transition",
            Err(Refusal::GuardsRefused { .. }) => "guards refused",
            Err(Refusal::LimitReached { .. }) => "limit reached",
            Err(Refusal::DeferredFull) => "too many deferred",
            Err(Refusal::Terminated) => "terminated",
            Err(Refusal::Livelock) => "livelock",
            Err(Refusal::ActionFailed(_)) => "action failed",
            Err(Refusal::Past) => "in the past",
        }
    }
}

/// One thing that happened.
#[derive(Debug, Clone, PartialEq)]
pub enum Happening {
    /// A host guard was asked.
    Asked {
        /// The guard.
        guard: Id<Guard>,
        /// With what.
        arguments: Vec<Value>,
        /// What it answered.
        answer: bool,
    },
    /// A reaction was a candidate, and none of its branches was enabled.
    Refused(Id<Reaction>),
    /// A transition would have exceeded a limit that does nothing instead.
    Exceeded {
        /// The reaction.
        reaction: Id<Reaction>,
        /// Which of its branches.
        branch: usize,
        /// The limit.
        limit: Id<Limit>,
    },
    /// A transition was enabled, and one of a state further in, or earlier in the document, took its place.
    Preempted(Id<Reaction>),
    /// A transition was taken.
    Took {
        /// The reaction.
        reaction: Id<Reaction>,
        /// Which of its branches.
        branch: usize,
        /// Whether the tail of the limit that counts it was taken in its place.
        instead: bool,
    },
    /// A transition was counted.
    Counted(Id<Limit>, u64),
    /// A limit was set to zero.
    Reset(Id<Limit>),
    /// What a history recorded.
    Recorded {
        /// The state whose history it is.
        state: Id<State>,
        /// Whether all innermost states were recorded, not only the child.
        deep: bool,
        /// What was active inside it.
        active: Vec<Id<State>>,
    },
    /// A state was left.
    Exited(Id<State>),
    /// A state was entered.
    Entered(Id<State>),
    /// A composite or parallel state came to its end.
    Done(Id<State>),
    /// A host action was called.
    Called {
        /// The action.
        action: Id<HostAction>,
        /// With what.
        arguments: Vec<Value>,
        /// What it gave.
        result: Result<Option<Value>, String>,
    },
    /// A variable got a value.
    Assigned(Id<Variable>, Value),
    /// An output was emitted.
    Emitted {
        /// The output.
        output: Id<Output>,
        /// The values of its fields.
        fields: Vec<Value>,
    },
    /// An event was raised.
    Raised(Occurrence),
    /// An event was raised for later.
    Scheduled {
        /// The event.
        event: Occurrence,
        /// When it is due, in nanoseconds since the start.
        deadline: u64,
    },
    /// All pending delayed raises of an event were dropped.
    Cancelled(Id<Event>),
    /// An action failed, and with it the rest of its list.
    Failed(Failure),
    /// A timer was armed.
    TimerSet {
        /// The `after` or `every`.
        timer: Id<Reaction>,
        /// When it is due, in nanoseconds since the start.
        deadline: u64,
    },
    /// A timer was dropped, since its state was left or restarted.
    TimerCancelled(Id<Reaction>),
    /// A task was started.
    Started {
        /// The run.
        run: RunId,
        /// The task.
        task: Id<Task>,
        /// With what.
        arguments: Vec<Value>,
    },
    /// A task was cancelled, since its state was left.
    TaskCancelled(RunId),
    /// The end of a task came when its state had been left.
    Stale(RunId),
    /// The next event of the queue is looked at.
    Dequeued(super::Stimulus),
    /// A deferred event is looked at again.
    Recalled(Occurrence),
    /// An event was kept until the configuration changes.
    Deferred(Occurrence),
    /// An event from within, or a deferred one, that nobody took.
    Dropped(super::Stimulus),
    /// The machine ended.
    Terminated,
    /// The macrostep was stopped: too many microsteps.
    Livelock,
}

impl super::Stimulus {
    /// What it is, in words, on one line; nothing for [`Stimulus::Nothing`](super::Stimulus::Nothing).
    #[must_use]
    pub fn describe(&self, program: &Program, sources: &Sources, machine: &Machine) -> String {
        Words { program, sources, machine }.stimulus(self)
    }
}

/// A [`Happening`] in words.
pub struct Described<'a> {
    happening: &'a Happening,
    words: Words<'a>,
}

/// The texts from which descriptions are made.
struct Words<'a> {
    program: &'a Program,
    sources: &'a Sources,
    machine: &'a Machine,
}

impl Happening {
    /// What happened, in words, on one line.
    #[must_use]
    pub fn describe<'a>(&'a self, program: &'a Program, sources: &'a Sources, machine: &'a Machine) -> Described<'a> {
        Described { happening: self, words: Words { program, sources, machine } }
    }
}

impl fmt::Display for Described<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words = &self.words;
        let machine = words.machine;
        let state = |id: &Id<State>| machine.qualified_name(*id);
        match self.happening {
            Happening::Asked { guard, arguments, answer } => {
                write!(f, "ask {}{} = {answer}", machine.guards[*guard].name.text, words.arguments(arguments))
            }
            Happening::Refused(reaction) => write!(f, "refused: {}", words.reaction(*reaction)),
            Happening::Exceeded { reaction, branch, limit } => {
                let limit = &machine.limits[*limit].name.text;
                write!(f, "refused: {} beyond {limit}", words.branch(*reaction, *branch))
            }
            Happening::Preempted(reaction) => write!(f, "preempted: {}", words.reaction(*reaction)),
            Happening::Took { reaction, branch, instead } => words.took(f, *reaction, *branch, *instead),
            Happening::Counted(limit, count) => write!(f, "count {} = {count}", machine.limits[*limit].name.text),
            Happening::Reset(limit) => write!(f, "reset {}", machine.limits[*limit].name.text),
            Happening::Recorded { state: of, deep, active } => {
                let active: Vec<_> = active.iter().map(state).collect();
                let active = if active.is_empty() { "nothing".to_owned() } else { active.join(", ") };
                let deep = if *deep { "deep " } else { "" };
                write!(f, "record {deep}history({}) = {}", state(of), active)
            }
            Happening::Exited(id) => write!(f, "exit {}", state(id)),
            Happening::Entered(id) => write!(f, "enter {}", state(id)),
            Happening::Done(id) => write!(f, "done {}", state(id)),
            Happening::Called { action, arguments, result } => {
                write!(f, "call {}{}", machine.actions[*action].name.text, words.arguments(arguments))?;
                match result {
                    Ok(None) => Ok(()),
                    Ok(Some(value)) => write!(f, " = {}", value.display(words.program)),
                    Err(message) => write!(f, " failed: {message}"),
                }
            }
            Happening::Assigned(variable, value) => {
                write!(f, "{} = {}", machine.variables[*variable].name.text, value.display(words.program))
            }
            Happening::Emitted { output, fields } => {
                let declared = &machine.outputs[*output];
                let names = declared.fields.iter().map(|field| field.name.text.as_str());
                write!(f, "emit {}{}", declared.name.text, words.fields(names, fields))
            }
            Happening::Raised(event) => write!(f, "raise {}", words.occurrence(event)),
            Happening::Scheduled { event, deadline } => {
                write!(f, "raise {} at {}", words.occurrence(event), time(*deadline))
            }
            Happening::Cancelled(event) => write!(f, "cancel {}", machine.events[*event].name.text),
            Happening::Failed(failure) => {
                write!(f, "failed: {}: {}", failure.origin, failure.message)
            }
            Happening::TimerSet { timer, deadline } => {
                write!(f, "set {} for {}", words.reaction(*timer), time(*deadline))
            }
            Happening::TimerCancelled(timer) => write!(f, "cancel {}", words.reaction(*timer)),
            Happening::Started { run, task, arguments } => {
                write!(f, "start {}{} as {run}", machine.tasks[*task].name.text, words.arguments(arguments))
            }
            Happening::TaskCancelled(run) => write!(f, "cancel {run}"),
            Happening::Stale(run) => write!(f, "stale: {run}"),
            Happening::Dequeued(stimulus) => write!(f, "next {}", words.stimulus(stimulus)),
            Happening::Recalled(event) => write!(f, "recall {}", words.occurrence(event)),
            Happening::Deferred(event) => write!(f, "defer {}", words.occurrence(event)),
            Happening::Dropped(stimulus) => write!(f, "drop {}", words.stimulus(stimulus)),
            Happening::Terminated => f.write_str("terminated"),
            Happening::Livelock => f.write_str("livelock"),
        }
    }
}

impl Words<'_> {
    fn reaction(&self, id: Id<Reaction>) -> String {
        let reaction = &self.machine.reactions[id];
        format!("{}: {}", self.machine.qualified_name(reaction.source), self.text(reaction.trigger_span))
    }

    /// The reaction and, where it has several branches, the number of one.
    fn branch(&self, id: Id<Reaction>, branch: usize) -> String {
        let which =
            if self.machine.reactions[id].branches.len() > 1 { format!(" #{}", branch + 1) } else { String::new() };
        format!("{}{which}", self.reaction(id))
    }

    fn took(&self, f: &mut fmt::Formatter<'_>, id: Id<Reaction>, branch: usize, instead: bool) -> fmt::Result {
        let reaction = &self.machine.reactions[id];
        let Some(taken) = reaction.branches.get(branch) else { return Ok(()) };
        let limit = taken.tail.counts.filter(|_| instead).map(|limit| &self.machine.limits[limit]);
        let tail = limit.and_then(|limit| limit.tail.as_ref()).unwrap_or(&taken.tail);
        let target = tail.target.as_ref();
        let target = target.map(|target| format!(" -> {}", self.text(target.span))).unwrap_or_default();
        let beyond = limit.map(|limit| format!(" beyond {}", limit.name.text)).unwrap_or_default();
        write!(f, "take {}{beyond}{target}", self.branch(id, branch))
    }

    fn stimulus(&self, stimulus: &super::Stimulus) -> String {
        match stimulus {
            super::Stimulus::Event(event) => self.occurrence(event),
            super::Stimulus::Done(state) => format!("done({})", self.machine.qualified_name(*state)),
            super::Stimulus::Error(failure) => format!("error: {}: {}", failure.origin, failure.message),
            super::Stimulus::Timer(timer) => self.reaction(*timer),
            super::Stimulus::TaskDone { state, .. } => {
                format!("ok of a task of {}", self.machine.qualified_name(*state))
            }
            super::Stimulus::TaskFailed { state, .. } => {
                format!("err of a task of {}", self.machine.qualified_name(*state))
            }
            super::Stimulus::Nothing => String::new(),
        }
    }

    fn occurrence(&self, occurrence: &Occurrence) -> String {
        let declared = &self.machine.events[occurrence.event];
        let names = declared.fields.iter().map(|field| field.name.text.as_str());
        format!("{}{}", declared.name.text, self.fields(names, &occurrence.fields))
    }

    fn fields<'n>(&self, names: impl Iterator<Item = &'n str>, values: &[Value]) -> String {
        let fields: Vec<_> =
            names.zip(values).map(|(name, value)| format!("{name}: {}", value.display(self.program))).collect();
        if fields.is_empty() { String::new() } else { format!(" {{ {} }}", fields.join(", ")) }
    }

    fn arguments(&self, values: &[Value]) -> String {
        let values: Vec<_> = values.iter().map(|value| value.display(self.program).to_string()).collect();
        format!("({})", values.join(", "))
    }

    fn text(&self, span: Span) -> String {
        phrase(self.sources, span)
    }
}

fn time(nanoseconds: u64) -> String {
    duration(i128::from(nanoseconds))
}
