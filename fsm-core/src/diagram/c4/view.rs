//! Which parts and which relations a level shows, and with which words.

use super::Level;
use crate::diagram::flowchart::{description, kind_name};
use crate::diagram::{Hidden, Options};
use crate::model::{Id, Part, PartKind, Program, System};

/// One level of a system.
#[derive(Debug, Clone)]
pub struct View<'a> {
    pub(in crate::diagram) program: &'a Program,
    pub(in crate::diagram) system: &'a System,
    pub(in crate::diagram) level: Level,
    pub(in crate::diagram) options: &'a Options,
    /// What the boundary is drawn around; nothing at the level of the context.
    pub(in crate::diagram) boundary: Option<Id<Part>>,
    /// The parts that the diagram is about, in document order.
    pub(in crate::diagram) inside: Vec<Id<Part>>,
    /// The parts around them, in document order.
    pub(in crate::diagram) around: Vec<Id<Part>>,
    pub(in crate::diagram) arrows: Vec<Arrow>,
}

/// A relation at this level.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::diagram) struct Arrow {
    pub(in crate::diagram) from: Id<Part>,
    pub(in crate::diagram) to: Id<Part>,
    pub(in crate::diagram) label: Option<String>,
    pub(in crate::diagram) protocol: Option<String>,
}

/// What is said of a part.
pub(in crate::diagram) struct Words {
    pub(in crate::diagram) name: String,
    pub(in crate::diagram) technology: Option<String>,
    pub(in crate::diagram) port: Option<u16>,
    /// The machine that runs in it.
    pub(in crate::diagram) runs: Option<String>,
    pub(in crate::diagram) description: Option<String>,
}

impl<'a> View<'a> {
    /// What a level shows.
    #[must_use]
    pub fn new(program: &'a Program, system: &'a System, level: Level, options: &'a Options) -> Self {
        let boundary = match level {
            Level::Context => None,
            Level::Container => Some(System::root()),
            Level::Component(container) => Some(container),
        };
        let own = |&part: &Id<Part>| !system.parts[part].kind.is_outside();
        let inside = match boundary {
            None => vec![System::root()],
            Some(boundary) => system.children(boundary).filter(own).collect(),
        };
        let mut view =
            View { program, system, level, options, boundary, inside, around: Vec::new(), arrows: Vec::new() };
        view.collect_arrows();
        let is_end = |part: Id<Part>| view.arrows.iter().any(|arrow| arrow.from == part || arrow.to == part);
        let is_outside = |part: Id<Part>| system.parts[part].kind.is_outside();
        let is_around = |&part: &Id<Part>| {
            !view.inside.contains(&part) && (is_end(part) || level == Level::Context && is_outside(part))
        };
        view.around = system.parts.ids().filter(is_around).collect();
        view
    }

    /// The part that stands for `part` at this level.
    fn shown(&self, part: Id<Part>) -> Option<Id<Part>> {
        let system = self.system;
        if system.parts[part].kind.is_outside() {
            return Some(part);
        }
        match self.level {
            Level::Context => Some(System::root()),
            Level::Container => system.child_around(System::root(), part),
            Level::Component(container) if part == container => None,
            Level::Component(container) => {
                system.child_around(container, part).or_else(|| system.child_around(System::root(), part))
            }
        }
    }

    fn collect_arrows(&mut self) {
        let system = self.system;
        for relation in &system.relations {
            let (Some(from), Some(to)) = (self.shown(relation.from), self.shown(relation.to)) else { continue };
            let is_own = (from, to) == (relation.from, relation.to);
            let has_own = system.relations.iter().any(|other| (other.from, other.to) == (from, to));
            let is_ours = self.level == Level::Context || self.inside.contains(&from) || self.inside.contains(&to);
            if from == to || has_own && !is_own || !is_ours {
                continue;
            }
            let protocol = relation.protocol.clone().filter(|_| self.level != Level::Context);
            let arrow = Arrow { from, to, label: relation.label.clone(), protocol };
            if !self.arrows.contains(&arrow) {
                self.arrows.push(arrow);
            }
        }
    }

    /// The title: what is shown, and at which level.
    #[must_use]
    pub fn title(&self) -> String {
        let name = self.system.shown(System::root());
        match self.level {
            Level::Context => format!("{name}: system context"),
            Level::Container => format!("{name}: containers"),
            Level::Component(container) => format!("{name}: components of {}", self.system.shown(container)),
        }
    }

    pub(in crate::diagram) fn words(&self, id: Id<Part>) -> Words {
        let part = &self.system.parts[id];
        let detailed = self.level != Level::Context;
        let is_component = matches!(self.level, Level::Component(_));
        Words {
            name: self.system.shown(id).to_owned(),
            technology: part.technology.clone().filter(|_| detailed),
            port: part.port.filter(|_| detailed),
            runs: self.runs(part).filter(|_| is_component && self.inside.contains(&id)),
            description: description(part).filter(|_| !self.options.hidden.contains(&Hidden::Notes)),
        }
    }

    fn runs(&self, part: &Part) -> Option<String> {
        let machine = &self.program.machine_of(part)?.name.text;
        Some(match part.runs.as_ref()?.per {
            Some(per) => format!("runs {machine} per {}", self.program.type_name(per)),
            None => format!("runs {machine}"),
        })
    }

    pub(in crate::diagram) fn kind(&self, part: Id<Part>) -> PartKind {
        self.system.parts[part].kind
    }

    /// Whether a part only uses others: it is written first, and drawn above them.
    pub(in crate::diagram) fn is_user(&self, part: Id<Part>) -> bool {
        !self.arrows.iter().any(|arrow| arrow.to == part)
    }

    /// The parts that are shown, in the order in which they are written.
    pub(in crate::diagram) fn parts(&self) -> impl Iterator<Item = Id<Part>> {
        self.inside.iter().chain(&self.around).copied()
    }
}

impl Arrow {
    /// What it says: what for, and by which protocol.
    pub(in crate::diagram) fn lines(&self) -> Vec<String> {
        let protocol = self.protocol.iter().map(|protocol| format!("[{protocol}]"));
        self.label.iter().cloned().chain(protocol).collect()
    }
}

impl Words {
    /// What a box says: the name, then what else is known.
    pub(in crate::diagram) fn lines(&self, kind: PartKind) -> Vec<String> {
        let mut lines = vec![self.name.clone(), format!("[{}]", self.type_line(kind))];
        lines.extend(self.port.map(|port| format!("port {port}")));
        lines.extend(self.runs.iter().chain(&self.description).cloned());
        lines
    }

    /// `Container: Rust`
    pub(in crate::diagram) fn type_line(&self, kind: PartKind) -> String {
        let name = kind_name(kind);
        self.technology.as_ref().map_or_else(|| name.to_owned(), |technology| format!("{name}: {technology}"))
    }
}
