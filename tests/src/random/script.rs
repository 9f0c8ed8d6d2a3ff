//! What happens to a random machine: the values it starts with, events, time, ends of tasks.

use super::choices::Choices;
use super::describe::{Base, Machine, Type, Variable};

/// A value of the language.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Of `bool`.
    Bool(bool),
    /// Of an integer type.
    Int(i128),
    /// Of `duration`, in nanoseconds.
    Duration(u64),
    /// Of `str`.
    Str(String),
    /// Of `f64`.
    Float(f64),
    /// Of an enum: its number and the number of the value.
    Variant(usize, usize),
    /// No value of an option.
    None,
    /// The value of an option.
    Some(Box<Value>),
}

/// What happens to a machine.
#[derive(Debug, Clone, PartialEq)]
pub struct Script {
    /// The values of params and of variables of the machine's context that it is started with, by name. All that have
    /// no initial value are among them.
    pub start: Vec<(String, Value)>,
    /// Where the answers of the host come from.
    pub host: u64,
    /// What happens then.
    pub steps: Vec<Step>,
}

/// One thing that happens.
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    /// An event comes from outside.
    Send(String, Vec<(String, Value)>),
    /// Time goes by, in nanoseconds.
    Wait(u64),
    /// A task ends. Which of those that run, and with what result, follows from the numbers.
    Finish {
        /// Which of the running tasks, as an index modulo their count.
        which: u64,
        /// Whether it succeeds, where it may fail.
        success: bool,
        /// The seed of its result.
        result: u64,
    },
    /// The result of a task that is not running any more comes in.
    Stale,
}

/// A script for a machine.
pub(super) fn script(choices: &mut Choices<'_>, machine: &Machine, steps: usize) -> Script {
    let variables = machine.params.iter().chain(&machine.body.context);
    let start = variables.filter_map(|variable| started(choices, machine, variable)).collect();
    let host = choices.below(u64::MAX);
    let steps = (0..steps).map(|_| step(choices, machine)).collect();
    Script { start, host, steps }
}

/// The value that a variable starts with, if it needs one or gets one.
fn started(choices: &mut Choices<'_>, machine: &Machine, variable: &Variable) -> Option<(String, Value)> {
    let needed = variable.default.is_none() && !variable.ty.optional;
    if !needed && !choices.chance(20) {
        return None;
    }
    let value = random_value(choices, &machine.enums, variable.ty, variable.range);
    Some((variable.name.clone(), value))
}

fn step(choices: &mut Choices<'_>, machine: &Machine) -> Step {
    let external: Vec<_> = machine.events.iter().filter(|event| !event.internal).collect();
    match choices.weighted(&[(70, 0), (18, 1), (10, 2), (2, 3)]) {
        Some(1) => Step::Wait(choices.below(30) * 100_000_000),
        Some(2) => {
            Step::Finish { which: choices.below(16), success: choices.chance(60), result: choices.below(u64::MAX) }
        }
        Some(3) => Step::Stale,
        _ => match choices.pick(&external) {
            Some(event) => {
                let mut value = |ty| random_value(choices, &machine.enums, ty, None);
                let fields = event.payload.fields.iter().map(|field| (field.name.clone(), value(field.ty))).collect();
                Step::Send(event.payload.name.clone(), fields)
            }
            None => Step::Wait(0),
        },
    }
}

/// A value of a type: mostly a small one, in the range if there is one. `enums` says how many values each enum has.
pub fn random_value(choices: &mut Choices<'_>, enums: &[usize], ty: Type, range: Option<(i128, i128)>) -> Value {
    if ty.optional {
        if choices.chance(35) {
            return Value::None;
        }
        let plain = Type { optional: false, ..ty };
        return Value::Some(Box::new(random_value(choices, enums, plain, range)));
    }
    match ty.base {
        Base::Bool => Value::Bool(choices.chance(50)),
        Base::Int(_, lowest, highest) => {
            let (low, high) = range.unwrap_or_else(|| match choices.below(10) {
                0 => (lowest, lowest),
                1 => (highest, highest),
                _ => (lowest.max(-10), highest.min(10)),
            });
            Value::Int(choices.between(low, high))
        }
        Base::Duration => {
            let (low, high) = range.unwrap_or((0, 3_000_000_000));
            let tenths = choices.between(low / 100_000_000, high / 100_000_000);
            Value::Duration(u64::try_from(tenths * 100_000_000).unwrap_or(0))
        }
        Base::Str => Value::Str(["", "a", "b", "c"][choices.index(4)].to_owned()),
        Base::Float => {
            let tenths = u32::try_from(choices.below(40)).unwrap_or(0);
            Value::Float(f64::from(tenths) / 10.0)
        }
        Base::Enum(number) => Value::Variant(number, choices.index(enums.get(number).copied().unwrap_or(1))),
    }
}
