//! What a machine tells those who watch: the same lines from the interpreter's trace, and written by generated code.

use std::fmt::Write;

use fsm_core::interpreter::{Happening, Macrostep, Stimulus};
use fsm_core::model::{Action, ActionKind, Id, Machine, Reaction, Trigger};

/// A method of a generated host with a field `told`, which writes down what it is told. An event that is looked at again
/// and stays deferred is not in the interpreter's trace, and is taken back here.
pub(crate) const OBSERVE: &str = r#"
fn observe(&mut self, happening: ::fsm_runtime::Happening<'_, RandomState>) {
    use ::fsm_runtime::{Happening, Stimulus};
    let stimulus = |stimulus: Stimulus<RandomState, RandomEventKind>| match stimulus {
        Stimulus::Event(event) => Some(format!("{event:?}")),
        Stimulus::Start => Some("the start".to_owned()),
        Stimulus::Timer => Some("a timer".to_owned()),
        Stimulus::Task(task) => Some(format!("the task {task}")),
        Stimulus::Done(_) | Stimulus::Error => None,
    };
    let line = match happening {
        Happening::Began { at, stimulus: of, .. } => stimulus(of).map(|of| format!("at {} {of}", at.as_nanos())),
        Happening::Taken { row, .. } => Some(format!("taken {row}")),
        Happening::Left(state) => Some(format!("left {}", state.name())),
        Happening::Entered(state) => Some(format!("entered {}", state.name())),
        Happening::Raised(of) => stimulus(of).map(|of| format!("raised {of}")),
        Happening::Next(of) => stimulus(of).map(|of| format!("next {of}")),
        Happening::Recalled(of) => stimulus(of).map(|of| format!("recalled {of}")),
        Happening::Deferred(of) => stimulus(of).and_then(|of| {
            match self.told.strip_suffix(&format!("recalled {of}\n")).map(str::len) {
                Some(before) => { self.told.truncate(before); None }
                None => Some(format!("deferred {of}")),
            }
        }),
        Happening::Ended { answer, .. } => Some(format!("ended {}", crate::answer(answer.map_err(Clone::clone)))),
    };
    if let Some(line) = line {
        self.told.push_str(&line);
        self.told.push('\n');
    }
}
"#;

/// Whether generated code knows the time: where it has timers, or raises events for later. All else it tells at zero.
pub(crate) fn is_timed(machine: &Machine) -> bool {
    let is_timer = |reaction: &Reaction| matches!(reaction.trigger, Trigger::After(_) | Trigger::Every(_));
    let is_delayed =
        |action: &&Action| matches!(action.kind, ActionKind::Raise { delay: Some(_), .. } | ActionKind::Cancel(_));
    machine.reactions.iter().any(is_timer) || machine.all_actions().iter().any(is_delayed)
}

/// What the macrosteps of the interpreter tell, each with its answer in words.
pub(crate) fn told(machine: &Machine, steps: &[Macrostep], answer: impl Fn(&Macrostep) -> String) -> String {
    let mut text = String::new();
    // That too many deadlines come at one instant is no macrostep of generated code.
    let is_stopped = |step: &&Macrostep| step.stimulus == Stimulus::Nothing && step.trace == [Happening::Livelock];
    for step in steps.iter().filter(|step| !is_stopped(step)) {
        let stimulus = match &step.stimulus {
            Stimulus::Nothing => "the start".to_owned(),
            Stimulus::Timer(_) => "a timer".to_owned(),
            Stimulus::TaskDone { state, index, .. } | Stimulus::TaskFailed { state, index, .. } => {
                format!("the task {}", machine.tasks[machine.states[*state].runs[*index].task].name.text)
            }
            other => event(machine, other).unwrap_or_default(),
        };
        let at = if is_timed(machine) { step.at } else { 0 };
        let _ = writeln!(text, "at {at} {stimulus}");
        for line in step.trace.iter().filter_map(|happening| line(machine, happening)) {
            let _ = writeln!(text, "{line}");
        }
        let _ = writeln!(text, "ended {}", answer(step));
    }
    text
}

fn line(machine: &Machine, happening: &Happening) -> Option<String> {
    let name = |event: Id<fsm_core::model::Event>| &machine.events[event].name.text;
    match happening {
        Happening::Took { reaction, branch, instead } => {
            Some(format!("taken {}", row(machine, *reaction, *branch, *instead)))
        }
        Happening::Exited(state) if *state != Machine::root() => {
            Some(format!("left {}", machine.qualified_name(*state)))
        }
        Happening::Entered(state) if *state != Machine::root() => {
            Some(format!("entered {}", machine.qualified_name(*state)))
        }
        Happening::Raised(of) => Some(format!("raised {}", name(of.event))),
        Happening::Dequeued(of) => event(machine, of).map(|event| format!("next {event}")),
        Happening::Recalled(of) => Some(format!("recalled {}", name(of.event))),
        Happening::Deferred(of) => Some(format!("deferred {}", name(of.event))),
        _ => None,
    }
}

fn event(machine: &Machine, stimulus: &Stimulus) -> Option<String> {
    match stimulus {
        Stimulus::Event(of) => Some(machine.events[of.event].name.text.clone()),
        _ => None,
    }
}

/// The row of a transition in the table: that of the limit where its tail was taken.
fn row(machine: &Machine, reaction: Id<Reaction>, branch: usize, instead: bool) -> usize {
    let rows = |reaction: &Reaction| match &reaction.trigger {
        Trigger::Events(events) => events.len() * reaction.branches.len(),
        Trigger::Ignore(events) => events.len(),
        Trigger::Defer(deferrals) => deferrals.len(),
        _ => reaction.branches.len(),
    };
    match machine.reactions[reaction].branches[branch].tail.counts.filter(|_| instead) {
        Some(limit) => {
            let before = machine.limits.iter().take(limit.index()).filter(|limit| limit.tail.is_some());
            machine.reactions.iter().map(rows).sum::<usize>() + before.count()
        }
        None => machine.reactions.iter().take(reaction.index()).map(rows).sum::<usize>() + branch,
    }
}
