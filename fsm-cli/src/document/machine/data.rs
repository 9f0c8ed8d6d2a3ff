//! What a machine keeps: params, the variables of its contexts, and the types that it declares.

use fsm_core::model::{BaseType, Enum, ExternType, Interval, Type, Variable, VariableScope};

use super::{description, state};
use crate::document::{Block, Line, Subject, Table, Tone};

pub(super) fn blocks(subject: &Subject<'_>) -> Vec<Block> {
    let variables = subject.machine.variables.iter().map(|variable| row(subject, variable)).collect();
    let mut blocks = Table::new(&["Variable", "Of", "Type", "Initially", "Description"], variables).blocks();
    let enums = subject
        .program
        .enums
        .iter()
        .filter(|of| of.machine.as_ref().is_none_or(|name| *name == subject.machine.name.text));
    let types = enums.map(of_enum).chain(subject.program.extern_types.iter().map(|of| of_extern_type(subject, of)));
    blocks.extend(Table::new(&["Type", "Values", "Description"], types.collect()).blocks());
    blocks
}

fn row(subject: &Subject<'_>, variable: &Variable) -> Vec<Line> {
    let scope = match variable.scope {
        VariableScope::Param => Line::new().mark(Tone::Plain, "param"),
        VariableScope::Context(of) if of == fsm_core::model::Machine::root() => Line::from("the machine"),
        VariableScope::Context(of) => state(subject.machine, of),
    };
    let default = variable.default.as_ref().map(|value| Line::of_code(subject.text(value.span)));
    vec![
        Line::of_code(&variable.name.text),
        scope,
        Line::of_code(format!("{}{}", subject.program.type_name(variable.ty), range(variable))),
        default.unwrap_or_default(),
        description(&variable.notes),
    ]
}

/// ` in 0..=3`, where a variable does not take all values of its type.
fn range(variable: &Variable) -> String {
    let (Type::Plain(BaseType::Int(int)) | Type::Optional(BaseType::Int(int))) = variable.ty else {
        return String::new();
    };
    match variable.interval {
        Some(Interval { low, high }) if int.interval() != (Interval { low, high }) => format!(" in {low}..={high}"),
        _ => String::new(),
    }
}

fn of_enum(of: &Enum) -> Vec<Line> {
    let values = of.variants.iter().map(|variant| {
        let label = variant.notes.label.as_ref().map(|label| format!(" “{label}”")).unwrap_or_default();
        Line::of_code(&variant.name.text).text(label)
    });
    vec![Line::of_code(&of.name.text), Line::joined(values, ", "), description(&of.notes)]
}

fn of_extern_type(subject: &Subject<'_>, of: &ExternType) -> Vec<Line> {
    let values = Line::from("those of ").code(subject.text(of.path));
    vec![Line::of_code(&of.name.text), values, description(&of.notes)]
}
