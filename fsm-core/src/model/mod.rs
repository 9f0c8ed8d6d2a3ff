//! The model: what a source text means.
//!
//! Every name is resolved to an id and every expression is typed. A [`Program`] exists even when the text has errors, so
//! that it can still be drawn and checked; what could not be resolved is absent from it and reported. Code is generated
//! only from a text without errors.
//!
//! The machine itself is the outermost composite state, [`Machine::root`]: what is declared at the level of the machine
//! belongs to it.

mod arena;
mod build;
mod entry_set;
mod expr;
mod hierarchy;
mod scenario;
mod system;
mod walk;

pub use arena::{Arena, Enumerate, Id, IdSet, Ids};
#[cfg(feature = "checks")]
pub(crate) use build::RULES;
pub use build::build;
pub use entry_set::{EntrySet, NothingRecorded, Recorded};
pub use expr::{BaseType, BinaryOperator, Expr, ExprKind, IntType, Interval, Place, Report, Type, UnaryOperator};
pub use hierarchy::{Lineage, TransitionKind};
pub use scenario::{
    Answer, AnswerKind, Called, Expectation, HostFunction, Pattern, Scenario, ScenarioStatement, ScenarioStatementKind,
};
pub use system::{Flow, FlowValue, MachineId, Part, PartKind, Relation, Runs, System, Taken};
pub use walk::MOST_DEFERRED;

use crate::diagnostic::Level;
use crate::source::Span;
pub use crate::syntax::ast::{AssignOperator, GenericKind, OnRestore};

/// The name of a declared thing and where it was declared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name {
    /// The name, without `r#`.
    pub text: String,
    /// Its place in the declaration.
    pub span: Span,
}

/// What documentation and label say about a declaration.
#[derive(Debug, Clone, Default)]
pub struct Notes {
    /// The whole declaration, with docs and attributes; `None` where it is part of another.
    pub span: Option<Span>,
    /// The lines of the doc comment, without the slashes and the space behind them.
    pub docs: Vec<String>,
    /// The label in diagrams, where one is written.
    pub label: Option<String>,
    /// What stands in each `#[rust(…)]`: attributes for what is generated, passed on as they are written.
    pub rust: Vec<Span>,
}

/// `#[allow(FSM401)]`, `#[warn(…)]`, `#[deny(…)]`: how findings are taken in a declaration and in all it contains. An
/// attribute with several codes is as many of these.
#[derive(Debug, Clone)]
pub struct LevelAttribute {
    /// How they are taken.
    pub level: Level,
    /// The code, such as `FSM401`, or the name of a rule or group with `_` for `-`.
    pub code: String,
    /// Where the code stands.
    pub span: Span,
    /// The attribute, from `#` to `]`.
    pub whole: Span,
    /// Whether it has no other code.
    pub is_alone: bool,
    /// The whole declaration.
    pub covers: Span,
}

/// All that one root file declares, with what it imports.
#[derive(Debug, Clone, Default)]
pub struct Program {
    /// The machines of the root file. Machines of imported files are not among them.
    pub machines: Vec<Machine>,
    /// The machines of imported files that a system of the root file runs. They are neither checked nor generated here.
    pub imported: Vec<Machine>,
    /// The systems of the root file.
    pub systems: Vec<System>,
    /// All enums: of files and of machines.
    pub enums: Arena<Enum>,
    /// All extern types: of files and of machines.
    pub extern_types: Arena<ExternType>,
    /// How the text wants findings to be taken.
    pub levels: Vec<LevelAttribute>,
}

impl Program {
    /// The name of a type, as it is written.
    #[must_use]
    pub fn type_name(&self, ty: Type) -> String {
        let (base, optional) = match ty {
            Type::Plain(base) => (base, ""),
            Type::Optional(base) => (base, "?"),
        };
        let name = match base {
            BaseType::Bool => "bool",
            BaseType::Int(int) => int.name(),
            BaseType::Float => "f64",
            BaseType::Str => "str",
            BaseType::Duration => "duration",
            BaseType::Enum(id) => &self.enums[id].name.text,
            BaseType::Extern(id) => &self.extern_types[id].name.text,
        };
        format!("{name}{optional}")
    }
}

/// A closed set of values.
#[derive(Debug, Clone)]
pub struct Enum {
    /// The name.
    pub name: Name,
    /// Who sees it in Rust, as it is written; everybody where nothing is.
    pub visibility: Option<Span>,
    /// Docs.
    pub notes: Notes,
    /// The name of the machine that declares it; `None` at the level of a file.
    pub machine: Option<String>,
    /// The values.
    pub variants: Vec<Variant>,
}

