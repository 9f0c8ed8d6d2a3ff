//! The syntax tree: what was written, and where.
//!
//! A tree holds spans, never text: [`crate::source::Sources::text`] gives the text back. Nothing here is resolved or
//! checked, and every construct of the language has its node, whether or not later stages can handle it yet.

mod scenario;
mod system;

pub use scenario::{Answer, AnswerKind, Expectation, Scenario, Statement, StatementKind};
pub use system::{
    Part, PartKind, Port, Relation, Runs, System, SystemMember, TakenAs, Technology, Wiring, WiringSource,
};

use crate::source::Span;

/// A source file.
#[derive(Debug, Clone, Default)]
pub struct File {
    /// The items in the order they were written.
    pub items: Vec<Item>,
}

/// An item of a file.
#[derive(Debug, Clone)]
pub enum Item {
    /// `import "common.fsm";`
    Import(Import),
    /// `enum Cause { A, B }`
    Enum(Enum),
    /// `extern type UserId = crate::UserId;`
    ExternType(ExternType),
    /// `machine Session { … }`
    Machine(Machine),
    /// `system Shop { … }`
    System(System),
    /// `property …`
    Later(Later),
}

/// A construct whose grammar is reserved and whose meaning is not built yet: its body is balanced brackets.
#[derive(Debug, Clone)]
pub struct Later {
    /// The keyword: `property`.
    pub keyword: Name,
    /// The whole construct.
    pub span: Span,
}

/// An identifier. A leading `r#` is part of the span and not of the name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Name {
    /// Where it stands.
    pub span: Span,
}

/// A string literal, quotes included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StringLiteral {
    /// Where it stands; [`super::literal::unescape`] gives its value.
    pub span: Span,
}

/// What stands before an item: documentation and attributes.
#[derive(Debug, Clone)]
pub struct Preamble {
    /// The whole declaration that it belongs to, the preamble included: what an `#[allow]` covers.
    pub covers: Span,
    /// One span per `///` line, the three slashes included.
    pub docs: Vec<Span>,
    /// The attributes of the language in order.
    pub attributes: Vec<Attribute>,
    /// What stands in each `#[rust(…)]`.
    pub rust: Vec<Span>,
}

/// `#[allow(FSM123, reason = "…")]`
#[derive(Debug, Clone)]
pub struct Attribute {
    /// From `#` to `]`.
    pub span: Span,
    /// `allow`; any other name is refused later.
    pub name: Name,
    /// The codes.
    pub arguments: Vec<Name>,
    /// The value of `reason = "…"`.
    pub reason: Option<StringLiteral>,
}

/// `import "common.fsm";`
#[derive(Debug, Clone)]
pub struct Import {
    /// The whole item.
    pub span: Span,
    /// The path, relative to the importing file.
    pub path: StringLiteral,
}

/// `enum Cause { A, B }`
#[derive(Debug, Clone)]
pub struct Enum {
    /// Docs and attributes.
    pub preamble: Preamble,
    /// `pub` and what stands in parentheses behind it.
    pub visibility: Option<Span>,
    /// The name.
    pub name: Name,
    /// The values.
    pub variants: Vec<Variant>,
}

/// One value of an [`Enum`].
#[derive(Debug, Clone)]
pub struct Variant {
    /// Docs and attributes.
    pub preamble: Preamble,
    /// The name.
    pub name: Name,
    /// The label in diagrams.
    pub label: Option<StringLiteral>,
}

/// `extern type UserId = crate::auth::UserId;`
#[derive(Debug, Clone)]
pub struct ExternType {
    /// Docs and attributes.
    pub preamble: Preamble,
    /// The name in the machine.
    pub name: Name,
    /// The Rust type, passed on as it was written.
    pub path: Span,
}

