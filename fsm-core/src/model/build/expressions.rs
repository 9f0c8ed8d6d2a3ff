//! Expressions: names resolved, types checked, options narrowed.

use super::Builder;
use super::constants::{check_interval, fold};
use super::declarations::Scope;
use super::names::{
    AMBIGUOUS_NAME, UNKNOWN_ACTION, UNKNOWN_FIELD, UNKNOWN_NAME, UNKNOWN_TYPE, UNKNOWN_VARIANT, names_of, unknown,
};
use super::{DeclaredType, NOT_SUPPORTED};
use crate::diagnostic::{Diagnostic, Rule, Severity};
use crate::lists::CollectVec;
use crate::model::{
    BaseType, BinaryOperator, Event, Expr, ExprKind, Field, Guard, Id, IntType, Interval, Limit, Machine, Place,
    Report, State, Type, UnaryOperator, Variable,
};
use crate::source::Span;
use crate::syntax::{ast, literal};

const BOOL: Type = Type::Plain(BaseType::Bool);
const FLOAT: Type = Type::Plain(BaseType::Float);
const STR: Type = Type::Plain(BaseType::Str);
const DURATION: Type = Type::Plain(BaseType::Duration);

/// What an expression may refer to at its place.
#[derive(Clone)]
pub(super) struct Environment<'e> {
    /// The state in which it stands: contexts, limits and states are looked up from here outwards.
    pub(super) state: Id<State>,
    /// What `event` is.
    pub(super) event: EventScope,
    /// The parameters of the guard whose body it is.
    pub(super) parameters: &'e [Field],
    /// The options that are known to have a value.
    pub(super) narrowed: Vec<Place>,
    /// Whether it stands in a scenario, from where the contexts of all states can be read.
    outside: bool,
}

/// What `event` is at a place.
#[derive(Clone)]
pub(super) enum EventScope {
    /// Nothing; the text says where: "in `entry`".
    Unavailable(&'static str),
    /// One of these events.
    Events(Vec<Id<Event>>),
    /// A failure, with `event.origin` and `event.message`.
    Failure,
    /// The result of a task, with `event.value`.
    TaskValue(Option<Type>),
    /// The failure of a task, with `event.error`.
    TaskError,
}

impl<'e> Environment<'e> {
    /// For an expression that is evaluated in `state` while `event` is handled.
    pub(super) fn new(state: Id<State>, event: EventScope) -> Self {
        Environment { state, event, parameters: &[], narrowed: Vec::new(), outside: false }
    }

    /// For an expression that is evaluated before the machine starts.
    pub(super) fn constant(state: Id<State>) -> Self {
        Environment::new(state, EventScope::Unavailable("in a declaration"))
    }

    /// For an expression of a scenario.
    pub(super) fn scenario() -> Self {
        Environment { outside: true, ..Environment::new(Machine::root(), EventScope::Unavailable("in a scenario")) }
    }

    /// The body of a guard.
    fn guard(parameters: &'e [Field]) -> Self {
        Environment {
            parameters,
            ..Environment::new(Machine::root(), EventScope::Unavailable("in the body of a guard"))
        }
    }

    /// The same place, where `places` are known to have values.
    pub(super) fn knowing(&self, places: &[Place]) -> Self {
        let mut inner = self.clone();
        inner.narrowed.extend_from_slice(places);
        inner
    }
}

impl<'a> Scope<'a, '_> {
    /// The bodies of the named guards.
    pub(super) fn build_guards(&mut self, builder: &mut Builder<'a>) {
        for (id, syntax) in std::mem::take(&mut self.guard_bodies) {
            let parameters = self.machine.guards[id].parameters.clone();
            let body = self.condition(builder, &Environment::guard(&parameters), syntax);
            // A guard whose body has errors must not pass for a host function: nothing is known of it.
            let unknown = || Expr { span: syntax.span, ty: BOOL, kind: ExprKind::Bool(true) };
            self.machine.guards[id].body = Some(body.unwrap_or_else(unknown));
        }
        self.refuse_recursive_guards(builder);
    }

    /// Guards are expanded where they are used: none may use itself. Guards whose uses all end are set aside, again and
    /// again; what is left is recursive.
    fn refuse_recursive_guards(&mut self, builder: &mut Builder<'a>) {
        let uses = |guard: &Guard| {
            let mut used = Vec::new();
            if let Some(body) = &guard.body {
                body.walk(&mut |part| {
                    if let ExprKind::Guard(id, _) = part.kind {
                        used.push(id);
                    }
                });
            }
            used
        };
        let mut open = self.machine.guards.enumerate().map(|(id, guard)| (id, uses(guard))).collect_vec();
        loop {
            let (ends, rest): (Vec<_>, Vec<_>) = open.into_iter().partition(|(_, used)| used.is_empty());
            open = rest;
            if ends.is_empty() {
                break;
            }
            for (_, used) in &mut open {
                used.retain(|id| !ends.iter().any(|(ended, _)| ended == id));
            }
        }
        for (id, _) in open {
            let guard = &mut self.machine.guards[id];
            builder.report(
                Diagnostic::new(
                    &RECURSIVE_GUARD,
                    guard.name.span,
                    format!("the guard `{}` uses itself", guard.name.text),
                )
                .help("write the condition without the guard that is being declared"),
            );
            if let Some(body) = &mut guard.body {
                body.kind = ExprKind::Bool(true);
            }
        }
    }

