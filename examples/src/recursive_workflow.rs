//! The recursive workflow: a failure sends it back to the step where it went wrong, at most nine times.

fsm_runtime::fsm_file!("machines/recursive_workflow.fsm");

/// Keeps what the workflow tells.
#[derive(Debug, Clone, Default)]
pub struct Journal {
    /// The outputs in order.
    pub outputs: Vec<WorkflowOutput>,
}

impl WorkflowHost for Journal {
    fn emit(&mut self, output: WorkflowOutput) {
        self.outputs.push(output);
    }
}
