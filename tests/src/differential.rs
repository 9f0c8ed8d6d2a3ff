//! The interpreter against generated code: a random machine is run by both, with the same script and a host that answers
//! the same questions alike, and both write down what they do and what is then to be seen.
//!
//! The generated side is a program: for each machine a module with its code and a driver that reads the script. What
//! both write is compared line by line.

use std::fmt::Write;

use fsm_core::Analysis;
use fsm_core::interpreter::{Answer, Definition, Host, Interpreter, Macrostep, Occurrence, Refusal, RunId, Value};
use fsm_core::model::{
    BaseType, Field, Guard, HostAction, Id, Machine, Output, Program, State, StateKind, Task, Trigger, Type, Variable,
    VariableScope,
};
use fsm_core::source::Sources;

use crate::random::{self, Case, Choices, Step};
use crate::told::{OBSERVE, is_timed, told};
use crate::{analyzed, generated};

/// How often a machine is saved and restored before a step, in percent.
const SAVED: u64 = 5;

/// The longest time for which it is saved, in nanoseconds.
const LONGEST: u64 = 5_000_000_000;

/// How many livelocks a machine may have, before it is stopped: each of them is a thousand microsteps and more.
const LIVELOCKS: usize = 3;

/// A random machine, with the code and the script that both sides run.
#[derive(Debug, Clone)]
pub struct Subject {
    /// The machine as text.
    pub text: String,
    /// The module of the generated side.
    pub module: String,
    /// What happens.
    pub script: String,
    /// What the interpreter writes down: a block of lines for each line of the script.
    pub expected: Vec<String>,
}

/// What host functions answer follows from the question alone.
#[must_use]
pub fn number(seed: u64, question: &str) -> u64 {
    random::answer(seed, question)
}

/// The host of the interpreter: writes down what it is asked to do.
struct Journal<'m> {
    seed: u64,
    program: &'m Program,
    machine: &'m Machine,
    log: String,
    asked: u64,
}

impl Journal<'_> {
    fn call(&mut self, name: &str, parameters: &[Field], values: &[Value]) -> String {
        let shown = parameters.iter().zip(values).map(|(field, value)| show(self.program, field.ty, value));
        format!("{name} {}", shown.collect::<Vec<_>>().join(" "))
    }
}

impl Host for Journal<'_> {
    fn guard(&mut self, guard: Id<Guard>, arguments: &[Value]) -> bool {
        let declared = &self.machine.guards[guard];
        let question = self.call(&declared.name.text, &declared.parameters, arguments);
        number(self.seed, &question).is_multiple_of(2)
    }

    fn action(&mut self, action: Id<HostAction>, arguments: &[Value]) -> Result<Option<Value>, String> {
        let declared = &self.machine.actions[action];
        let question = self.call(&declared.name.text, &declared.parameters, arguments);
        let _ = writeln!(self.log, "call {question}");
        self.asked += 1;
        let number = number(self.seed, &format!("{} {question}", self.asked));
        if declared.fails.is_some() && number.is_multiple_of(4) {
            return Err("no".to_owned());
        }
        Ok(declared.result.map(|ty| made(self.program, ty, number / 4)))
    }

    fn start(&mut self, run: RunId, task: Id<Task>, arguments: &[Value]) {
        let declared = &self.machine.tasks[task];
        let question = self.call(&declared.name.text, &declared.parameters, arguments);
        let _ = writeln!(self.log, "start {} {question}", run.0);
    }

    fn cancel(&mut self, run: RunId) {
        let _ = writeln!(self.log, "cancel {}", run.0);
    }

    fn emit(&mut self, output: Id<Output>, fields: &[Value]) {
        let declared = &self.machine.outputs[output];
        let question = self.call(&declared.name.text, &declared.fields, fields);
        let _ = writeln!(self.log, "emit {question}");
    }
}

