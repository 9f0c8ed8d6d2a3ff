//! What is declared and used nowhere.

use std::collections::BTreeSet;

use super::{Context, finding};
use crate::diagnostic::{Applicability, Diagnostic, Diagnostics, Rule, Severity};
use crate::edits;
use crate::model::{
    Action, ActionKind, BaseType, Condition, Enum, Event, Expr, ExprKind, ExternType, Guard, HostAction, Id, Limit,
    Machine, Name, Notes, Output, Place, Tail, Target, Task, Trigger, Type, Variable, VariableScope,
};
use crate::source::Span;

pub(super) static RULES: &[&Rule] = &[
    &UNUSED_EVENT,
    &UNUSED_GUARD,
    &UNUSED_ACTION,
    &UNUSED_OUTPUT,
    &UNUSED_VARIABLE,
    &UNUSED_LIMIT,
    &NEVER_RAISED,
    &UNUSED_TYPE,
    &NEVER_ASSIGNED,
];

pub(super) fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    let machine = context.machine;
    let uses = Uses::of(machine);
    let unused = |rule: &'static Rule, name: &Name, notes: &Notes, message: String, help: &str| {
        context.remove(finding(rule, name.span, message).help(help), notes)
    };
    for (id, event) in machine.events.enumerate() {
        let (name, notes) = (&event.name, &event.notes);
        if event.internal && !uses.raised.contains(&id) {
            let message = format!("the internal event `{}` is never raised", name.text);
            let found = finding(&NEVER_RAISED, name.span, message).help("raise it, `/ raise …`, or remove it");
            diagnostics.push(found);
        } else if !uses.events.contains(&id) && (event.internal || !uses.any) {
            let message = format!("no state reacts to the event `{}`", name.text);
            let help = "write a reaction, `on …`, or remove the event";
            diagnostics.push(unused(&UNUSED_EVENT, name, notes, message, help));
        }
    }
    for (_, guard) in machine.guards.enumerate().filter(|(id, _)| !uses.guards.contains(id)) {
        let message = format!("the guard `{}` is never asked", guard.name.text);
        diagnostics.push(unused(&UNUSED_GUARD, &guard.name, &guard.notes, message, "ask it, `[…]`, or remove it"));
    }
    for (_, action) in machine.actions.enumerate().filter(|(id, _)| !uses.actions.contains(id)) {
        let message = format!("the action `{}` is never called", action.name.text);
        let help = "call it, `/ …()`, or remove it";
        diagnostics.push(unused(&UNUSED_ACTION, &action.name, &action.notes, message, help));
    }
    for (_, task) in machine.tasks.enumerate().filter(|(id, _)| !uses.tasks.contains(id)) {
        let message = format!("the task `{}` is never run", task.name.text);
        let help = "run it, `run …() { … }`, or remove it";
        diagnostics.push(unused(&UNUSED_ACTION, &task.name, &task.notes, message, help));
    }
    for (_, output) in machine.outputs.enumerate().filter(|(id, _)| !uses.outputs.contains(id)) {
        let message = format!("the output `{}` is never emitted", output.name.text);
        let help = "emit it, `/ emit …`, or remove it";
        diagnostics.push(unused(&UNUSED_OUTPUT, &output.name, &output.notes, message, help));
    }
    for (_, variable) in machine.variables.enumerate().filter(|(id, _)| !uses.variables.contains(id)) {
        diagnostics.push(unused_variable(context, variable));
    }
    let is_constant = |id: &Id<Variable>| uses.variables.contains(id) && !uses.assigned.contains(id);
    for (_, variable) in machine.variables.enumerate().filter(|(id, _)| is_constant(id)) {
        let help = match variable.scope {
            VariableScope::Param => continue,
            VariableScope::Context(state) if state == Machine::root() => "declare it as a `param`, or assign it",
            VariableScope::Context(_) => "assign it, or write its value where it is read",
        };
        let message = format!("`{}` never changes", variable.name.text);
        diagnostics.push(finding(&NEVER_ASSIGNED, variable.name.span, message).help(help));
    }
    for (_, limit) in machine.limits.enumerate().filter(|(id, _)| !uses.limits.contains(id)) {
        let message = format!("no transition counts the limit `{}`", limit.name.text);
        let help = "count it, `-> Target counts …`, or remove it";
        diagnostics.push(unused(&UNUSED_LIMIT, &limit.name, &limit.notes, message, help));
    }
    check_types(context, diagnostics);
}

