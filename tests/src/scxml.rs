//! Runs SCXML documents through the importer, the front end and the interpreter, for the tests of the importer.

use fsm_core::diagnostic::{Diagnostics, Severity};
use fsm_core::import::scxml;
use fsm_core::interpreter::{Interpreter, NoHost, Occurrence, Value};
use fsm_core::model::{BaseType, Event, Field, Id, Machine, Program, State, Type};
use fsm_core::source::Sources;
use fsm_core::{Analysis, NoImports, analyze};

/// The latest time that a document is given, in nanoseconds: an hour.
const PATIENCE: u64 = 3_600_000_000_000;

/// The most deadlines that a document is given to end.
const MOST_DEADLINES: usize = 10_000;

/// A document that was imported and analysed without errors.
#[derive(Debug)]
pub struct Imported {
    /// The text that the importer wrote, and the document.
    pub sources: Sources,
    /// The text.
    pub text: String,
    /// What it means.
    pub program: Program,
}

/// Imports a document.
///
/// # Errors
///
/// What was found, where there are errors: one line each, beginning with the code.
pub fn imported(name: &str, document: &[u8]) -> Result<Imported, Vec<String>> {
    let mut sources = Sources::new();
    let import = scxml(&mut sources, &format!("{name}.scxml"), name, document);
    if import.diagnostics.has_errors() {
        return Err(errors(&sources, import.diagnostics));
    }
    let file = import.add_text(&mut sources, &format!("{name}.fsm"));
    let Analysis { program, diagnostics } = analyze(&mut sources, file, &mut NoImports);
    if diagnostics.has_errors() {
        let mut shown = errors(&sources, import.traced(file, diagnostics));
        shown.push(import.text);
        return Err(shown);
    }
    let text = import.text;
    Ok(Imported { sources, text, program })
}

fn errors(sources: &Sources, findings: Diagnostics) -> Vec<String> {
    let errors = findings.into_sorted().into_iter().filter(|finding| finding.severity() == Severity::Error);
    let shown = errors.map(|finding| {
        let file = sources.file(finding.primary.span.file);
        let at = file.position(finding.primary.span.range().start);
        let from = finding.secondary.last().map_or(String::new(), |from| format!(" <- {}", sources.text(from.span)));
        format!("{} {}:{}:{}: {}{from}", finding.code(), file.name(), at.line, at.column, finding.message)
    });
    shown.collect()
}

impl Imported {
    /// The machine.
    #[must_use]
    pub fn machine(&self) -> &Machine {
        &self.program.machines[0]
    }

    /// Starts the machine.
    ///
    /// # Panics
    ///
    /// Where that is not possible, which would be a fault of the importer.
    #[must_use]
    pub fn start(&self) -> Interpreter<'_> {
        let started = Interpreter::start(&self.sources, self.machine(), &[], &mut NoHost);
        started.expect("all variables of an imported machine have values").0
    }

    /// The state in which the machine ends by itself, without any event; else the states it stays in.
    #[must_use]
    pub fn outcome(&self) -> String {
        let mut run = self.start();
        for _ in 0..MOST_DEADLINES {
            if run.is_terminated() || run.meet_next(PATIENCE, &mut NoHost).is_none() {
                break;
            }
        }
        self.configuration(&run).join(" ")
    }

    /// The names in the document of the innermost active states, sorted.
    #[must_use]
    pub fn configuration(&self, run: &Interpreter<'_>) -> Vec<String> {
        let mut names: Vec<_> = run.innermost().map(|state| self.name(state)).collect();
        names.sort();
        names
    }

    /// The name of a state in the document: its label, or its name where that is the same.
    fn name(&self, state: Id<State>) -> String {
        let state = self.machine().state(state);
        state.notes.label.clone().unwrap_or_else(|| state.name.text.clone())
    }

    /// What stands for an event from outside: the event of that name, or the most special one whose name begins so.
    #[must_use]
    pub fn event(&self, name: &str) -> Option<Id<Event>> {
        let label = |event: &Event| event.notes.label.clone().unwrap_or_else(|| event.name.text.clone());
        let begins =
            |label: &str| name.strip_prefix(label).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
        let events = self.machine().events.enumerate().map(|(id, event)| (id, label(event)));
        events.filter(|(_, label)| begins(label)).max_by_key(|(_, label)| label.len()).map(|(id, _)| id)
    }

    /// An event with data; without data the fields get the least values there are.
    #[must_use]
    pub fn occurrence(&self, event: Id<Event>, data: &serde_json::Value) -> Occurrence {
        let fields = &self.machine().events[event].fields;
        let value = |field: &Field| {
            let given = if field.name.text == "data" { Some(data) } else { data.get(&field.name.text) };
            value(field.ty, given)
        };
        Occurrence { event, fields: fields.iter().map(value).collect() }
    }
}

fn value(ty: Type, given: Option<&serde_json::Value>) -> Value {
    let (base, is_optional) = match ty {
        Type::Plain(base) => (base, false),
        Type::Optional(base) => (base, true),
    };
    let json = given.unwrap_or(&serde_json::Value::Null);
    match base {
        BaseType::Bool => Value::Bool(json.as_bool().unwrap_or_default()),
        BaseType::Int(_) => Value::Int(json.as_i64().unwrap_or_default().into()),
        BaseType::Float => Value::Float(json.as_f64().unwrap_or_default()),
        _ if is_optional && given.is_none() => Value::None,
        _ => Value::Text(json.as_str().unwrap_or_default().to_owned()),
    }
}

impl Imported {
    /// Plays a script of SCION's suite: events, some of them later than the one before, each with the configuration that
    /// has to follow.
    ///
    /// # Errors
    ///
    /// The first configuration that differs.
    pub fn follow(&self, script: &serde_json::Value) -> Result<(), String> {
        let mut run = self.start();
        self.compare(&run, &script["initialConfiguration"])?;
        for step in script["events"].as_array().into_iter().flatten() {
            let after = step["after"].as_u64().unwrap_or_default() * 1_000_000;
            let now = run.now() + after;
            // Delays of zero are over before the next event comes.
            while run.meet_next(now, &mut NoHost).is_some() {}
            let name = step["event"]["name"].as_str().unwrap_or_default();
            match self.event(name) {
                Some(event) => {
                    let occurrence = self.occurrence(event, &step["event"]["data"]);
                    run.handle_at(now, occurrence, &mut NoHost).map_err(|refusal| format!("{name}: {refusal:?}"))?;
                }
                None => {
                    run.advance_to(now, &mut NoHost).map_err(|refusal| format!("{name}: {refusal:?}"))?;
                }
            }
            while run.meet_next(now, &mut NoHost).is_some() {}
            self.compare(&run, &step["nextConfiguration"]).map_err(|how| format!("{name}: {how}"))?;
        }
        Ok(())
    }

    fn compare(&self, run: &Interpreter<'_>, expected: &serde_json::Value) -> Result<(), String> {
        let mut expected: Vec<_> =
            expected.as_array().into_iter().flatten().filter_map(|name| name.as_str().map(str::to_owned)).collect();
        expected.sort();
        let found = self.configuration(run);
        if found == expected { Ok(()) } else { Err(format!("{found:?} in place of {expected:?}")) }
    }
}
