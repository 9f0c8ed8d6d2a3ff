//! Which pages a site has, and what stands on them.

use std::collections::{BTreeMap, BTreeSet};

use fsm_core::diagnostic::Severity;
use fsm_core::model::{Part, Program, System};
use fsm_core::source::Span;

use crate::document::system::SystemSubject;
use crate::document::{Block, Line, Matter, Reference, Section, Subject, Table, Tone, machine, prose, system};
use crate::render::scenarios::covered;

/// A site.
pub(crate) struct Site<'r> {
    /// What it is called.
    pub(crate) title: String,
    matter: &'r Matter<'r>,
    /// The machines, each with the path of its page.
    pub(super) machines: Vec<(Subject<'r>, String)>,
    /// The systems, each with the path of its page.
    pub(super) systems: Vec<(&'r Program, &'r System, String)>,
    /// The pages of machines, by where their names stand: an imported machine is that of its own file.
    by_place: BTreeMap<(String, usize), String>,
}

/// A page.
pub(crate) struct Page {
    /// Its path from the directory of the site, without extension.
    pub(crate) path: String,
    /// What it is about: `Door`.
    pub(crate) title: String,
    /// What that is: `machine`; nothing for the first page.
    pub(crate) kind: &'static str,
    /// What stands on it.
    pub(crate) sections: Vec<Section>,
}

impl<'r> Site<'r> {
    /// The site about all that was read.
    pub(crate) fn new(title: String, matter: &'r Matter<'r>) -> Self {
        let mut paths = Paths::default();
        let mut machines: Vec<_> =
            matter.subjects().map(|subject| (subject, paths.unique("machines", &subject.machine.name.text))).collect();
        let systems = matter.report.systems();
        let mut systems: Vec<_> =
            systems.map(|(program, system)| (program, system, paths.unique("systems", &system.name.text))).collect();
        machines.sort_by_key(|(subject, _)| subject.machine.name.text.to_lowercase());
        systems.sort_by_key(|(_, system, _)| system.shown(System::root()).to_lowercase());
        let by_place =
            machines.iter().map(|(subject, path)| (place(matter, subject.machine.name.span), path.clone())).collect();
        Site { title, matter, machines, systems, by_place }
    }

    /// All pages; the first is the one that people come to.
    pub(super) fn pages(&self) -> Vec<Page> {
        let machines = self.machines.iter().map(|(subject, path)| Page {
            path: path.clone(),
            title: subject.machine.name.text.clone(),
            kind: "machine",
            sections: machine::sections(subject),
        });
        let page_of = |program: &Program, part: &Part| {
            let machine = program.machine_of(part)?;
            self.by_place.get(&place(self.matter, machine.name.span)).cloned().map(Reference::Page)
        };
        let systems = self.systems.iter().map(|(program, system, path)| Page {
            path: path.clone(),
            title: system.shown(System::root()).to_owned(),
            kind: "system",
            sections: system::sections(&SystemSubject { program, system, page_of: &|part| page_of(program, part) }),
        });
        std::iter::once(self.first_page()).chain(systems).chain(machines).collect()
    }

