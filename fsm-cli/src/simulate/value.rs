//! Values: as users write them, as they are shown, and as JSON.

use fsm_core::interpreter::Value;
use fsm_core::model::{BaseType, Enum, Id, Interval, Type};
use fsm_core::syntax::literal;
use serde::{Serialize, Serializer};

use super::command::Written;
use super::definition::Definition;
use super::line;
use crate::printable::escaped;

/// A value to show.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Datum {
    text: String,
    json: serde_json::Value,
}

impl Datum {
    /// A value of a machine.
    pub(crate) fn of(definition: &Definition<'_>, value: &Value) -> Self {
        Datum { text: shown(definition, value), json: json(definition, value) }
    }

    /// As it is written in the language.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }
}

impl Serialize for Datum {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.json.serialize(serializer)
    }
}

/// A value as it is written in the language; a text without what a terminal must not be shown.
pub(crate) fn shown(definition: &Definition<'_>, value: &Value) -> String {
    escaped(&value.display(definition.program).to_string()).into_owned()
}

/// A value as JSON: durations and values of enums are strings, `none` is `null`.
fn json(definition: &Definition<'_>, value: &Value) -> serde_json::Value {
    match value {
        Value::None => serde_json::Value::Null,
        Value::Bool(value) => (*value).into(),
        // Kept values lie in 64 bits; a larger one, in an argument that did not fit, is told as a text.
        Value::Int(value) => i64::try_from(*value)
            .map(serde_json::Value::from)
            .or_else(|_| u64::try_from(*value).map(serde_json::Value::from))
            .unwrap_or_else(|_| value.to_string().into()),
        Value::Float(value) => (*value).into(),
        Value::Text(text) | Value::Extern(text) => text.as_str().into(),
        Value::Variant(of, index) => variants(definition, *of).nth(*index).unwrap_or_default().into(),
        Value::Duration(_) => value.display(definition.program).to_string().into(),
    }
}

fn variants<'p>(definition: &Definition<'p>, of: Id<Enum>) -> impl Iterator<Item = &'p str> + use<'p> {
    definition.program.enums[of].variants.iter().map(|variant| variant.name.text.as_str())
}

/// The value that was written for something of this type and, if it has one, in this range; else what is wrong with it
/// and what to write instead.
pub(crate) fn read(
    definition: &Definition<'_>,
    written: &Written,
    ty: Type,
    interval: Option<Interval>,
) -> Result<Value, (String, String)> {
    let expected =
        || (format!("`{}` is no {}", escaped(&written.text), definition.program.type_name(ty)), form(definition, ty));
    let value = parsed(definition, written, ty).ok_or_else(expected)?;
    if value.fits(ty, interval) {
        return Ok(value);
    }
    let outside = format!("`{}` lies outside of what it may be", escaped(&written.text));
    Err(match interval.map(|interval| bounds(ty, interval)) {
        Some(bounds) => (outside, format!("it lies in {bounds}")),
        None => (outside, form(definition, ty)),
    })
}

fn parsed(definition: &Definition<'_>, written: &Written, ty: Type) -> Option<Value> {
    let text = written.text.trim();
    let (base, plain) = match ty {
        Type::Optional(_) if !written.quoted && text == "none" => return Some(Value::None),
        Type::Optional(base) if !written.quoted => {
            (base, text.strip_prefix("some(").and_then(|text| text.strip_suffix(')')).unwrap_or(text))
        }
        Type::Plain(base) | Type::Optional(base) => (base, text),
    };
    if !written.quoted && plain == "_" {
        return Some(Value::least(Type::Plain(base)));
    }
    match base {
        BaseType::Bool => plain.parse().ok().map(Value::Bool),
        BaseType::Int(_) => integer(plain).map(Value::Int),
        BaseType::Float => float(plain).map(Value::Float),
        BaseType::Duration => line::duration(plain).ok().map(|nanoseconds| Value::Duration(nanoseconds.into())),
        BaseType::Enum(of) => variant(definition, of, plain),
        // White space in quotes is part of the text.
        BaseType::Str => Some(Value::Text(if written.quoted { written.text.clone() } else { plain.to_owned() })),
        BaseType::Extern(_) => {
            Some(Value::Extern(if written.quoted { written.text.clone() } else { plain.to_owned() }))
        }
    }
}

fn integer(text: &str) -> Option<i128> {
    let starts_with_digit = |text: &str| text.starts_with(|first: char| first.is_ascii_digit());
    match text.strip_prefix('-') {
        Some(rest) if starts_with_digit(rest) => literal::integer(rest)?.checked_neg(),
        None if starts_with_digit(text) => literal::integer(text),
        _ => None,
    }
}

fn float(text: &str) -> Option<f64> {
    let is_number = text.trim_start_matches('-').starts_with(|first: char| first.is_ascii_digit());
    literal::float(text).filter(|value| is_number && value.is_finite())
}

/// A value of an enum: `Cause::Crash`, or `Crash`.
fn variant(definition: &Definition<'_>, of: Id<Enum>, text: &str) -> Option<Value> {
    let name = match text.split_once("::") {
        Some((named, variant)) if named.trim() == definition.program.enums[of].name.text => variant.trim(),
        Some(_) => return None,
        None => text,
    };
    variants(definition, of).position(|variant| variant == name).map(|index| Value::Variant(of, index))
}

/// How values of a type are written.
pub(crate) fn form(definition: &Definition<'_>, ty: Type) -> String {
    let (base, or_none) = match ty {
        Type::Plain(base) => (base, ""),
        Type::Optional(base) => (base, ", or `none`"),
    };
    let form = match base {
        BaseType::Bool => "`true` or `false`".to_owned(),
        BaseType::Int(int) => format!("an integer in {}", bounds(ty, int.interval())),
        BaseType::Float => "a number such as `1.5`".to_owned(),
        BaseType::Str => "a text, in quotes where spaces are in it".to_owned(),
        BaseType::Duration => "a duration such as `5s` or `1min 30s`".to_owned(),
        BaseType::Enum(of) => {
            format!(
                "one of {}",
                variants(definition, of).map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
            )
        }
        BaseType::Extern(_) => "any text, which stands for a value of that Rust type".to_owned(),
    };
    format!("{form}{or_none}")
}

/// `0..=255`, `1s..=1h`
fn bounds(ty: Type, interval: Interval) -> String {
    let bound = |value: i128| match ty {
        Type::Plain(BaseType::Duration) | Type::Optional(BaseType::Duration) => fsm_core::interpreter::duration(value),
        _ => value.to_string(),
    };
    format!("{}..={}", bound(interval.low), bound(interval.high))
}
