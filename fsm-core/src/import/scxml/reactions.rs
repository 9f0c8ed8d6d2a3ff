//! Transitions: which reactions of the language they become.
//!
//! A transition of SCXML reacts to all events that one of its descriptors matches, and the first in document order whose
//! condition holds is taken. So for each event the branches are listed in document order, up to the first without a
//! condition; events with the same branches share one reaction.

use super::compile::Compiler;
use super::document::{Kind, StateId, Transition};
use super::events::matches;
use super::expressions::{Condition, Fault, Scope};
use super::rules::UNSUPPORTED_EXPRESSION;
use super::text::{Step, Text};
use crate::diagnostic::Diagnostic;
use crate::source::Span;

/// A reaction of a state, as it is written.
#[derive(Debug)]
pub(super) struct Reaction {
    trigger: Trigger,
    branches: Vec<Branch>,
}

/// What a reaction reacts to.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Trigger {
    Always,
    /// The end of a state, as it is written.
    Done(String),
    /// Events, by their identifiers.
    Events(Vec<String>),
}

/// One way that a reaction can go.
#[derive(Debug, Clone)]
struct Branch {
    guard: Option<String>,
    /// `-> Target reenter`, or nothing.
    arrow: String,
    steps: Vec<Step>,
    /// The fields of the event that are read, with their types.
    touched: Vec<String>,
    comments: Vec<String>,
    span: Span,
}

impl PartialEq for Branch {
    /// Whether both say the same, wherever they come from.
    fn eq(&self, other: &Branch) -> bool {
        self.guard == other.guard
            && self.arrow == other.arrow
            && self.steps == other.steps
            && self.touched == other.touched
    }
}

/// What the transitions of a state have become for one event, or without one.
struct Way {
    scope: Scope,
    branches: Vec<Branch>,
    /// Whether a branch without a guard has been found: no later one is taken.
    is_closed: bool,
    /// Errors of conditions that were asked in vain: they are raised by what comes next.
    errors: Vec<Step>,
}

impl Compiler<'_> {
    /// The reactions of a state.
    pub(super) fn reactions(&mut self, number: StateId) -> Vec<Reaction> {
        let document = self.document;
        let mut ways: Vec<Way> = Vec::new();
        for transition in &document.states[number].transitions {
            for scope in self.scopes(transition) {
                let at = ways.iter().position(|way| way.scope == scope).unwrap_or_else(|| {
                    ways.push(Way { scope, branches: Vec::new(), is_closed: false, errors: Vec::new() });
                    ways.len() - 1
                });
                if let Some(way) = ways.get_mut(at).filter(|way| !way.is_closed) {
                    let mut taken = std::mem::replace(
                        way,
                        Way { scope, branches: Vec::new(), is_closed: false, errors: Vec::new() },
                    );
                    self.follow(number, transition, &mut taken);
                    ways[at] = taken;
                }
            }
        }
        for way in ways.iter().filter(|way| !way.errors.is_empty() && !way.is_closed) {
            let span = way.errors.first().map_or(document.states[number].span, Step::span);
            let message = "a condition that is an error stands behind all others";
            let finding = Diagnostic::new(&UNSUPPORTED_EXPRESSION, span, message);
            self.report(finding.help("follow it by a transition without a condition, which raises the error"));
        }
        self.grouped(number, ways)
    }

    /// The events that a transition reacts to.
    fn scopes(&self, transition: &Transition) -> Vec<Scope> {
        if transition.events.is_empty() {
            return vec![Scope::Between];
        }
        let is_meant = |name: &str| transition.events.iter().any(|descriptor| matches(descriptor, name));
        let events = self.events.iter().enumerate().filter(|(_, event)| is_meant(&event.key.name));
        events.map(|(number, _)| Scope::Event(number)).collect()
    }

    /// Adds what a transition does for an event to the branches for it.
    fn follow(&mut self, source: StateId, transition: &Transition, way: &mut Way) {
        self.touched.clear();
        let condition = match &transition.condition {
            None => Condition::Always,
            Some(code) => match self.condition_of(code, way.scope) {
                Ok(condition) => condition,
                Err(Fault::Throws) => {
                    way.errors.extend(self.error("error.execution", None, code.span));
                    return;
                }
                Err(Fault::Refused(why)) => {
                    self.refuse(code, &why);
                    return;
                }
                Err(Fault::Untyped) => return,
            },
        };
        if condition == Condition::Never {
            return;
        }
        let mut steps = way.errors.clone();
        if let Scope::Event(number) = way.scope {
            steps.extend(self.keep_event_name(number, transition.span));
        }
        steps.extend(self.block(&transition.actions, way.scope));
        let Some(arrow) = self.arrow(source, transition) else { return };
        let mut touched = std::mem::take(&mut self.touched);
        touched.sort();
        touched.dedup();
        way.is_closed = condition == Condition::Always;
        way.branches.push(Branch {
            guard: condition.text(),
            arrow,
            steps,
            touched,
            comments: transition.comments.clone(),
            span: transition.span,
        });
    }

    /// Where a transition leads, as it is written; `None` if that has been reported.
    fn arrow(&mut self, source: StateId, transition: &Transition) -> Option<String> {
        if transition.targets.is_empty() {
            return Some(String::new());
        }
        let document = self.document;
        let target = self.target(&transition.targets, transition.span)?;
        let is_inside = |&state: &StateId| document.is_inside(state, source) || (target.is_history && state == source);
        let is_composite = document.states[source].kind == Kind::State && !document.states[source].children.is_empty();
        // Of the language a transition inwards is local; of SCXML only one that says that it is internal.
        let reenters = is_composite && !transition.is_internal && target.states.iter().all(is_inside);
        Some(format!("-> {}{}", target.text, if reenters { " reenter" } else { "" }))
    }

    /// Reactions for the ways: events that go the same ways share one.
    fn grouped(&self, number: StateId, ways: Vec<Way>) -> Vec<Reaction> {
        let mut reactions: Vec<Reaction> = Vec::new();
        for way in ways.into_iter().filter(|way| !way.branches.is_empty()) {
            let trigger = match way.scope {
                Scope::Event(event) => {
                    let event = self.events.get(event);
                    match event.done {
                        Some(done) if done == number => Trigger::Done("done".to_owned()),
                        Some(done) => Trigger::Done(format!("done({})", self.states[done])),
                        None => Trigger::Events(vec![event.identifier.clone()]),
                    }
                }
                Scope::Start | Scope::Between | Scope::Exit => Trigger::Always,
            };
            let same = reactions.iter_mut().find(|reaction| reaction.branches == way.branches);
            match (same.map(|reaction| &mut reaction.trigger), trigger) {
                (Some(Trigger::Events(events)), Trigger::Events(more)) => events.extend(more),
                (_, trigger) => reactions.push(Reaction { trigger, branches: way.branches }),
            }
        }
        reactions
    }
}