/// A value of an [`Enum`].
#[derive(Debug, Clone)]
pub struct Variant {
    /// The name.
    pub name: Name,
    /// Docs and label.
    pub notes: Notes,
}

/// A Rust type that the language knows only by name.
#[derive(Debug, Clone)]
pub struct ExternType {
    /// The name in the language.
    pub name: Name,
    /// Docs.
    pub notes: Notes,
    /// The Rust type, as it was written.
    pub path: Span,
    /// The generic parameters of its machine that it names, by their numbers.
    pub generics: Vec<usize>,
}

/// A generic parameter of a machine's Rust items. One that stands for a type is an [`ExternType`], too.
#[derive(Debug, Clone)]
pub struct Generic {
    /// What it stands for.
    pub kind: GenericKind,
    /// The name; that of a lifetime begins with `'`.
    pub name: Name,
    /// What stands behind the colon, as it was written: bounds, or the type of a constant.
    pub bounds: Option<Span>,
    /// The other generic parameters that the bounds name, by their numbers.
    pub named: Vec<usize>,
}

/// One statechart.
#[derive(Debug, Clone)]
pub struct Machine {
    /// The name.
    pub name: Name,
    /// Who sees its items in Rust, as it is written; everybody where nothing is.
    pub visibility: Option<Span>,
    /// Docs and label.
    pub notes: Notes,
    /// The generic parameters of its Rust items, lifetimes first.
    pub generics: Vec<Generic>,
    /// Whether `#[snapshot]` is written: the generated machine can be saved and restored.
    pub snapshot: bool,
    /// The whole declaration.
    pub span: Span,
    /// All states in document order; the first is [`Machine::root`].
    pub states: Arena<State>,
    /// All events.
    pub events: Arena<Event>,
    /// All outputs.
    pub outputs: Arena<Output>,
    /// All guards.
    pub guards: Arena<Guard>,
    /// All host actions.
    pub actions: Arena<HostAction>,
    /// All tasks.
    pub tasks: Arena<Task>,
    /// All limits, of the machine and of its states.
    pub limits: Arena<Limit>,
    /// All params and all variables of all contexts.
    pub variables: Arena<Variable>,
    /// All reactions in document order.
    pub reactions: Arena<Reaction>,
    /// All scenarios.
    pub scenarios: Vec<Scenario>,
}

impl Machine {
    /// The machine itself as a state: the outermost composite.
    #[must_use]
    pub fn root() -> Id<State> {
        Id::new(0)
    }
}

/// A state.
#[derive(Debug, Clone)]
pub struct State {
    /// The name; for the root the machine's.
    pub name: Name,
    /// Docs and label.
    pub notes: Notes,
    /// From the first modifier to the name.
    pub head: Span,
    /// What it is made of.
    pub kind: StateKind,
    /// The state around it; `None` only for the root.
    pub parent: Option<Id<State>>,
    /// Its child states (for a parallel state its regions) in document order.
    pub children: Vec<Id<State>>,
    /// How it is entered by default, where that is more than its initial child.
    pub initial: Option<InitialTransition>,
    /// The variables of its context.
    pub context: Vec<Id<Variable>>,
    /// What happens when it is entered.
    pub entry: Vec<Action>,
    /// What happens when it is left.
    pub exit: Vec<Action>,
    /// Its reactions in document order.
    pub reactions: Vec<Id<Reaction>>,
    /// The tasks that run while it is active.
    pub runs: Vec<Run>,
}

/// The kinds of [`State`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StateKind {
    /// Without child states.
    Atomic,
    /// With child states, of which exactly one is active.
    Composite {
        /// The child that is entered by default, if only as a state around what is. `None` only when the text has errors.
        initial: Option<Id<State>>,
    },
    /// With regions, which are all active.
    Parallel,
    /// The end of the composite around it.
    Final,
}

/// The transition from the initial pseudostate of a composite: `initial -> Target / actions;`.
#[derive(Debug, Clone)]
pub struct InitialTransition {
    /// The whole transition.
    pub span: Span,
    /// Where to, inside the composite.
    pub target: Target,
    /// What is done between the composite's entry actions and those of what is inside.
    pub actions: Vec<Action>,
}

/// What happens, from outside or from within.
#[derive(Debug, Clone)]
pub struct Event {
    /// The name.
    pub name: Name,
    /// Docs and label.
    pub notes: Notes,
    /// Whether only the machine itself can raise it.
    pub internal: bool,
    /// The payload.
    pub fields: Vec<Field>,
}

