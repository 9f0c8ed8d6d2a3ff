//! What to say of a text that is not of the language's form.
//!
//! The grammar sets aside as `junk` what it cannot read. Here the junk is parsed once more, alone, by the rule that
//! should have matched: the furthest place that this parse reaches is where the text stops making sense, and what the
//! parser tried there is what could follow. Slips that people make often get words of their own.

use pest::Parser;
use pest::error::InputLocation;

use super::parser::{FsmParser, Rule};
use super::rules::SYNTAX_ERROR;
use crate::diagnostic::Diagnostic;
use crate::lists::CollectVec;
use crate::source::Span;
use crate::suggest::closest;

/// The words that can begin a member of a machine or of a state.
const MEMBERS: &[&str] = &[
    "action", "after", "always", "context", "defer", "entry", "enum", "event", "every", "exit", "extern", "final",
    "guard", "ignore", "initial", "internal", "limit", "on", "output", "parallel", "param", "property", "run",
    "scenario", "state", "task",
];

/// The words that can begin a statement of a scenario.
const STATEMENTS: &[&str] = &["complete", "expect", "given", "repeat", "send", "start", "wait"];

/// The words that can begin a member of a system or of a part.
const PARTS: &[&str] = &["component", "container", "external", "person", "port", "store", "technology"];

/// The words that can begin an item of a file.
const ITEMS: &[&str] = &["enum", "extern", "import", "machine", "parallel", "system"];

/// The finding for the junk at `span`, where `expected` should have stood.
pub(super) fn explain(text: &str, span: Span, expected: Rule) -> Diagnostic {
    let junk = &text[span.range()];
    // What the parser tried may reach beyond the junk, into the text behind it.
    let rest = &text[span.range().start..];
    let (at, tokens) = furthest(rest, expected);
    let place = span.range().start + at;
    let found = token_at(text, place);
    let here = Span::new(span.file, place..place + found.len());
    let report = |message: String| Diagnostic::new(&SYNTAX_ERROR, here, message);
    if let Some((message, help)) = slip(rest, at, found) {
        return report(message).help(help);
    }
    if at == 0 {
        return beginning(span, junk, found, expected);
    }
    let expected = alternatives(&tokens);
    let found = if found.is_empty() { "the end of the text".to_owned() } else { format!("`{found}`") };
    let message = if expected.is_empty() {
        format!("{found} does not belong here")
    } else {
        format!("expected {expected}, found {found}")
    };
    let finding = report(message);
    match continuation(text, place, &tokens) {
        Some(help) => finding.help(help),
        None => finding,
    }
}

/// How far `rule` gets in `text`, and the tokens that it tried there.
fn furthest(text: &str, rule: Rule) -> (usize, Vec<String>) {
    // The switch is global to pest and is never turned off again: what it costs is paid only after a first error.
    pest::set_error_detail(true);
    let Err(error) = FsmParser::parse(rule, text) else { return (0, Vec::new()) };
    let tried = match error.location {
        InputLocation::Pos(at) | InputLocation::Span((at, _)) => at,
    };
    let Some(attempts) = error.parse_attempts() else { return (tried, Vec::new()) };
    let tokens = attempts.expected_tokens().iter().map(ToString::to_string).collect_vec();
    let at = attempts.max_position;
    // White space that was skipped before the failing token is not the place of the failure.
    let at = at + text[at..].len() - text[at..].trim_start().len();
    (at, tokens)
}

/// The token that begins at `at`, as a person would name it.
fn token_at(text: &str, at: usize) -> &str {
    let rest = &text[at..];
    let Some(first) = rest.chars().next() else { return "" };
    let word = |letter: char| pest::unicode::XID_CONTINUE(letter);
    if word(first) {
        let length = rest.find(|letter| !word(letter)).unwrap_or(rest.len());
        return &rest[..length];
    }
    let pairs = ["->", "=>", "==", "!=", "<=", ">=", "&&", "||", "+=", "-=", "::", ".."];
    let pair = pairs.into_iter().find(|pair| rest.starts_with(pair));
    let length = pair.map_or(first.len_utf8(), str::len);
    &rest[..length]
}

/// Words for the slips of people who know other notations.
fn slip(rest: &str, at: usize, found: &str) -> Option<(String, String)> {
    let before = rest[..at].trim_end();
    let first = token_at(rest, 0);
    let said = |message: &str, help: &str| Some((message.to_owned(), help.to_owned()));
    match found {
        "=>" => return said("`=>` is not an arrow here", "write `->` between the event and its target"),
        "if" | "when" if !before.is_empty() => {
            return said(
                &format!("`{found}` is not how a guard is written"),
                "write the condition in brackets behind the event: `on Event [condition] -> Target;`",
            );
        }
        "=" if before.matches('[').count() > before.matches(']').count() => {
            return said("`=` assigns, and a guard only asks", "compare by `==`");
        }
        _ if before.ends_with("expect not") => {
            return said(
                "`not` stands only before what was done: `emitted`, `called`, `taken`, `refused` and so on",
                "negate a condition by `!`: `expect !(in Open);`",
            );
        }
        "{" if before == "scenario" => {
            return said("a scenario without a title", "say what it is about: `scenario \"the door locks\" { … }`");
        }
        "and" | "or" | "not" => {
            let operator = match found {
                "and" => "&&",
                "or" => "||",
                _ => "!",
            };
            return said(&format!("`{found}` is not an operator"), &format!("write `{operator}`"));
        }
        "else" if at == 0 => {
            return said(
                "`else` belongs to a block of branches",
                "write the branches in braces: `on Event { [condition] -> A; else -> B; }`",
            );
        }
        _ => {}
    }
    match first {
        "transition" | "trigger" | "transitions" => said(
            &format!("there is no `{first}`: a transition is written in its source state"),
            "write `on Event -> Target;` inside the state that it leaves",
        ),
        "states" | "events" => said(
            &format!("there is no list of `{first}`"),
            "declare them one by one: `state Name { … }`, `event Name;`",
        ),
        "fn" | "let" | "struct" | "impl" | "use" | "mod" => said(
            &format!("`{first}` is Rust, and this is the text of a machine"),
            "host functions are declared by `guard` and `action`, and implemented in Rust outside of it",
        ),
        _ => None,
    }
}

