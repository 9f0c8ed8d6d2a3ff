//! What the machine would do with which event now.

use std::collections::BTreeSet;

use fsm_core::model::{Branch, Condition, Event, Expr, ExprKind, Id, Machine, Place, Reaction, Trigger};

use super::definition::{Definition, Function};
use super::host::StepHost;
use super::records::{GuardNow, Named, Offer, OfferedReaction};
use super::session::Session;

/// The events that something reacts to now, in the order of their declaration: their numbers are their places here.
pub(crate) fn offered(session: &Session<'_>) -> Vec<Id<Event>> {
    let events = session.definition.events().map(|(id, _)| id);
    events.filter(|&event| !candidates(session, event).is_empty()).collect()
}

/// The events that something reacts to now, with what may react, and the names of the others.
pub(crate) fn offers(session: &Session<'_>) -> (Vec<Offer>, Vec<String>) {
    let definition = &session.definition;
    let offered = offered(session);
    let is_offered = |id: &Id<Event>| offered.contains(id);
    let others = definition.events().map(|(id, _)| id).filter(|id| !is_offered(id));
    let others = others.map(|id| definition.event(id).to_owned()).collect();
    let offers = offered.iter().zip(1..).map(|(&event, number)| offer(session, event, number)).collect();
    (offers, others)
}

fn offer(session: &Session<'_>, event: Id<Event>, number: usize) -> Offer {
    let definition = &session.definition;
    let fields = definition.machine.events[event].fields.iter();
    Offer {
        number,
        event: definition.event(event).to_owned(),
        fields: Named(fields.map(|field| (field.name.text.clone(), definition.program.type_name(field.ty))).collect()),
        reactions: candidates(session, event).into_iter().flat_map(|id| reactions(session, id)).collect(),
    }
}

/// The reactions that an event meets, from each innermost state outwards, each once.
fn candidates(session: &Session<'_>, event: Id<Event>) -> Vec<Id<Reaction>> {
    let machine = session.definition.machine;
    if session.interpreter().is_terminated() {
        return Vec::new();
    }
    let mut seen = BTreeSet::new();
    let met = session.interpreter().innermost().flat_map(|state| machine.candidates(state, event));
    met.filter(|id| seen.insert(*id)).collect()
}

/// The ways in which a reaction may go.
fn reactions(session: &Session<'_>, id: Id<Reaction>) -> Vec<OfferedReaction> {
    let definition = &session.definition;
    let reaction = &definition.machine.reactions[id];
    let state = definition.state(reaction.source);
    let any = if matches!(reaction.trigger, Trigger::Any) { "* " } else { "" };
    let offered =
        |text: String, guard| OfferedReaction { state: state.clone(), reaction: format!("{any}{text}"), guard };
    match &reaction.trigger {
        Trigger::Ignore(_) => vec![offered("ignore".to_owned(), GuardNow::None)],
        Trigger::Defer(_) => vec![offered("defer".to_owned(), GuardNow::None)],
        _ => {
            let branches = reaction.branches.iter();
            branches.map(|branch| offered(definition.tail(branch), guard(session, branch))).collect()
        }
    }
}

/// What the guard of a branch says now.
fn guard(session: &Session<'_>, branch: &Branch) -> GuardNow {
    let Condition::Guard(guard) = &branch.condition else { return GuardNow::None };
    let definition = &session.definition;
    let wanted = Wanted::of(definition, guard, |function| session.answers.contains_key(&function));
    if wanted.event {
        return GuardNow::AsksEvent;
    }
    if wanted.host {
        return GuardNow::AsksHost;
    }
    // What the host would be asked is known.
    let mut answers = session.answers.clone();
    let mut host = StepHost::new(*definition, &mut answers, false);
    match session.interpreter().evaluate(guard, &mut host) {
        Some(fsm_core::interpreter::Value::Bool(true)) => GuardNow::True,
        _ => GuardNow::False,
    }
}

/// What has to be known before a guard has a value.
#[derive(Debug, Default)]
struct Wanted {
    /// The payload of the event.
    event: bool,
    /// An answer of the host that was not given.
    host: bool,
}

impl Wanted {
    fn of(definition: &Definition<'_>, guard: &Expr, is_given: impl Fn(Function) -> bool) -> Self {
        let machine: &Machine = definition.machine;
        let mut wanted = Wanted::default();
        let mut seen = BTreeSet::new();
        let mut pending = vec![guard];
        while let Some(expr) = pending.pop() {
            expr.walk(&mut |part| match &part.kind {
                ExprKind::EventField { .. }
                | ExprKind::Narrow(Place::EventField { .. }, _)
                | ExprKind::Narrowed(Place::EventField { .. }) => wanted.event = true,
                ExprKind::Guard(id, _) => match &machine.guards[*id].body {
                    Some(body) if seen.insert(*id) => pending.push(body),
                    Some(_) => {}
                    None => wanted.host |= !is_given(Function::Guard(*id)),
                },
                _ => {}
            });
        }
        wanted
    }
}
