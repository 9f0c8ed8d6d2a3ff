//! From syntax trees to the model: declare, resolve, check types and structure.
//!
//! Names are declared before any of them is used, so the order of declarations never matters. Every stage reports what
//! it finds and goes on; what cannot be resolved is left out of the model.
//!
//! | stage | file |
//! |---|---|
//! | files: enums, extern types, machines | this one |
//! | the tree of states | [`states`] |
//! | the generic parameters of a machine | [`generics`] |
//! | what a machine declares | [`declarations`] |
//! | guards, actions and arguments | [`expressions`] |
//! | reactions, transitions, limits' tails | [`reactions`] |
//! | what contexts need on entry | [`contexts`] |
//! | scenarios | [`scenarios`] |
//! | systems, and the machines that they run | [`systems`] |

mod constants;
mod contexts;
mod declarations;
mod expressions;
mod generics;
mod names;
mod reactions;
mod scenarios;
mod states;
mod systems;

use super::{Enum, ExternType, Generic, Id, LevelAttribute, Machine, Name, Notes, Program, Variant};
use crate::diagnostic::{Diagnostic, Diagnostics, Level, Rule, Severity};
use crate::lists::CollectVec;
use crate::source::{Sources, Span};
use crate::suggest::closest;
use crate::syntax::{ast, literal, phrase};
use names::Namespace;

/// The rules of the model.
#[cfg(feature = "checks")]
pub(crate) static RULES: &[&Rule] = &[
    &names::DUPLICATE_NAME,
    &names::UNKNOWN_STATE,
    &names::UNKNOWN_EVENT,
    &names::UNKNOWN_OUTPUT,
    &names::UNKNOWN_ACTION,
    &names::UNKNOWN_NAME,
    &names::UNKNOWN_TYPE,
    &names::UNKNOWN_LIMIT,
    &names::UNKNOWN_FIELD,
    &names::UNKNOWN_VARIANT,
    &names::UNKNOWN_TASK,
    &names::AMBIGUOUS_NAME,
    &generics::UNUSED_GENERIC,
    &UNKNOWN_ATTRIBUTE,
    &NOT_SUPPORTED,
    &declarations::MISPLACED_DECLARATION,
    &expressions::TYPE_MISMATCH,
    &expressions::MAYBE_NONE,
    &expressions::WRONG_ARGUMENTS,
    &expressions::EVENT_UNAVAILABLE,
    &expressions::ACTION_IN_EXPRESSION,
    &expressions::RECURSIVE_GUARD,
    &expressions::ZERO_DIVISOR,
    &constants::OUT_OF_RANGE,
    &constants::NOT_CONSTANT,
    &constants::INVALID_RANGE,
    &reactions::NOT_ASSIGNABLE,
    &reactions::MISSING_FIELD,
    &reactions::RESTORE_WITHOUT_SNAPSHOT,
    &contexts::MISSING_CONTEXT,
    &states::NO_INITIAL_STATE,
    &states::SEVERAL_INITIAL_STATES,
    &states::FINAL_STATE_CONTINUES,
    &states::PARALLEL_CHILD,
    &states::EMPTY_MACHINE,
    &reactions::NO_HISTORY,
    &reactions::NEVER_DONE,
    &reactions::LONE_ELSE,
    &reactions::REENTER_NOTHING,
    &reactions::EMPTY_REACTION,
    &reactions::INVALID_FORK,
    &reactions::INVALID_INITIAL,
    &scenarios::NOT_THE_HOSTS,
    &scenarios::NEVER_FAILS,
    &scenarios::SENT_FROM_OUTSIDE,
    &scenarios::LATE_START,
    &scenarios::MISSING_START,
    &scenarios::UNFIT_ANSWER,
    &systems::MIXED_LEVELS,
    &systems::UNKNOWN_PART,
    &systems::UNKNOWN_MACHINE,
    &systems::NO_MACHINE,
    &systems::MISPLACED_DETAIL,
];