impl Reaction {
    /// Writes the reaction.
    pub(super) fn write(&self, text: &mut Text) {
        let trigger = match &self.trigger {
            Trigger::Always => "always".to_owned(),
            Trigger::Done(done) => format!("on {done}"),
            Trigger::Events(events) => format!("on {}", events.join(", ")),
        };
        match self.branches.as_slice() {
            [] => {}
            [only] => {
                text.comments(&only.comments, only.span);
                if let (Trigger::Events(events), true) = (&self.trigger, only.is_silent()) {
                    text.line(&format!("ignore {};", events.join(", ")), only.span);
                    return;
                }
                let guard = only.guard.as_ref().map_or(String::new(), |guard| format!("[{guard}]"));
                text.with_actions(&joined(&[&trigger, &guard, &only.arrow]), &only.written(), only.span);
            }
            several @ [first, ..] => {
                let span = first.span;
                text.open(&format!("{trigger} {{"), span);
                for branch in several {
                    text.comments(&branch.comments, branch.span);
                    let guard = branch.guard.as_ref().map_or("else".to_owned(), |guard| format!("[{guard}]"));
                    text.with_actions(&joined(&[&guard, &branch.arrow]), &branch.steps, branch.span);
                }
                text.close("}", span);
            }
        }
    }
}

impl Branch {
    /// Whether it leads nowhere and does nothing, whatever holds.
    fn is_silent(&self) -> bool {
        self.guard.is_none() && self.arrow.is_empty() && self.steps.is_empty()
    }

    /// The actions; a reaction that does nothing at all needs one that does nothing.
    fn written(&self) -> Vec<Step> {
        if self.is_silent() {
            vec![Step::If(vec![(Some("true".to_owned()), Vec::new())], self.span)]
        } else {
            self.steps.clone()
        }
    }
}

/// Words with single spaces between them.
fn joined(words: &[&str]) -> String {
    words.iter().filter(|word| !word.is_empty()).copied().collect::<Vec<_>>().join(" ")
}
