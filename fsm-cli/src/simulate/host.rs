//! The host of a simulation: it answers as it was told to, asks the user if there is one, and else lets guards be false
//! and actions succeed. It keeps a record of all that the machine wanted of it.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use fsm_core::interpreter::{Host, RunId, Value};
use fsm_core::model::{BaseType, Field, Guard, HostAction, Id, Output, Task, Type};

use super::command::{HostAnswer, Written};
use super::console;
use super::definition::{Definition, Function};
use super::line;
use super::records::{Answered, Call, EventRecord, Named};
use super::value::{self, Datum};
use crate::failure::Failure;
use crate::terminal;

/// What host functions answer: a value (none for an action without a result), or how they fail.
pub(crate) type Answers = BTreeMap<Function, Reply>;

/// What a host function answers.
pub(crate) type Reply = Result<Option<Value>, String>;

/// The host during one step.
#[derive(Debug)]
pub(crate) struct StepHost<'s, 'p> {
    definition: Definition<'p>,
    answers: &'s mut Answers,
    /// Whether there is a user who can be asked.
    asks: bool,
    /// The calls in their order.
    pub(crate) asked: Vec<Asked>,
    /// How many of them were made before this instant.
    before: usize,
    /// The outputs in their order.
    pub(crate) emitted: Vec<(Id<Output>, Vec<Value>)>,
    /// The tasks that were started, with their arguments.
    pub(crate) started: Vec<(RunId, Vec<Value>)>,
    /// Whether the user, when asked, wanted the step not to be.
    pub(crate) is_abandoned: bool,
}

/// A call of a host function, with its answer.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    /// The function.
    pub(crate) function: Function,
    /// What it was given.
    pub(crate) arguments: Vec<Value>,
    /// What it answered.
    pub(crate) reply: Reply,
    /// Where the answer came from.
    answered: Answered,
}

/// What a user can say to a question.
#[derive(Debug, PartialEq)]
enum Said {
    /// An answer, for now or for always.
    Reply { reply: Reply, always: bool },
    /// That the step is not to be.
    Abandon,
}

impl<'s, 'p> StepHost<'s, 'p> {
    /// A host for one step, which `asks` or not.
    pub(crate) fn new(definition: Definition<'p>, answers: &'s mut Answers, asks: bool) -> Self {
        StepHost {
            definition,
            answers,
            asks,
            asked: Vec::new(),
            before: 0,
            emitted: Vec::new(),
            started: Vec::new(),
            is_abandoned: false,
        }
    }

    /// Another instant begins.
    pub(crate) fn begin(&mut self) {
        self.before = self.asked.len();
    }

    /// What a function answers, and where that comes from.
    fn reply(&mut self, function: Function, arguments: &[Value]) -> (Reply, Answered) {
        if let Some(given) = self.answers.get(&function) {
            return (given.clone(), Answered::Given);
        }
        let said = if self.asks && !self.is_abandoned { self.ask(function, arguments) } else { None };
        match said {
            Some(Said::Reply { reply, always }) => {
                if always {
                    self.answers.insert(function, reply.clone());
                }
                (reply, Answered::Asked)
            }
            Some(Said::Abandon) => {
                self.is_abandoned = true;
                (Ok(unsaid(&self.definition, function)), Answered::Default)
            }
            None => (Ok(unsaid(&self.definition, function)), Answered::Default),
        }
    }

    /// Asks until there is an answer, or nobody there.
    fn ask(&self, function: Function, arguments: &[Value]) -> Option<Said> {
        let ty = match function {
            Function::Guard(_) => "true or false".to_owned(),
            Function::Action(id) => match self.definition.machine.actions[id].result {
                Some(ty) => self.definition.program.type_name(ty),
                None => "does it fail".to_owned(),
            },
        };
        let help = paint_help(&format!("  {}: {ty}?", self.call(function, arguments)));
        loop {
            let line = console::asked(&format!("{help} ")).ok().flatten()?;
            match understood(&self.definition, function, line.trim()) {
                Ok(said) => return Some(said),
                Err(expected) => {
                    terminal::print(&format!("  {expected}\n")).ok()?;
                }
            }
        }
    }

