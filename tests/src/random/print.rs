//! From a description to the text of the language.

use std::fmt::{self, Display, Formatter, Write};

use super::describe::{
    Action, Base, Body, Branch, Condition, Entry, Expr, Field, Function, Guard, Kind, Limit, Machine, Payload,
    Reaction, State, Tail, Target, Trigger, Type, Variable,
};

/// The name of every random machine.
pub const NAME: &str = "Random";

impl Display for Machine {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        for (number, variants) in self.enums.iter().enumerate() {
            let variants = (0..*variants).map(|variant| format!("V{variant}"));
            writeln!(out, "enum E{number} {{ {} }}", joined(variants))?;
        }
        let parallel = if self.parallel { "parallel " } else { "" };
        writeln!(out, "#[snapshot]\n{parallel}machine {NAME} {{")?;
        for param in &self.params {
            writeln!(out, "    param {param};")?;
        }
        for event in &self.events {
            let internal = if event.internal { "internal " } else { "" };
            writeln!(out, "    {internal}event {};", record_type(&event.payload))?;
        }
        for output in &self.outputs {
            writeln!(out, "    output {};", record_type(output))?;
        }
        for guard in &self.guards {
            writeln!(out, "    {guard};")?;
        }
        for action in &self.actions {
            writeln!(out, "    action {action};")?;
        }
        for task in &self.tasks {
            writeln!(out, "    task {task};")?;
        }
        write_body(out, &self.body, self.parallel, 1)?;
        writeln!(out, "}}")
    }
}

fn write_body(out: &mut dyn Write, body: &Body, parallel: bool, depth: usize) -> fmt::Result {
    let indent = "    ".repeat(depth);
    if !body.context.is_empty() {
        writeln!(out, "{indent}context {{ {} }}", joined(&body.context))?;
    }
    for limit in &body.limits {
        writeln!(out, "{indent}{limit};")?;
    }
    if let Some(initial) = &body.initial {
        writeln!(out, "{indent}initial{initial};")?;
    }
    for (word, actions) in [("entry", &body.entry), ("exit", &body.exit)] {
        if !actions.is_empty() {
            writeln!(out, "{indent}{word} / {};", joined(actions))?;
        }
    }
    for reaction in &body.reactions {
        write_reaction(out, reaction, &indent)?;
    }
    // A machine that was shrunk may have lost its initial child; then the first is it.
    let marked = parallel || body.initial.is_some() || body.states.iter().any(|state| state.initial);
    for (index, state) in body.states.iter().enumerate() {
        write_state(out, state, state.initial || (!marked && index == 0), depth)?;
    }
    Ok(())
}

fn write_state(out: &mut dyn Write, state: &State, initial: bool, depth: usize) -> fmt::Result {
    let indent = "    ".repeat(depth);
    let initial = if initial { "initial " } else { "" };
    let kind = match state.kind {
        Kind::Plain => "",
        Kind::Parallel => "parallel ",
        Kind::Final => "final ",
    };
    write!(out, "{indent}{initial}{kind}state {}", state.name)?;
    if state.body == Body::default() {
        return writeln!(out, ";");
    }
    writeln!(out, " {{")?;
    write_body(out, &state.body, state.kind == Kind::Parallel, depth + 1)?;
    writeln!(out, "{indent}}}")
}

fn write_reaction(out: &mut dyn Write, reaction: &Reaction, indent: &str) -> fmt::Result {
    match reaction {
        Reaction::On(trigger, branches) => {
            write!(out, "{indent}{trigger}")?;
            write_branches(out, branches, indent)
        }
        Reaction::Defer(events) => {
            let events = events.iter().map(|(event, max)| match max {
                Some(max) => format!("{event} max {max}"),
                None => event.clone(),
            });
            writeln!(out, "{indent}defer {};", joined(events))
        }
        Reaction::Ignore(events) => writeln!(out, "{indent}ignore {};", joined(events)),
        Reaction::Run { task, arguments, ok, err } => {
            writeln!(out, "{indent}run {task}({}) {{", joined(arguments))?;
            let inner = format!("{indent}    ");
            for (word, branches) in [("ok", ok), ("err", err)] {
                if !branches.is_empty() {
                    write!(out, "{inner}{word}")?;
                    write_branches(out, branches, &inner)?;
                }
            }
            writeln!(out, "{indent}}}")
        }
    }
}

/// Branches in braces, or a single one that needs none.
fn write_branches(out: &mut dyn Write, branches: &[Branch], indent: &str) -> fmt::Result {
    if let [only] = branches {
        return writeln!(out, "{only};");
    }
    writeln!(out, " {{")?;
    for branch in branches {
        writeln!(out, "{indent}   {branch};")?;
    }
    writeln!(out, "{indent}}}")
}

impl Display for Branch {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        match &self.condition {
            Condition::None => write!(out, "{}", self.tail),
            Condition::Guard(guard) => write!(out, " [{guard}]{}", self.tail),
            Condition::Else => write!(out, " else{}", self.tail),
        }
    }
}

impl Display for Tail {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        if let Some(target) = &self.target {
            write!(out, " -> {target}")?;
        }
        if self.reenter {
            write!(out, " reenter")?;
        }
        if let Some(limit) = &self.counts {
            write!(out, " counts {limit}")?;
        }
        if !self.actions.is_empty() {
            write!(out, " / {}", joined(&self.actions))?;
        }
        Ok(())
    }
}

impl Display for Target {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Target::States(entries) => write!(out, "{}", forked(entries)),
            Target::History { deep, state, default } => {
                write!(out, "{}history({state}", if *deep { "deep " } else { "" })?;
                if let Some((entries, actions)) = default {
                    write!(out, ", {}", forked(entries))?;
                    if !actions.is_empty() {
                        write!(out, " / {}", joined(actions))?;
                    }
                }
                write!(out, ")")
            }
        }
    }
}