/// `machine Session { … }`
#[derive(Debug, Clone)]
pub struct Machine {
    /// Docs and attributes.
    pub preamble: Preamble,
    /// `pub` and what stands in parentheses behind it.
    pub visibility: Option<Span>,
    /// `machine Session`, without the body.
    pub head: Span,
    /// Whether `parallel` stands before `machine`.
    pub parallel: Option<Span>,
    /// The name.
    pub name: Name,
    /// The generic parameters of its Rust items.
    pub generics: Vec<Generic>,
    /// The label in diagrams.
    pub label: Option<StringLiteral>,
    /// What stands between the braces.
    pub body: Vec<Member>,
}

/// `'a`, `T: Clone` or `const N: usize`
#[derive(Debug, Clone)]
pub struct Generic {
    /// What it stands for.
    pub kind: GenericKind,
    /// The name; that of a lifetime begins with `'`.
    pub name: Name,
    /// What stands behind the colon: bounds, or the type of a constant.
    pub bounds: Option<Span>,
}

/// What a [`Generic`] stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GenericKind {
    /// `'a`
    Lifetime,
    /// `T`
    Type,
    /// `const N: usize`
    Const,
}

/// What may stand in the body of a machine or of a state. Which of them is legal where is decided later, so that the
/// message can say where it belongs.
#[derive(Debug, Clone)]
pub enum Member {
    /// `enum Cause { A, B }`
    Enum(Enum),
    /// `extern type UserId = crate::auth::UserId;`
    ExternType(ExternType),
    /// `param access_life: duration = 30min;`
    Param(Field),
    /// `context { attempts: u8 = 0 }`
    Context(Context),
    /// `event Login { user: UserId };`
    Event(Event),
    /// `output UserLoggedIn { user: UserId };`
    Output(Output),
    /// `guard exhausted = attempts >= 2;`
    Guard(Guard),
    /// `action audit(what: str);`
    Action(Function),
    /// `task fetch(url: str) -> u32 fails;`
    Task(Function),
    /// `limit tracebacks <= 9 else -> Escalated;`
    Limit(Limit),
    /// `state Active { … }`
    State(State),
    /// `initial -> Active / greet();`
    Initial(Initial),
    /// `entry / greet();`
    Entry(Hook),
    /// `exit / greet();`
    Exit(Hook),
    /// `on Login -> Active;` and everything else that reacts.
    Reaction(Reaction),
    /// `scenario "three wrong codes lock the door" { … }`
    Scenario(Scenario),
    /// `property …`
    Later(Later),
    /// What could not be read, and has been reported.
    Error,
}

/// A named, typed value: a param, a variable of a context, a field, a parameter of a function.
#[derive(Debug, Clone)]
pub struct Field {
    /// Docs and attributes.
    pub preamble: Preamble,
    /// The name.
    pub name: Name,
    /// The type.
    pub ty: Type,
    /// `in 0..=3`
    pub range: Option<Range>,
    /// `= 0`
    pub default: Option<Expr>,
}

/// A type: a name, and whether `?` follows it.
#[derive(Debug, Clone, Copy)]
pub struct Type {
    /// The whole type.
    pub span: Span,
    /// The name.
    pub name: Name,
    /// Whether the value may be `none`.
    pub optional: bool,
}

/// `0..=3` or `0..4`.
#[derive(Debug, Clone)]
pub struct Range {
    /// The whole range.
    pub span: Span,
    /// The lowest value.
    pub low: Expr,
    /// The upper bound.
    pub high: Expr,
    /// Whether the upper bound belongs to the range.
    pub inclusive: bool,
}

/// `context { attempts: u8 = 0 }`
#[derive(Debug, Clone)]
pub struct Context {
    /// The whole block.
    pub span: Span,
    /// The variables.
    pub fields: Vec<Field>,
}

/// `internal? event Login { user: UserId };`
#[derive(Debug, Clone)]
pub struct Event {
    /// Docs and attributes.
    pub preamble: Preamble,
    /// `internal`, where it is written.
    pub internal: Option<Span>,
    /// The name.
    pub name: Name,
    /// The label in diagrams.
    pub label: Option<StringLiteral>,
    /// The payload.
    pub fields: Vec<Field>,
}