/// A param is a declaration, a variable an element of a list.
fn unused_variable(context: &Context<'_>, variable: &Variable) -> Diagnostic {
    let is_param = variable.scope == VariableScope::Param;
    let what = if is_param { "param" } else { "variable" };
    let message = format!("the {what} `{}` is used nowhere", variable.name.text);
    let found = finding(&UNUSED_VARIABLE, variable.name.span, message).help("use it, or remove it");
    let element = variable.notes.span.and_then(|span| edits::removed_from_list(context.sources, span));
    match element {
        _ if is_param => context.remove(found, &variable.notes),
        Some(span) => found.fix(Applicability::Safe, "remove it", span, ""),
        None => found,
    }
}

/// Types that no machine of the file uses, reported with the last machine, when all have been seen.
fn check_types(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    let program = context.program;
    let is_last = program.machines.last().is_some_and(|last| last.name == context.machine.name);
    if !is_last {
        return;
    }
    let mut used: (BTreeSet<Id<Enum>>, BTreeSet<Id<ExternType>>) = Default::default();
    for machine in &program.machines {
        for ty in machine.all_types() {
            let (Type::Plain(base) | Type::Optional(base)) = ty;
            match base {
                BaseType::Enum(id) => drop(used.0.insert(id)),
                BaseType::Extern(id) => drop(used.1.insert(id)),
                _ => {}
            }
        }
    }
    // What is imported is for others, too.
    let own = |span: Span| span.file == context.machine.name.span.file;
    let enums = program.enums.enumerate().filter(|(id, _)| !used.0.contains(id)).map(|(_, of)| (&of.name, &of.notes));
    // A generic parameter stands for itself, and may be used by extern types alone.
    let is_generic = |of: &ExternType| of.path == of.name.span;
    let externs = program.extern_types.enumerate().filter(|(id, of)| !used.1.contains(id) && !is_generic(of));
    let externs = externs.map(|(_, of)| (&of.name, &of.notes));
    for (name, notes) in enums.chain(externs).filter(|(name, _)| own(name.span)) {
        let message = format!("the type `{}` is used nowhere", name.text);
        let found = finding(&UNUSED_TYPE, name.span, message).help("use it, or remove it");
        diagnostics.push(context.remove(found, notes));
    }
}

/// Everything that is used anywhere in a machine.
#[derive(Default)]
struct Uses {
    events: BTreeSet<Id<Event>>,
    raised: BTreeSet<Id<Event>>,
    /// Whether any state reacts to events of every kind.
    any: bool,
    guards: BTreeSet<Id<Guard>>,
    actions: BTreeSet<Id<HostAction>>,
    tasks: BTreeSet<Id<Task>>,
    outputs: BTreeSet<Id<Output>>,
    variables: BTreeSet<Id<Variable>>,
    /// The variables that are given a value after they have begun.
    assigned: BTreeSet<Id<Variable>>,
    limits: BTreeSet<Id<Limit>>,
}

impl Uses {
    fn of(machine: &Machine) -> Self {
        let mut uses = Uses::default();
        for guard in machine.guards.iter().filter_map(|guard| guard.body.as_ref()) {
            uses.expr(guard);
        }
        machine.variables.iter().filter_map(|variable| variable.default.as_ref()).for_each(|expr| uses.expr(expr));
        for state in &machine.states {
            state.entry.iter().chain(&state.exit).for_each(|action| uses.action(action));
            if let Some(initial) = &state.initial {
                initial.actions.iter().for_each(|action| uses.action(action));
                uses.target(&initial.target);
            }
            for run in &state.runs {
                uses.tasks.insert(run.task);
                uses.exprs(&run.arguments);
            }
        }
        for limit in &machine.limits {
            uses.expr(&limit.bound);
            limit.tail.iter().for_each(|tail| uses.tail(tail));
        }
        for reaction in &machine.reactions {
            match &reaction.trigger {
                Trigger::Events(of) | Trigger::Ignore(of) => uses.events.extend(of.iter().map(|of| of.event)),
                Trigger::Defer(of) => uses.events.extend(of.iter().map(|of| of.event.event)),
                Trigger::Any => uses.any = true,
                Trigger::After(delay) | Trigger::Every(delay) => uses.expr(delay),
                Trigger::Done(_) | Trigger::Error | Trigger::Always | Trigger::TaskDone(_) | Trigger::TaskFailed(_) => {
                }
            }
            for branch in &reaction.branches {
                if let Condition::Guard(guard) = &branch.condition {
                    uses.expr(guard);
                }
                uses.tail(&branch.tail);
            }
        }
        uses
    }