fn forked(entries: &[Entry]) -> String {
    let list = joined(entries);
    if entries.len() > 1 { format!("({list})") } else { list }
}

impl Display for Entry {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        write!(out, "{}{}", self.state, record(&self.values))
    }
}

impl Display for Trigger {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Trigger::Events(events) => write!(out, "on {}", joined(events)),
            Trigger::Any => write!(out, "on *"),
            Trigger::Done(None) => write!(out, "on done"),
            Trigger::Done(Some(state)) => write!(out, "on done({state})"),
            Trigger::Error => write!(out, "on error"),
            Trigger::Always => write!(out, "always"),
            Trigger::After(delay) => write!(out, "after {}{}", delay_text(delay), on_restore(delay)),
            Trigger::Every(delay) => write!(out, "every {}{}", delay_text(delay), on_restore(delay)),
        }
    }
}

/// What becomes of a timer when the machine is restored follows from its delay, and so shrinks with it.
fn on_restore(delay: &Expr) -> &'static str {
    ["", " on restore remaining", " on restore restart"][delay_text(delay).len() % 3]
}

/// A delay is a literal, a name, or an expression in parentheses.
fn delay_text(delay: &Expr) -> String {
    match delay {
        Expr::Literal(text) | Expr::Name(text) => text.clone(),
        Expr::Prefix(..) | Expr::Binary(..) => delay.to_string(),
        Expr::Call(..) => format!("({delay})"),
    }
}

impl Display for Action {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Action::Call { result, action, arguments } => {
                if let Some(result) = result {
                    write!(out, "{result} = ")?;
                }
                write!(out, "{action}({})", joined(arguments))
            }
            Action::Assign(variable, operator, value) => write!(out, "{variable} {operator} {value}"),
            Action::Emit(output, fields) => write!(out, "emit {output}{}", record(fields)),
            Action::Raise(event, fields, delay) => {
                write!(out, "raise {event}{}", record(fields))?;
                match delay {
                    Some(delay) => write!(out, " after {}", delay_text(delay)),
                    None => Ok(()),
                }
            }
            Action::Cancel(event) => write!(out, "cancel {event}"),
            Action::Reset(name) => write!(out, "reset {name}"),
            Action::Restart(state) => write!(out, "restart {state}"),
            Action::If(arms) => {
                for (index, (condition, actions)) in arms.iter().enumerate() {
                    let word = if index == 0 { "" } else { " else " };
                    match condition {
                        Some(condition) => write!(out, "{word}if {condition} ")?,
                        None => write!(out, "{word}")?,
                    }
                    write!(out, "{{ {} }}", joined(actions))?;
                }
                Ok(())
            }
        }
    }
}

impl Display for Expr {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Expr::Literal(text) | Expr::Name(text) => write!(out, "{text}"),
            Expr::Prefix(operator, operand) => write!(out, "({operator}{operand})"),
            Expr::Binary(operator, operands) => write!(out, "({} {operator} {})", operands.0, operands.1),
            Expr::Call(function, arguments) => write!(out, "{function}({})", joined(arguments)),
        }
    }
}

impl Display for Variable {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        write!(out, "{}: {}", self.name, self.ty)?;
        if let Some((low, high)) = self.range {
            let unit = if self.ty.base == Base::Duration { "ns" } else { "" };
            write!(out, " in {low}{unit}..={high}{unit}")?;
        }
        match &self.default {
            Some(default) => write!(out, " = {default}"),
            None => Ok(()),
        }
    }
}

impl Display for Type {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        match self.base {
            Base::Bool => write!(out, "bool")?,
            Base::Int(name, ..) => write!(out, "{name}")?,
            Base::Duration => write!(out, "duration")?,
            Base::Str => write!(out, "str")?,
            Base::Float => write!(out, "f64")?,
            Base::Enum(number) => write!(out, "E{number}")?,
        }
        write!(out, "{}", if self.optional { "?" } else { "" })
    }
}

impl Display for Field {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        write!(out, "{}: {}", self.name, self.ty)
    }
}

impl Display for Guard {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        write!(out, "guard {}", call_type(&self.signature))?;
        match &self.body {
            Some(body) => write!(out, " = {body}"),
            None => Ok(()),
        }
    }
}

impl Display for Function {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        write!(out, "{}", call_type(&self.signature))?;
        if let Some(result) = self.result {
            write!(out, " -> {result}")?;
        }
        write!(out, "{}", if self.fails { " fails" } else { "" })
    }
}

impl Display for Limit {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        let operator = if self.inclusive { "<=" } else { "<" };
        write!(out, "limit {} {operator} {}", self.name, self.bound)?;
        self.tail.as_ref().map_or(Ok(()), |tail| write!(out, " else{tail}"))
    }
}

fn record_type(payload: &Payload) -> String {
    if payload.fields.is_empty() {
        return payload.name.clone();
    }
    format!("{} {{ {} }}", payload.name, joined(&payload.fields))
}

fn call_type(signature: &Payload) -> String {
    format!("{}({})", signature.name, joined(&signature.fields))
}

fn record(values: &[(String, Expr)]) -> String {
    if values.is_empty() {
        return String::new();
    }
    format!(" {{ {} }}", joined(values.iter().map(|(name, value)| format!("{name}: {value}"))))
}

fn joined<T: Display>(items: impl IntoIterator<Item = T>) -> String {
    items.into_iter().map(|item| item.to_string()).collect::<Vec<_>>().join(", ")
}