/// The value of a type that a number stands for.
fn made(program: &Program, ty: Type, number: u64) -> Value {
    let (base, number) = match ty {
        Type::Optional(_) if number.is_multiple_of(3) => return Value::None,
        Type::Optional(base) => (base, number / 3),
        Type::Plain(base) => (base, number),
    };
    match base {
        BaseType::Bool => Value::Bool(number.is_multiple_of(2)),
        BaseType::Int(_) => Value::Int(i128::from(number % 11)),
        BaseType::Float => Value::Float(f64::from(u32::try_from(number % 40).unwrap_or(0)) / 10.0),
        BaseType::Str => Value::Text(["", "a", "b", "c"][usize::try_from(number % 4).unwrap_or(0)].to_owned()),
        BaseType::Duration => Value::Duration(i128::from(number % 30) * 100_000_000),
        BaseType::Enum(of) => {
            let count = u64::try_from(program.enums[of].variants.len()).unwrap_or(1);
            Value::Variant(of, usize::try_from(number % count).unwrap_or(0))
        }
        BaseType::Extern(_) => Value::Extern(String::new()),
    }
}

/// A value in one word, as both sides and the script write it.
fn show(program: &Program, ty: Type, value: &Value) -> String {
    if let (Type::Optional(base), false) = (ty, *value == Value::None) {
        return format!("some:{}", show(program, Type::Plain(base), value));
    }
    match value {
        Value::None => "none".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Int(value) | Value::Duration(value) => value.to_string(),
        Value::Float(value) => format!("{value:?}"),
        Value::Text(text) | Value::Extern(text) => format!("{text:?}"),
        Value::Variant(of, index) => program.enums[*of].variants[*index].name.text.clone(),
    }
}

fn known(program: &Program, value: &random::Value, ty: Type) -> Value {
    let (Type::Plain(base) | Type::Optional(base)) = ty;
    match value {
        random::Value::Bool(value) => Value::Bool(*value),
        random::Value::Int(value) => Value::Int(*value),
        random::Value::Duration(value) => Value::Duration(i128::from(*value)),
        random::Value::Str(text) => Value::Text(text.clone()),
        random::Value::Float(value) => Value::Float(*value),
        random::Value::Variant(_, index) => match base {
            BaseType::Enum(of) => Value::Variant(of, *index % program.enums[of].variants.len()),
            _ => Value::None,
        },
        random::Value::None => Value::None,
        random::Value::Some(value) => known(program, value, Type::Plain(base)),
    }
}

/// The params and the variables of the machine's own context, in the order in which they are given.
fn given(machine: &Machine) -> Vec<(Id<Variable>, &Variable)> {
    let of = |scope: VariableScope| machine.variables.enumerate().filter(move |(_, variable)| variable.scope == scope);
    of(VariableScope::Param).chain(of(VariableScope::Context(Machine::root()))).collect()
}

/// The case of a seed: every fourth machine is a wide one.
#[must_use]
pub fn case(seed: u64, steps: usize) -> Case {
    if seed.is_multiple_of(4) { Case::wide(seed, steps) } else { Case::of(seed, steps) }
}

/// A random machine by its seed.
///
/// # Errors
///
/// If the text or the generator refuses the machine: what it says.
pub fn subject(seed: u64, steps: usize) -> Result<Subject, String> {
    of_case(&case(seed, steps), &format!("m{seed}"))
}

/// A case, as a module of that name.
///
/// # Errors
///
/// If the text or the generator refuses the machine: what it says.
pub fn of_case(case: &Case, name: &str) -> Result<Subject, String> {
    let text = case.machine.to_string();
    let code = generated("random.fsm", &text).map_err(|findings| findings.join("\n"))?;
    let (sources, Analysis { program, .. }) = analyzed("random.fsm", &text);
    let machine = program.machines.first().ok_or("there is no machine")?;
    let driver = Driver { program: &program, machine }.module();
    let module = format!("mod {name} {{\n{code}\n{driver}\n}}\n");
    let (script, expected) = play(case, &program, &sources, machine);
    Ok(Subject { text, module, script, expected })
}

