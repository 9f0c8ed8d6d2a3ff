//! The pipeline of agents that a request goes through.

fsm_runtime::fsm_file!("machines/agent_pipeline.fsm");

/// Keeps what the agents tell each other.
#[derive(Debug, Clone, Default)]
pub struct Transcript {
    /// The outputs in order.
    pub outputs: Vec<PipelineOutput>,
}

impl PipelineHost for Transcript {
    fn emit(&mut self, output: PipelineOutput) {
        self.outputs.push(output);
    }
}