/// What the machine tells the outside.
#[derive(Debug, Clone)]
pub struct Output {
    /// The name.
    pub name: Name,
    /// Docs and label.
    pub notes: Notes,
    /// The payload.
    pub fields: Vec<Field>,
}

/// A field of a payload, or a parameter of a function.
#[derive(Debug, Clone)]
pub struct Field {
    /// The name.
    pub name: Name,
    /// The documentation.
    pub notes: Notes,
    /// The type.
    pub ty: Type,
}

/// A named predicate.
#[derive(Debug, Clone)]
pub struct Guard {
    /// The name.
    pub name: Name,
    /// Docs and label.
    pub notes: Notes,
    /// The parameters.
    pub parameters: Vec<Field>,
    /// Its meaning; `None` for a host function.
    pub body: Option<Expr>,
}

/// A host function with an effect.
#[derive(Debug, Clone)]
pub struct HostAction {
    /// The name.
    pub name: Name,
    /// Docs and label.
    pub notes: Notes,
    /// The parameters.
    pub parameters: Vec<Field>,
    /// The type of its result.
    pub result: Option<Type>,
    /// Where `fails` is written.
    pub fails: Option<Span>,
}

/// A long-running host operation.
#[derive(Debug, Clone)]
pub struct Task {
    /// The name.
    pub name: Name,
    /// Docs and label.
    pub notes: Notes,
    /// The parameters.
    pub parameters: Vec<Field>,
    /// The type of its result.
    pub result: Option<Type>,
    /// Where `fails` is written.
    pub fails: Option<Span>,
}

/// A task that runs while a state is active.
#[derive(Debug, Clone)]
pub struct Run {
    /// The task.
    pub task: Id<Task>,
    /// Its arguments, evaluated when it is started.
    pub arguments: Vec<Expr>,
    /// The whole item.
    pub span: Span,
}

/// How often certain transitions may be taken.
#[derive(Debug, Clone)]
pub struct Limit {
    /// The name.
    pub name: Name,
    /// Docs and label.
    pub notes: Notes,
    /// The state in which it is declared: it is reset when that state is entered.
    pub state: Id<State>,
    /// Whether the count may equal the bound.
    pub inclusive: bool,
    /// The bound: an integer without variables other than params.
    pub bound: Expr,
    /// What happens in place of a transition that would exceed the bound; without it, such a transition is refused.
    pub tail: Option<Tail>,
}

/// A param, or a variable of a context.
#[derive(Debug, Clone)]
pub struct Variable {
    /// The name.
    pub name: Name,
    /// Docs.
    pub notes: Notes,
    /// What it belongs to.
    pub scope: VariableScope,
    /// The type.
    pub ty: Type,
    /// The values that a number may take: those of its range if it has one, else those of its type. `None` for what is
    /// not an integer or a duration (or an option of one).
    pub interval: Option<Interval>,
    /// The initial value.
    pub default: Option<Expr>,
}

/// What a [`Variable`] belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VariableScope {
    /// A param: fixed when the machine is made.
    Param,
    /// The context of this state; the root's is the machine's.
    Context(Id<State>),
}

/// A reaction of a state.
#[derive(Debug, Clone)]
pub struct Reaction {
    /// The state that reacts.
    pub source: Id<State>,
    /// What it reacts to.
    pub trigger: Trigger,
    /// The trigger as it was written.
    pub trigger_span: Span,
    /// What becomes of it, where it is an armed timer, when the machine is restored.
    pub on_restore: OnRestore,
    /// The whole reaction.
    pub span: Span,
    /// Docs.
    pub notes: Notes,
    /// Its branches in order. A reaction without braces has one. Empty for [`Trigger::Defer`] and [`Trigger::Ignore`].
    pub branches: Vec<Branch>,
}

/// What a [`Reaction`] reacts to.
#[derive(Debug, Clone)]
pub enum Trigger {
    /// One of these events.
    Events(Vec<EventUse>),
    /// Any external event for which no other reaction of the state is enabled.
    Any,
    /// The final child of this composite, or of all its regions, was reached.
    Done(Id<State>),
    /// A failing action.
    Error,
    /// Nothing: taken as soon as its guard holds.
    Always,
    /// Time since the state was entered; once.
    After(Expr),
    /// Time since the state was entered; again and again.
    Every(Expr),
    /// These events are kept until the configuration changes.
    Defer(Vec<Deferral>),
    /// These events deliberately do nothing.
    Ignore(Vec<EventUse>),
    /// The result of the task that is the state's `runs[0]`, `runs[1]`, …
    TaskDone(usize),
    /// The failure of that task.
    TaskFailed(usize),
}

