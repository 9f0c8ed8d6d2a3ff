//! A task that is paused once, and completes.

use fsm_examples::task::{Journal, Task, TaskError, TaskEvent};

fn main() -> Result<(), TaskError> {
    let mut task = Task::start(Journal::default())?;
    for event in [TaskEvent::Start, TaskEvent::Pause, TaskEvent::Resume, TaskEvent::Complete] {
        task.handle(event)?;
        println!("{}", task.state());
    }
    if let Err(error) = task.handle(TaskEvent::Start) {
        println!("{error}");
    }
    println!("{:#?}", task.host().lines);
    Ok(())
}
