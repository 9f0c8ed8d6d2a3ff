//! Scenarios: who is told what, what is sent, and what is expected.

use super::Builder;
use super::constants::{self, NOT_CONSTANT};
use super::declarations::{Scope, interval_of};
use super::expressions::{Environment, WRONG_ARGUMENTS, read};
use super::names::{
    AMBIGUOUS_NAME, UNKNOWN_ACTION, UNKNOWN_FIELD, UNKNOWN_NAME, UNKNOWN_OUTPUT, UNKNOWN_TASK, duplicate, unknown,
};
use crate::diagnostic::{Diagnostic, Rule, Severity};
use crate::lists::CollectVec;
use crate::model::{
    Answer, BaseType, BinaryOperator, Called, Expectation, Expr, ExprKind, Field, HostFunction, Id, IntType, Machine,
    Name, Pattern, Place, Scenario, ScenarioStatement, ScenarioStatementKind, State, StateKind, Type, Variable,
    VariableScope,
};
use crate::source::Span;
use crate::syntax::{ast, literal};

const BOOL: Type = Type::Plain(BaseType::Bool);
const COUNT: Type = Type::Plain(BaseType::Int(IntType::U32));
const DURATION: Type = Type::Plain(BaseType::Duration);

/// A function of the host, as messages and types know it.
struct Host<'m> {
    function: HostFunction,
    kind: &'static str,
    name: &'m Name,
    parameters: &'m [Field],
    result: Option<Type>,
    fails: bool,
}

impl<'a, 's> Scope<'a, 's> {
    /// All scenarios of the machine.
    pub(super) fn build_scenarios(&mut self, builder: &mut Builder<'a>, syntax: &'s ast::Machine) {
        let mut titles: Vec<(String, Span)> = Vec::new();
        for member in &syntax.body {
            let ast::Member::Scenario(scenario) = member else { continue };
            let title = literal::unescape(builder.sources.text(scenario.title.span));
            match titles.iter().find(|(known, _)| *known == title) {
                Some(&(_, first)) => builder.report(duplicate("scenario", &title, scenario.title.span, first)),
                None => titles.push((title.clone(), scenario.title.span)),
            }
            let notes = builder.notes(&scenario.preamble, None);
            let mut started = false;
            let statements = self.statements(builder, &scenario.statements, &mut started);
            self.require_start_values(builder, scenario);
            let name = Name { text: title, span: scenario.title.span };
            let span = scenario.preamble.covers;
            self.machine.scenarios.push(Scenario { name, notes, span, statements });
        }
    }

    /// Statements in order; `started` says whether one of those before them has started the machine.
    fn statements(
        &self,
        builder: &mut Builder<'a>,
        syntax: &[ast::Statement],
        started: &mut bool,
    ) -> Vec<ScenarioStatement> {
        let mut statements = Vec::new();
        for statement in syntax {
            if matches!(statement.kind, ast::StatementKind::Start(_)) && *started {
                builder.report(
                    Diagnostic::new(&LATE_START, statement.span, "the machine has started already")
                        .help("only `given` stands before `start with`, once and at the level of the scenario"),
                );
            }
            *started |= !matches!(statement.kind, ast::StatementKind::Given { .. });
            let kind = self.statement(builder, &statement.kind, started);
            statements.extend(kind.map(|kind| ScenarioStatement { span: statement.span, kind }));
        }
        statements
    }

