//! The facts of the agent coordination.

use fsm_examples::agent_coordination::{
    Agent, AgentError, AgentEvent, AgentEventKind, AgentOutput, AgentState as S, Coordinator, Progress,
};

fn delegated() -> Agent<Coordinator> {
    let mut agent = Agent::start(Coordinator::default()).unwrap();
    agent.handle(AgentEvent::Delegate { message_id: 42 }).unwrap();
    agent
}

#[test]
fn work_is_delegated_executed_and_completed() {
    let mut agent = delegated();
    assert_eq!((agent.state(), agent.context().progress), (S::Delegated, Progress::Pending));
    agent.handle(AgentEvent::Begin).unwrap();
    assert_eq!((agent.state(), agent.context().progress), (S::Executing, Progress::Running));
    agent.handle(AgentEvent::Report { percent: 100 }).unwrap();
    agent.handle(AgentEvent::Finish).unwrap();
    assert_eq!((agent.state(), agent.context().progress), (S::Completed, Progress::Completed));
    assert_eq!(
        agent.host().outputs,
        [
            AgentOutput::ProgressChanged { status: Progress::Running },
            AgentOutput::Reported { percent: 100 },
            AgentOutput::ProgressChanged { status: Progress::Completed },
        ]
    );
}

#[test]
fn delegated_and_executing_agents_can_fail() {
    for begun in [false, true] {
        let mut agent = delegated();
        if begun {
            agent.handle(AgentEvent::Begin).unwrap();
        }
        agent.handle(AgentEvent::Fail { reason: "no answer".into() }).unwrap();
        assert_eq!((agent.state(), agent.context().progress), (S::Failed, Progress::Failed));
        assert!(agent.is_terminated());
        let told =
            agent.host().outputs.iter().any(
                |output| matches!(output, AgentOutput::GaveUp { message_id: 42, reason } if reason == "no answer"),
            );
        assert!(told);
    }
}

#[test]
fn an_impossible_report_is_refused_and_nothing_changes() {
    let mut agent = delegated();
    agent.handle(AgentEvent::Begin).unwrap();
    let error = agent.handle(AgentEvent::Report { percent: 101 }).unwrap_err();
    let guards = &["event.percent <= 100"];
    assert_eq!(error, AgentError::GuardsRefused { state: S::Executing, event: AgentEventKind::Report, guards });
}