/// `output UserLoggedIn { user: UserId };`
#[derive(Debug, Clone)]
pub struct Output {
    /// Docs and attributes.
    pub preamble: Preamble,
    /// The name.
    pub name: Name,
    /// The label in diagrams.
    pub label: Option<StringLiteral>,
    /// The payload.
    pub fields: Vec<Field>,
}

/// `guard exhausted = attempts >= 2;` or `guard verified(user: UserId);`
#[derive(Debug, Clone)]
pub struct Guard {
    /// Docs and attributes.
    pub preamble: Preamble,
    /// The name.
    pub name: Name,
    /// The label in diagrams.
    pub label: Option<StringLiteral>,
    /// The parameters.
    pub parameters: Vec<Field>,
    /// The expression; without one the guard is a host function.
    pub body: Option<Expr>,
}

/// An action or a task: `action name(p: T) -> T fails;`
#[derive(Debug, Clone)]
pub struct Function {
    /// Docs and attributes.
    pub preamble: Preamble,
    /// The name.
    pub name: Name,
    /// The label in diagrams.
    pub label: Option<StringLiteral>,
    /// The parameters.
    pub parameters: Vec<Field>,
    /// The type of the result.
    pub result: Option<Type>,
    /// `fails`, where it is written.
    pub fails: Option<Span>,
}

/// `limit tracebacks <= 9 else -> Escalated / alert();`
#[derive(Debug, Clone)]
pub struct Limit {
    /// Docs and attributes.
    pub preamble: Preamble,
    /// The name.
    pub name: Name,
    /// The label in diagrams.
    pub label: Option<StringLiteral>,
    /// Whether the bound itself belongs to what is allowed: `<=` against `<`.
    pub inclusive: bool,
    /// The bound: a literal or a param.
    pub bound: Expr,
    /// What happens when the bound would be exceeded; without it, the transition is refused.
    pub tail: Option<Tail>,
}

/// `initial parallel state Active "active" { … }`
#[derive(Debug, Clone)]
pub struct State {
    /// Docs and attributes.
    pub preamble: Preamble,
    /// From the first modifier to the name.
    pub head: Span,
    /// `initial`, where it is written.
    pub initial: Option<Span>,
    /// `parallel`, where it is written.
    pub parallel: Option<Span>,
    /// `final`, where it is written.
    pub is_final: Option<Span>,
    /// The name.
    pub name: Name,
    /// The label in diagrams.
    pub label: Option<StringLiteral>,
    /// What stands between the braces; nothing for `state A;`.
    pub body: Vec<Member>,
}

/// `initial -> Active / greet();`: how a composite is entered by default.
#[derive(Debug, Clone)]
pub struct Initial {
    /// The whole transition.
    pub span: Span,
    /// `initial`.
    pub keyword: Span,
    /// Where to.
    pub target: Target,
    /// The actions in order.
    pub actions: Vec<Action>,
}

/// `entry / greet(), emit Opened;` or `exit / …;`
#[derive(Debug, Clone)]
pub struct Hook {
    /// The whole hook.
    pub span: Span,
    /// `entry` or `exit`.
    pub keyword: Span,
    /// The actions.
    pub actions: Vec<Action>,
}

/// `on Login [verified] -> Active / greet();`
#[derive(Debug, Clone)]
pub struct Reaction {
    /// Docs and attributes.
    pub preamble: Preamble,
    /// The whole reaction.
    pub span: Span,
    /// What it reacts to.
    pub trigger: Trigger,
    /// What it does: branches in order. Empty for `defer` and `ignore`; a task's branches are in the trigger.
    pub branches: Vec<Branch>,
}

/// What a reaction reacts to.
#[derive(Debug, Clone)]
pub struct Trigger {
    /// From the keyword to the last word of the trigger.
    pub span: Span,
    /// Its kind.
    pub kind: TriggerKind,
    /// `on restore …`, behind the delay of a timer.
    pub on_restore: Option<Restoring>,
}