/// Junk that does not even begin as anything.
fn beginning(span: Span, junk: &str, found: &str, expected: Rule) -> Diagnostic {
    let here = Span { end: span.start + u32::try_from(found.len()).unwrap_or(0), ..span };
    let report = |message: String| Diagnostic::new(&SYNTAX_ERROR, here, message);
    let (words, what): (&[&str], _) = match expected {
        Rule::item => (ITEMS, "an item of a file"),
        Rule::branch => (&["else"], "a branch"),
        Rule::handler => (&["ok", "err"], "a handler of a task"),
        Rule::statement => (STATEMENTS, "a statement of a scenario"),
        Rule::system_member => (PARTS, "a member of a system or of a part"),
        _ => (MEMBERS, "a member of a machine or state"),
    };
    if found == ";" {
        return report("a `;` that ends nothing".to_owned()).help("remove it");
    }
    if expected == Rule::item && MEMBERS.contains(&found) {
        return report(format!("`{found}` stands outside of a machine"))
            .help("put it into the braces of a machine: `machine Name { … }`");
    }
    if junk.starts_with("///") {
        return report("a doc comment with nothing behind it".to_owned())
            .help("write it before what it documents, or as `//`");
    }
    let finding = report(format!("`{found}` begins no {}", what.trim_start_matches("an ").trim_start_matches("a ")));
    match closest(found, words.iter().copied()) {
        Some(word) => finding.help(format!("did you mean `{word}`?")).replace_by(word),
        None if expected == Rule::branch => {
            finding.help("a branch is `[guard] -> Target / actions;` or `else -> Target / actions;`")
        }
        None if expected == Rule::handler => finding.help("a handler is `ok -> Target;` or `err -> Target;`"),
        None if expected == Rule::statement => finding.help(
            "statements are `start with { … };`, `given f = value;`, `send Event;`, `wait 5s;`, `complete task = value;`, \
             `repeat 3 { … }` and `expect …;`",
        ),
        None if expected == Rule::item => {
            finding.help("a file consists of `machine`, `system`, `enum`, `extern type` and `import`")
        }
        None if expected == Rule::system_member => finding.help(
            "members are `person`, `external`, `container`, `component`, `store`, `technology`, `port`, relations such as \
             `A -> B \"uses\";` and wirings such as `A emits Output to B;`",
        ),
        None => finding.help(
            "members are `state`, `event`, `output`, `guard`, `action`, `param`, `context`, `limit`, `entry`, `exit`, \
             and reactions such as `on Event -> Target;`",
        ),
    }
}

/// The tokens that were tried, in the words of the language. Nothing, where they are too many to be of help.
fn alternatives(tokens: &[String]) -> String {
    let tried: Vec<&str> = tokens.iter().map(|token| token.trim_matches('`')).collect_vec();
    let has = |token: &str| tried.contains(&token);
    let mut words: Vec<String> = Vec::new();
    // Some tokens only ever come together: they begin an expression, or a target, or are operators or a name.
    let mut named: Vec<&str> = Vec::new();
    let mut name = |word: &str, parts: &[&'static str]| {
        words.push(word.to_owned());
        named.extend(parts);
    };
    if has("!") && has("(") {
        name("an expression", &["!", "(", "-", "_", "in"]);
    } else if has("deep") && has("history") {
        name("a state", &["(", "deep", "history"]);
    } else if has("r#") {
        name("a name", &[]);
    }
    if has("||") && has("%") {
        let operators = ["||", "&&", "==", "!=", "<=", ">=", "<", ">", "+", "-", "*", "/", "%", "::", ".", "("];
        name("an operator", &operators);
    }
    for token in tried {
        let sign = !token.is_empty() && token.chars().all(|letter| letter.is_ascii_punctuation());
        let known = sign && !matches!(token, "_" | "\"" | "///" | "#")
            || MEMBERS.contains(&token)
            || PARTS.contains(&token)
            || KEYWORDS.contains(&token);
        let word = format!("`{token}`");
        if known && !named.contains(&token) && !words.contains(&word) {
            words.push(word);
        }
    }
    match words.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, rest)) if rest.len() < 8 => format!("{} or {last}", rest.join(", ")),
        _ => String::new(),
    }
}

/// Keywords that stand inside of constructs.
const KEYWORDS: &[&str] = &[
    "as", "called", "cancel", "counts", "deep", "deferred", "done", "else", "emit", "emits", "emitted", "err", "error",
    "failed", "fails", "history", "if", "ignored", "in", "machine", "max", "not", "ok", "per", "raise", "reason",
    "reenter", "refused", "reset", "restart", "runs", "taken", "to", "type", "via", "with",
];

/// Help for the most frequent omission: a statement that is not ended.
fn continuation(text: &str, at: usize, tokens: &[String]) -> Option<String> {
    let ends = tokens.iter().any(|token| token.trim_matches('`') == ";");
    let next_line = text[..at].trim_end().len() < text[..at].rfind('\n').unwrap_or(0);
    let closes = text[at..].starts_with('}');
    (ends && (next_line || closes)).then(|| "end the statement before by `;`".to_owned())
}
