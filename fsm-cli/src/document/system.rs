//! What there is to say of a system: its levels, each with its diagram and its parts, and who sends which events to whom.
//!
//! A part leads on: from the system to its containers, from a container to its components, from what runs a machine to
//! the machine.

use std::collections::BTreeMap;

use fsm_core::diagram::{Options, c4, events};
use fsm_core::model::{Flow, Id, Part, PartKind, Program, Relation, System};

use super::machine::description;
use super::{Block, Drawing, Line, Picture, Reference, Section, Table, Tone};

/// A system to write about.
#[derive(Clone, Copy)]
pub(crate) struct SystemSubject<'r> {
    pub(crate) program: &'r Program,
    pub(crate) system: &'r System,
    /// The page about the machine that a part runs.
    pub(crate) page_of: &'r dyn Fn(&Part) -> Option<Reference>,
}

/// All that there is to say of a system.
pub(crate) fn sections(subject: &SystemSubject<'_>) -> Vec<Section> {
    let system = subject.system;
    let root = &system.parts[System::root()];
    let docs = root.notes.docs.join("\n");
    let overview = if docs.trim().is_empty() { Vec::new() } else { vec![Block::Prose(docs)] };
    let mut sections: Vec<_> = Section::unless_empty("overview", "Overview", overview).into_iter().collect();
    sections.push(level(subject, "context", "Context", c4::Level::Context));
    if system.children(System::root()).any(|part| !system.parts[part].kind.is_outside()) {
        sections.push(level(subject, "containers", "Containers", c4::Level::Container));
    }
    for container in containers(system) {
        let title = format!("Components of {}", system.shown(container));
        sections.push(level(subject, &components(system, container), &title, c4::Level::Component(container)));
    }
    sections.extend(flows(subject));
    sections
}

/// The containers that have components.
fn containers(system: &System) -> impl Iterator<Item = Id<Part>> {
    let of_kind = system.parts.enumerate().filter(|(_, part)| part.kind == PartKind::Container);
    of_kind.map(|(id, _)| id).filter(|&id| system.children(id).next().is_some())
}

/// The id of the section about the components of a container.
fn components(system: &System, container: Id<Part>) -> String {
    format!("components-{}", system.parts[container].name.text)
}

/// A level: its diagram, its parts and their relations.
fn level(subject: &SystemSubject<'_>, id: &str, title: &str, level: c4::Level) -> Section {
    let SystemSubject { program, system, .. } = *subject;
    let options = Options::default();
    let view = c4::View::new(program, system, level, &options);
    let drawing = Drawing {
        title: format!("{title} of {}", system.shown(System::root())),
        mermaid: view.flowchart(),
        picture: Picture::Graph(view.graph()),
        links: links(subject),
    };
    let mut blocks = vec![Block::Drawing(drawing)];
    let parts = system.parts.ids().filter(|&part| is_told(system, part, level));
    let rows = parts.map(|part| row(subject, part)).collect();
    blocks.extend(Table::new(&["Part", "Kind", "Technology", "Port", "Runs", "Description"], rows).blocks());
    if level == c4::Level::Container {
        let rows = system.relations.iter().map(|relation| relation_row(system, relation)).collect();
        blocks.extend(Table::new(&["From", "To", "For", "By"], rows).blocks());
    }
    Section { id: id.to_owned(), title: Line::from(title), blocks }
}

/// Whether a part is described at a level: each is at one.
fn is_told(system: &System, part: Id<Part>, level: c4::Level) -> bool {
    let of = &system.parts[part];
    match level {
        c4::Level::Context => part == System::root() || of.kind.is_outside(),
        c4::Level::Container => of.parent == Some(System::root()) && !of.kind.is_outside(),
        c4::Level::Component(container) => of.parent == Some(container),
    }
}

fn row(subject: &SystemSubject<'_>, id: Id<Part>) -> Vec<Line> {
    let system = subject.system;
    let part = &system.parts[id];
    let machine = subject.program.machine_of(part).map(|machine| machine.name.text.clone());
    let runs = machine.map(|name| match (subject.page_of)(part) {
        Some(page) => Line::new().reference(page, name),
        None => Line::of_code(name),
    });
    let per = part.runs.as_ref().and_then(|runs| runs.per).map(|per| subject.program.type_name(per));
    let per = per.map(|per| Line::from("one for each ").code(per));
    vec![
        name(system, id),
        Line::new().mark(Tone::Plain, part.kind.word()),
        Line::from(part.technology.as_deref().unwrap_or_default()),
        part.port.map(|port| Line::of_code(port.to_string())).unwrap_or_default(),
        Line::joined(runs.into_iter().chain(per), ", "),
        described(part, system.shown(id)),
    ]
}

/// The name of a part, which leads to what is inside it.
fn name(system: &System, id: Id<Part>) -> Line {
    match inside(system, id) {
        Some(section) => Line::new().reference(Reference::Here(section), system.shown(id)),
        None => Line::from(system.shown(id)),
    }
}

/// The section about what is inside a part.
fn inside(system: &System, id: Id<Part>) -> Option<String> {
    if id == System::root() {
        return Some("containers".to_owned());
    }
    containers(system).any(|container| container == id).then(|| components(system, id))
}

/// Where the boxes of a diagram lead: one level down, or to the machine that runs there.
fn links(subject: &SystemSubject<'_>) -> BTreeMap<String, Reference> {
    let system = subject.system;
    let lead = |(id, part): (Id<Part>, &Part)| {
        let to = inside(system, id).map(Reference::Here).or_else(|| (subject.page_of)(part))?;
        Some((part.name.text.clone(), to))
    };
    system.parts.enumerate().filter_map(lead).collect()
}

/// What is said of a part, without the label that is its name.
fn described(part: &Part, shown: &str) -> Line {
    let mut notes = part.notes.clone();
    notes.label = notes.label.filter(|label| label != shown);
    description(&notes)
}

fn relation_row(system: &System, relation: &Relation) -> Vec<Line> {
    vec![
        Line::from(system.shown(relation.from)),
        Line::from(system.shown(relation.to)),
        Line::from(relation.label.as_deref().unwrap_or_default()),
        Line::from(relation.protocol.as_deref().unwrap_or_default()),
    ]
}

/// Who sends which events to whom.
fn flows(subject: &SystemSubject<'_>) -> Option<Section> {
    let SystemSubject { program, system, .. } = *subject;
    if system.flows.is_empty() {
        return None;
    }
    let options = Options::default();
    let flow = events::EventFlow::new(program, system, &options);
    let drawing = Drawing {
        title: format!("Events in {}", system.shown(System::root())),
        mermaid: flow.flowchart(),
        picture: Picture::Graph(flow.graph()),
        links: links(subject),
    };
    let rows = system.flows.iter().filter_map(|flow| flow_row(program, system, flow)).collect();
    let mut blocks = vec![Block::Drawing(drawing)];
    blocks.extend(Table::new(&["From", "Output", "To", "Taken as"], rows).blocks());
    Section::unless_empty("events", "Events", blocks)
}

fn flow_row(program: &Program, system: &System, flow: &Flow) -> Option<Vec<Line>> {
    let (output, event) = flow.ends(program, system)?;
    let taken = event.map(|event| Line::of_code(&event.name.text)).unwrap_or_default();
    Some(vec![
        Line::from(system.shown(flow.from)),
        Line::of_code(&output.name.text),
        Line::from(system.shown(flow.to)),
        taken,
    ])
}
