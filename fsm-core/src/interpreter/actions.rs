//! Actions, in order, each seeing what those before it did.

use super::macrostep::Execution;
use super::{Failure, Happening, Occurrence, Stimulus, Value};
use crate::model::{Action, ActionKind, Expr, Field, Id, Limit, State, Type, Variable};
use crate::source::Span;
use crate::syntax::phrase;

/// How an action fails whose value has no place.
pub(super) const OUT_OF_RANGE: &str = "the value lies outside of its range";

/// An action that failed: the rest of its list is cut.
struct Cut;

impl<'p> Execution<'_, 'p> {
    /// Performs a list of actions. The first that fails cuts the rest.
    pub(super) fn perform(&mut self, actions: &'p [Action], stimulus: &Stimulus) {
        // What failed has been told.
        let _: Result<(), Cut> = self.perform_all(actions, stimulus);
    }

    fn perform_all(&mut self, actions: &'p [Action], stimulus: &Stimulus) -> Result<(), Cut> {
        actions.iter().try_for_each(|action| self.perform_one(action, stimulus))
    }

    fn perform_one(&mut self, action: &'p Action, stimulus: &Stimulus) -> Result<(), Cut> {
        match &action.kind {
            ActionKind::Call { action: id, arguments, result } => {
                let parameters = &self.interpreter.machine.actions[*id].parameters;
                let arguments = self.fields(parameters, arguments, action.span, stimulus)?;
                let answer = self.host.action(*id, &arguments);
                self.trace.push(Happening::Called { action: *id, arguments, result: answer.clone() });
                let value = answer.map_err(|message| self.failed(action.span, &message))?;
                let declared = self.interpreter.machine.actions[*id].result;
                match (result, declared) {
                    (Some(variable), Some(ty)) => {
                        self.assign(*variable, value.unwrap_or_else(|| Value::least(ty)), action.span)
                    }
                    _ => Ok(()),
                }
            }
            ActionKind::Assign { variable, value, .. } => {
                let value = self.value(value, action.span, stimulus)?;
                self.assign(*variable, value, action.span)
            }
            ActionKind::Emit { output, fields } => {
                let declared = &self.interpreter.machine.outputs[*output].fields;
                let fields = self.fields(declared, fields, action.span, stimulus)?;
                self.host.emit(*output, &fields);
                self.trace.push(Happening::Emitted { output: *output, fields });
                Ok(())
            }
            ActionKind::Raise { event, fields, delay } => {
                let declared = &self.interpreter.machine.events[*event].fields;
                let fields = self.fields(declared, fields, action.span, stimulus)?;
                let occurrence = Occurrence { event: *event, fields };
                match delay {
                    None => {
                        self.trace.push(Happening::Raised(occurrence.clone()));
                        self.enqueue(Stimulus::Event(occurrence));
                    }
                    Some(delay) => {
                        let delay = self.value(delay, action.span, stimulus)?;
                        let deadline = self.deadline(&delay).ok_or_else(|| self.failed(action.span, OUT_OF_RANGE))?;
                        if self.interpreter.scheduled.len() >= self.interpreter.delayed_capacity {
                            return Err(self.failed(action.span, "too many delayed events wait"));
                        }
                        self.schedule(occurrence, deadline);
                    }
                }
                Ok(())
            }
            ActionKind::Cancel(event) => {
                self.cancel_scheduled(*event);
                Ok(())
            }
            ActionKind::If { arms, otherwise } => {
                let chosen = arms.iter().find(|(condition, _)| self.evaluator(stimulus).holds(condition));
                self.perform_all(chosen.map_or(otherwise, |(_, actions)| actions), stimulus)
            }
            ActionKind::ResetLimit(limit) => {
                self.reset_limit(*limit);
                Ok(())
            }
            ActionKind::ResetVariables(variables) => {
                for &variable in variables {
                    if let Some(value) = self.interpreter.initial_value(variable) {
                        self.assign(variable, value, action.span)?;
                    }
                }
                Ok(())
            }
            ActionKind::Restart(state) => {
                self.restart(*state);
                Ok(())
            }
        }
    }

    /// The values of fields or parameters, each of which must fit its type.
    fn fields(
        &mut self,
        declared: &[Field],
        values: &[Expr],
        origin: Span,
        stimulus: &Stimulus,
    ) -> Result<Vec<Value>, Cut> {
        let mut found = Vec::with_capacity(values.len());
        for (field, value) in declared.iter().zip(values) {
            let value = self.value(value, origin, stimulus)?;
            self.check(&value, field.ty, origin)?;
            found.push(value);
        }
        Ok(found)
    }

    fn value(&mut self, expr: &Expr, origin: Span, stimulus: &Stimulus) -> Result<Value, Cut> {
        let value = self.evaluator(stimulus).value(expr);
        value.map_err(|_| self.failed(origin, OUT_OF_RANGE))
    }

    fn check(&mut self, value: &Value, ty: Type, origin: Span) -> Result<(), Cut> {
        if value.fits(ty, None) { Ok(()) } else { Err(self.failed(origin, OUT_OF_RANGE)) }
    }

    /// Gives a variable a value. One that does not fit fails, and the variable keeps what it has; so does one of a state
    /// whose context could not be made.
    fn assign(&mut self, id: Id<Variable>, value: Value, origin: Span) -> Result<(), Cut> {
        let variable = &self.interpreter.machine.variables[id];
        let slot = &mut self.interpreter.values[id.index()];
        if slot.is_none() || !value.fits(variable.ty, variable.interval) {
            return Err(self.failed(origin, OUT_OF_RANGE));
        }
        *slot = Some(value.clone());
        self.trace.push(Happening::Assigned(id, value));
        Ok(())
    }

    fn reset_limit(&mut self, limit: Id<Limit>) {
        self.interpreter.counts[limit.index()] = 0;
        self.trace.push(Happening::Reset(limit));
    }

    /// Re-arms the timers of a state that is active.
    fn restart(&mut self, state: Id<State>) {
        if self.interpreter.is_active(state) {
            self.arm_timers(state);
        }
    }

    fn failed(&mut self, origin: Span, message: &str) -> Cut {
        self.fail(origin, message);
        Cut
    }

    /// Tells of a failure, and puts it behind what waits in the queue.
    pub(super) fn fail(&mut self, origin: Span, message: &str) {
        let words = phrase(self.interpreter.sources, origin);
        self.report(Failure { span: origin, origin: words, message: message.to_owned() });
    }

    pub(super) fn report(&mut self, failure: Failure) {
        self.trace.push(Happening::Failed(failure.clone()));
        self.enqueue(Stimulus::Error(failure));
    }
}