    fn tail(&mut self, tail: &Tail) {
        self.limits.extend(tail.counts);
        tail.actions.iter().for_each(|action| self.action(action));
        if let Some(target) = &tail.target {
            self.target(target);
        }
    }

    fn target(&mut self, target: &Target) {
        target.default_actions().iter().for_each(|action| self.action(action));
        for (variable, value) in target.entries().iter().flat_map(|entry| &entry.arguments) {
            self.assign(*variable);
            self.expr(value);
        }
    }

    fn assign(&mut self, variable: Id<Variable>) {
        self.variables.insert(variable);
        self.assigned.insert(variable);
    }

    fn actions(&mut self, actions: &[Action]) {
        for action in actions {
            self.action(action);
        }
    }

    fn action(&mut self, action: &Action) {
        match &action.kind {
            ActionKind::Call { action, arguments, result } => {
                self.actions.insert(*action);
                if let Some(variable) = result {
                    self.assign(*variable);
                }
                self.exprs(arguments);
            }
            ActionKind::Assign { variable, value, .. } => {
                self.assign(*variable);
                self.expr(value);
            }
            ActionKind::Emit { output, fields } => {
                self.outputs.insert(*output);
                self.exprs(fields);
            }
            ActionKind::Raise { event, fields, delay } => {
                self.raised.insert(*event);
                self.exprs(fields);
                if let Some(delay) = delay {
                    self.expr(delay);
                }
            }
            ActionKind::If { arms, otherwise } => {
                for (condition, actions) in arms {
                    self.expr(condition);
                    self.actions(actions);
                }
                self.actions(otherwise);
            }
            ActionKind::ResetVariables(variables) => self.variables.extend(variables),
            ActionKind::Cancel(_) | ActionKind::ResetLimit(_) | ActionKind::Restart(_) => {}
        }
    }

    fn exprs(&mut self, exprs: &[Expr]) {
        for expr in exprs {
            self.expr(expr);
        }
    }

    fn expr(&mut self, expr: &Expr) {
        expr.walk(&mut |part| match &part.kind {
            ExprKind::Guard(id, _) => drop(self.guards.insert(*id)),
            ExprKind::Variable(id)
            | ExprKind::Narrow(Place::Variable(id), _)
            | ExprKind::Narrowed(Place::Variable(id)) => drop(self.variables.insert(*id)),
            _ => {}
        });
    }
}

static UNUSED_EVENT: Rule = Rule {
    code: "FSM601",
    name: "unused-event",
    severity: Severity::Warning,
    summary: "an event that no state reacts to",
    explanation: "Whoever sends the event gets an error, in every state. Either a reaction is missing, or the event is left over.",
    example: "machine Lamp {\n    event Flip;\n    event Dim;\n    initial state Off { on Flip -> On; }\n    state On { on Flip -> Off; }\n}\n",
    instead: "machine Lamp {\n    event Flip;\n    event Dim;\n    initial state Off { on Flip -> On; ignore Dim; }\n    state On { on Flip -> Off; }\n}\n",
};

static UNUSED_GUARD: Rule = Rule {
    code: "FSM602",
    name: "unused-guard",
    severity: Severity::Warning,
    summary: "a guard that is never asked",
    explanation: "A guard that no reaction asks decides nothing; a host guard that is never asked is a method to be written for \
                  nothing.",
    example: "machine Lamp {\n    event Flip;\n    guard dark;\n    initial state Off { on Flip -> On; }\n    state On { on Flip -> Off; }\n}\n",
    instead: "machine Lamp {\n    event Flip;\n    guard dark;\n    initial state Off { on Flip [dark] -> On; }\n    state On { on Flip -> Off; }\n}\n",
};

static UNUSED_ACTION: Rule = Rule {
    code: "FSM603",
    name: "unused-action",
    severity: Severity::Warning,
    summary: "an action or a task that is never called",
    explanation: "It is a method that the host has to implement and that nothing calls.",
    example: "machine Lamp {\n    event Flip;\n    action click();\n    initial state Off { on Flip -> On; }\n    state On { on Flip -> Off; }\n}\n",
    instead: "machine Lamp {\n    event Flip;\n    action click();\n    initial state Off { on Flip -> On / click(); }\n    state On { on Flip -> Off; }\n}\n",
};