    fn statement(
        &self,
        builder: &mut Builder<'a>,
        syntax: &ast::StatementKind,
        started: &mut bool,
    ) -> Option<ScenarioStatementKind> {
        let environment = Environment::scenario();
        Some(match syntax {
            ast::StatementKind::Start(values) => ScenarioStatementKind::Start(self.start_values(builder, values)),
            ast::StatementKind::Given { function, arguments, answer } => {
                self.given(builder, *function, arguments.as_deref(), answer.as_ref())?
            }
            ast::StatementKind::Send { event, fields } => self.send(builder, *event, fields)?,
            ast::StatementKind::Wait(delay) => {
                let delay = self.value(builder, &environment, delay, DURATION, interval_of(DURATION))?;
                ScenarioStatementKind::Wait(delay)
            }
            ast::StatementKind::Complete { task, answer } => {
                let id = self.tasks.find(builder, *task, &UNKNOWN_TASK)?;
                let host = self.host(HostFunction::Task(id));
                let answer = self.answer(builder, &host, *task, answer.as_ref())?;
                ScenarioStatementKind::Complete { task: id, answer }
            }
            ast::StatementKind::Repeat { count, statements } => {
                let count = self.value(builder, &environment, count, COUNT, interval_of(COUNT));
                let statements = self.statements(builder, statements, started);
                ScenarioStatementKind::Repeat { count: count?, statements }
            }
            ast::StatementKind::Expect { negated, expectation } => ScenarioStatementKind::Expect {
                negated: negated.is_some(),
                expectation: self.expectation(builder, expectation)?,
            },
        })
    }

    /// `start with { … }`: params and variables of the machine's own context.
    fn start_values(&self, builder: &mut Builder<'a>, syntax: &[ast::Argument]) -> Vec<(Id<Variable>, Expr)> {
        let environment = Environment::scenario();
        let mut values = Vec::new();
        let mut given: Vec<(&str, Span)> = Vec::new();
        for argument in syntax {
            let text = builder.text(argument.name);
            if let Some(&(_, first)) = given.iter().find(|(name, _)| *name == text) {
                builder.report(duplicate("value", text, argument.name.span, first));
                continue;
            }
            given.push((text, argument.name.span));
            let Some(id) = self.find_variable(text, Machine::root()) else {
                let mut known = self.variables_around(Machine::root());
                known.extend(self.params.names());
                builder.report(unknown(&UNKNOWN_FIELD, "param or variable", text, argument.name.span, known));
                continue;
            };
            let variable = &self.machine.variables[id];
            let value = self.value(builder, &environment, &argument.value, variable.ty, variable.interval);
            values.extend(value.filter(|value| self.is_literal(builder, value)).map(|value| (id, value)));
        }
        values
    }

    /// Checks that the machine can start: what has no initial value is given one.
    fn require_start_values(&self, builder: &mut Builder<'a>, scenario: &ast::Scenario) {
        let start = scenario.statements.iter().find_map(|statement| match &statement.kind {
            ast::StatementKind::Start(values) => Some((statement.span, values.as_slice())),
            _ => None,
        });
        let (span, given) = start.unwrap_or((scenario.title.span, &[]));
        let root = VariableScope::Context(Machine::root());
        for variable in &self.machine.variables {
            let starts = variable.scope == VariableScope::Param || variable.scope == root;
            let name = &variable.name.text;
            if !starts || variable.default.is_some() || given.iter().any(|given| builder.text(given.name) == name) {
                continue;
            }
            builder.report(
                Diagnostic::new(&MISSING_START, span, format!("the machine starts without a value for `{name}`"))
                    .and(variable.name.span, "declared here, without an initial value")
                    .help(format!("give it one at the beginning of the scenario: `start with {{ {name}: … }};`")),
            );
        }
    }

    /// Whether a value is known before the machine is; otherwise it is reported.
    fn is_literal(&self, builder: &mut Builder<'a>, value: &Expr) -> bool {
        let mut uses_param = false;
        value.walk(&mut |part| {
            uses_param |= matches!(part.kind, ExprKind::Variable(id)
                if self.machine.variables[id].scope == VariableScope::Param);
        });
        if uses_param {
            builder.report(
                Diagnostic::new(&NOT_CONSTANT, value.span, "params have no values before the machine starts")
                    .help("write the value itself"),
            );
            return false;
        }
        constants::require_constant(builder, &self.machine, value, "a value to start with")
    }

    fn given(
        &self,
        builder: &mut Builder<'a>,
        name: ast::Name,
        arguments: Option<&[ast::Expr]>,
        answer: Option<&ast::Answer>,
    ) -> Option<ScenarioStatementKind> {
        let function = self.find_host(builder, name, true)?;
        let host = self.host(function);
        let arguments = self.argument_patterns(builder, &host, name, arguments);
        let answer = self.answer(builder, &host, name, answer);
        Some(ScenarioStatementKind::Given { function, arguments: arguments?, answer: answer? })
    }

