//! Constant expressions: ranges, initial values and bounds.

use super::Builder;
use super::declarations::Scope;
use super::expressions::Environment;
use crate::diagnostic::{Diagnostic, Rule, Severity};
use crate::model::{BaseType, Expr, ExprKind, Interval, Machine, Type, UnaryOperator, VariableScope};
use crate::syntax::ast;

/// The value of a number that consists of literals only: of an integer, or of a duration in nanoseconds.
///
/// `None` also for what does not fit 128 bits.
pub(super) fn fold(expr: &Expr) -> Option<i128> {
    match &expr.kind {
        ExprKind::Int(value) => Some(*value),
        ExprKind::Duration(nanoseconds) => Some(i128::from(*nanoseconds)),
        ExprKind::Some(inner) => fold(inner),
        ExprKind::Unary(UnaryOperator::Negate, operand) => fold(operand)?.checked_neg(),
        ExprKind::Binary(operator, left, right) => operator.compute(fold(left)?, fold(right)?),
        ExprKind::MinMax { max, operands } => {
            let (left, right) = (fold(&operands.0)?, fold(&operands.1)?);
            Some(if *max { left.max(right) } else { left.min(right) })
        }
        _ => None,
    }
}

/// The values that `range` admits for a variable of type `ty`.
pub(super) fn range_of<'a>(
    builder: &mut Builder<'a>,
    scope: &Scope<'a, '_>,
    range: &ast::Range,
    ty: Type,
) -> Option<Interval> {
    let (Type::Plain(base) | Type::Optional(base)) = ty;
    if !matches!(base, BaseType::Int(_) | BaseType::Duration) {
        builder.report(
            Diagnostic::new(&INVALID_RANGE, range.span, "only integers and durations have ranges")
                .help("leave the range out, or test the value in a guard"),
        );
        return None;
    }
    let environment = Environment::constant(Machine::root());
    let interval = super::declarations::interval_of(ty);
    let mut bound = |bound: &ast::Expr| {
        let value = scope.value(builder, &environment, bound, Type::Plain(base), interval)?;
        let folded = fold(&value);
        if folded.is_none() {
            report_not_constant(builder, &value, "the bound of a range");
        }
        folded
    };
    let (low, high) = (bound(&range.low), bound(&range.high));
    let (low, high) = (low?, high?);
    let high = if range.inclusive { high } else { high.checked_sub(1)? };
    if low > high {
        builder.report(
            Diagnostic::new(&INVALID_RANGE, range.span, "the range is empty")
                .help("write the smaller bound first: `0..=3`"),
        );
        return None;
    }
    Some(Interval { low, high })
}

/// Reports a constant that lies outside of `interval`.
pub(super) fn check_interval(builder: &mut Builder<'_>, expr: &Expr, interval: Option<Interval>) {
    let (Some(value), Some(interval)) = (fold(expr), interval) else {
        return;
    };
    if interval.contains(value) {
        return;
    }
    let duration = matches!(expr.ty, Type::Plain(BaseType::Duration) | Type::Optional(BaseType::Duration));
    let unit = if duration { " ns" } else { "" };
    builder.report(
        Diagnostic::new(&OUT_OF_RANGE, expr.span, format!("{value}{unit} lies outside of what is allowed here"))
            .says(format!("must lie in {}..={}{unit}", interval.low, interval.high))
            .help("choose a value inside the range, or widen the range or the type"),
    );
}

/// Whether `expr` has a value before any event: literals and params. Otherwise it is reported.
pub(super) fn require_constant(builder: &mut Builder<'_>, machine: &Machine, expr: &Expr, what: &str) -> bool {
    let mut constant = true;
    expr.walk(&mut |part| match &part.kind {
        ExprKind::Variable(id) => constant &= machine.variables[*id].scope == VariableScope::Param,
        ExprKind::Guard(..) | ExprKind::Limit(_) | ExprKind::In(_) => constant = false,
        _ => {}
    });
    if !constant {
        report_not_constant(builder, expr, what);
    }
    constant
}

fn report_not_constant(builder: &mut Builder<'_>, expr: &Expr, what: &str) {
    builder.report(
        Diagnostic::new(&NOT_CONSTANT, expr.span, format!("{what} must be known before the machine starts"))
            .help("write a literal, or declare a `param` and use it where a bound may depend on one"),
    );
}

/// A constant outside of the range or type that it is given to.
pub(crate) static OUT_OF_RANGE: Rule = Rule {
    code: "FSM202",
    name: "out-of-range",
    severity: Severity::Error,
    summary: "a constant outside of the range or type that it is given to",
    explanation: "A value that leaves its range is a failing action when the machine runs. Where the value is a constant, it \
                  would fail each time, so it is refused at once. Literals of durations hold at most 2^64 - 1 nanoseconds.",
    example: "machine Door {\n    context { tries: u8 in 0..=3 = 7 }\n    event Open;\n    initial state Shut { on Open [tries < 3] / tries += 1; }\n}\n",
    instead: "machine Door {\n    context { tries: u8 in 0..=3 = 0 }\n    event Open;\n    initial state Shut { on Open [tries < 3] / tries += 1; }\n}\n",
};

/// A value that is not known early enough.
pub(crate) static NOT_CONSTANT: Rule = Rule {
    code: "FSM206",
    name: "not-constant",
    severity: Severity::Error,
    summary: "a value that must be known before the machine starts, and is not",
    explanation: "Ranges, initial values and the bounds of limits are fixed when the machine is made: they consist of literals, \
                  and, except for ranges, of params.",
    example: "machine Door {\n    context { tries: u8 = 0, most: u8 = tries }\n    event Open;\n    initial state Shut { on Open [tries < most] / tries += 1; }\n}\n",
    instead: "machine Door {\n    param most: u8 = 3;\n    context { tries: u8 = 0 }\n    event Open;\n    initial state Shut { on Open [tries < most] / tries += 1; }\n}\n",
};

/// A range that admits nothing, or on a type that has none.
pub(crate) static INVALID_RANGE: Rule = Rule {
    code: "FSM207",
    name: "invalid-range",
    severity: Severity::Error,
    summary: "a range that is empty, or on a type that has no ranges",
    explanation: "A range such as `in 0..=3` says which values an integer or a duration may take. It must admit at least one.",
    example: "machine Door {\n    context { tries: u8 in 3..=0 = 3 }\n    event Open;\n    initial state Shut { on Open [tries < 3] / tries += 1; }\n}\n",
    instead: "machine Door {\n    context { tries: u8 in 0..=3 = 0 }\n    event Open;\n    initial state Shut { on Open [tries < 3] / tries += 1; }\n}\n",
};
