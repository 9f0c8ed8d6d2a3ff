//! The words of a diagram, taken from the definition.

use crate::model::{
    Action, Branch, Condition, Event, EventUse, ExprKind, Id, InitialTransition, Limit, Machine, Reaction, State, Tail,
    Trigger,
};
use crate::source::{Sources, Span};
use crate::syntax::phrase;

/// The words of one machine.
pub(crate) struct Labels<'a> {
    pub(crate) machine: &'a Machine,
    pub(crate) sources: &'a Sources,
}

impl Labels<'_> {
    /// The name of a state as it is shown.
    pub(crate) fn state(&self, state: Id<State>) -> String {
        let state = &self.machine.states[state];
        state.notes.label.clone().unwrap_or_else(|| state.name.text.clone())
    }

    /// What a state does without being left: its entry and exit actions, internal reactions and limits.
    pub(crate) fn details(&self, id: Id<State>) -> Vec<String> {
        let state = &self.machine.states[id];
        let mut lines = Vec::new();
        for (keyword, actions) in [("entry", &state.entry), ("exit", &state.exit)] {
            if !actions.is_empty() {
                let actions: Vec<_> = actions.iter().map(|action| self.text(action.span)).collect();
                lines.push(format!("{keyword} / {}", actions.join(", ")));
            }
        }
        lines.extend(state.runs.iter().map(|run| format!("run {}", self.machine.tasks[run.task].name.text)));
        for &reaction in &state.reactions {
            let reaction = &self.machine.reactions[reaction];
            if reaction.branches.is_empty() {
                lines.push(self.trigger(reaction));
            }
            let internal =
                reaction.branches.iter().filter(|branch| branch.tail.target.is_none() && !branch.tail.unresolved);
            lines.extend(internal.map(|branch| self.transition(reaction, branch)));
        }
        for (_, limit) in self.machine.limits.enumerate().filter(|(_, limit)| limit.state == id) {
            let inside = limit.tail.as_ref().filter(|tail| tail.target.is_none());
            let end = inside.map(|tail| self.tail(tail)).unwrap_or_default();
            lines.push(format!("limit {}{end}", self.limit(limit)));
        }
        lines
    }

    /// `tracebacks <= 9`
    fn limit(&self, limit: &Limit) -> String {
        let sign = if limit.inclusive { "<=" } else { "<" };
        format!("{} {sign} {}", limit_name(limit), self.text(limit.bound.span))
    }

    /// What the arrow of a limit says: when the limit is exceeded, and what happens.
    pub(crate) fn exceeded(&self, limit: &Limit, tail: &Tail) -> String {
        format!("beyond {}{}", self.limit(limit), self.tail(tail))
    }

    /// `Login [verified] / greet()`
    pub(crate) fn transition(&self, reaction: &Reaction, branch: &Branch) -> String {
        let guard = match &branch.condition {
            Condition::Guard(guard) => match &guard.kind {
                ExprKind::Guard(id, arguments) if arguments.is_empty() => {
                    let named = &self.machine.guards[*id];
                    format!(" [{}]", named.notes.label.as_ref().unwrap_or(&named.name.text))
                }
                _ => format!(" [{}]", self.text(guard.span)),
            },
            Condition::Else => " [else]".to_owned(),
            Condition::None | Condition::Unknown => String::new(),
        };
        format!("{}{guard}{}", self.trigger(reaction), self.tail(&branch.tail))
    }

    /// What follows the target: the limit and the actions.
    fn tail(&self, tail: &Tail) -> String {
        let mut text = String::new();
        if tail.reenter {
            text.push_str(" reenter");
        }
        if let Some(limit) = tail.counts {
            text.push_str(" counts ");
            text.push_str(limit_name(&self.machine.limits[limit]));
        }
        text.push_str(&self.actions(&tail.actions));
        text
    }

    /// ` / greet(), emit Opened`
    pub(crate) fn actions(&self, actions: &[Action]) -> String {
        if actions.is_empty() {
            return String::new();
        }
        let actions: Vec<_> = actions.iter().map(|action| self.text(action.span)).collect();
        format!(" / {}", actions.join(", "))
    }

    /// What the arrow of an initial transition says: where it leads, if the arrow does not show it, and what it does.
    pub(crate) fn initial(&self, transition: &InitialTransition, place: Option<Span>) -> String {
        let place = place.map(|place| format!("to {}", self.text(place))).unwrap_or_default();
        format!("{place}{}", self.actions(&transition.actions)).trim_start().to_owned()
    }

    fn trigger(&self, reaction: &Reaction) -> String {
        match &reaction.trigger {
            Trigger::Events(uses) => self.events(uses),
            Trigger::Ignore(uses) => format!("ignore {}", self.events(uses)),
            Trigger::Any => "*".to_owned(),
            Trigger::Done(of) if *of == reaction.source => "done".to_owned(),
            Trigger::Done(of) => format!("done({})", self.state(*of)),
            Trigger::Error => "error".to_owned(),
            Trigger::Always
            | Trigger::After(_)
            | Trigger::Every(_)
            | Trigger::Defer(_)
            | Trigger::TaskDone(_)
            | Trigger::TaskFailed(_) => self.text(reaction.trigger_span),
        }
    }

    fn events(&self, uses: &[EventUse]) -> String {
        let names: Vec<_> = uses.iter().map(|of| self.event(of.event)).collect();
        names.join(", ")
    }

    fn event(&self, event: Id<Event>) -> String {
        let event = &self.machine.events[event];
        event.notes.label.clone().unwrap_or_else(|| event.name.text.clone())
    }

    /// The first paragraph of a state's documentation.
    pub(crate) fn note(&self, state: Id<State>) -> Vec<String> {
        let docs = &self.machine.states[state].notes.docs;
        let lines = docs.iter().skip_while(|line| line.trim().is_empty());
        lines.take_while(|line| !line.trim().is_empty()).map(|line| line.trim().to_owned()).collect()
    }

    /// A text of the definition on one line, without comments.
    fn text(&self, span: Span) -> String {
        phrase(self.sources, span)
    }
}

fn limit_name(limit: &Limit) -> &str {
    limit.notes.label.as_ref().unwrap_or(&limit.name.text)
}
