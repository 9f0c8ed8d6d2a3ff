//! Transitions: which reactions of the language they become.
//!
//! A transition of SCXML reacts to all events that one of its descriptors matches, and the first in document order whose
//! condition holds is taken. So for each event the branches are listed in document order, up to the first without a
//! condition; events with the same branches share one reaction.

use std::collections::{BTreeMap, BTreeSet};

use super::compile::Compiler;
use super::document::{Kind, StateId, Transition};
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

/// What a transition has become for one event.
#[derive(Clone)]
enum Outcome {
    /// It is never taken, or that it cannot be imported has been reported.
    Nothing,
    /// Its condition is an error.
    Fails(Vec<Step>),
    /// A branch.
    Branch(Branch),
}

impl Compiler<'_> {
    /// The reactions of a state.
    pub(super) fn reactions(&mut self, number: StateId) -> Vec<Reaction> {
        let document = self.document;
        let mut ways: Vec<Way> = Vec::new();
        let mut places: BTreeMap<Scope, usize> = BTreeMap::new();
        for transition in &document.states[number].transitions {
            if self.is_too_much(transition.span) {
                return Vec::new();
            }
            // What does not ask about the event is the same for all.
            let mut shared: Option<Outcome> = None;
            for scope in self.scopes(transition) {
                if self.is_too_much(transition.span) {
                    return Vec::new();
                }
                let at = *places.entry(scope).or_insert(ways.len());
                if at == ways.len() {
                    ways.push(Way { scope, branches: Vec::new(), is_closed: false, errors: Vec::new() });
                }
                if ways[at].is_closed {
                    continue;
                }
                let outcome = shared.clone().unwrap_or_else(|| {
                    self.reads_event = false;
                    let outcome = self.outcome(number, transition, scope);
                    shared = (!self.reads_event).then(|| outcome.clone());
                    outcome
                });
                ways[at].follow(outcome);
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
        let meant: BTreeSet<usize> =
            transition.events.iter().flat_map(|descriptor| self.events.matching(descriptor)).collect();
        meant.into_iter().map(Scope::Event).collect()
    }

    /// What a transition does for an event.
    fn outcome(&mut self, source: StateId, transition: &Transition, scope: Scope) -> Outcome {
        self.touched.clear();
        let condition = match &transition.condition {
            None => Condition::Always,
            Some(code) => match self.condition_of(code, scope) {
                Ok(condition) => condition,
                Err(Fault::Throws) => return Outcome::Fails(self.error("error.execution", None, code.span)),
                Err(Fault::Refused(why)) => {
                    self.refuse(code, &why);
                    return Outcome::Nothing;
                }
                Err(Fault::Untyped) => return Outcome::Nothing,
            },
        };
        if condition == Condition::Never {
            return Outcome::Nothing;
        }
        let mut steps = Vec::new();
        if let Scope::Event(number) = scope {
            steps.extend(self.keep_event_name(number, transition.span));
        }
        steps.extend(self.block(&transition.actions, scope));
        let Some(arrow) = self.arrow(source, transition) else { return Outcome::Nothing };
        let mut touched = std::mem::take(&mut self.touched);
        touched.sort();
        touched.dedup();
        Outcome::Branch(Branch {
            guard: condition.text(),
            arrow,
            steps,
            touched,
            comments: transition.comments.clone(),
            span: transition.span,
        })
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

impl Way {
    /// Adds what a transition has become.
    fn follow(&mut self, outcome: Outcome) {
        match outcome {
            Outcome::Nothing => {}
            Outcome::Fails(error) => self.errors.extend(error),
            Outcome::Branch(mut branch) => {
                branch.steps.splice(0..0, self.errors.iter().cloned());
                self.is_closed = branch.guard.is_none();
                self.branches.push(branch);
            }
        }
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
