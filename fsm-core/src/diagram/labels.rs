//! The words of a diagram, taken from the definition.

use std::collections::BTreeSet;

use super::Hidden;
use super::state::{Detail, Origin};
use crate::model::{
    Action, Branch, Condition, Entry, Event, EventUse, ExprKind, Id, Limit, Machine, Reaction, State, Tail, Target,
    Trigger,
};
use crate::source::{Sources, Span};
use crate::syntax::phrase;

/// The words of one machine.
pub(crate) struct Labels<'a> {
    pub(crate) machine: &'a Machine,
    pub(crate) sources: &'a Sources,
    /// What they leave out.
    pub(crate) hidden: &'a BTreeSet<Hidden>,
}

impl Labels<'_> {
    /// The name of a state as it is shown.
    pub(crate) fn state(&self, state: Id<State>) -> String {
        let state = &self.machine.states[state];
        state.notes.label.clone().unwrap_or_else(|| state.name.text.clone())
    }

    /// What a state does without being left: its entry and exit actions, internal transitions and limits.
    pub(crate) fn details(&self, id: Id<State>) -> Vec<Detail> {
        let mut lines = if self.hidden.contains(&Hidden::Actions) { Vec::new() } else { self.activities(id) };
        if !self.hidden.contains(&Hidden::Internal) {
            lines.extend(self.internal(id));
        }
        lines
    }

    /// The entry and exit actions of a state, and the tasks that run in it.
    fn activities(&self, id: Id<State>) -> Vec<Detail> {
        let state = &self.machine.states[id];
        let actions = [("entry", &state.entry), ("exit", &state.exit)].into_iter();
        let actions = actions.filter(|(_, actions)| !actions.is_empty());
        let actions = actions.map(|(keyword, actions)| format!("{keyword}{}", self.effects(actions)));
        let tasks = state.runs.iter().map(|run| format!("run {}", self.machine.tasks[run.task].name.text));
        actions.chain(tasks).map(|line| Detail::new(line, None)).collect()
    }

    /// What a state reacts to without being left, and its limits.
    fn internal(&self, id: Id<State>) -> Vec<Detail> {
        let mut lines = Vec::new();
        for &of in &self.machine.states[id].reactions {
            let reaction = &self.machine.reactions[of];
            if reaction.branches.is_empty() {
                lines.push(Detail::new(self.trigger(reaction), None));
            }
            for (index, branch) in reaction.branches.iter().enumerate() {
                if branch.tail.target.is_none() && !branch.tail.unresolved {
                    lines.push(Detail::new(self.transition(reaction, branch), Some(Origin::Branch(of, index))));
                }
            }
        }
        for (of, limit) in self.machine.limits.enumerate().filter(|(_, limit)| limit.state == id) {
            let inside = limit.tail.as_ref().filter(|tail| tail.target.is_none());
            let end = inside.map(|tail| self.tail(tail)).unwrap_or_default();
            let origin = inside.map(|_| Origin::Limit(of));
            lines.push(Detail::new(format!("limit {}{end}", self.limit(limit)), origin));
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
            _ if self.hidden.contains(&Hidden::Guards) => String::new(),
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
        // What a history's default begins with is said where it is taken.
        let entries = tail.target.as_ref().filter(|target| target.history().is_none()).map_or(&[][..], Target::entries);
        text.push_str(&self.actions(entries, &tail.actions));
        text
    }

    /// ` / by = event.by, greet()`: what the contexts of the states that are entered begin with, and the actions.
    pub(crate) fn actions(&self, entries: &[Entry], actions: &[Action]) -> String {
        let begins = entries.iter().flat_map(|entry| &entry.arguments).map(|(variable, value)| {
            let variable = &self.machine.variables[*variable].name.text;
            format!("{variable} = {}", self.text(value.span))
        });
        self.slashed(begins.chain(actions.iter().map(|action| self.text(action.span))))
    }

    /// ` / greet(), emit Opened`
    pub(crate) fn effects(&self, actions: &[Action]) -> String {
        self.slashed(actions.iter().map(|action| self.text(action.span)))
    }

    fn slashed(&self, actions: impl Iterator<Item = String>) -> String {
        let actions: Vec<_> = actions.collect();
        if actions.is_empty() || self.hidden.contains(&Hidden::Actions) {
            return String::new();
        }
        format!(" / {}", actions.join(", "))
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
        if self.hidden.contains(&Hidden::Notes) {
            return Vec::new();
        }
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
