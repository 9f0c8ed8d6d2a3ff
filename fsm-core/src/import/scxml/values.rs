//! The values that a variable or a field can have, and the type that holds them all.

use std::collections::BTreeSet;

/// How many different literals of one variable are kept apart.
const MAX_LITERALS: usize = 32;

/// A value that is written down.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Literal {
    /// `true` or `false`.
    Bool(bool),
    /// A number without a fraction.
    Int(i64),
    /// Another number, by its bits.
    Float(u64),
    /// A text.
    Str(String),
    /// An object or array, by its text.
    Object(String),
}

impl Literal {
    /// The literal of a number: without a fraction where it has none and is exact.
    #[expect(clippy::cast_possible_truncation, reason = "only a value that is exact as an integer becomes one")]
    pub(super) fn number(value: f64) -> Literal {
        // Beyond 2^53 a number stands for several integers.
        if value.fract() == 0.0 && value.abs() < 9_007_199_254_740_992.0 {
            Literal::Int(value as i64)
        } else {
            Literal::float(value)
        }
    }

    /// The literal of a number with a fraction.
    pub(super) fn float(value: f64) -> Literal {
        Literal::Float(value.to_bits())
    }

    /// The value as a number, if it is one.
    #[expect(
        clippy::cast_precision_loss,
        reason = "numbers of ECMAScript are floats: literals beyond 2^53 do not occur"
    )]
    pub(super) fn as_number(&self) -> Option<f64> {
        match self {
            Literal::Int(value) => Some(*value as f64),
            Literal::Float(bits) => Some(f64::from_bits(*bits)),
            Literal::Bool(_) | Literal::Str(_) | Literal::Object(_) => None,
        }
    }

    /// Whether a condition takes the value for true.
    pub(super) fn is_truthy(&self) -> bool {
        match self {
            Literal::Bool(value) => *value,
            Literal::Int(value) => *value != 0,
            Literal::Float(bits) => f64::from_bits(*bits) != 0.0,
            Literal::Str(text) => !text.is_empty(),
            Literal::Object(_) => true,
        }
    }

    /// The value as a text, as ECMAScript joins it to another.
    pub(super) fn as_text(&self) -> String {
        match self {
            Literal::Bool(value) => value.to_string(),
            Literal::Int(value) => value.to_string(),
            Literal::Float(bits) => f64::from_bits(*bits).to_string(),
            Literal::Str(text) | Literal::Object(text) => text.clone(),
        }
    }

    /// What `typeof` says of it.
    pub(super) fn type_of(&self) -> &'static str {
        match self {
            Literal::Bool(_) => "boolean",
            Literal::Int(_) | Literal::Float(_) => "number",
            Literal::Str(_) => "string",
            Literal::Object(_) => "object",
        }
    }

    /// Whether `==` holds between the two, or `===` if `strict`. Objects are equal only to themselves.
    pub(super) fn equals(&self, other: &Literal, strict: bool) -> bool {
        if let (Some(left), Some(right)) = (self.as_number(), other.as_number()) {
            #[expect(clippy::float_cmp, reason = "the comparison of ECMAScript is exact")]
            return left == right;
        }
        if self.type_of() == other.type_of() {
            return self == other;
        }
        // The loose comparison turns both into numbers.
        let loose = |literal: &Literal| match literal {
            Literal::Bool(value) => Some(f64::from(u8::from(*value))),
            Literal::Str(text) if text.trim().is_empty() => Some(0.0),
            Literal::Str(text) => text.trim().parse().ok(),
            other => other.as_number(),
        };
        !strict && loose(self).is_some_and(|left| loose(other) == Some(left))
    }
}

/// The type in the language that holds all values of a variable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Type {
    /// It is never given a value.
    Nothing,
    /// `bool`
    Bool,
    /// `i64`
    Int,
    /// `f64`
    Float,
    /// `str`
    Str,
    /// The enum of all literals of variables whose literals are of several types.
    Mixed,
    /// There is none: values of several types, which are not all literals.
    Unknown,
}

/// What is known of the values of a variable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Values {
    /// Whether it can be `undefined`.
    pub(super) undefined: bool,
    types: BTreeSet<Kind>,
    /// All values but `undefined`, unless some are computed.
    literals: Option<BTreeSet<Literal>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Bool,
    Int,
    Float,
    Str,
    Object,
}