/// Builds the program of a root file, the first of `files`, with what it imports, the others.
pub fn build(sources: &Sources, files: &[ast::File], diagnostics: &mut Diagnostics) -> Program {
    let mut builder = Builder { sources, diagnostics, program: Program::default(), types: Namespace::new("type") };
    for file in files {
        builder.declare_types(file);
    }
    if let Some(root) = files.first() {
        builder.build_machines(root);
        systems::build(&mut builder, files);
    }
    builder.program
}

/// What all stages share.
struct Builder<'a> {
    sources: &'a Sources,
    diagnostics: &'a mut Diagnostics,
    program: Program,
    /// Of the files, and of the machine that is being built.
    types: Namespace<'a, DeclaredType>,
}

/// A declared type.
#[derive(Clone, Copy)]
enum DeclaredType {
    Enum(Id<Enum>),
    Extern(Id<ExternType>),
}

impl<'a> Builder<'a> {
    fn declare_types(&mut self, file: &ast::File) {
        for item in &file.items {
            match item {
                ast::Item::Enum(declaration) => self.declare_enum(declaration, None),
                ast::Item::ExternType(declaration) => self.declare_extern_type(declaration, &[]),
                ast::Item::Later(later) => self.refuse_later(later),
                ast::Item::Import(_) | ast::Item::Machine(_) | ast::Item::System(_) => {}
            }
        }
    }

    fn build_machines(&mut self, file: &ast::File) {
        let mut names = Namespace::new("machine");
        for item in &file.items {
            if let ast::Item::Machine(machine) = item {
                names.declare(self, machine.name, ());
                let built = self.build_machine(machine);
                self.program.machines.push(built);
            }
        }
    }

    fn build_machine(&mut self, syntax: &ast::Machine) -> Machine {
        let types_of_files = self.types.clone();
        let machine = states::tree(self, syntax);
        let mut scope = declarations::declare(self, machine, syntax);
        scope.build_guards(self);
        scope.build_reactions(self);
        scope.check_contexts(self);
        generics::check_used(self, &scope.machine);
        scope.build_scenarios(self, syntax);
        self.types = types_of_files;
        scope.machine
    }

