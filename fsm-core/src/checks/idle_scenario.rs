//! Scenarios that expect nothing.

use super::{Context, finding};
use crate::diagnostic::{Diagnostics, Rule, Severity};
use crate::model::{ScenarioStatement, ScenarioStatementKind};

pub(super) fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    for scenario in &context.machine.scenarios {
        if !expects(&scenario.statements) {
            let message = format!("the scenario `{}` expects nothing", scenario.name.text);
            diagnostics.push(
                finding(&RULE, scenario.name.span, message)
                    .help("say what is to come of it, such as `expect in State;` or `expect emitted Output;`"),
            );
        }
    }
}

/// Nesting is bounded by that of brackets.
fn expects(statements: &[ScenarioStatement]) -> bool {
    statements.iter().any(|statement| match &statement.kind {
        ScenarioStatementKind::Expect { .. } => true,
        ScenarioStatementKind::Repeat { statements, .. } => expects(statements),
        ScenarioStatementKind::Start(_)
        | ScenarioStatementKind::Given { .. }
        | ScenarioStatementKind::Send { .. }
        | ScenarioStatementKind::Wait(_)
        | ScenarioStatementKind::Complete { .. } => false,
    })
}

pub(super) static RULE: Rule = Rule {
    code: "FSM754",
    name: "idle-scenario",
    severity: Severity::Warning,
    summary: "a scenario that expects nothing",
    explanation: "A scenario without an `expect` passes whatever state the machine comes to, so it says little of the machine.",
    example: "machine Lamp {\n    event Flip;\n    initial state Off { on Flip -> On; }\n    state On { on Flip -> Off; }\n    scenario \"flipped\" {\n        send Flip;\n    }\n}\n",
    instead: "machine Lamp {\n    event Flip;\n    initial state Off { on Flip -> On; }\n    state On { on Flip -> Off; }\n    scenario \"flipped\" {\n        send Flip;\n        expect in On;\n    }\n}\n",
};
