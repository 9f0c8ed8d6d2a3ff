//! Expressions with their types: every name resolved, every type checked.

use super::{Enum, Event, ExternType, Guard, Id, Limit, State, Variable};
use crate::source::Span;
pub use crate::syntax::ast::{BinaryOperator, UnaryOperator};

/// A type of the language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Type {
    /// A value that is always there.
    Plain(BaseType),
    /// `T?`: a value or `none`.
    Optional(BaseType),
}

/// A type without `?`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BaseType {
    /// `bool`
    Bool,
    /// `u8` to `i64`
    Int(IntType),
    /// `f64`
    Float,
    /// `str`
    Str,
    /// `duration`: nanoseconds in a `u64`
    Duration,
    /// A declared enum.
    Enum(Id<Enum>),
    /// A Rust type that the language knows only by name.
    Extern(Id<ExternType>),
}

/// The integer types.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the names are Rust's own")]
pub enum IntType {
    U8,
    U16,
    U32,
    U64,
    I8,
    I16,
    I32,
    I64,
}

impl IntType {
    /// All of them, in the order of the reference.
    pub const ALL: [IntType; 8] =
        [IntType::U8, IntType::U16, IntType::U32, IntType::U64, IntType::I8, IntType::I16, IntType::I32, IntType::I64];

    /// Rust's name, which is also the language's.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            IntType::U8 => "u8",
            IntType::U16 => "u16",
            IntType::U32 => "u32",
            IntType::U64 => "u64",
            IntType::I8 => "i8",
            IntType::I16 => "i16",
            IntType::I32 => "i32",
            IntType::I64 => "i64",
        }
    }

    /// The values of the type.
    #[must_use]
    pub fn interval(self) -> Interval {
        let (low, high) = match self {
            IntType::U8 => (0, u8::MAX.into()),
            IntType::U16 => (0, u16::MAX.into()),
            IntType::U32 => (0, u32::MAX.into()),
            IntType::U64 => (0, u64::MAX.into()),
            IntType::I8 => (i8::MIN.into(), i8::MAX.into()),
            IntType::I16 => (i16::MIN.into(), i16::MAX.into()),
            IntType::I32 => (i32::MIN.into(), i32::MAX.into()),
            IntType::I64 => (i64::MIN.into(), i64::MAX.into()),
        };
        Interval { low, high }
    }
}

/// The integers from `low` to `high`, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Interval {
    /// The lowest value.
    pub low: i128,
    /// The highest value.
    pub high: i128,
}

impl Interval {
    /// All durations, in nanoseconds.
    pub const DURATION: Interval = Interval { low: 0, high: u64::MAX as i128 };

    /// Whether every value of `self` lies in `other`.
    #[must_use]
    pub fn within(self, other: Interval) -> bool {
        other.low <= self.low && self.high <= other.high
    }

    /// Whether `value` lies in the interval.
    #[must_use]
    pub fn contains(self, value: i128) -> bool {
        self.low <= value && value <= self.high
    }
}

/// A typed expression.
#[derive(Debug, Clone)]
pub struct Expr {
    /// Where it was written.
    pub span: Span,
    /// Its type. [`ExprKind::None`] has the optional type it is used as.
    pub ty: Type,
    /// Its kind.
    pub kind: ExprKind,
}

