//! An agent that takes a piece of work, and says how far it is.

fsm_runtime::fsm_file!("machines/agent_coordination.fsm");

/// Keeps what the agent tells.
#[derive(Debug, Clone, Default)]
pub struct Coordinator {
    /// The outputs in order.
    pub outputs: Vec<AgentOutput>,
}

impl AgentHost for Coordinator {
    fn emit(&mut self, output: AgentOutput) {
        self.outputs.push(output);
    }
}