/// An event where it is used.
#[derive(Debug, Clone, Copy)]
pub struct EventUse {
    /// The event.
    pub event: Id<Event>,
    /// Where it is named.
    pub span: Span,
}

/// A deferred event.
#[derive(Debug, Clone)]
pub struct Deferral {
    /// The event.
    pub event: EventUse,
    /// How many of it may wait.
    pub max: Option<Expr>,
}

/// One way a reaction may go: what UML calls a transition.
#[derive(Debug, Clone)]
pub struct Branch {
    /// From the guard (or the arrow) to the last action.
    pub span: Span,
    /// Docs.
    pub notes: Notes,
    /// When it is taken.
    pub condition: Condition,
    /// What it does.
    pub tail: Tail,
}

/// When a [`Branch`] is taken.
#[derive(Debug, Clone)]
pub enum Condition {
    /// Always.
    None,
    /// When the expression holds.
    Guard(Expr),
    /// When no branch before it was taken.
    Else,
    /// The guard has errors: nothing is known of it.
    Unknown,
}

/// What a transition does, and where it goes.
#[derive(Debug, Clone, Default)]
pub struct Tail {
    /// Where to; `None` stays in the state: an internal transition.
    pub target: Option<Target>,
    /// Whether a target was written that could not be resolved.
    pub unresolved: bool,
    /// Whether `reenter` was written.
    pub reenter: bool,
    /// The limit that counts it.
    pub counts: Option<Id<Limit>>,
    /// The actions in order.
    pub actions: Vec<Action>,
}

/// Where a transition goes.
#[derive(Debug, Clone)]
pub struct Target {
    /// What follows the arrow.
    pub span: Span,
    /// Its kind.
    pub kind: TargetKind,
}

/// The kinds of [`Target`].
#[derive(Debug, Clone)]
pub enum TargetKind {
    /// One state.
    State(Entry),
    /// One state in each of several regions.
    Fork(Vec<Entry>),
    /// What was last active in a composite state.
    History {
        /// Whether the whole configuration below is restored, not only the child.
        deep: bool,
        /// The composite or parallel state.
        state: Id<State>,
        /// Where to go when nothing was recorded; if empty, the state is entered by default.
        default: Vec<Entry>,
        /// What is done when nothing was recorded, after the entry actions of the state.
        actions: Vec<Action>,
    },
}

/// A state to enter, with what the contexts on the way need.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The state.
    pub state: Id<State>,
    /// Where it is named.
    pub span: Span,
    /// Values for variables of the contexts of the state and of the states around it that are entered with it.
    pub arguments: Vec<(Id<Variable>, Expr)>,
}

/// An action.
#[derive(Debug, Clone)]
pub struct Action {
    /// As it was written.
    pub span: Span,
    /// Its kind.
    pub kind: ActionKind,
}

/// The kinds of [`Action`].
#[derive(Debug, Clone)]
pub enum ActionKind {
    /// Calls a host action.
    Call {
        /// The host action.
        action: Id<HostAction>,
        /// Its arguments.
        arguments: Vec<Expr>,
        /// The variable that keeps its result.
        result: Option<Id<Variable>>,
    },
    /// Gives a variable a new value. `+=` and `-=` are written out: the value contains the variable.
    Assign {
        /// The variable.
        variable: Id<Variable>,
        /// How it was written.
        operator: AssignOperator,
        /// The whole new value.
        value: Expr,
    },
    /// Tells the outside.
    Emit {
        /// The output.
        output: Id<Output>,
        /// The values of its fields, in the order of the declaration.
        fields: Vec<Expr>,
    },
    /// Raises an event within the machine.
    Raise {
        /// The event.
        event: Id<Event>,
        /// The values of its fields, in the order of the declaration.
        fields: Vec<Expr>,
        /// How much later, in a macrostep of its own; `None` within this macrostep.
        delay: Option<Expr>,
    },
    /// Drops all pending delayed raises of an event.
    Cancel(Id<Event>),
    /// Does one of several lists of actions, or none.
    If {
        /// Conditions in order, each with what is done if it is the first that holds.
        arms: Vec<(Expr, Vec<Action>)>,
        /// What is done if none holds.
        otherwise: Vec<Action>,
    },
    /// Sets a limit's count to zero.
    ResetLimit(Id<Limit>),
    /// Gives variables their initial values again.
    ResetVariables(Vec<Id<Variable>>),
    /// Re-arms the timers of an active state.
    Restart(Id<State>),
}
