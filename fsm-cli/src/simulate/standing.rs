//! Where a machine stands, as a record.

use fsm_core::interpreter::{ActiveRun, Occurrence, duration};
use fsm_core::model::{Machine, VariableScope};

use super::definition::Function;
use super::host::{self, Reply};
use super::records::{AnswerRecord, EventRecord, Named, Standing, TaskRecord, Timer};
use super::session::Session;
use super::value::Datum;
use super::{human, offers};

impl Session<'_> {
    /// What host functions were said to answer.
    pub(crate) fn answers(&self) -> Named<AnswerRecord> {
        let definition = &self.definition;
        let record = |(function, reply): (&Function, &Reply)| {
            let answer = match reply {
                Ok(value) => AnswerRecord::Value(value.as_ref().map(|value| Datum::of(definition, value))),
                Err(message) => AnswerRecord::Fails { fails: message.clone() },
            };
            (definition.function(*function).to_owned(), answer)
        };
        Named(self.answers.iter().map(record).collect())
    }

    /// Where the machine stands.
    pub(crate) fn standing(&self) -> Standing {
        let (definition, interpreter) = (&self.definition, self.interpreter());
        let machine = definition.machine;
        let depth = |state| machine.ancestors(state).count();
        let (events, unanswered) = offers::offers(self);
        Standing {
            machine: machine.name.text.clone(),
            time: duration(interpreter.now().into()),
            terminated: interpreter.is_terminated(),
            configuration: interpreter.innermost().map(|state| definition.state(state)).collect(),
            tree: interpreter
                .configuration()
                .filter(|&state| state != Machine::root())
                .map(|state| (depth(state) - 1, definition.state(state)))
                .collect(),
            context: self.values(|scope| scope != VariableScope::Param),
            params: self.values(|scope| scope == VariableScope::Param),
            limits: Named(
                machine
                    .limits
                    .enumerate()
                    .map(|(id, limit)| (limit.name.text.clone(), interpreter.count(id)))
                    .collect(),
            ),
            timers: self.timers(),
            deferred: interpreter.deferred().iter().map(|occurrence| self.occurrence(occurrence)).collect(),
            tasks: self.tasks(),
            events,
            unanswered,
        }
    }

    fn values(&self, is_wanted: impl Fn(VariableScope) -> bool) -> Named<Datum> {
        let definition = &self.definition;
        let variables = definition.machine.variables.enumerate().filter(|(_, variable)| is_wanted(variable.scope));
        let values = variables.filter_map(|(id, _)| {
            let value = self.interpreter().value(id)?;
            Some((definition.variable(id), Datum::of(definition, value)))
        });
        Named(values.collect())
    }

    fn timers(&self) -> Vec<Timer> {
        let (definition, interpreter) = (&self.definition, self.interpreter());
        let timers = interpreter.timers().iter().map(|timer| {
            let reaction = &definition.machine.reactions[timer.timer];
            let state = Some(definition.state(reaction.source));
            (timer.deadline, state, definition.text(reaction.trigger_span))
        });
        let raises = interpreter.scheduled().iter().map(|scheduled| {
            let raised = human::event(&self.occurrence(&scheduled.event));
            (scheduled.deadline, None, format!("raise {raised}"))
        });
        let mut all: Vec<_> = timers.chain(raises).collect();
        all.sort_by_key(|(deadline, ..)| *deadline);
        let record = |(deadline, state, what): (u64, Option<String>, String)| {
            let remaining = duration(deadline.saturating_sub(interpreter.now()).into());
            Timer { state, what, at: duration(deadline.into()), remaining }
        };
        all.into_iter().map(record).collect()
    }

    fn tasks(&self) -> Vec<TaskRecord> {
        let definition = &self.definition;
        let task = |run: &ActiveRun| TaskRecord {
            task: definition.machine.tasks[run.task].name.text.clone(),
            state: definition.state(run.state),
            arguments: self.arguments(run.run).iter().map(|value| Datum::of(definition, value)).collect(),
        };
        self.interpreter().runs().iter().map(task).collect()
    }

    fn occurrence(&self, occurrence: &Occurrence) -> EventRecord {
        let definition = &self.definition;
        let declared = &definition.machine.events[occurrence.event];
        host::event_record(definition, definition.event(occurrence.event), &declared.fields, &occurrence.fields)
    }
}
