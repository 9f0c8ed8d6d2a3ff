//! A workflow that finds its way after one wrong approach, and one that never does.

use fsm_examples::recursive_workflow::{FailureKind, Journal, Workflow, WorkflowError, WorkflowEvent, WorkflowState};

fn main() -> Result<(), WorkflowError> {
    let mut workflow = Workflow::start(Journal::default())?;
    while workflow.state() != WorkflowState::Test {
        workflow.handle(WorkflowEvent::Advance)?;
    }
    workflow.handle(WorkflowEvent::Fail { kind: FailureKind::WrongApproach })?;
    println!("a wrong approach leads back to {}", workflow.state());
    for event in [WorkflowEvent::Checkpoint, WorkflowEvent::Suspend, WorkflowEvent::Resume] {
        workflow.handle(event)?;
        println!("then {}", workflow.state());
    }
    while !workflow.is_terminated() {
        workflow.handle(WorkflowEvent::Advance)?;
    }
    println!("the end: {}, after {} traceback", workflow.state(), workflow.tracebacks_count());

    let mut stuck = Workflow::start(Journal::default())?;
    let mut failures = 0;
    while !stuck.is_terminated() {
        stuck.handle(WorkflowEvent::Fail { kind: FailureKind::ImplementationError })?;
        failures += 1;
    }
    println!("failure {failures} ends in {}", stuck.state());
    if let Err(error) = stuck.handle(WorkflowEvent::Resume) {
        println!("{error}");
    }
    Ok(())
}