    /// An expression that is true or false.
    pub(super) fn condition(
        &self,
        builder: &mut Builder<'a>,
        environment: &Environment<'_>,
        syntax: &ast::Expr,
    ) -> Option<Expr> {
        let expr = self.expr(builder, environment, syntax, Some(BOOL))?;
        let expr = coerce(builder, expr, BOOL)?;
        Some(narrow(expr, &environment.narrowed))
    }

    /// An expression whose value is kept or passed on as a `ty`.
    pub(super) fn value(
        &self,
        builder: &mut Builder<'a>,
        environment: &Environment<'_>,
        syntax: &ast::Expr,
        ty: Type,
        interval: Option<Interval>,
    ) -> Option<Expr> {
        let expr = self.expr(builder, environment, syntax, Some(ty))?;
        let expr = coerce(builder, expr, ty)?;
        check_interval(builder, &expr, interval);
        Some(narrow(expr, &environment.narrowed))
    }

    /// Any expression; `expected` gives literals their type.
    fn expr(
        &self,
        builder: &mut Builder<'a>,
        environment: &Environment<'_>,
        syntax: &ast::Expr,
        expected: Option<Type>,
    ) -> Option<Expr> {
        let span = syntax.span;
        let text = builder.sources.text(span);
        let of = |ty: Type, kind: ExprKind| Some(Expr { span, ty, kind });
        match &syntax.kind {
            ast::ExprKind::Bool(value) => of(BOOL, ExprKind::Bool(*value)),
            ast::ExprKind::Int => match literal::integer(text) {
                Some(value) => of(int_literal_type(value, expected), ExprKind::Int(value)),
                None => report_huge(builder, span, "integer"),
            },
            ast::ExprKind::Float => of(FLOAT, ExprKind::Float(literal::float(text)?)),
            ast::ExprKind::Str => {
                let ty = if environment.outside { standing_for(expected) } else { STR };
                of(ty, ExprKind::Str(literal::unescape(text)))
            }
            ast::ExprKind::Duration => match literal::duration(text) {
                Some(nanoseconds) => of(DURATION, ExprKind::Duration(nanoseconds)),
                None => report_huge(builder, span, "duration"),
            },
            ast::ExprKind::None => match expected {
                Some(ty @ Type::Optional(_)) => of(ty, ExprKind::None),
                Some(Type::Plain(base)) => {
                    let wanted = builder.program.type_name(Type::Plain(base));
                    mismatch(
                        builder,
                        span,
                        &format!("expected a `{wanted}`, found `none`"),
                        "only a `T?` can be `none`",
                    )
                }
                None => {
                    mismatch(builder, span, "`none` of which type?", "compare it with an optional value: `x == none`")
                }
            },
            ast::ExprKind::Any => {
                builder.report(
                    Diagnostic::new(&NOT_SUPPORTED, span, "`_` stands for any value, and has no place in a machine")
                        .help("write the value"),
                );
                None
            }
            ast::ExprKind::Error => None,
            ast::ExprKind::Name(name) => self.name(builder, environment, *name, span),
            ast::ExprKind::Field { base, field } => self.event_field(builder, environment, *base, *field, span),
            ast::ExprKind::Variant { enumeration, variant } => variant_of(builder, *enumeration, *variant, span),
            ast::ExprKind::Call { function, arguments } => {
                self.call(builder, environment, *function, arguments, span, expected)
            }
            ast::ExprKind::In(path) => {
                let state = self.states.find(builder, &self.machine, environment.state, path)?;
                of(BOOL, ExprKind::In(state))
            }
            ast::ExprKind::Unary { operator: UnaryOperator::Not, operand } => {
                let operand = self.expr(builder, environment, operand, Some(BOOL))?;
                let operand = coerce(builder, operand, BOOL)?;
                of(BOOL, ExprKind::Unary(UnaryOperator::Not, Box::new(operand)))
            }
            ast::ExprKind::Unary { operator: UnaryOperator::Negate, operand } => {
                let operand = self.expr(builder, environment, operand, expected)?;
                if let base @ (BaseType::Int(_) | BaseType::Float) = plain(builder, &operand)? {
                    of(Type::Plain(base), ExprKind::Unary(UnaryOperator::Negate, Box::new(operand)))
                } else {
                    let found = builder.program.type_name(operand.ty);
                    mismatch(builder, operand.span, &format!("a `{found}` cannot be negated"), "`-` is for numbers")
                }
            }
            ast::ExprKind::Binary { operator, at, left, right } => match operator {
                BinaryOperator::And | BinaryOperator::Or => {
                    self.logical(builder, environment, *operator, (left, right), span)
                }
                BinaryOperator::Equal | BinaryOperator::NotEqual => {
                    self.equality(builder, environment, *operator, (left, right), span)
                }
                BinaryOperator::Less
                | BinaryOperator::LessEqual
                | BinaryOperator::Greater
                | BinaryOperator::GreaterEqual => {
                    let (left, right) = self.operands(builder, environment, left, right)?;
                    ordered(builder, &left, &right, *at)?;
                    of(BOOL, ExprKind::Binary(*operator, Box::new(left), Box::new(right)))
                }
                BinaryOperator::Add
                | BinaryOperator::Subtract
                | BinaryOperator::Multiply
                | BinaryOperator::Divide
                | BinaryOperator::Remainder => {
                    let (left, right) = self.operands(builder, environment, left, right)?;
                    let ty = arithmetic_type(builder, *operator, &left, &right, *at)?;
                    of(ty, ExprKind::Binary(*operator, Box::new(left), Box::new(right)))
                }
            },
        }
    }

