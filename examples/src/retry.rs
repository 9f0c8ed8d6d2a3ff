//! An operation that is tried again, each time after twice the delay.

use std::time::Duration;

use fsm_runtime::RunId;

fsm_runtime::fsm_file!("machines/retry.fsm");

/// A caller that records what it is asked for.
#[derive(Debug, Clone, Default)]
pub struct Caller {
    /// The run that has not ended, and which attempt it is.
    pub running: Option<(RunId, u32)>,
    /// How much is added to each delay, in parts of a hundred.
    pub jitter_percent: u32,
    /// The outputs in order.
    pub outputs: Vec<RetryOutput>,
}

impl RetryHost for Caller {
    fn retryable(&self, error: &str) -> bool {
        error != "forbidden"
    }

    fn jitter_of(&mut self, delay: Duration) -> Duration {
        delay * self.jitter_percent / 100
    }

    fn start_operate(&mut self, run: RunId, attempt: u32) {
        self.running = Some((run, attempt));
    }

    fn cancel_operate(&mut self, run: RunId) {
        self.running.take_if(|(running, _)| *running == run);
    }

    fn emit(&mut self, output: RetryOutput) {
        self.outputs.push(output);
    }
}
