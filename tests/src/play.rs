//! Plays a script on the interpreter and writes down what happens: the traces of the language reference and of the
//! tests.
//!
//! A script is what the written trace begins its lines with:
//!
//! ```text
//! Knock { by: "Ada" }     an event
//! wait 5s                 time
//! known = true            what a host guard or action answers from here on; `ring = fail "no bell"`
//! restore 5s              the machine is saved, and restored so much later
//! finish 0 = 3            the end of the task that was started as run 0; `finish 0 = fail "gone"`
//! ```

use std::collections::BTreeMap;
use std::fmt::Write;

use fsm_core::interpreter::{Definition, Host, Interpreter, Macrostep, Occurrence, RunId, StartError, Value, duration};
use fsm_core::model::{BaseType, Field, Guard, HostAction, Id, Machine, Program, Type};
use fsm_core::source::Sources;

use crate::analyzed;

/// What host functions answer, by name.
struct Answers<'m> {
    machine: &'m Machine,
    program: &'m Program,
    given: BTreeMap<String, String>,
}

impl Host for Answers<'_> {
    fn guard(&mut self, guard: Id<Guard>, _: &[Value]) -> bool {
        self.given.get(&self.machine.guards[guard].name.text).is_some_and(|answer| answer == "true")
    }

    fn action(&mut self, action: Id<HostAction>, _: &[Value]) -> Result<Option<Value>, String> {
        let declared = &self.machine.actions[action];
        let Some(answer) = self.given.get(&declared.name.text) else { return Ok(None) };
        match answer.strip_prefix("fail ") {
            Some(message) => Err(message.trim_matches('"').to_owned()),
            None => Ok(declared.result.map(|ty| value(self.program, answer, ty))),
        }
    }
}

/// Plays `script` on the first machine of `text`, and gives the script back with what happened below each line.
///
/// # Panics
///
/// If the text has errors, or the script names what the machine does not have.
#[must_use]
pub fn play(text: &str, script: &str) -> String {
    let (sources, analysis) = analyzed("machine.fsm", text);
    let findings: Vec<_> = analysis.diagnostics.into_sorted().into_iter().map(|finding| finding.message).collect();
    assert!(findings.is_empty(), "{findings:?} in\n{text}");
    let program = analysis.program;
    let machine = program.machines.first().expect("the text has a machine");
    let mut answers = Answers { machine, program: &program, given: BTreeMap::new() };
    let mut played = String::from("start\n");
    let (mut interpreter, first) = match Interpreter::start(&sources, machine, &[], &mut answers) {
        Ok(started) => started,
        Err(StartError::Missing(id) | StartError::OutOfRange(id)) => {
            panic!("`{}` needs a value", machine.variables[id].name.text)
        }
    };
    write_down(&mut played, &program, &sources, machine, &first, None);
    for line in script.lines().map(str::trim).filter(|line| !line.is_empty() && *line != "start") {
        let _ = writeln!(played, "{line}");
        if let Some(gap) = line.strip_prefix("restore ") {
            let definition = Definition::of(&program, machine, &sources);
            let (snapshot, now) = (interpreter.snapshot(definition), interpreter.now() + nanoseconds(gap));
            let restored = Interpreter::restore(&program, &sources, machine, definition, snapshot, now, &mut answers);
            let trace;
            (interpreter, trace) = restored.expect("nothing has changed");
            for happening in &trace {
                let _ = writeln!(played, "    {}", happening.describe(&program, &sources, machine));
            }
            let steps = interpreter.advance_to(now, &mut answers).expect("time only passes");
            for step in steps {
                write_down(&mut played, &program, &sources, machine, &step, Some(step.at));
            }
            continue;
        }
        let steps = perform(&mut interpreter, &program, &mut answers, line);
        let is_wait = line.starts_with("wait ");
        for step in steps {
            write_down(&mut played, &program, &sources, machine, &step, is_wait.then_some(step.at));
        }
    }
    played
}