    /// `&&` and `||`: what the left side says of an option holds on the right.
    fn logical(
        &self,
        builder: &mut Builder<'a>,
        environment: &Environment<'_>,
        operator: BinaryOperator,
        (left, right): (&ast::Expr, &ast::Expr),
        span: Span,
    ) -> Option<Expr> {
        let left = self.expr(builder, environment, left, Some(BOOL)).and_then(|left| coerce(builder, left, BOOL));
        let mut facts = Vec::new();
        if let Some(left) = &left {
            self.facts(left, operator == BinaryOperator::And, &mut facts);
            facts.retain(|place| !environment.narrowed.contains(place));
        }
        let inner = environment.knowing(&facts);
        let right = self.expr(builder, &inner, right, Some(BOOL)).and_then(|right| coerce(builder, right, BOOL));
        let (left, right) = (left?, narrow(right?, &facts));
        // `x != none && …x…` is the narrowing itself.
        if let (ExprKind::Narrow(place, _), Some(tested)) = (&right.kind, tested_option(&left))
            && operator == BinaryOperator::And
            && *place == tested
        {
            return Some(Expr { span, ..right });
        }
        Some(Expr { span, ty: BOOL, kind: ExprKind::Binary(operator, Box::new(left), Box::new(right)) })
    }

    fn equality(
        &self,
        builder: &mut Builder<'a>,
        environment: &Environment<'_>,
        operator: BinaryOperator,
        (left, right): (&ast::Expr, &ast::Expr),
        span: Span,
    ) -> Option<Expr> {
        // A comparison with `none` asks about the option itself, even where its value is known.
        let asks_none = matches!(left.kind, ast::ExprKind::None) || matches!(right.kind, ast::ExprKind::None);
        let whole = Environment { narrowed: Vec::new(), ..environment.clone() };
        let environment = if asks_none { &whole } else { environment };
        let (left, right) = self.operands(builder, environment, left, right)?;
        let (left, right) = match (left.ty, right.ty) {
            (ty @ Type::Optional(_), Type::Plain(_)) => (left, coerce(builder, right, ty)?),
            (Type::Plain(_), ty @ Type::Optional(_)) => (coerce(builder, left, ty)?, right),
            _ => (left, right),
        };
        if !same_kind(left.ty, right.ty) {
            return incomparable(builder, &left, &right);
        }
        Some(Expr { span, ty: BOOL, kind: ExprKind::Binary(operator, Box::new(left), Box::new(right)) })
    }

    /// Both operands, where either may give the other its type.
    fn operands(
        &self,
        builder: &mut Builder<'a>,
        environment: &Environment<'_>,
        left: &ast::Expr,
        right: &ast::Expr,
    ) -> Option<(Expr, Expr)> {
        if matches!(left.kind, ast::ExprKind::None) {
            let right = self.expr(builder, environment, right, None)?;
            let left = self.expr(builder, environment, left, Some(right.ty))?;
            return Some((left, right));
        }
        let left = self.expr(builder, environment, left, None);
        let right = self.expr(builder, environment, right, left.as_ref().map(|left| left.ty));
        Some((left?, right?))
    }

    /// A name: a parameter, a variable, a param, a guard or a limit.
    fn name(
        &self,
        builder: &mut Builder<'a>,
        environment: &Environment<'_>,
        name: ast::Name,
        span: Span,
    ) -> Option<Expr> {
        let text = builder.text(name);
        if let Some(index) = environment.parameters.iter().position(|parameter| parameter.name.text == text) {
            let ty = environment.parameters[index].ty;
            return Some(read(environment, Place::Parameter(index), ty, ExprKind::Parameter(index), span));
        }
        let variable = self.find_variable(text, environment.state);
        let guard = self.guards.get(text);
        let limit = self.find_limit(text, environment.state);
        match (variable, guard, limit) {
            (Some(id), None, None) => {
                let ty = self.machine.variables[id].ty;
                Some(read(environment, Place::Variable(id), ty, ExprKind::Variable(id), span))
            }
            (None, Some(id), None) => {
                let wanted = &self.machine.guards[id].parameters;
                if !wanted.is_empty() {
                    return wrong_arguments(builder, span, "guard", text, wanted.len(), 0);
                }
                Some(Expr { span, ty: BOOL, kind: ExprKind::Guard(id, Vec::new()) })
            }
            (None, None, Some(id)) => {
                let ty = Type::Plain(BaseType::Int(IntType::U32));
                Some(Expr { span, ty, kind: ExprKind::Limit(id) })
            }
            (None, None, None) if environment.outside => self.name_from_outside(builder, environment, text, span),
            (None, None, None) => {
                let finding = self.unknown_name(environment, text, span);
                builder.report(finding);
                None
            }
            _ => {
                builder.report(
                    Diagnostic::new(&AMBIGUOUS_NAME, span, format!("`{text}` is more than one thing here"))
                        .says("a variable, a guard or a limit")
                        .help("give one of them another name"),
                );
                None
            }
        }
    }

