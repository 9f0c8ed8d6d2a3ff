//! The life of a session, from its login to its end.

fsm_runtime::fsm_file!("machines/session.fsm");

/// Knows one password, and keeps what the session tells.
#[derive(Debug, Default)]
pub struct Server {
    /// The outputs in order.
    pub outputs: Vec<SessionOutput>,
}

impl SessionHost for Server {
    fn verified(&self, _: &u64, secret: &str) -> bool {
        secret == "correct horse battery staple"
    }

    fn emit(&mut self, output: SessionOutput) {
        self.outputs.push(output);
    }
}
