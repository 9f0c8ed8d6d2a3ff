//! Values, and whether they fit what they are for.

use std::fmt;

use crate::model::{BaseType, Enum, Id, Interval, Program, Type};
use crate::syntax::literal::UNITS;

/// A value of the language.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// `none`
    None,
    /// A truth value.
    Bool(bool),
    /// An integer of any type.
    Int(i128),
    /// A float.
    Float(f64),
    /// A duration in nanoseconds; a kept one is never negative and fits 64 bits.
    Duration(i128),
    /// A text.
    Text(String),
    /// A value of an enum, by its place in the declaration.
    Variant(Id<Enum>, usize),
    /// A value of an extern type, which is known only by a text that stands for it.
    Extern(String),
}

impl Value {
    /// Whether it is a value of this type, whatever its range.
    #[must_use]
    pub fn is_of(&self, ty: Type) -> bool {
        let base = match ty {
            Type::Optional(_) if *self == Value::None => return true,
            Type::Plain(base) | Type::Optional(base) => base,
        };
        match (self, base) {
            (Value::Bool(_), BaseType::Bool)
            | (Value::Int(_), BaseType::Int(_))
            | (Value::Float(_), BaseType::Float)
            | (Value::Duration(_), BaseType::Duration)
            | (Value::Text(_), BaseType::Str)
            | (Value::Extern(_), BaseType::Extern(_)) => true,
            (Value::Variant(of, _), BaseType::Enum(declared)) => *of == declared,
            _ => false,
        }
    }

    /// Whether it is a value of this type and, for integers and durations, lies in the interval; without one, in what
    /// the type can hold.
    #[must_use]
    pub fn fits(&self, ty: Type, interval: Option<Interval>) -> bool {
        let (Type::Plain(base) | Type::Optional(base)) = ty;
        let interval = interval.or(match base {
            BaseType::Int(int) => Some(int.interval()),
            BaseType::Duration => Some(Interval::DURATION),
            _ => None,
        });
        let in_range = match (self, interval) {
            (Value::Int(value) | Value::Duration(value), Some(interval)) => interval.contains(*value),
            _ => true,
        };
        self.is_of(ty) && in_range
    }

    /// The value that an action has which gives one without saying which: the least of its type, for an enum the first.
    #[must_use]
    pub fn least(ty: Type) -> Value {
        let base = match ty {
            Type::Optional(_) => return Value::None,
            Type::Plain(base) => base,
        };
        match base {
            BaseType::Bool => Value::Bool(false),
            BaseType::Int(_) => Value::Int(0),
            BaseType::Float => Value::Float(0.0),
            BaseType::Str => Value::Text(String::new()),
            BaseType::Duration => Value::Duration(0),
            BaseType::Enum(of) => Value::Variant(of, 0),
            BaseType::Extern(_) => Value::Extern(String::new()),
        }
    }

    /// The value as it is written in the language.
    #[must_use]
    pub fn display<'v>(&'v self, program: &'v Program) -> impl fmt::Display + 'v {
        Written { value: self, program }
    }
}

struct Written<'v> {
    value: &'v Value,
    program: &'v Program,
}

impl fmt::Display for Written<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.value {
            Value::None => f.write_str("none"),
            Value::Bool(value) => write!(f, "{value}"),
            Value::Int(value) => write!(f, "{value}"),
            Value::Float(value) => write!(f, "{value:?}"),
            Value::Duration(nanoseconds) => f.write_str(&duration(*nanoseconds)),
            Value::Text(text) => write!(f, "{text:?}"),
            Value::Variant(of, index) => {
                let declared = &self.program.enums[*of];
                let variant = declared.variants.get(*index).map_or("?", |variant| variant.name.text.as_str());
                write!(f, "{}::{variant}", declared.name.text)
            }
            Value::Extern(text) => f.write_str(if text.is_empty() { "_" } else { text }),
        }
    }
}

/// A duration in the largest unit that it is a whole number of: `90s`, `1500ms`, `2h`.
#[must_use]
pub fn duration(nanoseconds: i128) -> String {
    if nanoseconds == 0 {
        return "0s".to_owned();
    }
    let unit = UNITS.iter().find(|(_, size)| nanoseconds % i128::from(*size) == 0);
    unit.map_or_else(String::new, |(name, size)| format!("{}{name}", nanoseconds / i128::from(*size)))
}

#[cfg(test)]
mod tests {
    use super::{Value, duration};
    use crate::model::{BaseType, IntType, Interval, Type};

    #[test]
    fn durations_are_written_in_their_largest_unit() {
        for (nanoseconds, text) in
            [(0, "0s"), (1, "1ns"), (1_500_000_000, "1500ms"), (90_000_000_000, "90s"), (86_400_000_000_000, "1d")]
        {
            assert_eq!(duration(nanoseconds), text);
        }
    }

    #[test]
    fn a_value_fits_its_type_and_range() {
        let byte = BaseType::Int(IntType::U8);
        assert!(Value::Int(255).fits(Type::Plain(byte), None));
        assert!(!Value::Int(256).fits(Type::Plain(byte), None));
        assert!(!Value::Int(4).fits(Type::Plain(byte), Some(Interval { low: 0, high: 3 })));
        assert!(!Value::None.fits(Type::Plain(byte), None));
        assert!(Value::None.fits(Type::Optional(byte), None));
        assert!(!Value::Duration(-1).fits(Type::Plain(BaseType::Duration), None));
        assert!(!Value::Bool(true).fits(Type::Plain(byte), None));
    }
}