    /// The function of the host that a name means. Of guards only those without a body are the host's.
    fn find_host(&self, builder: &mut Builder<'a>, name: ast::Name, with_guards: bool) -> Option<HostFunction> {
        let text = builder.text(name);
        let guard = self.guards.get(text).filter(|_| with_guards);
        let found = [
            guard.map(HostFunction::Guard),
            self.actions.get(text).map(HostFunction::Action),
            self.tasks.get(text).map(HostFunction::Task),
        ]
        .into_iter()
        .flatten()
        .collect_vec();
        match (found.as_slice(), guard) {
            (&[HostFunction::Guard(id)], _) if self.machine.guards[id].body.is_some() => {
                builder.report(
                    Diagnostic::new(&NOT_THE_HOSTS, name.span, format!("the guard `{text}` is not asked of the host"))
                        .and(self.machine.guards[id].name.span, "it is an expression")
                        .help("bring the machine into a state in which it holds, or give what it uses"),
                );
                None
            }
            (&[function], _) => Some(function),
            ([], _) if !with_guards && self.guards.get(text).is_some() => {
                builder.report(
                    Diagnostic::new(
                        &UNKNOWN_ACTION,
                        name.span,
                        format!("`{text}` is a guard, not an action or a task"),
                    )
                    .help("a guard may be asked any number of times: expect what follows from its answer"),
                );
                None
            }
            ([], _) => {
                let mut names = self.actions.names();
                names.extend(self.tasks.names());
                let finding = if with_guards {
                    names.extend(self.guards.names());
                    unknown(&UNKNOWN_NAME, "host function", text, name.span, names)
                } else {
                    unknown(&UNKNOWN_ACTION, "action or task", text, name.span, names)
                };
                builder.report(finding);
                None
            }
            _ => {
                builder.report(
                    Diagnostic::new(&AMBIGUOUS_NAME, name.span, format!("`{text}` is more than one thing here"))
                        .says("a guard, an action or a task")
                        .help("give one of them another name"),
                );
                None
            }
        }
    }

