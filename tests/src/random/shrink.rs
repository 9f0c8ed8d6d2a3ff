//! Makes a failing case smaller, as long as it fails.
//!
//! Every part of a description that can be left out or made simpler has a number, in the order of a walk through it. The
//! numbers are tried one after the other, until none of them gives a smaller case that still fails. A part that something
//! else needs cannot be left out: the text would have an error, which is no failure.

use super::Case;
use super::describe::{
    Action, Base, Body, Branch, Condition, Entry, Event, Expr, Field, Function, Guard, Kind, Limit, Machine, Payload,
    Reaction, State, Tail, Target, Trigger, Variable,
};
use super::script::{Script, Step, Value};

/// The smallest case that still `fails`, found by leaving out one part after the other; at most `tries` are made.
pub fn shrink(case: &Case, tries: usize, fails: impl FnMut(&Case) -> bool) -> Case {
    shrink_by(Case::simplify, case, tries, fails)
}

/// The same for what happens alone: the machine stays as it is.
pub fn shrink_script(case: &Case, tries: usize, fails: impl FnMut(&Case) -> bool) -> Case {
    shrink_by(|case, turn| case.script.simplify(turn), case, tries, fails)
}

/// The same for the machine alone.
pub fn shrink_machine(case: &Case, tries: usize, fails: impl FnMut(&Case) -> bool) -> Case {
    shrink_by(|case, turn| case.machine.simplify(turn), case, tries, fails)
}

fn shrink_by(
    simplify: impl Fn(&mut Case, &mut Countdown) -> bool,
    case: &Case,
    tries: usize,
    mut fails: impl FnMut(&Case) -> bool,
) -> Case {
    let mut smallest = case.clone();
    let mut tries = tries;
    loop {
        let mut smaller = false;
        let mut number = 0;
        loop {
            let mut candidate = smallest.clone();
            if tries == 0 || !simplify(&mut candidate, &mut Countdown(number)) {
                break;
            }
            tries -= 1;
            if fails(&candidate) {
                smallest = candidate;
                smaller = true;
            } else {
                number += 1;
            }
        }
        if !smaller || tries == 0 {
            return smallest;
        }
    }
}

/// How many simplifications are passed over before one is made.
struct Countdown(usize);

impl Countdown {
    /// Whether it is the turn of this simplification.
    fn now(&mut self) -> bool {
        let now = self.0 == 0;
        self.0 = self.0.wrapping_sub(1);
        now
    }
}

/// What can be made simpler.
trait Simplify {
    /// Makes the simplification whose turn it is. `false` where there are not so many.
    fn simplify(&mut self, turn: &mut Countdown) -> bool;
}

/// A list loses an item, or one of its items is made simpler.
impl<T: Simplify> Simplify for Vec<T> {
    fn simplify(&mut self, turn: &mut Countdown) -> bool {
        for index in (0..self.len()).rev() {
            if turn.now() {
                self.remove(index);
                return true;
            }
        }
        self.iter_mut().any(|item| item.simplify(turn))
    }
}

impl<T: Simplify> Simplify for Option<T> {
    fn simplify(&mut self, turn: &mut Countdown) -> bool {
        if self.is_some() && turn.now() {
            *self = None;
            return true;
        }
        self.as_mut().is_some_and(|inner| inner.simplify(turn))
    }
}

impl<A: Simplify, B: Simplify> Simplify for (A, B) {
    fn simplify(&mut self, turn: &mut Countdown) -> bool {
        self.0.simplify(turn) || self.1.simplify(turn)
    }
}

/// A name is as simple as it is.
impl Simplify for String {
    fn simplify(&mut self, _: &mut Countdown) -> bool {
        false
    }
}

/// So is the number of values of an enum.
impl Simplify for usize {
    fn simplify(&mut self, _: &mut Countdown) -> bool {
        false
    }
}

impl Simplify for bool {
    fn simplify(&mut self, turn: &mut Countdown) -> bool {
        let now = *self && turn.now();
        *self &= !now;
        now
    }
}

