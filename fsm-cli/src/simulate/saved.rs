//! What was done in a simulation, as a `scenario` of the language.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, Write as _};
use std::path::Path;

use fsm_core::interpreter::{Value, duration};
use fsm_core::model::{Field, Id, State};

use super::definition::{Definition, Function};
use super::host::{self, Asked, Reply};
use super::session::{Deed, Session, Taken};
use super::trace;
use crate::failure::{Failure, io_message};

/// The scenario with this name that does what was done, and expects what came of it; `None` if that is not known from the
/// start.
pub(crate) fn scenario(session: &Session<'_>, name: &str) -> Option<String> {
    let mut writer = Writer { definition: session.definition, answers: BTreeMap::new(), text: String::new() };
    let _ = writeln!(writer.text, "scenario {name:?} {{");
    for taken in session.history()? {
        writer.step(session, taken);
    }
    writer.text.push_str("}\n");
    Some(writer.text)
}

/// Writes a scenario into a file of its own. A file that is there already is left alone.
pub(crate) fn write(path: &Path, scenario: &str) -> Result<(), Failure> {
    let mut file = File::create_new(path).map_err(|error| {
        let failure = Failure::of(path, io_message(&error));
        if error.kind() == io::ErrorKind::AlreadyExists {
            failure.help("choose a name that no file has yet")
        } else {
            failure
        }
    })?;
    file.write_all(scenario.as_bytes()).map_err(|error| Failure::of(path, io_message(&error)))
}

/// A host function, and what it is given.
type Question = (Function, Vec<String>);

struct Writer<'p> {
    definition: Definition<'p>,
    /// What the scenario has said already of the host's answers.
    answers: BTreeMap<Question, Reply>,
    text: String,
}

impl Writer<'_> {
    fn line(&mut self, text: &str) {
        let _ = writeln!(self.text, "    {text};");
    }

    fn step(&mut self, session: &Session<'_>, taken: &Taken) {
        for (index, asked) in taken.asked.iter().enumerate() {
            let is_same = |other: &&Asked| other.function == asked.function && other.arguments == asked.arguments;
            let first = taken.asked.iter().take(index).find(is_same);
            match first {
                None => self.given(asked),
                Some(first) if first.reply == asked.reply => {}
                Some(_) => {
                    let name = self.definition.function(asked.function);
                    let _ = writeln!(self.text, "    // here `{name}` was answered in another way later on");
                }
            }
        }
        let definition = self.definition;
        match &taken.deed {
            Deed::Start if session.given.is_empty() => {}
            Deed::Start => {
                let values = session.given.iter().map(|(id, value)| {
                    let name = definition.written(&definition.machine.variables[*id].name);
                    format!("{name}: {}", written(&definition, value))
                });
                let values: Vec<_> = values.collect();
                self.line(&format!("start with {{ {} }}", values.join(", ")));
            }
            Deed::Send(occurrence) => {
                let event = &definition.machine.events[occurrence.event];
                let payload = payload(&definition, &event.fields, &occurrence.fields);
                self.line(&format!("send {}{payload}", definition.written(&event.name)));
            }
            Deed::Wait(nanoseconds) => self.line(&format!("wait {}", duration((*nanoseconds).into()))),
            Deed::Finish(task, reply) => {
                let name = definition.written(&definition.machine.tasks[*task].name);
                self.line(&format!("complete {name}{}", answer(&definition, reply)));
            }
        }
        self.expect(taken);
    }

    /// Says what the host answers, unless it is known: guards are false and actions succeed, where nothing else was said.
    fn given(&mut self, asked: &Asked) {
        let definition = self.definition;
        let arguments: Vec<_> = asked.arguments.iter().map(|value| written(&definition, value)).collect();
        let question = (asked.function, arguments);
        let known =
            self.answers.get(&question).cloned().unwrap_or_else(|| Ok(host::unsaid(&definition, asked.function)));
        if known == asked.reply {
            return;
        }
        let name = match asked.function {
            Function::Guard(id) => definition.written(&definition.machine.guards[id].name),
            Function::Action(id) => definition.written(&definition.machine.actions[id].name),
        };
        let arguments = if question.1.is_empty() { String::new() } else { format!("({})", question.1.join(", ")) };
        self.line(&format!("given {name}{arguments}{}", answer(&definition, &asked.reply)));
        self.answers.insert(question, asked.reply.clone());
    }

    /// Says what came of a step.
    fn expect(&mut self, taken: &Taken) {
        let definition = self.definition;
        match taken.done.answer {
            answer if trace::is_refusal(answer) => self.line("expect refused"),
            "deferred" => self.line("expect deferred"),
            "ignored" => self.line("expect ignored"),
            answer if trace::is_fault(answer) => self.line("expect failed"),
            _ => {}
        }
        for (index, (output, fields)) in taken.emitted.iter().enumerate() {
            if taken.emitted.iter().take(index).any(|other| *other == (*output, fields.clone())) {
                continue;
            }
            let output = &definition.machine.outputs[*output];
            let payload = payload(&definition, &output.fields, fields);
            self.line(&format!("expect emitted {}{payload}", definition.written(&output.name)));
        }
        let states: Vec<_> = taken.innermost.iter().map(|&state| format!("in {}", path(&definition, state))).collect();
        if !states.is_empty() {
            self.line(&format!("expect {}", states.join(" && ")));
        }
    }
}

/// A state as the machine's own level names it.
fn path(definition: &Definition<'_>, state: Id<State>) -> String {
    let machine = definition.machine;
    let mut names: Vec<_> = machine
        .lineage(state)
        .filter(|&step| machine.state(step).parent.is_some())
        .map(|step| definition.written(&machine.state(step).name))
        .collect();
    names.reverse();
    names.join(".")
}

fn answer(definition: &Definition<'_>, reply: &Reply) -> String {
    match reply {
        Ok(None) => String::new(),
        Ok(Some(value)) => format!(" = {}", written(definition, value)),
        Err(message) => format!(" = fails {message:?}"),
    }
}

fn payload(definition: &Definition<'_>, fields: &[Field], values: &[Value]) -> String {
    if fields.is_empty() {
        return String::new();
    }
    let fields = fields.iter().zip(values);
    let fields: Vec<_> = fields
        .map(|(field, value)| format!("{}: {}", definition.written(&field.name), written(definition, value)))
        .collect();
    format!(" {{ {} }}", fields.join(", "))
}

/// A value as a scenario writes it: a text stands for a value of an extern type, `_` for the one that no text was given.
fn written(definition: &Definition<'_>, value: &Value) -> String {
    match value {
        Value::Extern(text) if text.is_empty() => "_".to_owned(),
        Value::Extern(text) => format!("{text:?}"),
        value => value.display(definition.program).to_string(),
    }
}
