//! Values of the language as the solver sees them.
//!
//! Integers, durations, enums, texts and extern values are integers here: a variant is its number, each text that is
//! written out has a number of its own, and there are more numbers than any question can tell apart. Floats have an order
//! and nothing else: each is the place of its bits in that order, so that what holds of all floats is found, and a witness
//! is a float that Rust has.

use super::formula::{Formula, Linear};
use crate::model::{BaseType, Interval, Type};

/// What an expression is worth.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Value {
    Truth(Formula),
    Number(Linear),
    Float {
        rank: Linear,
        /// Whether it is no number at all.
        is_nan: Formula,
    },
    Option {
        is_some: Formula,
        /// The value if there is one, else any.
        payload: Box<Value>,
    },
}

/// `none`, with a payload of no consequence.
pub(super) fn none(ty: Type) -> Value {
    let (Type::Plain(base) | Type::Optional(base)) = ty;
    let payload = match base {
        BaseType::Bool => Value::Truth(Formula::FALSE),
        BaseType::Float => Value::Float { rank: Linear::constant(0), is_nan: Formula::FALSE },
        BaseType::Int(_) | BaseType::Str | BaseType::Duration | BaseType::Enum(_) | BaseType::Extern(_) => {
            Value::Number(Linear::constant(0))
        }
    };
    Value::Option { is_some: Formula::FALSE, payload: Box::new(payload) }
}

/// What stands for the variant, the text or the state with this place.
pub(super) fn number_of_index(index: usize) -> i128 {
    // A place in a vector fits 64 bits.
    i128::try_from(index).unwrap_or(i128::MAX)
}

/// As many texts and extern values are told apart.
pub(super) const OPAQUE: Interval = Interval { low: 0, high: 1 << 62 };

/// The place of a float in the order of all floats; the two zeros are one.
pub(super) fn rank(float: f64) -> i128 {
    let magnitude = i128::from(float.abs().to_bits());
    if float.is_sign_negative() { -magnitude } else { magnitude }
}

/// The float at a place.
pub(super) fn float_at(rank: i128) -> f64 {
    let magnitude = f64::from_bits(u64::try_from(rank.unsigned_abs()).unwrap_or(u64::MAX));
    if rank < 0 { -magnitude } else { magnitude }
}

/// All floats but those that are no number.
pub(super) fn all_floats() -> Interval {
    Interval { low: rank(f64::NEG_INFINITY), high: rank(f64::INFINITY) }
}

/// How a variable is best shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shown {
    Number,
    Duration,
    Float,
}

impl Shown {
    /// The plainest of the values that are left.
    pub(super) fn choose(self, left: Interval) -> i128 {
        let nearest = 0.clamp(left.low, left.high);
        let plain = match self {
            Shown::Number => None,
            Shown::Duration => whole_seconds(left),
            Shown::Float => plain_float(left),
        };
        plain.filter(|&plain| nearest != 0 && left.contains(plain)).unwrap_or(nearest)
    }
}

fn whole_seconds(left: Interval) -> Option<i128> {
    let units = [1_000_000_000, 1_000_000, 1_000];
    let up = |unit: i128| left.low.checked_add(unit - 1).map(|low| low.div_euclid(unit) * unit);
    units.into_iter().filter_map(up).find(|&value| left.contains(value))
}

fn plain_float(left: Interval) -> Option<i128> {
    let (low, high) = (float_at(left.low), float_at(left.high));
    let middle = low / 2.0 + high / 2.0;
    let candidates = [low.ceil(), high.floor(), low.ceil() + 1.0, high.floor() - 1.0, (middle * 2.0).round() / 2.0];
    let tenths = [(low * 10.0).ceil() / 10.0, (high * 10.0).floor() / 10.0, middle];
    candidates.into_iter().chain(tenths).map(rank).find(|&rank| left.low < rank && rank < left.high)
}

#[cfg(test)]
mod tests {
    use super::{Shown, float_at, rank};
    use crate::model::Interval;

    #[test]
    fn ranks_keep_the_order_of_floats() {
        let floats =
            [f64::NEG_INFINITY, -1e300, -1.5, -f64::MIN_POSITIVE, 0.0, 1e-300, 0.1, 1.0, f64::MAX, f64::INFINITY];
        for pair in floats.windows(2) {
            assert!(rank(pair[0]) < rank(pair[1]), "{pair:?}");
        }
        assert_eq!(rank(-0.0), rank(0.0));
        assert!(floats.iter().all(|&float| float_at(rank(float)).to_bits() == float.to_bits()));
    }

    #[test]
    fn the_plainest_value_is_chosen() {
        let above = |low: f64| Interval { low: rank(low) + 1, high: rank(f64::INFINITY) };
        assert_eq!(float_at(Shown::Float.choose(above(1.0))).to_bits(), 2.0_f64.to_bits());
        assert_eq!(float_at(Shown::Float.choose(above(0.25))).to_bits(), 1.0_f64.to_bits());
        assert_eq!(Shown::Number.choose(Interval { low: -3, high: 9 }), 0);
        assert_eq!(Shown::Number.choose(Interval { low: 4, high: 9 }), 4);
        assert_eq!(Shown::Duration.choose(Interval { low: 1, high: i128::from(u64::MAX) }), 1_000_000_000);
        assert_eq!(Shown::Duration.choose(Interval { low: 1, high: 5 }), 1);
    }
}