impl Simplify for Case {
    fn simplify(&mut self, turn: &mut Countdown) -> bool {
        self.script.simplify(turn) || self.machine.simplify(turn)
    }
}

impl Simplify for Script {
    fn simplify(&mut self, turn: &mut Countdown) -> bool {
        self.halve(turn) || self.steps.simplify(turn) || self.start.simplify(turn)
    }
}

impl Script {
    /// Leaves out what comes last, as much as half of it: most failures come early.
    fn halve(&mut self, turn: &mut Countdown) -> bool {
        let mut part = self.steps.len() / 2;
        while part > 1 {
            if turn.now() {
                self.steps.truncate(self.steps.len() - part);
                return true;
            }
            part /= 2;
        }
        false
    }
}

impl Simplify for Step {
    fn simplify(&mut self, _: &mut Countdown) -> bool {
        false
    }
}

impl Simplify for Value {
    fn simplify(&mut self, _: &mut Countdown) -> bool {
        false
    }
}

impl Simplify for Machine {
    fn simplify(&mut self, turn: &mut Countdown) -> bool {
        self.body.simplify(turn)
            || self.guards.simplify(turn)
            || self.actions.simplify(turn)
            || self.tasks.simplify(turn)
            || self.outputs.simplify(turn)
            || self.events.simplify(turn)
            || self.params.simplify(turn)
            || self.enums.simplify(turn)
            || self.parallel.simplify(turn)
    }
}

impl Simplify for Body {
    fn simplify(&mut self, turn: &mut Countdown) -> bool {
        if !self.states.is_empty() && turn.now() {
            self.states.clear();
            self.initial = None;
            return true;
        }
        self.reactions.simplify(turn)
            || self.hoist(turn)
            || self.states.simplify(turn)
            || self.entry.simplify(turn)
            || self.exit.simplify(turn)
            || self.initial.simplify(turn)
            || self.limits.simplify(turn)
            || self.context.simplify(turn)
    }
}

impl Body {
    /// Puts the children of a state in its place.
    fn hoist(&mut self, turn: &mut Countdown) -> bool {
        for index in 0..self.states.len() {
            if !self.states[index].body.states.is_empty() && turn.now() {
                let mut state = self.states.remove(index);
                let initial = state.initial;
                for child in &mut state.body.states {
                    child.initial &= initial;
                }
                self.states.splice(index..index, state.body.states);
                return true;
            }
        }
        false
    }
}

impl Simplify for State {
    fn simplify(&mut self, turn: &mut Countdown) -> bool {
        if self.kind == Kind::Parallel && turn.now() {
            self.kind = Kind::Plain;
            return true;
        }
        self.body.simplify(turn)
    }
}

impl Simplify for Reaction {
    fn simplify(&mut self, turn: &mut Countdown) -> bool {
        match self {
            Reaction::On(trigger, branches) => trigger.simplify(turn) || branches.simplify(turn),
            Reaction::Defer(events) => events.simplify(turn),
            Reaction::Ignore(events) => events.simplify(turn),
            Reaction::Run { task: _, arguments, ok, err } => {
                ok.simplify(turn) || err.simplify(turn) || arguments.simplify(turn)
            }
        }
    }
}

impl Simplify for Trigger {
    fn simplify(&mut self, turn: &mut Countdown) -> bool {
        match self {
            Trigger::Events(events) => events.simplify(turn),
            Trigger::After(delay) | Trigger::Every(delay) => delay.simplify(turn),
            Trigger::Any | Trigger::Done(_) | Trigger::Error | Trigger::Always => false,
        }
    }
}

impl Simplify for Branch {
    fn simplify(&mut self, turn: &mut Countdown) -> bool {
        if self.condition != Condition::None && turn.now() {
            self.condition = Condition::None;
            return true;
        }
        let condition = match &mut self.condition {
            Condition::Guard(guard) => guard.simplify(turn),
            Condition::None | Condition::Else => false,
        };
        condition || self.tail.simplify(turn)
    }
}