    fn host(&self, function: HostFunction) -> Host<'_> {
        match function {
            HostFunction::Guard(id) => {
                let guard = &self.machine.guards[id];
                Host {
                    function,
                    kind: "guard",
                    name: &guard.name,
                    parameters: &guard.parameters,
                    result: Some(BOOL),
                    fails: false,
                }
            }
            HostFunction::Action(id) => {
                let action = &self.machine.actions[id];
                Host {
                    function,
                    kind: "action",
                    name: &action.name,
                    parameters: &action.parameters,
                    result: action.result,
                    fails: action.fails.is_some(),
                }
            }
            HostFunction::Task(id) => {
                let task = &self.machine.tasks[id];
                Host {
                    function,
                    kind: "task",
                    name: &task.name,
                    parameters: &task.parameters,
                    result: task.result,
                    fails: task.fails.is_some(),
                }
            }
        }
    }

    /// What a host function is told to answer. The outer `None` stands for a report.
    fn answer(
        &self,
        builder: &mut Builder<'a>,
        host: &Host<'_>,
        name: ast::Name,
        syntax: Option<&ast::Answer>,
    ) -> Option<Answer> {
        let (kind, text) = (host.kind, &host.name.text);
        match (syntax, host.result) {
            (Some(ast::Answer::Fails { keyword, message }), _) => {
                if !host.fails {
                    builder.report(never_fails(host, *keyword));
                    return None;
                }
                let message = message.map(|message| literal::unescape(builder.sources.text(message.span)));
                Some(Answer::Fails(message))
            }
            (Some(ast::Answer::Value(value)), Some(ty)) => {
                let value = self.value(builder, &Environment::scenario(), value, ty, interval_of(ty))?;
                Some(Answer::Value(value))
            }
            (Some(ast::Answer::Value(value)), None) => {
                builder.report(
                    Diagnostic::new(&UNFIT_ANSWER, value.span, format!("the {kind} `{text}` has no result"))
                        .and(host.name.span, "declared here, without `-> T`")
                        .help("leave the value out, or declare the type of the result"),
                );
                None
            }
            (None, None) => Some(Answer::Done),
            (None, Some(_)) => {
                builder.report(
                    Diagnostic::new(&UNFIT_ANSWER, name.span, format!("what does the {kind} `{text}` answer?"))
                        .help(format!("write a value behind it: `{text} = …`")),
                );
                None
            }
        }
    }

    fn send(
        &self,
        builder: &mut Builder<'a>,
        name: ast::Name,
        fields: &[ast::Argument],
    ) -> Option<ScenarioStatementKind> {
        let id = self.event(builder, name)?.event;
        let event = &self.machine.events[id];
        if event.internal {
            let text = &event.name.text;
            builder.report(
                Diagnostic::new(&SENT_FROM_OUTSIDE, name.span, format!("`{text}` does not come from outside"))
                    .and(event.name.span, "declared as `internal`")
                    .help("send an event to which the machine reacts by raising it"),
            );
            return None;
        }
        let values = self.field_patterns(builder, name, &event.fields, fields);
        let is_given = |field: &&Field| fields.iter().any(|given| builder.text(given.name) == field.name.text);
        let missing = event.fields.iter().filter(|field| !is_given(field)).collect_vec();
        super::reactions::require_fields(builder, name, &missing)?;
        Some(ScenarioStatementKind::Send { event: id, fields: values? })
    }

    fn expectation(&self, builder: &mut Builder<'a>, syntax: &ast::Expectation) -> Option<Expectation> {
        Some(match syntax {
            ast::Expectation::Holds(condition) => {
                Expectation::Holds(self.condition(builder, &Environment::scenario(), condition)?)
            }
            ast::Expectation::Emitted { output: None, .. } => Expectation::Emitted { output: None, fields: Vec::new() },
            ast::Expectation::Emitted { output: Some(name), fields, .. } => {
                let id = self.outputs.find(builder, *name, &UNKNOWN_OUTPUT)?;
                let declared = &self.machine.outputs[id].fields;
                let fields = self.field_patterns(builder, *name, declared, fields)?;
                Expectation::Emitted { output: Some(id), fields }
            }
            ast::Expectation::Called { function: None, .. } => Expectation::Called(None),
            ast::Expectation::Called { function: Some(name), arguments, .. } => {
                let function = self.find_host(builder, *name, false)?;
                let arguments = self.argument_patterns(builder, &self.host(function), *name, arguments.as_deref())?;
                Expectation::Called(Some(Called { function, arguments }))
            }
            ast::Expectation::Answered(_, kind) => Expectation::Answered(*kind),
        })
    }

    /// Patterns for all `declared` fields; those that are not written may be anything.
    fn field_patterns(
        &self,
        builder: &mut Builder<'a>,
        owner: ast::Name,
        declared: &[Field],
        given: &[ast::Argument],
    ) -> Option<Vec<Pattern>> {
        super::reactions::check_field_names(builder, owner, declared, given);
        let patterns: Vec<_> = declared
            .iter()
            .map(|field| match given.iter().find(|given| builder.text(given.name) == field.name.text) {
                Some(given) => self.pattern(builder, &given.value, field.ty),
                None => Some(Pattern::Any),
            })
            .collect_vec();
        patterns.into_iter().collect()
    }

    /// Patterns for the arguments of a function. The outer `None` stands for a report, the inner one for any arguments.
    #[expect(clippy::option_option, reason = "one says that something is wrong, the other is a meaning")]
    fn argument_patterns(
        &self,
        builder: &mut Builder<'a>,
        host: &Host<'_>,
        name: ast::Name,
        arguments: Option<&[ast::Expr]>,
    ) -> Option<Option<Vec<Pattern>>> {
        let Some(arguments) = arguments else { return Some(None) };
        if arguments.len() != host.parameters.len() {
            let (kind, text, wanted) = (host.kind, &host.name.text, host.parameters.len());
            let plural = if wanted == 1 { "" } else { "s" };
            let found = arguments.len();
            builder.report(
                Diagnostic::new(
                    &WRONG_ARGUMENTS,
                    name.span,
                    format!("the {kind} `{text}` takes {wanted} argument{plural}, and is given {found}"),
                )
                .help(format!("write one value or `_` for each parameter, or `{text}` alone for any of them")),
            );
            return None;
        }
        let patterns = host.parameters.iter().zip(arguments);
        let patterns =
            patterns.map(|(parameter, argument)| self.pattern(builder, argument, parameter.ty)).collect_vec();
        patterns.into_iter().collect::<Option<_>>().map(Some)
    }

    fn pattern(&self, builder: &mut Builder<'a>, syntax: &ast::Expr, ty: Type) -> Option<Pattern> {
        if matches!(syntax.kind, ast::ExprKind::Any) {
            return Some(Pattern::Any);
        }
        self.value(builder, &Environment::scenario(), syntax, ty, interval_of(ty)).map(Pattern::Value)
    }

    /// A name that the machine's own level does not know: the variable or the limit of that name in a state, or
    /// `terminated`.
    pub(super) fn name_from_outside(
        &self,
        builder: &mut Builder<'a>,
        environment: &Environment<'_>,
        text: &str,
        span: Span,
    ) -> Option<Expr> {
        let variables = self.machine.variables.enumerate().filter(|(_, variable)| variable.name.text == text);
        let limits = self.machine.limits.enumerate().filter(|(_, limit)| limit.name.text == text);
        let found = variables
            .map(|(id, variable)| (self.variable_from_outside(environment, id, span), variable.name.span))
            .chain(limits.map(|(id, limit)| (limit_from_outside(id, span), limit.name.span)))
            .collect_vec();
        if found.len() > 1 {
            let mut finding = Diagnostic::new(&AMBIGUOUS_NAME, span, format!("several states have a `{text}`"));
            for (_, declared) in &found {
                finding = finding.and(*declared, "one of them");
            }
            builder.report(finding.help(format!("write the state, too: `State.{text}`")));
            return None;
        }
        match found.into_iter().next() {
            Some((expr, _)) => Some(expr),
            None if text == "terminated" => Some(self.terminated(Machine::root(), span)),
            None => {
                let finding = self.unknown_name(environment, text, span);
                builder.report(finding);
                None
            }
        }
    }

    /// `Busy.request`: a variable or a limit of a state.
    pub(super) fn variable_of_state(
        &self,
        builder: &mut Builder<'a>,
        environment: &Environment<'_>,
        state: ast::Name,
        name: ast::Name,
        span: Span,
    ) -> Option<Expr> {
        let path = ast::Path { span: state.span, segments: vec![state] };
        let id = self.states.find(builder, &self.machine, Machine::root(), &path)?;
        let text = builder.text(name);
        let mut context = self.machine.states[id].context.iter().copied();
        if let Some(variable) = context.find(|&variable| self.machine.variables[variable].name.text == text) {
            return Some(self.variable_from_outside(environment, variable, span));
        }
        let mut limits = self.machine.limits.enumerate();
        if let Some((limit, _)) = limits.find(|(_, limit)| limit.state == id && limit.name.text == text) {
            return Some(limit_from_outside(limit, span));
        }
        let context = self.machine.states[id].context.iter();
        let names = context.map(|&variable| self.machine.variables[variable].name.text.as_str()).collect_vec();
        let mut finding = unknown(&UNKNOWN_NAME, "variable", text, name.span, names);
        finding.message = format!("the state `{}` has no variable `{text}`", self.machine.qualified_name(id));
        finding.primary.text.clear();
        builder.report(finding);
        None
    }

    fn variable_from_outside(&self, environment: &Environment<'_>, id: Id<Variable>, span: Span) -> Expr {
        let ty = self.machine.variables[id].ty;
        read(environment, Place::Variable(id), ty, ExprKind::Variable(id), span)
    }

    /// That `state` is done. Nesting is bounded by that of brackets.
    fn terminated(&self, state: Id<State>, span: Span) -> Expr {
        let children = &self.machine.states[state].children;
        match self.machine.states[state].kind {
            StateKind::Composite { .. } => {
                let is_final = |child: &&Id<State>| self.machine.states[**child].kind == StateKind::Final;
                let ends = children.iter().filter(is_final);
                let active = |&child| Expr { span, ty: BOOL, kind: ExprKind::In(child) };
                joined(BinaryOperator::Or, ends.map(active).collect_vec(), span)
            }
            StateKind::Parallel => {
                let regions = children.iter().map(|&region| self.terminated(region, span));
                joined(BinaryOperator::And, regions.collect_vec(), span)
            }
            StateKind::Atomic | StateKind::Final => Expr { span, ty: BOOL, kind: ExprKind::Bool(false) },
        }
    }
}

