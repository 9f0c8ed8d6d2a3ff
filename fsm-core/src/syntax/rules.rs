//! The rules of the scan and of the parser.

use crate::diagnostic::{Rule, Severity};

/// All of them.
#[cfg(feature = "checks")]
pub(crate) static RULES: &[&Rule] = &[
    &BAD_CHARACTER,
    &UNTERMINATED,
    &UNBALANCED,
    &NESTED_TOO_DEEP,
    &FILE_TOO_LARGE,
    &EXPRESSION_TOO_LONG,
    &UNSUPPORTED_DOC,
    &SYNTAX_ERROR,
    &CHAINED_COMPARISON,
    &MISPLACED_RUST_ATTRIBUTE,
    &INVALID_GENERICS,
];

pub(crate) static BAD_CHARACTER: Rule = Rule {
    code: "FSM001",
    name: "bad-character",
    severity: Severity::Error,
    summary: "a character or an escape that Rust's lexer does not know",
    explanation: "The text of a machine is a sequence of Rust tokens, so that the same text can stand in a file and inside \
                  `fsm! { }`. Outside of strings and comments only characters of Rust tokens may stand; inside of \
                  strings, Rust's escapes.",
    example: "machine Lamp { initial state Off 'off'; }\n",
    instead: "machine Lamp { initial state Off \"off\"; }\n",
};

pub(crate) static UNTERMINATED: Rule = Rule {
    code: "FSM002",
    name: "unterminated",
    severity: Severity::Error,
    summary: "a string or comment that is never closed",
    explanation: "A string ends at the next `\"`, a block comment at its `*/`; block comments can be nested.",
    example: "machine Lamp { initial state Off \"off; }\n",
    instead: "machine Lamp { initial state Off \"off\"; }\n",
};

pub(crate) static UNBALANCED: Rule = Rule {
    code: "FSM003",
    name: "unbalanced-bracket",
    severity: Severity::Error,
    summary: "a bracket without its counterpart",
    explanation: "Every `{`, `(` and `[` is closed by its own counterpart, in the reverse order. Without that nobody can tell \
                  what belongs to what, so nothing behind it is looked at.",
    example: "machine Lamp { initial state Off { \n",
    instead: "machine Lamp { initial state Off { } }\n",
};

pub(crate) static NESTED_TOO_DEEP: Rule = Rule {
    code: "FSM004",
    name: "nested-too-deep",
    severity: Severity::Error,
    summary: "brackets that are nested deeper than 64 levels",
    explanation: "The nesting of brackets is bounded, so that no text can exhaust the memory of the compiler. No machine that \
                  people read comes near the bound.",
    example: "machine Lamp { event Flip; initial state Off { on Flip [\
              ((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((true\
              ))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))] -> On; } state On { on Flip -> Off; } }\n",
    instead: "machine Lamp { event Flip; guard allowed; initial state Off { on Flip [((allowed))] -> On; } state On { on Flip -> Off; } }\n",
};

pub(crate) static FILE_TOO_LARGE: Rule = Rule {
    code: "FSM005",
    name: "file-too-large",
    severity: Severity::Error,
    summary: "a file of more than 256 MiB",
    explanation: "Places in a text are kept as 32-bit offsets, and a text of that size is no definition but an accident.",
    example: "",
    instead: "machine Lamp { initial state Off; }\n",
};

pub(crate) static EXPRESSION_TOO_LONG: Rule = Rule {
    code: "FSM006",
    name: "expression-too-long",
    severity: Severity::Error,
    summary: "an expression of more than 200 operators",
    explanation: "The length of one expression is bounded, as the nesting of brackets is. Parts of it can be given names by \
                  `guard`.",
    example: "machine Lamp { event Flip; initial state Off { on Flip [\
              !!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!\
              !!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!\
              !true] -> On; } state On { on Flip -> Off; } }\n",
    instead: "machine Lamp { event Flip; guard broken; initial state Off { on Flip [!broken] -> On; } state On { on Flip -> Off; } }\n",
};

pub(crate) static UNSUPPORTED_DOC: Rule = Rule {
    code: "FSM007",
    name: "unsupported-doc-comment",
    severity: Severity::Error,
    summary: "a doc comment in a form that documents nothing here",
    explanation: "Documentation is written in lines that begin with `///`, before what it documents. It reaches the generated \
                  code, the diagrams and the documentation.",
    example: "//! A lamp.\nmachine Lamp { initial state Off; }\n",
    instead: "/// A lamp.\nmachine Lamp { initial state Off; }\n",
};

pub(crate) static SYNTAX_ERROR: Rule = Rule {
    code: "FSM010",
    name: "syntax-error",
    severity: Severity::Error,
    summary: "a text that is not of the language's form",
    explanation: "What stands here cannot be read. The message says how far the text made sense and what could follow there; the \
                  rest of the file is read all the same. `docs/language.md` has the whole grammar.",
    example: "machine Lamp {\n    event Flip;\n    initial state Off { on Flip => On; }\n    state On { on Flip -> Off; }\n}\n",
    instead: "machine Lamp {\n    event Flip;\n    initial state Off { on Flip -> On; }\n    state On { on Flip -> Off; }\n}\n",
};

pub(crate) static CHAINED_COMPARISON: Rule = Rule {
    code: "FSM011",
    name: "chained-comparison",
    severity: Severity::Error,
    summary: "a comparison of a comparison",
    explanation: "As in Rust, comparisons do not chain: `a < b < c` would compare a truth value with `c`.",
    example: "machine Door {\n    context { opened: u8 = 0 }\n    event Open;\n    initial state Shut { on Open [0 < opened < 9] / opened += 1; }\n}\n",
    instead: "machine Door {\n    context { opened: u8 = 0 }\n    event Open;\n    initial state Shut { on Open [0 < opened && opened < 9] / opened += 1; }\n}\n",
};

pub(crate) static MISPLACED_RUST_ATTRIBUTE: Rule = Rule {
    code: "FSM012",
    name: "misplaced-rust-attribute",
    severity: Severity::Error,
    summary: "an attribute for Rust where no item of Rust carries it",
    explanation: "`#[rust(…)]` is passed on to what is generated from the declaration behind it: from an enum and its values, a \
                  state, an event, an output, a field, a param or a variable, and before a machine to all of its data. From \
                  anything else no item is generated that could carry it, and it would silently do nothing.",
    example: "machine Lamp {\n    #[rust(inline)]\n    guard broken;\n    event Flip;\n    initial state Off { on Flip [!broken] -> Off; }\n}\n",
    instead: "machine Lamp {\n    guard broken;\n    #[rust(non_exhaustive)]\n    event Flip;\n    initial state Off { on Flip [!broken] -> Off; }\n}\n",
};

pub(crate) static INVALID_GENERICS: Rule = Rule {
    code: "FSM013",
    name: "invalid-generics",
    severity: Severity::Error,
    summary: "generic parameters that a machine cannot have",
    explanation: "Behind the name of a machine its generic parameters stand as in Rust: lifetimes, types and constants, each with its \
                  bounds. They have no defaults, and `where` has no place: what is asked of a parameter stands behind its colon.",
    example: "machine Shelf<T = u8> {\n    event Put { item: T };\n    action keep(item: T);\n    initial state Open { on Put / keep(event.item); }\n}\n",
    instead: "machine Shelf<T: Clone> {\n    event Put { item: T };\n    action keep(item: T);\n    initial state Open { on Put / keep(event.item); }\n}\n",
};
