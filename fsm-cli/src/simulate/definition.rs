//! The machine that is simulated, and the names by which its users know its parts.

use fsm_core::model::{
    Branch, Condition, Event, Field, Guard, HostAction, Id, Machine, Name, Program, Reaction, State, Variable,
    VariableScope,
};
use fsm_core::source::{Sources, Span};
use fsm_core::suggest;
use fsm_core::syntax::phrase;

use crate::failure::Failure;
use crate::printable::escaped;

/// A machine with what it was built from.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Definition<'p> {
    /// All that the file declares.
    pub(crate) program: &'p Program,
    /// The texts.
    pub(crate) sources: &'p Sources,
    /// The machine.
    pub(crate) machine: &'p Machine,
    /// Whether its parts are known by their labels, which are the names of the document that was imported.
    pub(crate) imported: bool,
}

/// A function of the host that answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Function {
    /// A guard.
    Guard(Id<Guard>),
    /// An action.
    Action(Id<HostAction>),
}

impl<'p> Definition<'p> {
    /// The name of a state: alone, or where several have the same, with those of the states around it.
    pub(crate) fn state(&self, id: Id<State>) -> String {
        let state = self.machine.state(id);
        if let Some(label) = state.notes.label.as_ref().filter(|_| self.imported) {
            return label.clone();
        }
        let is_unique = self.machine.states.iter().filter(|other| other.name.text == state.name.text).count() == 1;
        if is_unique { state.name.text.clone() } else { self.machine.qualified_name(id) }
    }

    /// The name of an event.
    pub(crate) fn event(&self, id: Id<Event>) -> &'p str {
        let event = &self.machine.events[id];
        event.notes.label.as_ref().filter(|_| self.imported).unwrap_or(&event.name.text)
    }

    /// The name of a variable, with that of the state to whose context it belongs.
    pub(crate) fn variable(&self, id: Id<Variable>) -> String {
        let variable = &self.machine.variables[id];
        match variable.scope {
            VariableScope::Context(state) if state != Machine::root() => {
                format!("{}.{}", self.state(state), variable.name.text)
            }
            VariableScope::Context(_) | VariableScope::Param => variable.name.text.clone(),
        }
    }

    /// A name as it stands in its declaration: with `r#` where that was needed.
    pub(crate) fn written(&self, name: &Name) -> &'p str {
        self.sources.text(name.span)
    }

    /// A part of the text on one line.
    pub(crate) fn text(&self, span: Span) -> String {
        phrase(self.sources, span)
    }

    /// A branch as it was written: guard, target and actions.
    pub(crate) fn tail(&self, branch: &Branch) -> String {
        let text = self.text(branch.span);
        let text = text.trim_end_matches(';');
        match branch.condition {
            Condition::Else if !text.starts_with("else") => format!("else {text}"),
            _ if text.is_empty() => "/".to_owned(),
            _ => text.to_owned(),
        }
    }

    /// A branch of a reaction, with the state that reacts and what it reacts to.
    pub(crate) fn branch(&self, id: Id<Reaction>, index: usize) -> String {
        let reaction = &self.machine.reactions[id];
        let trigger = self.text(reaction.trigger_span);
        let tail = reaction.branches.get(index).map(|branch| format!(" {}", self.tail(branch))).unwrap_or_default();
        format!("{}: {trigger}{tail}", self.state(reaction.source))
    }

    /// `code: u32, by: str`
    pub(crate) fn fields(&self, fields: &[Field]) -> String {
        let fields: Vec<_> =
            fields.iter().map(|field| format!("{}: {}", field.name.text, self.program.type_name(field.ty))).collect();
        fields.join(", ")
    }

    /// The events from outside, in the order of their declaration.
    pub(crate) fn events(&self) -> impl Iterator<Item = (Id<Event>, &'p Event)> {
        self.machine.events.enumerate().filter(|(_, event)| !event.internal)
    }

    /// The event from outside with this name.
    pub(crate) fn event_named(&self, name: &str) -> Result<Id<Event>, Failure> {
        let mut events = self.events();
        if let Some((id, _)) = events.find(|&(id, event)| event.name.text == name || self.event(id) == name) {
            return Ok(id);
        }
        if self.machine.events.iter().any(|event| event.name.text == name) {
            let message = format!("`{}` is an internal event: only the machine itself raises it", escaped(name));
            return Err(Failure::new(message).help(self.listed_events()));
        }
        let message = format!("there is no event and no command `{}`", escaped(name));
        Err(Failure::new(message).help(meant(name, self.events().map(|(id, _)| self.event(id)), || {
            format!("{}; `help` lists the commands", self.listed_events())
        })))
    }

    /// Which events there are.
    fn listed_events(&self) -> String {
        let names: Vec<_> = self.events().map(|(id, _)| format!("`{}`", self.event(id))).collect();
        if names.is_empty() {
            "it has no events from outside".to_owned()
        } else {
            format!("its events are {}", names.join(", "))
        }
    }

    /// The host function with this name that has something to answer.
    pub(crate) fn function_named(&self, name: &str) -> Result<Function, Failure> {
        let machine = self.machine;
        if let Some((id, guard)) = machine.guards.enumerate().find(|(_, guard)| guard.name.text == name) {
            if guard.body.is_none() {
                return Ok(Function::Guard(id));
            }
            let message = format!("`{}` is no question to the host: its body says when it holds", escaped(name));
            return Err(Failure::new(message));
        }
        if let Some((id, action)) = machine.actions.enumerate().find(|(_, action)| action.name.text == name) {
            if action.result.is_none() && action.fails.is_none() {
                let message = format!("`{}` has nothing to answer: it gives no value and cannot fail", escaped(name));
                return Err(Failure::new(message));
            }
            return Ok(Function::Action(id));
        }
        if machine.tasks.iter().any(|task| task.name.text == name) {
            let message = format!("`{}` is a task", escaped(name));
            return Err(Failure::new(message).help(format!("`finish {name} …` ends it while it runs")));
        }
        let names: Vec<_> = self.functions().map(|function| self.function(function)).collect();
        let all = || match names.join("`, `") {
            names if names.is_empty() => "the machine asks the host for nothing".to_owned(),
            names => format!("the machine asks for `{names}`"),
        };
        let help = meant(name, names.iter().copied(), all);
        Err(Failure::new(format!("there is no function of the host `{}`", escaped(name))).help(help))
    }

    /// The host functions that have something to answer.
    pub(crate) fn functions(&self) -> impl Iterator<Item = Function> {
        let guards = self.machine.guards.enumerate().filter(|(_, guard)| guard.body.is_none());
        let actions = self.machine.actions.enumerate();
        let actions = actions.filter(|(_, action)| action.result.is_some() || action.fails.is_some());
        guards.map(|(id, _)| Function::Guard(id)).chain(actions.map(|(id, _)| Function::Action(id)))
    }

    /// The name of a host function.
    pub(crate) fn function(&self, function: Function) -> &'p str {
        match function {
            Function::Guard(id) => &self.machine.guards[id].name.text,
            Function::Action(id) => &self.machine.actions[id].name.text,
        }
    }
}

/// What may have been meant by a name, else `otherwise`.
pub(crate) fn meant<'n>(
    name: &str,
    names: impl IntoIterator<Item = &'n str>,
    otherwise: impl FnOnce() -> String,
) -> String {
    suggest::closest(name, names).map_or_else(otherwise, |meant| format!("did you mean `{meant}`?"))
}