    pub(super) fn unknown_name(&self, environment: &Environment<'_>, text: &str, span: Span) -> Diagnostic {
        let elsewhere = self.machine.variables.iter().find(|variable| variable.name.text == text);
        if let Some(variable) = elsewhere
            && let crate::model::VariableScope::Context(state) = variable.scope
        {
            let owner = self.machine.qualified_name(state);
            return Diagnostic::new(&UNKNOWN_NAME, span, format!("`{text}` exists only inside `{owner}`"))
                .and(variable.name.span, "declared here")
                .help("declare the variable in a `context` that is around both places");
        }
        if self.actions.get(text).is_some() {
            return action_in_expression(text, span);
        }
        if let EventScope::Events(events) = &environment.event
            && events.iter().all(|&id| self.machine.events[id].fields.iter().any(|field| field.name.text == text))
        {
            return Diagnostic::new(&UNKNOWN_NAME, span, format!("there is no value `{text}`"))
                .help(format!("a field of the event is read as `event.{text}`"));
        }
        if self.states.is_declared(text) {
            return Diagnostic::new(&UNKNOWN_NAME, span, format!("`{text}` is a state, not a value"))
                .help(format!("`in {text}` asks whether the state is active"));
        }
        let mut candidates = self.variables_around(environment.state);
        candidates.extend(self.params.names());
        candidates.extend(self.guards.names());
        candidates.extend(names_of(environment.parameters));
        candidates.extend(self.names_of_limits());
        unknown(&UNKNOWN_NAME, "value", text, span, candidates)
    }

    /// The variable that a name means inside `state`.
    pub(super) fn find_variable(&self, text: &str, state: Id<State>) -> Option<Id<Variable>> {
        let of_contexts = self.machine.lineage(state).find_map(|state| {
            let context = self.machine.states[state].context.iter();
            context.copied().find(|&id| self.machine.variables[id].name.text == text)
        });
        of_contexts.or_else(|| self.params.get(text))
    }

    /// The names of all variables of contexts that can be read inside `state`.
    pub(super) fn variables_around(&self, state: Id<State>) -> Vec<&str> {
        let mut names = Vec::new();
        for outer in self.machine.lineage(state) {
            for &id in &self.machine.states[outer].context {
                names.push(self.machine.variables[id].name.text.as_str());
            }
        }
        names
    }

    /// The names of all limits.
    pub(super) fn names_of_limits(&self) -> Vec<&str> {
        self.machine.limits.iter().map(|limit| limit.name.text.as_str()).collect_vec()
    }

    /// The limit that a name means inside `state`.
    pub(super) fn find_limit(&self, text: &str, state: Id<State>) -> Option<Id<Limit>> {
        let of_name = |outer: Id<State>| {
            let mut limits = self.machine.limits.enumerate();
            limits.find(|(_, limit)| limit.state == outer && limit.name.text == text).map(|(id, _)| id)
        };
        if self.machine.limits.is_empty() { None } else { self.machine.lineage(state).find_map(of_name) }
    }

    fn event_field(
        &self,
        builder: &mut Builder<'a>,
        environment: &Environment<'_>,
        base: ast::Name,
        field: ast::Name,
        span: Span,
    ) -> Option<Expr> {
        let (base_text, text) = (builder.text(base), builder.text(field));
        if environment.outside && self.states.is_declared(base_text) {
            return self.variable_of_state(builder, environment, base, field, span);
        }
        if base_text != "event" {
            builder.report(
                Diagnostic::new(&UNKNOWN_NAME, base.span, format!("`{base_text}` has no fields"))
                    .help("only `event` has fields: `event.user`; states of states are named after `in`"),
            );
            return None;
        }
        let reported = |ty: Type, report: Report| Some(Expr { span, ty, kind: ExprKind::Reported(report) });
        let known: &[&str] = match &environment.event {
            EventScope::Unavailable(place) => {
                builder.report(
                    Diagnostic::new(&EVENT_UNAVAILABLE, base.span, format!("there is no `event` {place}"))
                        .help("keep what is needed in a context, or move the action to the transition"),
                );
                return None;
            }
            EventScope::Events(events) => {
                return self.field_of_events(builder, environment, events, field, span);
            }
            EventScope::Failure => match text {
                "origin" => return reported(STR, Report::Origin),
                "message" => return reported(STR, Report::Message),
                _ => &["origin", "message"],
            },
            EventScope::TaskValue(value) => match (text, value) {
                ("value", Some(ty)) => return reported(*ty, Report::Value),
                (_, Some(_)) => &["value"],
                (_, None) => &[],
            },
            EventScope::TaskError => match text {
                "error" => return reported(STR, Report::Error),
                _ => &["error"],
            },
        };
        builder.report(unknown(&UNKNOWN_FIELD, "field", text, field.span, known.to_vec()));
        None
    }

    /// A field that every one of `events` must have, with one type.
    fn field_of_events(
        &self,
        builder: &mut Builder<'a>,
        environment: &Environment<'_>,
        events: &[Id<Event>],
        name: ast::Name,
        span: Span,
    ) -> Option<Expr> {
        let text = builder.text(name);
        let mut first: Option<(Id<Event>, Type, Span)> = None;
        for &id in events {
            let event = &self.machine.events[id];
            let Some(field) = event.fields.iter().find(|field| field.name.text == text) else {
                let mut finding = unknown(&UNKNOWN_FIELD, "field", text, name.span, names_of(&event.fields));
                finding.message = format!("the event `{}` has no field `{text}`", event.name.text);
                builder.report(
                    finding.says("not a field of every event that is handled here").and(event.name.span, "the event"),
                );
                return None;
            };
            match first {
                Some((_, ty, span)) if ty != field.ty => {
                    builder.report(
                        Diagnostic::new(
                            &TYPE_MISMATCH,
                            name.span,
                            format!("`event.{text}` does not have the same type in all events that are handled here"),
                        )
                        .and(span, "one type")
                        .and(field.name.span, "another")
                        .help("write a reaction for each of the events"),
                    );
                    return None;
                }
                Some(_) => {}
                None => first = Some((id, field.ty, field.name.span)),
            }
        }
        let (event, ty, _) = first?;
        let place = Place::EventField { name: text.to_owned(), event };
        let kind = ExprKind::EventField { name: text.to_owned(), event };
        Some(read(environment, place, ty, kind, span))
    }