/// The script, and what the interpreter writes down.
fn play(case: &Case, program: &Program, sources: &Sources, machine: &Machine) -> (String, Vec<String>) {
    let mut journal = Journal { seed: case.script.host, program, machine, log: String::new(), asked: 0 };
    let mut choices = Choices::from_seed(case.script.host);
    let enums = &case.machine.enums;
    let start: Vec<_> = given(machine)
        .into_iter()
        .map(|(id, variable)| {
            let described = case.machine.params.iter().chain(&case.machine.body.context);
            let described = described.into_iter().find(|other| other.name == variable.name.text);
            let value = described.map_or(Value::None, |described| {
                let value = random::random_value(&mut choices, enums, described.ty, described.range);
                known(program, &value, variable.ty)
            });
            (id, value)
        })
        .collect();
    let shown = start.iter().map(|(id, value)| show(program, machine.variables[*id].ty, value));
    let mut script = format!("start {} {}\n", case.script.host, shown.collect::<Vec<_>>().join(" "));
    let mut expected = Vec::new();
    let Ok((mut interpreter, first)) = Interpreter::start(sources, machine, &start, &mut journal) else {
        return (script, vec!["not started\n".to_owned()]);
    };
    let block = |journal: &mut Journal<'_>, interpreter: &Interpreter<'_>, words: &str, steps: &[Macrostep]| {
        let (log, seen) = (std::mem::take(&mut journal.log), observed(program, machine, interpreter));
        format!("{log}= {words}\n{seen}{}", told(machine, steps, answer))
    };
    let words = answer(&first);
    expected.push(if words == "taken" {
        block(&mut journal, &interpreter, &words, &[first])
    } else {
        format!("{words}\n")
    });
    if words != "taken" {
        return (script, expected);
    }
    let definition = Definition::of(program, machine, sources);
    let mut livelocks = 0;
    for step in &case.script.steps {
        if choices.chance(SAVED) {
            let gap = u64::from(choices.chance(50)) * choices.below(LONGEST);
            let _ = write!(script, "restore {gap}\nwait {gap}\n");
            let (snapshot, now) = (interpreter.snapshot(definition), interpreter.now());
            match Interpreter::restore(program, sources, machine, definition, snapshot, now + gap, &mut journal) {
                Ok((restored, _)) => interpreter = restored,
                Err(error) => {
                    expected.push(format!("= not restored: {error:?}\n"));
                    break;
                }
            }
            expected.push(block(&mut journal, &interpreter, "restored", &[]));
            let (words, steps) = wait(&mut interpreter, gap, &mut journal);
            livelocks += usize::from(words == "livelock");
            expected.push(block(&mut journal, &interpreter, &words, &steps));
        }
        let (words, steps) = match step {
            Step::Send(name, fields) => {
                let Some((id, event)) = machine.events.enumerate().find(|(_, event)| event.name.text == *name) else {
                    continue;
                };
                let value = |field: &Field| {
                    let found = fields.iter().find(|(name, _)| *name == field.name.text);
                    found.map_or_else(|| Value::least(field.ty), |(_, value)| known(program, value, field.ty))
                };
                let values: Vec<_> = event.fields.iter().map(value).collect();
                let shown = event.fields.iter().zip(&values).map(|(field, value)| show(program, field.ty, value));
                let _ = writeln!(script, "send {name} {}", shown.collect::<Vec<_>>().join(" "));
                let step = interpreter.handle(Occurrence { event: id, fields: values }, &mut journal);
                (answer(&step), vec![step])
            }
            Step::Wait(time) => {
                let _ = writeln!(script, "wait {time}");
                wait(&mut interpreter, *time, &mut journal)
            }
            Step::Finish { which, success, result } => {
                let runs = interpreter.runs();
                let Some(count) = u64::try_from(runs.len()).ok().filter(|&count| count > 0) else { continue };
                let active = runs[usize::try_from(which % count).unwrap_or(0)].clone();
                let task = &machine.tasks[active.task];
                let fails = task.fails.is_some() && !success;
                let _ = writeln!(script, "finish {} {} {fails} {result}", active.run.0, task.name.text);
                let value =
                    if fails { Err("no".to_owned()) } else { Ok(task.result.map(|ty| made(program, ty, *result))) };
                let step = interpreter.finish(active.run, value, &mut journal);
                (answer(&step), vec![step])
            }
            Step::Stale => continue,
        };
        expected.push(block(&mut journal, &interpreter, &words, &steps));
        livelocks += usize::from(words == "livelock");
        if livelocks >= LIVELOCKS {
            break;
        }
    }
    (script, expected)
}

