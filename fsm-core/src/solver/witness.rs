//! Values in words: what makes a formula hold, without what does not matter.

use std::fmt;

use super::formula::{Formula, Linear, Node};
use super::problem::Problem;
use super::reads::{Name, Named};
use super::search::Model;
use super::value::{Value, float_at};
use crate::interpreter;
use crate::model::{BaseType, Type};

/// Values for which what was asked holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Witness {
    /// What is read and its value, both as they are written in the language, in the order in which they are read. What is
    /// not among them may have any value.
    pub values: Vec<(String, String)>,
    /// Whether the values are certain to do: nothing was left out of the question.
    pub exact: bool,
}

impl fmt::Display for Witness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (name, value)) in self.values.iter().enumerate() {
            let separator = match index {
                0 => "",
                _ if index + 1 == self.values.len() => " and ",
                _ => ", ",
            };
            match value.as_str() {
                "true" => write!(f, "{separator}`{name}`")?,
                "false" => write!(f, "{separator}not `{name}`")?,
                _ => write!(f, "{separator}`{name} == {value}`")?,
            }
        }
        Ok(())
    }
}

impl Problem<'_> {
    pub(super) fn witness(&self, model: Model, formulas: &[Formula]) -> Witness {
        let model = self.without_idle_values(model, formulas);
        let values = self.named.iter().filter_map(|named| self.shown_value(&model, named)).collect();
        Witness { values, exact: !self.store.is_lost }
    }

    /// Takes away the values that can be any.
    fn without_idle_values(&self, mut model: Model, formulas: &[Formula]) -> Model {
        let all: Vec<Formula> = self.store.facts.iter().chain(formulas).copied().collect();
        for named in self.named.iter().rev() {
            let mut fewer = model.clone();
            self.forget(&named.value, &mut fewer);
            if all.iter().all(|&formula| fewer.holds(&self.store, formula)) {
                model = fewer;
            }
        }
        model
    }

    fn forget(&self, value: &Value, model: &mut Model) {
        let forget_number = |number: &Linear, model: &mut Model| {
            for &(variable, _) in &number.terms {
                // A product asks for both of its factors.
                let is_factor = |of: &super::formula::Product| of.factors.0 == variable || of.factors.1 == variable;
                if !self.store.products.iter().any(is_factor) {
                    model.values[variable] = None;
                }
            }
        };
        match value {
            Value::Truth(truth) => self.forget_flag(*truth, model),
            Value::Number(number) => forget_number(number, model),
            Value::Float { rank, is_nan } => {
                forget_number(rank, model);
                self.forget_flag(*is_nan, model);
            }
            Value::Option { is_some, payload } => {
                self.forget_flag(*is_some, model);
                self.forget(payload, model);
            }
        }
    }

    fn forget_flag(&self, truth: Formula, model: &mut Model) {
        if let Node::Flag(flag) = self.store.nodes[truth.node] {
            model.flags[flag] = None;
        }
    }

    fn shown_value(&self, model: &Model, named: &Named) -> Option<(String, String)> {
        match &named.name {
            Name::Text(text) => {
                let value = self.concrete(model, &named.value, named.ty)?;
                Some((text.clone(), value.display(self.program).to_string()))
            }
            Name::Call(guard, arguments) => {
                let answer = self.concrete(model, &named.value, named.ty)?;
                let guard = &self.machine.guards[*guard];
                let arguments = guard.parameters.iter().zip(arguments).map(|(parameter, argument)| {
                    let value = self.concrete(model, argument, parameter.ty);
                    value.map_or_else(|| "_".to_owned(), |value| value.display(self.program).to_string())
                });
                let arguments: Vec<String> = arguments.collect();
                let name = &guard.name.text;
                let call =
                    if arguments.is_empty() { name.clone() } else { format!("{name}({})", arguments.join(", ")) };
                Some((call, answer.display(self.program).to_string()))
            }
            Name::Child(composite) => {
                let Value::Number(number) = &named.value else { return None };
                let index = usize::try_from(number_of(model, number)?).ok()?;
                let child = self.machine.states[*composite].children.get(index)?;
                Some((format!("in {}", self.machine.qualified_name(*child)), "true".to_owned()))
            }
        }
    }

    /// A value in the model; `None` where it can be any.
    fn concrete(&self, model: &Model, value: &Value, ty: Type) -> Option<interpreter::Value> {
        let (Type::Plain(base) | Type::Optional(base)) = ty;
        Some(match value {
            Value::Truth(truth) => interpreter::Value::Bool(self.truth_of(model, *truth)?),
            Value::Option { is_some, payload } => {
                if self.truth_of(model, *is_some)? {
                    self.concrete(model, payload, Type::Plain(base))?
                } else {
                    interpreter::Value::None
                }
            }
            Value::Float { rank, is_nan } => {
                let float = if self.truth_of(model, *is_nan)? { f64::NAN } else { float_at(number_of(model, rank)?) };
                interpreter::Value::Float(float)
            }
            Value::Number(number) => {
                let number = number_of(model, number)?;
                match base {
                    BaseType::Duration => interpreter::Value::Duration(number),
                    BaseType::Enum(id) => interpreter::Value::Variant(id, usize::try_from(number).ok()?),
                    BaseType::Str => interpreter::Value::Text(self.text_of(number)),
                    BaseType::Extern(_) => interpreter::Value::Extern(format!("value {number}")),
                    BaseType::Int(_) | BaseType::Bool | BaseType::Float => interpreter::Value::Int(number),
                }
            }
        })
    }

    fn truth_of(&self, model: &Model, formula: Formula) -> Option<bool> {
        if model.holds(&self.store, formula) {
            return Some(true);
        }
        model.holds(&self.store, !formula).then_some(false)
    }

    /// The text that a number stands for: one that is written out, or another.
    fn text_of(&self, number: i128) -> String {
        let known = usize::try_from(number).ok().and_then(|index| self.texts.get(index));
        known.cloned().unwrap_or_else(|| {
            let others = (0_u32..)
                .map(|number| format!("other{}", if number == 0 { String::new() } else { number.to_string() }));
            let mut others = others.filter(|other| !self.texts.contains(other));
            let index = usize::try_from(number).unwrap_or_default().saturating_sub(self.texts.len());
            others.nth(index.min(1_000)).unwrap_or_default()
        })
    }
}

fn number_of(model: &Model, number: &Linear) -> Option<i128> {
    let mut sum = number.constant;
    for &(variable, factor) in &number.terms {
        sum = sum.checked_add(factor.checked_mul(model.values[variable]?)?)?;
    }
    Some(sum)
}