    /// The pages to go to, under what they are: path and title.
    pub(super) fn contents(&self) -> [(&'static str, Vec<(&str, &str)>); 2] {
        let systems = self.systems.iter().map(|(_, system, path)| (path.as_str(), system.shown(System::root())));
        let machines = self.machines.iter().map(|(subject, path)| (path.as_str(), subject.machine.name.text.as_str()));
        [("Systems", systems.collect()), ("Machines", machines.collect())]
    }

    fn first_page(&self) -> Page {
        let systems = self.systems.iter().map(|(_, system, path)| {
            let root = &system.parts[System::root()];
            let name = Line::new().reference(Reference::Page(path.clone()), system.shown(System::root()));
            vec![
                name,
                Line::from(prose::summary(&root.notes.docs.join("\n")).as_str()),
                Line::from(count(system.parts.len() - 1, "part").as_str()),
            ]
        });
        let machines = self.machines.iter().map(|(subject, path)| overview(subject, path));
        let systems = Table::new(&["System", "Description", "Size"], systems.collect()).blocks();
        let machines =
            Table::new(&["Machine", "Description", "Size", "Scenarios", "Findings"], machines.collect()).blocks();
        let sections = [
            Section::unless_empty("systems", "Systems", systems),
            Section::unless_empty("machines", "Machines", machines),
            Section::unless_empty("unread", "Not read", self.unread()),
        ];
        let sections = sections.into_iter().flatten().collect();
        Page { path: "index".to_owned(), title: self.title.clone(), kind: "", sections }
    }

    /// What a reader may miss here: files that could not be read, and findings outside of all machines.
    fn unread(&self) -> Vec<Block> {
        let failures = self.matter.report.failures.iter().map(|failure| Line::from(failure.line().as_str()));
        let failures: Vec<_> = failures.collect();
        if failures.is_empty() { Vec::new() } else { vec![Block::List(failures)] }
    }
}

/// A machine in one line.
fn overview(subject: &Subject<'_>, path: &str) -> Vec<Line> {
    let machine = subject.machine;
    let size = format!("{}, {}", count(machine.states.len() - 1, "state"), count(machine.events.len(), "event"));
    vec![
        Line::new().reference(Reference::Page(path.to_owned()), machine.name.text.clone()),
        Line::from(prose::summary(&machine.notes.docs.join("\n")).as_str()),
        Line::from(size.as_str()),
        scenarios(subject),
        findings(subject),
    ]
}

/// How the scenarios ended, and how many of the transitions they take.
fn scenarios(subject: &Subject<'_>) -> Line {
    let all = subject.results().count();
    let failed = subject.results().filter(|result| result.outcome.failure.is_some()).count();
    let verdict = match (all, failed) {
        (0, _) => return Line::from("none"),
        (_, 0) => Line::new().mark(Tone::Good, format!("{all} passed")),
        _ => Line::new().mark(Tone::Bad, format!("{failed} of {all} failed")),
    };
    let covered = subject.reached().map(|reached| covered(&subject.matter.report.texts, reached).transitions);
    let covered = covered.map(|share| format!("{} of {}", share.reached(), count(share.all, "transition")));
    Line::stacked([verdict, Line::from(covered.unwrap_or_default().as_str())])
}

fn findings(subject: &Subject<'_>) -> Line {
    let of = |severity| subject.findings().filter(move |finding| finding.severity() == severity).count();
    let counted = [(of(Severity::Error), "error", Tone::Bad), (of(Severity::Warning), "warning", Tone::Warning)];
    let told = counted.into_iter().filter(|(number, ..)| *number > 0);
    let told: Vec<_> = told.map(|(number, word, tone)| Line::new().mark(tone, count(number, word))).collect();
    if told.is_empty() { Line::new().mark(Tone::Good, "none") } else { Line::joined(told, ", ") }
}

/// `1 state`, `2 states`.
fn count(number: usize, word: &str) -> String {
    format!("{number} {word}{}", if number == 1 { "" } else { "s" })
}

/// Where something stands, in a form by which places are the same or not.
fn place(matter: &Matter<'_>, span: Span) -> (String, usize) {
    let place = matter.report.texts.place(span);
    (place.file.name().to_owned(), place.range.start)
}

/// The paths that are taken, as file systems see them that do not tell capital letters apart.
#[derive(Default)]
struct Paths(BTreeSet<String>);

impl Paths {
    /// A path for a page that no other page has.
    fn unique(&mut self, folder: &str, name: &str) -> String {
        let mut number = 1;
        loop {
            let path = if number == 1 { format!("{folder}/{name}") } else { format!("{folder}/{name}-{number}") };
            if self.0.insert(path.to_lowercase()) {
                return path;
            }
            number += 1;
        }
    }
}
