//! Expressions of Rust, with as many parentheses as they need, and literals as people write them.

use proc_macro2::{Literal, TokenStream};

use super::names::plain;
use crate::model::BinaryOperator;

/// How tightly an expression binds, the loosest first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Level {
    Or,
    And,
    Comparison,
    Sum,
    Product,
    Prefix,
    Atom,
}

/// An expression.
#[derive(Clone)]
pub(super) struct Code {
    tokens: TokenStream,
    level: Level,
}

impl Code {
    /// What binds tighter than any operator: a name, a literal, a call.
    pub(super) fn atom(tokens: TokenStream) -> Self {
        Code { tokens, level: Level::Atom }
    }

    /// What may be a sum.
    pub(super) fn sum(tokens: TokenStream) -> Self {
        Code { tokens, level: Level::Sum }
    }

    /// `-x` or `!x`
    pub(super) fn prefix(sign: &TokenStream, operand: &Code) -> Self {
        let operand = operand.at(Level::Atom);
        Code { tokens: quote!(#sign #operand), level: Level::Prefix }
    }

    pub(super) fn binary(operator: BinaryOperator, left: &Code, right: &Code) -> Self {
        let (level, right_level) = match operator {
            BinaryOperator::Or => (Level::Or, Level::Or),
            BinaryOperator::And => (Level::And, Level::And),
            BinaryOperator::Add | BinaryOperator::Subtract => (Level::Sum, Level::Product),
            BinaryOperator::Multiply | BinaryOperator::Divide | BinaryOperator::Remainder => {
                (Level::Product, Level::Prefix)
            }
            BinaryOperator::Equal
            | BinaryOperator::NotEqual
            | BinaryOperator::Less
            | BinaryOperator::LessEqual
            | BinaryOperator::Greater
            | BinaryOperator::GreaterEqual => (Level::Comparison, Level::Sum),
        };
        // Rust's comparisons do not associate.
        let left_level = if level == Level::Comparison { Level::Sum } else { level };
        let (left, sign, right) = (left.at(left_level), sign(operator), right.at(right_level));
        Code { tokens: quote!(#left #sign #right), level }
    }

    /// A literal, in groups of three digits.
    pub(super) fn integer(value: i128) -> Self {
        let level = if value < 0 { Level::Prefix } else { Level::Atom };
        Code { tokens: integer(value), level }
    }

    /// The expression where everything is allowed: an argument, a statement.
    pub(super) fn tokens(&self) -> TokenStream {
        self.tokens.clone()
    }

    /// The expression where `level` is needed.
    pub(super) fn at(&self, level: Level) -> TokenStream {
        let tokens = &self.tokens;
        if self.level < level { quote!((#tokens)) } else { self.tokens() }
    }
}

fn sign(operator: BinaryOperator) -> TokenStream {
    match operator {
        BinaryOperator::Or => quote!(||),
        BinaryOperator::And => quote!(&&),
        BinaryOperator::Equal => quote!(==),
        BinaryOperator::NotEqual => quote!(!=),
        BinaryOperator::Less => quote!(<),
        BinaryOperator::LessEqual => quote!(<=),
        BinaryOperator::Greater => quote!(>),
        BinaryOperator::GreaterEqual => quote!(>=),
        BinaryOperator::Add => quote!(+),
        BinaryOperator::Subtract => quote!(-),
        BinaryOperator::Multiply => quote!(*),
        BinaryOperator::Divide => quote!(/),
        BinaryOperator::Remainder => quote!(%),
    }
}

/// An integer as people write it.
pub(super) fn integer(value: i128) -> TokenStream {
    let digits = digits(value.unsigned_abs(), "");
    if value < 0 { quote!(-#digits) } else { quote!(#digits) }
}

/// A literal in groups of three digits, with a suffix.
pub(super) fn digits(value: u128, suffix: &str) -> Literal {
    let plain = value.to_string();
    let mut grouped = String::new();
    for (index, digit) in plain.chars().enumerate() {
        if index > 0 && plain.len() > 4 && (plain.len() - index).is_multiple_of(3) {
            grouped.push('_');
        }
        grouped.push(digit);
    }
    grouped.push_str(suffix);
    grouped.parse().unwrap_or_else(|_| Literal::u128_unsuffixed(value))
}

/// A duration that is known when the code is generated, in the largest unit that it is a multiple of.
pub(super) fn duration(nanoseconds: u64) -> TokenStream {
    let units = [
        ("from_hours", 3_600_000_000_000),
        ("from_mins", 60_000_000_000),
        ("from_secs", 1_000_000_000),
        ("from_millis", 1_000_000),
        ("from_micros", 1_000),
    ];
    let unit = units.into_iter().find(|&(_, size)| nanoseconds != 0 && nanoseconds.is_multiple_of(size));
    if nanoseconds == 0 {
        return quote!(::core::time::Duration::ZERO);
    }
    let (unit, size) = unit.unwrap_or(("from_nanos", 1));
    let (unit, value) = (plain(unit), integer((nanoseconds / size).into()));
    quote!(::core::time::Duration::#unit(#value))
}

#[cfg(test)]
mod tests {
    use super::{Code, duration};
    use crate::model::BinaryOperator::{Add, And, Equal, Multiply, Or, Subtract};
    use proc_macro2::TokenStream;

    fn text(tokens: &TokenStream) -> String {
        tokens.to_string().replace(' ', "")
    }

    #[test]
    fn there_are_as_many_parentheses_as_are_needed() {
        let (a, b, c) = (Code::atom(quote!(a)), Code::atom(quote!(b)), Code::atom(quote!(c)));
        let sum = Code::binary(Add, &a, &b);
        let minus = Code::prefix(&quote!(-), &a);
        let same = Code::binary(Equal, &a, &b);
        for (code, expected) in [
            (Code::binary(Multiply, &sum, &c), "(a+b)*c"),
            (Code::binary(Multiply, &c, &sum), "c*(a+b)"),
            (Code::binary(Subtract, &sum, &c), "a+b-c"),
            (Code::binary(Subtract, &c, &sum), "c-(a+b)"),
            (Code::prefix(&quote!(-), &sum), "-(a+b)"),
            (Code::prefix(&quote!(-), &minus), "-(-a)"),
            (Code::prefix(&quote!(!), &same), "!(a==b)"),
            (Code::binary(Equal, &same, &same), "(a==b)==(a==b)"),
            (Code::binary(Or, &Code::binary(And, &a, &b), &c), "a&&b||c"),
            (Code::binary(And, &a, &Code::binary(Or, &b, &c)), "a&&(b||c)"),
            (Code::binary(Multiply, &minus, &Code::integer(-12_345)), "-a*-12_345"),
        ] {
            assert_eq!(text(&code.tokens()), expected);
        }
    }

    #[test]
    fn durations_are_in_the_largest_unit() {
        for (nanoseconds, expected) in [
            (0, "::core::time::Duration::ZERO"),
            (7 * 24 * 3_600_000_000_000, "::core::time::Duration::from_hours(168)"),
            (90_000_000_000, "::core::time::Duration::from_secs(90)"),
            (1_500_000_000, "::core::time::Duration::from_millis(1500)"),
            (u64::MAX, "::core::time::Duration::from_nanos(18_446_744_073_709_551_615)"),
        ] {
            assert_eq!(text(&duration(nanoseconds)), expected);
        }
    }
}
