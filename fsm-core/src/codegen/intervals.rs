//! The values that a number can take, known before the program runs.

use crate::model::{BaseType, BinaryOperator, Expr, ExprKind, Interval, Machine, Place, Type, UnaryOperator};

/// Arithmetic that may need more than 127 bits.
pub(super) struct TooWide;

/// All durations that Rust can hold, in nanoseconds.
pub(super) const RUST_DURATION: Interval = Interval { low: 0, high: (u64::MAX as i128 + 1) * 1_000_000_000 };

/// What an `i64` holds.
pub(super) const I64: Interval = Interval { low: i64::MIN as i128, high: i64::MAX as i128 };

/// The values that a number can take, or the one inside an option. `None` for what is no integer and no duration.
pub(super) fn interval(machine: &Machine, expr: &Expr) -> Result<Option<Interval>, TooWide> {
    let Some(of_type) = of_type(expr.ty) else { return Ok(None) };
    let known = match &expr.kind {
        ExprKind::Int(value) => Interval { low: *value, high: *value },
        ExprKind::Duration(value) => Interval { low: i128::from(*value), high: i128::from(*value) },
        ExprKind::Variable(id) | ExprKind::Narrowed(Place::Variable(id)) => {
            machine.variables[*id].interval.unwrap_or(of_type)
        }
        ExprKind::Narrow(_, body) | ExprKind::Some(body) => return interval(machine, body),
        ExprKind::Unary(UnaryOperator::Negate, operand) => {
            let Some(Interval { low, high }) = interval(machine, operand)? else { return Ok(None) };
            Interval { low: high.checked_neg().ok_or(TooWide)?, high: low.checked_neg().ok_or(TooWide)? }
        }
        ExprKind::Binary(operator, left, right) => match (interval(machine, left)?, interval(machine, right)?) {
            (Some(left), Some(right)) => arithmetic(*operator, left, right).ok_or(TooWide)?,
            _ => return Ok(None),
        },
        ExprKind::MinMax { max, operands } => {
            match (interval(machine, &operands.0)?, interval(machine, &operands.1)?) {
                (Some(a), Some(b)) if *max => Interval { low: a.low.max(b.low), high: a.high.max(b.high) },
                (Some(a), Some(b)) => Interval { low: a.low.min(b.low), high: a.high.min(b.high) },
                _ => return Ok(None),
            }
        }
        _ => of_type,
    };
    Ok(Some(known))
}

/// What a type can hold.
pub(super) fn of_type(ty: Type) -> Option<Interval> {
    match ty {
        Type::Plain(BaseType::Int(int)) | Type::Optional(BaseType::Int(int)) => Some(int.interval()),
        Type::Plain(BaseType::Duration) | Type::Optional(BaseType::Duration) => Some(RUST_DURATION),
        Type::Plain(_) | Type::Optional(_) => None,
    }
}

/// The smallest interval around two.
pub(super) fn hull(a: Interval, b: Interval) -> Interval {
    Interval { low: a.low.min(b.low), high: a.high.max(b.high) }
}

/// Interval arithmetic; `None` beyond 127 bits.
pub(super) fn arithmetic(operator: BinaryOperator, left: Interval, right: Interval) -> Option<Interval> {
    let corners = |of: fn(i128, i128) -> Option<i128>| {
        let first = of(left.low, right.low)?;
        let mut all = Interval { low: first, high: first };
        for corner in [of(left.low, right.high)?, of(left.high, right.low)?, of(left.high, right.high)?] {
            all = hull(all, Interval { low: corner, high: corner });
        }
        Some(all)
    };
    match operator {
        BinaryOperator::Add => corners(i128::checked_add),
        BinaryOperator::Subtract => corners(i128::checked_sub),
        BinaryOperator::Multiply => corners(i128::checked_mul),
        // The divisor is a literal other than zero.
        BinaryOperator::Divide => corners(i128::checked_div),
        BinaryOperator::Remainder => {
            corners(i128::checked_rem)?;
            let most = right.low.unsigned_abs().max(right.high.unsigned_abs()).checked_sub(1)?;
            let most = i128::try_from(most).ok()?;
            Some(Interval { low: if left.low < 0 { -most } else { 0 }, high: if left.high > 0 { most } else { 0 } })
        }
        BinaryOperator::Or
        | BinaryOperator::And
        | BinaryOperator::Equal
        | BinaryOperator::NotEqual
        | BinaryOperator::Less
        | BinaryOperator::LessEqual
        | BinaryOperator::Greater
        | BinaryOperator::GreaterEqual => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{arithmetic, hull};
    use crate::model::{BinaryOperator, Interval};

    #[test]
    fn intervals_hold_every_result() {
        let all = -7_i128..=7;
        let operators = [
            (BinaryOperator::Add, i128::checked_add as fn(i128, i128) -> Option<i128>),
            (BinaryOperator::Subtract, i128::checked_sub),
            (BinaryOperator::Multiply, i128::checked_mul),
            (BinaryOperator::Divide, i128::checked_div),
            (BinaryOperator::Remainder, i128::checked_rem),
        ];
        for (operator, compute) in operators {
            let divides = matches!(operator, BinaryOperator::Divide | BinaryOperator::Remainder);
            for low in all.clone() {
                for high in low..=7 {
                    for divisor in all.clone().filter(|&divisor| !divides || divisor != 0) {
                        let right = Interval { low: divisor, high: divisor };
                        let found = arithmetic(operator, Interval { low, high }, right).unwrap();
                        for value in low..=high {
                            assert!(found.contains(compute(value, divisor).unwrap()));
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn what_needs_more_than_127_bits_has_no_interval() {
        let all = Interval { low: i128::MIN, high: i128::MAX };
        let one = Interval { low: 1, high: 1 };
        let minus_one = Interval { low: -1, high: -1 };
        assert!(arithmetic(BinaryOperator::Add, all, one).is_none());
        assert!(arithmetic(BinaryOperator::Divide, all, minus_one).is_none());
        assert!(arithmetic(BinaryOperator::Remainder, all, minus_one).is_none());
        assert_eq!(hull(one, minus_one), Interval { low: -1, high: 1 });
    }
}