fn perform(
    interpreter: &mut Interpreter<'_>,
    program: &Program,
    answers: &mut Answers<'_>,
    line: &str,
) -> Vec<Macrostep> {
    let machine = interpreter.machine();
    if let Some(delay) = line.strip_prefix("wait ") {
        let until = interpreter.now() + nanoseconds(delay);
        return interpreter.advance_to(until, answers).expect("time only passes");
    }
    if let Some((run, result)) = line.strip_prefix("finish ").and_then(|line| line.split_once(" = ")) {
        let run = RunId(run.trim().parse().expect("a number of a run"));
        let result = if let Some(message) = result.strip_prefix("fail ") {
            Err(message.trim_matches('"').to_owned())
        } else {
            let active = interpreter.runs().iter().find(|active| active.run == run);
            let ty = active.and_then(|active| machine.tasks[active.task].result);
            Ok(ty.map(|ty| value(program, result, ty)))
        };
        return vec![interpreter.finish(run, result, answers)];
    }
    if let Some((name, answer)) = line.split_once(" = ").filter(|(name, _)| !name.contains(['{', ' '])) {
        answers.given.insert(name.to_owned(), answer.to_owned());
        return Vec::new();
    }
    let (name, fields) = line.split_once('{').unwrap_or((line, ""));
    let (id, event) = machine
        .events
        .enumerate()
        .find(|(_, event)| event.name.text == name.trim())
        .unwrap_or_else(|| panic!("no event `{name}`"));
    let given: Vec<(&str, &str)> =
        fields.trim_end_matches('}').split(',').filter_map(|field| field.split_once(':')).collect();
    let of = |field: &Field| {
        let text = given.iter().find(|(name, _)| name.trim() == field.name.text);
        text.map_or_else(|| Value::least(field.ty), |(_, text)| value(program, text.trim(), field.ty))
    };
    let fields = event.fields.iter().map(of).collect();
    vec![interpreter.handle(Occurrence { event: id, fields }, answers)]
}

fn write_down(
    played: &mut String,
    program: &Program,
    sources: &Sources,
    machine: &Machine,
    step: &Macrostep,
    at: Option<u64>,
) {
    if let Some(at) = at {
        let _ = writeln!(played, "  at {}", duration(i128::from(at)));
    }
    for happening in &step.trace {
        let _ = writeln!(played, "    {}", happening.describe(program, sources, machine));
    }
    let _ = writeln!(played, "  = {}", step.answer_in_words());
}

/// A value as it is written, for a place of a type.
fn value(program: &Program, text: &str, ty: Type) -> Value {
    if text == "none" {
        return Value::None;
    }
    let (Type::Plain(base) | Type::Optional(base)) = ty;
    match base {
        BaseType::Bool => Value::Bool(text == "true"),
        BaseType::Int(_) => Value::Int(text.parse().expect("an integer")),
        BaseType::Float => Value::Float(text.parse().expect("a float")),
        BaseType::Str => Value::Text(text.trim_matches('"').to_owned()),
        BaseType::Duration => Value::Duration(i128::from(nanoseconds(text))),
        BaseType::Enum(of) => {
            let name = text.rsplit("::").next().unwrap_or(text);
            let index = program.enums[of].variants.iter().position(|variant| variant.name.text == name);
            Value::Variant(of, index.expect("a value of the enum"))
        }
        BaseType::Extern(_) => Value::Extern(text.to_owned()),
    }
}

fn nanoseconds(text: &str) -> u64 {
    let text = text.trim();
    let digits = text.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(text.len());
    let number: u64 = text[..digits].parse().expect("a number with a unit");
    let unit = match &text[digits..] {
        "ns" => 1,
        "us" => 1_000,
        "ms" => 1_000_000,
        "s" => 1_000_000_000,
        "min" => 60_000_000_000,
        "h" => 3_600_000_000_000,
        "d" => 86_400_000_000_000,
        unit => panic!("no unit `{unit}`"),
    };
    number * unit
}
