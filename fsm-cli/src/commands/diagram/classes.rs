//! What `fsmc diagram --kind class` draws: the types that are generated from machines.

use fsm_core::diagnostic::Diagnostics;
use fsm_core::diagram::Diagram;
use fsm_core::diagram::classes::Classes;
use fsm_core::model::{Machine, Program};

use super::Arguments;
use super::subjects::Subject;
use crate::failure::Failure;
use crate::report::Report;

impl Arguments {
    /// The types of machines, drawn.
    pub(super) fn classes(&self, report: &Report, machines: &[&Machine]) -> Result<Vec<Subject<'static>>, Failure> {
        machines.iter().map(|machine| self.types(report, machine)).collect()
    }

    fn types(&self, report: &Report, machine: &Machine) -> Result<Subject<'static>, Failure> {
        let name = &machine.name.text;
        let Some(program) = report.sound().find(|program| holds(program, machine)) else {
            let message = format!("no types are generated from `{name}`, since there are errors in its file");
            return Err(Failure::of(&self.path, message).help("`fsmc validate` tells them"));
        };
        let mut diagnostics = Diagnostics::new();
        let classes = Classes::new(program, machine, &report.texts.sources, &mut diagnostics);
        let finding = diagnostics.iter().next().map(|finding| finding.message.clone());
        let classes = match (classes, finding) {
            (Ok(classes), None) => classes,
            (Err(unreadable), _) => return Err(self.no_types(name, &unreadable.reason)),
            (Ok(_), Some(finding)) => return Err(self.no_types(name, &finding)),
        };
        let file = format!("{name}-class");
        Ok(Subject { name: file.clone(), file, diagram: Diagram::Classes(classes) })
    }

    fn no_types(&self, name: &str, why: &str) -> Failure {
        let failure = Failure::of(&self.path, format!("no types are generated from `{name}`: {why}"));
        failure.help("`fsmc generate` tells where")
    }
}

/// Whether a machine is one of a program, or of a file that it imports.
fn holds(program: &Program, machine: &Machine) -> bool {
    program.machines.iter().chain(&program.imported).any(|known| std::ptr::eq(known, machine))
}
