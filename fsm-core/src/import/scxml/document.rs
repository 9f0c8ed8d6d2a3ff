//! An SCXML document: its states, transitions and executable content, with their places.
//!
//! The structure is that of the W3C recommendation, section 3 to 6. Whatever the document holds that is not here has been
//! reported; names are not resolved and expressions not evaluated.

use std::collections::BTreeMap;

use super::ecmascript::{self, Assignment, Expr, Unreadable};
use crate::source::Span;

/// A number of one of [`Document::states`].
pub(super) type StateId = usize;

/// A whole document.
#[derive(Debug)]
pub(super) struct Document {
    /// The value of `name`.
    pub(super) name: Option<Text>,
    /// The start tag of `<scxml>`.
    pub(super) span: Span,
    /// Whether data of states gets its values when the state is first entered (`binding="late"`).
    pub(super) is_late: bool,
    /// All states in document order; the document itself is the first.
    pub(super) states: Vec<State>,
    /// All history states.
    pub(super) histories: Vec<History>,
    /// All data in document order.
    pub(super) data: Vec<Data>,
    /// What the script of the document does when it is loaded.
    pub(super) script: Vec<Action>,
    /// Comments before the document's own element.
    pub(super) comments: Vec<String>,
    /// The states and histories by their ids.
    pub(super) ids: BTreeMap<String, Named>,
}

/// What an id stands for.
#[derive(Debug, Clone, Copy)]
pub(super) enum Named {
    /// A state.
    State(StateId),
    /// One of [`Document::histories`].
    History(usize),
}

/// A `<state>`, `<parallel>` or `<final>`, or the document.
#[derive(Debug)]
pub(super) struct State {
    /// Its `id`.
    pub(super) id: Option<Text>,
    /// What it is.
    pub(super) kind: Kind,
    /// The state around it.
    pub(super) parent: StateId,
    /// The states in it.
    pub(super) children: Vec<StateId>,
    /// What is entered first.
    pub(super) initial: Option<Initial>,
    /// Each `<onentry>`.
    pub(super) entry: Vec<Vec<Action>>,
    /// Each `<onexit>`.
    pub(super) exit: Vec<Vec<Action>>,
    /// Its transitions.
    pub(super) transitions: Vec<Transition>,
    /// The `<donedata>` of a `<final>`.
    pub(super) done: Option<Payload>,
    /// The start tag.
    pub(super) span: Span,
    /// Comments before it.
    pub(super) comments: Vec<String>,
}

/// What a state is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A `<state>` or the document.
    State,
    /// A `<parallel>`.
    Parallel,
    /// A `<final>`.
    Final,
}

/// The attribute `initial`, or the element.
#[derive(Debug)]
pub(super) struct Initial {
    /// What is entered.
    pub(super) targets: Vec<Text>,
    /// What is done before.
    pub(super) actions: Vec<Action>,
    /// The attribute or the element.
    pub(super) span: Span,
}

/// A `<history>`.
#[derive(Debug)]
pub(super) struct History {
    /// Its `id`.
    pub(super) id: Text,
    /// Whether it is deep.
    pub(super) is_deep: bool,
    /// The state it belongs to.
    pub(super) parent: StateId,
    /// What is entered when nothing was recorded.
    pub(super) default: Vec<Text>,
    /// What is done when nothing was recorded.
    pub(super) actions: Vec<Action>,
}

/// A `<data>`.
#[derive(Debug)]
pub(super) struct Data {
    /// Its `id`.
    pub(super) id: Text,
    /// The state it belongs to.
    pub(super) state: StateId,
    /// Its value.
    pub(super) value: Option<Code>,
    /// The element.
    pub(super) span: Span,
    /// Comments before it.
    pub(super) comments: Vec<String>,
}

/// A `<transition>`.
#[derive(Debug)]
pub(super) struct Transition {
    /// The event descriptors; none for an eventless one.
    pub(super) events: Vec<String>,
    /// The condition.
    pub(super) condition: Option<Code>,
    /// The targets.
    pub(super) targets: Vec<Text>,
    /// Whether it has `type="internal"`.
    pub(super) is_internal: bool,
    /// What it does.
    pub(super) actions: Vec<Action>,
    /// The start tag.
    pub(super) span: Span,
    /// Comments before it.
    pub(super) comments: Vec<String>,
}

/// An element of executable content.
#[derive(Debug, Clone)]
pub(super) struct Action {
    /// The start tag.
    pub(super) span: Span,
    /// What it does.
    pub(super) kind: ActionKind,
}