    /// The text of a name, without `r#`.
    fn text(&self, name: ast::Name) -> &'a str {
        let text = self.sources.text(name.span);
        text.strip_prefix("r#").unwrap_or(text)
    }

    fn name(&self, name: ast::Name) -> Name {
        Name { text: self.text(name).to_owned(), span: name.span }
    }

    fn report(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    /// Docs and label of a declaration; its attributes go to the program's list.
    fn notes(&mut self, preamble: &ast::Preamble, label: Option<ast::StringLiteral>) -> Notes {
        for attribute in &preamble.attributes {
            self.attribute(attribute, preamble.covers);
        }
        Notes {
            span: Some(preamble.covers),
            docs: preamble.docs.iter().map(|&line| literal::doc_line(self.sources.text(line)).to_owned()).collect_vec(),
            label: label.map(|label| literal::unescape(self.sources.text(label.span))),
            rust: preamble.rust.clone(),
        }
    }

    /// The same of a machine, and whether `#[snapshot]` is among its attributes.
    fn machine_notes(&mut self, preamble: &ast::Preamble, label: Option<ast::StringLiteral>) -> (Notes, bool) {
        let mut preamble = preamble.clone();
        let all = preamble.attributes.len();
        preamble.attributes.retain(|of| self.text(of.name) != "snapshot" || !of.arguments.is_empty());
        let is_saved = preamble.attributes.len() < all;
        (self.notes(&preamble, label), is_saved)
    }

    fn attribute(&mut self, attribute: &ast::Attribute, covers: Span) {
        let name = self.text(attribute.name);
        let Some(level) = Level::from_word(name) else {
            let help = match name {
                "snapshot" => {
                    "write `#[snapshot]` without anything, before the machine that is to be saved and restored"
                }
                "expect" => "write `#[allow(…)]`: one that allows nothing is itself reported",
                _ => {
                    "the attributes of the language are `#[allow(FSM401, reason = \"…\")]`, `#[warn(…)]`, `#[deny(…)]`, `#[rust(…)]` and, before a machine, `#[snapshot]`"
                }
            };
            let message = match name {
                "snapshot" => "`snapshot` is an attribute of machines alone, and takes nothing".to_owned(),
                _ => format!("unknown attribute `{name}`"),
            };
            let found = Diagnostic::new(&UNKNOWN_ATTRIBUTE, attribute.name.span, message).help(help);
            let meant = closest(name, Level::ALL.map(Level::as_str));
            self.report(match meant {
                Some(meant) => found.help(format!("did you mean `#[{meant}(…)]`?")).replace_by(meant),
                None => found,
            });
            return;
        };
        for &code in &attribute.arguments {
            self.program.levels.push(LevelAttribute {
                level,
                code: self.text(code).to_owned(),
                span: code.span,
                whole: attribute.span,
                is_alone: attribute.arguments.len() == 1,
                covers,
            });
        }
    }

    fn declare_enum(&mut self, declaration: &ast::Enum, machine: Option<&str>) {
        let notes = self.notes(&declaration.preamble, None);
        let mut variants = Vec::new();
        let mut names = Namespace::new("value");
        for variant in &declaration.variants {
            if names.declare(self, variant.name, ()) {
                let notes = self.notes(&variant.preamble, variant.label);
                variants.push(Variant { name: self.name(variant.name), notes });
            }
        }
        let name = self.name(declaration.name);
        let machine = machine.map(str::to_owned);
        let visibility = declaration.visibility;
        let id = self.program.enums.push(Enum { name, visibility, notes, machine, variants });
        self.declare_type(declaration.name, DeclaredType::Enum(id));
    }

    fn declare_extern_type(&mut self, declaration: &ast::ExternType, generics: &[Generic]) {
        let notes = self.notes(&declaration.preamble, None);
        let (name, path) = (self.name(declaration.name), declaration.path);
        let generics = generics::named(&phrase(self.sources, path), generics);
        let id = self.program.extern_types.push(ExternType { name, notes, path, generics });
        self.declare_type(declaration.name, DeclaredType::Extern(id));
    }

    fn declare_type(&mut self, name: ast::Name, declared: DeclaredType) {
        let text = self.text(name);
        if let Some(first) = self.types.place(text) {
            self.report(names::duplicate("type", text, name.span, first));
        } else {
            self.types.add(text, declared, name.span);
        }
    }

    fn refuse_later(&mut self, later: &ast::Later) {
        let keyword = self.text(later.keyword);
        let message = format!("`{keyword}` is reserved and has no meaning yet");
        self.report(
            Diagnostic::new(&NOT_SUPPORTED, later.keyword.span, message)
                .help(format!("leave the `{keyword}` out; docs/language.md lists what the language has today")),
        );
    }
}

/// An attribute that the language does not have.
pub(crate) static UNKNOWN_ATTRIBUTE: Rule = Rule {
    code: "FSM115",
    name: "unknown-attribute",
    severity: Severity::Error,
    summary: "an attribute that the language does not have",
    explanation: "The language has the attributes `#[allow(CODE, reason = \"…\")]`, `#[warn(CODE)]` and `#[deny(CODE)]`, which say \
                  how findings are taken, `#[rust(…)]` for what is passed on to Rust, and `#[snapshot]` before a machine that is to be \
                  saved and restored. An attribute that is not known would silently do nothing.",
    example: "#[inline]\nmachine Lamp { initial state Off; }\n",
    instead: "machine Lamp { initial state Off; }\n",
};

/// A construct that is reserved.
pub(crate) static NOT_SUPPORTED: Rule = Rule {
    code: "FSM116",
    name: "reserved-construct",
    severity: Severity::Error,
    summary: "a construct that is reserved for later",
    explanation: "`property` is part of the language's design. It is parsed, so that its word stays free, and refused, so \
                  that nobody relies on what is not checked.",
    example: "machine Lamp { initial state Off; property safe: never in Off; }\n",
    instead: "machine Lamp { initial state Off; }\n",
};