/// The finding for a failure of what does not fail.
fn never_fails(host: &Host<'_>, span: Span) -> Diagnostic {
    let (kind, text) = (host.kind, &host.name.text);
    let parameters = if host.parameters.is_empty() { "" } else { "(…)" };
    let help = match host.function {
        HostFunction::Guard(_) => "a guard answers `true` or `false`".to_owned(),
        HostFunction::Action(_) | HostFunction::Task(_) => {
            format!("if it can fail, say so: `{kind} {text}{parameters} fails;`")
        }
    };
    Diagnostic::new(&NEVER_FAILS, span, format!("the {kind} `{text}` never fails"))
        .and(host.name.span, "declared here, without `fails`")
        .help(help)
}

fn limit_from_outside(id: Id<crate::model::Limit>, span: Span) -> Expr {
    Expr { span, ty: COUNT, kind: ExprKind::Limit(id) }
}

/// Conditions joined by `&&` or `||`, as a tree that is as shallow as can be; of none, what never holds.
fn joined(operator: BinaryOperator, mut parts: Vec<Expr>, span: Span) -> Expr {
    while parts.len() > 1 {
        let mut pairs = parts.into_iter();
        let mut joined = Vec::new();
        while let Some(left) = pairs.next() {
            joined.push(match pairs.next() {
                Some(right) => {
                    let kind = ExprKind::Binary(operator, Box::new(left), Box::new(right));
                    Expr { span, ty: BOOL, kind }
                }
                None => left,
            });
        }
        parts = joined;
    }
    parts.pop().unwrap_or(Expr { span, ty: BOOL, kind: ExprKind::Bool(false) })
}