/// Lets time go by.
fn wait(interpreter: &mut Interpreter<'_>, time: u64, journal: &mut Journal<'_>) -> (String, Vec<Macrostep>) {
    let Ok(steps) = interpreter.advance_to(interpreter.now() + time, journal) else {
        return ("past".to_owned(), Vec::new());
    };
    let livelock = steps.iter().find(|step| step.answer == Err(Refusal::Livelock));
    let failed = steps.iter().find(|step| step.answer.is_err());
    (livelock.or(failed).map_or_else(|| "passed".to_owned(), answer), steps)
}

fn answer(step: &Macrostep) -> String {
    match &step.answer {
        Ok(Answer::Taken) => "taken".to_owned(),
        Ok(Answer::Deferred) => "deferred".to_owned(),
        Ok(Answer::Ignored) => "ignored".to_owned(),
        Err(Refusal::NoTransition) => "no transition".to_owned(),
        Err(Refusal::GuardsRefused { .. }) => "guards refused".to_owned(),
        Err(Refusal::LimitReached { count, .. }) => format!("a limit has reached {count}"),
        Err(Refusal::DeferredFull) => "too many deferred".to_owned(),
        Err(Refusal::Terminated) => "terminated".to_owned(),
        Err(Refusal::Livelock) => "livelock".to_owned(),
        Err(Refusal::ActionFailed(failure)) => format!("failed {:?}: {}", failure.origin, failure.message),
        Err(Refusal::Past) => "past".to_owned(),
    }
}

/// What is to be seen of the machine.
fn observed(program: &Program, machine: &Machine, interpreter: &Interpreter<'_>) -> String {
    let mut text = String::new();
    let states: Vec<_> = interpreter.innermost().map(|state| machine.qualified_name(state)).collect();
    let _ = writeln!(text, "in {} {}", states.join(" "), interpreter.is_terminated());
    for (id, variable) in machine.variables.enumerate() {
        if let VariableScope::Context(_) = variable.scope {
            let value = interpreter.value(id).map_or("-".to_owned(), |value| show(program, variable.ty, value));
            let _ = write!(text, "{value} ");
        }
    }
    let _ = writeln!(text);
    for id in machine.limits.ids() {
        let _ = write!(text, "{} ", interpreter.count(id));
    }
    let deadline = interpreter.next_deadline().map_or("-".to_owned(), |deadline| deadline.to_string());
    let _ = writeln!(text, "{deadline} {}", interpreter.deferred().len());
    text
}

/// Writes the driver of a machine's code.
struct Driver<'m> {
    program: &'m Program,
    machine: &'m Machine,
}

