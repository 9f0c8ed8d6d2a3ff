//! The facts of the recursive workflow.

use fsm_examples::recursive_workflow::{
    FailureKind, Journal, Workflow, WorkflowEvent, WorkflowOutput, WorkflowParams, WorkflowState as S,
};

const WORKING: [S; 8] = [S::Initiate, S::Identify, S::Document, S::Solve, S::Code, S::Deploy, S::Test, S::Validate];

/// A workflow that has advanced to `state`.
fn at(state: S) -> Workflow<Journal> {
    let mut workflow = Workflow::start(Journal::default()).unwrap();
    while workflow.state() != state {
        workflow.handle(WorkflowEvent::Advance).unwrap();
    }
    workflow
}

fn after(state: S, event: WorkflowEvent) -> S {
    let mut workflow = at(state);
    workflow.handle(event).unwrap();
    workflow.state()
}

fn fail(kind: FailureKind) -> WorkflowEvent {
    WorkflowEvent::Fail { kind }
}

#[test]
fn there_are_twelve_states() {
    let leaves: Vec<_> =
        S::ALL.iter().filter(|state| !S::ALL.iter().any(|other| other.parent() == Some(**state))).collect();
    assert_eq!(leaves.len(), 12);
    let labels: Vec<_> = leaves.iter().map(|state| state.label()).collect();
    assert_eq!(
        labels,
        [
            "INITIATE",
            "IDENTIFY",
            "DOCUMENT",
            "SOLVE",
            "CODE",
            "DEPLOY",
            "TEST",
            "VALIDATE",
            "CHECKPOINT",
            "SUSPENDED",
            "COMPLETE",
            "ESCALATED"
        ]
    );
}

#[test]
fn every_row_of_the_table_is_there() {
    use FailureKind::{ImplementationError, MisidentifiedIssue, Unknown, WrongApproach};
    for pair in WORKING.windows(2) {
        assert_eq!(after(pair[0], WorkflowEvent::Advance), pair[1]);
    }
    assert_eq!(after(S::Validate, WorkflowEvent::Advance), S::Complete);
    for (from, kind, to) in [
        (S::Identify, Unknown, S::Escalated),
        (S::Solve, MisidentifiedIssue, S::Identify),
        (S::Code, WrongApproach, S::Solve),
        (S::Deploy, ImplementationError, S::Code),
        (S::Test, MisidentifiedIssue, S::Identify),
        (S::Test, WrongApproach, S::Solve),
        (S::Test, ImplementationError, S::Code),
        (S::Validate, MisidentifiedIssue, S::Identify),
    ] {
        assert_eq!(after(from, fail(kind)), to, "{from} {kind:?}");
    }
    for state in WORKING {
        assert_eq!(after(state, WorkflowEvent::Checkpoint), S::Checkpoint);
    }
    assert_eq!(after(S::Initiate, WorkflowEvent::Checkpoint), S::Checkpoint);
}

#[test]
fn a_failure_leads_back_by_its_kind_from_every_working_state() {
    for from in WORKING {
        for (kind, to) in [
            (FailureKind::ImplementationError, S::Code),
            (FailureKind::WrongApproach, S::Solve),
            (FailureKind::MisidentifiedIssue, S::Identify),
            (FailureKind::MissingContext, S::Document),
            (FailureKind::DeploymentFailure, S::Deploy),
            (FailureKind::Unknown, S::Escalated),
        ] {
            assert_eq!(after(from, fail(kind)), to, "{from} {kind:?}");
        }
    }
}

#[test]
fn nine_tracebacks_are_taken_and_the_tenth_escalates() {
    let mut workflow = at(S::Test);
    for count in 1..=9 {
        workflow.handle(fail(FailureKind::WrongApproach)).unwrap();
        assert_eq!(workflow.state(), S::Solve);
        assert_eq!(workflow.tracebacks_count(), count);
    }
    workflow.handle(fail(FailureKind::WrongApproach)).unwrap();
    assert_eq!(workflow.state(), S::Escalated);
    let traced = workflow.host().outputs.iter().filter(|output| matches!(output, WorkflowOutput::TracedBack { .. }));
    assert_eq!(traced.count(), 9);
    assert_eq!(workflow.host().outputs.last(), Some(&WorkflowOutput::NeedsAttention));
}

#[test]
fn the_number_of_iterations_is_a_param_with_a_range() {
    let mut workflow = Workflow::start_with(Journal::default(), WorkflowParams { max_iterations: 2 }).unwrap();
    workflow.handle(fail(FailureKind::WrongApproach)).unwrap();
    workflow.handle(fail(FailureKind::WrongApproach)).unwrap();
    assert_eq!(workflow.state(), S::Escalated);
    let refused = Workflow::start_with(Journal::default(), WorkflowParams { max_iterations: 0 });
    assert_eq!(refused.unwrap_err().to_string(), "`max_iterations` lies outside of its range");
}

#[test]
fn a_suspended_workflow_resumes_where_it_was() {
    for state in WORKING {
        let mut workflow = at(state);
        workflow.handle(WorkflowEvent::Checkpoint).unwrap();
        assert_eq!(workflow.host().outputs.last(), Some(&WorkflowOutput::Saved));
        workflow.handle(WorkflowEvent::Suspend).unwrap();
        assert_eq!(workflow.state(), S::Suspended);
        workflow.handle(WorkflowEvent::Resume).unwrap();
        assert_eq!(workflow.state(), state);
    }
}

#[test]
fn complete_and_escalated_are_terminal() {
    for (state, event) in [(S::Validate, WorkflowEvent::Advance), (S::Code, fail(FailureKind::Unknown))] {
        let mut workflow = at(state);
        workflow.handle(event).unwrap();
        assert!(workflow.is_terminated());
        assert!(workflow.handle(WorkflowEvent::Advance).is_err());
    }
}

#[test]
fn tracebacks_of_all_kinds_count_together_and_outlive_a_suspension() {
    use FailureKind::{DeploymentFailure, ImplementationError, MisidentifiedIssue, MissingContext, WrongApproach};
    let kinds = [ImplementationError, WrongApproach, MisidentifiedIssue, MissingContext, DeploymentFailure];
    let mut workflow = at(S::Test);
    for (count, kind) in (1..=9).zip(kinds.into_iter().cycle()) {
        workflow.handle(fail(kind)).unwrap();
        for event in [WorkflowEvent::Checkpoint, WorkflowEvent::Suspend, WorkflowEvent::Resume] {
            workflow.handle(event).unwrap();
        }
        assert!(workflow.is_in(S::Working));
        assert_eq!(workflow.tracebacks_count(), count);
    }
    workflow.handle(fail(MissingContext)).unwrap();
    assert_eq!(workflow.state(), S::Escalated);
}

#[test]
fn a_checkpoint_only_leads_to_a_suspension() {
    let mut workflow = at(S::Code);
    workflow.handle(WorkflowEvent::Checkpoint).unwrap();
    for event in [WorkflowEvent::Advance, WorkflowEvent::Resume, fail(FailureKind::WrongApproach)] {
        assert!(workflow.handle(event).is_err());
    }
    workflow.handle(WorkflowEvent::Suspend).unwrap();
    for event in [WorkflowEvent::Advance, WorkflowEvent::Checkpoint, fail(FailureKind::WrongApproach)] {
        assert!(workflow.handle(event).is_err());
    }
    assert_eq!((workflow.state(), workflow.tracebacks_count()), (S::Suspended, 0));
}