    /// A call: `some`, `min`, `max`, or a guard with its arguments.
    fn call(
        &self,
        builder: &mut Builder<'a>,
        environment: &Environment<'_>,
        function: ast::Name,
        arguments: &[ast::Expr],
        span: Span,
        expected: Option<Type>,
    ) -> Option<Expr> {
        let text = builder.text(function);
        if let Some(id) = self.guards.get(text) {
            let parameters = &self.machine.guards[id].parameters;
            let arguments = self.arguments(builder, environment, ("guard", text), parameters, arguments, span)?;
            return Some(Expr { span, ty: BOOL, kind: ExprKind::Guard(id, arguments) });
        }
        match (text, arguments) {
            ("some", [inner]) => {
                let inner_expected = expected.map(|(Type::Plain(base) | Type::Optional(base))| Type::Plain(base));
                let inner = self.expr(builder, environment, inner, inner_expected)?;
                let base = plain(builder, &inner)?;
                Some(Expr { span, ty: Type::Optional(base), kind: ExprKind::Some(Box::new(inner)) })
            }
            ("min" | "max", [left, right]) => {
                let (left, right) = self.operands(builder, environment, left, right)?;
                ordered(builder, &left, &right, function.span)?;
                let ty = left.ty;
                let kind = ExprKind::MinMax { max: text == "max", operands: Box::new((left, right)) };
                Some(Expr { span, ty, kind })
            }
            ("some", _) => wrong_arguments(builder, span, "function", text, 1, arguments.len()),
            ("min" | "max", _) => wrong_arguments(builder, span, "function", text, 2, arguments.len()),
            _ if self.actions.get(text).is_some() => {
                builder.report(action_in_expression(text, span));
                None
            }
            _ => {
                let mut candidates = self.guards.names();
                candidates.extend(["min", "max", "some"]);
                let mut finding = unknown(&UNKNOWN_NAME, "guard", text, function.span, candidates);
                if finding.help.as_ref().is_none_or(|help| !help.starts_with("did you mean")) {
                    finding.help = Some(format!("declare the host function: `guard {text}(…);`"));
                }
                builder.report(finding);
                None
            }
        }
    }

    /// The arguments of a guard, an action or a task.
    pub(super) fn arguments(
        &self,
        builder: &mut Builder<'a>,
        environment: &Environment<'_>,
        (kind, name): (&str, &str),
        parameters: &[Field],
        arguments: &[ast::Expr],
        span: Span,
    ) -> Option<Vec<Expr>> {
        if parameters.len() != arguments.len() {
            return wrong_arguments(builder, span, kind, name, parameters.len(), arguments.len());
        }
        let values: Vec<_> = parameters
            .iter()
            .zip(arguments)
            .map(|(parameter, argument)| {
                let interval = super::declarations::interval_of(parameter.ty);
                self.value(builder, environment, argument, parameter.ty, interval)
            })
            .collect_vec();
        values.into_iter().collect()
    }

    /// The options that certainly have a value when `expr` is `truth`.
    pub(super) fn facts(&self, expr: &Expr, truth: bool, facts: &mut Vec<Place>) {
        match (&expr.kind, truth) {
            (ExprKind::Binary(BinaryOperator::NotEqual, ..), true)
            | (ExprKind::Binary(BinaryOperator::Equal, ..), false) => facts.extend(compared_with_none(expr)),
            (ExprKind::Binary(BinaryOperator::And, left, right), true)
            | (ExprKind::Binary(BinaryOperator::Or, left, right), false) => {
                self.facts(left, truth, facts);
                self.facts(right, truth, facts);
            }
            (ExprKind::Unary(UnaryOperator::Not, operand), _) => self.facts(operand, !truth, facts),
            (ExprKind::Narrow(place, body), true) => {
                facts.push(place.clone());
                self.facts(body, truth, facts);
            }
            (ExprKind::Guard(id, _), _) => {
                // What a named guard says of the machine's own variables holds wherever it is used.
                if let Some(body) = &self.machine.guards[*id].body {
                    let mut inner = Vec::new();
                    self.facts(body, truth, &mut inner);
                    facts.extend(inner.into_iter().filter(|place| matches!(place, Place::Variable(_))));
                }
            }
            _ => {}
        }
    }
}

/// Reads a place: its value where it is known to have one.
pub(super) fn read(environment: &Environment<'_>, place: Place, ty: Type, kind: ExprKind, span: Span) -> Expr {
    match ty {
        Type::Optional(base) if environment.narrowed.contains(&place) => {
            Expr { span, ty: Type::Plain(base), kind: ExprKind::Narrowed(place) }
        }
        _ => Expr { span, ty, kind },
    }
}

/// Wraps `expr` in the narrowing of each of `places` whose value it uses.
fn narrow(expr: Expr, places: &[Place]) -> Expr {
    places.iter().fold(expr, |expr, place| {
        let mut used = false;
        expr.walk(&mut |part| used |= matches!(&part.kind, ExprKind::Narrowed(narrowed) if narrowed == place));
        if used {
            Expr { span: expr.span, ty: expr.ty, kind: ExprKind::Narrow(place.clone(), Box::new(expr)) }
        } else {
            expr
        }
    })
}

