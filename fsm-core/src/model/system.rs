//! Systems: the parts that a program is made of, how they are related, and how the machines in them are wired.
//!
//! The system itself is the outermost part, [`System::root`]. Ids of parts are in document order, so what holds a part
//! always comes before it. Parts lie in each other as the levels of the C4 model do: the system, its containers, their
//! components.

use super::{Arena, Enum, Event, Expr, Id, Machine, Name, Notes, Output, Program, Type};
use crate::source::Span;

/// One system.
#[derive(Debug, Clone)]
pub struct System {
    /// The name.
    pub name: Name,
    /// The whole declaration.
    pub span: Span,
    /// All parts in document order; the first is [`System::root`].
    pub parts: Arena<Part>,
    /// The relations in document order.
    pub relations: Vec<Relation>,
    /// The flows of events in document order; a `*` is written out.
    pub flows: Vec<Flow>,
}

/// A person, a system, a container or a component.
#[derive(Debug, Clone)]
pub struct Part {
    /// The name.
    pub name: Name,
    /// Docs and label.
    pub notes: Notes,
    /// From the kind to the name.
    pub head: Span,
    /// The kind.
    pub kind: PartKind,
    /// The part that holds it; `None` only for the system itself.
    pub parent: Option<Id<Part>>,
    /// What it is made with.
    pub technology: Option<String>,
    /// Where it listens.
    pub port: Option<u16>,
    /// The machine that runs in it.
    pub runs: Option<Runs>,
}

/// The kinds of [`Part`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PartKind {
    /// The system that is described.
    System,
    /// Somebody who uses it.
    Person,
    /// Another system.
    External,
    /// Another system that keeps data.
    ExternalStore,
    /// Something that runs: an application, a service.
    Container,
    /// A part of a container.
    Component,
    /// Something that keeps data: a container of the system, or a component of a container.
    Store,
}

impl PartKind {
    /// The words in the language.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            PartKind::System => "system",
            PartKind::Person => "person",
            PartKind::External => "external",
            PartKind::ExternalStore => "external store",
            PartKind::Container => "container",
            PartKind::Component => "component",
            PartKind::Store => "store",
        }
    }

    /// Whether it lies outside of the system.
    #[must_use]
    pub fn is_outside(self) -> bool {
        matches!(self, PartKind::Person | PartKind::External | PartKind::ExternalStore)
    }
}

/// The machine that runs in a part.
#[derive(Debug, Clone)]
pub struct Runs {
    /// The machine.
    pub machine: MachineId,
    /// For each value of which type one machine runs; without it there is one.
    pub per: Option<Type>,
    /// Where the machine is named.
    pub span: Span,
}

/// A machine that a system can run: one of the root file, or of a file that it imports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum MachineId {
    /// The place in [`Program::machines`].
    Own(usize),
    /// The place in [`Program::imported`].
    Imported(usize),
}

/// What one part needs another for.
#[derive(Debug, Clone)]
pub struct Relation {
    /// The part that needs the other.
    pub from: Id<Part>,
    /// The other.
    pub to: Id<Part>,
    /// What for.
    pub label: Option<String>,
    /// By which protocol.
    pub protocol: Option<String>,
    /// The whole relation.
    pub span: Span,
}

/// An output of one part that another takes.
#[derive(Debug, Clone)]
pub struct Flow {
    /// The part whose machine emits it.
    pub from: Id<Part>,
    /// The output.
    pub output: Id<Output>,
    /// The part that takes it.
    pub to: Id<Part>,
    /// The event as which the machine of that part takes it; `None` where no machine runs.
    pub taken: Option<Taken>,
    /// The whole wiring.
    pub span: Span,
}

/// The event that an output becomes.
#[derive(Debug, Clone)]
pub struct Taken {
    /// The event.
    pub event: Id<Event>,
    /// Where its fields come from, in the order of the declaration.
    pub fields: Vec<FlowValue>,
}

/// Where a field of an event comes from.
#[derive(Debug, Clone)]
pub enum FlowValue {
    /// This field of the output.
    Field(usize),
    /// Always this value.
    Constant(Expr),
}

impl System {
    /// The system itself as a part.
    #[must_use]
    pub fn root() -> Id<Part> {
        Id::new(0)
    }

    /// The parts in a part, in document order.
    pub fn children(&self, of: Id<Part>) -> impl Iterator<Item = Id<Part>> {
        self.parts.enumerate().filter(move |(_, part)| part.parent == Some(of)).map(|(id, _)| id)
    }

    /// A part and what holds it, innermost first.
    pub fn lineage(&self, part: Id<Part>) -> impl Iterator<Item = Id<Part>> {
        std::iter::successors(Some(part), |&part| self.parts[part].parent)
    }

    /// The part that is shown for `part` among the parts in `scope`: itself, or what holds it there. Persons and other
    /// systems are always shown for themselves.
    #[must_use]
    pub fn child_around(&self, scope: Id<Part>, part: Id<Part>) -> Option<Id<Part>> {
        self.lineage(part).find(|&around| self.parts[around].parent == Some(scope))
    }

    /// The name of a part as it is shown.
    #[must_use]
    pub fn shown(&self, part: Id<Part>) -> &str {
        let part = &self.parts[part];
        part.notes.label.as_ref().unwrap_or(&part.name.text)
    }
}

impl Program {
    /// The enums of the files and of [`Program::machines`]: neither of imported machines, nor of machines that are left out.
    pub fn own_enums(&self) -> impl Iterator<Item = &Enum> {
        let is_owner = |machine: &Machine, declared: &Enum| {
            declared.machine.as_ref() == Some(&machine.name.text) && declared.name.span.file == machine.span.file
        };
        let own = move |declared: &&Enum| {
            declared.machine.is_none() || self.machines.iter().any(|machine| is_owner(machine, declared))
        };
        self.enums.iter().filter(own)
    }

    /// The machine that a part runs.
    #[must_use]
    pub fn machine_of<'p>(&'p self, part: &Part) -> Option<&'p Machine> {
        self.machine(part.runs.as_ref()?.machine)
    }

    /// A machine of the program, or one that it imports.
    #[must_use]
    pub fn machine(&self, id: MachineId) -> Option<&Machine> {
        match id {
            MachineId::Own(index) => self.machines.get(index),
            MachineId::Imported(index) => self.imported.get(index),
        }
    }
}

impl Flow {
    /// The output, and the event that it becomes.
    #[must_use]
    pub fn ends<'p>(&self, program: &'p Program, system: &System) -> Option<(&'p Output, Option<&'p Event>)> {
        let output = &program.machine_of(&system.parts[self.from])?.outputs[self.output];
        let event = match &self.taken {
            Some(taken) => Some(&program.machine_of(&system.parts[self.to])?.events[taken.event]),
            None => None,
        };
        Some((output, event))
    }
}