/// The kinds of [`Expr`].
#[derive(Debug, Clone)]
pub enum ExprKind {
    /// A truth value.
    Bool(bool),
    /// An integer.
    Int(i128),
    /// A duration in nanoseconds.
    Duration(u64),
    /// A float.
    Float(f64),
    /// A text; in a scenario also a value of an extern type, for which the text stands.
    Str(String),
    /// A value of an enum.
    Variant(Id<Enum>, usize),
    /// `none`
    None,
    /// A plain value where an optional one is wanted, written `some(x)` or `x`.
    Some(Box<Expr>),
    /// A param or a variable of a context.
    Variable(Id<Variable>),
    /// A field of the event that is being handled. Where several events share a reaction, all have the field.
    EventField {
        /// The field's name.
        name: String,
        /// The first of the events, whose declaration gives the type.
        event: Id<Event>,
    },
    /// What `event` tells in the reaction to a failure or to the end of a task.
    Reported(Report),
    /// A parameter of the guard whose body this is.
    Parameter(usize),
    /// A named guard, with its arguments.
    Guard(Id<Guard>, Vec<Expr>),
    /// How often the transitions that a limit counts were taken.
    Limit(Id<Limit>),
    /// Whether a state is active.
    In(Id<State>),
    /// A prefix operator.
    Unary(UnaryOperator, Box<Expr>),
    /// An infix operator. Both operands have the same type, but for `duration * integer` and `duration / integer`.
    Binary(BinaryOperator, Box<Expr>, Box<Expr>),
    /// The smaller or the larger of two numbers.
    MinMax {
        /// Whether it is `max`.
        max: bool,
        /// The operands.
        operands: Box<(Expr, Expr)>,
    },
    /// `body`, in which [`ExprKind::Narrowed`] is the value of an option. Where the option is `none` after all, a
    /// condition is false, and any other value fails as an action does.
    Narrow(Place, Box<Expr>),
    /// The value of an option, inside the [`ExprKind::Narrow`] of the same place.
    Narrowed(Place),
}

/// What `event` tells where no declared event is handled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Report {
    /// `event.origin` in `on error`: what failed, a `str`.
    Origin,
    /// `event.message` in `on error`: how, a `str`.
    Message,
    /// `event.value` in the `ok` of a task: its result.
    Value,
    /// `event.error` in the `err` of a task, a `str`.
    Error,
}

/// An optional value that a test against `none` can narrow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// A param or a variable of a context.
    Variable(Id<Variable>),
    /// A field of the event that is being handled.
    EventField {
        /// The field's name.
        name: String,
        /// The first of the events, whose declaration gives the type.
        event: Id<Event>,
    },
    /// A parameter of the guard whose body this is.
    Parameter(usize),
}

impl Expr {
    /// Calls `visit` on this expression and on all its parts, outermost first.
    pub fn walk<'e>(&'e self, visit: &mut dyn FnMut(&'e Expr)) {
        visit(self);
        match &self.kind {
            ExprKind::Some(inner) | ExprKind::Unary(_, inner) | ExprKind::Narrow(_, inner) => inner.walk(visit),
            ExprKind::Binary(_, left, right) => {
                left.walk(visit);
                right.walk(visit);
            }
            ExprKind::MinMax { operands, .. } => {
                operands.0.walk(visit);
                operands.1.walk(visit);
            }
            ExprKind::Guard(_, arguments) => arguments.iter().for_each(|argument| argument.walk(visit)),
            ExprKind::Bool(_)
            | ExprKind::Int(_)
            | ExprKind::Duration(_)
            | ExprKind::Float(_)
            | ExprKind::Str(_)
            | ExprKind::Variant(..)
            | ExprKind::None
            | ExprKind::Variable(_)
            | ExprKind::EventField { .. }
            | ExprKind::Reported(_)
            | ExprKind::Parameter(_)
            | ExprKind::Limit(_)
            | ExprKind::In(_)
            | ExprKind::Narrowed(_) => {}
        }
    }
}

impl BinaryOperator {
    /// The result for two integers: `None` for what is no arithmetic, for a division by zero, and beyond 128 bits.
    #[must_use]
    pub fn compute(self, left: i128, right: i128) -> Option<i128> {
        match self {
            BinaryOperator::Add => left.checked_add(right),
            BinaryOperator::Subtract => left.checked_sub(right),
            BinaryOperator::Multiply => left.checked_mul(right),
            BinaryOperator::Divide => left.checked_div(right),
            BinaryOperator::Remainder => left.checked_rem(right),
            _ => None,
        }
    }
}