/// The place in `place == none` or `place != none`.
fn compared_with_none(expr: &Expr) -> Option<Place> {
    let ExprKind::Binary(_, left, right) = &expr.kind else {
        return None;
    };
    match (&left.kind, &right.kind) {
        (ExprKind::None, _) => place(right),
        (_, ExprKind::None) => place(left),
        _ => None,
    }
}

/// The place in `place != none`.
fn tested_option(expr: &Expr) -> Option<Place> {
    let test = matches!(expr.kind, ExprKind::Binary(BinaryOperator::NotEqual, ..));
    if test { compared_with_none(expr) } else { None }
}

fn place(expr: &Expr) -> Option<Place> {
    match &expr.kind {
        ExprKind::Variable(id) => Some(Place::Variable(*id)),
        ExprKind::EventField { name, event } => Some(Place::EventField { name: name.clone(), event: *event }),
        ExprKind::Parameter(index) => Some(Place::Parameter(*index)),
        _ => None,
    }
}

fn variant_of(builder: &mut Builder<'_>, enumeration: ast::Name, variant: ast::Name, span: Span) -> Option<Expr> {
    let (text, wanted) = (builder.text(enumeration), builder.text(variant));
    let id = match builder.types.get(text) {
        Some(DeclaredType::Enum(id)) => id,
        Some(DeclaredType::Extern(_)) => {
            let finding = Diagnostic::new(
                &UNKNOWN_VARIANT,
                enumeration.span,
                format!("`{text}` is an extern type: its values are not known here"),
            );
            builder.report(finding.help("declare an enum, or ask about the value by a host guard"));
            return None;
        }
        None => {
            let enums = builder.types.names();
            builder.report(unknown(&UNKNOWN_TYPE, "enum", text, enumeration.span, enums));
            return None;
        }
    };
    let variants = &builder.program.enums[id].variants;
    let Some(index) = variants.iter().position(|variant| variant.name.text == wanted) else {
        let names = variants.iter().map(|variant| variant.name.text.as_str()).collect_vec();
        let mut finding = unknown(&UNKNOWN_VARIANT, "value", wanted, variant.span, names);
        finding.message = format!("the enum `{text}` has no value `{wanted}`");
        finding.primary.text.clear();
        builder.report(finding.and(builder.program.enums[id].name.span, "the enum"));
        return None;
    };
    Some(Expr { span, ty: Type::Plain(BaseType::Enum(id)), kind: ExprKind::Variant(id, index) })
}

/// The type of a text in a scenario: where a value of an extern type is expected, it stands for one.
fn standing_for(expected: Option<Type>) -> Type {
    match expected {
        Some(Type::Plain(base @ BaseType::Extern(_)) | Type::Optional(base @ BaseType::Extern(_))) => Type::Plain(base),
        _ => STR,
    }
}

/// The type of an integer literal: the one that is expected, else the smallest of `i64` and `u64` that holds it.
fn int_literal_type(value: i128, expected: Option<Type>) -> Type {
    match expected {
        Some(Type::Plain(BaseType::Int(int)) | Type::Optional(BaseType::Int(int))) => Type::Plain(BaseType::Int(int)),
        _ if value > i128::from(i64::MAX) => Type::Plain(BaseType::Int(IntType::U64)),
        _ => Type::Plain(BaseType::Int(IntType::I64)),
    }
}

/// Requires values that have an order.
fn ordered(builder: &mut Builder<'_>, left: &Expr, right: &Expr, at: Span) -> Option<()> {
    let (left_base, right_base) = (plain(builder, left)?, plain(builder, right)?);
    match (left_base, right_base) {
        (BaseType::Int(_), BaseType::Int(_))
        | (BaseType::Float, BaseType::Float)
        | (BaseType::Duration, BaseType::Duration) => Some(()),
        _ if same_kind(left.ty, right.ty) => {
            let name = builder.program.type_name(left.ty);
            mismatch::<()>(builder, at, &format!("values of `{name}` have no order"), "compare them by `==` or `!=`")
        }
        _ => incomparable(builder, left, right),
    }
}

/// The type of an arithmetic expression, or a report.
fn arithmetic_type(
    builder: &mut Builder<'_>,
    operator: BinaryOperator,
    left: &Expr,
    right: &Expr,
    at: Span,
) -> Option<Type> {
    use BaseType::{Duration, Float, Int};
    use BinaryOperator::{Add, Divide, Multiply, Remainder, Subtract};
    let (left_base, right_base) = (plain(builder, left)?, plain(builder, right)?);
    let ty = match (operator, left_base, right_base) {
        (_, Int(a), Int(b)) if a == b => Int(a),
        (_, Int(_), Int(_)) => Int(IntType::I64),
        (Add | Subtract | Multiply | Divide, Float, Float) => Float,
        (Add | Subtract, Duration, Duration) | (Multiply | Divide, Duration, Int(_)) | (Multiply, Int(_), Duration) => {
            Duration
        }
        _ => {
            let (left, right) = (builder.program.type_name(left.ty), builder.program.type_name(right.ty));
            let message = format!("`{}` is not defined for `{left}` and `{right}`", builder.sources.text(at));
            let help = match (left_base, right_base) {
                (Int(_), Float) | (Float, Int(_)) => "write the integer as a float: `1.0`",
                (Duration, Int(_)) | (Int(_), Duration) => "write the unit of the number: `30s`",
                _ => "arithmetic is for numbers and durations",
            };
            return mismatch(builder, at, &message, help);
        }
    };
    let divides = matches!(operator, Divide | Remainder);
    if divides && !matches!(ty, Float) && fold(right).is_none_or(|divisor| divisor == 0) {
        builder.report(
            Diagnostic::new(&ZERO_DIVISOR, right.span, "a divisor must be a literal other than zero")
                .help("write a number, such as `/ 2`: then the division cannot fail"),
        );
        return None;
    }
    Some(Type::Plain(ty))
}

