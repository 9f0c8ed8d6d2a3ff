//! Commands as lines: `send Enter code=5`, `wait 5s`, `1 code=5`.

use fsm_core::syntax::literal;

use super::command::{Command, EventName, Form, HostAnswer, TaskEnd, Written};
use crate::failure::Failure;
use crate::printable::escaped;

/// Reads a line. `None` is an empty one, or a comment.
pub(crate) fn read(line: &str) -> Result<Option<Command>, Failure> {
    let line = line.trim();
    if line.is_empty() || line.starts_with("//") {
        return Ok(None);
    }
    let (first, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    command(first, rest.trim()).map(Some)
}

fn command(first: &str, rest: &str) -> Result<Command, Failure> {
    match first {
        "send" => send(rest),
        "wait" => duration(rest).map(Command::Wait),
        "next" => bare("next", rest, Command::Next),
        "answer" => answer(rest),
        "finish" => finish(rest),
        "state" => bare("state", rest, Command::State),
        "trace" => bare("trace", rest, Command::Trace),
        "undo" => undo(rest),
        "save" => save(rest),
        "help" | "?" => Ok(Command::Help((!rest.is_empty()).then(|| rest.to_owned()))),
        "quit" | "exit" => bare("quit", rest, Command::Quit),
        // What is no command may be an event. The session knows the events, and says so if it is none either.
        _ => event(first, rest),
    }
}

fn bare(word: &str, rest: &str, command: Command) -> Result<Command, Failure> {
    if rest.is_empty() { Ok(command) } else { Err(wrong(word, format!("`{word}` stands alone"))) }
}

fn send(rest: &str) -> Result<Command, Failure> {
    if rest.is_empty() {
        return Err(wrong("send", "no event is named"));
    }
    let (name, fields) = rest.split_once(|c: char| c.is_whitespace() || c == '{').unwrap_or((rest, ""));
    // A brace may follow the name without a space, and belongs to the fields.
    let fields = if rest[name.len()..].starts_with('{') { &rest[name.len()..] } else { fields };
    event(name, fields.trim())
}

fn event(name: &str, fields: &str) -> Result<Command, Failure> {
    let event = name.parse().map_or_else(|_| EventName::Name(name.to_owned()), EventName::Number);
    let fields = match fields.strip_prefix('{') {
        Some(inside) => braced(inside)?,
        None => pairs("send", fields)?,
    };
    Ok(Command::Send { event, fields })
}

/// Fields as the language writes them: `field: value, field: value }`.
fn braced(inside: &str) -> Result<Vec<(String, Written)>, Failure> {
    let unclosed = || wrong("send", "the `{` has no `}`");
    let inside = inside.trim_end().trim_end_matches(';').strip_suffix('}').ok_or_else(unclosed)?;
    let mut pairs = Vec::new();
    for part in split_outside_quotes(inside, |c| c == ',') {
        let part = part.trim();
        if !part.is_empty() {
            let (name, value) = part
                .split_once(':')
                .ok_or_else(|| wrong("send", format!("`{}` is no `field: value`", escaped(part))))?;
            pairs.push((name.trim().to_owned(), written(value.trim())));
        }
    }
    Ok(pairs)
}

/// `name=value name=value`
fn pairs(word: &str, text: &str) -> Result<Vec<(String, Written)>, Failure> {
    let mut pairs = Vec::new();
    for part in split_outside_quotes(text, char::is_whitespace).into_iter().filter(|part| !part.is_empty()) {
        pairs.push(pair(part).map_err(|failure| match Form::of(word) {
            Some(form) => failure.help(format!("write `{}`", form.usage)),
            None => failure,
        })?);
    }
    Ok(pairs)
}

/// `name=value`: also the form of the options `--param`, `--set` and `--answer`.
pub(crate) fn pair(text: &str) -> Result<(String, Written), Failure> {
    match text.split_once('=') {
        Some((name, value)) if !name.trim().is_empty() => Ok((name.trim().to_owned(), written(value.trim()))),
        _ => Err(Failure::new(format!("`{}` is no `name=value`", escaped(text)))),
    }
}

/// A value: in quotes with the escapes of the language, or as it stands.
pub(crate) fn written(text: &str) -> Written {
    if text.len() >= 2 && text.starts_with('"') && text.ends_with('"') {
        Written::quoted(literal::unescape(text))
    } else {
        Written::plain(text)
    }
}

/// How a host function answers: a value, `fails`, or `ask`.
pub(crate) fn host_answer(value: Written) -> HostAnswer {
    match value.text.as_str() {
        "fails" if !value.quoted => HostAnswer::Fails("failed".to_owned()),
        "ask" if !value.quoted => HostAnswer::Forgotten,
        _ => HostAnswer::Value(value),
    }
}

fn answer(rest: &str) -> Result<Command, Failure> {
    // A message may follow `fails`, and then nothing else can.
    if let Some((name, message)) = rest.split_once("=fails ").filter(|(name, _)| !name.contains(char::is_whitespace)) {
        let message = written(message.trim()).text;
        return Ok(Command::Answer(vec![(name.to_owned(), HostAnswer::Fails(message))]));
    }
    let pairs = pairs("answer", rest)?;
    Ok(Command::Answer(pairs.into_iter().map(|(name, value)| (name, host_answer(value))).collect()))
}

fn finish(rest: &str) -> Result<Command, Failure> {
    if rest.is_empty() {
        return Err(wrong("finish", "no task is named"));
    }
    let (task, result) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
    let result = result.trim();
    let result = match result.strip_prefix("fails") {
        Some(message) if message.is_empty() || message.starts_with(char::is_whitespace) => {
            let message = written(message.trim()).text;
            TaskEnd::Fails(if message.is_empty() { "failed".to_owned() } else { message })
        }
        _ => TaskEnd::Value((!result.is_empty()).then(|| written(result))),
    };
    Ok(Command::Finish { task: task.to_owned(), result })
}

fn undo(rest: &str) -> Result<Command, Failure> {
    if rest.is_empty() {
        return Ok(Command::Undo(1));
    }
    match rest.parse() {
        Ok(steps) if steps > 0 => Ok(Command::Undo(steps)),
        _ => Err(wrong("undo", format!("`{}` is no number of steps", escaped(rest)))),
    }
}

fn save(rest: &str) -> Result<Command, Failure> {
    let parts = split_outside_quotes(rest, char::is_whitespace);
    let mut parts = parts.into_iter().filter(|part| !part.is_empty()).map(written).peekable();
    let file = parts.next_if(|part| !part.quoted).map(|part| part.text);
    let name = parts.next().map(|part| part.text);
    match parts.next() {
        None => Ok(Command::Save { file, name }),
        Some(more) => Err(wrong("save", format!("`{}` is too much", escaped(&more.text)))),
    }
}

/// A duration: `5s`, or several that are added, `1min 30s`.
pub(crate) fn duration(text: &str) -> Result<u64, Failure> {
    if text.is_empty() {
        return Err(wrong("wait", "no duration is given"));
    }
    let mut total = 0_u64;
    for part in text.split_whitespace() {
        let help = "a duration is an integer with a unit, ns us ms s min h d: `5s`, `1min 30s`; at most 584 years";
        let nanoseconds = literal::duration(part)
            .ok_or_else(|| Failure::new(format!("`{}` is no duration", escaped(part))).help(help))?;
        total = total
            .checked_add(nanoseconds)
            .ok_or_else(|| Failure::new("a duration has at most 2⁶⁴ − 1 nanoseconds: some 584 years"))?;
    }
    Ok(total)
}

/// A command that was recognised and is not written as it should be.
fn wrong(word: &str, message: impl Into<String>) -> Failure {
    let failure = Failure::new(message);
    match Form::of(word) {
        Some(form) => failure.help(format!("write `{}`: {}", form.usage, form.does)),
        None => failure,
    }
}

/// The parts between characters that `separates`, none of which stand in quotes.
fn split_outside_quotes(text: &str, separates: impl Fn(char) -> bool) -> Vec<&str> {
    let (mut is_quoted, mut is_escaped) = (false, false);
    text.split(move |c: char| {
        let was_escaped = std::mem::take(&mut is_escaped);
        match c {
            '"' if !was_escaped => is_quoted = !is_quoted,
            '\\' if is_quoted && !was_escaped => is_escaped = true,
            _ => {}
        }
        !is_quoted && separates(c)
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::{duration, read};
    use crate::simulate::command::{Command, EventName, HostAnswer, TaskEnd, Written};

    fn send(event: &str, fields: &[(&str, Written)]) -> Command {
        let event = event.parse().map_or_else(|_| EventName::Name(event.to_owned()), EventName::Number);
        Command::Send {
            event,
            fields: fields.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect(),
        }
    }

    #[test]
    fn events_are_written_in_several_ways() {
        let code = [("code", Written::plain("5")), ("by", Written::quoted("a \"b\", c"))];
        for line in [
            r#"send Enter code=5 by="a \"b\", c""#,
            r#"Enter   code=5 by="a \"b\", c""#,
            r#"send Enter { code: 5, by: "a \"b\", c" }"#,
            r#"send Enter{code:5,by:"a \"b\", c"};"#,
        ] {
            assert_eq!(read(line), Ok(Some(send("Enter", &code))), "{line}");
        }
        assert_eq!(read("2 code=5"), Ok(Some(send("2", &[("code", Written::plain("5"))]))));
        assert_eq!(read("send X c=Cause::Crash"), Ok(Some(send("X", &[("c", Written::plain("Cause::Crash"))]))));
    }

    #[test]
    fn what_a_host_answers() {
        let fails = |message: &str| HostAnswer::Fails(message.to_owned());
        for (line, answers) in [
            ("answer", vec![]),
            (
                "answer a=true b=ask",
                vec![("a", HostAnswer::Value(Written::plain("true"))), ("b", HostAnswer::Forgotten)],
            ),
            ("answer a=fails", vec![("a", fails("failed"))]),
            ("answer a=fails no more paper", vec![("a", fails("no more paper"))]),
            ("answer a=\"fails\"", vec![("a", HostAnswer::Value(Written::quoted("fails")))]),
        ] {
            let answers = answers.into_iter().map(|(name, answer)| (name.to_owned(), answer)).collect();
            assert_eq!(read(line), Ok(Some(Command::Answer(answers))), "{line}");
        }
    }

    #[test]
    fn how_tasks_end() {
        for (line, result) in [
            ("finish fetch", TaskEnd::Value(None)),
            ("finish fetch 5", TaskEnd::Value(Some(Written::plain("5")))),
            ("finish fetch \"a b\"", TaskEnd::Value(Some(Written::quoted("a b")))),
            ("finish fetch fails", TaskEnd::Fails("failed".to_owned())),
            ("finish fetch fails \"no line\"", TaskEnd::Fails("no line".to_owned())),
            ("finish fetch fails no line", TaskEnd::Fails("no line".to_owned())),
            ("finish fetch failsafe", TaskEnd::Value(Some(Written::plain("failsafe")))),
        ] {
            assert_eq!(read(line), Ok(Some(Command::Finish { task: "fetch".to_owned(), result })), "{line}");
        }
    }

    #[test]
    fn the_other_commands() {
        let save = |file: Option<&str>, name: Option<&str>| Command::Save {
            file: file.map(str::to_owned),
            name: name.map(str::to_owned),
        };
        for (line, command) in [
            ("wait 1min 30s", Command::Wait(90_000_000_000)),
            ("undo", Command::Undo(1)),
            ("undo 3", Command::Undo(3)),
            ("save", save(None, None)),
            ("save \"a b\"", save(None, Some("a b"))),
            ("save a.fsm \"a b\"", save(Some("a.fsm"), Some("a b"))),
            ("help wait", Command::Help(Some("wait".to_owned()))),
            ("exit", Command::Quit),
        ] {
            assert_eq!(read(line), Ok(Some(command)), "{line}");
        }
        for empty in ["", "  ", "// a comment"] {
            assert_eq!(read(empty), Ok(None));
        }
    }

    #[test]
    fn what_is_wrong_is_said_with_what_to_write_instead() {
        for (line, message) in [
            ("send", "no event is named"),
            ("send A x", "`x` is no `name=value`"),
            ("send A { x: 1", "the `{` has no `}`"),
            ("send A { x }", "`x` is no `field: value`"),
            ("wait", "no duration is given"),
            ("wait 5", "`5` is no duration"),
            ("next 3", "`next` stands alone"),
            ("undo 0", "`0` is no number of steps"),
            ("undo x", "`x` is no number of steps"),
            ("finish", "no task is named"),
            ("answer x", "`x` is no `name=value`"),
            ("save a \"b\" c", "`c` is too much"),
        ] {
            let failure = read(line).unwrap_err();
            assert_eq!(failure.message, message, "{line}");
            assert!(failure.help.is_some(), "{line}");
        }
        assert!(duration("200000d 200000d").is_err());
    }
}
