//! The description of a random machine: a tree of what is written in its text.
//!
//! References are names. So any part can be left out, which is how a failing machine is [shrunk](super::shrink): whether
//! what is left still is a machine, the front end decides.

/// A machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Machine {
    /// Whether its states are regions.
    pub parallel: bool,
    /// How many values each of the enums `E0`, `E1`, … has: `V0`, `V1`, ….
    pub enums: Vec<usize>,
    /// What is fixed when the machine is made.
    pub params: Vec<Variable>,
    /// The events.
    pub events: Vec<Event>,
    /// The outputs.
    pub outputs: Vec<Payload>,
    /// The guards.
    pub guards: Vec<Guard>,
    /// The host actions.
    pub actions: Vec<Function>,
    /// The tasks.
    pub tasks: Vec<Function>,
    /// What the machine is as a state.
    pub body: Body,
}

/// A state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State {
    /// Its name, unique in the machine.
    pub name: String,
    /// What it is.
    pub kind: Kind,
    /// Whether it is what its parent enters.
    pub initial: bool,
    /// What is in it.
    pub body: Body,
}

/// What a state is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Atomic or composite, as its children say.
    Plain,
    /// With regions.
    Parallel,
    /// The end of its parent.
    Final,
}

/// What a state, or the machine, contains.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Body {
    /// The variables.
    pub context: Vec<Variable>,
    /// The limits.
    pub limits: Vec<Limit>,
    /// What is entered, where no child is marked as initial.
    pub initial: Option<Tail>,
    /// Done when it is entered.
    pub entry: Vec<Action>,
    /// Done when it is left.
    pub exit: Vec<Action>,
    /// What it reacts to.
    pub reactions: Vec<Reaction>,
    /// The states inside.
    pub states: Vec<State>,
}

/// A type without `?`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Base {
    /// `bool`
    Bool,
    /// An integer type, with its lowest and highest value.
    Int(&'static str, i128, i128),
    /// `duration`
    Duration,
    /// `str`
    Str,
    /// `f64`
    Float,
    /// The enum of that number.
    Enum(usize),
}

/// A type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Type {
    /// The type of the value.
    pub base: Base,
    /// Whether the value may be missing.
    pub optional: bool,
}

/// A variable of a context, or a param.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variable {
    /// The name, unique in the machine.
    pub name: String,
    /// The type.
    pub ty: Type,
    /// The lowest and the highest value, durations in nanoseconds.
    pub range: Option<(i128, i128)>,
    /// The initial value.
    pub default: Option<Expr>,
}

/// A field of a payload, or a parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// The name.
    pub name: String,
    /// The type.
    pub ty: Type,
}

/// A name with fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payload {
    /// The name.
    pub name: String,
    /// The fields.
    pub fields: Vec<Field>,
}

/// An event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Whether only the machine raises it.
    pub internal: bool,
    /// Its name and fields.
    pub payload: Payload,
}

/// A guard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guard {
    /// Its name and parameters.
    pub signature: Payload,
    /// What it means; without it, the host is asked.
    pub body: Option<Expr>,
}

/// A host action or a task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Function {
    /// Its name and parameters.
    pub signature: Payload,
    /// The type of its result.
    pub result: Option<Type>,
    /// Whether it can fail.
    pub fails: bool,
}

/// A limit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limit {
    /// Its name, unique in the machine.
    pub name: String,
    /// Whether the bound may be reached.
    pub inclusive: bool,
    /// The bound.
    pub bound: Expr,
    /// What happens in place of a transition too many, which is refused otherwise.
    pub tail: Option<Tail>,
}

/// A reaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reaction {
    /// To something that happens.
    On(Trigger, Vec<Branch>),
    /// `defer`: the events, and how many of each are kept.
    Defer(Vec<(String, Option<Expr>)>),
    /// `ignore`
    Ignore(Vec<String>),
    /// `run`
    Run {
        /// The task.
        task: String,
        /// Its arguments.
        arguments: Vec<Expr>,
        /// What its result leads to.
        ok: Vec<Branch>,
        /// What its failure leads to.
        err: Vec<Branch>,
    },
}

/// What a reaction reacts to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trigger {
    /// One of these events.
    Events(Vec<String>),
    /// Any event.
    Any,
    /// The end of the state, or of another.
    Done(Option<String>),
    /// A failing action.
    Error,
    /// Nothing.
    Always,
    /// Time, once.
    After(Expr),
    /// Time, again and again.
    Every(Expr),
}

/// A branch of a reaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Branch {
    /// When it is taken.
    pub condition: Condition,
    /// What it does.
    pub tail: Tail,
}

/// When a branch is taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition {
    /// Always.
    None,
    /// When this holds.
    Guard(Expr),
    /// When no branch before it is.
    Else,
}

/// What a transition does.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tail {
    /// Where to.
    pub target: Option<Target>,
    /// Whether the source is left even where the target lies inside of it.
    pub reenter: bool,
    /// The limit that counts it.
    pub counts: Option<String>,
    /// The actions.
    pub actions: Vec<Action>,
}

/// Where a transition goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// To a state, or to several at once.
    States(Vec<Entry>),
    /// To what was last active.
    History {
        /// Whether at all levels.
        deep: bool,
        /// In which state.
        state: String,
        /// Where to go when nothing was recorded, and what is done then.
        default: Option<(Vec<Entry>, Vec<Action>)>,
    },
}

/// A state with values for its context.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The name of the state.
    pub state: String,
    /// The values.
    pub values: Vec<(String, Expr)>,
}

/// An action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// Calls a host action, and may keep its result.
    Call {
        /// The variable that keeps the result.
        result: Option<String>,
        /// The action.
        action: String,
        /// The arguments.
        arguments: Vec<Expr>,
    },
    /// Changes a variable.
    Assign(String, &'static str, Expr),
    /// Tells the outside.
    Emit(String, Vec<(String, Expr)>),
    /// Raises an event, now or later.
    Raise(String, Vec<(String, Expr)>, Option<Expr>),
    /// Drops what was raised for later.
    Cancel(String),
    /// Gives a limit, a variable or the whole context its first value.
    Reset(String),
    /// Arms the timers of a state again.
    Restart(String),
    /// Does what stands behind the first condition that holds; the last may be without one.
    If(Vec<(Option<Expr>, Vec<Action>)>),
}

/// An expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expr {
    /// A value that is written out.
    Literal(String),
    /// A name, a field, a call without arguments, or `in State`.
    Name(String),
    /// `!` or `-`.
    Prefix(&'static str, Box<Expr>),
    /// Two operands.
    Binary(&'static str, Box<(Expr, Expr)>),
    /// A function of the language, or a guard.
    Call(String, Vec<Expr>),
}

impl Expr {
    /// Whether it consists of literals only.
    #[must_use]
    pub fn is_constant(&self) -> bool {
        match self {
            Expr::Literal(_) => true,
            Expr::Name(_) => false,
            Expr::Prefix(_, operand) => operand.is_constant(),
            Expr::Binary(_, operands) => operands.0.is_constant() && operands.1.is_constant(),
            Expr::Call(_, arguments) => arguments.iter().all(Expr::is_constant),
        }
    }
}
