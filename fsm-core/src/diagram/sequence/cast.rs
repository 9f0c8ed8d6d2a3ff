//! Who takes part in a scenario: the machine, or the part in which it runs; the parts that send what it takes and take
//! what it sends; and, for all that nobody is known for, the environment and the host.

use super::words::shown;
use super::{Participant, ParticipantKind};
use crate::interpreter::{Interpreter, NoHost, Occurrence, Value};
use crate::model::{Arena, Event, Flow, FlowValue, Id, Machine, Output, Part, PartKind, Program, System};
use crate::source::Sources;

/// Where a machine runs.
#[derive(Debug, Clone, Copy)]
pub struct Stage<'p> {
    /// The system.
    pub system: &'p System,
    /// The part of it.
    pub part: Id<Part>,
}

/// The parts of the systems of a program in which a machine runs, in document order.
#[must_use]
pub fn stages<'p>(program: &'p Program, machine: &Machine) -> Vec<Stage<'p>> {
    let all = program.systems.iter().flat_map(|system| system.parts.ids().map(move |part| Stage { system, part }));
    let runs = |stage: &Stage<'_>| {
        program.machine_of(&stage.system.parts[stage.part]).is_some_and(|found| std::ptr::eq(found, machine))
    };
    all.filter(runs).collect()
}

/// Those who take part.
pub(super) struct Cast<'p> {
    program: &'p Program,
    machine: &'p Machine,
    sources: &'p Sources,
    stage: Option<Stage<'p>>,
    roles: Vec<Role>,
    pub(super) participants: Arena<Participant>,
    /// Those who have taken part, in the order in which they did so first.
    pub(super) order: Vec<Id<Participant>>,
}

/// What a participant stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    Machine,
    Part(Id<Part>),
    Environment,
    Host,
}

/// A participant at the other end of a message, and what the message is called there if that is another name.
pub(super) struct End {
    pub(super) participant: Id<Participant>,
    pub(super) name: Option<String>,
}

impl<'p> Cast<'p> {
    pub(super) fn new(
        program: &'p Program,
        machine: &'p Machine,
        sources: &'p Sources,
        stage: Option<Stage<'p>>,
    ) -> Self {
        let mut cast = Cast {
            program,
            machine,
            sources,
            stage,
            roles: Vec::new(),
            participants: Arena::default(),
            order: Vec::new(),
        };
        cast.participant(Role::Machine);
        cast
    }

    /// The machine.
    pub(super) fn machine() -> Id<Participant> {
        // It is the first.
        Id::new(0)
    }

    /// The host of the machine.
    pub(super) fn host(&mut self) -> Id<Participant> {
        self.participant(Role::Host)
    }

    /// Who sends an event: the part whose output becomes it. An event that no output becomes, in a part that just one
    /// person or other system uses, comes from there.
    pub(super) fn sender(&mut self, occurrence: &Occurrence) -> End {
        let Some(stage) = self.stage else { return self.nobody() };
        let flows: Vec<_> = stage.system.flows.iter().filter(|flow| self.becomes(stage, flow, occurrence)).collect();
        let is_wired = stage.system.flows.iter().any(|flow| is_event(stage, flow, occurrence.event));
        match flows.as_slice() {
            [first, others @ ..]
                if others.iter().all(|flow| (flow.from, flow.output) == (first.from, first.output)) =>
            {
                let participant = self.participant(Role::Part(first.from));
                End { participant, name: self.renamed(stage, first) }
            }
            [] if !is_wired => {
                let role = only_user(stage).map_or(Role::Environment, Role::Part);
                End { participant: self.participant(role), name: None }
            }
            _ => self.nobody(),
        }
    }

    /// Who takes an output.
    pub(super) fn takers(&mut self, output: Id<Output>) -> Vec<End> {
        let Some(stage) = self.stage else { return vec![self.nobody()] };
        let flows = stage.system.flows.iter().filter(|flow| flow.from == stage.part && flow.output == output);
        let flows: Vec<_> = flows.collect();
        if flows.is_empty() {
            return vec![self.nobody()];
        }
        let ends = flows.into_iter().map(|flow| {
            let name = self.taken_as(stage, flow);
            End { participant: self.participant(Role::Part(flow.to)), name }
        });
        ends.collect()
    }

