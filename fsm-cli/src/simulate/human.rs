//! The [`super::records`] for people.

use std::fmt::Write as _;

use clap::builder::styling::Style;

use super::command::{FORMS, Form};
use super::records::{Done, EventRecord, GuardNow, Named, Offer, OfferedReaction, Standing, TaskRecord, Timer};
use super::value::Datum;
use crate::failure::Failure;
use crate::printable::escaped;
use crate::terminal::{self, paint};

/// How wide the words at the beginning of lines are.
const INDENT: usize = 11;

/// Where the machine stands: its states as a tree, and below what it knows, waits for and reacts to.
pub(crate) fn standing(standing: &Standing) -> String {
    let heading = paint::HEADING;
    let mut text = String::new();
    let ended = if standing.terminated { ", ended" } else { "" };
    let _ = writeln!(text, "{heading}{}{heading:#} at {}{ended}", standing.machine, standing.time);
    text.push_str(&tree(&standing.tree));
    section(&mut text, "context", standing.context.0.iter().map(|(name, value)| equal(name, value)));
    section(&mut text, "params", standing.params.0.iter().map(|(name, value)| equal(name, value)));
    section(&mut text, "limits", standing.limits.0.iter().map(|(name, count)| format!("{name} = {count}")));
    section(&mut text, "timers", standing.timers.iter().map(timer));
    section(&mut text, "deferred", standing.deferred.iter().map(event));
    section(&mut text, "tasks", standing.tasks.iter().map(task));
    section(&mut text, "events", standing.events.iter().map(offer));
    let others = standing.unanswered.join(", ");
    section(
        &mut text,
        if standing.events.is_empty() { "events" } else { "" },
        unanswered(&others, standing.terminated),
    );
    text
}

fn unanswered(names: &str, terminated: bool) -> Option<String> {
    let why = match names {
        _ if terminated => "the machine has ended",
        several if several.contains(", ") => "nothing reacts to them here",
        _ => "nothing reacts to it here",
    };
    (!names.is_empty()).then(|| format!("-  {}", wrapped(&format!("{names}: {why}"), INDENT + 3, INDENT)))
}

/// The active states below the machine, each below the one it lies in.
fn tree(states: &[(usize, String)]) -> String {
    let (tee, last, bar) = if terminal::is_unicode() { ("├─ ", "└─ ", "│  ") } else { ("|- ", "`- ", "|  ") };
    let mut text = String::new();
    for (index, (depth, name)) in states.iter().enumerate() {
        let rest = states.get(index + 1..).unwrap_or_default();
        // Whether a state of the level `level` follows below the same one.
        let follows =
            |level: usize| rest.iter().take_while(|(depth, _)| *depth >= level).any(|(depth, _)| *depth == level);
        let _ = write!(text, "  ");
        for level in 1..*depth {
            text.push_str(if follows(level) { bar } else { "   " });
        }
        if *depth > 0 {
            text.push_str(if follows(*depth) { tee } else { last });
        }
        let is_innermost = rest.first().is_none_or(|(next, _)| next <= depth);
        let style = if is_innermost { paint::GOOD } else { Style::new() };
        let _ = writeln!(text, "{style}{}{style:#}", escaped(name));
    }
    text
}

/// Lines behind a word that says what they are.
fn section(text: &mut String, title: &str, lines: impl IntoIterator<Item = String>) {
    let help = paint::HELP;
    let mut title = title;
    for line in lines {
        for line in line.lines() {
            let padding = INDENT.saturating_sub(2 + title.len());
            let _ = writeln!(text, "  {help}{title}{help:#}{:padding$}{line}", "");
            title = "";
        }
    }
}

fn equal(name: &str, value: &Datum) -> String {
    format!("{name} = {}", value.text())
}

fn timer(timer: &Timer) -> String {
    let state = timer.state.as_ref().map(|state| format!("{state}: ")).unwrap_or_default();
    format!("{}{} is due in {}, at {}", escaped(&state), escaped(&timer.what), timer.remaining, timer.at)
}

/// `Knock { by: "Ann" }`
pub(crate) fn event(event: &EventRecord) -> String {
    format!("{}{}", escaped(&event.name), braces(&event.fields, |value| value.text().to_owned()))
}

fn braces<T>(fields: &Named<T>, shown: impl Fn(&T) -> String) -> String {
    if fields.0.is_empty() {
        return String::new();
    }
    let fields: Vec<_> = fields.0.iter().map(|(name, value)| format!("{name}: {}", shown(value))).collect();
    format!(" {{ {} }}", fields.join(", "))
}

fn task(task: &TaskRecord) -> String {
    format!("{}({}) runs in {}", task.task, arguments(&task.arguments), escaped(&task.state))
}

