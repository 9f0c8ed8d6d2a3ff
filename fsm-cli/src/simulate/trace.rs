//! Macrosteps of the interpreter as records: what happened, and the answer in words.

use fsm_core::interpreter::{Answer, Happening, Interpreter, Macrostep, Refusal, Stimulus, duration};
use fsm_core::model::{Id, State};
use fsm_core::source::Span;

use super::definition::Definition;
use super::records::{Step, Traced};

/// A macrostep after which the machine stands as `interpreter` does; `begun_in` were its innermost states before.
pub(crate) fn step(
    definition: &Definition<'_>,
    interpreter: &Interpreter<'_>,
    begun_in: &[Id<State>],
    macrostep: &Macrostep,
) -> Step {
    let cause = cause(definition, &macrostep.stimulus);
    let answer = answer(macrostep);
    let message = match &macrostep.answer {
        Ok(_) => answer.replace('_', " "),
        Err(refusal) => {
            let here: Vec<_> = interpreter.innermost().collect();
            refused(definition, refusal, &cause, &places(definition, begun_in), &places(definition, &here))
        }
    };
    let trace = macrostep.trace.iter().map(|happening| traced(definition, happening)).collect();
    Step { at: duration(macrostep.at.into()), cause, answer, message, trace }
}

fn places(definition: &Definition<'_>, states: &[Id<State>]) -> String {
    let names: Vec<_> = states.iter().map(|&state| definition.state(state)).collect();
    names.join(" and ")
}

/// What a macrostep was about, in words.
fn cause(definition: &Definition<'_>, stimulus: &Stimulus) -> String {
    let machine = definition.machine;
    let run = |state: &Id<State>, index: usize| {
        let run = machine.state(*state).runs.get(index);
        run.map_or("a task", |run| machine.tasks[run.task].name.text.as_str())
    };
    match stimulus {
        Stimulus::Event(occurrence) => definition.event(occurrence.event).to_owned(),
        Stimulus::Timer(timer) => {
            let reaction = &machine.reactions[*timer];
            format!("{}: {}", definition.state(reaction.source), definition.text(reaction.trigger_span))
        }
        Stimulus::TaskDone { state, index, .. } => format!("{} is finished", run(state, *index)),
        Stimulus::TaskFailed { state, index, .. } => format!("{} failed", run(state, *index)),
        Stimulus::Done(state) => format!("done({})", definition.state(*state)),
        Stimulus::Error(failure) => format!("error in {}", failure.origin),
        Stimulus::Nothing => "start".to_owned(),
    }
}

/// The answer in one word, as scripts read it.
fn answer(macrostep: &Macrostep) -> &'static str {
    match &macrostep.answer {
        Ok(Answer::Taken) if macrostep.stimulus == Stimulus::Nothing => "started",
        Ok(Answer::Taken) => "taken",
        Ok(Answer::Deferred) => "deferred",
        Ok(Answer::Ignored) => "ignored",
        Err(Refusal::NoTransition) => "no_transition",
        Err(Refusal::GuardsRefused { .. }) => "guards_refused",
        Err(Refusal::LimitReached { .. }) => "limit_reached",
        Err(Refusal::DeferredFull) => "deferred_full",
        Err(Refusal::Terminated) => "terminated",
        Err(Refusal::Livelock) => "livelock",
        Err(Refusal::ActionFailed(_)) => "action_failed",
        Err(Refusal::Past) => "past",
    }
}

/// Whether an answer means that something went wrong in the machine, not only that an event was refused.
pub(crate) fn is_fault(answer: &str) -> bool {
    matches!(answer, "livelock" | "action_failed")
}

/// Whether an answer means that the event was refused, and nothing has changed.
pub(crate) fn is_refusal(answer: &str) -> bool {
    matches!(answer, "no_transition" | "guards_refused" | "limit_reached" | "deferred_full" | "terminated")
}

fn refused(definition: &Definition<'_>, refusal: &Refusal, cause: &str, begun_in: &str, here: &str) -> String {
    match refusal {
        Refusal::NoTransition => format!("cannot {cause} from {begun_in}: nothing there reacts to it"),
        Refusal::GuardsRefused { guards } => {
            let guards: Vec<_> = guards.iter().map(|&guard: &Span| definition.text(guard)).collect();
            format!("cannot {cause} from {begun_in}: not {}", guards.join(", nor "))
        }
        Refusal::LimitReached { limit, count } => {
            let limit = &definition.machine.limits[*limit].name.text;
            format!("cannot {cause} from {begun_in}: `{limit}` has reached {count}")
        }
        Refusal::DeferredFull => format!("cannot keep {cause}: as many wait as may"),
        Refusal::Terminated => format!("cannot {cause}: ended in {begun_in}"),
        Refusal::Livelock => format!("stopped in {here}: {cause} caused too many steps"),
        Refusal::ActionFailed(failure) => format!("`{}` failed: {}", failure.origin, failure.message),
        Refusal::Past => format!("cannot {cause}: that time is over"),
    }
}

fn traced(definition: &Definition<'_>, happening: &Happening) -> Traced {
    let text = match happening {
        // The branch itself says more than its number.
        Happening::Took { reaction, branch, instead: false } => {
            format!("take {}", definition.branch(*reaction, *branch))
        }
        _ => happening.describe(definition.program, definition.sources, definition.machine).to_string(),
    };
    Traced { kind: kind(happening), text }
}

fn kind(happening: &Happening) -> &'static str {
    match happening {
        Happening::Asked { .. } => "asked",
        Happening::Refused(_) => "refused",
        Happening::Exceeded { .. } => "exceeded",
        Happening::Preempted(_) => "preempted",
        Happening::Took { .. } => "took",
        Happening::Counted(..) => "counted",
        Happening::Reset(_) => "reset",
        Happening::Recorded { .. } => "recorded",
        Happening::Exited(_) => "exited",
        Happening::Entered(_) => "entered",
        Happening::Done(_) => "done",
        Happening::Called { .. } => "called",
        Happening::Assigned(..) => "assigned",
        Happening::Emitted { .. } => "emitted",
        Happening::Raised(_) => "raised",
        Happening::Scheduled { .. } => "scheduled",
        Happening::Cancelled(_) => "cancelled",
        Happening::Failed(_) => "failed",
        Happening::TimerSet { .. } => "timer_set",
        Happening::TimerCancelled(_) => "timer_cancelled",
        Happening::Started { .. } => "task_started",
        Happening::TaskCancelled(_) => "task_cancelled",
        Happening::Stale(_) => "stale",
        Happening::Dequeued(_) => "dequeued",
        Happening::Recalled(_) => "recalled",
        Happening::Deferred(_) => "deferred",
        Happening::Dropped(_) => "dropped",
        Happening::Terminated => "terminated",
        Happening::Livelock => "livelock",
    }
}