    /// Somebody takes part.
    pub(super) fn appears(&mut self, participant: Id<Participant>) {
        if !self.order.contains(&participant) {
            self.order.push(participant);
        }
    }

    fn nobody(&mut self) -> End {
        End { participant: self.participant(Role::Environment), name: None }
    }

    /// Whether a flow leads to this event with these values.
    fn becomes(&self, stage: Stage<'_>, flow: &Flow, occurrence: &Occurrence) -> bool {
        let fits = |(value, found): (&FlowValue, &Value)| match value {
            FlowValue::Field(_) => true,
            FlowValue::Constant(constant) => {
                let interpreter = Interpreter::new(self.sources, self.machine);
                interpreter.evaluate(constant, &mut NoHost).is_none_or(|value| value == *found)
            }
        };
        is_event(stage, flow, occurrence.event)
            && flow.taken.iter().all(|taken| taken.fields.iter().zip(&occurrence.fields).all(fits))
    }

    /// The name of the output that becomes an event of another name.
    fn renamed(&self, stage: Stage<'_>, flow: &Flow) -> Option<String> {
        let (output, event) = flow.ends(self.program, stage.system)?;
        (event?.name.text != output.name.text).then(|| shown(&output.name.text, &output.notes).to_owned())
    }

    /// The name of the event of another name that an output becomes.
    fn taken_as(&self, stage: Stage<'_>, flow: &Flow) -> Option<String> {
        let (output, event) = flow.ends(self.program, stage.system)?;
        let event = event?;
        (event.name.text != output.name.text).then(|| shown(&event.name.text, &event.notes).to_owned())
    }

    /// The participant of this role.
    fn participant(&mut self, role: Role) -> Id<Participant> {
        let role = match (role, self.stage) {
            (Role::Part(part), Some(stage)) if part == stage.part => Role::Machine,
            _ => role,
        };
        if let Some(known) = self.roles.iter().position(|known| *known == role) {
            return Id::new(known);
        }
        self.roles.push(role);
        self.participants.push(self.described(role))
    }

    fn described(&self, role: Role) -> Participant {
        let (name, label, kind) = match (role, self.stage) {
            (Role::Part(part), Some(stage)) => {
                let kind = match stage.system.parts[part].kind {
                    PartKind::Person => ParticipantKind::Person,
                    PartKind::Store | PartKind::ExternalStore => ParticipantKind::Store,
                    PartKind::System | PartKind::External | PartKind::Container | PartKind::Component => {
                        ParticipantKind::Part
                    }
                };
                (stage.system.parts[part].name.text.as_str(), stage.system.shown(part), kind)
            }
            (Role::Machine, Some(Stage { system, part })) => {
                (system.parts[part].name.text.as_str(), system.shown(part), ParticipantKind::Machine)
            }
            (Role::Machine, None) => {
                let name = self.machine.name.text.as_str();
                (name, shown(name, &self.machine.notes), ParticipantKind::Machine)
            }
            (Role::Host, _) => ("host", "host", ParticipantKind::Host),
            (Role::Environment | Role::Part(_), _) => ("environment", "environment", ParticipantKind::Environment),
        };
        Participant { name: name.to_owned(), label: label.to_owned(), kind }
    }
}

fn is_event(stage: Stage<'_>, flow: &Flow, event: Id<Event>) -> bool {
    flow.to == stage.part && flow.taken.as_ref().is_some_and(|taken| taken.event == event)
}

/// The one person or other system that has a relation to the part.
fn only_user(stage: Stage<'_>) -> Option<Id<Part>> {
    let parts = &stage.system.parts;
    let relations = stage.system.relations.iter();
    let mut users: Vec<_> = relations
        .filter(|relation| relation.to == stage.part && parts[relation.from].kind.is_outside())
        .map(|relation| relation.from)
        .collect();
    users.dedup();
    match users.as_slice() {
        [user] => Some(*user),
        _ => None,
    }
}