impl Driver<'_> {
    fn rust_type(&self, ty: Type) -> String {
        let (Type::Plain(base) | Type::Optional(base)) = ty;
        let name = match base {
            BaseType::Bool => "bool".to_owned(),
            BaseType::Int(int) => int.name().to_owned(),
            BaseType::Float => "f64".to_owned(),
            BaseType::Str => "::fsm_runtime::Text".to_owned(),
            BaseType::Duration => "::core::time::Duration".to_owned(),
            BaseType::Enum(of) => self.enum_name(of),
            BaseType::Extern(_) => "()".to_owned(),
        };
        if matches!(ty, Type::Optional(_)) { format!("Option<{name}>") } else { name }
    }

    fn enum_name(&self, of: Id<fsm_core::model::Enum>) -> String {
        let declared = &self.program.enums[of];
        format!("{}{}", declared.machine.as_deref().unwrap_or(""), declared.name.text)
    }

    fn borrowed_type(&self, ty: Type) -> String {
        match ty {
            Type::Plain(BaseType::Str) => "&str".to_owned(),
            Type::Optional(BaseType::Str) => "Option<&str>".to_owned(),
            _ => self.rust_type(ty),
        }
    }

    /// Code that shows a value.
    fn show(ty: Type, value: &str) -> String {
        let (Type::Plain(base) | Type::Optional(base)) = ty;
        let plain = |value: &str| match base {
            BaseType::Duration => format!("{value}.as_nanos().to_string()"),
            BaseType::Str | BaseType::Float | BaseType::Enum(_) => format!("format!(\"{{:?}}\", {value})"),
            BaseType::Bool | BaseType::Int(_) | BaseType::Extern(_) => format!("{value}.to_string()"),
        };
        match ty {
            Type::Plain(_) => plain(value),
            Type::Optional(_) => format!(
                "match &{value} {{ None => \"none\".to_owned(), Some(value) => format!(\"some:{{}}\", {}) }}",
                plain("value")
            ),
        }
    }

    /// Code that makes a value of the number `number`.
    fn made(&self, ty: Type) -> String {
        if let Type::Optional(base) = ty {
            let plain = self.made(Type::Plain(base));
            return format!("if number % 3 == 0 {{ None }} else {{ let number = number / 3; Some({plain}) }}");
        }
        let Type::Plain(base) = ty else { return String::new() };
        match base {
            BaseType::Bool => "number % 2 == 0".to_owned(),
            BaseType::Int(int) => format!("(number % 11) as {}", int.name()),
            BaseType::Float => "(number % 40) as f64 / 10.0".to_owned(),
            BaseType::Str => "::fsm_runtime::Text::new([\"\", \"a\", \"b\", \"c\"][(number % 4) as usize])".to_owned(),
            BaseType::Duration => "::core::time::Duration::from_nanos(number % 30 * 100_000_000)".to_owned(),
            BaseType::Enum(of) => {
                let (name, variants) = (self.enum_name(of), &self.program.enums[of].variants);
                let all: Vec<_> = variants.iter().map(|variant| format!("{name}::{}", variant.name.text)).collect();
                format!("[{}][(number % {}) as usize]", all.join(", "), all.len())
            }
            BaseType::Extern(_) => "()".to_owned(),
        }
    }

    /// Code that reads a value from the next word.
    fn read(&self, ty: Type) -> String {
        let (Type::Plain(base) | Type::Optional(base)) = ty;
        let plain = match base {
            BaseType::Bool | BaseType::Int(_) | BaseType::Float => "word.parse().unwrap()".to_owned(),
            BaseType::Str => "::fsm_runtime::Text::from(word.trim_matches('\"').to_owned())".to_owned(),
            BaseType::Duration => "::core::time::Duration::from_nanos(word.parse().unwrap())".to_owned(),
            BaseType::Enum(of) => {
                let name = self.enum_name(of);
                let arms = self.program.enums[of].variants.iter().map(|variant| {
                    let variant = &variant.name.text;
                    format!("\"{variant}\" => {name}::{variant}, ")
                });
                format!("match word {{ {} _ => panic!() }}", arms.collect::<String>())
            }
            BaseType::Extern(_) => "()".to_owned(),
        };
        let word = "let word = words.next().unwrap();";
        match ty {
            Type::Plain(_) => format!("{{ {word} {plain} }}"),
            Type::Optional(_) => {
                format!("{{ {word} if word == \"none\" {{ None }} else {{ let word = &word[5..]; Some({plain}) }} }}")
            }
        }
    }

    fn question(name: &str, parameters: &[Field]) -> String {
        if parameters.is_empty() {
            return format!("\"{name} \".to_owned()");
        }
        let shown: Vec<_> = parameters.iter().map(|field| Self::show(field.ty, &field.name.text)).collect();
        format!("format!(\"{name} {{}}\", [{}].join(\" \"))", shown.join(", "))
    }

    fn parameters(&self, parameters: &[Field]) -> String {
        let declared =
            parameters.iter().map(|field| format!(", {}: {}", field.name.text, self.borrowed_type(field.ty)));
        declared.collect()
    }

    fn host(&self) -> String {
        let (machine, mut code) = (self.machine, String::new());
        for guard in machine.guards.iter().filter(|guard| guard.body.is_none()) {
            let (name, question) = (&guard.name.text, Self::question(&guard.name.text, &guard.parameters));
            let parameters = self.parameters(&guard.parameters);
            let _ = writeln!(
                code,
                "fn {name}(&self{parameters}) -> bool {{ crate::number(self.seed, &{question}) % 2 == 0 }}"
            );
        }
        for action in &machine.actions {
            let (name, question) = (&action.name.text, Self::question(&action.name.text, &action.parameters));
            let result = action.result.map_or("()".to_owned(), |ty| self.rust_type(ty));
            let fails = action.fails.is_some();
            let returned = if fails { format!("Result<{result}, ::fsm_runtime::Text>") } else { result };
            let made =
                action.result.map_or("()".to_owned(), |ty| format!("{{ let number = number / 4; {} }}", self.made(ty)));
            let made = if fails {
                format!("if number % 4 == 0 {{ Err(::fsm_runtime::Text::new(\"no\")) }} else {{ Ok({made}) }}")
            } else {
                made
            };
            let parameters = self.parameters(&action.parameters);
            let _ = writeln!(
                code,
                "fn {name}(&mut self{parameters}) -> {returned} {{ let question = {question}; let number = self.call(&question); {made} }}"
            );
        }
        for (id, task) in machine.tasks.enumerate() {
            if !machine.states.iter().flat_map(|state| &state.runs).any(|run| run.task == id) {
                continue;
            }
            let (name, question) = (&task.name.text, Self::question(&task.name.text, &task.parameters));
            let parameters = self.parameters(&task.parameters);
            let _ = writeln!(
                code,
                "fn start_{name}(&mut self, run: ::fsm_runtime::RunId{parameters}) {{ let question = {question}; self.log.push_str(&format!(\"start {{}} {{question}}\\n\", run.0)); }}\n\
                 fn cancel_{name}(&mut self, run: ::fsm_runtime::RunId) {{ self.log.push_str(&format!(\"cancel {{}}\\n\", run.0)); }}"
            );
        }
        if !machine.outputs.is_empty() {
            let arms = machine.outputs.iter().map(|output| {
                let names: Vec<_> = output.fields.iter().map(|field| field.name.text.clone()).collect();
                let fields = if names.is_empty() { String::new() } else { format!(" {{ {} }}", names.join(", ")) };
                let name = &output.name.text;
                format!("RandomOutput::{name}{fields} => {}, ", Self::question(name, &output.fields))
            });
            let _ = writeln!(
                code,
                "fn emit(&mut self, output: RandomOutput) {{ let question = match output {{ {} }}; self.log.push_str(&format!(\"emit {{question}}\\n\")); }}",
                arms.collect::<String>()
            );
        }
        code.push_str(OBSERVE);
        code
    }

    fn state_context(&self, state: Id<State>) -> String {
        if state == Machine::root() {
            return "Some(machine.context())".to_owned();
        }
        let name = &self.machine.states[state].name.text;
        format!("machine.{}_context()", snake(name))
    }

    fn observed(&self) -> String {
        let machine = self.machine;
        let is_parallel = machine.states.iter().any(|state| state.kind == StateKind::Parallel);
        let states = if is_parallel {
            "machine.configuration().map(RandomState::name).collect::<Vec<_>>().join(\" \")"
        } else {
            "machine.state().name()"
        };
        let mut code = format!("text.push_str(&format!(\"in {{}} {{}}\\n\", {states}, machine.is_terminated()));\n");
        for variable in &machine.variables {
            if let VariableScope::Context(state) = variable.scope {
                let (context, name) = (self.state_context(state), &variable.name.text);
                let shown = Self::show(variable.ty, &format!("context.{name}"));
                let _ = writeln!(
                    code,
                    "text.push_str(&match {context} {{ None => \"-\".to_owned(), Some(context) => {shown} }}); text.push(' ');"
                );
            }
        }
        code.push_str("text.push('\\n');\n");
        for limit in &machine.limits {
            let _ = writeln!(code, "text.push_str(&format!(\"{{}} \", machine.{}_count()));", snake(&limit.name.text));
        }
        let defers = machine.reactions.iter().any(|reaction| matches!(reaction.trigger, Trigger::Defer(_)));
        let deferred = if defers { "machine.deferred.len()" } else { "0" };
        let _ = writeln!(
            code,
            "let deadline = ::fsm_runtime::Machine::next_deadline(machine).map_or(\"-\".to_owned(), |deadline| deadline.as_nanos().to_string());\n\
             text.push_str(&format!(\"{{deadline}} {{}}\\n\", {deferred}));"
        );
        code
    }

    /// Code that saves the machine, sends the snapshot through JSON, and restores it with the host of the one that was.
    fn restore(&self) -> String {
        let restored = if is_timed(self.machine) { "restore_at(at, host, read)" } else { "restore(host, read)" };
        format!(
            "let _ = at; let snapshot = machine.snapshot();\nlet text = serde_json::to_string(&snapshot).unwrap();\n\
             let read: RandomSnapshot = serde_json::from_str(&text).unwrap();\nassert_eq!(format!(\"{{read:?}}\"), format!(\"{{snapshot:?}}\"), \"{{text}}\");\n\
             let host = std::mem::take(machine.host_mut());\n\
             *machine = Random::{restored}.unwrap_or_else(|error| panic!(\"{{error}}: {{text}}\"));"
        )
    }

    fn module(&self) -> String {
        let machine = self.machine;
        let of = |scope: VariableScope| {
            machine.variables.iter().filter(move |variable| variable.scope == scope).collect::<Vec<_>>()
        };
        let made = |name: &str, variables: &[&Variable]| {
            let fields =
                variables.iter().map(|variable| format!("{}: {}, ", variable.name.text, self.read(variable.ty)));
            if variables.is_empty() { String::new() } else { format!(", {name} {{ {} }}", fields.collect::<String>()) }
        };
        let params = made("RandomParams", &of(VariableScope::Param));
        let context = made("RandomContext", &of(VariableScope::Context(Machine::root())));
        let start = if params.is_empty() && context.is_empty() { "start" } else { "start_with" };
        let sends = machine.events.iter().filter(|event| !event.internal).map(|event| {
            let name = &event.name.text;
            let fields = event.fields.iter().map(|field| format!("{}: {}, ", field.name.text, self.read(field.ty)));
            let fields =
                if event.fields.is_empty() { String::new() } else { format!("{{ {} }}", fields.collect::<String>()) };
            format!("\"{name}\" => crate::answer(machine.handle(RandomEvent::{name} {fields})),\n")
        });
        let finishes = machine.tasks.enumerate().filter_map(|(id, task)| {
            let mut runs = machine.states.iter().flat_map(|state| &state.runs);
            runs.find(|run| run.task == id)?;
            let name = &task.name.text;
            let value = task.result.map(|ty| self.made(ty));
            let argument = match (value, task.fails) {
                (None, None) => String::new(),
                (Some(value), None) => format!(", {value}"),
                (value, Some(_)) => {
                    let value = value.unwrap_or_else(|| "()".to_owned());
                    format!(", if fails {{ Err(::fsm_runtime::Text::new(\"no\")) }} else {{ Ok({value}) }}")
                }
            };
            Some(format!("\"{name}\" => crate::answer(machine.finish_{name}(run{argument})),\n"))
        });
        format!(
            "#[derive(Default)]\npub struct Journal {{ seed: u64, asked: u64, log: String, told: String }}\n\
             impl Journal {{\n    fn call(&mut self, question: &str) -> u64 {{\n        self.log.push_str(&format!(\"call {{question}}\\n\"));\n        self.asked += 1;\n        crate::number(self.seed, &format!(\"{{}} {{question}}\", self.asked))\n    }}\n}}\n\
             impl RandomHost for Journal {{\n{host}}}\n\
             fn seen(machine: &Random<Journal>) -> String {{\n let mut text = String::new();\n{observed} text }}\n\
             pub fn run(script: &str) -> Vec<String> {{\n\
             let mut lines = script.lines();\nlet mut words = lines.next().unwrap().split(' ').skip(1);\n\
             let seed = words.next().unwrap().parse().unwrap();\n\
             let host = Journal {{ seed, ..Journal::default() }};\n\
             let mut machine = match Random::{start}(host{params}{context}) {{ Ok(machine) => machine, Err(error) => return vec![format!(\"{{}}\\n\", crate::answer(Err(error)))] }};\n\
             let machine = &mut machine;\nlet mut blocks = Vec::new();\n\
             let block = |machine: &mut Random<Journal>, answer: String| {{ let log = std::mem::take(&mut machine.host_mut().log); let told = std::mem::take(&mut machine.host_mut().told); format!(\"{{log}}= {{answer}}\\n{{}}{{told}}\", seen(machine)) }};\n\
             blocks.push(block(machine, \"taken\".to_owned()));\n\
             for line in lines {{\nlet mut words = line.split(' ');\nlet now: u64 = {now};\n\
             let answer = match words.next().unwrap() {{\n\
             \"send\" => match words.next().unwrap() {{ {sends} _ => panic!() }},\n\
             \"restore\" => {{ let at = ::core::time::Duration::from_nanos(now + words.next().unwrap().parse::<u64>().unwrap()); {restore} \"restored\".to_owned() }}\n\
             \"wait\" => {{ let now = now + words.next().unwrap().parse::<u64>().unwrap(); crate::passed(::fsm_runtime::Machine::advance_to(machine, ::core::time::Duration::from_nanos(now))) }}\n\
             _ => {{ let run = ::fsm_runtime::RunId(words.next().unwrap().parse().unwrap()); let task = words.next().unwrap(); let fails = words.next().unwrap() == \"true\"; let number: u64 = words.next().unwrap().parse().unwrap();\n\
             let _ = (run, fails, number); match task {{ {finishes} _ => panic!() }} }}\n\
             }};\n\
             blocks.push(block(machine, answer));\n\
             }}\nblocks\n}}\n",
            host = self.host(),
            // A machine that stopped in a livelock is earlier than it was told.
            now = if is_timed(machine) { "machine.now().as_nanos() as u64" } else { "0" },
            restore = self.restore(),
            observed = self.observed(),
            sends = sends.collect::<String>(),
            finishes = finishes.collect::<String>(),
        )
    }
}

