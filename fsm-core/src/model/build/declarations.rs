//! What a machine declares: events, outputs, guards, actions, tasks, limits, params and contexts.

use super::constants::{self, range_of};
use super::expressions::Environment;
use super::generics;
use super::names::{Namespace, StateNames, UNKNOWN_TYPE, duplicate, unknown};
use super::{Builder, DeclaredType};
use crate::diagnostic::{Diagnostic, Rule, Severity};
use crate::model::{
    BaseType, Event, Expr, ExprKind, Field, Guard, HostAction, Id, IntType, Interval, Limit, Machine, Name, Notes,
    Output, State, Task, Type, Variable, VariableScope,
};
use crate::source::Span;
use crate::syntax::ast;

/// A machine that is being built, and the names declared in it.
pub(super) struct Scope<'a, 's> {
    pub(super) machine: Machine,
    /// The bodies of all states, by the index of the state.
    pub(super) bodies: Vec<&'s [ast::Member]>,
    pub(super) states: StateNames<'a>,
    pub(super) events: Namespace<'a, Id<Event>>,
    pub(super) outputs: Namespace<'a, Id<Output>>,
    pub(super) guards: Namespace<'a, Id<Guard>>,
    pub(super) actions: Namespace<'a, Id<HostAction>>,
    pub(super) tasks: Namespace<'a, Id<Task>>,
    pub(super) params: Namespace<'a, Id<Variable>>,
    /// The limits by the state that declares them; looked up outwards.
    pub(super) limits: Vec<(Id<Limit>, &'s ast::Limit)>,
    /// The guards that have a body.
    pub(super) guard_bodies: Vec<(Id<Guard>, &'s ast::Expr)>,
}

/// Declares everything in `syntax` but its states, which `machine` has already.
pub(super) fn declare<'a, 's>(builder: &mut Builder<'a>, machine: Machine, syntax: &'s ast::Machine) -> Scope<'a, 's> {
    let mut bodies = Vec::with_capacity(machine.states.len());
    let mut state_names = vec![builder.text(syntax.name)];
    collect_bodies(builder, &syntax.body, &mut bodies, &mut state_names);
    let states = StateNames::new(&state_names[1..]);
    let mut scope = Scope { bodies, ..Scope::new(machine, states) };
    let machine_name = builder.text(syntax.name);
    scope.machine.generics = generics::declare(builder, syntax);
    for member in &syntax.body {
        match member {
            ast::Member::Enum(declaration) => builder.declare_enum(declaration, Some(machine_name)),
            ast::Member::ExternType(declaration) => builder.declare_extern_type(declaration, &scope.machine.generics),
            _ => {}
        }
    }
    for member in &syntax.body {
        scope.declare_member(builder, member);
    }
    for state in scope.machine.states.ids() {
        scope.declare_in_state(builder, state);
    }
    scope.build_limit_bounds(builder);
    scope
}

/// The bodies and names of the states inside `body`, in the order in which the tree numbers them.
fn collect_bodies<'a, 's>(
    builder: &Builder<'a>,
    body: &'s [ast::Member],
    bodies: &mut Vec<&'s [ast::Member]>,
    names: &mut Vec<&'a str>,
) {
    bodies.push(body);
    for member in body {
        let ast::Member::State(state) = member else {
            continue;
        };
        names.push(builder.text(state.name));
        if state.is_final.is_some() {
            bodies.push(&state.body);
        } else {
            collect_bodies(builder, &state.body, bodies, names);
        }
    }
}

impl<'a, 's> Scope<'a, 's> {
    /// A machine in which nothing is declared but states.
    pub(super) fn new(machine: Machine, states: StateNames<'a>) -> Self {
        Scope {
            machine,
            bodies: Vec::new(),
            states,
            events: Namespace::new("event"),
            outputs: Namespace::new("output"),
            guards: Namespace::new("guard"),
            actions: Namespace::new("action"),
            tasks: Namespace::new("task"),
            params: Namespace::new("param"),
            limits: Vec::new(),
            guard_bodies: Vec::new(),
        }
    }

    /// What stands at the level of the machine only.
    fn declare_member(&mut self, builder: &mut Builder<'a>, member: &'s ast::Member) {
        match member {
            ast::Member::Param(field) => {
                if let Some(variable) = self.variable(builder, field, VariableScope::Param) {
                    let id = self.machine.variables.push(variable);
                    self.params.declare(builder, field.name, id);
                }
            }
            ast::Member::Event(syntax) => {
                let notes = builder.notes(&syntax.preamble, syntax.label);
                let fields = fields(builder, &syntax.fields);
                let name = builder.name(syntax.name);
                let internal = syntax.internal.is_some();
                let id = self.machine.events.push(Event { name, notes, internal, fields });
                self.events.declare(builder, syntax.name, id);
            }
            ast::Member::Output(syntax) => {
                let notes = builder.notes(&syntax.preamble, syntax.label);
                let fields = fields(builder, &syntax.fields);
                let id = self.machine.outputs.push(Output { name: builder.name(syntax.name), notes, fields });
                self.outputs.declare(builder, syntax.name, id);
            }
            ast::Member::Guard(syntax) => {
                let notes = builder.notes(&syntax.preamble, syntax.label);
                let parameters = fields(builder, &syntax.parameters);
                let guard = Guard { name: builder.name(syntax.name), notes, parameters, body: None };
                let id = self.machine.guards.push(guard);
                self.guards.declare(builder, syntax.name, id);
                self.guard_bodies.extend(syntax.body.as_ref().map(|body| (id, body)));
            }
            ast::Member::Action(syntax) => {
                let (name, notes, parameters, result) = function(builder, syntax);
                let action = HostAction { name, notes, parameters, result, fails: syntax.fails };
                let id = self.machine.actions.push(action);
                self.actions.declare(builder, syntax.name, id);
            }
            ast::Member::Task(syntax) => {
                let (name, notes, parameters, result) = function(builder, syntax);
                let task = Task { name, notes, parameters, result, fails: syntax.fails };
                let id = self.machine.tasks.push(task);
                self.tasks.declare(builder, syntax.name, id);
            }
            ast::Member::Later(later) => builder.refuse_later(later),
            ast::Member::Enum(_)
            | ast::Member::ExternType(_)
            | ast::Member::Context(_)
            | ast::Member::Limit(_)
            | ast::Member::State(_)
            | ast::Member::Initial(_)
            | ast::Member::Entry(_)
            | ast::Member::Exit(_)
            | ast::Member::Reaction(_)
            | ast::Member::Scenario(_)
            | ast::Member::Error => {}
        }
    }

    /// What may stand in any state: contexts and limits. What may not is reported.
    fn declare_in_state(&mut self, builder: &mut Builder<'a>, state: Id<State>) {
        let mut limits = Namespace::new("limit");
        for member in self.bodies[state.index()] {
            match member {
                ast::Member::Context(context) => self.declare_context(builder, state, context),
                ast::Member::Limit(syntax) => {
                    if limits.declare(builder, syntax.name, ()) {
                        self.declare_limit(builder, state, syntax);
                    }
                }
                ast::Member::State(_)
                | ast::Member::Initial(_)
                | ast::Member::Entry(_)
                | ast::Member::Exit(_)
                | ast::Member::Reaction(_)
                | ast::Member::Error => {}
                _ if state == Machine::root() => {}
                ast::Member::Enum(item) => self.misplaced(builder, state, item.name.span, "an enum"),
                ast::Member::ExternType(item) => {
                    self.misplaced(builder, state, item.name.span, "an extern type");
                }
                ast::Member::Param(item) => self.misplaced(builder, state, item.name.span, "a param"),
                ast::Member::Event(item) => self.misplaced(builder, state, item.name.span, "an event"),
                ast::Member::Output(item) => self.misplaced(builder, state, item.name.span, "an output"),
                ast::Member::Guard(item) => self.misplaced(builder, state, item.name.span, "a guard"),
                ast::Member::Action(item) => self.misplaced(builder, state, item.name.span, "an action"),
                ast::Member::Task(item) => self.misplaced(builder, state, item.name.span, "a task"),
                ast::Member::Scenario(item) => self.misplaced(builder, state, item.title.span, "a scenario"),
                ast::Member::Later(item) => builder.refuse_later(item),
            }
        }
    }

    fn misplaced(&self, builder: &mut Builder<'a>, state: Id<State>, span: Span, what: &str) {
        let name = self.machine.qualified_name(state);
        builder.report(
            Diagnostic::new(
                &MISPLACED_DECLARATION,
                span,
                format!("{what} cannot be declared inside the state `{name}`"),
            )
            .help(format!("declare it in the machine `{}`, outside its states", self.machine.name.text)),
        );
    }

    fn declare_context(&mut self, builder: &mut Builder<'a>, state: Id<State>, context: &'s ast::Context) {
        for field in &context.fields {
            let text = builder.text(field.name);
            let declared = self.machine.states[state].context.iter();
            let first = declared.map(|&id| &self.machine.variables[id].name).find(|name| name.text == text);
            if let Some(first) = first {
                builder.report(duplicate("variable", text, field.name.span, first.span));
                continue;
            }
            if let Some(variable) = self.variable(builder, field, VariableScope::Context(state)) {
                let id = self.machine.variables.push(variable);
                self.machine.states[state].context.push(id);
            }
        }
    }

    fn declare_limit(&mut self, builder: &mut Builder<'a>, state: Id<State>, syntax: &'s ast::Limit) {
        let notes = builder.notes(&syntax.preamble, syntax.label);
        let id = self.machine.limits.push(Limit {
            name: builder.name(syntax.name),
            notes,
            state,
            inclusive: syntax.inclusive,
            bound: Expr { span: syntax.bound.span, ty: COUNT, kind: ExprKind::Int(0) },
            tail: None,
        });
        self.limits.push((id, syntax));
    }

    /// The bounds of the limits; params may be declared behind the limit that uses them.
    fn build_limit_bounds(&mut self, builder: &mut Builder<'a>) {
        for (id, syntax) in self.limits.clone() {
            let environment = Environment::constant(self.machine.limits[id].state);
            let interval = Some(IntType::U32.interval());
            if let Some(bound) = self.value(builder, &environment, &syntax.bound, COUNT, interval) {
                constants::require_constant(builder, &self.machine, &bound, "the bound of a limit");
                self.machine.limits[id].bound = bound;
            }
        }
    }

    fn variable(&self, builder: &mut Builder<'a>, field: &ast::Field, scope: VariableScope) -> Option<Variable> {
        let notes = builder.notes(&field.preamble, None);
        let ty = resolve_type(builder, &field.ty)?;
        let range = field.range.as_ref().and_then(|range| range_of(builder, self, range, ty));
        let interval = range.or(interval_of(ty));
        let name = builder.name(field.name);
        let default = field.default.as_ref().and_then(|default| {
            let value = self.value(builder, &Environment::constant(Machine::root()), default, ty, interval)?;
            constants::require_constant(builder, &self.machine, &value, "an initial value").then_some(value)
        });
        // An option starts as `none` unless it says otherwise. What has a default with errors is not said to lack one.
        let starts_as_none = matches!(ty, Type::Optional(_)) || field.default.is_some();
        let none = || Expr { span: field.ty.span, ty, kind: ExprKind::None };
        let default = default.or_else(|| starts_as_none.then(none));
        Some(Variable { name, notes, scope, ty, interval, default })
    }
}

/// What actions and tasks have in common.
fn function(builder: &mut Builder<'_>, syntax: &ast::Function) -> (Name, Notes, Vec<Field>, Option<Type>) {
    let notes = builder.notes(&syntax.preamble, syntax.label);
    let parameters = fields(builder, &syntax.parameters);
    let result = syntax.result.as_ref().and_then(|ty| resolve_type(builder, ty));
    (builder.name(syntax.name), notes, parameters, result)
}

/// The fields of a payload or the parameters of a function. A range or a default is refused: nothing would check
/// what comes from outside.
fn fields(builder: &mut Builder<'_>, syntax: &[ast::Field]) -> Vec<Field> {
    let mut names = Namespace::new("field");
    let mut fields = Vec::new();
    for field in syntax {
        let unwanted = field.range.as_ref().map(|range| (range.span, "range"));
        let unwanted = unwanted.or(field.default.as_ref().map(|default| (default.span, "default")));
        if let Some((span, what)) = unwanted {
            let name = builder.text(field.name);
            builder.report(
                Diagnostic::new(&MISPLACED_DECLARATION, span, format!("the field `{name}` cannot have a {what}"))
                    .help("ranges and defaults belong to params and to the variables of a context"),
            );
        }
        if !names.declare(builder, field.name, ()) {
            continue;
        }
        let notes = builder.notes(&field.preamble, None);
        if let Some(ty) = resolve_type(builder, &field.ty) {
            fields.push(Field { name: builder.name(field.name), notes, ty });
        }
    }
    fields
}

/// The type of a limit's count.
const COUNT: Type = Type::Plain(BaseType::Int(IntType::U32));

/// The values of a numeric type.
pub(super) fn interval_of(ty: Type) -> Option<Interval> {
    let (Type::Plain(base) | Type::Optional(base)) = ty;
    match base {
        BaseType::Int(int) => Some(int.interval()),
        BaseType::Duration => Some(Interval::DURATION),
        BaseType::Bool | BaseType::Float | BaseType::Str | BaseType::Enum(_) | BaseType::Extern(_) => None,
    }
}

/// The names of the types that the language has of itself.
fn builtin_type(name: &str) -> Option<BaseType> {
    Some(match name {
        "bool" => BaseType::Bool,
        "f64" => BaseType::Float,
        "str" => BaseType::Str,
        "duration" => BaseType::Duration,
        _ => BaseType::Int(IntType::ALL.into_iter().find(|int| int.name() == name)?),
    })
}

/// Finds the type that is written, or reports it.
pub(super) fn resolve_type(builder: &mut Builder<'_>, ty: &ast::Type) -> Option<Type> {
    let text = builder.text(ty.name);
    let declared = builder.types.get(text).map(|declared| match declared {
        DeclaredType::Enum(id) => BaseType::Enum(id),
        DeclaredType::Extern(id) => BaseType::Extern(id),
    });
    let Some(base) = declared.or_else(|| builtin_type(text)) else {
        let mut known = builder.types.names();
        known.extend(["bool", "f64", "str", "duration"]);
        known.extend(IntType::ALL.map(IntType::name));
        let mut finding = unknown(&UNKNOWN_TYPE, "type", text, ty.name.span, known);
        let proposed = finding.help.clone();
        finding.help = match text {
            "String" | "string" | "text" => Some("text is `str`".to_owned()),
            "Duration" | "time" => Some("a span of time is `duration`".to_owned()),
            "int" | "integer" | "usize" | "isize" => Some("integers are `u8` to `u64` and `i8` to `i64`".to_owned()),
            "float" | "f32" | "double" => Some("floating-point numbers are `f64`".to_owned()),
            "Option" => Some("an optional value is written `T?`".to_owned()),
            _ => finding.help.filter(|help| help.starts_with("did you mean")).or_else(|| {
                Some(format!("declare an enum, or make a Rust type known: `extern type {text} = crate::{text};`"))
            }),
        };
        // What is proposed is what the help says.
        finding.fix = finding.fix.filter(|_| finding.help == proposed);
        builder.report(finding);
        return None;
    };
    Some(if ty.optional { Type::Optional(base) } else { Type::Plain(base) })
}

/// A declaration in the wrong place.
pub(crate) static MISPLACED_DECLARATION: Rule = Rule {
    code: "FSM114",
    name: "misplaced-declaration",
    severity: Severity::Error,
    summary: "a declaration in a place where it means nothing",
    explanation: "Events, outputs, guards, actions, tasks, params and types belong to the machine: they are what the program \
                  around it sees. A state declares its child states, its context, its limits and its reactions. Ranges and \
                  defaults belong to what the machine itself keeps, not to what it is given.",
    example: "machine Lamp {\n    initial state Off {\n        event Flip;\n    }\n}\n",
    instead: "machine Lamp {\n    event Flip;\n    initial state Off { on Flip -> On; }\n    state On { on Flip -> Off; }\n}\n",
};
