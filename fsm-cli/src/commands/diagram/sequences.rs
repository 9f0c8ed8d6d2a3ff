//! What `fsmc diagram --kind sequence` draws: the scenarios of machines, each run and told as messages.

use fsm_core::diagram::Diagram;
use fsm_core::diagram::sequence::{Stage, sequence, stages};
use fsm_core::model::{Machine, Program, Scenario, System};

use super::Arguments;
use super::subjects::{Subject, name_of_machine};
use crate::failure::Failure;
use crate::report::Report;

/// A machine in its program.
type Of<'r> = (&'r Program, &'r Machine);

impl Arguments {
    /// The scenarios that are wanted, drawn, and how each failed, if it did.
    pub(super) fn sequences(&self, report: &Report) -> Result<Vec<(Subject<'static>, Option<Failure>)>, Failure> {
        if report.sound().next().is_none() {
            let failure = Failure::of(&self.path, "scenarios cannot be run, since there are errors in it");
            return Err(failure.help("`fsmc validate` tells them"));
        }
        let name = |(_, machine): Of<'_>| name_of_machine(machine);
        let with_scenarios = machines(report).into_iter().filter(|(_, machine)| !machine.scenarios.is_empty());
        let noun = "machine with scenarios";
        let machines = self.chosen(noun, self.machine.as_deref(), with_scenarios, name)?;
        let all = machines.into_iter().flat_map(|(program, machine)| {
            machine.scenarios.iter().map(move |scenario| ((program, machine), scenario))
        });
        let title = |(_, scenario): (Of<'_>, &Scenario)| scenario.name.text.clone();
        let wanted = self.chosen("scenario", self.scenario.as_deref(), all, title)?;
        wanted.into_iter().map(|(of, scenario)| self.sequence(report, of, scenario)).collect()
    }

    fn sequence(
        &self,
        report: &Report,
        (program, machine): Of<'_>,
        scenario: &Scenario,
    ) -> Result<(Subject<'static>, Option<Failure>), Failure> {
        let stage = self.stage(program, machine)?;
        let (told, outcome) = sequence(program, machine, scenario, &report.texts.sources, stage);
        let title = &scenario.name.text;
        let failure = outcome.failure.map(|failure| {
            let failure = Failure::new(format!("the scenario `{title}` fails: {}", failure.finding.message));
            failure.help("it is drawn up to there; `fsmc test` tells more")
        });
        let file = format!("{}-{}", machine.name.text, file_name(title));
        Ok((Subject { name: title.clone(), file, diagram: Diagram::Sequence(told) }, failure))
    }

    /// The part in which a machine runs: the one that is wanted, or the first.
    fn stage<'r>(&self, program: &'r Program, machine: &Machine) -> Result<Option<Stage<'r>>, Failure> {
        let is_wanted = |system: &System| self.system.as_ref().is_none_or(|wanted| system.name.text == *wanted);
        let stages = stages(program, machine).into_iter().filter(|stage| is_wanted(stage.system));
        if self.system.is_none() && self.part.is_none() {
            return Ok(stages.into_iter().next());
        }
        let name = |stage: Stage<'_>| stage.system.parts[stage.part].name.text.clone();
        let noun = format!("part that runs `{}`", machine.name.text);
        Ok(self.chosen(&noun, self.part.as_deref(), stages, name)?.into_iter().next())
    }
}

/// The machines of the programs without errors, and those of other files that their systems run.
fn machines(report: &Report) -> Vec<Of<'_>> {
    let sources = &report.texts.sources;
    let place = |machine: &Machine| (sources.file(machine.span.file).name(), machine.span.range().start);
    let mut machines: Vec<Of<'_>> = Vec::new();
    for program in report.sound() {
        for machine in program.machines.iter().chain(&program.imported) {
            // A file that is read for itself and imported elsewhere: where a system runs its machine, more is known.
            match machines.iter_mut().find(|(_, known)| place(known) == place(machine)) {
                Some(known) if stages(known.0, known.1).is_empty() => *known = (program, machine),
                Some(_) => {}
                None => machines.push((program, machine)),
            }
        }
    }
    machines
}

/// A title as the name of a file: its words, in lower case.
fn file_name(title: &str) -> String {
    let words = title.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect::<Vec<_>>().join("-")
}
