//! The canary roll-out: ten per cent of the traffic for five minutes, then all of it, or none.

fsm_runtime::fsm_file!("machines/canary_rollout.fsm");

/// Remembers how the traffic is split.
#[derive(Debug, Clone, Default)]
pub struct Balancer {
    /// Per cent of the traffic for the new version, each time it was set.
    pub splits: Vec<u8>,
}

impl CanaryHost for Balancer {
    fn emit(&mut self, output: CanaryOutput) {
        let CanaryOutput::SplitTraffic { percent } = output;
        self.splits.push(percent);
    }
}
