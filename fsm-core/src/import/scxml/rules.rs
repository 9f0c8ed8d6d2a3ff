//! The rules of the importer. Their examples are SCXML documents.

use crate::diagnostic::{Rule, Severity};

/// All of them.
pub(crate) static RULES: &[&Rule] = &[
    &NOT_XML,
    &UNSUPPORTED_ELEMENT,
    &UNSUPPORTED_EXPRESSION,
    &UNSUPPORTED_ATTRIBUTE,
    &INVALID_DOCUMENT,
    &MIXED_TYPES,
    &ALWAYS_FAILS,
    &LOG_NOT_COMPUTED,
];

pub(crate) static NOT_XML: Rule = Rule {
    code: "FSM801",
    name: "scxml-not-xml",
    severity: Severity::Error,
    summary: "a document that is no well-formed XML, or in no encoding that is read",
    explanation: "An SCXML document is XML in UTF-8, or in UTF-16 with a byte order mark. A document type declaration is \
                  refused, since it can make a small document huge; so are documents of more than a million nodes and \
                  elements nested deeper than 48 levels.",
    example: "<scxml xmlns=\"http://www.w3.org/2005/07/scxml\" version=\"1.0\">\n  <state id=\"off\">\n</scxml>\n",
    instead: "<scxml xmlns=\"http://www.w3.org/2005/07/scxml\" version=\"1.0\">\n  <state id=\"off\"/>\n</scxml>\n",
};

pub(crate) static UNSUPPORTED_ELEMENT: Rule = Rule {
    code: "FSM802",
    name: "scxml-unsupported-element",
    severity: Severity::Error,
    summary: "an element that cannot be imported",
    explanation: "Some elements have no counterpart in the language: `<invoke>` starts another machine, a `<script>` that is more \
                  than assignments is a program, `<foreach>` needs an array that is known, and elements of other namespaces mean what their owner says. \
                  `docs/scxml.md` lists every element.",
    example: "<scxml xmlns=\"http://www.w3.org/2005/07/scxml\" version=\"1.0\">\n  <state id=\"off\">\n    <invoke src=\"other.scxml\"/>\n  </state>\n</scxml>\n",
    instead: "<scxml xmlns=\"http://www.w3.org/2005/07/scxml\" version=\"1.0\">\n  <state id=\"off\"/>\n</scxml>\n",
};

pub(crate) static UNSUPPORTED_EXPRESSION: Rule = Rule {
    code: "FSM803",
    name: "scxml-unsupported-expression",
    severity: Severity::Error,
    summary: "an expression that is more than the importer understands",
    explanation: "Of ECMAScript the importer reads literals, variables, `_event`, `_name`, `In(…)`, comparisons, logic, `typeof` and \
                  arithmetic on numbers. Functions, objects that are taken apart and texts that are put together have no \
                  counterpart in the language.",
    example: "<scxml xmlns=\"http://www.w3.org/2005/07/scxml\" version=\"1.0\">\n  <datamodel><data id=\"n\" expr=\"8\"/></datamodel>\n  <state id=\"off\">\n    <transition event=\"flip\" cond=\"Math.sqrt(n) > 2\" target=\"on\"/>\n  </state>\n  <final id=\"on\"/>\n</scxml>\n",
    instead: "<scxml xmlns=\"http://www.w3.org/2005/07/scxml\" version=\"1.0\">\n  <datamodel><data id=\"n\" expr=\"8\"/></datamodel>\n  <state id=\"off\">\n    <transition event=\"flip\" cond=\"n > 4\" target=\"on\"/>\n  </state>\n  <final id=\"on\"/>\n</scxml>\n",
};

pub(crate) static UNSUPPORTED_ATTRIBUTE: Rule = Rule {
    code: "FSM804",
    name: "scxml-unsupported-attribute",
    severity: Severity::Error,
    summary: "an attribute, or a value of one, that cannot be imported",
    explanation: "The importer reads one document and nothing else, so `src` is refused; data models other than `ecmascript` and \
                  `null` are not read, and events sent over HTTP leave the machine. `docs/scxml.md` lists every attribute.",
    example: "<scxml xmlns=\"http://www.w3.org/2005/07/scxml\" version=\"1.0\">\n  <datamodel><data id=\"n\" src=\"n.json\"/></datamodel>\n  <state id=\"off\"/>\n</scxml>\n",
    instead: "<scxml xmlns=\"http://www.w3.org/2005/07/scxml\" version=\"1.0\">\n  <datamodel><data id=\"n\" expr=\"8\"/></datamodel>\n  <state id=\"off\"/>\n</scxml>\n",
};

