//! The facts of the agent pipeline.

use std::time::Duration;

use fsm_examples::agent_pipeline::{Pipeline, PipelineEvent, PipelineOutput, PipelineState as S, Role, Transcript};

const AGENTS: [(S, Role); 6] = [
    (S::IntentParser, Role::IntentParser),
    (S::Planner, Role::Planner),
    (S::SafetyChecker, Role::SafetyChecker),
    (S::Router, Role::Router),
    (S::Executors, Role::Executors),
    (S::Reporter, Role::Reporter),
];

fn requested() -> Pipeline<Transcript> {
    let mut pipeline = Pipeline::start(Transcript::default()).unwrap();
    pipeline.handle(PipelineEvent::Request { correlation_id: 7 }).unwrap();
    pipeline
}

fn finished(message_id: u64) -> PipelineEvent {
    PipelineEvent::Finished {
        message_id,
        message_type: "step".into(),
        payload: "done".into(),
        timestamp: Duration::from_secs(message_id),
    }
}

/// A pipeline whose first `count` agents are done.
fn after(count: u64) -> Pipeline<Transcript> {
    let mut pipeline = requested();
    for message_id in 1..=count {
        pipeline.handle(finished(message_id)).unwrap();
    }
    pipeline
}

#[test]
fn a_request_goes_through_the_six_agents_in_their_order() {
    let labels = AGENTS.map(|(state, _)| state.label());
    assert_eq!(labels, ["Intent Parser", "Planner", "Safety Checker", "Router", "Executors", "Reporter"]);
    for (done, (state, _)) in (0..).zip(AGENTS) {
        assert_eq!(after(done).state(), state);
    }
    let answered = after(6);
    assert_eq!(answered.state(), S::Answered);
    assert!(answered.is_terminated());
}

#[test]
fn each_agent_sends_one_message_to_the_next() {
    let pipeline = after(5);
    assert_eq!(pipeline.host().outputs.len(), 5);
    for ((sent, pair), id) in pipeline.host().outputs.iter().zip(AGENTS.windows(2)).zip(1..) {
        let PipelineOutput::Message {
            message_id,
            correlation_id,
            from_agent,
            to_agent,
            message_type,
            payload,
            timestamp,
        } = sent
        else {
            panic!("{sent:?} is no message");
        };
        assert_eq!((*message_id, *correlation_id), (id, 7));
        assert_eq!((*from_agent, *to_agent), (pair[0].1, pair[1].1));
        assert_eq!((&**message_type, &**payload), ("step", "done"));
        assert_eq!(*timestamp, Duration::from_secs(id));
    }
}

#[test]
fn the_reporter_answers_the_request() {
    let pipeline = after(6);
    let last = pipeline.host().outputs.last();
    assert!(matches!(last, Some(PipelineOutput::Reported { correlation_id: 7, payload }) if payload == "done"));
}

#[test]
fn every_agent_can_fail() {
    for (done, (state, _)) in (0..).zip(AGENTS) {
        let mut pipeline = after(done);
        pipeline.handle(PipelineEvent::Fail { reason: "unsafe".into() }).unwrap();
        assert_eq!(pipeline.state(), S::Failed, "{state}");
        let last = pipeline.host().outputs.last();
        assert!(matches!(last, Some(PipelineOutput::GaveUp { correlation_id: 7, reason }) if reason == "unsafe"));
    }
}

#[test]
fn nothing_is_finished_before_it_is_asked_for() {
    let mut pipeline = Pipeline::start(Transcript::default()).unwrap();
    assert_eq!(pipeline.handle(finished(1)).unwrap_err().to_string(), "cannot finish from waiting");
}
