//! What can go wrong when a scenario runs.

use crate::diagnostic::{Rule, Severity};

/// All of them.
pub(crate) static RULES: &[&Rule] = &[&FAILED_EXPECTATION, &UNEXPECTED_ANSWER, &ENDLESS_SCENARIO];

pub(super) static FAILED_EXPECTATION: Rule = Rule {
    code: "FSM751",
    name: "failed-expectation",
    severity: Severity::Error,
    summary: "an `expect` that is not met when its scenario runs",
    explanation: "The machine does not do what the scenario says of it: one of the two is wrong. Shown are the part of the \
                  condition that does not hold with the values in it, how the machine stands, and its last steps. \
                  `expect emitted` and `expect called` look at what was done since the last `send`, `wait` or `complete`.",
    example: "machine Lamp {\n    event Flip;\n    initial state Off { on Flip -> On; }\n    state On { on Flip -> Off; }\n    scenario \"flipped twice\" {\n        repeat 2 { send Flip; }\n        expect in On;\n    }\n}\n",
    instead: "machine Lamp {\n    event Flip;\n    initial state Off { on Flip -> On; }\n    state On { on Flip -> Off; }\n    scenario \"flipped twice\" {\n        repeat 2 { send Flip; }\n        expect in Off;\n    }\n}\n",
};

pub(super) static UNEXPECTED_ANSWER: Rule = Rule {
    code: "FSM752",
    name: "unexpected-answer",
    severity: Severity::Error,
    summary: "a step of a scenario that the machine refuses or that fails, which the scenario does not expect",
    explanation: "An event that is not taken, an action that fails with nobody to handle it, and a step that does not end are \
                  what a machine reports to its program as errors. A scenario passes over none of them: one that is meant is \
                  followed by `expect refused;` or `expect failed;`.",
    example: "machine Lamp {\n    event Flip;\n    event Break;\n    initial state Off { on Flip -> On; }\n    state On { on Break -> Off; }\n    scenario \"broken\" {\n        send Break;\n        expect in Off;\n    }\n}\n",
    instead: "machine Lamp {\n    event Flip;\n    event Break;\n    initial state Off { on Flip -> On; }\n    state On { on Break -> Off; }\n    scenario \"broken\" {\n        send Break;\n        expect refused;\n        expect in Off;\n    }\n}\n",
};

pub(super) static ENDLESS_SCENARIO: Rule = Rule {
    code: "FSM753",
    name: "endless-scenario",
    severity: Severity::Error,
    summary: "a scenario in which more than 500,000 things happen",
    explanation: "A `repeat` with a large count, or a long `wait` for a machine whose timers fire again and again, would take \
                  longer than anybody waits for a test.",
    example: "machine Clock {\n    output Tick;\n    initial state Running { every 1ms / emit Tick; }\n    scenario \"a day\" {\n        wait 1d;\n        expect emitted Tick;\n    }\n}\n",
    instead: "machine Clock {\n    output Tick;\n    initial state Running { every 1ms / emit Tick; }\n    scenario \"a second\" {\n        wait 1s;\n        expect emitted Tick;\n    }\n}\n",
};