/// What all modules of a program share.
pub const PRELUDE: &str = r#"#![allow(warnings, clippy::all, clippy::pedantic)]
fn mix(number: u64) -> u64 {
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}
fn number(seed: u64, question: &str) -> u64 {
    question.bytes().fold(mix(seed), |hash, byte| mix(hash ^ u64::from(byte)))
}
fn failed<S, E>(error: fsm_runtime::Error<S, E>) -> String {
    match error {
        fsm_runtime::Error::NoTransition { .. } => "no transition".to_owned(),
        fsm_runtime::Error::GuardsRefused { .. } => "guards refused".to_owned(),
        fsm_runtime::Error::LimitReached { count, .. } => format!("a limit has reached {count}"),
        fsm_runtime::Error::DeferredFull { .. } => "too many deferred".to_owned(),
        fsm_runtime::Error::Terminated { .. } => "terminated".to_owned(),
        fsm_runtime::Error::Livelock { .. } => "livelock".to_owned(),
        fsm_runtime::Error::ActionFailed(failure) => format!("failed {:?}: {}", failure.origin, failure.message),
        fsm_runtime::Error::Past { .. } => "past".to_owned(),
        _ => "not started".to_owned(),
    }
}
fn answer<S, E>(answer: Result<fsm_runtime::Outcome, fsm_runtime::Error<S, E>>) -> String {
    match answer {
        Ok(fsm_runtime::Outcome::Taken) => "taken".to_owned(),
        Ok(fsm_runtime::Outcome::Deferred) => "deferred".to_owned(),
        Ok(fsm_runtime::Outcome::Ignored) => "ignored".to_owned(),
        Err(error) => failed(error),
    }
}
fn passed<S, E>(answer: Result<(), fsm_runtime::Error<S, E>>) -> String {
    answer.map_or_else(failed, |()| "passed".to_owned())
}
"#;

fn snake(text: &str) -> String {
    let mut snake = String::new();
    for (index, letter) in text.chars().enumerate() {
        if letter.is_uppercase() && index > 0 {
            snake.push('_');
        }
        snake.extend(letter.to_lowercase());
    }
    snake
}
