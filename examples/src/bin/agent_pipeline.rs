//! A request on its way from the intent parser to the reporter.

use std::time::Duration;

use fsm_examples::agent_pipeline::{Pipeline, PipelineError, PipelineEvent, Transcript};

fn main() -> Result<(), PipelineError> {
    let mut pipeline = Pipeline::start(Transcript::default())?;
    pipeline.handle(PipelineEvent::Request { correlation_id: 7 })?;
    let made = ["intent", "plan", "approval", "route", "result", "report"];
    for (message_id, made) in (1..).zip(made) {
        println!("{}: {made}", pipeline.state().label());
        pipeline.handle(PipelineEvent::Finished {
            message_id,
            message_type: made.into(),
            payload: "list the open sessions".into(),
            timestamp: Duration::from_secs(1_760_000_000 + message_id),
        })?;
    }
    println!("{}, after {} messages", pipeline.state(), pipeline.host().outputs.len() - 1);
    Ok(())
}