/// The type of a value that must be there.
fn plain(builder: &mut Builder<'_>, expr: &Expr) -> Option<BaseType> {
    match expr.ty {
        Type::Plain(base) => Some(base),
        Type::Optional(_) => {
            builder.report(maybe_none(builder.sources.text(expr.span), expr.span));
            None
        }
    }
}

/// Uses `expr` as a `ty`, or reports that it cannot be.
fn coerce(builder: &mut Builder<'_>, expr: Expr, ty: Type) -> Option<Expr> {
    match (expr.ty, ty) {
        (found, wanted) if same_kind(found, wanted) => Some(expr),
        (Type::Plain(found), Type::Optional(wanted)) if same_kind(Type::Plain(found), Type::Plain(wanted)) => {
            Some(Expr { span: expr.span, ty, kind: ExprKind::Some(Box::new(expr)) })
        }
        (Type::Optional(found), Type::Plain(wanted)) if same_kind(Type::Plain(found), Type::Plain(wanted)) => {
            builder.report(maybe_none(builder.sources.text(expr.span), expr.span));
            None
        }
        (found, wanted) => {
            let help = match (found, wanted) {
                (Type::Plain(BaseType::Int(_)), Type::Plain(BaseType::Duration)) => "write the unit: `30s`",
                (Type::Plain(BaseType::Int(_)), Type::Plain(BaseType::Float)) => "write it as a float: `1.0`",
                (Type::Plain(BaseType::Int(_)), Type::Plain(BaseType::Bool)) => "compare it: `x > 0`",
                _ => "",
            };
            let (found, wanted) = (builder.program.type_name(found), builder.program.type_name(wanted));
            let mut finding =
                Diagnostic::new(&TYPE_MISMATCH, expr.span, format!("expected a `{wanted}`, found a `{found}`"))
                    .says(format!("this is a `{found}`"));
            if !help.is_empty() {
                finding = finding.help(help);
            }
            builder.report(finding);
            None
        }
    }
}

/// Whether values of the two types can stand for each other: all integers can, their values are checked where they are
/// kept.
pub(super) fn same_kind(left: Type, right: Type) -> bool {
    match (left, right) {
        (Type::Plain(BaseType::Int(_)), Type::Plain(BaseType::Int(_))) => true,
        _ => left == right,
    }
}

fn mismatch<T>(builder: &mut Builder<'_>, span: Span, message: &str, help: &str) -> Option<T> {
    builder.report(Diagnostic::new(&TYPE_MISMATCH, span, message).help(help));
    None
}

fn incomparable<T>(builder: &mut Builder<'_>, left: &Expr, right: &Expr) -> Option<T> {
    let (found, other) = (builder.program.type_name(left.ty), builder.program.type_name(right.ty));
    builder.report(
        Diagnostic::new(&TYPE_MISMATCH, right.span, format!("a `{found}` cannot be compared with a `{other}`"))
            .says(format!("this is a `{other}`"))
            .and(left.span, format!("this is a `{found}`")),
    );
    None
}

fn maybe_none(text: &str, span: Span) -> Diagnostic {
    Diagnostic::new(&MAYBE_NONE, span, format!("`{text}` may be `none`"))
        .says("a value is needed here")
        .help(format!("test it first: in `[{text} != none]` and behind it, `{text}` is the value"))
}

fn action_in_expression(text: &str, span: Span) -> Diagnostic {
    Diagnostic::new(&ACTION_IN_EXPRESSION, span, format!("`{text}` is an action, and has no place in an expression"))
        .help(format!("call it behind `/`: `/ x = {text}(…)` keeps its result; a question to the host is a `guard`"))
}

fn wrong_arguments<T>(
    builder: &mut Builder<'_>,
    span: Span,
    kind: &str,
    name: &str,
    wanted: usize,
    found: usize,
) -> Option<T> {
    let plural = if wanted == 1 { "" } else { "s" };
    builder.report(
        Diagnostic::new(
            &WRONG_ARGUMENTS,
            span,
            format!("the {kind} `{name}` takes {wanted} argument{plural}, and is given {found}"),
        )
        .help(format!("write one value for each parameter of `{name}`")),
    );
    None
}

fn report_huge<T>(builder: &mut Builder<'_>, span: Span, what: &str) -> Option<T> {
    builder.report(
        Diagnostic::new(&super::constants::OUT_OF_RANGE, span, format!("this {what} is too large"))
            .help("durations hold at most 2^64 - 1 nanoseconds (some 584 years), integers 127 bits"),
    );
    None
}

/// A name that no action has; also used where a guard stands in an action's place.
pub(super) fn unknown_action(text: &str, span: Span, is_guard: bool, names: Vec<&str>) -> Diagnostic {
    let finding = unknown(&UNKNOWN_ACTION, "action", text, span, names);
    if is_guard {
        let help = format!("`{text}` is a guard: ask it in brackets, `[{text}]`");
        return Diagnostic { fix: None, ..finding.help(help) };
    }
    let helped = finding.help.as_ref().is_some_and(|help| help.starts_with("did you mean"));
    if helped { finding } else { finding.help(format!("declare the host function: `action {text}(…);`")) }
}

