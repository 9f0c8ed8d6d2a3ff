//! The tree of states, and what a state of each kind may contain.

use super::Builder;
use super::names::Namespace;
use crate::diagnostic::{Applicability, Diagnostic, Rule, Severity};
use crate::model::{Arena, Id, Machine, Name, Notes, State, StateKind};
use crate::source::Span;
use crate::syntax::ast;

/// Declares all states of a machine and gives the machine, empty but for them.
pub(super) fn tree(builder: &mut Builder<'_>, syntax: &ast::Machine) -> Machine {
    let (notes, snapshot) = builder.machine_notes(&syntax.preamble, syntax.label);
    let kind = if syntax.parallel.is_some() { StateKind::Parallel } else { StateKind::Atomic };
    let mut machine = empty(builder.name(syntax.name), notes, syntax.preamble.covers, syntax.head, kind);
    machine.visibility = syntax.visibility;
    machine.snapshot = snapshot;
    declare_children(builder, &mut machine, Machine::root(), &syntax.body);
    if machine.states[Machine::root()].children.is_empty() && !has_errors(&syntax.body) {
        let text = &machine.name.text;
        builder.report(
            Diagnostic::new(&EMPTY_MACHINE, syntax.head, format!("the machine `{text}` has no state"))
                .help("declare at least one: `initial state Idle;`"),
        );
    }
    machine
}

/// A machine with nothing in it yet but its root.
pub(super) fn empty(name: Name, notes: Notes, span: Span, head: Span, kind: StateKind) -> Machine {
    let mut machine = Machine {
        name: name.clone(),
        visibility: None,
        notes: notes.clone(),
        generics: Vec::new(),
        snapshot: false,
        span,
        states: Arena::default(),
        events: Arena::default(),
        outputs: Arena::default(),
        guards: Arena::default(),
        actions: Arena::default(),
        tasks: Arena::default(),
        limits: Arena::default(),
        variables: Arena::default(),
        reactions: Arena::default(),
        scenarios: Vec::new(),
    };
    machine.states.push(state(name, notes, head, kind, None));
    machine
}

/// A state with nothing in it yet.
fn state(name: Name, notes: Notes, head: Span, kind: StateKind, parent: Option<Id<State>>) -> State {
    State {
        name,
        notes,
        head,
        kind,
        parent,
        children: Vec::new(),
        initial: None,
        context: Vec::new(),
        entry: Vec::new(),
        exit: Vec::new(),
        reactions: Vec::new(),
        runs: Vec::new(),
    }
}

/// Whether a member could not be read: it may have been the one that is missed.
fn has_errors(body: &[ast::Member]) -> bool {
    body.iter().any(|member| matches!(member, ast::Member::Error))
}

/// Declares the states in `body` as children of `parent`. Nesting is bounded by the parser.
fn declare_children(builder: &mut Builder<'_>, machine: &mut Machine, parent: Id<State>, body: &[ast::Member]) {
    let mut initial: Option<(Option<Id<State>>, Span)> = None;
    let parallel = machine.states[parent].kind == StateKind::Parallel;
    let mut names = Namespace::new("state");
    for member in body {
        let syntax = match member {
            ast::Member::State(syntax) => syntax,
            ast::Member::Initial(transition) => {
                // Where it leads is resolved when all states are known.
                if let Some((_, first)) = initial.filter(|_| !parallel) {
                    report_several_initial(builder, machine, parent, transition.keyword, first);
                } else {
                    initial = Some((None, transition.keyword));
                }
                continue;
            }
            _ => continue,
        };
        names.declare(builder, syntax.name, ());
        let child = declare_state(builder, machine, parent, syntax);
        let Some(span) = syntax.initial else { continue };
        match initial {
            _ if parallel => {}
            None => initial = Some((Some(child), span)),
            Some((_, first)) => report_several_initial(builder, machine, parent, span, first),
        }
    }
    if machine.states[parent].children.is_empty() {
        return;
    }
    if parallel {
        check_regions(builder, machine, parent, body);
    } else {
        if initial.is_none() && !has_errors(body) {
            report_no_initial(builder, machine, parent);
        }
        machine.states[parent].kind = StateKind::Composite { initial: initial.and_then(|(child, _)| child) };
    }
}

fn report_several_initial(builder: &mut Builder<'_>, machine: &Machine, parent: Id<State>, span: Span, first: Span) {
    builder.report(
        Diagnostic::new(
            &SEVERAL_INITIAL_STATES,
            span,
            format!("`{}` has two initial states", machine.qualified_name(parent)),
        )
        .and(first, "the first one")
        .help("keep one `initial`: entering a composite enters exactly one child"),
    );
}

fn declare_state(
    builder: &mut Builder<'_>,
    machine: &mut Machine,
    parent: Id<State>,
    syntax: &ast::State,
) -> Id<State> {
    let notes = builder.notes(&syntax.preamble, syntax.label);
    let kind = match (syntax.is_final, syntax.parallel) {
        (Some(_), _) => StateKind::Final,
        (None, Some(_)) => StateKind::Parallel,
        (None, None) => StateKind::Atomic,
    };
    let name = builder.name(syntax.name);
    let id = machine.states.push(state(name, notes, syntax.head, kind, Some(parent)));
    machine.states[parent].children.push(id);
    if kind == StateKind::Final {
        check_final(builder, machine, id, syntax);
    } else {
        declare_children(builder, machine, id, &syntax.body);
    }
    id
}