/// `on restore remaining`
#[derive(Debug, Clone, Copy)]
pub struct Restoring {
    /// From `on` to the last word.
    pub span: Span,
    /// What it says.
    pub kind: OnRestore,
}

/// What becomes of an armed timer when the machine is restored from a snapshot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OnRestore {
    /// `fire`: its deadline stays what it was.
    #[default]
    Fire,
    /// `remaining`: the time for which the machine was saved does not count.
    Remaining,
    /// `restart`: it is armed anew.
    Restart,
}

/// The kinds of [`Trigger`].
#[derive(Debug, Clone)]
pub enum TriggerKind {
    /// `on A, B`
    Events(Vec<Name>),
    /// `on *`
    Any,
    /// `on done` or `on done(Active)`
    Done(Option<Path>),
    /// `on error`
    Error,
    /// `always`
    Always,
    /// `after 30s`
    After(Expr),
    /// `every 30s`
    Every(Expr),
    /// `defer A max 3, B`
    Defer(Vec<Deferral>),
    /// `ignore A, B`
    Ignore(Vec<Name>),
    /// `run fetch(url) { ok -> A; err -> B; }`
    Run(Run),
}

/// `A max 3` in a `defer`.
#[derive(Debug, Clone)]
pub struct Deferral {
    /// The event.
    pub event: Name,
    /// How many may wait at once.
    pub max: Option<Expr>,
}

/// `run fetch(url) { ok -> A; err -> B; }`
#[derive(Debug, Clone)]
pub struct Run {
    /// The task.
    pub task: Name,
    /// Its arguments.
    pub arguments: Vec<Expr>,
    /// What happens with the result, in the order written.
    pub handlers: Vec<Handler>,
}

/// `ok -> A / x = event.value;`
#[derive(Debug, Clone)]
pub struct Handler {
    /// The whole handler.
    pub span: Span,
    /// `ok` or `err`.
    pub keyword: Span,
    /// Whether it handles the error.
    pub on_error: bool,
    /// What it does.
    pub branches: Vec<Branch>,
}

/// One way a reaction may go: `[guard] -> Target counts limit / actions;`
#[derive(Debug, Clone)]
pub struct Branch {
    /// Docs and attributes; only branches of a block have any.
    pub preamble: Preamble,
    /// From the guard (or the arrow) to the last action; for a reaction without braces, what follows the trigger.
    pub span: Span,
    /// When it is taken.
    pub condition: Condition,
    /// What it does.
    pub tail: Tail,
}

/// When a [`Branch`] is taken.
#[derive(Debug, Clone)]
pub enum Condition {
    /// Nothing is written.
    None,
    /// `[expr]`; the span includes the brackets.
    Guard(Span, Expr),
    /// `else`
    Else(Span),
}

/// `-> Target reenter counts limit / action, action`
#[derive(Debug, Clone)]
pub struct Tail {
    /// The whole tail; empty, at the place where it would stand, if nothing is written.
    pub span: Span,
    /// Where to; `None` stays.
    pub target: Option<Target>,
    /// `reenter`, where it is written.
    pub reenter: Option<Span>,
    /// The limit that counts this transition.
    pub counts: Option<Name>,
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
    /// `Active { user: event.user }`
    State(Entry),
    /// `(A, B)`
    Fork(Vec<Entry>),
    /// `history(S, X)` or `deep history(S, X)`
    History(History),
}

/// `history(S, X)` or `deep history(S, X)`
#[derive(Debug, Clone)]
pub struct History {
    /// Whether `deep` stands before it.
    pub deep: bool,
    /// The composite state whose history is entered.
    pub state: Path,
    /// Where to go when nothing was recorded: one state, or several in different regions.
    pub default: Vec<Entry>,
    /// What is done when nothing was recorded.
    pub actions: Vec<Action>,
}

/// A state to enter, with what its context needs.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The state.
    pub state: Path,
    /// `{ user: event.user }`
    pub arguments: Vec<Argument>,
}

/// The name of a state: `Active` or `Active.Fresh`.
#[derive(Debug, Clone)]
pub struct Path {
    /// The whole path.
    pub span: Span,
    /// Its names, at least one.
    pub segments: Vec<Name>,
}