/// Values of two types that do not go together.
pub(crate) static TYPE_MISMATCH: Rule = Rule {
    code: "FSM201",
    name: "type-mismatch",
    severity: Severity::Error,
    summary: "a value of the wrong type",
    explanation: "Expressions are typed as in Rust, with two differences: integers of all sizes go together, because \
                  arithmetic is over unbounded integers and only keeping a value can fail; and a `T` can stand where a `T?` \
                  is wanted. Numbers are not durations: write the unit.",
    example: "machine Door {\n    param patience: duration = 30;\n    event Wait { for_time: duration };\n    initial state Shut { on Wait [event.for_time > patience] -> Ajar; }\n    state Ajar { on Wait -> Shut; }\n}\n",
    instead: "machine Door {\n    param patience: duration = 30s;\n    event Wait { for_time: duration };\n    initial state Shut { on Wait [event.for_time > patience] -> Ajar; }\n    state Ajar { on Wait -> Shut; }\n}\n",
};

/// An option that is used as if it had a value.
pub(crate) static MAYBE_NONE: Rule = Rule {
    code: "FSM208",
    name: "maybe-none",
    severity: Severity::Error,
    summary: "an optional value that is used without a test for `none`",
    explanation: "A `T?` may be `none`. After a test, `[x != none]`, the name is the value itself: in the rest of the guard, in \
                  the values at the arrow and in the actions of that branch.",
    example: "machine Door {\n    context { guests: u8? = none }\n    event Open;\n    initial state Shut { on Open [guests > 3] -> Ajar; }\n    state Ajar { on Open -> Shut / guests = 4; }\n}\n",
    instead: "machine Door {\n    context { guests: u8? = none }\n    event Open;\n    initial state Shut { on Open [guests != none && guests > 3] -> Ajar; }\n    state Ajar { on Open -> Shut / guests = 4; }\n}\n",
};

/// A call with too many or too few arguments.
pub(crate) static WRONG_ARGUMENTS: Rule = Rule {
    code: "FSM203",
    name: "wrong-arguments",
    severity: Severity::Error,
    summary: "a call with too many or too few arguments",
    explanation: "Guards, actions and tasks are called with one value for each of their parameters. A guard without parameters \
                  is written without parentheses.",
    example: "machine Door {\n    event Open;\n    action ring(times: u8);\n    initial state Shut { on Open / ring(); }\n}\n",
    instead: "machine Door {\n    event Open;\n    action ring(times: u8);\n    initial state Shut { on Open / ring(2); }\n}\n",
};

/// `event` where nothing is handled.
pub(crate) static EVENT_UNAVAILABLE: Rule = Rule {
    code: "FSM212",
    name: "event-unavailable",
    severity: Severity::Error,
    summary: "`event` in a place where no event is handled",
    explanation: "A state can be entered and left by many events, and an `always` transition by none. So `event` exists only in \
                  the guard, the values and the actions of a reaction to events.",
    example: "machine Door {\n    context { force: u8 = 0 }\n    event Open { force: u8 };\n    initial state Shut { on Open [force < 9] -> Ajar; }\n    state Ajar { entry / force = event.force; on Open -> Shut; }\n}\n",
    instead: "machine Door {\n    context { force: u8 = 0 }\n    event Open { force: u8 };\n    initial state Shut { on Open [force < 9] -> Ajar / force = event.force; }\n    state Ajar { on Open -> Shut; }\n}\n",
};

/// An action inside an expression.
pub(crate) static ACTION_IN_EXPRESSION: Rule = Rule {
    code: "FSM215",
    name: "action-in-expression",
    severity: Severity::Error,
    summary: "an action that is called inside an expression",
    explanation: "Expressions have no effects: a guard may be asked any number of times, in any order. An action is called \
                  behind `/`, and its result can be kept in a variable. What the host only answers is a `guard`.",
    example: "machine Door {\n    event Open;\n    action ring() -> bool;\n    initial state Shut { on Open [ring()] -> Ajar / ring(); }\n    state Ajar { on Open -> Shut; }\n}\n",
    instead: "machine Door {\n    event Open;\n    guard heard;\n    action ring() -> bool;\n    initial state Shut { on Open [heard()] -> Ajar / ring(); }\n    state Ajar { on Open -> Shut; }\n}\n",
};

/// A guard that uses itself.
pub(crate) static RECURSIVE_GUARD: Rule = Rule {
    code: "FSM211",
    name: "recursive-guard",
    severity: Severity::Error,
    summary: "a guard that uses itself",
    explanation: "A named guard stands for its expression. One that uses itself, directly or through others, would have no end.",
    example: "machine Door {\n    event Open;\n    guard free = !taken;\n    guard taken = !free;\n    initial state Shut { on Open [free] -> Ajar; }\n    state Ajar { on Open -> Shut; }\n}\n",
    instead: "machine Door {\n    event Open;\n    guard free = !taken;\n    guard taken;\n    initial state Shut { on Open [free] -> Ajar; }\n    state Ajar { on Open -> Shut; }\n}\n",
};

/// A divisor that may be zero.
pub(crate) static ZERO_DIVISOR: Rule = Rule {
    code: "FSM210",
    name: "zero-divisor",
    severity: Severity::Error,
    summary: "a divisor that is not a literal other than zero",
    explanation: "Guards cannot fail. So the divisor of integers and durations is a number that is written out, and not zero.",
    example: "machine Door {\n    context { opened: u8 = 0 }\n    event Open;\n    initial state Shut { on Open [opened % 0 == 1] / opened += 1; }\n}\n",
    instead: "machine Door {\n    context { opened: u8 = 0 }\n    event Open;\n    initial state Shut { on Open [opened % 2 == 0] / opened += 1; }\n}\n",
};