static UNUSED_OUTPUT: Rule = Rule {
    code: "FSM604",
    name: "unused-output",
    severity: Severity::Warning,
    summary: "an output that is never emitted",
    explanation: "Whoever waits for the output waits in vain.",
    example: "machine Lamp {\n    event Flip;\n    output Shines;\n    initial state Off { on Flip -> On; }\n    state On { on Flip -> Off; }\n}\n",
    instead: "machine Lamp {\n    event Flip;\n    output Shines;\n    initial state Off { on Flip -> On; }\n    state On { entry / emit Shines; on Flip -> Off; }\n}\n",
};

static UNUSED_VARIABLE: Rule = Rule {
    code: "FSM605",
    name: "unused-variable",
    severity: Severity::Warning,
    summary: "a param or a variable that is used nowhere",
    explanation: "It is neither read nor given a value, anywhere in the machine.",
    example: "machine Lamp {\n    context { flips: u8 = 0 }\n    event Flip;\n    initial state Off { on Flip -> On; }\n    state On { on Flip -> Off; }\n}\n",
    instead: "machine Lamp {\n    context { flips: u8 = 0 }\n    event Flip;\n    initial state Off { on Flip -> On / flips += 1; }\n    state On { on Flip -> Off; }\n}\n",
};

static UNUSED_LIMIT: Rule = Rule {
    code: "FSM606",
    name: "unused-limit",
    severity: Severity::Warning,
    summary: "a limit that no transition counts",
    explanation: "A limit bounds how often the transitions are taken that count it. Without one it bounds nothing.",
    example: "machine Job {\n    event Finish;\n    event Wait;\n    limit waits <= 3 else -> Done;\n    initial state Working { on Finish -> Done; ignore Wait; }\n    final state Done;\n}\n",
    instead: "machine Job {\n    event Finish;\n    event Wait;\n    limit waits <= 3 else -> Done;\n    initial state Working { on Finish -> Done; on Wait -> Working counts waits; }\n    final state Done;\n}\n",
};

static NEVER_ASSIGNED: Rule = Rule {
    code: "FSM612",
    name: "never-assigned",
    severity: Severity::Warning,
    summary: "a variable that keeps its initial value",
    explanation: "A context is what changes while the machine runs. What is read and never assigned is a param, which is fixed when the \
                  machine is made, or a constant; or an assignment was forgotten.",
    example: "machine Door {\n    event Knock;\n    context { knocks: u8 in 0..=3 = 0 }\n    initial state Shut { on Knock [knocks < 3] -> Open; }\n    final state Open;\n}\n",
    instead: "machine Door {\n    event Knock;\n    context { knocks: u8 in 0..=3 = 0 }\n    initial state Shut {\n        on Knock {\n            [knocks < 3] / knocks += 1;\n            else -> Open;\n        }\n    }\n    final state Open;\n}\n",
};

static NEVER_RAISED: Rule = Rule {
    code: "FSM607",
    name: "never-raised",
    severity: Severity::Warning,
    summary: "an internal event that is never raised",
    explanation: "An internal event cannot come from outside; only the machine itself raises it. One that it never raises never \
                  happens.",
    example: "machine Lamp {\n    event Flip;\n    internal event Burn;\n    initial state Off { on Flip -> On; }\n    state On { on Flip, Burn -> Off; }\n}\n",
    instead: "machine Lamp {\n    event Flip;\n    internal event Burn;\n    initial state Off { on Flip -> On / raise Burn; }\n    state On { on Flip, Burn -> Off; }\n}\n",
};

static UNUSED_TYPE: Rule = Rule {
    code: "FSM608",
    name: "unused-type",
    severity: Severity::Warning,
    summary: "an enum or extern type that is used nowhere",
    explanation: "No event, output, context or function of the file has the type.",
    example: "enum Color { Red, Green }\nmachine Lamp {\n    event Flip;\n    initial state Off { on Flip -> On; }\n    state On { on Flip -> Off; }\n}\n",
    instead: "enum Color { Red, Green }\nmachine Lamp {\n    event Flip { color: Color };\n    initial state Off { on Flip [event.color == Color::Red] -> On; }\n    state On { on Flip -> Off; }\n}\n",
};