/// `user: event.user`
#[derive(Debug, Clone)]
pub struct Argument {
    /// The field.
    pub name: Name,
    /// Its value.
    pub value: Expr,
}

/// An action.
#[derive(Debug, Clone)]
pub struct Action {
    /// The whole action.
    pub span: Span,
    /// Its kind.
    pub kind: ActionKind,
}

/// The kinds of [`Action`].
#[derive(Debug, Clone)]
pub enum ActionKind {
    /// `audit("left")`
    Call {
        /// The host action.
        function: Name,
        /// Its arguments.
        arguments: Vec<Expr>,
    },
    /// `attempts += 1`; the value may be a call of a host action.
    Assign {
        /// The variable.
        variable: Name,
        /// `=`, `+=` or `-=`.
        operator: AssignOperator,
        /// The new value, or what is added or subtracted.
        value: Expr,
    },
    /// `emit UserLoggedIn { user: user }`
    Emit {
        /// The output.
        output: Name,
        /// Its fields.
        fields: Vec<Argument>,
    },
    /// `raise Retry { delay: 3s }` or `raise Retry after 3s`
    Raise {
        /// The event.
        event: Name,
        /// Its fields.
        fields: Vec<Argument>,
        /// How much later.
        delay: Option<Expr>,
    },
    /// `cancel Retry`
    Cancel(Name),
    /// `if x > 2 { greet() } else if x > 1 { x = 0 } else { x = 1 }`
    If {
        /// Conditions in order, each with what is done if it is the first that holds.
        arms: Vec<(Expr, Vec<Action>)>,
        /// What is done if none holds.
        otherwise: Vec<Action>,
    },
    /// `reset tracebacks`, `reset attempts` or `reset context`
    Reset(Name),
    /// `restart Active`
    Restart(Path),
}

/// The operators of an assignment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AssignOperator {
    /// `=`
    Set,
    /// `+=`
    Add,
    /// `-=`
    Subtract,
}

/// An expression.
#[derive(Debug, Clone)]
pub struct Expr {
    /// The whole expression, parentheses around it included.
    pub span: Span,
    /// Its kind.
    pub kind: ExprKind,
}

/// The kinds of [`Expr`].
#[derive(Debug, Clone)]
pub enum ExprKind {
    /// `true`, `false`
    Bool(bool),
    /// `42`, `1_000`, `0xff`
    Int,
    /// `1.5`
    Float,
    /// `"text"`
    Str,
    /// `30s`
    Duration,
    /// `none`
    None,
    /// `_`: any value
    Any,
    /// What could not be read, and has been reported.
    Error,
    /// `attempts`, `exhausted`, `tracebacks`
    Name(Name),
    /// `event.user`
    Field {
        /// What is on the left of the dot.
        base: Name,
        /// The field.
        field: Name,
    },
    /// `Cause::Crash`
    Variant {
        /// The enum.
        enumeration: Name,
        /// The value.
        variant: Name,
    },
    /// `verified(event.user)`, `min(a, b)`, `some(x)`
    Call {
        /// What is called.
        function: Name,
        /// The arguments.
        arguments: Vec<Expr>,
    },
    /// `in Active`
    In(Path),
    /// `!a`, `-a`
    Unary {
        /// The operator.
        operator: UnaryOperator,
        /// Its operand.
        operand: Box<Expr>,
    },
    /// `a + b`
    Binary {
        /// The operator.
        operator: BinaryOperator,
        /// Where the operator stands.
        at: Span,
        /// Left operand.
        left: Box<Expr>,
        /// Right operand.
        right: Box<Expr>,
    },
}

/// Prefix operators.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnaryOperator {
    /// `!`
    Not,
    /// `-`
    Negate,
}

/// Infix operators, with Rust's precedence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BinaryOperator {
    /// `||`
    Or,
    /// `&&`
    And,
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterEqual,
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
    /// `%`
    Remainder,
}