impl Simplify for Tail {
    fn simplify(&mut self, turn: &mut Countdown) -> bool {
        self.target.simplify(turn)
            || self.actions.simplify(turn)
            || self.counts.simplify(turn)
            || self.reenter.simplify(turn)
    }
}

impl Simplify for Target {
    fn simplify(&mut self, turn: &mut Countdown) -> bool {
        match self {
            Target::States(entries) => entries.len() > 1 && entries.simplify(turn),
            Target::History { deep, state: _, default } => default.simplify(turn) || deep.simplify(turn),
        }
    }
}

impl Simplify for Entry {
    fn simplify(&mut self, turn: &mut Countdown) -> bool {
        self.values.simplify(turn)
    }
}

impl Simplify for Action {
    fn simplify(&mut self, turn: &mut Countdown) -> bool {
        match self {
            Action::Call { result, action: _, arguments } => result.simplify(turn) || arguments.simplify(turn),
            Action::Assign(_, _, value) => value.simplify(turn),
            Action::Emit(_, fields) => fields.simplify(turn),
            Action::Raise(_, fields, delay) => delay.simplify(turn) || fields.simplify(turn),
            Action::If(arms) => arms.simplify(turn),
            Action::Cancel(_) | Action::Reset(_) | Action::Restart(_) => false,
        }
    }
}

/// An expression becomes one of its parts, or a part is made simpler.
impl Simplify for Expr {
    fn simplify(&mut self, turn: &mut Countdown) -> bool {
        for part in 0..self.parts().len() {
            if turn.now() {
                let part = self.parts().swap_remove(part).clone();
                *self = part;
                return true;
            }
        }
        self.parts().into_iter().any(|part| part.simplify(turn))
    }
}

impl Expr {
    fn parts(&mut self) -> Vec<&mut Expr> {
        match self {
            Expr::Literal(_) | Expr::Name(_) => Vec::new(),
            Expr::Prefix(_, operand) => vec![operand],
            Expr::Binary(_, operands) => {
                let (left, right) = operands.as_mut();
                vec![left, right]
            }
            Expr::Call(_, arguments) => arguments.iter_mut().collect(),
        }
    }
}

impl Simplify for Variable {
    fn simplify(&mut self, turn: &mut Countdown) -> bool {
        if self.range.is_some() && turn.now() {
            self.range = None;
            return true;
        }
        let now = self.default.is_none() && !self.ty.optional && turn.now();
        if now {
            self.default = Some(Expr::Literal(self.least()));
        }
        now
    }
}

impl Variable {
    /// The least value, as it is written: with it, nobody has to give one.
    fn least(&self) -> String {
        let low = self.range.map_or(0, |(low, _)| low);
        match self.ty.base {
            Base::Bool => "false".to_owned(),
            Base::Int(..) => low.to_string(),
            Base::Duration => format!("{low}ns"),
            Base::Str => "\"\"".to_owned(),
            Base::Float => "0.0".to_owned(),
            Base::Enum(number) => format!("E{number}::V0"),
        }
    }
}

impl Simplify for Limit {
    fn simplify(&mut self, turn: &mut Countdown) -> bool {
        self.tail.simplify(turn) || self.bound.simplify(turn)
    }
}

impl Simplify for Guard {
    fn simplify(&mut self, turn: &mut Countdown) -> bool {
        self.body.simplify(turn) || self.signature.simplify(turn)
    }
}

impl Simplify for Function {
    fn simplify(&mut self, turn: &mut Countdown) -> bool {
        self.fails.simplify(turn) || self.signature.simplify(turn)
    }
}

impl Simplify for Event {
    fn simplify(&mut self, turn: &mut Countdown) -> bool {
        self.payload.simplify(turn)
    }
}

impl Simplify for Payload {
    fn simplify(&mut self, turn: &mut Countdown) -> bool {
        self.fields.simplify(turn)
    }
}

impl Simplify for Field {
    fn simplify(&mut self, _: &mut Countdown) -> bool {
        false
    }
}