/// What an element of executable content does.
#[derive(Debug, Clone)]
pub(super) enum ActionKind {
    /// `<raise>`
    Raise(String),
    /// `<if>` with its `<elseif>` and `<else>`; the condition of `<else>` is missing.
    If(Vec<(Option<Code>, Vec<Action>)>),
    /// `<assign>`, or an assignment of a script, which declares its variable.
    Assign {
        /// The variable.
        location: Text,
        /// Its new value.
        value: Option<Code>,
        /// Whether the variable need not be declared.
        declares: bool,
    },
    /// `<log>`
    Log(String, Option<Code>),
    /// `<send>`
    Send(Box<Send>),
    /// `<cancel>`
    Cancel(Given),
    /// `<foreach>`
    Foreach(Box<Foreach>),
}

/// A `<foreach>`.
#[derive(Debug, Clone)]
pub(super) struct Foreach {
    /// What is gone through.
    pub(super) array: Code,
    /// The variable for each item.
    pub(super) item: Text,
    /// The variable for its number.
    pub(super) index: Option<Text>,
    /// What is done for each.
    pub(super) body: Vec<Action>,
}

/// A `<send>`.
#[derive(Debug, Clone)]
pub(super) struct Send {
    /// The event.
    pub(super) event: Option<Given>,
    /// Where to.
    pub(super) target: Option<Given>,
    /// By which I/O processor.
    pub(super) processor: Option<Given>,
    /// How much later.
    pub(super) delay: Option<Given>,
    /// Its `id`.
    pub(super) id: Option<String>,
    /// The variable that is given a new id.
    pub(super) id_location: Option<Text>,
    /// What it carries.
    pub(super) payload: Payload,
}

/// What an event carries.
#[derive(Debug, Clone, Default)]
pub(super) struct Payload {
    /// The names of `namelist`, and each `<param>`.
    pub(super) fields: Vec<(Text, Code)>,
    /// The `<content>`.
    pub(super) content: Option<Code>,
}

/// A value that is written down, or an expression for it.
#[derive(Debug, Clone)]
pub(super) enum Given {
    /// Written down.
    Text(Text),
    /// To be evaluated.
    Code(Code),
}

/// A text and where it stands.
#[derive(Debug, Clone)]
pub(super) struct Text {
    /// The text.
    pub(super) text: String,
    /// Its place.
    pub(super) span: Span,
}

/// An expression and where it stands.
#[derive(Debug, Clone)]
pub(super) struct Code {
    /// As it is written.
    pub(super) text: String,
    /// What it says.
    pub(super) expr: Result<Expr, Unreadable>,
    /// Its place.
    pub(super) span: Span,
}

impl Code {
    /// The expression of an attribute.
    pub(super) fn new(text: &str, span: Span) -> Code {
        Code { text: text.to_owned(), expr: ecmascript::expression(text), span }
    }

    /// A value that is known.
    pub(super) fn known(text: &str, expr: Expr, span: Span) -> Code {
        Code { text: text.to_owned(), expr: Ok(expr), span }
    }
}

impl Document {
    /// The state or history with an id: `Ok` for a state, `Err` for a history.
    pub(super) fn find(&self, id: &str) -> Option<Result<StateId, &History>> {
        match *self.ids.get(id)? {
            Named::State(state) => Some(Ok(state)),
            Named::History(history) => self.histories.get(history).map(Err),
        }
    }

    /// Whether `inner` lies inside `outer`.
    pub(super) fn is_inside(&self, inner: StateId, outer: StateId) -> bool {
        let mut state = inner;
        while state != 0 {
            state = self.states[state].parent;
            if state == outer {
                return true;
            }
        }
        false
    }

    /// Whether a state can be done: with a final child, or with regions that all can.
    pub(super) fn can_be_done(&self, state: StateId) -> bool {
        let state = &self.states[state];
        match state.kind {
            Kind::Final => false,
            Kind::State => state.children.iter().any(|&child| self.states[child].kind == Kind::Final),
            // Regions are nested as elements are: not deep.
            Kind::Parallel => !state.children.is_empty() && state.children.iter().all(|&child| self.can_be_done(child)),
        }
    }
}

/// The statements of a script as assignments.
pub(super) fn script(statements: Vec<Assignment>, text: &str, span: Span) -> Vec<Action> {
    let action = |assignment: Assignment| {
        let location = Text { text: assignment.name, span };
        let value = Some(Code::known(text, assignment.value, span));
        Action { span, kind: ActionKind::Assign { location, value, declares: true } }
    };
    statements.into_iter().map(action).collect()
}
