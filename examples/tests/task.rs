//! The facts of the basic pattern.

use fsm_examples::task::{Journal, Task, TaskError, TaskEvent, TaskEventKind, TaskState};

fn started() -> Task<Journal> {
    let mut task = Task::start(Journal::default()).unwrap();
    task.handle(TaskEvent::Start).unwrap();
    task
}

#[test]
fn exit_comes_before_the_change_of_state_and_entry_after_it() {
    let mut task = started();
    task.handle(TaskEvent::Pause).unwrap();
    assert_eq!(task.state(), TaskState::Paused);
    assert_eq!(task.host().lines, ["left Idle", "entered Running", "left Running", "entered Paused"]);
}

#[test]
fn an_event_without_a_transition_names_state_and_event() {
    let mut task = Task::start(Journal::default()).unwrap();
    let error = task.handle(TaskEvent::Pause).unwrap_err();
    assert_eq!(error, TaskError::NoTransition { state: TaskState::Idle, event: TaskEventKind::Pause });
    assert_eq!(error.to_string(), "cannot pause from Idle");
    assert_eq!(task.state(), TaskState::Idle);
}

#[test]
fn a_guard_that_refuses_is_named() {
    let mut task = Task::start(Journal { full: true, ..Journal::default() }).unwrap();
    let error = task.handle(TaskEvent::Start).unwrap_err();
    assert_eq!(error.to_string(), "cannot start from Idle: not has_capacity");
    assert_eq!(task.state(), TaskState::Idle);
    assert!(task.host().lines.is_empty(), "nothing has happened");
}

#[test]
fn running_and_paused_tasks_can_fail() {
    for pause in [false, true] {
        let mut task = started();
        if pause {
            task.handle(TaskEvent::Pause).unwrap();
        }
        task.handle(TaskEvent::Fail { reason: "out of paper".into() }).unwrap();
        assert_eq!(task.state(), TaskState::Failed);
        assert!(task.host().lines.iter().any(|line| line.contains("out of paper")));
    }
}

#[test]
fn completed_and_failed_are_terminal() {
    let mut task = started();
    task.handle(TaskEvent::Complete).unwrap();
    assert!(task.is_terminated());
    let error = task.handle(TaskEvent::Start).unwrap_err();
    assert_eq!(error, TaskError::Terminated { state: TaskState::Completed, event: TaskEventKind::Start });
}

#[test]
fn a_paused_task_resumes_but_does_not_complete() {
    let mut task = started();
    task.handle(TaskEvent::Pause).unwrap();
    assert_eq!(task.handle(TaskEvent::Complete).unwrap_err().to_string(), "cannot complete from Paused");
    task.handle(TaskEvent::Resume).unwrap();
    assert_eq!(task.state(), TaskState::Running);
}