    /// `known("Ann")`
    fn call(&self, function: Function, arguments: &[Value]) -> String {
        let arguments: Vec<_> = arguments.iter().map(|value| value::shown(&self.definition, value)).collect();
        format!("{}({})", self.definition.function(function), arguments.join(", "))
    }

    /// The record of a step's calls.
    pub(crate) fn calls(&self) -> Vec<Call> {
        self.asked.iter().map(|asked| asked.record(&self.definition)).collect()
    }

    /// The record of a step's outputs.
    pub(crate) fn outputs(&self) -> Vec<EventRecord> {
        let record = |(output, fields): &(Id<Output>, Vec<Value>)| {
            let declared = &self.definition.machine.outputs[*output];
            event_record(&self.definition, &declared.name.text, &declared.fields, fields)
        };
        self.emitted.iter().map(record).collect()
    }
}

impl Asked {
    fn record(&self, definition: &Definition<'_>) -> Call {
        let datum = |value: &Value| Datum::of(definition, value);
        Call {
            function: definition.function(self.function).to_owned(),
            arguments: self.arguments.iter().map(datum).collect(),
            result: self.reply.as_ref().ok().and_then(Option::as_ref).map(datum),
            failure: self.reply.as_ref().err().cloned(),
            answered: self.answered,
        }
    }
}

/// What a function answers of which nothing is known.
pub(crate) fn unsaid(definition: &Definition<'_>, function: Function) -> Option<Value> {
    match function {
        Function::Guard(_) => Some(Value::Bool(false)),
        Function::Action(id) => definition.machine.actions[id].result.map(Value::least),
    }
}

fn paint_help(text: &str) -> String {
    let help = terminal::paint::HELP;
    format!("{help}{text}{help:#}")
}

impl Host for StepHost<'_, '_> {
    fn guard(&mut self, guard: Id<Guard>, arguments: &[Value]) -> bool {
        let function = Function::Guard(guard);
        // Guards are pure: the same question is not asked twice at one instant.
        let known = self
            .asked
            .iter()
            .skip(self.before)
            .find(|asked| asked.function == function && asked.arguments == arguments);
        if let Some(known) = known {
            return known.reply == Ok(Some(Value::Bool(true)));
        }
        let (reply, answered) = self.reply(function, arguments);
        let holds = reply == Ok(Some(Value::Bool(true)));
        self.asked.push(Asked { function, arguments: arguments.to_vec(), reply, answered });
        holds
    }

    fn action(&mut self, action: Id<HostAction>, arguments: &[Value]) -> Reply {
        let function = Function::Action(action);
        let declared = &self.definition.machine.actions[action];
        let (reply, answered) = if declared.result.is_none() && declared.fails.is_none() {
            (Ok(None), Answered::Default)
        } else {
            self.reply(function, arguments)
        };
        self.asked.push(Asked { function, arguments: arguments.to_vec(), reply: reply.clone(), answered });
        reply
    }

    fn start(&mut self, run: RunId, _: Id<Task>, arguments: &[Value]) {
        self.started.push((run, arguments.to_vec()));
    }

    fn emit(&mut self, output: Id<Output>, fields: &[Value]) {
        self.emitted.push((output, fields.to_vec()));
    }
}

/// An event or an output with the values of its fields.
pub(crate) fn event_record(definition: &Definition<'_>, name: &str, fields: &[Field], values: &[Value]) -> EventRecord {
    let named = fields.iter().zip(values);
    let fields = named.map(|(field, value)| (field.name.text.clone(), Datum::of(definition, value))).collect();
    EventRecord { name: name.to_owned(), fields: Named(fields) }
}

