//! An agent that does its work.

use fsm_examples::agent_coordination::{Agent, AgentError, AgentEvent, Coordinator};

fn main() -> Result<(), AgentError> {
    let mut agent = Agent::start(Coordinator::default())?;
    let events = [
        AgentEvent::Delegate { message_id: 42 },
        AgentEvent::Begin,
        AgentEvent::Report { percent: 50 },
        AgentEvent::Finish,
    ];
    for event in events {
        agent.handle(event)?;
        println!("{}: {:?}", agent.state(), agent.context().progress);
    }
    println!("{:#?}", agent.host().outputs);
    Ok(())
}
