//! What `fsmc diagram` can draw: machines, and systems on each of their levels.

use fsm_core::diagram::state::Chart;
use fsm_core::diagram::{Diagram, Options, c4, events};
use fsm_core::model::{Machine, PartKind, Program, System};
use fsm_core::suggest;

use super::{Arguments, Kind};
use crate::failure::Failure;
use crate::printable::escaped;
use crate::report::Report;
use crate::scenarios;

/// Everything of one kind that there is to draw, at least one.
pub(super) struct Subjects<'r> {
    /// What a subject is: "machine".
    pub(super) noun: &'static str,
    /// The option that chooses one.
    option: &'static str,
    pub(super) list: Vec<Subject<'r>>,
    /// What went wrong in what is drawn.
    pub(super) failures: Vec<Failure>,
}

/// One diagram.
pub(super) struct Subject<'r> {
    /// The name of what is drawn.
    pub(super) name: String,
    /// The name of its file, without extension.
    pub(super) file: String,
    /// What is drawn.
    pub(super) diagram: Diagram<'r>,
}

impl<'r> Subjects<'r> {
    /// The one subject, where there can be only one.
    pub(super) fn only(&self, taker: &str) -> Result<&Subject<'r>, Failure> {
        let (noun, option) = (self.noun, self.option);
        match self.list.as_slice() {
            [subject] => Ok(subject),
            all => {
                let names: Vec<_> = all.iter().map(|subject| format!("`{}`", subject.name)).collect();
                let message = format!("{taker} one diagram, and there are {} {noun}s: {}", all.len(), names.join(", "));
                let help =
                    format!("choose one by `{option} NAME`, or write all into a directory by `--output DIRECTORY/`");
                Err(Failure::new(message).help(help))
            }
        }
    }
}

impl Arguments {
    /// What is to be drawn.
    pub(super) fn subjects<'r>(&self, report: &'r Report, options: &'r Options) -> Result<Subjects<'r>, Failure> {
        let only_systems = report.machines().next().is_none() && report.systems().next().is_some();
        let kind = self.kind.unwrap_or(if only_systems { Kind::Context } else { Kind::State });
        self.refuse_idle_options(kind)?;
        let states = |machine: &'r Machine| self.states(report, machine, options);
        let mut failures = Vec::new();
        let (noun, option, list) = match kind {
            Kind::Sequence => {
                let drawn = self.sequences(report)?;
                let (drawn, failed): (Vec<_>, Vec<_>) = drawn.into_iter().unzip();
                failures.extend(failed.into_iter().flatten());
                ("scenario", "--scenario", drawn)
            }
            Kind::State => {
                let machines = self.chosen("machine", self.machine.as_deref(), report.machines(), name_of_machine)?;
                ("machine", "--machine", machines.into_iter().map(states).collect::<Result<_, _>>()?)
            }
            Kind::Code => {
                let machines = self.machines_of_systems(report)?;
                let types = self.classes(report, &machines)?;
                let both = machines.into_iter().map(states).zip(types);
                let both = both.map(|(states, types)| Ok([states?, types])).collect::<Result<Vec<_>, Failure>>()?;
                ("diagram", "--machine", both.into_iter().flatten().collect())
            }
            Kind::Class => {
                let machines = self.chosen("machine", self.machine.as_deref(), report.machines(), name_of_machine)?;
                ("machine", "--machine", self.classes(report, &machines)?)
            }
            Kind::Component => ("container", "--part", self.components(report, options)?),
            Kind::Context | Kind::Container | Kind::Events => {
                let systems = self.systems(report)?.into_iter();
                ("system", "--system", systems.map(|of| system_diagram(kind, of, options)).collect())
            }
        };
        Ok(Subjects { noun, option, list, failures })
    }

    /// What is wanted of the states of a machine.
    fn states<'r>(&self, report: &'r Report, machine: &'r Machine, options: &Options) -> Result<Subject<'r>, Failure> {
        let mut chart = Chart::new(machine, &report.texts.sources, options);
        if self.shown.coverage {
            chart.cover(&scenarios::coverage(report, machine).ok_or_else(|| {
                let message =
                    format!("the scenarios of `{}` cannot be run: there are errors in its file", machine.name.text);
                Failure::new(message).help("`fsmc validate` tells them")
            })?);
        }
        let chart = self.shown.select(chart, machine)?;
        Ok(Subject { name: name_of_machine(machine), file: name_of_machine(machine), diagram: Diagram::State(chart) })
    }