pub(crate) static INVALID_DOCUMENT: Rule = Rule {
    code: "FSM805",
    name: "scxml-invalid-document",
    severity: Severity::Error,
    summary: "XML that is no SCXML document",
    explanation: "The W3C recommendation says which element stands where, which attributes it must have, and that identifiers are \
                  unique and targets exist. A document that breaks these rules has no meaning.",
    example: "<scxml xmlns=\"http://www.w3.org/2005/07/scxml\" version=\"1.0\">\n  <state id=\"off\">\n    <transition event=\"flip\" target=\"onn\"/>\n  </state>\n  <state id=\"on\"/>\n</scxml>\n",
    instead: "<scxml xmlns=\"http://www.w3.org/2005/07/scxml\" version=\"1.0\">\n  <state id=\"off\">\n    <transition event=\"flip\" target=\"on\"/>\n  </state>\n  <state id=\"on\"/>\n</scxml>\n",
};

pub(crate) static MIXED_TYPES: Rule = Rule {
    code: "FSM806",
    name: "scxml-mixed-types",
    severity: Severity::Error,
    summary: "a variable whose values have no common type",
    explanation: "A variable of the language has one type. That of an imported one is inferred from all values that are assigned to \
                  it. Where these are literals of several types, the variable becomes an enum of them; where some are \
                  computed, there is no such enum.",
    example: "<scxml xmlns=\"http://www.w3.org/2005/07/scxml\" version=\"1.0\">\n  <datamodel><data id=\"n\" expr=\"8\"/></datamodel>\n  <state id=\"off\">\n    <transition event=\"count\"><assign location=\"n\" expr=\"n + 1\"/></transition>\n    <transition event=\"clear\"><assign location=\"n\" expr=\"'nothing'\"/></transition>\n  </state>\n</scxml>\n",
    instead: "<scxml xmlns=\"http://www.w3.org/2005/07/scxml\" version=\"1.0\">\n  <datamodel><data id=\"n\" expr=\"8\"/></datamodel>\n  <state id=\"off\">\n    <transition event=\"count\"><assign location=\"n\" expr=\"n + 1\"/></transition>\n    <transition event=\"clear\"><assign location=\"n\" expr=\"0\"/></transition>\n  </state>\n</scxml>\n",
};

pub(crate) static ALWAYS_FAILS: Rule = Rule {
    code: "FSM807",
    name: "scxml-always-fails",
    severity: Severity::Warning,
    summary: "an element that can only raise an error",
    explanation: "By the recommendation an SCXML processor answers this element by `error.execution` or `error.communication` whenever \
                  it comes to it, and does nothing of what follows in the same block. The imported machine does just that.",
    example: "<scxml xmlns=\"http://www.w3.org/2005/07/scxml\" version=\"1.0\">\n  <state id=\"off\">\n    <transition event=\"flip\" target=\"on\">\n      <send event=\"flipped\" target=\"nobody\"/>\n    </transition>\n  </state>\n  <state id=\"on\"/>\n</scxml>\n",
    instead: "<scxml xmlns=\"http://www.w3.org/2005/07/scxml\" version=\"1.0\">\n  <state id=\"off\">\n    <transition event=\"flip\" target=\"on\">\n      <send event=\"flipped\"/>\n    </transition>\n  </state>\n  <state id=\"on\"/>\n</scxml>\n",
};

pub(crate) static LOG_NOT_COMPUTED: Rule = Rule {
    code: "FSM808",
    name: "scxml-log-not-computed",
    severity: Severity::Warning,
    summary: "a `<log>` whose value cannot be computed",
    explanation: "What is logged has no effect on the machine, so a `<log>` with an expression that the importer does not understand is \
                  kept: it logs the text of the expression in place of its value.",
    example: "<scxml xmlns=\"http://www.w3.org/2005/07/scxml\" version=\"1.0\">\n  <state id=\"off\">\n    <onentry><log label=\"now\" expr=\"new Date()\"/></onentry>\n  </state>\n</scxml>\n",
    instead: "<scxml xmlns=\"http://www.w3.org/2005/07/scxml\" version=\"1.0\">\n  <state id=\"off\">\n    <onentry><log label=\"now\" expr=\"'off'\"/></onentry>\n  </state>\n</scxml>\n",
};