fn arguments(arguments: &[Datum]) -> String {
    arguments.iter().map(|value| value.text().to_owned()).collect::<Vec<_>>().join(", ")
}

/// The number and the name, and one line for each way to react, with what its guard says now.
fn offer(offer: &Offer) -> String {
    let heading = paint::HEADING;
    let fields = braces(&offer.fields, Clone::clone);
    let mut text = format!("{}  {heading}{}{heading:#}{fields}", offer.number, escaped(&offer.event));
    let says = |reaction: &OfferedReaction| guard(reaction.guard).1;
    let widest = offer.reactions.iter().map(|reaction| width(says(reaction))).max().unwrap_or_default();
    for reaction in &offer.reactions {
        let (style, says) = guard(reaction.guard);
        let column = if widest == 0 { 5 } else { widest + 7 };
        let padding = column - 5 - width(says);
        let words = wrapped(&format!("{}: {}", reaction.state, reaction.reaction), INDENT + column, INDENT);
        let _ = write!(text, "\n     {style}{says}{style:#}{:padding$}{words}", "");
    }
    text
}

/// A text on as many lines as the terminal needs. The first begins at the column `begin`, those below two columns
/// further in, of which the first `margin` are added by somebody else.
fn wrapped(text: &str, begin: usize, margin: usize) -> String {
    let text = escaped(text);
    let width = terminal::width().saturating_sub(begin).max(30);
    let options = textwrap::Options::new(width)
        .subsequent_indent("  ")
        .word_separator(textwrap::WordSeparator::AsciiSpace)
        .break_words(false);
    let lines = textwrap::wrap(&text, options);
    let indent = begin.saturating_sub(margin);
    lines.join(&format!("\n{:indent$}", ""))
}

/// How many columns a text takes, as far as characters tell.
fn width(text: &str) -> usize {
    text.chars().count()
}

fn guard(guard: GuardNow) -> (Style, &'static str) {
    match guard {
        GuardNow::None => (Style::new(), ""),
        GuardNow::True => (paint::GOOD, "true"),
        GuardNow::False => (paint::WARNING, "false"),
        GuardNow::AsksHost => (paint::HELP, "asks host"),
        GuardNow::AsksEvent => (paint::HELP, "by fields"),
    }
}

/// What a command did: what happened, one line each, and the answer.
pub(crate) fn done(done: &Done) -> String {
    let mut text = String::new();
    let are_several = done.steps.len() > 1 || done.answer == "waited";
    for step in &done.steps {
        if are_several {
            let (heading, style) = (paint::HEADING, style(step.answer));
            let _ = writeln!(
                text,
                "  {heading}{}  {}{heading:#}: {style}{}{style:#}",
                step.at,
                escaped(&step.cause),
                escaped(&step.message)
            );
        }
        for traced in &step.trace {
            let _ = writeln!(text, "    {}", wrapped(&traced.text, 4, 0));
        }
    }
    let style = style(done.answer);
    let _ = writeln!(text, "{style}{}{style:#}", escaped(&done.message));
    text
}

/// The colour of an answer.
fn style(answer: &str) -> Style {
    match answer {
        "taken" | "started" | "waited" => paint::GOOD,
        "ignored" | "deferred" => paint::HELP,
        "no_transition" | "guards_refused" | "terminated" | "deferred_full" => paint::WARNING,
        _ => paint::ERROR,
    }
}

/// What was wrong with a command, and what to write instead.
pub(crate) fn failure(failure: &Failure) -> String {
    let (error, help) = (paint::ERROR, paint::HELP);
    let mut text = format!("{error}error{error:#}: {}\n", failure.line());
    if let Some(what) = &failure.help {
        let _ = writeln!(text, "  {help}help{help:#}: {}", wrapped(what, 8, 0));
    }
    text
}

/// A scenario, with its line breaks and nothing else that a terminal must not be shown.
pub(crate) fn scenario(text: &str) -> String {
    text.lines().flat_map(|line| [escaped(line), "\n".into()]).collect()
}

/// All commands, or one.
pub(crate) fn help(word: Option<&str>) -> String {
    let heading = paint::HEADING;
    let widest = FORMS.iter().map(|form| width(form.usage)).max().unwrap_or_default();
    let line = |form: &Form| {
        let padding = widest.saturating_sub(width(form.usage));
        format!("  {heading}{}{heading:#}{:padding$}  {}\n", form.usage, "", wrapped(form.does, widest + 4, 0))
    };
    match word.map(|word| (word, Form::of(word))) {
        Some((_, Some(form))) => line(form),
        Some((word, None)) => format!("there is no command `{}`; these are all:\n{}", escaped(word), help(None)),
        None => FORMS.iter().map(line).collect(),
    }
}