/// What a user said to a question, or what could have been said.
fn understood(definition: &Definition<'_>, function: Function, line: &str) -> Result<Said, String> {
    if line == "cancel" {
        return Ok(Said::Abandon);
    }
    let (text, always) = match line.strip_prefix("always") {
        Some(rest) if rest.starts_with(char::is_whitespace) => (rest.trim(), true),
        _ => (line, false),
    };
    let reply = match function {
        Function::Guard(_) => yes_or_no(text).map(|answer| Ok(Some(Value::Bool(answer)))),
        Function::Action(id) => action_reply(definition, &definition.machine.actions[id], text),
    };
    reply.map(|reply| Said::Reply { reply, always }).ok_or_else(|| expected(definition, function))
}

fn yes_or_no(text: &str) -> Option<bool> {
    match text {
        "true" | "yes" | "y" => Some(true),
        "false" | "no" | "n" => Some(false),
        _ => None,
    }
}

fn action_reply(definition: &Definition<'_>, action: &HostAction, text: &str) -> Option<Reply> {
    if action.fails.is_some() && (text == "fails" || text.starts_with("fails ")) {
        let message = text.strip_prefix("fails").unwrap_or_default().trim();
        return Some(Err(if message.is_empty() { "failed".to_owned() } else { line::written(message).text }));
    }
    match action.result {
        None => (text.is_empty() || text == "ok").then_some(Ok(None)),
        Some(ty) if text.is_empty() => Some(Ok(Some(Value::least(ty)))),
        Some(ty) => value::read(definition, &line::written(text), ty, None).ok().map(|value| Ok(Some(value))),
    }
}

/// What can be said to a question.
fn expected(definition: &Definition<'_>, function: Function) -> String {
    let mut text = match function {
        Function::Guard(_) => value::form(definition, Type::Plain(BaseType::Bool)),
        Function::Action(id) => {
            let action = &definition.machine.actions[id];
            let mut text = match action.result {
                None => "nothing, where all goes well".to_owned(),
                Some(ty) => {
                    let least = value::shown(definition, &Value::least(ty));
                    format!("{}; nothing stands for {least}", value::form(definition, ty))
                }
            };
            if action.fails.is_some() {
                text.push_str(", or `fails message`");
            }
            text
        }
    };
    let _ = write!(text, "; `always …` for this and all later times; `cancel` takes the step back");
    format!("say {text}")
}

/// Keeps what a host function is said to answer from now on.
pub(crate) fn say(
    definition: &Definition<'_>,
    answers: &mut Answers,
    name: &str,
    answer: &HostAnswer,
) -> Result<(), Failure> {
    let function = definition.function_named(name)?;
    let reply = match answer {
        HostAnswer::Forgotten => {
            answers.remove(&function);
            return Ok(());
        }
        HostAnswer::Fails(message) => failure(definition, function, message)?,
        HostAnswer::Value(written) => success(definition, function, written)?,
    };
    answers.insert(function, reply);
    Ok(())
}

fn failure(definition: &Definition<'_>, function: Function, message: &str) -> Result<Reply, Failure> {
    let name = definition.function(function);
    match function {
        Function::Guard(_) => Err(Failure::new(format!("`{name}` is a guard, which cannot fail"))
            .help(format!("write `{name}=true` or `{name}=false`"))),
        Function::Action(id) if definition.machine.actions[id].fails.is_none() => {
            Err(Failure::new(format!("`{name}` cannot fail")).help("an action that can is declared with `fails`"))
        }
        Function::Action(_) => Ok(Err(message.to_owned())),
    }
}

fn success(definition: &Definition<'_>, function: Function, written: &Written) -> Result<Reply, Failure> {
    let name = definition.function(function);
    let ty = match function {
        Function::Guard(_) => Some(Type::Plain(BaseType::Bool)),
        Function::Action(id) => definition.machine.actions[id].result,
    };
    match ty {
        Some(ty) => value::read(definition, written, ty, None)
            .map(|value| Ok(Some(value)))
            .map_err(|(what, help)| Failure::new(format!("`{name}`: {what}")).help(help)),
        None if written.text == "ok" => Ok(Ok(None)),
        None => {
            Err(Failure::new(format!("`{name}` gives no value")).help(format!("write `{name}=fails` or `{name}=ok`")))
        }
    }
}
