//! The circuit breaker: it opens after five failures in a row, and tries again after a while.

fsm_runtime::fsm_file!("machines/circuit_breaker.fsm");

/// Keeps what the breaker tells.
#[derive(Debug, Clone, Default)]
pub struct Gate {
    /// The outputs in order.
    pub outputs: Vec<CircuitBreakerOutput>,
}

impl CircuitBreakerHost for Gate {
    fn emit(&mut self, output: CircuitBreakerOutput) {
        self.outputs.push(output);
    }
}