/// A final state ends what is around it: it has no reactions, no children, no context.
fn check_final(builder: &mut Builder<'_>, machine: &Machine, state: Id<State>, syntax: &ast::State) {
    for member in &syntax.body {
        let (span, what) = match member {
            ast::Member::Reaction(reaction) => (reaction.trigger.span, "a way out"),
            ast::Member::State(child) => (child.head, "a child state"),
            ast::Member::Initial(transition) => (transition.keyword, "an initial transition"),
            ast::Member::Context(context) => (context.span, "a context"),
            ast::Member::Limit(limit) => (limit.name.span, "a limit"),
            // Hooks are legal, declarations are reported as misplaced in any state.
            _ => continue,
        };
        let name = machine.qualified_name(state);
        builder.report(
            Diagnostic::new(&FINAL_STATE_CONTINUES, span, format!("the final state `{name}` has {what}"))
                .and(syntax.head, "declared final here")
                .help("a final state ends the composite around it; remove this, or the word `final`"),
        );
    }
}

fn check_regions(builder: &mut Builder<'_>, machine: &Machine, parent: Id<State>, body: &[ast::Member]) {
    let name = machine.qualified_name(parent);
    for member in body {
        let ast::Member::State(region) = member else {
            continue;
        };
        for (span, word) in [(region.initial, "initial"), (region.is_final, "final")] {
            let Some(span) = span else { continue };
            builder.report(
                Diagnostic::new(&PARALLEL_CHILD, span, format!("a region of the parallel `{name}` cannot be `{word}`"))
                    .help(
                        "all regions of a parallel state are active together; mark states inside the regions instead",
                    ),
            );
        }
    }
}

fn report_no_initial(builder: &mut Builder<'_>, machine: &Machine, parent: Id<State>) {
    let state = &machine.states[parent];
    let what = if parent == Machine::root() { "machine" } else { "composite state" };
    let name = machine.qualified_name(parent);
    let mut finding =
        Diagnostic::new(&NO_INITIAL_STATE, state.head, format!("the {what} `{name}` has no initial state"));
    if let Some(&first) = state.children.first() {
        let child = &machine.states[first].name.text;
        finding = finding.help(format!("mark the child that is entered first: `initial state {child}`")).fix(
            Applicability::Maybe,
            format!("write `initial state {child}`"),
            machine.states[first].head.head(),
            "initial ",
        );
    }
    builder.report(finding);
}

/// A composite without an initial state.
pub(crate) static NO_INITIAL_STATE: Rule = Rule {
    code: "FSM301",
    name: "no-initial-state",
    severity: Severity::Error,
    summary: "a machine or composite state without an initial state",
    explanation: "Entering a composite state enters one of its children. Which one must be said: exactly one child is marked \
                  `initial`.",
    example: "machine Lamp {\n    event Flip;\n    state Off { on Flip -> On; }\n    state On { on Flip -> Off; }\n}\n",
    instead: "machine Lamp {\n    event Flip;\n    initial state Off { on Flip -> On; }\n    state On { on Flip -> Off; }\n}\n",
};

/// A composite with several initial states.
pub(crate) static SEVERAL_INITIAL_STATES: Rule = Rule {
    code: "FSM302",
    name: "several-initial-states",
    severity: Severity::Error,
    summary: "a composite with more than one initial state",
    explanation: "Entering a composite state enters exactly one of its children. States that are to be active together are \
                  regions of a `parallel` state.",
    example: "machine Lamp {\n    event Flip;\n    initial state Off { on Flip -> On; }\n    initial state On { on Flip -> Off; }\n}\n",
    instead: "machine Lamp {\n    event Flip;\n    initial state Off { on Flip -> On; }\n    state On { on Flip -> Off; }\n}\n",
};

/// A final state with a way out.
pub(crate) static FINAL_STATE_CONTINUES: Rule = Rule {
    code: "FSM303",
    name: "final-state-continues",
    severity: Severity::Error,
    summary: "a final state with a way out, children or a context",
    explanation: "A final state is where the composite around it, or the whole machine, has come to its end. It may have \
                  `entry` and `exit` actions and nothing else.",
    example: "machine Job {\n    event Finish;\n    event Again;\n    initial state Working { on Finish -> Done; }\n    final state Done { on Again -> Working; }\n}\n",
    instead: "machine Job {\n    event Finish;\n    output Finished;\n    initial state Working { on Finish -> Done; }\n    final state Done { entry / emit Finished; }\n}\n",
};

/// A region that is marked as initial or final.
pub(crate) static PARALLEL_CHILD: Rule = Rule {
    code: "FSM304",
    name: "parallel-child",
    severity: Severity::Error,
    summary: "a region of a parallel state that is marked `initial` or `final`",
    explanation: "The children of a parallel state are its regions: all are entered and left together, so none of them is \
                  initial and none ends the others. The parallel state is done when all its regions are.",
    example: "machine Car {\n    event Key;\n    parallel state On {\n        initial state Engine { ignore Key; }\n        state Radio;\n    }\n    initial state Off { on Key -> On; }\n}\n",
    instead: "machine Car {\n    event Key;\n    parallel state On {\n        state Engine { on Key -> Off; }\n        state Radio;\n    }\n    initial state Off { on Key -> On; }\n}\n",
};

/// A machine without states.
pub(crate) static EMPTY_MACHINE: Rule = Rule {
    code: "FSM305",
    name: "empty-machine",
    severity: Severity::Error,
    summary: "a machine without a state",
    explanation: "A machine is in some state at any time, so it has at least one.",
    example: "machine Lamp { }\n",
    instead: "machine Lamp { initial state Off; }\n",
};