/// A guard with a body in a `given`.
pub(crate) static NOT_THE_HOSTS: Rule = Rule {
    code: "FSM117",
    name: "not-the-hosts",
    severity: Severity::Error,
    summary: "a `given` for a guard that is not asked of the host",
    explanation: "A scenario answers in the place of the host: for guards without a body, for actions and for tasks. A guard \
                  with a body is an expression of the machine, and its value follows from what the machine knows.",
    example: "machine Door {\n    context { wrong: u8 = 0 }\n    event Knock;\n    guard patient = wrong < 3;\n    initial state Shut { on Knock [patient] / wrong += 1; }\n    scenario \"nobody opens\" {\n        given patient = false;\n        send Knock;\n        expect refused;\n    }\n}\n",
    instead: "machine Door {\n    context { wrong: u8 = 0 }\n    event Knock;\n    guard patient = wrong < 3;\n    initial state Shut { on Knock [patient] / wrong += 1; }\n    scenario \"nobody opens\" {\n        repeat 3 { send Knock; }\n        send Knock;\n        expect refused;\n    }\n}\n",
};

/// `fails` for what never does.
pub(crate) static NEVER_FAILS: Rule = Rule {
    code: "FSM216",
    name: "never-fails",
    severity: Severity::Error,
    summary: "a failure of a host function that is declared without `fails`",
    explanation: "Only actions and tasks that are declared with `fails` can fail, so a scenario cannot let others fail.",
    example: "machine Door {\n    event Knock;\n    action ring;\n    initial state Shut { on Knock / ring(); }\n    scenario \"the bell is broken\" {\n        given ring = fails;\n        send Knock;\n        expect called ring;\n    }\n}\n",
    instead: "machine Door {\n    event Knock;\n    action ring;\n    initial state Shut { on Knock / ring(); }\n    scenario \"it rings\" {\n        send Knock;\n        expect called ring;\n    }\n}\n",
};