    /// An option that changes nothing is a misunderstanding.
    fn refuse_idle_options(&self, kind: Kind) -> Result<(), Failure> {
        let of_system = !matches!(kind, Kind::State | Kind::Class);
        let levels = matches!(kind, Kind::Context | Kind::Container | Kind::Component);
        let idle = [
            (
                "--machine",
                self.machine.is_some() && !matches!(kind, Kind::State | Kind::Class | Kind::Code | Kind::Sequence),
            ),
            ("--system", self.system.is_some() && !of_system),
            ("--part", self.part.is_some() && !matches!(kind, Kind::Component | Kind::Code | Kind::Sequence)),
            ("--scenario", self.scenario.is_some() && kind != Kind::Sequence),
            ("--notation", self.notation.is_some() && !levels),
        ];
        let of_states = self.shown.of_states().filter(|_| !matches!(kind, Kind::State | Kind::Code));
        let idle = idle.into_iter().find(|(_, is_idle)| *is_idle).map(|(option, _)| option);
        match idle.or(of_states) {
            Some(option) => Err(Failure::new(format!("`{option}` has no meaning for this kind of diagram"))
                .help("`--kind` says what is drawn; `fsmc diagram --help` lists what there is")),
            None => Ok(()),
        }
    }

    /// Those of this name, or all if none is wanted: at least one.
    pub(super) fn chosen<T: Copy>(
        &self,
        noun: &str,
        wanted: Option<&str>,
        all: impl Iterator<Item = T>,
        name: impl Fn(T) -> String,
    ) -> Result<Vec<T>, Failure> {
        let all: Vec<_> = all.collect();
        if all.is_empty() {
            return Err(Failure::of(&self.path, format!("there is no {noun} in it")));
        }
        let Some(wanted) = wanted else { return Ok(all) };
        let chosen: Vec<_> = all.iter().copied().filter(|&one| name(one) == wanted).collect();
        if chosen.is_empty() {
            let names: Vec<_> = all.into_iter().map(name).collect();
            let meant = suggest::closest(wanted, names.iter().map(String::as_str));
            let listed = || names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
            let help =
                meant.map_or_else(|| format!("there is {}", listed()), |meant| format!("did you mean `{meant}`?"));
            let message = format!("there is no {noun} `{}` in it", escaped(wanted));
            return Err(Failure::of(&self.path, message).help(help));
        }
        Ok(chosen)
    }

    fn systems<'r>(&self, report: &'r Report) -> Result<Vec<(&'r Program, &'r System)>, Failure> {
        let name = |(_, system): (&Program, &System)| system.name.text.clone();
        self.chosen("system", self.system.as_deref(), report.systems(), name)
    }

    /// The components of each container that has any.
    fn components<'r>(&self, report: &'r Report, options: &'r Options) -> Result<Vec<Subject<'r>>, Failure> {
        let systems = self.systems(report)?;
        let containers = systems.into_iter().flat_map(|(program, system)| {
            let holds = |(id, _): &(_, _)| system.children(*id).next().is_some();
            let containers = system.parts.enumerate().filter(|(_, part)| part.kind == PartKind::Container);
            containers.filter(holds).map(move |(id, _)| (program, system, id)).collect::<Vec<_>>()
        });
        let name = |(_, system, id): (&Program, &System, _)| system.parts[id].name.text.clone();
        let chosen = self.chosen("container with components", self.part.as_deref(), containers, name)?;
        let drawn = chosen.into_iter().map(|one @ (program, system, id)| Subject {
            name: name(one),
            file: format!("{}-{}-component", system.name.text, name(one)),
            diagram: Diagram::Level(c4::View::new(program, system, c4::Level::Component(id), options)),
        });
        Ok(drawn.collect())
    }

    /// The machines that run in the parts that are wanted, each once.
    fn machines_of_systems<'r>(&self, report: &'r Report) -> Result<Vec<&'r Machine>, Failure> {
        let parts = self
            .systems(report)?
            .into_iter()
            .flat_map(|(program, system)| system.parts.ids().map(move |id| (program, system, id)));
        let name = |(_, system, id): (&Program, &System, _)| system.parts[id].name.text.clone();
        let around = self.chosen("part", self.part.as_deref(), parts, name)?;
        let mut machines: Vec<&Machine> = Vec::new();
        for (program, system, around) in around {
            for id in system.parts.ids().filter(|&id| system.lineage(id).any(|part| part == around)) {
                let machine = program.machine_of(&system.parts[id]);
                machines.extend(machine.filter(|&found| !machines.iter().any(|known| std::ptr::eq(*known, found))));
            }
        }
        let noun = "machine that runs in a part";
        self.chosen(noun, self.machine.as_deref(), machines.into_iter(), name_of_machine)
    }
}

fn system_diagram<'r>(kind: Kind, (program, system): (&'r Program, &'r System), options: &'r Options) -> Subject<'r> {
    let level = |level| Diagram::Level(c4::View::new(program, system, level, options));
    let (word, diagram) = match kind {
        Kind::Container => ("container", level(c4::Level::Container)),
        Kind::Events => ("events", Diagram::Events(events::EventFlow::new(program, system, options))),
        _ => ("context", level(c4::Level::Context)),
    };
    let name = system.name.text.clone();
    Subject { file: format!("{name}-{word}"), name, diagram }
}

pub(super) fn name_of_machine(machine: &Machine) -> String {
    machine.name.text.clone()
}
