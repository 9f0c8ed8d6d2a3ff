//! A level crossing: four things at once.

fsm_runtime::fsm_file!("machines/crossing.fsm");

/// What the road sees and hears.
#[derive(Debug, Clone, Default)]
pub struct Road {
    /// The outputs in order.
    pub outputs: Vec<CrossingOutput>,
}

impl CrossingHost for Road {
    fn emit(&mut self, output: CrossingOutput) {
        self.outputs.push(output);
    }
}