impl Default for Values {
    fn default() -> Self {
        Values { undefined: false, types: BTreeSet::new(), literals: Some(BTreeSet::new()) }
    }
}

impl Values {
    /// Only `undefined`.
    pub(super) fn undefined() -> Values {
        Values { undefined: true, ..Values::default() }
    }

    /// Only this value.
    pub(super) fn literal(literal: Literal) -> Values {
        let kind = match literal {
            Literal::Bool(_) => Kind::Bool,
            Literal::Int(_) => Kind::Int,
            Literal::Float(_) => Kind::Float,
            Literal::Str(_) => Kind::Str,
            Literal::Object(_) => Kind::Object,
        };
        Values { undefined: false, types: BTreeSet::from([kind]), literals: Some(BTreeSet::from([literal])) }
    }

    /// Any value of a type.
    pub(super) fn of(ty: Type) -> Values {
        let kind = match ty {
            Type::Bool => Some(Kind::Bool),
            Type::Int => Some(Kind::Int),
            Type::Float => Some(Kind::Float),
            Type::Str => Some(Kind::Str),
            Type::Nothing | Type::Mixed | Type::Unknown => None,
        };
        Values { undefined: false, types: kind.into_iter().collect(), literals: None }
    }

    /// Adds the values of `other`; whether that changes anything.
    pub(super) fn join(&mut self, other: &Values) -> bool {
        let before = self.clone();
        self.undefined |= other.undefined;
        self.types.extend(&other.types);
        self.literals = match (self.literals.take(), &other.literals) {
            (Some(mut own), Some(others)) => {
                own.extend(others.iter().cloned());
                Some(own).filter(|own| own.len() <= MAX_LITERALS)
            }
            _ => None,
        };
        *self != before
    }

    /// The same without `undefined`.
    pub(super) fn defined(&self) -> Values {
        Values { undefined: false, ..self.clone() }
    }

    /// The type that holds all values but `undefined`.
    pub(super) fn ty(&self) -> Type {
        let mut kinds = self.types.iter();
        match (kinds.next(), kinds.next(), kinds.next()) {
            (None, ..) => Type::Nothing,
            (Some(Kind::Bool), None, _) => Type::Bool,
            (Some(Kind::Int), None, _) => Type::Int,
            (Some(Kind::Float), None, _) | (Some(Kind::Int), Some(Kind::Float), None) => Type::Float,
            (Some(Kind::Str), None, _) => Type::Str,
            _ if self.literals.is_some() => Type::Mixed,
            _ => Type::Unknown,
        }
    }

    /// All values but `undefined`, if they are known.
    pub(super) fn literals(&self) -> Option<&BTreeSet<Literal>> {
        self.literals.as_ref()
    }
}

#[cfg(test)]
mod tests {
    use super::{Literal, Type, Values};

    fn joined(literals: &[Literal]) -> Values {
        let mut values = Values::default();
        for literal in literals {
            values.join(&Values::literal(literal.clone()));
        }
        values
    }

    #[test]
    fn the_type_holds_all_values() {
        let (one, half) = (Literal::number(1.0), Literal::number(0.5));
        let text = Literal::Str("a".to_owned());
        assert_eq!(joined(&[]).ty(), Type::Nothing);
        assert_eq!(joined(std::slice::from_ref(&one)).ty(), Type::Int);
        assert_eq!(joined(&[one.clone(), half]).ty(), Type::Float);
        assert_eq!(joined(&[one.clone(), text.clone()]).ty(), Type::Mixed);
        let mut computed = joined(&[one, text]);
        computed.join(&Values::of(Type::Int));
        assert_eq!(computed.ty(), Type::Unknown);
    }

    #[test]
    fn equality_is_that_of_ecmascript() {
        let (one, text) = (Literal::Int(1), Literal::Str("1".to_owned()));
        assert!(one.equals(&text, false) && !one.equals(&text, true));
        assert!(Literal::Bool(true).equals(&one, false));
        assert!(!Literal::Object("[]".to_owned()).equals(&text, false));
    }
}
