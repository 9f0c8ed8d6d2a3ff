//! Commands as JSON: `{"send":"Enter","fields":{"code":5}}`. `docs/json.md` describes them.

use fsm_core::suggest;
use serde_json::{Map, Value};

use super::command::{Command, EventName, HostAnswer, TaskEnd, Written};
use super::line;
use crate::failure::Failure;
use crate::printable::escaped;

/// The commands, each with the members that may stand beside it.
const COMMANDS: [(&str, &[&str]); 9] = [
    ("send", &["fields"]),
    ("wait", &[]),
    ("next", &[]),
    ("answer", &[]),
    ("finish", &["value", "fails"]),
    ("state", &[]),
    ("undo", &[]),
    ("scenario", &[]),
    ("quit", &[]),
];

/// Reads a line. `None` is an empty one. What is no JSON object is read as in a terminal.
pub(crate) fn read(text: &str) -> Result<Option<Command>, Failure> {
    if !text.trim_start().starts_with(['{', '[', '"']) {
        return line::read(text);
    }
    let value: Value = serde_json::from_str(text)
        .map_err(|error| Failure::new(format!("this is no JSON: {error}")).help("each line is one JSON object"))?;
    let Value::Object(object) = value else {
        return Err(Failure::new("a command is a JSON object").help(r#"for example `{"send":"EVENT"}`"#));
    };
    command(&object).map(Some)
}

fn command(object: &Map<String, Value>) -> Result<Command, Failure> {
    let (word, members) = word(object)?;
    if let Some(other) = object.keys().find(|key| *key != word && !members.contains(&key.as_str())) {
        return Err(Failure::new(format!("`{}` does not belong to `{word}`", escaped(other))).help(beside(members)));
    }
    // The key is one of the object's.
    let value = object.get(word).unwrap_or(&Value::Null);
    match word {
        "send" => Ok(Command::Send { event: event(value)?, fields: fields(object.get("fields"))? }),
        "wait" => line::duration(string(word, value)?).map(Command::Wait),
        "answer" => answers(value).map(Command::Answer),
        "finish" => finish(string(word, value)?, object),
        "undo" => undo(value),
        "scenario" => Ok(Command::Save { file: None, name: Some(string(word, value)?.to_owned()) }),
        "next" => asked(word, value).map(|()| Command::Next),
        "state" => asked(word, value).map(|()| Command::State),
        _ => asked(word, value).map(|()| Command::Quit),
    }
}

/// The one member that says what to do, and what may stand beside it.
fn word(object: &Map<String, Value>) -> Result<(&'static str, &'static [&'static str]), Failure> {
    let mut found = COMMANDS.into_iter().filter(|(word, _)| object.contains_key(*word));
    let all = || format!("one of {}", quoted(&COMMANDS.map(|(word, _)| word)));
    match (found.next(), found.next()) {
        (Some(one), None) => Ok(one),
        (Some((one, _)), Some((other, _))) => {
            Err(Failure::new(format!("`{one}` and `{other}` are two commands")).help("write each in a line of its own"))
        }
        (None, _) => {
            let words = COMMANDS.map(|(word, _)| word);
            let meant = object.keys().find_map(|key| suggest::closest(key, words));
            let help = meant.map_or_else(all, |meant| format!("did you mean `{meant}`?"));
            Err(Failure::new("this object is no command").help(help))
        }
    }
}

fn beside(members: &[&str]) -> String {
    if members.is_empty() { "it stands alone".to_owned() } else { format!("beside it may stand {}", quoted(members)) }
}

fn quoted(words: &[&str]) -> String {
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}

fn string<'v>(word: &str, value: &'v Value) -> Result<&'v str, Failure> {
    value.as_str().ok_or_else(|| Failure::new(format!("`{word}` takes a string")))
}

fn asked(word: &str, value: &Value) -> Result<(), Failure> {
    if value == &Value::Bool(true) {
        return Ok(());
    }
    Err(Failure::new(format!("`{word}` takes `true`")).help(format!(r#"write `{{"{word}":true}}`"#)))
}

/// An event by its name, or by its number in the list of events.
fn event(value: &Value) -> Result<EventName, Failure> {
    match value {
        Value::String(name) => Ok(EventName::Name(name.clone())),
        _ => {
            value.as_u64().and_then(|number| usize::try_from(number).ok()).map(EventName::Number).ok_or_else(|| {
                Failure::new("`send` takes the name of an event").help(r#"for example `{"send":"EVENT"}`"#)
            })
        }
    }
}

fn fields(value: Option<&Value>) -> Result<Vec<(String, Written)>, Failure> {
    match value {
        None => Ok(Vec::new()),
        Some(Value::Object(fields)) => {
            fields.iter().map(|(name, value)| Ok((name.clone(), written(name, value)?))).collect()
        }
        Some(_) => Err(Failure::new("`fields` takes an object").help(r#"for example `"fields":{"code":5}`"#)),
    }
}

fn written(name: &str, value: &Value) -> Result<Written, Failure> {
    match value {
        Value::Null => Ok(Written::plain("none")),
        Value::Bool(_) | Value::Number(_) => Ok(Written::plain(value.to_string())),
        Value::String(text) => Ok(Written::quoted(text)),
        Value::Array(_) | Value::Object(_) => {
            let help = "values are numbers, truth values, strings and `null` for `none`";
            Err(Failure::new(format!("`{}` is given a value of no type of the language", escaped(name))).help(help))
        }
    }
}

fn answers(value: &Value) -> Result<Vec<(String, HostAnswer)>, Failure> {
    let help = r#"for example `{"answer":{"known":true,"charge":{"fails":"declined"},"paid":null}}`"#;
    let Value::Object(answers) = value else {
        return Err(Failure::new("`answer` takes an object").help(help));
    };
    let answer = |(name, value): (&String, &Value)| {
        let answer = match value {
            Value::Null => HostAnswer::Forgotten,
            Value::Object(failure) => match (failure.get("fails").and_then(Value::as_str), failure.len()) {
                (Some(message), 1) => HostAnswer::Fails(message.to_owned()),
                _ => return Err(Failure::new(format!("`{}` is given no answer", escaped(name))).help(help)),
            },
            _ => HostAnswer::Value(written(name, value)?),
        };
        Ok((name.clone(), answer))
    };
    answers.iter().map(answer).collect()
}

fn finish(task: &str, object: &Map<String, Value>) -> Result<Command, Failure> {
    let result = match (object.get("value"), object.get("fails")) {
        (Some(_), Some(_)) => return Err(Failure::new("a task has a `value` or `fails`, not both")),
        (Some(value), None) => TaskEnd::Value(Some(written("value", value)?)),
        (None, Some(message)) => TaskEnd::Fails(string("fails", message)?.to_owned()),
        (None, None) => TaskEnd::Value(None),
    };
    Ok(Command::Finish { task: task.to_owned(), result })
}

fn undo(value: &Value) -> Result<Command, Failure> {
    let steps = value.as_u64().and_then(|steps| usize::try_from(steps).ok()).filter(|&steps| steps > 0);
    steps
        .map(Command::Undo)
        .ok_or_else(|| Failure::new("`undo` takes a number of steps").help(r#"for example `{"undo":1}`"#))
}

#[cfg(test)]
mod tests {
    use super::read;
    use crate::simulate::command::{Command, EventName, HostAnswer, TaskEnd, Written};

    #[test]
    fn every_command() {
        let fields = vec![
            ("by".to_owned(), Written::quoted("x")),
            ("code".to_owned(), Written::plain("5")),
            ("who".to_owned(), Written::plain("none")),
        ];
        let finish = |result| Command::Finish { task: "fetch".to_owned(), result };
        for (line, command) in [
            (
                r#"{"send":"Knock","fields":{"by":"x","code":5,"who":null}}"#,
                Command::Send { event: EventName::Name("Knock".to_owned()), fields },
            ),
            (r#"{"send":2}"#, Command::Send { event: EventName::Number(2), fields: Vec::new() }),
            (r#"{"wait":"5s"}"#, Command::Wait(5_000_000_000)),
            (r#"{"next":true}"#, Command::Next),
            (r#"{"finish":"fetch","value":1.5}"#, finish(TaskEnd::Value(Some(Written::plain("1.5"))))),
            (r#"{"finish":"fetch"}"#, finish(TaskEnd::Value(None))),
            (r#"{"finish":"fetch","fails":"no line"}"#, finish(TaskEnd::Fails("no line".to_owned()))),
            (r#"{"undo":2}"#, Command::Undo(2)),
            (r#"{"scenario":"a"}"#, Command::Save { file: None, name: Some("a".to_owned()) }),
            (r#"{"state":true}"#, Command::State),
            (r#"{"quit":true}"#, Command::Quit),
            ("wait 5s", Command::Wait(5_000_000_000)),
        ] {
            assert_eq!(read(line), Ok(Some(command)), "{line}");
        }
        assert_eq!(
            read(r#"{"answer":{"a":true,"b":{"fails":"no"},"c":null}}"#),
            Ok(Some(Command::Answer(vec![
                ("a".to_owned(), HostAnswer::Value(Written::plain("true"))),
                ("b".to_owned(), HostAnswer::Fails("no".to_owned())),
                ("c".to_owned(), HostAnswer::Forgotten),
            ])))
        );
    }

    #[test]
    fn what_is_no_command() {
        for (line, message) in [
            ("[]", "a command is a JSON object"),
            (r#"{"sned":"A"}"#, "this object is no command"),
            (r#"{"send":"A","wait":"5s"}"#, "`send` and `wait` are two commands"),
            (r#"{"send":"A","field":{}}"#, "`field` does not belong to `send`"),
            (r#"{"send":true}"#, "`send` takes the name of an event"),
            (r#"{"send":"A","fields":[]}"#, "`fields` takes an object"),
            (r#"{"send":"A","fields":{"x":[]}}"#, "`x` is given a value of no type of the language"),
            (r#"{"wait":5}"#, "`wait` takes a string"),
            (r#"{"wait":"5"}"#, "`5` is no duration"),
            (r#"{"next":1}"#, "`next` takes `true`"),
            (r#"{"undo":-1}"#, "`undo` takes a number of steps"),
            (r#"{"answer":{"a":{}}}"#, "`a` is given no answer"),
            (r#"{"answer":true}"#, "`answer` takes an object"),
            (r#"{"finish":"a","value":1,"fails":"b"}"#, "a task has a `value` or `fails`, not both"),
        ] {
            assert_eq!(read(line).unwrap_err().message, message, "{line}");
        }
        assert!(read("{").unwrap_err().message.starts_with("this is no JSON: "));
    }
}