/// An answer that the function cannot give.
pub(crate) static UNFIT_ANSWER: Rule = Rule {
    code: "FSM217",
    name: "unfit-answer",
    severity: Severity::Error,
    summary: "an answer with a value where there is no result, or without one where there is",
    explanation: "What a scenario lets a host function answer is what the function is declared to give: a guard is true or \
                  false, an action or a task gives a value of the type behind its `->`, or none where there is no such type.",
    example: "machine Door {\n    event Knock;\n    guard known;\n    initial state Shut { on Knock [known] -> Open; }\n    state Open { on Knock -> Shut; }\n    scenario \"a friend\" {\n        given known;\n        send Knock;\n        expect in Open;\n    }\n}\n",
    instead: "machine Door {\n    event Knock;\n    guard known;\n    initial state Shut { on Knock [known] -> Open; }\n    state Open { on Knock -> Shut; }\n    scenario \"a friend\" {\n        given known = true;\n        send Knock;\n        expect in Open;\n    }\n}\n",
};

/// An internal event in a `send`.
pub(crate) static SENT_FROM_OUTSIDE: Rule = Rule {
    code: "FSM118",
    name: "sent-from-outside",
    severity: Severity::Error,
    summary: "a `send` of an event that only the machine itself raises",
    explanation: "A scenario does what the world around the machine can do. An `internal` event never comes from there.",
    example: "machine Door {\n    event Knock;\n    internal event Bell;\n    initial state Shut { on Knock / raise Bell; on Bell -> Open; }\n    state Open { on Knock -> Shut; }\n    scenario \"it opens\" {\n        send Bell;\n        expect in Open;\n    }\n}\n",
    instead: "machine Door {\n    event Knock;\n    internal event Bell;\n    initial state Shut { on Knock / raise Bell; on Bell -> Open; }\n    state Open { on Knock -> Shut; }\n    scenario \"it opens\" {\n        send Knock;\n        expect in Open;\n    }\n}\n",
};

/// A machine that cannot start.
pub(crate) static MISSING_START: Rule = Rule {
    code: "FSM218",
    name: "missing-start",
    severity: Severity::Error,
    summary: "a scenario whose machine starts without a value that it needs",
    explanation: "Params and variables of the machine without an initial value are given one by the program that starts the \
                  machine. In a scenario `start with` does that, as its first statement.",
    example: "machine Door {\n    param most: u8;\n    context { wrong: u8 = 0 }\n    event Knock;\n    initial state Shut { on Knock [wrong < most] / wrong += 1; }\n    scenario \"a knock\" {\n        send Knock;\n        expect wrong == 1;\n    }\n}\n",
    instead: "machine Door {\n    param most: u8;\n    context { wrong: u8 = 0 }\n    event Knock;\n    initial state Shut { on Knock [wrong < most] / wrong += 1; }\n    scenario \"a knock\" {\n        start with { most: 3 };\n        send Knock;\n        expect wrong == 1;\n    }\n}\n",
};

/// A machine that would be started twice.
pub(crate) static LATE_START: Rule = Rule {
    code: "FSM119",
    name: "late-start",
    severity: Severity::Error,
    summary: "a `start with` for a machine that has started already",
    explanation: "A scenario starts the machine once: by `start with`, before which only `given` may stand, or else before the \
                  first statement that is no `given`, with the initial values of all params and variables.",
    example: "machine Door {\n    context { wrong: u8 = 0 }\n    event Knock;\n    initial state Shut { on Knock [wrong < 3] / wrong += 1; }\n    scenario \"nobody opens\" {\n        send Knock;\n        start with { wrong: 3 };\n        send Knock;\n        expect refused;\n    }\n}\n",
    instead: "machine Door {\n    context { wrong: u8 = 0 }\n    event Knock;\n    initial state Shut { on Knock [wrong < 3] / wrong += 1; }\n    scenario \"nobody opens\" {\n        start with { wrong: 3 };\n        send Knock;\n        expect refused;\n    }\n}\n",
};
